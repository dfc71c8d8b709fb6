"""What holds for every sound analysis, and what no mutation of one gets away with."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.causes import (
    TRAINING_BODY,
    CauseAnalysis,
    CauseStatus,
    EightD,
    FiveWhys,
    Ishikawa,
    read_analysis,
    write_analysis,
)
from reclamation_core.cases.causes.rendering import mermaid_label, one_line
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import FaultsError
from reclamation_core.testing.strategies import analyses, texts

HOSTILE = texts(hostile=True)
LINE = re.compile(
    r'    n\d+(?:\(\["|\{\{"|\["|\(")(?:[^"\[\](){}|<>`;#]|#\d+;)*(?:"\]\)|"\}\}|"\]|"\))|    n\d+ -\.?-> n\d+'
)
LANGS = st.sampled_from(["fr", "en"])


@given(analyses(words=HOSTILE), LANGS)
def test_any_analysis_renders_line_by_line_in_both_notations(analysis: CauseAnalysis, lang: Any) -> None:
    markdown = analysis.to_markdown(lang)
    first, *lines = analysis.to_mermaid(lang).split("\n")[:-1]
    title = analysis.method.label(lang)
    assert markdown.startswith(f"### {title[0].upper()}{title[1:]}\n\n")
    assert first in {"flowchart TB", "flowchart LR"}
    assert [line for line in lines if not LINE.fullmatch(line)] == []


@given(HOSTILE)
def test_a_label_is_read_as_the_text_on_one_line(text: str) -> None:
    assert re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid_label(text)) == one_line(text)


@given(analyses(words=HOSTILE))
def test_an_analysis_is_read_back_with_each_root_cause_once_at_its_path(analysis: CauseAnalysis) -> None:
    text = canonical_json(write_analysis(analysis))
    again = read_analysis(parse_json(text))
    assert (again, again.root_causes) == (analysis, analysis.root_causes)
    assert canonical_json(write_analysis(again)) == text

    statements = [cause.statement for cause in analysis.root_causes]
    assert len(statements) == len(set(statements))
    assert set(statements) == {located.cause.statement for located in analysis.located_causes}
    assert sum(TRAINING_BODY.count(analysis.root_causes).values()) == len(statements)

    for located in analysis.located_causes:
        value: Any = analysis
        for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", located.path):
            value = getattr(value, name)
            value = value[int(index)] if index else value
        assert value == located.cause.family


def texts_of(document: Any, path: str = "$") -> list[tuple[str, Any, Any]]:
    """The texts of a document: the path of each, what holds it, and its key there."""
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    found = []
    for key, value in pairs:
        where = f"{path}.{key}" if isinstance(document, dict) else f"{path}[{key}]"
        if isinstance(value, str):
            found.append((where, document, key))
        elif isinstance(value, dict | list):
            found += texts_of(value, where)
    return found


@given(analyses(words=HOSTILE), st.sampled_from(["", " \n", "\0", "\u200b", 3, None, ["a"]]), st.data())
def test_an_unreadable_text_has_its_path(analysis: CauseAnalysis, spoilt: object, data: st.DataObject) -> None:
    document = write_analysis(analysis)
    places = [place for place in texts_of(document) if place[0] != "$.method"]
    optional = {"proof", "family", "source", "emergency", "problem", "prevention"} if spoilt is None else set()
    required = [place for place in places if place[2] not in optional]
    if required:
        path, holder, key = data.draw(st.sampled_from(required))
        holder[key] = spoilt
        with pytest.raises(FaultsError) as caught:
            read_analysis(document)
        assert path in [fault.path for fault in caught.value.faults]


@given(analyses(words=HOSTILE), st.data())
def test_an_unknown_key_is_refused_at_any_depth(analysis: CauseAnalysis, data: st.DataObject) -> None:
    document = write_analysis(analysis)
    holders = {"$": document} | {
        path.rpartition(".")[0]: holder for path, holder, _ in texts_of(document) if isinstance(holder, dict)
    }
    path = data.draw(st.sampled_from(sorted(holders)))
    holders[path]["intruder"] = 1
    with pytest.raises(FaultsError) as caught:
        read_analysis(document)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [(f"{path}.intruder", 1)]


@given(analyses(of=FiveWhys, words=HOSTILE), st.data())
def test_a_chain_cut_to_one_answer_or_turned_back_upon_itself_is_refused(whys: FiveWhys, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(whys.chains) - 1))
    answers = whys.chains[index].answers
    repeated = data.draw(st.integers(0, len(answers) - 1))
    cut, turned = write_analysis(whys), write_analysis(whys)
    cut["chains"][index]["answers"] = list(answers[:1])
    turned["chains"][index]["answers"] = [*answers, answers[repeated]]
    for document, path in ((cut, f"$.chains[{index}].answers"), (turned, f"$.chains[{index}].answers[{len(answers)}]")):
        with pytest.raises(FaultsError) as caught:
            read_analysis(document)
        assert [fault.path for fault in caught.value.faults] == [path]


@given(analyses(of=Ishikawa, words=HOSTILE), st.data())
def test_a_retained_cause_that_loses_its_proof_is_refused(diagram: Ishikawa, data: st.DataObject) -> None:
    kept = [index for index, cause in enumerate(diagram.causes) if cause.status is CauseStatus.RETAINED]
    if kept:
        index = data.draw(st.sampled_from(kept))
        document = write_analysis(diagram)
        document["causes"][index]["proof"] = None
        with pytest.raises(FaultsError) as caught:
            read_analysis(document)
        assert [fault.path for fault in caught.value.faults] == [f"$.causes[{index}].proof"]


@given(analyses(of=EightD, words=HOSTILE), st.data())
def test_an_8d_that_loses_a_step_is_refused_at_all_that_rest_on_it(it: EightD, data: st.DataObject) -> None:
    if len(it.taken) > 1:
        lost = data.draw(st.sampled_from(it.taken))
        document = write_analysis(it)
        document[lost.value] = [] if isinstance(document[lost.value], list) else None
        later = it.taken[it.taken.index(lost) + 1 :]
        # Only the closure waits for the measure.
        resting = [step for step in later if lost.value != "measure" or step.value == "closure"]
        if resting:
            with pytest.raises(FaultsError) as caught:
                read_analysis(document)
            found = {fault.path for fault in caught.value.faults}
            assert {f"$.{step.value}" for step in resting} <= found
        else:
            again = read_analysis(document)
            assert isinstance(again, EightD)
            assert again.taken == tuple(step for step in it.taken if step is not lost)
