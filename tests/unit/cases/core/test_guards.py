import pickle
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import (
    AnswerDecision,
    Case,
    CaseCommand,
    ClosingReason,
    CommandRefusedError,
    CommandType,
    LinkKind,
    Method,
    Reaction,
    SupportKind,
    guard_table,
    handle_command,
    open_case,
)
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Acknowledged,
    Analysed,
    Anonymised,
    Assigned,
    Closed,
    ComplainantCorrected,
    ComplainantIdentified,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactsCorrected,
    FactSuggested,
    InformationRequested,
    Linked,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    Rerouted,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
    Transcribed,
    Unassigned,
)
from reclamation_core.cases.guards import GUARDS
from reclamation_core.codes import Audience
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy import ComplexityParameters, Parameters, Policy
from reclamation_core.policy.parameters import RoleParameters, SupportParameters
from reclamation_core.policy.sources import CLAUSES, cited, interpretation_numbers
from reclamation_core.vocabulary import Complexity, Level, RiskDomain, Role
from reclamation_core.wording import Lang
from tests.approvals import approve_errors
from tests.typography import plain
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    CLOSED,
    DOCUMENT,
    DUPLICATE,
    HANDLED,
    HOUR,
    LIVED,
    NO_ACTION,
    OUT_OF_SCOPE,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    TO_BE_CLARIFIED,
    WITHDRAWN,
    after,
    around,
    command_of,
    failing,
    guards_of,
    judged,
    kept,
    line,
    next_hour,
    opened,
    refused,
    registration,
)
from tests.unit.policy.cases import RECEIVED, complaint

TREATED = Closed(reason=ClosingReason.TREATED)
ASIDE = Closed(reason=ClosingReason.OUT_OF_SCOPE)
REDIRECTED = attrs.evolve(ASIDE, redirected_to="le service des inscriptions", told_at=RECEIVED + HOUR)
GIVEN_UP = Closed(reason=ClosingReason.WITHDRAWN)
TWICE = Closed(reason=ClosingReason.DUPLICATE)
SATISFIED = ReactionRecorded(reaction=Reaction.SATISFIED)
REOPENED = Reopened(reason="le poste est de nouveau en panne")
NATIONAL = Rerouted(level=Level.NATIONAL, handling_unit="SIEGE")
SUSPENDED = RetentionSuspended(reason="assignation au tribunal")
RESUMED = RetentionResumed(reason="jugement rendu")
IDENTIFIED = ComplainantIdentified(complainant="Mme Durand")
RENAMED = ComplainantCorrected(complainant="Mme Durant", reason="une faute de frappe")
CALL = Transcribed(text="aucun poste ne marchait", author="M. Petit")
EFFECT = ContainmentEffectRecorded(measure=2, effective=True, effect="la formation a repris")
ONLY_AQ = Policy(edition="AQ", parameters=Parameters(roles=RoleParameters(qualifying=(Role.AQ,))))
WITH_DOCUMENTS = Policy(edition="documents", parameters=Parameters(support=SupportParameters(document_required=True)))
RESERVING = Policy(
    edition="M2-1", parameters=Parameters(roles=RoleParameters(commands={CommandType.ADD_SUPPORT: (Role.RQR,)}))
)
SUSPENDING = Policy(edition="suspensions", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))
CLOCK_SUSPENDED = DeadlineSuspended(reason="la pièce demandée n'est pas arrivée")
CLOCK_RESUMED = DeadlineResumed()
LANGS: tuple[Lang, ...] = ("fr", "en")
COMPLEX = {"severity_safety": 4, "likelihood": 3}


def by_phone() -> Case:
    return after(opened(complaint(channel="phone")), SUPPORT)


def unclear() -> Case:
    return after(opened(complaint(**TO_BE_CLARIFIED)), SUPPORT)


def unclear_again(*done: Any) -> Case:
    """A case whose correction makes the eligibility undetermined, qualified or what else was done before."""
    case = after(opened(), *(done or (SUPPORT, QUALIFIED)))
    return after(case, corrected(case, **TO_BE_CLARIFIED))


def beside() -> Case:
    return after(opened(complaint(**OUT_OF_SCOPE)), SUPPORT)


def grave() -> Case:
    return after(opened(complaint(**COMPLEX)), SUPPORT, QUALIFIED)


def corrected(case: Case, **facts: Any) -> FactsCorrected:
    return FactsCorrected(facts=attrs.evolve(case.facts, **facts), reason="on s'était trompé")


