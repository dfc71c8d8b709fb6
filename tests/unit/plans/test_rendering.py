from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.cases.texts import Vault
from reclamation_core.plans import (
    ActionType,
    Effectiveness,
    LineReference,
    Occurrence,
    Pgaac,
    PlanScope,
    Signature,
    lines_csv,
    plan_markdown,
    published_plan_markdown,
    reader,
    reopened_by,
)
from reclamation_core.vocabulary import Level, Role
from reclamation_core.wording import Wording
from tests.typography import plain
from tests.unit.plans.making import CRETEIL, NATION, SITES, abandoned, at, closed, done, sheet, signed, to_do

NATIONAL = LineReference(PlanScope.nation(), "N-1")


def rows(plan: Pgaac, lang: str = "fr", **options: str) -> list[dict[str, str]]:
    text = plain(lines_csv(plan.lines, reader(plan.vault, lang), **options))  # type: ignore[arg-type]
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=options.get("delimiter", ";")))


def test_csv_has_every_column_of_an_improvement_plan_with_french_headers() -> None:
    full = sheet(
        origin_reference="AUD-3",
        cases=("C-1", "C-2"),
        process="C6",
        finding="trois pannes",
        requirement="cahier des charges, art. 4",
        resources="5 000 euros",
        spread=("STD",),
    )
    plan = (
        Pgaac(scope=CRETEIL)
        .add(full, signed(1))
        .progress("A-1", signed(2))
        .finish("A-1", signed(3), evidence="facture")
        .judge(
            "A-1",
            Effectiveness.NOT_EFFECTIVE,
            signed(4),
            why="deux pannes",
            follow_up=NATIONAL,
        )
        .close("A-1", signed(5))
    )

    assert rows(plan) == [
        {
            "Plan": "centre CRE",
            "N°": "A-1",
            "Date": "01/05/2026",
            "Origine": "réclamation",
            "Référence de l'origine": "AUD-3",
            "Dossiers": "C-1, C-2",
            "Processus (PCS)": "C6",
            "Centre ou niveau": "CRE",
            "Constat": "trois pannes",
            "Exigence": "cahier des charges, art. 4",
            "Famille de cause": "matériel",
            "Cause": "les postes de l'atelier sont en panne",
            "Action": "remplacer les postes",
            "Type": "corrective",
            "Priorité": "normale",
            "Pilote": "M. Petit",
            "Moyens": "5 000 euros",
            "Échéance": "01/06/2026",
            "Démarrée le": "02/05/2026",
            "Réalisée le": "03/05/2026",
            "État": "close",
            "Preuve": "facture",
            "Critère d'efficacité": "aucune panne en trois mois",
            "Efficacité à évaluer le": "01/09/2026",
            "Efficacité": "non efficace",
            "Évaluée le": "04/05/2026",
            "Évaluée par": "Mme Roux",
            "Motif de l'évaluation": "deux pannes",
            "Action de suite": "N-1 (national)",
            "Généralisée à": "STD",
            "Clôturée le": "05/05/2026",
            "Abandonnée le": "",
            "Motif de l'abandon": "",
            "Réouvertures": "",
        }
    ]


def test_csv_can_be_in_english_with_another_delimiter() -> None:
    (row,) = rows(abandoned(), "en", delimiter=",")

    assert (row["No."], row["Status"], row["Abandoned"], row["Reason of the abandonment"]) == (
        "A-1",
        "abandoned",
        "2026-05-05",
        "l'atelier ferme",
    )


def test_text_that_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe() -> None:
    (row,) = rows(to_do(what="=HYPERLINK(1)", cause="+33", owner="l'équipe", resources="a;b\n-c", finding="-1"))

    assert (row["Action"], row["Cause"], row["Pilote"], row["Moyens"], row["Constat"]) == (
        "'=HYPERLINK(1)",
        "'+33",
        "l'équipe",
        "a;b\n'-c",
        "'-1",
    )


def test_a_forgotten_text_is_shown_as_erased() -> None:
    plan = done().forget("A-1", signed(4))

    assert rows(plan)[0]["Pilote"] == "(effacé)"
    assert rows(plan, "en")[0]["Owner"] == "(erased)"
    assert rows(plan)[0]["Famille de cause"] == "matériel"


def test_an_action_of_a_level_shows_the_level() -> None:
    plan = Pgaac(scope=NATION).add(sheet(site=None, level=Level.NATIONAL), signed(1))

    assert (rows(plan)[0]["Plan"], rows(plan, "en")[0]["Centre or level"]) == ("national", "national")


def test_each_reopening_has_its_date_and_reason() -> None:
    occurrence = Occurrence(case="C-9", families={"matériel"}, sites=("CRE",), received_at=at(10))
    plan = reopened_by(closed(), occurrence, SITES, signed(11)).abandon("A-1", signed(12), reason="fin")
    plan = plan.reopen("A-1", signed(13), reason="reprise")

    assert rows(plan)[0]["Réouvertures"] == (
        "11/05/2026 récurrence : le dossier C-9 a la même famille de cause « matériel » ; 13/05/2026 reprise"
    )
    assert rows(plan.forget("A-1", signed(14)))[0]["Réouvertures"].endswith("; 13/05/2026 (effacé)")


