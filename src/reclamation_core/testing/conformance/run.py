"""Write conformance cases, decide them, and check an implementation against them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    CaseCommand,
    CommandRefusedError,
    DeadlineResumed,
    DeadlineSuspended,
    DecisionContext,
    RegistrationCommand,
    apply,
    decide,
    open_case,
)
from reclamation_core.cases.codes import CommandType, Permission
from reclamation_core.cases.documents import FACTS
from reclamation_core.cases.guards import guard_table
from reclamation_core.documents import Codec, Encoding, Schema, Structure, Variants, parse_json
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Assessment, CaseAssessment, Policy, m2_1
from reclamation_core.policy.sources import cited
from reclamation_core.tables import Decision, DecisionTable, Row
from reclamation_core.tables.explanation import row_wording
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.boundaries import Pick, as_facts, for_rows, picks
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    AssessmentCase,
    CalendarOptions,
    Code,
    Conformance,
    ConformanceCase,
    DeadlineCase,
    ExpectedAcknowledgement,
    ExpectedAssessment,
    ExpectedDeadline,
    ExpectedDecision,
    ExpectedPermission,
    ExpectedRetention,
    ExpectedSuspension,
    PermissionCase,
    QualificationCase,
    RetentionCase,
    Situation,
    SuspensionCase,
)
from reclamation_core.testing.conformance.readings import dates, parameters, readings
from reclamation_core.testing.rules import without_rule_coverage
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, LabelledEnum, Role
from reclamation_core.wording import Lang, Wording

_GUARDED: Final[Mapping[str, tuple[type[LabelledEnum], Callable[[Any], DecisionTable[Permission]]]]] = {
    "case": (CommandType, guard_table),
    "plan": (PlanCommandType, plan_guard_table),
}


Expected: TypeAlias = (
    ExpectedAssessment
    | ExpectedDeadline
    | ExpectedAcknowledgement
    | ExpectedRetention
    | ExpectedSuspension
    | ExpectedPermission
)


def expected_of(case: ConformanceCase, policy: Policy) -> Expected:
    """What an edition says of a case; what the case expects of it is not looked at.

    Raises:
        FaultsError: an act, or what it looks at, is none that there is.
    """
    match case:
        case AssessmentCase():
            expected: Expected = judged(case, policy)
        case DeadlineCase():
            expected = timed(case, policy)
        case AcknowledgementCase():
            rule = policy.parameters.acknowledgement.rule
            calendar = policy.calendar(calendar_of(case.calendar))
            expected = ExpectedAcknowledgement(
                due=None if rule is None else calendar.deadline(case.received_at, rule).due
            )
        case QualificationCase():
            expected = qualified(case, policy)
        case RetentionCase():
            active, kept = (
                policy.retention.active_until(case.closed_on),
                policy.retention.retained_until(case.closed_on),
            )
            expected = ExpectedRetention(active_until=active, kept_until=kept)
        case SuspensionCase():
            expected = suspended(case, policy)
        case _:
            expected = permitted(case)
    return expected


def judged(case: AssessmentCase, policy: Policy) -> ExpectedAssessment:
    """What an edition says of facts, or which of them it refuses."""
    assessment: CaseAssessment
    try:
        if isinstance(case.facts, ComplaintFacts):
            assessment = policy.assess(case.facts, calendar_of(case.calendar))
        else:
            assessment = policy.assess_malfunction(case.facts)
    except FaultsError as error:
        return ExpectedAssessment(refused=tuple(fault.path for fault in error.faults))
    question = assessment.question
    complaint = isinstance(assessment, Assessment)
    return ExpectedAssessment(
        decisions={decision.table.name: _judged_by(decision) for decision in _decisions(assessment)},
        handling_level=None if _out_of_scope(assessment) else assessment.handling_level,
        question=None if question is None else question.name,
        due=assessment.deadline.due if complaint and assessment.deadline is not None else None,  # type: ignore[union-attr]
    )


def _decisions(assessment: CaseAssessment) -> tuple[Decision[Any], ...]:
    """Every decision of the assessment, those that others rest on among them."""
    eligibility = (assessment.eligibility,) if isinstance(assessment, Assessment) else ()
    if _out_of_scope(assessment):
        return eligibility
    of_risk = (assessment.severity, assessment.likelihood, assessment.criticality, assessment.risk)
    return (*eligibility, assessment.level, *of_risk, assessment.complexity)


def _out_of_scope(assessment: CaseAssessment) -> bool:
    return isinstance(assessment, Assessment) and assessment.eligibility.outcome is Eligibility.OUT_OF_SCOPE


def _judged_by(decision: Decision[Any]) -> ExpectedDecision:
    rank = decision.table.output.rank
    possible = tuple(_plain(outcome) for outcome in sorted(decision.possible, key=rank))
    return ExpectedDecision(
        outcome=_plain(decision.outcome), possible=possible, rows=tuple(row.id for row in decision.rows)
    )


def _plain(outcome: Any) -> Any:
    return str(outcome) if isinstance(outcome, str) else outcome


def timed(case: DeadlineCase, policy: Policy) -> ExpectedDeadline:
    """What an edition counts from a receipt."""
    rule = policy.deadline
    if case.first_day_counted is not None:
        rule = attrs.evolve(rule, first_day_counted=case.first_day_counted)
    deadline = policy.calendar(calendar_of(case.calendar)).deadline(case.received_at, rule)
    status = None if case.at is None else deadline.status(case.at, case.answered_at)
    return ExpectedDeadline(received_on=deadline.received_on, due=deadline.due, status=status)


def suspended(case: SuspensionCase, policy: Policy) -> ExpectedSuspension:
    """What comes of suspending the answer clock of a complaint of an edition."""
    acts: list[tuple[Any, datetime | None]] = [
        (DeadlineSuspended(reason="."), case.suspended_at),
        (DeadlineResumed(), case.resumed_at),
    ]
    around = DecisionContext(policy=policy, now=max(case.suspended_at, case.resumed_at or case.suspended_at))
    asked: dict[str, Any] = {"actor": ".", "role": Role.RQR}
    registration = RegistrationCommand(
        facts=a_complaint(received_at=case.received_at),
        site=".",
        calendar=calendar_of(case.calendar),
        occurred_at=case.received_at,
        **asked,
    )
    opened = apply(None, open_case("R", registration, around).event)
    guards: tuple[str, ...] = ()
    try:
        for data, at in acts:
            if at is not None:
                opened = apply(opened, decide(opened, CaseCommand(data=data, occurred_at=at, **asked), around).event)
    except CommandRefusedError as refused:
        guards = tuple(guard.id for guard in refused.guards)
    due = None if opened.deadline is None else opened.deadline.due
    return ExpectedSuspension(allowed=not guards, guards=guards, due=due, awaited=opened.awaited_on is not None)


def permitted(case: PermissionCase) -> ExpectedPermission:
    """What the guards say of an act; they are those of every edition."""
    verbs, table_of = _GUARDED[case.of]
    verb = next((verb for verb in verbs if verb == case.verb), None)
    if verb is None:
        known = ", ".join(verbs)
        expected = Wording(f"un acte est attendu parmi {known}", f"an act is expected among {known}")
        raise FaultsError((Fault("verb", case.verb, expected),))
    return _permitted(table_of(verb), case.situation)


def qualified(case: QualificationCase, policy: Policy) -> ExpectedPermission:
    """What the guards say of a qualification under an edition's parameters."""
    table = guard_table(CommandType.QUALIFY)
    nothing_against = next(pick.facts for pick in for_rows(table) if pick.decision.outcome is Permission.ALLOWED)
    asked = {
        "role_qualifies": case.role in policy.roles.qualifying,
        "risks_unjudged": policy.parameters.qualification.risks_required and not case.risks_judged,
    }
    return _permitted(table, {**nothing_against, **asked})


