from __future__ import annotations

import pytest

from reclamation_core.adapters.sqlalchemy.addresses import read_address, settled, shown


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("sqlite:///reclamations.db", "sqlite+pysqlite"),
        ("sqlite+pysqlite://", "sqlite+pysqlite"),
        ("postgres://ada@db/register", "postgresql+psycopg"),
        ("postgresql://ada@db/register", "postgresql+psycopg"),
        ("postgresql+psycopg://ada@db/register", "postgresql+psycopg"),
    ],
)
def test_a_database_may_be_named_without_its_driver(written: str, driver: str) -> None:
    assert read_address(written).drivername == driver
    assert read_address(read_address(written)).drivername == driver


@pytest.mark.parametrize("written", ["reclamations.db", "", "://secret", "postgresql://ada:secret@db:port/x"])
def test_what_is_no_address_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(ValueError, match=r"write sqlite:///reclamations\.db or postgresql") as refused:
        read_address(written)

    assert "secret" not in str(refused.value)


def test_another_database_is_refused_by_its_name_alone() -> None:
    with pytest.raises(ValueError, match="'mysql' is no database that is known here") as refused:
        read_address("mysql://ada:secret@db/register")

    assert "secret" not in str(refused.value)


def test_an_address_is_a_text() -> None:
    with pytest.raises(TypeError, match="the address of a database is expected, got a int"):
        read_address(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("postgresql://ada:secret@db:5433/register?password=secret", "postgresql://db:5433/register"),
        ("postgresql://db/register", "postgresql://db/register"),
        ("postgresql:///register?host=/run", "postgresql:///register"),
        ("sqlite:////srv/reclamations.db", "sqlite:////srv/reclamations.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite://"),
    ],
)
def test_an_address_is_shown_without_credentials_and_options(written: str, seen: str) -> None:
    assert shown(settled(read_address(written))) == seen


def test_each_database_in_memory_has_a_name_of_its_own() -> None:
    assert settled(read_address("sqlite://")) != settled(read_address("sqlite://"))


@pytest.mark.parametrize("written", ["sqlite:////srv/n\0.db", "postgresql://d\0b/register", "sqlite:///\ud800"])
def test_an_address_that_no_driver_takes_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="url: the address holds a NUL or half of a surrogate pair"):
        read_address(written)


@pytest.mark.parametrize("options", ["mode=ro", "uri=true", "timeout=3&mode=ro"])
def test_options_that_sqlite_would_leave_aside_are_refused(options: str) -> None:
    with pytest.raises(ValueError, match="would not be heeded; leave it out, or write it as SQLite's own"):
        read_address(f"sqlite:////srv/reclamations.db?{options}")


def test_options_of_sqlite_s_own_addresses_are_kept() -> None:
    assert read_address("sqlite:///file:/srv/x.db?mode=ro&uri=true").query == {"mode": "ro", "uri": "true"}
