"""The page on the JSON of cause analyses: one example of each method, and the meaning of its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from reclamation_core.cases.causes import (
    Answer,
    Category,
    CauseAnalysis,
    CauseStatus,
    CauseTree,
    Correction,
    DatedFact,
    EightD,
    FiveWhys,
    Ishikawa,
    Pdca,
    PdcaDecision,
    PdcaVerdict,
    PossibleCause,
    Qqoqcp,
    RootCause,
    TreeFact,
    WhyChain,
    write_analysis,
)
from reclamation_core.schemas import document_schema
from reclamation_core.tables.rendering import markdown_text

_PROBLEM: Final = "La session a commencé sans formateur"
_CAUSE: Final = "Aucun vivier de remplaçants n'est tenu"
_FAMILY: Final = "trainer_availability"

_INTRODUCTION: Final = """\
# The JSON of cause analyses

*En français : le document JSON de chaque méthode d'analyse des causes, tel qu'une application l'envoie avec l'opération
« analyser ».*

An analysis is sent with the command `analyse`, to the API of FastAPI or to `Command.from_document`; the causes, the
method and the report of the case follow from it:

```json
{"type": "analyse", "analysis": {"method": "five_whys", "version": 1, "problem": "…", "chains": []}}
```

`read_analysis` reads a document, `write_analysis` writes it, `document_schema("analysis.five_whys")` describes it to
other programs. The [methods](../explanation/cause-analysis.md) have their rules: a document that breaks one is refused,
with the path of each fault. `family` is the code of a family of causes of your taxonomy. Each example below is a whole
document.
"""


def examples() -> tuple[CauseAnalysis, ...]:
    """Return one analysis by each method."""
    root = RootCause(_CAUSE, _FAMILY)
    return (
        FiveWhys(_PROBLEM, (WhyChain(("Le formateur était absent", _CAUSE), _FAMILY, "tenir un vivier"),)),
        Ishikawa(
            effect=_PROBLEM,
            causes=(
                PossibleCause(
                    category=Category.METHOD,
                    statement=_CAUSE,
                    status=CauseStatus.RETAINED,
                    proof="entretien du 4 mai",
                    family=_FAMILY,
                ),
                PossibleCause(category=Category.MANPOWER, statement="Trop de congés en mai"),
            ),
        ),
        Qqoqcp(
            who=Answer("douze stagiaires"),
            what=Answer(_PROBLEM),
            where=Answer("au centre de Créteil"),
            when=Answer("le 4 mai 2026"),
            how=Answer("par un message la veille"),
            how_much=Answer.not_applicable("aucun montant n'est en jeu"),
            why=Answer("la convention promet cette session"),
            facts=(DatedFact(date(2026, 5, 4), "La session est annulée", "feuille d'émargement"),),
        ),
        EightD()
        .respond("aucun stagiaire n'était en route", needed=False)
        .form_team("la responsable qualité", ["un formateur"])
        .describe(_PROBLEM)
        .contain("un formateur vient du centre voisin", effect="les cours reprennent", checked_on=date(2026, 5, 11))
        .find(root)
        .choose(Correction("tenir un vivier", _CAUSE)),
        CauseTree(
            (
                TreeFact(code="cancelled", statement=_PROBLEM, source="registre", causes=("no_pool",)),
                TreeFact(code="no_pool", statement=_CAUSE, source="entretien", family=_FAMILY),
            )
        ),
        Pdca.begin("Aucune session annulée", ["tenir un vivier"], criterion="aucune annulation en juin")
        .do("six remplaçants formés", proof="attestations", done_on=date(2026, 6, 1))
        .check("une annulation en juin", PdcaVerdict.PARTLY_MET, checked_on=date(2026, 7, 1))
        .act(PdcaDecision.ADJUST, "porter le vivier à dix noms"),
    )


def _keys(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rows of the keys of a document and of its parts."""
    parts = {"": schema, **schema.get("$defs", {})}
    for part, described in parts.items():
        for key, value in described.get("properties", {}).items():
            if key not in ("method", "version"):
                required = "yes" if key in described.get("required", ()) else ""
                yield f"| {part} | `{key}` | {required} | {markdown_text(value.get('description', ''))} |"


def pages() -> dict[str, str]:
    """Return the page."""
    lines = [_INTRODUCTION]
    for analysis in examples():
        document = write_analysis(analysis)
        method = analysis.method
        lines += [f"## {method.label('en').capitalize()} ({method.label('fr')})", "", "```json"]
        lines += [json.dumps(document, ensure_ascii=False, indent=1), "```", ""]
        lines += ["| part | key | required | meaning |", "|---|---|---|---|"]
        lines += [*_keys(document_schema(f"analysis.{method.value}")), ""]
    return {"reference/cause-analyses.md": "\n".join(lines)}
