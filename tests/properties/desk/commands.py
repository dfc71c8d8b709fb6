"""Commands on a case: each in several forms, some of which some cases refuse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reclamation_core.cases import (
    AnswerDecision,
    Case,
    ClosingReason,
    CommandType,
    LinkKind,
    Method,
    Reaction,
    SupportKind,
    TextKind,
)
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import ComplaintFacts, Level, MalfunctionFacts
from tests.unit.desk import factories

Ask: TypeAlias = Callable[[Desk, Case, datetime | None], Case]
REASONS: tuple[dict[str, Any], ...] = (
    *({"reason": reason} for reason in ClosingReason),
    {"reason": ClosingReason.OUT_OF_SCOPE, "redirected_to": "accueil"},
)


def _given(command: str, *places: Any, **given: Any) -> tuple[CommandType, Ask]:
    """Return a command with these arguments, on any case."""

    def ask(desk: Desk, case: Case, at: datetime | None) -> Case:
        return getattr(desk, command)(case.reference, *places, **given, occurred_at=at)  # type: ignore[no-any-return]

    return CommandType.parse(command), ask


def _correct_receipt(by: timedelta) -> Ask:
    return lambda desk, case, at: desk.correct(
        case.reference, reason="cachet", received_at=case.received_at + by, occurred_at=at
    )


def _effect(measure: int | None) -> Ask:
    def ask(desk: Desk, case: Case, at: datetime | None) -> Case:
        known = case.containments[-1].number if case.containments and measure is None else measure or 1
        return desk.record_containment_effect(
            case.reference, measure=known, effective=True, effect="tenu", occurred_at=at
        )

    return ask


def _close(given: dict[str, Any]) -> Ask:
    def ask(desk: Desk, case: Case, at: datetime | None) -> Case:
        told_at = case.received_at if given["reason"] is ClosingReason.OUT_OF_SCOPE else None
        return desk.close(case.reference, **given, told_at=told_at, occurred_at=at)

    return ask


def _plan(desk: Desk, case: Case, at: datetime | None) -> Case:
    return desk.plan(case.reference, factories.sheet(f"A-{case.reference}-{case.version}"), occurred_at=at)


def _correct_date(number: int) -> Ask:
    def ask(desk: Desk, case: Case, at: datetime | None) -> Case:
        moment = case.received_at + timedelta(minutes=1)
        return desk.correct_date(
            case.reference, number, happened_at=moment, reason="une faute de frappe", occurred_at=at
        )

    return ask


MODEL: dict[str, Any] = {"by": "mots-clés", "by_version": "1"}
HANDLING: tuple[tuple[CommandType, Ask], ...] = (
    _given("complete_facts", mobilisation="local"),
    _given("complete_facts", service_reach="one_centre"),
    _given("request_information", "mobilisation"),
    _given("request_information", question="Quel jour ?"),
    (CommandType.CORRECT, _correct_receipt(timedelta(hours=-30))),
    (CommandType.CORRECT, _correct_receipt(timedelta(minutes=1))),
    _given("correct", reason="relu", mobilisation="national"),
    _given("acknowledge"),
    _given("add_support", kind=SupportKind.EMAIL, title="courriel"),
    _given("transcribe", text="allô", author="Mme Roux"),
    _given("contain", measure="un remplaçant"),
    (CommandType.RECORD_CONTAINMENT_EFFECT, _effect(None)),
    (CommandType.RECORD_CONTAINMENT_EFFECT, _effect(999)),
    _given("qualify", problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0),
    _given("qualify", problem="l'absence", risks={"safety": 4}, likelihood=1),
    _given("qualify", problem="l'absence", severity_training=2),
    _given("reroute", handling_unit="STD"),
    _given("reroute", handling_unit="CRE", level=Level.NATIONAL),
    _given("reroute", handling_unit="STR", level=Level.REGIONAL, reason="enjeu"),
    _given("analyse"),
    _given("analyse", causes=("organisation",)),
    _given("analyse", causes=("matériel",), method=Method.EIGHT_D),
    _given("plan_nothing", reason="isolé"),
    (CommandType.PLAN, _plan),
    _given("answer", decision=AnswerDecision.FOUNDED, text="Madame", collective=True),
    _given("answer", decision=AnswerDecision.FOUNDED, text="Madame", collective=False),
    _given("answer", decision=AnswerDecision.MISATTRIBUTED, text="Madame"),
    _given("add_support", kind=SupportKind.EMAIL, title="courriel", answers_request=True),
)
"""What handles a case, with what asks for it of a desk, as of an instant."""

CLOSING: tuple[tuple[CommandType, Ask], ...] = tuple((CommandType.CLOSE, _close(given)) for given in REASONS)
ENDING: tuple[tuple[CommandType, Ask], ...] = (
    (CommandType.CORRECT_DATE, _correct_date(2)),
    (CommandType.CORRECT_DATE, _correct_date(99)),
    _given("record_reaction", reaction=Reaction.SATISFIED),
    _given("refer_to_mediation", reason="désaccord"),
    _given("withdraw", words="je renonce"),
    _given("reopen", reason="encore"),
    _given("link", kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000001"),
    _given("link", kind=LinkKind.DUPLICATE_OF, to="R-2026-000001"),
    _given("assign", to="m.klein"),
    _given("assign", to="m.klein"),
    _given("unassign"),
    _given("add_note", text="rappeler mardi"),
    _given("correct_complainant", complainant="Mme Roi", reason="une faute de frappe"),
    _given("identify_complainant", complainant="Mme Roy"),
    _given("suggest", fact="theme", value="equipment", **MODEL),
    _given("suggest", fact="channel", value="email", **MODEL),
    _given("suspend_deadline", reason="une pièce manque"),
    _given("suspend_deadline", reason="une autre pièce"),
    _given("resume_deadline"),
    _given("suspend_retention", reason="assignation"),
    _given("anonymise", kinds=(TextKind.PERSONAL,)),
    _given("resume_retention", reason="jugement"),
    _given("anonymise", kinds=tuple(TextKind)),
)
"""What may be done to a case that has ended, or beside its handling."""


def messages(received_at: datetime) -> tuple[ComplaintFacts | MalfunctionFacts, ...]:
    """Return messages: in scope, out of scope, unclear, by telephone, of a national client, internal, a note."""
    return (
        factories.facts(received_at),
        factories.facts(received_at, nature="initial_information_request"),
        factories.facts(received_at, requirement=None, mobilisation=None),
        factories.facts(received_at, channel="phone"),
        factories.facts(received_at, client_scope="national"),
        factories.malfunction(received_at),
        factories.facts(received_at, channel="survey", formal=False, satisfaction=3),
    )
