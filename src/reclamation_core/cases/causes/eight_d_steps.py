"""The steps of an 8D and what each one records."""

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
_EFFECTIVE: Final = {True: Wording("efficace", "effective"), False: Wording("sans effet", "not effective")}


@attrs.frozen
class Emergency(checks.Checked):
    """D0: what was done at once (réponse d'urgence).

    Args:
        response: what was done; where nothing was needed, why.
        needed: False where no emergency called for anything.

    Raises:
        FaultsError: the text is blank.
    """

    response: str = attrs.field(repr=redacted)
    needed: bool = True

    def in_(self, lang: Lang) -> str:
        """What was done at once, as one sentence."""
        return self.response if self.needed else f"{_NOT_NEEDED.in_(lang)}{colon(lang)}{self.response}"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("response", self.response)
        yield from checks.truth("needed", self.needed)


@attrs.frozen
class Team(checks.Checked):
    """D1: who works on it (équipe).

    Args:
        pilot: who leads (pilote).
        members: the others; nobody twice, the pilot not among them.

    Raises:
        FaultsError: there is no pilot, or somebody is named twice.
    """

    pilot: str = attrs.field(repr=redacted)
    members: tuple[str, ...] = attrs.field(default=(), converter=checks.as_tuple, repr=redacted)

    def in_(self, lang: Lang) -> str:
        """The pilot and the members."""
        return ", ".join((f"{self.pilot} ({_PILOT.in_(lang)})", *self.members))

    def _faults(self) -> Iterator[Fault]:
        misshapen = (
            *checks.text("pilot", self.pilot),
            *checks.items("members", self.members, checks.text, at_least=0),
        )
        yield from misshapen
        if not misshapen:
            named = ((f"members[{index}]", member) for index, member in enumerate(self.members))
            yield from checks.said_once([("pilot", self.pilot), *named])


@attrs.frozen
class Containment(checks.Checked):
    """D3: the containment (mesure conservatoire), its effect checked.

    Args:
        measure: what was done.
        effect: what was found when its effect was checked.
        checked_on: the day of that check.

    Raises:
        FaultsError: a text is blank, or the day is not a date.

    Source: M2-1 §3.
    """

    measure: str = attrs.field(repr=redacted)
    effect: str = attrs.field(repr=redacted)
    checked_on: date

    def in_(self, lang: Lang) -> str:
        """The measure and its effect, as one sentence."""
        return f"{self.measure}{colon(lang)}{self.effect} ({self.checked_on.isoformat()})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("measure", self.measure)
        yield from checks.text("effect", self.effect)
        yield from checks.day("checked_on", self.checked_on)


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

    action: str = attrs.field(repr=redacted)
    cause: str = attrs.field(repr=redacted)

    def in_(self, lang: Lang) -> str:
        """The action and its cause, as one sentence."""
        return f"{self.action} (cause{colon(lang)}{self.cause})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("action", self.action)
        yield from checks.text("cause", self.cause)


@attrs.frozen
class Implementation(checks.Checked):
    """D6: what was put in place (mise en œuvre), and when.

    Raises:
        FaultsError: the text is blank, or the day is not a date.
    """

    statement: str = attrs.field(repr=redacted)
    done_on: date

    def in_(self, lang: Lang) -> str:  # noqa: ARG002  its words are its own
        """What was put in place, as one sentence."""
        return f"{self.statement} ({self.done_on.isoformat()})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("statement", self.statement)
        yield from checks.day("done_on", self.done_on)


@attrs.frozen
class Measure(checks.Checked):
    """D6: the result measured (mesure du résultat).

    Args:
        result: what was measured.
        effective: whether the actions removed the problem.
        measured_on: the day of the measure.

    Raises:
        FaultsError: the text is blank, the day is not a date, or it is not said whether the actions are effective.
    """

    result: str = attrs.field(repr=redacted)
    effective: bool
    measured_on: date

    def in_(self, lang: Lang) -> str:
        """The result, as one sentence."""
        return f"{self.result} ({_EFFECTIVE[self.effective].in_(lang)}, {self.measured_on.isoformat()})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("result", self.result)
        yield from checks.truth("effective", self.effective)
        yield from checks.day("measured_on", self.measured_on)


@attrs.frozen
class Closure(checks.Checked):
    """D8: the end of the work (clôture), and what is owed to the team.

    Raises:
        FaultsError: the text is blank, or the day is not a date.
    """

    conclusion: str = attrs.field(repr=redacted)
    closed_on: date

    def in_(self, lang: Lang) -> str:  # noqa: ARG002  its words are its own
        """The end, as one sentence."""
        return f"{self.conclusion} ({self.closed_on.isoformat()})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("conclusion", self.conclusion)
        yield from checks.day("closed_on", self.closed_on)
