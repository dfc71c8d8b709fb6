"""PDCA: plan, do, check, act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import ClassVar, Final, Self

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import CauseAnalysis, Taxonomy, out_of_order, refuse_out_of_order
from reclamation_core.cases.causes.rendering import Block, Field, Flowchart, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault
from reclamation_core.wording import Lang, Wording, colon


class PdcaStep(LabelledEnum):
    """A step of a PDCA (étape), in order; its code is the field of `Pdca` that records it."""

    PLAN = "plan", "Planifier", "Plan"
    DO = "doing", "Réaliser", "Do"
    CHECK = "checking", "Vérifier", "Check"
    ACT = "acting", "Agir", "Act"


class PdcaVerdict(LabelledEnum):
    """What the check found (verdict)."""

    MET = "met", "critère atteint", "criterion met"
    PARTLY_MET = "partly_met", "critère partiellement atteint", "criterion partly met"
    NOT_MET = "not_met", "critère non atteint", "criterion not met"


class PdcaDecision(LabelledEnum):
    """What is done with the verdict (décision)."""

    STANDARDISE = "standardise", "généraliser", "standardise"
    ADJUST = "adjust", "ajuster et recommencer", "adjust and begin again"
    ABANDON = "abandon", "abandonner", "abandon"


_CRITERION: Final = Wording("critère", "criterion")
_PROOF: Final = Wording("preuve", "proof")


@attrs.frozen
class Plan(checks.Checked):
    """The measure, and the criterion of its success (Plan).

    Args:
        objective: what is aimed at.
        actions: what is to be done, at least one action, each once.
        criterion: what the result will be held against (critère).

    Raises:
        FaultsError: a text is blank, there is no action, or one is given twice.
    """

    objective: str = attrs.field(repr=redacted)
    actions: tuple[str, ...] = attrs.field(converter=checks.as_tuple, repr=redacted)
    criterion: str = attrs.field(repr=redacted)

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("objective", self.objective)
        misshapen = tuple(checks.items("actions", self.actions, checks.text, at_least=1))
        yield from misshapen
        if not misshapen:
            yield from checks.repeated((f"actions[{index}]", action) for index, action in enumerate(self.actions))
        yield from checks.text("criterion", self.criterion)

    def in_(self, lang: Lang) -> str:
        """The plan as one sentence."""
        criterion = f"{_CRITERION.in_(lang)}{colon(lang)}{self.criterion}"
        return f"{self.objective}{colon(lang)}{', '.join(self.actions)} ({criterion})"


@attrs.frozen
class Doing(checks.Checked):
    """What was done, what proves it (preuve), and when (Do).

    Raises:
        FaultsError: a text is blank, or the day is not a date.
    """

    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    proof: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    done_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:
        """What was done, as one sentence."""
        return f"{self.statement} ({_PROOF.in_(lang)}{colon(lang)}{self.proof}, {self.done_on.isoformat()})"


@attrs.frozen
class Checking(checks.Checked):
    """The result, compared with the criterion of the plan (Check).

    Args:
        result: what was found.
        verdict: what it means for the criterion.
        checked_on: the day of the check, not before the doing.

    Raises:
        FaultsError: the text is blank, there is no verdict, or the day is not a date.
    """

    result: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    verdict: PdcaVerdict = attrs.field(metadata=checks.checked_by(checks.a(PdcaVerdict)))
    checked_on: date = attrs.field(metadata=checks.DAY)

    def in_(self, lang: Lang) -> str:
        """The check as one sentence."""
        return f"{self.result} ({self.verdict.label(lang)}, {self.checked_on.isoformat()})"


@attrs.frozen
class Acting(checks.Checked):
    """What follows from the verdict (Act).

    Raises:
        FaultsError: there is no decision, or the text is blank.
    """

    decision: PdcaDecision = attrs.field(metadata=checks.checked_by(checks.a(PdcaDecision)))
    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)

    def in_(self, lang: Lang) -> str:
        """The decision as one sentence."""
        return f"{self.decision.label(lang)}{colon(lang)}{self.statement}"


_NEEDS: Final = {step: tuple(PdcaStep)[:index] for index, step in enumerate(PdcaStep)}
_TOO_EARLY: Final = Wording(
    "cette date précède la réalisation ; corrigez l'une des deux",
    "this date is before the doing; correct one of the two",
)
_UNPROVED: Final = Wording(
    "on ne généralise que ce qui atteint son critère ; ajustez, ou abandonnez",
    "only what meets its criterion is standardised; adjust, or abandon",
)


@attrs.frozen(kw_only=True)
class Pdca(CauseAnalysis):
    """One turn of the wheel (roue de Deming, PDCA). It seeks no causes: it tries a remedy.

    Each of the methods `do`, `check` and `act` takes one step. It raises `StepOrderError` if the step before it is
    missing or if it is taken already, and `FaultsError` if a value is refused.

    Args:
        plan: what is to be done, with its criterion.
        doing: what was done.
        checking: what was found, and the verdict.
        acting: what follows from the verdict.

    Raises:
        FaultsError: a step is there without those before it, the check is dated before the doing, or what does not meet
            its criterion is standardised.

    Source: M2-1 §4.1, §4.2.

    >>> wheel = Pdca.begin("deux jours de préavis au plus", ["tenir un vivier"], criterion="aucune annulation en mai")
    >>> [step.label() for step in wheel.do("vivier tenu", proof="liste", done_on=date(2026, 4, 1)).next_steps]
    ['Vérifier']
    """

    method: ClassVar[Method] = Method.PDCA

    plan: Plan = attrs.field(metadata=checks.checked_by(checks.a(Plan)))
    doing: Doing | None = attrs.field(default=None, metadata=checks.optional_object(Doing))
    checking: Checking | None = attrs.field(default=None, metadata=checks.optional_object(Checking))
    acting: Acting | None = attrs.field(default=None, metadata=checks.optional_object(Acting))

    @classmethod
    def begin(cls, objective: str, actions: Iterable[str], *, criterion: str) -> Self:
        """Plan: what is aimed at, what is to be done, how one will know that it worked.

        Raises:
            FaultsError: a text is blank, there is no action, or one is given twice.
        """
        return cls(plan=Plan(objective, tuple(actions), criterion))

    def do(self, statement: str, *, proof: str, done_on: date) -> Self:
        """Record what was done, with its proof."""
        self._refuse(PdcaStep.DO)
        return attrs.evolve(self, doing=Doing(statement, proof, done_on))

    def check(self, result: str, verdict: PdcaVerdict, *, checked_on: date) -> Self:
        """Compare the result with the criterion of the plan."""
        self._refuse(PdcaStep.CHECK)
        return attrs.evolve(self, checking=Checking(result, verdict, checked_on))

    def act(self, decision: PdcaDecision, statement: str) -> Self:
        """Decide what follows from the verdict."""
        self._refuse(PdcaStep.ACT)
        return attrs.evolve(self, acting=Acting(decision, statement))

    @property
    def _taken(self) -> dict[PdcaStep, Plan | Doing | Checking | Acting]:
        values = attrs.asdict(self, recurse=False)
        return {step: values[step.value] for step in PdcaStep if values[step.value] is not None}

    @property
    def taken(self) -> tuple[PdcaStep, ...]:
        """The steps that are taken, in order."""
        return tuple(self._taken)

    @property
    def next_steps(self) -> tuple[PdcaStep, ...]:
        """The step that can be taken now; none once the wheel has turned."""
        return tuple(PdcaStep)[len(self._taken) :][:1]

    def _refuse(self, step: PdcaStep) -> None:
        refuse_out_of_order(step, self._taken, _NEEDS)

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(super()._faults())
        yield from misshapen
        yield from out_of_order(self._taken, _NEEDS)
        if not misshapen:
            yield from self._inconsistent()

    def _inconsistent(self) -> Iterator[Fault]:
        if self.doing and self.checking and self.checking.checked_on < self.doing.done_on:
            yield Fault("checking.checked_on", self.checking.checked_on, _TOO_EARLY)
        met = self.checking and self.checking.verdict is PdcaVerdict.MET
        if self.acting and self.acting.decision is PdcaDecision.STANDARDISE and not met:
            yield Fault("acting.decision", self.acting.decision, _UNPROVED)

    def _sentences(self, step: PdcaStep, lang: Lang) -> str:
        value = self._taken.get(step)
        return "–" if value is None else value.in_(lang)

    def _blocks(self, lang: Lang, _: Taxonomy) -> Iterator[Block]:
        return (Field(step.label(lang), self._sentences(step, lang)) for step in PdcaStep)

    def _drawing(self, lang: Lang) -> Flowchart:
        chart = Flowchart("LR")
        taken = self._taken
        names = {
            step: chart.node(
                f"{step.label(lang)} / {self._sentences(step, lang)}", Shape.BOX if step in taken else Shape.ROUND
            )
            for step in PdcaStep
        }
        for before, step in pairwise(PdcaStep):
            chart.arrow(names[before], names[step], dotted=step not in taken)
        if self.acting and self.acting.decision is PdcaDecision.ADJUST:
            chart.arrow(names[PdcaStep.ACT], names[PdcaStep.PLAN])
        return chart
