"""The tables, and the types of their columns, the same on every database.

One row a case, an event, a text, an action, a published line; a document only for an event and for the snapshot of a
case. A code whose values are ordered has its rank in a column of its own. Except for the tables of texts, every table
may be read by all who may read the register: no column names a person, provided that an application puts no name into
the source of a case or the recipients of a published plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

from reclamation_core.cases import columns

# SQLite compares bytes of UTF-8, which is by code point; PostgreSQL needs the collation.
TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text_of(instant: datetime | None) -> str | None:
    return None if instant is None else instant.replace(tzinfo=None).isoformat(" ", "microseconds")


class _TextInstant(sqlite.DATETIME):
    """An instant as SQLAlchemy stores it in SQLite, written several times faster."""

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002
        return _text_of


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: PostgreSQL has a type for it; SQLite stores a text, whose order is that of time."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return _TextInstant()  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(sa.DateTime(timezone=True))

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


_IS_TO_FORGET = text("forget_on IS NOT NULL")
_IS_UNACKNOWLEDGED = text("unacknowledged_since IS NOT NULL")
_HAS_QUESTION = text("unclear_facts IS NOT NULL OR requested_on IS NOT NULL")
_EMPTY = text("''")
"""The value of a column of texts that was added by a migration."""
_ZERO = text("0")
"""That of a column of numbers, which the migration then fills."""


_Kind: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]


def _key(name: str, kind: _Kind, comment: str, *more: SchemaItem) -> Column[Any]:
    return Column(name, kind, *more, primary_key=True, autoincrement=False, comment=comment)


def _given(name: str, kind: _Kind, comment: str, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, comment=comment, **more)


def _maybe(name: str, kind: _Kind, comment: str, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=True, comment=comment, **more)


def _kind(cls: type[Any]) -> Any:
    """Return the type of a database for values of a class; codes and several texts are text."""
    kinds = ((datetime, INSTANT), (date, Date), (int, Integer))
    return next((kind for base, kind in kinds if issubclass(cls, base)), TEXT)


def _of_case() -> Iterator[Column[Any]]:
    """Yield the columns of a case that are stored, each with that of its rank."""
    for one in columns.COLUMNS.values():
        if one is columns.reference:
            yield _key(one.name, TEXT, one.comment)
        elif one.is_stored:
            make = _maybe if one.is_optional or one.type is tuple else _given
            yield make(one.name, _kind(one.type), one.comment)
            if one.rank_comment is not None:
                yield make(f"{one.name}_rank", SmallInteger, one.rank_comment)


CASES = Table(
    f"{PREFIX}cases",
    METADATA,
    *_of_case(),
    _given("link", TEXT, "link of its last event in the hash chain of the case, in hexadecimal"),
    _given("state_version", Integer, "version of the code that computed the row and the document (STATE_VERSION)"),
    _given("document", TEXT, "snapshot: the state as canonical JSON, without the events and the texts"),
    UniqueConstraint("source", "site"),
    Index("ix_reclamation_cases_state", "state", "reference"),
    # Cases are counted by these columns, whose index is a tenth of the table.
    Index(
        "ix_reclamation_cases_facets",
        *("kind", "eligibility", "state", "level_rank", "band_rank", "awaited_on", "handling_unit"),
        *("site", "channel", "nature", "theme", "reference"),
    ),
    Index("ix_reclamation_cases_awaited_on", "awaited_on", "reference"),
    Index("ix_reclamation_cases_due_on", "due_on", "reference"),
    Index("ix_reclamation_cases_received_at", "received_at", "reference"),
    Index("ix_reclamation_cases_level_rank", "level_rank", "reference"),
    Index("ix_reclamation_cases_band_rank", "band_rank", "reference"),
    Index("ix_reclamation_cases_next_on", "next_on"),
    # Few cases wait for an erasure: the others cost nothing.
    Index("ix_reclamation_cases_forget_on", "forget_on", sqlite_where=_IS_TO_FORGET, postgresql_where=_IS_TO_FORGET),
    # A worklist counts the few cases that wait for an acknowledgement or for an answer to a question.
    Index(
        "ix_reclamation_cases_unacknowledged_since",
        "unacknowledged_since",
        sqlite_where=_IS_UNACKNOWLEDGED,
        postgresql_where=_IS_UNACKNOWLEDGED,
    ),
    Index(
        "ix_reclamation_cases_requested_on", "requested_on", sqlite_where=_HAS_QUESTION, postgresql_where=_HAS_QUESTION
    ),
    comment="One row a case (dossier), computed from its events.",
)

CASE_SITES = Table(
    f"{PREFIX}case_sites",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("site", TEXT, "a site or unit"),
    _key("part", TEXT, "part of the site in the case: registering, handling or service"),
    Index("ix_reclamation_case_sites_site", "site", "case_reference"),
    comment="One row for each site of a case and each of its parts.",
)

CASE_CAUSES = Table(
    f"{PREFIX}case_causes",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("family", TEXT, "a family of causes (famille de cause)"),
    Index("ix_reclamation_case_causes_family", "family", "case_reference"),
    comment="One row for each family among the causes of a case, as last analysed.",
)

CASE_FACTS = Table(
    f"{PREFIX}case_facts",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("name", TEXT, "name of a fact that the edition of the case declares itself (information propre)"),
    _given("value", TEXT, "its value: a code, true or false, a number, or a day as in ISO 8601"),
    _maybe("number", Double, "the value of a number, for comparisons; the text is exact"),
    _maybe("day", Date, "the value of a day"),
    Index("ix_reclamation_case_facts_name", "name", "value", "case_reference"),
    *(
        Index(
            f"ix_reclamation_case_facts_{name}",
            *("name", name, "case_reference"),
            sqlite_where=text(f"{name} IS NOT NULL"),
            postgresql_where=text(f"{name} IS NOT NULL"),
        )
        for name in ("number", "day")
    ),
    comment="One row for each fact of an edition of a case; none for a personal fact or a free text.",
)

CASE_PERIODS = Table(
    f"{PREFIX}case_periods",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("since", INSTANT, "instant of the recording from which this was known, UTC"),
    _maybe("until", INSTANT, "instant of the next recorded change, UTC; empty for what is known now"),
    _given("ends_run", Boolean, "true if the next change begins another run of the answer clock"),
    _given("site", TEXT, "site that registered it"),
    _given("unit", TEXT, "unit that handled it (unité de traitement)"),
    _given("state", TEXT, "state of the case (état)"),
    _maybe("level", TEXT, "level that handled it (niveau)"),
    _given("admissibility", TEXT, "in the scope of the procedure, out of it, or to be clarified (recevabilité)"),
    _maybe("channel", TEXT, "channel of receipt (canal); empty while unknown, as the next four"),
    _maybe("complainant", TEXT, "kind of client that complains (client)"),
    _maybe("nature", TEXT, "nature of the message (nature)"),
    _maybe("theme", TEXT, "theme of the message (thème)"),
    _maybe("requirement", TEXT, "kind of requirement claimed to be breached (exigence)"),
    _maybe("causes", TEXT, "families of its causes, separated by spaces (familles de causes)"),
    _given("cycle", SmallInteger, "number of the run of the answer clock, from 1; 0 for a malfunction"),
    _given("received_on", Date, "day of the receipt, or of the reopening that began the run"),
    _maybe("due_on", Date, "last day to answer (échéance)"),
    _maybe("acknowledged_on", Date, "day of the first acknowledgement (accusé de réception)"),
    _maybe("answered_on", Date, "day of the answer of the run (réponse)"),
    _maybe("decision", TEXT, "decision of the answer (décision)"),
    _maybe("ended_on", Date, "day of the closing or of the withdrawal (clôture ou retrait)"),
    _maybe("mediation_on", Date, "day of the referral to mediation (médiation)"),
    _given("can_be_acknowledged", Boolean, "false if the sender is unknown"),
    _given("supports", SmallInteger, "number of factual supports on file (supports factuels)"),
    _given("questions", SmallInteger, "number of requests for information (demandes de précisions)"),
    _given("transfers", SmallInteger, "number of times that another unit took it over"),
    Index("ix_reclamation_case_periods_since", "since"),
    Index("ix_reclamation_case_periods_received_on", "received_on"),
    Index("ix_reclamation_case_periods_due_on", "due_on"),
    Index("ix_reclamation_case_periods_ended_on", "ended_on", "until", "since"),
    *(
        Index(
            f"ix_reclamation_case_periods_{name}",
            name,
            sqlite_where=text(f"{name} IS NOT NULL"),
            postgresql_where=text(f"{name} IS NOT NULL"),
        )
        for name in ("answered_on", "mediation_on")
    ),
    comment="One row for each recorded change of what indicators read of a case: what was known from then on.",
)

CASE_EVENTS = Table(
    f"{PREFIX}case_events",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _key("number", Integer, "number in the event stream, from 1, without holes"),
    _given(
        "position",
        BigInteger,
        "position in the feed, from 1; below 0 until one is assigned, the first event written being the greatest",
        unique=True,
    ),
    _given("type", TEXT, "type of the event"),
    _given("occurred_at", INSTANT, "instant of the event, UTC"),
    _given("recorded_at", INSTANT, "instant of its recording, UTC"),
    _given("role", TEXT, "role of the actor"),
    _given("document", TEXT, "the event as canonical JSON, exactly as written; texts are commitments"),
    _given("link", TEXT, "its link in the hash chain of the case, in hexadecimal: it covers all the events up to it"),
    comment="One row an event of a case; never updated.",
)


def _texts(name: str, owner: Column[Any]) -> Table:
    """Return a table of texts."""
    columns = [
        owner,
        _key("digest", TEXT, "the commitment in the event: HMAC-SHA-256 of the text under its salt"),
        _given("salt", TEXT, "the salt, in hexadecimal"),
        _given("text", TEXT, "the text: personal, or free"),
        _given("version", Integer, "version of the case or plan that the text came with"),
        _given("place", Integer, "its place among the texts of that version, from 0"),
    ]
    return Table(name, METADATA, *columns, comment="Texts, stored apart from the events so that they can be erased.")


CASE_TEXTS = _texts(f"{PREFIX}case_texts", _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)))

CASE_SEARCH = Table(
    f"{PREFIX}case_search",
    METADATA,
    _key("case_reference", TEXT, "the case", ForeignKey(CASES.c.reference)),
    _given(
        "words",
        TEXT,
        "the words of its texts, each once and sorted, with a space before and after each, and ~ before those of "
        "names, then its sites in hexadecimal, with ~~ before each",
    ),
    *(_maybe(one.name, TEXT, one.comment) for one in columns.COLUMNS.values() if one.is_text),
    Index("ix_reclamation_case_search_assigned_to", "assigned_to", "case_reference"),
    comment="One row a case with texts: what searches and lists read. It is personal, and erased with the texts.",
)

PLANS = Table(
    f"{PREFIX}plans",
    METADATA,
    _key("scope", TEXT, "scope of the plan: site:CODE, region:NAME or nation (périmètre)"),
    _given("kind", TEXT, "site, region or nation"),
    _given("kind_rank", SmallInteger, "rank of the kind, from 0, the site"),
    _maybe("code", TEXT, "code of the site, name of the region; empty for the nation"),
    _given("version", Integer, "number of its events"),
    _given("link", TEXT, "link of its last event in the hash chain of the plan, in hexadecimal", server_default=_EMPTY),
    comment="One row a plan (PGAAC).",
)

# A document is canonical JSON: a quote within a text has a backslash before it.
OF_SIGNALS: Final = {
    backend: text(
        "type IN ('signal_continued', 'signal_dismissed', 'signal_raised') "
        f"OR type = 'action_added' AND {find}(document, '\"origin_reference\":\"') > 0"
    )
    for backend, find in {"sqlite": "instr", "postgresql": "strpos"}.items()
}
"""The condition of the few events of plans that signals are read from; SQLite wants it as the index has it."""

PLAN_EVENTS = Table(
    f"{PREFIX}plan_events",
    METADATA,
    _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "number in the event stream, from 1, without holes"),
    _given("type", TEXT, "type of the event"),
    _given("occurred_at", INSTANT, "instant of the event, UTC"),
    _given("recorded_at", INSTANT, "instant of its recording, UTC"),
    _given("role", TEXT, "role of the actor"),
    _given("document", TEXT, "the event as canonical JSON, exactly as written; texts are commitments"),
    _maybe("subject", TEXT, "the action or the signal of the event; empty for one about the whole plan"),
    _given(
        "link",
        TEXT,
        "its link in the hash chain of the plan, in hexadecimal: it covers all the events up to it",
        server_default=_EMPTY,
    ),
    _given("position", BigInteger, "position in the feed, as of an event of a case", server_default=_ZERO),
    Index("ix_reclamation_plan_events_position", "position", unique=True),
    Index("ix_reclamation_plan_events_subject", "scope", "subject", "number"),
    Index(
        "ix_reclamation_plan_events_signals",
        "scope",
        sqlite_where=OF_SIGNALS["sqlite"],
        postgresql_where=OF_SIGNALS["postgresql"],
    ),
    comment="One row an event of a plan; never updated.",
)

PLAN_TEXTS = _texts(f"{PREFIX}plan_texts", _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)))


def _action() -> Iterator[Column[Any]]:
    """Yield the columns of an action, current or in a published plan."""
    yield _given("type", TEXT, "type of the action (type d'action)")
    yield _given("origin", TEXT, "origin of the action (origine)")
    yield _maybe("origin_reference", TEXT, "reference of the origin")
    yield _maybe("process", TEXT, "process concerned, a label (PCS)")
    yield _maybe("site", TEXT, "site of the action")
    yield _maybe("level", TEXT, "level of an action without a site")
    yield _maybe("level_rank", SmallInteger, "place of the level, from 0")
    yield _maybe("cause_family", TEXT, "family of the cause of the action")
    yield _given("priority", TEXT, "priority (priorité)")
    yield _given("priority_rank", SmallInteger, "rank of the priority, from 0, the low one")
    yield _given("status", TEXT, "status of the action (état)")
    yield _given("added_at", INSTANT, "instant at which it was added to the plan, UTC")
    yield _maybe("planned_on", Date, "last day to complete it (échéance)")
    yield _maybe("started_at", INSTANT, "instant of the start, UTC")
    yield _maybe("done_at", INSTANT, "instant of the completion (réalisation), UTC")
    yield _maybe("check_on", Date, "last day to judge its effectiveness")
    yield _maybe("effectiveness", TEXT, "effectiveness as judged (efficacité)")
    yield _maybe("judged_at", INSTANT, "instant of the judgement, UTC")
    yield _maybe("closed_at", INSTANT, "instant of the closing, UTC")
    yield _maybe("abandoned_at", INSTANT, "instant of the abandonment, UTC")
    yield _given("reopenings", Integer, "number of reopenings")
    yield _given("what", TEXT, "digest of the description; its text is among those of the plan")
    yield _given("owner", TEXT, "digest of the owner (pilote)")
    yield _maybe("cause", TEXT, "digest of the description of the cause")
    yield _maybe("criterion", TEXT, "digest of the criterion of its effectiveness")


ACTIONS = Table(
    f"{PREFIX}actions",
    METADATA,
    _key("scope", TEXT, "the plan of the action", ForeignKey(PLANS.c.scope)),
    _key("reference", TEXT, "reference of the action (n°)"),
    *_action(),
    Index("ix_reclamation_actions_status", "status", "planned_on"),
    Index("ix_reclamation_actions_cause_family", "cause_family", "effectiveness"),
    comment="One row an action, in its current state.",
)

ACTION_CASES = Table(
    f"{PREFIX}action_cases",
    METADATA,
    _key("scope", TEXT, "the plan of the action", ForeignKey(PLANS.c.scope)),
    _key("action", TEXT, "the action"),
    _key("case_reference", TEXT, "a case that the action serves"),
    Index("ix_reclamation_action_cases_case_reference", "case_reference"),
    Index("ix_reclamation_action_cases_action", "action"),
    comment="One row for each case that an action serves.",
)

PUBLISHED_PLANS = Table(
    f"{PREFIX}published_plans",
    METADATA,
    _key("scope", TEXT, "the plan", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "number of the published plan, from 1, without holes"),
    _given("published_at", INSTANT, "instant of the publication (diffusion), UTC"),
    _given("recipients", TEXT, "recipients, by function, separated by line feeds"),
    comment="One row a published plan.",
)

PUBLISHED_LINES = Table(
    f"{PREFIX}published_lines",
    METADATA,
    _key("scope", TEXT, "the plan published", ForeignKey(PLANS.c.scope)),
    _key("number", Integer, "number of the published plan"),
    _key("line_scope", TEXT, "the plan of the line: another one if the line is gathered"),
    _key("reference", TEXT, "reference of the action"),
    *_action(),
    comment="One row a line of a published plan, in the state of its publication.",
)

EXPORTS = Table(
    f"{PREFIX}exports",
    METADATA,
    _key("number", Integer, "number of the export, from 1"),
    _given("kind", TEXT, "document exported: register, plan, case or audit"),
    _given("subject", TEXT, "what the document is about: a case, a period, a plan"),
    _given("sha256", TEXT, "SHA-256 of the file, of an audit file that of its manifest, in hexadecimal"),
    _given("exported_at", INSTANT, "instant of the export, UTC"),
    _given("role", TEXT, "role of the actor"),
    _given("place", TEXT, "scope of the desk: site:CODE, region:NAME; empty for all sites"),
    _given("recipients", TEXT, "recipients, by function, separated by line feeds (diffusion)"),
    comment="One row a document that was exported; never updated.",
)

EXPORT_ACTORS = Table(
    f"{PREFIX}export_actors",
    METADATA,
    _key("number", Integer, "the export", ForeignKey(EXPORTS.c.number)),
    _given("actor", TEXT, "name of the person who exported: personal"),
    comment="Names of those who exported, stored apart so that they can be erased.",
)

LOG = Table(
    f"{PREFIX}log",
    METADATA,
    _key("log_index", BigInteger, "place of the event among the events of all cases and plans, from 0, without holes"),
    _given("holder", TEXT, "the case, or the scope of the plan"),
    _given("number", Integer, "number of the event"),
    _given("link", TEXT, "link of the event in the hash chain of its holder, as it was when it was logged"),
    _maybe("position", BigInteger, "position in the feed of an event of a case; empty for a plan"),
    UniqueConstraint("holder", "number"),
    comment="One row an event, of which checkpoints are taken; never updated.",
)

LOG_CHECKPOINTS = Table(
    f"{PREFIX}log_checkpoints",
    METADATA,
    _key("size", BigInteger, "number of entries of the log"),
    _given("taken_at", INSTANT, "instant at which it was written, UTC"),
    _given("note", TEXT, "the checkpoint and its signatures (C2SP signed-note)"),
    _maybe("token", TEXT, "time-stamp token over the note (RFC 3161), in base64"),
    _maybe("state", TEXT, "of the last one, the hashes that the next one is computed from, as JSON"),
    comment="One row a checkpoint of the log that was written.",
)

SERIES = Table(
    f"{PREFIX}series",
    METADATA,
    _key("series", TEXT, "name of the series: R- and the year of receipt"),
    _given("last_number", BigInteger, "last number taken"),
    comment="One row a series of reference numbers.",
)

OPTIMISTIC_LOCKS = Table(
    f"{PREFIX}guards",
    METADATA,
    _key("name", TEXT, "name of the optimistic lock"),
    _given("version", BigInteger, "number of commits that held it"),
    comment="One row an optimistic lock: decisions that hold the same optimistic lock exclude each other.",
)

DOCUMENT_DELETIONS = Table(
    f"{PREFIX}document_deletions",
    METADATA,
    _key("document_key", TEXT, "key of the document in the store of documents"),
    comment="One row a document whose bytes are to be deleted: its case was erased, or no event claims it.",
)

FEED_LOCK = Table(
    f"{PREFIX}feed_lock",
    METADATA,
    _key("id", Integer, "always 1"),
    comment="One row, locked by the reader that assigns positions in the feed.",
)

EPOCHS = Table(
    f"{PREFIX}epochs",
    METADATA,
    _key("number", Integer, "number of the epoch, from 1; the events before the first restoration are of epoch 0"),
    _given("identity", TEXT, "identity of the database in this epoch"),
    _given("begun_at", INSTANT, "instant at which it was marked as restored, UTC"),
    _given("position", BigInteger, "position in the feed after which the events are of this epoch, or of a later one"),
    comment="One row for each time that the database was restored from a backup.",
)

JOBS = Table(
    f"{PREFIX}jobs",
    METADATA,
    _key("name", TEXT, "name of the job"),
    _given("version", BigInteger, "number of times that the row was saved"),
    _maybe("holder", TEXT, "identifier of the run that has the job; empty if no run has it"),
    _maybe("until", INSTANT, "instant from which another run may take it, UTC"),
    _given("position", BigInteger, "position in the feed up to which its events are handled or parked"),
    _given("parked", TEXT, "parked events: position and holder of each, as JSON"),
    comment="One row a job: a consumer of the feed, or a job of which one may run at a time.",
)

SITES = Table(
    f"{PREFIX}sites",
    METADATA,
    _key("code", TEXT, "code of the site (centre)"),
    _given("name", TEXT, "its name"),
    _given("region", TEXT, "its region (région)"),
    comment="One row a site, as `reclamation db sites` wrote it; views take the region of a case from here.",
)

SEQUENCE = f"{PREFIX}write_order"
"""The sequence of PostgreSQL that numbers events in the order of writing."""

VERSION = f"{PREFIX}schema"
"""The table of Alembic with the version of the schema, and the identity of the database."""

PROJECTIONS = (
    CASE_SITES,
    CASE_CAUSES,
    CASE_FACTS,
    CASE_PERIODS,
    CASE_SEARCH,
    ACTIONS,
    ACTION_CASES,
    PUBLISHED_PLANS,
    PUBLISHED_LINES,
)
"""The tables that are computed from the events and their texts, so that they can be deleted and rebuilt."""
