"""Trace metadata of a command: the identifiers by which its event is found again in the logs of the host."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import uuid4

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import describe, optional, refuse_value
from reclamation_core.wording import Wording, safe_repr

_PATTERN: Final = "[A-Za-z0-9-]{1,64}"
_IDENTIFIER: Final = re.compile(_PATTERN)
_EXPECTED: Final = Wording(
    "un identifiant de 1 à 64 lettres sans accent, chiffres ou traits d'union est attendu ; "
    "Trace.of remplace les autres",
    "an identifier of 1 to 64 characters among A-Z, a-z, 0-9 and hyphens is expected; Trace.of replaces any other",
)
_TRACE_PARENT: Final = re.compile(
    "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?"
)
"""The header `traceparent` of W3C Trace Context: version, trace, parent, flags; later versions may have more."""


def identifier(given: str | None) -> str:
    r"""Return an identifier that came from outside; a new one, a UUID, if it is missing or has another form.

    >>> identifier("req-7"), len(identifier("req-7\r\nforged: line"))
    ('req-7', 32)
    """
    return given if given is not None and _IDENTIFIER.fullmatch(given) else uuid4().hex


def _identifier(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")
    if _IDENTIFIER.fullmatch(value) is None:
        refuse_value(attribute.name, value, _EXPECTED)


describe(_identifier, "string", pattern=f"^{_PATTERN}$")


@attrs.frozen(kw_only=True)
class Trace(SharedRepr):
    """The trace metadata of a command; every part matches `[A-Za-z0-9-]{1,64}` or is None, and none names a person.

    They are recorded in the envelope of the event, covered by the hash chain, and never erased.

    Args:
        correlation: the identifier that all commands of one operation share: the trace of W3C Trace Context.
        causation: the identifier of what caused the command: the parent in W3C Trace Context.
        request: the identifier of the request: `X-Request-ID`.
        client: the name of the program that gives the command.

    Raises:
        FaultsError: a part has another form.
    """

    correlation: str | None = attrs.field(default=None, validator=optional(_identifier))
    causation: str | None = attrs.field(default=None, validator=optional(_identifier))
    request: str | None = attrs.field(default=None, validator=optional(_identifier))
    client: str | None = attrs.field(default=None, validator=optional(_identifier))

    @classmethod
    def of(
        cls,
        *,
        correlation: str | None = None,
        causation: str | None = None,
        request: str | None = None,
        client: str | None = None,
    ) -> Trace:
        """Return the trace of values from outside.

        An identifier of another form is replaced by a new one. In the name of a client, each character of another form
        becomes a hyphen, and the rest is cut off.

        >>> Trace.of(request="7", client="Guichet de Créteil")
        Trace(correlation=None, causation=None, request='7', client='Guichet-de-Cr-teil')
        """
        correlation, causation, request = (
            None if one is None else identifier(one) for one in (correlation, causation, request)
        )
        named = None if client is None else re.sub("[^A-Za-z0-9-]", "-", client)[:64] or None
        return cls(correlation=correlation, causation=causation, request=request, client=named)

    @classmethod
    def from_headers(cls, traceparent: str | None, request: str | None) -> Trace | None:
        """Return the trace of an HTTP request; None if it has neither header.

        Args:
            traceparent: the header `traceparent`. One of another form begins a new trace, as W3C Trace Context says.
            request: the header `X-Request-ID`; replaced if it has another form.
        """
        if traceparent is None:
            return None if request is None else cls.of(request=request)
        found = _TRACE_PARENT.fullmatch(traceparent.strip())
        if found is None or (found[1] == "00" and found[4]):
            return cls.of(correlation="", request=request)
        return cls.of(correlation=found[2], causation=found[3], request=request)

    def completed(self, other: Trace | None) -> Trace:
        """Return the trace with the parts of another one where it has none."""
        if other is None:
            return self
        parts = attrs.asdict(other) | {name: value for name, value in attrs.asdict(self).items() if value is not None}
        return Trace(**parts)

    def log_fields(self) -> dict[str, str]:
        """Return the parts that there are, by the names that log records have for them."""
        named = {
            "correlation_id": self.correlation,
            "causation_id": self.causation,
            "request_id": self.request,
            "client": self.client,
        }
        return {name: value for name, value in named.items() if value is not None}
