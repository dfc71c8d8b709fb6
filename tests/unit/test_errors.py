from __future__ import annotations

import copy
import importlib
import pickle
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, cast

import attrs
import pytest

from reclamation_core.cases.plans import PlanScope
from reclamation_core.errors import Fault, FaultsError, ReclamationError, WordedError
from reclamation_core.ports import SchemaError
from reclamation_core.wording import Wording
from scripts.surface import public_modules

DAYS = Fault("deadline.days", -1, Wording("au moins 1 jour", "at least 1 day"))
SCALE = Fault("scale", "dix", Wording("un nombre entier", "an integer"))


def test_a_fault_reads_as_one_sentence_in_each_language() -> None:
    assert DAYS.in_("fr") == "deadline.days : -1 ; au moins 1 jour"
    assert DAYS.in_("en") == str(DAYS) == "deadline.days: -1; at least 1 day"


@pytest.mark.parametrize("refused", [DAYS, FaultsError((DAYS,))])
def test_another_language_is_refused(refused: Fault | FaultsError) -> None:
    with pytest.raises(ValueError, match=r"^lang: 'de' is not a language"):
        refused.in_("de")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("length", "shown"), [(118, "x" * 118 + "'"), (119, "x" * 119 + "…"), (10**6, "x" * 119 + "…")]
)
def test_a_long_value_is_cut_in_the_sentence_and_kept_whole_in_the_fault(length: int, shown: str) -> None:
    fault = Fault("text", "x" * length, Wording("un texte court", "a short text"))

    assert str(fault) == f"text: '{shown}; a short text"
    assert fault.value == "x" * length


def test_an_error_shows_all_its_faults_one_a_line() -> None:
    error = FaultsError((DAYS, SCALE))

    assert error.in_("fr") == "deadline.days : -1 ; au moins 1 jour\nscale : 'dix' ; un nombre entier"
    assert str(error) == "deadline.days: -1; at least 1 day\nscale: 'dix'; an integer"


def test_an_error_keeps_its_faults_as_a_tuple_in_their_order() -> None:
    assert FaultsError([SCALE, DAYS]).faults == (SCALE, DAYS)


def test_an_error_without_a_fault_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^faults: an input without a fault is not refused; give at least one Fault$"):
        FaultsError(())


def test_an_error_is_caught_as_the_librarys_own_and_as_a_value_error() -> None:
    assert issubclass(FaultsError, ReclamationError)
    assert issubclass(FaultsError, ValueError)


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_keeps_its_faults_through_a_copy_and_a_pickle(travel: object) -> None:
    assert callable(travel)
    assert travel(FaultsError((DAYS, SCALE))).faults == (DAYS, SCALE)


def test_two_errors_of_the_same_faults_are_two_errors() -> None:
    assert FaultsError((DAYS,)) != FaultsError((DAYS,))


def test_a_number_too_long_to_be_written_is_still_told() -> None:
    assert str(Fault("causes", 10**5000, Wording("un nombre", "a number"))) == "causes: ...; a number"


def worded(of: type[WordedError] = WordedError) -> Iterator[type[WordedError]]:
    """Every error of the library that says itself in both languages."""
    for module in public_modules():
        importlib.import_module(module)
    for one in of.__subclasses__():
        if one.__module__.startswith("reclamation_core"):
            yield one
            yield from worded(one)


PARTS: dict[str, object] = {
    "days": 3,
    "day": date(2026, 5, 2),
    "first": date(2000, 1, 1),
    "last": date(2030, 12, 31),
    "instant": datetime(2026, 5, 2),  # noqa: DTZ001
    "suspensions": ((date(2026, 5, 2), date(2026, 5, 3)),),
    "scope": PlanScope.site("CRE"),
    "found": 4,
    "expected": 3,
    "published": 2,
    "known": ("CRE", "STD"),
    "editions": ("M2-1",),
    "sites": ("CRE",),
    "told": Wording("ce n'est pas une adresse ; écrivez-en une", "this is no address; write one"),
}
OWN_PARTS: dict[type[WordedError], dict[str, object]] = {SchemaError: {"found": "0004", "expected": "0003"}}


@pytest.mark.parametrize("error", sorted(set(worded()), key=str))
def test_an_error_says_its_values_and_a_remedy_in_both_languages(error: type[WordedError]) -> None:
    fields = [field.name for field in attrs.fields(cast("Any", error)) if field.default is attrs.NOTHING]
    parts = PARTS | OWN_PARTS.get(error, {})
    made = error(**{name: parts.get(name, f"<{name}>") for name in fields})

    french, english = made.in_("fr"), made.in_("en")
    assert english == str(made)
    assert french != english
    assert " ; " in french or " : " in french
    for name in set(fields) - PARTS.keys():
        assert f"<{name}>" in french
        assert f"<{name}>" in english
    with pytest.raises(ValueError, match="lang"):
        made.in_("de")  # type: ignore[arg-type]
