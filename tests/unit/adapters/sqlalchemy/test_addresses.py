import pickle
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import URL

from reclamation_core.adapters import open_engine
from reclamation_core.adapters.sqlalchemy.addresses import (
    display_url,
    file_of,
    is_in_memory,
    read_address,
    with_name_in_memory,
)
from reclamation_core.errors import WordedError


def test_a_database_may_be_named_without_its_driver() -> None:
    for written, driver in [
        ("sqlite:///reclamations.db", "sqlite+pysqlite"),
        ("sqlite+pysqlite://", "sqlite+pysqlite"),
        ("postgres://ada@db/register", "postgresql+psycopg"),
        ("postgresql://ada@db/register", "postgresql+psycopg"),
        ("postgresql+psycopg://ada@db/register", "postgresql+psycopg"),
    ]:
        assert read_address(written).drivername == driver, written
        assert read_address(read_address(written)).drivername == driver, written


@pytest.mark.parametrize("written", ["reclamations.db", "", "://secret", "postgresql://ada:secret@db:port/x"])
def test_what_is_no_address_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(ValueError, match=r"write sqlite:///reclamations\.db or postgresql") as refused:
        read_address(written)
    assert "secret" not in str(refused.value)


def test_another_database_and_what_is_no_text_are_refused() -> None:
    with pytest.raises(ValueError, match="unsupported database 'mysql'") as refused:
        read_address("mysql://ada:secret@db/register")
    assert "secret" not in str(refused.value)
    with pytest.raises(TypeError, match="the address of a database is expected, got a int"):
        read_address(7)  # type: ignore[arg-type]


def test_an_address_is_shown_without_credentials_and_options() -> None:
    for written, seen in [
        ("postgresql://ada:secret@db:5433/register?password=secret", "postgresql://db:5433/register"),
        ("postgresql://db/register", "postgresql://db/register"),
        ("postgresql:///register?host=/run", "postgresql:///register"),
        ("sqlite:////srv/reclamations.db", "sqlite:////srv/reclamations.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite://"),
        ("postgresql://ada:secret@[::1]:5433/register", "postgresql://[::1]:5433/register"),
    ]:
        assert display_url(with_name_in_memory(read_address(written))) == seen, written


def test_each_database_in_memory_has_a_name_of_its_own() -> None:
    assert with_name_in_memory(read_address("sqlite://")) != with_name_in_memory(read_address("sqlite://"))


@pytest.mark.parametrize("written", ["sqlite:////srv/n\0.db", "postgresql://d\0b/register", "sqlite:///\ud800"])
def test_an_address_that_no_driver_takes_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="url: the address contains a NUL or a lone surrogate"):
        read_address(written)


NOT_A_URI = [f"file:/srv/x.db?mode=ro&uri={no}" for no in ("false", "0", "maybe", "true&uri=true")]


@pytest.mark.parametrize("name", ["x.db?mode=ro", "x.db?uri=true", "x.db?uri=1", "x.db?timeout=3&mode=ro", *NOT_A_URI])
def test_options_that_sqlite_would_leave_aside_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="would have no effect; remove it, or write the address as SQLite does"):
        read_address(f"sqlite:///{name}")


@pytest.mark.parametrize("yes", ["true", "True", "1", "yes", "on"])
def test_uri_is_true_for_every_spelling_that_sqlalchemy_accepts(yes: str) -> None:
    url = open_engine(f"sqlite:///file:/srv/x.db?mode=ro&uri={yes}").url
    assert file_of(url) == Path("/srv/x.db")
    assert url.get_dialect()().create_connect_args(url)[0] == ["file:/srv/x.db?mode=ro"]


STRAY = [
    "postgresql://ada:top@secret@db/register",
    "postgresql://ada@work:secret@db/register",
    "postgresql://ad/a:secret@db/register",
    "postgresql://ada:top@se?cret@db/register",
    "postgresql://ada:secret@db/register?user=ada@work",
    "postgresql://db:5433/register?password=top@secret",
    URL.create("postgresql", "ada", "top", "secret@db", database="register"),
]


@pytest.mark.parametrize("written", STRAY)
def test_an_unescaped_at_sign_is_refused_with_its_escape(written: str | URL) -> None:
    with pytest.raises(ValueError, match=r"unescaped @ or \?") as refused:
        read_address(written)
    assert "secret" not in str(refused.value)
    assert isinstance(refused.value, WordedError)
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_one_that_is_written_so_is_the_password_s() -> None:
    url = read_address("postgresql://ada:top%40secret%2F@db/register?user=ada%40work")
    assert (url.password, url.host) == ("top@secret/", "db")
    assert display_url(url) == "postgresql://db/register"


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://ada@db/a%40b",
        "postgresql://db/a%40b?sslmode=require",
        URL.create("postgresql", "ada@work", "top@?", "db", database="a@b"),
    ],
)
def test_the_name_of_a_database_may_hold_one_too(written: str | URL) -> None:
    assert unquote(read_address(written).database or "") == "a@b"  # SQLAlchemy 2.0 leaves it as it is written


@pytest.mark.parametrize(
    "written", ["sqlite://reclamations.db", "sqlite://ada:secret@host/x.db", "sqlite://:9/x.db", "sqlite://@/x.db"]
)
def test_a_file_is_written_after_three_slashes(written: str) -> None:
    with pytest.raises(ValueError, match="put three slashes before the file, four before an absolute path") as refused:
        read_address(written)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "options",
    [
        "port=abc",
        "host=a,b&port=1,2,3",
        "host=a:1&host=b:2&port=3",
        "colour=secret",
        "prepare_threshold=3",
        "connect_timeout=abc",
    ],
)
def test_options_that_postgresql_does_not_know_are_refused(options: str) -> None:
    with pytest.raises(ValueError, match="one of its options is unknown or malformed") as refused:
        read_address(f"postgresql://ada:secret@db/register?{options}")
    assert "secret" not in str(refused.value)


def test_an_option_of_the_driver_of_sqlite_that_it_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError, match="one of its options is unknown or malformed"):
        read_address("sqlite:///file:x.db?timeout=abc&uri=true")


def test_options_are_not_checked_without_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert read_address("postgresql://db/register?colour=blue").host == "db"


@pytest.mark.parametrize("part", ["postgresql://ada:se\0cret@db/x", "postgresql://db/x?options=\0&host=a&host=b\0"])
def test_a_nul_is_refused_anywhere(part: str) -> None:
    with pytest.raises(ValueError, match="contains a NUL"):
        read_address(part)


def test_the_file_of_an_address_is_returned() -> None:
    for written, file in [
        ("sqlite:///x.db", "x.db"),
        ("sqlite:////srv/at@home.db", "/srv/at@home.db"),
        ("sqlite:///file:x.db?mode=rwc&uri=true", "x.db"),
        ("sqlite:///file:///srv/r%20s.db?uri=true", "/srv/r s.db"),
        ("sqlite:///file::memory:?uri=true", None),
        ("sqlite:///file:x?mode=memory&cache=shared&uri=true", None),
        ("sqlite:///file:?uri=true", None),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
    ]:
        engine = open_engine(written)
        assert file_of(engine.url) == (None if file is None else Path(file)), written
        assert is_in_memory(engine.url) is (file is None), written


def test_a_server_is_neither_a_file_nor_in_memory() -> None:
    url = read_address("postgresql://db/register")
    assert (file_of(url), is_in_memory(url)) == (None, False)
