"""Cases as documents, strict both ways: their events, their state and, apart, their texts.

An event and the facts have a `type` and a `version`; a text is `{"digest": ...}`, and is stored apart. The state is the
snapshot that a store saves beside the events: it is never upcast, a state of another version is replaced by a replay.
The document of a vault holds personal data in clear, with the salts: erasing a text is leaving it out, in every copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Final, Literal

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.events import CASE_EVENTS, CaseEvent, Registered
from reclamation_core.cases.events.base import Facts, RecordedEvent
from reclamation_core.cases.texts import Commitment, Secret, Text, Vault
from reclamation_core.documents.codec import Codec, Encoding, Structure, Variants
from reclamation_core.documents.faults import redact_all_text, redact_misplaced
from reclamation_core.documents.sizes import OF_COMMANDS
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import not_empty, refuse_value
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.own_documents import OWN_FACTS
from reclamation_core.wording import Wording

_SEALED = Wording(
    'un texte scellé, {"digest": ...}, est attendu : un texte en clair ne pourrait pas être oublié',
    'a sealed text, {"digest": ...}, is expected: one in clear could not be forgotten',
)


def _read(value: object, structure: Structure) -> Any:
    if isinstance(value, str):
        raise FaultsError([Fault("", REDACTED, _SEALED)])
    return structure(value, Commitment)


SEALED_TEXTS = Encoding(annotation=Text, read=_read, schema=lambda describe: describe(Commitment))
"""A text of an event, as documents have it."""

EVENTS = CASE_EVENTS.variants(CaseEvent)
FACTS = Variants(annotation=Facts, classes={"complaint": ComplaintFacts, "malfunction": MalfunctionFacts}, brief=True)


@attrs.frozen(kw_only=True)
class CaseDocument(SharedRepr):
    """A case (dossier): its reference and its events; everything else follows from them."""

    reference: str
    events: tuple[RecordedEvent, ...] = attrs.field(validator=not_empty)

    @events.validator
    def _of_this_case(self, attribute: attrs.Attribute[Any], events: tuple[RecordedEvent, ...]) -> None:
        for event in events:
            if event.case != self.reference:
                expected = Wording(
                    f"l'événement {event.number} doit être du dossier {self.reference}",
                    f"event {event.number} must be of case {self.reference}",
                )
                refuse_value(attribute.name, event.case, expected)


CASES = Variants(annotation=CaseDocument, classes={"case": CaseDocument})
CODEC = Codec((EVENTS, FACTS, CASES), encodings=(SEALED_TEXTS, OWN_FACTS), redact=redact_misplaced)
"""Write and read the documents of cases and of their events."""


_SOURCE: Final = Wording(
    "une référence d'URI est attendue, comme https://reclamations.example.fr",
    "a URI reference is expected, like https://reclamations.example.fr",
)
_URI_REFERENCE: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def event_document(event: RecordedEvent, *, cloud_events_source: str | None = None, epoch: int = 0) -> dict[str, Any]:
    """An event as plain data.

    Args:
        event: the event.
        cloud_events_source: the URI reference of the register, to get the event in an envelope of CloudEvents 1.0; with
            the `id`, which is unique in the source, it identifies the event.
        epoch: the epoch of the event in the feed, which the `id` has after the register was restored from a backup.

    Raises:
        FaultsError: the source is not a URI reference.
    """
    document: dict[str, Any] = CODEC.write(event)
    if cloud_events_source is None:
        return document
    if _URI_REFERENCE.fullmatch(cloud_events_source) is None:
        raise FaultsError([Fault("cloud_events_source", cloud_events_source, _SOURCE)])
    declared = event.data.event_type
    return {
        "specversion": "1.0",
        "id": f"{event.case}/{event.number}" + (f"/{epoch}" if epoch else ""),
        "source": cloud_events_source,
        "type": f"reclamation_core.case.{declared.name}",
        "subject": event.case,
        "time": event.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:reclamation-core:case-event:{declared.name}:{declared.version}",
        "data": document,
    }


def read_event(document: object) -> RecordedEvent:
    """Return the event of a document, upcast to the current version if it is older.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
    """
    return CODEC.read(document, RecordedEvent)


def facts_document(facts: Facts) -> dict[str, Any]:
    """The facts of a complaint or of a malfunction as plain data."""
    return CODEC.write(facts)


def read_facts(document: object) -> Facts:
    """Return the facts of a document.

    Raises:
        FaultsError: with every fault of the document at once, each with its path.
    """
    OF_COMMANDS.require(document)
    return CODEC.read(document, Facts)  # type: ignore[arg-type]


def case_document(case: Case) -> dict[str, Any]:
    """Return a case as plain data: its reference and its events, from which the rest follows."""
    return CODEC.write(CaseDocument(reference=case.reference, events=case.events))


def read_case(document: object, vault: Vault | None = None) -> Case:
    """Return the case of a document.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
        EventStreamError: the events make no history.
    """
    return Case.from_events(CODEC.read(document, CaseDocument).events, vault)


STATE_VERSION: Final = 7
"""The version of the state: raise it by one when the fields of `Case` change, or what an event does to them, or the
words of searched texts, which stores save too."""

_STORED_NAMES: Final = {"answer_cycles": "rounds"}
"""Names in the document that differ from those of the fields."""
_APART: Final = frozenset({"events", "vault", "documents_left"})
_FIELDS: Final = {
    field.name: _STORED_NAMES.get(field.name, field.name) for field in attrs.fields(Case) if field.name not in _APART
}
"""The names of the fields of a case in the document."""
_CHECKED: Final[dict[str, Any]] = {"facts": attrs.fields(Registered).facts.validator}  # of the kind of the case


@cache
def state_class() -> Any:
    """Return the class of the state: the fields of a case that follow from its events, all of them required.

    It is made when it is first used, as its types take long to resolve.
    """
    attrs.resolve_types(Case)
    head: dict[str, Any] = {"type": Literal["case_state"], "version": Literal[STATE_VERSION]}
    body = {_FIELDS[field.name]: field.type for field in attrs.fields(Case) if field.name in _FIELDS}
    fields = {
        name: attrs.field(type=annotation, validator=_CHECKED.get(name)) for name, annotation in (head | body).items()
    }
    return attrs.make_class("CaseStateDocument", fields)


_OF_CASE: Final = attrgetter(*_FIELDS)
_OF_STATE: Final = attrgetter(*_FIELDS.values())


def state_document(case: Case) -> dict[str, Any]:
    """Return the state of a case, without its events and its texts, as plain data; `version` is `STATE_VERSION`."""
    state = dict(zip(_FIELDS.values(), _OF_CASE(case), strict=True))
    document: dict[str, Any] = CODEC.write(state_class()(type="case_state", version=STATE_VERSION, **state))
    return document


def read_state(document: object, events: Iterable[RecordedEvent], vault: Vault | None = None) -> Case:
    """Return the case from its state, the events behind that state, and its texts.

    The events are not checked against the state: that would be a replay.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; a state of another version than
            `STATE_VERSION` is one.
    """
    state = CODEC.read(document, state_class())
    fields = dict(zip(_FIELDS, _OF_STATE(state), strict=True))
    return Case(events=tuple(events), vault=Vault() if vault is None else vault, **fields)


_NOT_COMMITTED = Wording(
    "le texte et son sel ne sont pas ceux de cette empreinte ; reprenez une copie saine",
    "the text and its salt are not those of this digest; take a sound copy",
)


def _each_under_its_digest(_: object, __: object, texts: Mapping[str, Secret]) -> None:
    wrong = [digest for digest, secret in texts.items() if secret.commitment.digest != digest]
    if wrong:
        raise FaultsError(Fault(f"texts.{digest}", REDACTED, _NOT_COMMITTED) for digest in wrong)


@attrs.frozen(kw_only=True)
class VaultDocument(SharedRepr):
    """Texts in clear, each with its salt, by the digest of the commitment to it."""

    texts: Mapping[str, Secret] = attrs.field(repr=False, validator=_each_under_its_digest)


VAULTS = Variants(annotation=VaultDocument, classes={"vault": VaultDocument})
VAULT_CODEC = Codec((VAULTS,), redact=redact_all_text)


def vault_document(vault: Vault) -> dict[str, Any]:
    """Return the texts of a vault as plain data, in clear, each with its salt in hexadecimal."""
    texts = {secret.commitment.digest: secret for secret in vault}
    return VAULT_CODEC.write(VaultDocument(texts=texts))


def read_vault(document: object) -> Vault:
    """The vault that a document holds.

    Raises:
        FaultsError: with every fault of the document at once, each with its path and none with its text; a text that is
            not the one of its digest is one.
    """
    return Vault(VAULT_CODEC.read(document, VaultDocument).texts)
