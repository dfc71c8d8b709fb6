"""Facts of complaints and malfunctions, and registrations with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.cases import Admissibility
from reclamation_core.desk import Registration
from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Enumeration, Integer, Number
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.text import (
    Invalid,
    edition_or_default,
    member,
    names,
    require_strategies,
    spoilt,
    texts,
)
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
    facts_of,
)

_NOON: Final = datetime.fromisoformat("2026-05-02T12:00:00+00:00")


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
"""The formal, local complaint of a trainee by e-mail about a contract: what facts shrink towards."""


def _values(cls: Any, unknown: bool) -> dict[str, st.SearchStrategy[Any]]:
    """Return what each fact of a class is drawn from, notes apart; risks may always be unknown."""
    declared = facts_of(cls).values()
    return {fact.name: _drawn(fact, unknown) for fact in declared if not isinstance(fact.domain, Number)}


def _drawn(fact: Fact, unknown: bool) -> st.SearchStrategy[Any]:
    """Return the values of a fact's domain; the first is what it shrinks towards."""
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
    """Satisfaction notes on the scale of an edition, often on its threshold or next to it.

    Args:
        policy: the edition; `m2_1()` by default.
        low: True for notes below the threshold alone, False for the others.

    Shrinks towards the least note that there may be.
    """
    survey = edition_or_default(policy).parameters.survey
    (least, greatest), threshold = survey.scale, survey.threshold
    beside = (least + threshold) / 2  # below the threshold, as near to the scale's end as to it
    marks = sorted({least, threshold, greatest, beside})
    allowed = [note for note in marks if low is None or (note < threshold) is low]
    bottom, top = (threshold, greatest) if low is False else (least, threshold if low else greatest)
    between = st.floats(bottom, top, exclude_max=bool(low), allow_nan=False)
    return st.sampled_from(allowed) | between


def complaint_facts(
    *,
    policy: Policy | None = None,
    standing: Admissibility | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    unknown: bool = True,
    **given: st.SearchStrategy[Any],
) -> st.SearchStrategy[ComplaintFacts]:
    """Facts of complaints.

    Args:
        policy: the edition whose scale the notes are on, and that says where they stand; `m2_1()` by default.
        standing: in scope, to be clarified or out of scope alone; any by default.
        received_at: when they were received.
        unknown: False where channel to client, reach and mobilisation are known; risks may be unknown all the same.
        given: for a fact by its name, what it is drawn from instead.

    Shrinks towards the formal, local complaint of a trainee by e-mail about a contract, whose risks are not judged.

    Raises:
        InvalidArgument: something asked for is none: a standing, an edition, a fact, a strategy.

    >>> from reclamation_core.vocabulary import Channel
    >>> by_phone = complaint_facts(channel=st.just(Channel.PHONE))
    """
    edition, standing = edition_or_default(policy), member("standing", standing, Admissibility)
    values = _values(ComplaintFacts, unknown)
    values["satisfaction"] = st.just(ABSENT) | notes(policy=edition) | (st.just(UNKNOWN) if unknown else st.nothing())
    received = instants() if received_at is None else received_at
    require_strategies({"received_at", *values}, {"received_at": received, **given})
    if standing is None:
        return _facts(ComplaintFacts, {"received_at": received, **given}, values)
    return _standing(edition, standing, received, {**values, **given})


@st.composite
def _facts(
    draw: st.DrawFn, cls: Any, given: Mapping[str, st.SearchStrategy[Any]], values: Mapping[str, st.SearchStrategy[Any]]
) -> Any:
    """The facts that are given, and some of the others otherwise than in the plain case."""
    others = sorted(values.keys() - given.keys())
    changed = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    plain = {name: value for name, value in _KNOWN.items() if name in values}
    drawn = {name: draw(value) for name, value in given.items()}
    return cls(**{**plain, **{name: draw(values[name]) for name in changed}, **drawn})


