"""The index of the words of cases: FTS5 on SQLite, GIN on PostgreSQL.

Both index the column `words`, and are maintained by the database itself, in the transaction of each change; so they do
on the connection of a host. SQLite needs version 3.42, whose `secure-delete` removes erased words from the file; with
an older one there is no index, and a search scans the column.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, cast, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from reclamation_core.adapters.sqlalchemy.database import Database, translate_db_errors
from reclamation_core.adapters.sqlalchemy.tables import CASE_SEARCH, CASE_SITES, CASE_TEXTS, PLAN_TEXTS, PREFIX
from reclamation_core.cases.words import NAME_MARK, SearchWords
from reclamation_core.ports import StoreError
from reclamation_core.shared_repr import SharedRepr

_LOG: Final = logging.getLogger("reclamation_core.adapters.sqlalchemy")
_TABLE: Final = CASE_SEARCH.name
_ENTRIES, _WORDS, _VOCABULARY = f"{PREFIX}case_entries", f"{PREFIX}case_words", f"{PREFIX}case_vocabulary"
SQLITE_TABLES: Final = frozenset(
    {_ENTRIES, _WORDS, _VOCABULARY, *(f"{_WORDS}_{part}" for part in ("data", "idx", "config"))}
)
"""The tables of the index on SQLite, those of FTS5 itself included."""
_OLDEST: Final = (3, 42, 0)
_INDEX: Final = f"ix_{_TABLE}_words"
_VECTOR: Final = "array_to_tsvector(string_to_array(btrim(words), ' '))"
_ENTRY: Final = f"(SELECT entry FROM {_ENTRIES} WHERE case_reference = {{row}}.case_reference)"
_VACUUM: Final = f"VACUUM (DISABLE_PAGE_SKIPPING, INDEX_CLEANUP ON) {CASE_TEXTS.name}, {_TABLE}, {PLAN_TEXTS.name}"
_ESTIMATED: Final = text(
    f"EXPLAIN (FORMAT JSON) SELECT FROM {_TABLE} UNION ALL SELECT FROM {_TABLE} WHERE {_VECTOR} @@ CAST(:words AS "
    f"tsquery) UNION ALL SELECT FROM {CASE_SITES.name} WHERE site = ANY(CAST(:sites AS text[]))"
)
_LISTED: Final = {
    "sqlite": text(
        "SELECT count(*), json_group_array(case_reference) FILTER (WHERE typeof(case_reference) = 'text') FROM (SELECT "
        f"case_reference FROM {_WORDS} CROSS JOIN {_ENTRIES} ON entry = {_WORDS}.rowid WHERE {_WORDS} MATCH :words "
        "LIMIT :most)"
    ),
    # A limit would make the planner read the table, and build the vector of each row, rather than the index.
    "postgresql": text(
        f"WITH found AS MATERIALIZED (SELECT case_reference FROM {_TABLE} WHERE {_VECTOR} @@ CAST(:words AS tsquery)) "
        "SELECT count(*), coalesce(CAST(json_agg(case_reference) AS text), '[]') FROM (SELECT case_reference FROM "
        "found LIMIT :most) AS few"
    ),
}
_MOST_TERMS: Final = 64
_SHORT: Final = 3
"""A shorter prefix that begins more words than that is not looked up: its cases would be listed one after the other."""


def _list(row: str) -> str:
    return f"""json_each('["' || replace(trim({row}.words), ' ', '","') || '"]')"""


def _missing(row: str, other: str) -> str:
    """Return the words of a row that another version of it does not have."""
    words = f"SELECT group_concat(value, ' ') FROM {_list(row)} WHERE value NOT IN (SELECT value FROM {_list(other)})"
    return f"coalesce(({words}), '')"


def _insert(entry: str, words: str) -> str:
    return f"INSERT INTO {_WORDS} (rowid, words) VALUES ({entry}, {words})"


def _delete(entry: str, words: str) -> str:
    return f"INSERT INTO {_WORDS} ({_WORDS}, rowid, words) VALUES ('delete', {entry}, {words})"


_OLD, _NEW = _ENTRY.format(row="old"), _ENTRY.format(row="new")
_TRIGGERS: Final = {
    "added": (
        "AFTER INSERT",
        f"INSERT INTO {_ENTRIES} (case_reference) VALUES (new.case_reference)",
        _insert(_NEW, "new.words"),
    ),
    "changed": ("AFTER UPDATE OF words", _insert(_NEW, _missing("new", "old")), _delete(_OLD, _missing("old", "new"))),
    "removed": (
        "AFTER DELETE",
        _delete(_OLD, "old.words"),
        f"DELETE FROM {_ENTRIES} WHERE case_reference = old.case_reference",
    ),
}
_SQLITE_REMOVE: Final = (
    *(f"DROP TABLE IF EXISTS {table}" for table in (_VOCABULARY, _WORDS, _ENTRIES)),
    *(f"DROP TRIGGER IF EXISTS {PREFIX}words_{name}" for name in _TRIGGERS),
)
_OPTIONS: Final = f"words, content='', detail='none', columnsize=0, tokenize=\"ascii tokenchars '{NAME_MARK}'\""
_SQLITE_CREATE: Final = (
    f"CREATE TABLE {_ENTRIES} (entry INTEGER PRIMARY KEY, case_reference TEXT NOT NULL UNIQUE)",
    f"CREATE VIRTUAL TABLE {_WORDS} USING fts5({_OPTIONS})",
    f"INSERT INTO {_WORDS} ({_WORDS}, rank) VALUES ('secure-delete', 1)",
    f"CREATE VIRTUAL TABLE {_VOCABULARY} USING fts5vocab('{_WORDS}', 'row')",
    *(
        f"CREATE TRIGGER {PREFIX}words_{name} {when} ON {_TABLE}"
        f"{' WHEN old.words <> new.words' if name == 'changed' else ''} BEGIN {'; '.join(statements)}; END"
        for name, (when, *statements) in _TRIGGERS.items()
    ),
    f"INSERT INTO {_ENTRIES} (case_reference) SELECT case_reference FROM {_TABLE} ORDER BY 1",
    f"INSERT INTO {_WORDS} (rowid, words) SELECT entry, words FROM {_ENTRIES} JOIN {_TABLE} USING (case_reference)",
)
_REFERENCE: Final[ColumnElement[str]] = literal_column(f"{_ENTRIES}.case_reference").label("case_reference")
_PARTS: Final = (*sorted(SQLITE_TABLES), *(f"{PREFIX}words_{name}" for name in _TRIGGERS))


def is_supported(connection: Connection) -> bool:
    """Return True if the database can maintain the index."""
    if connection.dialect.name != "sqlite":
        return True
    version, has_fts5 = connection.exec_driver_sql(
        "SELECT sqlite_version(), sqlite_compileoption_used('ENABLE_FTS5')"
    ).one()
    return bool(has_fts5) and tuple(map(int, version.split("."))) >= _OLDEST


def is_present(connection: Connection) -> bool:
    """Return True if the database has the whole index."""
    return connection.exec_driver_sql(_PRESENT[connection.dialect.name]).scalar() == _COUNTS[connection.dialect.name]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


_PRESENT: Final = {
    "sqlite": f"SELECT count(*) FROM sqlite_master WHERE name IN ({_names(_PARTS)})",
    "postgresql": f"SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('{_INDEX}') AND indisvalid",
}
_COUNTS: Final = {"sqlite": len(_PARTS), "postgresql": 1}


def create(connection: Connection) -> None:
    """Create the index, or create it again, from the rows that are searched."""
    remove(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"CREATE INDEX {_INDEX} ON {_TABLE} USING gin ({_VECTOR})")
        return
    for statement in _SQLITE_CREATE:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Remove the index, as far as it is there."""
    statements = _SQLITE_REMOVE if connection.dialect.name == "sqlite" else (f"DROP INDEX IF EXISTS {_INDEX}",)
    for statement in statements:
        connection.exec_driver_sql(statement)


