"""The views show labels in French, and nothing can be written through them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.views import DESCRIPTIONS, EVENTS, VIEWS, plan
from reclamation_core.cases import TextKind
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.testing.contracts.samples import desk_on
from tests.inside import engine_of
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
    assert instants(store, "dossiers", "recu_le_utc", "repondu_le_utc", "clos_le_utc") == [
        case.received_at,
        None,
        None,
    ]
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
