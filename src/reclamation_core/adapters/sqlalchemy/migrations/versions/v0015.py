"""Search by words, list what a case is about, and find the cases whose receipt is not acknowledged.

The row that a case is searched by has its words, its first words and the name of its complainant. Until
`rebuild_projections` writes them, it has the words of all its texts, so that no case is missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0015", "0014"

_CASES, _TEXTS, _SEARCH = "reclamation_cases", "reclamation_case_texts", "reclamation_case_search"
_ACTION_CASES = "reclamation_action_cases"
_PAGE = 500
_SIGNS = str.maketrans({"œ": "oe", "æ": "ae", **dict.fromkeys("’\u02b9\u02bb\u02bc\u02bd", "'")})


def upgrade(op: Operations) -> None:
    """Change them, unless a table is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    if not (inspector.has_table(_CASES) and inspector.has_table(_TEXTS)):
        return
    op.add_column(_CASES, sa.Column("unacknowledged_since", sa.Date(), nullable=True))
    op.execute(sa.text(f"UPDATE {_CASES} SET state_version = 0"))
    if inspector.has_table(_ACTION_CASES):
        op.create_index(f"ix_{_ACTION_CASES}_action", _ACTION_CASES, ["action"])
    if inspector.has_table(_SEARCH):
        op.drop_table(_SEARCH)
    op.create_table(
        _SEARCH,
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("excerpt", TEXT, nullable=True),
        sa.Column("author", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["case_reference"], [f"{_CASES}.reference"], name=f"fk_{_SEARCH}_case_reference"),
        sa.PrimaryKeyConstraint("case_reference", name=f"pk_{_SEARCH}"),
    )
    insert = sa.text(f"INSERT INTO {_SEARCH} (case_reference, words) VALUES (:case_reference, :words)")
    for rows in _pages(connection):
        connection.execute(insert, rows)
    if word_index.is_supported(connection):
        word_index.create(connection)


def _pages(connection: sa.Connection) -> Iterator[list[dict[str, str]]]:
    """Yield the rows of the cases, with the words of all their texts, page by page."""
    cases = sa.text(f"SELECT reference FROM {_CASES} WHERE reference > :after ORDER BY reference LIMIT {_PAGE}")
    # SQLite may hold a text that is not UTF-8, which its driver would refuse.
    text = "CAST(text AS BLOB)" if connection.dialect.name == "sqlite" else "convert_to(text, 'UTF8')"
    texts = sa.text(
        f"SELECT case_reference, {text} FROM {_TEXTS} WHERE case_reference BETWEEN :first AND :last ORDER BY 1"
    )
    after = ""
    while page := [row[0] for row in connection.execute(cases, {"after": after})]:
        found = connection.execute(texts, {"first": page[0], "last": page[-1]}).all()
        grouped = ((case, [text for _, text in some]) for case, some in groupby(found, key=itemgetter(0)))
        rows = [{"case_reference": case, "words": f" {' '.join(sorted(_words(some)))} "} for case, some in grouped]
        if rows:
            yield rows
        after = page[-1]


def _words(texts: list[bytes]) -> set[str]:
    decoded = (bytes(text).decode(errors="replace") for text in texts)
    found = {word[:40] for text in decoded for word in re.findall(r"[^\W_]+", _normalized(text))}
    return {"~"} if sum(map(len, found)) > 150_000 else found


def _normalized(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_SIGNS)
