"""Views in French for business intelligence, to be read with a spreadsheet or a dashboard, never written.

They hold no data, so each upgrade of the schema creates them again. A code is shown by its label, with its rank if the
codes are ordered; a cause family that is not in the taxonomy of the library is shown by its code, which is all that is
stored. Instants are in UTC, and their columns are named so: SQLite knows no time zones. A truth is `oui` or `non`. A
row that no single column names has a key, `cle`, composed of those that do. The views of `VIEWS_WITH_TEXTS` have
texts of plans, names of persons included; the others have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, inspect, text

from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_PERIODS,
    CASE_SITES,
    CASES,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    PUBLISHED_LINES,
    PUBLISHED_PLANS,
    SITES,
)
from reclamation_core.cases import AnswerDecision, CaseKind, CaseState, ClosingReason
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.codes import Admissibility
from reclamation_core.cases.events import CASE_EVENTS as EVENT_REGISTRY
from reclamation_core.cases.periods import IN_SCOPE, PERIOD_TYPES
from reclamation_core.codes import LabelledEnum
from reclamation_core.indicators.catalogue import FOLLOWED
from reclamation_core.indicators.streams import STREAMS
from reclamation_core.plans import ActionOrigin, ActionStatus, ActionType, Effectiveness, Priority, ScopeKind
from reclamation_core.plans.codes import SignalState
from reclamation_core.vocabulary import Band, Channel, Complainant, Complexity, Level, Nature, Requirement, Role

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


_TEXTS_OF_ACTION: Final = {"cause": "cause", "action": "what", "pilote": "owner", "critere": "criterion"}
"""The texts of an action, by the names of their columns in a view."""


def _action(alias: str, scope: str | None) -> str:
    """Return the columns of an action, with its texts if they are shown: those of the plan of that scope."""
    texts = (
        ""
        if scope is None
        else "".join(
            f"{_text(f'{alias}.{column}', scope)} AS {name},\n    " for name, column in _TEXTS_OF_ACTION.items()
        )
    )
    return f"""{alias}.reference AS numero,
    {_label(ActionType, f"{alias}.type")} AS type,
    {_label(ActionOrigin, f"{alias}.origin")} AS origine,
    {alias}.origin_reference AS reference_origine,
    {alias}.process AS processus,
    {alias}.site AS centre,
    {_label(Level, f"{alias}.level")} AS niveau,
    {alias}.level_rank AS rang_niveau,
    {_family(f"{alias}.cause_family")} AS famille_cause,
    {texts}{_label(Priority, f"{alias}.priority")} AS priorite,
    {alias}.priority_rank AS rang_priorite,
    {_label(ActionStatus, f"{alias}.status")} AS etat,
    UTC[{alias}.added_at] AS inscrite_le_utc,
    {alias}.planned_on AS echeance,
    UTC[{alias}.started_at] AS demarree_le_utc,
    UTC[{alias}.done_at] AS realisee_le_utc,
    {alias}.check_on AS a_evaluer_le,
    {_label(Effectiveness, f"{alias}.effectiveness")} AS efficacite,
    UTC[{alias}.judged_at] AS evaluee_le_utc,
    UTC[{alias}.closed_at] AS close_le_utc,
    UTC[{alias}.abandoned_at] AS abandonnee_le_utc,
    {alias}.reopenings AS reouvertures"""


def _actions(*, with_texts: bool) -> str:
    return f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    {_action("a", "a.scope" if with_texts else None)},
    {_key("a.scope", "a.reference")}
    FROM {ACTIONS} AS a JOIN {PLANS} AS p ON p.scope = a.scope"""


