"""The page on directories: what needs a package that the tests do without runs with a stand-in of it."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, Self

import httpx
import pytest
from django.test import Client
from django.test.utils import override_settings
from fastapi.responses import RedirectResponse
from uvicorn.main import main as uvicorn_command
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from reclamation_core.integrations.board import ActingRole
from tests.unit.integrations.test_django import database, models, user  # noqa: F401  fixtures
from tests.unit.integrations.test_django_settings import group_model, host  # noqa: F401  a fixture

PAGE: Final = Path(__file__).parents[2] / "docs/how-to/log-in-with-a-directory.md"
PEOPLE: Final = {"uid=roux,ou=personnes,dc=example,dc=org": ("secret", "Mme Roux", ("centre-creteil", "cantine"))}
ROUX: Final = {"username": "roux", "password": ""}


@cache
def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def block(text: str) -> str:
    """Return the block of the page that needs a package, by a text in it."""
    (found,) = [one for one in blocks("text") if text in one]
    return found


def execute(code: str, names: dict[str, Any]) -> None:
    exec(compile(code, PAGE.name, "exec"), names)  # noqa: S102  a block of the page


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The application of the page, without the middleware of other origins."""
    names: dict[str, Any] = {"__name__": "page", "os": os}
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    vars(module).update(names)
    for code in blocks("python")[:2]:
        execute(code, vars(module))
    return vars(module)


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **content: Any) -> None:
    module = ModuleType(name)
    vars(module).update(content)
    monkeypatch.setitem(sys.modules, name, module)


def visit(page: dict[str, Any], *requests: tuple[str, str, Any], **transport: Any) -> list[httpx.Response]:
    """Return the answers to requests of one browser."""
    application = page["app"]

    async def visits() -> list[httpx.Response]:
        async with application.router.lifespan_context(application):
            given = {"app": application, **transport}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(**given), base_url="http://test") as client:
                return [await client.request(method, path, **more) for method, path, more in requests]

    return asyncio.run(visits())


class BindError(Exception):
    pass


class Ldap:
    """The connection of ldap3 to a directory with one person."""

    def __init__(self, server: object, name: str, password: str, *, auto_bind: bool, raise_exceptions: bool) -> None:
        assert (server, auto_bind, raise_exceptions) == ("ldaps://annuaire.example.org", True, False)
        if PEOPLE.get(name, ("",))[0] != password:
            raise BindError
        self.entries: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.entries = []

    def search(self, name: str, condition: str, scope: str, attributes: list[str]) -> None:
        assert (condition, scope, attributes) == ("(objectClass=person)", "BASE", ["cn", "memberOf"])
        _, called, groups = PEOPLE[name]
        member_of = SimpleNamespace(values=[f"cn={one},ou=groupes,dc=example,dc=org" for one in groups])
        self.entries = [Entry(cn=SimpleNamespace(value=called), memberOf=member_of)]


class Entry(SimpleNamespace):
    def __contains__(self, name: str) -> bool:
        return hasattr(self, name)


