"""Documents of supports: two commitments in the event, erased with the texts of either kind."""

import hashlib
import itertools
from typing import Any

import attrs
import pytest

from reclamation_core.cases import Case, CommandRefusedError, TextKind, event_document, read_event
from reclamation_core.cases.events import Anonymised, Transcribed
from reclamation_core.cases.texts import commitments
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, SupportParameters, m2_1
from tests.unit.cases.core.life import DOCUMENT, LIVED, QUALIFIED, SUPPORT, after, guards_of, opened
from tests.unit.policy.cases import complaint

WITH_DOCUMENTS = attrs.evolve(SUPPORT, documents=(DOCUMENT, attrs.evolve(DOCUMENT, key=f"register-1/{'1f' * 16}")))


def documented(*others: Any) -> Case:
    return after(opened(), WITH_DOCUMENTS, *others)


def test_an_event_has_commitments_in_place_of_name_and_hash() -> None:
    case = documented()
    event = case.events[-1]
    one, other = case.documents

    document = event_document(event)["data"]
    written = str(document)
    assert (document["type"], document["version"]) == ("support_added", 4)
    assert document["documents"][0].keys() == {"key", "size", "media_type", "name", "sha256"}
    assert str(DOCUMENT.name) not in written
    assert str(DOCUMENT.sha256) not in written
    assert hashlib.sha256(str(DOCUMENT.sha256).encode()).hexdigest() not in written
    assert not commitments(one).keys() & commitments(other).keys()  # equal files, other salts
    assert [case.read(text) for text in (one.name, one.sha256)] == [DOCUMENT.name, DOCUMENT.sha256]
    assert read_event(event_document(event)) == event


def test_an_event_from_before_documents_has_none() -> None:
    document = event_document(after(opened(), SUPPORT).events[-1])
    stored = {key: value for key, value in document["data"].items() if key != "documents"} | {"version": 2}
    before: Any = read_event(document | {"data": stored}).data
    assert before.documents == ()


def test_texts_of_either_kind_are_erased_with_name_and_hash() -> None:
    case = documented(*LIVED[1:])
    sealed = {text for document in case.documents for text in commitments(document)}
    for kinds in itertools.chain(*(itertools.combinations(TextKind, size) for size in (1, 2))):
        erased = after(case, Anonymised(kinds=kinds))
        assert sealed <= case.erased_by(kinds), kinds
        assert not sealed & erased.retained_texts(), kinds
        assert erased.erased_documents(case.version) == tuple(one.key for one in case.documents), kinds
        assert case.erased_documents() == erased.erased_documents(erased.version) == ()


def test_an_edition_may_require_a_document_before_the_qualification() -> None:
    policy = Policy(edition="documents", parameters=Parameters(support=SupportParameters(document_required=True)))
    with pytest.raises(CommandRefusedError) as refused:
        after(opened(policy=policy), SUPPORT, QUALIFIED, policy=policy)
    assert guards_of(refused.value) == ["no-document"]
    call, written = opened(complaint(channel="phone"), policy=policy), Transcribed(text="vu", author="M. Petit")
    for case, *done in ((opened(policy=policy), WITH_DOCUMENTS), (call, SUPPORT, written)):
        assert after(case, *done, QUALIFIED, policy=policy).qualification is not None
    assert after(opened(), SUPPORT, QUALIFIED).qualification is not None


def test_parameters_of_documents_are_in_the_digest_unless_at_their_default() -> None:
    of = {
        Policy(edition="M2-1", parameters=Parameters(support=support)).digest
        for support in (
            SupportParameters(),
            SupportParameters(document_required=True),
            SupportParameters(largest_document=1),
            SupportParameters(media_types=("text/plain",)),
        )
    }

    assert len(of) == 4
    assert m2_1().digest in of
    for refused in ((), "text/plain", ("pdf",), (1,)):
        with pytest.raises(FaultsError, match="media_types"):
            SupportParameters(media_types=refused)


@pytest.mark.parametrize(
    ("field", "value"),
    [("key", "../etc/passwd"), ("key", "a/" + "0F" * 16), ("media_type", "PDF"), ("sha256", "0"), ("size", -1)],
)
def test_a_document_refuses_a_value_and_shows_none(field: str, value: Any) -> None:
    with pytest.raises(FaultsError) as refused:
        attrs.evolve(DOCUMENT, **{field: value})
    [fault] = refused.value.faults
    assert fault.path == field
    assert field == "size" or value not in str(refused.value)


def test_a_document_hides_its_name() -> None:
    assert "Durand" not in repr(DOCUMENT)
