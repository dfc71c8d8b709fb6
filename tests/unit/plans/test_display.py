from datetime import date

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
