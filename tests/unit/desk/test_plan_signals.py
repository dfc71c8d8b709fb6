"""Signals at the desk: the nightly job raises them, people decide on them, and each reader finds them."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import attrs
import pytest

from reclamation_core import Desk
from reclamation_core.cases.texts import HIDDEN_NAME
from reclamation_core.desk import signal_detection
from reclamation_core.desk.context import DeskContext
from reclamation_core.errors import FaultsError
from reclamation_core.indicators import STREAMS, RegisterRise, Rise
from reclamation_core.plans import ActionOrigin, ActionType, Pgaac, PlanRefusedError, PlanScope
from reclamation_core.plans.events import SignalDismissed, SignalRaised
from reclamation_core.plans.signals import PlanSignal
from reclamation_core.ports import PlanFeedItem, StoreDamagedError
from reclamation_core.reporting import report_bytes
from reclamation_core.testing._plan_history import Signer, plan_after
from reclamation_core.testing.builders import FakeClock, an_action
from reclamation_core.vocabulary import Role, Site, Sites
from reclamation_core.wording import Wording
from tests.inside import context_of, store_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.rising import CRE, MONDAY, NATION, SITES, receive, risen


@pytest.fixture
def desk() -> Desk:
    found, _ = risen()
    found.maintenance.nightly(signals=True)
    return found


def of_site(desk: Desk) -> PlanSignal:
    (found,) = (one for one in desk.signals().on_plans if one.plan == CRE)
    return found


def test_a_plan_has_its_signals(desk: Desk) -> None:
    desk.pgaac(CRE).acknowledge_signal(of_site(desk).reference)
    for scope in (CRE, NATION):
        assert desk.pgaac(scope).signals == tuple(one for one in desk.signals().on_plans if one.plan == scope) != ()
    assert desk.pgaac("STD").signals == ()


def test_a_scoped_desk_names_no_case_outside_its_scope() -> None:
    desk = factories.new_desk()
    own, other = (factories.analysed(desk, site=site).reference for site in ("CRE", "STR"))
    sheet = attrs.evolve(SignalRaised.event_type.example.data(None).sheet, cases=(own, other))
    with store_of(desk).unit_of_work() as unit:
        signed = Signer(occurred_at=factories.at(2))(SignalRaised(sheet=sheet))
        unit.plans.add(plan_after(Pgaac(scope=CRE), signed))
        unit.commit()

    def cases(reader: Desk) -> list[tuple[str, ...]]:
        worklist = reader.worklist().signals
        assert worklist is not None
        found = (*reader.signals().on_plans, *reader.pgaac(CRE).signals, *worklist.first)
        return [one.cases for one in found]

    assert cases(desk) == [(own, other)] * 3
    assert cases(desk.scoped(site="CRE")) == [(own,)] * 3

    desk.plan(own, factories.sheet("A-1"))
    desk.plan(other, "A-1", scope=CRE)
    desk.pgaac(CRE).publish()
    region = PlanScope.region("Île-de-France")
    desk.pgaac(region).publish()
    for reader, scope in ((desk.scoped(site="CRE"), CRE), (desk.scoped(region=region.code), region)):
        plan = reader.pgaac(scope)
        seen = plan.current.events, plan.signals, plan.published_plans, plan.actions, reader.plan_feed()
        changed = reader.pgaac(CRE).amend("A-1", process=scope.key)
        shown = str((seen, changed, plan.current.to_document(), report_bytes(reader.reports.plan(scope), "json")))
        assert (own in shown, other in shown) == (True, False)
    assert other in str(desk.pgaac(CRE).current.events)  # what is stored is unchanged


def test_the_nightly_job_raises_a_rise_once_on_the_plan_that_it_concerns() -> None:
    desk, clock = risen()
    report = desk.maintenance.nightly(signals=True)

    assert report.signals is not None
    assert {(plan.key, name.partition("@")[0]) for plan, name in report.signals} == {
        ("site:CRE", "site_theme:CRE/equipment"),
        ("nation", "theme:equipment"),
    }
    assert report.to_document()["signals"] == [f"{plan.key}/{name}" for plan, name in report.signals]
    assert "Signaux détectés : 2" in report.to_text().replace("\N{NO-BREAK SPACE}", " ")
    assert {one.raised_at for one in desk.signals().on_plans} == {clock.now()}

    for later, until in ((1, "2026-W22"), (7, "2026-W23")):
        clock.set(clock.now() + timedelta(days=1 if later == 1 else 6))
        if later == 7:
            receive(desk, 26, 14)
        assert desk.maintenance.nightly(signals=True).signals == ()
        assert (of_site(desk).week, of_site(desk).until) == ("2026-W22", until)
    versions = desk.pgaac(CRE).current.version
    desk.maintenance.nightly(signals=True)
    assert desk.pgaac(CRE).current.version == versions
    assert list(desk.verify()) == []


def test_a_rise_whose_cases_get_a_theme_afterwards_is_the_same_signal() -> None:
    desk = Desk.in_memory(clock=FakeClock(MONDAY + timedelta(weeks=26)), sites=SITES)
    for week in range(26):
        receive(desk, week, 8 if week == 25 else week % 2, theme=None)
    assert desk.maintenance.nightly(signals=True).signals == ((CRE, "site:CRE@2026-W22"),)
    for case in desk.signals().on_plans[0].cases:
        desk.complete_facts(case, theme="equipment")
    assert [(one.kind, one.key) for one in desk.rises()] == [("site_theme", ("CRE", "equipment"))]
    assert desk.maintenance.nightly(signals=True).signals == ()


def test_a_dismissed_rise_that_goes_on_waits_for_a_decision_again() -> None:
    desk, clock = risen()
    desk.maintenance.nightly(signals=True)
    signal, plan = of_site(desk).reference, desk.pgaac(CRE)
    plan.dismiss_signal(signal, reason="une enquête")
    clock.set(clock.now() + timedelta(days=7))
    receive(desk, 26, 14)
    assert desk.maintenance.nightly(signals=True).signals == ()
    assert (of_site(desk).state.value, of_site(desk).until) == ("new", "2026-W23")
    plan.forget(signal)
    (reason,) = (one.data.reason for one in plan.current.events if isinstance(one.data, SignalDismissed))
    assert plan.current.read(reason) is None


def test_a_rise_is_raised_until_the_fifth_sunday_after_its_week_alone() -> None:
    desk, clock = risen()
    assert desk.maintenance.nightly().signals is None
    for days, expected in ((35, 0), (34, 2)):
        clock.set(MONDAY + timedelta(weeks=26, days=days))
        assert len(desk.maintenance.nightly(signals=True).signals or ()) == expected


def test_a_desk_finds_rises_by_cause_among_the_complaints_that_it_sees_until_a_day() -> None:
    desk = Desk.in_memory(clock=FakeClock(MONDAY + timedelta(weeks=26)), sites=SITES).acting("Mme Roux", Role.RQR)
    for week in range(26):
        receive(desk, week, week % 2, theme=None)
    for minute in range(8):
        received = MONDAY + timedelta(weeks=25, minutes=minute)
        factories.analysed(desk, "equipment", received_at=received)
        desk.register(factories.malfunction(received), site="CRE")
    found = desk.rises()
    assert [(one.kind, one.key, len(one.cases), one.rise.week) for one in found] == [
        ("site_cause", ("CRE", "equipment"), 8, "2026-W22")
    ]
    assert {("cause", ("equipment",)), ("region", ("Île-de-France",))} < set(found[0].pooled)
    assert (
        desk.scoped(site="STD").rises() == desk.rises(as_of=date(2026, 5, 31)) == desk.rises(alarms_a_year=1e-9) == ()
    )
    receive(desk, -235, 1, theme=None)
    assert desk.rises() == found
    receive(desk, -234, 1, theme=None)
    assert desk.rises() != found, "it has five years of 52 weeks"
    for wrong in (0, 53):
        with pytest.raises(ValueError, match=f"alarms_a_year: {wrong}"):
            desk.rises(alarms_a_year=wrong)


def test_a_signal_says_what_was_seen_and_which_larger_stream_showed_it(desk: Desk) -> None:
    one = of_site(desk)

    assert (one.plan, one.week, one.since, one.observed, len(one.cases)) == (CRE, "2026-W22", "2026-W22", 8, 8)
    assert one.expected < 1
    assert one.recurrence_weeks > 52
    assert one.stream.fr == "réclamations d'un centre, par thème : Créteil, matériel et sécurité"
    assert [words.fr for words in one.pooled] == [
        "réclamations d'un centre : Créteil",
        "réclamations d'une région : Île-de-France",
        "réclamations sur un thème : matériel et sécurité",
        "toutes les réclamations",
    ]
    assert one.sentence.fr.startswith(
        "8 pour 0,5 attendus, du 25/05/2026 au 31/05/2026 ; ici, le hasard seul y mène une fois en "
    )
    assert (one.state.value, one.is_open, one.acknowledged_by) == ("new", True, None)


def test_a_signal_is_acknowledged_then_dismissed_with_a_reason(desk: Desk) -> None:
    signal = of_site(desk).reference
    desk.pgaac(CRE).acknowledge_signal(signal)
    assert of_site(desk).acknowledged_by == "Mme Roux"
    desk.pgaac(CRE).execute({"type": "dismiss_signal", "signal": signal, "reason": "une enquête"})

    one = of_site(desk)
    assert (one.state.value, one.is_open, one.dismissed_by, one.reason) == (
        "dismissed", False, "Mme Roux", "une enquête",
    )  # fmt: skip
    assert {one.reference: one for one in desk.scoped(site="CRE").signals().on_plans}[signal].dismissed_by == "Mme Roux"
    assert "une enquête" in {each["reason"] for each in desk.signals().to_document(texts=True)["on_plans"]}
    assert {each["reason"] for each in desk.signals().to_document()["on_plans"]} == {None}
    desk.pgaac(CRE).forget(signal)
    assert (of_site(desk).reason, of_site(desk).dismissed_by) == (None, None)
    assert desk.signals().on_plans[-1].reference == signal


def test_the_feed_of_plans_has_each_step_of_a_signal_for_the_desks_that_see_the_plan(desk: Desk) -> None:
    signal = of_site(desk).reference
    received: list[tuple[str, str, str | None]] = []

    def receive_event(item: PlanFeedItem) -> None:
        received.append((item.holder, item.event.type, item.event.subject))

    desk.plan_consumer("team").run_once(receive_event)
    assert sorted(received) == [
        ("nation", "signal_raised", "theme:equipment@2026-W22"),
        ("site:CRE", "signal_raised", signal),
    ]
    received.clear()
    desk.pgaac(CRE).acknowledge_signal(signal)
    desk.pgaac(CRE).dismiss_signal(signal, reason="une enquête")

    assert desk.plan_consumer("team").lag().events == 2
    desk.plan_consumer("team").run_once(receive_event)
    steps = [("site:CRE", "signal_acknowledged", signal), ("site:CRE", "signal_dismissed", signal)]
    assert received == steps
    local = desk.scoped(site="CRE")
    assert [(one.holder, one.event.type, one.event.subject) for one in local.plan_feed()][1:] == steps
    assert local.plan_consumer("local").run_once(receive_event).delivered == 3
    assert desk.scoped(site="AU0").plan_feed() == ()
    taken = [*(item.position for item in desk.feed()), *(item.position for item in desk.plan_feed())]
    assert len(set(taken)) == len(taken)


def test_a_role_that_reads_no_names_sees_a_mark(desk: Desk) -> None:
    desk.pgaac(CRE).acknowledge_signal(of_site(desk).reference)
    assert of_site(desk.acting("M. Petit", Role.HANDLING_UNIT)).acknowledged_by == HIDDEN_NAME


def test_a_plan_has_its_signals_in_its_report_and_its_document(desk: Desk) -> None:
    one = of_site(desk)
    (row,) = next(table for table in desk.reports.plan(CRE).data_tables if table.name == "signaux").records
    (document,) = desk.pgaac(CRE).current.to_document()["signals"]
    assert (row.stream, row.sentence, row.state, row.pooled) == (one.stream, one.sentence, one.state, one.pooled)
    assert (document["reference"], document["week"], document["state"]) == (one.reference, "2026-W22", "new")
    assert (document["observed"], len(document["pooled"])) == (8, 4)
    report = desk.reports.plan(CRE).only("signaux")
    shown, page, data = (plain(report_bytes(report, name).decode("utf-8-sig")) for name in ("csv", "html", "json"))
    assert row.stream.fr in shown
    for people, week in ((shown, "semaine 22 de 2026;"), (page, "<bdi>semaine 22 de 2026</bdi>")):
        assert (people.count(week), "2026-W22" in people) == (2, False)
    assert '"semaine":"2026-W22","vue_jusqu_a":"2026-W22"' in data


def test_an_action_with_the_signal_as_its_origin_is_what_came_of_it(desk: Desk) -> None:
    signal = of_site(desk)
    form = {one.name: one for one in desk.pgaac(CRE).form("add", signal.reference).fields}

    assert form["type"].values == (ActionType.PREVENTIVE.value,)
    assert form["origin"].values == (ActionOrigin.WATCH.value,)
    assert (form["origin_reference"].values, form["site"].values) == ((signal.reference,), ("CRE",))
    assert "sécurité\u00a0: 8 pour 0,5 attendus" in form["finding"].texts("fr")[0]
    assert "safety: 8 against 0.5 expected" in form["finding"].texts("en")[0]
    form = {one.name: one for one in desk.pgaac(NATION).form("add", desk.pgaac(NATION).signals[0].reference).fields}
    assert (form["level"].values, form["site"].values) == (("national",), ())
    sheet = an_action(
        reference="P-1", type=ActionType.PREVENTIVE, origin=ActionOrigin.WATCH, origin_reference=signal.reference,
        site="CRE", cases=(),
    )  # fmt: skip
    desk.pgaac(CRE).add(sheet)
    desk.pgaac(CRE).add(attrs.evolve(sheet, reference="P-2"))

    assert (of_site(desk).state.value, of_site(desk).actions) == ("action", ("P-1", "P-2"))
    assert ";P-1, P-2\r" in report_bytes(desk.reports.plan(CRE).only("signaux"), "csv").decode()
    for decide in (desk.pgaac(CRE).acknowledge_signal, partial(desk.pgaac(CRE).dismiss_signal, reason="une enquête")):
        with pytest.raises(PlanRefusedError, match="turned into an action"):
            decide(signal.reference)
    assert of_site(desk).state.value == "action"


def test_the_forms_of_a_signal_offer_the_open_ones(desk: Desk) -> None:
    service, signal = desk.pgaac(CRE), of_site(desk).reference
    field = {one.name: one for one in service.form("dismiss_signal", signal).fields}["signal"]
    assert field.values == (signal,)
    assert signal in dict(field.choices)
    service.dismiss_signal(signal, reason="une enquête")
    field = {one.name: one for one in service.form("acknowledge_signal").fields}["signal"]
    assert signal not in dict(field.choices)
    assert field.values == ()
    for command in ("dismiss_signal", "add"):
        with pytest.raises(FaultsError, match="signal: 'theme:x@2026-W22'; a signal of this plan is expected"):
            service.form(command, "theme:x@2026-W22")


def test_an_edition_reserves_a_decision_on_signals_to_roles(desk: Desk) -> None:
    other = desk.acting("M. Petit", Role.AQ)
    with pytest.raises(PlanRefusedError, match="reserves the command to other roles"):
        other.pgaac(CRE).dismiss_signal(of_site(desk).reference, reason="une enquête")
    other.pgaac(CRE).acknowledge_signal(of_site(desk).reference)


def test_signals_wait_on_the_worklist_and_in_the_digest_until_somebody_decides(desk: Desk) -> None:
    worklist = desk.worklist()

    assert worklist.signals is not None
    assert (worklist.signals.count, len(worklist.signals.first), dict(worklist.signals.by_site)) == (2, 2, {"CRE": 1})
    assert "CRE" in worklist.sites
    text = worklist.to_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Signaux à examiner : 2" in text
    assert "- réclamations d'un centre, par thème : Créteil, matériel et sécurité, 8 pour 0,5 attendus" in text
    assert worklist.to_document()["signals"][0]["count"] == 2
    desk.pgaac(CRE).acknowledge_signal(of_site(desk).reference)
    after = desk.worklist().signals
    assert after is not None
    assert (after.count, after.first[-1].state.value) == (2, "acknowledged")
    desk.pgaac(CRE).dismiss_signal(of_site(desk).reference, reason="une enquête")
    assert desk.scoped(site="CRE").worklist().signals.count == 0  # type: ignore[union-attr]
    assert desk.worklist(assigned_to="x").signals is None
    assert desk.scoped(site="STD").signals().on_plans == ()
    assert len(desk.scoped(site="CRE").signals().on_plans) == 1


def test_signals_are_asked_for_by_true_or_false(desk: Desk) -> None:
    with pytest.raises(TypeError, match="signals: True or False"):
        desk.maintenance.nightly(signals="yes")  # type: ignore[arg-type]


def test_the_effect_of_an_action_is_the_days_between_complaints_of_its_cause() -> None:
    desk = factories.new_desk(factories.at(30))
    for day in (1, 3, 5, 7, 9, 11, 13):
        factories.analysed(desk, "equipment", received_at=factories.at(day))
    for scope in (CRE, PlanScope.region("Île-de-France"), NATION):
        plan = desk.pgaac(scope)
        plan.add(factories.sheet(cause_family="equipment", level=None, site="CRE", cases=()))
        with pytest.raises(FaultsError, match="an action that is done"):
            plan.effect("A-1")
        plan.finish("A-1", evidence="la facture")
        chart = plan.effect("A-1").chart
        assert (chart.before, chart.mean, chart.limit, chart.is_fall) == ((1,) * 6, 1.0, 11, False)
        assert plan.effect("A-1", limit=7).chart == chart
        with pytest.raises(FaultsError, match="limit: 6; too many complaints"):
            plan.effect("A-1", limit=6)
        with pytest.raises(FaultsError, match="alpha"):
            plan.effect("A-1", alpha=1)
    shown = report_bytes(desk.reports.effect(CRE, "A-1").only("resume"), "csv").decode().splitlines()[1:]
    assert [line.partition(";")[2] for line in shown] == ["6;1;1;1, 1, 1, 1, 1, 1", "1;0;0;0"]
    renamed = Desk(store_of(desk), sites=Sites([Site(code="CRE", name="Créteil", region="IDF")]))
    assert renamed.pgaac(PlanScope.region("Île-de-France")).effect("A-1").chart.before == (), "no site is of it now"


def test_the_effect_of_an_action_from_a_signal_is_of_the_signals_stream() -> None:
    desk, clock = risen()
    desk.maintenance.nightly(signals=True)
    plan = desk.pgaac(CRE)
    plan.add(an_action(reference="P-1", origin_reference=of_site(desk).reference, cause_family="equipment", cases=()))
    with pytest.raises(FaultsError, match="comes from a signal"):
        plan.effect("P-1")
    plan.finish("P-1", evidence="la facture")
    clock.set(clock.now() + timedelta(weeks=18))
    receive(desk, 30, 3, theme=None)  # in other streams of the site
    chart = plan.effect("P-1").chart
    assert (chart.before, chart.after, chart.limit, chart.is_fall) == ((13,) * 12, (126,), 76, True)


@pytest.mark.parametrize(
    ("kind", "key", "days"),
    [
        ("site_theme", ("CRE", "equipment"), (1, 3, 5, 7, 9, 11)),
        ("theme", ("equipment",), (1, 3, 4, 5, 7, 8, 9, 11)),
        ("site_cause", ("CRE", "organisation"), (1, 2, 3, 5, 6, 7, 9, 11)),
        ("cause", ("organisation",), (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)),
        ("region", ("Île-de-France",), (1, 2, 3, 5, 6, 7, 9, 10, 11)),
    ],
)
def test_a_chart_of_a_signal_has_its_stream_alone(kind: str, key: tuple[str, ...], days: tuple[int, ...]) -> None:
    desk = factories.new_desk(factories.at(30))
    for day in range(1, 12):
        make = factories.registered if day == 10 else factories.analysed
        case = make(desk, site="CRE" if day % 4 else "STR", received_at=factories.at(day))
        desk.complete_facts(case.reference, theme="meals" if day in {2, 6, 10} else "equipment")
    scope = STREAMS[kind].plan_of(key)
    rise = Rise(
        stream="", week="2026-W23", since="2026-W23", until="2026-W23",
        observed=1, expected=0, recurrence_weeks=99,
    )  # fmt: skip
    found = RegisterRise(kind=kind, key=key, rise=rise, cases=("R-2026-000001",))
    (signal,) = signal_detection.raised_on(context_of(desk), scope, [found])
    plan = desk.pgaac(scope)
    plan.add(factories.sheet(level=None, site="CRE", cases=(), origin_reference=signal))
    plan.finish("A-1", evidence="la facture")

    assert plan.effect("A-1").chart.before == tuple(later - day - 1 for day, later in pairwise(days))


def test_a_corrupt_plan_does_not_prevent_the_signals_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _ = risen()
    record = signal_detection.raised_on

    def raised_on(context: DeskContext, scope: PlanScope, several: list[RegisterRise]) -> tuple[str, ...]:
        if scope == CRE:
            raise StoreDamagedError.of("register", Wording("illisible", "unreadable"), scope.key)
        return record(context, scope, several)

    monkeypatch.setattr(signal_detection, "raised_on", raised_on)
    report = desk.maintenance.nightly(signals=True)
    assert report.signals is not None
    assert {plan.key for plan, _ in report.signals} == {"nation"}
    assert [failure.step for failure in report.failures] == ["signals"]


def test_a_notebook_shows_the_signals_of_plans(desk: Desk) -> None:
    shown = desk.signals()._repr_html_()
    assert "Hausses inscrites aux plans" in shown
    assert "une fois toutes les" in shown
