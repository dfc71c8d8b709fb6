"""The outcome of a complaint under an edition, undetermined included, and the punctuality of its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Final, NamedTuple

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level
from reclamation_core.wording import Lang, Wording

HANDLING: Final = "handling"
"""What eligibility and level come to together (prise en charge): out of scope, or the level that handles."""

UNDETERMINED: Final = "undetermined"
"""The outcome of a complaint that an edition does not decide, its facts being unknown (indéterminé)."""

TO_BE_CLARIFIED: Final = "to_be_clarified"
"""A message whose eligibility is undetermined, where it is apart from complaints of an undetermined level."""

OUT_OF_SCOPE: Final = Eligibility.OUT_OF_SCOPE.value
HANDLINGS: Final = (*(level.value for level in Level), UNDETERMINED, OUT_OF_SCOPE)
"""What a complaint comes to, in order."""
ANSWERED_OUTCOMES: Final = (*HANDLINGS[:-1], TO_BE_CLARIFIED, OUT_OF_SCOPE)
"""The rows of the punctuality of answers, in order."""

DECIDED: Final[Mapping[str, Wording]] = {
    HANDLING: Wording("prise en charge", "handling"),
    "eligibility": Wording("recevabilité", "eligibility"),
    "level": Wording("niveau de traitement", "level"),
    "criticality": Wording("criticité", "criticality"),
    "band": Wording("niveau de criticité", "band of criticality"),
    "complexity": Wording("complexité", "complexity"),
}
"""What is decided, by its name."""

_LABELS: Final[Mapping[str, Wording]] = {
    **{member.value: member.wording for codes in (Eligibility, Level, Band, Complexity) for member in codes},
    UNDETERMINED: Wording("indéterminé", "undetermined"),
    TO_BE_CLARIFIED: Wording("recevabilité à clarifier", "eligibility to be clarified"),
    OUT_OF_SCOPE: Wording("hors du cadre", "out of scope"),  # shorter than its own, to stand in a matrix
}
_LAST: Final = (UNDETERMINED, TO_BE_CLARIFIED, OUT_OF_SCOPE)
_ORDER: Final = [*(code for code in _LABELS if code not in _LAST), *_LAST]


def label(outcome: str, lang: Lang = "fr") -> str:
    """An outcome for a reader; a criticality is its number."""
    return _LABELS[outcome].in_(lang) if outcome in _LABELS else outcome


def order(outcome: str) -> tuple[int, int, str]:
    """Return the sort key of an outcome: numbers by size, codes in their own order, then undetermined.

    The codes of a table that an edition declares come first, by their spelling.
    """
    if outcome.isdigit():
        return (0, int(outcome), "")
    return (1, _ORDER.index(outcome), "") if outcome in _ORDER else (1, -1, outcome)


def handling(eligibility: str, level: str) -> str:
    """Return the handling of an eligibility and a level."""
    if eligibility == OUT_OF_SCOPE:
        return OUT_OF_SCOPE
    return UNDETERMINED if UNDETERMINED in (eligibility, level) else level


class DatedOutcome(NamedTuple):
    """The handling of a complaint under an edition, and its days; None if there is none."""

    outcome: str
    due: date | None
    answered_on: date | None
    newly_admitted: bool
    """Whether an answer is due under this edition, and none is under the first."""
    withdrawn_on: date | None = None
    is_clarified: bool = True
    """Whether the eligibility is determined."""

    @property
    def answered_outcome(self) -> str:
        """The handling, that of a message whose eligibility is undetermined apart."""
        return self.outcome if self.is_clarified else TO_BE_CLARIFIED

    def is_withdrawn(self, as_of: date) -> bool:
        """Return True if the complaint was withdrawn before its answer, as known at the end of a day."""
        if self.withdrawn_on is None or self.due is None or self.withdrawn_on > min(self.due, as_of):
            return False
        return is_open(self.answered_on, self.withdrawn_on)

    def punctuality(self, as_of: date) -> Punctuality | None:
        """Return the punctuality of the answer as known at the end of a day; None if none is due."""
        if self.newly_admitted:
            return Punctuality.NEWLY_ADMITTED
        if self.is_withdrawn(as_of):
            return Punctuality.WITHDRAWN
        return punctuality(self.due, self.answered_on, as_of)


class Punctuality(Enum):
    """The punctuality of an answer as known at the end of a day."""

    ON_TIME = "on_time"
    """Its last day has come, and it was given by then."""
    LATE = "late"
    """Its last day has come, and it was given later or is not given."""
    OPEN = "open"
    """It is not given, and its last day is still to come: a censored observation, neither in time nor late."""
    EARLY = "early"
    """It is given, and its last day is still to come: it counts once that day has come, as the open ones do."""
    NEWLY_ADMITTED = "newly_admitted"
    """It is due under this edition but not under the first, so it is neither in time nor late."""
    WITHDRAWN = "withdrawn"
    """The complaint was withdrawn by its last day, before any answer: none is due."""


def punctuality(due: date | None, answered_on: date | None, as_of: date) -> Punctuality | None:
    """Return the punctuality of an answer as known at the end of `as_of`; None if none is due.

    An answer given after `as_of` is not known then.

    >>> due, answered_on = date(2026, 5, 19), date(2026, 5, 12)
    >>> [punctuality(due, answered_on, as_of).value for as_of in (date(2026, 5, 11), date(2026, 5, 18), due)]
    ['open', 'early', 'on_time']
    >>> [punctuality(due, None, as_of).value for as_of in (date(2026, 5, 18), due)]
    ['open', 'late']
    """
    if due is None:
        return None
    if as_of < due:
        return Punctuality.OPEN if is_open(answered_on, as_of) else Punctuality.EARLY
    return Punctuality.LATE if is_open(answered_on, due) else Punctuality.ON_TIME


def is_open(answered_on: date | None, as_of: date) -> bool:
    """Return True if no answer is known at the end of a day."""
    return answered_on is None or answered_on > as_of


@attrs.frozen
class PunctualityCounts(SharedRepr):
    """The numbers of answers by punctuality."""

    on_time: int
    late: int
    open: int
    early: int
    newly_admitted: int
    withdrawn: int

    @property
    def due(self) -> int:
        """The number of answers that are due at all."""
        return self.on_time + self.late + self.open + self.early + self.newly_admitted + self.withdrawn

    @property
    def rate(self) -> float | None:
        """The share in time of those whose last day has come (taux de respect du délai); None where there are none."""
        known = self.on_time + self.late
        return self.on_time / known if known else None


def count_punctuality(groups: Iterable[tuple[DatedOutcome, int]], as_of: date) -> PunctualityCounts:
    """Count the answers of groups of complaints by punctuality."""
    found: Counter[Punctuality | None] = Counter()
    for dated, cases in groups:
        found[dated.punctuality(as_of)] += cases
    return PunctualityCounts(**{kind.value: found[kind] for kind in Punctuality})
