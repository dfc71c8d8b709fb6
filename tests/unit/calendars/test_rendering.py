from datetime import date, datetime, time
from typing import Any

import pytest

from reclamation_core.calendars import BusinessCalendar, Deadline, DeadlineRule, Ledger, LedgerReason
from tests.fragments import Fragment

MAY = BusinessCalendar.france(closures=[date(2026, 5, 11)], bridge_days=[date(2026, 5, 15)])
SUSPENDED = [(date(2026, 5, 5), date(2026, 5, 6))]


def deadline(received: str, suspensions: Any = (), **rule: Any) -> Deadline:
    return MAY.deadline(datetime.fromisoformat(received).replace(tzinfo=MAY.zone), DeadlineRule(**rule), suspensions)


def late() -> Deadline:
    return deadline("2026-04-30T18:00", SUSPENDED, days=5, cut_off=time(17), suspensions_allowed=True)


def days(read: Fragment) -> list[str]:
    """What the cells of the calendar say, the empty ones left out."""
    return [cell for cell in read.cells if cell[:1].isdigit()]


def test_the_month_grid_numbers_counted_days_and_explains_the_others() -> None:
    # By hand: Thursday 30 April after the cut-off hour, received on Friday 1 May, a holiday; Monday 4 counts, 5 and 6
    # are suspended, 7 counts, 8 is a holiday, 11 closed, 12 and 13 count, 14 is Ascension, 15 a bridge day, 18 counts.
    assert days(Fragment(late().ledger._repr_html_())) == [
        *map(str, range(1, 30)), "30 arrivée",
        "1 réception", "2 week-end", "3 week-end", "4 1/5", "5 suspendu", "6 suspendu", "7 2/5", "8 férié",
        "9 week-end", "10 week-end", "11 fermeture", "12 3/5", "13 4/5", "14 férié", "15 pont",
        "16 week-end", "17 week-end", "18 échéance 5/5", *map(str, range(19, 32)),
    ]  # fmt: skip


def test_a_month_begins_on_its_weekday_and_ends_with_its_last_week() -> None:
    read = Fragment(deadline("2026-08-03T09:00", days=1).ledger._repr_html_())
    # August 2026 begins on a Saturday and ends on a Monday: six weeks.
    assert read.cells[:7] == ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    assert read.cells[7:15] == ["", "", "", "", "", "1", "2", "3 réception"]
    assert (read.cells[-7:], len(read.cells)) == (["31", "", "", "", "", "", ""], 7 * 7)


def test_the_day_of_receipt_is_marked_if_it_counts_and_the_one_after_clear_days() -> None:
    ledger = deadline("2026-08-03T09:00", days=1, first_day_counted=True).ledger
    assert days(Fragment(ledger._repr_html_()))[2] == "3 réception échéance 1/1"
    shown = days(Fragment(deadline("2026-08-03T09:00", days=2, day_type="franc").ledger._repr_html_()))
    assert shown[2:6] == ["3 réception", "4 1/2", "5 2/2", "6 échéance"]


def test_a_deadline_without_a_cut_off_nor_suspensions_has_no_line_for_them() -> None:
    read = Fragment(deadline("2026-08-03T09:00", days=1, first_day_counted=True)._repr_html_())
    assert read.cells[:6:2] == ["Arrivée", "Délai", "Calendrier"]
    assert read.cells[3] == "1 jour ouvré ; le jour de la réception compte"


@pytest.mark.parametrize(("months", "said"), [(12, ""), (13, "Mois du milieu, non montrés : 1.")])
def test_of_many_months_the_first_and_the_last_are_shown(months: int, said: str) -> None:
    counted = (date(2026 + (months - 1) // 12, (months - 1) % 12 + 1, 15) - date(2026, 1, 1)).days
    read = Fragment(deadline("2026-01-01T09:00", days=counted, day_type="calendaire")._repr_html_())
    captions = len(read.having("caption")) - 1
    assert captions == 12
    assert ("Mois du milieu" in read.text) is bool(said)
    assert said in read.text
    assert "janvier 2026" in read.text


def test_a_ledger_is_a_tuple_of_its_days() -> None:
    ledger = late().ledger
    assert isinstance(ledger, Ledger)
    assert ledger == tuple(ledger)
    assert ledger[0].reason is LedgerReason.AFTER_CUT_OFF