def _published(*, with_texts: bool) -> str:
    return f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre,
    l.number AS edition, UTC[e.published_at] AS publiee_le_utc, {plan("l.line_scope")} AS plan,
    {_action("l", "l.line_scope" if with_texts else None)},
    {_key("l.scope", "l.number", "l.line_scope", "l.reference")}
    FROM {PUBLISHED_LINES} AS l
    JOIN {PUBLISHED_PLANS} AS e ON e.scope = l.scope AND e.number = l.number
    JOIN {PLANS} AS p ON p.scope = l.scope"""


def _truth(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'oui' ELSE 'non' END"


ON_TIME, LATE, WITHDRAWN, UNANSWERED = "dans les délais", "en retard", "retirée avant l'échéance", "sans réponse"


def _outcome(alias: str) -> str:
    """Return what became of the answer of a row of the table of periods."""
    return f"""CASE WHEN {alias}.due_on IS NULL THEN NULL WHEN {alias}.answered_on <= {alias}.due_on THEN '{ON_TIME}'
    WHEN {alias}.answered_on IS NOT NULL OR {alias}.ended_on > {alias}.due_on THEN '{LATE}'
    WHEN {alias}.ended_on IS NOT NULL THEN '{_quoted(WITHDRAWN)}' ELSE '{UNANSWERED}' END AS issue_delai"""


def _days(alias: str) -> str:
    return f"DAYS[{alias}.received_on; coalesce({alias}.answered_on, {alias}.ended_on)] AS jours_calendaires"


def _region(unit: str) -> str:
    return f"(SELECT s.region FROM {SITES} AS s WHERE s.code = {unit}) AS region"


PERIOD_NAMES: Final = {
    "case_reference": "dossier",
    "since": "connu_depuis_utc",
    "until": "connu_jusqu_au_utc",
    "ends_run": "cycle_termine",
    "site": "centre",
    "unit": "unite_traitement",
    "state": "etat",
    "level": "niveau",
    "admissibility": "recevabilite",
    "channel": "canal",
    "complainant": "qualite_auteur",
    "nature": "nature_demande",
    "theme": "theme",
    "requirement": "exigence",
    "causes": "familles_cause",
    "cycle": "cycle",
    "received_on": "recu_ou_rouvert_le",
    "due_on": "echeance",
    "acknowledged_on": "accuse_reception_le",
    "answered_on": "repondu_le",
    "decision": "decision",
    "ended_on": "clos_ou_retire_le",
    "mediation_on": "mediation_le",
    "can_be_acknowledged": "auteur_connu",
    "supports": "supports_factuels",
    "questions": "precisions_demandees",
    "transfers": "changements_unite",
}
"""The French name of each column of the table of periods."""


def _of_period(name: str) -> str:
    """Return a column of the table of periods as a reader sees it, by the class of its values."""
    cls = PERIOD_TYPES.get(name, str)
    if issubclass(cls, LabelledEnum):
        return _label(cls, f"c.{name}")
    if cls is bool:
        return _truth(f"c.{name}")
    return f"UTC[c.{name}]" if issubclass(cls, datetime) else f"c.{name}"


def _periods() -> Iterator[str]:
    """Yield the columns of what was known of a case, then those that follow from them."""
    for column in CASE_PERIODS.columns:
        yield f"{_of_period(column.name)} AS {PERIOD_NAMES[column.name]}"
    scope = ", ".join(f"'{one.value}'" for one in IN_SCOPE)
    yield _region("c.unit")
    yield f"{_truth(f'c.admissibility IN ({scope})')} AS dans_le_cadre"
    yield f"{_truth('c.until IS NULL')} AS est_actuel"
    yield f"{_truth('c.until IS NULL OR c.ends_run')} AS dernier_du_cycle"
    yield _outcome("c")
    yield _days("c")
    yield f"PLUS[c.ended_on; {FOLLOWED}] AS fin_suivi_cause"
    yield _key("c.case_reference", "CAST(UTC[c.since] AS TEXT)")


_SIGNAL_TIMES: Final = {"pris_en_compte_le_utc": "signal_acknowledged", "ecarte_le_utc": "signal_dismissed"}


def _of_signal(wanted: str, event: str, more: str = "") -> str:
    """Return a value of the later events of a signal."""
    of_signal = f"f.scope = e.scope AND f.subject = e.subject AND f.type = '{event}'"
    return f"(SELECT {wanted} FROM {PLAN_EVENTS} AS f WHERE {of_signal}{more})"


def _signals() -> str:
    """Return the SELECT of the signals, from the events of plans."""
    last = _of_signal("max(JSON[f.document; data; until])", "signal_continued")
    # A signal that was seen again after it was dismissed waits for a decision.
    again = f"""EXISTS (SELECT 1 FROM {PLAN_EVENTS} AS h WHERE h.scope = f.scope AND h.subject = f.subject
    AND h.type = 'signal_continued' AND h.number > f.number)"""
    unseen = {"signal_dismissed": f" AND NOT {again}"}
    marks = {
        name: _of_signal("max(f.occurred_at)", event, unseen.get(event, "")) for name, event in _SIGNAL_TIMES.items()
    }
    acknowledged, dismissed = (f"{found} IS NOT NULL" for found in marks.values())
    led = f"""EXISTS (SELECT 1 FROM {PLAN_EVENTS} AS g WHERE g.scope = e.scope AND g.type = 'action_added'
    AND JSON[g.document; data; sheet; origin_reference] = e.subject)"""
    states = {SignalState.ACTION: led, SignalState.DISMISSED: dismissed, SignalState.ACKNOWLEDGED: acknowledged}
    state = " ".join(f"WHEN {when} THEN '{_quoted(one.wording.fr)}'" for one, when in states.items())
    times = ", ".join(f"UTC[{found}] AS {name}" for name, found in marks.items())
    streams = {name: one.label.fr for name, one in STREAMS.items()}
    return f"""SELECT {_label(ScopeKind, "p.kind")} AS perimetre, p.code AS code_perimetre, e.subject AS signal,
    {_label_of("JSON[e.document; data; sheet; kind]", streams)} AS flux,
    JSON[e.document; data; sheet; week] AS semaine, JSON[e.document; data; sheet; since] AS debut_fenetre,
    coalesce({last}, JSON[e.document; data; sheet; until]) AS derniere_semaine,
    CAST(JSON[e.document; data; sheet; observed] AS INTEGER) AS observes,
    CAST(JSON[e.document; data; sheet; expected] AS DOUBLE PRECISION) AS attendus,
    CAST(JSON[e.document; data; sheet; recurrence_weeks] AS DOUBLE PRECISION) AS semaines_de_recurrence,
    UTC[e.occurred_at] AS detecte_le_utc, {times},
    CASE {state} ELSE '{_quoted(SignalState.NEW.wording.fr)}' END AS etat,
    {_key("e.scope", "e.subject")}
    FROM {PLAN_EVENTS} AS e JOIN {PLANS} AS p ON p.scope = e.scope WHERE e.type = 'signal_raised'"""


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
    {_label(Admissibility, "p.admissibility")} AS recevabilite,
    {_label(Channel, "c.channel")} AS canal,
    {_label(Complainant, "c.complainant")} AS qualite_auteur,
    {_label(Nature, "c.nature")} AS nature_demande,
    c.site AS centre,
    c.handling_unit AS unite_traitement,
    c.edition AS version_procedure,
    UTC[c.received_at] AS recu_le_utc,
    c.received_on AS jour_reception,
    c.due_on AS echeance,
    c.awaited_on AS reponse_attendue_le,
    UTC[c.answered_at] AS repondu_le_utc,
    UTC[c.closed_at] AS clos_le_utc,
    {_label(ClosingReason, "c.closing_reason")} AS motif_cloture,
    UTC[c.anonymised_at] AS anonymise_le_utc,
    {_region("c.handling_unit")},
    c.theme AS theme,
    {_label(Requirement, "p.requirement")} AS exigence,
    p.cycle AS cycle,
    p.received_on AS recu_ou_rouvert_le,
    p.acknowledged_on AS accuse_reception_le,
    p.answered_on AS repondu_le,
    {_label(AnswerDecision, "p.decision")} AS decision,
    {_outcome("p")},
    {_days("p")}
    FROM {CASES} AS c LEFT JOIN {CASE_PERIODS} AS p ON p.case_reference = c.reference AND p.until IS NULL""",
    "reclamation_v_dossiers_sites": f"""SELECT s.case_reference AS dossier, s.site AS centre,
    CASE s.part WHEN 'registering' THEN 'enregistrement' WHEN 'handling' THEN 'traitement' ELSE 'prestation' END
    AS role_du_centre, {_key("s.case_reference", "s.part", "s.site")}
    FROM {CASE_SITES} AS s {_ONCE}""",
    "reclamation_v_dossiers_causes": f"""SELECT f.case_reference AS dossier, {_family("f.family")} AS famille_cause,
    {_key("f.case_reference", "f.family")}
    FROM {CASE_CAUSES} AS f {_ONCE}""",
    "reclamation_v_evenements": f"""SELECT e.case_reference AS dossier, e.number AS numero,
    {_label_of("e.type", EVENTS)} AS type,
    UTC[e.occurred_at] AS survenu_le_utc, UTC[e.recorded_at] AS enregistre_le_utc, {_label(Role, "e.role")} AS role,
    {_key("e.case_reference", "e.number")}
    FROM {CASE_EVENTS} AS e {_ONCE}""",
    "reclamation_v_periodes": f"SELECT {', '.join(_periods())} FROM {CASE_PERIODS} AS c {_ONCE}",
    "reclamation_v_centres": f"""SELECT s.code AS centre, s.name AS nom, s.region AS region
    FROM {SITES} AS s {_ONCE}""",
    "reclamation_v_actions": _actions(with_texts=True),
    "reclamation_v_suivi_actions": _actions(with_texts=False),
    "reclamation_v_actions_dossiers": f"""SELECT {plan("l.scope")} AS plan,
    l.action AS numero, l.case_reference AS dossier, {_key("l.scope", "l.action", name="cle_action")},
    {_key("l.scope", "l.action", "l.case_reference")}
    FROM {ACTION_CASES} AS l {_ONCE}""",
    "reclamation_v_pgaac": _published(with_texts=True),
    "reclamation_v_suivi_pgaac": _published(with_texts=False),
    "reclamation_v_signaux": _signals(),
}
"""The SELECT of each view by name, with the functions of `_FUNCTIONS`; only names and labels are formatted into it."""
VIEWS_WITH_TEXTS: Final = frozenset({"reclamation_v_actions", "reclamation_v_pgaac"})
"""The views with texts of plans; for each there is one without."""

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "reclamation_v_dossiers": "Un dossier par ligne, dans son état actuel.",
    "reclamation_v_dossiers_sites": "Les centres de chaque dossier, et le rôle de chacun.",
    "reclamation_v_dossiers_causes": "Les familles de causes de chaque dossier, à la dernière analyse.",
    "reclamation_v_evenements": "Un événement de dossier par ligne, sans ses textes.",
    "reclamation_v_periodes": "Ce que l'on savait d'un dossier entre deux enregistrements : un état par ligne.",
    "reclamation_v_centres": "Les centres et leur région, tels que `reclamation db sites` les a écrits.",
    "reclamation_v_actions": "Une action par ligne, dans son état actuel, avec ses textes.",
    "reclamation_v_suivi_actions": "Une action par ligne, dans son état actuel, sans ses textes.",
    "reclamation_v_actions_dossiers": "Les dossiers auxquels répond chaque action.",
    "reclamation_v_pgaac": "Une action de chaque édition du PGAAC par ligne, telle que diffusée, avec textes.",
    "reclamation_v_suivi_pgaac": "Une action de chaque édition du PGAAC par ligne, telle que diffusée, sans textes.",
    "reclamation_v_signaux": "Un signal par ligne, sans les noms ni le motif.",
}
"""What each view shows, in French; PostgreSQL holds it as its comment."""
Grant: TypeAlias = tuple[str, str | None, str]
"""A privilege on a view: the view, its column if the privilege is on one, and the statement that grants it."""
_GRANTS: Final = text(
    "SELECT relname, attname, format('GRANT %s%s ON %I TO %s%s', privilege_type, '(' || quote_ident(attname) || ')', "
    "relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, "
    "CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END) FROM ("
    "SELECT relname, relowner, NULL AS attname, acl.* FROM pg_class CROSS JOIN aclexplode(relacl) AS acl "
    "WHERE oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:views AS text[])) AS name) UNION ALL "
    "SELECT relname, relowner, attname, acl.* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
    "CROSS JOIN aclexplode(attacl) AS acl "
    "WHERE pg_class.oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:views AS text[])) AS name)"
    ") AS granted WHERE grantee <> relowner ORDER BY 1, 2, 3"
)
_CALL: Final = re.compile(r"\b(UTC|PLUS|DAYS|JSON)\[([^\[\]]*)\]")


