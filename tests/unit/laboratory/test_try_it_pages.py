"""The worked questions of the guide's pages "Essayer" and "Try it": a person who follows them finds what they say."""

import re
from pathlib import Path

import pytest

from reclamation_core.wording import Lang
from tests.unit.laboratory.page_visitor import Visitor

DOCS = Path(__file__).parents[3] / "docs"
PAGES: dict[Lang, str] = {"fr": "fr/essayer.md", "en": "how-to/try-it.md"}
BUTTONS: dict[Lang, tuple[str, str, str]] = {
    "fr": ("Lire ce fichier", "Confirmer les colonnes", "Comparer"),
    "en": ("Read this file", "Confirm the columns", "Compare"),
}


def page(lang: Lang) -> str:
    return (DOCS / PAGES[lang]).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_numbers_of_the_example_are_those_of_the_page() -> None:
    visitor = Visitor("fr")
    visitor.press("Essayer avec l’exemple")
    visitor.press("Confirmer les colonnes")
    found = []
    for changes in ({"after-threshold": "7"}, {"after-threshold": "", "after-days-regional": "15"}):
        visitor.press("Comparer", **changes)
        found.append(" ".join(visitor.root.whole().split()))
        visitor.press("Les deux versions")

    assert "Demandes décidées autrement : 17 sur 1 000" in found[0].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Travail demandé : +87,5 h" in found[0].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Demandes décidées autrement : 0 sur" in found[1].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Échéances modifiées : 132 sur" in found[1].replace("\N{NARROW NO-BREAK SPACE}", " ")
    for lang in PAGES:
        assert {"17", "132", "87,5" if lang == "fr" else "87.5"} <= set(re.findall(r"\b\d+(?:[.,]\d+)?\b", page(lang)))


@pytest.mark.parametrize("lang", PAGES)
def test_a_row_and_a_fact_of_ones_own_do_what_the_page_says(lang: Lang) -> None:
    (text,) = re.findall(r"```text\n(.*?)```", page(lang), re.DOTALL)
    name, condition = re.findall(r"\| `(\w+)` \|", page(lang))[0], re.findall(r"`(own\.\w+: true)`", page(lang))[0]
    row = re.findall(r"\| (?:nom de la règle|name of the row) \| `(\S+)` \|", page(lang))[0]
    content = {"file": ("a.csv", text.encode())}
    visitor = Visitor(lang)
    read, confirm, press = BUTTONS[lang]
    visitor.press(read, content)
    visitor.press(confirm, content)
    fact = {"after-fact-name": name, "after-fact-label": name.replace("_", "-"), "after-fact-type": "boolean"}
    rule = {"after-row-id": row, "after-row-when": condition, "after-row-then": "level:regional"}
    visitor.press(press, content, **fact, **rule)

    assert visitor.errors == []
    assert visitor.page.comparison is not None
    levels = [one for one in visitor.page.comparison.changes if one.by == "all" and one.decision == "level"]
    assert {(one.before, one.after, one.references, one.rows_after) for one in levels} == {
        ("local", "regional", ("D-1",), row),
        ("local", "undetermined", ("D-3",), ""),
    }
