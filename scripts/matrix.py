"""The matrix of the clauses of M2-1: what carries each of them, and the test of each rule; a page of the manual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reclamation_core.cases import CommandType
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.policy import Policy, m2_1, row_test
from reclamation_core.policy.formatting import PARAMETERS, format_facts
from reclamation_core.policy.pages import NUMBERING, OWN
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.policy.sources import CLAUSES, Clause, cited, procedure_text
from reclamation_core.tables import DecisionTable, Row
from reclamation_core.tables.explanation import row_wording
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.wording import cite_interpretation, typeset

OBJECTS: Mapping[str, str] = {
    "ActionSheet.cause": "cause d'une action",
    "ActionType.CURATIVE": "action curative",
    "Band": "niveau de criticité",
    "CauseAnalysis": "analyse des causes par une méthode",
    "Channel": "canal",
    "ClientScope": "type de client",
    "ClosingReason.OUT_OF_SCOPE": "clôture comme hors du cadre",
    "Complainant": "qualité de l'auteur",
    "Complainant.COMPANY": "auteur : une entreprise",
    "ComplaintFacts": "informations d'une demande",
    "Complexity": "complexité",
    "Deadline": "échéance",
    "DeadlineRule": "règle du délai",
    "Desk.register_survey_result": "enregistrement d'une réponse à l'enquête",
    "Desk.signals": "signaux",
    "Level": "niveau de traitement",
    "MalfunctionFacts": "informations d'un dysfonctionnement",
    "Mobilisation": "mobilisation nécessaire",
    "Nature": "nature de la demande",
    "Pgaac": "PGAAC",
    "Policy.assess_malfunction": "traitement d'un dysfonctionnement interne",
    "PublishedPlan.recipients": "destinataires d'une édition du PGAAC",
    "Requirement": "exigence en cause",
    "RiskDomain": "domaine de risque",
    "Role": "rôle",
    "ServiceReach": "périmètre de la prestation",
}
"""Objects that carry a clause and are neither events nor commands, for a reader."""
REDUNDANT: Mapping[tuple[str, str], str] = {
    (
        "level",
        "local-client",
    ): "le texte le dit deux fois : quand le client est local, l'étendue de la prestation donne déjà "
    "le niveau local ou un niveau plus élevé ; cette règle est citée mais n'est jamais déterminante à elle seule"
}
"""Rows of the text that never decide alone, by table and row, and why they stay."""


_INTRODUCTION = (
    "Le texte entre « » est celui de M2-1, mot pour mot ; hors des guillemets, c'est un résumé.",
    NUMBERING,
    "",
    (
        "Chaque clause est mise en œuvre par des règles, des paramètres ou des objets. Le cas "
        "d'essai d'une règle est un cas"
    ),
    "dont la décision change quand la règle est retirée ; il est trouvé par le calcul, puis vérifié en la retirant.",
)


def rows_of(policy: Policy, clause: Clause) -> tuple[tuple[DecisionTable[Any], Row], ...]:
    """The rows of an edition that carry a clause, table by table."""
    return tuple(
        (table, row) for table in policy.tables.values() for row in table.rows if clause.id in cited(row.clause)
    )


def matrix_page(policy: Policy) -> str:
    """The matrix of an edition as one French page: for each clause its carriers, and the test of each row."""
    lines = ["# Matrice des clauses, de leur mise en œuvre et des essais", "", *_INTRODUCTION, ""]
    for clause in CLAUSES:
        lines += _clause(policy, clause)
    lines += ["## Texte de M2-1", ""]
    lines += [f"> {markdown_text(line)}".rstrip() for line in procedure_text().splitlines()]
    return typeset("\n".join(lines) + "\n")


def _clause(policy: Policy, clause: Clause) -> Iterator[str]:
    yield f"## {clause.id}\n\n> {markdown_text(clause.text)}\n"
    for carrier in parameter_carriers(policy.parameters):
        if clause.id in cited(carrier.clause):
            note = f", {cite_interpretation(carrier.interpretation, 'fr')}" if carrier.interpretation else ""
            yield f"- paramètre « {PARAMETERS[carrier.path.replace('.', '_')].title()} » (`{carrier.path}`){note}"
    if clause.objects:
        yield f"- objets : {', '.join(map(_object, clause.objects))}"
    rows = rows_of(policy, clause)
    if policy.edits and not rows and rows_of(m2_1(), clause):
        yield "- **aucune règle de cette version ne la met en œuvre**"
    if rows:
        yield from (_row(policy, table, row) for table, row in rows)
    yield ""


def _object(name: str) -> str:
    """Return an object for a reader: what it is in French, then its name."""
    events = {cls.__name__: cls for cls in (*CASE_EVENTS.classes.values(), *PLAN_EVENTS.classes.values())}
    labels = {cls: event.event_type.label.fr for cls, event in events.items()}
    labels |= {f"CommandType.{command.name}": f"opération « {command.label()} »" for command in CommandType}
    return f"{labels.get(name.partition('.')[0]) or labels.get(name) or OBJECTS[name]} (`{name}`)"


def _row(policy: Policy, table: DecisionTable[Any], row: Row) -> str:
    found = row_test(table, row)
    own = f" ({OWN})" if policy.is_own(table.name, row.id) else ""
    number = policy.rule_numbers[table.name, row.id]
    stated = f"- règle {number} (`{row.id}`){own} : {markdown_text(row_wording(table, row, 'fr'))}\n"
    if found is None:
        # Why a row of the text never decides is known of the table as M2-1 has it, not of one with other rows.
        reason = None if policy.edits_of(table.name) else REDUNDANT.get((table.name, row.id))
        return f"{stated}    - cas d'essai : {markdown_text(reason or 'aucun')}"
    without = (
        "aucune règle ne s'applique" if found.outcome_without is None else table.outcome_label(found.outcome_without).fr
    )
    case = format_facts(found.table.base, found.facts, "fr")
    with_it = table.outcome_label(found.outcome).fr
    return (
        f"{stated}    - cas d'essai : {markdown_text(case)}\n"
        f"    - résultat : **{markdown_text(with_it)}** ; sans la règle : {markdown_text(without)}"
    )
