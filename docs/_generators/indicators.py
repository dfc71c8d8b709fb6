"""The catalogue of the indicators, in both languages, from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reclamation_core.indicators import DIMENSIONS, INDICATORS
from reclamation_core.indicators.catalogue import FEWEST
from reclamation_core.wording import Lang, Wording

_FIELDS: Final = {
    "formula": Wording("Formule", "Formula"),
    "numerator": Wording("Numérateur", "Numerator"),
    "denominator": Wording("Dénominateur", "Denominator"),
    "as_of": Wording("Date", "As of"),
    "exclusions": Wording("Exclusions", "Left out"),
    "open_cases": Wording("Dossiers ouverts", "Open cases"),
    "minimum": Wording("Nombre minimal", "Minimum number"),
    "source": Wording("Source", "Source"),
}
_TITLE: Final = Wording("Le catalogue des indicateurs", "Catalogue of the indicators")
_INTRODUCTION: Final = Wording(
    "Chaque indicateur est déclaré une fois ; les pages, les fichiers, l'API et `reclamation indicators` le lisent de "
    f"là. Un taux ou un délai de moins de {FEWEST} dossiers n'est pas affiché. Répartitions :",
    "Each indicator is declared once; pages, files, the API and `reclamation indicators` read it from there. A rate "
    f"or a time of fewer than {FEWEST} cases is not stated. Groups:",
)


def _capital(text: object) -> str:
    return f"{str(text)[:1].upper()}{str(text)[1:]}"


def _lines(lang: Lang) -> Iterator[str]:
    yield f"# {_TITLE.in_(lang)}"
    yield ""
    groups = ", ".join(f"{one.label.in_(lang)} (`{name}`)" for name, one in DIMENSIONS.items())
    yield f"{_INTRODUCTION.in_(lang)} {groups}."
    head = Wording("| Champ | Valeur |", "| Field | Value |").in_(lang)
    for one in INDICATORS.values():
        values = one.to_document(lang)
        yield from ("", f"## {_capital(values['label'])}", "", f"{_capital(values['definition'])}. `{one.name}`")
        yield from ("", head, "|---|---|")
        yield from (
            f"| {label.in_(lang)} | {values[name]} |" for name, label in _FIELDS.items() if values[name] is not None
        )


def pages() -> dict[str, str]:
    """The catalogue in English and in French."""
    catalogues: dict[str, Lang] = {"reference/indicator-catalogue.md": "en", "fr/catalogue-indicateurs.md": "fr"}
    return {path: "\n".join(_lines(lang)) + "\n" for path, lang in catalogues.items()}
