"""Search: the cases that a number, a message, an action or some words stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import CaseSummary
from reclamation_core.ports.query import CaseSummaryView
from reclamation_core.shared_repr import SharedRepr

FIRST_YEAR: Final = 2000
MOST_COUNTED: Final = 100
"""So many cases with the words of a search are counted."""
_REFERENCE: Final = re.compile(r"(?:N[°º]\s*)?(?:R?[\s‐‑–-]*([0-9]{4})[\s‐‑–-]+([0-9]{1,18})|R([0-9]{4})([0-9]{6,18}))")
_NUMBER: Final = re.compile(r"(?:[Nn][°º]\s*)?([0-9]{1,18})")


class CaseMatch(LabelledEnum):
    """What a case was found by (trouvé par)."""

    REFERENCE = "reference", "sa référence", "its reference"
    NUMBER = "number", "les derniers chiffres de sa référence", "the last digits of its reference"
    MESSAGE = "message", "l'identifiant de son message", "the identifier of its message"
    ACTION = "action", "une action qui le sert", "an action that serves it"
    WORDS = "words", "ses mots", "its words"


@attrs.frozen
class SearchHit(SharedRepr):
    """A case that a search found.

    Attributes:
        case: the summary of the case.
        match: what it was found by.
    """

    case: CaseSummary
    match: CaseMatch

    def to_document(self, day: date | None = None, *, texts: bool = False) -> dict[str, Any]:
        """Return the hit as plain data, with the status of the answer on a day; see `CaseSummary.to_document`."""
        return {"match": self.match.value, "case": self.case.to_document(day, texts=texts)}


@attrs.frozen(kw_only=True)
class CaseSearch(SharedRepr):
    """A page of the cases that a search found.

    Attributes:
        hits: the cases: those that the text identifies, on the first page alone; then those that have its words, in
            the order of their due dates, then of their references.
        total: the number of cases with the words; None if more than 100 cases have them. The cases are then the first
            by due date: another word, or a filter, is needed to see the others at a glance.
        next: the `after` of the next page; None on the last page.
        damaged: the references of cases that cannot be read.
    """

    hits: tuple[SearchHit, ...]
    total: int | None
    next: str | None
    damaged: tuple[str, ...]

    def to_document(self, day: date | None = None, *, texts: bool = False) -> dict[str, Any]:
        """Return the page as plain data; see `CaseSummary.to_document`.

        `document_schema("view.case_search")` describes it.
        """
        hits = [hit.to_document(day, texts=texts) for hit in self.hits]
        return {"hits": hits, "total": self.total, "next": self.next, "damaged": list(self.damaged)}


@attrs.frozen
class SearchHitView(SharedRepr):
    """A case that a search found as plain data: what it was found by, and its summary."""

    match: CaseMatch
    case: CaseSummaryView


@attrs.frozen
class CaseSearchView(SharedRepr):
    """A page of a search as plain data: the cases, how many have the words, the `after` of the next page."""

    hits: tuple[SearchHitView, ...]
    total: int | None
    next: str | None
    damaged: tuple[str, ...]


def references_for(text: str, year: int) -> Iterator[tuple[str, CaseMatch]]:
    """Yield the references that a text may stand for: a reference, or the number of a case of any year until one.

    >>> dict(references_for("r 2026-73", 2026))
    {'R-2026-000073': <CaseMatch.REFERENCE: 'reference'>}
    >>> list(dict(references_for("0073", 2026)))[-2:]
    ['R-2025-000073', 'R-2026-000073']
    """
    found = _REFERENCE.fullmatch(text.upper())
    if found is not None:
        series, number = (one for one in found.groups() if one is not None)
        yield f"R-{series}-{int(number):06d}", CaseMatch.REFERENCE
    elif (found := _NUMBER.fullmatch(text)) is not None:
        number = f"{int(found[1]):06d}"
        for one in range(FIRST_YEAR, year + 1):
            yield f"R-{one}-{number}", CaseMatch.NUMBER
    else:
        yield text, CaseMatch.REFERENCE
