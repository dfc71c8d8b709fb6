"""Doing something to every case within the scope, one unit of work for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.cases.checks import instant, optional
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.errors import ClockError
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.policy import ChangedEditionError, UnknownEditionError
from reclamation_core.ports import CaseQuery, ConcurrentChangeError, StoreDamagedError, UnitOfWork
from reclamation_core.vocabulary.conversions import at_offset
from reclamation_core.wording import Wording

Act: TypeAlias = Callable[[Case, UnitOfWork | None], Case]
"""What is to be done to a case: gives it as it is after, the very same where nothing is.

It is given the unit of work that the case is changed in; None where it is asked beforehand whether anything is.
"""

PAGE: Final = 500
_DAY_TO_COME: Final = Wording(
    "un jour qui est venu est attendu ; pour voir les alertes d'un jour à venir sans rien enregistrer, donnez "
    "preview=True à sweep",
    "a day that has come is expected; to see the alerts of a day to come and record nothing, give sweep preview=True",
)


def instant_of(context: DeskContext, now: datetime | None) -> datetime:
    """The instant as of which cases are looked at: the clock's unless one is given."""
    require(optional(instant), now=now)
    return at_offset(context.clock.now() if now is None else now)


def instant_come(context: DeskContext, now: datetime | None) -> datetime:
    """The instant as of which cases are looked at, where its day has come in metropolitan France.

    Raises:
        FaultsError: it is of a day to come.
    """
    looked_at, france = instant_of(context, now), BusinessCalendar.france()
    if france.day_of(looked_at) > france.day_of(context.clock.now()):
        raise FaultsError([Fault("now", looked_at.isoformat(), _DAY_TO_COME)])
    return looked_at


def come_at(context: DeskContext, case: Case, looked_at: datetime) -> datetime:
    """The instant as of which a case is looked at: the clock's where the day has not come yet at the case's site."""
    now = context.clock.now()
    return now if case.day_of(looked_at) > case.day_of(now) else looked_at


def change_every_case(
    context: DeskContext, act: Act, left: list[ReclamationError], *, keep: bool = True
) -> Iterator[tuple[Case, Case]]:
    """The cases within the scope that an act changed, before and after it; kept in the store unless told otherwise.

    Why some are left as they are, because they cannot be read, their edition is not known here, or a clock is wrong, is
    put with what is left, for the caller to `tell` once all is done.
    """
    damaged: list[StoreDamagedError] = []
    for case in readable(context, CaseQuery(), damaged):
        try:
            context.require_clock(case)
            before, after = case, act(case, None)
            if keep and after is not before:  # most cases need nothing, and are not loaded again
                before, after = _changed(context, case.reference, act)
        except StoreDamagedError as error:
            damaged.append(of_one(error))
        except (UnknownEditionError, ChangedEditionError) as error:
            error.add_note(f"case {case.reference!r} is judged under it, and is left as it is")
            left.append(error)
        except (ClockError, ConcurrentChangeError) as error:
            left.append(error)
        else:
            if after is not before:
                yield before, after
    left += damaged


def tell(left: Sequence[ReclamationError]) -> None:
    """Raise the first of what is left, with what else there is as its notes, each once; nothing where all is well."""
    if left:
        others = [note for error in left[1:] for note in (str(error), *getattr(error, "__notes__", ()))]
        for other in dict.fromkeys(other for other in others if other != str(left[0])):
            left[0].add_note(other)
        raise left[0]


def of_one(error: StoreDamagedError) -> StoreDamagedError:
    """The damage of one case or plan; that of the whole store is raised."""
    if error.holder is None:
        raise error
    return error


def readable(context: DeskContext, asked: CaseQuery, damaged: list[StoreDamagedError]) -> Iterator[Case]:
    """The cases within the scope that meet a query and can be read; those that cannot are put with what is damaged.

    The query names no site, and its page is not looked at.
    """
    sites = frozenset[str]() if context.scope is None else context.scope.sites
    query: CaseQuery | None = attrs.evolve(asked, sites=sites, after=None, limit=PAGE)
    while query is not None:
        try:
            with context.store.unit_of_work() as unit:
                page = unit.cases.find(query)
        except StoreDamagedError as error:
            damaged.append(of_one(error))
            query = attrs.evolve(query, after=error.holder)
            continue
        yield from page.cases
        query = query.following(page)


def _changed(context: DeskContext, reference: str, act: Act) -> tuple[Case, Case]:
    def changed(unit: UnitOfWork) -> tuple[Case, Case]:
        before = unit.cases.get(reference)
        after = act(before, unit) if context.sees(before) else before  # it may have left the scope meanwhile
        if after is not before:
            unit.cases.save(after, before.version)
        return before, after

    return context.transact(changed, reference, again=True)
