"""The first schema: cases, plans, reference numbers and the feed.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Make the tables."""
    _cases(op)
    _plans(op)
    _numbering(op)


def _cases(op: Operations) -> None:
    op.create_table(
        "reclamation_cases",
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("state_rank", sa.SmallInteger(), nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("level_rank", sa.SmallInteger(), nullable=False),
        sa.Column("band", TEXT, nullable=True),
        sa.Column("band_rank", sa.SmallInteger(), nullable=True),
        sa.Column("complexity", TEXT, nullable=True),
        sa.Column("complexity_rank", sa.SmallInteger(), nullable=True),
        sa.Column("eligibility", TEXT, nullable=True),
        sa.Column("channel", TEXT, nullable=True),
        sa.Column("complainant", TEXT, nullable=True),
        sa.Column("nature", TEXT, nullable=True),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("handling_unit", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("awaited_on", sa.Date(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closing_reason", TEXT, nullable=True),
        sa.Column("anonymised_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_reclamation_cases"),
        sa.UniqueConstraint("source", name="uq_reclamation_cases_source"),
    )
    op.create_index("ix_reclamation_cases_awaited_on", "reclamation_cases", ["awaited_on"])
    op.create_index("ix_reclamation_cases_handling_unit", "reclamation_cases", ["handling_unit"])
    op.create_index("ix_reclamation_cases_received_on", "reclamation_cases", ["received_on"])
    op.create_index("ix_reclamation_cases_state", "reclamation_cases", ["state", "reference"])
    op.create_table(
        "reclamation_case_sites",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("part", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["reclamation_cases.reference"], name="fk_reclamation_case_sites_case_reference"
        ),
        sa.PrimaryKeyConstraint("case_reference", "site", "part", name="pk_reclamation_case_sites"),
    )
    op.create_index("ix_reclamation_case_sites_site", "reclamation_case_sites", ["site", "case_reference"])
    op.create_table(
        "reclamation_case_causes",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["reclamation_cases.reference"], name="fk_reclamation_case_causes_case_reference"
        ),
        sa.PrimaryKeyConstraint("case_reference", "family", name="pk_reclamation_case_causes"),
    )
    op.create_index("ix_reclamation_case_causes_family", "reclamation_case_causes", ["family", "case_reference"])
    op.create_table(
        "reclamation_case_events",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["reclamation_cases.reference"], name="fk_reclamation_case_events_case_reference"
        ),
        sa.PrimaryKeyConstraint("case_reference", "number", name="pk_reclamation_case_events"),
        sa.UniqueConstraint("position", name="uq_reclamation_case_events_position"),
    )
    op.create_table(
        "reclamation_case_texts",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("folded", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["reclamation_cases.reference"], name="fk_reclamation_case_texts_case_reference"
        ),
        sa.PrimaryKeyConstraint("case_reference", "digest", name="pk_reclamation_case_texts"),
    )


def _plans(op: Operations) -> None:
    op.create_table(
        "reclamation_plans",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("kind_rank", sa.SmallInteger(), nullable=False),
        sa.Column("code", TEXT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_reclamation_plans"),
    )
    op.create_table(
        "reclamation_plan_events",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_plan_events_scope"),
        sa.PrimaryKeyConstraint("scope", "number", name="pk_reclamation_plan_events"),
    )
    op.create_table(
        "reclamation_plan_texts",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_plan_texts_scope"),
        sa.PrimaryKeyConstraint("scope", "digest", name="pk_reclamation_plan_texts"),
    )
    op.create_table(
        "reclamation_actions",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("origin_reference", TEXT, nullable=True),
        sa.Column("process", TEXT, nullable=True),
        sa.Column("site", TEXT, nullable=True),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("level_rank", sa.SmallInteger(), nullable=True),
        sa.Column("cause_family", TEXT, nullable=True),
        sa.Column("priority", TEXT, nullable=False),
        sa.Column("priority_rank", sa.SmallInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("effectiveness", TEXT, nullable=True),
        sa.Column("judged_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("abandoned_at", INSTANT, nullable=True),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=True),
        sa.Column("criterion", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_actions_scope"),
        sa.PrimaryKeyConstraint("scope", "reference", name="pk_reclamation_actions"),
    )
    op.create_index("ix_reclamation_actions_status", "reclamation_actions", ["status", "planned_on"])
    op.create_index("ix_reclamation_actions_cause_family", "reclamation_actions", ["cause_family", "effectiveness"])
    op.create_table(
        "reclamation_action_cases",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("case_reference", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_action_cases_scope"),
        sa.PrimaryKeyConstraint("scope", "action", "case_reference", name="pk_reclamation_action_cases"),
    )
    op.create_index("ix_reclamation_action_cases_case_reference", "reclamation_action_cases", ["case_reference"])
    op.create_table(
        "reclamation_editions",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("recipients", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_editions_scope"),
        sa.PrimaryKeyConstraint("scope", "number", name="pk_reclamation_editions"),
    )
    op.create_table(
        "reclamation_edition_lines",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line_scope", TEXT, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("origin_reference", TEXT, nullable=True),
        sa.Column("process", TEXT, nullable=True),
        sa.Column("site", TEXT, nullable=True),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("level_rank", sa.SmallInteger(), nullable=True),
        sa.Column("cause_family", TEXT, nullable=True),
        sa.Column("priority", TEXT, nullable=False),
        sa.Column("priority_rank", sa.SmallInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("effectiveness", TEXT, nullable=True),
        sa.Column("judged_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("abandoned_at", INSTANT, nullable=True),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=True),
        sa.Column("criterion", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["scope"], ["reclamation_plans.scope"], name="fk_reclamation_edition_lines_scope"),
        sa.PrimaryKeyConstraint("scope", "number", "line_scope", "reference", name="pk_reclamation_edition_lines"),
    )


def _numbering(op: Operations) -> None:
    op.create_table(
        "reclamation_series",
        sa.Column("series", TEXT, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name="pk_reclamation_series"),
    )
    op.create_table(
        "reclamation_feed_lock",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_reclamation_feed_lock"),
    )
    op.execute(sa.text("INSERT INTO reclamation_feed_lock (one) VALUES (1)"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("reclamation_writing")))
