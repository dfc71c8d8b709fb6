"""Plain data for other programs: views of cases and plans, their texts in clear where these are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState, Method, ProofStage
from reclamation_core.cases.events import Alerted, Answered, Closed, Linked, ReactionRecorded
from reclamation_core.cases.events.base import Containment, Facts
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cases.texts import Commitment, Text, Vault
from reclamation_core.documents.codec import Codec, Encoding, Structure, Variants
from reclamation_core.documents.faults import refuse
from reclamation_core.errors import ErrorKind
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Band, ComplaintFacts, Complexity, Eligibility, Level, MalfunctionFacts, Role
from reclamation_core.vocabulary.own_documents import PLAIN_OWN_FACTS

FACTS: Final = Variants(
    annotation=Facts,
    classes={"complaint": ComplaintFacts, "malfunction": MalfunctionFacts},
    brief=True,
    is_versioned=False,
)
"""Facts in plain data: their type, without a version."""


def _refuse(value: object, _: Structure) -> Any:
    refuse(value, "ces données se lisent, elles ne se relisent pas", "a view is written, and not read back")


_TEXT: Final[dict[str, Any]] = {"type": ["string", "null"]}
CODEC: Final = Codec(
    (FACTS,),
    encodings=(
        Encoding(annotation=Text, read=_refuse, schema=lambda _: dict(_TEXT)),
        Encoding(annotation=Commitment, read=_refuse, schema=lambda _: dict(_TEXT)),
        PLAIN_OWN_FACTS,
    ),
)
"""Writes views. A text is a string, and null once it is erased or where texts are left out."""


def plain(value: object, vault: Vault | None = None) -> dict[str, Any]:
    """Return a view as plain data.

    Args:
        value: the view.
        vault: the texts to write in place of their commitments; without them each is null.
    """
    document: dict[str, Any] = _with_texts(CODEC.write(value), vault)
    return document


def _with_texts(document: object, vault: Vault | None) -> Any:
    if isinstance(document, Mapping):
        if document.keys() == {"digest"}:
            return None if vault is None else vault.read(Commitment(document["digest"]))
        return {key: _with_texts(value, vault) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_with_texts(value, vault) for value in document]
    return document


@attrs.frozen(kw_only=True)
class ValueChange(SharedRepr):
    """What one event of a case changed (ce qui a changé): a fact, the unit, the level, the person, a date.

    Of an action of a plan: a field of its sheet that changed, or what the event says, such as a note of progress.

    Args:
        name: the name of the fact or of the field: `handling_unit`, `level`, `assigned_to`, `occurred_at`, `note`.
        label: its label for a reader.
        before: the value before, for a reader; None if there was none.
        after: the value after; None if there is none any more.
    """

    name: str
    label: str
    before: str | None = attrs.field(repr=False)
    after: str | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class TimelineEntry(SharedRepr):
    """One event of a case, or of an action of a plan, for a reader (ligne de l'historique).

    Args:
        number: the number of the event of the case or of the plan.
        occurred_at: when it happened, as its date was corrected last; aware, in the zone of the case or of the plan.
        recorded_at: when it was recorded; aware, in that zone.
        actor: who did it; None once the name is erased, if texts are left out, or if names are.
        role: in which role.
        role_label: the role for a reader.
        type: the code of the event type.
        label: the event type for a reader.
        stage: the stage of the procedure that it is a part of; None for who works on the case, and notes.
        sentence: the event in a sentence, without its full stop.
        changes: what it changed, with the values before and after; a registration changes nothing.
        corrected_by: the numbers of the events that corrected its date, or the facts that it recorded.
    """

    number: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str | None = attrs.field(repr=False)
    role: Role
    role_label: str
    type: str
    label: str
    stage: ProofStage | None
    sentence: str = attrs.field(repr=False)
    changes: tuple[ValueChange, ...] = ()
    corrected_by: tuple[int, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the entry as plain data; `document_schema("view.timeline_entry")` describes it."""
        return plain(self)


@attrs.frozen(kw_only=True)
class QualificationView(SharedRepr):
    """The latest qualification (qualification)."""

    problem: Text
    requirement_reference: Text | None
    conforming: bool | None
    supported_by: Text | None
    experts: tuple[Text, ...]


@attrs.frozen(kw_only=True)
class AnalysisView(SharedRepr):
    """The latest analysis (analyse des causes): its method, the families of the causes, the report."""

    method: Method | None
    causes: tuple[str, ...]
    report: Text | None


@attrs.frozen(kw_only=True)
class CaseView(SharedRepr):
    """A case as plain data (dossier). A text is null once it is erased, and where texts are left out.

    Args:
        reference: its reference.
        version: the number of its events.
        kind: complaint or malfunction.
        state: its state.
        admissibility: whether it is in the scope of the procedure.
        eligibility: whether it is a complaint; null while undetermined, and for a malfunction.
        level: the level that handles it; null for a message out of scope, unless it was imposed.
        imposed_level: the level that a person imposed; null where the procedure's holds.
        band: the band of its criticality; null while undetermined.
        complexity: its complexity; null while undetermined.
        edition: the edition of the procedure.
        facts: the known facts.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: the unit that handles it.
        source: the identifier of the source message.
        registered_at: the time of the registration.
        received_on: the day of receipt at the first handling site.
        due: the last day to answer, of the latest run of the clock; null if no answer is due.
        awaited_on: the day by which an answer is awaited now.
        is_deadline_suspended: True while the answer clock is suspended.
        acknowledged_at: the time of the first acknowledgement.
        answered_at: the time of the latest answer.
        mediation_at: the time of the referral to mediation.
        withdrawn_at: the time of the withdrawal.
        closed_at: the time of the closing.
        anonymised_at: the time at which all texts were erased.
        supports: the number of factual supports.
        documents: the documents of these supports, with their keys; names and hashes are texts.
        documents_left: the keys of the erased ones whose bytes are not deleted yet; the nightly job deletes them.
        assignee: the identifier of the person who follows it.
        complainant: the complainant.
        verbatim: the words of the complainant.
        remedy_sought: the remedy that the complainant wants.
        containments: the containment measures.
        qualification: the latest qualification.
        analysis: the latest analysis.
        actions: its actions on plans.
        no_action: the reason why no action is needed.
        answer: the latest answer.
        reaction: the reaction to the answer.
        closure: the reason of the closing, while it is closed.
        links: its links to other cases.
        alerts: the alerts that were raised.
    """

    reference: str
    version: int
    kind: CaseKind
    state: CaseState
    admissibility: Admissibility
    eligibility: Eligibility | None
    level: Level | None
    imposed_level: Level | None
    band: Band | None
    complexity: Complexity | None
    edition: str
    facts: Facts
    site: str
    service_sites: tuple[str, ...]
    handling_unit: str
    source: str | None
    registered_at: datetime
    received_on: date
    due: date | None
    awaited_on: date | None
    is_deadline_suspended: bool
    acknowledged_at: datetime | None
    answered_at: datetime | None
    mediation_at: datetime | None
    withdrawn_at: datetime | None
    closed_at: datetime | None
    anonymised_at: datetime | None
    supports: int
    documents: tuple[SupportDocument, ...]
    documents_left: tuple[str, ...]
    assignee: Text | None
    complainant: Text | None
    verbatim: Text | None
    remedy_sought: Text | None
    containments: tuple[Containment, ...]
    qualification: QualificationView | None
    analysis: AnalysisView | None
    actions: tuple[LineReference, ...]
    no_action: Text | None
    answer: Answered | None
    reaction: ReactionRecorded | None
    closure: Closed | None
    links: tuple[Linked, ...]
    alerts: tuple[Alerted, ...]


@attrs.frozen(kw_only=True)
class FaultView(SharedRepr):
    """One thing wrong with an input: where it is, and what to do."""

    path: str
    detail: str


@attrs.frozen(kw_only=True)
class GuardView(SharedRepr):
    """A guard that refuses a command: its id, its clause and interpretation, its sentence, the data concerned, and the
    code of the command on the same case or action that does what the sentence asks for.
    """

    id: str
    clause: str | None
    interpretation: str | None
    detail: str
    facts: Any = None
    remedy: str | None = None


@attrs.frozen(kw_only=True)
class ProblemView(SharedRepr):
    """An error as problem details (RFC 9457), as `ReclamationError.to_document` returns them.

    Args:
        type: the identifier of the kind of problem.
        title: its title.
        status: the status code of HTTP.
        detail: the problem and its remedy.
        kind: what a program can do about it.
        code: what went wrong.
        instance: of an unavailable service, the identifier under which the log has the reason.
        faults: everything that is wrong with the input.
        guards: the guards that refuse the command.
        reference: of a message that was registered before with other facts, its case.
        expected_version: of a command on an older state, the version that it expected.
        current_version: of a command on an older state, the version that the case or plan has.
    """

    type: str
    title: str
    status: int
    detail: str
    kind: ErrorKind
    code: str
    faults: tuple[FaultView, ...]
    guards: tuple[GuardView, ...]
    instance: str | None = None
    reference: str | None = None
    expected_version: int | None = None
    current_version: int | None = None
