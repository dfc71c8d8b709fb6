"""What may be registered: complaints, survey results, malfunctions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from reclamation_core.cases import Admissibility
from reclamation_core.desk import Registration
from reclamation_core.policy import Policy
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts, survey_facts
from reclamation_core.testing.strategies.invalid import Invalid, spoilt
from reclamation_core.testing.strategies.text import names, texts
from reclamation_core.vocabulary import ComplaintFacts


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
