"""Batch registration has the results of single registrations, for every batch size."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case
from reclamation_core.desk import Desk, Registration
from reclamation_core.errors import ReclamationError
from reclamation_core.policy import Policy, PolicyBook
from tests.inside import desk_with
from tests.unit.desk import factories

NOW = datetime(2026, 7, 1, tzinfo=UTC)
BOOK = PolicyBook([Policy(edition="2026", in_force_from=date(2025, 6, 1))])
RECEIPTS = [
    datetime(2026, 6, 1, 9, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 30, tzinfo=UTC),  # of 2026 in Paris, of 2025 in Martinique
    datetime(2026, 7, 2, tzinfo=UTC),  # in the future
    datetime(2025, 1, 1, tzinfo=UTC),  # before any edition
]
facts = st.one_of(
    st.builds(
        factories.facts,
        st.sampled_from(RECEIPTS),
        satisfaction=st.sampled_from([4, 8, 11]),  # 11 is outside the scale
        requirement=st.sampled_from(["contractual", "none", None]),
    ),
    st.builds(factories.malfunction, st.sampled_from(RECEIPTS)),
    st.just("no facts"),
)
registrations = st.builds(
    Registration,
    facts=facts,
    site=st.sampled_from(["CRE", "CRE", "FDF", "STD", "nowhere", " "]),
    service_sites=st.sampled_from([(), ("STR",), ("STR", "nowhere")]),
    handling_unit=st.sampled_from([None, "STR", "nowhere"]),
    source=st.sampled_from([None, "a", "b", "c"]),
    complainant=st.sampled_from([None, "Mme Durand"]),
    verbatim=st.sampled_from([None, "La salle est froide", " "]),
    occurred_at=st.sampled_from([None, NOW, datetime(2026, 6, 3, tzinfo=UTC)]),
)


def new_desk() -> Desk:
    """Return a desk with reproducible salts."""
    desk = factories.new_desk(NOW, policy=BOOK)
    numbers = count()
    return desk_with(desk, salt=lambda: next(numbers).to_bytes(16))


def one_by_one(desk: Desk, asked: list[Registration]) -> list[Any]:
    answers: list[Any] = []
    for registration in asked:
        given = attrs.asdict(registration, recurse=False)
        try:
            case = desk.register(given.pop("facts"), **given)
        except (ReclamationError, TypeError, ValueError) as error:
            answers.append((type(error), str(error)))
        else:
            answers.append((case, _texts(case)))
    return answers


def all_at_once(desk: Desk, asked: list[Registration], at_once: int) -> list[Any]:
    answers: list[Any] = []
    for entered in desk.register_many(iter(asked), batch_size=at_once):
        if entered.case is None or entered.refusal is not None:
            answers.append((type(entered.refusal), str(entered.refusal)))
        else:
            answers.append((entered.case, _texts(entered.case)))
    return answers


def _texts(case: Case) -> list[Any]:
    return [(secret.text, secret.salt) for secret in case.vault]


@given(
    st.lists(registrations, max_size=3),
    st.lists(registrations, max_size=12),
    st.integers(1, 6),
    st.sampled_from([None, "CRE", "FDF"]),
)
def test_a_batch_has_the_results_of_single_registrations(
    known: list[Registration], asked: list[Registration], at_once: int, scope: str | None
) -> None:
    desks = new_desk(), new_desk()
    for desk in desks:
        one_by_one(desk, known)
    slow, fast = (desk if scope is None else desk.scoped(site=scope) for desk in desks)
    assert all_at_once(fast, asked, at_once) == one_by_one(slow, asked)
    assert desks[0].feed() == desks[1].feed()
    assert desks[0].cases.find() == desks[1].cases.find()


@given(st.lists(registrations), st.integers(1, 6))
def test_registering_the_same_sources_again_adds_nothing(given_once: list[Registration], at_once: int) -> None:
    asked = [attrs.evolve(one, source=f"message {number}") for number, one in enumerate(given_once)]
    desk = new_desk()
    first = [entered.case for entered in desk.register_many(asked, batch_size=at_once)]
    events = desk.feed()
    again = list(desk.register_many(asked, batch_size=at_once))
    assert [entered.case for entered in again] == first
    assert not any(entered.is_new for entered in again)
    assert desk.feed() == events
