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
from reclamation_core.errors import REDACTED
from tests.unit.cases.causes.refusals import faults
from tests.unit.cases.causes.samples import analyses, implemented_eight_d
from tests.unit.desk import factories

ANALYSES = [*analyses(), EightD(), implemented_eight_d(), Pdca.begin("o", ["a"], criterion="c")]


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.method.value)
def test_each_class_is_read_by_the_house_s_own_converter(analysis: CauseAnalysis) -> None:
    converter = make_converter()
    assert structure(converter, converter.unstructure(analysis), type(analysis)) == analysis


def test_every_method_has_a_class() -> None:
    assert {write_analysis(analysis)["method"] for analysis in analyses()} == {method.value for method in Method}


@pytest.mark.parametrize("document", [None, "Mme Durand", ["Mme Durand"], 3])
def test_what_is_no_object_is_no_analysis_and_is_not_repeated(document: object) -> None:
    told = document if document in (None, 3) else REDACTED
    assert faults(lambda: read_analysis(document)) == [("$", told)]


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
