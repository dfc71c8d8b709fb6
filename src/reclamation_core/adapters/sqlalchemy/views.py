"""Views in French for business intelligence, to be read with a spreadsheet or a dashboard, never written.

They hold no data, so each upgrade of the schema creates them again. A code is shown by its label, with its rank if the
codes are ordered; a cause family that is not in the taxonomy of the library is shown by its code, which is all that is
stored. Instants are in UTC, and their columns are named so: SQLite knows no time zones. A row that no single column
names has a key, `cle`, composed of those that do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_SITES,
    CASES,
    PLAN_TEXTS,
    PLANS,
    PUBLISHED_LINES,
    PUBLISHED_PLANS,
)
from reclamation_core.cases import CaseKind, CaseState, ClosingReason
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.events import CASE_EVENTS as EVENT_REGISTRY
from reclamation_core.codes import LabelledEnum
from reclamation_core.plans import ActionOrigin, ActionStatus, ActionType, Effectiveness, Priority, ScopeKind
from reclamation_core.vocabulary import (
    Band,
    Channel,
    Complainant,
    Complexity,
    Eligibility,
    Level,
    Nature,
    Role,
)

_ONCE: Final = "JOIN (SELECT 1 AS un) AS lecture ON lecture.un = 1"
"""A join with a single row: PostgreSQL makes a view on one table alone writable."""


EVENTS: Final[Mapping[str, str]] = {each.name: each.label.fr for each in EVENT_REGISTRY.types}
"""The French label of each type of event."""


def _label(vocabulary: type[LabelledEnum], column: str) -> str:
    """Return the French label of a code, in SQL."""
    labels = " ".join(f"WHEN '{member.value}' THEN '{_quoted(member.wording.fr)}'" for member in vocabulary)
    return f"CASE {column} {labels} END"


def _label_of(column: str, labels: Mapping[str, str]) -> str:
    """Return the label of a code, or an unknown code as it is."""
    known = " ".join(f"WHEN '{code}' THEN '{_quoted(label)}'" for code, label in labels.items())
    return f"CASE {column} {known} ELSE {column} END"


def _family(column: str) -> str:
    """Return the label of a cause family, or the code of one of a desk's own."""
    return _label_of(column, {one.code: one.label() for one in TRAINING_BODY})


def plan(column: str) -> str:
    """Return the label of a plan by the key of its scope, as `PlanScope.label` does."""
    kinds = " ".join(_of_kind(column, kind) for kind in ScopeKind)
    return f"CASE {kinds} ELSE {column} END"


def _of_kind(column: str, kind: ScopeKind) -> str:
    key, label = f"{kind.value}:", _quoted(kind.label())
    with_code = f"WHEN substr({column}, 1, {len(key)}) = '{key}' THEN '{label} ' || substr({column}, {len(key) + 1})"
    return f"WHEN {column} = '{kind.value}' THEN '{label}' {with_code}"


def _quoted(label: str) -> str:
    """Return a label for a text between quotes."""
    return label.replace("'", "''")


def _text(column: str, scope: str) -> str:
    """Return a text of a plan by its digest; empty once it is forgotten."""
    return f"(SELECT t.text FROM {PLAN_TEXTS} AS t WHERE t.scope = {scope} AND t.digest = {column})"


def _key(*columns: str, name: str = "cle") -> str:
    """Return a column that names a row, for tools that need one."""
    return f"""{" || '/' || ".join(columns)} AS {name}"""


def _action(alias: str, scope: str) -> str:
    return f"""{alias}.reference AS numero,
    {_label(ActionType, f"{alias}.type")} AS type,
    {_label(ActionOrigin, f"{alias}.origin")} AS origine,
    {alias}.origin_reference AS reference_origine,
    {alias}.process AS processus,
    {alias}.site AS centre,
    {_label(Level, f"{alias}.level")} AS niveau,
    {alias}.level_rank AS rang_niveau,
    {_family(f"{alias}.cause_family")} AS famille_cause,
    {_text(f"{alias}.cause", scope)} AS cause,
    {_text(f"{alias}.what", scope)} AS action,
    {_text(f"{alias}.owner", scope)} AS pilote,
    {_label(Priority, f"{alias}.priority")} AS priorite,
    {alias}.priority_rank AS rang_priorite,
    {_label(ActionStatus, f"{alias}.status")} AS etat,
    UTC({alias}.added_at) AS inscrite_le_utc,
    {alias}.planned_on AS echeance,
    UTC({alias}.started_at) AS demarree_le_utc,
    UTC({alias}.done_at) AS realisee_le_utc,
    {_text(f"{alias}.criterion", scope)} AS critere,
    {alias}.check_on AS a_evaluer_le,
    {_label(Effectiveness, f"{alias}.effectiveness")} AS efficacite,
    UTC({alias}.judged_at) AS evaluee_le_utc,
    UTC({alias}.closed_at) AS close_le_utc,
    UTC({alias}.abandoned_at) AS abandonnee_le_utc,
    {alias}.reopenings AS reouvertures"""


