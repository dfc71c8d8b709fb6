"""The timeline of a case (historique): each event for a reader, with who, what it changed, and what corrected it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import attrs

from reclamation_core.calendars.local_times import moment_text
from reclamation_core.cases.case import Case, replay
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.codes import CaseKind
from reclamation_core.cases.events import ComplainantCorrected, ComplainantIdentified, DateCorrected, FactsCorrected
from reclamation_core.cases.events.base import RecordedEvent, dated
from reclamation_core.cases.narration import Narrator, is_unused
from reclamation_core.cases.plain import TimelineEntry, ValueChange
from reclamation_core.cases.texts import displayed_vault
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.validators import at_offset
from reclamation_core.vocabulary import Fact, Sites
from reclamation_core.vocabulary.facts import values_of
from reclamation_core.wording import Lang, Wording, typeset

_UNIT: Final = Wording("traité par", "handled by")
_LEVEL: Final = Wording("niveau de traitement", "handling level")
_PERSON: Final = Wording("suivi par", "followed by")
_AUTHOR: Final = Wording("auteur", "sender")
_DATE: Final = Wording("date de l'opération n° {}", "date of event {}")
_NOTHING: Final = (UNKNOWN, ABSENT, None)


def entries(
    case: Case,
    lang: Lang,
    *,
    texts: bool,
    own: Mapping[str, Fact],
    sites: Sites | None,
    taxonomy: Taxonomy,
    is_printed: bool,
) -> tuple[TimelineEntry, ...]:
    """Return the events of a case for a reader; see `Case.timeline`."""
    shown = attrs.evolve(case, vault=displayed_vault(case.vault, texts=texts))
    is_found = case.kind is CaseKind.MALFUNCTION
    say = Narrator(lang, shown.vault, case.day_of, sites=sites, own=own, taxonomy=taxonomy, is_malfunction=is_found)
    history, states = case.history, [None, *replay(case.events)]
    changes = [_changes(shown, *step, say) for step in zip(states, states[1:], history, strict=False)]
    corrected = _corrected(history, changes)
    zone, style = case.zone, lang if is_printed else "en"
    return tuple(
        TimelineEntry(
            number=event.number,
            occurred_at=at_offset(event.occurred_at.astimezone(zone)),
            recorded_at=at_offset(event.recorded_at.astimezone(zone)),
            actor=case.vault.read(event.by) if texts else None,
            role=event.role,
            role_label=event.role.label(lang),
            type=event.type,
            label=event.label(lang),
            stage=event.data.event_type.stage,
            sentence=event.describe(lang, shown, sites=sites, own=own, taxonomy=taxonomy, is_printed=is_printed),
            changes=tuple(printed(one, style) for one in changed),
            corrected_by=tuple(corrected[event.number]),
        )
        for event, changed in zip(history, changes, strict=True)
    )


def printed(change: ValueChange, style: Lang) -> ValueChange:
    """Return a change with the typography of a language, for a page or a document."""
    before, after = (None if value is None else typeset(value, style) for value in (change.before, change.after))
    return attrs.evolve(change, before=before, after=after)


def _changes(
    case: Case, before: Case | None, after: Case | None, event: RecordedEvent, say: Narrator
) -> tuple[ValueChange, ...]:
    """Return what an event changed; nothing for the registration."""
    if before is None or after is None:
        return ()
    return tuple(_facts(before, after, say)) + tuple(_fields(case, before, after, event, say))


def _facts(before: Case, after: Case, say: Narrator) -> Iterator[ValueChange]:
    if after.facts is before.facts:
        return
    old, new = values_of(before.facts), values_of(after.facts)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name, UNKNOWN), new.get(name, UNKNOWN)
        if was != now:
            shown = [
                None if value in _NOTHING and not is_unused(name, case.facts) else say.fact_of(name, value, case.facts)
                for case, value in ((before, was), (after, now))
            ]
            yield ValueChange(name=name, label=say.title(name), before=shown[0], after=shown[1])


def _fields(case: Case, before: Case, after: Case, event: RecordedEvent, say: Narrator) -> Iterator[ValueChange]:
    """Yield the changes of the unit, of the level, of the person, of the author and of the date of an event."""

    def changed(name: str, label: Wording, was: str | None, now: str | None) -> Iterator[ValueChange]:
        if was != now:
            yield ValueChange(name=name, label=label.in_(say.lang), before=was, after=now)

    yield from changed("handling_unit", _UNIT, say.site(before.handling_unit), say.site(after.handling_unit))
    levels = [None if one.level is None else one.level.label(say.lang) for one in (before, after)]
    yield from changed("level", _LEVEL, *levels)
    if before.assigned_to != after.assigned_to:
        people = [None if one.assigned_to is None else say.text(one.assigned_to) for one in (before, after)]
        yield from changed("assigned_to", _PERSON, *people)
    if isinstance(event.data, ComplainantIdentified | ComplainantCorrected):
        was = None if before.complainant is None else say.text(before.complainant)
        now = say.text(event.data.complainant)  # a change, although both names may be hidden or erased
        yield ValueChange(name="author", label=_AUTHOR.in_(say.lang), before=was, after=now)
    if isinstance(event.data, DateCorrected):
        wrong = dated(case.events[: event.number - 1])[event.data.event - 1].occurred_at
        label = Wording(_DATE.fr.format(event.data.event), _DATE.en.format(event.data.event))
        yield from changed("occurred_at", label, _moment(case, wrong, say), _moment(case, event.data.happened_at, say))


def _moment(case: Case, instant: datetime, say: Narrator) -> str:
    return moment_text(instant.astimezone(case.zone), say.lang)


def _corrected(history: tuple[RecordedEvent, ...], changes: list[tuple[ValueChange, ...]]) -> Mapping[int, list[int]]:
    """Return the numbers of the events that corrected a date or the facts of an event, by the number of that event."""
    corrected: defaultdict[int, list[int]] = defaultdict(list)
    recorded_by: dict[str, int] = {}
    for event, changed in zip(history, changes, strict=True):
        if isinstance(event.data, DateCorrected):
            corrected[event.data.event].append(event.number)
        if isinstance(event.data, FactsCorrected | ComplainantCorrected):
            for wrong in dict.fromkeys(recorded_by.get(one.name, 1) for one in changed if one.before is not None):
                corrected[wrong].append(event.number)
        recorded_by |= {one.name: event.number for one in changed}
    return corrected
