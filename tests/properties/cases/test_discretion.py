"""Texts in an analysis, on a plan or in a search are in no representation and in no error."""

import traceback
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, TypeAlias

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.causes import CauseAnalysis, EightD, read_analysis, write_analysis
from reclamation_core.cases.texts import marked
from reclamation_core.errors import REDACTED
from reclamation_core.plans import ActionSheet, Effectiveness, Pgaac, PgaacCommand, events
from reclamation_core.ports import CaseQuery
from reclamation_core.testing._plan_history import amended, plan_after
from reclamation_core.vocabulary import Role
from tests.unit.cases.causes.samples import analyses, implemented_eight_d
from tests.unit.plans.making import PLANS, at, sheet, signed

MARK: Final = "zorglub"
CODES: Final = {"family", "code"}
Path: TypeAlias = tuple[str | int, ...]
_SAID = st.builds("{}Zorglub{}".format, st.text(max_size=3), st.text(max_size=3))
WORDS = st.one_of(
    _SAID,
    _SAID.map(lambda said: f"{said}\0"),
    _SAID.map(lambda said: f"{said}\ud800"),
    _SAID.map(lambda said: [said]),
    _SAID.map(lambda said: (said, said)),
    _SAID.map(lambda said: {said: said}),
    _SAID.map(lambda said: said.encode(errors="replace")),
)
SAMPLES: Final = (*analyses(), implemented_eight_d())


def shown(make: Callable[[], object]) -> str:
    """The representations of a value, or of its refusal."""
    try:
        made = make()
    except Exception as error:  # noqa: BLE001  any error is examined
        faults = "".join(map(repr, getattr(error, "faults", ())))
        return "".join(traceback.format_exception_only(error)) + repr(error) + str(error.__context__ or "") + faults
    return repr(made)


def texts_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where texts stand in an analysis: all that is neither a code nor of a closed list."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            if field.name not in CODES and not (field.name == "causes" and hasattr(value, "code")):
                yield from texts_in(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from texts_in(one, (*path, place))
    elif isinstance(value, str) and not isinstance(value, Enum):
        yield path


def with_words(value: Any, path: Path, words: object) -> Any:
    """The value, made again from the inside out, with other words at a place."""
    if not path:
        return words
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        return (*value[:head], with_words(value[head], rest, words), *value[head + 1 :])
    return attrs.evolve(value, **{head: with_words(getattr(value, head), rest, words)})


PLACES: Final = [(sample, path) for sample in SAMPLES for path in texts_in(sample)]


@given(where=st.sampled_from(PLACES), words=WORDS, twice=st.booleans(), data=st.data())
def test_no_words_of_an_analysis_are_shown(
    where: tuple[CauseAnalysis, Path], words: object, twice: bool, data: st.DataObject
) -> None:
    analysis, path = where
    other = data.draw(st.sampled_from(list(texts_in(analysis)))) if twice else path
    assert MARK not in shown(lambda: with_words(with_words(analysis, path, words), other, words)).casefold()


@given(where=st.sampled_from(PLACES), words=st.one_of(_SAID, _SAID.map(lambda said: [said])))
def test_no_words_of_the_document_of_an_analysis_are_shown(where: tuple[CauseAnalysis, Path], words: object) -> None:
    analysis, path = where
    document = write_analysis(analysis)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = words
    assert MARK not in shown(lambda: read_analysis(document)).casefold()


SHEET: Final = ("cause", "finding", "requirement", "what", "owner", "resources", "criterion")
VERBS: Final[dict[str, Callable[[Pgaac, Any], object]]] = {
    "amend": lambda plan, words: plan_after(plan, signed(9)(amended("A-1", reason=words, process="8"))),
    "amend_what": lambda plan, words: plan_after(plan, signed(9)(amended("A-1", what=words))),
    "progress": lambda plan, words: plan_after(plan, signed(9)(events.ActionProgressed(action="A-1", note=words))),
    "finish": lambda plan, words: plan_after(plan, signed(9)(events.ActionDone(action="A-1", evidence=words))),
    "judge": lambda plan, words: plan_after(
        plan, signed(9)(events.ActionJudged(action="A-1", effectiveness=Effectiveness.NOT_EFFECTIVE, why=words))
    ),
    "close": lambda plan, words: plan_after(plan, signed(9)(events.ActionClosed(action="A-1", comment=words))),
    "abandon": lambda plan, words: plan_after(plan, signed(9)(events.ActionAbandoned(action="A-1", reason=words))),
    "reopen": lambda plan, words: plan_after(plan, signed(9)(events.ActionReopened(action="A-1", reason=words))),
}


@pytest.mark.parametrize("field", SHEET)
@given(words=WORDS)
def test_no_words_of_a_sheet_are_shown(field: str, words: Any) -> None:
    assert MARK not in shown(lambda: sheet(**{field: words})).casefold()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", PLANS)
@given(words=WORDS)
def test_no_words_of_a_verb_of_plans_are_shown(state: str, verb: str, words: object) -> None:
    def changed() -> object:
        plan: Any = VERBS[verb](PLANS[state](), words)
        return plan, plan.events, plan.actions, list(plan.vault), plan.published_plans

    assert MARK not in shown(changed).casefold()


DATA = events.ActionProgressed(action="A-1")


@given(words=WORDS)
def test_no_words_of_who_signs_or_of_what_is_searched_are_shown(words: Any) -> None:
    assert MARK not in shown(lambda: PgaacCommand(data=DATA, actor=words, role=Role.RQR, occurred_at=at(1))).casefold()
    assert MARK not in shown(lambda: (CaseQuery(text=words), CaseQuery(assigned_to=words))).casefold()


def test_every_text_is_checked() -> None:
    assert set(marked(ActionSheet)) == set(SHEET)
    assert len(PLACES) > 60
    assert {type(sample) for sample, _ in PLACES} >= {EightD}
    assert "Zorglub" in shown(lambda: ["Zorglub"])
    assert repr(REDACTED) == "..."
