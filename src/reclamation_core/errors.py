"""The base of every error of the library, the one that carries all the faults of one input, and the missing extra."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from enum import Enum
from numbers import Number
from typing import Any, ClassVar, Final, Self

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.missing import Missing
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording

__all__ = [
    "ErrorKind",
    "Fault",
    "FaultsError",
    "InternalTextError",
    "MissingExtraError",
    "ReclamationError",
    "WordedError",
]

MOST_FAULTS: Final = 100
"""The most faults that an error lists."""
_LONGEST = 120
_LONGEST_PATH = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class ErrorKind(LabelledEnum):
    """What a program can do about an error, with the status of HTTP that says so."""

    INVALID = "invalid", "demande mal formée", "invalid input"
    """The input breaks a rule that it could have kept: correct it."""
    NOT_FOUND = "not_found", "introuvable", "not found"
    """What the input names is not there, or not within the scope."""
    FORBIDDEN = "forbidden", "accès refusé", "access denied"
    """It is outside the scope of the desk, or needs a log-in."""
    CONFLICT = "conflict", "modification simultanée", "conflict"
    """Something has changed or exists already: load it again, then decide again."""
    REFUSED = "refused", "opération refusée", "refused by the procedure"
    """The procedure does not allow the act now."""
    UNAVAILABLE = "unavailable", "service indisponible", "unavailable"
    """The installation, its configuration or its database needs a repair, or is busy."""

    @property
    def status(self) -> int:
        """The status code of HTTP.

        >>> ErrorKind.NOT_FOUND.status
        404
        """
        return _STATUS[self.value]


_STATUS: Final = {
    "invalid": 422,
    "not_found": 404,
    "forbidden": 403,
    "conflict": 409,
    "refused": 409,
    "unavailable": 503,
}


class ReclamationError(SharedRepr, Exception):
    """Base class of the errors that a user, or the state of the store, can cause.

    Attributes:
        code: what went wrong, for programs: it stays the same from version to version, and no other class has it.
        kind: what can be done about it.
        argument: the name of the argument that the error is about; empty if it is about none, or about several.
        retry_after: the seconds after which the same request may succeed, for Retry-After of HTTP; None if it does not
            become possible by waiting.
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
    argument: str = ""
    retry_after: ClassVar[int | None] = None

    def in_(self, lang: Lang) -> str:  # noqa: ARG002  an error of a host application may have one language
        """The error as a sentence.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return str(self)

    def public_message(self, lang: Lang) -> str:
        """The error as a sentence that any user of a service may read.

        It leaves out what only the operator may know, such as the address of the database or a command to run; `in_`
        and `str` have it, for a log or a terminal.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return self.in_(lang)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the error as problem details (RFC 9457), for JSON; the `detail` is the public message.

        `type`, `title`, `status` and `detail` are those of the standard; `kind` and `code` are this library's; `faults`
        has a `path` and a `detail` for each thing wrong with the input; `guards` has the `id`, `clause`,
        `interpretation`, `detail` and `facts` of each guard that refuses the act.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        detail = self.public_message(lang)
        return {
            "type": f"urn:problem-type:reclamation-core:{self.code}",
            "title": self.kind.label(lang),
            "status": self.kind.status,
            "detail": detail,
            "kind": self.kind.value,
            "code": self.code,
            "faults": [{"path": self.argument, "detail": detail}] if self.argument else [],
            "guards": [],
        }


