"""The library's tables written and read with plain SQL, without a store, retries or translated errors.

Cases are turned into rows and back by the store's own functions: what differs is all that stands between them and the
driver. What is loaded by hand is the same case, equal in all its parts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import URL, Engine

from bench._databases import Backend
from reclamation_core.adapters.sqlalchemy.mapper import (
    CASE_MAPPER,
    PendingChange,
    case_row,
    period_rows,
    read_texts,
    search_rows,
    site_rows,
)
from reclamation_core.adapters.sqlalchemy.summaries import SUMMARY_COLUMNS, read_summary
from reclamation_core.cases import Case
from reclamation_core.cases.documents import read_event, read_state
from reclamation_core.cases.words import site_entries, text_words
from reclamation_core.desk.search import references_for
from reclamation_core.ports import CaseSummary

LAST_YEAR: Final = 2027
"""The last year of a number that is searched."""
_STREAM: Final = {
    "sqlite": (
        "c.document",
        """(SELECT group_concat(e.document, ',') FROM (SELECT document FROM reclamation_case_events
     WHERE case_reference = c.reference ORDER BY number) AS e)""",
        """(SELECT json_group_array(json_array(t.digest, t.salt, t.text)) FROM (SELECT digest, salt, text
     FROM reclamation_case_texts WHERE case_reference = c.reference ORDER BY version, place) AS t)""",
    ),
    "postgresql": (
        "c.document",
        """(SELECT string_agg(e.document, ',' ORDER BY e.number) FROM reclamation_case_events AS e
     WHERE e.case_reference = c.reference)""",
        """(SELECT json_agg(json_build_array(t.digest, t.salt, t.text) ORDER BY t.version, t.place)::text
     FROM reclamation_case_texts AS t WHERE t.case_reference = c.reference)""",
    ),
}
"""The columns that read one case, its events and its texts."""

_INDEXED: Final = {
    "sqlite": "reclamation_case_words JOIN reclamation_case_entries ON entry = reclamation_case_words.rowid "
    "JOIN reclamation_cases ON reference = case_reference JOIN reclamation_case_search USING (case_reference) "
    "WHERE reclamation_case_words MATCH ?",
    "postgresql": "reclamation_case_search JOIN reclamation_cases ON reference = case_reference "
    "WHERE array_to_tsvector(string_to_array(btrim(words), ' ')) @@ %s::tsquery",
}
"""The cases with words, found by the index of words."""


class ByHand:
    """One connection, and a few statements.

    Args:
        url: the database, whose schema is there.
        backend: its kind.
    """

    def __init__(self, url: URL, backend: Backend) -> None:
        self.is_sqlite = backend.is_sqlite
        self._mark = "?" if self.is_sqlite else "%s"
        self._connection: Any = connect(url, backend)
        stream = ", ".join(_STREAM["sqlite" if self.is_sqlite else "postgresql"])
        self._load = f"SELECT {stream} FROM reclamation_cases AS c WHERE c.reference = {self._mark}"
        self._page = (
            f"SELECT {stream} FROM (SELECT reference, document FROM reclamation_cases WHERE awaited_on <= {self._mark} "
            f"ORDER BY reference LIMIT {self._mark}) AS c ORDER BY c.reference"
        )

        columns = ", ".join(column.name for column in SUMMARY_COLUMNS)
        self._summaries = (
            f"SELECT {columns} FROM reclamation_cases LEFT JOIN reclamation_case_search ON case_reference = reference "
            f"WHERE due_on IS NOT NULL ORDER BY due_on, reference "
            f"LIMIT {self._mark}"
        )
        listed = "reclamation_cases LEFT JOIN reclamation_case_search ON case_reference = reference"
        self._identified = (
            f"SELECT {columns} FROM {listed} WHERE reference IN (SELECT case_reference FROM reclamation_action_cases "
            f"WHERE action = {self._mark} UNION ALL SELECT reference FROM reclamation_cases AS known WHERE source = "
            f"{self._mark} OR reference IN "
        )
        self._searched = (
            f"SELECT {columns} FROM {_INDEXED['sqlite' if self.is_sqlite else 'postgresql']} "
            f"ORDER BY due_on, reference LIMIT {self._mark}"
        )

    def save(self, *cases: Case) -> None:
        """Keep new cases in one transaction."""
        changes = [PendingChange(CASE_MAPPER, None, case) for case in cases]
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        insert_rows(cursor, "cases", [change.row for change in changes], is_sqlite=self.is_sqlite)
        events = [row for change in changes for row in change.event_rows]
        insert_rows(cursor, "case_events", events, is_sqlite=self.is_sqlite)
        insert_rows(cursor, "case_texts", _text_rows(cases), is_sqlite=self.is_sqlite)
        insert_rows(cursor, "case_sites", _site_rows(cases), is_sqlite=self.is_sqlite)
        insert_rows(cursor, "case_periods", _period_rows(cases), is_sqlite=self.is_sqlite)
        insert_rows(cursor, "case_search", _search_rows(cases), is_sqlite=self.is_sqlite)
        cursor.execute("COMMIT")
        cursor.close()

    def load(self, reference: str) -> Case:
        """One case."""
        cursor = self._connection.cursor()
        row = cursor.execute(self._load, (reference,)).fetchone()
        cursor.close()
        return _case(row)

    def page(self, until: date, limit: int) -> list[Case]:
        """The first cases by reference whose answer is awaited until a day."""
        cursor = self._connection.cursor()
        rows = cursor.execute(self._page, (until.isoformat() if self.is_sqlite else until, limit)).fetchall()
        cursor.close()
        return [_case(row) for row in rows]

    def summaries(self, limit: int) -> list[CaseSummary]:
        """The first summaries by due date."""
        cursor = self._connection.cursor()
        rows = cursor.execute(self._summaries, (limit,)).fetchall()
        cursor.close()
        return [read_summary(row) for row in rows]

    def searched(self, text: str, sites: Sequence[str] = (), limit: int = 101) -> list[CaseSummary]:
        """The cases of a number, message or action, then the first by due date with words, the last one as a prefix.

        With sites, they are those of these sites.
        """
        cursor = self._connection.cursor()
        rows = [row for asked in self._search(text, sites, limit) for row in cursor.execute(*asked).fetchall()]
        cursor.close()
        return list({row[0]: read_summary(row) for row in rows}.values())

    def searched_by(self, engine: Engine, text: str, sites: Sequence[str] = (), limit: int = 101) -> list[CaseSummary]:
        """The same cases by the same statements, on a connection that an engine of SQLAlchemy lends for the search."""
        with engine.connect() as connection:
            searches = self._search(text, sites, limit)
            rows = [row for asked in searches for row in connection.exec_driver_sql(*asked).all()]
        return list({row[0]: read_summary(row) for row in rows}.values())

    def _search(self, text: str, sites: Sequence[str], limit: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
        references = [reference for reference, _ in references_for(text, LAST_YEAR)]
        every, (first, second, prefix) = text_words(text), ('"{0}" OR "~{0}"', " AND ", '"{0}"* OR "~{0}"*')
        if not self.is_sqlite:
            first, second, prefix = "'{0}' | '~{0}'", " & ", "'{0}':* | '~{0}':*"
        *whole, last = every
        words = second.join(f"({one})" for one in [*map(first.format, whole), prefix.format(last)])
        words = f'({words}) OR "~"' if self.is_sqlite else f"({words}) | '~'"
        identified = f"{self._identified}({self._marks(references)}))"
        if sites:
            identified += (
                " AND EXISTS (SELECT 1 FROM reclamation_case_sites AS s WHERE s.case_reference = reference "
                f"AND s.site IN ({self._marks(sites)}))"
            )
            joined, entry = (" OR ", '"{}"') if self.is_sqlite else (" | ", "'{}'")
            words = f"({words}){second}({joined.join(map(entry.format, site_entries(sites)))})"
        yield identified, (text, text, *references, *sites)
        yield self._searched, (words, limit)

    def _marks(self, values: Sequence[str]) -> str:
        return ", ".join([self._mark] * len(values))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def insert_rows(cursor: Any, table: str, rows: Sequence[dict[str, Any]], *, is_sqlite: bool) -> None:
    """Insert rows of one of our tables with a cursor of the driver."""
    columns, values = ", ".join(rows[0]), ", ".join(["?" if is_sqlite else "%s"] * len(rows[0]))
    if table == "case_events":
        place = "-nextval('reclamation_write_order')"
        if is_sqlite:
            place = "(SELECT coalesce(max(position), 0) + 1 FROM reclamation_case_events)"
        columns, values = f"{columns}, position", f"{values}, {place}"
    statement = f"INSERT INTO reclamation_{table} ({columns}) VALUES ({values})"
    cursor.executemany(statement, [[_text(value) if is_sqlite else value for value in row.values()] for row in rows])


def projection_rows(cases: Sequence[Case]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of new cases by table, events and their hash chain apart."""
    return [
        ("cases", [case_row(case) | {"link": ""} for case in cases]),
        ("case_texts", _text_rows(cases)),
        ("case_sites", _site_rows(cases)),
        ("case_periods", _period_rows(cases)),
        ("case_search", _search_rows(cases)),
    ]


def projection_select(*, is_sqlite: bool) -> str:
    """The statement that reads the state and the texts of one case."""
    mark = "?" if is_sqlite else "%s"
    state, _, texts = _STREAM["sqlite" if is_sqlite else "postgresql"]
    return f"SELECT {state}, {texts} FROM reclamation_cases AS c WHERE c.reference = {mark}"


def _text_rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [row for case in cases for row in CASE_MAPPER.text_rows(case, ())]


def _period_rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [row for case in cases for row in period_rows(case, None)]


def _search_rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [row for case in cases for row in search_rows(case)]


def _site_rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [row for case in cases for row in site_rows(case)]


def connect(url: URL, backend: Backend) -> Any:
    """Return a connection of the driver, in autocommit mode."""
    return _sqlite(url, backend) if backend.is_sqlite else _psycopg(url)


def _sqlite(url: URL, backend: Backend) -> sqlite3.Connection:
    connection = sqlite3.connect(str(url.database), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if backend.settings.durable else 'NORMAL'}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _psycopg(url: URL) -> Any:
    import psycopg

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def _case(row: Any) -> Case:
    document, events, texts = row
    stream = tuple(map(read_event, json.loads(f"[{events}]")))
    return read_state(json.loads(document), stream, read_texts(texts))
