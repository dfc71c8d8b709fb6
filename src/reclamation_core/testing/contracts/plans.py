"""The contract of `PlanRepository`."""

from __future__ import annotations

import attrs
import pytest

from reclamation_core.cases import TextKind
from reclamation_core.plans import ActionStatus, Effectiveness, Pgaac, PlanScope
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionDone,
    ActionProgressed,
    ActionReopened,
    TextsForgotten,
)
from reclamation_core.ports import ConcurrentChangeError, PlanNotFoundError, StaleReadError, Store
from reclamation_core.testing._plan_history import amended, plan_after, published
from reclamation_core.testing.contracts.base import PortContract, rule
from reclamation_core.testing.contracts.samples import (
    a_plan,
    a_sheet,
    extended,
    insert,
    judged,
    load_plan,
    save,
    signed,
    texts,
)
from reclamation_core.validators import LONGEST_NAME


class PlanRepositoryContract(PortContract):
    """The contract of `PlanRepository`."""

    port = "PlanRepository"

    @rule("un plan ajouté se retrouve avec ses textes", source="M2-1 §6.3")
    def test_a_plan_that_was_added_is_got_with_its_texts(self, store: Store) -> None:
        plan = a_plan()
        insert(store, plan)

        assert load_plan(store) == plan

    @rule("les éditions publiées d'un plan se retrouvent telles quelles", source="I16")
    def test_published_plans_are_stored_as_published(self, store: Store) -> None:
        plan = plan_after(a_plan(), signed()(published()))
        insert(store, plan)
        save(store, plan_after(plan, signed()(ActionProgressed(action="A-1")), signed()(published())), 2)

        found = load_plan(store)

        assert [edition.number for edition in found.published_plans] == [1, 2]
        assert found.published_plan(1) == plan.published_plan(1)

    @rule("un périmètre n'a qu'un plan, et le refus donne les deux versions")
    def test_a_scope_has_one_plan_and_the_refusal_gives_both_versions(self, store: Store) -> None:
        insert(store, a_plan())

        with store.unit_of_work() as unit, pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
            unit.plans.add(a_plan(reference="A-2"))

        assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 0, 1)

    @rule("un plan sans histoire ne s'ajoute pas", message=("without events",))
    def test_a_plan_without_events_is_not_added(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(ValueError, match="without events"):
            unit.plans.add(Pgaac(scope=PlanScope.nation()))

    @pytest.mark.parametrize("name", ["site:CRE\0", "\ud800"], ids=["NUL", "surrogate"])
    @rule("un texte qu'aucune base n'enregistre n'est le périmètre d'aucun plan, et l'unité de travail continue")
    def test_an_unstorable_scope_is_not_found_and_the_unit_goes_on(self, store: Store, name: str) -> None:
        plan = a_plan()
        insert(store, plan)

        with store.unit_of_work() as unit:
            with pytest.raises(PlanNotFoundError):
                unit.plans.get(name)
            assert unit.plans.get("site:CRE") == plan

    @rule("un plan s'enregistre sur la version à laquelle il a été chargé")
    def test_a_plan_is_saved_on_the_version_it_was_loaded_at(self, store: Store) -> None:
        plan = a_plan()
        insert(store, plan)

        changed = plan_after(plan, signed()(ActionProgressed(action="A-1")))
        save(store, changed, 1)

        assert load_plan(store) == changed

    @rule("de deux qui changent un plan, l'un est refusé, avec les deux versions")
    def test_of_two_writers_on_one_plan_one_is_refused_with_both_versions(self, store: Store) -> None:
        plan = a_plan()
        insert(store, plan)
        changed = plan_after(plan, signed()(ActionProgressed(action="A-1")))

        with store.unit_of_work() as late:
            late.plans.save(plan_after(plan, signed()(ActionAbandoned(action="A-1", reason="inutile"))), 1)
            save(store, changed, 1)
            with pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
                late.commit()
        with pytest.raises(ConcurrentChangeError) as told_early:
            save(store, plan_after(plan, signed()(ActionProgressed(action="A-1"))), 1)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 1, 2)
        assert (told_early.value.expected, told_early.value.found) == (1, 2)
        assert load_plan(store) == changed

    @rule("un plan jamais ajouté n'est ni enregistré ni retrouvé")
    def test_a_plan_that_was_never_added_is_neither_saved_nor_got(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            with pytest.raises(PlanNotFoundError, match="'CRE' is not found") as refused:
                unit.plans.save(a_plan(), 1)
            with pytest.raises(PlanNotFoundError):
                unit.plans.get("nation")

        assert refused.value.scope == "site:CRE"

    @rule("un plan sans événement nouveau ne s'enregistre pas", message=("adds no event to version",))
    def test_a_plan_without_a_new_event_is_not_saved(self, store: Store) -> None:
        plan = a_plan()
        insert(store, plan)

        with store.unit_of_work() as unit, pytest.raises(ValueError, match="adds no event to version"):
            unit.plans.save(plan, 1)

    @rule("une unité de travail retrouve le plan qu'elle a ajouté, puis enregistré")
    def test_a_unit_finds_the_plan_that_it_added_and_saved(self, store: Store) -> None:
        plan = a_plan()
        changed = plan_after(plan, signed()(ActionProgressed(action="A-1")))
        with store.unit_of_work() as unit:
            unit.plans.add(plan)
            unit.plans.save(changed, 1)
            assert unit.plans.get("site:CRE") == changed
            unit.commit()

        assert load_plan(store) == changed

    @rule("un plan remis reste comme il était, quoi que d'autres enregistrent")
    def test_a_loaded_plan_is_unchanged_by_the_saves_of_others(self, store: Store) -> None:
        insert(store, a_plan())
        got = load_plan(store)

        save(store, plan_after(a_plan(), signed()(ActionProgressed(action="A-1"))), 1)

        assert (got.version, load_plan(store).version) == (1, 2)

    @rule("les textes tenus d'un plan sont ceux qu'il a maintenant : ce qui est oublié l'est", source="I17")
    def test_the_stored_texts_of_a_plan_are_those_that_it_has_now(self, store: Store) -> None:
        plan = plan_after(a_plan(), signed()(ActionAbandoned(action="A-1", reason="inutile")))
        insert(store, plan)

        save(store, plan_after(plan, signed()(TextsForgotten(action="A-1"))), 2)

        assert not {"M. Petit", "tenir un vivier", "inutile"} & set(texts(load_plan(store)))
        assert load_plan(store).version == 3

    @rule("les périmètres sont dans l'ordre des points de code, ceux de l'unité de travail compris")
    def test_the_scopes_are_in_order_by_code_point_those_of_the_unit_among_them(self, store: Store) -> None:
        insert(store, a_plan("STR"), a_plan("É"), a_plan("a"))

        with store.unit_of_work() as unit:
            unit.plans.add(a_plan("CRE"))
            assert unit.plans.scopes() == ("site:CRE", "site:STR", "site:a", "site:É")
        with store.unit_of_work() as unit:
            assert unit.plans.scopes() == ("site:STR", "site:a", "site:É")

    @rule("les plans efficaces sur une cause sont ceux dont une action a été jugée telle")
    def test_the_plans_effective_on_a_cause_have_an_effective_action_in_the_unit(self, store: Store) -> None:
        insert(store, judged(a_plan("STR")), judged(a_plan("CRE"), Effectiveness.NOT_EFFECTIVE), a_plan("STD"))

        with store.unit_of_work() as unit:
            families = iter(["matériel", "organisation"])
            assert [plan.scope.key for plan in unit.plans.effective_on(families)[0]] == ["site:STR"]
            assert unit.plans.effective_on(["matériel"]) == unit.plans.effective_on([]) == ([], [])
            there = unit.plans.get("site:STR")
            unit.plans.save(plan_after(there, signed()(ActionReopened(action="A-1", reason="encore"))), there.version)
            unit.plans.add(judged(a_plan("MLN")))
            unit.plans.add(judged(a_plan("FDF")))
            found, _ = unit.plans.effective_on(["organisation"])
            assert [plan.scope.key for plan in found] == ["site:FDF", "site:MLN"]

    @rule("un plan lu, attendu, et changé entre-temps fait refuser la validation")
    def test_an_expected_plan_that_changed_refuses_the_commit(self, store: Store) -> None:
        insert(store, a_plan("CRE"), a_plan("STD"))

        with store.unit_of_work() as unit:
            unit.plans.expect(unit.plans.get("site:CRE"), unit.plans.get("site:STD"))
            save(store, plan_after(load_plan(store, "site:STD"), signed()(ActionProgressed(action="A-1"))), 1)
            unit.plans.expect(unit.plans.get("site:STD"))
            unit.plans.add(a_plan("STR"))
            with pytest.raises(StaleReadError, match="site:STD") as refused:
                unit.commit()

        assert (refused.value.expected, refused.value.found) == (1, 2)
        with store.unit_of_work() as unit:
            assert unit.plans.scopes() == ("site:CRE", "site:STD")

    @rule("un plan attendu et resté le même ne gêne personne, et n'est pas changé")
    def test_an_expected_plan_that_did_not_change_refuses_nothing(self, store: Store) -> None:
        insert(store, a_plan("CRE"), a_plan("STD"))
        read, written = load_plan(store, "site:STD"), load_plan(store)

        with store.unit_of_work() as unit:
            unit.plans.expect(read, written)
            with store.unit_of_work() as other:
                other.plans.expect(read)
                other.plans.add(a_plan("STR"))
                other.commit()
            unit.plans.save(plan_after(written, signed()(ActionProgressed(action="A-1"))), 1)
            unit.commit()

        assert (load_plan(store).version, load_plan(store, "site:STD")) == (2, read)

    @rule(
        "un plan sans histoire ne s'attend pas : c'est un verrou optimiste qui le remplace",
        message=("hold an optimistic lock",),
    )
    def test_a_plan_without_events_cannot_be_expected(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(ValueError, match="hold an optimistic lock"):
            unit.plans.expect(Pgaac(scope=PlanScope.site("CRE")))

    @rule("les noms les plus longs des plans sont tenus et retrouvés")
    def test_the_longest_names_of_plans_are_stored_and_found(self, store: Store) -> None:
        names = ["".join(chr(0x20000 + start + sign) for sign in range(LONGEST_NAME)) for start in range(0, 600, 200)]
        plan = a_plan(names[0], "A" * 40, cases=(names[2],), cause_family=names[1])
        insert(store, plan)

        with store.unit_of_work() as unit:
            assert unit.plans.served_cases() == {names[2]}
            assert unit.plans.get(plan.scope.key) == plan

    @rule("une partie d'un plan est celle du plan entier : ces actions, leurs événements, leurs textes")
    def test_a_part_of_a_plan_is_that_of_the_whole_plan(self, store: Store) -> None:
        plan = plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2"))))
        plan = plan_after(plan, signed()(amended("A-1", what="tenir deux viviers")), signed()(published()))
        insert(store, plan_after(plan, signed()(TextsForgotten(action="A-2", kinds=(TextKind.PERSONAL,)))))
        whole = load_plan(store)

        with store.unit_of_work() as unit:
            for actions in (["A-1"], ["A-2"], iter(["A-2", "A-1", "A-9"]), ["A-9"], []):
                named = tuple(actions)
                part = unit.plans.part("site:CRE", iter(named))
                assert part == whole.part(named)
            outline = unit.plans.part("site:CRE")
            assert outline == whole.part()
            assert unit.plans.with_published(outline, 0, 9).published_plans == whole.published_plans
            with pytest.raises(PlanNotFoundError):
                unit.plans.part("nation", ["A-1"])

    @rule("des parties de plusieurs plans se lisent ensemble, celles de plans en attente comprises, sans plan absent")
    def test_parts_of_several_plans_are_read_together(self, store: Store) -> None:
        plans = {plan.scope.key: plan for plan in (a_plan(), a_plan("GAP"), a_plan("STD"))}
        insert(store, *list(plans.values())[:2])

        with store.unit_of_work() as unit:
            unit.plans.add(plans["site:STD"])
            wanted = {"site:STD": ["A-1"], "nation": ["A-1"], "site:GAP": ["A-1"], "site:CRE": ["A-9"]}
            found, corrupt = unit.plans.parts(wanted)

        assert found == [plans[key].part(wanted[key]) for key in wanted if key in plans]
        assert corrupt == []

    @rule(
        "une opération sur une partie d'un plan vaut pour le plan entier, textes et effacements compris", source="I17"
    )
    def test_what_is_done_to_a_part_is_done_to_the_whole_plan(self, store: Store) -> None:
        insert(store, plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2")))))

        part = extended(
            store, ["A-1"], lambda part: plan_after(part, signed()(ActionDone(action="A-1", evidence="la liste")))
        )
        added = extended(
            store, ["A-3"], lambda part: plan_after(part, signed()(ActionAdded.of(a_sheet("A-3", what="relire"))))
        )
        gone = extended(store, ["A-2"], lambda part: plan_after(part, signed()(TextsForgotten(action="A-2"))))
        issued = extended(store, None, lambda part: plan_after(part, signed()(published())))

        plan = load_plan(store)
        assert (part, added, gone) == (
            attrs.evolve(plan.part(["A-1"]), version=3, recorded_at=part.recorded_at),
            attrs.evolve(plan.part(["A-3"]), version=4, recorded_at=added.recorded_at),
            attrs.evolve(plan.part(["A-2"]), version=5, recorded_at=gone.recorded_at),
        )
        assert (issued.part(), issued.published_plans) == (plan.part(), plan.published_plans)
        assert plan == Pgaac.from_events(plan.scope, plan.events, plan.vault)
        with store.unit_of_work() as unit:
            assert unit.plans.find_inconsistencies(plan) == ()

    @rule("de deux qui changent deux actions d'un plan, l'un est refusé, avec les deux versions")
    def test_of_two_writers_on_two_parts_of_a_plan_one_is_refused_with_both_versions(self, store: Store) -> None:
        insert(store, plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2")))))

        with store.unit_of_work() as late:
            part, new = (late.plans.part("site:CRE", [one]) for one in ("A-1", "A-3"))
            late.plans.extend(plan_after(part, signed()(ActionProgressed(action="A-1"))), 2)
            extended(store, ["A-2"], lambda part: plan_after(part, signed()(ActionProgressed(action="A-2"))))
            with pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
                late.commit()
        later = plan_after(new, signed()(ActionAdded.of(a_sheet("A-3"))), signed()(ActionProgressed(action="A-3")))
        with store.unit_of_work() as unit, pytest.raises(ConcurrentChangeError) as told_early:
            unit.plans.extend(later, 2)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 2, 3)
        assert (told_early.value.expected, told_early.value.found) == (2, 3)
        assert load_plan(store).action("A-1").started is None

    @rule(
        "une partie sans événement nouveau, ou d'un plan jamais ajouté, ne s'enregistre pas",
        message=("adds no event to version",),
    )
    def test_a_part_without_a_new_event_or_of_no_plan_is_not_stored(self, store: Store) -> None:
        insert(store, a_plan())

        with store.unit_of_work() as unit:
            part = unit.plans.part("site:CRE", ["A-1"])
            with pytest.raises(ValueError, match="adds no event to version"):
                unit.plans.extend(part, 1)
            with pytest.raises(PlanNotFoundError):
                unit.plans.extend(a_plan("STD").part(["A-1"]), 1)

    @rule("une unité de travail retrouve le plan entier dont elle a écrit une partie, puis une autre")
    def test_a_unit_finds_the_whole_plan_of_which_it_wrote_parts(self, store: Store) -> None:
        insert(store, plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2")))))
        with store.unit_of_work() as unit:
            unit.plans.extend(
                plan_after(unit.plans.part("site:CRE", ["A-1"]), signed()(ActionProgressed(action="A-1"))), 2
            )
            second = unit.plans.part("site:CRE", ["A-2"])
            unit.plans.extend(plan_after(second, signed()(ActionProgressed(action="A-2"))), 3)
            plan = unit.plans.get("site:CRE")
            unit.plans.save(plan_after(plan, signed()(published())), 4)
            unit.plans.extend(
                plan_after(
                    unit.plans.part("site:CRE", ["A-1"]), signed()(ActionAbandoned(action="A-1", reason="inutile"))
                ),
                5,
            )
            unit.commit()

        found = load_plan(store)
        assert [action.status for action in found.actions] == [ActionStatus.ABANDONED, ActionStatus.IN_PROGRESS]
        assert (found.version, len(found.published_plans)) == (6, 1)
