import re
from datetime import date, time

from reclamation_core.calendars import DeadlineRule
from reclamation_core.policy import Parameters, Policy, RoleParameters, SurveyParameters, catalogue, m2_1
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.policy.sources import CLAUSES
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType
from scripts.matrix import matrix_page
from tests.typography import plain

CATALOGUE = plain(catalogue(m2_1()))
MATRIX = plain(matrix_page(m2_1()))


def section(page: str, title: str) -> list[str]:
    lines = page.splitlines()
    start = lines.index(f"## {title}")
    rest = lines[start + 1 :]
    return rest[: next((place for place, line in enumerate(rest) if line.startswith("## ")), len(rest))]


def test_the_catalogue_has_a_sentence_for_each_row_with_its_source() -> None:
    rules = [line for line in section(CATALOGUE, "Niveau de traitement") if line.startswith("- **")]
    assert [line.rpartition(" · ")[2] for line in rules] == [f"`{row.id}`" for row in m2_1().tables["level"].rows]
    assert rules[1] == "- **R2.2 local** : la prestation est réalisée par un centre (M2-1, point 5) · `one-centre`"
    assert "(M2-1, point 5 ; interprétation n° 6) · `several-regions`" in rules[7]


def test_the_catalogue_has_each_interpretation_with_its_carriers() -> None:
    titles = re.findall(r"^### Interprétation n° (\d+)$", CATALOGUE, re.MULTILINE)
    assert [f"I{number}" for number in titles] == [one.number for one in m2_1().interpretations]
    assert "6 n'en est pas une. Mise en œuvre : `survey.threshold`, `survey.scale`." in CATALOGUE


def parameters(page: str) -> dict[str, str]:
    """Return the value of each parameter by its path."""
    lines = (line for line in section(page, "Paramètres") if line.startswith("- "))
    return {line.rpartition(" · ")[2]: line.split("**")[1] for line in lines}


def test_the_catalogue_lists_each_parameter_in_french() -> None:
    found = parameters(CATALOGUE)
    assert found["`survey.threshold`"] == "6"
    assert "(M2-1, point 1 ; interprétation n° 1) · `survey.threshold`" in CATALOGUE
    assert "(interprétation n° 17) · `retention.mode`" in CATALOGUE
    assert list(found) == [f"`{carrier.path}`" for carrier in parameter_carriers(m2_1().parameters)]


def test_the_catalogue_has_removed_rules_and_reserved_operations() -> None:
    roles = RoleParameters(commands={CommandType.ANSWER: (Role.RQR,)})
    edition = Policy(edition="x", parameters=Parameters(roles=roles)).with_rows("level", remove=["local-client"])
    page = plain(catalogue(edition))
    assert "- opération réservée à : **RQR** (propre à cette version) · `roles.commands.answer`\n" in page
    assert "\nRègles de M2-1 retirées par cette version : local-client.\n" in page


def test_the_catalogue_of_another_edition_has_its_values() -> None:
    edition = Policy(
        edition="2027 | *essai*",
        parameters=Parameters(
            survey=SurveyParameters(threshold=6.5),
            deadline=DeadlineRule(cut_off=time(17, 30), first_day_counted=True),
            closures=(date(2027, 5, 7), (date(2027, 8, 2), date(2027, 8, 20))),
        ),
    )
    page = plain(catalogue(edition))
    found = parameters(page)

    assert page.startswith("# Catalogue des règles, version 2027 \\| \\*essai\\*\n")
    assert (found["`survey.threshold`"], found["`deadline.cut_off`"]) == ("6,5", "17 h 30")
    assert found["`closures`"] == "07/05/2027 ; du 02/08/2027 au 20/08/2027"
    assert "le niveau de satisfaction est inférieur à 6,5" in page


def test_the_matrix_has_a_section_for_each_clause_with_its_text() -> None:
    titles = [line.removeprefix("## ") for line in MATRIX.splitlines() if line.startswith("## ")]
    assert titles == [*(clause.id for clause in CLAUSES), "Texte de M2-1"]
    assert "> « Ces réclamations font l'objet d'une réponse dans les 10 jours ouvrés »" in section(MATRIX, "M2-1 §5.0")


def test_each_row_is_listed_under_every_clause_that_it_cites() -> None:
    for table in m2_1().tables.values():
        for row in table.rows:
            assert row.clause is not None
            for number in re.findall(r"§[\d.]+", row.clause):
                lines = section(MATRIX, f"M2-1 {number}")
                assert any(f" (`{row.id}`) : " in line and line.startswith("- règle R") for line in lines)


def test_no_page_of_the_rules_has_a_table() -> None:
    assert [line for page in (CATALOGUE, MATRIX) for line in page.splitlines() if line.startswith("|")] == []