@st.composite
def _standing(
    draw: st.DrawFn,
    policy: Policy,
    standing: Admissibility,
    received_at: st.SearchStrategy[datetime],
    values: Mapping[str, st.SearchStrategy[Any]],
) -> ComplaintFacts:
    """Facts that stand somewhere: those of a cell of the table, some changed where they stand there all the same."""
    look_up = policy.tables["eligibility"].look_up
    outcome = {Admissibility.IN_SCOPE: Eligibility.COMPLAINT, Admissibility.OUT_OF_SCOPE: Eligibility.OUT_OF_SCOPE}.get(
        standing
    )
    place = {name: _KNOWN[name] for name in ("client_scope", "service_reach", "mobilisation")}
    facts: dict[str, Any] = {**place, **draw(st.sampled_from(_witnesses(policy, outcome)))}
    for name in draw(st.lists(st.sampled_from(sorted(values)), unique=True)):
        changed = {**facts, name: draw(values[name])}
        if look_up(changed).outcome is outcome:
            facts = changed
    return ComplaintFacts(received_at=draw(received_at), **facts)


@lru_cache(maxsize=64)
def _witnesses(policy: Policy, outcome: Eligibility | None) -> tuple[Mapping[str, Any], ...]:
    """Facts for which the table gives an outcome, those of a row each; nothing known, where it gives none."""
    table = policy.tables["eligibility"]
    if outcome is None:
        return ({},)
    found = (table.witness_for(row.id) for row in table.rows if row.then is outcome)
    return tuple(facts for facts in found if facts is not None)


def malfunction_facts(
    *,
    received_at: st.SearchStrategy[datetime] | None = None,
    unknown: bool = True,
    **given: st.SearchStrategy[Any],
) -> st.SearchStrategy[MalfunctionFacts]:
    """Facts of internal malfunctions; the arguments are those of `complaint_facts`.

    Shrinks towards one of one centre, of which the risks are not judged.
    """
    values = _values(MalfunctionFacts, unknown)
    received = instants() if received_at is None else received_at
    require_strategies({"received_at", *values}, {"received_at": received, **given})
    return _facts(MalfunctionFacts, {"received_at": received, **given}, values)


def survey_facts(
    *,
    policy: Policy | None = None,
    low: bool | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
) -> st.SearchStrategy[ComplaintFacts]:
    """What is known of a note of the end-of-training survey, the trainee's or the company's.

    Args:
        policy: whose scale the notes are on; `m2_1()` by default.
        low: True for notes that are complaints by themselves, False for the others.
        received_at: when the result became available.

    Shrinks towards the trainee's least note.
    """
    return st.builds(
        ComplaintFacts,
        received_at=instants() if received_at is None else received_at,
        channel=st.just(Channel.SURVEY),
        complainant=st.sampled_from([Complainant.TRAINEE, Complainant.COMPANY]),
        satisfaction=notes(policy=policy, low=low),
    )


_BAD: Final[tuple[tuple[str, Any, type[Exception]], ...]] = (
    ("received_at", datetime(2026, 5, 2, 12), FaultsError),  # noqa: DTZ001  naive on purpose
    ("received_at", "2026-05-02", FaultsError),
    ("received_at", None, FaultsError),
    ("service_reach", "partout", FaultsError),
    ("mobilisation", "régionale, peut-être", FaultsError),
    ("severity_safety", 5, FaultsError),
    ("severity_legal", -1, FaultsError),
    ("severity_contract", 1.5, FaultsError),
    ("severity_financial", "grave", FaultsError),
    ("severity_relation", True, FaultsError),
    ("likelihood", 0, FaultsError),
    ("likelihood", 5, FaultsError),
    ("recurrences", -1, FaultsError),
    ("causes", -1, FaultsError),
)
_BAD_OF_COMPLAINTS: Final[tuple[tuple[str, Any, type[Exception]], ...]] = (
    ("channel", "pigeon", FaultsError),
    ("formal", "oui", FaultsError),
    ("formal", 1, FaultsError),
    ("complainant", "", FaultsError),
    ("nature", 3, FaultsError),
    ("requirement", "moral", FaultsError),
    ("sold_service", "non", FaultsError),
    ("satisfaction", float("nan"), FaultsError),
    ("satisfaction", float("inf"), FaultsError),
    ("satisfaction", "six", FaultsError),
    ("client_scope", "mondial", FaultsError),
)


