import pickle

import pytest

from reclamation_core.cases.causes import TRAINING_BODY, Family, RootCause, Taxonomy, UnknownFamilyError
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import FaultsError
from reclamation_core.wording import Wording
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import analyses, cause_tree, five_whys

PLANNING = Family("planning", Wording("planification", "planning"))
OUTSIDE = Family("outside", Wording("cause extérieure", "outside"))


def test_a_taxonomy_finds_its_families_by_code() -> None:
    taxonomy = Taxonomy([PLANNING, OUTSIDE])
    assert taxonomy.codes == ("planning", "outside")
    assert taxonomy["outside"] is OUTSIDE
    assert "planning" in taxonomy
    assert "Planning" not in taxonomy
    assert (list(taxonomy), len(taxonomy)) == ([PLANNING, OUTSIDE], 2)
    assert (PLANNING.label(), PLANNING.label("en")) == ("planification", "planning")


def test_an_unknown_family_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownFamilyError, match="one of these families is expected: planning, outside") as caught:
        Taxonomy([PLANNING, OUTSIDE])["weather"]
    assert (caught.value.family, caught.value.known) == ("weather", ("planning", "outside"))
    assert isinstance(caught.value, LookupError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_an_analysis_that_uses_other_families_is_refused_where_it_does() -> None:
    with pytest.raises(FaultsError, match="one of these families is expected: planning, outside") as caught:
        Taxonomy([PLANNING, OUTSIDE]).check(five_whys())
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("chains[0].family", "trainer_availability"),
        ("chains[1].family", "procedure"),
    ]
    assert faults(lambda: Taxonomy([PLANNING]).check(cause_tree())) == [("facts[4].family", "outside")]


def test_an_analysis_under_known_families_passes() -> None:
    for analysis in analyses():
        TRAINING_BODY.check(analysis)
    named = {cause.family for analysis in analyses() for cause in analysis.root_causes}
    assert named - {None}
    assert named - {None} <= set(TRAINING_BODY.codes)


def test_causes_are_counted_under_every_family_and_never_silently_under_none() -> None:
    causes = [RootCause("a", "outside"), RootCause("b", "planning"), RootCause("c", "outside")]
    count = Taxonomy([PLANNING, OUTSIDE, Family("staffing", Wording("effectifs", "staffing"))]).count(causes)
    assert list(count.items()) == [("planning", 1), ("outside", 2), ("staffing", 0)]
    with pytest.raises(UnknownFamilyError, match="weather") as caught:
        Taxonomy([PLANNING]).count([RootCause("a", "weather")])
    assert caught.value.family == "weather"


def test_a_taxonomy_has_families_each_under_its_own_code() -> None:
    assert faults(lambda: Taxonomy([])) == [("families", ())]
    assert faults(lambda: Taxonomy([PLANNING, OUTSIDE, PLANNING])) == [("families[2].code", "planning")]
    assert paths(lambda: Taxonomy(["planning"])) == ["families[0]"]
    assert paths(lambda: Family("Été", "été")) == ["code", "wording"]  # type: ignore[arg-type]


def test_a_taxonomy_is_a_document() -> None:
    converter = make_converter()
    assert structure(converter, converter.unstructure(TRAINING_BODY), Taxonomy) == TRAINING_BODY
    assert paths(
        lambda: structure(converter, {"families": [{"code": "a", "wording": {"fr": "a"}, "x": 1}]}, Taxonomy)
    ) == ["$.families[0].wording.en", "$.families[0].x"]


def test_the_families_of_a_training_body_are_worded_apart() -> None:
    assert len(TRAINING_BODY) == 21
    for lang in ("fr", "en"):
        assert len({family.wording.in_(lang) for family in TRAINING_BODY}) == 21