def _path(document: str, *names: str) -> str:
    return f"json_extract({document}, '$.{'.'.join(names)}')"


_FUNCTIONS: Final[Mapping[str, Mapping[str, Callable[..., str]]]] = {
    "sqlite": {
        "UTC": lambda instant: instant,
        "PLUS": lambda day, count: f"date({day}, '+{count} days')",
        "DAYS": lambda first, last: f"CAST(julianday({last}) - julianday({first}) AS INTEGER)",
        "JSON": _path,
    },
    "postgresql": {
        # PostgreSQL would show an instant in the time zone of its reader.
        "UTC": lambda instant: f"({instant} AT TIME ZONE 'UTC')",
        "PLUS": lambda day, count: f"({day} + {count})",
        "DAYS": lambda first, last: f"(({last}) - ({first}))",
        "JSON": lambda document, *names: f"(CAST({document} AS json) #>> '{{{','.join(names)}}}')",
    },
}
"""The functions that the databases write in other ways: an instant, a day and days later, days between two, a value."""


def create_views(connection: Connection) -> None:
    """Create every view."""
    for name in VIEWS:
        create_view(connection, name)


def create_view(connection: Connection, name: str) -> None:
    """Create a view, with its description where the database has comments."""
    functions = _FUNCTIONS[connection.dialect.name]
    query = _CALL.sub(lambda call: functions[call[1]](*call[2].split("; ")), VIEWS[name])
    connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"COMMENT ON VIEW {name} IS '{_quoted(DESCRIPTIONS[name])} Instants en UTC.'")


def drop_views(connection: Connection) -> list[Grant]:
    """Drop the views that exist, and return the privileges that other roles have on them."""
    found: list[Grant] = []
    if connection.dialect.name == "postgresql":
        found = [tuple(row) for row in connection.execute(_GRANTS, {"views": list(VIEWS)})]
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    return found


def grant_again(connection: Connection, grants: Iterable[Grant]) -> None:
    """Grant privileges on views that were created again, but for columns that a view no longer has."""
    inspector = inspect(connection)
    for view, column, statement in grants:
        if column is None or column in {one["name"] for one in inspector.get_columns(view)}:
            connection.exec_driver_sql(statement)
