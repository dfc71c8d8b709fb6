"""The views show labels in French, and nothing can be written through them."""

from __future__ import annotations

from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.views import EVENTS, VIEWS, plan
from reclamation_core.cases import TextKind
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.testing.contracts.samples import desk_on
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

    columns = ("dossier", "etat", "rang_etat", "niveau", "criticite", "recevabilite", "canal", "client", "site")
    assert told(store, "dossiers", *columns) == [
        ("R-2026-000001", "suites décidées", 3, "local", "modéré", "réclamation", "courriel", "stagiaire", "CRE")
    ]
    assert [str(day) for day in told(store, "dossiers", "jour_reception", "echeance", "reponse_attendue_le")[0]] == [
        "2026-06-01",
        "2026-06-15",
        "2026-06-15",
    ]
    assert told(store, "dossiers_sites", "site", "part") == [
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
        with store._database.engine.connect() as connection:
            names = list(connection.exec_driver_sql(f"SELECT * FROM {view}").keys())
        assert [name for name in names if not name.replace("_", "").isascii() or not name.islower()] == []
