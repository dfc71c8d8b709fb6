"""A plan as rows, and the rows as a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Generic, TypeVar

import attrs

from reclamation_core.adapters.sqlalchemy.case_rows import Row, code, rank, texts_of
from reclamation_core.adapters.sqlalchemy.damage import A_TEXT, ITS_LAST_LINK, THE_STORY, fault_among, within
from reclamation_core.adapters.sqlalchemy.stories import decoded, shown
from reclamation_core.cases import Commitment, Vault
from reclamation_core.documents import canonical_json, first_link, link
from reclamation_core.plans import (
    Action,
    Pgaac,
    PlanEventStreamError,
    PlanPart,
    PlanScope,
    PublishedPlan,
    RecordedPlanEvent,
    event_document,
    read_event,
)
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording

P = TypeVar("P", Pgaac, PlanPart)


def plan_row(plan: Pgaac | PlanPart) -> Row:
    """The row of a plan, all but the link of its last event."""
    scope = plan.scope
    return {
        "scope": scope.key,
        "kind": code(scope.kind),
        "kind_rank": scope.kind.rank,
        "code": scope.code,
        "version": plan.version,
    }


def event_rows(events: Iterable[RecordedPlanEvent], last: str) -> Iterator[Row]:
    """Yield the rows of events.

    Args:
        events: the events.
        last: the link of the event before them, or the first link of their plan.
    """
    for event in events:
        document = event_document(event)
        text = canonical_json(document)
        last = link(last, text)
        yield {
            "scope": event.plan.key,
            "number": event.number,
            "type": document["data"]["type"],
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "role": code(event.role),
            "document": text,
            "action": getattr(event.data, "action", None),
            "link": last,
        }


def text_rows(plan: Pgaac | PlanPart, kept: Iterable[str]) -> Iterator[Row]:
    """The rows of the texts that are new; `kept` are the digests stored."""
    stored = set(kept)
    new = [(digest, secret) for digest, secret in plan.vault.by_digest().items() if digest not in stored]
    for place, (digest, secret) in enumerate(new):
        yield {
            "scope": plan.scope.key,
            "digest": digest,
            "salt": secret.salt.hex(),
            "text": secret.text,
            "version": plan.version,
            "place": place,
        }


def _digest(text: object) -> str | None:
    return text.digest if isinstance(text, Commitment) else None


def action_row(action: Action) -> Row:
    """What is told of an action, but whose plan it is on."""
    judgement, abandonment = action.judgement, action.abandonment
    return {
        "reference": action.reference,
        "type": code(action.type),
        "origin": code(action.origin),
        "origin_reference": action.origin_reference,
        "process": action.process,
        "site": action.site,
        "level": code(action.level),
        "level_rank": rank(action.level),
        "cause_family": action.cause_family,
        "priority": code(action.priority),
        "priority_rank": action.priority.rank,
        "status": code(action.status),
        "added_at": action.added,
        "planned_on": action.planned,
        "started_at": action.started,
        "done_at": action.done,
        "check_on": action.check_on,
        "effectiveness": code(action.effectiveness),
        "judged_at": None if judgement is None else judgement.at,
        "closed_at": action.closed,
        "abandoned_at": None if abandonment is None else abandonment.at,
        "reopenings": len(action.reopenings),
        "what": _digest(action.what),
        "owner": _digest(action.owner),
        "cause": _digest(action.cause),
        "criterion": _digest(action.criterion),
    }


def edition_row(edition: PublishedPlan) -> Row:
    """The row of an edition, its lines apart."""
    return {
        "scope": edition.scope.key,
        "number": edition.number,
        "published_at": edition.published_at,
        "recipients": "\n".join(edition.recipients),
    }


def line_rows(edition: PublishedPlan) -> Iterator[Row]:
    """The rows of an edition's lines."""
    for line in edition.lines:
        place = {"scope": edition.scope.key, "number": edition.number, "line_scope": line.scope.key}
        yield place | action_row(line.action)


