"""The examination of a database after a fault, row by row: one sentence for each violated invariant."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from sqlalchemy import select

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.mapper import action_row, case_row, cause_rows, search_rows, site_rows
from reclamation_core.adapters.sqlalchemy.tables import CASES
from reclamation_core.cases import Case
from reclamation_core.cases.events import Anonymised
from reclamation_core.plans import Pgaac
from reclamation_core.ports import FeedItem, PlanFeedItem, StoreDamagedError
from tests.faults.living import Told
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import rows

T = TypeVar("T")
_DIGEST: Final = re.compile(r'\{"digest":"([0-9a-f]{64})"\}')
_OWNERLESS: Final = (
    ("case_events", "case_reference", "cases", "reference"),
    ("case_texts", "case_reference", "cases", "reference"),
    ("case_sites", "case_reference", "cases", "reference"),
    ("case_search", "case_reference", "cases", "reference"),
    ("case_causes", "case_reference", "cases", "reference"),
    ("case_facts", "case_reference", "cases", "reference"),
    ("case_periods", "case_reference", "cases", "reference"),
    ("cases", "reference", "case_events", "case_reference"),
    ("cases", "reference", "case_sites", "case_reference"),
    ("plan_events", "scope", "plans", "scope"),
    ("plan_texts", "scope", "plans", "scope"),
    ("actions", "scope", "plans", "scope"),
    ("published_plans", "scope", "plans", "scope"),
    ("plans", "scope", "plan_events", "scope"),
    ("action_cases", "case_reference", "cases", "reference"),
    ("published_lines", "scope", "published_plans", "scope"),
)


def whole_feed(store: SqlAlchemyStore, page: int = 400) -> list[FeedItem]:
    """Everything that happened to cases, page by page."""
    seen: list[FeedItem] = []
    while items := store.feed.read(seen[-1].position if seen else 0, page):
        seen += items
    return seen


def whole_plan_feed(store: SqlAlchemyStore, page: int = 400) -> list[PlanFeedItem]:
    """Everything that happened to plans, page by page."""
    seen: list[PlanFeedItem] = []
    while items := store.plan_feed.read(seen[-1].position if seen else 0, page):
        seen += items
    return seen


def faults(store: SqlAlchemyStore, told: Iterable[Told] = ()) -> list[str]:
    """Return the violated invariants of a database, given the commands that were reported as committed."""
    unreadable: list[str] = []
    with store.unit_of_work() as unit:
        references = [row[0] for row in rows(store, "SELECT reference FROM reclamation_cases")]
        cases = list(_readable(unit.cases.get, references, unreadable))
        plans = list(_readable(unit.plans.get, unit.plans.scopes(), unreadable))
    return [
        *unreadable,
        *_ownerless(store),
        *_lost(cases, plans, told),
        *_not_the_fold(store, cases),
        *_texts(store, cases),
        *_plans(store, plans),
        *_served(cases, plans),
        *_feeds(whole_feed(store), whole_plan_feed(store), cases, plans),
        *_sources(cases),
    ]


def _readable(get: Callable[[str], T], keys: Iterable[str], unreadable: list[str]) -> Iterator[T]:
    for key in keys:
        try:
            yield get(key)
        except StoreDamagedError as error:
            unreadable.append(error.reason)


def _ownerless(store: SqlAlchemyStore) -> Iterator[str]:
    """Rows whose other half is not there."""
    for table, key, owners, owner in _OWNERLESS:
        halves = f"SELECT {key} FROM reclamation_{table} WHERE {key} NOT IN (SELECT {owner} FROM reclamation_{owners})"
        for (name,) in rows(store, halves):
            yield f"{table} has {name}, {owners} has not"


def _lost(cases: list[Case], plans: list[Pgaac], told: Iterable[Told]) -> Iterator[str]:
    kept = {("case", case.reference): case.version for case in cases}
    kept |= {("edition", str(plan.scope)): len(plan.published_plans) for plan in plans}
    for kind, key, version in told:
        if kept.get((kind, key), 0) < version:
            yield f"lost: {kind} {key} was kept at {version}, there is {kept.get((kind, key), 0)}"


def _not_the_fold(store: SqlAlchemyStore, cases: list[Case]) -> Iterator[str]:
    with engine_of(store).connect() as connection:
        stored = {row["reference"]: dict(row) for row in connection.execute(select(CASES)).mappings()}
    sites, causes = _keys(store, "sites", "site, part"), _keys(store, "causes", "family")
    searched = _keys(store, "search", "words, excerpt, author")
    for case in cases:
        again = Case.from_events(case.events, case.vault)
        if again != case or stored[case.reference] | case_row(again) != stored[case.reference]:
            yield f"case {case.reference}: its row is not what follows from its history"
        if sites.get(case.reference, set()) != {(row["site"], row["part"]) for row in site_rows(again)}:
            yield f"case {case.reference}: its sites are not those of its history"
        if causes.get(case.reference, set()) != {(row["family"],) for row in cause_rows(again)}:
            yield f"case {case.reference}: its causes are not those of its history"
        if searched.get(case.reference, set()) != {
            (row["words"], row["excerpt"], row["author"]) for row in search_rows(again)
        }:
            yield f"case {case.reference}: it is searched by other words than those of its history"


def _keys(store: SqlAlchemyStore, table: str, columns: str) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for reference, *key in rows(store, f"SELECT case_reference, {columns} FROM reclamation_case_{table}"):
        found.setdefault(reference, set()).add(tuple(key))
    return found


def _texts(store: SqlAlchemyStore, cases: list[Case]) -> Iterator[str]:
    """Each commitment has its text, unless the case was anonymised after it; and no text is there without one."""
    documents = "SELECT case_reference, number, document FROM reclamation_case_events ORDER BY number"
    named: dict[str, set[str]] = {case.reference: set() for case in cases}
    forgotten = {case.reference: _forgotten_until(case) for case in cases}
    for reference, number, document in rows(store, documents):
        if number > forgotten.get(reference, 0):
            named.setdefault(reference, set()).update(_DIGEST.findall(document))
    kept = _keys(store, "texts", "digest")
    for reference, digests in named.items():
        if {key[0] for key in kept.get(reference, set())} != digests:
            yield f"case {reference}: its texts are not those that its events name"


def _forgotten_until(case: Case) -> int:
    return max((event.number for event in case.events if isinstance(event.data, Anonymised)), default=0)


def _plans(store: SqlAlchemyStore, plans: list[Pgaac]) -> Iterator[str]:
    asked = "SELECT scope, reference, status, what FROM reclamation_actions"
    editions = dict.fromkeys(rows(store, "SELECT scope, number FROM reclamation_published_plans"), 0)
    lines = editions | Counter(rows(store, "SELECT scope, number FROM reclamation_published_lines"))
    actions = set(rows(store, asked))
    for plan in plans:
        scope = plan.scope.key
        told = [action_row(action) for action in plan.actions]
        mine = {(scope, row["reference"], row["status"], row["what"]) for row in told}
        if {row for row in actions if row[0] == scope} != mine:
            yield f"plan {scope}: its actions are not those of its history"
        published = {edition.number: len(edition.lines) for edition in plan.published_plans}
        if {number: many for (of, number), many in lines.items() if of == scope} != published:
            yield f"plan {scope}: its editions are not those of its history"


def _served(cases: list[Case], plans: list[Pgaac]) -> Iterator[str]:
    """A case and the plan with its actions were committed together."""
    planned = {(case.reference, action) for case in cases for action in case.actions}
    serving = {(case, line.reference) for plan in plans for line in plan.lines for case in line.action.cases}
    for case, action in planned ^ serving:
        yield f"case {case} and action {action}: one of them does not know the other"


def _feeds(
    items: list[FeedItem], plan_items: list[PlanFeedItem], cases: list[Case], plans: list[Pgaac]
) -> Iterator[str]:
    """Cases and plans have one numbering; each feed has the events of each of its streams once, in their order."""
    positions = sorted([*(item.position for item in items), *(item.position for item in plan_items)])
    if positions != list(range(1, len(positions) + 1)):
        yield "the positions of the feeds have holes or doubles"
    seen: dict[str, list[int]] = {}
    for holder, number in (
        *((f"case {item.event.case}", item.event.number) for item in items),
        *((f"plan {item.holder}", item.event.number) for item in plan_items),
    ):
        seen.setdefault(holder, []).append(number)
    versions = {f"case {case.reference}": case.version for case in cases}
    versions |= {f"plan {plan.scope.key}": plan.version for plan in plans}
    for holder, version in versions.items():
        if seen.pop(holder, []) != list(range(1, version + 1)):
            yield f"{holder}: the feed has not each of its events once, in their order"
    for holder in seen:
        yield f"{holder}: the feed has events, and there is no such stream"


def _sources(cases: list[Case]) -> Iterator[str]:
    for source, many in Counter(case.source for case in cases if case.source is not None).items():
        if many > 1:
            yield f"source {source}: {many} cases were registered from it"
