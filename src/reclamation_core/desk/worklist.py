"""The worklist (à faire): what waits for somebody on a day, as counts with the first cases of each, and as a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.codes import days_left_in_words, in_words
from reclamation_core.cases import Admissibility, CaseState
from reclamation_core.cases.plain import plain
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import awaited_actions, found_in_scope, is_in_scope, parsed_scope, parts_of_plans
from reclamation_core.desk.queries import CasesView
from reclamation_core.desk.signals import order_of_signals, signals_of, with_cases_in_scope
from reclamation_core.plans import ActionStatus, LineReference, PlanScope, ScopeKind
from reclamation_core.plans.codes import SignalState
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.signals import PlanSignal
from reclamation_core.ports import CaseFacet, CaseOrder, CaseQuery, CaseSummary, StoreDamagedError
from reclamation_core.ports.repositories import ActionDay
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import coded, day, member_of, optional, require, whole_number
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized, colon, day_text, format_number

_DAYS_TO_QUALIFY: Final = 2
"""After so many business days, a case that is not qualified is on the list."""
_ONE_DAY: Final = timedelta(days=1)
_NOTHING: Final = Wording("Rien n'est à faire.", "There is nothing to do.")
_TITLE: Final = Wording("À faire au {}", "To do on {}")
_MORE: Final = Wording("- et {} de plus", "- and {} more")
_UNREAD: Final = Wording("Plans illisibles", "Plans that cannot be read")


class WorkKind(LabelledEnum):
    """What is to be done on a case (à faire), the most urgent first."""

    LATE = "late", "réponses en retard", "late answers"
    DUE_TODAY = "due_today", "réponses attendues aujourd'hui", "answers due today"
    UNACKNOWLEDGED = "unacknowledged", "accusés de réception manquants", "missing acknowledgements"
    UNCLEAR = "unclear", "questions en attente de réponse", "questions without an answer"
    UNQUALIFIED = (
        "unqualified",
        "dossiers à qualifier depuis plus de 2 jours ouvrés",
        "cases to qualify for more than 2 business days",
    )


class ActionWorkKind(LabelledEnum):
    """What is to be done on an action of a plan (à faire)."""

    LATE = "action_late", "actions en retard", "late actions"
    CHECK = "check", "efficacités à évaluer", "effectiveness to judge"


class SignalWorkKind(LabelledEnum):
    """What is to be done on a signal of a plan (à faire)."""

    OPEN = "signal", "signaux à examiner", "signals to examine"


@attrs.frozen(kw_only=True)
class CaseWork(SharedRepr):
    """What is to be done on cases.

    Attributes:
        kind: what.
        count: the number of cases.
        query: finds them.
        first: those with the earliest due dates, five at most.
        days_left: of each of these, the business days until its answer is due; negative if late, None if none is.
        by_site: the number of cases of each unit that handles some.
    """

    kind: WorkKind
    count: int
    query: CaseQuery
    first: tuple[CaseSummary, ...]
    days_left: tuple[int | None, ...]
    by_site: Mapping[str, int] = attrs.field(factory=dict, hash=False)

    def due_in_words(self, left: int) -> Wording:
        """Return when the answer of a case is due; work that is not an answer names the answer."""
        words = days_left_in_words(left)
        if self.kind in {WorkKind.LATE, WorkKind.DUE_TODAY}:
            return words
        fr, en = ("réponse", "answer") if left < 0 else ("réponse attendue", "answer due")
        return Wording(f"{fr} {words.fr}", f"{en} {words.en}")


@attrs.frozen(kw_only=True)
class AwaitedAction(SharedRepr):
    """An action with something to do: its plan, its reference, the day it was due, and what it is; None once erased.

    Its label names its plan, a site by its name. An action that is not done yet is to be done before it is judged.
    """

    plan: PlanScope
    action: str
    label: Wording
    due: date
    is_done: bool
    what: str | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ActionWork(SharedRepr):
    """What is to be done on actions.

    Attributes:
        kind: what.
        count: the number of actions.
        first: those that were due first, five at most.
        elsewhere: the number of those on plans outside the scope of the desk: they serve cases inside it.
        by_site: the number of actions on the plan of each site that has some; plans of regions and of the nation apart.
    """

    kind: ActionWorkKind
    count: int
    elsewhere: int = 0
    first: tuple[AwaitedAction, ...]
    by_site: Mapping[str, int] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class SignalWork(SharedRepr):
    """The signals of plans that wait for a decision.

    Attributes:
        kind: what.
        count: the number of signals that are neither dismissed nor turned into an action.
        first: the latest ones, five at most; new ones before acknowledged ones.
        by_site: the number of signals on the plan of each site that has some; plans of regions and of the nation apart.
    """

    kind: SignalWorkKind = SignalWorkKind.OPEN
    count: int
    first: tuple[PlanSignal, ...]
    by_site: Mapping[str, int] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class SiteCountView(SharedRepr):
    """What one site has to do, as plain data."""

    site: str
    count: int


@attrs.frozen(kw_only=True)
class WorkView(SharedRepr):
    """What is to be done as plain data: how many cases or actions, the first references, and how many by site.

    `elsewhere` counts the actions that are on plans outside the scope of the desk.
    """

    kind: str
    label: str
    count: int
    elsewhere: int
    first: tuple[str, ...]
    by_site: tuple[SiteCountView, ...]


@attrs.frozen(kw_only=True)
class WorklistView(SharedRepr):
    """A worklist as plain data, with its text (résumé du jour)."""

    as_of: date
    cases: tuple[WorkView, ...]
    actions: tuple[WorkView, ...]
    signals: tuple[WorkView, ...]
    damaged: tuple[str, ...]
    text: str


@attrs.frozen(kw_only=True)
class Worklist(SharedRepr):
    """What waits for somebody on a day (à faire).

    Attributes:
        as_of: the day.
        cases: what is to be done on cases, the most urgent first, kinds without a case among them.
        actions: what is to be done on the actions of plans.
        damaged: the scopes of plans that cannot be read: there may be more to do. A plan is read where an action is
            shown or a signal waits: `Desk.verify` examines all.
        signals: the signals of plans that wait for a decision; None in the worklist of a person, or of actions alone.
    """

    as_of: date
    cases: tuple[CaseWork, ...]
    actions: tuple[ActionWork, ...]
    damaged: tuple[str, ...] = ()
    signals: SignalWork | None = None

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the worklist as plain data; `document_schema("view.worklist")` describes it."""
        view = WorklistView(
            as_of=self.as_of,
            cases=tuple(_view(one, lang, [case.reference for case in one.first]) for one in self.cases),
            actions=tuple(
                _view(one, lang, [f"{row.plan.key}/{row.action}" for row in one.first]) for one in self.actions
            ),
            signals=tuple(
                _view(one, lang, [f"{row.plan.key}/{row.reference}" for row in one.first])
                for one in filter(None, (self.signals,))
            ),
            damaged=self.damaged,
            text=self.to_text(lang),
        )
        return plain(view)

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that have something to do: those with most late answers first, then by code."""
        of_cases, of_actions = ([one.by_site for one in work] for work in (self.cases, self.actions))
        of_signals = {} if self.signals is None else self.signals.by_site
        late = next((one.by_site for one in self.cases if one.kind is WorkKind.LATE), {})
        names = {site for found in (*of_cases, *of_actions, of_signals) for site in found}
        return tuple(sorted(names, key=lambda site: (-late.get(site, 0), site)))

    def to_text(self, lang: Lang = "fr") -> str:
        """Return the worklist as a text that a host sends by mail (résumé du jour): references, no names and no words.

        A kind without anything to do is left out.
        """
        lines = [_TITLE.in_(lang).format(in_words(self.as_of, lang)), ""]
        signals = () if self.signals is None else (self.signals,)
        for work in (*self.cases, *self.actions, *signals):
            label, more = work.kind.label(lang), work.count - len(work.first)
            if work.count:
                lines.append(f"{capitalized(label)}{colon(lang)}{format_number(work.count, lang)}")
                lines += (f"- {row}" for row in _rows(work, lang))
            if more:
                lines.append(_MORE.in_(lang).format(format_number(more, lang)))
        if self.damaged or len(lines) == 2:
            unread = f"{_UNREAD.in_(lang)}{colon(lang)}{', '.join(self.damaged)}"
            lines.append(unread if self.damaged else _NOTHING.in_(lang))
        return "\n".join(lines) + "\n"


def _rows(work: CaseWork | ActionWork | SignalWork, lang: Lang) -> Iterator[str]:
    if isinstance(work, CaseWork):
        for case, left in zip(work.first, work.days_left, strict=True):
            yield case.reference + ("" if left is None else f", {work.due_in_words(left).in_(lang)}")
    elif isinstance(work, ActionWork):
        yield from (_action_in_words(row, work.kind).in_(lang) for row in work.first)
    else:
        yield from (f"{one.stream.in_(lang)}, {one.sentence.in_(lang)}" for one in work.first)


def _action_in_words(row: AwaitedAction, kind: ActionWorkKind) -> Wording:
    """Return an action with its plan, and the day that it was due or is to be judged."""
    is_check = kind is ActionWorkKind.CHECK
    due = ("à évaluer le", "to be judged on") if is_check else ("échéance", "due on")
    first = (", à réaliser d'abord", ", to be done first") if is_check and not row.is_done else ("", "")
    texts = zip(LANGUAGES, due, first, strict=True)
    return Wording(*(f"{row.label.in_(lang)}, {when} {day_text(row.due, lang)}{more}" for lang, when, more in texts))


def _view(work: CaseWork | ActionWork | SignalWork, lang: Lang, first: list[str]) -> WorkView:
    return WorkView(
        kind=work.kind.value,
        label=work.kind.label(lang),
        count=work.count,
        elsewhere=work.elsewhere if isinstance(work, ActionWork) else 0,
        first=tuple(first),
        by_site=tuple(SiteCountView(site=site, count=count) for site, count in sorted(work.by_site.items())),
    )


def worklist(
    context: DeskContext, as_of: date | None, assigned_to: str | None, limit: int, kind: ActionWorkKind | str | None
) -> Worklist:
    """Return what waits for somebody; see `Desk.worklist`."""
    chosen = coded(ActionWorkKind, kind)
    require(optional(member_of(ActionWorkKind)), action_kind=chosen)
    require(optional(day), as_of=as_of)
    require(whole_number(1), limit=limit)
    france = BusinessCalendar.france()
    view, mine = CasesView(context), CaseQuery(assigned_to=assigned_to)
    today = view.today if as_of is None else as_of
    last_unqualified = france.subtract(today, _DAYS_TO_QUALIFY + 1)
    queries = {
        WorkKind.LATE: attrs.evolve(mine, due_until=today - _ONE_DAY),
        WorkKind.DUE_TODAY: attrs.evolve(mine, due_from=today, due_until=today),
        WorkKind.UNACKNOWLEDGED: attrs.evolve(mine, is_unacknowledged=True),
        WorkKind.UNCLEAR: attrs.evolve(mine, has_question=True),
        WorkKind.UNQUALIFIED: attrs.evolve(
            mine,
            states=frozenset({CaseState.REGISTERED}),
            admissibilities=frozenset(Admissibility) - {Admissibility.OUT_OF_SCOPE},
            received_until=last_unqualified,
        ),
    }
    cases = tuple(_case_work(view, kind, query, today, limit) for kind, query in queries.items() if chosen is None)
    if assigned_to is not None:
        return Worklist(as_of=today, cases=cases, actions=())
    return _on_plans(context, cases, today, limit, chosen)


def _on_plans(
    context: DeskContext, cases: tuple[CaseWork, ...], today: date, limit: int, chosen: ActionWorkKind | None
) -> Worklist:
    """Return the worklist with these cases, and what is to be done on plans, or only on actions of a kind."""
    corrupt: list[StoreDamagedError] = []
    with context.store.unit_of_work() as unit, unit.reading():
        queries = {ActionWorkKind.LATE: unit.plans.late_actions, ActionWorkKind.CHECK: unit.plans.awaited_checks}
        kinds = tuple(queries) if chosen is None else (chosen,)
        found = awaited_actions(context, unit, corrupt, *(queries[kind](today) for kind in kinds))
        days = dict(zip(kinds, found, strict=True))
        signals = found_in_scope(context, unit.plans.signals(), corrupt) if chosen is None else []
        lines = [(one.plan, (one.action,)) for some in days.values() for one in some[:limit]]
        lines += [(one.plan, (one.signal,)) for one in signals if not one.is_dismissed and not one.actions]
        parts = parts_of_plans(context, unit, lines, corrupt)
    return Worklist(
        as_of=today,
        cases=cases,
        actions=tuple(_action_work(context, kind, some, parts, limit) for kind, some in days.items()),
        damaged=tuple(dict.fromkeys(str(one.holder) for one in corrupt)),
        signals=_signal_work(context, parts.values(), limit) if chosen is None else None,
    )


def _case_work(view: CasesView, kind: WorkKind, query: CaseQuery, today: date, limit: int) -> CaseWork:
    by_site = {str(site): count for site, count in view.count_by(CaseFacet.UNIT, query, as_of=today).items()}
    count = sum(by_site.values())
    first = view.summaries(query, order_by=CaseOrder.AWAITED, limit=limit).summaries if count else ()
    left = tuple(view.days_left(case, today) for case in first)
    return CaseWork(kind=kind, count=count, query=query, first=first, days_left=left, by_site=by_site)


def _signal_work(context: DeskContext, plans: Iterable[BasePlan], limit: int) -> SignalWork:
    """Return the open signals of plans."""
    found = [one for plan in plans for one in signals_of(context, plan) if one.is_open]
    found.sort(key=order_of_signals, reverse=True)
    found.sort(key=lambda one: one.state is not SignalState.NEW)
    sites = (str(one.plan.code) for one in found if one.plan.kind is ScopeKind.SITE)
    return SignalWork(count=len(found), first=with_cases_in_scope(context, found[:limit]), by_site=Counter(sites))


def _action_work(
    context: DeskContext, kind: ActionWorkKind, days: list[ActionDay], parts: Mapping[str, BasePlan], limit: int
) -> ActionWork:
    """Return what is to be done on actions, given the parts of plans with the first of them."""
    own = Counter(one.plan for one in days if is_in_scope(context, one.plan))
    scopes = ((parsed_scope(plan), count) for plan, count in own.items())
    rows, known = ((parts.get(one.plan), one) for one in days[:limit]), context.sites.known
    return ActionWork(
        kind=kind,
        count=len(days),
        elsewhere=len(days) - own.total(),
        first=tuple(
            AwaitedAction(
                plan=plan.scope,
                action=one.action,
                label=Wording(*(LineReference(plan.scope, one.action).label(lang, known) for lang in LANGUAGES)),
                due=one.day,
                is_done=action.status is ActionStatus.DONE,
                what=plan.read(action.what),
            )
            for plan, one in rows
            if plan is not None and (action := plan.get(one.action)) is not None
        ),
        by_site={str(scope.code): count for scope, count in scopes if scope and scope.kind is ScopeKind.SITE},
    )
