"""What goes on beside the cases: the sweeps for alerts, the reviews, the editions of the plans."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.plans import ActionSheet, PlanScope, ScopeKind
from reclamation_core.simulation.life.acting import begin
from reclamation_core.simulation.life.agenda import Course
from reclamation_core.simulation.life.bank import Review, life_phrases
from reclamation_core.simulation.life.world import World
from reclamation_core.vocabulary import Role

_SWEPT_AT, _REVIEWED_AT, _PUBLISHED_AT = time(7, 30), time(10), time(17, 30)
_REVIEWED_AFTER: Final = 3
_DONE_IN, _CHECKED_IN, _HALF = 5, 11, 15


def sweeps(world: World, first: date) -> Course[None]:
    """Sweep for alerts in the morning of every working day."""
    calendar = BusinessCalendar.france()
    for day in _working_days(calendar, first, world.until):
        yield datetime.combine(day, _SWEPT_AT, tzinfo=calendar.zone)
        world.desk.sweep()


def reviews(world: World, first: date) -> Course[None]:
    """Put on some plans actions that serve no case."""
    calendar = BusinessCalendar.france()
    day = calendar.add(first, _REVIEWED_AFTER)
    yield datetime.combine(day, _REVIEWED_AT, tzinfo=calendar.zone)
    draws = world.stream("reviews")
    for review in life_phrases().reviews:
        site = draws.one_of(tuple(world.sites))
        scope = PlanScope.site(site)
        sheet = _sheet(world, scope, review, day)
        world.plan(scope, site, Role.AQ).add(sheet)
        begin(world, scope, site, sheet.reference)


def _sheet(world: World, scope: PlanScope, review: Review, day: date) -> ActionSheet:
    calendar = BusinessCalendar.france()
    return ActionSheet(
        reference=world.next_reference(scope),
        type=review.type,
        origin=review.origin,
        site=scope.code,
        cause_family=review.cause_family,
        cause=review.cause,
        what=review.what,
        finding=review.finding,
        owner=world.person(str(scope.code), Role.AQ),
        criterion=review.criterion,
        planned=calendar.add(day, _DONE_IN),
        check_on=calendar.add(day, _CHECKED_IN),
    )


def editions(world: World, first: date) -> Course[None]:
    """Publish an edition of every plan on the last working day of each half of a month, and at the end.

    Sites first, then regions, then the nation, so that each gathers what was just published below it.
    """
    calendar = BusinessCalendar.france()
    last = world.until.astimezone(calendar.zone).date()
    for day in _working_days(calendar, first, world.until):
        following = calendar.next(day)
        if day == last or (following.month, following.day > _HALF) != (day.month, day.day > _HALF):
            yield datetime.combine(day, _PUBLISHED_AT, tzinfo=calendar.zone)
            for scope in world.scopes:
                _published(world, scope)


def _published(world: World, scope: PlanScope) -> None:
    """Publish a plan that has something to tell: actions of its own, or of the plans below."""
    below = [
        plan for plan in world.plans if plan.actions and scope.above(plan.scope) and _holds(world, scope, plan.scope)
    ]
    plan = world.desk.acting("direction qualité", Role.AQ).pgaac(scope)
    if plan.actions or below:
        plan.publish()


def _holds(world: World, scope: PlanScope, other: PlanScope) -> bool:
    if scope.kind is ScopeKind.NATION:
        return True
    return other.kind is ScopeKind.SITE and world.sites[str(other.code)].region == scope.code


def _working_days(calendar: BusinessCalendar, first: date, until: datetime) -> list[date]:
    last = until.astimezone(calendar.zone).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if calendar.is_business_day(day)]
