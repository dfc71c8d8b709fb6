"""Registering many at once: whole batches are kept in one transaction each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from reclamation_core.cases import Case, NewEvent, RecordedEvent
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.errors import ForeignSourceError
from reclamation_core.desk.every_case import of_one
from reclamation_core.desk.opening import PreparedRegistration, Registration
from reclamation_core.errors import ReclamationError
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, StoreDamagedError, UnitOfWork
from reclamation_core.wording import safe_repr

_REFUSALS: Final = (ReclamationError, TypeError, ValueError)


@attrs.frozen
class RegistrationResult:
    """What came of one registration among many.

    Args:
        case: the case that it is; None where it is refused.
        is_new: whether the case was opened by it; False where its message was registered before.
        refusal: the error that `Desk.register` would have raised; None where it is not refused.
    """

    case: Case | None
    is_new: bool = False
    refusal: Exception | None = None


_Prepared: TypeAlias = tuple[PreparedRegistration, NewEvent[RecordedEvent]]


def register_many(context: DeskContext, asked: Iterable[Registration], batch_size: int) -> Iterator[RegistrationResult]:
    """What comes of each; see `Desk.register_many`."""
    if not isinstance(asked, Iterable):
        raise TypeError(f"registrations: a list of Registration is expected, got {safe_repr(asked)}")
    if type(batch_size) is not int or batch_size < 1:
        raise ValueError(f"batch_size: {safe_repr(batch_size)}; give a whole number, at least 1")
    return (entered for batch in _batches(asked, batch_size) for entered in _entered(context, batch))


def _batches(asked: Iterable[Registration], batch_size: int) -> Iterator[list[Registration]]:
    """Registrations in their order, none of whose sources is twice in one batch."""
    batch: list[Registration] = []
    sources: set[str] = set()
    for registration in asked:
        source: str | None = getattr(registration, "source", None)  # what is no registration is refused by itself
        if len(batch) == batch_size or source in sources:
            yield batch
            batch, sources = [], set()
        batch.append(registration)
        if source is not None:
            sources.add(source)
    if batch:
        yield batch


def _entered(context: DeskContext, batch: Sequence[Registration]) -> list[RegistrationResult]:
    looked_at = [_looked_at(context, registration) for registration in batch]
    while True:
        try:
            with context.store.unit_of_work() as unit:
                return _kept(context, unit, looked_at)
        except RepeatedSourceError:
            continue  # a message was registered by somebody else meanwhile: look again
        except ConcurrentChangeError:
            continue  # a number is taken, as where the series is older than the cases: take the next ones


def _looked_at(context: DeskContext, registration: Registration) -> PreparedRegistration | RegistrationResult:
    try:
        return PreparedRegistration.of(context, registration)
    except _REFUSALS as error:
        return RegistrationResult(None, refusal=error)


def _kept(
    context: DeskContext, unit: UnitOfWork, looked_at: Sequence[PreparedRegistration | RegistrationResult]
) -> list[RegistrationResult]:
    known = _known(
        unit, [one.source for one in looked_at if isinstance(one, PreparedRegistration) and one.source is not None]
    )
    prepared = [
        one if isinstance(one, RegistrationResult) else _prepared(context, unit, one, known.get(one.source or ""))
        for one in looked_at
    ]
    entered = list(_opened(context, prepared))
    unit.cases.add(*(one.case for one in entered if one.is_new and one.case is not None))
    unit.commit()
    return entered


def _known(unit: UnitOfWork, sources: Sequence[str]) -> dict[str, Case | StoreDamagedError]:
    """By their messages, the cases registered before; in the place of one that cannot be read, why."""
    try:
        return {**unit.cases.by_sources(sources)}
    except StoreDamagedError as error:
        damage = of_one(error)
        if len(sources) == 1:
            return {sources[0]: damage}
        half = len(sources) // 2
        return _known(unit, sources[:half]) | _known(unit, sources[half:])


def _prepared(
    context: DeskContext, unit: UnitOfWork, opening: PreparedRegistration, known: Case | StoreDamagedError | None
) -> _Prepared | RegistrationResult:
    if isinstance(known, StoreDamagedError) and context.is_told(unit, known):
        return RegistrationResult(None, refusal=known)
    if isinstance(known, Case) and context.sees(known):
        return RegistrationResult(known)
    if known is not None:
        return RegistrationResult(None, refusal=ForeignSourceError(str(opening.source)))
    try:
        return opening, opening.decided(context)
    except _REFUSALS as error:
        return RegistrationResult(None, refusal=error)


def _opened(context: DeskContext, prepared: Sequence[_Prepared | RegistrationResult]) -> Iterator[RegistrationResult]:
    """The cases opened, with numbers that were taken together."""
    wanted = Counter(one[0].series for one in prepared if not isinstance(one, RegistrationResult))
    numbers = {series: context.store.sequences.next(series, count) for series, count in wanted.items()}
    for one in prepared:
        if isinstance(one, RegistrationResult):
            yield one
            continue
        opening, decided = one
        number = numbers[opening.series]
        numbers[opening.series] += 1
        yield RegistrationResult(opening.case(decided, number), is_new=True)
