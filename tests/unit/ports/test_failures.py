"""Errors of the ports carry their data, say what to do, and can be sent from one process to another."""

import pickle
from itertools import product
from typing import Any

import attrs
import pytest

from reclamation_core import ports
from reclamation_core.ports import (
    CaseNotFoundError,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    UnitOfWorkEndedError,
)
from reclamation_core.wording import LANGUAGES, Wording
from tests.approvals import approve_errors

KINDS: dict[type[ports.StoreError], type[Exception]] = {
    ports.StoreBusyError: TimeoutError,
    ports.StoreDamagedError: ValueError,
    ports.StoreEncodingError: ValueError,
    ports.StoreError: OSError,
    ports.StoreFullError: OSError,
    ports.StoreReplacedError: OSError,
    ports.StoreReadOnlyError: PermissionError,
    ports.StoreUnreachableError: ConnectionError,
}


@pytest.mark.parametrize(("kind", "builtin"), KINDS.items())
def test_a_failure_names_the_database_its_cause_and_remedy(
    kind: type[ports.StoreError], builtin: type[Exception]
) -> None:
    flags: Any = dict.fromkeys({"is_closed", "of_connection"} & attrs.fields_dict(kind).keys(), True)
    errors = [kind("sqlite:///a.db", "X"), kind("postgresql://a", "X"), kind("a", "X", **flags)]
    approve_errors(
        *(part(error, lang) for error in errors for lang in LANGUAGES for part in (kind.in_, kind.public_message))
    )
    assert isinstance(errors[0], builtin)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_travels_between_processes(kind: type[ports.StoreError]) -> None:
    again = pickle.loads(pickle.dumps(kind("sqlite:///a.db", "SQLITE_BUSY")))
    assert type(again) is kind
    assert (again.database, again.reason) == ("sqlite:///a.db", "SQLITE_BUSY")


def test_a_damaged_store_error_has_both_languages_and_pickles() -> None:
    where = Wording("dossier 'R-1' : un texte", "case 'R-1': a text")
    error = pickle.loads(pickle.dumps(ports.StoreDamagedError.of("x", where, "R-1", 7)))
    for one, lang in product((error, ports.DamagedDocumentError("R-1", 2)), LANGUAGES):
        approve_errors(one.in_(lang), one.public_message(lang))
    assert (error.reason, error.holder, error.position, error.why) == (where.en, "R-1", 7, where)


def test_a_schema_error_has_both_versions() -> None:
    assert "it has schema version 0001, version 0002 is needed" in str(ports.SchemaError("x", "0001", "0002"))
    assert "it has no schema, version 0002 is needed" in str(ports.SchemaError("x", None, "0002"))
    assert "install a later version" in str(ports.SchemaError("x", "0003", "0002"))
    assert "make a copy of it, then run" in str(ports.SchemaError("x", "0001", "0002"))
    assert "this library does not know it" in str(ports.SchemaError("x", "a1b2", "0002", known=False))
    assert "it has lost the version of its schema" in str(ports.SchemaError("x", "", "0002", known=False))


ERRORS: list[tuple[Exception, type[Exception], str]] = [
    (CaseNotFoundError("R-1"), LookupError, "case 'R-1' is not found; check the reference"),
    (PlanNotFoundError("nation"), LookupError, "plan 'nation' is not found; check its scope"),
    (
        ConcurrentChangeError("R-1", 2, 3),
        RuntimeError,
        "'R-1': the change was made on version 2, version 3 is stored; load it again and decide again",
    ),
    (RepeatedSourceError("m", "R-1"), RuntimeError, "the message 'm' is case 'R-1' already; use that case"),
    (UnitOfWorkEndedError(), RuntimeError, "this unit of work has ended and commits nothing more; begin another one"),
]


@pytest.mark.parametrize(("error", "builtin", "message"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_names_its_cause_and_pickles(error: Exception, builtin: type[Exception], message: str) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(error, builtin)
    assert str(error) == str(again) == message
    assert type(again) is type(error)
    assert attrs.asdict(again) == attrs.asdict(error)  # type: ignore[arg-type]
