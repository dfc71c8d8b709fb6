"""The pages made from the rules of the default edition, in French, as the procedure is."""

from __future__ import annotations

import re

from reclamation_core.policy import catalogue, m2_1
from scripts.matrix import matrix_page

_CITED = re.compile(r"interprétations nᵒˢ[\d\s,et]*\d|interprétation n°\s\d+")


def linked(page: str, target: str = "") -> str:
    """Return a page whose citations of interpretations lead to their text in the rule catalogue."""
    return re.sub(r"(?m)^(?!#).*$", lambda line: _CITED.sub(lambda cited: _link(cited[0], target), line[0]), page)


def _link(cited: str, target: str) -> str:
    """Return a citation as links, one for each number that it has."""
    number = re.findall(r"\d+", cited)[0]
    if " nos" not in cited:
        return f"[{cited}]({target}#interpretation-n-{number})"
    return re.sub(r"\d+", lambda number: f"[{number[0]}]({target}#interpretation-n-{number[0]})", cited)


def pages() -> dict[str, str]:
    """The rule catalogue, and the matrix clause, carrier, test."""
    return {"fr/regles.md": linked(catalogue(m2_1())), "fr/matrice.md": linked(matrix_page(m2_1()), "regles.md")}
