"""The contract of `CaseRepository`, of what it keeps: texts, names and instants come back as they were given."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest

from reclamation_core.cases import Case
from reclamation_core.cases.checks import LONGEST_NAME
from reclamation_core.ports import CaseNotFoundError, CaseQuery, Store
from reclamation_core.testing.contracts.making import (
    FIRST,
    SECOND,
    a_case,
    desk_on,
    keep,
    kept,
    registered,
    registered_as,
    renamed,
    save,
    texts,
    with_support,
    without_texts,
)
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import promise

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


class KeptValuesContract(PortContract):
    """What a repository of cases promises of the values that it keeps."""

    port = "CaseRepository"

    @promise("un texte revient signe pour signe, si long et si étrange soit-il")
    def test_a_text_comes_back_sign_by_sign_however_long_and_strange(self, store: Store) -> None:
        cases = [a_case(number, verbatim=text) for number, text in enumerate(HOSTILE, start=1)]
        keep(store, *cases)

        for case, text in zip(cases, HOSTILE, strict=True):
            found = kept(store, case.reference)
            assert found.read(found.registration.verbatim) == text
            assert {secret.commitment for secret in found.vault} == {secret.commitment for secret in case.vault}

    @promise("les textes d'un dossier reviennent dans l'ordre où ils sont venus")
    def test_the_texts_of_a_case_come_back_in_the_order_in_which_they_came(self, store: Store) -> None:
        first = a_case(verbatim="Le formateur est absent", complainant="Mme Durand", remedy_sought="un remplaçant")
        longer = with_support(first, "le courriel")
        keep(store, first)
        save(store, longer, 1)
        keep(store, renamed(longer, SECOND))

        assert texts(kept(store, FIRST)) == texts(longer)
        assert texts(kept(store, SECOND)) == texts(longer)

    @promise("un texte qu'aucun entrepôt ne garde, un NUL dedans, est refusé, et rien n'est tenu")
    def test_a_text_that_no_store_keeps_is_refused_and_nothing_is_kept(self, store: Store) -> None:
        for text in ("un NUL\0 dedans", "\ud83d"):
            with pytest.raises(ValueError, match="which no store keeps"):
                registered(desk_on(store), verbatim=text)

        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0

    @promise("les textes tenus sont ceux que le dossier a maintenant : ce qui est oublié l'est", source="I17")
    def test_the_texts_kept_are_those_that_the_case_has_now(self, store: Store) -> None:
        case = a_case(complainant="Mme Durand")
        keep(store, case)
        changed = with_support(case)

        save(store, attrs.evolve(changed, vault=changed.vault.without([secret.commitment for secret in case.vault])), 1)

        assert "le courriel" in texts(kept(store, FIRST))
        assert "Mme Durand" not in texts(kept(store, FIRST))

    @promise("un dossier dont tout est oublié reste un dossier, avec son histoire", source="I17")
    def test_a_case_all_of_whose_texts_are_forgotten_stays_a_case(self, store: Store) -> None:
        case = a_case(complainant="Mme Durand", verbatim="La salle est froide")
        keep(store, case)

        save(store, without_texts(with_support(case)), 1)

        assert texts(kept(store, FIRST)) == []
        assert [event.number for event in kept(store, FIRST).events] == [1, 2]

    @promise("un instant reste le même instant, quel que soit le fuseau où il a été dit")
    def test_an_instant_stays_the_same_instant_whatever_zone_it_was_told_in(self, store: Store) -> None:
        paris = datetime(2026, 6, 2, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
        cayenne = datetime(2026, 6, 1, 20, tzinfo=timezone(timedelta(hours=-3)))
        case = with_support(a_case(received_at=paris), occurred_at=cayenne)
        keep(store, case)

        found = kept(store, FIRST)

        assert found.received_at == found.events[0].occurred_at == paris
        assert found.events[1].occurred_at == cayenne
        assert all(event.occurred_at.utcoffset() is not None for event in found.events)

    @promise("un instant est tenu à la microseconde")
    def test_an_instant_is_kept_to_the_microsecond(self, store: Store) -> None:
        moment = datetime(2026, 6, 1, 9, 59, 59, 999_999, tzinfo=ZoneInfo("Europe/Paris"))
        keep(store, a_case(received_at=moment))

        found = kept(store, FIRST)

        assert found.received_at == found.events[0].occurred_at == moment

    @promise("des références et des messages qui ne diffèrent que par la casse, un accent ou un blanc sont distincts")
    def test_names_that_differ_by_a_capital_an_accent_or_a_blank_are_different(self, store: Store) -> None:
        names = ["R-é", "R-e", "R-É", "R-e\u0301", "R-E", "R-e ", "R-%", "R-_", "R-'"]
        cases = [registered_as(renamed(a_case(), name), source=f"mail {name}") for name in names]
        keep(store, *cases)

        with store.unit_of_work() as unit:
            assert [unit.cases.get(name) for name in names] == cases
            assert [unit.cases.by_source(f"mail {name}") for name in names] == cases
            assert unit.cases.by_source("mail r-e") is None
            with pytest.raises(CaseNotFoundError):
                unit.cases.get("r-e")

    @promise("les noms les plus longs sont tenus et retrouvés")
    def test_the_longest_names_are_kept_and_found(self, store: Store) -> None:
        # Of four bytes each and none like another, so that no store makes them short.
        names = ["".join(chr(0x20000 + start + sign) for sign in range(LONGEST_NAME)) for start in range(0, 800, 200)]
        case: Case = registered_as(
            a_case(), site=names[0], handling_unit=names[1], service_sites=names[2:3], source=names[3]
        )
        keep(store, case)

        with store.unit_of_work() as unit:
            assert unit.cases.by_source(names[3]) == case
            assert unit.cases.find(CaseQuery(sites=frozenset(names[:1]), owner=names[1])).cases == (case,)
