"""Personal data: the texts that name a person, and the erasure of texts after the retention period (RGPD)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, RecordedEvent, TextKind, Vault
from reclamation_core.cases.deadlines import retained_until
from reclamation_core.cases.texts import Commitment, commitments_by_field
from reclamation_core.cases.words import text_words
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk.audit_output import plan_of_subject
from reclamation_core.desk.batch import (
    Job,
    change_due_cases,
    instant_for,
    past_instant_or_now,
    raise_first,
    readable_cases,
)
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.documents import DocumentService
from reclamation_core.desk.handling import ClosingService
from reclamation_core.desk.plan_access import is_in_scope, readable_plans_in_scope
from reclamation_core.errors import REDACTED, Fault, FaultsError, ReclamationError
from reclamation_core.plans import Pgaac, RecordedPlanEvent
from reclamation_core.plans.events import PlanPublished
from reclamation_core.ports import (
    CaseJob,
    CaseQuery,
    ExportKind,
    ExportLog,
    ExportRecord,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.query import A_WORD
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import of_class, require, require_short, truth
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording

_ACTOR: Final = "retention"
_ONE_DAY: Final = timedelta(days=1)
_UNREAD: Final = Wording(
    "votre rôle ne lit pas les noms ; adressez la demande d'accès à un rôle qui les lit",
    "your role reads no names; pass the request for access to a role that reads them",
)


class PersonRelation(LabelledEnum):
    """How a text is related to the person whose name was searched (lien avec la personne)."""

    AUTHOR = "author", "dossier dont l'auteur porte ce nom", "case whose complainant has the name"
    CITED = "cited", "texte qui cite ce nom, dans le dossier d'un autre", "text that has the name, in another's case"
    OTHER = "other", "autre texte de ce dossier d'un autre", "other text of that case of somebody else"
    PLAN = "plan", "texte d'un plan d'actions qui cite ce nom", "text of a plan that has the name"
    ACTOR = "actor", "opération enregistrée par une personne de ce nom", "event recorded by a person of that name"


@attrs.frozen(kw_only=True)
class PersonalDataItem(SharedRepr):
    """A stored text; its representation does not show it.

    Attributes:
        holder: the reference of the case, or the scope of the plan; `exports` for the log of exports.
        number: the number of the event, or of the export.
        occurred_at: the time of the event.
        event_type: the type of the event, such as `registered`; `exported` for an export.
        field: the field of the event.
        kind: the reason for which the text may have to be erased.
        relation: how the text is related to the person: only that of a case of one's own is about its author.
        text: the text.
    """

    holder: str
    number: int
    occurred_at: datetime
    event_type: str
    field: str
    kind: TextKind
    relation: PersonRelation
    text: str = attrs.field(repr=False)

    def to_document(self) -> dict[str, Any]:
        """Return the item as plain data, for the agent who answers the person."""
        plain = {"occurred_at": self.occurred_at.isoformat(), "kind": self.kind.value, "relation": self.relation.value}
        return attrs.asdict(self) | plain


@attrs.frozen
class PrivacyService(SharedRepr):
    """Answer requests for access to personal data, and erase texts after the retention period.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def personal_data_of(self, person: str, *, as_actor: bool) -> tuple[PersonalDataItem, ...]:
        """Return the stored texts about a person; see `Desk.personal_data_of`."""
        require(of_class(str), person=person)
        require_short(self.context.longest_text, person=person)
        require(truth, as_actor=as_actor)
        wanted = frozenset(text_words(person))
        if not self.context.reads_names:
            raise FaultsError([Fault("person", REDACTED, _UNREAD)])
        if not wanted:
            raise FaultsError([Fault("person", person, A_WORD)])
        corrupt: list[StoreDamagedError] = []
        cases = readable_cases(self.context, CaseQuery(text=" ".join(sorted(wanted))), corrupt)
        named = (case for case in cases if any(has_words(item.text, wanted) for item in _texts_of(case)))
        found = [item for case in named for item in _related(case, wanted)]
        plans = readable_plans_in_scope(self.context, corrupt)
        found += [item for plan in plans for item in _texts_about(plan, wanted)]
        if as_actor:
            every_case = readable_cases(self.context, CaseQuery(), corrupt)
            found += [item for case in every_case for item in _recorded_by(case, wanted)]
            found += [item for plan in plans for item in _recorded_by(plan, wanted)]
        exported = (item for item in self._exported() if as_actor or item.relation is not PersonRelation.ACTOR)
        found += (item for item in exported if has_words(item.text, wanted))
        raise_first(corrupt)
        return tuple(found)

    def _exported(self) -> Iterator[PersonalDataItem]:
        """Yield the recipients and the actors in the log of exports: of those of the scope, and of plans inside it."""
        for one in _exports(self.context.store.exports):
            plan = plan_of_subject(one.subject) if one.kind is ExportKind.PLAN else ""
            if one.place == self.context.place or is_in_scope(self.context, plan):
                export = partial(_item, "exports", (one.number, one.exported_at, "exported"))
                yield from (export("recipients", TextKind.PERSONAL, to, PersonRelation.PLAN) for to in one.recipients)
                if one.actor is not None:
                    yield export("by", TextKind.PERSONAL, one.actor, PersonRelation.ACTOR)

    def forget_expired(self, now: datetime | None) -> tuple[Case, ...]:
        """Anonymise the cases whose retention period has ended; see `Desk.forget_expired`."""
        errors: list[ReclamationError] = []
        changed = tuple(self.anonymised_cases(now, errors))
        documents = DocumentService(self.context)
        documents.delete_after_commit()
        raise_first(errors)
        return tuple(map(documents.with_left, changed))

    def anonymised_cases(self, now: datetime | None, errors: list[ReclamationError]) -> Iterator[Case]:
        """Anonymise the cases whose retention period has ended, and yield each.

        Args:
            now: the instant; now by default.
            errors: receives the errors of cases.
        """
        log = CommandLog(command="forget_expired", trace=self.context.trace)
        context = attrs.evolve(self.context, actor=_ACTOR, role=Role.SYSTEM)
        closing = ClosingService(context)
        as_of = past_instant_or_now(context, now)

        def anonymised(case: Case, _: UnitOfWork | None) -> Case:
            last = retained_until(case, context.policy_of(case))
            if last is None or case.day_of(instant_for(context, case, as_of)) <= last:
                return case
            return closing.anonymised(case, tuple(TextKind), None)

        def next_day(case: Case) -> date | None:
            last = retained_until(case, context.policy_of(case))
            return None if last is None else min(last, date.max - _ONE_DAY) + _ONE_DAY

        job = Job(kind=CaseJob.FORGET, as_of=as_of, change=anonymised, next_day=next_day)
        count = 0
        try:
            for _, after in change_due_cases(context, job, errors):
                count += 1
                yield after
        finally:
            context.store.erase_traces()
        log.finish(count)


