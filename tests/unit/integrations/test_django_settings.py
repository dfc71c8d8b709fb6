"""The application for Django: refusals of the views of a host, its own roles, units that left the list, settings."""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django import conf
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path
from sqlalchemy import URL

from reclamation_core.adapters import FolderDocumentStore, FsspecDocumentStore
from reclamation_core.cases import CaseState, NewDocument
from reclamation_core.desk import Desk
from reclamation_core.errors import ErrorKind, Fault, FaultsError, ReclamationError
from reclamation_core.integrations.board import ActingRole
from reclamation_core.wording import Wording
from tests.hosts import django_connection
from tests.inside import context_of, store_of
from tests.lazy import desks, django_apps
from tests.lazy import django_settings as settings
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.test_django import database, models, user  # noqa: F401  fixtures


def group_model() -> Any:
    from django.contrib.auth.models import Group

    return Group


MIDDLEWARE = "reclamation_core.integrations.django.middleware.ReclamationErrorMiddleware"
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "fr-FR,fr;q=0.9,en;q=0.8"}
RAISED: list[ReclamationError] = []


def show_case(request: HttpRequest, reference: str) -> HttpResponse:
    """A view of the host, as the documentation has it."""
    return HttpResponse(desks.desk_for(request).cases.get(reference).state.label())


def write_and_fail(_: HttpRequest) -> HttpResponse:
    """A view that writes a row of the host before the library refuses."""
    group_model().objects.create(name="half")
    with transaction.atomic():
        raise RAISED[0]


@pytest.fixture
def host(models: Any) -> Iterator[Any]:  # noqa: F811
    """A host with the middleware, transactions of requests, a log-in page and views of its own."""
    from django.contrib.auth.views import LoginView

    addresses = ModuleType("host_addresses")
    vars(addresses)["urlpatterns"] = [
        path("cases/<reference>", show_case),
        path("fail", write_and_fail),
        path("login", LoginView.as_view(template_name="admin/login.html"), name="login"),
        path("board/", include("reclamation_core.integrations.django.urls")),
        path("admin/", admin.site.urls),
    ]
    with override_settings(
        ROOT_URLCONF=addresses,
        MIDDLEWARE=[*conf.settings.MIDDLEWARE, MIDDLEWARE],
        LOGIN_URL="login",
        LOGIN_REDIRECT_URL="/board/",
        RECLAMATION={"SITES": factories.SITES},
    ):
        yield models


def logged_in(name: str = "agent") -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return client


def test_an_error_of_a_view_is_a_page_for_a_browser(host: Any) -> None:
    user(host, "agent", ("rqr", "CRE", ""))
    response = logged_in().get("/cases/R-2026-000009", headers=PAGE)
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    message = "le dossier « R-2026-000009 » est introuvable ; vérifiez la référence"
    words = re.findall(r'lang="\w+"|(?<=>)[^<>\n]+(?=<)', response.content.decode())
    assert [*map(plain, words)] == ['lang="fr"', "introuvable", "introuvable", message]


def test_an_error_of_a_view_is_problem_details_for_a_program(host: Any) -> None:
    user(host, "agent", ("rqr", "CRE", ""))
    client = logged_in()
    response = client.get("/cases/R-2026-000009", headers={"accept-language": "en"})
    document = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert (document["status"], document["kind"], document["title"]) == (404, "not_found", "not found")
    assert client.get("/cases/<b>", headers=PAGE).content.decode().count("<b>") == 0


@pytest.mark.parametrize("kind", ErrorKind, ids=str)
def test_each_kind_of_error_has_its_status_and_keeps_nothing(host: Any, kind: ErrorKind) -> None:
    class OwnError(ReclamationError):
        code = "own"

    OwnError.kind = kind
    RAISED[:] = [OwnError("refusé <b>")]
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    try:
        answers = [Client().get("/fail", headers=headers) for headers in (PAGE, {})]
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False

    assert [answer.status_code for answer in answers] == [kind.status] * 2
    assert "<b>" not in answers[0].content.decode()
    assert not group_model().objects.filter(name="half").exists()
    del host


