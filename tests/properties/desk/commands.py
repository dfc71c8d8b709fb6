"""Commands on a case: each in several forms, some of which some cases refuse."""

from __future__ import annotations

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
from reclamation_core.vocabulary import ComplaintFacts, Level, MalfunctionFacts, RiskDomain
from tests.unit.desk import factories

Ask: TypeAlias = Callable[[Desk, Case, datetime | None], Case]

REASONS: tuple[dict[str, Any], ...] = (
    *({"reason": reason} for reason in ClosingReason),
    {"reason": ClosingReason.OUT_OF_SCOPE, "redirected_to": "accueil"},
)


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


def _qualify(risks: dict[RiskDomain | str, int], **judged: Any) -> Ask:
    return lambda desk, case, at: desk.qualify(
        case.reference, problem="l'absence", risks=risks, occurred_at=at, **judged
    )


def _answer(*, collective: bool) -> Ask:
    return lambda desk, case, at: desk.answer(
        case.reference, decision=AnswerDecision.FOUNDED, text="Madame", collective=collective, occurred_at=at
    )


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


def _suggest(fact: str, value: str) -> Ask:
    return lambda d, c, at: d.suggest(
        c.reference, fact=fact, value=value, by="mots-clés", by_version="1", occurred_at=at
    )


def _anonymise(kinds: tuple[TextKind, ...]) -> Ask:
    return lambda desk, case, at: desk.anonymise(case.reference, kinds=kinds, occurred_at=at)


HANDLING: tuple[tuple[CommandType, Ask], ...] = (
    (CommandType.COMPLETE_FACTS, lambda d, c, at: d.complete_facts(c.reference, mobilisation="local", occurred_at=at)),
    (
        CommandType.COMPLETE_FACTS,
        lambda d, c, at: d.complete_facts(c.reference, service_reach="one_centre", occurred_at=at),
    ),
    (
        CommandType.REQUEST_INFORMATION,
        lambda d, c, at: d.request_information(c.reference, "mobilisation", occurred_at=at),
    ),
    (
        CommandType.REQUEST_INFORMATION,
        lambda d, c, at: d.request_information(c.reference, question="Quel jour ?", occurred_at=at),
    ),
    (CommandType.CORRECT, _correct_receipt(timedelta(hours=-30))),
    (CommandType.CORRECT, _correct_receipt(timedelta(minutes=1))),
    (
        CommandType.CORRECT,
        lambda d, c, at: d.correct(c.reference, reason="relu", mobilisation="national", occurred_at=at),
    ),
    (CommandType.ACKNOWLEDGE, lambda d, c, at: d.acknowledge(c.reference, occurred_at=at)),
    (
        CommandType.ADD_SUPPORT,
        lambda d, c, at: d.add_support(c.reference, kind=SupportKind.EMAIL, title="courriel", occurred_at=at),
    ),
    (
        CommandType.TRANSCRIBE,
        lambda d, c, at: d.transcribe(c.reference, text="allô", author="Mme Roux", occurred_at=at),
    ),
    (CommandType.CONTAIN, lambda d, c, at: d.contain(c.reference, measure="un remplaçant", occurred_at=at)),
    (CommandType.RECORD_CONTAINMENT_EFFECT, _effect(None)),
    (CommandType.RECORD_CONTAINMENT_EFFECT, _effect(999)),
    (CommandType.QUALIFY, _qualify({"training": 2}, likelihood=2, recurrences=0, causes=0)),
    (CommandType.QUALIFY, _qualify({"safety": 4}, likelihood=1)),
    (
        CommandType.QUALIFY,
        lambda d, c, at: d.qualify(c.reference, problem="l'absence", severity_training=2, occurred_at=at),
    ),
    (CommandType.REROUTE, lambda d, c, at: d.reroute(c.reference, handling_unit="STD", occurred_at=at)),
    (
        CommandType.REROUTE,
        lambda d, c, at: d.reroute(c.reference, handling_unit="CRE", level=Level.NATIONAL, occurred_at=at),
    ),
    (
        CommandType.REROUTE,
        lambda d, c, at: d.reroute(
            c.reference, handling_unit="STR", level=Level.REGIONAL, reason="enjeu", occurred_at=at
        ),
    ),
    (CommandType.ANALYSE, lambda d, c, at: d.analyse(c.reference, causes=("organisation",), occurred_at=at)),
    (
        CommandType.ANALYSE,
        lambda d, c, at: d.analyse(c.reference, causes=("matériel",), method=Method.EIGHT_D, occurred_at=at),
    ),
    (CommandType.PLAN_NOTHING, lambda d, c, at: d.plan_nothing(c.reference, reason="isolé", occurred_at=at)),
    (CommandType.PLAN, _plan),
    (CommandType.ANSWER, _answer(collective=True)),
    (CommandType.ANSWER, _answer(collective=False)),
    (
        CommandType.ANSWER,
        lambda d, c, at: d.answer(c.reference, decision=AnswerDecision.MISATTRIBUTED, text="Madame", occurred_at=at),
    ),
    (
        CommandType.ADD_SUPPORT,
        lambda d, c, at: d.add_support(
            c.reference, kind=SupportKind.EMAIL, title="courriel", answers_request=True, occurred_at=at
        ),
    ),
)
"""What handles a case, with what asks for it of a desk, as of an instant."""