VIEWS: Final[dict[str, str]] = {
    "reclamation_v_dossiers": f"""SELECT c.reference AS dossier,
    {_label(CaseKind, "c.kind")} AS type_dossier,
    {_label(CaseState, "c.state")} AS etat,
    c.state_rank AS rang_etat,
    {_label(Level, "c.level")} AS niveau,
    c.level_rank AS rang_niveau,
    {_label(Band, "c.band")} AS criticite,
    c.band_rank AS rang_criticite,
    {_label(Complexity, "c.complexity")} AS complexite,
    {_label(Eligibility, "c.eligibility")} AS recevabilite,
    {_label(Channel, "c.channel")} AS canal,
    {_label(Complainant, "c.complainant")} AS qualite_auteur,
    {_label(Nature, "c.nature")} AS nature_demande,
    c.site AS centre,
    c.handling_unit AS unite_traitement,
    c.edition AS version_procedure,
    UTC(c.received_at) AS recu_le_utc,
    c.received_on AS jour_reception,
    c.due_on AS echeance,
    c.awaited_on AS reponse_attendue_le,
    UTC(c.answered_at) AS repondu_le_utc,
    UTC(c.closed_at) AS clos_le_utc,
    {_label(ClosingReason, "c.closing_reason")} AS motif_cloture,
    UTC(c.anonymised_at) AS anonymise_le_utc
    FROM {CASES} AS c {_ONCE}""",
    "reclamation_v_dossiers_sites": f"""SELECT s.case_reference AS dossier, s.site AS centre,
    CASE s.part WHEN 'registering' THEN 'enregistrement' WHEN 'handling' THEN 'traitement' ELSE 'prestation' END
    AS role_du_centre, {_key("s.case_reference", "s.part", "s.site")}
    FROM {CASE_SITES} AS s {_ONCE}""",
    "reclamation_v_dossiers_causes": f"""SELECT f.case_reference AS dossier, {_family("f.family")} AS famille_cause,
    {_key("f.case_reference", "f.family")}
    FROM {CASE_CAUSES} AS f {_ONCE}""",
    "reclamation_v_evenements": f"""SELECT e.case_reference AS dossier, e.number AS numero,
    {_label_of("e.type", EVENTS)} AS type,
    UTC(e.occurred_at) AS survenu_le_utc, UTC(e.recorded_at) AS enregistre_le_utc, {_label(Role, "e.role")} AS role,
    {_key("e.case_reference", "e.number")}
    FROM {CASE_EVENTS} AS e {_ONCE}""",
    "reclamation_v_actions": f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    {_action("a", "a.scope")},
    {_key("a.scope", "a.reference")}
    FROM {ACTIONS} AS a JOIN {PLANS} AS p ON p.scope = a.scope""",
    "reclamation_v_actions_dossiers": f"""SELECT {plan("l.scope")} AS plan,
    l.action AS numero, l.case_reference AS dossier, {_key("l.scope", "l.action", name="cle_action")},
    {_key("l.scope", "l.action", "l.case_reference")}
    FROM {ACTION_CASES} AS l {_ONCE}""",
    "reclamation_v_pgaac": f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    l.number AS edition, UTC(e.published_at) AS publiee_le_utc, {plan("l.line_scope")} AS plan,
    {_action("l", "l.line_scope")},
    {_key("l.scope", "l.number", "l.line_scope", "l.reference")}
    FROM {PUBLISHED_LINES} AS l
    JOIN {PUBLISHED_PLANS} AS e ON e.scope = l.scope AND e.number = l.number
    JOIN {PLANS} AS p ON p.scope = l.scope""",
}
"""The SELECT of each view by name, `UTC(column)` being an instant; only names and labels are formatted into it."""

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "reclamation_v_dossiers": "Un dossier par ligne, dans son état actuel.",
    "reclamation_v_dossiers_sites": "Les centres de chaque dossier, et le rôle de chacun.",
    "reclamation_v_dossiers_causes": "Les familles de causes de chaque dossier, à la dernière analyse.",
    "reclamation_v_evenements": "Un événement de dossier par ligne, sans ses textes.",
    "reclamation_v_actions": "Une action par ligne, dans son état actuel.",
    "reclamation_v_actions_dossiers": "Les dossiers auxquels répond chaque action.",
    "reclamation_v_pgaac": "Une action de chaque édition du PGAAC par ligne, telle qu'elle a été diffusée.",
}
"""What each view shows, in French; PostgreSQL holds it as its comment."""
_INSTANT: Final = re.compile(r"UTC\(([a-z_.]+)\)")


def create_views(connection: Connection) -> None:
    """Create every view."""
    for name in VIEWS:
        create_view(connection, name)


def create_view(connection: Connection, name: str) -> None:
    """Create a view, with its description where the database has comments."""
    is_postgresql = connection.dialect.name == "postgresql"
    # PostgreSQL would show an instant in the time zone of its reader.
    query = _INSTANT.sub(r"(\1 AT TIME ZONE 'UTC')" if is_postgresql else r"\1", VIEWS[name])
    connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")
    if is_postgresql:
        connection.exec_driver_sql(f"COMMENT ON VIEW {name} IS '{_quoted(DESCRIPTIONS[name])} Instants en UTC.'")


def drop_views(connection: Connection) -> None:
    """Drop the views that exist."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