def _permitted(table: DecisionTable[Permission], situation: Mapping[str, Any]) -> ExpectedPermission:
    decision = table.decide(situation)
    allowed = decision.outcome is Permission.ALLOWED
    return ExpectedPermission(allowed=allowed, guards=() if allowed else tuple(row.id for row in decision.deciding))


@cache
def calendar_of(where: CalendarOptions) -> BusinessCalendar:
    """The calendar of a case."""
    return BusinessCalendar.france(
        where.territory.value, whit_monday_worked=where.whit_monday_worked, closures=where.closures
    )


@attrs.frozen
class Difference:
    """Something that is found to be otherwise than a case expects.

    Attributes:
        case: the name of the case.
        field: what differs, as a dotted path: `decisions.level.outcome`.
        expected: the value expected, as the file has it; `ABSENT` where the file has none.
        found: the value found; `ABSENT` where there is none.
    """

    case: str
    field: str
    expected: Any
    found: Any

    def in_(self, lang: Lang) -> str:
        """The difference as a sentence."""
        expected, found = _shown(self.expected, lang), _shown(self.found, lang)
        if lang == "fr":
            return f"{self.case}, {self.field} : attendu {expected}, trouvé {found}"
        return f"{self.case}, {self.field}: {expected} expected, {found} found"

    def __str__(self) -> str:
        return self.in_("en")


