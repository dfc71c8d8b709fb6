"""A desk of sites overseas counts the days of its sites: its lists say of each case what the page of the case says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import DeadlineStatus, Territory
from reclamation_core.desk import Desk
from reclamation_core.desk.worklist import WorkKind
from reclamation_core.ports import CaseFacet
from reclamation_core.vocabulary import Site, Sites
from tests.unit.desk.factories import FakeClock, new_desk, registered

SITES = Sites(Site(code=one.value, name=one.value, region=one.value, territory=one) for one in Territory)
STATUS = {-1: DeadlineStatus.OVERDUE, 0: DeadlineStatus.DUE_TODAY, 1: DeadlineStatus.RUNNING}
TERRITORIES = st.sampled_from(list(Territory))
LAST_DAY = datetime(2026, 6, 15, tzinfo=UTC)


def desk_of(*territories: Territory, hours: float) -> tuple[Desk, str]:
    """A desk of the sites of some territories at an instant about the last day, and a case of the first."""
    clock = FakeClock(datetime(2026, 6, 1, 12, tzinfo=UTC))
    desk = new_desk(clock=clock, sites=SITES)
    case = registered(desk, territories[0].value, clock.now())
    clock.set(LAST_DAY + timedelta(hours=hours))
    return desk.scoped(site=[one.value for one in territories]), case.reference


@given(TERRITORIES, st.floats(-30, 54))
def test_the_lists_of_a_site_say_what_the_page_of_each_case_says(territory: Territory, hours: float) -> None:
    desk, reference = desk_of(territory, hours=hours)
    left = desk.overview(reference).days_left
    assert left is not None
    status = STATUS[(left > 0) - (left < 0)]
    (row,) = desk.cases.summaries().summaries
    counts = {work.kind: work.count for work in desk.worklist().cases}

    assert desk.cases.today == desk.cases.get(reference).day_of(LAST_DAY + timedelta(hours=hours))
    assert row.status_on(desk.cases.today) is status
    assert desk.cases.days_left(row, desk.cases.today) == left
    assert desk.cases.count_by(CaseFacet.DUE) == {status.value: 1}
    assert (counts[WorkKind.LATE], counts[WorkKind.DUE_TODAY]) == (left < 0, left == 0)


@pytest.mark.parametrize(("hours", "day"), [(13, 15), (20, 15), (21, 15), (22, 16), (28, 16)])
def test_sites_with_different_days_have_the_day_of_metropolitan_france(hours: float, day: int) -> None:
    desk, _ = desk_of(Territory.MARTINIQUE, Territory.REUNION, hours=hours)
    assert desk.cases.today.day == day
