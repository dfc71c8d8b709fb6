"""Cases registered before the interpretations 29 and 30 take commands, and follow the new guards.

`registered_before_i29.json` holds what the library wrote before: a simple case; a complex one judged to conform,
without a method; one of an unknown sender, answered by name; one answered, then to be clarified again by a correction.
"""

import json
from pathlib import Path

import pytest

from reclamation_core.cases import Case, ClosingReason, CommandRefusedError, read_case, read_vault
from reclamation_core.desk import Desk
from reclamation_core.policy import m2_1
from reclamation_core.testing.contracts.samples import insert
from tests.inside import store_of
from tests.unit.desk.factories import new_desk

FILE = Path(__file__).with_name("registered_before_i29.json")
SIMPLE, CONFORMING, UNKNOWN_SENDER, UNCLEAR = (f"R-2026-00000{number}" for number in (1, 2, 3, 4))


def registered_before() -> list[Case]:
    documents = json.loads(FILE.read_text(encoding="utf-8"))
    return [read_case(document["case"], read_vault(document["vault"])) for document in documents]


@pytest.fixture
def desk() -> Desk:
    desk = new_desk()
    insert(store_of(desk), *registered_before())
    return desk


def refused(desk: Desk, reference: str) -> list[str]:
    with pytest.raises(CommandRefusedError) as refusal:
        desk.close(reference, reason=ClosingReason.ANSWERED)
    return [guard.id for guard in refusal.value.guards]


def test_their_digest_is_that_of_the_edition() -> None:
    assert {case.terms.digest for case in registered_before()} == {m2_1().digest}


def test_they_take_a_command(desk: Desk) -> None:
    for case in registered_before():
        assert desk.contain(case.reference, measure="un poste prêté").version == case.version + 1
    assert [*desk.verify(), *desk.examine()] == []


def test_they_are_closed_once_what_the_new_guards_ask_for_is_recorded(desk: Desk) -> None:
    desk.answer(CONFORMING, decision="founded", text="Madame")
    assert refused(desk, CONFORMING) == ["close-not-analysed"]
    desk.analyse(CONFORMING, method="five_whys", causes=("organisation",))
    assert desk.close(CONFORMING, reason=ClosingReason.ANSWERED).closed_at is not None
    assert desk.close(UNKNOWN_SENDER, reason=ClosingReason.ANSWERED).closed_at is not None
    assert refused(desk, UNCLEAR) == ["close-to-be-clarified"]
    desk.complete_facts(UNCLEAR, requirement="contractual")
    assert desk.close(UNCLEAR, reason=ClosingReason.ANSWERED).closed_at is not None
