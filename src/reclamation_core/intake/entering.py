"""Registering on a desk what a file says, while it is triaged: in batches, each row once however often it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, starmap
from typing import Final, cast

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.checks import LONGEST_NAME
from reclamation_core.desk import Desk, Registration, RegistrationResult
from reclamation_core.errors import Fault, FaultsError, wording_of
from reclamation_core.intake.decided import Decided
from reclamation_core.intake.fields import RECEIVED_AT, REFERENCE, SITE
from reclamation_core.intake.meaning import is_one_line
from reclamation_core.intake.reading import Reading
from reclamation_core.intake.records import Record, Rejected, Row
from reclamation_core.intake.triage import Triage
from reclamation_core.wording import Wording

AT_ONCE: Final = 500
"""How many rows are kept in one transaction at most."""

LONGEST_REGISTER: Final = 100
"""How many characters the name of a register has at most: it leaves room for a reference in what names a message."""

_SHOWN: Final = 10
_NO_SITE: Final = Wording(
    "le code d'un site : il en faut un pour enregistrer, dans le fichier ou par --site pour les lignes sans site",
    "the code of a site: registering needs one, in the file or for all the rows that have none",
)


def is_name(text: str) -> bool:
    """Whether a text names a register: one line, not too long."""
    return bool(text.strip()) and is_one_line(text) and len(text) <= LONGEST_REGISTER


def _a_name(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not is_name(value):
        raise ValueError(f"{attribute.name}: {value!r}; give one line of {LONGEST_REGISTER} characters at most")


@attrs.frozen
class Register:
    """Where what is decided is registered, and under which name.

    A row is the message `NAME:reference`. Read again under the same name it is known already, and adds nothing; two
    files of the same name are one register, in which a reference means one complaint.

    Args:
        desk: the desk that registers.
        name: what tells the references of this file from those of others.

    Raises:
        ValueError: the name is not one line of text, of 100 characters at most.
    """

    desk: Desk
    name: str = attrs.field(validator=_a_name)

    @property
    def longest_reference(self) -> int:
        """How many characters a reference may have, beside the name."""
        return LONGEST_NAME - len(self.source(""))

    def source(self, reference: str) -> str:
        """What identifies the message of a row."""
        return f"{self.name}:{reference}"


@attrs.define
class RegisteredCounts:
    """What came of the rows that were decided.

    Attributes:
        new: how many cases were opened.
        known: how many were registered before.
        otherwise: how many of these the file tells otherwise than they were registered; nothing was changed.
        told_otherwise: the references of the first of those cases.
    """

    new: int = 0
    known: int = 0
    otherwise: int = 0
    told_otherwise: list[str] = attrs.field(factory=list)

    def add(self, case: Case, record: Record, *, is_new: bool) -> None:
        """Count a row."""
        self.new += is_new
        self.known += not is_new
        if not is_new and _is_told_otherwise(case, record):
            self.otherwise += 1
            if len(self.told_otherwise) < _SHOWN:
                self.told_otherwise.append(case.reference)


def _too_long(longest: int) -> Wording:
    return Wording(
        f"une référence de {longest} caractères au plus, le nom du fichier comptant pour le reste : --source en donne "
        "un plus court",
        f"a reference of {longest} characters at most, as the name of the file takes the rest: --source gives a "
        "shorter one",
    )


def _is_told_otherwise(case: Case, record: Record) -> bool:
    """Whether a row says other facts or words than the case began with; forgotten words are taken for the same."""
    begun = case.registration
    if begun.facts != record.facts:
        return True
    words = record.text if record.text.strip() else None
    if begun.verbatim is None or words is None:
        return (begun.verbatim is None) != (words is None)
    kept = case.vault.read(begun.verbatim)  # type: ignore[arg-type]  # an event keeps commitments
    return kept is not None and kept != words


@attrs.frozen
class _Read:
    """A row that was read and decided."""

    row: Row
    record: Record
    decided: Decided


class Entering:
    """The results of a triage, each registered before it is given.

    Args:
        register: where.
        triage: decides.
        reading: the rows.
    """

    def __init__(self, register: Register, triage: Triage, reading: Reading) -> None:
        self._register, self._triage, self._reading = register, triage, reading
        self.counts = RegisteredCounts()

    def results(self) -> Iterator[Decided | Rejected]:
        """Each row in order: as it was decided where it is registered, else as rejected."""
        rows = starmap(self._read, self._triage.with_rows(self._reading))
        while batch := list(islice(rows, AT_ONCE)):
            yield from self._entered(batch)

    def _read(self, row: Row | Rejected, result: Decided | Rejected) -> _Read | Rejected:
        reading = self._reading
        if isinstance(row, Rejected) or isinstance(result, Rejected):
            return cast(Rejected, result)
        if not result.site:
            return reading.rejected(row, (reading.layout.own_fault(SITE.name, row.cells, _NO_SITE),))
        record, longest = cast(Record, reading.record(row)), self._register.longest_reference
        if len(record.reference) > longest:
            return reading.rejected(row, (reading.layout.own_fault(REFERENCE.name, row.cells, _too_long(longest)),))
        return _Read(row, record, result)

    def _entered(self, batch: Sequence[_Read | Rejected]) -> Iterator[Decided | Rejected]:
        registrations = [self._registration(one.record) for one in batch if isinstance(one, _Read)]
        entered = self._register.desk.register_many(registrations, batch_size=AT_ONCE)
        for one in batch:
            yield one if isinstance(one, Rejected) else self._told(one, next(entered))

    def _registration(self, record: Record) -> Registration:
        return Registration(
            facts=record.facts,
            site=record.site,
            source=self._register.source(record.reference),
            verbatim=record.text if record.text.strip() else None,
        )

    def _told(self, read: _Read, entered: RegistrationResult) -> Decided | Rejected:
        if entered.case is None:
            return self._reading.rejected(read.row, tuple(self._faults(read.row, cast(Exception, entered.refusal))))
        self.counts.add(entered.case, read.record, is_new=entered.is_new)
        return read.decided

    def _faults(self, row: Row, refusal: Exception) -> Iterator[Fault]:
        """What the desk refused, in the words of the file."""
        if not isinstance(refusal, FaultsError):
            yield Fault("row", None, wording_of(refusal))
            return
        for fault in refusal.faults:
            is_receipt = fault.path.endswith(RECEIVED_AT.name)
            yield self._reading.layout.own_fault(RECEIVED_AT.name, row.cells, fault.expected) if is_receipt else fault