def test_faults_are_in_the_problem_details(host: Any) -> None:
    RAISED[:] = [FaultsError([Fault("site", "X", Wording("un centre est attendu", "a site is expected"))])]
    [fault] = json.loads(Client().get("/fail").content)["faults"]
    assert fault["path"] == "site"
    assert "un centre est attendu" in fault["detail"]
    del host


def test_another_error_of_a_view_is_left_to_django(host: Any) -> None:
    user(host, "nobody")
    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.get(username="nobody"))
    assert client.get("/cases/x", headers=PAGE).status_code == 403
    RAISED.clear()
    assert client.get("/fail").status_code == 500


def test_who_is_not_of_the_staff_logs_in_and_reaches_the_board(host: Any) -> None:
    user(host, "agent", ("rqr", "CRE", ""))
    client = Client()
    assert client.get("/board/", follow=True).redirect_chain == [("/login?next=/board/", 302)]
    entered = client.post("/login?next=/board/", {"username": "agent", "password": "x", "next": "/board/"}, follow=True)
    assert entered.status_code == 200
    assert "Mme Roux" in entered.content.decode()


def test_an_address_of_the_board_is_decoded_once(host: Any) -> None:
    user(host, "agent", ("rqr", "", ""))
    with override_settings(RECLAMATION={}):
        for code in ("%3Ctitle%3E", "<title>"):
            used = desks.desk(clock=factories.FakeClock(factories.at(20))).acting("Mme Roux", "rqr")
            used.pgaac(code).add(factories.sheet(site=code, cause_family="planning"))
        for written, shown in (("%253Ctitle%253E", "%3Ctitle%3E"), ("%3Ctitle%3E", "&lt;title&gt;")):
            page = logged_in().get(f"/board/pgaac/site%3A{written}").content.decode()
            assert f"<h1>PGAAC – centre {shown}</h1>" in plain(page)


# Memberships of units that are not in the list


@pytest.mark.parametrize(
    ("site", "region", "field", "words"),
    [
        ("ZZZ", "", "site", "pas dans la liste des centres"),
        ("", "Nulle part", "region", "Aucun centre de la liste"),
        ("CRE", "Île-de-France", "region", "Choisissez un centre ou une région"),
    ],
)
def test_a_membership_of_an_unknown_unit_is_refused_at_saving(
    host: Any, site: str, region: str, field: str, words: str
) -> None:
    agent = user(host, "agent")
    with pytest.raises(ValidationError, match="role"):
        host.Membership.objects.create(user=agent, role="manager")
    with pytest.raises(ValidationError) as refused:
        host.Membership.objects.create(user=agent, role="rqr", site=site, region=region)
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError):
        host.Membership(user=agent, role="rqr", site=site, region=region).full_clean()
    admin = get_user_model().objects.create_superuser("chef", password="x")  # noqa: S106
    client = Client()
    client.force_login(admin)
    posted = {"user": agent.pk, "role": "rqr", "site": site, "region": region}
    page = client.post("/admin/reclamation_core/membership/add/", posted)

    assert (page.status_code, words in plain(page.content.decode())) == (200, True)
    assert host.Membership.objects.count() == 0


def test_a_unit_that_left_the_list_gives_no_role(host: Any) -> None:
    agent = user(host, "agent", ("rqr", "CRE", ""))
    left = host.Membership(user=agent, role="rqr", site="OLD")
    host.Membership.objects.bulk_create([left, host.Membership(user=user(host, "gone"), role="rqr", site="OLD")])
    client = logged_in()
    pages = [client.get(f"/board/{path}").status_code for path in ("", "dossiers", "pgaac", "documents", "questions")]
    assert pages == [200] * 5
    assert [role.sites for role in desks.roles_of(agent)] == [("CRE",)]
    refused = logged_in("gone").get("/board/")
    assert refused.status_code == 403
    assert "Aucun rôle ne vous est attribué" in plain(refused.content.decode())
    with pytest.raises(PermissionDenied):
        desks.desk_of(get_user_model().objects.get(username="gone"))


