"""The page on the JSON of cause analyses: its documents are read, and recorded by the command."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.cases import Method
from reclamation_core.cases.causes import TRAINING_BODY, read_analysis
from reclamation_core.desk import Command
from tests.unit.cases.causes.samples import analyses
from tests.unit.desk import factories

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
