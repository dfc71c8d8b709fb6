from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, ComplaintFacts, Sites, m2_1
from reclamation_core.intake.fields import FACT_FIELDS, parse_fact
from reclamation_core.intake.timestamps import parse_instant
from reclamation_core.simulation import CaseloadProfile, InventedComplaint, generate_complaints, shipped
from reclamation_core.simulation.rates import STAFFED

SITES = Sites.from_toml(shipped().sites)
NUMBERS = st.integers(0, 40)
SEEDS = st.integers(0, 2**64)
LAST_DAYS = st.dates(date(1990, 3, 1), date(2099, 12, 31))


def calendar_of(complaint: InventedComplaint) -> BusinessCalendar:
    return SITES[complaint.site].calendar() if complaint.site else BusinessCalendar.france()


@given(NUMBERS, SEEDS)
def test_a_seed_determines_a_caseload_of_the_requested_size(number: int, seed: int) -> None:
    first, second = list(generate_complaints(number, seed)), list(generate_complaints(number, seed))
    assert first == second
    assert len({complaint.reference for complaint in first}) == number


@given(NUMBERS, SEEDS, LAST_DAYS, st.integers(1, 60))
def test_every_receipt_is_a_day_of_the_period_and_what_needs_staff_a_working_day(
    number: int, seed: int, until: date, days: int
) -> None:
    for complaint in generate_complaints(number, seed, until=until, profile=CaseloadProfile(days=days)):
        calendar = calendar_of(complaint)
        received_on = calendar.day_of(complaint.facts.received_at)
        assert until - timedelta(days=days) < received_on <= until
        assert complaint.facts.channel not in STAFFED or calendar.is_business_day(received_on)


@given(NUMBERS, SEEDS)
def test_every_row_is_read_back_and_assessed(number: int, seed: int) -> None:
    for complaint in generate_complaints(number, seed):
        cells, calendar = complaint.cells(), calendar_of(complaint)
        facts = {name: parse_fact(field, cells[name]) for name, field in FACT_FIELDS.items()}
        received_at = parse_instant(cells["received_at"], (), calendar.zone)
        assert ComplaintFacts(received_at=received_at, **facts) == complaint.facts
        assert m2_1().assess(complaint.facts, calendar).eligibility.possible
