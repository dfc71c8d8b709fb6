"""Verifying: every case and every plan against its story, and what is stored beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from reclamation_core.cases import Case, EventStreamError
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.opening import numbered
from reclamation_core.plans import Pgaac
from reclamation_core.ports import CaseNotFoundError, PlanNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.wording import Wording

_GONE: Final = Wording("il a une histoire, et n'est plus là lui-même", "it has a story, and is not there itself")
_NO_STORY: Final = Wording("ses événements ne racontent aucune histoire", "its events tell no story")


@attrs.frozen
class Discrepancy:
    """Something stored that does not follow from the story of its case or its plan.

    Args:
        holder: the reference of the case, the key of the plan's scope, or the series whose numbers are wrong.
        field: the field of the case that differs; `vault` where a text is not the one written, or is missing though
            nobody had it forgotten; what the store calls what it keeps beside (a table, a column). None where the case
            or the plan as a whole cannot be told.
        damage: why it cannot, in both languages; None where a field differs.
    """

    holder: str
    field: str | None
    damage: Wording | None = None


def verify(context: DeskContext) -> Iterator[Discrepancy]:
    """What does not follow from the stories; see `Desk.verify`."""
    used: dict[str, int] = {}
    for story in context.unscoped_store("verify").journal.stories():
        series, number = numbered(story.holder) or ("", 0)
        used[series] = max(used.get(series, 0), number)
        yield from _of_case(context, story.holder)
    with context.store.unit_of_work() as unit:
        scopes = unit.plans.known_scopes()
    for scope in scopes:
        yield from _of_plan(context, scope)
    for series in filter(None, sorted(used)):
        yield from (
            Discrepancy(series, name) for name in context.store.sequences.find_inconsistencies(series, used[series])
        )


def _of_case(context: DeskContext, reference: str) -> Iterator[Discrepancy]:
    with context.store.unit_of_work() as unit:
        try:
            case = unit.cases.get(reference)
        except StoreDamagedError as error:
            yield Discrepancy(reference, None, error.why)
        except CaseNotFoundError:
            yield Discrepancy(reference, None, _GONE)
        else:
            yield from _against_its_story(unit, case)


def _against_its_story(unit: UnitOfWork, case: Case) -> Iterator[Discrepancy]:
    try:
        told = Case.from_events(case.events, case.vault)
    except (EventStreamError, ValueError):
        yield Discrepancy(case.reference, None, _NO_STORY)
        return
    for field in attrs.fields(Case):
        if getattr(case, field.name) != getattr(told, field.name):
            yield Discrepancy(case.reference, field.name)
    yield from _texts(told, case.reference)
    yield from (Discrepancy(case.reference, name) for name in unit.cases.find_inconsistencies(told))


def _texts(story: Case | Pgaac, holder: str) -> Iterator[Discrepancy]:
    kept = story.vault.by_digest()
    altered = any(secret.commitment.digest != digest for digest, secret in kept.items())
    if altered or {commitment.digest for commitment in story.retained_texts()} != kept.keys():
        yield Discrepancy(holder, "vault")


def _of_plan(context: DeskContext, scope: str) -> Iterator[Discrepancy]:
    # A plan is folded from its story whenever it is loaded: only its texts and what is beside it can differ.
    with context.store.unit_of_work() as unit:
        try:
            plan = unit.plans.get(scope)
        except StoreDamagedError as error:
            yield Discrepancy(scope, None, error.why)
        except PlanNotFoundError:
            yield Discrepancy(scope, None, _GONE)
        else:
            yield from _texts(plan, scope)
            yield from (Discrepancy(scope, name) for name in unit.plans.find_inconsistencies(plan))
