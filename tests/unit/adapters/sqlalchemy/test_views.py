"""The views show labels in French, and nothing can be written through them."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import SqlAlchemyStore, write_sites
from reclamation_core.adapters.sqlalchemy.tables import CASE_PERIODS
from reclamation_core.adapters.sqlalchemy.views import DESCRIPTIONS, EVENTS, PERIOD_NAMES, VIEWS, VIEWS_WITH_TEXTS, plan
from reclamation_core.cases import ClosingReason, TextKind
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.desk import Desk
from reclamation_core.indicators import STREAMS
from reclamation_core.plans import ActionOrigin, ActionType, PlanScope
from reclamation_core.plans.codes import SignalState
from reclamation_core.plans.events import SignalContinued, SignalRaised
from reclamation_core.plans.signals import SignalSheet
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.contracts.samples import SITES, desk_on
from reclamation_core.vocabulary import Sites
from tests.inside import engine_of, raise_signal
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.desk import factories


def told(store: SqlAlchemyStore, view: str, *columns: str) -> list[tuple[Any, ...]]:
    return rows(store, f"SELECT {', '.join(columns)} FROM reclamation_v_{view} ORDER BY 1, 2")


def with_an_action(store: SqlAlchemyStore) -> Desk:
    desk = desk_on(store)
    case = factories.analysed(desk, "organisation", site="CRE", service_sites=("STR",))
    desk.plan(case.reference, factories.sheet())
    return desk


def test_a_case_is_shown_in_french(store: SqlAlchemyStore) -> None:
    with_an_action(store)

    columns = (
        "dossier",
        "etat",
        "rang_etat",
        "niveau",
        "criticite",
        "recevabilite",
        "canal",
        "qualite_auteur",
        "centre",
    )
    assert told(store, "dossiers", *columns) == [
        ("R-2026-000001", "suites décidées", 3, "local", "modéré", "réclamation", "courriel", "stagiaire", "CRE")
    ]
    assert [str(day) for day in told(store, "dossiers", "jour_reception", "echeance", "reponse_attendue_le")[0]] == [
        "2026-06-01",
        "2026-06-15",
        "2026-06-15",
    ]
    assert told(store, "dossiers_sites", "centre", "role_du_centre") == [
        ("CRE", "enregistrement"),
        ("CRE", "traitement"),
        ("STR", "prestation"),
    ]
    assert told(store, "dossiers_causes", "dossier", "famille_cause") == [("R-2026-000001", "organisation")]
    assert told(store, "evenements", "numero", "type", "role")[0] == (1, "enregistrement", "RQR")


def test_each_case_has_an_admissibility(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    for changes in ({}, {"nature": "general_opinion"}, {"requirement": None}):
        desk.register(factories.facts(**changes), site="CRE")
    desk.register(factories.malfunction(), site="CRE")
    shown = [found for _, found in told(store, "dossiers", "dossier", "recevabilite")]
    assert shown == [one.admissibility.label() for one in desk.cases.summaries().summaries]
    assert shown == ["réclamation", "hors du cadre", "à clarifier", "sans objet"]


def test_an_action_is_shown_with_its_texts_until_they_are_forgotten(store: SqlAlchemyStore) -> None:
    desk = with_an_action(store)
    columns = ("perimetre", "code_perimetre", "numero", "type", "etat", "action", "pilote", "cause", "critere")

    assert told(store, "actions", *columns) == [
        (
            "centre",
            "CRE",
            "A-1",
            "corrective",
            "à faire",
            "tenir un vivier de remplaçants",
            "M. Petit",
            "personne ne remplace le formateur absent",
            "aucune séance annulée en trois mois",
        )
    ]
    assert told(store, "actions_dossiers", "plan", "numero", "dossier") == [("centre CRE", "A-1", "R-2026-000001")]

    desk.pgaac("CRE").forget("A-1", kinds=[TextKind.PERSONAL])
    assert told(store, "actions", "action", "pilote") == [("tenir un vivier de remplaçants", None)]


def test_the_view_of_a_published_plan_shows_its_lines_at_publication(store: SqlAlchemyStore) -> None:
    desk = with_an_action(store)
    desk.pgaac("CRE").publish()
    factories.judged(desk.pgaac("CRE"))
    desk.pgaac("CRE").publish(recipients=["CODIR", "PCS"])
    desk.pgaac(PlanScope.nation()).publish()
    columns = ("edition", "perimetre", "plan", "numero", "etat", "efficacite", "action")
    assert told(store, "pgaac", *columns) == [
        (1, "centre", "centre CRE", "A-1", "à faire", None, "tenir un vivier de remplaçants"),
        (1, "national", "centre CRE", "A-1", "évaluée", "efficace", "tenir un vivier de remplaçants"),
        (2, "centre", "centre CRE", "A-1", "évaluée", "efficace", "tenir un vivier de remplaçants"),
    ]
    assert rows(store, "SELECT recipients FROM reclamation_published_plans WHERE number = 2") == [("CODIR\nPCS",)]


def instants(store: SqlAlchemyStore, view: str, *columns: str) -> list[datetime | None]:
    """Return the instants of the first row; SQLite has texts, PostgreSQL times without a time zone."""
    with engine_of(store).connect() as connection:
        if connection.dialect.name == "postgresql":  # a reader elsewhere sees the same
            connection.exec_driver_sql("SET TIME ZONE 'America/Cayenne'")
        found = connection.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM reclamation_v_{view} ORDER BY 1"
        ).fetchone()
        connection.rollback()
    assert found is not None
    read = [datetime.fromisoformat(value) if isinstance(value, str) else value for value in found]
    assert all(value is None or value.tzinfo is None for value in read)
    return [None if value is None else value.replace(tzinfo=UTC) for value in read]


def test_the_instants_of_the_views_are_those_of_the_case_and_the_plan(store: SqlAlchemyStore) -> None:
    desk = with_an_action(store)
    case = desk.cases.find().cases[0]
    plan_ = desk.pgaac("CRE")
    factories.judged(plan_)
    published = plan_.publish()

    case = desk.cases.get(case.reference)
    assert instants(store, "dossiers", "recu_le_utc", "repondu_le_utc", "clos_le_utc") == [case.received_at, None, None]
    first = case.events[0]
    assert instants(store, "evenements", "survenu_le_utc", "enregistre_le_utc") == [
        first.occurred_at,
        first.recorded_at,
    ]
    action = plan_.current.action("A-1")
    assert instants(store, "actions", "inscrite_le_utc", "realisee_le_utc", "evaluee_le_utc") == [
        action.added,
        action.done,
        None if action.judgement is None else action.judgement.at,
    ]
    assert instants(store, "pgaac", "publiee_le_utc", "inscrite_le_utc") == [published.published_at, action.added]


def test_every_view_has_a_description_that_postgresql_holds(store: SqlAlchemyStore) -> None:
    assert DESCRIPTIONS.keys() == VIEWS.keys()
    if engine_of(store).dialect.name == "postgresql":
        found = rows(store, "SELECT obj_description('reclamation_v_dossiers'::regclass)")
        assert found == [("Un dossier par ligne, dans son état actuel. Instants en UTC.",)]


def test_no_view_but_two_has_a_text_of_a_case_or_a_plan(store: SqlAlchemyStore) -> None:
    with_an_action(store).pgaac("CRE").publish()
    tables = ("case_texts", "plan_texts")
    texts = [row[0] for table in tables for row in rows(store, f"SELECT text FROM reclamation_{table}")]
    assert len(texts) > 5
    shown = {view: str(rows(store, f"SELECT * FROM {view}")) for view in VIEWS}
    assert {view for view, cells in shown.items() if any(text in cells for text in texts)} == VIEWS_WITH_TEXTS
    for view in VIEWS_WITH_TEXTS:
        name = view.replace("_v_", "_v_suivi_")
        with engine_of(store).connect() as connection:
            every, others = (list(connection.exec_driver_sql(f"SELECT * FROM {one}").keys()) for one in (view, name))
        assert others == [column for column in every if column not in {"cause", "action", "pilote", "critere"}]


def test_the_view_of_periods_has_every_column_of_its_table(store: SqlAlchemyStore) -> None:
    assert list(PERIOD_NAMES) == [column.name for column in CASE_PERIODS.columns]
    desk = desk_on(store)
    case = factories.answered(desk)
    desk.close(case.reference, reason=ClosingReason.ANSWERED)
    now = ("issue_delai", "jours_calendaires", "dans_le_cadre", "est_actuel", "dernier_du_cycle", "cycle_termine")

    last = told(store, "periodes", "connu_depuis_utc", *now)[-1]
    answered = case.answer_cycles[-1].answered_at
    assert answered is not None
    days = (case.day_of(answered) - case.received_on).days
    issue = "dans les délais" if case.deadline and case.day_of(answered) <= case.deadline.due else "en retard"
    assert last[1:] == (issue, days, "oui", "oui", "oui", "non")
    assert told(store, "dossiers", "issue_delai", "jours_calendaires", "region") == [(issue, days, None)]
    write_sites(engine_of(store), SITES)
    assert {row[0] for row in told(store, "periodes", "region", "connu_depuis_utc")} == {"Île-de-France"}
    assert told(store, "centres", "centre", "region") == sorted((code, SITES[code].region) for code in SITES)
    write_sites(engine_of(store).url, Sites())
    assert told(store, "centres", "centre", "nom") == []


def test_the_view_of_signals_shows_what_became_of_each(store: SqlAlchemyStore) -> None:
    desk, plan_ = desk_on(store), PlanScope.site("CRE")
    sheet = SignalSheet(
        kind="site_theme",
        key=("CRE", "quality"),
        week="2026-W14",
        since="2026-W13",
        until="2026-W14",
        observed=5,
        expected=1.2,
        recurrence_weeks=620,
        cases=("R-2026-000001",),
    )
    sheets = [attrs.evolve(sheet, key=("CRE", theme)) for theme in ("a", "b", "c", "d", "e")]
    for one in sheets:
        raise_signal(desk, plan_, SignalRaised(sheet=one))
    first = sheets[0].reference
    raise_signal(desk, plan_, SignalContinued(signal=first, until="2026-W15"), first)
    desk.pgaac(plan_).acknowledge_signal(sheets[1].reference)
    for dismissed in (sheets[2].reference, again := sheets[4].reference):
        desk.pgaac(plan_).dismiss_signal(dismissed, reason="une enquête a eu lieu")
    raise_signal(desk, plan_, SignalContinued(signal=again, until="2026-W15"), again)
    of_signal = {"type": ActionType.PREVENTIVE, "origin": ActionOrigin.WATCH, "origin_reference": sheets[3].reference}
    desk.pgaac(plan_).add(an_action(reference="P-1", **of_signal))

    columns = ("signal", "semaine", "debut_fenetre", "derniere_semaine", "observes", "attendus")
    found = told(store, "signaux", *columns, "semaines_de_recurrence", "etat", "flux")
    assert {row[:8] for row in found} == {
        (
            *(one.reference, one.week, one.since, one.until, one.observed, one.expected, one.recurrence_weeks),
            one.state.label("fr"),
        )
        for one in desk.signals().on_plans
    }
    assert {row[7] for row in found} == {state.label("fr") for state in SignalState}
    assert {row[8] for row in found} <= {one.label.fr for one in STREAMS.values()}


def test_every_type_of_event_has_a_label() -> None:
    assert EVENTS.keys() == CASE_EVENTS.classes.keys()
    assert len(set(EVENTS.values())) == len(EVENTS)


def test_a_family_of_causes_is_shown_by_its_label_where_it_is_known(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    case = factories.analysed(desk, "equipment", "organisation")
    desk.plan(case.reference, factories.sheet(cause_family="equipment"))
    assert sorted(row[0] for row in told(store, "dossiers_causes", "famille_cause", "dossier")) == [
        "organisation",
        "équipements et matière d'œuvre",
    ]
    assert told(store, "actions", "famille_cause", "numero") == [("équipements et matière d'œuvre", "A-1")]


SCOPES = [PlanScope.site("CRE"), PlanScope.site("region:l'Est"), PlanScope.region("Grand Est"), PlanScope.nation()]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_a_plan_is_shown_as_the_library_shows_it(store: SqlAlchemyStore, scope: PlanScope) -> None:
    asked = f"SELECT {plan('asked.scope')} FROM (SELECT CAST(:key AS TEXT) AS scope) AS asked"
    assert rows(store, asked, key=scope.key) == [(scope.label(),)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_only_for_reading(store: SqlAlchemyStore, view: str) -> None:
    with pytest.raises(Exception, match="cannot"):
        run(store, f"DELETE FROM {view}")


def test_every_column_of_a_view_has_a_name_that_needs_no_quotes(store: SqlAlchemyStore) -> None:
    for view in VIEWS:
        with engine_of(store).connect() as connection:
            names = list(connection.exec_driver_sql(f"SELECT * FROM {view}").keys())
        assert [name for name in names if not name.replace("_", "").isascii() or not name.islower()] == []