@attrs.frozen
class SearchEstimate(SharedRepr):
    """How many rows the planner of PostgreSQL expects, from its statistics.

    Args:
        cases: all cases.
        found: those with the words of a search.
        of_sites: those of some sites; all cases without any.
    """

    cases: float
    found: float
    of_sites: float

    def rows_of_page(self, size: int) -> float:
        """Return how many cases are read in an order until so many have the words and the sites."""
        return size * self.cases**2 / max(1, self.found * self.of_sites)


def estimate(database: Database, words: SearchWords, sites: Collection[str]) -> SearchEstimate:
    """Return what the planner of PostgreSQL expects of a search; it reads no row."""
    parameters = {"words": _query(words), "sites": sorted(sites)}
    (planned,) = database.rows(_ESTIMATED, parameters)[0][0]
    cases, found, of_sites = (part["Plan Rows"] for part in planned["Plan"]["Plans"])
    return SearchEstimate(cases, found, of_sites if sites else cases)


def is_usable(database: Database, words: SearchWords) -> bool:
    """Return True if there is an index that finds the words of a search.

    False for a short prefix of many words alone, too, whose cases the index would list slowly.
    """
    if database.backend == "postgresql":
        return True
    if not database.has_word_index:
        database.has_word_index = database.rows(text(_PRESENT["sqlite"]))[0][0] == len(_PARTS)
    return database.has_word_index and not _is_broad(database, words)


def indexed(database: Database, words: SearchWords) -> Select[Any]:
    """Return the statement that finds the references of the cases with the words of a search, in any order."""
    if database.backend == "postgresql":
        return on_postgresql(words)
    joined = text(f"{_WORDS} CROSS JOIN {_ENTRIES} ON entry = {_WORDS}.rowid")
    return select(_REFERENCE).select_from(joined).where(_matches(words))


