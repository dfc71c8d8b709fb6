"""A numbered edition of a plan: what was published, to whom, and when. Source: M2-1 §6.3, reading I16."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import attrs

from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.plans.action import Action

ALL_PCS: Final = "Tous les PCS"
"""Whom an edition goes to unless it is said otherwise. Source: M2-1 §6.3."""


@attrs.frozen
class PlanLine:
    """A line as it stood: whose it is, and the action."""

    scope: PlanScope
    action: Action

    @property
    def reference(self) -> LineReference:
        """What it is found by."""
        return LineReference(self.scope, self.action.reference)


def in_order(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """Lines by plan, from the nation down, then by reference."""
    return tuple(sorted(lines, key=lambda line: line.reference.order))


def each_line_once(_: object, attribute: attrs.Attribute[Any], lines: tuple[PlanLine, ...]) -> None:
    """Refuse a line that is given twice."""
    seen: set[LineReference] = set()
    for line in lines:
        if line.reference in seen:
            raise ValueError(f"{attribute.name}: {line.reference} is given twice; an edition holds each line once")
        seen.add(line.reference)


@attrs.frozen(kw_only=True)
class PublishedPlan:
    """What was published of a plan.

    Args:
        scope: whose plan it is.
        number: from 1, without holes.
        published_at: when.
        recipients: whom it went to.
        lines: the lines as they stood, the plan's own and those it gathered, in order.

    Raises:
        ValueError: a line is given twice.
    """

    scope: PlanScope
    number: int
    published_at: datetime
    recipients: tuple[str, ...]
    lines: tuple[PlanLine, ...] = attrs.field(converter=in_order, validator=each_line_once)

    def _repr_html_(self) -> str:
        from reclamation_core.plans.display import edition_card

        return edition_card(self)
