"""Doing something to every case within the scope, one unit of work for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import attrs

from reclamation_core.cases import Case
from reclamation_core.desk.acting import Acting
from reclamation_core.ports import CaseQuery, ConcurrentChangeError, StoreDamagedError

Act: TypeAlias = Callable[[Case], Case]
"""What is to be done to a case: gives it as it is after, the very same where nothing is."""

PAGE: Final = 500


def cases_seen(acting: Acting, text: str | None = None) -> Iterator[Case]:
    """The cases within the scope, those that hold a text where one is given, as they are when their page is read.

    Raises:
        StoreDamagedError: a case cannot be read; raised once all the others were given.
    """
    damaged: list[StoreDamagedError] = []
    yield from readable(acting, CaseQuery(text=text), damaged)
    tell(damaged)


def change_every_case(acting: Acting, act: Act, damaged: list[StoreDamagedError]) -> Iterator[tuple[Case, Case]]:
    """The cases within the scope that an act changed, before and after it.

    What cannot be read is put with what is damaged, for the caller to `tell` once all is done.
    """
    for case in readable(acting, CaseQuery(), damaged):
        if act(case) is case:  # most cases need nothing, and are not loaded again
            continue
        try:
            before, after = _changed(acting, case.reference, act)
        except StoreDamagedError as error:
            damaged.append(of_one(error))
            continue
        if after is not before:
            yield before, after


def tell(damaged: list[StoreDamagedError]) -> None:
    """Raise the first damage, with what else there is as its notes; nothing where all is well."""
    if damaged:
        for other in dict.fromkeys(map(str, damaged[1:])):
            damaged[0].add_note(other)
        raise damaged[0]


def of_one(error: StoreDamagedError) -> StoreDamagedError:
    """The damage of one case or plan; that of the whole store is raised."""
    if error.holder is None:
        raise error
    return error


def readable(acting: Acting, asked: CaseQuery, damaged: list[StoreDamagedError]) -> Iterator[Case]:
    """The cases within the scope that meet a query and can be read; those that cannot are put with what is damaged.

    The query names no site, and its page is not looked at.
    """
    sites = frozenset[str]() if acting.scope is None else acting.scope.sites
    query: CaseQuery | None = attrs.evolve(asked, sites=sites, after=None, limit=PAGE)
    while query is not None:
        try:
            with acting.store.unit_of_work() as unit:
                page = unit.cases.find(query)
        except StoreDamagedError as error:
            damaged.append(of_one(error))
            query = attrs.evolve(query, after=error.holder)
            continue
        yield from page.cases
        query = None if page.next is None else attrs.evolve(query, after=page.next)


def _changed(acting: Acting, reference: str, act: Act) -> tuple[Case, Case]:
    while True:
        try:
            with acting.store.unit_of_work() as unit:
                before = unit.cases.get(reference)
                after = act(before) if acting.sees(before) else before  # it may have left the scope meanwhile
                if after is not before:
                    unit.cases.save(after, before.version)
                    unit.commit()
                return before, after
        except ConcurrentChangeError:
            continue  # somebody acted on the case meanwhile: look at it again
