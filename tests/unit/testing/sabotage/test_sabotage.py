"""Each sabotaged store is caught by the contract that it was made for."""

from __future__ import annotations

import pytest

from reclamation_core.ports import CaseQuery
from reclamation_core.testing.contracts.samples import a_case, insert
from reclamation_core.testing.sabotage import SABOTAGES, sabotage
from reclamation_core.testing.sabotage.catalogue import _PLACES, _STORES, broken_rules

_TOGETHER = "a_case_and_a_plan_are_stored_together_or_neither"
_SECOND_UNIT = "of_two_units_begun_together_the_second_to_commit_is_refused"
_TWO_PLANS = "of_two_writers_on_one_plan_one_is_refused_with_both_versions"
_PAGES = "pages_are_complete_without_repeats_and_the_last_is_marked"
_BETWEEN = "adding_between_pages_neither_repeats_nor_loses_a_case"
_ORDER = "a_list_is_in_each_order_ties_by_reference_missing_last"
_BETWEEN_LISTS = "adding_between_pages_of_a_list_neither_repeats_nor_loses_a_case"
_FACETS = "cases_are_counted_by_each_facet"
_TEXT = "a_text_comes_back_sign_by_sign_however_long_and_strange"

CATCHES = {
    "hands_out_live_objects": ["a_loaded_case_is_unchanged_by_the_saves_of_others"],
    "loses_the_second_writer": [_SECOND_UNIT, _TWO_PLANS],
    "overwrites_the_first_writer": [_SECOND_UNIT, _TWO_PLANS],
    "swallows_a_conflict": [
        "a_reference_is_taken_once_and_the_refusal_gives_both_versions",
        "a_source_gives_one_case_and_the_refusal_names_it",
    ],
    "forgets_a_rollback": ["a_rollback_discards_all_changes", "an_error_inside_leaves_nothing_and_passes"],
    "commits_half_of_a_unit": [_TOGETHER, "one_refused_case_refuses_the_others"],
    "undoes_the_position_alone": ["a_savepoint_rolled_back_undoes_all_that_followed_or_nothing"],
    "ignores_optimistic_locks": [
        "of_two_units_that_hold_one_optimistic_lock_the_second_to_commit_is_refused",
        "an_optimistic_lock_that_is_held_again_has_its_first_version",
        "of_many_who_decide_at_once_under_one_optimistic_lock_one_is_committed",
    ],
    "ignores_expected_plans": ["an_expected_plan_that_changed_refuses_the_commit"],
    "serves_a_unit_twice": ["a_unit_serves_once"],
    "forgets_the_idempotency_key": [
        "the_same_message_registered_twice_gives_the_same_case",
        "a_source_taken_by_another_is_refused_at_the_commit",
    ],
    "reuses_a_reference": ["a_number_that_its_taker_does_not_use_is_never_given_again"],
    "drops_the_time_zone": ["an_instant_of_any_time_zone_stays_the_same_instant"],
    "rounds_an_instant": ["an_instant_is_stored_to_the_microsecond"],
    "truncates_a_text": [_TEXT],
    "normalises_a_text": [_TEXT],
    "sorts_the_texts": ["the_texts_of_a_case_come_back_in_the_order_in_which_they_came"],
    "erasure_leaves_the_text": ["the_stored_texts_are_those_that_the_case_has_now", "forgotten_texts_are_not_found"],
    "loses_the_last_commit_when_closed": ["committed_changes_are_there_after_reopening"],
    "pages_twice_the_same_row": [_PAGES],
    "pages_by_offset": [_BETWEEN],
    "stops_at_the_first_page": [_PAGES, _BETWEEN],
    "orders_by_locale": ["the_order_is_that_of_the_references_by_code_point"],
    "leaks_a_foreign_case": ["a_case_of_another_site_with_a_similar_name_is_never_found"],
    "finds_a_foreign_source": ["a_source_finds_the_cases_of_some_sites_alone"],
    "counts_a_case_once_per_site": ["cases_are_found_once_by_sites_that_register_serve_or_handle"],
    "counts_days_in_utc": ["the_day_of_receipt_is_that_of_the_zone_of_each_case"],
    "search_is_accent_sensitive": ["texts_are_searched_without_case_and_accents"],
    "search_finds_any_of_the_words": ["all_the_words_are_found_in_any_order_the_last_as_a_prefix"],
    "finds_any_of_the_own_facts": ["cases_are_found_by_the_facts_of_an_edition"],
    "search_reads_names_for_all": ["the_names_of_persons_can_be_left_out_of_a_search"],
    "finds_what_was_forgotten": ["forgotten_texts_are_not_found"],
    "lists_by_reference_alone": [_ORDER],
    "lists_the_unknown_first": [_ORDER],
    "list_skips_a_tie": [_ORDER, _BETWEEN_LISTS],
    "list_repeats_a_tie": [_ORDER, _BETWEEN_LISTS],
    "lists_what_was_registered": ["a_summary_has_the_values_of_its_case"],
    "total_ends_with_the_page": ["the_total_of_a_list_counts_all_its_cases_whatever_the_page"],
    "facets_of_every_case": [_FACETS],
    "facets_lose_the_unknown": [_FACETS],
    "knows_the_present_alone": ["what_was_known_of_a_case_at_an_instant_is_what_was_recorded_before_it"],
    "forgets_what_it_wrote": ["a_unit_finds_the_case_that_it_added_and_saved"],
    "sees_the_past": ["a_unit_reads_the_later_commits_of_others"],
    "reorders_events": ["the_events_of_a_case_come_in_their_order_even_those_entered_late"],
    "feed_skips_a_late_commit": ["a_reader_does_not_miss_what_another_commits_late"],
    "feed_repeats_the_last_event": [
        "a_reader_of_the_feed_resumes_after_its_last_position",
        "the_feed_of_some_sites_in_small_pages_is_complete_each_full_but_the_last",
        "a_reader_among_writers_misses_nothing_and_sees_nothing_twice",
    ],
    "feed_limits_before_it_filters": ["the_feed_of_some_sites_in_small_pages_is_complete_each_full_but_the_last"],
    "feed_numbers_plans_apart": ["every_event_of_a_plan_comes_once_at_a_position_of_its_own"],
    "feed_of_every_plan": ["the_feed_of_some_plans_is_theirs_alone"],
    "feed_has_the_last_event_of_a_plan": ["every_event_of_a_plan_comes_once_at_a_position_of_its_own"],
    "journal_repeats_the_last_case": ["a_reader_of_the_journal_resumes_after_its_last_reference"],
    "tells_foreign_events": ["the_events_of_some_sites_are_those_of_the_cases_that_are_theirs_now"],
    "leaves_plans_unwatched": ["each_plan_is_in_the_journal_as_written_page_by_page"],
    "log_leaves_plans_out": ["every_committed_event_enters_the_log_once_and_stays"],
    "log_renumbers_its_entries": ["what_another_commits_late_enters_the_log_after_the_others"],
    "log_has_the_heads_of_now": ["the_heads_of_a_group_are_those_of_a_size"],
    "leaves_a_copy_beside": ["a_forgotten_text_is_in_no_file_of_the_store"],
    "writes_in_place": ["what_was_committed_survives_a_kill_and_nothing_is_half_there"],
}
"""Rules that each fault breaks for certain, written by hand."""


def test_each_sabotage_breaks_a_rule_of_the_table() -> None:
    assert list(CATCHES) == [one.name for one in SABOTAGES]


@pytest.mark.slow
@pytest.mark.parametrize("name", CATCHES)
def test_a_sabotaged_store_breaks_the_rules_of_the_table(name: str) -> None:
    one = sabotage(name)

    assert {held.name for held in broken_rules([one], CATCHES[name])[one]} == set(CATCHES[name])


@pytest.mark.slow
def test_each_is_a_store_apart_from_its_fault() -> None:
    plain = ["a_case_that_was_added_is_got_with_its_events_and_texts", "a_plan_that_was_added_is_got_with_its_texts"]

    assert broken_rules(rules=plain) == dict.fromkeys(SABOTAGES, ())


def test_each_is_described_in_both_languages_and_no_two_alike() -> None:
    for words in ("fault", "incident"):
        texts = [getattr(one, words) for one in SABOTAGES]
        assert len({one.fr for one in texts}) == len({one.en for one in texts}) == len(SABOTAGES)


def test_every_store_and_place_is_in_the_catalogue() -> None:
    assert {*_STORES, *_PLACES} == {one.name for one in SABOTAGES}


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
