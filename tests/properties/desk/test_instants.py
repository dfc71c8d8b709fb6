"""Instants around clock changes: ordered as in UTC, in memory and in a database.

The oracle counts seconds since 1970; it knows neither zones nor datetimes.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.ports import Store
from reclamation_core.testing.builders import FakeClock, a_complaint
from reclamation_core.vocabulary import Role, Site, Sites
from tests.databases import memory_store
from tests.inside import clock_of, desk_with
from tests.unit.desk.factories import new_desk, registered, sheet

PARIS = ZoneInfo("Europe/Paris")
ZONES = {"metropole": PARIS, "saint_pierre_et_miquelon": ZoneInfo("America/Miquelon")}
SITES = Sites(Site(code=territory, name=territory, region="R", territory=territory) for territory in ZONES)


@cache
def changes(zone: ZoneInfo) -> tuple[int, ...]:
    """Return the hours, in seconds since 1970, at which the offset of a zone changes, by testing every hour."""
    hours = range(
        int(datetime(1996, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2037, 1, 1, tzinfo=UTC).timestamp()), 3600
    )
    offsets = [datetime.fromtimestamp(hour, zone).utcoffset() for hour in hours]
    return tuple(hour for hour, before, after in zip(hours[1:], offsets, offsets[1:]) if before != after)


@cache
def stores() -> tuple[Store, Store]:
    return InMemoryStore(), memory_store()


@st.composite
def nights(draw: st.DrawFn) -> tuple[str, int, list[int]]:
    """Return a zone and instants of one night with a clock change, in seconds since 1970."""
    territory = draw(st.sampled_from(sorted(ZONES)))
    change = draw(st.sampled_from(changes(ZONES[territory])))
    minutes = st.integers(-90, 90).map(lambda minute: change + 60 * minute)
    return territory, change, draw(st.lists(minutes, min_size=5, max_size=5))


def lived(desk: Desk, site: str, zone: ZoneInfo, seconds: list[int]) -> tuple[list[bool], Case | None]:
    """Return which commands are accepted: register, contain, its effect, a corrected receipt and date."""
    received, entered, contained, judged, truth = (datetime.fromtimestamp(second, zone) for second in seconds)
    try:
        case = desk.register(a_complaint(received_at=received), site=site, occurred_at=entered)
    except FaultsError:
        return [False], None
    reference, allowed = case.reference, [True]
    acts: tuple[Callable[[], Case], ...] = (
        lambda: desk.contain(reference, measure="un remplaçant", occurred_at=contained),
        lambda: desk.record_containment_effect(reference, measure=1, effective=True, effect="tenu", occurred_at=judged),
        lambda: desk.correct(reference, reason="cachet", received_at=truth, occurred_at=clock_of(desk).now()),
        lambda: desk.correct_date(reference, 1, happened_at=truth, reason="relu"),
    )
    for act in acts:
        allowed.append(False)
        with suppress(CommandRefusedError):
            case, allowed[-1] = act(), True
    return allowed, case


def expected(now: int, seconds: list[int]) -> list[bool]:
    received, entered, contained, judged, truth = seconds
    if not received <= entered <= now:
        return [False]
    was_contained = received <= contained <= now
    was_judged = was_contained and contained <= judged <= now
    acts = [contained] * was_contained + [judged] * was_judged
    was_corrected = truth <= min([now, *acts])
    receipt = truth if was_corrected else received
    return [True, was_contained, was_judged, was_corrected, receipt <= truth <= now]


@given(nights(), st.sampled_from([60, 100]))
def test_instants_are_ordered_as_in_utc_around_clock_changes(night: tuple[str, int, list[int]], minutes: int) -> None:
    territory, change, seconds = night
    zone, now = ZONES[territory], change + 60 * minutes
    clock = FakeClock(datetime.fromtimestamp(now, zone))
    found = []
    for store in stores():
        desk = Desk(store, sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
        desk = desk_with(desk, salt=lambda: b"0123456789abcdef")
        allowed, case = lived(desk, territory, zone, seconds)
        kept = None if case is None else desk.cases.get(case.reference)
        assert kept == case
        found.append((allowed, repr(kept)))

    assert found[0] == found[1]
    assert found[0][0] == expected(now, seconds)


@pytest.mark.parametrize("store", stores.__wrapped__(), ids=["memory", "SQLite"])  # whose references are its own
def test_an_event_twenty_minutes_after_the_receipt_is_later_despite_a_clock_change(store: Store) -> None:
    receipt = datetime(2026, 10, 25, 2, 50, tzinfo=PARIS)
    act = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=PARIS)
    assert act.astimezone(UTC) - receipt.astimezone(UTC) == timedelta(minutes=20)
    desk = Desk(store, clock=FakeClock(datetime(2026, 11, 2, tzinfo=UTC)), clock_limit=None)
    case = registered(desk, received_at=receipt)
    assert desk.acknowledge(case.reference, occurred_at=act).acknowledged_at == act.astimezone(UTC)
    with pytest.raises(CommandRefusedError, match="before the receipt"):
        desk.contain(case.reference, measure="une salle", occurred_at=receipt - timedelta(minutes=20))
    late = registered(desk, received_at=act)
    with pytest.raises(CommandRefusedError, match="before the receipt"):
        desk.acknowledge(late.reference, occurred_at=receipt)


def test_instants_read_back_from_a_database_are_equal() -> None:
    receipt = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS)
    facts = a_complaint(received_at=receipt)
    assert facts.received_at == receipt.astimezone(UTC)
    assert repr(facts.received_at) == repr(datetime.fromisoformat(receipt.isoformat()))
    assert a_complaint(received_at=facts.received_at).received_at is facts.received_at


@given(last=st.booleans(), minutes=st.integers(-720, 720), hour=st.integers(0, 23))
def test_an_instant_without_a_date_in_utc_is_refused_by_its_field(last: bool, minutes: int, hour: int) -> None:
    day = (9999, 12, 31) if last else (1, 1, 1)
    occurred_at = datetime(*day, hour, tzinfo=timezone(timedelta(minutes=minutes)))
    in_utc = 60 * hour - minutes  # minutes from the midnight of that day, which is the last or the first there is
    plan = new_desk().pgaac("CRE")
    plan.add(sheet("A-1"))
    has_date = in_utc < 24 * 60 if last else in_utc >= 0
    reason = "in the future" if last else "outside the calendar"
    with pytest.raises(ReclamationError, match=reason if has_date else "a plausible date is expected"):
        plan.progress("A-1", occurred_at=occurred_at)