def invalid_complaint_facts() -> st.SearchStrategy[Invalid]:
    """Arguments that `ComplaintFacts` refuses; shrinks towards a receipt without its time zone."""
    return spoilt({"received_at": _NOON}, *_BAD, *_BAD_OF_COMPLAINTS)


def invalid_malfunction_facts() -> st.SearchStrategy[Invalid]:
    """Arguments that `MalfunctionFacts` refuses; shrinks towards a receipt without its time zone."""
    return spoilt({"received_at": _NOON}, *_BAD)


def complaints(
    *,
    policy: Policy | None = None,
    standing: Admissibility | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Registration]:
    """Complaints to register (réclamations); `desk.register_many` takes them, and so does `desk.register`, by field.

    Args:
        policy: the edition that says where they stand; `m2_1()` by default.
        standing: in scope, to be clarified or out of scope alone; any by default.
        received_at: when they were received.
        sites: the codes of the sites that register them; any names by default.
        words: what is said; `texts()` by default.

    Shrinks towards the formal, local complaint of a trainee, of which nothing was written down.
    """
    facts = complaint_facts(policy=policy, standing=standing, received_at=received_at)
    return _registered(facts, sites, words)


def survey_results(
    *,
    policy: Policy | None = None,
    low: bool | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Registration]:
    """Notes of the end-of-training survey to register (résultats d'enquête).

    Args:
        policy: whose scale the notes are on; `m2_1()` by default.
        low: True for notes that are complaints by themselves, False for the others.
        received_at: when the results became available.
        sites: the codes of the sites that register them; any names by default.
        words: what is said beside the note; `texts()` by default.

    Shrinks towards the trainee's least note.
    """
    return _registered(survey_facts(policy=policy, low=low, received_at=received_at), sites, words)


def malfunctions(
    *,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Registration]:
    """Internal malfunctions to register (dysfonctionnements internes); the arguments are those of `complaints`.

    Shrinks towards one of one centre, of which nothing was written down.
    """
    return _registered(malfunction_facts(received_at=received_at), sites, words, complained=False)


def _registered(
    facts: st.SearchStrategy[Any],
    sites: st.SearchStrategy[str] | None,
    words: st.SearchStrategy[str] | None,
    *,
    complained: bool = True,
) -> st.SearchStrategy[Registration]:
    places = names() if sites is None else sites
    said = st.none() | (texts() if words is None else words)
    return st.builds(
        Registration,
        facts=facts,
        site=places,
        service_sites=st.lists(places, max_size=2, unique=True).map(tuple),
        source=st.none() | names(),
        complainant=said if complained else st.none(),
        verbatim=said,
        remedy_sought=said if complained else st.none(),
    )


def registrations(
    *,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Registration]:
    """Complaints, survey results and malfunctions; the arguments are theirs. Shrinks towards a complaint."""
    return st.one_of(
        complaints(policy=policy, received_at=received_at, sites=sites, words=words),
        survey_results(policy=policy, received_at=received_at, sites=sites, words=words),
        malfunctions(received_at=received_at, sites=sites, words=words),
    )


def invalid_registrations() -> st.SearchStrategy[Invalid]:
    """Arguments that `desk.register` refuses, on a desk that knows no sites; shrinks towards a site without a name."""
    received = st.just(ComplaintFacts(received_at=datetime.fromisoformat("2021-01-01T12:00:00+00:00")))
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("site", "", ValueError),
        ("site", 94, TypeError),
        ("site", "é\ud800", ValueError),
        ("site", "x" * 201, ValueError),
        ("site", "Créteil ", ValueError),
        ("site", "a\nb", ValueError),
        ("service_sites", ("CRE", " "), ValueError),
        ("service_sites", ("CRE", " STD"), ValueError),
        ("handling_unit", "CRE\u200b", ValueError),
        ("source", "", ValueError),
        ("source", 4711, TypeError),
        ("complainant", "\0", ValueError),
        ("verbatim", " ", ValueError),
        ("verbatim", b"octets", TypeError),
        ("remedy_sought", "\udfff", ValueError),
    )
    return received.flatmap(lambda facts: spoilt({"facts": facts, "site": "CRE"}, *bad))
