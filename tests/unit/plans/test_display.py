from datetime import date

import attrs
import pytest

from reclamation_core.plans import Effectiveness, LineReference, Occurrence, Pgaac, events
from reclamation_core.testing._plan_history import plan_after, published
from tests.fragments import Fragment
from tests.typography import plain
from tests.unit.plans.making import CRETEIL, PARIS_REGION, SITES, at, closed, done, reopened_by, sheet, signed, to_do


def test_no_text_is_shown_by_default() -> None:
    plan = closed()
    silent, told = plan._repr_html_(), Fragment(plan.to_html(texts=True))
    assert [secret.text for secret in plan.vault if secret.text in silent] == []
    assert told.cells[16:18] == ["remplacer les postes", "M. Petit"]
    assert "[texte]" not in told.text


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


@pytest.mark.parametrize(("plan", "recipients", "summary"), [
    (Pgaac(scope=CRETEIL), ("Direction",), "Publiée le 03/05/2026. Diffusion : Direction. Aucune action."),
    (Pgaac(scope=CRETEIL), (), "Publiée le 03/05/2026. Diffusion : tous les PCS. Aucune action."),
    (plan_after(to_do(planned=date(2026, 5, 2)), signed(1)(events.ActionAdded.of(sheet("A-2")))),
        ("Direction", "Tous les PCS"),
        "Publiée le 03/05/2026. Diffusion : Direction, Tous les PCS. 2 actions, dont 1 en retard."),
], ids=["no action", "all", "late"])  # fmt: skip
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
    follow_ups = LineReference(PARIS_REGION, "A-7"), LineReference(CRETEIL, "A-2")
    followed = attrs.evolve(line.action, follow_ups=follow_ups, cases=("C-1", "C-2"))
    cells = Fragment(followed._repr_html_()).cells
    assert cells[cells.index("Action de suite") + 1] == ", ".join(one.label("fr") for one in follow_ups)
    assert "C-1, C-2" in cells
