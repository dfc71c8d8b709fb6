"""Keeping: what is held on a person, and what is forgotten when its time has come (RGPD)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs

from reclamation_core.cases import Case, RecordedEvent, TextKind, Vault, retained_until
from reclamation_core.cases.checks import of_class, truth
from reclamation_core.cases.texts import commitments_by_field
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.ending import anonymised
from reclamation_core.desk.every_case import change_every_case, come_at, instant_come, readable, tell
from reclamation_core.desk.naming import names, words
from reclamation_core.desk.plans import readable_plans_seen
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac, RecordedPlanEvent
from reclamation_core.ports import CaseQuery, StoreDamagedError, UnitOfWork
from reclamation_core.vocabulary import Role

_KEEPER = "retention"


@attrs.frozen(kw_only=True)
class PersonalDataItem:
    """A text that is held; its representation does not show it.

    Attributes:
        holder: the case, by its reference, or the plan, by its scope.
        number: the event that it is in.
        occurred_at: when that happened.
        happening: what happened, by the name of its class.
        field: where in it the text is.
        kind: why it may have to be forgotten.
        text: the text.
    """

    holder: str
    number: int
    occurred_at: datetime
    happening: str
    field: str
    kind: TextKind
    text: str = attrs.field(repr=False)

    def to_document(self) -> dict[str, Any]:
        """All of it as plain data, to be handed to whom it is about."""
        return attrs.asdict(self) | {"occurred_at": self.occurred_at.isoformat(), "kind": self.kind.value}


class Keeping:
    """The verbs that answer for personal data."""

    _context: DeskContext

    def personal_data_of(self, person: str, *, as_actor: bool = False) -> tuple[PersonalDataItem, ...]:
        """All that is held on a person (droit d'accès): every text of the cases that name them, and of the plans each
        text, and each recipient of an edition, that does.

        A text names them where it has all the words given, in any order, whatever the case, the accents, and what
        stands between the words: `Jean Dupont` is found in `DUPONT Jean-Marie` and over the end of a line, and `roy`
        is not in `Leroy`. Who writes a name in several ways asks for each. Who else acted is not told.

        Args:
            person: a name, an address, or some words of one.
            as_actor: also what the person recorded, as one who acts; this looks at every case.

        Raises:
            ValueError: no letter is given, and no digit.
            StoreDamagedError: a case or a plan within the scope cannot be read, and there may be more on the person in
                it; all that cannot are told together.
        """
        require(of_class(str), person=person)
        require(truth, as_actor=as_actor)
        wanted = words(person)
        if not wanted:
            raise ValueError(f"person: {person!r}; give a letter at least")
        damaged: list[StoreDamagedError] = []
        cases = readable(self._context, CaseQuery(text=max(wanted, key=len)), damaged)
        found = [holding for case in cases if _tells(case, wanted) for holding in _texts_of(case)]
        plans = readable_plans_seen(self._context, damaged)
        found += [holding for plan in plans for holding in _named(plan, wanted)]
        if as_actor:
            everyone = readable(self._context, CaseQuery(), damaged)
            found += [acted for case in everyone for acted in _acted(case, wanted)]
            found += [acted for plan in plans for acted in _acted(plan, wanted)]
        tell(damaged)
        return tuple(found)

    def forget_expired(self, now: datetime | None = None) -> tuple[Case, ...]:
        """Anonymise the cases whose retention has ended (fin de conservation, I17), and give them as they are after.

        Cases that are open, or whose retention litigation suspends, stay; so does what is on the plans for them, which
        `PlanService.forget` erases. Doing it again forgets nothing more.

        An SQLite file then takes in its write-ahead log, also where nothing is forgotten now: see `anonymise`.

        Args:
            now: the instant as of which retention is looked at, of a day that has come; now by default.

        Raises:
            FaultsError: `now` is of a day to come.
            StoreDamagedError: a case cannot be read; the others are anonymised first.
            UnknownEditionError: a case is judged under an edition that the desk does not know; likewise.
            ChangedEditionError: the desk knows another text under the name of that edition; likewise.
            ClockError: an act of a case is dated a day or more after the clock, or its last event twenty years before;
                likewise.
        """
        context = attrs.evolve(self._context, actor=_KEEPER, role=Role.SYSTEM)
        looked_at = instant_come(context, now)

        def forgotten(case: Case, _: UnitOfWork | None) -> Case:
            last = retained_until(case, context.edition_of(case))
            if last is None or case.day_of(come_at(context, case, looked_at)) <= last:
                return case
            return anonymised(context, case, tuple(TextKind), None)

        left: list[ReclamationError] = []
        changed = tuple(after for _, after in change_every_case(context, forgotten, left))
        context.store.erase_traces()
        tell(left)
        return changed


def _texts_of(case: Case) -> Iterator[PersonalDataItem]:
    """The texts of a case, but who acted."""
    for event in case.events:
        yield from _held(case.reference, event, case.vault, event.data)


def _tells(case: Case, wanted: frozenset[str]) -> bool:
    """Whether a text of a case names somebody."""
    return any(names(holding.text, wanted) for holding in _texts_of(case))


def _named(plan: Pgaac, wanted: frozenset[str]) -> Iterator[PersonalDataItem]:
    """What of a plan names somebody: a plan as a whole is about nobody."""
    for event in plan.events:
        parts = (event.data, getattr(event.data, "sheet", None))
        for part in parts:
            found = _held(str(plan.scope), event, plan.vault, part)
            yield from (holding for holding in found if names(holding.text, wanted))
        for recipient in getattr(event.data, "recipients", ()):
            if names(recipient, wanted):
                yield _holding(str(plan.scope), event, "recipients", TextKind.PERSONAL, recipient)


def _held(
    holder: str, event: RecordedEvent | RecordedPlanEvent, vault: Vault, part: object
) -> Iterator[PersonalDataItem]:
    if not attrs.has(type(part)):
        return
    for field, kind, commitment in commitments_by_field(part):
        text = vault.read(commitment)
        if text is not None:
            yield _holding(holder, event, field, kind, text)


def _acted(story: Case | Pgaac, wanted: frozenset[str]) -> Iterator[PersonalDataItem]:
    """What somebody recorded."""
    holder = story.reference if isinstance(story, Case) else str(story.scope)
    for event in story.events:
        actor = story.vault.read(event.by)
        if actor is not None and names(actor, wanted):
            yield _holding(holder, event, "by", TextKind.PERSONAL, actor)


def _holding(
    holder: str, event: RecordedEvent | RecordedPlanEvent, field: str, kind: TextKind, text: str
) -> PersonalDataItem:
    return PersonalDataItem(
        holder=holder,
        number=event.number,
        occurred_at=event.occurred_at,
        happening=type(event.data).__name__,
        field=field,
        kind=kind,
        text=text,
    )
