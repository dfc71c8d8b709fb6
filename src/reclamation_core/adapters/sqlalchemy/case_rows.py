"""A case as rows, and the rows as a case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from reclamation_core.adapters.sqlalchemy.damage import (
    A_TEXT,
    ITS_LAST_LINK,
    THE_STORY,
    fault_among,
    fault_of,
    key_of,
    within,
)
from reclamation_core.adapters.sqlalchemy.stories import decoded, shown
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, EventStreamError, RecordedEvent, Secret, Vault
from reclamation_core.cases.documents import STATE_VERSION, event_document, read_event, read_state, state_document
from reclamation_core.cases.texts import commitments
from reclamation_core.codes import LabelledEnum, OrderedEnum
from reclamation_core.documents import canonical_json, link
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.ports import StoreDamagedError, normalize_text
from reclamation_core.wording import Wording

Row = dict[str, Any]

_OWN: Final = Wording("la référence du dossier", "the reference of the case")


def code(member: object) -> str | None:
    """The code of a member; None for what is unknown or absent."""
    return member.value if isinstance(member, LabelledEnum) else None


def rank(member: OrderedEnum | None) -> int | None:
    """The place of a member in their order."""
    return None if member is None else member.rank


def case_row(case: Case) -> Row:
    """The row of a case, all but the link of its last event."""
    verdict, facts, deadline = case.verdict, case.facts, case.deadline
    run = case.answer_cycles[-1] if case.answer_cycles else None
    return {
        "reference": case.reference,
        "kind": code(case.kind),
        "state": code(case.state),
        "state_rank": case.state.rank,
        "level": code(case.level),
        "level_rank": case.level.rank,
        "band": code(verdict.band),
        "band_rank": rank(verdict.band),
        "complexity": code(verdict.complexity),
        "complexity_rank": rank(verdict.complexity),
        "eligibility": code(case.eligibility),
        "channel": code(getattr(facts, "channel", None)),
        "complainant": code(getattr(facts, "complainant", None)),
        "nature": code(getattr(facts, "nature", None)),
        "site": case.site,
        "handling_unit": case.handling_unit,
        "source": case.source,
        "edition": case.edition,
        "received_at": case.received_at,
        "received_on": BusinessCalendar(case.calendar).day_of(case.received_at),
        "due_on": None if deadline is None else deadline.due,
        "awaited_on": case.awaited_on,
        "answered_at": None if run is None else run.answered_at,
        "closed_at": case.closed_at,
        "closing_reason": None if case.closure is None else code(case.closure.reason),
        "anonymised_at": case.anonymised_at,
        "version": case.version,
        "fold": STATE_VERSION,
        "document": canonical_json(state_document(case)),
    }


def site_keys(case: Case) -> set[tuple[str, str]]:
    """The sites of a case, each with the part that it has."""
    serving = {(site, "service") for site in case.service_sites}
    return serving | {(case.site, "registering"), (case.handling_unit, "handling")}


def cause_keys(case: Case) -> set[str]:
    """The families among the causes of a case."""
    return set() if case.analysis is None else set(case.analysis.causes)


def event_rows(events: Iterable[RecordedEvent], last: str) -> Iterator[Row]:
    """The rows of events, all but the position in the feed.

    Args:
        events: the events.
        last: the link of the event before them, or the first link of their case.
    """
    for event in events:
        document = event_document(event)
        text = canonical_json(document)
        last = link(last, text)
        yield {
            "case_reference": event.case,
            "number": event.number,
            "type": document["data"]["type"],
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "role": code(event.role),
            "document": text,
            "link": last,
        }


def text_rows(case: Case, known: int, kept: Iterable[str]) -> Iterator[Row]:
    """The rows of the texts that came with the events after the first `known`; `kept` are the digests stored."""
    told = {text.digest for event in case.events[known:] for text in commitments(event.data)}
    stored = set(kept)
    new = [(digest, secret) for digest, secret in case.vault.by_digest().items() if digest not in stored]
    for place, (digest, secret) in enumerate(new):
        yield {
            "case_reference": case.reference,
            "digest": digest,
            "salt": secret.salt.hex(),
            "text": secret.text,
            "version": case.version,
            "place": place,
            "folded": normalize_text(secret.text) if digest in told else None,
        }


@attrs.frozen
class Base:
    """A case as it is stored, which a change is made on.

    Args:
        case: the case.
        link: the link of its last event.
        is_stale: whether another fold wrote what is stored beside its story, which may then be anything.
    """

    case: Case
    link: str
    is_stale: bool = False


@attrs.frozen
class StoredCase:
    """What is stored of a case, as one row has it: text may come as the bytes that it is stored as.

    Args:
        reference: its reference.
        version: how many events it should have.
        link: the link of the last one.
        fold: the version of the fold that made the document.
        document: the folded state.
        events: the documents of its events, separated by commas.
        texts: the texts, as a JSON list of digest, salt and text.
    """

    reference: str
    version: int
    link: bytes | str
    fold: int
    document: bytes | str
    events: bytes | str | None
    texts: bytes | str | None

    def read(self, database: str) -> Base:
        """The case.

        Raises:
            StoreDamagedError: a document is not one, or events are missing; it names the case, which
                document of it, and where in that.
        """
        key_of(self.reference, database)
        try:
            case, link = self._case(self._story(), texts_of(self.texts)), decoded(self.link)
        except (ValueError, TypeError, KeyError, RecursionError):
            wrong = self._wrong()
        else:
            return Base(case, link, self.fold != STATE_VERSION)
        where = within(f"dossier {self.reference!r}", f"case {self.reference!r}", wrong)
        raise StoreDamagedError.of(database, where, self.reference) from None

    def _wrong(self) -> Wording:
        """What is damaged: an event, the texts, the story as a whole, or what was folded from it."""
        event = fault_among(shown(self.events or ""), read_event)
        if event is not None:
            return event
        try:
            self._story()
            texts_of(self.texts)
        except EventStreamError:
            return THE_STORY
        except (ValueError, TypeError):
            return A_TEXT
        if self.fold != STATE_VERSION:
            return THE_STORY
        state = fault_of(shown(self.document), lambda document: self._own(read_state(document, ())))
        return ITS_LAST_LINK if state is None else within("état", "state", state)

    def _story(self) -> tuple[RecordedEvent, ...]:
        documents = json.loads(f"[{decoded(self.events or '')}]")
        documents.sort(key=lambda document: document["number"])
        events = tuple(map(read_event, documents))
        if [event.number for event in events] != list(range(1, len(events) + 1)) or len(events) != self.version:
            raise EventStreamError(self.reference, self.version, self.reference, len(events))
        return events

    def _case(self, events: tuple[RecordedEvent, ...], vault: Vault) -> Case:
        if self.fold != STATE_VERSION:
            return self._own(Case.from_events(events, vault))
        return self._own(read_state(json.loads(decoded(self.document)), events, vault))

    def _own(self, case: Case) -> Case:
        """The case; refused where it names itself otherwise than its row: whoever is given it asks on by that name."""
        if case.reference != self.reference:
            raise FaultsError([Fault("$.reference", case.reference, _OWN)])
        return case


def texts_of(stored: bytes | str | None) -> Vault:
    """The texts that a JSON list of digest, salt and text tells."""
    if stored is None:
        return Vault()
    return Vault({digest: Secret(text, bytes.fromhex(salt)) for digest, salt, text in json.loads(decoded(stored))})