def completed(case: Case, **facts: Any) -> FactsCompleted:
    return FactsCompleted(facts=attrs.evolve(case.facts, **facts))


def correcting(**facts: Any) -> Callable[[Case], FactsCorrected]:
    return lambda case: corrected(case, **facts)


def completing(**facts: Any) -> Callable[[Case], FactsCompleted]:
    return lambda case: completed(case, **facts)


def doing(*events: Any, **options: Any) -> Callable[[Case], Case]:
    """A case after events, or after what a function makes of it."""

    def do(case: Case) -> Case:
        for event in events:
            case = after(case, event(case) if isinstance(event, FunctionType) else event, **options)
        return case

    return do


def done(*events: Any, **options: Any) -> Callable[[], Case]:
    return lambda: doing(*events, **options)(opened())


def hours(at: float | None = None, now: float | None = None) -> dict[str, Any]:
    """The instant of a command and that of its recording, in hours from the receipt."""
    given = {"at": at, "now": now}
    return {name: RECEIVED + number * HOUR for name, number in given.items() if number is not None}


@attrs.frozen
class Shown:
    """A guard at work: a case, a refused command, what the refusal names, and the remedy of its message."""

    guard: str
    case: Callable[[], Case]
    asks: Any
    then: Any = attrs.field(default=None, kw_only=True)
    remedy: Callable[[Case], Case] | None = attrs.field(default=None, kw_only=True)
    options: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    then_options: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    values: tuple[str, str] = attrs.field(default=("", ""), kw_only=True)


def values_of(template: str, text: str) -> str:
    """What a text has in the place of the names in braces of its template, whose parts in brackets may be left out."""
    pattern = re.escape(template).replace(r"\[", "(?:").replace(r"\]", ")?")
    found = re.fullmatch(re.sub(r"\\\{\w+\\\}", "(.+)", pattern), text)
    assert found is not None, (template, text)
    return " | ".join(value for value in found.groups() if value)


def too_early(guard: str, case: Callable[[], Case], asks: Any) -> Shown:
    return Shown(
        guard,
        case,
        asks,
        options=hours(2, now=4),
        then_options=hours(3, now=4),
        values=("02/05/2026 à 11 h 30 | 02/05/2026 à 12 h 30", "2 May 2026 11:30 | 2 May 2026 12:30"),
    )


def anonymous() -> Case:
    return after(opened(complainant=None), SUPPORT, QUALIFIED)