class WordedError(ReclamationError):
    """An error with a wording of the problem and its remedy in both languages."""

    code = "worded_error"

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        raise NotImplementedError

    def in_(self, lang: Lang) -> str:
        """The error as a sentence.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return self.wording.in_(lang)

    def __str__(self) -> str:
        return self.wording.en


@attrs.define
class InternalTextError(WordedError, ValueError):
    """A text for internal use has no form for complainants.

    Args:
        text: what the text is about.
    """

    code = "internal_text"
    argument = "audience"

    text: Wording

    @property
    def wording(self) -> Wording:
        return Wording(
            f"{self.text.fr} : ce texte est à usage interne et n'a pas de forme pour le client ; demandez celle de "
            "l'agent",
            f"{self.text.en}: this text is internal and has no form for complainants; ask for the agent's",
        )


def wording_of(error: Exception) -> Wording:
    """Return the message of an error in both languages; the message of a builtin error is used for both."""
    if isinstance(error, ReclamationError):
        return Wording(error.in_("fr"), error.in_("en"))
    return Wording(str(error), str(error))


class _Redacted:
    """The type of `REDACTED`."""

    def __repr__(self) -> str:
        return "..."


REDACTED: Final = _Redacted()
"""The value of a fault that could hold a personal text."""

_PLAIN: Final[Mapping[object, Wording]] = {
    None: Wording("rien", "nothing"),
    True: Wording("vrai", "true"),
    False: Wording("faux", "false"),
    Missing.UNKNOWN: Wording("inconnu", "unknown"),
    Missing.ABSENT: Wording("absent", "absent"),
    REDACTED: Wording("...", "..."),
}


def describe_value(value: object, lang: Lang) -> str:
    """Return a value for a reader, without Python's own notation.

    Texts are in quotes, days and instants as ISO 8601, members of enumerations by their code; of an object that no file
    could hold, the name of its class. A long value is shortened.

    >>> from decimal import Decimal
    >>> describe_value([None, True, Decimal("1.50"), date(2026, 5, 2), {"days": (1, 2)}], "en")
    "[nothing, true, 1.50, 2026-05-02, {'days': [1, 2]}]"
    """
    # Python writes neither a whole number of thousands of digits nor lists nested by the thousand.
    try:
        text = _described(value, lang)
    except (ValueError, RecursionError):
        return "..."
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def quoted(value: object) -> Wording:
    """Return a value for the sentences of an error in both languages; see `describe_value`.

    >>> quoted("R-2026-000001").fr
    '« R-2026-000001 »'
    """
    return Wording(describe_value(value, "fr"), describe_value(value, "en"))


def _described(value: object, lang: Lang) -> str:
    if type(value).__name__ == "NAType":  # pandas' null
        value = None
    if value is None or isinstance(value, bool | Missing | _Redacted):
        return _PLAIN[value].in_(lang)
    match value:
        case Enum():
            text = _described(value.value, lang)
        case str():
            text = f"« {_UNPRINTABLE.sub('�', value[: _LONGEST + 1])} »" if lang == "fr" else repr(str(value))
        case Number():
            text = str(value)
        case date() | time():
            text = value.isoformat()
        case Mapping():
            pairs = (f"{_described(key, lang)}: {_described(item, lang)}" for key, item in value.items())
            text = f"{{{', '.join(pairs)}}}"
        case list() | tuple():
            text = f"[{', '.join(_described(item, lang) for item in value)}]"
        case set() | frozenset():
            text = f"[{', '.join(sorted(_described(item, lang) for item in value))}]"
        case _:
            text = type(value).__name__
    return text


@attrs.frozen
class Fault(SharedRepr):
    """One thing wrong with an input.

    Args:
        path: where it is, as a dotted path or a field's name: `deadline.days`, `received_at`.
        value: the offending value as it was given.
        expected: what was expected instead, and so what to do, in French and English.
        line: the line of the file where it is; None if it is not of a file, or not known.

    >>> print(Fault("deadline.days", -1, Wording("au moins 1 jour", "at least 1 day")))
    deadline.days: -1; at least 1 day
    """

    path: str
    value: object
    expected: Wording
    line: int | None = attrs.field(default=None, kw_only=True, eq=False)

    def in_(self, lang: Lang) -> str:
        """Return the fault as one sentence; a long path or value is shortened in it.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        colon, semicolon = (" :", " ;") if lang == "fr" else (":", ";")
        path = self.path if len(self.path) <= _LONGEST_PATH else f"{self.path[:_LONGEST_PATH]}…"
        path = " ".join(path.splitlines())  # a key of a file may have line breaks
        if self.line is not None:
            path = f"{'ligne' if lang == 'fr' else 'line'} {self.line}, {path}"
        return f"{path}{colon} {describe_value(self.value, lang)}{semicolon} {self.expected.in_(lang)}"

    def __str__(self) -> str:
        return self.in_("en")