def test_check_names_the_memberships_of_units_that_left(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    agent = user(host, "agent", ("rqr", "CRE", ""))
    host.Membership.objects.bulk_create([host.Membership(user=agent, role="aq", site="OLD")])
    call_command("check")
    assert capsys.readouterr().err.partition("\nagent")[2].split("\n\n")[0] == (
        ", AQ, OLD: (reclamation.W003) The membership agent, AQ, OLD is for a unit that is not in the list of sites: "
        "it gives no role there.\n\tHINT: Correct the membership or delete it in the admin, or add the unit to SITES."
    )


def test_check_without_the_tables_finds_no_membership(tmp_path: Path) -> None:
    connection = django_connection(URL.create("sqlite", database=str(tmp_path / "empty.db")))
    with override_settings(RECLAMATION={"SITES": factories.SITES}):
        assert django_apps.check_memberships(None) == []
    connection.close()


# Roles of the host's own


def roles_by_group(person: Any) -> Iterator[ActingRole]:
    """The roles of a user by the names of groups, as a directory has them."""
    for group in person.groups.order_by("name"):
        _, role, site = group.name.split(":")
        yield ActingRole(role, (site,) if site else ())


def own(function: Any) -> Any:
    return override_settings(RECLAMATION={"SITES": factories.SITES, "ROLES": function})


@pytest.mark.parametrize("function", [roles_by_group, f"{__name__}.roles_by_group"])
def test_groups_give_roles_and_sites(host: Any, function: Any) -> None:
    agent = user(host, "agent", ("aq", "", ""))
    agent.groups.add(*(group_model().objects.create(name=f"rec:{name}") for name in ("handling_unit:CRE", "rqr:OLD")))
    with own(function):
        [role] = desks.roles_of(agent)
        assert (role.role.value, role.sites, role.regions) == ("handling_unit", ("CRE",), ())
        assert desks.desk_of(agent).register(factories.facts(), site="CRE").state is CaseState.REGISTERED
        called: list[Any] = []

        def counted(person: Any) -> list[ActingRole]:
            called.append(person)
            return list(roles_by_group(person))

        with own(counted):
            page = logged_in().get("/board/dossiers/nouveau")
        assert len(called) == 1  # it may ask a directory
        assert 'value="CRE" selected' in page.content.decode()
        agent.groups.clear()
        assert desks.roles_of(agent) == ()
        assert logged_in().get("/board/").status_code == 403


@pytest.mark.parametrize("function", ["none.such", "os.sep", 7, lambda _: ["rqr"], lambda _: None])
def test_a_function_of_roles_that_is_none_is_named(host: Any, function: Any) -> None:
    agent = user(host, "agent")
    with own(function):
        if not callable(function):
            assert [one.id for one in django_apps.check_options(None)][:1] == ["reclamation.E001"]
        with pytest.raises(ImproperlyConfigured, match="ROLES"):
            desks.roles_of(agent)


# Settings of the board


def key(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    written = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "key.pem"
    file.write_bytes(written)
    return file


def test_the_board_has_the_settings_of_the_application(host: Any, tmp_path: Path) -> None:
    links = [("Aide <b>", "https://aide.example/?a=1&b=2"), ("Se déconnecter", "/logout/", True)]
    given = {"TITLE": "Écoute & qualité", "CALENDAR_DOMAIN": "plaintes.example", "AGENCY": "Greta", "LINKS": links}
    user(host, "agent", ("rqr", "", ""))
    with override_settings(RECLAMATION={**given, "SITES": factories.SITES, "SIGNING_KEY": key(tmp_path)}):
        used: Desk = desks.desk(clock=factories.FakeClock(factories.at(20)))
        factories.registered(used.acting("Mme Roux", "rqr"))
        client = logged_in()
        page = client.get("/board/").content.decode()
        calendar = b"".join(client.get("/board/echeances.ics")).decode()
        audit = client.post("/board/preuves", {"du": "", "au": ""})
        assert str(host.Membership.objects.get()) == "agent, RQR, Greta"

        assert "Écoute &amp; qualité</title>" in page
        assert "RQR, Greta" in page
        assert '<a href="https://aide.example/?a=1&amp;b=2">Aide &lt;b&gt;</a>' in page
        assert '<form method="post" action="/logout/"><input type="hidden" name="csrfmiddlewaretoken"' in page
        assert "/dossiers?suivi=agent" in page
        assert "@plaintes.example" in calendar
        assert "manifest.json.sig" in zipfile.ZipFile(io.BytesIO(b"".join(audit))).namelist()


def test_the_board_is_in_the_language_of_the_setting_the_application_or_the_browser(host: Any) -> None:
    user(host, "agent", ("rqr", "", ""))
    locale = [*conf.settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    languages = []
    for setting, middleware, cookie in (
        ({}, conf.settings.MIDDLEWARE, ""),
        ({}, locale, "fr"),
        ({"LANG": "fr"}, conf.settings.MIDDLEWARE, ""),
    ):
        with override_settings(RECLAMATION=setting, MIDDLEWARE=middleware):
            client = logged_in()
            client.cookies["django_language"] = cookie
            page = client.get("/board/", headers={"accept-language": "en-GB, fr;q=0.5"})
            languages.append(page.headers["Content-Language"])
            assert f'<html lang="{languages[-1]}">' in page.content.decode()

    assert languages == ["en", "fr", "fr"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"TITLE": " "},
        {"LANG": "de"},
        {"CALENDAR_DOMAIN": "a b"},
        *(
            {key: 7}
            for key in ("AGENCY", "SITES", "TAXONOMY", "SCAN_DOCUMENT", "LETTERS", "SIGNING_KEY", "CALENDAR_DOMAIN")
        ),
        *({key: "/nowhere/x"} for key in ("SITES", "POLICY", "LETTERS", "TEXT_BLOCKS", "SIGNING_KEY")),
        {"DOCUMENTS": "/dev/null/x"},
        {"SIGNING_KEY": b"no key"},
        *({"LINKS": [("x", address)]} for address in ("javascript:alert(1)", "//evil.example")),
        *({"LINKS": [wrong]} for wrong in (7, "x", ("x", "https://evil.example/", True))),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named(host: Any, wrong: dict[str, Any]) -> None:
    with override_settings(RECLAMATION=wrong):
        [error] = [one for one in django_apps.check_options(None) if one.id == "reclamation.E001"]
        with pytest.raises(ImproperlyConfigured, match=next(iter(wrong))) as refused:
            _ = settings.board_options(), settings.agency(), settings.largest_upload()
        assert error.msg == str(refused.value)
    del host


@pytest.mark.usefixtures("host")
def test_the_documents_of_cases_are_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: object) -> None:
        return None

    for given, kind in ((str(tmp_path / "a"), FolderDocumentStore), ("memory://a", FsspecDocumentStore)):
        with override_settings(RECLAMATION={"DOCUMENTS": given, "SCAN_DOCUMENT": nothing}):
            context = context_of(desks.desk())
            assert isinstance(context.documents, kind)
            assert context.scan_document is nothing
            case = desks.desk().register(factories.facts(), site="CRE")
            document = NewDocument(name="a.txt", content=b"Bonjour")
            desks.desk().add_support(case.reference, kind="letter", title="a", documents=[document])
            assert len(list(context.documents.keys(_register(desks.desk()), factories.at(1).replace(year=2100)))) == 1
    monkeypatch.setitem(sys.modules, "puremagic", None)
    with override_settings(RECLAMATION={"DOCUMENTS": str(tmp_path / "b")}):
        assert "install the extra 'documents'" in django_apps.check_options(None)[0].msg


def _register(desk: Desk) -> str:
    keys = store_of(desk).document_keys
    assert keys is not None
    return keys.register()
