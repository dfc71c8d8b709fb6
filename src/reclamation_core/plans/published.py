"""Published plans, numbered, and what changed from one to the next. Source: M2-1 §6.3, interpretation I16."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.cases.plain import plain
from reclamation_core.cases.references import LineReference, PlanScope, natural_key
from reclamation_core.cases.texts import Vault
from reclamation_core.markup import html_of
from reclamation_core.plans.action import OPEN_STATUSES, Action, ActionView, action_view
from reclamation_core.plans.codes import ActionStatus, LineChangeKind, SignalState
from reclamation_core.plans.signals import RaisedSignal
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, each, of_class, refuse_value
from reclamation_core.wording import Wording

ALL_PCS: Final = "Tous les PCS"
"""The recipients of a published plan by default. Source: M2-1 §6.3."""


_ONCE: Final = Wording("chaque ligne une seule fois est attendue", "each line is expected once")


@attrs.frozen
class PlanLine(SharedRepr):
    """A line at the time of publication: the scope of its plan, and the action."""

    scope: PlanScope = attrs.field(validator=of_class(PlanScope))
    action: Action = attrs.field(validator=of_class(Action))

    @property
    def reference(self) -> LineReference:
        """What it is found by."""
        return LineReference(self.scope, self.action.reference)

    def hiding(self, cases: Collection[str]) -> PlanLine:
        """Return the line without the names of some cases."""
        reopenings = tuple(attrs.evolve(one, case=None) if one.case in cases else one for one in self.action.reopenings)
        left = tuple(case for case in self.action.cases if case not in cases)
        return attrs.evolve(self, action=attrs.evolve(self.action, cases=left, reopenings=reopenings))


_each_a_line: Final = each(of_class(PlanLine))


def in_order(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """Lines by plan, from the nation down, then by reference."""
    return tuple(sorted(lines, key=lambda line: (line.scope.order, natural_key(line.action.reference))))


def lines_in_order(values: object) -> Any:
    """Return lines in their order; a list of other values unchanged: `each_line_once` refuses it."""
    several = as_tuple(values)
    are_lines = isinstance(several, tuple) and all(isinstance(one, PlanLine) for one in several)
    return in_order(several) if are_lines else several


def each_line_once(_: object, attribute: attrs.Attribute[Any], lines: tuple[PlanLine, ...]) -> None:
    """Refuse what is no line of a plan, and a line that is given twice."""
    _each_a_line(_, attribute, lines)
    seen: set[tuple[PlanScope, str]] = set()
    for line in lines:
        key = line.scope, line.action.reference
        if key in seen:
            refuse_value(attribute.name, str(line.reference), _ONCE)
        seen.add(key)


@attrs.frozen(kw_only=True)
class PublishedPlan(SharedRepr):
    """What was published of a plan.

    Args:
        scope: whose plan it is.
        number: from 1, without holes.
        published_at: when.
        recipients: the functions that received it.
        lines: the lines of the plan and those that it gathered, in order.

    Raises:
        FaultsError: a line is given twice.
        TypeError: a line is none.
    """

    scope: PlanScope
    number: int
    published_at: datetime
    recipients: tuple[str, ...]
    lines: tuple[PlanLine, ...] = attrs.field(converter=lines_in_order, validator=each_line_once)

    def to_document(self, vault: Vault | None = None) -> dict[str, Any]:
        """Return the published plan as plain data; `document_schema("view.published_plan")` describes it.

        Args:
            vault: the texts of its lines, to include them; `PlanService.published_plan_to_document` has them.
        """
        lines = tuple(LineView(scope=line.scope, action=action_view(line.action)) for line in self.lines)
        view = PublishedPlanView(
            scope=self.scope,
            number=self.number,
            published_at=self.published_at,
            recipients=self.recipients,
            lines=lines,
        )
        return plain(view, vault)

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.plans.rendering")


@attrs.frozen(kw_only=True)
class LineView(SharedRepr):
    """A line of a published plan as plain data: the scope of its plan, and the action."""

    scope: PlanScope
    action: ActionView


@attrs.frozen(kw_only=True)
class PublishedPlanView(SharedRepr):
    """A published plan as plain data (PGAAC diffusé).

    Args:
        scope: whose plan it is.
        number: from 1, without holes.
        published_at: when.
        recipients: the functions that received it.
        lines: its lines, in order.
    """

    scope: PlanScope
    number: int
    published_at: datetime
    recipients: tuple[str, ...]
    lines: tuple[LineView, ...]


@attrs.frozen(kw_only=True)
class PublicationView(SharedRepr):
    """A publication of a plan: its number, when it was, the recipients, how many lines it had."""

    number: int
    published_at: datetime
    recipients: tuple[str, ...]
    lines: int

    @classmethod
    def of(cls, one: PublishedPlan) -> PublicationView:
        """Return the publication of a published plan."""
        return cls(number=one.number, published_at=one.published_at, recipients=one.recipients, lines=len(one.lines))


@attrs.frozen(kw_only=True)
class RaisedSignalView(SharedRepr):
    """A signal of a plan as plain data, without its cases, its texts and names; `view.signals` has them.

    Args:
        reference: its reference.
        kind: the kind of its stream.
        key: the parts of the name of the stream.
        week: the week in which it was seen first.
        since: the first week of the window that showed it.
        until: the last week in which it was seen.
        observed: the cases of the window.
        expected: the cases expected in it.
        recurrence_weeks: so many weeks pass between two such rises by chance alone.
        pooled: the other streams that rose by it; the first showed it first.
        raised: when it was recorded.
        state: what became of it.
        actions: the references of the actions that it led to.
    """

    reference: str
    kind: str
    key: tuple[str, ...]
    week: str
    since: str
    until: str
    observed: int
    expected: float
    recurrence_weeks: float
    pooled: tuple[str, ...]
    raised: datetime
    state: SignalState
    actions: tuple[str, ...]


_SIGNAL_FIELDS: Final = tuple(field.name for field in attrs.fields(RaisedSignalView))
_read_signal: Final = attrgetter(*_SIGNAL_FIELDS)


@attrs.frozen(kw_only=True)
class PgaacView(SharedRepr):
    """A plan as plain data (PGAAC).

    Args:
        scope: whose plan it is.
        key: the key of its scope.
        version: the number of its events.
        actions: its actions, or those of the part.
        publications: its publications; none of a part with some actions.
        signals: its signals, or those of the part, in the order in which they were raised.
    """

    scope: PlanScope
    key: str
    version: int
    actions: tuple[ActionView, ...]
    publications: tuple[PublicationView, ...] = ()
    signals: tuple[RaisedSignalView, ...] = ()


def plan_document_of(  # noqa: PLR0917  (the parts of a plan, in their order)
    scope: PlanScope,
    version: int,
    actions: Iterable[Action],
    publications: Iterable[PublicationView],
    signals: Iterable[RaisedSignal],
    vault: Vault | None,
) -> dict[str, Any]:
    """Return a plan, or a part of one, as plain data."""
    view = PgaacView(
        scope=scope,
        key=scope.key,
        version=version,
        actions=tuple(map(action_view, actions)),
        publications=tuple(publications),
        signals=tuple(RaisedSignalView(**dict(zip(_SIGNAL_FIELDS, _read_signal(one), strict=True))) for one in signals),
    )
    return plain(view, vault)


_REACHED = {
    ActionStatus.IN_PROGRESS: LineChangeKind.STARTED,
    ActionStatus.DONE: LineChangeKind.DONE,
    ActionStatus.VERIFIED: LineChangeKind.JUDGED,
    ActionStatus.CLOSED: LineChangeKind.CLOSED,
    ActionStatus.ABANDONED: LineChangeKind.ABANDONED,
}


@attrs.frozen
class FieldChange(SharedRepr):
    """One field of an action, before and after; texts are commitments, read from the plan's vault."""

    name: str
    before: Any
    after: Any