@pytest.fixture
def ldap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of ldap3 that the page uses, with the results of ldap3 2.9."""
    stand_in(monkeypatch, "ldap3", BASE="BASE", Connection=Ldap, Server=str)
    stand_in(monkeypatch, "ldap3.core")
    stand_in(monkeypatch, "ldap3.core.exceptions", LDAPBindError=BindError)
    stand_in(monkeypatch, "ldap3.utils")
    stand_in(
        monkeypatch,
        "ldap3.utils.dn",
        escape_rdn=lambda text: text.replace(",", "\\,").replace("=", "\\="),
        parse_dn=lambda name: [(*part.split("="), ",") for part in name.split(",")],
    )


@pytest.mark.usefixtures("ldap")
def test_a_person_of_the_directory_logs_in_with_the_roles_of_the_groups(page: dict[str, Any]) -> None:
    execute(block("ldap3"), page)
    login = ("POST", "/connexion", {"data": {"login": "roux", "password": "secret"}})
    wrong, injected, blank, entered, board = visit(
        page,
        ("POST", "/connexion", {"data": {"login": "roux", "password": "faux"}}),
        ("POST", "/connexion", {"data": {"login": "roux,ou=personnes", "password": "secret"}}),
        ("POST", "/connexion", {"data": {"login": "roux", "password": ""}}),
        login,
        ("GET", "/board/", {}),
    )

    assert [one.status_code for one in (wrong, injected, blank, entered, board)] == [401, 401, 401, 303, 200]
    assert "Mme Roux" in board.text
    assert [(name, roles) for name, roles, _ in page["SESSIONS"].values()] == [
        ("Mme Roux", [ActingRole("handling_unit", ("CRE",))])
    ]


class OAuth:
    """The client of Authlib, with a provider that knows one person."""

    def __init__(self) -> None:
        self.agency: Any = None

    def register(self, name: str, *, client_kwargs: dict[str, str], **_: Any) -> None:
        assert (name, client_kwargs) == ("agency", {"scope": "openid profile groups"})
        self.agency = self

    async def authorize_redirect(self, request: Any, back: Any) -> RedirectResponse:
        assert "session" in request.scope
        return RedirectResponse(f"{back}?code=1")

    async def authorize_access_token(self, request: Any) -> dict[str, Any]:
        assert request.query_params["code"] == "1"
        return {"userinfo": {"name": "M. Blanc", "groups": ["qualite"]}}


class Sessions:
    """The middleware of Starlette, which needs a package of its own."""

    def __init__(self, app: Any, *, secret_key: str, session_cookie: str, https_only: bool) -> None:
        assert (secret_key, session_cookie, https_only) == ("s", "oidc", True)
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app({**scope, "session": {}}, receive, send)


def test_a_person_of_the_identity_provider_logs_in(page: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s")
    for name in ("authlib", "authlib.integrations"):
        stand_in(monkeypatch, name)
    stand_in(monkeypatch, "authlib.integrations.starlette_client", OAuth=OAuth)
    stand_in(monkeypatch, "starlette.middleware.sessions", SessionMiddleware=Sessions)
    routes = page["app"].router.routes
    routes[:] = [route for route in routes if getattr(route, "path", "") != "/connexion"]  # the provider has the form
    execute(block("authlib"), page)

    begun, back, board = visit(
        page, ("GET", "/connexion", {}), ("GET", "/connexion/retour?code=1", {}), ("GET", "/board/", {})
    )

    assert begun.headers["location"] == "http://test/connexion/retour?code=1"
    assert (back.status_code, board.status_code) == (303, 200)
    assert "M. Blanc" in board.text


class DirectoryBackend:
    """The back end of django-auth-ldap: it mirrors the groups of the directory that the settings name."""

    def authenticate(self, request: Any, username: str = "", password: str = "") -> Any:  # noqa: ARG002
        from django.conf import settings
        from django.contrib.auth import get_user_model

        name = settings.AUTH_LDAP_USER_DN_TEMPLATE % {"user": username}
        if PEOPLE.get(name, ("",))[0] != password:
            return None
        found, _ = get_user_model().objects.get_or_create(username=username)
        mirrored = [one for one in ("RQR", "Cantine") if one in settings.AUTH_LDAP_MIRROR_GROUPS]
        found.groups.set([group_model().objects.get_or_create(name=one)[0] for one in mirrored])
        return found

    def get_user(self, user_id: int) -> Any:
        from django.contrib.auth import get_user_model

        return get_user_model().objects.filter(pk=user_id).first()


@pytest.fixture
def roles_by_group(host: Any) -> Iterator[None]:  # noqa: F811, ARG001  the host comes first
    """The roles of the page on Django, by groups."""
    roles = {"RQR": ActingRole("rqr", regions=("Grand Est",))}

    def roles_of(person: Any) -> list[ActingRole]:
        return [roles[name] for name in person.groups.values_list("name", flat=True) if name in roles]

    from django.conf import settings

    with override_settings(RECLAMATION={**settings.RECLAMATION, "ROLES": roles_of}):
        yield


@pytest.mark.usefixtures("roles_by_group")
def test_a_person_of_django_auth_ldap_has_the_roles_of_the_mirrored_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "django_auth_ldap")
    stand_in(monkeypatch, "django_auth_ldap.backend", LDAPBackend=DirectoryBackend)
    names: dict[str, Any] = {
        "ldap": SimpleNamespace(SCOPE_SUBTREE=2),
        "LDAPSearch": lambda *given: given,
        "GroupOfNamesType": object,
    }
    execute(block("AUTH_LDAP_SERVER_URI"), names)
    settings = {name: value for name, value in names.items() if name.isupper()}

    with override_settings(**settings):
        browser = Client()
        assert [browser.login(**{**ROUX, "password": word}) for word in ("faux", "secret")] == [False, True]
        board = browser.get("/board/")

    assert board.status_code == 200
    assert "RQR" in board.content.decode()


@pytest.mark.usefixtures("roles_by_group")
def test_a_person_whom_the_proxy_names_has_the_groups_of_its_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    module = ModuleType("login_of_the_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    vars(module)["__name__"] = module.__name__
    execute(block("RemoteUserBackend"), vars(module))
    group_model().objects.create(name="RQR")
    middleware = [*settings.MIDDLEWARE, f"{module.__name__}.ProxyMiddleware"]

    with override_settings(MIDDLEWARE=middleware, AUTHENTICATION_BACKENDS=[f"{module.__name__}.ProxyBackend"]):
        browser = Client()
        named = {"X-Remote-User": "blanc"}
        known = browser.get("/board/", headers={**named, "X-Remote-Groups": "RQR;Cantine"})
        stranger = Client().get("/board/", headers={"X-Remote-User": "noir"})
        left = browser.get("/board/")

    assert (known.status_code, stranger.status_code, left.status_code) == (200, 403, 302)


def test_the_options_of_uvicorn_in_the_table_exist_and_only_the_proxy_is_believed(page: dict[str, Any]) -> None:
    known = {option for parameter in uvicorn_command.params for option in parameter.opts}
    seen: list[tuple[str, str]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.append((scope["scheme"], scope["client"][0]))
        await page["app"](scope, receive, send)

    text = PAGE.read_text(encoding="utf-8")
    assert {"--proxy-headers", "--forwarded-allow-ips", "--root-path"} <= known & set(re.findall("--[a-z-]+", text))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    for client in ("10.0.0.5", "192.0.2.9"):
        trusting: Any = ProxyHeadersMiddleware(application, trusted_hosts="10.0.0.5")
        visit(page, ("GET", "/connexion", {"headers": headers}), app=trusting, client=(client, 1))
    assert seen == [("https", "192.0.2.7"), ("http", "192.0.2.9")]


def test_a_prefix_and_the_host_reach_the_board_and_a_rewritten_host_is_refused(page: dict[str, Any]) -> None:
    page["SESSIONS"]["s"] = ("Mme Roux", [ActingRole("handling_unit", ("CRE",))], page["datetime"].now(page["UTC"]))
    cookie = {"Cookie": "session=s"}
    form = {"role": "handling_unit:CRE", "suite": "/"}
    origin = {"Origin": "https://qualite.example.org", **cookie}
    board, passed, rewritten = visit(
        page,
        ("GET", "/qualite/board/", {"headers": cookie}),
        ("POST", "/qualite/board/role", {"headers": {**origin, "Host": "qualite.example.org"}, "data": form}),
        ("POST", "/qualite/board/role", {"headers": {**origin, "Host": "127.0.0.1:8000"}, "data": form}),
        root_path="/qualite",
    )

    assert (board.status_code, passed.status_code, rewritten.status_code) == (200, 303, 403)
    assert {address.split("/board/")[0] for address in re.findall(r'href="(/[^"]*)"', board.text)} == {"/qualite"}
