"""8D: eight disciplines, and the emergency before them, taken one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Final, Self

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import CauseAnalysis
from reclamation_core.cases.causes.blocks import Block
from reclamation_core.cases.causes.eight_d_rendering import blocks, drawing
from reclamation_core.cases.causes.eight_d_steps import (
    NEEDS,
    Closure,
    Containment,
    Correction,
    EightDStep,
    Emergency,
    Implementation,
    Measure,
    Team,
)
from reclamation_core.cases.causes.mermaid import Flowchart
from reclamation_core.cases.causes.root_cause import LocatedCause, RootCause
from reclamation_core.cases.causes.statements import key
from reclamation_core.cases.causes.steps import out_of_order, refuse_out_of_order
from reclamation_core.cases.causes.taxonomy import Taxonomy
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.documents import REDACTED
from reclamation_core.errors import Fault
from reclamation_core.wording import Lang, Wording

_NO_SUCH_CAUSE: Final = Wording(
    "une cause racine de D4 est attendue, dans les mêmes mots", "a root cause of D4 is expected, in the same words"
)
_TOO_EARLY: Final = Wording(
    "cette date précède celle de l'étape dont elle dépend ; corrigez l'une des deux",
    "this date is before that of the step it rests on; mend one of the two",
)
_SHAPES: Final[dict[EightDStep, checks.Check]] = {
    EightDStep.EMERGENCY: checks.optional(checks.a(Emergency)),
    EightDStep.TEAM: checks.optional(checks.a(Team)),
    EightDStep.PROBLEM: checks.optional(checks.text),
    EightDStep.CONTAINMENT: checks.optional(checks.a(Containment)),
    EightDStep.CAUSES: lambda path, value: checks.items(path, value, checks.a(RootCause), at_least=0),
    EightDStep.CORRECTIONS: lambda path, value: checks.items(path, value, checks.a(Correction), at_least=0),
    EightDStep.IMPLEMENTATION: checks.optional(checks.a(Implementation)),
    EightDStep.MEASURE: checks.optional(checks.a(Measure)),
    EightDStep.PREVENTION: checks.optional(checks.text),
    EightDStep.CLOSURE: checks.optional(checks.a(Closure)),
}


@attrs.frozen(kw_only=True)
class EightD(CauseAnalysis):
    """An analysis by 8D (méthode 8D). `EightD()` is one of which no step is taken; each method takes one.

    Args:
        emergency: D0.
        team: D1.
        problem: D2, what is to be explained.
        containment: D3.
        causes: D4, the root causes, each once; none while the step is not taken.
        corrections: D5, each for a cause of D4; none while the step is not taken.
        implementation: D6.
        measure: D6, which may come after D7 but not after D8.
        prevention: D7, what keeps the problem from coming back, here and elsewhere.
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
    reclamation_core.cases.causes.steps.StepOrderError: 'D5 corrective actions chosen': first comes D3 containment,
    D4 root causes
    """

    method: ClassVar[Method] = Method.EIGHT_D

    emergency: Emergency | None = None
    team: Team | None = None
    problem: str | None = attrs.field(default=None, repr=redacted)
    containment: Containment | None = None
    causes: tuple[RootCause, ...] = attrs.field(default=(), converter=checks.as_tuple)
    corrections: tuple[Correction, ...] = attrs.field(default=(), converter=checks.as_tuple)
    implementation: Implementation | None = None
    measure: Measure | None = None
    prevention: str | None = attrs.field(default=None, repr=redacted)
    closure: Closure | None = None

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(
            fault for step in EightDStep for fault in _SHAPES[step](step.value, getattr(self, step.value))
        )
        yield from misshapen
        yield from out_of_order(self._taken, NEEDS)
        if not misshapen:
            yield from checks.said_once(
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
        values = ((step, getattr(self, step.value)) for step in EightDStep)
        return {step: value for step, value in values if value is not None and value != ()}

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
        """Take D0: what was done at once or, with `needed=False`, why nothing was.

        Raises:
            StepOrderError: the step is taken already.
            FaultsError: the text is blank.
        """
        self._refuse(EightDStep.EMERGENCY)
        return attrs.evolve(self, emergency=Emergency(response, needed))

    def form_team(self, pilot: str, members: Iterable[str] = ()) -> Self:
        """Take D1: who leads, and who else works on it.

        Raises:
            StepOrderError: D0 is missing, or the step is taken already.
            FaultsError: there is no pilot, or somebody is named twice.
        """
        self._refuse(EightDStep.TEAM)
        return attrs.evolve(self, team=Team(pilot, tuple(members)))

    def describe(self, problem: str) -> Self:
        """Take D2: what is to be explained.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: the text is blank.
        """
        self._refuse(EightDStep.PROBLEM)
        return attrs.evolve(self, problem=problem)

    def contain(self, measure: str, *, effect: str, checked_on: date) -> Self:
        """Take D3: the containment, and its effect as it was checked.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: a text is blank, or the day is not a date.
        """
        self._refuse(EightDStep.CONTAINMENT)
        return attrs.evolve(self, containment=Containment(measure, effect, checked_on))

    def find(self, *causes: RootCause) -> Self:
        """Take D4: the root causes, found by whatever method; `find(*analysis.root_causes)` takes another's.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: there is no cause, or one is given twice.
        """
        self._refuse(EightDStep.CAUSES)
        checks.refuse(checks.items("causes", causes, checks.a(RootCause), at_least=1))
        return attrs.evolve(self, causes=causes)

    def choose(self, *corrections: Correction) -> Self:
        """Take D5: the corrective actions chosen, each for a cause of D4.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: there is no correction, or one names no cause of D4.
        """
        self._refuse(EightDStep.CORRECTIONS)
        checks.refuse(checks.items("corrections", corrections, checks.a(Correction), at_least=1))
        return attrs.evolve(self, corrections=corrections)

    def implement(self, statement: str, *, done_on: date) -> Self:
        """Take the first half of D6: what was put in place.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: the text is blank, or the day is not a date.
        """
        self._refuse(EightDStep.IMPLEMENTATION)
        return attrs.evolve(self, implementation=Implementation(statement, done_on))

    def record_result(self, result: str, *, effective: bool, measured_on: date) -> Self:
        """Take the second half of D6: the result measured.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: the text is blank, or the measure is dated before the implementation.
        """
        self._refuse(EightDStep.MEASURE)
        return attrs.evolve(self, measure=Measure(result, effective, measured_on))

    def prevent(self, prevention: str) -> Self:
        """Take D7: what keeps the problem from coming back, here and elsewhere.

        Raises:
            StepOrderError: a step before it is missing, or it is taken already.
            FaultsError: the text is blank.
        """
        self._refuse(EightDStep.PREVENTION)
        return attrs.evolve(self, prevention=prevention)

    def close(self, conclusion: str, *, closed_on: date) -> Self:
        """Take D8: the end of the work.

        Raises:
            StepOrderError: a step before it is missing, the measure of D6 among them, or it is taken already.
            FaultsError: the text is blank, or the end is dated before the measure.
        """
        self._refuse(EightDStep.CLOSURE)
        return attrs.evolve(self, closure=Closure(conclusion, closed_on))

    def _refuse(self, step: EightDStep) -> None:
        refuse_out_of_order(step, self._taken, NEEDS)

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The causes of D4."""
        return tuple(LocatedCause(f"causes[{index}].family", cause) for index, cause in enumerate(self.causes))

    def _blocks(self, lang: Lang, families: Taxonomy) -> Iterator[Block]:
        return blocks(self._taken, lang, families)

    def _drawing(self, lang: Lang) -> Flowchart:
        return drawing(self._taken, lang)
