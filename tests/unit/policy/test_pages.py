"""The pages of the documentation on editions agree with the code."""

import re
import runpy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core.policy import Policy, catalogue, m2_1, parse_policy
from reclamation_core.tables import Row
from reclamation_core.wording import Wording
from scripts.matrix import matrix_page
from tests.unit.policy.cases import CALENDAR, unknown_but

DOCS = Path(__file__).parents[3] / "docs"
HOW_TO = (DOCS / "how-to" / "write-a-policy-file.md").read_text(encoding="utf-8")


def test_a_file_that_writes_every_default_down_is_the_default_edition() -> None:
    page = runpy.run_path(str(DOCS / "_generators" / "parameters.py"))["pages"]()["reference/parameters.md"]
    groups: dict[str, dict[str, Any]] = {}
    for name, default in re.findall(r"^\| `([a-z_0-9.]+)` \| `(.+?)` \|", page, re.MULTILINE):
        group, _, key = name.rpartition(".")
        groups.setdefault(group, {})[key] = tomllib.loads(f"value = {default}")["value"]
    top = groups.pop("")
    assert parse_policy({"starts_from": "M2-1", "edition": "x", **top, **groups}) == Policy(edition="x")
    assert "| `deadline.days` | `10` |" in page
    assert "| §2.3, I15 |" in page


def test_the_rows_of_the_page_are_edits_of_the_tables_that_they_name() -> None:
    shown, rows, _, ended = re.findall(r"^```toml\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)
    edition = parse_policy(tomllib.loads(shown))
    assert edition.assess(unknown_but(satisfaction=11.5), CALENDAR).eligibility.outcome == "complaint"
    derived = parse_policy(tomllib.loads(rows))
    assert [name for name, _ in derived.edits] == ["eligibility", "level"]
    assert derived.edits_of("level").remove == ("local-client",)
    assert parse_policy(tomllib.loads(ended)) == attrs.evolve(m2_1(), in_force_until=date(2026, 12, 31))


@pytest.mark.slow
def test_the_matrix_marks_own_rows_and_clauses_without_rows() -> None:
    row = Row(
        "several-regions", {"service_reach": "several_regions"}, "regional", "Note 3, M2-1 §5.2", Wording("r", "r")
    )
    bare = Row("bare", {"mobilisation": "national"}, "national", "M2-1 §5.2")
    page = matrix_page(m2_1().with_rows("level", replace=[row], add=[bare], edition="x"))

    assert "- règle R2.8 (`several-regions`) (propre à cette version)\xa0: r\n" in page
    assert "- règle R2.11 (`bare`) (propre à cette version)\xa0: mobilisation nécessaire" in page
    # Only the table of M2-1 has a reason why a row never decides.
    assert "- règle R2.1 (`local-client`)\xa0: le client est local\n    - cas d’essai\xa0: aucun\n" in page
    assert "le texte le dit deux fois" in matrix_page(m2_1())
    names = ("information-request", "general-opinion")
    moved = [m2_1().tables["eligibility"].row(name) for name in names]
    without = m2_1().with_rows("eligibility", replace=[Row(row.id, row.when, row.then, "Note 4") for row in moved])
    lost = "- **aucune règle de cette version ne la met en œuvre**"
    assert matrix_page(without).count(lost) == 2
    assert lost not in page


@pytest.mark.slow
def test_the_pages_made_from_the_rules_are_those_of_the_default_edition() -> None:
    pages = runpy.run_path(str(DOCS / "_generators" / "rules.py"))["pages"]()
    assert list(pages) == ["fr/regles.md", "fr/matrice.md"]
    # The citations of interpretations are links to their text.
    link = re.compile(r"\[([^\]]*)\]\((?:regles\.md)?#interpretation-n-\d+\)")
    assert [link.sub(r"\1", page) for page in pages.values()] == [catalogue(m2_1()), matrix_page(m2_1())]
    headings = re.findall(r"(?m)^### Interprétation n°\s(\d+)$", pages["fr/regles.md"])
    linked = [number for page in pages.values() for number in re.findall(r"#interpretation-n-(\d+)\)", page)]
    assert set(linked) <= set(headings)
    assert len(linked) > 100
