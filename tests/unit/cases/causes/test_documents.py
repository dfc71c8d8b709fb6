from typing import Any

import pytest

from reclamation_core.cases.causes import CauseAnalysis, EightD, Pdca, read_analysis, write_analysis
from reclamation_core.cases.codes import Method
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import ABSENT
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import analyses, five_whys, implemented_eight_d, qqoqcp

ANALYSES = [*analyses(), EightD(), implemented_eight_d(), Pdca.begin("o", ["a"], criterion="c")]


def mended(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**document, **changes}


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.method.value)
def test_each_class_is_read_by_the_house_s_own_converter(analysis: CauseAnalysis) -> None:
    converter = make_converter()
    assert structure(converter, converter.unstructure(analysis), type(analysis)) == analysis


def test_every_method_has_a_class() -> None:
    assert {write_analysis(analysis)["method"] for analysis in analyses()} == {method.value for method in Method}


@pytest.mark.parametrize("method", ["six_hats", 5, None])
def test_an_unknown_method_is_refused_with_the_list(method: object) -> None:
    with pytest.raises(FaultsError, match="one of these is expected: five_whys, ishikawa") as caught:
        read_analysis(mended(write_analysis(five_whys()), method=method))
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("$.method", method)]


def test_a_document_without_a_method_is_refused() -> None:
    assert faults(lambda: read_analysis({})) == [("$.method", ABSENT)]


@pytest.mark.parametrize("document", [None, "Mme Durand", ["Mme Durand"], 3])
def test_what_is_no_object_is_no_analysis_and_is_not_repeated(document: object) -> None:
    told = document if document in (None, 3) else REDACTED
    assert faults(lambda: read_analysis(document)) == [("$", told)]


def test_a_nested_fault_has_its_path() -> None:
    document = write_analysis(five_whys())
    document["chains"][1] = {"answers": ["a", "a"], "family": "procedure", "lever": "l", "owner": "moi"}
    document["chains"][0]["lever"] = ""
    assert paths(lambda: read_analysis(document)) == ["$.chains[0].lever", "$.chains[1].owner"]
    del document["chains"][1]["owner"]
    assert paths(lambda: read_analysis(document)) == ["$.chains[0].lever", "$.chains[1].answers[1]"]


def test_a_missing_answer_and_a_datetime_are_reported_together() -> None:
    document = write_analysis(qqoqcp())
    del document["why"]
    document["facts"][0]["day"] = "2026-05-08T10:00:00+02:00"
    assert sorted(paths(lambda: read_analysis(document))) == ["$.facts[0].day", "$.why"]
