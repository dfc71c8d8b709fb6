"""The contract of `CaseRepository`: keeping, and finding by reference and by source."""

from __future__ import annotations

import attrs
import pytest

from reclamation_core.cases import Case, CaseState
from reclamation_core.cases.checks import LONGEST_NAME
from reclamation_core.ports import CaseNotFoundError, CaseQuery, ConcurrentChangeError, RepeatedSourceError, Store
from tests.contracts.stores import StoreContract, a_case, keep, kept, save, with_support


class CaseRepositoryContract(StoreContract):
    """What a repository of cases promises, queries apart."""

    def test_a_case_that_was_added_is_got_with_its_events_and_texts(self, store: Store) -> None:
        case = a_case(verbatim="Le formateur est absent", complainant="Mme Durand")
        keep(store, case)

        found = kept(store, case.reference)

        assert found == case
        assert [secret.text for secret in found.vault] == [secret.text for secret in case.vault]
        assert Case.from_events(found.events, found.vault) == found

    def test_a_case_may_be_added_with_a_longer_story(self, store: Store) -> None:
        longer = with_support(a_case())
        keep(store, longer)

        assert kept(store, longer.reference).version == 2
        assert [item.event.number for item in store.feed.read()] == [1, 2]

    def test_a_reference_is_taken_once_and_the_refusal_gives_both_versions(self, store: Store) -> None:
        case = a_case()
        keep(store, with_support(case))

        with store.unit_of_work() as unit, pytest.raises(ConcurrentChangeError, match="version 2 is stored") as refused:
            unit.cases.add(case)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == (case.reference, 0, 2)

    def test_a_source_gives_one_case_and_the_refusal_names_it(self, store: Store) -> None:
        keep(store, a_case(source="mail-1"))

        with store.unit_of_work() as unit, pytest.raises(RepeatedSourceError, match="mail-1") as refused:
            unit.cases.add(a_case(2, source="mail-1"))

        assert (refused.value.source, refused.value.reference) == ("mail-1", "R-2026-000001")

    def test_a_source_is_refused_to_a_second_case_of_the_same_unit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            with pytest.raises(RepeatedSourceError) as refused:
                unit.cases.add(a_case(2, source="mail-1"))

        assert refused.value.reference == "R-2026-000001"

    def test_several_are_added_as_one_after_the_other(self, store: Store) -> None:
        cases = [a_case(number, source=f"mail-{number}") for number in (2, 1, 3)]

        with store.unit_of_work() as unit:
            unit.cases.add(*cases)
            unit.cases.add()
            unit.commit()

        assert [kept(store, case.reference) for case in cases] == cases

    def test_of_several_one_that_is_taken_is_refused(self, store: Store) -> None:
        keep(store, with_support(a_case(2)), a_case(3, source="mail-3"))

        with store.unit_of_work() as unit, pytest.raises(ConcurrentChangeError) as taken:
            unit.cases.add(a_case(1), a_case(2))
        with store.unit_of_work() as unit, pytest.raises(RepeatedSourceError) as known:
            unit.cases.add(a_case(1), a_case(4, source="mail-3"))
        with store.unit_of_work() as unit, pytest.raises(RepeatedSourceError) as twice:
            unit.cases.add(a_case(4, source="mail-4"), a_case(5, source="mail-4"))

        assert (taken.value.reference, taken.value.found) == ("R-2026-000002", 2)
        assert (known.value.source, known.value.reference) == ("mail-3", "R-2026-000003")
        assert (twice.value.source, twice.value.reference) == ("mail-4", "R-2026-000004")

    def test_a_unit_refuses_what_it_added_before_among_several(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(1, source="mail-1"))
            with pytest.raises(ConcurrentChangeError):
                unit.cases.add(a_case(2), a_case(1))
            with pytest.raises(RepeatedSourceError):
                unit.cases.add(a_case(3), a_case(4, source="mail-1"))

    def test_several_sources_give_their_cases_those_of_the_unit_too(self, store: Store) -> None:
        first, second, other = a_case(1, source="mail-1"), a_case(2, source="mail-2"), a_case(3)
        keep(store, first, other)

        with store.unit_of_work() as unit:
            unit.cases.add(second)
            found = unit.cases.by_sources(["mail-2", "mail-1", "mail-9"])
            assert unit.cases.by_sources([]) == {}

        assert found == {"mail-1": first, "mail-2": second}

    def test_more_sources_than_one_statement_takes_are_looked_for(self, store: Store) -> None:
        keep(store, a_case(1, source="mail-1"))

        with store.unit_of_work() as unit:
            found = unit.cases.by_sources([f"mail-{number}" for number in range(1200)])

        assert list(found) == ["mail-1"]

    def test_cases_without_a_source_are_as_many_as_one_likes(self, store: Store) -> None:
        keep(store, a_case(), a_case(2))

        assert kept(store, "R-2026-000002").source is None

    def test_a_case_is_saved_on_the_version_it_was_loaded_at(self, store: Store) -> None:
        case = a_case()
        keep(store, case)

        save(store, with_support(case), 1)

        assert kept(store, case.reference).version == 2

    def test_the_texts_kept_are_those_that_the_case_has_now(self, store: Store) -> None:
        case = a_case(complainant="Mme Durand")
        keep(store, case)
        changed = with_support(case)

        save(store, attrs.evolve(changed, vault=changed.vault.without([secret.commitment for secret in case.vault])), 1)

        assert "le courriel" in [secret.text for secret in kept(store, case.reference).vault]
        assert "Mme Durand" not in [secret.text for secret in kept(store, case.reference).vault]

    def test_of_two_writers_on_one_case_one_is_refused_with_both_versions(self, store: Store) -> None:
        case = a_case()
        keep(store, case)
        save(store, with_support(case), 1)

        with pytest.raises(ConcurrentChangeError, match="made on version 1, version 2 is stored") as refused:
            save(store, with_support(case, "un autre"), 1)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == (case.reference, 1, 2)
        assert kept(store, case.reference).version == 2

    def test_of_two_units_begun_together_the_second_to_commit_is_refused(self, store: Store) -> None:
        case = a_case()
        keep(store, case)

        with store.unit_of_work() as late:
            late.cases.save(with_support(late.cases.get(case.reference), "un autre"), 1)
            save(store, with_support(case), 1)
            with pytest.raises(ConcurrentChangeError) as refused:
                late.commit()

        assert (refused.value.expected, refused.value.found) == (1, 2)
        assert [event.number for event in kept(store, case.reference).events] == [1, 2]

    def test_what_was_never_added_cannot_be_saved(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(CaseNotFoundError, match="R-2026-000001") as refused:
            unit.cases.save(with_support(a_case()), 1)

        assert refused.value.reference == "R-2026-000001"

    def test_a_case_without_a_new_event_is_not_saved(self, store: Store) -> None:
        case = a_case()
        keep(store, case)

        with store.unit_of_work() as unit, pytest.raises(ValueError, match="adds no event to version 1"):
            unit.cases.save(case, 1)

    def test_a_missing_reference_is_told(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(CaseNotFoundError, match="'R-0' is not found") as refused:
            unit.cases.get("R-0")

        assert refused.value.reference == "R-0"

    def test_a_source_finds_its_case_or_none(self, store: Store) -> None:
        case = a_case(source="mail-1")
        keep(store, case)

        with store.unit_of_work() as unit:
            assert unit.cases.by_source("mail-1") == case
            assert unit.cases.by_source("mail-2") is None

    def test_a_unit_finds_what_it_added_and_saved(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            case = a_case(source="mail-1")
            unit.cases.add(case)
            assert unit.cases.by_source("mail-1") == unit.cases.get(case.reference) == case
            assert unit.cases.by_source("mail-2") is None

            unit.cases.save(with_support(case), 1)
            with pytest.raises(ConcurrentChangeError):
                unit.cases.save(with_support(case), 1)
            unit.commit()

        assert kept(store, case.reference).version == 2
        assert [item.event.number for item in store.feed.read()] == [1, 2]

    def test_what_is_handed_out_is_a_value(self, store: Store) -> None:
        case = a_case()
        keep(store, case)

        found = kept(store, case.reference)
        with_support(found)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            found.site = "STR"  # type: ignore[misc]

        assert kept(store, case.reference) == case
        assert kept(store, case.reference).state is CaseState.REGISTERED

    def test_the_longest_names_are_kept_and_found(self, store: Store) -> None:
        # Of four bytes each and none like another, so that no store makes them short.
        names = ["".join(chr(0x20000 + start + sign) for sign in range(LONGEST_NAME)) for start in range(0, 800, 200)]
        case = a_case()
        first = attrs.evolve(
            case.registration, site=names[0], handling_unit=names[1], service_sites=names[2:3], source=names[3]
        )
        named = Case.from_events([attrs.evolve(case.events[0], data=first)], case.vault)
        keep(store, named)

        with store.unit_of_work() as unit:
            assert unit.cases.by_source(names[3]) == named
            assert unit.cases.find(CaseQuery(sites=frozenset(names[:1]), owner=names[1])).cases == (named,)
