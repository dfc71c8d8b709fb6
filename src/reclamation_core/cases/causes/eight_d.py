"""8D: eight disciplines, and the emergency before them, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar, Final, Self

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import (
    TRAINING_BODY,
    CauseAnalysis,
    LocatedCause,
    RootCause,
    Taxonomy,
    out_of_order,
    refuse_out_of_order,
)
from reclamation_core.cases.causes.checks import key
from reclamation_core.cases.causes.rendering import Block, Field, Flowchart, Points, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import REDACTED, Fault
from reclamation_core.wording import Lang, Wording, colon


class EightDStep(LabelledEnum):
    """A step of an 8D (étape), in order; its code is the field of `EightD` that records it."""

    EMERGENCY = "emergency", "D0 urgence", "D0 emergency"
    TEAM = "team", "D1 équipe et pilote", "D1 team and pilot"
    PROBLEM = "problem", "D2 problème", "D2 problem"
    CONTAINMENT = "containment", "D3 mesure conservatoire", "D3 containment"
    CAUSES = "causes", "D4 causes racines", "D4 root causes"
    CORRECTIONS = "corrections", "D5 actions correctives choisies", "D5 corrective actions chosen"
    IMPLEMENTATION = "implementation", "D6 mise en œuvre", "D6 implementation"
    MEASURE = "measure", "D6 mesure du résultat", "D6 measure of the result"
    PREVENTION = "prevention", "D7 prévention de la récurrence", "D7 prevention of recurrence"
    CLOSURE = "closure", "D8 clôture", "D8 closure"


def _needs(step: EightDStep) -> tuple[EightDStep, ...]:
    before = tuple(EightDStep)[: tuple(EightDStep).index(step)]
    # A result is often measured long after the rest: only the closure waits for it.
    return before if step is EightDStep.CLOSURE else tuple(each for each in before if each is not EightDStep.MEASURE)


NEEDS: Final = {step: _needs(step) for step in EightDStep}
"""What must be taken before each step."""


_NOT_NEEDED: Final = Wording("aucune urgence", "no emergency")
_PILOT: Final = Wording("pilote", "pilot")
_EFFECTIVE: Final = {True: Wording("efficace", "effective"), False: Wording("non efficace", "not effective")}


@attrs.frozen
class Emergency(checks.Checked):
    """D0: what was done at once (réponse d'urgence).

    Args:
        response: what was done; where nothing was needed, why.
        needed: False where no emergency called for anything.

    Raises:
        FaultsError: the text is blank.
    """

    response: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    needed: bool = attrs.field(default=True, metadata=checks.TRUTH)

    def in_(self, lang: Lang) -> str:
        """What was done at once, as one sentence."""
        return self.response if self.needed else f"{_NOT_NEEDED.in_(lang)}{colon(lang)}{self.response}"


@attrs.frozen
class Team(checks.Checked):
    """D1: who works on it (équipe).

    Args:
        pilot: who leads (pilote).
        members: the others, each once, without the pilot.

    Raises:
        FaultsError: there is no pilot, or a person is named twice.
    """

    pilot: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    members: tuple[str, ...] = attrs.field(
        default=(), repr=redacted, converter=checks.as_tuple, metadata=checks.list_of(checks.text)
    )

    def in_(self, lang: Lang) -> str:
        """The pilot and the members."""
        return ", ".join((f"{self.pilot} ({_PILOT.in_(lang)})", *self.members))

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(super()._faults())
        yield from misshapen
        if not misshapen:
            named = ((f"members[{index}]", member) for index, member in enumerate(self.members))
            yield from checks.repeated([("pilot", self.pilot), *named])


@attrs.frozen
class ContainmentStep(checks.Checked):
    """D3: the containment (mesure conservatoire), its effect checked.

    Args:
        measure: what was done.
        effect: what was found when its effect was checked.
        checked_on: the day of that check.

    Raises:
        FaultsError: a text is blank, or the day is not a date.

    Source: M2-1 §3.
    """

    measure: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    effect: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    checked_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:
        """The measure and its effect, as one sentence."""
        return f"{self.measure}{colon(lang)}{self.effect} ({self.checked_on.isoformat()})"


@attrs.frozen
class Correction(checks.Checked):
    """D5: a corrective action chosen (action corrective).

    Args:
        action: what is to be done.
        cause: the root cause of D4 that it removes, in the words used there.

    Raises:
        FaultsError: a text is blank.

    Source: M2-1 §4.1.
    """

    action: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    cause: str = attrs.field(repr=redacted, metadata=checks.TEXT)

    def in_(self, lang: Lang) -> str:
        """The action and its cause, as one sentence."""
        return f"{self.action} (cause{colon(lang)}{self.cause})"


@attrs.frozen
class Implementation(checks.Checked):
    """D6: what was put in place (mise en œuvre), and when.

    Raises:
        FaultsError: the text is blank, or the day is not a date.
    """

    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    done_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:  # noqa: ARG002  its words are its own
        """What was put in place, as one sentence."""
        return f"{self.statement} ({self.done_on.isoformat()})"


@attrs.frozen
class Measure(checks.Checked):
    """D6: the result measured (mesure du résultat).

    Args:
        result: what was measured.
        effective: whether the actions removed the problem.
        measured_on: the day of the measure.

    Raises:
        FaultsError: the text is blank, the day is not a date, or the effectiveness of the actions is missing.
    """

    result: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    effective: bool = attrs.field(metadata=checks.TRUTH)
    measured_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:
        """The result, as one sentence."""
        return f"{self.result} ({_EFFECTIVE[self.effective].in_(lang)}, {self.measured_on.isoformat()})"


@attrs.frozen
class Closure(checks.Checked):
    """D8: the end of the work (clôture), and what is owed to the team.

    Raises:
        FaultsError: the text is blank, or the day is not a date.
    """

    conclusion: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    closed_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:  # noqa: ARG002  its words are its own
        """The end, as one sentence."""
        return f"{self.conclusion} ({self.closed_on.isoformat()})"


_NOT_TAKEN: Final = "–"


def _blocks_of(taken: Mapping[EightDStep, object], lang: Lang, families: Taxonomy) -> Iterator[Block]:
    """Each step as a block; what is not taken yet has a dash."""
    for step in EightDStep:
        said = _sentences(taken[step], lang, families) if step in taken else (_NOT_TAKEN,)
        yield Field(step.label(lang), said[0]) if len(said) == 1 else Points(said, title=step.label(lang))


def _drawing_of(taken: Mapping[EightDStep, object], lang: Lang) -> Flowchart:
    """The steps one below the other; the way to what is not taken yet is dotted."""
    chart = Flowchart("TB")
    nodes = []
    for step in EightDStep:
        said = " / ".join((step.label(lang), *_sentences(taken[step], lang))) if step in taken else step.label(lang)
        nodes.append(chart.node(said, Shape.BOX if step in taken else Shape.ROUND))
    for (start, end), step in zip(pairwise(nodes), tuple(EightDStep)[1:]):
        chart.arrow(start, end, dotted=step not in taken)
    return chart


def _sentences(value: object, lang: Lang, families: Taxonomy = TRAINING_BODY) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(_words(each, lang, families) for each in values)


def _words(value: Any, lang: Lang, families: Taxonomy) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, RootCause):
        return value.in_(lang, families)
    words: str = value.in_(lang)
    return words


_NO_SUCH_CAUSE: Final = Wording(
    "une cause racine de D4 est attendue, dans les mêmes mots", "a root cause of D4 is expected, in the same words"
)
_TOO_EARLY: Final = Wording(
    "cette date précède celle de l'étape dont elle dépend ; corrigez l'une des deux",
    "this date is before that of the step it rests on; correct one of the two",
)


@attrs.frozen(kw_only=True)
class EightD(CauseAnalysis):
    """An analysis by 8D (méthode 8D). `EightD()` is one of which no step is taken.

    Each of the methods from `respond` to `close` takes one step. It raises `StepOrderError` if a step before it is
    missing or if it is taken already, and `FaultsError` if a value is refused.

    Args:
        emergency: D0.
        team: D1.
        problem: D2, what is to be explained.
        containment: D3.
        causes: D4, the root causes, each once; none while the step is not taken.
        corrections: D5, each for a cause of D4; none while the step is not taken.
        implementation: D6.
        measure: D6, which may come after D7 but not after D8.
        prevention: D7, the prevention of the problem, here and elsewhere.
        closure: D8.

    Raises:
        FaultsError: a step is there without those before it, a correction names no cause of D4, or the dates of D6 and
            D8 do not follow each other.

    Source: M2-1 §3, §4.1, §4.2.

    >>> eight_d = EightD().respond("session suspendue").form_team("RQR").describe("trois sessions annulées")
    >>> [step.label() for step in eight_d.next_steps]
    ['D3 mesure conservatoire']
    >>> eight_d.choose(Correction("tenir un vivier", "aucun remplaçant"))
    Traceback (most recent call last):
    ...
    reclamation_core.cases.causes.base.StepOrderError: 'D5 corrective actions chosen': first comes D3 containment,
    D4 root causes
    """

    method: ClassVar[Method] = Method.EIGHT_D

    emergency: Emergency | None = attrs.field(default=None, metadata=checks.optional_object(Emergency))
    team: Team | None = attrs.field(default=None, metadata=checks.optional_object(Team))
    problem: str | None = attrs.field(default=None, repr=redacted, metadata=checks.OPTIONAL_TEXT)
    containment: ContainmentStep | None = attrs.field(default=None, metadata=checks.optional_object(ContainmentStep))
    causes: tuple[RootCause, ...] = attrs.field(
        default=(), converter=checks.as_tuple, metadata=checks.list_of(checks.a(RootCause))
    )
    corrections: tuple[Correction, ...] = attrs.field(
        default=(), converter=checks.as_tuple, metadata=checks.list_of(checks.a(Correction))
    )
    implementation: Implementation | None = attrs.field(default=None, metadata=checks.optional_object(Implementation))
    measure: Measure | None = attrs.field(default=None, metadata=checks.optional_object(Measure))
    prevention: str | None = attrs.field(default=None, repr=redacted, metadata=checks.OPTIONAL_TEXT)
    closure: Closure | None = attrs.field(default=None, metadata=checks.optional_object(Closure))

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(super()._faults())
        yield from misshapen
        yield from out_of_order(self._taken, NEEDS)
        if not misshapen:
            yield from checks.repeated(
                (f"causes[{index}].statement", cause.statement) for index, cause in enumerate(self.causes)
            )
            yield from self._groundless()
            yield from self._too_early()

    def _groundless(self) -> Iterator[Fault]:
        known = {key(cause.statement) for cause in self.causes}
        for index, correction in enumerate(self.corrections):
            if key(correction.cause) not in known:
                yield Fault(f"corrections[{index}].cause", REDACTED, _NO_SUCH_CAUSE)

    def _too_early(self) -> Iterator[Fault]:
        if self.implementation and self.measure and self.measure.measured_on < self.implementation.done_on:
            yield Fault("measure.measured_on", self.measure.measured_on, _TOO_EARLY)
        if self.measure and self.closure and self.closure.closed_on < self.measure.measured_on:
            yield Fault("closure.closed_on", self.closure.closed_on, _TOO_EARLY)

    @property
    def _taken(self) -> dict[EightDStep, object]:
        values = attrs.asdict(self, recurse=False)
        return {step: values[step.value] for step in EightDStep if values[step.value] not in (None, ())}

    @property
    def taken(self) -> tuple[EightDStep, ...]:
        """The steps that are taken, in order."""
        return tuple(self._taken)

    @property
    def next_steps(self) -> tuple[EightDStep, ...]:
        """The steps that can be taken now: one, or two while the result is to be measured; none once it is closed."""
        taken = self._taken
        return tuple(step for step in EightDStep if step not in taken and all(need in taken for need in NEEDS[step]))

    def respond(self, response: str, *, needed: bool = True) -> Self:
        """Take D0: what was done at once or, with `needed=False`, why nothing was."""
        self._refuse(EightDStep.EMERGENCY)
        return attrs.evolve(self, emergency=Emergency(response, needed))

    def form_team(self, pilot: str, members: Iterable[str] = ()) -> Self:
        """Take D1: who leads, and who else works on it."""
        self._refuse(EightDStep.TEAM)
        return attrs.evolve(self, team=Team(pilot, tuple(members)))

    def describe(self, problem: str) -> Self:
        """Take D2: what is to be explained."""
        self._refuse(EightDStep.PROBLEM)
        return attrs.evolve(self, problem=problem)

    def contain(self, measure: str, *, effect: str, checked_on: date) -> Self:
        """Take D3: the containment, and its effect as it was checked."""
        self._refuse(EightDStep.CONTAINMENT)
        return attrs.evolve(self, containment=ContainmentStep(measure, effect, checked_on))

    def find(self, *causes: RootCause) -> Self:
        """Take D4: the root causes, found by any method, as `find(*analysis.root_causes)`."""
        self._refuse(EightDStep.CAUSES)
        checks.refuse(checks.items("causes", causes, checks.a(RootCause), at_least=1))
        return attrs.evolve(self, causes=causes)

    def choose(self, *corrections: Correction) -> Self:
        """Take D5: the corrective actions chosen, each for a cause of D4."""
        self._refuse(EightDStep.CORRECTIONS)
        checks.refuse(checks.items("corrections", corrections, checks.a(Correction), at_least=1))
        return attrs.evolve(self, corrections=corrections)

    def implement(self, statement: str, *, done_on: date) -> Self:
        """Take the first half of D6: what was put in place."""
        self._refuse(EightDStep.IMPLEMENTATION)
        return attrs.evolve(self, implementation=Implementation(statement, done_on))

    def record_result(self, result: str, *, effective: bool, measured_on: date) -> Self:
        """Take the second half of D6: the result measured."""
        self._refuse(EightDStep.MEASURE)
        return attrs.evolve(self, measure=Measure(result, effective, measured_on))

    def prevent(self, prevention: str) -> Self:
        """Take D7: the prevention of the problem, here and elsewhere."""
        self._refuse(EightDStep.PREVENTION)
        return attrs.evolve(self, prevention=prevention)

    def close(self, conclusion: str, *, closed_on: date) -> Self:
        """Take D8: the end of the work."""
        self._refuse(EightDStep.CLOSURE)
        return attrs.evolve(self, closure=Closure(conclusion, closed_on))

    def _refuse(self, step: EightDStep) -> None:
        refuse_out_of_order(step, self._taken, NEEDS)

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The causes of D4."""
        return tuple(LocatedCause(f"causes[{index}].family", cause) for index, cause in enumerate(self.causes))

    def _blocks(self, lang: Lang, families: Taxonomy) -> Iterator[Block]:
        return _blocks_of(self._taken, lang, families)

    def _drawing(self, lang: Lang) -> Flowchart:
        return _drawing_of(self._taken, lang)
