"""Signals: what is outside the scope and comes again and again may be an expectation that nobody had put in words."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import attrs

from reclamation_core.cases import Admissibility, Case
from reclamation_core.cases.checks import day
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.every_case import readable
from reclamation_core.missing import Unknown
from reclamation_core.ports import CaseQuery, StoreDamagedError
from reclamation_core.vocabulary import ComplaintFacts, Nature
from reclamation_core.wording import safe_repr


@attrs.frozen(kw_only=True)
class Signal:
    """Messages outside the scope, of one nature, about one site (signal). Source: M2-1 §0.3.

    Attributes:
        site: a site that delivered the service; the registering one where none is told.
        nature: what the messages are.
        cases: their references, in order.
        first: the day on which the first of them was received.
        last: the day of the last.
    """

    site: str
    nature: Nature | Unknown
    cases: tuple[str, ...]
    first: date
    last: date


@attrs.frozen(kw_only=True)
class Signals:
    """The signals of a period.

    Attributes:
        found: the most repeated first, then by site and by nature.
        damaged: the references of the cases that cannot be read: there may be more signals.
    """

    found: tuple[Signal, ...]
    damaged: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        from reclamation_core.desk.rendering import signals_card

        return signals_card(self)


def signals(context: DeskContext, since: date, until: date, min_count: int) -> Signals:
    """What is outside the scope and repeated, within the desk's; see `Desk.signals`."""
    if type(min_count) is not int or min_count < 1:
        raise ValueError(f"min_count: {safe_repr(min_count)}; give how many messages make a signal, 1 at least")
    require(day, since=since, until=until)
    if until < since:
        raise ValueError(f"until: {until} is before since, {since}; give a day from it on")
    damaged: list[StoreDamagedError] = []
    alike: defaultdict[tuple[str, Nature | Unknown], list[Case]] = defaultdict(list)
    outside = CaseQuery(standings={Admissibility.OUT_OF_SCOPE}, received_from=since, received_until=until)
    for case in readable(context, outside, damaged):
        for site in _about(context, case):
            alike[site, _nature(case)].append(case)
    found = [_signal(site, nature, cases) for (site, nature), cases in alike.items() if len(cases) >= min_count]
    found.sort(key=lambda signal: (-len(signal.cases), signal.site, str(signal.nature)))
    return Signals(found=tuple(found), damaged=tuple(str(error.holder) for error in damaged))


def _about(context: DeskContext, case: Case) -> set[str]:
    """The sites that a message is about, of those within the scope."""
    sites = set(case.service_sites) or {case.site}
    return sites if context.scope is None else sites & context.scope.sites


def _nature(case: Case) -> Nature | Unknown:
    assert isinstance(case.facts, ComplaintFacts)  # noqa: S101  a malfunction is never out of scope
    return case.facts.nature


def _signal(site: str, nature: Nature | Unknown, cases: list[Case]) -> Signal:
    days = [case.received_on for case in cases]
    references = tuple(case.reference for case in cases)
    return Signal(site=site, nature=nature, cases=references, first=min(days), last=max(days))
