"""A person is found in every spelling of the name, and no other person is."""

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.desk import Desk
from tests.unit.desk import factories
from tests.unit.desk.factories import new_desk, registered


def holders(desk: Desk, person: str) -> list[str]:
    return list(dict.fromkeys(held.holder for held in desk.personal_data_of(person)))


def test_a_name_is_matched_by_whole_words_of_one_text(desk: Desk) -> None:
    registered(desk, complainant="Mme Leroy", verbatim="Le royaume")
    assert (holders(desk, "roy"), holders(desk, "leroy")) == ([], ["R-2026-000001"])
    registered(desk, complainant="Mme Désirée", verbatim="Je m'appelle Roy")
    assert holders(desk, "Désirée Roy") == []


def test_recipients_of_a_published_plan_are_found(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.add(factories.sheet())
    plan.publish(recipients=("Mme Désirée Roy, RQR", "PCS"))
    assert [(held.holder, held.event_type, held.field, held.text) for held in desk.personal_data_of("roy desiree")] == [
        ("site:CRE", "edition_published", "recipients", "Mme Désirée Roy, RQR")
    ]
    assert holders(desk.scoped(site="STR"), "roy") == []


_PARTS = st.lists(st.sampled_from(["jean", "marie", "dupont", "leroy", "roy", "o", "brien", "durand"]), min_size=1)
_JOINTS = st.sampled_from([" ", "  ", "-", "'", "’", "\n", ", ", "\u00a0", "_", " / "])
_CASES = st.sampled_from([str, str.upper, str.title])


@given(asked=_PARTS, there=_PARTS, joint=_JOINTS, other=_JOINTS, turned=_CASES)
def test_a_case_matches_if_one_text_has_every_word(
    asked: list[str], there: list[str], joint: str, other: str, turned: type[str]
) -> None:
    desk = new_desk()
    registered(desk, complainant=turned(f"Mme {joint.join(there)}."))
    assert bool(desk.personal_data_of(other.join(asked))) == all(word in there for word in asked)
