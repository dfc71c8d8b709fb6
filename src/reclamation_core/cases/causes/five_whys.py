"""The five whys: chains of answers to "why?", from a problem to a cause that can be acted upon."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Final

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import (
    CauseAnalysis,
    LocatedCause,
    RootCause,
    Taxonomy,
    cycles,
    under_one_family,
)
from reclamation_core.cases.causes.checks import key
from reclamation_core.cases.causes.rendering import Block, Field, Flowchart, Points, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.errors import REDACTED, Fault
from reclamation_core.wording import Lang, Wording

_PROBLEM: Final = Wording("Problème", "Problem")
_WHY: Final = Wording("Pourquoi ?", "Why?")
_LEVER: Final = Wording("Levier", "Lever")
_CIRCLE: Final = Wording(
    "les réponses tournent en rond : chacune a l'autre pour cause ; reprenez la chaîne",
    "the answers go round in a circle: each is the other's cause; take the chain up again",
)
_REPEATED: Final = Wording(
    "cette réponse répète le problème ; indiquez sa cause", "this answer repeats the problem; give its cause"
)
_NOT_ROOT: Final = Wording(
    "une autre chaîne donne la cause de cette réponse : elle n'est pas une racine ; poursuivez la chaîne",
    "another chain gives this answer's cause: it is no root; carry the chain on",
)
_SAME_CHAIN: Final = Wording("cette chaîne est déjà saisie : ne l'indiquez qu'une fois", "this chain is given twice")


@attrs.frozen
class WhyChain(checks.Checked):
    """One chain of answers, whose last one is a root cause (chaîne de « pourquoi »).

    Args:
        answers: the answers in order, at least two; each is why the one before it is so, the first why the problem is.
        family: the code of the root's family.
        lever: what can be done about the root. A root that nothing can be done about is none: ask why once more, or
            stop one answer earlier.

    Raises:
        FaultsError: there are fewer than two answers, one is blank or repeats another, the lever is blank.
    """

    answers: tuple[str, ...] = attrs.field(converter=checks.as_tuple, repr=redacted)
    family: str
    lever: str = attrs.field(repr=redacted)

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(checks.items("answers", self.answers, checks.text, at_least=2))
        yield from misshapen
        if not misshapen:
            yield from checks.repeated((f"answers[{place}]", answer) for place, answer in enumerate(self.answers))
        yield from checks.code("family", self.family)
        yield from checks.text("lever", self.lever)

    @property
    def root(self) -> RootCause:
        """The last answer, under its family."""
        return RootCause(self.answers[-1], self.family)


@attrs.frozen
class FiveWhys(CauseAnalysis):
    """An analysis by the five whys (5 pourquoi). Several roots are several chains, which may begin alike.

    Args:
        problem: what is to be explained.
        chains: the chains, at least one.

    Raises:
        FaultsError: an answer repeats the problem, answers of several chains go round in a circle, the root of one
            chain is explained in another, a chain is given twice, or a root is put under two families.

    Source: M2-1 §4.1, §4.2.

    >>> whys = FiveWhys(
    ...     "La session a commencé sans formateur",
    ...     [WhyChain(["Le formateur était absent", "Nul ne le remplace"], "trainer_availability", "tenir un vivier")],
    ... )
    >>> [cause.statement for cause in whys.root_causes]
    ['Nul ne le remplace']
    """

    method: ClassVar[Method] = Method.FIVE_WHYS

    problem: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    chains: tuple[WhyChain, ...] = attrs.field(
        converter=checks.as_tuple, metadata=checks.list_of(checks.a(WhyChain), at_least=1)
    )

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(super()._faults())
        yield from misshapen
        if not misshapen:
            yield from self._repetitions()
            yield from self._unfinished()
            yield from self._circles()
            yield from under_one_family(self.located_causes)

    def _answers(self) -> Iterator[tuple[str, str]]:
        for index, chain in enumerate(self.chains):
            for place, answer in enumerate(chain.answers):
                yield f"chains[{index}].answers[{place}]", answer

    def _repetitions(self) -> Iterator[Fault]:
        for path, answer in self._answers():
            if key(answer) == key(self.problem):
                yield Fault(path, REDACTED, _REPEATED)
        met: set[tuple[str, ...]] = set()
        for index, chain in enumerate(self.chains):
            steps = tuple(map(key, chain.answers))
            if steps in met:
                yield Fault(f"chains[{index}]", REDACTED, _SAME_CHAIN)
            met.add(steps)

    def _unfinished(self) -> Iterator[Fault]:
        explained = {key(answer) for chain in self.chains for answer in chain.answers[:-1]}
        for index, chain in enumerate(self.chains):
            last = len(chain.answers) - 1
            if key(chain.answers[last]) in explained:
                yield Fault(f"chains[{index}].answers[{last}]", REDACTED, _NOT_ROOT)

    def _circles(self) -> Iterator[Fault]:
        causes: dict[str, dict[str, None]] = {key(answer): {} for _, answer in self._answers()}
        for chain in self.chains:
            for effect, cause in pairwise(chain.answers):
                causes[key(effect)][key(cause)] = None
        places = {key(answer): path for path, answer in reversed([*self._answers()])}
        for circle in cycles({effect: tuple(of) for effect, of in causes.items()}):
            yield Fault(places[circle[0]], REDACTED, _CIRCLE)

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The root of each chain."""
        return tuple(LocatedCause(f"chains[{index}].family", chain.root) for index, chain in enumerate(self.chains))

    def _blocks(self, lang: Lang, _: Taxonomy) -> Iterator[Block]:
        yield Field(_PROBLEM.in_(lang), self.problem)
        for chain in self.chains:
            yield Points(chain.answers, word=_WHY.in_(lang), numbered=True)
            yield Field(_LEVER.in_(lang), chain.lever)

    def _drawing(self, lang: Lang) -> Flowchart:  # noqa: ARG002  the drawing has no words of its own
        chart = Flowchart("TB")
        roots = {key(cause.statement) for cause in self.root_causes}
        drawn = {"": chart.node(self.problem, Shape.HEXAGON)}
        arrows: dict[tuple[str, str], None] = {}
        for chain in self.chains:
            effect = drawn[""]
            for answer in chain.answers:
                name = key(answer)
                if name not in drawn:
                    drawn[name] = chart.node(answer, Shape.STADIUM if name in roots else Shape.BOX)
                arrows[effect, drawn[name]] = None
                effect = drawn[name]
        for start, end in arrows:
            chart.arrow(start, end)
        return chart
