"""Analyses as documents, and those of the page on their JSON, which the command records."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.cases import Method
from reclamation_core.cases.causes import TRAINING_BODY, CauseAnalysis, EightD, Pdca, read_analysis, write_analysis
from reclamation_core.desk import Command
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import ABSENT
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import analyses, five_whys, implemented_eight_d, qqoqcp
from tests.unit.desk import factories

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


MAKER = runpy.run_path(str(Path(__file__).parents[4] / "docs" / "_generators" / "analyses.py"))
[PAGE] = MAKER["pages"]().values()
BLOCKS: list[dict[str, Any]] = [json.loads(block) for block in re.findall("```json\n(.*?)```", PAGE, flags=re.DOTALL)]
DOCUMENTS = BLOCKS[1:]


def test_the_page_has_a_document_of_each_method() -> None:
    assert BLOCKS[0]["type"] == "analyse"
    assert {document["method"] for document in DOCUMENTS} == {method.value for method in Method}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["method"])
def test_a_document_of_the_page_is_an_analysis_that_the_command_records(document: dict[str, Any]) -> None:
    assert read_analysis(document) in analyses()
    desk = factories.new_desk(taxonomy=TRAINING_BODY)
    case = factories.qualified(desk)
    analysed = Command.from_document({"type": "analyse", "analysis": document}).run(desk, case.reference)
    assert analysed.analysis is not None
    assert analysed.analysis.method == document["method"]
