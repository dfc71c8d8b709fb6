"""Lists in pages, in memory and in SQLite: hostile cursors are refused, and writes between two pages lose no case."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.adapters.sqlalchemy import summaries
from reclamation_core.cases import ClosingReason
from reclamation_core.desk import Desk
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.ports import CaseOrder, CaseQuery, Store
from reclamation_core.testing.contracts.lists import a_caseload, expected_order
from reclamation_core.testing.contracts.samples import at, desk_on, registered
from reclamation_core.wording import Wording
from tests.databases import memory_store

STORES = ("memory", "sqlite")
ORDERS = st.sampled_from(list(CaseOrder))
SAME_LIST = Wording(
    "la suite d'une page de la même liste, dans le même ordre, est attendue, telle qu'elle a été reçue",
    "the `next` of a page of the same list in the same order is expected, as it was received",
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 200)
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
    | st.dates().map(str)
    | st.datetimes().map(lambda instant: f"{instant.isoformat()}+02:00")
)
TEXTS = ("la salle", "la salle est froide", "salle 12", "un bruit", "le bruit de la salle", "froid", "12 % de remise")


def written(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def hostile(cursors: list[str]) -> st.SearchStrategy[str]:
    """Cursors of other lists, cursors that were edited, and other texts."""
    own = st.sampled_from(cursors)
    edited = st.tuples(own, st.integers(0, 200), st.characters()).map(lambda one: one[0][: one[1]] + one[2])
    lists = st.tuples(ORDERS | st.text(max_size=4), st.booleans() | st.integers(0, 1), VALUES, st.text(max_size=4))
    documents = lists.map(list) | st.recursive(VALUES, lambda inner: st.lists(inner, max_size=5), max_leaves=9)
    return own | edited | documents.map(written) | st.text(max_size=30)


@contextmanager
def opened(name: str) -> Iterator[Store]:
    """An empty store, which is closed at the end."""
    if name == "memory":
        yield InMemoryStore()
    else:
        with closing(memory_store()) as store:
            yield store


@pytest.fixture(params=STORES)
def desk(request: Any) -> Iterator[Desk]:
    with opened(request.param) as store:
        a_caseload(store)
        yield desk_on(store)


def test_a_hostile_cursor_is_refused_or_shows_the_end_of_the_list(desk: Desk) -> None:
    lists = [(order, descending) for order in CaseOrder for descending in (False, True)]
    pages = [desk.cases.summaries(order_by=order, descending=descending, limit=2) for order, descending in lists]
    cursors = hostile([str(page.next) for page in pages])
    theirs = {one.reference for one in desk.cases.find(CaseQuery(sites={"STR"}, limit=100)).cases}

    @settings(max_examples=60)
    @given(cursors, ORDERS, st.booleans())
    def check(after: str, order: CaseOrder, descending: bool) -> None:
        query = CaseQuery(sites={"STR"}, limit=100)
        everything = desk.cases.summaries(query, order_by=order, descending=descending).summaries
        refused: tuple[Fault, ...] = ()
        try:
            found = desk.cases.summaries(query, order_by=order, descending=descending, after=after).summaries
        except FaultsError as error:
            refused, found = tuple(error.faults), ()

        assert [(fault.path, fault.value, fault.expected) for fault in refused] in (
            [],
            [("after", REDACTED, SAME_LIST)],
        )
        assert {one.reference for one in found} <= theirs
        assert found == everything[len(everything) - len(found) :]

    check()


@pytest.mark.slow
@settings(max_examples=25)
@given(
    name=st.sampled_from(STORES),
    order=ORDERS,
    descending=st.booleans(),
    limit=st.integers(1, 4),
    writes=st.lists(
        st.tuples(st.sampled_from(["register", "correct", "reroute", "support"]), st.integers(0, 9)), max_size=6
    ),
)
def test_a_case_that_keeps_its_place_is_listed_once_among_writes(
    name: str, order: CaseOrder, descending: bool, limit: int, writes: list[tuple[str, int]]
) -> None:
    with opened(name) as store:
        _check_places(desk_on(store), order, descending, limit, list(writes))


def _check_places(desk: Desk, order: CaseOrder, descending: bool, limit: int, left: list[tuple[str, int]]) -> None:
    cases = [registered(desk, received_at=at(day), site=site) for day in (1, 2) for site in ("CRE", "STR", "CRE")]
    untouched, found, after = {case.reference for case in cases}, Counter[str](), None
    while True:
        page = desk.cases.summaries(order_by=order, descending=descending, limit=limit, after=after)
        found.update(one.reference for one in page.summaries)
        after = page.next
        if after is None:
            break
        if left:
            act, number = left.pop()
            untouched -= {write(desk, act, cases[number % len(cases)].reference)}
    assert all(found[reference] == 1 for reference in untouched)
    placed = expected_order([one for one in cases if one.reference in untouched], order, descending=descending)
    assert placed == [one for one in found if one in untouched]


def write(desk: Desk, act: str, reference: str) -> str:
    """Write between two pages; return the case whose place may have changed."""
    if act == "register":
        return registered(desk, received_at=at(1)).reference
    if act == "support":
        desk.add_support(reference, kind="email", title="le courriel")
        return ""
    if act == "reroute":
        unit = "STR" if desk.cases.get(reference).handling_unit == "STD" else "STD"
        desk.reroute(reference, handling_unit=unit, level="national", reason="plusieurs régions")
    elif desk.cases.get(reference).received_at > at(1):
        desk.correct(reference, reason="le cachet de la poste", received_at=at(1, 8))
    return reference


@pytest.fixture(scope="module", params=[0, 2, 5_000], ids="few={}".format)
def searched(request: Any) -> Iterator[tuple[Desk, dict[str, str]]]:
    """A desk on SQLite, and the text of each of its cases; some of them were forgotten."""
    with opened("sqlite") as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(summaries, "_FEW", {"sqlite": request.param})
        desk, kept = desk_on(store), {}
        for place, text in enumerate(TEXTS * 2):
            case = registered(desk, ("CRE", "STR")[place % 2], at(1 + place % 3), verbatim=text)
            kept[case.reference] = text
        for reference in list(kept)[::4]:
            desk.withdraw(reference)
            desk.close(reference, reason=ClosingReason.WITHDRAWN)
            desk.anonymise(reference)
            del kept[reference]
        yield desk, kept


def _has(text: str, whole: list[str], prefix: str) -> bool:
    words = re.findall("[a-z0-9]+", text)
    return set(whole) <= set(words) and any(word.startswith(prefix) for word in words)


def pieces() -> st.SearchStrategy[str]:
    """Pieces of the texts, and other short texts."""
    cuts = st.tuples(st.sampled_from(TEXTS), st.integers(0, 12), st.integers(1, 9))
    return cuts.map(lambda cut: cut[0][cut[1] : cut[1] + cut[2]]) | st.text("aelsf 12%", max_size=4)


@given(text=pieces(), ordering=st.tuples(ORDERS, st.booleans()), limit=st.integers(1, 4), is_of_site=st.booleans())
def test_a_text_finds_the_cases_that_have_it_on_every_page_and_in_every_count(
    searched: tuple[Desk, dict[str, str]], text: str, ordering: tuple[CaseOrder, bool], limit: int, is_of_site: bool
) -> None:
    desk, kept = searched
    *whole, prefix = re.findall("[a-z0-9]+", text) or [""]
    assume(prefix)
    query = CaseQuery(text=text, sites=["STR"] if is_of_site else [], limit=limit)
    wanted = [desk.cases.get(reference) for reference, held in kept.items() if _has(held, whole, prefix)]
    wanted = [case for case in wanted if case.site == "STR" or not is_of_site]
    order, descending = ordering

    listed: list[str] = []
    page = desk.cases.summaries(query, order_by=order, descending=descending)
    listed += [one.reference for one in page.summaries]
    while page.next is not None:
        page = desk.cases.summaries(query, order_by=order, descending=descending, after=page.next)
        listed += [one.reference for one in page.summaries]
    found: list[str] = []
    following: CaseQuery | None = query
    while following is not None:
        cases = desk.cases.find(following)
        found += [case.reference for case in cases.cases]
        following = following.following(cases)

    assert listed == expected_order(wanted, order, descending=descending)
    assert found == sorted(listed)
    assert desk.cases.count(query) == sum(desk.cases.count_by("state", query).values()) == len(wanted)
