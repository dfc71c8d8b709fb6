"""The catalogue of sabotaged stores, and which contract rules each breaks."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final, cast

import attrs
import pytest

from reclamation_core.ports import Store
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract
from reclamation_core.testing.sabotage import stores
from reclamation_core.testing.sabotage.stores import AlteringStore, ComposedStore, FileStore
from reclamation_core.wording import Wording

STORES: Final[Mapping[str, Callable[[], Store]]] = {
    "hands_out_live_objects": stores.LiveObjects,
    "loses_the_second_writer": stores.DroppedConflicts,
    "overwrites_the_first_writer": stores.LastWriterWins,
    "swallows_a_conflict": stores.SilentConflicts,
    "forgets_a_rollback": partial(ComposedStore, unit=stores.Autocommit),
    "commits_half_of_a_unit": stores.PartialCommits,
    "undoes_the_position_alone": stores.HalfSavepoints,
    "ignores_optimistic_locks": stores.NoOptimisticLocks,
    "ignores_expected_plans": stores.NoExpectedPlans,
    "serves_a_unit_twice": partial(ComposedStore, unit=stores.EndlessUnit),
    "forgets_the_idempotency_key": stores.NoSources,
    "reuses_a_reference": stores.ReusedNumbers,
    "drops_the_time_zone": partial(AlteringStore, stores.with_instants(lambda instant: instant.replace(tzinfo=UTC))),
    "rounds_an_instant": partial(AlteringStore, stores.with_instants(lambda instant: instant.replace(microsecond=0))),
    "truncates_a_text": partial(AlteringStore, stores.with_texts(lambda text: text[:255])),
    "normalises_a_text": partial(AlteringStore, stores.with_texts(partial(unicodedata.normalize, "NFC"))),
    "sorts_the_texts": partial(AlteringStore, stores.sorted_texts),
    "erasure_leaves_the_text": stores.NoErasure,
    "pages_twice_the_same_row": partial(ComposedStore, cases=stores.OverlappingPages),
    "pages_by_offset": partial(ComposedStore, cases=stores.OffsetPages),
    "stops_at_the_first_page": partial(ComposedStore, cases=stores.OnePage),
    "orders_by_locale": partial(ComposedStore, cases=stores.LocaleOrder),
    "leaks_a_foreign_case": partial(ComposedStore, cases=stores.SitesByPrefix),
    "finds_a_foreign_source": partial(ComposedStore, cases=stores.SourcesOfAllSites),
    "counts_a_case_once_per_site": partial(ComposedStore, cases=stores.CountsByJoin),
    "counts_days_in_utc": partial(ComposedStore, cases=stores.DaysInUtc),
    "search_is_accent_sensitive": partial(ComposedStore, cases=stores.AccentSensitiveSearch),
    "search_finds_any_of_the_words": partial(ComposedStore, cases=stores.AnyOfTheWords),
    "finds_any_of_the_own_facts": partial(ComposedStore, cases=stores.AnyOwnFact),
    "search_reads_names_for_all": partial(ComposedStore, cases=stores.NamesForAll),
    "finds_what_was_forgotten": stores.StaleIndex,
    "lists_by_reference_alone": partial(ComposedStore, cases=stores.ListsByReference),
    "lists_the_unknown_first": partial(ComposedStore, cases=stores.ListsUnknownFirst),
    "list_skips_a_tie": partial(ComposedStore, cases=stores.SkippedTies),
    "list_repeats_a_tie": partial(ComposedStore, cases=stores.RepeatedTies),
    "lists_what_was_registered": partial(ComposedStore, cases=stores.ListsAsRegistered),
    "total_ends_with_the_page": partial(ComposedStore, cases=stores.TotalsOfPages),
    "facets_of_every_case": partial(ComposedStore, cases=stores.FacetsOfEveryCase),
    "facets_lose_the_unknown": partial(ComposedStore, cases=stores.FacetsWithoutUnknown),
    "knows_the_present_alone": partial(ComposedStore, cases=stores.PresentPeriods),
    "forgets_what_it_wrote": partial(ComposedStore, cases=stores.ReplicaReads),
    "sees_the_past": stores.SnapshotReads,
    "reorders_events": partial(ComposedStore, feed=stores.FeedByHour),
    "feed_skips_a_late_commit": partial(ComposedStore, cases=stores.NumberingCases, feed=stores.EarlyPositions),
    "feed_repeats_the_last_event": partial(ComposedStore, feed=stores.OverlappingFeed),
    "feed_limits_before_it_filters": partial(ComposedStore, feed=stores.FeedLimitedFirst),
    "feed_numbers_plans_apart": partial(ComposedStore, plan_feed=stores.PlansNumberedApart),
    "feed_of_every_plan": partial(ComposedStore, plan_feed=stores.UnfilteredPlanFeed),
    "feed_has_the_last_event_of_a_plan": partial(ComposedStore, plan_feed=stores.PlanFeedOfTheLastEvent),
    "journal_repeats_the_last_case": partial(ComposedStore, journal=stores.OverlappingJournal),
    "tells_foreign_events": partial(ComposedStore, feed=stores.UnfilteredFeed),
    "leaves_plans_unwatched": partial(ComposedStore, journal=stores.JournalWithoutPlans),
    "log_leaves_plans_out": partial(ComposedStore, log=stores.LogWithoutPlans),
    "log_renumbers_its_entries": partial(ComposedStore, log=stores.LogByReference),
    "log_has_the_heads_of_now": partial(ComposedStore, log=stores.LogOfHeads),
}
PLACES: Final[Mapping[str, Callable[[], OpenStore]]] = {
    "loses_the_last_commit_when_closed": stores.flushing_place,
    "leaves_a_copy_beside": partial(stores.folder_place, stores.CopyBeside),
    "writes_in_place": partial(stores.folder_place, stores.InPlace),
}
"""Stores that can be reopened: each call makes a new place, and returns the function that opens it."""
_UNSUPPORTED: Final = {
    Capability.REOPENING: "it exists as long as the program",
    Capability.SHARING: "each store is a place of its own",
    Capability.TAMPERING: "it holds immutable values in memory",
    Capability.FILES: "it has no file",
    Capability.KILLS: "it exists as long as the program",
}
_IN_FILES: Final = frozenset({"leaves_a_copy_beside", "writes_in_place"})
"""Stores whose state is in a file."""


@attrs.frozen(kw_only=True)
class Sabotage(SharedRepr):
    """A store with one realistic fault (entrepôt saboté).

    Attributes:
        name: the fault in a few words.
        fault: the fault.
        incident: the incident of real systems that it stands for.
        place: makes a new, empty place, and returns the function that opens it.
        caught_by: the names of the rules of the contract that it breaks for certain.
        unsupported: the capabilities that the store does not have, each with the reason.
    """

    name: str
    fault: Wording
    incident: Wording
    caught_by: tuple[str, ...]
    place: Callable[[], OpenStore] = attrs.field(repr=False, eq=False)
    unsupported: Mapping[Capability, str] = attrs.field(default=_UNSUPPORTED, repr=False, eq=False)

    def open(self) -> Store:
        """Return a new, empty store with the fault."""
        return self.place()()

    @property
    def contract(self) -> type[StoreContract]:
        """The contract of a store, bound to this one."""

        def open_store(_: StoreContract) -> OpenStore:
            return self.place()

        def files(_: StoreContract, store: Store) -> Iterable[Path]:
            return [store.folder] if isinstance(store, FileStore) else []

        bound = {
            "unsupported": self.unsupported,
            "open_store": pytest.fixture(open_store),
            "files": files,
            "__doc__": self.fault.en,
        }
        return cast(type[StoreContract], type(self.name, (StoreContract,), bound))


def _read_catalogue() -> Iterator[Sabotage]:
    file = resources.files("reclamation_core.testing").joinpath("data/sabotages.toml")
    for name, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
        unsupported = dict(_UNSUPPORTED)
        if name in PLACES:
            del unsupported[Capability.REOPENING]
        if name in _IN_FILES:
            del unsupported[Capability.FILES], unsupported[Capability.KILLS]
        yield Sabotage(
            name=name,
            fault=Wording(words["fault_fr"], words["fault_en"]),
            incident=Wording(words["incident_fr"], words["incident_en"]),
            caught_by=tuple(words["caught_by"]),
            place=PLACES[name] if name in PLACES else partial(_opener, name),
            unsupported=unsupported,
        )


def _opener(name: str) -> OpenStore:
    return STORES[name]


SABOTAGES: Final[tuple[Sabotage, ...]] = tuple(_read_catalogue())
"""The sabotaged stores: faults of commits, of stored values, of queries, of the feed and the journal."""


def sabotage(name: str) -> Sabotage:
    """Return the sabotage with a name.

    Raises:
        ValueError: no sabotage has that name.

    >>> sabotage("truncates_a_text").fault.en
    'Only 255 characters of a text are stored.'
    """
    for one in SABOTAGES:
        if one.name == name:
            return one
    raise ValueError(f"name: no sabotage is called {name!r}; use one of {', '.join(one.name for one in SABOTAGES)}")