ON_2_MAY = ("02/05/2026", "2 May 2026")
REQUIREMENT = ("exigence en cause", "requirement")
SHOWN = (
    Shown("in-future", opened, SUPPORT, options=hours(5, now=4), then_options=hours(4, now=4), values=ON_2_MAY),
    Shown("before-receipt", opened, SUPPORT, remedy=doing(correcting(received_at=RECEIVED - 2 * HOUR)),
        options=hours(-1, now=4), then_options=hours(-1, now=5),
        values=("02/05/2026 à 8 h 30 | 02/05/2026 à 9 h 30", "2 May 2026 08:30 | 2 May 2026 09:30")),
    Shown("receipt-after-acts", done(SUPPORT, at=RECEIVED + HOUR),
        FactsCorrected(facts=complaint(received_at=RECEIVED + 2 * HOUR), reason="cachet"),
        then=FactsCorrected(facts=complaint(received_at=RECEIVED + HOUR), reason="cachet"), options=hours(now=4),
        then_options=hours(now=4),
        values=("02/05/2026 à 11 h 30 | 02/05/2026 à 10 h 30", "2 May 2026 11:30 | 2 May 2026 10:30")),
    too_early("before-suspension", done(SUSPENDED, at=RECEIVED + 3 * HOUR), RESUMED),
    Shown("suspended", done(*LIVED, SUSPENDED), Anonymised(), remedy=doing(RESUMED), values=ON_2_MAY),
    Shown("not-suspended", opened, RESUMED, remedy=doing(SUSPENDED)),
    Shown("before-run", done(*LIVED, REOPENED), ANSWERED, options=hours(7, now=20), then_options=hours(8, now=20),
        values=("02/05/2026 à 16 h 30 | 02/05/2026 à 17 h 30", "2 May 2026 16:30 | 2 May 2026 17:30")),
    Shown("no-act-of-that-number", done(SUPPORT),
        DateCorrected(event=3, happened_at=RECEIVED + HOUR, reason="une faute de frappe"),
        then=DateCorrected(event=2, happened_at=RECEIVED + HOUR, reason="une faute de frappe"), values=("3", "3")),
    Shown("against-the-history", done(*LIVED),
        DateCorrected(event=6, happened_at=RECEIVED + HOUR, reason="le cachet de la poste"),
        then=DateCorrected(event=6, happened_at=RECEIVED + 3 * HOUR, reason="le cachet de la poste"),
        values=("02/05/2026 | 6", "2 May 2026 | 6")),
    too_early("before-support", done(SUPPORT, at=RECEIVED + 3 * HOUR), QUALIFIED),
    too_early("before-qualification", done(SUPPORT, QUALIFIED, at=RECEIVED + 3 * HOUR), ANSWERED),
    too_early("before-its-object", done(ContainmentTaken(measure="un poste prêté"), at=RECEIVED + 3 * HOUR), EFFECT),
    too_early("close-before-its-reason", done(WITHDRAWN, at=RECEIVED + 3 * HOUR), GIVEN_UP),
    Shown("collective-though-named", lambda: after(opened(complainant="Mme Durand"), SUPPORT, QUALIFIED),
        attrs.evolve(ANSWERED, collective=True), then=ANSWERED),
    Shown("individual-though-anonymous", anonymous, ANSWERED, then=attrs.evolve(ANSWERED, collective=True)),
    Shown("named-already", lambda: after(anonymous(), IDENTIFIED), IDENTIFIED, then=RENAMED),
    Shown("unnamed", anonymous, RENAMED, then=IDENTIFIED),
    Shown("sender-unchanged", done(RENAMED), RENAMED, then=attrs.evolve(RENAMED, complainant="Mme Durand")),
    Shown("withdrawn-already", done(WITHDRAWN), WITHDRAWN, then=GIVEN_UP, values=ON_2_MAY),
    Shown("linked-already", done(DUPLICATE), DUPLICATE, then=attrs.evolve(DUPLICATE, to="R-2026-000002"),
        values=("doublon de R-2026-000001", "duplicate of R-2026-000001")),
    Shown("closed", done(*LIVED), SUPPORT, remedy=doing(REOPENED), values=ON_2_MAY),
    Shown("anonymised", done(*LIVED, Anonymised()), REOPENED, remedy=lambda _: after(opened(), *LIVED),
        values=ON_2_MAY),
    Shown("not-assigned", opened, Unassigned(), remedy=doing(Assigned(to="m.klein"))),
    Shown("assigned-already", done(Assigned(to="m.klein")), Assigned(to="m.klein"), remedy=doing(Unassigned())),
    Shown("handled-there", done(Rerouted(level=Level.LOCAL, handling_unit="MLN")),
        Rerouted(level=Level.LOCAL, handling_unit="MLN"), then=Rerouted(level=Level.LOCAL, handling_unit="SIEGE")),
    Shown("analysis-empty", done(SUPPORT, QUALIFIED), Analysed(method=Method.QQOQCP), then=Analysed(report="rien")),
    Shown("not-closed", done(*HANDLED, ANSWERED), Anonymised(), remedy=doing(CLOSED), values=("répondu", "answered")),
    Shown("open-already", done(*HANDLED, ANSWERED), REOPENED, remedy=doing(CLOSED), values=("répondu", "answered")),
    Shown("no-complainant", lambda: after(failing(), *HANDLED), ANSWERED, then=TREATED),
    Shown("out-of-scope", beside, QUALIFIED, remedy=doing(correcting(nature="grievance")),
        values=("nature de la demande : demande initiale d'information", "nature: initial request for information")),
    Shown("to-be-clarified", unclear, QUALIFIED, remedy=doing(FactsCompleted(facts=complaint())), values=REQUIREMENT),
    Shown("to-be-clarified-again", unclear_again, ANSWERED, remedy=doing(completing(requirement="contractual")),
        values=REQUIREMENT),
    Shown("close-to-be-clarified", lambda: unclear_again(*HANDLED, ANSWERED), CLOSED,
        remedy=doing(completing(requirement="contractual")), values=REQUIREMENT),
    Shown("no-request", opened, attrs.evolve(SUPPORT, answers_request=True),
        remedy=doing(InformationRequested(question="Quel jour était-ce ?"))),
    Shown("requested-known", lambda: opened(complaint(requirement=None)),
        InformationRequested(facts=("requirement", "nature")), remedy=doing(correcting(nature=None)),
        values=("nature de la demande", "nature")),
    Shown("suggested-known", opened, FactSuggested(fact="nature", value="grievance", by="modèle", by_version="3"),
        remedy=doing(correcting(nature=None))),
    Shown("no-call", opened, CALL, remedy=doing(correcting(channel="phone")), values=("courriel", "e-mail")),
    Shown("not-transcribed", by_phone, QUALIFIED, remedy=doing(CALL)),
    Shown("no-support", opened, QUALIFIED, remedy=doing(SUPPORT)),
    Shown("role-may-not-qualify", lambda: after(opened(policy=ONLY_AQ), SUPPORT, policy=ONLY_AQ), QUALIFIED,
        options={"role": Role.RQR, "policy": ONLY_AQ}, then_options={"role": Role.AQ, "policy": ONLY_AQ},
        values=("RQR | AQ", "RQR | AQ")),
    Shown("facts-known", opened, FactsCompleted(facts=complaint(formal=False)),
        then=FactsCorrected(facts=complaint(formal=False), reason="rien de formel"),
        values=("expression formelle", "formal expression")),
    Shown("not-qualified", done(SUPPORT), ANALYSED, remedy=doing(QUALIFIED)),
    Shown("no-method", grave, ANALYSED, then=Analysed(method=Method.FIVE_WHYS, causes=("matériel",))),
    Shown("before-deadline-suspension", lambda: after(opened(policy=SUSPENDING), CLOCK_SUSPENDED, CLOCK_RESUMED),
        CLOCK_SUSPENDED, options=hours(2, now=9), then_options=hours(9),
        values=("02/05/2026 à 11 h 30 | 02/05/2026 à 12 h 30", "2 May 2026 11:30 | 2 May 2026 12:30")),
    Shown("suspensions-not-allowed", opened, CLOCK_SUSPENDED, remedy=lambda _: opened(policy=SUSPENDING),
        values=("M2-1", "M2-1")),
    Shown("clock-stopped", lambda: after(opened(policy=SUSPENDING), *HANDLED, ANSWERED), CLOCK_SUSPENDED,
        remedy=doing(CLOSED, REOPENED), values=ON_2_MAY),
    Shown("deadline-passed", lambda: opened(policy=SUSPENDING), CLOCK_SUSPENDED, options=hours(20 * 24),
        then_options=hours(10 * 24), values=("22/05/2026 | 19/05/2026", "22 May 2026 | 19 May 2026")),
    Shown("deadline-suspended", lambda: after(opened(policy=SUSPENDING), CLOCK_SUSPENDED), CLOCK_SUSPENDED,
        remedy=doing(CLOCK_RESUMED), values=ON_2_MAY),
    Shown("deadline-not-suspended", lambda: opened(policy=SUSPENDING), CLOCK_RESUMED, remedy=doing(CLOCK_SUSPENDED)),
    Shown("risks-unjudged", done(SUPPORT), attrs.evolve(QUALIFIED, facts=complaint(severity_training=2, likelihood=2)),
        then=QUALIFIED, values=("5", "5")),
    Shown("complexity-undetermined", lambda: after(opened(complaint(mobilisation=None)), SUPPORT, QUALIFIED, ANALYSED),
        PLANNED, remedy=doing(completing(mobilisation="local")),
        values=("mobilisation nécessaire", "mobilisation needed")),
    Shown("close-complexity-undetermined",
        lambda: after(opened(), *HANDLED, ANSWERED, corrected(after(opened(), *HANDLED), recurrences=None)), CLOSED,
        remedy=doing(completing(recurrences=0)), values=("récurrences en douze mois", "recurrences in twelve months")),
    Shown("no-method-yet",
        lambda: after(opened(), SUPPORT, QUALIFIED, Analysed(causes=("matériel",)),
            corrected(after(opened(), SUPPORT, QUALIFIED), client_scope="national")),
        PLANNED, remedy=doing(Analysed(method=Method.ISHIKAWA, causes=("matériel",)))),
    Shown("not-analysed", done(SUPPORT, QUALIFIED), PLANNED, remedy=doing(ANALYSED)),
    Shown("actions-open", done(SUPPORT, QUALIFIED, ANALYSED, PLANNED), NO_ACTION, options={"unsettled": [line("A-1")]},
        then_options={"unsettled": [line("A-2")]}, values=("A-1", "A-1")),
    Shown("no-document", lambda: after(opened(policy=WITH_DOCUMENTS), SUPPORT, policy=WITH_DOCUMENTS), QUALIFIED,
        remedy=doing(attrs.evolve(SUPPORT, documents=(DOCUMENT,)), policy=WITH_DOCUMENTS),
        options={"policy": WITH_DOCUMENTS}, then_options={"policy": WITH_DOCUMENTS}),
    Shown("no-measure", opened, EFFECT, remedy=doing(ContainmentTaken(measure="prêter d'autres postes"))),
    Shown("measure-unknown", done(ContainmentTaken(measure="prêter d'autres postes")), attrs.evolve(EFFECT, measure=3),
        then=attrs.evolve(EFFECT, measure=2), values=("1", "1")),
    Shown("override-unjustified", opened, NATIONAL, then=attrs.evolve(NATIONAL, reason="un élu s'en est mêlé"),
        then_options={"role": Role.RQR}, values=("national | unité de traitement", "national | handling unit")),
    Shown("answered-already", done(*HANDLED, ANSWERED), ANSWERED, remedy=doing(CLOSED, REOPENED), values=ON_2_MAY),
    Shown("never-answered", done(*HANDLED), SATISFIED, remedy=doing(ANSWERED)),
    Shown("close-answered-malfunction", lambda: after(failing(), *HANDLED), CLOSED, then=TREATED),
    Shown("close-answered-without-answer", done(*HANDLED), CLOSED, remedy=doing(ANSWERED)),
    Shown("close-treated-complaint", done(*HANDLED, ANSWERED), TREATED, then=CLOSED),
    Shown("close-unsettled", done(SUPPORT, QUALIFIED, ANSWERED), CLOSED, remedy=doing(NO_ACTION),
        values=("aucune n'est décidée", "none is decided")),
    Shown("close-not-analysed",
        lambda: after(opened(), *HANDLED, ANSWERED, corrected(opened(), severity_safety=4, likelihood=4)), CLOSED,
        remedy=doing(Analysed(method=Method.FIVE_WHYS, causes=("matériel",)))),
    Shown("close-in-scope", done(SUPPORT), REDIRECTED, remedy=doing(correcting(nature="general_opinion"))),
    Shown("close-scope-unclear", lambda: opened(complaint(nature=None)), REDIRECTED,
        remedy=doing(correcting(nature="general_opinion")), values=("nature de la demande", "nature")),
    Shown("close-malfunction-out-of-scope", lambda: after(failing(), *HANDLED), REDIRECTED, then=TREATED),
    Shown("close-not-redirected", beside, ASIDE, then=REDIRECTED),
    Shown("close-not-withdrawn", opened, GIVEN_UP, remedy=doing(WITHDRAWN)),
    Shown("role-not-allowed", opened, SUPPORT, options={"policy": RESERVING, "role": Role.AQ},
        then_options={"policy": RESERVING, "role": Role.RQR}),
    Shown("close-not-duplicate", opened, TWICE, remedy=doing(DUPLICATE)),
    Shown("provider-missing", done(*HANDLED), attrs.evolve(ANSWERED, decision=AnswerDecision.MISATTRIBUTED),
        then=attrs.evolve(ANSWERED, decision=AnswerDecision.MISATTRIBUTED, provider="Centre X")),
)  # fmt: skip


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.guard)
def test_a_guard_refuses_until_its_remedy_is_done(shown: Shown) -> None:
    case = shown.case()
    stream = case.events

    refusal = refused(case, shown.asks, **shown.options)

    assert guards_of(refusal) == [shown.guard]
    (guard,) = (guard for guard in GUARDS if guard.id == shown.guard)
    facts = refusal.to_document("en")["guards"][0]["facts"]
    approve_errors(*(f"{shown.guard}: {name} {value!r}" for name, value in facts.items()))
    wording = refusal.details[0].wording
    assert tuple(values_of(guard.template.in_(lang), wording.in_(lang)) for lang in LANGS) == shown.values
    assert f"\n- {wording.fr[0].upper()}{wording.fr[1:]}" in refusal.in_("fr")
    assert f"\n- {wording.en[0].upper()}{wording.en[1:]}" in str(refusal)
    assert (refusal.case, refusal.permission.outcome) == ("R-2026-000007", Permission.REFUSED)
    assert case.events is stream
    lifted = shown.remedy(case) if shown.remedy is not None else case
    options = shown.then_options or ({} if shown.remedy else shown.options)
    assert after(lifted, shown.then or shown.asks, **options).version == lifted.version + 1


