"""Views in French for business intelligence: what may be read with a spreadsheet or a dashboard, and never written.

They hold no data, so they are made anew, from here, whenever the schema changes. A code is shown by its label, and its
rank beside it where there is an order; a family of causes that a body has of its own is shown by its code, which is all
that is stored of it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_SITES,
    CASES,
    EDITION_LINES,
    EDITIONS,
    PLAN_TEXTS,
    PLANS,
)
from reclamation_core.adapters.sqlalchemy.view_labels import EVENTS, family, label_of, plan, quoted
from reclamation_core.cases import CaseKind, CaseState, ClosingReason
from reclamation_core.plans import ActionOrigin, ActionStatus, ActionType, Effectiveness, Priority, ScopeKind
from reclamation_core.vocabulary import (
    Band,
    Channel,
    Complainant,
    Complexity,
    Eligibility,
    LabelledEnum,
    Level,
    Nature,
    Role,
)

_ONCE: Final = "JOIN (SELECT 1 AS un) AS lecture ON lecture.un = 1"
"""Nothing is joined by it; PostgreSQL would let a view on one table alone be written to."""


def _label(vocabulary: type[LabelledEnum], column: str) -> str:
    """The French label of a code, in SQL."""
    labels = " ".join(f"WHEN '{member.value}' THEN '{quoted(member.wording.fr)}'" for member in vocabulary)
    return f"CASE {column} {labels} END"


def _told(column: str, scope: str) -> str:
    """A text of a plan by its digest: empty once it is forgotten."""
    return f"(SELECT t.text FROM {PLAN_TEXTS} AS t WHERE t.scope = {scope} AND t.digest = {column})"


def _action(alias: str, scope: str) -> str:
    return f"""{alias}.reference AS numero,
    {_label(ActionType, f"{alias}.type")} AS type,
    {_label(ActionOrigin, f"{alias}.origin")} AS origine,
    {alias}.origin_reference AS reference_origine,
    {alias}.process AS processus,
    {alias}.site AS site,
    {_label(Level, f"{alias}.level")} AS niveau,
    {alias}.level_rank AS rang_niveau,
    {family(f"{alias}.cause_family")} AS famille_cause,
    {_told(f"{alias}.cause", scope)} AS cause,
    {_told(f"{alias}.what", scope)} AS action,
    {_told(f"{alias}.owner", scope)} AS pilote,
    {_label(Priority, f"{alias}.priority")} AS priorite,
    {alias}.priority_rank AS rang_priorite,
    {_label(ActionStatus, f"{alias}.status")} AS etat,
    {alias}.added_at AS inscrite_le,
    {alias}.planned_on AS echeance,
    {alias}.started_at AS commencee_le,
    {alias}.done_at AS realisee_le,
    {_told(f"{alias}.criterion", scope)} AS critere,
    {alias}.check_on AS a_verifier_le,
    {_label(Effectiveness, f"{alias}.effectiveness")} AS efficacite,
    {alias}.judged_at AS jugee_le,
    {alias}.closed_at AS close_le,
    {alias}.abandoned_at AS abandonnee_le,
    {alias}.reopenings AS reouvertures"""


VIEWS: Final[dict[str, str]] = {
    "reclamation_v_dossiers": f"""SELECT c.reference AS dossier,
    {_label(CaseKind, "c.kind")} AS nature_dossier,
    {_label(CaseState, "c.state")} AS etat,
    c.state_rank AS rang_etat,
    {_label(Level, "c.level")} AS niveau,
    c.level_rank AS rang_niveau,
    {_label(Band, "c.band")} AS criticite,
    c.band_rank AS rang_criticite,
    {_label(Complexity, "c.complexity")} AS complexite,
    {_label(Eligibility, "c.eligibility")} AS recevabilite,
    {_label(Channel, "c.channel")} AS canal,
    {_label(Complainant, "c.complainant")} AS client,
    {_label(Nature, "c.nature")} AS nature,
    c.site AS site,
    c.handling_unit AS unite_traitement,
    c.edition AS edition_procedure,
    c.received_at AS recu_le,
    c.received_on AS jour_reception,
    c.due_on AS echeance,
    c.awaited_on AS reponse_attendue_le,
    c.answered_at AS repondu_le,
    c.closed_at AS clos_le,
    {_label(ClosingReason, "c.closing_reason")} AS motif_cloture,
    c.anonymised_at AS anonymise_le
    FROM {CASES} AS c {_ONCE}""",
    "reclamation_v_dossiers_sites": f"""SELECT s.case_reference AS dossier, s.site AS site,
    CASE s.part WHEN 'registering' THEN 'enregistrement' WHEN 'handling' THEN 'traitement' ELSE 'prestation' END AS part
    FROM {CASE_SITES} AS s {_ONCE}""",
    "reclamation_v_dossiers_causes": f"""SELECT f.case_reference AS dossier, {family("f.family")} AS famille_cause
    FROM {CASE_CAUSES} AS f {_ONCE}""",
    "reclamation_v_evenements": f"""SELECT e.case_reference AS dossier, e.number AS numero,
    {label_of("e.type", EVENTS)} AS type,
    e.occurred_at AS survenu_le, e.recorded_at AS enregistre_le, {_label(Role, "e.role")} AS role
    FROM {CASE_EVENTS} AS e {_ONCE}""",
    "reclamation_v_actions": f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    {_action("a", "a.scope")}
    FROM {ACTIONS} AS a JOIN {PLANS} AS p ON p.scope = a.scope""",
    "reclamation_v_actions_dossiers": f"""SELECT {plan("l.scope")} AS plan,
    l.action AS numero, l.case_reference AS dossier
    FROM {ACTION_CASES} AS l {_ONCE}""",
    "reclamation_v_pgaac": f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    l.number AS edition, e.published_at AS publiee_le, {plan("l.line_scope")} AS plan,
    {_action("l", "l.line_scope")}
    FROM {EDITION_LINES} AS l
    JOIN {EDITIONS} AS e ON e.scope = l.scope AND e.number = l.number
    JOIN {PLANS} AS p ON p.scope = l.scope""",
}
"""The views by name, each as its SELECT; what is put into the text are names and labels of this library alone."""


def create_views(connection: Connection) -> None:
    """Make every view."""
    for name in VIEWS:
        create_view(connection, name)


def create_view(connection: Connection, name: str) -> None:
    """Make one view."""
    connection.exec_driver_sql(f"CREATE VIEW {name} AS {VIEWS[name]}")


def drop_views(connection: Connection) -> None:
    """Take every view away that is there."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
