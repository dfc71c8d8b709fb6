from __future__ import annotations

import re
from datetime import date, time

from reclamation_core.calendars import DeadlineRule
from reclamation_core.policy import Parameters, Policy, SurveyParameters, catalogue, m2_1
from reclamation_core.policy.pages import matrix_page
from reclamation_core.policy.sources import CLAUSES
from tests.typography import plain

CATALOGUE = plain(catalogue(m2_1()))
MATRIX = plain(matrix_page(m2_1()))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def section(page: str, title: str) -> list[str]:
    lines = page.splitlines()
    start = lines.index(f"## {title}")
    rest = lines[start + 1 :]
    return rest[: next((place for place, line in enumerate(rest) if line.startswith("## ")), len(rest))]


def test_the_catalogue_has_sections_for_tables_interpretations_and_parameters() -> None:
    assert [line.removeprefix("## ") for line in CATALOGUE.splitlines() if line.startswith("## ")] == [
        "Recevabilité de la demande",
        "Niveau de traitement",
        "Gravité",
        "Vraisemblance retenue",
        "Indice de criticité",
        "Niveau de criticité",
        "Complexité du cas",
        "Interprétations",
        "Paramètres",
    ]
    assert CATALOGUE.startswith("# Catalogue des règles, version M2-1\n")


def test_the_catalogue_has_a_line_for_each_row_with_its_source() -> None:
    lines = section(CATALOGUE, "Niveau de traitement")

    assert [tuple(cells(line)[:2]) for line in lines if line.startswith("| ")][2:] == [
        (f"R2.{number}", row.id) for number, row in enumerate(m2_1().tables["level"].rows, start=1)
    ]
    assert cells(next(line for line in lines if "| one-centre " in line))[-1] == "M2-1 §5.1"
    assert cells(next(line for line in lines if "| several-regions " in line))[-1] == "M2-1 §5.2 ; interprétation n° 6"


def test_the_catalogue_lists_each_interpretation_with_its_carriers() -> None:
    lines = [cells(line) for line in section(CATALOGUE, "Interprétations") if line.startswith("| I")]

    assert [number for number, *_ in lines] == [interpretation.number for interpretation in m2_1().interpretations]
    assert lines[0][2] == "`survey.threshold`, `survey.scale`"


def test_the_catalogue_lists_each_parameter_in_french() -> None:
    lines = {cells(line)[0]: cells(line)[1:] for line in section(CATALOGUE, "Paramètres") if line.startswith("| `")}

    assert lines["`survey.threshold`"] == ["6", "M2-1 §1.4 ; interprétation n° 1"]
    assert lines["`survey.scale`"][0] == "0 ; 10"
    assert lines["`deadline.day_type`"][0] == "jour ouvré"
    assert lines["`deadline.first_day_counted`"][0] == "non"
    assert lines["`deadline.cut_off`"][0] == "aucune"
    assert lines["`roles.qualifying`"][0] == "unité de traitement ; RQR ; AQ"
    assert lines["`retention.mode`"] == ["anonymisation", "interprétation n° 17"]
    assert lines["`closures`"][0] == "aucune"
    assert len(lines) == 24


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
    lines = {cells(line)[0]: cells(line)[1] for line in section(page, "Paramètres") if line.startswith("| `")}

    assert page.startswith("# Catalogue des règles, version 2027 \\| \\*essai\\*\n")
    assert lines["`survey.threshold`"] == "6,5"
    assert lines["`deadline.cut_off`"] == "17 h 30"
    assert lines["`deadline.first_day_counted`"] == "oui"
    assert lines["`closures`"] == "07/05/2027 ; du 02/08/2027 au 20/08/2027"
    assert "le niveau de satisfaction est inférieur à 6,5" in page


def test_the_matrix_has_a_section_for_each_clause_with_its_text() -> None:
    titles = [line.removeprefix("## ") for line in MATRIX.splitlines() if line.startswith("## ")]

    assert titles == [*(clause.id for clause in CLAUSES), "Texte de M2-1"]
    assert "> « Ces réclamations font l'objet d'une réponse dans les 10 jours ouvrés »" in section(MATRIX, "M2-1 §5.0")


def test_the_matrix_names_the_parameters_and_the_objects() -> None:
    lines = section(MATRIX, "M2-1 §2.3")

    assert "- paramètre `roles.qualifying`, interprétation n° 15" in lines
    assert "- objets : `Role`, `Qualified.supported_by`" in lines


def test_the_matrix_shows_for_each_row_the_case_that_changes_without_it() -> None:
    line = next(line for line in section(MATRIX, "M2-1 §5.2") if line.startswith("| `level/several-centres`"))

    assert cells(line) == [
        "`level/several-centres`",
        "la prestation est réalisée par plusieurs centres de la région",
        (
            "type de client : local ; périmètre de la prestation : plusieurs centres de la région ; "
            "mobilisation nécessaire : locale"
        ),
        "régional",
        "local",
    ]


def test_the_matrix_marks_rows_without_a_test_and_redundant_rows() -> None:
    lines = section(MATRIX, "M2-1 §5.1")

    assert cells(next(line for line in lines if line.startswith("| `level/one-centre`")))[-1] == (
        "aucune règle ne s'applique"
    )
    redundant = cells(next(line for line in lines if line.startswith("| `level/local-client`")))
    assert redundant[2].startswith("le texte le dit deux fois : quand le client est local")
    assert redundant[3:] == ["", ""]


def test_the_matrix_summarises_the_domains_at_0() -> None:
    lines = section(MATRIX, "M2-1 §2.2")
    tests = {cells(line)[0]: cells(line)[2] for line in lines if line.startswith("| `")}

    assert tests["`band/low`"] == (
        "vraisemblance évaluée : 1 ; récurrences en douze mois : 0 ; gravité 0 dans tous les domaines"
    )
    assert tests["`severity/safety-4`"] == "gravité, sécurité des personnes : 4 ; gravité 0 dans les autres domaines"


def test_each_row_is_listed_under_every_clause_that_it_cites() -> None:
    for table in m2_1().tables.values():
        for row in table.rows:
            assert row.clause is not None
            for number in re.findall(r"§[\d.]+", row.clause):
                assert any(
                    line.startswith(f"| `{table.name}/{row.id}` |") for line in section(MATRIX, f"M2-1 {number}")
                )


def test_every_table_of_the_pages_has_as_many_cells_in_each_line_as_in_its_header() -> None:
    for page in (CATALOGUE, MATRIX):
        width = 0
        for line in page.splitlines():
            if not line.startswith("|"):
                width = 0
            elif not width:
                width = len(cells(line))
            assert not line.startswith("|") or len(cells(line)) == width
