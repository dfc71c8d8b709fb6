"""The steps of a PDCA and what each one records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.shown import colon
from reclamation_core.cases.texts import redacted
from reclamation_core.errors import Fault
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Lang, Wording


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
    """What is to be done, and how one will know that it worked (Plan).

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
            yield from checks.said_once((f"actions[{index}]", action) for index, action in enumerate(self.actions))
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

    statement: str = attrs.field(repr=redacted)
    proof: str = attrs.field(repr=redacted)
    done_on: date

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("statement", self.statement)
        yield from checks.text("proof", self.proof)
        yield from checks.day("done_on", self.done_on)

    def in_(self, lang: Lang) -> str:
        """What was done, as one sentence."""
        return f"{self.statement} ({_PROOF.in_(lang)}{colon(lang)}{self.proof}, {self.done_on.isoformat()})"


@attrs.frozen
class Checking(checks.Checked):
    """What was found, held against the plan's criterion (Check).

    Args:
        result: what was found.
        verdict: what it means for the criterion.
        checked_on: the day of the check, not before the doing.

    Raises:
        FaultsError: the text is blank, there is no verdict, or the day is not a date.
    """

    result: str = attrs.field(repr=redacted)
    verdict: PdcaVerdict
    checked_on: date

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("result", self.result)
        yield from checks.a(PdcaVerdict)("verdict", self.verdict)
        yield from checks.day("checked_on", self.checked_on)

    def in_(self, lang: Lang) -> str:
        """The check as one sentence."""
        return f"{self.result} ({self.verdict.label(lang)}, {self.checked_on.isoformat()})"


@attrs.frozen
class Acting(checks.Checked):
    """What follows from the verdict (Act).

    Raises:
        FaultsError: there is no decision, or the text is blank.
    """

    decision: PdcaDecision
    statement: str = attrs.field(repr=redacted)

    def _faults(self) -> Iterator[Fault]:
        yield from checks.a(PdcaDecision)("decision", self.decision)
        yield from checks.text("statement", self.statement)

    def in_(self, lang: Lang) -> str:
        """The decision as one sentence."""
        return f"{self.decision.label(lang)}{colon(lang)}{self.statement}"
