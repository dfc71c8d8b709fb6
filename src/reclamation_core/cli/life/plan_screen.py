"""What is shown of the PGAAC: the actions, the editions, what an edition changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from reclamation_core.cases.redaction import ERASED
from reclamation_core.cli import layout
from reclamation_core.cli.words import number, plural
from reclamation_core.desk import PlanService
from reclamation_core.plans import ActionStatus, ActionType, Change, ScopeKind

_MOST: Final = 6


def show_actions(screen: Console, plans: Sequence[PlanService]) -> None:
    """How many actions the plans have, by type and status, and which were opened again by a recurrence."""
    actions = [action for plan in plans for action in plan.actions]
    found = Counter((action.type, action.status) for action in actions)
    layout.heading(
        screen, f"PGAAC : {number(len(actions))} actions de {number(len(plans))} plans, par type et par état"
    )
    rows = [[kind.label(), *(str(found[kind, status]) for status in ActionStatus)] for kind in ActionType]
    for row in rows:
        row.append(str(sum(map(int, row[1:]))))
    sums = ["total", *(str(sum(int(row[place]) for row in rows)) for place in range(1, len(ActionStatus) + 2))]
    header = ("type", *(status.label() for status in ActionStatus), "total")
    layout.show(screen, layout.table(header, [*rows, sums], right=range(1, len(header))))
    reopened = [(action, action.reopenings[-1]) for action in actions if action.reopenings]
    for action, reopening in reopened[:_MOST]:
        why = "" if reopening.recurrence is None else reopening.recurrence.fr
        layout.lines(screen, f"{action.reference} rouverte, {why}", "  ")


def show_editions(screen: Console, plans: Sequence[PlanService], shown: PlanService | None) -> None:
    """What was published, and what the latest edition of one plan changed."""
    published = [edition for plan in plans for edition in plan.editions]
    layout.heading(
        screen, f"{number(len(published))} {plural('édition', len(published))} du PGAAC, diffusées à tous les PCS"
    )
    rows = []
    for kind in ScopeKind:
        own = [edition for edition in published if edition.scope.kind is kind]
        last = max((edition.published_at for edition in own), default=None)
        scopes = len({edition.scope for edition in own})
        rows.append((kind.label(), str(scopes), str(len(own)), "" if last is None else f"{last:%d/%m/%Y}"))
    layout.show(screen, layout.table(("plan", "plans", "éditions", "dernière"), rows, right=(1, 2)))
    if shown is not None:
        _show_difference(screen, shown)


def _show_difference(screen: Console, plan: PlanService) -> None:
    now = plan.current
    latest = now.editions[-1].number
    difference = now.difference(latest)
    screen.print()
    screen.print(f"Évolution du PGAAC du {now.scope.label('fr')}, édition n° {latest} :", markup=False)
    for change in Change:
        for reference in difference.of(change):
            what = now.read(now.action(reference.action).what) or ERASED.fr
            layout.lines(screen, f"- {change.label('fr')} : {reference.action}, {what}", "  ")


def most_changed(plans: Sequence[PlanService]) -> PlanService | None:
    """The site's plan whose latest edition changed most kinds of things since the one before; None where none did."""

    def changes(plan: PlanService) -> int:
        difference = plan.current.difference(len(plan.editions))
        return len([change for change in Change if difference.of(change)])

    again = [plan for plan in plans if plan.scope.kind is ScopeKind.SITE and len(plan.editions) > 1]
    return max(again, key=changes, default=None)
