"""Versions of documents, and the upcasters of older ones.

Stored documents are never rewritten: a copy is upcast when it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.documents.faults import refuse_at
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr

Plain: TypeAlias = dict[str, Any]
"""The keys of a document and their values, as JSON has them."""

VERSION: Final = "version"
"""The key of a document's version."""


@attrs.frozen
class Upcaster(SharedRepr):
    """A function that upcasts a document to the next version.

    Args:
        type: the name of the type of document.
        version: the version of the documents that it takes, from 1.
        upcast: a pure function from the keys and values of this version, `version` left out, to those of the next one;
            it may change its argument, which is a copy.
    """

    type: str
    version: int
    upcast: Callable[[Plain], Plain]


@attrs.define
class VersionsError(SharedRepr, ValueError):
    """The versions of a type of document do not make a chain.

    Args:
        type: the name of the type.
        version: the version where the chain is broken.
        reason: what is wrong there, and what to do.
    """

    type: str
    version: int
    reason: str

    def __str__(self) -> str:
        return f"{self.type}, version {self.version}: {self.reason}"


@attrs.frozen
class Versions(SharedRepr):
    """The document types, the current version of each, and the upcasters of older versions.

    Args:
        current: the current version of each type, by its name.
        upcasters: one for each version before the current one.

    Raises:
        VersionsError: the upcasters do not lead from version 1 to the current one, each step once.

    >>> notes = Versions({"note": 2}, [Upcaster("note", 1, lambda note: {"text": note["words"]})])
    >>> notes.upcast("note", {"version": 1, "words": "bien"})
    {'version': 2, 'text': 'bien'}
    """

    current: Mapping[str, int]
    upcasters: Sequence[Upcaster] = ()
    _steps: Mapping[tuple[str, int], Upcaster] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        for broken in _breaks(self.current, self.upcasters):
            raise broken
        steps = {(upcaster.type, upcaster.version): upcaster for upcaster in self.upcasters}
        object.__setattr__(self, "_steps", steps)

    @classmethod
    def first(cls, names: Iterable[str]) -> Versions:
        """Document types that are all at version 1."""
        return cls(dict.fromkeys(names, 1))

    def upcast(self, type_: str, document: Mapping[str, Any], to: int | None = None) -> Plain:
        """Return a copy of a document, upcast to a later version, the current one by default.

        Raises:
            FaultsError: the version is missing or unknown, or an upcaster refuses the document. The paths
                are those of the document as it was when it was refused.
            KeyError: there is no such type.
        """
        body = dict(document)
        version = self.check_version(type_, body.pop(VERSION, ABSENT))
        last = self.current[type_] if to is None else to
        return {VERSION: max(version, last), **self.upcast_body(type_, version, body, last)}

    def check_version(self, type_: str, version: object) -> int:
        """A version that can be read.

        Raises:
            FaultsError: it is none, or a newer one than is known here.
        """
        current = self.current[type_]
        if type(version) is not int or version < 1:
            refuse_at(
                VERSION,
                version,
                f"la version du document est attendue, un nombre entier ; la version actuelle est {current}",
                f"the version of the document is expected, a whole number; the current one is {current}",
            )
        if version > current:
            refuse_at(
                VERSION,
                version,
                f"« {type_} » est connu ici jusqu'à la version {current} ; mettez le paquet à jour",
                f"{type_!r} is known here up to version {current}; update the package",
            )
        return version

    def upcast_body(self, type_: str, version: int, body: Plain, last: int) -> Plain:
        """Return the keys and values of a document without its version, upcast to a later version."""
        if version < last:
            body = deepcopy(body)
        for step in range(version, last):
            body = self._one_step(type_, step, body)
        return body

    def _one_step(self, type_: str, version: int, body: Plain) -> Plain:
        refused: str | None = None
        try:
            body_after = dict(self._steps[type_, version].upcast(body))
        except Exception as error:  # noqa: BLE001  a step need not foresee what is no document of its version
            refused = type(error).__name__  # its message could contain personal texts of the document
        if refused is not None:
            refuse_at(
                VERSION,
                version,
                f"« {type_} » n'a pas ces données dans cette version : le passage à la suivante échoue ({refused})",
                f"{type_!r} has no such data in that version: the step to the next one fails ({refused})",
            )
        return body_after


def _breaks(current: Mapping[str, int], upcasters: Iterable[Upcaster]) -> Iterator[VersionsError]:
    found = Counter((upcaster.type, upcaster.version) for upcaster in upcasters)
    for (name, version), count in found.items():
        if name not in current:
            yield VersionsError(name, version, f"no such type of document; name one of {', '.join(current)}")
        elif not 1 <= version < current[name]:
            yield VersionsError(name, version, f"nothing to lift, the current version is {current[name]}; take it away")
        elif count > 1:
            yield VersionsError(name, version, f"{count} upcasters start from it; remove all but one")
    for name, last in current.items():
        if last < 1:
            yield VersionsError(name, last, "versions begin with 1")
        for version in range(1, last):
            if (name, version) not in found:
                yield VersionsError(name, version, f"no upcaster leads from it to {version + 1}; give one")
