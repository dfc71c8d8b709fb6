"""Analyses of all kinds, sound by default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
from hypothesis import strategies as st

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

FAMILIES = st.sampled_from(TRAINING_BODY.codes)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
# A digit at each end keeps two texts apart whatever their case, and shows in a page whatever stands between.
SIGNS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["<b>", '"]', "`", "|", "\n# ", "[x](y)", "%%{", "#quot;", "- ", "2. ", "]]>", "&lt;", "\\", "*_~"]
)


def texts() -> st.SearchStrategy[str]:
    """Texts of which something is seen, full of signs that mean something elsewhere; shrinks towards "0"."""
    return st.builds("{}{}{}".format, SIGNS, st.integers(0, 9), SIGNS)


@st.composite
def distinct_texts(draw: st.DrawFn, least: int = 1, most: int = 6) -> tuple[str, ...]:
    """Texts that differ by a number, whatever else they say; shrinks towards few and short ones."""
    signs = draw(st.lists(SIGNS, min_size=least, max_size=most))
    return tuple(f"{sign}n{index}n" for index, sign in enumerate(signs))


@st.composite
def five_whys(draw: st.DrawFn) -> FiveWhys:
    """Chains that begin alike; each then goes its own way. Shrinks towards one chain of two answers."""
    problem, *trunk = draw(distinct_texts(1, 4))
    branches = draw(st.lists(st.integers(0, len(trunk)), min_size=1, max_size=4))
    chains = []
    for index, kept in enumerate(branches):
        own = [f"b{index}{text}" for text in draw(distinct_texts(1 if kept else 2, 3))]
        chains.append(WhyChain((*trunk[:kept], *own), draw(FAMILIES), draw(texts())))
    return FiveWhys(problem, tuple(chains))


@st.composite
def ishikawas(draw: st.DrawFn) -> Ishikawa:
    """Diagrams of any scheme; shrinks towards one hypothesis."""
    scheme = draw(st.sampled_from(Scheme))
    causes = []
    for statement in draw(distinct_texts()):
        status = draw(st.sampled_from(CauseStatus))
        needed = status is CauseStatus.RETAINED
        category: Category = draw(st.sampled_from(scheme.categories))
        proof = draw(texts() if needed else st.none() | texts())
        family = draw(FAMILIES if needed else st.none() | FAMILIES)
        causes.append(PossibleCause(category=category, statement=statement, status=status, proof=proof, family=family))
    return Ishikawa(effect=draw(texts()), scheme=scheme, causes=tuple(causes))


def qqoqcps() -> st.SearchStrategy[Qqoqcp]:
    """Seven answers and some facts; shrinks towards one fact."""
    answer = st.builds(Answer, texts(), st.booleans())
    questions = [field.name for field in attrs.fields(Qqoqcp) if field.name != "facts"]
    facts = distinct_texts().flatmap(
        lambda statements: st.tuples(
            *(st.builds(DatedFact, DAYS, st.just(each), st.none() | texts()) for each in statements)
        )
    )
    return st.builds(Qqoqcp, **dict.fromkeys(questions, answer), facts=facts)


@st.composite
def eight_ds(draw: st.DrawFn) -> EightD:
    """An 8D on which some steps are taken; shrinks towards one on which none is."""
    statements, day = draw(distinct_texts()), draw(DAYS)

    def text() -> str:
        return draw(texts())

    def later() -> timedelta:
        return timedelta(days=draw(st.integers(0, 9)))

    pilot, *members = draw(distinct_texts())
    measured = day + later()
    causes = [RootCause(statement, draw(FAMILIES)) for statement in statements]
    chosen = draw(st.lists(st.sampled_from(statements), min_size=1, max_size=3))
    take: dict[EightDStep, Callable[[EightD], EightD]] = {
        EightDStep.EMERGENCY: lambda it: it.respond(text(), needed=draw(st.booleans())),
        EightDStep.TEAM: lambda it: it.form_team(pilot, members),
        EightDStep.PROBLEM: lambda it: it.describe(text()),
        EightDStep.CONTAINMENT: lambda it: it.contain(text(), effect=text(), checked_on=draw(DAYS)),
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
def cause_trees(draw: st.DrawFn) -> CauseTree:
    """Trees in any order of their facts: each but the ultimate one is needed by facts before it; shrinks to two."""
    statements = draw(distinct_texts(2, 8))
    causes: list[list[str]] = [[] for _ in statements]
    for index in range(1, len(statements)):
        for effect in draw(st.sets(st.integers(0, index - 1), min_size=1, max_size=3)):
            causes[effect].append(f"f{index}")
    facts = [
        TreeFact(
            code=f"f{index}",
            statement=statement,
            source=draw(texts()),
            causes=tuple(causes[index]),
            family=None if causes[index] else draw(st.none() | FAMILIES),
        )
        for index, statement in enumerate(statements)
    ]
    return CauseTree(tuple(draw(st.permutations(facts))))


@st.composite
def pdcas(draw: st.DrawFn) -> Pdca:
    """A wheel turned as far as one likes; shrinks towards a plan."""
    wheel = Pdca.begin(draw(texts()), draw(distinct_texts()), criterion=draw(texts()))
    turned, day = draw(st.integers(0, 3)), draw(DAYS)
    if turned > 0:
        wheel = wheel.do(draw(texts()), proof=draw(texts()), done_on=day)
    verdict = draw(st.sampled_from(PdcaVerdict))
    if turned > 1:
        wheel = wheel.check(draw(texts()), verdict, checked_on=day + timedelta(days=draw(st.integers(0, 9))))
    if turned > 2:
        proved = verdict is PdcaVerdict.MET
        allowed = [each for each in PdcaDecision if proved or each is not PdcaDecision.STANDARDISE]
        wheel = wheel.act(draw(st.sampled_from(allowed)), draw(texts()))
    return wheel


def analyses() -> st.SearchStrategy[CauseAnalysis]:
    """An analysis by any of the methods."""
    return st.one_of(five_whys(), ishikawas(), qqoqcps(), eight_ds(), cause_trees(), pdcas())
