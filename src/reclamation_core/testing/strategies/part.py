"""Parts of cases and of plans, as those that lived have them; what they refer to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from reclamation_core.cases import RecordedEvent
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.plans import Action, LineReference, PublishedPlan, RecordedPlanEvent, Signature
from reclamation_core.testing.strategies.plan import busy_pgaacs, plan_scopes
from reclamation_core.testing.strategies.text import names
from reclamation_core.testing.strategies.told import cases
from reclamation_core.vocabulary import Role

_LAST: Final = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=datetime(2027, 1, 1, tzinfo=UTC))


def events() -> st.SearchStrategy[RecordedEvent]:
    """Events of cases that lived; shrinks towards the registration of a complaint."""
    return cases().flatmap(lambda case: st.sampled_from(case.events))


def plan_events() -> st.SearchStrategy[RecordedPlanEvent]:
    """Events of plans that lived; shrinks towards an action added."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.events))


def actions() -> st.SearchStrategy[Action]:
    """Actions on plans that lived; shrinks towards one to do."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.actions))


def editions() -> st.SearchStrategy[PublishedPlan]:
    """What was published of plans that lived; shrinks towards one of three actions to do."""
    return busy_pgaacs().map(lambda plan: plan.publish(_LAST).editions[-1])


def line_references() -> st.SearchStrategy[LineReference]:
    """Actions named with the plan that they are on; shrinks towards one of a site's."""
    return st.builds(LineReference, scope=plan_scopes(), action=names())


def taxonomies() -> st.SearchStrategy[Taxonomy]:
    """Some of the families of causes of a training body; shrinks towards the first."""
    families = st.sampled_from(TRAINING_BODY.families)
    return st.lists(families, min_size=1, unique=True).map(Taxonomy)
