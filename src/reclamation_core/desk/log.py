"""The log of all committed events: its checkpoints, and the comparison of the register with older ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import attrs

from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.log import (
    LogCheckpoint,
    LogEntry,
    LogFault,
    LogFaultKind,
    LogProofs,
    LogState,
    compare_log,
    examine_log,
    recorded_before,
)
from reclamation_core.desk.context import DeskContext
from reclamation_core.errors import FaultsError
from reclamation_core.ports import CheckpointRecord, EventLog, Store
from reclamation_core.reporting import verifier
from reclamation_core.reporting.notes import signed_note
from reclamation_core.reporting.time_stamps import Authority, time_of, time_stamp

_TOLERANCE: Final = timedelta(hours=1)
ORIGIN: Final = "reclamations"
"""The name of a log that was given none."""
_MOST_PROOFS: Final = 400
"""The most checkpoints that an audit file proves consistency with: those of the last nights of a year."""


class LogService:
    """The log of a register: `desk.log`. A desk with a scope has none."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def write_checkpoint(
        self, key: bytes, *, origin: str | None = None, authority: Authority | None = None
    ) -> CheckpointRecord:
        """Take a checkpoint of all committed events, sign it and save it; `record.note` is what is published.

        Args:
            key: the Ed25519 private key that signs it, in OpenSSH or PEM format.
            origin: the name of the log, such as `reclamations.example.fr/registre`, always the same; that of the last
                checkpoint by default, or `reclamations`.
            authority: the time-stamping authority (RFC 3161) whose answer is saved with it; see `http_authority`.

        Raises:
            ValueError, OSError: the authority refused, or cannot be reached; the checkpoint is saved without a time.
            FaultsError: the key or the origin is refused.
            MissingExtraError: `cryptography` is not installed.
            WholeStoreError: the desk has a scope.
        """
        log = self._context.unscoped_store("checkpoint").log
        state = _state(log)
        checkpoint = state.checkpoint(_origin(log.checkpoints()) if origin is None else origin)
        note = signed_note(str(checkpoint), checkpoint.origin, key)
        known = next((one for one in log.checkpoints() if one.size == checkpoint.size and one.note == note), None)
        now = self._context.clock.now()
        record = CheckpointRecord(size=checkpoint.size, note=note, taken_at=now) if known is None else known
        log.save(attrs.evolve(record, state=state))
        if authority is not None and record.token is None:
            record = attrs.evolve(record, token=time_stamp(note, authority))
            log.save(attrs.evolve(record, state=state))
        return attrs.evolve(record, state=None)

    def checkpoints(self) -> tuple[CheckpointRecord, ...]:
        """Return the checkpoints that were written, by size."""
        return self._context.unscoped_store("checkpoint").log.checkpoints()

    def compare(
        self,
        older: str,
        newer: str | None = None,
        *,
        public_key: bytes | None = None,
        token: bytes | None = None,
        roots: bytes | None = None,
        tolerance: timedelta = _TOLERANCE,
    ) -> tuple[LogFault, ...]:
        """Return the differences between the register and an older checkpoint; empty if nothing was rewritten since.

        Every event is read: the chains are computed again, and compared with the log and with the checkpoint.

        Args:
            older: the checkpoint, as it was published.
            newer: a later one, compared too; it must be of this log.
            public_key: the Ed25519 public key, of 32 bytes, that must have signed them; not checked by default.
            token: the answer of a time-stamping authority for the older checkpoint. An event that was logged after
                the checkpoint and claims to have been recorded before that time is then reported.
            roots: the certificates, in PEM, of the authorities that are trusted; see `time_of`.
            tolerance: how much before that time such an event may claim to have been recorded: the longest transaction,
                and the difference of two clocks.

        Raises:
            FaultsError: a text is no checkpoint, or the certificates are none.
            WholeStoreError: the desk has a scope.
        """
        store = self._context.unscoped_store("checkpoint")
        notes = [older] if newer is None else [older, newer]
        checkpoints = list(map(LogCheckpoint.parse, notes))
        store.log.extend()
        with store.snapshot() as moment:
            entries = tuple(moment.log.entries())
            found = [*_foreign(checkpoints, notes, public_key), *examine_log(entries, _streams(moment))]
            if token is not None:
                try:
                    latest = time_of(token, older, roots) - tolerance
                except FaultsError:
                    raise
                except (ValueError, OverflowError):
                    found.append(LogFault(LogFaultKind.TIME))
                else:
                    found += recorded_before(entries[checkpoints[0].size :], _streams(moment), latest)
        for checkpoint in checkpoints:
            found += compare_log(entries, checkpoint)
        return tuple(dict.fromkeys(found))


def _streams(store: Store) -> Iterator[WrittenEventStream]:
    yield from store.journal.streams()
    yield from store.journal.plan_streams()


def _foreign(checkpoints: list[LogCheckpoint], notes: list[str], key: bytes | None) -> list[LogFault]:
    origins = {checkpoint.origin for checkpoint in checkpoints}
    found = [LogFault(LogFaultKind.ORIGIN)] if len(origins) > 1 else []
    return found + [LogFault(LogFaultKind.FORGED) for note in notes if key is not None and not _is_signed(note, key)]


def _is_signed(note: str, key: bytes) -> bool:
    try:
        return verifier.is_note_of(note, key)
    except ValueError:  # what is no base64, or no point of the curve
        return False


def _origin(written: Sequence[CheckpointRecord]) -> str:
    return LogCheckpoint.parse(written[-1].note).origin if written else ORIGIN


def _state(log: EventLog) -> LogState:
    """Return the state of the log with all committed events, from that of the last checkpoint."""
    size = log.extend()
    known = next((one.state for one in log.checkpoints() if one.state is not None), None)
    if known is None or known.edge.size > size:
        return LogState.of(tuple(log.entries(size=size)))
    entries: tuple[LogEntry, ...] = tuple(log.entries(known.edge.size, size))
    return known.extended(entries, lambda group: log.heads(group, size))


def log_export(store: Store, key: bytes | None, holders: Iterable[str]) -> tuple[str, dict[str, Any]] | None:
    """Return the checkpoint of a store at one moment for an audit file, and its proofs of some cases and plans.

    The log is read once, page by page; None if it is empty.
    """
    proofs = LogProofs(store.log.entries(), holders)
    if not proofs.size:
        return None
    written = store.log.checkpoints()
    checkpoint = proofs.checkpoint(_origin(written))
    sizes = [one.size for one in written[-_MOST_PROOFS:] if 1 <= one.size < proofs.size]
    text = str(checkpoint)
    return text if key is None else signed_note(text, checkpoint.origin, key), {
        "holders": proofs.to_document(),
        "consistency": {str(size): proofs.consistency(size) for size in sizes},
    }
