"""The keys of documents in a database: which an event claims, and the list of those whose bytes are to be deleted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import bindparam, delete, select, text

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.statements import StaleDataError, is_among, writer_for
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, DOCUMENT_DELETIONS, OPTIMISTIC_LOCKS, VERSION
from reclamation_core.cases.support_documents import DOCUMENT_LOCK
from reclamation_core.documents import canonical_json
from reclamation_core.ports import DocumentKeys, StoreDamagedError
from reclamation_core.ports.query import require_limit
from reclamation_core.wording import Wording

_REGISTER: Final = text(f"SELECT identity FROM {VERSION}")
_KEY: Final = DOCUMENT_DELETIONS.c.document_key
_LOCK_VERSION: Final = select(OPTIMISTIC_LOCKS.c.version).where(OPTIMISTIC_LOCKS.c.name == bindparam("lock"))
_CLAIM: Final = (
    select(CASE_EVENTS.c.number)
    .where(CASE_EVENTS.c.type == "support_added", CASE_EVENTS.c.document.contains(bindparam("claim")))
    .limit(1)
)
_DELETE: Final = delete(DOCUMENT_DELETIONS).where(bindparam("the_key") == _KEY)
_NO_IDENTITY: Final = Wording("l'identité de la base manque", "the identity of the database is missing")


class SqlAlchemyDocumentKeys(DocumentKeys):
    """The keys of documents of a database.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self) -> str:
        row = self._database.first(_REGISTER, {})
        if row is None or row[0] is None:
            raise StoreDamagedError.of(self._database.name, _NO_IDENTITY)
        return str(row[0])

    def discard(self, key: str) -> bool:
        name = DOCUMENT_LOCK + key
        # The events decide, not the optimistic lock alone: a table of optimistic locks that was lost is restored empty.
        is_held = self._database.first(_LOCK_VERSION, {"lock": name}) is not None
        if is_held or self._database.first(_CLAIM, {"claim": f'"key":"{key}"'}) is not None:
            return False
        writer = writer_for(self._database.backend)
        statements = [*writer.advance({name: 0}), *writer.insert(DOCUMENT_DELETIONS, [{"document_key": key}])]
        try:
            self._database.run(statements)
        except StaleDataError:  # claimed, or discarded by another process, meanwhile
            return False
        return True

    def to_delete(self, limit: int = 500) -> tuple[str, ...]:
        require_limit(limit)
        return tuple(row[0] for row in self._database.rows(select(_KEY).order_by(_KEY).limit(limit)))

    def among_to_delete(self, keys: Collection[str]) -> frozenset[str]:
        named = select(_KEY).where(is_among(_KEY, "keys", self._database.backend))
        rows = self._database.rows(named, {"keys": canonical_json(sorted(keys))}) if keys else ()
        return frozenset(row[0] for row in rows)

    def mark_deleted(self, key: str) -> None:
        self._database.write(lambda connection, _: connection.execute(_DELETE, {"the_key": key}))
