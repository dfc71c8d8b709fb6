"""Texts that break careless SQL, and every text parameter of the desk."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, LinkKind, Method, Reaction, SupportKind
from reclamation_core.desk import PlanService
from reclamation_core.plans import ActionOrigin, Effectiveness, PlanScope
from reclamation_core.policy import PolicyBook
from reclamation_core.testing.strategies import texts
from tests.unit.desk import making

REFUSED: Final = ("\0", "\ud800", "\udfff", "a\0b", "é\ud83d")
TEXTS: Final = st.one_of(
    texts(hostile=True, emoji=True),
    st.integers(3_000, 8_000).map(lambda length: "x" * length),
    st.sampled_from(["'", "R-2026-000001", " "]),
    st.sampled_from(REFUSED),
    st.text(alphabet=st.characters(), max_size=20),
)
"""Texts of any kind: some cannot be kept and are refused."""

Ask: TypeAlias = Callable[[Any, str, str], object]
"""Something asked of a desk about a case, with a text somewhere in it."""
Place: TypeAlias = tuple[Callable[..., Case], Ask]


def _add(**given: Any) -> Ask:
    """Add an action to a plan, with the text in place of None in its sheet."""

    def ask(desk: Any, reference: str, text: str) -> object:
        own = {"reference": f"A-{reference}"} | {name: _in(value, text) for name, value in given.items()}
        sheet = making.sheet(**own)
        return desk.plan(reference, sheet, scope=PlanScope.site("CRE"))

    return ask


def _in(value: Any, text: str) -> Any:
    return text if value is None else (text,) if value == () else value


def _with_an_action(verb: Callable[[PlanService, str, str], object]) -> Ask:
    """Add an action to the plan, then run a command on it."""

    def ask(desk: Any, _: str, text: str) -> object:
        living = desk.pgaac("CRE")
        action = f"A-{living.current.version}"
        living.add(making.sheet(action, origin=ActionOrigin.WATCH))
        return verb(living, action, text)

    return ask


def _finished(living: PlanService, action: str) -> None:
    living.progress(action)
    living.finish(action, evidence="la liste")


def _judge(living: PlanService, action: str, text: str) -> object:
    _finished(living, action)
    living.add(making.sheet(text))
    return living.judge(action, Effectiveness.NOT_EFFECTIVE, why=text, follow_up=text)


def _follow_up(living: PlanService, action: str, text: str) -> object:
    _finished(living, action)
    living.judge(action, Effectiveness.NOT_EFFECTIVE, why="encore")
    living.add(making.sheet(text))
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
    return desk.register(making.facts(channel="phone"), site="CRE", occurred_at=making.at(1))  # type: ignore[no-any-return]


def _out_of_scope(desk: Any) -> Case:
    facts = making.facts(nature="initial_information_request")
    return desk.register(facts, site="CRE", occurred_at=making.at(1))  # type: ignore[no-any-return]


def _suspended(desk: Any, reference: str, text: str) -> object:
    desk.suspend_retention(reference)
    return desk.resume_retention(reference, reason=text)


def _deadline_suspended(desk: Any, text: str, resumption: str | None = None) -> object:
    """Suspend and resume the answer clock of a case under an edition that allows it."""
    allowing = desk._with(policies=PolicyBook([making.SUSPENDING]))
    reference = allowing.register(making.facts(), site="CRE", occurred_at=making.at(1)).reference
    case = allowing.suspend_deadline(reference, reason=text, occurred_at=making.at(2))
    return (
        case if resumption is None else allowing.resume_deadline(reference, reason=resumption, occurred_at=making.at(3))
    )


def _register(**where: Any) -> Ask:
    def ask(desk: Any, _: str, text: str) -> object:
        given = {"site": "CRE"} | {name: _in(value, text) for name, value in where.items()}
        return desk.register(making.facts(), occurred_at=making.at(1), **given)

    return ask


def _survey(**where: Any) -> Ask:
    def ask(desk: Any, _: str, text: str) -> object:
        given = {"site": "CRE"} | {name: _in(value, text) for name, value in where.items()}
        return desk.register_survey_result(2, received_at=making.at(1), **given)

    return ask


def _qualify(**where: Any) -> Ask:
    def ask(desk: Any, reference: str, text: str) -> object:
        given = {"problem": "l'absence", "risks": {"training": 2}, "likelihood": 2} | {
            name: _in(v, text) for name, v in where.items()
        }
        return desk.qualify(reference, **given)

    return ask


_VERBS: Final[dict[str, Place]] = {
    "Desk.acting.by": (making.registered, lambda d, r, t: d.acting(t).acknowledge(r)),
    "Desk.add_support.title": (
        making.registered,
        lambda d, r, t: d.add_support(r, kind=SupportKind.EMAIL, title=t),
    ),
    "Desk.analyse.causes": (
        making.qualified,
        lambda d, r, t: d.analyse(r, causes=(t,), method=Method.ISHIKAWA),
    ),
    "Desk.analyse.report": (making.qualified, lambda d, r, t: d.analyse(r, report=t)),
    "Desk.answer.text": (
        making.planned_nothing,
        lambda d, r, t: d.answer(r, decision=AnswerDecision.FOUNDED, text=t),
    ),
    "Desk.answer.remedies": (
        making.planned_nothing,
        lambda d, r, t: d.answer(r, decision=AnswerDecision.FOUNDED, text="Madame", remedies=t),
    ),
    "Desk.close.comment": (
        making.answered,
        lambda d, r, t: d.close(r, reason=ClosingReason.ANSWERED, comment=t),
    ),
    "Desk.close.redirected_to": (
        _out_of_scope,
        lambda d, r, t: d.close(r, reason=ClosingReason.OUT_OF_SCOPE, redirected_to=t, told_at=making.at(1)),
    ),
    "Desk.contain.measure": (making.registered, lambda d, r, t: d.contain(r, measure=t)),
    "Desk.correct.reason": (making.registered, lambda d, r, t: d.correct(r, reason=t, causes=1)),
    "Desk.personal_data_of.person": (making.registered, lambda d, _, t: d.personal_data_of(t, as_actor=True)),
    "Desk.link.to": (making.registered, lambda d, r, t: d.link(r, kind=LinkKind.SAME_CAUSE_AS, to=t)),
    "Desk.pgaac.scope": (making.registered, lambda d, _, t: d.pgaac(t).actions),
    "Desk.plan.actions": (making.analysed, lambda d, r, t: d.plan(r, t)),
    "Desk.plan_nothing.reason": (making.qualified, lambda d, r, t: d.plan_nothing(r, reason=t)),
    "Desk.qualify.problem": (making.qualified, _qualify(problem=None)),
    "Desk.qualify.requirement_reference": (making.qualified, _qualify(requirement_reference=None)),
    "Desk.qualify.supported_by": (making.qualified, _qualify(supported_by=None)),
    "Desk.qualify.risks": (making.qualified, lambda d, r, t: d.qualify(r, problem="l'absence", risks={t: 2})),
    "Desk.qualify.experts": (making.qualified, _qualify(experts=())),
    "Desk.record_containment_effect.effect": (making.registered, _contained),
    "Desk.record_reaction.words": (
        making.answered,
        lambda d, r, t: d.record_reaction(r, reaction=Reaction.SATISFIED, words=t),
    ),
    "Desk.refer_to_mediation.reason": (making.answered, lambda d, r, t: d.refer_to_mediation(r, reason=t)),
    "Desk.register.site": (making.registered, _register(site=None)),
    "Desk.register.service_sites": (making.registered, _register(service_sites=())),
    "Desk.register.handling_unit": (making.registered, _register(handling_unit=None)),
    "Desk.register.source": (making.registered, _register(source=None)),
    "Desk.register.complainant": (making.registered, _register(complainant=None)),
    "Desk.register.verbatim": (making.registered, _register(verbatim=None)),
    "Desk.register.remedy_sought": (making.registered, _register(remedy_sought=None)),
    "Desk.register_survey_result.site": (making.registered, _survey(site=None)),
    "Desk.register_survey_result.service_sites": (making.registered, _survey(service_sites=())),
    "Desk.register_survey_result.handling_unit": (making.registered, _survey(handling_unit=None)),
    "Desk.register_survey_result.source": (making.registered, _survey(source=None)),
    "Desk.register_survey_result.complainant": (making.registered, _survey(complainant=None)),
    "Desk.register_survey_result.verbatim": (making.registered, _survey(verbatim=None)),
    "Desk.reopen.reason": (making.closed, lambda d, r, t: d.reopen(r, reason=t)),
    "Desk.reroute.handling_unit": (making.registered, lambda d, r, t: d.reroute(r, handling_unit=t)),
    "Desk.reroute.reason": (making.registered, lambda d, r, t: d.reroute(r, handling_unit="CRE", reason=t)),
    "Desk.correct_date.reason": (
        making.qualified,
        lambda d, r, t: d.correct_date(r, 1, happened_at=making.at(1), reason=t),
    ),
    "Desk.resume_retention.reason": (making.closed, _suspended),
    "Desk.scoped.site": (making.registered, lambda d, _, t: d.scoped(site=t).cases.count()),
    "Desk.scoped.region": (making.registered, lambda d, _, t: d.scoped(region=t).cases.count()),
    "Desk.suspend_deadline.reason": (making.registered, lambda d, _, t: _deadline_suspended(d, t)),
    "Desk.resume_deadline.reason": (making.registered, lambda d, _, t: _deadline_suspended(d, "une pièce manque", t)),
    "Desk.suspend_retention.reason": (making.closed, lambda d, r, t: d.suspend_retention(r, reason=t)),
    "Desk.transcribe.text": (_by_telephone, lambda d, r, t: d.transcribe(r, text=t, author="Mme Roux")),
    "Desk.transcribe.author": (_by_telephone, lambda d, r, t: d.transcribe(r, text="allô", author=t)),
    "Desk.withdraw.words": (making.registered, lambda d, r, t: d.withdraw(r, words=t)),
    "PlanService.abandon.reason": (making.registered, _with_an_action(lambda p, a, t: p.abandon(a, reason=t))),
    "PlanService.amend.reason": (
        making.registered,
        _with_an_action(lambda p, a, t: p.amend(a, reason=t, process="PCS 2")),
    ),
    "PlanService.close.comment": (making.registered, _with_an_action(_close_action)),
    "PlanService.finish.evidence": (making.registered, _with_an_action(lambda p, a, t: p.finish(a, evidence=t))),
    "PlanService.follow_up.follow_up": (making.registered, _with_an_action(_follow_up)),
    "PlanService.judge.why": (making.registered, _with_an_action(_judge)),
    "PlanService.judge.follow_up": (making.registered, _with_an_action(_judge)),
    "PlanService.progress.note": (making.registered, _with_an_action(lambda p, a, t: p.progress(a, note=t))),
    "PlanService.publish.recipients": (making.registered, lambda d, _, t: d.pgaac("CRE").publish(recipients=[t])),
    "PlanService.reopen.reason": (making.registered, _with_an_action(_reopen_action)),
}
_SHEET: Final[dict[str, Place]] = {
    f"ActionSheet.{name}": (making.analysed, _add(**{name: given}))
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


def places_of(*kinds: type[Any]) -> Iterator[str]:
    """Return the text parameters of the public methods of these classes, without references."""
    for kind in kinds:
        for verb, function in inspect.getmembers(kind, inspect.isfunction):
            for parameter in inspect.signature(function).parameters.values():
                if (
                    re.search(r"\bstr\b", str(parameter.annotation))
                    and not verb.startswith("_")
                    and parameter.name != "reference"
                ):
                    yield f"{kind.__name__}.{verb}.{parameter.name}"
