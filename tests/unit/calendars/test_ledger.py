from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reclamation_core.calendars import BusinessCalendar, DayType, Deadline, DeadlineRule, LedgerReason

PARIS = ZoneInfo("Europe/Paris")
FRANCE = BusinessCalendar.france()


def rows(deadline: Deadline, lang: str = "fr") -> list[tuple[str, int | None, str]]:
    return [
        (str(day.day)[5:], day.counted, day.wording.fr if lang == "fr" else day.wording.en) for day in deadline.ledger
    ]


def test_a_ledger_explains_every_day_from_receipt_to_due() -> None:
    calendar = BusinessCalendar.france(closures=[date(2026, 5, 11)], bridge_days=[date(2026, 5, 15)])
    rule = DeadlineRule(days=5, suspensions_allowed=True)
    deadline = calendar.deadline(datetime(2026, 5, 6, 9, 30, tzinfo=PARIS), rule, [date(2026, 5, 12)])

    assert rows(deadline) == [
        ("05-06", None, "jour de la réception"),
        ("05-07", 1, "jour ouvré 1/5"),
        ("05-08", None, "jour férié : 8 mai (Victoire de 1945)"),
        ("05-09", None, "week-end (samedi)"),
        ("05-10", None, "week-end (dimanche)"),
        ("05-11", None, "fermeture"),
        ("05-12", None, "délai suspendu"),
        ("05-13", 2, "jour ouvré 2/5"),
        ("05-14", None, "jour férié : Ascension"),
        ("05-15", None, "pont"),
        ("05-16", None, "week-end (samedi)"),
        ("05-17", None, "week-end (dimanche)"),
        ("05-18", 3, "jour ouvré 3/5"),
        ("05-19", 4, "jour ouvré 4/5"),
        ("05-20", 5, "jour ouvré 5/5"),
    ]
    assert [day.reason for day in deadline.ledger[:8]] == [
        LedgerReason.DAY_OF_RECEIPT,
        LedgerReason.COUNTED,
        LedgerReason.HOLIDAY,
        LedgerReason.WEEKEND,
        LedgerReason.WEEKEND,
        LedgerReason.CLOSURE,
        LedgerReason.SUSPENSION,
        LedgerReason.COUNTED,
    ]
    assert deadline.ledger[9].reason is LedgerReason.BRIDGE_DAY


def test_a_ledger_reads_in_english_too() -> None:
    deadline = FRANCE.deadline(datetime(2026, 5, 7, 9, 30, tzinfo=PARIS), DeadlineRule(days=1))
    assert rows(deadline, "en") == [
        ("05-07", None, "day of receipt"),
        ("05-08", None, "public holiday: Victory Day"),
        ("05-09", None, "weekend (Saturday)"),
        ("05-10", None, "weekend (Sunday)"),
        ("05-11", 1, "business day 1/1"),
    ]


def test_a_holiday_on_a_weekend_is_named_and_is_one_in_jours_ouvrables() -> None:
    deadline = FRANCE.deadline(datetime(2026, 8, 14, 9, 30, tzinfo=PARIS), DeadlineRule(days=1))
    assert rows(deadline)[1] == ("08-15", None, "week-end (samedi, Assomption)")
    assert rows(deadline, "en")[1] == ("08-15", None, "weekend (Saturday, Assumption Day)")
    rule = DeadlineRule(days=1, day_type=DayType.OUVRABLE)
    deadline = FRANCE.deadline(datetime(2026, 8, 14, 9, 30, tzinfo=PARIS), rule)
    assert rows(deadline)[1] == ("08-15", None, "jour férié : Assomption")


def test_arrival_after_the_cut_off_is_the_ledgers_first_day() -> None:
    deadline = FRANCE.deadline(datetime(2026, 5, 4, 18, 0, tzinfo=PARIS), DeadlineRule(days=1, cut_off=time(17)))
    assert rows(deadline) == [
        ("05-04", None, "arrivée après l'heure limite"),
        ("05-05", None, "jour de la réception"),
        ("05-06", 1, "jour ouvré 1/1"),
    ]
    assert deadline.ledger[0].reason is LedgerReason.AFTER_CUT_OFF


def test_a_first_day_that_counts_is_day_one() -> None:
    rule = DeadlineRule(days=2, first_day_counted=True)
    assert rows(FRANCE.deadline(datetime(2026, 5, 4, 9, 0, tzinfo=PARIS), rule)) == [
        ("05-04", 1, "jour ouvré 1/2"),
        ("05-05", 2, "jour ouvré 2/2"),
    ]
    assert rows(FRANCE.deadline(datetime(2026, 5, 3, 9, 0, tzinfo=PARIS), rule))[:2] == [
        ("05-03", None, "week-end (dimanche)"),
        ("05-04", 1, "jour ouvré 1/2"),
    ]


def test_saturdays_and_closures_count_in_jours_ouvrables() -> None:
    calendar = BusinessCalendar.france(closures=[date(2026, 5, 4)])
    rule = DeadlineRule(days=2, day_type=DayType.OUVRABLE)
    assert rows(calendar.deadline(datetime(2026, 4, 30, 9, 0, tzinfo=PARIS), rule)) == [
        ("04-30", None, "jour de la réception"),
        ("05-01", None, "jour férié : fête du Travail"),
        ("05-02", 1, "jour ouvrable 1/2"),
        ("05-03", None, "week-end (dimanche)"),
        ("05-04", 2, "jour ouvrable 2/2"),
    ]


def test_calendar_days_all_count() -> None:
    rule = DeadlineRule(days=2, day_type=DayType.CALENDAIRE)
    assert rows(FRANCE.deadline(datetime(2026, 4, 30, 9, 0, tzinfo=PARIS), rule)) == [
        ("04-30", None, "jour de la réception"),
        ("05-01", 1, "jour calendaire 1/2"),
        ("05-02", 2, "jour calendaire 2/2"),
    ]


def test_clear_days_show_the_day_of_expiry_and_why_it_was_moved() -> None:
    rule = DeadlineRule(days=1, day_type=DayType.FRANC, suspensions_allowed=True)
    deadline = FRANCE.deadline(datetime(2026, 5, 12, 9, 0, tzinfo=PARIS), rule, [date(2026, 5, 15)])
    assert rows(deadline) == [
        ("05-12", None, "jour de la réception"),
        ("05-13", 1, "jour franc 1/1"),
        ("05-14", None, "jour férié : Ascension"),
        ("05-15", None, "délai suspendu"),
        ("05-16", None, "week-end (samedi)"),
        ("05-17", None, "week-end (dimanche)"),
        ("05-18", None, "jour de l'échéance"),
    ]
    assert deadline.ledger[-1].reason is LedgerReason.EXPIRY