def has_words(text: str, wanted: frozenset[str]) -> bool:
    """Return True if a text has all the wanted words, whole and in any order."""
    return wanted.issubset(text_words(text))


def _texts_of(case: Case) -> Iterator[PersonalDataItem]:
    """Yield the texts of a case, each once, without the names of actors."""
    seen: set[Commitment] = set()
    for event in case.history:
        yield from _items(case.reference, event, case.vault, seen)


def _related(case: Case, wanted: frozenset[str]) -> Iterator[PersonalDataItem]:
    """Yield the texts of a case that names a person, each with its relation to that person."""
    complainant = case.read(case.complainant)
    if complainant is not None and has_words(complainant, wanted):
        yield from _texts_of(case)
        return
    for item in _texts_of(case):
        is_cited = has_words(item.text, wanted)
        yield attrs.evolve(item, relation=PersonRelation.CITED if is_cited else PersonRelation.OTHER)


def _exports(log: ExportLog) -> Iterator[ExportRecord]:
    """Yield every export, a page at a time."""
    last = 0
    while page := log.read(last):
        yield from page
        last = page[-1].number


def _texts_about(plan: Pgaac, wanted: frozenset[str]) -> Iterator[PersonalDataItem]:
    """Yield the texts of a plan that name a person: a plan as a whole is not about one person."""
    seen: set[Commitment] = set()
    for event in plan.events:
        items = _items(str(plan.scope), event, plan.vault, seen, PersonRelation.PLAN)
        yield from (item for item in items if has_words(item.text, wanted))
        recipients = event.data.recipients if isinstance(event.data, PlanPublished) else ()
        for text in (one for one in recipients if has_words(one, wanted)):
            yield _item(str(plan.scope), _event(event), "recipients", TextKind.PERSONAL, text, PersonRelation.PLAN)


def _items(
    holder: str,
    event: RecordedEvent | RecordedPlanEvent,
    vault: Vault,
    seen: set[Commitment],
    relation: PersonRelation = PersonRelation.AUTHOR,
) -> Iterator[PersonalDataItem]:
    """Yield the texts of an event but those in `seen`, to which they are added."""
    for field, kind, commitment in commitments_by_field(event.data):
        text = None if commitment in seen else vault.read(commitment)
        seen.add(commitment)
        if text is not None:
            yield _item(holder, _event(event), field, kind, text, relation)


def _recorded_by(aggregate: Case | Pgaac, wanted: frozenset[str]) -> Iterator[PersonalDataItem]:
    """Yield the events that a person recorded."""
    holder = aggregate.reference if isinstance(aggregate, Case) else str(aggregate.scope)
    for event in aggregate.events:
        actor = aggregate.vault.read(event.by)
        if actor is not None and has_words(actor, wanted):
            yield _item(holder, _event(event), "by", TextKind.PERSONAL, actor, PersonRelation.ACTOR)


def _event(event: RecordedEvent | RecordedPlanEvent) -> tuple[int, datetime, str]:
    return event.number, event.occurred_at, event.data.event_type.name


def _item(  # noqa: PLR0917  (private)
    holder: str, event: tuple[int, datetime, str], field: str, kind: TextKind, text: str, relation: PersonRelation
) -> PersonalDataItem:
    made = partial(PersonalDataItem, holder=holder, number=event[0], occurred_at=event[1], event_type=event[2])
    return made(field=field, kind=kind, text=text, relation=relation)
