"""Errors of the ports carry their data, say what to do, and can be sent from one process to another."""

import pickle

import attrs
import pytest

from reclamation_core.ports import (
    CaseNotFoundError,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    UnitOfWorkEndedError,
)

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
