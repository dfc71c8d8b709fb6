"""Values as code: pasted and run, it makes an equal value."""

import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core import ABSENT, UNKNOWN, BusinessCalendar, Policy, m2_1
from reclamation_core.policy import Parameters, SurveyParameters
from reclamation_core.testing import strategies
from reclamation_core.testing._code import Imports, code_of
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.properties import PropertyFailedError
from reclamation_core.testing.properties.base import property_named
from reclamation_core.vocabulary import Level
from tests.unit.testing.properties import broken_policies
from tests.unit.testing.properties.test_properties import under


def made_by(code: str, imports: Imports) -> Any:
    """What the code makes, after its imports."""
    names: dict[str, Any] = {}
    exec("\n".join([*imports, f"made = {code}"]), names)  # noqa: S102  what is tested
    return names["made"]


@given(
    st.one_of(
        strategies.complaint_facts(),
        strategies.malfunction_facts(),
        strategies.command_sequences(most=3),
        strategies.policies(),
        strategies.calendars(),
        st.dictionaries(st.sampled_from(["a", "b"]), st.lists(st.floats(allow_nan=False))),
    )
)
def test_code_makes_an_equal_value(value: Any) -> None:
    imports: Imports = {}
    assert made_by(code_of(value, imports), imports) == value


@pytest.mark.parametrize(
    "value",
    [
        UNKNOWN,
        ABSENT,
        None,
        Level.NATIONAL,
        Decimal("1.50"),
        float("inf"),
        datetime(2026, 5, 2, 9, 30, tzinfo=ZoneInfo("Europe/Paris")),
        datetime(2026, 5, 2, 9, 30, tzinfo=UTC),
        date(2026, 5, 2),
        timedelta(minutes=5),
        (1,),
        (),
        frozenset({1}),
        frozenset(),
        set(),
        {"l'été": ["« oui »"]},
        BusinessCalendar.france(),
        a_complaint(satisfaction=None),
        m2_1(),
        Policy(edition="la nôtre", parameters=Parameters(survey=SurveyParameters(threshold=7))),
    ],
    ids=repr,
)
def test_code_makes_each_kind_of_value(value: Any) -> None:
    imports: Imports = {}
    assert made_by(code_of(value, imports), imports) == value


def test_what_no_code_makes_is_no_code() -> None:
    with pytest.raises(SyntaxError):
        made_by(code_of(lambda: None, {}), {})


@pytest.mark.parametrize("name", ["an-opinion-is-out-of-scope", "a-high-note-changes-nothing"])
def test_a_failing_property_prints_code_that_fails_in_the_same_way(name: str) -> None:
    broken = broken_policies.BROKEN[name]
    with pytest.raises(PropertyFailedError) as caught:
        property_named(name).check(broken, examples_of=4711)
    error = caught.value
    lines = str(error).partition("\n\n")[2].splitlines()

    assert lines == error.code.splitlines()
    [subject] = [line for line in lines if line.startswith("policy = ")]
    assert f"# edition {broken.edition!r}, digest {broken.digest}" in subject
    assert lines[-1].endswith(f"property_named({name!r}).check(policy, examples_of=4711)")
    with pytest.raises(PropertyFailedError) as again:
        exec("\n".join(line for line in lines if line != subject), {"policy": broken})  # noqa: S102
    assert (again.value.witness, again.value.found) == (error.witness, error.found)
    with pytest.raises(PropertyFailedError) as the_same:
        property_named(name).check(broken, examples_of=4711)
    assert the_same.value.code == error.code
    assert str(pickle.loads(pickle.dumps(attrs.evolve(error, found=1)))).endswith(error.code)


@pytest.mark.slow
def test_the_seed_of_a_failure_is_printed_unless_the_settings_determine_the_examples() -> None:
    prop, broken = property_named("an-opinion-is-out-of-scope"), broken_policies.BROKEN["an-opinion-is-out-of-scope"]
    for derandomize in (True, False):
        with under(settings(settings(), derandomize=derandomize)), pytest.raises(PropertyFailedError) as caught:
            prop.check(broken)
        assert ("examples_of=" in caught.value.code) is not derandomize
