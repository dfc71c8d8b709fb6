"""Registering the decided rows of a file on a desk: in batches, each row once however often it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, cast

import attrs

from reclamation_core.cases import Case
from reclamation_core.desk import Desk, Registration, RegistrationResult
from reclamation_core.desk.registration import other_words
from reclamation_core.errors import Fault, FaultsError, wording_of
from reclamation_core.intake.fields import RECEIVED_AT, REFERENCE, SITE, TEXT
from reclamation_core.intake.file_reader import FileReader
from reclamation_core.intake.rows import ComplaintRecord, FileRow, RejectedRow, is_one_line
from reclamation_core.intake.triage import Triage, TriageResult
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import LONGEST_NAME, refuse_value
from reclamation_core.wording import Wording

BATCH_SIZE: Final = 500
"""How many rows are registered in one transaction at most."""

LONGEST_TARGET_NAME: Final = 100
"""How many characters the name of a target has at most: it leaves room for a reference in the source of a message."""

_LISTED: Final = 10
_NAME: Final = Wording(
    f"un nom d'une ligne, de {LONGEST_TARGET_NAME} caractères au plus, est attendu",
    f"a name of one line, of {LONGEST_TARGET_NAME} characters at most, is expected",
)
_NO_SITE: Final = Wording(
    "le code d'un site : il en faut un pour enregistrer, dans le fichier ou par --site pour les lignes sans site",
    "the code of a site: registering needs one, in the file or for all the rows that have none",
)


def is_target_name(text: str) -> bool:
    """Return True if a text can be the name of a target: one line, not too long."""
    return bool(text.strip()) and is_one_line(text) and len(text) <= LONGEST_TARGET_NAME


def _valid_name(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not is_target_name(value):
        refuse_value(attribute.name, value, _NAME)


@attrs.frozen
class RegistrationTarget(SharedRepr):
    """The desk where decided rows are registered, and the name under which.

    A row is the message `NAME:reference`. Registering is idempotent: a row read again under the same name is known and
    adds nothing. Two files of the same name are one register, in which a reference identifies one complaint.

    Args:
        desk: the desk.
        name: distinguishes the references of this file from those of others.

    Raises:
        FaultsError: the name is not one line of text, of 100 characters at most.
    """

    desk: Desk
    name: str = attrs.field(validator=_valid_name)

    @property
    def longest_reference(self) -> int:
        """How many characters a reference may have, with the name."""
        return LONGEST_NAME - len(self.source(""))

    def source(self, reference: str) -> str:
        """Return the identifier of a row's message."""
        return f"{self.name}:{reference}"


@attrs.define
class RegistrationCounts(SharedRepr):
    """The counts of the decided rows that were registered.

    Attributes:
        new: how many cases were opened.
        known: how many were registered before.
        conflicting: how many of the latter differ in the file from their registration; nothing was changed.
        conflicting_references: the references of the first of those cases.
    """

    new: int = 0
    known: int = 0
    conflicting: int = 0
    conflicting_references: list[str] = attrs.field(factory=list)

    def add(self, case: Case, record: ComplaintRecord, *, is_new: bool) -> None:
        """Count a row."""
        self.new += is_new
        self.known += not is_new
        if not is_new and _is_conflicting(case, record):
            self.conflicting += 1
            if len(self.conflicting_references) < _LISTED:
                self.conflicting_references.append(case.reference)


def _too_long(longest: int) -> Wording:
    return Wording(
        f"une référence de {longest} caractères au plus, le nom du fichier comptant pour le reste : --source en donne "
        "un plus court",
        f"a reference of {longest} characters at most, as the name of the file takes the rest: --source gives a "
        "shorter one",
    )


def _is_conflicting(case: Case, record: ComplaintRecord) -> bool:
    """Return True if a row has other facts or words than the case was registered with."""
    words = record.text if record.text.strip() else None
    return case.registration.facts != record.facts or bool(other_words(case, verbatim=words))


@attrs.frozen
class _DecidedRecord(SharedRepr):
    record: ComplaintRecord
    result: TriageResult


class RegisteringTriage:
    """A triage that registers each decided row before it yields the result.

    Args:
        target: where rows are registered.
        triage: decides.
        reader: the file.

    Attributes:
        counts: the counts so far.
    """

    def __init__(self, target: RegistrationTarget, triage: Triage, reader: FileReader) -> None:
        self._target, self._triage, self._reader = target, triage, reader
        self.counts = RegistrationCounts()

    def results(self) -> Iterator[TriageResult | RejectedRow]:
        """Yield each row in order: its result where it is registered, else the row as rejected."""
        rows = map(self._checked, self._triage.run(self._reader))
        while batch := list(islice(rows, BATCH_SIZE)):
            yield from self._registered(batch)

    def _checked(self, result: TriageResult | RejectedRow) -> _DecidedRecord | RejectedRow:
        if isinstance(result, RejectedRow):
            return result
        reader, row = self._reader, result.row
        if not result.site:
            return reader.rejected(row, (reader.layout.own_fault(SITE.name, row.cells, _NO_SITE),))
        record, longest = cast(ComplaintRecord, reader.parsed(row)), self._target.longest_reference
        if len(record.reference) > longest:
            return reader.rejected(row, (reader.layout.own_fault(REFERENCE.name, row.cells, _too_long(longest)),))
        return _DecidedRecord(record, result)

    def _registered(self, batch: Sequence[_DecidedRecord | RejectedRow]) -> Iterator[TriageResult | RejectedRow]:
        registrations = [self._registration(item.record) for item in batch if isinstance(item, _DecidedRecord)]
        registered = self._target.desk.register_many(registrations, batch_size=BATCH_SIZE)
        for item in batch:
            yield item if isinstance(item, RejectedRow) else self._outcome(item, next(registered))

    def _registration(self, record: ComplaintRecord) -> Registration:
        return Registration(
            facts=record.facts,
            site=record.site,
            source=self._target.source(record.reference),
            verbatim=record.text if record.text.strip() else None,
        )

    def _outcome(self, item: _DecidedRecord, registered: RegistrationResult) -> TriageResult | RejectedRow:
        if registered.case is None:
            row = item.result.row
            return self._reader.rejected(row, tuple(self._faults(row, cast(Exception, registered.refusal))))
        self.counts.add(registered.case, item.record, is_new=registered.is_new)
        return item.result

    def _faults(self, row: FileRow, refusal: Exception) -> Iterator[Fault]:
        """Yield what the desk refused, with the fields and cells of the file."""
        if not isinstance(refusal, FaultsError):
            yield Fault("row", None, wording_of(refusal))
            return
        for fault in refusal.faults:
            if fault.path.endswith(RECEIVED_AT.name):
                yield self._reader.layout.own_fault(RECEIVED_AT.name, row.cells, fault.expected)
            else:
                yield attrs.evolve(fault, path=TEXT.name) if fault.path == "verbatim" else fault
