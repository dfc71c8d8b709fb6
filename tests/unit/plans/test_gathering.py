import pytest

from reclamation_core.cases import Vault
from reclamation_core.plans import (
    ActionStatus,
    LineReference,
    Pgaac,
    PlanScope,
    UnknownActionError,
    gather,
    gathered_lines,
)
from reclamation_core.plans.events import ActionAbandoned, ActionAdded, ActionDone, ActionProgressed, TextsForgotten
from reclamation_core.plans.relations import resolve, unsettled
from reclamation_core.testing._plan_history import plan_after, published
from tests.unit.plans.making import (
    CRETEIL,
    NATION,
    PARIS_REGION,
    SITES,
    abandoned,
    closed,
    effective,
    sheet,
    signed,
    to_do,
)

STAINS, STRASBOURG = PlanScope.site("STD"), PlanScope.site("STR")


def plan(scope: PlanScope, *references: str) -> Pgaac:
    made = Pgaac(scope=scope)
    for reference in references:
        made = plan_after(made, signed(1)(ActionAdded.of(sheet(reference))))
    return made


ALL = (
    plan(STRASBOURG, "S-1"),
    plan(CRETEIL, "C-10", "C-2"),
    plan(STAINS, "T-1"),
    plan(PARIS_REGION, "R-1"),
    plan(NATION, "N-1"),
)


def names(references: tuple[LineReference, ...]) -> list[str]:
    return [str(reference) for reference in references]


def test_a_plan_gathers_the_lines_of_those_below_it_alone() -> None:
    assert names(gather(PARIS_REGION, ALL, SITES)) == ["site:CRE/C-2", "site:CRE/C-10", "site:STD/T-1"]
    assert names(gather(NATION, ALL, SITES)) == [
        "region:Île-de-France/R-1",
        "site:CRE/C-2",
        "site:CRE/C-10",
        "site:STD/T-1",
        "site:STR/S-1",
    ]
    assert gather(CRETEIL, ALL, SITES) == ()
    assert gather(PlanScope.region("Grand Est"), [plan(PARIS_REGION, "R-1")], SITES) == ()


def test_a_plan_of_an_unknown_site_is_gathered_by_the_nation_alone() -> None:
    gone = plan(PlanScope.site("XXX"), "X-1")
    assert gather(PARIS_REGION, [gone, plan(STAINS, "T-1")], SITES) == (LineReference(STAINS, "T-1"),)
    assert gather(NATION, [gone], SITES) == (LineReference(PlanScope.site("XXX"), "X-1"),)


def test_a_line_is_resolved_at_publication() -> None:
    references = gather(PARIS_REGION, [to_do()], SITES)
    started = plan_after(to_do(), signed(3)(ActionProgressed(action="A-1")))
    region = plan_after(Pgaac(scope=PARIS_REGION), signed(4)(published(gathered=resolve(references, [started]))))
    later = plan_after(started, signed(5)(ActionDone(action="A-1", evidence="facture")))
    assert [line.action.status for line in region.published_plans[0].lines] == [ActionStatus.IN_PROGRESS]
    assert region.actions == ()
    assert [line.action.status for line in resolve(references, [later])] == [ActionStatus.DONE]


def test_a_reference_resolved_twice_is_one_line() -> None:
    (reference,) = gather(PARIS_REGION, [to_do()], SITES)
    assert len(resolve([reference, reference], [to_do()])) == 1


@pytest.mark.parametrize("plans", [[], [plan(CRETEIL, "B-1")]])
def test_a_reference_to_what_is_not_given_is_refused(plans: list[Pgaac]) -> None:
    with pytest.raises(UnknownActionError, match="plan site:CRE has no action 'A-1'"):
        resolve([LineReference(CRETEIL, "A-1")], plans)


def test_of_two_versions_of_one_plan_the_later_counts_in_any_order() -> None:
    earlier = to_do()
    later = plan_after(earlier, signed(2)(ActionAdded.of(sheet("A-2"))))
    assert gather(NATION, [earlier, later], SITES) == gather(NATION, [later, earlier], SITES)
    assert names(gather(NATION, [later, earlier, later], SITES)) == ["site:CRE/A-1", "site:CRE/A-2"]


def test_two_histories_of_one_plan_are_refused() -> None:
    with pytest.raises(ValueError, match="plans: two histories are given for site:CRE; give the one that is kept"):
        gather(NATION, [to_do(), to_do(owner="Mme Blanc")], SITES)


def test_what_an_edition_gathers_is_read_with_the_texts_of_its_plans() -> None:
    site = to_do()
    region = plan_after(
        Pgaac(scope=PARIS_REGION), signed(4)(published(gathered=gathered_lines(PARIS_REGION, iter([site]), SITES)))
    )
    (line,) = region.published_plans[0].lines
    assert region.read(line.action.owner) is None
    assert Vault.merged([region.vault, site.vault]).read(line.action.owner) == "M. Petit"  # type: ignore[arg-type]


def test_erasing_on_the_site_erases_what_the_edition_above_shows() -> None:
    site = to_do()
    region = plan_after(
        Pgaac(scope=PARIS_REGION), signed(4)(published(gathered=gathered_lines(PARIS_REGION, [site], SITES)))
    )
    texts = Vault.merged([region.vault, plan_after(site, signed(5)(TextsForgotten(action="A-1"))).vault])
    assert texts.read(region.published_plans[0].lines[0].action.owner) is None  # type: ignore[arg-type]


def test_unsettled_and_missing_actions_leave_a_case_open() -> None:
    plans = [
        closed(),
        plan(NATION, "N-1"),
        plan_after(
            Pgaac(scope=STAINS),
            signed(1)(ActionAdded.of(sheet("T-1"))),
            signed(2)(ActionAbandoned(action="T-1", reason="fin")),
        ),
    ]

    first, second, third = LineReference(CRETEIL, "A-1"), LineReference(NATION, "N-1"), LineReference(STAINS, "T-1")
    nowhere = LineReference(CRETEIL, "X-1")
    assert unsettled([first, second, third, nowhere], plans) == {second, nowhere}
    assert unsettled([first], [effective()]) == {first}
    assert unsettled([first], [abandoned()]) == frozenset()
    assert unsettled([], plans) == frozenset()


def test_two_plans_may_each_have_an_action_of_one_reference() -> None:
    settled_here, open_there = closed(), plan(STAINS, "A-1")
    here, there = LineReference(CRETEIL, "A-1"), LineReference(STAINS, "A-1")
    assert unsettled([here, there], [settled_here, open_there]) == {there}
    assert unsettled([here, there], [open_there, settled_here]) == {there}
    assert unsettled([here], [open_there]) == {here}
