"""The closed lists: codes, labels, and an order that is not that of the alphabet."""

import pickle

import pytest

from reclamation_core import vocabulary
from reclamation_core.codes import LabelledEnum, OrderedEnum
from reclamation_core.vocabulary import (
    Band,
    Channel,
    ClientScope,
    Complainant,
    Complexity,
    Eligibility,
    Level,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

LISTS = [
    thing
    for name in vars(vocabulary)["__all__"]
    if isinstance(thing := getattr(vocabulary, name), type)
    and issubclass(thing, LabelledEnum)
    and thing not in (LabelledEnum, OrderedEnum)
]


def test_the_lists_are_those_of_the_procedure() -> None:
    for list_, names in [
        (Channel, "MEDIATION_LETTER CENTRE_LETTER EMAIL PHONE PORTAL SURVEY OTHER"),
        (Complainant, "TRAINEE FUNDER PRESCRIBER PARTNER COMPANY OTHER"),
        (Nature, "GRIEVANCE INITIAL_INFORMATION_REQUEST GENERAL_OPINION"),
        (Requirement, "CONTRACTUAL LEGAL REGULATORY NONE"),
        (ClientScope, "LOCAL REGIONAL NATIONAL"),
        (ServiceReach, "ONE_CENTRE SEVERAL_CENTRES SEVERAL_REGIONS"),
        (Mobilisation, "LOCAL REGIONAL NATIONAL"),
        (Level, "LOCAL REGIONAL NATIONAL"),
        (Eligibility, "COMPLAINT OUT_OF_SCOPE"),
    ]:
        assert [member.name for member in list_] == names.split(), list_


@pytest.mark.parametrize("list_", LISTS, ids=lambda list_: list_.__name__)
def test_a_member_equals_its_code_and_parses_from_its_labels_which_differ(list_: type[LabelledEnum]) -> None:
    for member in list_:
        assert member == member.value == member.name.lower()
        for text in (member.value, member.name, member.label("fr"), f" {member.label('en').upper()} "):
            assert list_.parse(text) is member
        assert pickle.loads(pickle.dumps(member)) is member
    for lang in ("fr", "en"):
        assert len({member.label(lang).casefold() for member in list_}) == len(list_)


def test_a_text_that_names_no_member_is_refused_with_the_codes() -> None:
    with pytest.raises(ValueError, match="'fax' is not one of mediation_letter, centre_letter, email"):
        Channel.parse("fax")


@pytest.mark.parametrize("list_", [Band, ClientScope, Complexity, Level, Mobilisation, ServiceReach])
def test_ordered_lists_go_by_rank_and_not_by_spelling(list_: type[OrderedEnum]) -> None:
    members = list(list_)
    assert sorted([members[-1], *members[:-1]]) == members
    assert [member.rank for member in members] == list(range(len(members)))
    assert max(members) is members[-1]
    assert members[0] < members[-1]
    assert members[0] <= members[0] >= members[0]
    assert not members[0] > members[-1]


def test_lists_do_not_compare_with_one_another() -> None:
    with pytest.raises(TypeError, match="'<' not supported"):
        assert Level.LOCAL < Mobilisation.NATIONAL
