"""A corrected receipt, across editions: the events have both, the state has only the right one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, SupportKind
from reclamation_core.cases.events import FactsCorrected
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy, PolicyBook, UnknownEditionError, m2_1
from reclamation_core.vocabulary import Role, Sites
from tests.inside import clock_of, store_of
from tests.unit.desk import factories

NEW_YEAR = date(2026, 1, 1)
BOOK = PolicyBook(
    [
        Policy(edition="2025", in_force_until=NEW_YEAR - timedelta(days=1)),
        Policy(
            edition="2026",
            in_force_from=NEW_YEAR,
            parameters=attrs.evolve(
                m2_1().parameters,
                deadline=attrs.evolve(m2_1().deadline, days=8),
                closures=((date(2026, 1, 5), date(2026, 1, 6)),),
            ),
        ),
    ]
)


def _transfer(desk: Desk, reference: str) -> Case:
    unit = "CRE" if desk.cases.get(reference).handling_unit == "STR" else "STR"
    return desk.reroute(reference, handling_unit=unit)


ACTS: tuple[Callable[[Desk, str], Case], ...] = (
    lambda desk, reference: desk.acknowledge(reference),
    lambda desk, reference: desk.contain(reference, measure="un remplaçant"),
    _transfer,
    lambda desk, reference: desk.correct(reference, reason="relu", mobilisation="regional"),
    lambda desk, reference: desk.qualify(reference, problem="l'absence", risks={"training": 2}, likelihood=1),
)
receipts = st.integers(-240, 240).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
ROOF = attrs.evolve(factories.SITES["CRE"], code="TOI", closures=((date(2026, 1, 6), date(2026, 1, 8)),))
SITES = Sites([*(factories.SITES[code] for code in factories.SITES), ROOF])


def moved(code: str) -> Sites:
    """Return the sites, one of them in another territory."""
    return Sites(attrs.evolve(SITES[one], territory="guadeloupe") if one == code else SITES[one] for one in SITES)


def left(code: str) -> Sites:
    """Return the sites without one."""
    return Sites(SITES[one] for one in SITES if one != code)


def lived(
    receipt: datetime,
    site: str,
    acts: list[Callable[[Desk, str], Case]],
    truth: datetime | None,
    since: Sites | None = SITES,
) -> Case:
    """Return a case whose receipt was corrected by a desk with these sites, after some commands."""
    desk = factories.new_desk(policy=BOOK, sites=SITES)
    case = factories.registered(desk, site, receipt)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="courriel")
    if truth is not None:
        later = Desk(store_of(desk), policy=BOOK, sites=since, clock=clock_of(desk)).acting("Mme Roux", Role.RQR)
        later.correct(case.reference, reason="cachet de la poste", received_at=truth)
    for act in acts:
        case = act(desk, case.reference)
    return desk.cases.get(case.reference)


@given(receipts, receipts, st.sampled_from(["CRE", "STR", "FDF"]), st.lists(st.sampled_from(ACTS)))
def test_a_corrected_receipt_equals_a_receipt_known_from_the_start(
    mistaken: datetime, truth: datetime, site: str, acts: list[Callable[[Desk, str], Case]]
) -> None:
    corrected, known = lived(mistaken, site, acts, truth), lived(truth, site, acts, None)
    assert (corrected.facts, corrected.verdict, corrected.terms) == (known.facts, known.verdict, known.terms)
    assert (corrected.deadline, corrected.awaited_on) == (known.deadline, known.awaited_on)
    assert (corrected.level, corrected.state) == (known.level, known.state)


@given(receipts, receipts, st.sampled_from(["CRE", "STR", "FDF"]), st.sampled_from([moved, left, lambda _: None]))
def test_a_case_retains_its_calendar_after_its_site_moved_or_left(
    mistaken: datetime, truth: datetime, site: str, change: Callable[[str], Sites | None]
) -> None:
    corrected, known = lived(mistaken, site, [], truth, change(site)), lived(truth, site, [], None)
    assert (corrected.terms, corrected.deadline) == (known.terms, known.deadline)


@given(receipts, receipts, st.sampled_from([lambda _: SITES, moved]))
def test_a_closure_of_both_agency_and_site_stays_the_site_s(
    mistaken: datetime, truth: datetime, change: Callable[[str], Sites]
) -> None:
    corrected, known = lived(mistaken, "TOI", [], truth, change("TOI")), lived(truth, "TOI", [], None)
    assert (corrected.terms, corrected.deadline) == (known.terms, known.deadline)


def test_a_receipt_is_not_moved_from_an_unknown_edition() -> None:
    desk = factories.new_desk(policy=BOOK)
    case = factories.registered(desk, "CRE", datetime(2026, 1, 2, 9, tzinfo=UTC))
    older = Desk(store_of(desk), policy=BOOK.editions[0], sites=factories.SITES, clock=clock_of(desk))
    with pytest.raises(UnknownEditionError, match="'2026' is not in the book"):
        older.correct(case.reference, reason="cachet", received_at=datetime(2025, 12, 30, 9, tzinfo=UTC))
    assert desk.cases.get(case.reference) == case


@given(receipts, st.sampled_from(["CRE", "STR", "FDF"]))
def test_a_correction_leaves_the_registration_unchanged(truth: datetime, site: str) -> None:
    mistaken = datetime(2025, 12, 30, 9, tzinfo=UTC)
    corrected = lived(mistaken, site, [], truth)
    assert corrected.registration.facts.received_at == mistaken
    assert corrected.registration.terms.edition == "2025"


def test_days_and_closures_of_the_edition_at_the_corrected_receipt_count() -> None:
    # Received on Friday 2 January, the fifth and the sixth closed: 7 to 9 and 12 to 16 January are the eight days.
    corrected = lived(datetime(2025, 12, 30, 9, tzinfo=UTC), "CRE", [], datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert corrected.edition == "2026"
    assert corrected.awaited_on == date(2026, 1, 16)


def test_a_receipt_corrected_within_an_edition_retains_the_calendar() -> None:
    desk = factories.new_desk(policy=BOOK)
    case = factories.registered(desk, "STR", datetime(2026, 1, 2, 9, tzinfo=UTC))
    moved = attrs.evolve(factories.SITES["STR"], territory="metropole")
    elsewhere = Desk(
        store_of(desk), policy=BOOK, sites=Sites([moved]), clock=factories.FakeClock(factories.at(1, month=7))
    )
    corrected = elsewhere.correct(case.reference, reason="cachet", received_at=datetime(2026, 1, 1, 9, tzinfo=UTC))
    assert corrected.terms == case.terms
    assert isinstance(corrected.events[-1].data, FactsCorrected)
    assert corrected.events[-1].data.terms is None
