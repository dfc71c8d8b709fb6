"""Operations on every case inside the scope, one unit of work for each case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.errors import ClockError
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.policy import ChangedEditionError, UnknownEditionError
from reclamation_core.ports import CaseJob, CaseQuery, ConcurrentChangeError, StoreDamagedError, UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, instant, optional, require
from reclamation_core.wording import Wording

CaseChange: TypeAlias = Callable[[Case, UnitOfWork | None], Case]
"""A change of one case: returns the case after it, the same object if there is nothing to change.

The unit of work is None for the first, cheap call, which decides whether the case has to be loaded and changed.
"""

PAGE: Final = 500
_FURTHEST_ZONE: Final = timedelta(hours=14)
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC) - 2 * _FURTHEST_ZONE
_PAST_DAY: Final = Wording(
    "un jour qui est venu est attendu ; pour voir les alertes d'un jour à venir sans rien enregistrer, demandez un "
    "aperçu",
    "a day that is not in the future is expected; to see the alerts of a later day without recording them, use a "
    "preview",
)


def instant_or_now(context: DeskContext, now: datetime | None) -> datetime:
    """Return the instant of the operation: the clock's by default."""
    require(optional(instant), now=now)
    return at_offset(context.clock.now() if now is None else now)


def past_instant_or_now(context: DeskContext, now: datetime | None) -> datetime:
    """Return the instant of the operation.

    Raises:
        FaultsError: its day in metropolitan France is in the future.
    """
    as_of = instant_or_now(context, now)
    if BusinessCalendar.france().day_of(as_of) > context.today:
        raise FaultsError([Fault("now", as_of, _PAST_DAY)])
    return as_of


def instant_for(context: DeskContext, case: Case, as_of: datetime) -> datetime:
    """Return the instant for one case: the clock's if the day has not begun yet at the case's site."""
    now = context.clock.now()
    return now if case.day_of(as_of) > case.day_of(now) else as_of


@attrs.frozen(kw_only=True)
class Job(SharedRepr):
    """A job on the cases for which it may have something to do.

    Args:
        kind: the job.
        as_of: the instant of the job.
        change: the change of one case.
        next_day: returns the first day after the job on which it has something to do for a case; None for never.
        others: references of further cases to examine, which depend on plans.
        save: False to change and note nothing.
    """

    kind: CaseJob
    as_of: datetime
    change: CaseChange
    next_day: Callable[[Case], date | None]
    others: Collection[str] = ()
    save: bool = True


def change_due_cases(context: DeskContext, job: Job, errors: list[ReclamationError]) -> Iterator[tuple[Case, Case]]:
    """Change the cases inside the scope for which a job is due, and yield each of them before and after the change.

    A store with projections knows these cases, and until when the others may be left out: until they change, or until
    the day that this job notes for each case that it examined. A case that is corrupt, whose edition is unknown or
    whose clock is wrong is skipped, and its error appended to `errors`; call `raise_first` with them at the end.

    Raises:
        ClockError: the clock is too far ahead of the register.
    """
    if job.save:
        context.trusted_now()
    corrupt: list[StoreDamagedError] = []
    examined: dict[str, tuple[int, date | None]] = {}
    for case in _due_cases(context, job, corrupt):
        context.progress()
        try:
            context.require_clock(case)
            before, after = case, job.change(case, None)
            if job.save and after is not before:  # most cases need no change and are not loaded again
                before, after = _change(context, case.reference, job.change)
            examined[after.reference] = (after.version, job.next_day(after))
        except StoreDamagedError as error:
            corrupt.append(holder_corruption(error))
        except (UnknownEditionError, ChangedEditionError) as error:
            error.add_note(f"case {case.reference!r} is assessed under it, and is unchanged")
            errors.append(error)
        except (ClockError, ConcurrentChangeError) as error:
            errors.append(error)
        else:
            if after is not before:
                yield before, after
        if len(examined) >= PAGE:
            _postpone(context, job, examined)
    _postpone(context, job, examined)
    errors += corrupt


def _due_cases(context: DeskContext, job: Job, corrupt: list[StoreDamagedError]) -> Iterator[Case]:
    """Yield the cases inside the scope for which a job is due; errors of corrupt cases are appended to `corrupt`."""
    last = _last_day(job.as_of)
    sites = frozenset[str]() if context.scope is None else context.scope.sites
    with context.store.unit_of_work() as unit:
        due = unit.cases.due_references(job.kind, last, sites)
    if due is None:
        yield from readable_cases(context, CaseQuery(), corrupt)
        return
    references = sorted({*due, *job.others})
    for start in range(0, len(references), PAGE):
        with context.store.unit_of_work() as unit:
            cases, unread = unit.cases.load(references[start : start + PAGE])
            corrupt += [holder_corruption(error) for error in unread if context.may_report(unit, error)]
        yield from filter(context.sees, cases)


def _last_day(instant: datetime) -> date:
    """Return the day of an instant in the zone where it is latest."""
    return (instant.astimezone(UTC) + _FURTHEST_ZONE).date() if instant < _LAST_INSTANT else date.max


def _postpone(context: DeskContext, job: Job, examined: dict[str, tuple[int, date | None]]) -> None:
    if job.save and examined:
        with context.store.unit_of_work() as unit:
            unit.cases.postpone(job.kind, examined)
    examined.clear()


def raise_first(errors: Sequence[ReclamationError]) -> None:
    """Raise the first error, with the distinct messages of the others as notes; return if there is none."""
    if errors:
        others = [note for error in errors[1:] for note in (str(error), *getattr(error, "__notes__", ()))]
        for other in dict.fromkeys(other for other in others if other != str(errors[0])):
            errors[0].add_note(other)
        raise errors[0]


def holder_corruption(error: StoreDamagedError) -> StoreDamagedError:
    """Return the corruption of one case or plan; raise that of the whole store."""
    if error.holder is None:
        raise error
    return error


def readable_cases(context: DeskContext, query: CaseQuery, corrupt: list[StoreDamagedError]) -> Iterator[Case]:
    """Yield the cases inside the scope that match a query; errors of corrupt cases are appended to `corrupt`.

    The sites and the page of the query are replaced.
    """
    sites = frozenset[str]() if context.scope is None else context.scope.sites
    following: CaseQuery | None = attrs.evolve(query, sites=sites, after=None, limit=PAGE)
    while following is not None:
        try:
            with context.store.unit_of_work() as unit:
                page = unit.cases.find(following)
        except StoreDamagedError as error:
            corrupt.append(holder_corruption(error))
            following = attrs.evolve(following, after=error.holder)
            continue
        yield from page.cases
        following = following.following(page)


def _change(context: DeskContext, reference: str, change: CaseChange) -> tuple[Case, Case]:
    log = CommandLog(reference)

    def changed(unit: UnitOfWork) -> tuple[Case, Case]:
        before = unit.cases.get(reference)
        after = change(before, unit) if context.sees(before) else before  # it may have left the scope concurrently
        if after is not before:
            unit.cases.save(after, before.version)
        log.save(after, before.version)
        return before, after

    return context.transact(changed, log, retry_all=True)