@attrs.frozen
class PlanBase(Generic[P]):
    """A plan, or a part of it, as it is stored, which a change is made on.

    Args:
        plan: the plan, or the part.
        link: the link of the last event of the plan.
    """

    plan: P
    link: str

    @staticmethod
    def of_new(scope: PlanScope) -> PlanBase[Pgaac]:
        """Return what a new plan is made on."""
        return PlanBase(Pgaac(scope=scope), first_link(scope.key))


@attrs.frozen
class StoredPlan:
    """What is stored of a plan, as one row has it: text may come as the bytes that it is stored as.

    Args:
        scope: the key of its scope.
        version: how many events it should have.
        link: the link of the last one.
        events: the documents of its events, separated by commas.
        texts: the texts, as a JSON list of digest, salt and text.
    """

    scope: str
    version: int
    link: bytes | str
    events: bytes | str | None
    texts: bytes | str | None

    def read(self, database: str) -> PlanBase[Pgaac]:
        """Return the plan.

        Raises:
            StoreDamagedError: a document is not one, or events are missing; it names the plan, which
                document of it, and where in that.
        """
        try:
            return PlanBase(self._plan(), decoded(self.link))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            event = fault_among(shown(self.events or ""), read_event)
            wrong = event or self._wrong(error)
        where = within(f"plan {self.scope!r}", f"plan {self.scope!r}", wrong)
        raise StoreDamagedError.of(database, where, self.scope) from None

    def _wrong(self, error: Exception) -> Wording:
        """What is damaged where each event can be read: the texts, the events together, or the last link."""
        if isinstance(error, PlanEventStreamError):
            return THE_STORY
        try:
            texts_of(self.texts)
        except (ValueError, TypeError):
            return A_TEXT
        return ITS_LAST_LINK

    def _plan(self) -> Pgaac:
        scope = PlanScope.parse(self.scope)
        documents = json.loads(f"[{decoded(self.events or '')}]")
        documents.sort(key=lambda document: document["number"])
        plan = Pgaac.from_events(scope, map(read_event, documents), texts_of(self.texts))
        if plan.version != self.version:
            raise PlanEventStreamError(scope, self.version, scope, plan.version, "events are missing")
        return plan


@attrs.frozen
class StoredPart:
    """What is stored of some actions of a plan, as one row has it.

    Args:
        scope: the key of the plan's scope.
        version: how many events the plan should have.
        link: the link of the last one.
        recorded_at: when that was recorded.
        events: the documents of the events of these actions, separated by commas.
    """

    scope: str
    version: int
    link: bytes | str
    recorded_at: bytes | datetime | None
    events: bytes | str | None

    def decoded_events(self) -> tuple[RecordedPlanEvent, ...]:
        """Return the events, in their order.

        Raises:
            ValueError, TypeError, KeyError, RecursionError: a document is none.
        """
        documents = json.loads(f"[{decoded(self.events or '')}]")
        return tuple(map(read_event, sorted(documents, key=lambda document: document["number"])))

    def read(self, events: tuple[RecordedPlanEvent, ...], actions: frozenset[str], vault: Vault) -> PlanBase[PlanPart]:
        """Return the part of the plan.

        Args:
            events: the events, decoded.
            actions: the actions that they are of.
            vault: their texts.

        Raises:
            ValueError: they do not belong together.
        """
        scope = PlanScope.parse(self.scope)
        if any(getattr(event.data, "action", None) not in actions for event in events):
            raise PlanEventStreamError(scope, self.version, scope, self.version, "an event is of another action")
        if self.recorded_at is None:
            raise PlanEventStreamError(scope, self.version, scope, self.version, "events are missing")
        part = PlanPart.from_events(scope, self.version, _instant(self.recorded_at), events, vault)
        return PlanBase(part, decoded(self.link))


def _instant(stored: bytes | datetime) -> datetime:
    """An instant as the driver gives it: SQLite keeps the text of an instant in UTC."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    return datetime.fromisoformat(stored.decode()).replace(tzinfo=UTC)
