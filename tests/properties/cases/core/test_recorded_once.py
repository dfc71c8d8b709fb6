"""A withdrawal is recorded once while a case is open, a link once for good; a note without a name is not written to.

The oracles are a few sets and flags; they know no guard.
"""

from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import ClosingReason, CommandRefusedError, LinkKind
from reclamation_core.cases.events import Closed, Linked, Reopened, Withdrawn
from reclamation_core.vocabulary import Channel
from tests.unit.cases.core.life import ANSWERED, QUALIFIED, SUPPORT, after, opened
from tests.unit.policy.cases import complaint

LINKS = [Linked(kind=kind, to=to) for kind, to in product(LinkKind, ("R-2026-000001", "R-2026-000002"))]
ASKED = [Withdrawn(), Closed(reason=ClosingReason.WITHDRAWN), Reopened(reason="de nouveau"), *LINKS]


@given(st.lists(st.sampled_from(ASKED), max_size=12))
def test_a_withdrawal_and_a_link_are_recorded_once(asked: list[Any]) -> None:
    case, withdrawn, closed, linked = opened(), False, False, set()
    for data in asked:
        allowances: dict[type[Any], bool] = {
            Withdrawn: not withdrawn and not closed,
            Closed: withdrawn and not closed,
            Reopened: closed,
            Linked: data not in linked,
        }
        expected = allowances[type(data)]
        try:
            case, allowed = after(case, data), True
        except CommandRefusedError:
            allowed = False
        assert allowed == expected
        if allowed:
            withdrawn = type(data) is Withdrawn or (withdrawn and type(data) is not Reopened)
            closed = type(data) is Closed or (closed and type(data) is not Reopened)
            linked |= {data} & set(LINKS)

    assert sorted(map(str, case.links)) == sorted(map(str, linked))


@pytest.mark.parametrize("collective", [True, False])
@pytest.mark.parametrize("complainant", [None, "Mme Durand"])
@pytest.mark.parametrize("channel", list(Channel))
def test_a_named_sender_is_answered_by_name_and_an_unknown_one_collectively(
    channel: Channel, complainant: str | None, *, collective: bool
) -> None:
    facts = complaint(channel=channel, satisfaction=4 if channel is Channel.SURVEY else None)
    case = opened(facts, complainant=complainant)
    if case.eligibility is None or case.eligibility.value != "complaint" or channel is Channel.PHONE:
        facts = attrs.evolve(facts, channel=Channel.EMAIL)
        case = opened(facts, complainant=complainant)
    expected = collective is (complainant is None)
    try:
        after(case, SUPPORT, QUALIFIED, attrs.evolve(ANSWERED, collective=collective))
        allowed = True
    except CommandRefusedError:
        allowed = False
    assert allowed == expected
