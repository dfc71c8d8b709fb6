"""A sweep raises each alert once, despite concurrent changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from reclamation_core.cases import Case, DeadlineKind, Threshold
from reclamation_core.desk import Alert, Desk
from reclamation_core.errors import FaultsError
from reclamation_core.vocabulary import Role
from tests.unit.desk.factories import at, closed, new_desk, overtaken, registered

# Received on Monday 1 June 2026; the tenth business day is Monday 15 June.
DUE = date(2026, 6, 15)


def told(alerts: tuple[Alert, ...]) -> list[tuple[str, Threshold, bool]]:
    return [(alert.reference[-1], alert.alert.threshold, alert.alert.late) for alert in alerts]


def test_each_threshold_raises_one_alert_on_its_day(desk: Desk, case: Case) -> None:
    assert desk.sweep(at(2)) == ()
    (soon,) = desk.sweep(at(12))
    assert (soon.reference, soon.alert.clock, soon.alert.due) == (case.reference, DeadlineKind.ANSWER, DUE)
    assert desk.sweep(at(12)) == ()
    assert told(desk.sweep(at(15))) == [("1", Threshold.DUE_TODAY, False)]
    assert told(desk.sweep(at(16))) == [("1", Threshold.OVERDUE, False)]
    assert desk.sweep(at(30)) == ()
    assert [alert.threshold for alert in desk.cases.get(case.reference).alerts] == list(Threshold)


def test_a_sweep_is_of_now_and_by_the_system_by_default() -> None:
    desk = new_desk(at(15)).acting("Mme Roux", Role.AQ)
    registered(desk)
    assert len(desk.sweep()) == 2
    event = desk.cases.get("R-2026-000001").events[-1]
    assert (event.role, event.occurred_at) == (Role.SYSTEM, at(15))
    assert desk.cases.get("R-2026-000001").read(event.by) != "Mme Roux"


def test_erased_names_do_not_come_back() -> None:
    desk = new_desk(at(1, month=12))
    case = closed(desk)
    desk.anonymise(case.reference)
    assert {alert.alert.clock for alert in desk.sweep()} <= {DeadlineKind.ANSWER}
    assert "Mme Roux" not in {secret.text for secret in desk.cases.get(case.reference).vault}


def test_a_concurrently_changed_case_is_read_again(desk: Desk, case: Case) -> None:
    alerts = overtaken(desk, lambda: desk.contain(case.reference, measure="un remplaçant")).sweep(at(15))
    assert told(alerts) == [("1", Threshold.DUE_SOON, True), ("1", Threshold.DUE_TODAY, False)]
    assert desk.cases.get(case.reference).version == 4


def test_a_case_that_concurrently_left_the_scope_is_skipped(desk: Desk) -> None:
    case = registered(desk, "STR", handling_unit="CRE")
    here = overtaken(desk, lambda: desk.reroute(case.reference, handling_unit="STD")).scoped(site="CRE")
    assert here.sweep(at(15)) == ()
    assert desk.cases.get(case.reference).alerts == ()


def test_concurrent_sweeps_raise_each_alert_once(desk: Desk) -> None:
    references = {registered(desk).reference for _ in range(20)}
    with ThreadPoolExecutor(4) as pool:
        alerts = [alert for sweep in pool.map(lambda _: desk.sweep(at(16)), range(4)) for alert in sweep]
    assert len(alerts) == len({(alert.reference, alert.alert.threshold) for alert in alerts}) == 60
    assert {alert.reference for alert in alerts} == references
    assert all(len(desk.cases.get(reference).alerts) == 3 for reference in references)


def test_every_page_of_cases_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    from reclamation_core.desk import batch

    monkeypatch.setattr(batch, "PAGE", 2)
    desk = new_desk()
    for _ in range(5):
        registered(desk)
    assert [reference for reference, threshold, _ in told(desk.sweep(at(15))) if threshold is Threshold.DUE_TODAY] == [
        "1", "2", "3", "4", "5",
    ]  # fmt: skip


def test_a_sweep_of_a_future_day_is_refused_and_of_a_later_hour_is_not() -> None:
    desk = new_desk(at(15))
    registered(desk)
    with pytest.raises(FaultsError, match=r"now: .*2026-06-16.*use a preview"):
        desk.sweep(at(16))
    assert desk.cases.get("R-2026-000001").alerts == ()
    assert len(desk.sweep(at(15, hour=21))) == 2
    assert desk.cases.get("R-2026-000001").events[-1].recorded_at == at(15)
    assert desk.contain("R-2026-000001", measure="un remplaçant").events[-1].recorded_at == at(15)


def test_a_day_that_has_not_begun_at_a_site_raises_no_alert_there() -> None:
    desk = new_desk(at(15, hour=1))  # the 14th in Martinique, the 15th in Créteil
    cases = registered(desk, "FDF"), registered(desk)
    assert told(desk.sweep(at(15, hour=12))) == [
        ("1", Threshold.DUE_SOON, True),
        ("2", Threshold.DUE_SOON, True),
        ("2", Threshold.DUE_TODAY, False),
    ]
    assert desk.cases.get(cases[0].reference).awaited_on == DUE


def test_a_preview_returns_future_alerts_without_recording_them() -> None:
    desk = new_desk(at(2))
    case = registered(desk)
    previewed = desk.sweep(at(16), preview=True)
    assert told(previewed) == [
        ("1", Threshold.DUE_SOON, True),
        ("1", Threshold.DUE_TODAY, True),
        ("1", Threshold.OVERDUE, False),
    ]
    assert desk.cases.get(case.reference) == case
    assert desk.sweep(at(16), preview=True) == previewed
    with pytest.raises(TypeError, match="preview: True or False"):
        desk.sweep(at(16), preview="oui")  # type: ignore[arg-type]
