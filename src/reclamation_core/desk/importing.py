"""Registering many at once: whole batches are kept in one transaction each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from reclamation_core.cases import Case, NewEvent
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.errors import ForeignSourceError
from reclamation_core.desk.every_case import of_one
from reclamation_core.desk.opening import Opening, Registration
from reclamation_core.errors import ReclamationError
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, StoreDamagedError, UnitOfWork
from reclamation_core.wording import safe_repr

_REFUSALS: Final = (ReclamationError, TypeError, ValueError)


@attrs.frozen
class Entered:
    """What came of one registration among many.

    Args:
        case: the case that it is; None where it is refused.
        is_new: whether the case was opened by it; False where its message was registered before.
        refusal: the error that `Desk.register` would have raised; None where it is not refused.
    """

    case: Case | None
    is_new: bool = False
    refusal: Exception | None = None


_Prepared: TypeAlias = tuple[Opening, NewEvent]


def register_many(acting: Acting, asked: Iterable[Registration], at_once: int) -> Iterator[Entered]:
    """What comes of each; see `Desk.register_many`."""
    if not isinstance(asked, Iterable):
        raise TypeError(f"registrations: a list of Registration is expected, got {safe_repr(asked)}")
    if type(at_once) is not int or at_once < 1:
        raise ValueError(f"at_once: {safe_repr(at_once)}; give a whole number, at least 1")
    return (entered for batch in _batches(asked, at_once) for entered in _entered(acting, batch))


def _batches(asked: Iterable[Registration], at_once: int) -> Iterator[list[Registration]]:
    """Registrations in their order, none of whose sources is twice in one batch."""
    batch: list[Registration] = []
    sources: set[str] = set()
    for registration in asked:
        source: str | None = getattr(registration, "source", None)  # what is no registration is refused by itself
        if len(batch) == at_once or source in sources:
            yield batch
            batch, sources = [], set()
        batch.append(registration)
        if source is not None:
            sources.add(source)
    if batch:
        yield batch


def _entered(acting: Acting, batch: Sequence[Registration]) -> list[Entered]:
    looked_at = [_looked_at(acting, registration) for registration in batch]
    while True:
        try:
            with acting.store.unit_of_work() as unit:
                return _kept(acting, unit, looked_at)
        except RepeatedSourceError:
            continue  # a message was registered by somebody else meanwhile: look again
        except ConcurrentChangeError:
            continue  # a number is taken, as where the series is older than the cases: take the next ones


def _looked_at(acting: Acting, registration: Registration) -> Opening | Entered:
    try:
        return Opening.of(acting, registration)
    except _REFUSALS as error:
        return Entered(None, refusal=error)


def _kept(acting: Acting, unit: UnitOfWork, looked_at: Sequence[Opening | Entered]) -> list[Entered]:
    known = _known(unit, [one.source for one in looked_at if isinstance(one, Opening) and one.source is not None])
    prepared = [
        one if isinstance(one, Entered) else _prepared(acting, unit, one, known.get(one.source or ""))
        for one in looked_at
    ]
    entered = list(_opened(acting, prepared))
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
    acting: Acting, unit: UnitOfWork, opening: Opening, known: Case | StoreDamagedError | None
) -> _Prepared | Entered:
    if isinstance(known, StoreDamagedError) and acting.is_told(unit, known):
        return Entered(None, refusal=known)
    if isinstance(known, Case) and acting.sees(known):
        return Entered(known)
    if known is not None:
        return Entered(None, refusal=ForeignSourceError(str(opening.source)))
    try:
        return opening, opening.decided(acting)
    except _REFUSALS as error:
        return Entered(None, refusal=error)


def _opened(acting: Acting, prepared: Sequence[_Prepared | Entered]) -> Iterator[Entered]:
    """The cases opened, with numbers that were taken together."""
    wanted = Counter(one[0].series for one in prepared if not isinstance(one, Entered))
    numbers = {series: acting.store.sequences.next(series, count) for series, count in wanted.items()}
    for one in prepared:
        if isinstance(one, Entered):
            yield one
            continue
        opening, decided = one
        number = numbers[opening.series]
        numbers[opening.series] += 1
        yield Entered(opening.case(decided, number), is_new=True)
