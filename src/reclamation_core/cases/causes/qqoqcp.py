"""QQOQCP: seven questions to understand a problem before the search for its causes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final, Self

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import CauseAnalysis, Taxonomy
from reclamation_core.cases.causes.checks import key
from reclamation_core.cases.causes.rendering import Block, Flowchart, Grid, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.errors import REDACTED, Fault
from reclamation_core.wording import Lang, Wording, colon

QUESTIONS: Final = {
    "who": Wording("Qui ?", "Who?"),
    "what": Wording("Quoi ?", "What?"),
    "where": Wording("Où ?", "Where?"),
    "when": Wording("Quand ?", "When?"),
    "how": Wording("Comment ?", "How?"),
    "how_much": Wording("Combien ?", "How much?"),
    "why": Wording("Pourquoi est-ce un problème ?", "Why is it a problem?"),
}
_NOT_APPLICABLE: Final = Wording("sans objet", "not applicable")
_HEADER: Final = (Wording("Question", "Question"), Wording("Réponse", "Answer"))
_FACTS: Final = (Wording("Date", "Date"), Wording("Fait", "Fact"), Wording("Source", "Source"))
_QUESTIONS: Final = Wording("Questions", "Questions")
_CHRONOLOGY: Final = Wording("Chronologie", "Chronology")
_TWICE: Final = Wording("ce fait est donné deux fois à cette date", "this fact is given twice for this date")


@attrs.frozen
class Answer(checks.Checked):
    """The answer to one question, or the reason why the question does not apply.

    Args:
        text: the answer; the reason where it is not applicable.
        applicable: False where the question does not apply (sans objet).

    Raises:
        FaultsError: the text is blank.

    >>> Answer.not_applicable("aucun montant n'est en jeu").in_("fr")
    "sans objet : aucun montant n'est en jeu"
    """

    text: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    applicable: bool = attrs.field(default=True, metadata=checks.TRUTH)

    @classmethod
    def not_applicable(cls, reason: str) -> Self:
        """The question does not apply, for this reason."""
        return cls(reason, applicable=False)

    def in_(self, lang: Lang) -> str:
        """The answer as a reader is shown it."""
        return self.text if self.applicable else f"{_NOT_APPLICABLE.in_(lang)}{colon(lang)}{self.text}"


@attrs.frozen
class DatedFact(checks.Checked):
    """A fact, the day it happened, and what shows it (fait daté).

    Args:
        day: the day, as a date.
        statement: the fact.
        source: the factual support that shows it, where there is one.

    Raises:
        FaultsError: a text is blank, or the day is not a date.

    Source: M2-1 §6.1.
    """

    day: date = attrs.field(metadata=checks.DAY)
    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    source: str | None = attrs.field(default=None, repr=redacted, metadata=checks.OPTIONAL_TEXT)


@attrs.frozen(kw_only=True)
class Qqoqcp(CauseAnalysis):
    """A description by QQOQCP. It finds no causes: it describes the problem.

    Args:
        who: who is concerned (qui).
        what: what happened (quoi).
        where: at which place (où).
        when: when (quand).
        how: in which way (comment).
        how_much: how often, how many, at what cost (combien).
        why: why it is a problem (pourquoi).
        facts: the dated facts behind the answers, at least one.

    Raises:
        FaultsError: a question is left open, there is no dated fact, or one is given twice.

    Source: M2-1 §2.1, §4.2.
    """

    method: ClassVar[Method] = Method.QQOQCP

    who: Answer
    what: Answer
    where: Answer
    when: Answer
    how: Answer
    how_much: Answer
    why: Answer
    facts: tuple[DatedFact, ...] = attrs.field(converter=checks.as_tuple)

    def _faults(self) -> Iterator[Fault]:
        answers = attrs.asdict(self, recurse=False)
        for question in QUESTIONS:
            yield from checks.a(Answer)(question, answers[question])
        misshapen = tuple(checks.items("facts", self.facts, checks.a(DatedFact), at_least=1))
        yield from misshapen
        if not misshapen:
            yield from self._repeated()

    def _repeated(self) -> Iterator[Fault]:
        met: set[tuple[date, str]] = set()
        for index, fact in enumerate(self.facts):
            compared = (fact.day, key(fact.statement))
            if compared in met:
                yield Fault(f"facts[{index}]", REDACTED, _TWICE)
            met.add(compared)

    @property
    def chronology(self) -> tuple[DatedFact, ...]:
        """The facts by day; those of one day in the order given."""
        return tuple(sorted(self.facts, key=lambda fact: fact.day))

    def _answers(self, lang: Lang) -> Iterator[tuple[str, str]]:
        answers = attrs.asdict(self, recurse=False)
        return ((wording.in_(lang), answers[question].in_(lang)) for question, wording in QUESTIONS.items())

    def _blocks(self, lang: Lang, _: Taxonomy) -> Iterator[Block]:
        yield Grid(_QUESTIONS.in_(lang), tuple(title.in_(lang) for title in _HEADER), tuple(self._answers(lang)))
        facts = tuple((fact.day.isoformat(), fact.statement, fact.source or "–") for fact in self.chronology)
        yield Grid(_CHRONOLOGY.in_(lang), tuple(title.in_(lang) for title in _FACTS), facts)

    def _drawing(self, lang: Lang) -> Flowchart:
        chart = Flowchart("LR")
        problem = chart.node(self.method.label(lang), Shape.HEXAGON)
        for question, answer in self._answers(lang):
            question_node = chart.node(question, Shape.ROUND)
            chart.arrow(problem, question_node)
            chart.arrow(question_node, chart.node(answer))
        return chart
