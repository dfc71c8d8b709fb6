"""The application for Django: its schema, desks of users, the board, the admin, checks and commands."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.test.utils import override_settings
from sqlalchemy import URL

from reclamation_core.desk import OutsideScopeError
from tests.databases import emptied
from tests.hosts import django_connection
from tests.unit.desk import factories


@cache
def migrated_file() -> bytes:
    """A file of SQLite after `manage.py migrate`."""
    with TemporaryDirectory() as folder:
        connection = django_connection(URL.create("sqlite", database=f"{folder}/a.db"))
        call_command("migrate", verbosity=0)
        connection.close()
        return Path(folder, "a.db").read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: Any, tmp_path: Path) -> Iterator[Any]:
    """A database after `manage.py migrate`."""
    if request.param == "sqlite":
        content = migrated_file()
        (tmp_path / "a.db").write_bytes(content)
        connection = django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    else:
        connection = django_connection(emptied())
        call_command("migrate", verbosity=0)
    yield connection
    if request.param == "postgresql":
        call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
    connection.close()


@pytest.fixture
def models(database: Any) -> Any:  # noqa: ARG001  the models are those of the migrated database
    from reclamation_core.integrations.django import models

    return models


def user(models: Any, name: str, *roles: tuple[str, str, str], **given: Any) -> Any:
    found = get_user_model().objects.create_user(name, password="x", first_name="Mme", last_name="Roux", **given)  # noqa: S106
    for role, site, region in roles:
        models.Membership.objects.create(user=found, role=role, site=site, region=region)
    return found


@pytest.mark.usefixtures("database")
def test_the_models_are_those_of_the_migrations() -> None:
    call_command("makemigrations", "reclamation_core", check=True, dry_run=True, verbosity=0)


def test_a_user_acts_in_a_role_within_the_sites_of_that_role(models: Any) -> None:
    from reclamation_core.integrations.django.desks import desk_of

    agent = user(models, "agent", ("handling_unit", "CRE", ""), ("rqr", "", "Île-de-France"), ("rqr", "STR", ""))
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        desk, regional = desk_of(agent), desk_of(agent, "rqr")
        case = desk.register(factories.facts(), site="CRE")

        assert case.events[0].role.value == "handling_unit"
        assert regional.cases.get(case.reference).reference == case.reference
        with pytest.raises(OutsideScopeError):
            desk.register(factories.facts(), site="STR")


def test_a_user_without_a_membership_is_refused(models: Any) -> None:
    from reclamation_core.integrations.django.desks import desk_of

    nobody = user(models, "nobody")
    with pytest.raises(PermissionDenied):
        desk_of(nobody)
    with pytest.raises(PermissionDenied):
        desk_of(user(models, "agent", ("handling_unit", "", "")), "rqr")


def test_the_board_registers_a_case_for_who_is_logged_in(models: Any) -> None:
    user(models, "agent", ("handling_unit", "", ""))
    client = Client(enforce_csrf_checks=True)
    assert client.get("/reclamations/").status_code == 302
    client.login(username="agent", password="x")  # noqa: S106
    page = client.get("/reclamations/dossiers/nouveau")
    form = {"received_at": "2026-06-01T09:00", "site": "CRE"}

    assert "Mme Roux" in page.content.decode()
    assert client.post("/reclamations/dossiers/nouveau", form).status_code == 403
    form["csrfmiddlewaretoken"] = (
        page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    )
    registered = client.post("/reclamations/dossiers/nouveau", form)

    assert (registered.status_code, registered["Location"]) == (303, "/reclamations/dossiers/R-2026-000001")
    assert client.get(registered["Location"]).status_code == 200
    assert models.CaseRow.objects.get().centre == "CRE"


def test_the_board_sends_files_and_records_exports(models: Any) -> None:
    user(models, "agent", ("handling_unit", "", ""))
    client = Client()
    client.login(username="agent", password="x")  # noqa: S106
    client.post("/reclamations/dossiers/nouveau", {"received_at": "2026-06-01T09:00", "site": "CRE"})
    register = client.get("/reclamations/registre.csv")
    proofs = client.post("/reclamations/dossiers/R-2026-000001/preuves")

    assert b"R-2026-000001" in register.getvalue()
    assert register["Content-Type"] == "text/csv; charset=utf-8"
    assert proofs["Content-Disposition"] == 'attachment; filename="preuves-R-2026-000001.zip"'
    assert len(proofs.getvalue()) == int(proofs["Content-Length"])
    assert "dossier de preuves" in client.get("/reclamations/documents").content.decode().casefold()


def test_a_block_that_an_error_ends_keeps_neither_the_case_nor_the_row(models: Any) -> None:
    from reclamation_core.integrations.django.desks import desk

    def block() -> None:
        with transaction.atomic():
            desk().register(factories.facts(), site="CRE")
            user(models, "other")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        block()

    assert desk().cases.count() == 0
    assert get_user_model().objects.count() == 0


def test_the_admin_lists_cases_to_read(models: Any) -> None:
    from reclamation_core.integrations.django.desks import desk

    case = desk().register(factories.facts(), site="CRE")
    user(models, "chief", is_staff=True, is_superuser=True)
    client = Client()
    client.login(username="chief", password="x")  # noqa: S106
    page = client.get("/admin/reclamation_core/caserow/")

    assert page.status_code == 200
    assert case.reference in page.content.decode()
    assert client.get("/admin/reclamation_core/caserow/add/").status_code == 403
    assert client.get(f"/admin/reclamation_core/caserow/{case.reference}/change/").status_code == 200
    assert client.get("/admin/reclamation_core/membership/add/").status_code == 200


def test_a_view_is_not_written(models: Any) -> None:
    from reclamation_core.integrations.django.desks import desk

    desk().register(factories.facts(), site="CRE")
    row = models.CaseRow.objects.get()
    for write in (
        row.save,
        row.delete,
        models.CaseRow.objects.all().delete,
        lambda: models.CaseRow.objects.update(centre="X"),
    ):
        with pytest.raises(NotImplementedError, match="a view is read-only"):
            write()


@pytest.mark.usefixtures("database")
def test_the_nightly_command_reports_as_json() -> None:
    told = io.StringIO()
    call_command("reclamation_nightly", stdout=told)

    assert isinstance(json.loads(told.getvalue()), dict)


def test_a_membership_names_a_site_or_a_region(models: Any) -> None:
    agent = user(models, "agent", ("rqr", "CRE", ""))

    assert str(models.Membership.objects.get()) == "agent, RQR, CRE"
    with pytest.raises(Exception, match=r"(?i)constraint"), transaction.atomic():
        models.Membership.objects.create(user=agent, role="rqr", site="CRE", region="Île-de-France")


def test_checks_name_what_is_wrong(tmp_path: Path) -> None:
    from reclamation_core.integrations.django.checks import check_database, check_options
    from reclamation_core.integrations.django.desks import options

    django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    assert [one.id for one in check_options(None)] == ["reclamation.W001", "reclamation.W002"]
    assert [one.id for one in check_database(None, ["default"])] == ["reclamation.E003"]
    assert check_database(None) == []
    with override_settings(RECLAMATION={"DATABASE": "elsewhere"}):
        assert [one.id for one in check_options(None)] == ["reclamation.E002"]
    for wrong in ({"SITE": "x"}, {"SITES": str(tmp_path / "none.toml")}, {"POLICY": tmp_path / "none.toml"}):
        with override_settings(RECLAMATION=wrong):
            assert [one.id for one in check_options(None)] == ["reclamation.E001"]
            with pytest.raises(ImproperlyConfigured, match="RECLAMATION"):
                options()
    connections.close_all()


@pytest.mark.usefixtures("database")
def test_a_test_case_has_a_desk_with_a_clock() -> None:
    from reclamation_core.integrations.django.testing import ReclamationTestMixin

    desk = ReclamationTestMixin().desk(factories.at(20))
    case = desk.register(factories.facts(), site="CRE")

    assert case.events[0].recorded_at == factories.at(20)


def test_checks_find_nothing_in_a_database_that_is_set_up(database: Any) -> None:
    from reclamation_core.integrations.django.checks import check_database, check_options

    database.settings_dict["OPTIONS"] = {"init_command": "PRAGMA secure_delete=ON", "transaction_mode": "IMMEDIATE"}
    try:
        assert check_options(None) == []
        assert check_database(None, ["default"]) == []
    finally:
        database.settings_dict["OPTIONS"] = {}


@pytest.mark.usefixtures("database")
def test_a_migration_leaves_other_databases_alone(tmp_path: Path) -> None:
    from reclamation_core.integrations.django.desks import options
    from reclamation_core.integrations.django.schema import upgrade_schema

    before = options()
    other = django_connection(URL.create("sqlite", database=str(tmp_path / "other.db")), "other")
    with override_settings(RECLAMATION={"DATABASE": "elsewhere"}), other.schema_editor() as editor:
        upgrade_schema(None, editor)
    with override_settings(LANGUAGE_CODE="en"):
        assert options() == before
    assert other.introspection.table_names() == []
    other.close()
