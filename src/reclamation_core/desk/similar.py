"""Likely duplicates of a message: cases of the same site, near in time, of the same sender or in close words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import attrs

from reclamation_core.cases.words import text_words
from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import CaseSummary
from reclamation_core.ports.query import CaseSummaryView
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang

PERIOD: Final = timedelta(days=90)
"""The time before and after a receipt in which a case may have the same message: a letter may be typed late."""
MOST_COMPARED: Final = 200
"""The most cases that a message is compared with: those of the site that were received last."""
_CLOSE: Final = 0.6
"""The share of the words of an excerpt that a message in close words has."""
_LEAST: Final = 3
"""The fewest words of which a share is compared: a shorter text is close to one with the same words alone."""
_SHORTEST: Final = 4
"""The fewest letters of a word that is compared: articles and prepositions are in every text."""


class Similarity(LabelledEnum):
    """What a message and a case have in common (ce qui se ressemble)."""

    SENDER = "sender", "même auteur", "same sender"
    WORDS = "words", "mots proches", "close words"


@attrs.frozen
class SimilarCase(SharedRepr):
    """A case that may have the same message as a new one. It is a suggestion: nothing is linked by itself.

    Attributes:
        case: the summary of the case.
        matches: what they have in common.
    """

    case: CaseSummary
    matches: tuple[Similarity, ...]

    def to_document(self, lang: Lang = "fr", *, texts: bool = False) -> dict[str, Any]:
        """Return the case as plain data; `document_schema("view.similar_case")` describes it."""
        labels = [{"code": one.value, "label": one.label(lang)} for one in self.matches]
        return {"matches": labels, "case": self.case.to_document(texts=texts)}


@attrs.frozen
class SimilarityView(SharedRepr):
    """What a message and a case have in common: its code and its label."""

    code: Similarity
    label: str


@attrs.frozen
class SimilarCaseView(SharedRepr):
    """A likely duplicate as plain data: what it has in common with the message, and its summary."""

    matches: tuple[SimilarityView, ...]
    case: CaseSummaryView


@attrs.frozen(kw_only=True)
class SimilarMessage(SharedRepr):
    """A message that is not registered yet, as plain data: the arguments of `CasesView.similar`.

    Args:
        site: the site that registers it.
        received_on: the day of its receipt.
        text: the message.
        sender: the name of its sender.
    """

    site: str
    received_on: date
    text: str | None = attrs.field(default=None, repr=False)
    sender: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class ComparedMessage(SharedRepr):
    """What a case is compared with: its sender and its text, as words.

    Args:
        sender: the words of the name, in any order; empty without a name.
        text: the longer words of the text.
        received_on: the day of receipt.
    """

    sender: frozenset[str] = attrs.field(repr=False)
    text: frozenset[str] = attrs.field(repr=False)
    received_on: date

    @classmethod
    def of(cls, text: str | None, sender: str | None, received_on: date) -> ComparedMessage:
        """Return the message of a text and the name of its sender."""
        return cls(sender=frozenset(text_words(sender or "")), text=_long_words(text), received_on=received_on)

    def matches(self, case: CaseSummary) -> tuple[Similarity, ...]:
        """Return what the message and a case have in common."""
        return tuple(self._matches(case))

    def _matches(self, case: CaseSummary) -> Iterator[Similarity]:
        author = frozenset(text_words(case.author or ""))
        if author and (author <= self.sender or (self.sender and self.sender <= author)):
            yield Similarity.SENDER
        excerpt = _long_words(case.excerpt)
        is_close = len(excerpt) >= _LEAST and len(excerpt & self.text) >= _CLOSE * len(excerpt)
        if is_close or (excerpt and excerpt == self.text):
            yield Similarity.WORDS


def _long_words(text: str | None) -> frozenset[str]:
    return frozenset(word for word in text_words(text or "") if len(word) >= _SHORTEST)