def test_every_guard_is_shown() -> None:
    assert sorted(shown.guard for shown in SHOWN) == sorted(guard.id for guard in GUARDS)


# The guards of each command except those of dates (in-future, before-receipt), worked by hand in the words of the
# interpretations; a command that is not there has what its event declares.
ASKED = [
    line.split("\t") for line in (Path(__file__).parent / "guards.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def declared(verb: CommandType) -> set[str]:
    """The guards of what an event requires, and its own."""
    event = CASE_EVENTS.event_of(verb)
    requires = event.requires
    common = {
        "before-run": requires.within_run,
        "closed": requires.open_case,
        "anonymised": True,
        "no-complainant": requires.complaint,
    }
    return {*(name for name, has in common.items() if has), *(guard.id for guard in event.guards)}


@pytest.mark.parametrize("verb", list(CommandType))
def test_each_command_has_the_guards_of_the_interpretations(verb: CommandType) -> None:
    table, asked = guard_table(verb), {guard for command, guard in ASKED if command == verb} or declared(verb)
    dates = {"in-future"} if verb is CommandType.CORRECT else {"in-future", "before-receipt"}
    roles = set() if verb is CommandType.QUALIFY else {"role-not-allowed"}
    assert {row.id for row in table.rows} == {*asked, *dates, *roles, "allowed"}
    assert table.check() == ()


def test_a_guard_cites_clauses_and_interpretations_that_there_are() -> None:
    clauses, interpretations = {clause.id for clause in CLAUSES}, {f"I{number}" for number in range(1, 32)}
    assert {clause for guard in GUARDS for clause in cited(guard.clause)} <= clauses
    for guard in GUARDS:  # nothing but these clauses
        assert (guard.clause or "") == ", ".join(cited(guard.clause)).replace(", M2-1 ", ", "), guard.id
    assert {number for guard in GUARDS for number in interpretation_numbers(guard.interpretation)} <= interpretations


def test_the_general_words_of_a_guard_have_a_reason_and_a_remedy() -> None:
    wordings = {guard.id: guard.wording for guard in GUARDS} | {guard.id: guard.wording for guard in PLAN_GUARDS}
    for name, wording in wordings.items():
        for lang in LANGS:
            assert len(re.split("[:.;] ", wording.in_(lang))) > 1, (name, lang)


def test_a_refusal_lists_every_guard_that_is_not_met() -> None:
    case = opened(complaint(channel="phone", **TO_BE_CLARIFIED), policy=ONLY_AQ)

    refusal = refused(case, QUALIFIED, policy=ONLY_AQ, now=RECEIVED + 2 * HOUR, at=RECEIVED + 9 * HOUR)

    assert guards_of(refusal) == [
        "in-future",
        "to-be-clarified",
        "not-transcribed",
        "no-support",
        "role-may-not-qualify",
    ]
    assert refusal.in_("fr").count("\n- ") == 5


def test_a_refusal_is_written_for_each_audience() -> None:
    refusal = refused(
        after(opened(), SUPPORT), attrs.evolve(QUALIFIED, facts=complaint(severity_training=2, likelihood=2))
    )
    assert refusal.in_("fr", "complainant") == "Cette opération n'est pas possible sur votre dossier pour le moment."
    assert refusal.in_("fr", audience="developer").splitlines()[:2] == [
        "Case R-2026-000007: qualify is refused:",
        f"- risks-unjudged (M2-1 §2.2, I24): {refusal.details[0].wording.en}",
    ]
    assert "  severity_safety: How severe is it" in refusal.in_("en", Audience.DEVELOPER)
    assert refusal.in_("fr", "agent") == refusal.in_("fr")


def test_a_refusal_survives_pickling() -> None:
    refusal = refused(opened(), QUALIFIED)
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


def test_what_only_a_complainant_can_have_is_refused_to_a_malfunction() -> None:
    for done in [Acknowledged(), CALL, ANSWERED, SATISFIED, ReferredToMediation(), WITHDRAWN]:
        assert "no-complainant" in guards_of(refused(after(failing(), *HANDLED), done)), done


def test_a_malfunction_is_treated_without_an_answer() -> None:
    case = after(failing(), *HANDLED, TREATED, REOPENED)
    assert case.events[-1].describe("en", case) == "reopened; reason: le poste est de nouveau en panne"


def test_after_the_closing_a_reaction_mediation_and_links_can_still_be_recorded() -> None:
    again = Linked(kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000002")
    case = after(opened(), *LIVED, SATISFIED, ReferredToMediation(), again)
    assert (case.reaction, case.links) == (SATISFIED, (again,))
    assert case.mediation_at == RECEIVED + 9 * HOUR


def test_a_complaint_that_is_complex_takes_a_method_that_finds_a_root_cause() -> None:
    case = grave()
    for method in (Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE):
        assert after(case, Analysed(method=method, causes=("matériel",))).analysis is not None
        assert guards_of(refused(case, Analysed(method=method, report="rien"))) == ["no-method"]
    for other in (Method.QQOQCP, Method.PDCA):
        assert guards_of(refused(case, Analysed(method=other, causes=("matériel",)))) == ["no-method"]


def test_several_causes_make_a_simple_case_complex_when_they_are_found() -> None:
    case = after(opened(complaint(recurrences=0, **{f"severity_{d}": 1 for d in ("safety", "legal", "contract")})),
                 SUPPORT, QUALIFIED)  # fmt: skip
    assert after(case, ANALYSED).facts.causes == 1
    assert guards_of(refused(case, Analysed(causes=("matériel", "méthode")))) == ["no-method"]


def test_any_role_of_the_edition_qualifies_and_the_system_does_not() -> None:
    case = after(opened(), SUPPORT)
    for role in (Role.HANDLING_UNIT, Role.RQR, Role.AQ):
        assert after(case, QUALIFIED, role=role).qualification is not None
    assert guards_of(refused(case, QUALIFIED, role=Role.SYSTEM)) == ["role-may-not-qualify"]


@pytest.mark.parametrize("done", [CLOSED, WITHDRAWN, ANSWERED], ids=lambda d: type(d).__name__)
def test_nothing_ends_before_the_case_was_last_opened_again(done: Any) -> None:
    case = after(opened(), *LIVED, REOPENED)
    assert "before-run" in guards_of(refused(case, done, at=RECEIVED + 2 * HOUR, now=next_hour(case)))


def test_the_date_of_informing_a_sender_is_checked() -> None:
    later, earlier = (attrs.evolve(REDIRECTED, told_at=RECEIVED + hours * HOUR) for hours in (100, -1))
    assert guards_of(refused(beside(), later)) == ["in-future", "close-before-its-reason"]
    assert guards_of(refused(beside(), earlier)) == ["before-receipt"]


def test_a_receipt_cannot_be_corrected_to_a_day_to_come() -> None:
    case = opened()
    later = refused(case, corrected(case, received_at=next_hour(case) + HOUR))
    assert guards_of(later) == ["in-future", "receipt-after-acts"]


def test_a_receipt_is_limited_by_the_recording_of_its_case() -> None:
    told_at, kept_at = RECEIVED + HOUR, RECEIVED + 5 * HOUR
    command = registration(complaint(), occurred_at=told_at)
    case = kept(None, open_case("R-2026-000007", command, around(kept_at)))
    case = after(case, corrected(case, channel="portal"), at=told_at, now=kept_at)
    assert after(case, corrected(case, received_at=kept_at)).received_at == kept_at
    assert guards_of(refused(case, corrected(case, received_at=kept_at + HOUR / 2))) == ["receipt-after-acts"]


def test_a_case_is_as_complex_as_the_level_that_was_imposed_on_it() -> None:
    harmless = {f"severity_{domain.value}": 1 for domain in RiskDomain} | {
        "likelihood": 1,
        "recurrences": 0,
        "causes": 0,
    }
    simple = after(opened(complaint(**harmless)), SUPPORT, QUALIFIED)
    imposed = Rerouted(level=Level.NATIONAL, handling_unit="CRE", reason="un dossier sensible")
    complex_ = after(simple, imposed, role=Role.RQR)

    assert (simple.verdict.complexity, complex_.verdict.complexity) == (Complexity.SIMPLE, Complexity.COMPLEX)
    assert guards_of(refused(complex_, ANALYSED)) == ["no-method"]
    assert after(complex_, attrs.evolve(imposed, level=simple.routing_level), role=Role.RQR).verdict == simple.verdict
    assert Case.from_events(complex_.events, complex_.vault) == complex_
    again = after(complex_, corrected(complex_, channel="portal"))
    assert (again.verdict.level, again.verdict.complexity) == (Level.LOCAL, Complexity.COMPLEX)


def test_a_malfunction_too_is_as_complex_as_the_level_that_was_imposed_on_it() -> None:
    imposed = Rerouted(level=Level.REGIONAL, handling_unit="CRE", reason="plusieurs centres sans doute")
    assert after(failing(severity_training=1, likelihood=1), imposed, role=Role.AQ).verdict.complexity is (
        Complexity.COMPLEX
    )


def test_an_anonymised_case_needs_no_reopening() -> None:
    case = after(opened(), *LIVED, Anonymised())
    assert guards_of(refused(case, SUPPORT)) == ["anonymised"]
    assert guards_of(refused(case, Anonymised())) == ["anonymised"]


@pytest.mark.parametrize(
    "data", [None, "close", Closed, opened().events[0].data], ids=["None", "text", "class", "event"]
)
def test_an_event_without_command_is_refused(data: Any) -> None:
    case = opened()
    command = CaseCommand(data=data, actor="Mme Roux", role=Role.AQ, occurred_at=next_hour(case))
    with pytest.raises(TypeError, match=r"^data: a \w+ cannot be asked for; give one of FactsCompleted, "):
        handle_command(case, command, around(next_hour(case)))


def test_a_decision_does_not_change_the_case() -> None:
    case = after(opened(), SUPPORT)
    before = attrs.asdict(case, recurse=False)
    handle_command(case, command_of(case, judged(case, QUALIFIED)), around(next_hour(case)))
    with pytest.raises(CommandRefusedError, match=r"[Tt]he case is open"):
        handle_command(case, command_of(case, REOPENED), around(next_hour(case)))
    assert attrs.asdict(case, recurse=False) == before


def test_an_added_support_of_each_kind_is_enough_to_qualify() -> None:
    for kind in SupportKind:
        case = after(opened(), SupportAdded(kind=kind, title="une pièce"))
        assert (case.supports, after(case, QUALIFIED).qualification is not None) == (1, True)


@pytest.mark.parametrize("exempt", [False, True])
@pytest.mark.parametrize("conforming", [None, False, True])
def test_a_complex_case_needs_a_method_unless_the_edition_exempts_it(*, exempt: bool, conforming: bool | None) -> None:
    complexity = ComplexityParameters(conforming_exempt=exempt)
    policy = Policy(edition="M2-1", parameters=Parameters(complexity=complexity))
    qualified = attrs.evolve(QUALIFIED, conforming=conforming)
    case = after(opened(complaint(**COMPLEX), policy=policy), SUPPORT, qualified, ANSWERED, policy=policy)
    if exempt and conforming:
        assert after(case, NO_ACTION, CLOSED, policy=policy).closed_at is not None
        return
    assert guards_of(refused(case, NO_ACTION, policy=policy)) == ["no-method-yet"]
    assert "close-not-analysed" in guards_of(refused(case, CLOSED, policy=policy))


def test_a_refusal_for_want_of_a_method_names_the_finding_that_does_not_exempt() -> None:
    case = after(opened(complaint(**COMPLEX)), SUPPORT, attrs.evolve(QUALIFIED, conforming=True))
    refusal = refused(case, NO_ACTION)
    assert "même si le constat est « conforme à l'exigence » (M2-1, point 4 ; interprétations nᵒˢ 14 et 29)" in plain(
        refusal.in_("fr")
    )
    assert "even if the finding is: conforms" in str(refusal)


def test_a_case_to_be_clarified_again_waits_for_its_fact_and_may_be_given_up() -> None:
    case = unclear_again(*HANDLED)
    for data in (PLANNED, NO_ACTION, ANSWERED, CLOSED):
        assert {"to-be-clarified-again", "close-to-be-clarified"} & {*guards_of(refused(case, data))}
    assert after(case, ANALYSED, WITHDRAWN, GIVEN_UP).closed_at is not None
    assert after(case, DUPLICATE, TWICE).closed_at is not None
    assert after(case, corrected(case, **OUT_OF_SCOPE), REDIRECTED).closed_at is not None
    assert after(case, completed(case, requirement="contractual"), ANSWERED, CLOSED).closed_at is not None


def test_an_answer_recorded_before_a_correction_stays_valid() -> None:
    case = unclear_again(*LIVED[:-1])
    assert Case.from_events(case.events, case.vault) == case
    assert case.answer_cycles[-1].answered_at is not None
