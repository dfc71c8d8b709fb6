"""A store that does one thing less strictly than its port says breaks the rule of the contract that is about it."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore, memory
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork
from reclamation_core.cases import columns
from reclamation_core.cases.journal import written
from reclamation_core.cases.log import heads_of
from reclamation_core.cases.words import indexed_words, text_words
from reclamation_core.errors import ReclamationError
from reclamation_core.ports import CaseQuery, CaseRepository, PlanRepository, UnitOfWorkEndedError
from reclamation_core.ports.query import meets, sites_of
from reclamation_core.testing.contracts import StoreContract
from reclamation_core.testing.contracts.base import rules_of
from reclamation_core.testing.sabotage.stores import ComposedStore, QueriedCases

DAY, NONE = timedelta(days=1), CaseQuery()
NAMES = [rule.name for rule in rules_of(StoreContract)]
Wrong = Callable[..., Any]


def breaks(part: str, store: InMemoryStore) -> bool:
    """Return True if a store breaks the rule whose name has a part."""
    (name,) = [one for one in NAMES if part in f"test_{one}"]
    try:
        getattr(StoreContract, f"test_{name}")(StoreContract(), store)
    except (AssertionError, ReclamationError, IndexError, pytest.fail.Exception):
        return True
    return False


def otherwise(field: str, is_met: Wrong) -> Wrong:
    """A criterion that a case meets otherwise."""
    none, ignored = getattr(NONE, field), changed(field, lambda _: getattr(NONE, field))
    return lambda case, query: (
        ignored(case, query) and (getattr(query, field) == none or bool(is_met(case, getattr(query, field))))
    )


def changed(field: str, change: Wrong) -> Wrong:
    """A criterion that is another one where it is given."""
    return lambda case, query: meets(
        case,
        query
        if getattr(query, field) == getattr(NONE, field)
        else attrs.evolve(query, **{field: change(getattr(query, field))}),
    )


def is_begun(case: Any, text: str) -> bool:
    return all(any(one.startswith(word) for one in indexed_words(case)) for word in text_words(text))


RECEIPTS = "day_of_receipt_is_that_of_the_zone"
IGNORED = {
    "found_by_kind": "kind", "found_by_states": "states", "by_standings": "admissibilities", "by_levels": "levels",
    "found_by_criticalities": "criticalities", "found_by_channel": "channels themes is_open is_unacknowledged",
    "found_by_owner": "owner", "that_they_are_assigned_to": "assigned_to", "day_until_which": "due_until",
    "day_from_which": "due_from due_until", "by_references_and_by_source": "references source sites text",
    "are_found_by_theme": "cause_family", "facts_of_an_edition": "own own_from own_until", RECEIPTS: "received_from",
    "order_the_last": "text", "cases_with_a_question": "has_question", "every_criterion_given": "sites text",
}  # fmt: skip
"""The criteria that stores ignore, each breaking a rule."""
CRITERIA: list[tuple[str, Wrong]] = [
    *((rule, changed(field, lambda codes: sorted(codes, key=str)[:1])) for rule, field in [
        ("by_states", "states"), ("by_standings", "admissibilities"), ("by_levels", "levels"),
        ("by_criticalities", "criticalities"), ("by_channel", "themes"), ("by_references_and", "references"),
    ]),
    *((rule, changed(field, lambda day, days=days: day + days * DAY)) for days in (1, -1) for rule, field in [
        ("day_until_which", "due_until"), ("day_from_which", "due_from"), (RECEIPTS, "received_from"),
        (RECEIPTS, "received_until"),
    ]),
    ("found_by_channel", otherwise("themes", lambda case, names: str(case.facts.theme).startswith(tuple(names)))),
    ("found_by_owner", otherwise("owner", lambda case, unit: unit == case.site)),
    ("found_by_owner", otherwise("owner", lambda case, unit: unit in sites_of(case))),
    ("assigned_to", otherwise("assigned_to", lambda case, who: str(columns.assigned_to(case)).lower() == who.lower())),
    ("assigned_to", otherwise("assigned_to", lambda case, who: who.startswith(columns.assigned_to(case) or "?"))),
    ("and_by_source", otherwise("source", lambda case, source: str(case.source).startswith(source))),
    ("by_theme", otherwise("cause_family", lambda case, name: case.analysis and name in "".join(case.analysis.causes))),
    ("only_running_clocks", otherwise("due_until", lambda case, day: case.deadline and case.deadline.due <= day)),
    *(("a_similar_name", otherwise("sites", lambda case, sites, read=read: {*map(read, sites_of(case))} & {*sites}))
      for read in (str.upper, str.strip, lambda one: one[:3], lambda one: one[-3:], lambda one: one.replace("É", "E"))),
    ("order_the_last", otherwise("text", is_begun)),
    ("order_the_last", changed("text", lambda text: text.split()[0])),
    ("order_the_last", otherwise("text", lambda case, text: text_words(text)[-1] in indexed_words(case))),
]  # fmt: skip


def weak(found: Wrong) -> InMemoryStore:
    """A store whose cases meet queries otherwise."""
    return ComposedStore(cases=type("Weak", (QueriedCases,), {"matches": lambda _, case, query: found(case, query)}))


def test_a_weak_criterion_breaks_its_rule() -> None:
    each = [(rule, name, changed(name, lambda _, name=name: getattr(NONE, name)))
            for rule, names in IGNORED.items() for name in names.split()]  # fmt: skip
    each += [(rule, str(number), found) for number, (rule, found) in enumerate(CRITERIA)]
    assert not [rule for rule in {rule for rule, *_ in each} if breaks(rule, weak(meets))]
    assert [(rule, name) for rule, name, found in each if not breaks(rule, weak(found))] == []


def committed(real: Wrong, self: Any, *given: Any, **more: Any) -> Any:
    """What the unit of work has not committed is not read."""
    return real(type(self)(self._committed), *given, **more)


def unchecked(real: Wrong, self: Any, *given: Any) -> Any:
    """An error of the caller passes."""
    with suppress(ValueError, LookupError):
        return real(self, *given)


def first(real: Wrong, self: Any, *given: Any) -> Any:
    """Of several, the first alone is read."""
    return real(self, *given[:1])


def first_site(real: Wrong, self: Any, *given: Any) -> Any:
    """Of several sites, the first alone is read."""
    return real(self, *given[:-1], sorted(given[-1])[:1])


def losing(field: str) -> Wrong:
    """A record loses a field."""

    def lose(real: Wrong, self: Any, *given: Any) -> Any:
        default = attrs.fields_dict(type(given[-1]))[field].default
        return real(self, *given[:-1], attrs.evolve(given[-1], **{field: default}))

    return lose


def endless(real: Wrong, self: Any, *given: Any, **named: Any) -> Any:
    """A page has no limit."""
    return real(self, *given[:1], **{**named, "limit": 500})


def from_the_beginning(real: Wrong, self: Any, *given: Any, **named: Any) -> Any:
    """Every page is the first."""
    return real(self, *(type(after)() for after in given[:1]), *given[1:], **named)


def storing(real: Wrong, self: Any, *parts: str) -> Any:
    """A unit of work commits some of what it rolls back."""
    with suppress(UnitOfWorkEndedError):
        changes = [getattr(self, one).pending.written if one in parts else {} for one in ("_cases", "_plans")]
        self._committed.commit_changes(*changes, self.read_set)
    return real(self)


def other(**changes: Any) -> Wrong:
    """A query has other criteria."""
    return lambda real, self, *given: real(
        self, *(attrs.evolve(one, **changes) if isinstance(one, CaseQuery) else one for one in given)
    )


C, P, IN_ORDER = CaseRepository, PlanRepository, "unit_finds_the_case_that_it_added"
FEED, PLANS, LOG, JOURNAL = memory.InMemoryFeed, memory.InMemoryPlanFeed, memory.InMemoryLog, memory.InMemoryJournal
EXPORTS, JOBS, SERIES = memory.InMemoryExports, memory.InMemoryJobs, memory.InMemorySequences
SITES, SOURCES = "case_has_the_sites_that_register", "finds_the_cases_of_some_sites_alone"
PAGED = [
    (FEED, "read", "reader_of_the_feed_resumes"), (PLANS, "read", "reader_of_plans_resumes"),
    (LOG, "read", "reader_of_the_log_resumes"), (EXPORTS, "read", "exports_are_read_page_by_page"),
    (JOURNAL, "read", "reader_of_the_journal"), (JOURNAL, "read_plans", "each_plan_is_in_the_journal"),
]  # fmt: skip
METHODS: list[tuple[Any, str, str, list[Wrong]]] = [
    (C, "get", "a_missing_reference_is_an_error", [unchecked]),
    (C, "get", "names_that_differ_by_a_capital", [lambda real, self, name: real(self, name.replace("r-", "R-"))]),
    (C, "get", IN_ORDER, [committed]),
    (C, "save", "a_case_that_was_never_added", [unchecked]),
    (C, "save", "a_case_without_a_new_event", [unchecked]),
    (C, "add", "several_are_added_as_one_after", [first]),
    (C, "add", "of_several_one_that_is_taken", [first]),
    (C, "add", "a_unit_refuses_what_it_added_before", [first]),
    (C, "add", "a_source_is_refused_to_a_second", [lambda real, self, *new: (self._sources.clear(), real(self, *new))]),
    (C, "has_site", "a_unit_sees_the_sites", [committed]),
    (C, "has_site", "a_unit_sees_the_sites", [lambda _, self, name, __: name in self.pending.written]),
    (C, "has_site", SITES, [lambda real, self, name, sites: real(self, name, sites) and self.get(name).site in sites]),
    (C, "has_site", SITES, [lambda real, self, name, sites: real(self, name, [one.upper() for one in sites])]),
    (C, "has_site", SITES, [lambda real, self, name, sites: real(self, name.strip("\0"), sites)]),
    (C, "has_site", SITES, [lambda real, self, name, sites: real(self, name, sites) or not sites, first_site]),
    (C, "by_sources", "several_sources_give", [committed, lambda _, __, them, *___: dict.fromkeys(them, ())]),
    (C, "by_sources", "more_sources_than_one", [lambda real, self, them, *more: real(self, list(them)[-200:], *more)]),
    (C, "by_sources", "names_that_differ_by_a_capital",
        [lambda real, self, them, *_: {one: two for one in them for two in real(self, {one.upper()}).values()}]),
    (C, "by_sources", "sites_have_a_case_each",
        [committed, lambda real, *them: {name: cases[:1] for name, cases in real(*them).items()}]),
    (C, "by_sources", SOURCES, [committed, first_site]),
    (C, "by_sources", SOURCES, [lambda real, self, them, *_: real(self, them)]),
    (C, "load", "cases_are_loaded_together", [lambda _, self, names: ([self.get(one) for one in names], [])]),
    (C, "summaries", "a_list_meets_the_criteria", [committed, other(sites=()), other(due_until=None)]),
    (C, "count", "a_page_is_filled", [lambda real, self, query, *_: real(self, query, query.limit)]),
    (C, "count", "a_unit_finds_and_counts", [committed]),
    (C, "group", "messages_of_one_nature", [lambda real, self, query, _: real(self, query, 1)]),
    (C, "group", "messages_of_one_nature", [lambda real, self, query, least: real(self, query, least - 1)]),
    (C, "group", "messages_of_one_nature", [other(admissibilities=()), other(sites=())]),
    (C, "due_references", "a_job_examines_every", [lambda *_: []]),
    (C, "due_references", "a_job_examines_every", [lambda real, self, job, day, _: real(self, job, day - DAY, ())]),
    (C, "identify", "found_by_an_identifier", [committed, other(sites=()), other(references=None)]),
    (C, "identify", "found_by_an_identifier", [lambda real, self, name, _, query: real(self, name, (), query)]),
    (C, "cause_families", "cases_are_found_by_theme", [other(sites=())]),
    (C, "own_values", "facts_of_an_edition", [other(own={}), other(sites=()), other(source=None)]),
    (C, "own_values", "facts_of_an_edition", [lambda real, self, query, _: real(self, query, {"boolean", "funder"})]),
    *((P, "served_cases", "that_actions_serve_are_found_by_lateness", [committed, lambda real, self, late_on=None,
        days=days: real(self, late_on=late_on + days * DAY if late_on and days else None)]) for days in (-1, 0, 1)),
    (P, "served_lines", "actions_that_serve_cases_of_a_site", [committed, first_site]),
    (P, "served_lines", "actions_that_serve_cases_of_a_site", [lambda real, self, sites: real(self, sites)[::-1]]),
    *((P, name, "what_waits_on_plans", [committed, lambda real, self, day: real(self, day - DAY),
        lambda real, self, day: real(self, min(day, date(2999, 1, 1)) + DAY)])
        for name in ("late_actions", "awaited_checks")),
    (P, "late_actions", "what_waits_on_plans", [lambda _, self, day: (sorted(
        (one.planned, name, one.reference) for name in self.scopes() for one in self.get(name).actions
        if one.planned and one.planned < day and one.abandonment is None), [])]),
    (P, "signals", "what_waits_on_plans", [
        lambda real, self: ([one._replace(actions=one.actions[:1]) for one in real(self)[0]], []),
        lambda real, self: ([one._replace(is_dismissed=False) for one in real(self)[0]], [])]),
    (P, "get", "a_plan_that_was_never_added", [unchecked]),
    (P, "get", "a_unit_finds_the_plan_that_it_added", [committed]),
    (P, "get", "finds_the_whole_plan_of_which_it_wrote_parts", [committed]),
    (P, "save", "a_plan_that_was_never_added", [unchecked]),
    (P, "save", "a_plan_without_a_new_event", [unchecked]),
    (P, "add", "a_plan_without_events_is_not_added", [unchecked]),
    (P, "extend", "a_part_without_a_new_event", [unchecked]),
    (P, "part", "a_part_of_a_plan_is", [unchecked, lambda real, self, name, them: real(self, name, [*them, "A-2"])]),
    (P, "parts", "parts_of_several_plans", [committed, lambda real, self, them: (real(self, them)[0][::-1], []),
        lambda real, self, them: real(self, {name: them[name] for name in sorted(them)[1:]})]),
    (P, "scopes", "the_scopes_are_in_order", [committed, lambda *real: tuple(sorted(real[0](real[1]), key=str.lower))]),
    (P, "effective_on", "plans_effective_on_a_cause", [committed, lambda real, self, _: real(self, ["organisation"])]),
    (P, "effective_on", "plans_effective_on_a_cause", [lambda real, self, names: real(self, list(names)[:1])]),
    (P, "expect", "an_expected_plan_that_changed", [first]),
    (P, "expect", "a_plan_without_events_cannot_be_expected", [unchecked]),
    (JOBS, "save", "a_state_of_an_older_version", [lambda real, *given: real(*given) or True]),
    (JOBS, "save", "a_state_is_read_as_it_was_saved", [*map(losing, ("holder", "until", "position"))]),
    (JOBS, "names", "a_state_is_read_as_it_was_saved", [lambda real, self: real(self)[::-1]]),
    (SERIES, "next", "a_series_begins_with_1", [lambda real, self, _, count=1: real(self, "", count)]),
    (SERIES, "next", "several_that_are_taken_together", [first]),
    *((of, name, rule, [endless, from_the_beginning])
        for of, name, rule in PAGED),
    *((of, "count", rule, [
        lambda real, self, after=0, *_: real(self, after), lambda real, self, _=0, sites=(): real(self, 0, sites)])
        for of, rule in [(FEED, "feed_is_counted_as"), (PLANS, "some_plans_is_theirs")]),
    *((of, "last_recorded_at", rule, [
        lambda real, self: real(self) or datetime.now(UTC),
        lambda real, self: real(self) and self._items[0].event.recorded_at])
        for of, rule in [(FEED, "has_the_latest_recording"), (PLANS, "a_plan_comes_once_at")]),
    (JOURNAL, "stream_of", "a_stream_read_by_its_holder", [lambda _, __, name: written(name, ())]),
    (LOG, "heads", "heads_of_a_group", [
        lambda real, self, group, _: real(self, group, 99), lambda real, *given: real(*given)[::-1],
        lambda _, self, group, size: heads_of(one for one in self._entries[:size] if one.holder.startswith(group))]),
    (LOG, "save", "follows_from_the_last_checkpoint", [
        *map(losing, ("note", "token", "state")), lambda _, self, one: self._checkpoints.update({one.size: one}),
        lambda real, self, one: one.size in self._checkpoints or real(self, one)]),
    (EXPORTS, "add", "an_export_comes_back", [*map(losing, ("actor", "role", "place", "recipients"))]),
    (EXPORTS, "read", "exports_are_read_page_by_page", [
        lambda real, self, *given, place=None, **more: tuple(
            one for one in real(self, *given, **more) if place in (None, one.place))]),
    (EXPORTS, "latest", "latest_exports_are_read", [
        lambda real, self, *given, **more: real(self, *given[:1], **more),
        lambda real, self, *given, **_: real(self, *given[:2])]),
    (BufferedUnitOfWork, "rollback", "a_rollback_discards_all", [
        lambda *unit: storing(*unit, "_cases"), lambda *unit: storing(*unit, "_plans")]),
]  # fmt: skip


def test_a_wrong_method_breaks_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    unbroken = []
    for cls, method, rule, wrongs in METHODS:
        for number, wrong in enumerate(wrongs):
            with monkeypatch.context() as patch:
                patch.setattr(cls, method, method_of(wrong, getattr(cls, method)))
                unbroken += [] if breaks(rule, InMemoryStore()) else [(method, rule, number)]
    assert unbroken == []


def method_of(wrong: Wrong, real: Wrong) -> Wrong:
    return lambda self, *given, **more: wrong(real, self, *given, **more)


def vague(real: Wrong, self: Any, *given: Any, **more: Any) -> Any:
    """An error does not say what is wrong."""
    try:
        return real(self, *given, **more)
    except ReclamationError as error:
        error.__class__ = type("Vague", (type(error),), {"__str__": lambda _: "?"})
        raise
    except ValueError:
        raise ValueError("?") from None


def test_an_error_that_does_not_say_what_is_wrong_breaks_each_rule_about_words(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {name: inspect.getsource(getattr(StoreContract, f"test_{name}")) for name in NAMES}
    worded = [f"test_{name}" for name, source in sources.items() if "match=" in source and "store: Store)" in source]
    for cls in (C, P, FEED, PLANS, LOG, JOURNAL, EXPORTS, BufferedUnitOfWork):
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if not name.startswith("_"):
                monkeypatch.setattr(cls, name, method_of(vague, method))
    assert len(worded) > 20
    assert [one for one in worded if not breaks(one, InMemoryStore())] == []