EQUIPMENT = "équipements et matière d'œuvre"


def test_the_family_of_a_cause_has_its_name_in_the_language() -> None:
    plan = to_do(cause_family="equipment")

    assert rows(plan)[0]["Famille de cause"] == EQUIPMENT
    assert rows(plan, "en")[0]["Family of cause"] == "equipment and working material"
    assert rows(to_do(cause_family="foudre"))[0]["Famille de cause"] == "foudre"
    assert rows(to_do(type=ActionType.CURATIVE, cause_family=None))[0]["Famille de cause"] == ""


def test_the_family_of_a_cause_has_the_name_that_it_has_among_one_s_own() -> None:
    own = Taxonomy([Family("equipment", Wording("matériel", "kit"))])
    plan, other = to_do(cause_family="equipment"), to_do(cause_family="planning")

    assert ";matériel;" in plain(lines_csv(plan.lines, reader(plan.vault, families=own)))
    assert ";kit;" in plain(lines_csv(plan.lines, reader(plan.vault, "en", families=own)))
    assert ";planning;" in plain(lines_csv(other.lines, reader(other.vault, families=own)))


def test_a_recurrence_and_what_an_edition_changes_name_the_family() -> None:
    occurrence = Occurrence(case="C-9", families={"equipment"}, sites=("CRE",), received_at=at(10))
    plan = reopened_by(closed(cause_family="equipment"), occurrence, SITES, signed(11)).publish(signed(12))
    plan = plan.amend("A-1", signed(13), cause_family="planning").publish(signed(14))
    first, second = plan.published_plans
    own = Taxonomy([Family("equipment", Wording("matériel", "kit"))])

    assert f"11/05/2026 récurrence : le dossier C-9 a la même famille de cause « {EQUIPMENT} »" in plain(
        plan_markdown(plan, reader(plan.vault))
    )
    assert "has the same family of cause 'kit'" in plain(plan_markdown(plan, reader(plan.vault, "en", families=own)))
    assert (f"  - Famille de cause : {EQUIPMENT} → planification et organisation des sessions\n") in plain(
        published_plan_markdown(second, reader(plan.vault), first)
    )


def test_an_instant_is_a_day_of_paris_unless_another_zone_is_given() -> None:
    night = Signature(actor="x", role=Role.AQ, occurred_at=datetime(2026, 5, 2, 23, 30, tzinfo=UTC))
    plan = to_do().progress("A-1", night)
    overseas = plain(lines_csv(plan.lines, reader(plan.vault, zone=ZoneInfo("America/Cayenne"))))

    assert rows(plan)[0]["Démarrée le"] == "03/05/2026"
    assert ";02/05/2026;" in overseas


def test_lines_are_sorted() -> None:
    plan = Pgaac(scope=CRETEIL).add(sheet("A-10"), signed(1)).add(sheet("A-2"), signed(1))

    assert [row["N°"] for row in rows(plan)] == ["A-2", "A-10"]


def test_a_living_plan_is_a_table() -> None:
    plan = to_do(type=ActionType.CURATIVE, what="changer | <b>tout</b>", cases=(), planned=date(2026, 6, 2))

    assert plain(plan_markdown(plan, reader(plan.vault))) == (
        "# PGAAC – centre CRE\n"
        "\n"
        "| N° | Dossiers | Centre ou niveau | Cause | Action | Type | Pilote | Échéance | État | Efficacité |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| A-1 |  | CRE | les postes de l'atelier sont en panne | changer \\| &lt;b&gt;tout&lt;/b&gt; | curative | "
        "M. Petit | 02/06/2026 | à faire |  |\n"
    )


def test_a_plan_has_the_reason_of_each_reopening() -> None:
    occurrence = Occurrence(case="C-9", families={"matériel"}, sites=("CRE",), received_at=at(10))
    plan = reopened_by(closed(), occurrence, SITES, signed(11)).add(sheet("A-2"), signed(11))
    plan = plan.abandon("A-1", signed(12), reason="fin").reopen("A-1", signed(13), reason="<b>reprise</b>")
    told = (
        "\n\n## Réouvertures\n\n"
        "- A-1 (centre CRE) : 11/05/2026 récurrence : le dossier C-9 a la même famille de cause « matériel » ; "
        "13/05/2026 &lt;b&gt;reprise&lt;/b&gt;\n"
    )

    assert plain(plan_markdown(plan, reader(plan.vault))).endswith(told)
    assert plain(plan_markdown(Pgaac(scope=NATION), reader(plan.vault), plan.lines)).endswith(told)
    assert "## Reopenings\n\n- A-1 (centre CRE): 2026-05-11 recurrence" in plain(
        plan_markdown(plan, reader(plan.vault, "en"))
    )


