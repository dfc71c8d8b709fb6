"""The tables: one row a case, an event, a text, an action, an edition's line; documents only for what is a document.

What is ordered has its rank beside its code. Everything but the texts apart may be read by whoever may read the
register: no column names a person, as long as those that a program fills with words of its own, the source of a case
and the recipients of an edition, are given none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, SmallInteger, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

# SQLite compares bytes of UTF-8, which is by code point; PostgreSQL needs the collation.
TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: PostgreSQL has a type for it; SQLite stores a text, whose order is that of time."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


INSTANT = Instant()


PREFIX = "reclamation_"
METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


_EMPTY = text("''")
"""What a column that was added later holds in the rows that were there."""


def _key(name: str, kind: Any, comment: str, *more: Any) -> Column[Any]:
    return Column(name, kind, *more, primary_key=True, autoincrement=False, comment=comment)


def _given(name: str, kind: Any, comment: str, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, comment=comment, **more)


def _maybe(name: str, kind: Any, comment: str, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=True, comment=comment, **more)


CASES = Table(
    f"{PREFIX}cases",
    METADATA,
    _key("reference", TEXT, "reference of the case (référence du dossier)"),
    _given("kind", TEXT, "complaint or malfunction (nature du dossier)"),
    _given("state", TEXT, "how far it has come (état)"),
    _given("state_rank", SmallInteger, "place of the state in their order, from 0"),
    _given("level", TEXT, "level that handles it (niveau)"),
    _given("level_rank", SmallInteger, "place of the level, from 0, the local one"),
    _maybe("band", TEXT, "band of criticality (criticité); empty while undetermined"),
    _maybe("band_rank", SmallInteger, "place of the band, from 0, the low one"),
    _maybe("complexity", TEXT, "simple or complex (complexité); empty while undetermined"),
    _maybe("complexity_rank", SmallInteger, "place of the complexity, from 0"),
    _maybe("eligibility", TEXT, "whether it is a complaint (recevabilité); empty while undetermined"),
    _maybe("channel", TEXT, "how it arrived (canal); empty while unknown, and for a malfunction"),
    _maybe("complainant", TEXT, "which kind of client complains (client); likewise"),
    _maybe("nature", TEXT, "what the message is (nature); likewise"),
    _given("site", TEXT, "site that registered it"),
    _given("handling_unit", TEXT, "who handles it (unité de traitement)", index=True),
    _maybe("source", TEXT, "what identifies the source message", unique=True),
    _given("edition", TEXT, "edition of the procedure that it is judged under"),
    _given("received_at", INSTANT, "instant of receipt (réception), UTC"),
    _given("received_on", Date, "day of receipt in the zone of its first handling site", index=True),
    _maybe("due_on", Date, "last day to answer, of the latest run of the clock (échéance); empty where none is owed"),
    _maybe("awaited_on", Date, "the same while the answer is awaited, else empty", index=True),
    _maybe("answered_at", INSTANT, "instant of the answer of the latest run (réponse), UTC"),
    _maybe("closed_at", INSTANT, "instant of closing (clôture), UTC"),
    _maybe("closing_reason", TEXT, "why it is closed (motif de clôture)"),
    _maybe("anonymised_at", INSTANT, "when all its texts were forgotten (anonymisation), UTC"),
    _given("version", Integer, "how many events its story has"),
    _given("link", TEXT, "link of its last event in the chain of the case, in hexadecimal"),
    _given("fold", Integer, "version of the fold that made the document"),
    _given("document", TEXT, "what follows from the story, as canonical JSON, without the events and the texts"),
    Index("ix_reclamation_cases_state", "state", "reference"),
    comment="One row a case (dossier): what follows from its story.",
)

CASE_SITES = Table(
    f"{PREFIX}case_sites",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("site", TEXT, "a site or unit"),
    _key("part", TEXT, "registering, handling or service: which part it has in the case"),
    Index("ix_reclamation_case_sites_site", "site", "case_reference"),
    comment="One row for each site and each part that it has in a case.",
)

CASE_CAUSES = Table(
    f"{PREFIX}case_causes",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("family", TEXT, "a family of causes (famille de cause)"),
    Index("ix_reclamation_case_causes_family", "family", "case_reference"),
    comment="One row for each family among the causes of a case, as last analysed.",
)

CASE_EVENTS = Table(
    f"{PREFIX}case_events",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("number", Integer, "place in the story, from 1, without holes"),
    _given(
        "position",
        BigInteger,
        "place in the feed, from 1; below 0 while none is given, the first written being the greatest",
        unique=True,
    ),
    _given("type", TEXT, "what happened"),
    _given("occurred_at", INSTANT, "when it happened, UTC"),
    _given("recorded_at", INSTANT, "when it was written down, UTC"),
    _given("role", TEXT, "role of who did it"),
    _given("document", TEXT, "the event as canonical JSON, exactly as written; texts are commitments"),
    _given("link", TEXT, "its link in the chain of the case, in hexadecimal: it vouches for all the events up to it"),
    comment="One row an event: the story of the cases, never changed.",
)


def _texts(name: str, owner: Column[Any], searched: bool) -> Table:
    """A table of texts kept apart."""
    columns = [
        owner,
        _key("digest", TEXT, "the commitment that events keep: HMAC-SHA-256 of the text under its salt"),
        _given("salt", TEXT, "the salt, in hexadecimal"),
        _given("text", TEXT, "the text: personal, or written freely"),
        _given("version", Integer, "version of the story that the text came with"),
        _given("place", Integer, "its place among the texts that came with it"),
    ]
    if searched:
        columns.append(_maybe("folded", TEXT, "the text without case and accents, for searching; empty for who acted"))
    return Table(name, METADATA, *columns, comment="Texts kept apart from the events, so that they can be forgotten.")


CASE_TEXTS = _texts(
    f"{PREFIX}case_texts", _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)), searched=True
)

PLANS = Table(
    f"{PREFIX}plans",
    METADATA,
    _key("scope", TEXT, "whose plan it is: site:CODE, region:NAME or nation (périmètre)"),
    _given("kind", TEXT, "site, region or nation"),
    _given("kind_rank", SmallInteger, "place of the kind, from 0, the site"),
    _maybe("code", TEXT, "code of the site, name of the region; empty for the nation"),
    _given("version", Integer, "how many events its story has"),
    _given("link", TEXT, "link of its last event in the chain of the plan, in hexadecimal", server_default=_EMPTY),
    comment="One row a plan (PGAAC).",
)

PLAN_EVENTS = Table(
    f"{PREFIX}plan_events",
    METADATA,
    _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "place in the story, from 1, without holes"),
    _given("type", TEXT, "what happened"),
    _given("occurred_at", INSTANT, "when it happened, UTC"),
    _given("recorded_at", INSTANT, "when it was written down, UTC"),
    _given("role", TEXT, "role of who did it"),
    _given("document", TEXT, "the event as canonical JSON, exactly as written; texts are commitments"),
    _maybe("action", TEXT, "the action that it is of; empty for an edition"),
    _given(
        "link",
        TEXT,
        "its link in the chain of the plan, in hexadecimal: it vouches for all the events up to it",
        server_default=_EMPTY,
    ),
    Index("ix_reclamation_plan_events_action", "scope", "action", "number"),
    comment="One row an event of a plan: its story, never changed.",
)

PLAN_TEXTS = _texts(f"{PREFIX}plan_texts", _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)), searched=False)


def _action() -> Iterator[Column[Any]]:
    """What is told of an action, current or as it stood in an edition."""
    yield _given("type", TEXT, "what it is for (type d'action)")
    yield _given("origin", TEXT, "where it comes from (origine)")
    yield _maybe("origin_reference", TEXT, "reference of where it comes from")
    yield _maybe("process", TEXT, "process concerned, a label (PCS)")
    yield _maybe("site", TEXT, "site where it is done")
    yield _maybe("level", TEXT, "or level, where it is not a site's")
    yield _maybe("level_rank", SmallInteger, "place of the level, from 0")
    yield _maybe("cause_family", TEXT, "family of the cause that it acts on")
    yield _given("priority", TEXT, "how pressing it is (priorité)")
    yield _given("priority_rank", SmallInteger, "place of the priority, from 0, the low one")
    yield _given("status", TEXT, "how far it has come (état)")
    yield _given("added_at", INSTANT, "when it was put on the plan, UTC")
    yield _maybe("planned_on", Date, "day by which it is to be done (échéance)")
    yield _maybe("started_at", INSTANT, "when it began, UTC")
    yield _maybe("done_at", INSTANT, "when it was done (réalisation), UTC")
    yield _maybe("check_on", Date, "day by which its effectiveness is to be judged")
    yield _maybe("effectiveness", TEXT, "whether it was judged effective (efficacité)")
    yield _maybe("judged_at", INSTANT, "when it was judged, UTC")
    yield _maybe("closed_at", INSTANT, "when it was closed, UTC")
    yield _maybe("abandoned_at", INSTANT, "when it was given up, UTC")
    yield _given("reopenings", Integer, "how often it was opened again")
    yield _given("what", TEXT, "digest of what is to be done; the text is among those of its plan")
    yield _given("owner", TEXT, "digest of who answers for it (pilote)")
    yield _maybe("cause", TEXT, "digest of the cause in words")
    yield _maybe("criterion", TEXT, "digest of how its effectiveness is judged")


ACTIONS = Table(
    f"{PREFIX}actions",
    METADATA,
    _key("scope", TEXT, "the plan that it is on", ForeignKey(PLANS.c.scope)),
    _key("reference", TEXT, "its number (n°)"),
    *_action(),
    Index("ix_reclamation_actions_status", "status", "planned_on"),
    Index("ix_reclamation_actions_cause_family", "cause_family", "effectiveness"),
    comment="One row an action, as it is now.",
)

ACTION_CASES = Table(
    f"{PREFIX}action_cases",
    METADATA,
    _key("scope", TEXT, "the plan that the action is on", ForeignKey(PLANS.c.scope)),
    _key("action", TEXT, "the action"),
    _key("case_reference", TEXT, "a case that it serves"),
    Index("ix_reclamation_action_cases_case_reference", "case_reference"),
    comment="One row for each case that an action serves.",
)

EDITIONS = Table(
    f"{PREFIX}editions",
    METADATA,
    _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "number of the edition, from 1, without holes"),
    _given("published_at", INSTANT, "when it was published (diffusion), UTC"),
    _given("recipients", TEXT, "whom it went to, by function, separated by line feeds"),
    comment="One row a published edition of a plan.",
)

EDITION_LINES = Table(
    f"{PREFIX}edition_lines",
    METADATA,
    _key("scope", TEXT, "the plan published", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "number of the edition"),
    _key("line_scope", TEXT, "the plan that the line is on; another one's where it is gathered"),
    _key("reference", TEXT, "number of the action"),
    *_action(),
    comment="One row a line of a published edition, as it stood.",
)

SERIES = Table(
    f"{PREFIX}series",
    METADATA,
    _key("series", TEXT, "name of the series: R- and the year of receipt"),
    _given("last", BigInteger, "last number given"),
    comment="One row a series of reference numbers.",
)

GUARDS = Table(
    f"{PREFIX}guards",
    METADATA,
    _key("name", TEXT, "name of the guard: what the decisions that hold it are about"),
    _given("version", BigInteger, "how many commits held it"),
    comment="One row a guard: decisions that hold one guard exclude each other, whatever they write.",
)

FEED_LOCK = Table(
    f"{PREFIX}feed_lock",
    METADATA,
    _key("one", Integer, "always 1"),
    comment="One row, held by whoever gives positions in the feed.",
)

SEQUENCE = f"{PREFIX}writing"
"""The sequence of PostgreSQL that tells in which order events were written."""

VERSION = f"{PREFIX}schema"
"""The table that Alembic keeps the schema's version in."""

PROJECTIONS = (CASE_SITES, CASE_CAUSES, ACTIONS, ACTION_CASES, EDITIONS, EDITION_LINES)
"""The tables that follow from the events alone, so that they can be deleted and computed again."""
