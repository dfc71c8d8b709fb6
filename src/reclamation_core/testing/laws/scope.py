"""Laws of a policy: what is a complaint, and until when it is to be answered. Source: M2-1 §1, §5.0."""

from __future__ import annotations

from typing import Any, Final

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.cases import Admissibility
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Policy
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.strategies import calendars, complaint_facts, notes
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, Nature, Requirement

_CALENDAR: Final = BusinessCalendar.france()
_STANDINGS: Final = (None, Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED, Admissibility.OUT_OF_SCOPE)


def _facts(policy: Policy) -> Drawn:
    """Facts of complaints, as many of each standing."""
    return {"facts": st.one_of([complaint_facts(policy=policy, standing=standing) for standing in _STANDINGS])}


def _noted(low: bool) -> Any:
    def drawn(policy: Policy) -> Drawn:
        return {**_facts(policy), "note": notes(policy=policy, low=low)}

    return drawn


def _noteless(policy: Policy) -> Drawn:
    return {"facts": complaint_facts(policy=policy, satisfaction=st.just(ABSENT))}


def _outcome(policy: Policy, facts: ComplaintFacts, **changes: Any) -> Eligibility | None:
    return policy.assess(attrs.evolve(facts, **changes), _CALENDAR).eligibility.outcome


@law(
    "a-low-note-is-a-complaint-by-itself",
    "M2-1 §1.4",
    "une note inférieure au seuil est une réclamation à elle seule, quoi qu'on sache du reste",
    "a note below the threshold is a complaint by itself, whatever else is known",
    reading="I1, I9",
    drawn=_noted(low=True),
)
def low_note(policy: Policy, facts: ComplaintFacts, note: float) -> Breach | None:
    found = _outcome(policy, facts, satisfaction=note)
    return unless(found is Eligibility.COMPLAINT, Eligibility.COMPLAINT, found)


@law(
    "a-high-note-changes-nothing",
    "M2-1 §1.4",
    "une note égale ou supérieure au seuil ne change rien à la recevabilité",
    "a note on the threshold or above changes nothing of the eligibility",
    reading="I1",
    drawn=_noted(low=False),
)
def high_note(policy: Policy, facts: ComplaintFacts, note: float) -> Breach | None:
    without, found = _outcome(policy, facts, satisfaction=ABSENT), _outcome(policy, facts, satisfaction=note)
    return unless(found is without, without, found)


@law(
    "a-lower-note-never-leaves-scope",
    "M2-1 §1.4",
    "ce qui est une réclamation le reste avec une note plus basse",
    "what is a complaint remains one with a lower note",
    reading="I1",
    drawn=lambda policy: {**_facts(policy), "note": notes(policy=policy), "other": notes(policy=policy)},
)
def lower_note(policy: Policy, facts: ComplaintFacts, note: float, other: float) -> Breach | None:
    lower, higher = sorted((note, other))
    if _outcome(policy, facts, satisfaction=higher) is not Eligibility.COMPLAINT:
        return None
    found = _outcome(policy, facts, satisfaction=lower)
    return unless(found is Eligibility.COMPLAINT, Eligibility.COMPLAINT, found, lower=lower, higher=higher)


@law(
    "an-initial-request-is-out-of-scope",
    "M2-1 §1.5",
    "une demande initiale d'information n'entre pas dans le cadre, sauf par sa note",
    "an initial request for information is out of scope, unless its note says otherwise",
    reading="I8",
    drawn=_noteless,
)
def initial_request(policy: Policy, facts: ComplaintFacts) -> Breach | None:
    return _is_out(policy, facts, nature=Nature.INITIAL_INFORMATION_REQUEST)


@law(
    "an-opinion-is-out-of-scope",
    "M2-1 §1.6",
    "une opinion générale ou un jugement n'entre pas dans le cadre, sauf par sa note",
    "a general opinion or judgement is out of scope, unless its note says otherwise",
    drawn=_noteless,
)
def opinion(policy: Policy, facts: ComplaintFacts) -> Breach | None:
    return _is_out(policy, facts, nature=Nature.GENERAL_OPINION)


@law(
    "no-requirement-no-complaint",
    "M2-1 §1.2",
    "sans exigence contractuelle, légale ou réglementaire en cause, ou sans prestation vendue, il n'y a pas de "
    "réclamation, sauf par la note",
    "where no contractual, legal or regulatory requirement is at stake, or no service was sold, there is no complaint, "
    "unless the note says otherwise",
    reading="I20",
    drawn=_noteless,
)
def no_requirement(policy: Policy, facts: ComplaintFacts) -> Breach | None:
    return _is_out(policy, facts, requirement=Requirement.NONE) or _is_out(policy, facts, sold_service=False)


def _is_out(policy: Policy, facts: ComplaintFacts, **changes: Any) -> Breach | None:
    found = _outcome(policy, facts, **changes)
    return unless(found is Eligibility.OUT_OF_SCOPE, Eligibility.OUT_OF_SCOPE, found, **changes)


@law(
    "a-deadline-unless-out-of-scope",
    "M2-1 §5.0",
    "une échéance est donnée tant que la demande n'est pas hors du cadre, et aucune quand elle l'est",
    "a deadline is given while the message is not out of scope, and none once it is",
    reading="I10",
    drawn=_facts,
)
def deadline_in_scope(policy: Policy, facts: ComplaintFacts) -> Breach | None:
    assessment = policy.assess(facts, _CALENDAR)
    out = assessment.eligibility.outcome is Eligibility.OUT_OF_SCOPE
    kept = (assessment.deadline is None) is out
    return unless(kept, "None" if out else "Deadline", assessment.deadline)


@law(
    "the-deadline-is-the-edition's",
    "M2-1 §5.0",
    "l'échéance suit la règle de l'édition, sur le calendrier du site et les fermetures de l'édition",
    "the deadline follows the edition's rule, on the site's calendar with the edition's closures",
    reading="I2",
    drawn=lambda policy: {"facts": complaint_facts(policy=policy), "calendar": calendars()},
)
def edition_deadline(policy: Policy, facts: ComplaintFacts, calendar: BusinessCalendar) -> Breach | None:
    found = policy.assess(facts, calendar).deadline
    if found is None:
        return None
    expected = Deadline(policy.calendar(calendar), policy.parameters.deadline, facts.received_at)
    return unless(found.due == expected.due, expected.due, found.due)
