"""The folded state of a case as a document: what a store keeps beside the events, so that loading folds nothing.

It is never lifted: a state of another version is left aside, and the events are folded anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.documents.stories import CODEC
from reclamation_core.cases.event import RecordedEvent
from reclamation_core.cases.happenings import Registered
from reclamation_core.cases.sealed import Vault

STATE_VERSION: Final = 3
"""The version of the fold: one more whenever the fields of `Case`, or what an event does to them, change; or what texts
are searched by, which stores keep too."""

_STORED_NAMES: Final = {"answer_cycles": "rounds"}
"""Names in the document that differ from those of the fields."""
_APART: Final = frozenset({"events", "vault"})
_CHECKED: Final[dict[str, Any]] = {"facts": attrs.fields(Registered).facts.validator}  # of the kind of the case


def _state_class() -> Any:
    """The fields of a case but its story and its texts, none of which may be left out."""
    attrs.resolve_types(Case)
    head: dict[str, Any] = {"type": Literal["case_state"], "version": Literal[STATE_VERSION]}
    body = {
        _STORED_NAMES.get(field.name, field.name): field.type
        for field in attrs.fields(Case)
        if field.name not in _APART
    }
    fields = {
        name: attrs.field(type=annotation, validator=_CHECKED.get(name)) for name, annotation in (head | body).items()
    }
    return attrs.make_class("CaseStateDocument", fields, frozen=True, kw_only=True)


CaseStateDocument: Final = _state_class()
_FIELDS: Final = {
    field.name: _STORED_NAMES.get(field.name, field.name) for field in attrs.fields(Case) if field.name not in _APART
}


def state_document(case: Case) -> dict[str, Any]:
    """What a case is but its events and its texts, as plain data; `version` is `STATE_VERSION`."""
    state = {stored: getattr(case, name) for name, stored in _FIELDS.items()}
    document: dict[str, Any] = CODEC.write(CaseStateDocument(type="case_state", version=STATE_VERSION, **state))
    return document


def read_state(document: Any, events: Iterable[RecordedEvent], vault: Vault | None = None) -> Case:
    """The case of a state, of the events that it was folded from and of its texts.

    Whether these are its events is not looked at: that would be folding them.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; a state of another version than
            `STATE_VERSION` is one.
    """
    state = CODEC.read(document, CaseStateDocument)
    fields = {name: getattr(state, stored) for name, stored in _FIELDS.items()}
    return Case(events=tuple(events), vault=Vault() if vault is None else vault, **fields)
