"""The index of the words and the sites of cases: FTS5 on SQLite, GIN on PostgreSQL.

Both index the column `words`, and are maintained by the database itself, in the transaction of each change; so they do
on the connection of a host. SQLite needs version 3.42, whose `secure-delete` removes erased words from the file; with
an older one there is no index, and a search scans the column.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, cast, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from reclamation_core.adapters.sqlalchemy.database import Database, translate_db_errors
from reclamation_core.adapters.sqlalchemy.statements import as_json
from reclamation_core.adapters.sqlalchemy.tables import CASE_SEARCH, CASE_TEXTS, PLAN_TEXTS, PREFIX
from reclamation_core.cases.words import NAME_MARK, SearchWords, site_entries
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
    "tsquery)"
)
_SIGNS: Final = {"sqlite": ('"', "*", "AND", "OR"), "postgresql": ("'", ":*", "&", "|")}
"""What stands around an entry, after a prefix, and between entries, in the language of each index."""
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


_PRESENT: Final = {
    "sqlite": f"SELECT count(*) FROM sqlite_master WHERE name IN {tuple(sorted(_PARTS))}",
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
        found: those with the words of a search and one of its sites.
    """

    cases: float
    found: float

    def rows_of_page(self, size: int) -> float:
        """Return how many cases are read in an order until so many are found."""
        return size * self.cases / max(1, self.found)


def estimate(database: Database, words: SearchWords, sites: Collection[str]) -> SearchEstimate:
    """Return what the planner of PostgreSQL expects of a search; it reads no row."""
    (planned,) = database.rows(_ESTIMATED, {"words": _expression(words, sites, "postgresql")})[0][0]
    return SearchEstimate(*(part["Plan Rows"] for part in planned["Plan"]["Plans"]))


def is_usable(database: Database, words: SearchWords) -> bool:
    """Return True if there is an index that finds the words of a search.

    False for a short prefix of many words alone, too, whose cases the index would list slowly.
    """
    if database.backend == "postgresql":
        return True
    if not database.has_word_index:
        database.has_word_index = database.rows(text(_PRESENT["sqlite"]))[0][0] == len(_PARTS)
    return database.has_word_index and not _is_broad(database, words)


def indexed(database: Database, words: SearchWords, sites: Collection[str]) -> Select[Any]:
    """Return the statement that finds the references of the cases with some words and one of some sites, if any."""
    return _indexed(database.backend, bindparam(None, _expression(words, sites, database.backend), type_=Text()))


def _indexed(backend: str, searched: ColumnElement[str]) -> Select[Any]:
    if backend == "sqlite":
        joined = text(f"{_WORDS} CROSS JOIN {_ENTRIES} ON entry = {_WORDS}.rowid")
        return select(_REFERENCE).select_from(joined).where(literal_column(_WORDS).op("MATCH")(searched))
    found = select(CASE_SEARCH.c.case_reference).where(literal_column(_VECTOR).op("@@")(cast(searched, TSQUERY)))
    # A limit would make the planner read the table, and build the vector of each row, rather than the index.
    return select(found.cte("found").prefix_with("MATERIALIZED").c.case_reference)


@cache
def _few(backend: str) -> Select[Any]:
    few = _indexed(backend, bindparam("words", type_=Text())).limit(bindparam("most")).subquery()
    return select(func.count(), as_json(few.c.case_reference, backend))


def few_indexed(database: Database, words: SearchWords, sites: Collection[str], most: int) -> tuple[int, str]:
    """Return the number of cases that `indexed` finds, at most `most`, and their references as a JSON list."""
    searched = {"words": _expression(words, sites, database.backend), "most": most}
    rows: list[Any] = database.rows(_few(database.backend), searched)
    count, listed = rows[0]
    return count, listed


def count_indexed(database: Database, words: SearchWords, sites: Collection[str]) -> int:
    """Return the number of cases that `indexed` finds."""
    found = indexed(database, words, sites)
    if database.backend == "sqlite":  # the numbers of the entries are enough
        matches = literal_column(_WORDS).op("MATCH")(_expression(words, sites, "sqlite"))
        found = select(literal_column("rowid")).select_from(text(_WORDS)).where(matches)
    return int(database.rows(select(func.count()).select_from(found.subquery()))[0][0])


def _is_broad(database: Database, words: SearchWords) -> bool:
    """Return True if a search has only a short prefix, of many words."""
    if words.whole or len(words.prefix) >= _SHORT:
        return False
    terms = text(
        f"SELECT 1 FROM {_VOCABULARY} WHERE term >= :first AND term < :last LIMIT {_MOST_TERMS + 1}"
    ).bindparams(first=words.prefix, last=f"{words.prefix}\U0010ffff")
    return len(database.rows(terms)) > _MOST_TERMS


def _expression(words: SearchWords, sites: Collection[str], backend: str) -> str:
    """Return the words and sites of a search in the language of an index; no entry has a sign of that language."""
    quote, prefix, and_, or_ = _SIGNS[backend]

    def any_of(entries: Sequence[str], end: str = "") -> str:
        # In halves: PostgreSQL refuses thousands of entries that are joined one after the other, as too deep.
        middle = len(entries) // 2
        if not middle:
            return f"{quote}{entries[0]}{quote}{end}"
        return f"({any_of(entries[:middle], end)} {or_} {any_of(entries[middle:], end)})"

    every = [any_of(words.entries(words.prefix), prefix), *map(any_of, map(words.entries, words.whole))]
    found = f"({f' {and_} '.join(every)}) {or_} {any_of([NAME_MARK])}"
    return f"({found}) {and_} {any_of(site_entries(sites))}" if sites else found


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
