"""Cause analyses by each of the methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases.causes import (
    TRAINING_BODY,
    Answer,
    Category,
    CauseAnalysis,
    CauseStatus,
    CauseTree,
    Correction,
    DatedFact,
    EightD,
    EightDStep,
    FiveWhys,
    Ishikawa,
    Pdca,
    PdcaDecision,
    PdcaVerdict,
    PossibleCause,
    Qqoqcp,
    RootCause,
    Scheme,
    TreeFact,
    WhyChain,
)
from reclamation_core.testing.strategies.text import texts

_FAMILIES: Final = st.sampled_from(TRAINING_BODY.codes)
_DAYS: Final = st.dates(date(2020, 1, 1), date(2030, 1, 1))
Words: TypeAlias = st.SearchStrategy[str]


@st.composite
def _distinct(draw: st.DrawFn, words: Words, least: int = 1, most: int = 6) -> tuple[str, ...]:
    """Texts that differ by a number, in any case."""
    found = draw(st.lists(words, min_size=least, max_size=most))
    return tuple(f"{word}n{index}n" for index, word in enumerate(found))


@st.composite
def five_whys(draw: st.DrawFn, free_texts: Words) -> FiveWhys:
    """Chains of why with a common beginning (5 pourquoi); shrinks towards one chain of two answers."""
    problem, *trunk = draw(_distinct(free_texts, 1, 4))
    branches = draw(st.lists(st.integers(0, len(trunk)), min_size=1, max_size=4))
    chains = []
    for index, shared in enumerate(branches):
        own = [f"b{index}{text}" for text in draw(_distinct(free_texts, 1 if shared else 2, 3))]
        chains.append(WhyChain((*trunk[:shared], *own), draw(_FAMILIES), draw(free_texts)))
    return FiveWhys(problem, tuple(chains))


@st.composite
def ishikawas(draw: st.DrawFn, free_texts: Words) -> Ishikawa:
    """Diagrams of any scheme (Ishikawa); shrinks towards one hypothesis."""
    scheme = draw(st.sampled_from(Scheme))
    causes = []
    for statement in draw(_distinct(free_texts)):
        status = draw(st.sampled_from(CauseStatus))
        needed = status is CauseStatus.RETAINED
        category: Category = draw(st.sampled_from(scheme.categories))
        proof = draw(free_texts if needed else st.none() | free_texts)
        family = draw(_FAMILIES if needed else st.none() | _FAMILIES)
        causes.append(PossibleCause(category=category, statement=statement, status=status, proof=proof, family=family))
    return Ishikawa(effect=draw(free_texts), scheme=scheme, causes=tuple(causes))


def qqoqcps(free_texts: Words) -> st.SearchStrategy[Qqoqcp]:
    """Seven answers and some facts (QQOQCP); shrinks towards one fact."""
    answer = st.builds(Answer, free_texts, st.booleans())
    questions = [field.name for field in attrs.fields(Qqoqcp) if field.name != "facts"]
    facts = _distinct(free_texts).flatmap(
        lambda statements: st.tuples(
            *(st.builds(DatedFact, _DAYS, st.just(each), st.none() | free_texts) for each in statements)
        )
    )
    return st.builds(Qqoqcp, **dict.fromkeys(questions, answer), facts=facts)


@st.composite
def eight_ds(draw: st.DrawFn, free_texts: Words) -> EightD:
    """8Ds with some steps taken; shrinks towards no step."""
    statements, day = draw(_distinct(free_texts)), draw(_DAYS)

    def text() -> str:
        return draw(free_texts)

    def later() -> timedelta:
        return timedelta(days=draw(st.integers(0, 9)))

    pilot, *members = draw(_distinct(free_texts))
    measured = day + later()
    causes = [RootCause(statement, draw(_FAMILIES)) for statement in statements]
    chosen = draw(st.lists(st.sampled_from(statements), min_size=1, max_size=3))
    take: dict[EightDStep, Callable[[EightD], EightD]] = {
        EightDStep.EMERGENCY: lambda it: it.respond(text(), needed=draw(st.booleans())),
        EightDStep.TEAM: lambda it: it.form_team(pilot, members),
        EightDStep.PROBLEM: lambda it: it.describe(text()),
        EightDStep.CONTAINMENT: lambda it: it.contain(text(), effect=text(), checked_on=draw(_DAYS)),
        EightDStep.CAUSES: lambda it: it.find(*causes),
        EightDStep.CORRECTIONS: lambda it: it.choose(*(Correction(text(), statement) for statement in chosen)),
        EightDStep.IMPLEMENTATION: lambda it: it.implement(text(), done_on=day),
        EightDStep.MEASURE: lambda it: it.record_result(text(), effective=draw(st.booleans()), measured_on=measured),
        EightDStep.PREVENTION: lambda it: it.prevent(text()),
        EightDStep.CLOSURE: lambda it: it.close(text(), closed_on=measured + later()),
    }
    it = EightD()
    for _ in range(draw(st.integers(0, len(EightDStep)))):
        it = take[draw(st.sampled_from(it.next_steps))](it)
    return it


@st.composite
def cause_trees(draw: st.DrawFn, free_texts: Words) -> CauseTree:
    """Trees with their facts in any order (arbre des causes); shrinks towards two facts."""
    statements = draw(_distinct(free_texts, 2, 8))
    causes: list[list[str]] = [[] for _ in statements]
    for index in range(1, len(statements)):
        for effect in draw(st.sets(st.integers(0, index - 1), min_size=1, max_size=3)):
            causes[effect].append(f"f{index}")
    facts = [
        TreeFact(
            code=f"f{index}",
            statement=statement,
            source=draw(free_texts),
            causes=tuple(causes[index]),
            family=None if causes[index] else draw(st.none() | _FAMILIES),
        )
        for index, statement in enumerate(statements)
    ]
    return CauseTree(tuple(draw(st.permutations(facts))))


@st.composite
def pdcas(draw: st.DrawFn, free_texts: Words) -> Pdca:
    """Wheels at any step (PDCA); shrinks towards a plan."""
    wheel = Pdca.begin(draw(free_texts), draw(_distinct(free_texts)), criterion=draw(free_texts))
    turned, day = draw(st.integers(0, 3)), draw(_DAYS)
    if turned > 0:
        wheel = wheel.do(draw(free_texts), proof=draw(free_texts), done_on=day)
    verdict = draw(st.sampled_from(PdcaVerdict))
    if turned > 1:
        wheel = wheel.check(draw(free_texts), verdict, checked_on=day + timedelta(days=draw(st.integers(0, 9))))
    if turned > 2:
        proved = verdict is PdcaVerdict.MET
        allowed = [each for each in PdcaDecision if proved or each is not PdcaDecision.STANDARDISE]
        wheel = wheel.act(draw(st.sampled_from(allowed)), draw(free_texts))
    return wheel


METHODS: Final[Mapping[type[Any], Callable[..., st.SearchStrategy[Any]]]] = {
    FiveWhys: five_whys,
    Ishikawa: ishikawas,
    Qqoqcp: qqoqcps,
    EightD: eight_ds,
    CauseTree: cause_trees,
    Pdca: pdcas,
}


def analyses(*, of: type[Any] = CauseAnalysis, words: Words | None = None) -> st.SearchStrategy[Any]:
    """Analyses of causes; shrinks towards two answers to why.

    Args:
        of: the method: `FiveWhys`, `Ishikawa`, `Qqoqcp`, `EightD`, `CauseTree` or `Pdca`; any by default.
        words: the texts; `texts()` by default.

    Raises:
        InvalidArgument: `of` is not a method.
    """
    if of is not CauseAnalysis and of not in METHODS:
        raise InvalidArgument(f"of: {of!r}; use one of {', '.join(cls.__name__ for cls in METHODS)}")
    free_texts = texts() if words is None else words
    return st.one_of([method(free_texts) for cls, method in METHODS.items() if of in (CauseAnalysis, cls)])
