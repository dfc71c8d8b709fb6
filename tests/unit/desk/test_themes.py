"""A desk with a taxonomy takes the themes of its list; without one it takes any code."""

from typing import Any

import attrs
import pytest

from reclamation_core.cases import Case
from reclamation_core.cases.causes import TRAINING_BODY, Family, Taxonomy
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.wording import Wording
from tests.inside import store_of
from tests.unit.desk import factories

OWN = attrs.evolve(TRAINING_BODY, themes=[Family("canteen", Wording("restauration", "canteen"))])


def registered(desk: Desk, **facts: Any) -> Case:
    return desk.register(factories.facts(**facts), site="CRE", occurred_at=factories.at(1))


def test_a_desk_without_a_taxonomy_takes_any_theme() -> None:
    assert registered(factories.new_desk(), theme="canteen").facts.theme == "canteen"  # type: ignore[union-attr]


@pytest.mark.parametrize(("taxonomy", "theme"), [(TRAINING_BODY, "refund"), (OWN, "canteen")])
def test_a_desk_with_a_taxonomy_takes_its_themes(taxonomy: Taxonomy, theme: str) -> None:
    desk = factories.new_desk(taxonomy=taxonomy)
    case = factories.registered(desk)
    assert desk.complete_facts(case.reference, theme=theme).facts.theme == theme  # type: ignore[union-attr]


@pytest.mark.parametrize(("taxonomy", "theme"), [(TRAINING_BODY, "canteen"), (OWN, "refund")])
def test_a_desk_with_a_taxonomy_refuses_other_themes(taxonomy: Taxonomy, theme: str) -> None:
    desk = factories.new_desk(taxonomy=taxonomy)
    with pytest.raises(FaultsError, match=f"theme: '{theme}'; one of these themes is expected: ") as caught:
        registered(desk, theme=theme)
    assert "l'un de ces thèmes est attendu" in caught.value.in_("fr")
    with pytest.raises(FaultsError, match="one of these themes is expected"):
        desk.complete_facts(factories.registered(desk).reference, theme=theme)


def test_a_theme_that_left_the_list_stays_with_its_case() -> None:
    before = factories.new_desk(taxonomy=TRAINING_BODY)
    case = registered(before, theme="refund", recurrences=None)
    after = Desk(
        store_of(before), sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7)), taxonomy=OWN
    )
    assert after.complete_facts(case.reference, recurrences=1).facts.theme == "refund"  # type: ignore[union-attr]


def test_two_themes_of_one_code_are_refused() -> None:
    theme = Family("canteen", Wording("restauration", "canteen"))
    with pytest.raises(FaultsError) as caught:
        attrs.evolve(TRAINING_BODY, themes=[theme, theme])
    assert [fault.path for fault in caught.value.faults] == ["themes[1].code"]
