"""Pages and notebook cards of a policy edition: rule catalogue, the test of a row, HTML cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

import attrs

from reclamation_core.calendars.rendering import deadline_block
from reclamation_core.markup import Html, Tone, badge, card, html_writer, joined, listing, paragraph, section, table
from reclamation_core.policy.formatting import PARAMETERS, deadline_sentence, declaration, format_value, parameter_value
from reclamation_core.policy.parameters import parameter_carriers, reserved_commands
from reclamation_core.policy.policy import Assessment, CaseAssessment, Policy, m2_1
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import DecisionTable, Row
from reclamation_core.tables.explanation import row_wording, sentence
from reclamation_core.tables.rendering import decision_block, hit_policy_in_words, markdown_text
from reclamation_core.wording import capitalized, citation, cite_interpretation, typeset


@attrs.frozen
class RowTest(SharedRepr):
    """A case that shows what a row is for.

    Attributes:
        table: the row's table.
        row: the row.
        facts: the case, as base facts.
        outcome: the outcome with the row.
        outcome_without: the outcome without it; None where no other row fires.
    """

    table: DecisionTable[Any]
    row: Row
    facts: Mapping[str, Any]
    outcome: Any
    outcome_without: Any


def row_test(table: DecisionTable[Any], row: Row) -> RowTest | None:
    """A case whose decision changes when the row is removed, found and then checked by removing it; None if none is."""
    facts = table.witness_for(row.id)
    if facts is None:
        return None
    outcome, without = table.decide(facts).outcome, table.without(row.id).decide(facts).outcome
    return None if outcome == without else RowTest(table, row, facts, outcome, without)


OWN = "propre à cette version"
"""How a row that is not of M2-1 is marked."""
FACTS_TITLE: Final = "Informations propres à cette version"
_OWN_ROWS = f"Une règle marquée « {OWN} » n'est pas de M2-1."
NUMBERING: Final = (
    "Les numéros §0.1 à §7 sont une numérotation de la bibliothèque : M2-1 ne numérote que ses points (1) à (5), que "
    "reprennent §1 à §5 ; §0 est son objectif, §6 son tableau d'interactions, §7 son titre."
)


def catalogue(policy: Policy) -> str:
    """The rules of an edition as one French page: its tables, facts of its own, interpretations, parameters."""
    parts = (_tables(policy), _facts(policy), _interpretations(policy), _parameters(policy))
    return typeset("\n".join(chain.from_iterable(parts)) + "\n")


def _tables(policy: Policy) -> Iterator[str]:
    yield f"# Catalogue des règles, version {markdown_text(policy.edition)}"
    yield ""
    told = (
        "Sans mention : règle écrite dans M2-1. Avec la mention d'une interprétation : "
        "interprétation de la bibliothèque. "
    )
    told += NUMBERING
    yield f"{told} {_OWN_ROWS}" if policy.edits else told
    for rules in policy.tables.values():
        title = markdown_text(rules.title.fr)
        yield f"\n## {capitalized(title)}\n\n{markdown_text(sentence(hit_policy_in_words(rules, 'fr')))}\n"
        for row in rules.rows:
            source = citation(row.clause, row.interpretation, "fr")
            marks = " ; ".join(filter(None, [source, OWN if policy.is_own(rules.name, row.id) else ""]))
            outcome = f"{policy.rule_numbers[rules.name, row.id]} {rules.outcome_label(row.then).fr}"
            stated = f" ({markdown_text(marks)})" if marks else ""
            wording = markdown_text(row_wording(rules, row, "fr"))
            yield f"- **{markdown_text(outcome)}** : {wording}{stated} · `{row.id}`"
        edits = policy.edits_of(rules.name)
        if edits.remove:
            yield f"\nRègles de M2-1 retirées par cette version : {markdown_text(', '.join(edits.remove))}."


def _facts(policy: Policy) -> Iterator[str]:
    if policy.facts:
        yield f"\n## {FACTS_TITLE}\n\nLes règles les lisent par la clé, `own.` et un nom.\n"
        for fact in policy.facts:
            yield f"- {markdown_text(declaration(fact).fr)} · `{fact.key}`"


def _interpretations(policy: Policy) -> Iterator[str]:
    yield "\n## Interprétations\n\nCe que la bibliothèque retient là où le texte de M2-1 laisse un choix."
    for interpretation in policy.interpretations:
        carriers = ", ".join(f"`{carrier}`" for carrier in interpretation.carrier.split(", "))
        yield f"\n### Interprétation n° {interpretation.number.removeprefix('I')}\n"
        yield f"{markdown_text(interpretation.wording.fr)} Mise en œuvre : {carriers}."


def _parameters(policy: Policy) -> Iterator[str]:
    yield "\n## Paramètres\n\nLes valeurs qu'un fichier de règles peut changer.\n"
    for carrier in parameter_carriers(policy.parameters):
        parameter = PARAMETERS[carrier.path.replace(".", "_")]
        source = citation(carrier.clause, carrier.interpretation, "fr")
        stated = f" ({markdown_text(source)})" if source else ""
        value = markdown_text(parameter_value(policy.parameters, carrier.path))
        yield f"- {markdown_text(parameter.wording.fr)} : **{value}**{stated} · `{carrier.path}`"
    for path, roles in reserved_commands(policy.parameters).items():
        yield f"- opération réservée à : **{markdown_text(format_value(roles))}** ({OWN}) · `{path}`"


_ALWAYS: Final = "En vigueur sans limite de date."


@html_writer(CaseAssessment)
def assessment_card(assessment: CaseAssessment) -> Html:
    """The decisions with their reasons, one below the other, and the deadline where there is one."""
    deadline = assessment.deadline if isinstance(assessment, Assessment) else None
    dated = [] if deadline is None else [deadline_block(deadline), paragraph(deadline_sentence(deadline, "fr"))]
    return card(*map(decision_block, assessment.decisions), *dated)


@html_writer(Policy)
def policy_card(policy: Policy) -> Html:
    """An edition: when it is in force, what it sets, and its tables; what differs from M2-1 is marked."""
    title = f"Version « {policy.edition} »"
    parameters = table("Paramètres", ("paramètre", "valeur", "clé", "source"), _parameter_rows(policy))
    header = ("table", "titre", "règles", "ajoutées ou retirées par rapport à M2-1")
    tables = table("Tables", header, _table_rows(policy), numbers={2})
    declared = [section(FACTS_TITLE, listing(declaration(fact).fr for fact in policy.facts))] if policy.facts else []
    return card(section(title, paragraph(_in_force(policy)), parameters, tables), *declared)


def _in_force(policy: Policy) -> str:
    first, last = policy.in_force_from, policy.in_force_until
    if first is None and last is None:
        return _ALWAYS
    parts = [*([f"à partir du {first:%d/%m/%Y}"] if first else []), *([f"jusqu'au {last:%d/%m/%Y}"] if last else [])]
    return f"En vigueur pour les réclamations reçues {', '.join(parts)}."


def _parameter_rows(policy: Policy) -> Iterator[list[str]]:
    usual_ones = parameter_carriers(m2_1().parameters)
    for carrier, usual in zip(parameter_carriers(policy.parameters), usual_ones, strict=True):
        parameter = PARAMETERS[carrier.path.replace(".", "_")]
        value = parameter_value(policy.parameters, carrier.path)
        if carrier.value != usual.value:
            value = joined([value, " ", badge(f"M2-1 : {parameter.valued(usual.value)}", Tone.NOTE)])
        source = " ; ".join(
            filter(None, [carrier.clause, carrier.interpretation and cite_interpretation(carrier.interpretation, "fr")])
        )
        yield [parameter.wording.fr, value, parameter.path, source]


def _table_rows(policy: Policy) -> Iterator[list[str]]:
    for name, found in policy.tables.items():
        edits = policy.edits_of(name)
        own = [*(row.id for row in edits.own), *(f"sans {row}" for row in edits.remove)]
        yield [name, found.title.fr, str(len(found.rows)), ", ".join(own)]
