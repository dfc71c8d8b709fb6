"""What can happen to a case: what was done to handle it, from the acknowledgement to the answer."""

from __future__ import annotations

import attrs

from reclamation_core.cases.checks import (
    each_a_label,
    listed,
    member_of,
    name,
    number,
    of_class,
    optional,
    some,
    truth,
)
from reclamation_core.cases.codes import AnswerDecision, Method
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.cases.telling import AssessmentSnapshot, Facts
from reclamation_core.cases.texts import Text, free, personal
from reclamation_core.vocabulary import Level


@attrs.frozen(kw_only=True)
class Acknowledged:
    """Receipt was acknowledged to the complainant (accusé de réception); it does not stop the answer clock."""


@attrs.frozen(kw_only=True)
class ContainmentTaken:
    """An immediate measure was taken to limit the impact (mesure conservatoire). Source: M2-1 §3."""

    measure: Text = free()


@attrs.frozen(kw_only=True)
class ContainmentEffectRecorded:
    """What a containment measure achieved was recorded. `measure` is the number of the event that took it."""

    measure: int = attrs.field(validator=number)
    effective: bool = attrs.field(validator=truth)
    effect: Text = free()


@attrs.frozen(kw_only=True)
class Qualified:
    """The case was qualified (qualification): the problem understood, its risks judged. Source: M2-1 §2.

    Args:
        problem: the problem, said again in the words of who handles it.
        requirement_reference: where the requirement breached is written.
        conforming: whether what was done conforms to the requirement.
        facts: all the facts, the requirement and the risks by domain among them; None where nothing is new. What is
            judged in a qualification (requirement, severities, likelihood, recurrences) may be judged anew.
        supported_by: the RQR or AQ who helped, if any.
        experts: who was consulted for the risks (CODIR, famille métier).
    """

    problem: Text = free()
    requirement_reference: Text | None = free(default=None)
    conforming: bool | None = attrs.field(default=None, validator=optional(truth))
    facts: Facts | None = None
    supported_by: Text | None = personal(default=None)
    experts: tuple[Text, ...] = personal(many=True)
    verdict: AssessmentSnapshot | None = None


@attrs.frozen(kw_only=True)
class Rerouted:
    """Another level handles the case (réorientation). An override of what the procedure gives has its reason.

    Args:
        level: the level that handles it from now on.
        handling_unit: and who.
        override: whether the level is another than the procedure's; filled in when the command is decided.
        reason: why.
        verdict: what the procedure says of the case at that level; filled in when the command is decided.
    """

    level: Level = attrs.field(validator=member_of(Level))
    handling_unit: str = attrs.field(validator=name)
    override: bool = attrs.field(default=False, validator=truth)
    reason: Text | None = free(default=None)
    verdict: AssessmentSnapshot | None = None


@attrs.frozen(kw_only=True)
class Analysed:
    """The causes were looked for (analyse des causes). Source: M2-1 §4.

    Args:
        method: the method used, None for a plain look.
        causes: the root causes found, each under its family.
        report: the analysis itself.
        facts: all the facts, the number of causes among them; filled in when the command is decided.
    """

    method: Method | None = attrs.field(default=None, validator=optional(member_of(Method)))
    causes: tuple[str, ...] = attrs.field(default=(), converter=listed, validator=each_a_label)
    report: Text | None = free(default=None)
    facts: Facts | None = None
    verdict: AssessmentSnapshot | None = None


@attrs.frozen(kw_only=True)
class ActionsPlanned:
    """Actions were put on a plan (plan d'actions). Source: M2-1 §4.1.

    Args:
        plan: whose plan.
        actions: their references on it.
    """

    plan: PlanScope = attrs.field(validator=of_class(PlanScope))
    actions: tuple[str, ...] = attrs.field(converter=listed, validator=[some, each_a_label])

    @property
    def lines(self) -> tuple[LineReference, ...]:
        """What each is found by."""
        return tuple(LineReference(self.plan, action) for action in self.actions)


@attrs.frozen(kw_only=True)
class NoActionNeeded:
    """It was stated why no action is needed."""

    reason: Text = free()


@attrs.frozen(kw_only=True)
class Answered:
    """The complainant was answered in substance (réponse). It stops the answer clock. Source: M2-1 §5.0.

    Args:
        decision: founded or not.
        text: the answer.
        remedies: what is done for the complainant.
        recourse: whether the answer names the recourse open to the complainant.
        collective: a recorded collective action stands for the answer to an anonymous note.
    """

    decision: AnswerDecision = attrs.field(validator=member_of(AnswerDecision))
    text: Text = free()
    remedies: Text | None = free(default=None)
    recourse: bool = attrs.field(default=False, validator=truth)
    collective: bool = attrs.field(default=False, validator=truth)
