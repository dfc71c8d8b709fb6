"""Messages that are filed as supports: once each, found by their identifiers, before and after an erasure."""

from pathlib import Path

import pytest

from reclamation_core.cases.documents import event_document, read_event
from reclamation_core.cases.events import SupportAdded
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Role
from tests.unit.desk.factories import SITES, FakeClock, answered, at, new_desk, overtaken, registered

KEY = "mail:86c5402dea4bf89cf3ff3aa2664a13b45f7f8f09"
OTHER = "mail:bd39e6feafd837011c64e8a29c3fdffe59f41e1a"


def found(desk: Desk, key: str) -> list[str]:
    return [case.reference for case in desk.cases.find(CaseQuery(text=key)).cases]


def test_a_message_is_on_file_once_and_is_found_by_its_identifier(tmp_path: Path) -> None:
    stored = Desk.open(
        f"sqlite:///{tmp_path}/register.db", sites=SITES, clock=FakeClock(at(1, month=7)), clock_limit=None
    )
    with stored:
        for desk in (new_desk(), stored.acting("Mme Roux", Role.RQR)):
            first, second = answered(desk).reference, registered(desk).reference

            filed = desk.add_support(second, kind="email", title="sa réponse", source=KEY)
            assert desk.add_support(second, kind="email", title="sa réponse", source=KEY) == filed
            with pytest.raises(FaultsError, match=rf"^source: '{KEY}'; a message that is not on file is expected"):
                desk.add_support(registered(desk).reference, kind="email", title="sa réponse", source=KEY)

            assert filed.filed_messages == {KEY}
            assert found(desk, KEY) == [second]
            assert read_event(event_document(filed.events[-1])) == filed.events[-1]

            desk.add_support(first, kind="email", title="un ajout", source=OTHER)
            desk.close(first, reason="answered")
            desk.anonymise(first)
            assert found(desk, OTHER) == [first]  # the texts are erased
            assert found(desk, "ajout") == []
            assert tuple(stored.verify()) == ()


def test_a_message_that_is_filed_elsewhere_meanwhile_is_refused(desk: Desk) -> None:
    first, second = (registered(desk).reference for _ in range(2))
    late = overtaken(desk, lambda: desk.add_support(first, kind="email", title="sa réponse", source=KEY))
    with pytest.raises(FaultsError, match="support of a case already"):
        late.add_support(second, kind="email", title="sa réponse", source=KEY)


def test_an_event_from_before_messages_has_none(desk: Desk) -> None:
    document = event_document(desk.add_support(registered(desk).reference, kind="email", title="x").events[-1])
    stored = {key: value for key, value in document["data"].items() if key != "source"} | {"version": 3}
    before = read_event(document | {"data": stored}).data
    assert isinstance(before, SupportAdded)
    assert before.source is None
