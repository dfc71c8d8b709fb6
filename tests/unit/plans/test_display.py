from collections.abc import Callable
from datetime import date

import attrs
import pytest

from reclamation_core.plans import ActionType, Effectiveness, LineReference, Occurrence, Pgaac, events
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.vocabulary import Level
from tests.fragments import Fragment
from tests.typography import plain
from tests.unit.plans.making import (
    CRETEIL,
    PARIS_REGION,
    PLANS,
    SITES,
    STATUSES,
    abandoned,
    at,
    closed,
    done,
    effective,
    reopened_by,
    sheet,
    signed,
    to_do,
)

HEADER = ["N°", "Centre ou niveau", "Dossiers", "Famille de cause", "Type", "Action", "Pilote", "Échéance", "État"]
HEADER += ["Efficacité à évaluer le", "Efficacité"]


def test_a_plan_is_shown_with_its_lines() -> None:
    read = Fragment(closed()._repr_html_())
    assert read.elements[0][1]["lang"] == "fr"
    assert read.text.startswith("PGAAC – centre CREActions")
    assert read.cells[:11] == HEADER
    assert read.cells[11:22] == [
        "A-1", "CRE", "C-1", "matériel", "corrective", "[texte]", "[texte]",
        "01/06/2026", "close", "01/09/2026", "efficace",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_the_status_of_an_action_is_shown_in_words(name: str) -> None:
    plan: Callable[[], Pgaac] = PLANS[name]
    assert Fragment(plan()._repr_html_()).cells[19] == STATUSES[name].label()


def test_no_text_is_shown_by_default() -> None:
    plan = closed()
    silent, told = plan._repr_html_(), Fragment(plan.to_html(texts=True))
    assert [secret.text for secret in plan.vault if secret.text in silent] == []
    assert told.cells[16:18] == ["remplacer les postes", "M. Petit"]
    assert "[texte]" not in told.text


def test_an_erased_text_is_shown_as_erased() -> None:
    read = Fragment(plan_after(closed(), signed(6)(events.TextsForgotten(action="A-1")))._repr_html_())
    assert read.cells[16:18] == ["(effacé)", "(effacé)"]
    assert "[texte]" not in read.text


def test_a_family_has_its_name_and_a_level_replaces_a_site() -> None:
    plan = to_do(cause_family="planning", site=None, level=Level.REGIONAL, check_on=None, planned=None)
    read = Fragment(plan._repr_html_())
    assert read.cells[12:15] == ["régional", "C-1", "planification et organisation des sessions"]
    assert read.cells[18:22] == ["", "à faire", "", ""]
    assert Fragment(to_do(cause_family=None, cause=None, type=ActionType.CURATIVE)._repr_html_()).cells[14] == ""


def test_an_empty_plan_is_shown_as_empty() -> None:
    assert Fragment(Pgaac(scope=CRETEIL)._repr_html_()).text == "PGAAC – centre CREAucune action."


def test_editions_are_listed_with_what_became_of_the_lines() -> None:
    plan = plan_after(
        to_do(),
        signed(2)(published()),
        signed(3)(events.ActionProgressed(action="A-1")),
        signed(3)(events.ActionAdded.of(sheet("A-2"))),
    )
    plan = plan_after(plan, signed(4)(published(recipients=("Direction",))), signed(5)(published()))
    cells = Fragment(plan._repr_html_()).cells
    editions = cells[cells.index("Publiée le") - 1 :]

    assert [editions[place : place + 5] for place in range(0, len(editions), 5)] == [
        ["N°", "Publiée le", "Diffusion", "Actions", "Évolution"],
        ["1", "02/05/2026", "Tous les PCS", "1", "inscrite : 1"],
        ["2", "04/05/2026", "Direction", "2", "inscrite : 1, démarrée : 1"],
        ["3", "05/05/2026", "Tous les PCS", "2", "aucune"],
    ]


def test_an_edition_is_shown_with_whose_the_lines_are_and_without_texts() -> None:
    (edition,) = plan_after(effective(), signed(8)(published())).published_plans
    read = Fragment(edition._repr_html_())
    assert read.text.startswith(
        "PGAAC – centre CRE – édition n° 1Publiée le 08/05/2026. Diffusion : tous les PCS. "
        "1 action, dont 0 en retard.Actions"
    )
    assert read.cells[10:] == [
        "A-1", "centre CRE", "CRE", "C-1", "matériel", "corrective", "01/06/2026", "évaluée", "01/09/2026", "efficace",
    ]  # fmt: skip


def test_an_action_is_shown_by_itself_without_its_texts() -> None:
    (line,) = closed().lines
    read = Fragment(line.action._repr_html_())
    assert read.text.startswith("Action A-1 closeefficaceFiche")
    told = dict(zip(read.cells[::2], read.cells[1::2], strict=True))
    assert (told["Dossiers"], told["Centre"], told["Type d'action"]) == ("C-1", "CRE", "corrective")
    assert (told["Échéance"], told["Réalisée le"], told["Clôturée le"]) == ("01/06/2026", "03/05/2026", "05/05/2026")
    assert [name for name, text in told.items() if text == "[texte]"] == [
        "Cause", "Action", "Pilote", "Critère d'efficacité", "Preuve", "Évaluée par", "Motif de l'évaluation",
    ]  # fmt: skip
    assert "" not in told.values()
    assert "plan.to_html(texts=True) l'affiche" in read.text


def test_an_abandoned_action_is_shown_with_its_day_and_without_an_evaluation() -> None:
    (line,) = abandoned().lines
    cells = Fragment(line.action._repr_html_()).cells
    told = dict(zip(cells[::2], cells[1::2], strict=True))
    assert (told["Abandonnée le"], told["Motif de l'abandon"]) == ("05/05/2026", "[texte]")
    assert "Évaluée le" not in told


def test_a_reopened_action_is_shown_with_the_day_and_the_reason_of_each_reopening() -> None:
    occurrence = Occurrence(case="C-9", families={"matériel"}, sites=("CRE",), received_at=at(10))
    plan = plan_after(
        reopened_by(closed(), occurrence, SITES, signed(11)),
        signed(12)(events.ActionAbandoned(action="A-1", reason="fin")),
    )
    (line,) = plan_after(plan, signed(13)(events.ActionReopened(action="A-1", reason="reprise"))).lines
    cells = Fragment(line.action._repr_html_()).cells
    assert cells[cells.index("Réouvertures") + 1] == (
        "11/05/2026 récurrence : le dossier C-9 a la même famille de cause « matériel » ; 13/05/2026 [texte]"
    )


@pytest.mark.parametrize(
    ("plan", "recipients", "summary"),
    [
        (Pgaac(scope=CRETEIL), ("Direction",), "Publiée le 03/05/2026. Diffusion : Direction. Aucune action."),
        (Pgaac(scope=CRETEIL), (), "Publiée le 03/05/2026. Diffusion : tous les PCS. Aucune action."),
        (
            plan_after(to_do(planned=date(2026, 5, 2)), signed(1)(events.ActionAdded.of(sheet("A-2")))),
            ("Direction", "Tous les PCS"),
            "Publiée le 03/05/2026. Diffusion : Direction, Tous les PCS. 2 actions, dont 1 en retard.",
        ),
    ],
    ids=["no action", "all", "late"],
)
def test_an_edition_states_its_day_its_recipients_and_its_late_actions(
    plan: Pgaac, recipients: tuple[str, ...], summary: str
) -> None:
    event = published(recipients=recipients) if recipients else published()
    (edition,) = plan_after(plan, signed(3)(event)).published_plans
    assert Fragment(edition._repr_html_()).text.partition("édition n° 1")[2].startswith(summary)


def test_an_action_that_was_not_effective_is_shown_with_what_follows_it_up() -> None:
    follow_up = LineReference(PARIS_REGION, "A-7")
    plan = plan_after(
        done(),
        signed(4)(
            events.ActionJudged(
                action="A-1", effectiveness=Effectiveness.NOT_EFFECTIVE, why="deux pannes", follow_up=follow_up
            )
        ),
    )
    own = plan_after(
        plan,
        signed(5)(events.ActionAdded.of(sheet("A-2"))),
        signed(6)(events.FollowUpNamed(action="A-1", follow_up=LineReference(CRETEIL, "A-2"))),
    )

    assert f"non efficace (suite : {follow_up.label('fr')})" in plain(Fragment(plan._repr_html_()).text)
    assert f"non efficace (suite : {follow_up.label('fr')}, A-2)" in plain(Fragment(own._repr_html_()).text)


def test_a_follow_up_is_shown_with_its_plan() -> None:
    (line,) = closed().lines
    followed = attrs.evolve(line.action, follow_ups=(LineReference(PARIS_REGION, "A-7"),))
    cells = Fragment(followed._repr_html_()).cells
    assert cells[cells.index("Action de suite") + 1] == LineReference(PARIS_REGION, "A-7").label("fr")
