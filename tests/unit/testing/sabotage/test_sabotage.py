"""Each sabotaged store is caught by the contract that it was made for."""

import re

import pytest

from reclamation_core.ports import CaseQuery
from reclamation_core.testing.contracts import Outcome, StoreContract, run_contracts
from reclamation_core.testing.contracts.base import rules_of
from reclamation_core.testing.contracts.samples import a_case, insert
from reclamation_core.testing.sabotage import SABOTAGES, Sabotage, sabotage
from reclamation_core.testing.sabotage.catalogue import PLACES, STORES


def test_each_sabotage_breaks_rules_of_the_contract() -> None:
    names = {rule.name for rule in rules_of(StoreContract)}
    for one in SABOTAGES:
        assert one.caught_by, one.name
        assert names.issuperset(one.caught_by), one.name


@pytest.mark.parametrize("one", SABOTAGES, ids=lambda one: one.name)
def test_a_sabotaged_store_breaks_the_rules_of_the_catalogue(one: Sabotage) -> None:
    """By its fault, not by an error of its own; apart from that it is a store."""
    plain = ["a_case_that_was_added_is_got_with_its_events_and_texts", "a_plan_that_was_added_is_got_with_its_texts"]
    broken = run_contracts(one.contract, rules=[*one.caught_by, *plain]).with_outcome(Outcome.BROKEN)
    assert {result.rule.name for result in broken} == set(one.caught_by)
    missed = r"assert |AssertionError|Failed: DID NOT RAISE|IndexError|.*NotFoundError|.*; JSON text is expected"
    assert [one.reason for one in broken if not re.match(missed, one.reason or "")] == []


def test_each_is_described_in_both_languages_and_no_two_alike() -> None:
    for words in ("fault", "incident"):
        texts = [getattr(one, words) for one in SABOTAGES]
        assert len({one.fr for one in texts}) == len({one.en for one in texts}) == len(SABOTAGES)


def test_every_store_and_place_is_in_the_catalogue() -> None:
    assert {*STORES, *PLACES} == {one.name for one in SABOTAGES}


def test_each_is_opened_empty() -> None:
    for one in SABOTAGES:
        store = one.open()
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0
        insert(store, a_case())
        store.close()


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="name: no sabotage is called 'flies'; use one of hands_out_live_objects, "):
        sabotage("flies")
