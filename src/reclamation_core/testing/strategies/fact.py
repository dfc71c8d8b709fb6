"""Facts of complaints and malfunctions, and registrations with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.cases import Admissibility
from reclamation_core.desk import Registration
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Day, Enumeration, Integer, Number
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.text import member, names, policy_or_default, require_strategies, texts
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    Eligibility,
    Fact,
    MalfunctionFacts,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)
from reclamation_core.vocabulary.facts import KINDS, facts_of
from reclamation_core.vocabulary.own_facts import OWN, ShortText

_KNOWN: Final[Mapping[str, Any]] = {
    "channel": Channel.EMAIL,
    "formal": True,
    "complainant": Complainant.TRAINEE,
    "nature": Nature.GRIEVANCE,
    "requirement": Requirement.CONTRACTUAL,
    "sold_service": True,
    "client_scope": ClientScope.LOCAL,
    "service_reach": ServiceReach.ONE_CENTRE,
    "mobilisation": Mobilisation.LOCAL,
}
"""The formal, local complaint of a trainee by e-mail about a contract, towards which facts shrink."""


def _values(cls: type[Any], unknown: bool) -> dict[str, st.SearchStrategy[Any]]:
    """Return the strategy of each fact of a class, notes apart; risks may always be unknown."""
    declared = facts_of(cls).values()
    return {fact.name: _drawn(fact, unknown) for fact in declared if not isinstance(fact.domain, Number)}


def _drawn(fact: Fact, unknown: bool) -> st.SearchStrategy[Any]:
    """Return the strategy of a fact's domain; it shrinks towards the first value."""
    missing = [UNKNOWN] if unknown or fact.name not in _KNOWN else []
    match fact.domain:
        case Integer(minimum=int(least), maximum=int(most)):
            return st.sampled_from([*missing, *range(least, most + 1)])
        case Integer(minimum=least):
            return st.just(UNKNOWN) | st.integers(least, 7)
        case Enumeration(values=values):
            found: list[Any] = list(values)
        case _:
            found = [True, False]
    plain = _KNOWN.get(fact.name, UNKNOWN)
    return st.sampled_from([plain, *(value for value in [*found, *missing] if value is not plain)])


def notes(*, policy: Policy | None = None, low: bool | None = None) -> st.SearchStrategy[float | Decimal]:
    """Satisfaction scores on the scale of an edition, often at its threshold; shrinks towards the least score.

    Args:
        policy: the edition; `m2_1()` by default.
        low: True for notes below the threshold, False for the others; any by default.
    """
    survey = policy_or_default(policy).parameters.survey
    (least, greatest), threshold = survey.scale, survey.threshold
    marks = sorted({least, threshold, greatest, (least + threshold) / 2})
    allowed = [note for note in marks if low is None or (note < threshold) is low]
    bottom, top = (threshold, greatest) if low is False else (least, threshold if low else greatest)
    between = st.floats(bottom, top, exclude_max=bool(low))
    return st.sampled_from(allowed) | between


def complaint_facts(
    *,
    policy: Policy | None = None,
    admissibility: Admissibility | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    unknown: bool = True,
    **given: st.SearchStrategy[Any],
) -> st.SearchStrategy[ComplaintFacts]:
    """Facts of complaints.

    Args:
        policy: the edition of the scale of notes, of the admissibility and of own facts; `m2_1()` by default.
        admissibility: the admissibility: in scope, to be clarified or out of scope; any by default.
        received_at: the instants of receipt.
        unknown: False for known facts, risks apart.
        given: other strategies for facts, by name.

    Shrinks towards the formal, local complaint of a trainee by e-mail about a contract, whose risks are not judged.

    Raises:
        InvalidArgument: an option is not an admissibility, an edition, a fact or a strategy.

    >>> from reclamation_core.vocabulary import Channel
    >>> by_phone = complaint_facts(channel=st.just(Channel.PHONE))
    """
    edition, admissibility = policy_or_default(policy), member("admissibility", admissibility, Admissibility)
    values = _values(ComplaintFacts, unknown)
    values |= _own_values(edition, KINDS[0])
    values["satisfaction"] = st.just(ABSENT) | notes(policy=edition) | (st.just(UNKNOWN) if unknown else st.nothing())
    received = instants() if received_at is None else received_at
    require_strategies({"received_at", OWN, *values}, {"received_at": received, **given})
    if admissibility is None:
        return _facts(ComplaintFacts, {"received_at": received, **given}, values)
    return _with_admissibility(edition, admissibility, received, {**values, **given})


@st.composite
def _facts(
    draw: st.DrawFn,
    cls: type[Any],
    given: Mapping[str, st.SearchStrategy[Any]],
    values: Mapping[str, st.SearchStrategy[Any]],
) -> Any:
    """Draw the given facts, and a few of the others; the rest is as in the plain case."""
    others = sorted(values.keys() - given.keys())
    changed = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    plain = {name: value for name, value in _KNOWN.items() if name in values}
    drawn = {name: draw(value) for name, value in given.items()}
    return _made(cls, {**plain, **{name: draw(values[name]) for name in changed}, **drawn})


def _made(cls: Any, values: Mapping[str, Any]) -> Any:
    """Return facts with values by name, those of an edition's own facts by `own.NAME`."""
    own = {name.removeprefix(_OWN): value for name, value in values.items() if name.startswith(_OWN)}
    others = {name: value for name, value in values.items() if not name.startswith(_OWN)}
    given = others.pop(OWN, {})
    return cls(**others, own={**own, **given})