@attrs.frozen(kw_only=True)
class LineChange(SharedRepr):
    """What changed on one line.

    Args:
        reference: the line.
        change: what became of it: its new status where that changed, else that it was amended.
        fields: the fields that changed, in the order of the sheet, never empty.
    """

    reference: LineReference
    change: LineChangeKind
    fields: tuple[FieldChange, ...]

    def applied_to(self, line: PlanLine) -> PlanLine:
        """The line after the change."""
        after = {field.name: field.after for field in self.fields}
        return attrs.evolve(line, action=attrs.evolve(line.action, **after))


@attrs.frozen(kw_only=True)
class PlanDifference(SharedRepr):
    """What an edition changed from the one before (évolution depuis l'édition précédente).

    Args:
        scope: whose plan it is.
        before: the number of the edition before, 0 for none.
        number: the number of the edition.
        published_at: when it was published.
        recipients: the functions that received it.
        added: the lines that are new.
        changed: what changed on the others, in order.
        left: the lines that are no longer there: a plan that is not gathered any more.
    """

    scope: PlanScope
    before: int
    number: int
    published_at: datetime
    recipients: tuple[str, ...]
    added: tuple[PlanLine, ...]
    changed: tuple[LineChange, ...]
    left: tuple[LineReference, ...]

    def of(self, change: LineChangeKind) -> tuple[LineReference, ...]:
        """The lines of which this became: those added, closed, reopened, ..."""
        if change is LineChangeKind.ADDED:
            return tuple(line.reference for line in self.added)
        if change is LineChangeKind.LEFT:
            return self.left
        return tuple(line.reference for line in self.changed if line.change is change)

    def applied_to(self, before: PublishedPlan | None) -> PublishedPlan:
        """The edition that comes after; `published_plan_difference(before, after).applied_to(before) == after`.

        Raises:
            ValueError: the difference is from another edition.
        """
        found = (self.scope, 0) if before is None else (before.scope, before.number)
        if found != (self.scope, self.before):
            raise ValueError(
                f"before: edition {found[1]} of {found[0]} is not the one that this difference is from; give edition "
                f"{self.before} of {self.scope}"
            )
        lines = {} if before is None else {line.reference: line for line in before.lines}
        for reference in self.left:
            del lines[reference]
        for change in self.changed:
            lines[change.reference] = change.applied_to(lines[change.reference])
        return PublishedPlan(
            scope=self.scope,
            number=self.number,
            published_at=self.published_at,
            recipients=self.recipients,
            lines=(*lines.values(), *self.added),
        )


