"""Figures for publication, against every register that is published alike."""

from collections import defaultdict
from datetime import date
from itertools import product

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.indicators import DIMENSIONS
from reclamation_core.indicators.publication import PUBLISHED_INDICATORS, publish, published_counts
from tests.unit.indicators.test_table import some, table_of


@pytest.mark.parametrize(("groups", "bound"), [(1, 60), (2, 45), (3, 27)])
def test_no_count_that_is_left_out_follows_even_for_who_knows_the_rule(groups: int, bound: int) -> None:
    """All registers that have the same publication: in them each count that is left out has several values."""
    alike = defaultdict(list)
    for counts in product(range(bound), repeat=groups):
        alike[published_counts(counts)].append((*counts, sum(counts)))
    for (parts, total), registers in alike.items():
        if max(max(one[:-1]) for one in registers) > bound - 4:
            continue  # others, above the bound, are published alike
        for place, shown in enumerate((*parts, total)):
            values = {one[place] for one in registers}
            assert (len(values) > 1) if shown is None else all(abs(one - shown) <= 2 for one in values), registers
            assert shown is None or not any(0 < one <= 7 for one in values)


def test_no_more_is_left_out_than_today() -> None:
    """Among all registers of five groups of these sizes."""
    registers = [published_counts(counts) for counts in product((0, 2, 4, 7, 8, 12, 13, 18), repeat=5)]
    assert sum(parts.count(None) for parts, _ in registers) == 68175
    assert sum(total is None for _, total in registers) == 476


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
@example([3, 8, 9])  # beside two others, a small count up to 6 alone would leave 8 for each
def test_a_small_count_may_be_any_from_1_to_7(counts: list[int]) -> None:
    """By the plain equation: the sum of the groups is the total, each within what rounding to 5 allows."""
    groups, total = published_counts(counts)
    for place, count in enumerate(counts):
        if groups[place] is not None or count > 7 or total is None:
            continue
        least = most = 0
        for other, shown in zip(
            (*counts[:place], *counts[place + 1 :]), (*groups[:place], *groups[place + 1 :]), strict=True
        ):
            if shown is None:
                least, most = least + (1 if other <= 7 else 8), most + (7 if other <= 7 else 10**6)
            elif shown:
                least, most = least + max(shown - 2, 8), most + shown + 2
        for value in range(1, 8):
            assert least + value <= total + 2
            assert most + value >= max(total - 2, 8)


def test_a_published_table_has_no_case_and_its_shares_are_those_of_its_counts() -> None:
    rows = [
        *some(30, answered_on=date(2026, 6, 15)),
        *some(12, answered_on=date(2026, 6, 16), supports=2),
        *some(14, unit="STD", answered_on=date(2026, 6, 15)),
        *some(3, unit="NIM", answered_on=date(2026, 6, 16)),
    ]
    as_of = date(2026, 7, 31)

    whole, groups = publish(table_of(*rows, as_of=as_of), table_of(*rows, as_of=as_of, by="unit"))

    assert {row.indicator.name for row in whole.rows} == set(PUBLISHED_INDICATORS)
    assert not any(row.figure.cases or row.figure.of for row in (*whole.rows, *groups.rows))
    on_time = whole.figure("on_time")
    assert (on_time.count, on_time.total, on_time.value) == (45, 60, 0.75)
    left_out = groups.figure("on_time", "NIM")
    assert (left_out.value, left_out.count, left_out.total) == (None, None, None)
    received = [one for one in groups.to_document()["figures"] if one["indicator"] == "received"]
    assert [(one["count"], one["cases"]) for one in received] == [(40, None), (None, None), (15, None)]
    assert whole.figure("time_to_answer_median").value == 10
    assert groups.figure("time_to_answer_median", "STD").value == 10
    assert groups.figure("time_to_answer_median", "NIM").value is None


def test_no_group_adds_up_to_the_total_otherwise() -> None:
    """Each case is in one group of each dimension, so that the total of the groups is the count of all cases."""
    rows = [*some(9), *some(4, unit="STD", answered_on=date(2026, 6, 15)), *some(2, theme="a", level=None)]
    whole = table_of(*rows)
    for by in DIMENSIONS:
        table = table_of(*rows, by=by)
        for name in PUBLISHED_INDICATORS:
            parts = [row.figure for row in table.rows if row.indicator.name == name]
            assert sum(one.count or 0 for one in parts) == whole.figure(name).count
            assert sum(one.total or 0 for one in parts) == (whole.figure(name).total or 0)


def test_the_figures_of_all_cases_alone_are_published_without_groups() -> None:
    whole, groups = publish(table_of(*some(7)), attrs.evolve(table_of(), rows=()))
    assert (whole.figure("received").value, whole.figure("ended").value, groups.rows) == (None, 0, ())
