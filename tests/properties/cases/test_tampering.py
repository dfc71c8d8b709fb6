"""A checkpoint reveals every change of event streams except new events."""

import hmac
from datetime import UTC, datetime

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.journal import AnomalyKind, Checkpoint, Entry, WrittenEventStream, examine
from reclamation_core.documents import canonical_json
from reclamation_core.documents.canonical import links

TAKEN_AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = b"0123456789abcdef"
texts = st.lists(st.sampled_from(["a", "b", "ab", ""]), min_size=1, max_size=4)
stores = st.dictionaries(st.sampled_from(["R-1", "R-2", "R-3"]), texts, max_size=3)


def chained(case: str, told: list[str]) -> WrittenEventStream:
    entries = (Entry(number, text, link) for number, (text, link) in enumerate(zip(told, links(case, told)), start=1))
    return WrittenEventStream(case, len(told), tuple(entries))


def streams(store: dict[str, list[str]]) -> list[WrittenEventStream]:
    return [chained(case, told) for case, told in sorted(store.items())]


@given(stores, stores)
def test_a_store_rewritten_to_the_last_link_differs_from_its_checkpoint(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    checkpoint = Checkpoint.of(streams(before), TAKEN_AT)
    went_on = all(after.get(case, [])[: len(told)] == told for case, told in before.items())
    assert (list(examine(streams(after), checkpoint)) == []) is went_on


@given(stores, stores)
def test_a_rewritten_plan_differs_from_its_checkpoint(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    checkpoint = Checkpoint.of((), TAKEN_AT, streams(before))
    went_on = all(after.get(plan, [])[: len(told)] == told for plan, told in before.items())
    assert (list(examine((), checkpoint, streams(after))) == []) is went_on


@given(stores)
def test_an_untouched_store_has_no_finding(store: dict[str, list[str]]) -> None:
    assert list(examine(streams(store))) == []
    assert list(examine(streams(store), Checkpoint.of(streams(store), TAKEN_AT))) == []


@given(texts, st.data())
def test_an_event_without_a_new_link_is_found_without_a_checkpoint(told: list[str], data: st.DataObject) -> None:
    stream = chained("R-1", told)
    place = data.draw(st.integers(0, len(told) - 1))
    entries = list(stream.entries)
    act = data.draw(st.sampled_from(["alter", "remove", "insert", "swap link"]))
    if act == "alter":
        entries[place] = Entry(place + 1, entries[place].text + "!", entries[place].link)
    elif act == "remove":
        del entries[place]
    elif act == "insert":
        entries.insert(place, Entry(place + 1, "!", entries[place].link))
    else:
        entries[place] = Entry(place + 1, entries[place].text, links("R-2", told).__next__())

    (found,) = examine([WrittenEventStream("R-1", len(told), tuple(entries))])
    assert found.holder == "R-1"
    assert found.number == (len(told) if act == "remove" and place == len(told) - 1 else place + 1)


@given(texts, texts)
def test_only_a_checkpoint_reveals_a_tail_cut_with_its_traces(told: list[str], more: list[str]) -> None:
    whole, short = chained("R-1", [*told, *more]), chained("R-1", told)
    assert list(examine([short])) == []
    (found,) = examine([short], Checkpoint.of([whole], TAKEN_AT))
    assert (found.number, found.kind) == (len(told) + 1, AnomalyKind.CUT)


@given(stores, stores, st.binary(min_size=16, max_size=32))
def test_a_changed_seal_is_not_authentic(before: dict[str, list[str]], after: dict[str, list[str]], key: bytes) -> None:
    sealed = Checkpoint.of(streams(before), TAKEN_AT).sealed(key)
    forged = attrs.evolve(Checkpoint.of(streams(after), TAKEN_AT), seal=sealed.seal)
    assert sealed.is_sealed_with(key)
    assert sealed.is_sealed_with(key + b"!") is False
    assert forged.is_sealed_with(key) is (before == after)
    assert Checkpoint.from_document(sealed.to_document()) == sealed


@given(stores, st.binary(min_size=16, max_size=32))
def test_a_checkpoint_sealed_before_plans_were_chained_is_authentic(store: dict[str, list[str]], key: bytes) -> None:
    taken = Checkpoint.of(streams(store), TAKEN_AT).to_document()
    first = {name: value for name, value in taken.items() if name != "plan_heads"} | {"version": 1}
    seal = hmac.digest(key, canonical_json(first).encode(), "sha256").hex()
    read = Checkpoint.from_document(first | {"seal": seal})
    assert read.plan_heads is None
    assert read.is_sealed_with(key)
    assert not attrs.evolve(read, plan_heads={}).is_sealed_with(key)
    assert list(examine(streams(store), read, [chained("site:CRE", ["x"])])) == []
