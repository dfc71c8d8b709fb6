"""What a complaint comes to under an edition, undetermined being an outcome of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level
from reclamation_core.wording import Lang, Wording

HANDLING: Final = "handling"
"""What eligibility and level come to together (prise en charge): out of scope, or the level that handles."""

UNDETERMINED: Final = "undetermined"
"""The outcome of a complaint that an edition does not decide, its facts being unknown (indéterminé)."""

OUT_OF_SCOPE: Final = Eligibility.OUT_OF_SCOPE.value
HANDLINGS: Final = (*(level.value for level in Level), UNDETERMINED, OUT_OF_SCOPE)
"""What a complaint comes to, in order."""

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
    OUT_OF_SCOPE: Wording("hors du cadre", "out of scope"),  # shorter than its own, to stand in a matrix
}
_ORDER: Final = [*(code for code in _LABELS if code not in {UNDETERMINED, OUT_OF_SCOPE}), UNDETERMINED, OUT_OF_SCOPE]


def label(outcome: str, lang: Lang = "fr") -> str:
    """An outcome for a reader; a criticality is its number."""
    return _LABELS[outcome].in_(lang) if outcome in _LABELS else outcome


def counted(cases: int, lang: Lang = "fr") -> str:
    """A number of complaints for a reader, its thousands apart: by a narrow space in French."""
    return f"{cases:,}" if lang == "en" else f"{cases:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def order(outcome: str) -> tuple[int, int]:
    """What outcomes are sorted by: numbers by size, codes as their vocabulary has them, the undecided last."""
    return (0, int(outcome)) if outcome.isdigit() else (1, _ORDER.index(outcome))


def handling(eligibility: str, level: str) -> str:
    """What an eligibility and a level come to."""
    if eligibility == OUT_OF_SCOPE:
        return OUT_OF_SCOPE
    return UNDETERMINED if UNDETERMINED in (eligibility, level) else level