@attrs.frozen
class OtherFaults(Fault):
    """The last fault of an input with more than `MOST_FAULTS`: its value is the number of those that are not listed.

    >>> print(OtherFaults.number(2_900))
    and 2900 other faults, not listed
    """

    @classmethod
    def number(cls, count: int) -> OtherFaults:
        """Return the fault for so many faults that are not listed."""
        fr = f"et {count} autres erreurs, non listées" if count > 1 else "et 1 autre erreur, non listée"
        en = f"and {count} other faults, not listed" if count > 1 else "and 1 other fault, not listed"
        return cls("", count, Wording(fr, en))

    def in_(self, lang: Lang) -> str:
        """Return the number as a sentence.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return self.expected.in_(lang)


class FaultCollector:
    """The faults of one input: the first `MOST_FAULTS` are stored, the others are counted.

    Its length is the number of all. Iteration yields the stored ones, and the number of the others as `OtherFaults`.
    """

    __slots__ = ("_listed", "_others")

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._listed: list[Fault] = []
        self._others = 0
        self.extend(faults)

    def append(self, fault: Fault) -> None:
        """Add a fault, or the number of others."""
        if isinstance(fault, OtherFaults):
            self._others += int(fault.value)  # type: ignore[call-overload]  # a count
        elif len(self._listed) < MOST_FAULTS:
            self._listed.append(fault)
        else:
            self._others += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add faults, one at a time: a generator builds no list of them."""
        for fault in faults:
            self.append(fault)

    @property
    def last(self) -> Fault | None:
        """The fault that was stored last."""
        return self._listed[-1] if self._listed else None

    def __iadd__(self, faults: Iterable[Fault]) -> Self:
        self.extend(faults)
        return self

    def __len__(self) -> int:
        return len(self._listed) + self._others

    def __iter__(self) -> Iterator[Fault]:
        yield from self._listed
        if self._others:
            yield OtherFaults.number(self._others)


def _as_tuple(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(faults if isinstance(faults, FaultCollector) else FaultCollector(faults))


def _not_empty(_: object, attribute: attrs.Attribute[tuple[Fault, ...]], value: tuple[Fault, ...]) -> None:
    if not value:
        raise ValueError(f"{attribute.name}: an input without a fault is not refused; give at least one Fault")


@attrs.define
class FaultsError(ReclamationError, ValueError):
    """An input was refused.

    Args:
        faults: everything that is wrong with the input, never empty; of more than a hundred faults the first hundred,
            and the number of the others as a last one.
    """

    code = "invalid_input"

    faults: tuple[Fault, ...] = attrs.field(converter=_as_tuple, validator=_not_empty)

    def in_(self, lang: Lang) -> str:
        """All the faults, one a line.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return "\n".join(fault.in_(lang) for fault in self.faults)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the error as problem details; each fault has its place in `faults`."""
        faults = [{"path": fault.path, "detail": fault.in_(lang)} for fault in self.faults]
        return super().to_document(lang) | {"faults": faults}

    def __str__(self) -> str:
        return self.in_("en")


def install_command(extra: str) -> str:
    """Return the command that adds an extra to the project as it is installed: from a clone, an archive or an index."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        origin = json.loads(distribution("reclamation-core").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:  # run from its sources
        return f'pip install ".[{extra}]"'
    url = origin.get("url")
    if url is None:
        return f'pip install "reclamation-core[{extra}]"'
    if "dir_info" in origin:
        editable = "--editable " if origin["dir_info"].get("editable") else ""
        return f'pip install {editable}"{url2pathname(urlsplit(url).path)}[{extra}]"'
    if "vcs_info" in origin:
        url = f"{origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"
    return f'pip install "reclamation-core[{extra}] @ {url}"'


@attrs.define
class MissingExtraError(WordedError, ImportError):
    """A package that this use needs is not installed.

    Args:
        package: the package.
        extra: the extra of this library that brings it.
    """

    code = "missing_extra"
    kind = ErrorKind.UNAVAILABLE

    package: str
    extra: str

    @property
    def wording(self) -> Wording:
        command = install_command(self.extra)
        return Wording(
            f"{self.package} n'est pas installé ; installez l'extra « {self.extra} » : {command}",
            f"{self.package} is not installed; install the extra '{self.extra}': {command}",
        )

    def public_message(self, lang: Lang) -> str:
        return Wording(
            f"ce service n'a pas l'extension « {self.extra} » qu'il y faut ; signalez-le à qui l'administre",
            f"this service lacks the extra '{self.extra}', which this needs; tell its administrator",
        ).in_(lang)
