"""Texts that break careless SQL, and every text parameter of the desk."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias, get_args, get_origin

from hypothesis import strategies as st

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, LinkKind, Method, Reaction, SupportKind
from reclamation_core.desk import PlanService
from reclamation_core.plans import ActionOrigin, Effectiveness, PlanScope
from reclamation_core.policy import PolicyBook
from reclamation_core.testing.strategies import texts
from tests.inside import desk_with, hints_of, raise_signal
from tests.unit.desk import factories
from tests.unit.plans.making import RAISED

REFUSED: Final = ("\0", "\ud800", "\udfff", "a\0b", "é\ud83d")
TEXTS: Final = st.one_of(
    texts(hostile=True, emoji=True),
    st.integers(3_000, 8_000).map(lambda length: "x" * length),
    st.sampled_from(["'", "R-2026-000001", " "]),
    st.sampled_from(REFUSED),
    st.text(alphabet=st.characters(), max_size=20),
)
"""Texts of any kind: some cannot be kept and are refused."""

DAY: Final = factories.at(1).date()

Ask: TypeAlias = Callable[[Any, str, str], object]
"""Something asked of a desk about a case, with a text somewhere in it."""
Place: TypeAlias = tuple[Callable[..., Case], Ask]


def _add(**given: Any) -> Ask:
    """Add an action to a plan, with the text in place of None in its sheet."""

    def ask(desk: Any, reference: str, text: str) -> object:
        own = {"reference": f"A-{reference}"} | {name: _in(value, text) for name, value in given.items()}
        sheet = factories.sheet(**own)
        if "reference" in given:  # a new action has a short code
            factories.add_as_stored(desk.pgaac("CRE"), sheet)
            return desk.plan(reference, sheet.reference, scope=PlanScope.site("CRE"))
        return desk.plan(reference, sheet, scope=PlanScope.site("CRE"))

    return ask


def _in(value: Any, text: str) -> Any:
    return text if value is None else (text,) if value == () else value


def _with_an_action(verb: Callable[[PlanService, str, str], object], **given: Any) -> Ask:
    """Add an action to the plan, then run a command on it."""

    def ask(desk: Any, _: str, text: str) -> object:
        living = desk.pgaac("CRE")
        action = f"A-{living.current.version}"
        living.add(factories.sheet(action, origin=ActionOrigin.WATCH, **given))
        return verb(living, action, text)

    return ask


def _finished(living: PlanService, action: str) -> None:
    living.progress(action)
    living.finish(action, evidence="la liste")


def _judge(living: PlanService, action: str, text: str) -> object:
    _finished(living, action)
    factories.add_as_stored(living, factories.sheet(text))
    return living.judge(action, Effectiveness.NOT_EFFECTIVE, why=text, follow_up=text)


def _follow_up(living: PlanService, action: str, text: str) -> object:
    _finished(living, action)
    living.judge(action, Effectiveness.NOT_EFFECTIVE, why="encore")
    factories.add_as_stored(living, factories.sheet(text))
    return living.follow_up(action, text)


def _close_action(living: PlanService, action: str, text: str) -> object:
    _finished(living, action)
    living.judge(action, Effectiveness.EFFECTIVE, why="rien depuis")
    return living.close(action, comment=text)


def _reopen_action(living: PlanService, action: str, text: str) -> object:
    living.abandon(action, reason="inutile")
    return living.reopen(action, reason=text)


def _contained(desk: Any, reference: str, text: str) -> object:
    number = desk.contain(reference, measure="un remplaçant").containments[-1].number
    return desk.record_containment_effect(reference, measure=number, effective=True, effect=text)


def _by_telephone(desk: Any) -> Case:
    return desk.register(factories.facts(channel="phone"), site="CRE", occurred_at=factories.at(1))  # type: ignore[no-any-return]


def _out_of_scope(desk: Any) -> Case:
    facts = factories.facts(nature="initial_information_request")
    return desk.register(facts, site="CRE", occurred_at=factories.at(1))  # type: ignore[no-any-return]


def _suspended(desk: Any, reference: str, text: str) -> object:
    desk.suspend_retention(reference)
    return desk.resume_retention(reference, reason=text)


def _deadline_suspended(desk: Any, text: str, resumption: str | None = None) -> object:
    """Suspend and resume the answer clock of a case under an edition that allows it."""
    allowing = desk_with(desk, policies=PolicyBook([factories.SUSPENDING]))
    reference = allowing.register(factories.facts(), site="CRE", occurred_at=factories.at(1)).reference
    case = allowing.suspend_deadline(reference, reason=text, occurred_at=factories.at(2))
    return (
        case
        if resumption is None
        else allowing.resume_deadline(reference, reason=resumption, occurred_at=factories.at(3))
    )


def _consumed(desk: Any, _: str, name: str) -> object:
    """Store a position under the name of a consumer, and read it."""
    desk.consumer(name).move_to_end()
    return desk.consumer(name).lag()


def _register(**where: Any) -> Ask:
    def ask(desk: Any, _: str, text: str) -> object:
        given = {"site": "CRE"} | {name: _in(value, text) for name, value in where.items()}
        return desk.register(factories.facts(), occurred_at=factories.at(1), **given)

    return ask


def _survey(**where: Any) -> Ask:
    def ask(desk: Any, _: str, text: str) -> object:
        given = {"site": "CRE"} | {name: _in(value, text) for name, value in where.items()}
        return desk.register_survey_result(2, received_at=factories.at(1), **given)

    return ask


def _qualify(**where: Any) -> Ask:
    def ask(desk: Any, reference: str, text: str) -> object:
        given = {"problem": "l'absence", "risks": {"training": 2}, "likelihood": 2} | {
            name: _in(v, text) for name, v in where.items()
        }
        return desk.qualify(reference, **given)

    return ask


def _suggest(**where: Any) -> Ask:
    def ask(desk: Any, reference: str, text: str) -> object:
        given = {"fact": "theme", "value": "equipment", "by": "mots-clés", "by_version": "1"}
        return desk.suggest(reference, **given | {name: _in(value, text) for name, value in where.items()})

    return ask


def _dismissed(desk: Any, _: str, text: str) -> object:
    plan = desk.pgaac("CRE")
    if plan.current.version == 0:
        raise_signal(desk, PlanScope.site("CRE"), RAISED)
    return plan.dismiss_signal(RAISED.signal, reason=text)


_VERBS: Final[dict[str, Place]] = {
    "Desk.acting.actor": (factories.registered, lambda d, r, t: d.acting(t).acknowledge(r)),
    "Desk.add_support.title": (
        factories.registered,
        lambda d, r, t: d.add_support(r, kind=SupportKind.EMAIL, title=t),
    ),
    "Desk.add_support.source": (
        factories.registered,
        lambda d, r, t: d.add_support(r, kind=SupportKind.EMAIL, title="courriel", source=t),
    ),
    **{
        f"Desk.suggest.{name}": (factories.registered, _suggest(**{name: given}))
        for name, given in {"value": None, "by": None, "by_version": None, "words": ()}.items()
    },
    "Desk.analyse.causes": (
        factories.qualified,
        lambda d, r, t: d.analyse(r, causes=(t,), method=Method.ISHIKAWA),
    ),
    "Desk.analyse.report": (factories.qualified, lambda d, r, t: d.analyse(r, report=t)),
    "Desk.add_note.text": (factories.registered, lambda d, r, t: d.add_note(r, text=t)),
    "Desk.assign.to": (factories.registered, lambda d, r, t: d.assign(r, to=t)),
    "Desk.worklist.assigned_to": (factories.registered, lambda d, _, t: d.worklist(assigned_to=t)),
    "Desk.register_survey_result.own": (
        factories.registered,
        lambda d, _, t: d.register_survey_result(3, received_at=factories.at(1), site="CRE", own={"lieu": t}),
    ),
    "Desk.answer.text": (
        factories.planned_nothing,
        lambda d, r, t: d.answer(r, decision=AnswerDecision.FOUNDED, text=t),
    ),
    "Desk.answer.remedies": (
        factories.planned_nothing,
        lambda d, r, t: d.answer(r, decision=AnswerDecision.FOUNDED, text="Madame", remedies=t),
    ),
    "Desk.answer.provider": (
        factories.planned_nothing,
        lambda d, r, t: d.answer(r, decision=AnswerDecision.MISATTRIBUTED, text="Madame", provider=t),
    ),
    "Desk.close.comment": (
        factories.answered,
        lambda d, r, t: d.close(r, reason=ClosingReason.ANSWERED, comment=t),
    ),
    "Desk.close.redirected_to": (
        _out_of_scope,
        lambda d, r, t: d.close(r, reason=ClosingReason.OUT_OF_SCOPE, redirected_to=t, told_at=factories.at(1)),
    ),
    "Desk.contain.measure": (factories.registered, lambda d, r, t: d.contain(r, measure=t)),
    "Desk.consumer.name": (factories.registered, _consumed),
    "Desk.correct.reason": (factories.registered, lambda d, r, t: d.correct(r, reason=t, causes=1)),
    "Desk.personal_data_of.person": (factories.registered, lambda d, _, t: d.personal_data_of(t, as_actor=True)),
    "Desk.request_information.question": (factories.registered, lambda d, r, t: d.request_information(r, question=t)),
    "Desk.indicators.by": (factories.registered, lambda d, _, t: d.indicators(since=DAY, until=DAY, by=t)),
    "Desk.indicators.names": (factories.registered, lambda d, _, t: d.indicators(since=DAY, until=DAY, names=[t])),
    "Desk.indicator_series.by": (
        factories.registered,
        lambda d, _, t: d.indicator_series(since=DAY, until=DAY, by=t),
    ),
    "Desk.indicator_series.names": (
        factories.registered,
        lambda d, _, t: d.indicator_series(since=DAY, until=DAY, names=[t]),
    ),
    "Desk.open_document.key": (factories.registered, lambda d, r, t: d.open_document(r, t)),
    "Desk.recorded_since.holder": (factories.registered, lambda d, _, t: d.recorded_since(t, 0)),
    "Desk.link.to": (factories.registered, lambda d, r, t: d.link(r, kind=LinkKind.SAME_CAUSE_AS, to=t)),
    "Desk.pgaac.scope": (factories.registered, lambda d, _, t: d.pgaac(t).actions),
    "Desk.plan.actions": (factories.analysed, lambda d, r, t: d.plan(r, t)),
    "Desk.plan_nothing.reason": (factories.qualified, lambda d, r, t: d.plan_nothing(r, reason=t)),
    "Desk.qualify.problem": (factories.qualified, _qualify(problem=None)),
    "Desk.qualify.requirement_reference": (factories.qualified, _qualify(requirement_reference=None)),
    "Desk.qualify.supported_by": (factories.qualified, _qualify(supported_by=None)),
    "Desk.qualify.risks": (factories.qualified, lambda d, r, t: d.qualify(r, problem="l'absence", risks={t: 2})),
    "Desk.qualify.experts": (factories.qualified, _qualify(experts=())),
    "Desk.record_containment_effect.effect": (factories.registered, _contained),
    "Desk.record_reaction.words": (
        factories.answered,
        lambda d, r, t: d.record_reaction(r, reaction=Reaction.SATISFIED, words=t),
    ),
    "Desk.refer_to_mediation.reason": (factories.answered, lambda d, r, t: d.refer_to_mediation(r, reason=t)),
    "Desk.register.site": (factories.registered, _register(site=None)),
    "Desk.register.service_sites": (factories.registered, _register(service_sites=())),
    "Desk.register.handling_unit": (factories.registered, _register(handling_unit=None)),
    "Desk.register.source": (factories.registered, _register(source=None)),
    "Desk.register.complainant": (factories.registered, _register(complainant=None)),
    "Desk.register.verbatim": (factories.registered, _register(verbatim=None)),
    "Desk.register.remedy_sought": (factories.registered, _register(remedy_sought=None)),
    "Desk.register_survey_result.site": (factories.registered, _survey(site=None)),
    "Desk.register_survey_result.service_sites": (factories.registered, _survey(service_sites=())),
    "Desk.register_survey_result.handling_unit": (factories.registered, _survey(handling_unit=None)),
    "Desk.register_survey_result.source": (factories.registered, _survey(source=None)),
    "Desk.register_survey_result.complainant": (factories.registered, _survey(complainant=None)),
    "Desk.register_survey_result.verbatim": (factories.registered, _survey(verbatim=None)),
    "Desk.reopen.reason": (factories.closed, lambda d, r, t: d.reopen(r, reason=t)),
    "Desk.reroute.handling_unit": (factories.registered, lambda d, r, t: d.reroute(r, handling_unit=t)),
    "Desk.reroute.reason": (factories.registered, lambda d, r, t: d.reroute(r, handling_unit="CRE", reason=t)),
    "Desk.correct_date.reason": (
        factories.qualified,
        lambda d, r, t: d.correct_date(r, 1, happened_at=factories.at(1), reason=t),
    ),
    "Desk.resume_retention.reason": (factories.closed, _suspended),
    "Desk.scoped.site": (factories.registered, lambda d, _, t: d.scoped(site=t).cases.count()),
    "Desk.scoped.region": (factories.registered, lambda d, _, t: d.scoped(region=t).cases.count()),
    "Desk.suspend_deadline.reason": (factories.registered, lambda d, _, t: _deadline_suspended(d, t)),
    "Desk.resume_deadline.reason": (
        factories.registered,
        lambda d, _, t: _deadline_suspended(d, "une pièce manque", t),
    ),
    "Desk.suspend_retention.reason": (factories.closed, lambda d, r, t: d.suspend_retention(r, reason=t)),
    "Desk.transcribe.text": (_by_telephone, lambda d, r, t: d.transcribe(r, text=t, author="Mme Roux")),
    "Desk.transcribe.author": (_by_telephone, lambda d, r, t: d.transcribe(r, text="allô", author=t)),
    "Desk.withdraw.words": (factories.registered, lambda d, r, t: d.withdraw(r, words=t)),
    "PlanService.abandon.reason": (factories.registered, _with_an_action(lambda p, a, t: p.abandon(a, reason=t))),
    "PlanService.amend.reason": (
        factories.registered,
        _with_an_action(lambda p, a, t: p.amend(a, reason=t, process="PCS 2")),
    ),
    "PlanService.close.comment": (factories.registered, _with_an_action(_close_action)),
    "PlanService.dismiss_signal.reason": (factories.registered, _dismissed),
    "PlanService.finish.evidence": (factories.registered, _with_an_action(lambda p, a, t: p.finish(a, evidence=t))),
    "PlanService.finish.criterion": (
        factories.registered,
        _with_an_action(lambda p, a, t: p.finish(a, evidence="la liste", criterion=t), criterion=None),
    ),
    "PlanService.follow_up.follow_up": (factories.registered, _with_an_action(_follow_up)),
    "PlanService.judge.why": (factories.registered, _with_an_action(_judge)),
    "PlanService.judge.follow_up": (factories.registered, _with_an_action(_judge)),
    "PlanService.progress.note": (factories.registered, _with_an_action(lambda p, a, t: p.progress(a, note=t))),
    "PlanService.publish.recipients": (factories.registered, lambda d, _, t: d.pgaac("CRE").publish(recipients=[t])),
    "PlanService.reopen.reason": (factories.registered, _with_an_action(_reopen_action)),
}
_SHEET: Final[dict[str, Place]] = {
    f"ActionSheet.{name}": (factories.analysed, _add(**{name: given}))
    for name, given in {
        "reference": None,
        "origin_reference": None,
        "cases": (),
        "process": None,
        "site": None,
        "cause_family": None,
        "cause": None,
        "finding": None,
        "requirement": None,
        "what": None,
        "owner": None,
        "resources": None,
        "criterion": None,
        "spread": (),
    }.items()
}
PLACES: Final = _VERBS | _SHEET
"""Where a text may be given: how a case is made ready for it, and how it is asked."""


def _is_a_code(hint: Any) -> bool:
    """Return True if an annotation admits a member of an enumeration, or several; the keys of a mapping are texts."""
    if inspect.isclass(hint):
        return issubclass(hint, StrEnum)
    return get_origin(hint) is not Mapping and any(map(_is_a_code, get_args(hint)))


_NAMES: Final = frozenset({"reference", "signal", "fact", "facts", "expected_version", "command", "registration"})


def places_of(*kinds: type[Any]) -> Iterator[str]:
    """Return the text parameters of the public methods of these classes, without references and names of facts.

    Codes, expected versions and documents of commands are stored by no store: `test_hostile_arguments` tries them.
    """
    for kind in kinds:
        for verb, function in inspect.getmembers(kind, inspect.isfunction):
            for parameter in inspect.signature(function).parameters.values():
                if (
                    re.search(r"\bstr\b", str(parameter.annotation))
                    and not verb.startswith("_")
                    and parameter.name
                    not in {"reference", "signal", "fact", "facts", "expected_version", "command", "registration"}
                    and not _is_a_code(hints_of(function)[parameter.name])
                ):
                    yield f"{kind.__name__}.{verb}.{parameter.name}"