def test_an_empty_plan_shows_the_lines_that_it_gathers() -> None:
    empty = Pgaac(scope=NATION)

    assert plain(plan_markdown(empty, reader(Vault()))) == "# PGAAC – national\n\nAucune action.\n"
    assert "| A-1 |" in plain(plan_markdown(empty, reader(to_do().vault), to_do().lines))


def test_a_published_plan_has_its_date_recipients_and_changes() -> None:
    plan = to_do().publish(signed(2)).progress("A-1", signed(3)).add(sheet("A-2"), signed(3)).publish(signed(4))
    first, second = plan.published_plans

    text = plain(published_plan_markdown(second, reader(plan.vault), first))

    assert text.startswith(
        "# PGAAC – centre CRE – édition n° 2\n"
        "\n"
        "Publiée le 04/05/2026 (édition précédente : 02/05/2026). Diffusion : tous les PCS. "
        "2 actions, dont 0 en retard.\n"
        "\n"
        "## Évolution\n"
        "\n"
        "### Inscrite (1)\n"
        "\n"
        "- A-2 (centre CRE) : remplacer les postes\n"
        "\n"
        "### Démarrée (1)\n"
        "\n"
        "- A-1 (centre CRE) : remplacer les postes\n"
        "  - Démarrée le : 03/05/2026\n"
        "  - État : à faire → en cours\n"
        "\n"
        "## Actions\n"
        "\n"
        "| N° | "
    )


def test_an_edition_reads_in_english_too() -> None:
    plan = Pgaac(scope=NATION).publish(signed(2), gathered=to_do().lines).publish(signed(3)).publish(signed(4))
    first, second, third = plan.published_plans

    assert plain(published_plan_markdown(second, reader(plan.vault, "en"), first)) == (
        "# PGAAC – nation – edition no. 2\n"
        "\n"
        "Published on 2026-05-03 (previous edition: 2026-05-02). Sent to: Tous les PCS. "
        "Actions: 0, of which 0 late.\n"
        "\n"
        "## Changes\n"
        "\n"
        "### Left the plan (1)\n"
        "\n"
        "- A-1 (centre CRE): (erased)\n"
        "\n"
        "## Actions\n"
        "\n"
        "No action.\n"
    )
    assert "\n## Évolution\n\nAucune évolution.\n" in plain(published_plan_markdown(third, reader(plan.vault), second))


def test_a_text_amended_and_put_back_reads_as_not_changed() -> None:
    plan = to_do().publish(signed(2)).amend("A-1", signed(3), owner="Mme Blanc")
    plan = plan.amend("A-1", signed(4), owner="M. Petit").publish(signed(5))

    assert "### Modifiée (1)\n\n- A-1 (centre CRE) : remplacer les postes\n\n" in plain(
        published_plan_markdown(plan.published_plans[1], reader(plan.vault), plan.published_plans[0])
    )


def judged_and_followed() -> Pgaac:
    """A plan of two editions: between them an action was late, then finished and found not effective."""
    plan = to_do(planned=date(2026, 5, 2)).add(sheet("A-2"), signed(1)).publish(signed(3)).progress("A-1", signed(4))
    plan = plan.finish("A-1", signed(5), evidence="facture").add(sheet("A-3"), signed(5)).add(sheet("A-4"), signed(5))
    plan = plan.judge("A-1", Effectiveness.NOT_EFFECTIVE, signed(6), why="deux pannes", follow_up=NATIONAL)
    return (
        plan.amend("A-2", signed(7), resources="x")
        .publish(signed(8))
        .amend("A-2", signed(9), resources=None)
        .publish(signed(10))
    )


def test_an_evaluation_is_one_sentence_of_the_changes() -> None:
    plan = judged_and_followed()
    first, second, third = plan.published_plans

    text = plain(published_plan_markdown(second, reader(plan.vault), first))

    assert "### Inscrites (2)\n" in text
    assert "  - Efficacité : évaluée non efficace le 06/05/2026 par Mme Roux ; deux pannes\n" in text
    assert "Évaluée le :" not in text
    assert "| non efficace (suite : N-1 (national)) |" in text
    english = plain(published_plan_markdown(second, reader(plan.vault, "en"), first))
    assert "  - Effectiveness: evaluated not effective on 2026-05-06 by Mme Roux; deux pannes\n" in english
    assert "not effective (follow-up: N-1 (nation))" in english
    assert "  - Moyens : x → (retiré)\n" in plain(published_plan_markdown(third, reader(plan.vault), second))
    assert "(suite : N-1 (national))" in plain(plan.to_html())


def test_an_edition_counts_its_late_actions() -> None:
    plan = judged_and_followed()
    first, *_ = plan.published_plans

    told = "Publiée le 03/05/2026. Diffusion : tous les PCS. 2 actions, dont 1 en retard."
    assert told in plain(published_plan_markdown(first, reader(plan.vault)))
    assert told in plain(first._repr_html_())
    nothing = Pgaac(scope=NATION).publish(signed(2))
    assert "Aucune action." in plain(published_plan_markdown(nothing.published_plans[0], reader(nothing.vault)))
