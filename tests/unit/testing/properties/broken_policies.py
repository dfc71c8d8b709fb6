"""Editions each of which breaks a prop."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import attrs

from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import MalfunctionAssessment, Parameters, Policy, RiskParameters, SurveyParameters, m2_1
from reclamation_core.policy.m2_1_tables import band_table, complexity_table, criticality_table
from reclamation_core.tables import Condition, Decision, DecisionTable, Row, at_least, below
from reclamation_core.vocabulary import Band, Eligibility, Level, Nature, Requirement
from reclamation_core.wording import Wording


def edition(tables: Mapping[str, DecisionTable[Any]]) -> Policy:
    """An edition of these tables, the others being those of M2-1."""
    policy = Policy(edition="essai")
    policy.__dict__["tables"] = {**m2_1().tables, **tables}
    return policy


def changed(name: str, *more: Row, **outcomes: Any) -> DecisionTable[Any]:
    """A table of M2-1 with more rows, and other outcomes of some; its monotonicity is not proved."""
    table = m2_1().tables[name]
    rows = [attrs.evolve(row, then=outcomes.get(row.id.replace("-", "_"), row.then)) for row in table.rows]
    return attrs.evolve(table, rows=[*rows, *more], monotone=())


def with_more(**when: Condition | Any) -> Policy:
    """An edition with one more row for complaints."""
    row = Row("more", when, Eligibility.COMPLAINT, "M2-1 §1.2", Wording("une de plus", "one more"))
    return edition({"eligibility": changed("eligibility", row)})


def judged_by(parameters: Parameters) -> Policy:
    """An edition whose tables are made of other parameters than its own."""
    return edition(Policy(edition="autre", parameters=parameters).tables)


def risks(**tables: DecisionTable[Any]) -> Policy:
    """An edition on whose broken tables of risk the others are built."""
    known = {**m2_1().tables, **tables}
    parameters = Parameters()
    criticality = tables.get("criticality") or criticality_table(known["severity"], known["retained_likelihood"])
    band = band_table(parameters.risk, criticality, known["severity"])
    complexity = complexity_table(parameters.complexity, band, known["level"])
    return edition({**tables, "criticality": criticality, "band": band, "complexity": complexity})


def off_by_one() -> DecisionTable[Any]:
    table = m2_1().tables["criticality"]
    first, *rest = table.rows
    return attrs.evolve(table, rows=[attrs.evolve(first, then=first.then + 1), *rest], monotone=())


def asked(decide: Callable[[DecisionTable[Any], Any], Any]) -> Policy:
    """An edition whose table of levels is evaluated in another way."""
    table = attrs.evolve(m2_1().tables["level"])
    table.__dict__["decide"] = lambda facts: decide(m2_1().tables["level"], facts)
    return edition({"level": table})


def taking_unknown_for_the_first(table: DecisionTable[Any], facts: Mapping[str, Any]) -> Decision[Any]:
    first = {input_.name: input_.domain.values[0] for input_ in table.base}  # type: ignore[attr-defined]
    return table.decide({name: first[name] if value is UNKNOWN else value for name, value in facts.items()})


def asking_the_same_again(table: DecisionTable[Any], _: object) -> Any:
    return SimpleNamespace(question=table.base[0], outcome=None, possible=frozenset())


class NoDeadline(Policy):
    def assess(self, facts: Any, calendar: Any) -> Any:
        assessment = super().assess(facts, calendar)
        assessment.deadline = None
        return assessment


class OneDayLater(Policy):
    def assess(self, facts: Any, calendar: Any) -> Any:
        later = attrs.evolve(facts, received_at=facts.received_at + timedelta(days=1))
        return super().assess(later, calendar)


class Highest(MalfunctionAssessment):
    @property
    def handling_level(self) -> Level:
        return max(self.level.possible)


class TheHighestMeanwhile(Policy):
    def assess_malfunction(self, facts: Any, calendar: Any = None) -> Highest:
        return Highest(self, facts, super().assess_malfunction(facts, calendar)._complexity)


class ForgetsItsRows(Policy):
    def to_json(self) -> str:
        return attrs.evolve(self, edits=()).to_json() if self.edits else super().to_json()


REVERSED = attrs.evolve(m2_1().tables["level"], priority=tuple(Level), monotone=())
UNSOURCED = attrs.evolve(
    m2_1().tables["level"], rows=[attrs.evolve(row, clause=None) for row in m2_1().tables["level"].rows]
)
BROKEN: dict[str, Policy] = {
    "tables-are-proved": edition({"eligibility": m2_1().tables["eligibility"].without("not-sold")}),
    "every-row-has-a-witness": with_more(satisfaction=below(0)),
    "every-row-is-sourced": edition({"level": UNSOURCED}),
    "possible-outcomes-are-those-of-completions": asked(taking_unknown_for_the_first),
    "every-answer-settles": asked(asking_the_same_again),
    "outcomes-are-explained": edition({"level": UNSOURCED}),
    "an-edition-reads-back-as-it-was-written": ForgetsItsRows(edition="essai").with_rows(
        "level", remove=["local-client"]
    ),
    "a-low-note-is-a-complaint-by-itself": judged_by(Parameters(survey=SurveyParameters(threshold=5))),
    "a-high-note-changes-nothing": judged_by(Parameters(survey=SurveyParameters(threshold=7))),
    "a-lower-note-never-leaves-scope": with_more(satisfaction=at_least(8)),
    "an-initial-request-is-out-of-scope": with_more(nature=Nature.INITIAL_INFORMATION_REQUEST),
    "an-opinion-is-out-of-scope": with_more(nature=Nature.GENERAL_OPINION),
    "no-requirement-no-complaint": with_more(requirement=Requirement.NONE),
    "a-deadline-unless-out-of-scope": NoDeadline(edition="essai"),
    "the-deadline-is-the-edition's": OneDayLater(edition="essai"),
    "a-level-never-falls": edition({"level": changed("level", national_mobilisation=Level.LOCAL)}),
    "the-highest-clause-wins": edition({"level": REVERSED}),
    "a-level-is-that-of-its-mobilisation-at-least": edition(
        {"level": m2_1().tables["level"].without("regional-mobilisation")}
    ),
    "the-lowest-possible-level-handles": TheHighestMeanwhile(edition="essai"),
    "risk-never-falls": risks(severity=changed("severity", safety_3=1)),
    "severity-is-the-highest-touched": risks(severity=changed("severity", safety_4=3)),
    "criticality-is-the-product": risks(criticality=off_by_one()),
    "a-judged-likelihood-is-retained": risks(retained_likelihood=changed("retained_likelihood", judged_4=3)),
    "severity-4-is-never-in-a-lower-band": judged_by(
        Parameters(risk=RiskParameters(least_band_at_severity_4=Band.LOW))
    ),
}
"""For each property, an edition that breaks it."""
