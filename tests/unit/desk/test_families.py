"""Families of causes and themes: a desk with a taxonomy takes those of its list; without one it takes any theme."""

from typing import Any

import attrs
import pytest

from reclamation_core.cases import Case
from reclamation_core.cases.causes import TRAINING_BODY, Family, FiveWhys, Taxonomy, WhyChain
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import ActionOrigin, ActionSheet
from reclamation_core.reporting import report_bytes
from reclamation_core.wording import Wording
from tests.inside import store_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, analysed, new_desk, qualified, sheet

LISTED = "one of these families is expected: trainer_availability, trainer_practice"


@pytest.fixture
def desk() -> Desk:
    return new_desk(taxonomy=TRAINING_BODY)


def watched(reference: str, family: str) -> ActionSheet:
    return sheet(reference, origin=ActionOrigin.WATCH, cause_family=family, cause="personne ne remplace")


def test_an_unknown_family_is_refused_with_its_path_and_the_known_ones(desk: Desk) -> None:
    case = qualified(desk)
    chain = WhyChain(("Personne n'a remplacé", "Il n'y a pas de vivier"), "lune", "tenir un vivier")
    with pytest.raises(FaultsError, match=rf"^chains\[0\].*family: 'lune'; {LISTED}"):
        desk.analyse(case.reference, analysis=FiveWhys("La session a commencé sans formateur", (chain,)))
    assert desk.cases.get(case.reference) == case
    with pytest.raises(FaultsError, match=rf"^causes\[1\]: 'lune'; {LISTED}"):
        desk.analyse(case.reference, causes=("planning", "lune"))
    assert desk.cases.get(case.reference) == case
    assert desk.analyse(case.reference, causes=("planning",)).analysis is not None


def test_an_action_on_an_unknown_family_is_refused(desk: Desk) -> None:
    case, plan = analysed(desk, "planning"), desk.pgaac("CRE")
    for put in (
        lambda: desk.plan(case.reference, sheet("A-9", cause_family="lune")),
        lambda: plan.add(watched("A-9", "lune")),
    ):
        with pytest.raises(FaultsError, match=rf"^cause_family: 'lune'; {LISTED}"):
            put()
    assert plan.actions == ()
    plan.add(watched("A-1", "planning"))
    with pytest.raises(FaultsError, match=r"^cause_family: 'lune'"):
        plan.amend("A-1", cause_family="lune")
    assert plan.current.action("A-1").cause_family == "planning"


def test_plans_show_the_labels_of_the_desk_taxonomy() -> None:
    own = Taxonomy([Family("equipment", Wording("matériel", "kit")), Family("trees", Wording("arbres", "trees"))])
    for taxonomy, fr, en in (
        (own, "matériel", "kit"),
        (None, "équipements et matière d'œuvre", "equipment and working material"),
    ):
        desk = new_desk(taxonomy=taxonomy)
        plan = desk.pgaac("CRE")
        plan.add(watched("A-1", "equipment"))
        plan.publish()
        assert fr in plain(plan.to_html())
        assert f";{fr};" in plain(report_bytes(desk.reports.plan("CRE"), "csv").decode())
        assert f";{en};" in plain(report_bytes(desk.reports.plan("CRE", 1), "csv", "en").decode())


def test_the_report_of_an_analysis_has_the_labels_of_the_desk_taxonomy() -> None:
    own = Taxonomy([Family("planning", Wording("plannings", "schedules"))])
    chain = WhyChain(("Personne n'a remplacé", "Il n'y a pas de vivier"), "planning", "tenir un vivier")
    for taxonomy, told in ((own, "plannings"), (None, "planification et organisation des sessions")):
        desk = new_desk(taxonomy=taxonomy)
        case = desk.analyse(qualified(desk).reference, analysis=FiveWhys("Personne n'est venu", (chain,)))
        assert case.analysis is not None
        assert f"- Il n'y a pas de vivier ({told})" in (case.read(case.analysis.report) or "")


def test_a_family_recorded_before_the_taxonomy_stays_usable() -> None:
    free = new_desk()
    free.pgaac("CRE").add(watched("A-1", "lune"))
    plan = Desk(store_of(free), sites=SITES, taxonomy=TRAINING_BODY).pgaac("CRE")
    assert plan.amend("A-1", spread=("STD",)).action("A-1").cause_family == "lune"


@pytest.mark.parametrize("made", ["acting", "scoped"])
def test_derived_desks_have_the_same_taxonomy(desk: Desk, made: str) -> None:
    other = desk.acting("M. Petit") if made == "acting" else desk.scoped(site="CRE")
    with pytest.raises(FaultsError, match="'lune'"):
        other.analyse(qualified(desk).reference, causes=("lune",))


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
    with pytest.raises(FaultsError, match=f"theme: '{theme}'; one of these themes is expected: "):
        registered(desk, theme=theme)
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
