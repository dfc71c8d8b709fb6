"""The application for Django: its schema, desks of users, the board, the admin, checks and commands."""

import inspect
import io
import json
import re
import sqlite3
import unittest
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import attrs
import pytest
from django import conf
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.management import CommandError, call_command, load_command_class
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db import models as django_models
from django.db.utils import ConnectionHandler
from django.http import QueryDict
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from reclamation_core.adapters import upgrade
from reclamation_core.adapters.sqlalchemy.schema import head
from reclamation_core.adapters.sqlalchemy.views import VIEWS
from reclamation_core.cases import CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import JobBusyError, OutsideScopeError, etag
from reclamation_core.desk.forms import FormContext, case_form
from reclamation_core.integrations.board import BoardResponse
from reclamation_core.integrations.http_requests import NOT_OF_SESSION
from reclamation_core.reporting import TextBlock
from tests.approvals import approved
from tests.databases import emptied
from tests.fragments import Page
from tests.hosts import django_connection
from tests.lazy import desks, django_apps, django_settings, django_testing, forms
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import UNSUPPORTED
from tests.unit.integrations.browser import Page as FormPage
from tests.unit.integrations.test_board_languages import french_of


@cache
def migrated_file() -> bytes:
    """A file of SQLite after `manage.py migrate`."""
    with TemporaryDirectory() as folder:
        connection = django_connection(URL.create("sqlite", database=f"{folder}/a.db"))
        call_command("migrate", verbosity=0)
        connection.close()
        return Path(folder, "a.db").read_bytes()


@pytest.fixture
def database(request: Any, tmp_path: Path) -> Iterator[Any]:
    """A database after `manage.py migrate`: SQLite, or what `on_both` names."""
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        content = migrated_file()
        (tmp_path / "a.db").write_bytes(content)
        connection = django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    else:
        connection = django_connection(emptied())
        call_command("migrate", verbosity=0)
    yield connection
    if kind == "postgresql":
        call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
    connection.close()


