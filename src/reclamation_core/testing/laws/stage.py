"""A desk on which laws are tried: what it knows, and the stories that may be told on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import CaseState
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy
from reclamation_core.ports import FeedItem
from reclamation_core.ports.pagination import require_progress
from reclamation_core.testing._arguments import the_desk_made
from reclamation_core.testing.laws.law import Drawn
from reclamation_core.testing.strategies import complaint_facts, instants, malfunction_facts, stories
from reclamation_core.vocabulary import ComplaintFacts

MakeDesk: TypeAlias = Callable[[], Desk]


@attrs.frozen
class Stage:
    """What the desks that are made have in common.

    Args:
        now: the instant that their clock tells.
        policy: the edition in force then.
        sites: the codes of the sites that they know, or of some where they know none.
    """

    now: datetime
    policy: Policy
    sites: tuple[str, ...]

    @classmethod
    def of(cls, make_desk: MakeDesk) -> Stage:
        """What a desk that is made says.

        Raises:
            TypeError: it is no desk.
            ValueError: it is not a new one: it has cases already.
        """
        with the_desk_made(make_desk()) as desk:
            _require_none(desk)
            acting = desk._context  # noqa: SLF001  a desk does not tell its clock, its editions and its sites
            now = acting.clock.now()
            known = acting.scope.sites if acting.scope is not None else acting.sites.sites
            sites = ("CRE", "MLN") if known is None else tuple(known if acting.scope is None else sorted(known))
            desk.register(ComplaintFacts(received_at=now), site=sites[0])
        with the_desk_made(make_desk()) as another:
            _require_none(another)
        return cls(now, acting.policies.on(now.date()), sites)

    @property
    def receipts(self) -> st.SearchStrategy[datetime]:
        """Receipts of the two months before."""
        today: date = self.now.date()
        return instants(first=today - timedelta(days=60), last=today - timedelta(days=1))

    @property
    def facts(self) -> st.SearchStrategy[Any]:
        """Facts of complaints and of malfunctions received then."""
        complaints = complaint_facts(policy=self.policy, received_at=self.receipts)
        return complaints | malfunction_facts(received_at=self.receipts)


def _require_none(desk: Desk) -> None:
    """Refuse a desk that has cases: what a law tries there would not be alone."""
    if count := desk.cases.count():
        raise ValueError(
            f"make_desk: the desk that it gives has {count} case(s) already; let it give a desk on a new, empty store "
            "each time, such as lambda: Desk.in_memory(policy=policy)"
        )


def a_story(make_desk: MakeDesk, *, state: CaseState | None = None, **more: st.SearchStrategy[Any]) -> Drawn:
    """A story that may be told on a desk, to a state or to any, of which most may happen, and more."""
    stage = Stage.of(make_desk)
    sites = st.sampled_from(stage.sites)
    told = [
        stories(state=each, policy=stage.policy, received_at=stage.receipts, sites=sites)
        for each in ((None, None, *CaseState) if state is None else (state,))
    ]
    return {"story": st.one_of(told), **more}


def all_events(desk: Desk, case: str | None = None) -> Iterator[FeedItem]:
    """What the feed has, of one case or of all."""
    after = 0
    while items := desk.feed(after):
        require_progress(items[-1].position, after, "feed")
        after = items[-1].position
        yield from (item for item in items if case in (None, item.event.case))
