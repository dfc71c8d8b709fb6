"""What is drawn without the case at hand, made to be about it: else most of it would be refused, and little tried."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, ContainmentEffectRecorded, DateCorrected, FactsCompleted
from reclamation_core.missing import UNKNOWN

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def fitted(data: Any, case: Case) -> Any:
    """What is asked, made to be about a case where it may be; where it may not, as it was, to be refused.

    Facts are completed that are unknown, the effect told is that of a measure that was taken, and the date corrected is
    that of an event of the case, which then happened earlier, and after the event before it.

    Args:
        data: what is asked.
        case: the case that it is asked of.
    """
    if isinstance(data, FactsCompleted):
        return _completed(data, case)
    if isinstance(data, ContainmentEffectRecorded) and case.containments:
        taken = case.containments[data.measure % len(case.containments)]
        return attrs.evolve(data, measure=taken.event)
    if isinstance(data, DateCorrected) and data.event <= case.version:
        return _earlier(data, case)
    return data


def _completed(data: FactsCompleted, case: Case) -> FactsCompleted:
    names = [field.name for field in attrs.fields(type(case.facts)) if getattr(case.facts, field.name) is UNKNOWN]
    given = {field.name for field in attrs.fields(type(data.facts))}  # a malfunction never has a client, and says so
    found = {name: getattr(data.facts, name) for name in names if name in given}
    told: dict[str, Any] = {name: value for name, value in found.items() if value is not UNKNOWN}
    return attrs.evolve(data, facts=attrs.evolve(case.facts, **told)) if told else data


def _earlier(data: DateCorrected, case: Case) -> DateCorrected:
    of = case.events[data.event - 1]
    first = case.received_at if data.event == 1 else case.events[data.event - 2].occurred_at
    span = of.occurred_at - first
    since = (data.happened_at - _EPOCH) % span if span else span
    return attrs.evolve(data, happened_at=first + since)