def check_conformance(conformance: Conformance, policy: Policy | None = None) -> tuple[Difference, ...]:
    """What an edition decides otherwise than conformance cases expect, in their order; nothing where it conforms.

    Args:
        conformance: the cases.
        policy: the edition; `m2_1()` by default.

    Raises:
        TypeError: they are no such cases, or it is no edition.
    """
    expect("conformance", conformance, Conformance, remedy="read_conformance and shipped_conformance give one")
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    with without_rule_coverage():
        return tuple(difference for case in conformance.cases for difference in _differences(case, edition))


def _differences(case: ConformanceCase, policy: Policy) -> Iterator[Difference]:
    expected = CODEC.write(case.expected)
    try:
        found = CODEC.write(expected_of(case, policy))
    except FaultsError as error:
        for fault in error.faults:
            yield Difference(case.id, fault.path, ABSENT, fault.in_("fr"))
        return
    for field, wanted, given in _apart("", expected, found):
        yield Difference(case.id, field, wanted, given)


def _apart(path: str, expected: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(expected, Mapping) or not isinstance(found, Mapping):
        if _plain_checks(expected) != _plain_checks(found):
            yield path, expected, found
        return
    for name in dict.fromkeys((*expected, *found)):
        below = f"{path}.{name}" if path else name
        yield from _apart(below, expected.get(name, ABSENT), found.get(name, ABSENT))


def _plain_checks(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: Any, lang: Lang) -> str:
    if value is ABSENT:
        return "rien" if lang == "fr" else "nothing"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(item, lang) for item in value)}]"
    return f"« {value} »" if lang == "fr" and isinstance(value, str) else repr(value)


def conformance_cases(policy: Policy | None = None) -> Conformance:
    """The conformance cases of an edition, with what it decides as what is expected.

    There is one for each row of its tables that ever decides and two for each threshold; those that show the readings;
    the dates to agree with; and one for each guard of an act. What no facts can decide (the labels of I18) has none.

    Args:
        policy: the edition; `m2_1()` by default.

    Raises:
        TypeError: it is no edition.
    """
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    cases = (*_of_tables(edition), *readings(edition), *dates(), *parameters(edition), *_of_guards())
    with without_rule_coverage():
        return Conformance(edition=edition.edition, cases=tuple(_filled_in(case, edition) for case in cases))


def _filled_in(case: Any, policy: Policy) -> Any:
    """The case with what an edition says of it as what is expected."""
    return attrs.evolve(case, expected=expected_of(case, policy))


def _of_tables(policy: Policy) -> Iterator[ConformanceCase]:
    for table in policy.tables.values():
        for pick in picks(table):
            yield AssessmentCase(
                id=f"{table.name}/{pick.shows.en}",
                shows=_shows(pick),
                **_sources(pick),
                facts=as_facts(pick.facts),
                expected=ExpectedAssessment(),
            )


