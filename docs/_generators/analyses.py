"""The page on the JSON of cause analyses: one example of each method, and the meaning of its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reclamation_core.cases.causes import write_analysis
from reclamation_core.schemas import document_schema
from reclamation_core.tables.rendering import markdown_text
from tests.unit.cases.causes.samples import analyses

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
    for analysis in analyses():
        document = write_analysis(analysis)
        method = analysis.method
        lines += [f"## {method.label('en').capitalize()} ({method.label('fr')})", "", "```json"]
        lines += [json.dumps(document, ensure_ascii=False, indent=1), "```", ""]
        lines += ["| part | key | required | meaning |", "|---|---|---|---|"]
        lines += [*_keys(document_schema(f"analysis.{method.value}")), ""]
    return {"reference/cause-analyses.md": "\n".join(lines)}