def published_plan_difference(before: PublishedPlan | None, after: PublishedPlan) -> PlanDifference:
    """What changed from one edition to a later one; from None, every line is added.

    Raises:
        ValueError: the editions are of two plans.
    """
    if before is not None and before.scope != after.scope:
        raise ValueError(f"before: an edition of {before.scope} has no difference to one of {after.scope}")
    known = {(line.scope, line.action.reference): line for line in (before.lines if before else ())}
    later = {(line.scope, line.action.reference): line for line in after.lines}
    pairs = [(known.get(key), line) for key, line in later.items()]
    return PlanDifference(
        scope=after.scope,
        before=0 if before is None else before.number,
        number=after.number,
        published_at=after.published_at,
        recipients=after.recipients,
        added=tuple(line for earlier, line in pairs if earlier is None),
        changed=tuple(_change(one.action, line) for one, line in pairs if one and one.action != line.action),
        left=tuple(line.reference for key, line in known.items() if key not in later),
    )


def _change(earlier: Action, line: PlanLine) -> LineChange:
    before, after = attrs.asdict(earlier, recurse=False), attrs.asdict(line.action, recurse=False)
    fields = tuple(FieldChange(name, before[name], after[name]) for name in after if before[name] != after[name])
    return LineChange(reference=line.reference, change=_became(earlier.status, line.action.status), fields=fields)


def _became(before: ActionStatus, after: ActionStatus) -> LineChangeKind:
    if before is after:
        return LineChangeKind.AMENDED
    if after in OPEN_STATUSES and before is not ActionStatus.TO_DO:
        return LineChangeKind.REOPENED
    return _REACHED[after]