def few_indexed(database: Database, words: SearchWords, most: int) -> tuple[int, str]:
    """Return the number of cases that `indexed` finds, at most `most`, and their references as a JSON list."""
    searched = _query(words) if database.backend == "postgresql" else _match(words)
    rows: list[Any] = database.rows(_LISTED[database.backend], {"words": searched, "most": most})
    count, listed = rows[0]
    return count, listed


def indexed_among(database: Database, words: SearchWords, cases: Select[Any]) -> Select[Any]:
    """Return the statement that finds which of some cases have the words of a search, where the index is usable.

    SQLite lists the numbers of the entries with the words, which is faster than their references, and looks up those
    of the cases: it would look up each entry with the words without the sign before the number.
    """
    if database.backend == "postgresql":
        return on_postgresql(words).where(literal_column("found.case_reference").in_(cases))
    among = literal_column(f"+{_ENTRIES}.entry").in_(_numbers(words))
    return select(_REFERENCE).select_from(text(_ENTRIES)).where(_REFERENCE.in_(cases), among)


def count_indexed(database: Database, words: SearchWords, most: int) -> int:
    """Return the number of cases that `indexed` finds, at most one more than `most`."""
    found = on_postgresql(words) if database.backend == "postgresql" else _numbers(words)
    counted = select(func.count()).select_from(found.limit(most + 1).subquery())
    return int(database.rows(counted)[0][0])


def _numbers(words: SearchWords) -> Select[Any]:
    """Return the statement that finds the numbers of the entries with the words of a search on SQLite."""
    return select(literal_column("rowid").label("entry")).select_from(text(_WORDS)).where(_matches(words))


def on_postgresql(words: SearchWords) -> Select[Any]:
    """Return the statement that finds the references of the cases with the words of a search on PostgreSQL."""
    query = cast(bindparam(None, _query(words), type_=Text()), TSQUERY)
    found = select(CASE_SEARCH.c.case_reference).where(literal_column(_VECTOR).op("@@")(query))
    # A limit would make the planner read the table, and build the vector of each row, rather than the index.
    return select(found.cte("found").prefix_with("MATERIALIZED").c.case_reference)


def _query(words: SearchWords) -> str:
    """Return the words of a search as a `tsquery`."""
    return _expression(words, "'", ":*", "&", "|")


def _match(words: SearchWords) -> str:
    """Return the words of a search as FTS5 reads them."""
    return _expression(words, '"', "*", "AND", "OR")


def _matches(words: SearchWords) -> ColumnElement[bool]:
    """Return the condition that the index of SQLite has the words of a search."""
    return literal_column(_WORDS).op("MATCH")(bindparam(None, _match(words), type_=Text()))


def _is_broad(database: Database, words: SearchWords) -> bool:
    """Return True if a search has only a short prefix, of many words."""
    if words.whole or len(words.prefix) >= _SHORT:
        return False
    terms = text(
        f"SELECT 1 FROM {_VOCABULARY} WHERE term >= :first AND term < :last LIMIT {_MOST_TERMS + 1}"
    ).bindparams(first=words.prefix, last=f"{words.prefix}\U0010ffff")
    return len(database.rows(terms)) > _MOST_TERMS


def _expression(words: SearchWords, quote: str, prefix: str, and_: str, or_: str) -> str:
    """Return the words of a search in the language of an index; the words have letters and digits alone."""

    def any_of(word: str, end: str = "") -> str:
        return f" {or_} ".join(f"{quote}{entry}{quote}{end}" for entry in words.entries(word))

    every = [any_of(words.prefix, prefix), *map(any_of, words.whole)]
    return f"({f' {and_} '.join(f'({one})' for one in every)}) {or_} {quote}{NAME_MARK}{quote}"


def rebuild(database: Database) -> bool:
    """Remove the erased texts from the pages of a PostgreSQL database: vacuum their tables, rebuild the indexes.

    It is impossible on the connection of a host, in its transaction, and without the right to maintain the tables.

    Returns:
        False if it is impossible now; the reason is logged.
    """
    if database.backend != "postgresql":
        return True
    if not database.ends_transactions:
        return False

    def work() -> None:
        with translate_db_errors(database.name), database.connected() as connection:
            connection.exec_driver_sql(_VACUUM)
            connection.exec_driver_sql(f"REINDEX TABLE CONCURRENTLY {_TABLE}")

    try:
        database.run_statements(work)
    except StoreError as error:
        _LOG.warning(
            "%s: words of erased texts may be left in its indexes (%s); run VACUUM and REINDEX TABLE CONCURRENTLY %s",
            database.name,
            error.reason,
            _TABLE,
        )
        return False
    return True
