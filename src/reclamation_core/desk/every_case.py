"""Doing something to every case within the scope, one unit of work for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from reclamation_core.cases import Case
from reclamation_core.desk.acting import Acting
from reclamation_core.ports import CaseQuery, ConcurrentChangeError

Act: TypeAlias = Callable[[Case], Case]
"""What is to be done to a case: gives it as it is after, the very same where nothing is."""

PAGE: Final = 500


def cases_seen(acting: Acting, text: str | None = None) -> Iterator[Case]:
    """The cases within the scope, those that hold a text where one is given, as they are when their page is read."""
    sites = frozenset[str]() if acting.scope is None else acting.scope.sites
    after: str | None = None
    while True:
        with acting.store.unit_of_work() as unit:
            page = unit.cases.find(CaseQuery(text=text, sites=sites, after=after, limit=PAGE))
        yield from page.cases
        if page.next is None:
            return
        after = page.next


def change_every_case(acting: Acting, act: Act) -> Iterator[tuple[Case, Case]]:
    """The cases within the scope that an act changed, before and after it."""
    for case in cases_seen(acting):
        if act(case) is not case:  # most cases need nothing, and are not loaded again
            before, after = _changed(acting, case.reference, act)
            if after is not before:
                yield before, after


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