SEEN = {"doublons": "oui"}
"""What confirms a date that is long past by the clock of the machine."""
on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""For what depends on the database."""


@pytest.fixture
def models(database: Any) -> Any:  # noqa: ARG001  the models are those of the migrated database
    from reclamation_core.integrations.django import models

    return models


def user(models: Any, name: str, *roles: tuple[str, str, str], **given: Any) -> Any:
    found = get_user_model().objects.create_user(name, password="x", first_name="Mme", last_name="Roux", **given)  # noqa: S106
    for role, site, region in roles:
        models.Membership.objects.create(user=found, role=role, site=site, region=region)
    return found


def logged_in(models: Any, *roles: tuple[str, str, str], **given: Any) -> Client:
    client = Client()
    client.force_login(user(models, "agent", *roles, **given))
    return client


@on_both
@pytest.mark.usefixtures("database")
def test_the_models_are_those_of_the_migrations_with_the_columns_of_the_views() -> None:
    call_command("makemigrations", "reclamation_core", check=True, dry_run=True, verbosity=0)
    models = [model for model in apps.get_models() if model._meta.db_table in VIEWS]
    assert {model._meta.db_table for model in models} == VIEWS.keys()
    for model in models:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            columns = {column[0] for column in cursor.description}
        assert {field.column for field in model._meta.fields} == columns


@on_both
def test_a_user_acts_in_a_role_within_the_sites_of_that_role(models: Any) -> None:
    agent = user(models, "agent", ("handling_unit", "CRE", ""), ("rqr", "", "Île-de-France"), ("rqr", "STR", ""))
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        desk, regional = desks.desk_of(agent), desks.desk_of(agent, "rqr")
        case = desk.register(factories.facts(), site="CRE")
        assert case.events[0].role.value == "handling_unit"
        assert regional.cases.get(case.reference).reference == case.reference
        with pytest.raises(OutsideScopeError):
            desk.register(factories.facts(), site="STR")


@on_both
def test_a_user_without_a_membership_is_refused(models: Any) -> None:
    nobody = user(models, "nobody")
    with pytest.raises(PermissionDenied):
        desks.desk_of(nobody)
    with pytest.raises(PermissionDenied):
        desks.desk_of(user(models, "agent", ("handling_unit", "", "")), "rqr")


@on_both
def test_the_board_registers_a_case_for_who_is_logged_in(models: Any) -> None:
    user(models, "agent", ("handling_unit", "", ""))
    client = Client(enforce_csrf_checks=True)
    assert client.get("/reclamations/").status_code == 302
    client.login(username="agent", password="x")  # noqa: S106
    page = client.get("/reclamations/dossiers/nouveau")
    form = {"received_at": "2026-06-01T09:00", "site": "CRE", **SEEN}

    assert "Mme Roux" in page.content.decode()
    assert client.post("/reclamations/dossiers/nouveau", form).status_code == 403
    form["csrfmiddlewaretoken"] = (
        page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    )
    registered = client.post("/reclamations/dossiers/nouveau", form)

    assert (registered.status_code, registered["Location"]) == (303, "/reclamations/dossiers/R-2026-000001?fait=1")
    assert client.get(registered["Location"]).status_code == 200
    assert models.CaseRow.objects.get().centre == "CRE"


@on_both
def test_a_forged_form_is_refused_without_the_middleware_of_the_host_too(models: Any) -> None:
    user(models, "agent", ("handling_unit", "", ""))
    others = [name for name in conf.settings.MIDDLEWARE if "Csrf" not in name]
    with override_settings(MIDDLEWARE=others):
        client = Client(enforce_csrf_checks=True)
        client.login(username="agent", password="x")  # noqa: S106
        form = {"received_at": "2026-06-01T09:00", "site": "CRE", "role": "handling_unit"}
        answers = [client.post(f"/reclamations/{path}", form) for path in ("dossiers/nouveau", "role", "preuves")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not models.CaseRow.objects.exists()


@on_both
def test_the_board_sends_files_with_the_settings_of_the_application(models: Any, tmp_path: Path) -> None:
    client = logged_in(models, ("handling_unit", "", ""))
    client.post("/reclamations/dossiers/nouveau", {"received_at": "2026-06-01T09:00", "site": "CRE", **SEEN})
    register = client.get("/reclamations/registre.csv")
    proofs = client.post("/reclamations/dossiers/R-2026-000001/preuves")
    assert b"R-2026-000001" in register.getvalue()
    assert register["Content-Type"] == "text/csv; charset=utf-8"
    assert proofs["Content-Disposition"] == 'attachment; filename="preuves-R-2026-000001.zip"'
    assert len(proofs.getvalue()) == int(proofs["Content-Length"])
    assert "dossier de preuves" in client.get("/reclamations/documents").content.decode().casefold()

    (tmp_path / "letters.toml").write_text('organisation = "Afpa"\n')
    page = "/reclamations/dossiers/R-2026-000001/courriers"
    assert "le nom de l\u2019organisme" in client.get(page).content.decode()
    with override_settings(RECLAMATION={"LETTERS": tmp_path / "letters.toml"}):
        assert "le nom de l\u2019organisme" not in client.get(page).content.decode()


@pytest.mark.usefixtures("models")
def test_text_blocks_are_those_of_the_file_of_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "textes.toml"
    file.write_text('[[blocks]]\nname = "a"\ntitle = "A"\ntext = "{received}"\nthemes = ["training"]\n')
    with override_settings(RECLAMATION={"TEXT_BLOCKS": file}):
        assert [one.name for one in django_settings.board_options()["text_blocks"]] == ["a"]
    with override_settings(RECLAMATION={"TEXT_BLOCKS": [TextBlock(name="b", title="B", text="x")]}):
        assert [one.name for one in django_settings.text_blocks()] == ["b"]
    file.write_text(file.read_text().replace("training", "loisirs"))
    with (
        override_settings(RECLAMATION={"TEXT_BLOCKS": str(file)}),
        pytest.raises(ImproperlyConfigured, match="loisirs"),
    ):
        django_settings.text_blocks()


@pytest.mark.usefixtures("models")
def test_a_server_leaves_what_it_imported_out_of_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    module = "reclamation_core.integrations.django.desks"
    monkeypatch.setattr(f"{module}.leave_out_of_collections", lambda: done.append("freeze"))
    desks.desk()
    assert done == ["freeze"]


@on_both
def test_a_block_that_an_error_ends_keeps_neither_the_case_nor_the_row(models: Any) -> None:
    def block() -> None:
        with transaction.atomic():
            desks.desk().register(factories.facts(), site="CRE")
            user(models, "other")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        block()
    assert desks.desk().cases.count() == 0
    assert get_user_model().objects.count() == 0


@pytest.mark.parametrize(
    ("content", "media_type", "status", "words"),
    [
        ("text=" + "x" * 3_000_000, "application/x-www-form-urlencoded", 413, "La requête est trop longue"),
        ("a=1&" * 1_100, "application/x-www-form-urlencoded", 413, "Ce formulaire a trop de champs."),
        ("-", "multipart/form-data; boundary=", 400, "Ce formulaire ne se lit pas : envoyez-le de nouveau."),
        ("csrfmiddlewaretoken=%00<b>", "application/x-www-form-urlencoded", 403, NOT_OF_SESSION.fr),
        ("", "multipart/form-data; boundary=x", 403, NOT_OF_SESSION.fr),
    ],
    ids=("length", "fields", "boundary", "token", "empty"),
)
def test_a_form_that_django_does_not_read_has_a_page(
    models: Any, content: str, media_type: str, status: int, words: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(models, "agent", ("rqr", "", "")))
    client.get("/reclamations/dossiers/nouveau")
    page = client.post("/reclamations/dossiers/nouveau", content, content_type=media_type)
    assert (page.status_code, words in plain(page.content.decode())) == (status, True)
    with override_settings(RECLAMATION={"LANG": "en"}):
        assert 'lang="en"' in client.post("/reclamations/role", content, content_type=media_type).content.decode()


def test_a_form_of_an_ended_session_is_sent_again_from_its_page(models: Any) -> None:
    agent, client = user(models, "agent", ("rqr", "", "")), Client(enforce_csrf_checks=True)
    reference = desks.desk().register(factories.facts(), site="CRE").reference
    path, text = f"/reclamations/dossiers/{reference}/actes/add_note", "Le « 'récit\" <b>&amp;\n\n ne se perd  pas ;"

    def post(fields: dict[str, list[str]], **headers: str) -> tuple[Any, FormPage]:
        found = client.post(path, urlencode(fields, doseq=True), "application/x-www-form-urlencoded", headers=headers)
        return found, FormPage(found.content.decode())

    client.force_login(agent)
    fields = FormPage(client.get(path).content.decode()).fields | {"text": [text]}
    assert "text" not in post(fields | {"csrfmiddlewaretoken": [""]}, origin="https://other.example")[1].fields
    for is_open in (False, True):
        client.logout()
        client.cookies.clear()
        if is_open:
            client.force_login(agent)
        assert client.get("/reclamations/board.css")["Content-Type"].startswith("text/css")
        refused, page = post(fields)
        assert (refused.status_code, page.headings, page.action) == (403, ["Rien n’est enregistré"], path)
        fields = page.fields
        assert fields["text"] == [text]
    assert post(fields)[0].status_code == 303
    case = desks.desk().cases.get(reference)
    assert case.read(case.events[-1].data.text) == text


def test_another_method_is_refused_with_those_of_the_page(models: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(models, "agent", ("rqr", "", "")))
    for method, path, allowed in UNSUPPORTED:
        page = client.generic(method, f"/reclamations{path}")
        assert (page.status_code, page.get("Allow"), b"<html" in page.content) == (
            405 if allowed else 404,
            allowed,
            True,
        )
    assert client.head("/reclamations/").status_code == 200


@on_both
def test_a_view_is_not_written(models: Any) -> None:
    desks.desk().register(factories.facts(), site="CRE")
    row = models.CaseRow.objects.get()
    for write in (
        row.save,
        row.delete,
        models.CaseRow.objects.all().delete,
        lambda: models.CaseRow.objects.update(centre="X"),
        lambda: models.CaseRow.objects.bulk_create([row]),
        models.RegisteredCase.objects.get().delete,
        models.EventRow.objects.all().delete,
    ):
        with pytest.raises(NotImplementedError, match="a view is read-only"):
            write()


def test_the_nightly_command_reports_as_json(database: Any, tmp_path: Path) -> None:
    said = run("nightly", verify=True, report=tmp_path / "night.json")
    assert json.loads(said) == json.loads((tmp_path / "night.json").read_text(encoding="utf-8"))

    desks.desk().register(factories.facts(), site="CRE")
    with database.cursor() as cursor:
        cursor.execute("UPDATE reclamation_case_events SET document = '{}'")
    with pytest.raises(CommandError, match="R-2026-000001") as failed:
        run("nightly", verify=True)
    assert failed.value.returncode == 1
    with pytest.raises(CommandError, match="R-2026-000001"):
        run("verify")
    with (
        patch.object(type(desks.desk().maintenance), "nightly", side_effect=JobBusyError("nightly", factories.at(20))),
        pytest.raises(CommandError) as busy,
    ):
        run("nightly")
    assert busy.value.returncode == 3
    with database.cursor() as cursor:
        cursor.execute("UPDATE reclamation_schema SET version_num = '0007'")
    for job, remedy in ({"report": tmp_path / "none" / "x"}, "créez d'abord le dossier"), ({}, "manage.py migrate"):
        with pytest.raises(CommandError, match=remedy) as refused:
            run("nightly", **job)
        assert refused.value.returncode == 2
    with (
        patch.object(type(database), "ensure_connection", side_effect=OperationalError("no server")),
        pytest.raises(CommandError, match="la base ne répond pas : no server"),
    ):
        run("verify")


def run(*job: str, **given: Any) -> str:
    said = io.StringIO()
    call_command("reclamation", *job, stdout=said, **given)
    return said.getvalue()


@pytest.mark.usefixtures("database")
def test_a_demonstration_fills_an_empty_register_once() -> None:
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        with pytest.raises(CommandError, match=r"--messages : -3 ; un nombre entier"):
            run("demo", "--messages", "-3")
        said = run("demo", "--messages", "6")
    count = desks.desk().cases.count()
    assert (said, count > 0) == (f"{count} dossiers inventés.\n", True)
    assert "rien" in run("demo")
    assert desks.desk().cases.count() == count
    assert run("verify") == "Aucun écart.\n"


@on_both
def test_a_host_joins_the_rows_of_a_case_and_its_actions(models: Any) -> None:
    used = planned()
    assert used.pgaac("CRE").publish()

    case = models.CaseRow.objects.get(evenements__type="enregistrement", centres__centre="STR")
    action = models.ActionRow.objects.get(dossiers__dossier=case)
    published = models.PublishedActionRow.objects.get()
    assert (action.pk, published.pk) == ("site:CRE/A-1", "site:CRE/1/site:CRE/A-1")
    assert [one.famille_cause for one in case.causes.all()] == [
        "effectifs et remplacements"
    ] or case.causes.count() == 1
    assert models.EventRow.objects.get(pk=f"{case.pk}/1").numero == 1
    assert str(case) == case.dossier
    assert case.recu_le_utc == used.cases.get(case.pk).received_at
    assert len({row.pk for row in models.EventRow.objects.all()}) == models.EventRow.objects.count()


def planned() -> Any:
    used = desks.desk(clock=factories.FakeClock(factories.at(20))).acting("Mme Roux", "rqr")
    case = factories.analysed(used, "staffing", site="CRE", service_sites=("STR",))
    used.plan(case.reference, attrs.evolve(factories.sheet(), cause_family="staffing"))
    return used


@on_both
def test_the_admin_filters_and_leads_to_the_board(models: Any) -> None:
    used = planned()
    used.pgaac("CRE").publish()
    case = used.cases.find().cases[0].reference
    client = logged_in(models, is_staff=True, is_superuser=True)
    pages = {
        "caserow": (case, f"/reclamations/dossiers/{case}"),
        "eventrow": (f"{case}/1", f"/reclamations/dossiers/{case}"),
        "actionrow": ("site:CRE/A-1", "/reclamations/pgaac/site:CRE"),
        "publishedactionrow": ("site:CRE/1/site:CRE/A-1", "/reclamations/pgaac/site:CRE"),
    }
    label, labels = re.compile("<(?:label|th)\\b.*?>(.*?)</(?:label|th)>", re.DOTALL), dict[str, None]()
    for name, (key, board) in pages.items():
        address = f"/admin/reclamation_core/{name}/"
        listed = client.get(address, {"q": case if name != "actionrow" else "A-1"} if "published" not in name else {})
        shown = client.get(f"{address}{quote(key)}/change/")
        assert (listed.status_code, shown.status_code) == (200, 200)
        contents = "".join(page.content.decode().partition('id="content"')[2] for page in (listed, shown))
        for one in label.findall(contents):
            labels[" ".join([name, *re.sub("<.*?>|[:0-9]", "", one).split()])] = None
        assert f'href="{board}"' in listed.content.decode()
        assert f'href="{board}"' in shown.content.decode()
        assert client.get(f"{address}add/").status_code == 403
        assert client.post(f"{address}{quote(key)}/delete/", {"post": "yes"}).status_code == 403
    parser: Any = load_command_class("reclamation_core.integrations.django", "reclamation").create_parser("", "")
    [jobs] = parser._subparsers._group_actions
    options = [
        f"{name} {one.option_strings} {one.help}" for name, job in jobs.choices.items() for one in job._actions[1:]
    ]
    for model in apps.get_app_config("reclamation_core").get_models():
        fields = (f"{one.name} {one.verbose_name} {one.help_text}" for one in model._meta.fields)
        labels |= dict.fromkeys([str(model._meta.verbose_name), str(model._meta.verbose_name_plural), *fields])
    approved("admin.txt", [*labels, parser.description, *(one.help for one in jobs._choices_actions), *options])
    assert "1 dossier" in client.get("/admin/reclamation_core/caserow/?etat=suites décidées").content.decode()
    with override_settings(ROOT_URLCONF="django.contrib.auth.urls"):
        assert admin.site.get_model_admin(models.CaseRow).on_board(models.CaseRow.objects.get()) == ""


@on_both
def test_a_foreign_key_of_a_host_refers_to_a_case(models: Any) -> None:
    ticket = ticket_model(models)
    with connections["default"].schema_editor() as editor:
        editor.create_model(ticket)
    try:
        with transaction.atomic():
            row = ticket.objects.create(case_id="R-2026-000001")
            desks.desk().register(factories.facts(), site="CRE")
        assert ticket.objects.get(case__reference="R-2026-000001") == row
        with pytest.raises(IntegrityError), transaction.atomic():
            ticket.objects.create(case_id="R-2026-000009")
    finally:
        with connections["default"].schema_editor() as editor:
            editor.delete_model(ticket)


@cache
def ticket_model(models: Any) -> Any:
    case = django_models.ForeignKey(models.RegisteredCase, django_models.PROTECT)
    meta = type("Meta", (), {"app_label": "host"})
    return type("Ticket", (django_models.Model,), {"__module__": __name__, "Meta": meta, "case": case})


@on_both
def test_a_flush_empties_the_register_and_leaves_the_schema(models: Any) -> None:
    planned().pgaac("CRE").publish()
    user(models, "agent", ("rqr", "", ""))
    with patch("builtins.input", return_value="no"):
        call_command("flush", stdout=io.StringIO())
    assert (desks.desk().cases.count(), models.Membership.objects.count()) == (1, 1)
    with patch("builtins.input", side_effect=["yes"]):
        call_command("flush", verbosity=0)

    assert [desks.desk().cases.count(), models.Membership.objects.count(), models.ActionRow.objects.count()] == [0] * 3
    assert django_apps.check_database(None, ["default"]) == []
    assert desks.desk().register(factories.facts(), site="CRE").reference == "R-2026-000001"
    assert [*desks.desk().verify()] == []
    with override_settings(RECLAMATION={"DATABASE": "elsewhere"}):
        call_command("flush", interactive=False, verbosity=0)
    assert models.CaseRow.objects.count() == 1


@on_both
@pytest.mark.usefixtures("database")
def test_a_test_case_with_transactions_begins_with_an_empty_register() -> None:
    class Tests(django_testing.ReclamationTestMixin, TransactionTestCase):  # type: ignore[misc]  # Django has no types
        def test_one(self) -> None:
            assert self.desk(factories.at(20)).register(factories.facts(), site="CRE").reference == "R-2026-000001"

        test_two = test_one

    result = unittest.TestResult()
    unittest.TestSuite([Tests("test_one"), Tests("test_two")]).run(result)
    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
    desk = django_testing.ReclamationTestMixin().desk(factories.at(20))
    assert desk.register(factories.facts(), site="CRE").events[0].recorded_at == factories.at(20)


def test_the_newest_migration_makes_the_newest_schema() -> None:
    folder = Path(inspect.getfile(import_module("reclamation_core.integrations.django.migrations"))).parent
    newest = max(file.stem for file in folder.glob("0*.py"))
    assert import_module(f"reclamation_core.integrations.django.migrations.{newest}").Migration.schema == head()


@on_both
def test_a_membership_names_a_site_or_a_region(models: Any) -> None:
    agent = user(models, "agent", ("rqr", "CRE", ""))
    assert str(models.Membership.objects.get()) == "agent, RQR, CRE"
    both = models.Membership(user=agent, role="rqr", site="CRE", region="Île-de-France")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Membership.objects.bulk_create([both])


SAFE = {"init_command": "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;", "transaction_mode": "IMMEDIATE"}


def test_checks_name_what_is_wrong(tmp_path: Path) -> None:
    django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    mode = 'Add "transaction_mode": "IMMEDIATE" to the OPTIONS.'
    assert [(one.msg, one.hint) for one in django_apps.check_options(None)] == [
        ("SQLite leaves erased texts in its file.", f'Add "init_command": "{SAFE["init_command"]}" to the OPTIONS.'),
        ("A transaction on SQLite that reads first may fail when it writes.", mode),
    ]
    assert (django_apps.check_database(None, ["default"]), django_apps.check_database(None)) == ([], [])
    with override_settings(RECLAMATION={"DATABASE": "elsewhere"}):
        text = "?: (reclamation.E002) RECLAMATION: there is no database 'elsewhere'\n\tHINT: Name one of DATABASES."
        assert [str(one) for one in django_apps.check_options(None)] == [text]
    for wrong in ({"SITE": "x"}, ["SITES"]):
        with override_settings(RECLAMATION=wrong):
            assert [one.id for one in django_apps.check_options(None)] == ["reclamation.E001"]
            django_apps.check_database(None, ["default"])
            with pytest.raises(ImproperlyConfigured, match="RECLAMATION"):
                django_settings.options()
    connections.close_all()


@pytest.mark.parametrize(
    ("engine", "options", "warnings"),
    [
        ("django.db.backends.sqlite3", {}, ["reclamation.W001", "reclamation.W002"]),
        ("django.db.backends.sqlite3", {"transaction_mode": "IMMEDIATE"}, ["reclamation.W001"]),
        ("django.db.backends.sqlite3", {**SAFE, "transaction_mode": "DEFERRED"}, ["reclamation.W002"]),
        ("django.db.backends.sqlite3", SAFE, []),
        ("django.db.backends.postgresql", {}, []),
    ],
)
def test_the_options_of_sqlite_are_checked_and_no_others(
    engine: str, options: dict[str, str], warnings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    default = {"ENGINE": engine, "NAME": "x", "OPTIONS": options}
    monkeypatch.setattr(
        "reclamation_core.integrations.django.apps.connections", ConnectionHandler({"default": default})
    )
    assert [one.id for one in django_apps.check_options(None)] == warnings


@on_both
def test_checks_find_nothing_in_a_database_that_is_set_up(database: Any) -> None:
    database.settings_dict["OPTIONS"] = {"init_command": "PRAGMA secure_delete=ON", "transaction_mode": "IMMEDIATE"}
    try:
        assert (django_apps.check_options(None), django_apps.check_database(None, ["default"])) == ([], [])
        with database.cursor() as cursor:
            cursor.execute("DROP VIEW reclamation_v_pgaac")
        (error,) = django_apps.check_database(None, ["default"])
        assert (error.id, "`reclamation db upgrade`" in str(error.hint)) == ("reclamation.E003", True)
        upgrade(database.connection)
    finally:
        database.settings_dict["OPTIONS"] = {}


def test_an_empty_database_is_migrated_with_the_checks_of_django(tmp_path: Path) -> None:
    django_connection(URL.create("sqlite", database=str(tmp_path / "a.db")))
    call_command("migrate", verbosity=0, skip_checks=False)
    call_command("check", databases=["default"], stderr=io.StringIO())
    connections.close_all()


@on_both
def test_a_migration_leaves_other_databases_alone(models: Any, tmp_path: Path) -> None:
    before = django_settings.options()
    other = django_connection(URL.create("sqlite", database=str(tmp_path / "other.db")), "other")
    with override_settings(RECLAMATION={"DATABASE": "elsewhere"}), other.schema_editor() as editor:
        django_apps.upgrade_schema(None, editor)
        django_apps.fill_projections(None, editor)
        assert models.CaseRow.objects.all().db == "elsewhere"
    with override_settings(LANGUAGE_CODE="en"):
        assert django_settings.options() == before
    assert other.introspection.table_names() == []
    other.close()


def test_a_role_for_several_units_comes_with_each_unit_alone(models: Any) -> None:
    agent = user(models, "agent", ("rqr", "CRE", ""), ("aq", "", ""), ("rqr", "", "Grand Est"))
    one, two = (row.pk for row in models.Membership.objects.filter(role="rqr").order_by("pk"))
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        assert {role.key: role.label.fr for role in desks.roles_of(agent)} == {
            "rqr": "RQR, Créteil, Grand Est",
            f"rqr:{one}": "RQR, Créteil",
            f"rqr:{two}": "RQR, Grand Est",
            "aq": "AQ, Afpa",
        }
        desks.desk_of(agent, f"rqr:{one}").register(factories.facts(), site="CRE")
        with pytest.raises(OutsideScopeError):
            desks.desk_of(agent, f"rqr:{two}").register(factories.facts(), site="CRE")


def test_a_user_switches_roles_on_the_board_until_the_role_is_withdrawn(models: Any) -> None:
    client = logged_in(models, ("handling_unit", "CRE", ""), ("rqr", "", ""))
    page = client.get("/reclamations/dossiers?q=x").content.decode()
    assert 'name="suite" value="/dossiers?q=x"' in page
    assert '<option value="handling_unit" selected>' in page

    assert client.post("/reclamations/role", {"role": "aq"}).status_code == 403
    switched = client.post("/reclamations/role", {"role": "rqr", "suite": "/dossiers?q=x"})
    assert (switched.status_code, switched["Location"]) == (303, "/reclamations/dossiers?q=x")
    assert '<option value="rqr" selected>' in client.get("/reclamations/").content.decode()
    client.post("/reclamations/dossiers/nouveau", {"received_at": "2026-06-01T09:00", "site": "STR", **SEEN})
    assert models.CaseRow.objects.get().centre == "STR"

    models.Membership.objects.filter(role="rqr").delete()
    page = client.get("/reclamations/").content.decode()
    assert "unité de traitement, CRE" in page
    assert "<select" not in page


def test_a_form_has_the_fields_of_the_boards_form_with_what_is_known(models: Any) -> None:
    case = desks.desk().register(factories.facts(), site="CRE")
    client = logged_in(models, ("aq", "", ""))
    for command, on in (("register", None), *((one, case) for one in CommandType)):
        board = client.get(f"/reclamations/dossiers/{f'{case.reference}/actes/{command}' if on else 'nouveau'}")
        own = forms.act_form(command, on, desk=desks.desk())()
        shown, formed = (
            {one["name"]: one["type"] for one in Page(html).having("input") if one["type"][:4] in {"date", "time"}}
            for html in (board.content.decode(), own.as_div())
        )
        assert formed == shown, command
    for command in CommandType:
        form = forms.act_form(command, case)()
        expected = case_form(command, FormContext(None, TRAINING_BODY, case.zone, case=case))
        assert [*form.fields] == [*(field.key for field in expected), forms.VERSION]
        assert [form.fields[field.key].required for field in expected] == [field.is_required for field in expected]
        assert all(form.fields[field.key].label for field in expected)
        html = plain(form.as_div())
        assert all(value in html for field in expected for code, label in field.choices for value in (code, label.fr))
    assert 'value="2026-06-01T' in str(forms.act_form("correct", case)()["received_at"])
    for lang, words in {"fr": "Non précisé", "en": "Not specified"}.items():
        assert f">{words}</option>" in str(forms.act_form("correct", case, lang=lang)()["client_scope"])


def test_a_form_of_a_desk_has_what_guards_need_and_refusals_at_their_fields(models: Any) -> None:
    used = desks.desk()
    case = used.register(factories.facts(), site="CRE")
    form = forms.act_form("qualify", case, desk=used)()
    assert form.fields["severity_safety"].required
    assert [field.name for field in dict(form.groups())["Date de l’opération"]] == ["occurred_at"]
    closing = forms.act_form("close", case, desk=used)()
    assert "Impossible ici : réponse donnée" in plain(closing.fields["reason"].help_text)
    shown = forms.act_form("close", case)
    posted = {"reason": "answered", "expected_version": shown().initial.get("expected_version") or etag(case)}
    bound = shown(posted)
    assert bound.is_valid()
    assert bound.save(used) is None
    assert "répondez d'abord au client" in plain(str(bound.errors["reason"]))
    del models


@pytest.mark.usefixtures("database")
def test_a_form_in_english_has_no_french_text() -> None:
    used = desks.desk().acting("Mme Roux", "rqr")
    case = used.analyse(factories.qualified(used).reference, method="ishikawa", causes=("planning",))
    for command in (*CommandType, "register"):
        form_class = forms.act_form(command, None if command == "register" else case, desk=used, lang="en")
        form = form_class({})
        form.is_valid()
        assert french_of(f"<div>{form}{form_class()}</div>") == [], command
    refused = forms.act_form("close", case, lang="en")({"expected_version": etag(case), "reason": "answered"})
    assert refused.is_valid(), refused.errors
    assert refused.save(used) is None
    assert french_of(str(refused.errors)) == []
    with override_settings(RECLAMATION={"LANG": "en"}):
        assert french_of(f"<div>{forms.act_form('acknowledge', case)()}</div>") == []


def test_a_form_of_a_page_of_its_own_gives_a_command(models: Any) -> None:
    registration = forms.act_form("register")({"received_at": "2026-06-01T09:00", "site": "CRE", "formal": "true"})
    assert registration.is_valid(), registration.errors
    assert registration.cleaned_data == {
        "type": "register",
        "site": "CRE",
        "facts": {"type": "complaint", "received_at": "2026-06-01T09:00:00+02:00", "formal": True},
    }
    case = registration.save(desks.desk())
    for words in ("La salle est froide.", "Pas de formateur."):
        posted = {"received_at": "2026-06-01T09:00", "site": "STR", "source": "courriel", "verbatim": words}
        repeated = forms.act_form("register")(posted)
        assert (repeated.is_valid(), repeated.save(desks.desk()) is None) == (True, words == "Pas de formateur.")
    assert "mots de la demande" in plain(str(repeated.errors["source"]))
    first = forms.act_form("acknowledge", case)({"expected_version": etag(case)})
    second = forms.act_form("acknowledge", case)({"expected_version": etag(case)})

    assert first.is_valid()
    assert second.is_valid()
    assert first.save(desks.desk()).version == 2
    assert second.save(desks.desk()) is None
    assert "modifié" in plain(str(second.errors["__all__"]))
    assert models.CaseRow.objects.count() == 2


@pytest.mark.usefixtures("database")
def test_a_form_records_the_effect_on_the_measure_that_the_choice_names() -> None:
    case = desks.desk().register(factories.facts(), site="CRE")
    for measure in ("débrancher l'appareil", "prêter un autre appareil"):
        case = desks.desk().contain(case.reference, measure=measure)
    blank = forms.act_form("record_containment_effect", case)
    code = next(code for code, label in blank.base_fields["measure"].widget.choices if "prêter" in label)
    form = blank({"measure": code, "effective": "true", "effect": "oui", forms.VERSION: etag(case)})
    assert form.is_valid(), form.errors
    assert [taken.effective for taken in form.save(desks.desk()).containments] == [None, True]


@pytest.mark.usefixtures("database")
def test_a_form_asks_which_of_two_instants_a_local_time_is() -> None:
    form, posted = forms.act_form("register"), {"received_at": "2025-10-26T02:30", "site": "CRE"}
    assert "received_at_offset" not in form().fields
    asked = form(posted)
    assert not asked.is_valid()
    assert [*asked.fields][:3] == ["channel", "received_at", "received_at_offset"]
    assert "UTC+01:00" in str(asked)
    later = form({**posted, "received_at_offset": "UTC+01:00"})

    assert later.is_valid(), later.errors
    assert later.cleaned_data["facts"]["received_at"] == "2025-10-26T02:30:00+01:00"
    skipped = form({**posted, "received_at": "2025-03-30T02:30"})
    assert not skipped.is_valid()
    assert plain(skipped.errors["received_at"][0]) == (
        "Cette heure n'existe pas ; au changement d'heure, 02:30 devient 03:30."
    )


@pytest.mark.usefixtures("database")
def test_a_form_takes_dates_in_the_local_time_of_the_site() -> None:
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        form = forms.act_form("register")({"received_at": "2025-06-01T09:00", "site": "FDF"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["facts"]["received_at"] == "2025-06-01T09:00:00-04:00"
        offered = forms.act_form("register", desk=desks.desk().scoped(site="STR"))()["site"].as_widget()
        assert ("STR" in offered, "FDF" in offered) == (True, False)
        plan = desks.desk().acting("Mme Roux", "rqr").pgaac("FDF")
        plan.add(factories.sheet(site="FDF", cause_family="planning"))
        posted = {"note": "vu", "occurred_at": "2025-06-01T09:00", forms.VERSION: etag(plan.current)}
        begun = forms.act_form("progress", plan.current, action="A-1")(posted)
        assert begun.is_valid(), begun.errors
        assert begun.cleaned_data["occurred_at"] == "2025-06-01T09:00:00-04:00"


@pytest.mark.parametrize("version", [None, "*", "7", ""])
@pytest.mark.usefixtures("database")
def test_a_form_without_the_version_that_it_showed_is_refused(version: str | None) -> None:
    case = desks.desk().register(factories.facts(), site="CRE")
    form = forms.act_form("withdraw", case)({} if version is None else {forms.VERSION: version})
    assert not form.is_valid()
    assert [plain(text) for text in form.errors["__all__"]] == [
        "Ce formulaire n'indique pas de quelle version il part : ouvrez-le de nouveau."
    ]


@pytest.mark.usefixtures("database")
def test_a_form_marks_the_fields_that_are_refused() -> None:
    empty = forms.act_form("register")({})
    assert not empty.is_valid()
    assert {name: plain(texts[0]) for name, texts in empty.errors.items()} == {
        "received_at": "Ce champ est obligatoire.",
        "received_time": "L'heure hh:mm est attendue, sauf pour un courrier.",
        "site": "Ce champ est obligatoire.",
    }
    late = forms.act_form("register")({"received_at": "2126-06-01T09:00", "site": "CRE"})
    assert late.is_valid()
    assert late.save(desks.desk()) is None
    assert [*late.errors] == ["received_at"]
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        elsewhere = forms.act_form("register")({"received_at": "2026-06-01T09:00", "site": "XXX"})
        assert not elsewhere.is_valid()
        assert plain(elsewhere.errors["site"][0]) == "L'un des choix proposés est attendu."
    with pytest.raises(ValueError, match="dance"):
        forms.act_form("dance")


@pytest.mark.usefixtures("database")
def test_a_form_of_a_plan_gives_a_command_on_an_action() -> None:
    used = desks.desk(clock=factories.FakeClock(factories.at(20))).acting("Mme Roux", "rqr")
    case = factories.analysed(used, "staffing", site="CRE")
    entered = {"method": "ishikawa", "causes": ["staffing", "outside"], forms.VERSION: etag(case)}
    several = forms.act_form("analyse", case)(QueryDict(urlencode(entered, doseq=True)))
    assert several.is_valid(), several.errors
    assert several.cleaned_data["causes"] == ["staffing", "outside"]
    form = forms.act_form("plan", case)
    values = {"type": "corrective", "what": "tenir un vivier", "cause": "absence", "owner": "M. Petit", "site": "CRE"}
    values |= {"planned_on": "2026-09-01", "origin": "complaint", "cause_family": "staffing", "reference": "A-1"}
    values |= {"priority": "high", "planned": "2026-09-01", "criterion": "aucune absence", "check_on": "2026-12-01"}
    without = form({name: value for name, value in values.items() if name in form.base_fields})
    assert not without.is_valid()
    assert "ouvrez-le de nouveau" in plain(str(without.errors))
    sheet = form(
        {name: value for name, value in (values | {forms.VERSION: etag(case)}).items() if name in form.base_fields}
    )
    assert sheet.is_valid(), sheet.errors
    assert len(sheet.cleaned_data["actions"]) == 1
    assert sheet.save(used), sheet.errors

    started = forms.act_form("progress", action="A-1")({"percent": "50", "note": "en cours"})
    assert started.is_valid(), started.errors
    assert started.cleaned_data["reference"] == "A-1"
    assert started.save(used.pgaac("CRE")), started.errors
    form = forms.act_form("amend", used.pgaac("CRE").current, action="A-1")
    shown = form()
    assert shown["owner"].value() == "M. Petit"
    posted = {name: shown[name].value() for name in shown.fields} | {"owner": "Mme Blanc"}
    amended = form(posted)
    assert amended.is_valid(), amended.errors
    assert amended.save(used.pgaac("CRE")), amended.errors
    late = form(posted)
    assert late.is_valid()
    assert late.save(used.pgaac("CRE")) is None
    malfunction = forms.act_form("register", kind="malfunction")(
        {"received_at": "2026-06-01T09:00", "site": "CRE", **SEEN}
    )
    assert malfunction.is_valid(), malfunction.errors
    assert malfunction.save(used).kind.value == "malfunction"


@pytest.mark.usefixtures("database")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_posted_is_read_or_refused(data: st.DataObject) -> None:
    with transaction.atomic():
        case = desks.desk().register(factories.facts(), site="CRE")
        form = forms.act_form(data.draw(st.sampled_from(list(CommandType))), case)
        hostile = st.sampled_from(
            ["", "x", "\x00", "\ud800", "9" * 400, "true", "2026-06-01T09:00", "<script>", "é\u202e"]
        )
        posted = QueryDict(mutable=True)
        for name, field in form.base_fields.items():
            codes = [str(code) for code, _ in getattr(field.widget, "choices", ())]
            posted.setlist(
                name, data.draw(st.lists(st.sampled_from(codes) | hostile if codes else hostile, max_size=2))
            )
        entered = form(posted)
        if entered.is_valid():
            assert entered.cleaned_data["type"] == form._act.command
            assert (entered.save(desks.desk()) is None) == bool(entered.errors)
        else:
            assert entered.errors
        transaction.set_rollback(True)


def test_a_page_needs_no_lock_and_a_command_without_one_is_503(models: Any, database: Any) -> None:
    client = logged_in(models, ("rqr", "", ""))
    other = sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with patch.object(database, "transaction_mode", "IMMEDIATE"):
        database.connection.execute("PRAGMA busy_timeout = 10")
        page = client.get("/reclamations/dossiers")
        refused = client.post(
            "/reclamations/dossiers/nouveau", {"received_at": "2026-06-01T09:00", "site": "CRE", **SEEN}
        )
        other.close()
        registered = client.post(
            "/reclamations/dossiers/nouveau", {"received_at": "2026-06-01T09:00", "site": "CRE", **SEEN}
        )

    assert page.status_code == 200
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "recommencez" in plain(refused.content.decode())
    assert registered.status_code == 303


def test_an_error_of_the_database_that_stays_is_raised(models: Any, database: Any) -> None:
    client = logged_in(models, ("rqr", "", ""))
    database.connection.execute(f"DROP TABLE {models.Membership._meta.db_table}")
    with pytest.raises(OperationalError, match="no such table"):
        client.get("/reclamations/")


@pytest.mark.parametrize("path", ["registre.csv", "registre.pdf", "echeances.ics"])
def test_a_file_is_written_after_the_end_of_the_transaction(
    models: Any, database: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, states = logged_in(models, ("rqr", "", "")), []
    download = BoardResponse.download

    def watched(name: str, write: Any) -> BoardResponse:
        states.append(database.in_atomic_block)
        return download(name, write)

    monkeypatch.setattr(BoardResponse, "download", watched)
    response: Any = client.get(f"/reclamations/{path}")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert states == [False]
