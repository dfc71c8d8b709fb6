"""The contract of `CaseRepository`, and of the values that a store returns unchanged."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest

from reclamation_core.cases import Case
from reclamation_core.ports import CaseNotFoundError, CaseQuery, ConcurrentChangeError, RepeatedSourceError, Store
from reclamation_core.testing.contracts.base import Capability, PortContract, rule
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    a_case,
    insert,
    load,
    registered_as,
    renamed,
    save,
    texts,
    with_support,
    without_texts,
)
from reclamation_core.validators import LONGEST_NAME


def _add(store: Store, *cases: Case) -> None:
    """Add cases in one unit of work."""
    with store.unit_of_work() as unit:
        unit.cases.add(*cases)
        unit.commit()


class CaseStorageContract(PortContract):
    """Adding, saving and loading cases."""

    port = "CaseRepository"

    @rule("un dossier ajouté se retrouve avec ses événements et ses textes")
    def test_a_case_that_was_added_is_got_with_its_events_and_texts(self, store: Store) -> None:
        case = a_case(verbatim="Le formateur est absent", complainant="Mme Durand")
        insert(store, case)

        assert load(store, case.reference) == case

    @rule("un dossier peut être ajouté avec une histoire déjà longue")
    def test_a_case_may_be_added_with_several_events(self, store: Store) -> None:
        longer = with_support(a_case())
        insert(store, longer)

        assert load(store, longer.reference).version == 2
        assert [item.event.number for item in store.feed.read()] == [1, 2]

    @rule("une référence n'est prise qu'une fois, et le refus donne les deux versions")
    def test_a_reference_is_taken_once_and_the_refusal_gives_both_versions(self, store: Store) -> None:
        case = a_case()
        insert(store, with_support(case))

        with pytest.raises(ConcurrentChangeError, match="version 2 is stored") as refused:
            _add(store, case)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == (case.reference, 0, 2)

    @rule("un message source ne donne qu'un dossier, et le refus le nomme")
    def test_a_source_gives_one_case_and_the_refusal_names_it(self, store: Store) -> None:
        insert(store, a_case(source="mail-1"))

        with pytest.raises(RepeatedSourceError, match="mail-1") as refused:
            _add(store, a_case(2, source="mail-1"))

        assert (refused.value.source, refused.value.reference) == ("mail-1", FIRST)

    @rule("un message source est refusé à un second dossier de la même unité de travail")
    def test_a_source_is_refused_to_a_second_case_of_the_same_unit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            with pytest.raises(RepeatedSourceError) as refused:
                unit.cases.add(a_case(2, source="mail-1"))

        assert refused.value.reference == FIRST

    @rule("plusieurs dossiers s'ajoutent ensemble comme l'un après l'autre")
    def test_several_are_added_as_one_after_the_other(self, store: Store) -> None:
        cases = [a_case(number, source=f"mail-{number}") for number in (2, 1, 3)]

        with store.unit_of_work() as unit:
            unit.cases.add(*cases)
            unit.cases.add()
            unit.commit()

        assert [load(store, case.reference) for case in cases] == cases

    @rule("de plusieurs dossiers ajoutés ensemble, celui qui est déjà pris est refusé")
    def test_of_several_one_that_is_taken_is_refused(self, store: Store) -> None:
        insert(store, with_support(a_case(2)), a_case(3, source="mail-3"))

        with pytest.raises(ConcurrentChangeError) as taken:
            _add(store, a_case(1), a_case(2))
        with pytest.raises(RepeatedSourceError) as known:
            _add(store, a_case(1), a_case(4, source="mail-3"))
        with store.unit_of_work() as unit, pytest.raises(RepeatedSourceError) as twice:
            unit.cases.add(a_case(4, source="mail-4"), a_case(5, source="mail-4"))

        assert (taken.value.reference, taken.value.found) == (SECOND, 2)
        assert (known.value.source, known.value.reference) == ("mail-3", "R-2026-000003")
        assert (twice.value.source, twice.value.reference) == ("mail-4", "R-2026-000004")

    @rule("une unité de travail refuse parmi plusieurs ce qu'elle a déjà ajouté")
    def test_a_unit_refuses_what_it_added_before_among_several(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(1, source="mail-1"))
            with pytest.raises(ConcurrentChangeError):
                unit.cases.add(a_case(2), a_case(1))
            with pytest.raises(RepeatedSourceError):
                unit.cases.add(a_case(3), a_case(4, source="mail-1"))

    @rule("plusieurs messages sources donnent leurs dossiers, ceux de l'unité de travail compris")
    def test_several_sources_give_their_cases_those_of_the_unit_too(self, store: Store) -> None:
        first, second, other = a_case(1, source="mail-1"), a_case(2, source="mail-2"), a_case(3)
        insert(store, first, other)

        with store.unit_of_work() as unit:
            unit.cases.add(second)
            found = unit.cases.by_sources(["mail-2", "mail-1", "mail-9"])
            assert unit.cases.by_sources([]) == {}

        assert found == {"mail-1": (first,), "mail-2": (second,)}

    @rule("plus de messages sources qu'une requête n'en admet se cherchent en un appel")
    def test_more_sources_than_one_statement_takes_are_found(self, store: Store) -> None:
        insert(store, a_case(1, source="mail-1"))

        with store.unit_of_work() as unit:
            found = unit.cases.by_sources([f"mail-{number}" for number in range(1200)])

        assert list(found) == ["mail-1"]

    @rule("autant de dossiers que l'on veut peuvent être sans message source")
    def test_cases_without_a_source_are_as_many_as_one_likes(self, store: Store) -> None:
        insert(store, a_case(), a_case(2))

        assert load(store, SECOND).source is None

    @rule("un dossier s'enregistre sur la version à laquelle il a été chargé")
    def test_a_case_is_saved_on_the_version_it_was_loaded_at(self, store: Store) -> None:
        case = a_case()
        insert(store, case)

        changed = with_support(case)
        save(store, changed, 1)

        assert load(store, case.reference) == changed

    @rule("de deux qui changent un dossier, l'un est refusé, avec les deux versions")
    def test_of_two_writers_on_one_case_one_is_refused_with_both_versions(self, store: Store) -> None:
        case = a_case()
        insert(store, case)
        save(store, with_support(case), 1)

        with pytest.raises(ConcurrentChangeError, match="made on version 1, version 2 is stored") as refused:
            save(store, with_support(case, "un autre"), 1)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == (case.reference, 1, 2)
        assert "un autre" not in texts(load(store, case.reference))

    @rule("de deux unités de travail ouvertes ensemble, la seconde à valider est refusée")
    def test_of_two_units_begun_together_the_second_to_commit_is_refused(self, store: Store) -> None:
        case = a_case()
        insert(store, case)

        with store.unit_of_work() as late:
            late.cases.save(with_support(late.cases.get(case.reference), "un autre"), 1)
            save(store, with_support(case), 1)
            with pytest.raises(ConcurrentChangeError) as refused:
                late.commit()

        assert (refused.value.expected, refused.value.found) == (1, 2)
        assert [event.number for event in load(store, case.reference).events] == [1, 2]
        assert "un autre" not in texts(load(store, case.reference))

    @rule("ce qui n'a jamais été ajouté ne peut pas être enregistré")
    def test_a_case_that_was_never_added_cannot_be_saved(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(CaseNotFoundError, match=FIRST) as refused:
            unit.cases.save(with_support(a_case()), 1)

        assert refused.value.reference == FIRST

    @rule("un dossier sans événement nouveau ne s'enregistre pas", message=("adds no event to version",))
    def test_a_case_without_a_new_event_is_not_saved(self, store: Store) -> None:
        case = a_case()
        insert(store, case)

        with store.unit_of_work() as unit, pytest.raises(ValueError, match="adds no event to version"):
            unit.cases.save(case, 1)

    @rule("une référence absente est signalée")
    def test_a_missing_reference_is_an_error(self, store: Store) -> None:
        insert(store, a_case())

        with store.unit_of_work() as unit, pytest.raises(CaseNotFoundError, match="'R-0' is not found") as refused:
            unit.cases.get("R-0")

        assert refused.value.reference == "R-0"

    @rule("un dossier a les sites qui l'enregistrent, le servent et le traitent, et aucun autre")
    def test_a_case_has_the_sites_that_register_serve_and_handle_it(self, store: Store) -> None:
        insert(store, a_case(1, site="CRE", service_sites=("STD",), handling_unit="STR"), a_case(2, site="CRE"))

        with store.unit_of_work() as unit:
            for site in ("CRE", "STD", "STR"):
                assert unit.cases.has_site(FIRST, {site})
                assert unit.cases.has_site(FIRST, ["FDF", "\0", site])
            for sites in ((), ("FDF",), ("CR", "cre"), ("FDF", "ST")):
                assert not unit.cases.has_site(FIRST, sites)
            assert not unit.cases.has_site(SECOND, {"STD", "STR"})
            assert not unit.cases.has_site("R-0", {"CRE"})
            assert not unit.cases.has_site("R-2026-000001\0", {"CRE"})

    @rule("une unité de travail voit les sites du dossier qu'elle a ajouté, puis enregistré")
    def test_a_unit_sees_the_sites_of_the_case_that_it_added_and_saved(self, store: Store) -> None:
        insert(store, a_case(1, site="CRE"))

        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2, site="STR"))
            unit.cases.save(with_support(unit.cases.get(FIRST)), 1)
            for reference, own, other in ((FIRST, "CRE", "STR"), (SECOND, "STR", "CRE")):
                assert unit.cases.has_site(reference, {own})
                assert not unit.cases.has_site(reference, {other})

    @rule("les sites d'un dossier illisible sont connus", needs=Capability.TAMPERING)
    def test_the_sites_of_a_case_that_cannot_be_read_are_known(self, store: Store) -> None:
        insert(store, a_case(1, site="CRE"))
        self.rewrite_event(store, FIRST, 1, "{")

        with store.unit_of_work() as unit:
            assert unit.cases.has_site(FIRST, {"CRE"})
            assert not unit.cases.has_site(FIRST, {"STR"})

    @pytest.mark.parametrize("name", ["R-2026-000001\0", "\ud800"], ids=["NUL", "surrogate"])
    @rule("un texte qu'aucune base n'enregistre n'est la référence d'aucun dossier, et l'unité de travail continue")
    def test_an_unstorable_name_is_not_found_and_the_unit_goes_on(self, store: Store, name: str) -> None:
        case = a_case(source="mail-1")
        insert(store, case)

        with store.unit_of_work() as unit:
            with pytest.raises(CaseNotFoundError):
                unit.cases.get(name)
            assert unit.cases.by_source(name) == ()
            assert unit.cases.by_sources(["mail-1", name], ["CRE", name]) == {"mail-1": (case,)}
            assert unit.cases.get(case.reference) == case

    @rule("un message source retrouve son dossier, ou aucun")
    def test_a_source_finds_its_case_or_none(self, store: Store) -> None:
        case = a_case(source="mail-1")
        insert(store, case)

        with store.unit_of_work() as unit:
            assert unit.cases.by_source("mail-1") == (case,)
            assert unit.cases.by_source("mail-2") == ()

    @rule("des centres différents ont chacun leur dossier d'un même message source")
    def test_sites_have_a_case_each_of_one_source(self, store: Store) -> None:
        first, second = a_case(1, source="mail-1"), a_case(2, source="mail-1", site="STR")
        third = a_case(3, source="mail-1", site="FDF")
        insert(store, second, first)

        with store.unit_of_work() as unit:
            unit.cases.add(third)
            assert unit.cases.by_source("mail-1") == (first, second, third)
            assert unit.cases.by_sources(["mail-1", "mail-2"]) == {"mail-1": (first, second, third)}
            with pytest.raises(RepeatedSourceError) as repeated:
                unit.cases.add(a_case(4, source="mail-1", site="FDF"))
            assert repeated.value.reference == third.reference
            unit.commit()
        with pytest.raises(RepeatedSourceError) as repeated:
            _add(store, a_case(5, source="mail-2", site="STR"), a_case(6, source="mail-1", site="STR"))

        assert (repeated.value.source, repeated.value.reference) == ("mail-1", second.reference)

    @rule("un message source retrouve, de certains centres, les seuls dossiers de ces centres")
    def test_a_source_finds_the_cases_of_some_sites_alone(self, store: Store) -> None:
        first = a_case(1, source="mail-1")
        second = a_case(2, source="mail-1", site="STR", service_sites=("STD",))
        third = a_case(3, source="mail-1", site="FDF", handling_unit="CRE")
        insert(store, first, second)

        with store.unit_of_work() as unit:
            unit.cases.add(third)
            seen = {
                sites: unit.cases.by_source("mail-1", sites)
                for sites in [("CRE",), ("STR",), ("STD", "FDF"), ("GAP",), ("STR", "CRE")]
            }
            assert unit.cases.by_sources(["mail-1", "mail-2"], {"GAP"}) == {}

        assert seen == {
            ("CRE",): (first, third),
            ("STR",): (second,),
            ("STD", "FDF"): (second, third),
            ("GAP",): (),
            ("STR", "CRE"): (first, second, third),
        }

    @rule("une unité de travail retrouve le dossier qu'elle a ajouté, puis enregistré")
    def test_a_unit_finds_the_case_that_it_added_and_saved(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            case = a_case(source="mail-1")
            unit.cases.add(case)
            assert unit.cases.by_source("mail-1") == (unit.cases.get(case.reference),) == (case,)
            assert unit.cases.by_source("mail-2") == ()

            changed = with_support(case)
            unit.cases.save(changed, 1)
            assert unit.cases.get(case.reference) == changed
            with pytest.raises(ConcurrentChangeError):
                unit.cases.save(with_support(case), 1)
            unit.commit()

        assert load(store, case.reference) == changed
        assert [item.event.number for item in store.feed.read()] == [1, 2]

    @rule("ce qui a été remis reste comme il était, quoi que d'autres enregistrent")
    def test_a_loaded_case_is_unchanged_by_the_saves_of_others(self, store: Store) -> None:
        insert(store, a_case())
        with store.unit_of_work() as unit:
            got = unit.cases.get(FIRST)
            (listed,) = unit.cases.find(CaseQuery()).cases

        save(store, with_support(a_case()), 1)

        assert got.version == listed.version == 1
        assert load(store, FIRST).version == 2

    @rule("changer ce qui a été remis ne change rien à ce qui est tenu")
    def test_changing_loaded_values_does_not_change_stored_ones(self, store: Store) -> None:
        case = a_case(source="mail-1")
        insert(store, case)

        with store.unit_of_work() as unit:
            found = unit.cases.by_sources(["mail-1"])
        with_support(found["mail-1"][0])
        if isinstance(found, MutableMapping):
            found.clear()

        with store.unit_of_work() as unit:
            assert unit.cases.by_sources(["mail-1"]) == {"mail-1": (case,)}
            assert unit.cases.find(CaseQuery()).cases == (case,)


HOSTILE = (
    "'; DROP TABLE cases; --",
    '"a", \\"b\\", \\\\ % _ {} $1 ?',
    " des blancs autour \t",
    "à la ligne\r\net encore\n",
    "cafe\u0301 n'est pas café",
    "10\u00a0%, 1\u202f000\u202f€\u202f: oui\u00a0!",
    "ﬁn, ℡, İ, ß, \ufeff\u200f\u202eכתב\u202c",
    "\x01\x7f 👩\u200d👩 \U0010ffff",
    "null",
    "x" * 70_000,
)


class StoredValuesContract(PortContract):
    """Values that a repository of cases returns unchanged."""

    port = "CaseRepository"

    @rule("un texte revient signe pour signe, si long et si étrange soit-il")
    def test_a_text_comes_back_sign_by_sign_however_long_and_strange(self, store: Store) -> None:
        cases = [a_case(number, verbatim=text) for number, text in enumerate(HOSTILE, start=1)]
        insert(store, *cases)

        for case, text in zip(cases, HOSTILE, strict=True):
            found = load(store, case.reference)
            assert found.read(found.registration.verbatim) == text
            assert {secret.commitment for secret in found.vault} == {secret.commitment for secret in case.vault}

    @rule("les textes d'un dossier reviennent dans l'ordre où ils sont venus")
    def test_the_texts_of_a_case_come_back_in_the_order_in_which_they_came(self, store: Store) -> None:
        first = a_case(verbatim="Le formateur est absent", complainant="Mme Durand", remedy_sought="un remplaçant")
        longer = with_support(first, "le courriel")
        insert(store, first)
        save(store, longer, 1)
        insert(store, renamed(longer, SECOND))

        assert texts(load(store, FIRST)) == texts(longer)
        assert texts(load(store, SECOND)) == texts(longer)

    @rule("les textes tenus sont ceux que le dossier a maintenant : ce qui est oublié l'est", source="I17")
    def test_the_stored_texts_are_those_that_the_case_has_now(self, store: Store) -> None:
        case = a_case(complainant="Mme Durand")
        insert(store, case)
        changed = with_support(case)

        save(store, attrs.evolve(changed, vault=changed.vault.without([secret.commitment for secret in case.vault])), 1)

        assert "le courriel" in texts(load(store, FIRST))
        assert "Mme Durand" not in texts(load(store, FIRST))

    @rule("un dossier dont tout est oublié reste un dossier, avec son histoire", source="I17")
    def test_a_case_without_texts_stays_a_case(self, store: Store) -> None:
        case = a_case(complainant="Mme Durand", verbatim="La salle est froide")
        insert(store, case)

        save(store, without_texts(with_support(case)), 1)

        assert texts(load(store, FIRST)) == []
        assert [event.number for event in load(store, FIRST).events] == [1, 2]

    @rule("un instant reste le même, quel que soit son fuseau")
    def test_an_instant_of_any_time_zone_stays_the_same_instant(self, store: Store) -> None:
        paris = datetime(2026, 6, 2, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
        cayenne = datetime(2026, 6, 1, 20, tzinfo=timezone(timedelta(hours=-3)))
        case = with_support(a_case(received_at=paris), occurred_at=cayenne)
        insert(store, case)

        found = load(store, FIRST)

        assert found.received_at == found.events[0].occurred_at == paris
        assert found.events[1].occurred_at == cayenne

    @rule("un instant est tenu à la microseconde")
    def test_an_instant_is_stored_to_the_microsecond(self, store: Store) -> None:
        moment = datetime(2026, 6, 1, 9, 59, 59, 999_999, tzinfo=ZoneInfo("Europe/Paris"))
        insert(store, a_case(received_at=moment))

        found = load(store, FIRST)

        assert found.received_at == found.events[0].occurred_at == moment

    @rule("des références et des messages qui ne diffèrent que par la casse, un accent ou un blanc sont distincts")
    def test_names_that_differ_by_a_capital_an_accent_or_a_blank_are_different(self, store: Store) -> None:
        names = ["R-é", "R-e", "R-É", "R-e\u0301", "R-E", "R-e ", "R-%", "R-_", "R-'"]
        cases = [registered_as(renamed(a_case(), name), source=f"mail {name}") for name in names]
        insert(store, *cases)

        with store.unit_of_work() as unit:
            assert [unit.cases.get(name) for name in names] == cases
            assert [unit.cases.by_source(f"mail {name}") for name in names] == [(case,) for case in cases]
            assert unit.cases.by_source("mail r-e") == ()
            with pytest.raises(CaseNotFoundError):
                unit.cases.get("r-e")

    @rule("les noms les plus longs sont tenus et retrouvés")
    def test_the_longest_names_are_stored_and_found(self, store: Store) -> None:
        # Of four bytes each and none like another, so that no store makes them short.
        names = ["".join(chr(0x20000 + start + sign) for sign in range(LONGEST_NAME)) for start in range(0, 800, 200)]
        case: Case = registered_as(
            a_case(), site=names[0], handling_unit=names[1], service_sites=names[2:3], source=names[3]
        )
        insert(store, case)

        with store.unit_of_work() as unit:
            assert unit.cases.by_source(names[3]) == (case,)
            assert unit.cases.find(CaseQuery(sites=frozenset(names[:1]), owner=names[1])).cases == (case,)
