"""Texts that break careless SQL, and every text parameter of the desk."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeAlias, get_args, get_origin

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, LinkKind, Method, Reaction, SupportKind
from reclamation_core.desk import PlanService
from reclamation_core.plans import ActionOrigin, ActionSheet, Effectiveness, PlanScope
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
SEVERAL: Final = {"cases", "causes", "experts", "names", "recipients", "service_sites", "spread", "words"}
"""Arguments that take several texts, except the words of a complainant."""


def _of_case(verb: str, name: str, given: Mapping[str, Any]) -> Ask:
    """Run a command on the case, with the text in one of its arguments."""
    is_one = name not in SEVERAL or verb in {"record_reaction", "withdraw"}
    return lambda desk, reference, text: getattr(desk, verb)(reference, **{**given, name: text if is_one else (text,)})


def _of_desk(verb: str, name: str, given: Mapping[str, Any]) -> Ask:
    """Run a method of the desk that names no case, with the text in one of its arguments."""
    return lambda desk, _, text: getattr(desk, verb)(**{**given, name: (text,) if name in SEVERAL else text})


def _add(name: str) -> Ask:
    """Add an action to a plan, with the text in one field of its sheet."""

    def ask(desk: Any, reference: str, text: str) -> object:
        given: dict[str, Any] = {"reference": f"A-{reference}", name: (text,) if name in SEVERAL else text}
        sheet = factories.sheet(**given)
        if name == "reference":  # a new action has a short code
            desk.pgaac("CRE").on_each(partial(factories.add_as_stored, added=sheet))
            return desk.plan(reference, sheet.reference, scope=PlanScope.site("CRE"))
        return desk.plan(reference, sheet, scope=PlanScope.site("CRE"))

    return ask


def _with_an_action(verb: Callable[[PlanService, str, str], object], **given: Any) -> Ask:
    """Add an action to the plan, then run a command on it."""

    def ask(desk: Any, _: str, text: str) -> object:
        living = desk.pgaac("CRE")
        action = f"A-{living.current.version}"
        living.add(factories.sheet(action, origin=ActionOrigin.WATCH, **given))
        return verb(living, action, text)

    return ask


def _finished(living: Any, action: str) -> None:
    living.progress(action)
    living.finish(action, evidence="la liste")


def _judge(living: Any, action: str, text: str) -> object:
    _finished(living, action)
    living.on_each(partial(factories.add_as_stored, added=factories.sheet(text)))
    return living.judge(action, Effectiveness.NOT_EFFECTIVE, why=text, follow_up=text)


def _follow_up(living: Any, action: str, text: str) -> object:
    _finished(living, action)
    living.judge(action, Effectiveness.NOT_EFFECTIVE, why="encore")
    living.on_each(partial(factories.add_as_stored, added=factories.sheet(text)))
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


def _consumed(make: str) -> Ask:
    """Store a position under the name of a consumer, and read it."""

    def ask(desk: Any, _: str, name: str) -> object:
        getattr(desk, make)(name).move_to_end()
        return getattr(desk, make)(name).lag()

    return ask


def _dismissed(desk: Any, _: str, text: str) -> object:
    plan = desk.pgaac("CRE")
    if plan.current.version == 0:
        plan.on_each(partial(raise_signal, scope=PlanScope.site("CRE"), event=RAISED))
    return plan.dismiss_signal(RAISED.signal, reason=text)


_MESSAGE: Final = {"site": "CRE", "occurred_at": factories.at(1)}
_SENDER: Final = ("site", "service_sites", "handling_unit", "source", "complainant", "verbatim")
_PERIOD: Final = {"since": DAY, "until": DAY}
_FOUNDED: Final = {"decision": AnswerDecision.FOUNDED, "text": "Madame"}
_OF_CASES: Final[tuple[tuple[Callable[..., Case], str, Mapping[str, Any], tuple[str, ...]], ...]] = (
    (factories.registered, "add_support", {"kind": SupportKind.EMAIL, "title": "courriel"}, ("title", "source")),
    (
        factories.registered,
        "suggest",
        {"fact": "theme", "value": "equipment", "by": "mots-clés", "by_version": "1"},
        ("value", "by", "by_version", "words"),
    ),
    (factories.qualified, "analyse", {"method": Method.ISHIKAWA}, ("causes",)),
    (factories.qualified, "analyse", {}, ("report",)),
    (factories.registered, "add_note", {}, ("text",)),
    (factories.registered, "assign", {}, ("to",)),
    (partial(factories.registered, complainant=None), "identify_complainant", {}, ("complainant",)),
    (factories.registered, "correct_complainant", {"complainant": "Ly", "reason": "relu"}, ("complainant", "reason")),
    (factories.planned_nothing, "answer", _FOUNDED, ("text", "remedies")),
    (factories.planned_nothing, "answer", _FOUNDED | {"decision": AnswerDecision.MISATTRIBUTED}, ("provider",)),
    (factories.answered, "close", {"reason": ClosingReason.ANSWERED}, ("comment",)),
    (_out_of_scope, "close", {"reason": ClosingReason.OUT_OF_SCOPE, "told_at": factories.at(1)}, ("redirected_to",)),
    (factories.registered, "contain", {}, ("measure",)),
    (factories.registered, "correct", {"causes": 1}, ("reason",)),
    (factories.registered, "request_information", {}, ("question",)),
    (factories.registered, "link", {"kind": LinkKind.SAME_CAUSE_AS}, ("to",)),
    (factories.qualified, "plan_nothing", {}, ("reason",)),
    (
        factories.qualified,
        "qualify",
        {"problem": "l'absence", "risks": {"training": 2}, "likelihood": 2},
        ("problem", "requirement_reference", "supported_by", "experts"),
    ),
    (factories.answered, "record_reaction", {"reaction": Reaction.SATISFIED}, ("words",)),
    (factories.answered, "refer_to_mediation", {}, ("reason",)),
    (factories.closed, "reopen", {}, ("reason",)),
    (factories.registered, "reroute", {"handling_unit": "STR"}, ("handling_unit", "reason")),
    (factories.qualified, "correct_date", {"event": 1, "happened_at": factories.at(1)}, ("reason",)),
    (factories.closed, "suspend_retention", {}, ("reason",)),
    (_by_telephone, "transcribe", {"text": "allô", "author": "Mme Roux"}, ("text", "author")),
    (factories.registered, "withdraw", {}, ("words",)),
)
"""How a case is made ready for a command, its other arguments, and those that are texts."""
_OF_DESKS: Final[tuple[tuple[str, Mapping[str, Any], tuple[str, ...]], ...]] = (
    ("register", _MESSAGE | {"facts": factories.facts()}, (*_SENDER, "remedy_sought")),
    ("register_survey_result", {"satisfaction": 2, "received_at": factories.at(1), "site": "CRE"}, _SENDER),
    ("indicators", _PERIOD, ("by", "names")),
    ("indicator_series", _PERIOD, ("by", "names")),
    ("worklist", {}, ("assigned_to",)),
    ("personal_data_of", {"as_actor": True}, ("person",)),
    ("recorded_since", {"version": 0}, ("holder",)),
)
"""Methods that name no case."""
_VERBS: Final[dict[str, Place]] = {
    **{
        f"Desk.{verb}.{name}": (ready, _of_case(verb, name, given))
        for ready, verb, given, names in _OF_CASES
        for name in names
    },
    **{
        f"Desk.{verb}.{name}": (factories.registered, _of_desk(verb, name, given))
        for verb, given, names in _OF_DESKS
        for name in names
    },
    "Desk.acting.actor": (factories.registered, lambda d, r, t: d.acting(t).acknowledge(r)),
    "Desk.register_survey_result.own": (
        factories.registered,
        lambda d, _, t: d.register_survey_result(3, received_at=factories.at(1), site="CRE", own={"lieu": t}),
    ),
    "Desk.consumer.name": (factories.registered, _consumed("consumer")),
    "Desk.plan_consumer.name": (factories.registered, _consumed("plan_consumer")),
    "Desk.open_document.key": (factories.registered, lambda d, r, t: d.open_document(r, t)),
    "Desk.pgaac.scope": (factories.registered, lambda d, _, t: d.pgaac(t).actions),
    "Desk.plan.actions": (factories.analysed, lambda d, r, t: d.plan(r, t)),
    "Desk.qualify.risks": (factories.qualified, lambda d, r, t: d.qualify(r, problem="l'absence", risks={t: 2})),
    "Desk.record_containment_effect.effect": (factories.registered, _contained),
    "Desk.resume_retention.reason": (factories.closed, _suspended),
    "Desk.scoped.site": (factories.registered, lambda d, _, t: d.scoped(site=t).cases.count()),
    "Desk.scoped.region": (factories.registered, lambda d, _, t: d.scoped(region=t).cases.count()),
    "Desk.suspend_deadline.reason": (factories.registered, lambda d, _, t: _deadline_suspended(d, t)),
    "Desk.resume_deadline.reason": (
        factories.registered,
        lambda d, _, t: _deadline_suspended(d, "une pièce manque", t),
    ),
    "PlanService.abandon.reason": (factories.registered, _with_an_action(lambda p, a, t: p.abandon(a, reason=t))),
    "PlanService.amend.reason": (
        factories.registered,
        _with_an_action(lambda p, a, t: p.amend(a, reason=t, process="PCS 2")),
    ),
    "PlanService.close.comment": (factories.registered, _with_an_action(_close_action)),
    "PlanService.dismiss_signal.reason": (factories.registered, _dismissed),
    "PlanService.effect.action": (factories.registered, lambda d, _, t: d.pgaac("CRE").effect(t)),
    "PlanService.timeline.action": (factories.registered, lambda d, _, t: d.pgaac("CRE").timeline(t)),
    "PlanService.finish.evidence": (factories.registered, _with_an_action(lambda p, a, t: p.finish(a, evidence=t))),
    "PlanService.finish.criterion": (
        factories.registered,
        _with_an_action(lambda p, a, t: p.finish(a, evidence="la liste", criterion=t), criterion=None),
    ),
    "PlanService.follow_up.follow_up": (factories.registered, _with_an_action(_follow_up)),
    "PlanService.judge.why": (factories.registered, _with_an_action(_judge)),
    "PlanService.judge.follow_up": (factories.registered, _with_an_action(_judge)),
    "PlanService.part.references": (factories.registered, lambda d, _, t: d.pgaac("CRE").part([t])),
    "PlanService.progress.note": (factories.registered, _with_an_action(lambda p, a, t: p.progress(a, note=t))),
    "PlanService.publish.recipients": (factories.registered, lambda d, _, t: d.pgaac("CRE").publish(recipients=[t])),
    "PlanService.reopen.reason": (factories.registered, _with_an_action(_reopen_action)),
}
_SHEET: Final[dict[str, Place]] = {
    f"ActionSheet.{field.name}": (factories.analysed, _add(field.name))
    for field in attrs.fields(ActionSheet)
    if re.search("Text|str", str(field.type))
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
                    and parameter.name not in _NAMES
                    and not _is_a_code(hints_of(function)[parameter.name])
                ):
                    yield f"{kind.__name__}.{verb}.{parameter.name}"