_OWN: Final = f"{OWN}."


def _own_values(policy: Policy, kind: str) -> dict[str, st.SearchStrategy[Any]]:
    """Return the strategy of each fact that an edition declares for a kind of case, by `own.NAME`."""
    return {fact.key: st.none() | _own(fact) for fact in policy.facts if kind in fact.kinds}


def _own(fact: Fact) -> st.SearchStrategy[Any]:
    match fact.domain:
        case Enumeration(values=values):
            return st.sampled_from([value for value in values if value not in fact.retired])
        case Integer(minimum=least, maximum=most):
            return st.integers(least, most)
        case Number(minimum=least, maximum=most):
            return st.decimals(least, most, allow_nan=False, allow_infinity=False, places=2)
        case Day(minimum=first, maximum=last):
            return st.dates(first or date.min, last or date.max)
        case ShortText(longest=longest):
            return texts().map(lambda text: text.strip()[:longest].strip()).filter(bool)
        case _:
            return st.booleans()


@st.composite
def _with_admissibility(
    draw: st.DrawFn,
    policy: Policy,
    admissibility: Admissibility,
    received_at: st.SearchStrategy[datetime],
    values: Mapping[str, st.SearchStrategy[Any]],
) -> ComplaintFacts:
    """Draw facts of an admissibility: those of a cell of the table, some changed if the admissibility stays."""
    look_up = policy.tables["eligibility"].look_up
    outcome = {Admissibility.IN_SCOPE: Eligibility.COMPLAINT, Admissibility.OUT_OF_SCOPE: Eligibility.OUT_OF_SCOPE}.get(
        admissibility
    )
    place = {name: _KNOWN[name] for name in ("client_scope", "service_reach", "mobilisation")}
    facts: dict[str, Any] = {**place, **draw(st.sampled_from(_witnesses(policy, outcome)))}
    for name in draw(st.lists(st.sampled_from(sorted(values)), unique=True)):
        changed = {**facts, name: draw(values[name])}
        if look_up(changed).outcome is outcome:
            facts = changed
    made: ComplaintFacts = _made(ComplaintFacts, {"received_at": draw(received_at), **facts})
    return made


@lru_cache(maxsize=64)
def _witnesses(policy: Policy, outcome: Eligibility | None) -> tuple[Mapping[str, Any], ...]:
    """Return facts of an outcome, one for each row; without an outcome, no facts."""
    table = policy.tables["eligibility"]
    if outcome is None:
        return ({},)
    found = (table.witness_for(row.id) for row in table.rows if row.then is outcome)
    return tuple(facts for facts in found if facts is not None)


def malfunction_facts(
    *,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    unknown: bool = True,
    **given: st.SearchStrategy[Any],
) -> st.SearchStrategy[MalfunctionFacts]:
    """Facts of internal malfunctions; shrinks towards a malfunction of one site without judged risks.

    The arguments are those of `complaint_facts`; of the edition the own facts are drawn.
    """
    values = _values(MalfunctionFacts, unknown) | _own_values(policy_or_default(policy), KINDS[1])
    received = instants() if received_at is None else received_at
    require_strategies({"received_at", OWN, *values}, {"received_at": received, **given})
    return _facts(MalfunctionFacts, {"received_at": received, **given}, values)


def survey_facts(
    *, policy: Policy | None = None, low: bool | None = None, received_at: st.SearchStrategy[datetime] | None = None
) -> st.SearchStrategy[ComplaintFacts]:
    """Facts of a note of the end-of-training survey; shrinks towards the least note of a trainee.

    Args:
        policy: the edition of the scale of notes; `m2_1()` by default.
        low: True for notes that are complaints by themselves, False for the others.
        received_at: the instants of receipt.
    """
    return st.builds(
        ComplaintFacts,
        received_at=instants() if received_at is None else received_at,
        channel=st.just(Channel.SURVEY),
        complainant=st.sampled_from([Complainant.TRAINEE, Complainant.COMPANY]),
        satisfaction=notes(policy=policy, low=low),
    )


def registrations(
    *,
    facts: st.SearchStrategy[Any] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Registration]:
    """Registrations for `desk.register_many`; `desk.register` takes their fields.

    Args:
        facts: the facts; those of a complaint, a survey result or a malfunction by default.
        sites: the codes of the registering sites; any names by default.
        words: the texts; `texts()` by default. A malfunction has neither complainant nor remedy.

    Shrinks towards the formal, local complaint of a trainee, without texts.

    >>> complaints = registrations(facts=complaint_facts())
    """
    drawn = complaint_facts() | survey_facts() | malfunction_facts() if facts is None else facts
    places = names() if sites is None else sites
    text = st.none() | (texts() if words is None else words)

    def of(known: object) -> st.SearchStrategy[Registration]:
        of_complaint = text if isinstance(known, ComplaintFacts) else st.none()
        return st.builds(
            Registration,
            facts=st.just(known),
            site=places,
            service_sites=st.lists(places, max_size=2, unique=True).map(tuple),
            source=st.none() | names(),
            complainant=of_complaint,
            verbatim=text,
            remedy_sought=of_complaint,
        )

    return drawn.flatmap(of)
