import pickle
from datetime import UTC, date, datetime

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.policy import NoEditionError, Parameters, Policy, PolicyBook, SurveyParameters, m2_1
from reclamation_core.vocabulary import Eligibility
from tests.unit.policy.cases import CALENDAR, malfunction, unknown_but

OLD = Policy(edition="2025", in_force_until=date(2025, 12, 31))
NEW = Policy(
    edition="2026", parameters=Parameters(survey=SurveyParameters(threshold=7)), in_force_from=date(2026, 1, 1)
)
BOOK = PolicyBook([NEW, OLD])


def received(at: datetime, calendar: BusinessCalendar = CALENDAR) -> str:
    return BOOK.assess(unknown_but(received_at=at, satisfaction=6.5), calendar).policy.edition


def test_the_editions_are_in_order_and_both_ends_of_their_days_are_included() -> None:
    assert ([policy.edition for policy in BOOK], len(BOOK)) == (["2025", "2026"], 2)
    assert PolicyBook(iter([OLD, NEW])) == BOOK
    for day, edition in [
        (date(1990, 1, 1), "2025"),
        (date(2025, 12, 31), "2025"),
        (date(2026, 1, 1), "2026"),
        (date(2099, 12, 31), "2026"),
    ]:
        assert BOOK.in_force_on(day).edition == edition, day


def test_a_complaint_is_judged_under_the_edition_in_force_at_receipt() -> None:
    def judged(at: datetime) -> Eligibility | None:
        return BOOK.assess(
            unknown_but(received_at=at, nature="general_opinion", satisfaction=6.5), CALENDAR
        ).eligibility.outcome

    assert judged(datetime(2025, 12, 31, 12, tzinfo=UTC)) is Eligibility.OUT_OF_SCOPE
    assert judged(datetime(2026, 1, 1, 12, tzinfo=UTC)) is Eligibility.COMPLAINT


def test_the_day_of_receipt_is_that_of_the_calendar_s_zone() -> None:
    assert received(datetime(2025, 12, 31, 22, 59, tzinfo=UTC)) == "2025"
    assert received(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "2026"  # half past midnight in Paris


@pytest.mark.parametrize(
    ("territory", "edition"),
    [
        ("reunion", "2026"),  # 03:30 on 1 January
        ("mayotte", "2026"),  # 02:30
        ("guadeloupe", "2025"),  # 19:30 on 31 December
        ("guyane", "2025"),  # 20:30
    ],
)
def test_one_instant_falls_under_one_edition_or_the_other_by_territory(territory: str, edition: str) -> None:
    assert received(datetime(2025, 12, 31, 23, 30, tzinfo=UTC), BusinessCalendar.france(territory)) == edition


def test_a_malfunction_is_judged_under_the_edition_of_its_day_too() -> None:
    facts = malfunction(received_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert BOOK.assess_malfunction(facts, CALENDAR).policy.edition == "2026"
    assert BOOK.assess_malfunction(facts, BusinessCalendar.france("guyane")).policy.edition == "2025"


def test_a_day_between_two_editions_is_refused_with_the_known_editions() -> None:
    book = PolicyBook([OLD, Policy(edition="2027", in_force_from=date(2027, 1, 1))])
    with pytest.raises(
        NoEditionError, match="no edition is in force on 14 July 2026; the book has 2025, 2027"
    ) as refused:
        book.in_force_on(date(2026, 7, 14))
    assert isinstance(refused.value, LookupError)
    assert (refused.value.day, refused.value.editions) == (date(2026, 7, 14), ("2025", "2027"))
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.day, again.editions) == (str(refused.value), refused.value.day, refused.value.editions)


def test_the_default_edition_alone_is_a_book_for_every_day() -> None:
    assert PolicyBook([m2_1()]).in_force_on(date(1990, 1, 1)) is m2_1()


def test_a_book_without_an_edition_or_with_two_of_one_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"editions: \[\]; there is none; give at least one"):
        PolicyBook([])
    with pytest.raises(ValueError, match=r"editions: \['x', 'x'\]; give each edition a name of its own"):
        PolicyBook(
            [
                Policy(edition="x", in_force_until=date(2025, 12, 31)),
                Policy(edition="x", in_force_from=date(2026, 1, 1)),
            ]
        )


@pytest.mark.parametrize("start", [date(2025, 12, 31), date(2025, 1, 1)])
def test_two_editions_in_force_on_one_day_are_refused(start: date) -> None:
    with pytest.raises(ValueError, match=f"editions: .*; '2025' is still in force when 'b' is, from {start} on"):
        PolicyBook([OLD, Policy(edition="b", in_force_from=start)])


def test_editions_in_force_on_the_same_days_are_refused() -> None:
    with pytest.raises(ValueError, match="'2025' is still in force when 'b' is, from the beginning"):
        PolicyBook([OLD, Policy(edition="b")])
    with pytest.raises(ValueError, match="'a' is still in force when '2026' is, from 2026-01-01 on"):
        PolicyBook([Policy(edition="a", in_force_from=date(2020, 1, 1)), NEW])
    outer = Policy(edition="outer", in_force_from=date(2020, 1, 1), in_force_until=date(2029, 12, 31))
    inner = Policy(edition="inner", in_force_from=date(2024, 1, 1), in_force_until=date(2024, 1, 1))
    with pytest.raises(ValueError, match="'outer' is still in force when 'inner' is"):
        PolicyBook([inner, outer])


def test_what_is_no_collection_of_editions_is_refused() -> None:
    with pytest.raises(TypeError, match="got 'M2-1' alone; wrap it"):
        PolicyBook(m2_1())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"got 'edition\.toml'; read a file with read_policy"):
        PolicyBook(["edition.toml"])  # type: ignore[list-item]


def test_an_unknown_name_is_refused_with_the_known_editions() -> None:
    book = PolicyBook([m2_1()])
    assert book.get("M2-1") == m2_1()
    with pytest.raises(LookupError, match="edition 'M3' is not in the book, which has M2-1"):
        book.get("M3")
