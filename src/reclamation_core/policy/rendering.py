"""What the procedure says of a case, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reclamation_core.calendars.rendering import deadline_block
from reclamation_core.markup import Html, Tone, badge, card, joined, paragraph, section, table
from reclamation_core.policy.assessment import deadline_sentence
from reclamation_core.tables.rendering import decision_block

if TYPE_CHECKING:
    from reclamation_core.calendars import Deadline
    from reclamation_core.policy.assessment import CaseAssessment
    from reclamation_core.policy.policy import Policy


_ALWAYS: Final = "En vigueur sans limite de date."


def assessment_card(assessment: CaseAssessment, deadline: Deadline | None = None) -> Html:
    """The decisions with their reasons, one below the other, and the deadline where there is one."""
    dated = [] if deadline is None else [deadline_block(deadline), paragraph(deadline_sentence(deadline, "fr"))]
    return card(*map(decision_block, assessment.decisions), *dated)


def policy_card(policy: Policy) -> Html:
    """An edition: when it is in force, what it sets, and its tables; what differs from M2-1 is marked."""
    title = f"Édition « {policy.edition} »"
    parameters = table("Paramètres", ("paramètre", "valeur", "clé", "source"), _parameters(policy))
    header = ("table", "titre", "lignes", "propres à l'édition ou retirées")
    tables = table("Tables", header, _tables(policy), numbers={2})
    return card(section(title, paragraph(_in_force(policy)), parameters, tables))


def _in_force(policy: Policy) -> str:
    first, last = policy.in_force_from, policy.in_force_until
    if first is None and last is None:
        return _ALWAYS
    parts = [*([f"à partir du {first:%d/%m/%Y}"] if first else []), *([f"jusqu'au {last:%d/%m/%Y}"] if last else [])]
    return f"En vigueur pour les réclamations reçues {', '.join(parts)}."


def _parameters(policy: Policy) -> Iterator[list[str]]:
    from reclamation_core.policy.matrix import parameter_carriers
    from reclamation_core.policy.named_parameters import PARAMETERS
    from reclamation_core.policy.policy import m2_1

    pairs = zip(PARAMETERS.values(), parameter_carriers(policy), parameter_carriers(m2_1()), strict=True)
    for parameter, carrier, usual in pairs:
        value = parameter.valued(carrier.value)
        if carrier.value != usual.value:
            value = joined([value, " ", badge(f"M2-1 : {parameter.valued(usual.value)}", Tone.NOTE)])
        source = ", ".join(filter(None, [carrier.clause, carrier.reading and f"lecture {carrier.reading}"]))
        yield [parameter.wording.fr, value, parameter.path, source]


def _tables(policy: Policy) -> Iterator[list[str]]:
    for name, found in policy.tables.items():
        edits = policy.edits_of(name)
        own = [*(row.id for row in edits.own), *(f"sans {row}" for row in edits.remove)]
        yield [name, found.title.fr, str(len(found.rows)), ", ".join(own)]