def _of_guards() -> Iterator[PermissionCase]:
    acts: tuple[tuple[str, Iterable[Any], Callable[[Any], Any]], ...] = (
        ("case", CommandType, guard_table),
        ("plan", PlanCommandType, plan_guard_table),
    )
    for of, verbs, table_of in acts:
        for verb in verbs:
            for pick in for_rows(table_of(verb)):
                situation = {name: value for name, value in pick.facts.items() if value is not ABSENT}
                yield PermissionCase(
                    id=f"{of}/{verb.value}/{pick.shows.en}",
                    shows=_shows(pick),
                    **_sources(pick),
                    of=of,
                    verb=verb.value,
                    situation={
                        name: str(value) if isinstance(value, str) else value for name, value in situation.items()
                    },
                    expected=ExpectedPermission(allowed=False),
                )


def _shows(pick: Pick) -> Wording:
    if pick.row is None:
        return pick.shows
    table = pick.decision.table
    return Wording(row_wording(table, pick.row, "fr"), row_wording(table, pick.row, "en"))


def _sources(pick: Pick) -> dict[str, Any]:
    """The clauses and the readings of what decides."""
    rows: tuple[Row, ...] = pick.decision.deciding if pick.row is None else (pick.row,)
    found = [number for row in rows for number in (row.reading or "").split(", ") if number]
    clauses = dict.fromkeys(clause for row in rows for clause in cited(row.clause))
    return {"clauses": tuple(clauses), "readings": tuple(dict.fromkeys(found))}


_SHIPPED: Final = "conformance-m2-1.json"


def _one_of(types: tuple[type, ...], expected: Wording) -> Any:
    def read(value: Any, _: Structure) -> Any:
        if type(value) not in types:
            raise FaultsError((Fault("", value, expected),))
        return value

    return read


_CODES: Final = Encoding(
    annotation=Code,
    read=_one_of(
        (str, int), Wording("un code ou un nombre entier est attendu", "a code or a whole number is expected")
    ),
    schema=lambda _: {"type": ["string", "integer"]},
)
_SITUATIONS: Final = Encoding(
    annotation=Situation,
    read=_one_of((bool, str), Wording("vrai, faux ou un code est attendu", "true, false or a code is expected")),
    schema=lambda _: {"type": ["boolean", "string"]},
)
_CASES: Final = Variants(
    annotation=ConformanceCase,
    classes={
        "assessment": AssessmentCase,
        "deadline": DeadlineCase,
        "acknowledgement": AcknowledgementCase,
        "qualification": QualificationCase,
        "retention": RetentionCase,
        "suspension": SuspensionCase,
        "act": PermissionCase,
    },
    key="kind",
)
_FILES: Final = Variants(annotation=Conformance, classes={"conformance": Conformance})
CODEC: Final = Codec((_FILES, _CASES, FACTS), encodings=(_CODES, _SITUATIONS))


def conformance_text(conformance: Conformance) -> str:
    """Conformance cases as JSON, one case a line, so that two files can be compared line by line."""
    document = CODEC.write(conformance)
    cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in document.pop("cases"))
    head = json.dumps(document, ensure_ascii=False)[:-1]
    return f'{head}, "cases": [\n{cases}\n]}}\n'


def parse_conformance(text: str) -> Conformance:
    """The conformance cases that a JSON text tells.

    Raises:
        FaultsError: it is no JSON, or is not in this format: all the faults at once, each with its path.
    """
    return CODEC.read(parse_json(text), Conformance)


def read_conformance(path: str | Path) -> Conformance:
    """The conformance cases of a file, in UTF-8.

    Raises:
        OSError: the file cannot be read.
        FaultsError: as `parse_conformance`.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        expected = Wording("un fichier JSON en UTF-8 est attendu", "a JSON file in UTF-8 is expected")
        raise FaultsError((Fault("$", str(path), expected),)) from error
    return parse_conformance(text)


def shipped_conformance() -> Conformance:
    """The conformance cases of M2-1 that the package brings, in `reclamation_core/testing/data`."""
    return parse_conformance(shipped_text())


def shipped_text() -> str:
    """The file that the package brings."""
    folder = resources.files("reclamation_core.testing").joinpath("data")
    return folder.joinpath(_SHIPPED).read_text(encoding="utf-8")


def conformance_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a file of conformance cases."""
    return CODEC.schema(Conformance, "conformance")