CLOSING: tuple[tuple[CommandType, Ask], ...] = tuple((CommandType.CLOSE, _close(given)) for given in REASONS)

ENDING: tuple[tuple[CommandType, Ask], ...] = (
    (CommandType.CORRECT_DATE, _correct_date(2)),
    (CommandType.CORRECT_DATE, _correct_date(99)),
    (
        CommandType.RECORD_REACTION,
        lambda d, c, at: d.record_reaction(c.reference, reaction=Reaction.SATISFIED, occurred_at=at),
    ),
    (
        CommandType.REFER_TO_MEDIATION,
        lambda d, c, at: d.refer_to_mediation(c.reference, reason="désaccord", occurred_at=at),
    ),
    (CommandType.WITHDRAW, lambda d, c, at: d.withdraw(c.reference, words="je renonce", occurred_at=at)),
    (CommandType.REOPEN, lambda d, c, at: d.reopen(c.reference, reason="encore", occurred_at=at)),
    (
        CommandType.LINK,
        lambda d, c, at: d.link(c.reference, kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000001", occurred_at=at),
    ),
    (
        CommandType.LINK,
        lambda d, c, at: d.link(c.reference, kind=LinkKind.DUPLICATE_OF, to="R-2026-000001", occurred_at=at),
    ),
    (CommandType.ASSIGN, lambda d, c, at: d.assign(c.reference, to="m.klein", occurred_at=at)),
    (CommandType.UNASSIGN, lambda d, c, at: d.unassign(c.reference, occurred_at=at)),
    (CommandType.ADD_NOTE, lambda d, c, at: d.add_note(c.reference, text="rappeler mardi", occurred_at=at)),
    (CommandType.SUGGEST, _suggest("theme", "equipment")),
    (CommandType.SUGGEST, _suggest("channel", "email")),
    (
        CommandType.SUSPEND_DEADLINE,
        lambda d, c, at: d.suspend_deadline(c.reference, reason="une pièce manque", occurred_at=at),
    ),
    (
        CommandType.SUSPEND_DEADLINE,
        lambda d, c, at: d.suspend_deadline(c.reference, reason="une autre pièce", occurred_at=at),
    ),
    (CommandType.RESUME_DEADLINE, lambda d, c, at: d.resume_deadline(c.reference, occurred_at=at)),
    (
        CommandType.SUSPEND_RETENTION,
        lambda d, c, at: d.suspend_retention(c.reference, reason="assignation", occurred_at=at),
    ),
    (CommandType.ANONYMISE, _anonymise((TextKind.PERSONAL,))),
    (CommandType.RESUME_RETENTION, lambda d, c, at: d.resume_retention(c.reference, reason="jugement", occurred_at=at)),
    (CommandType.ANONYMISE, _anonymise(tuple(TextKind))),
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
