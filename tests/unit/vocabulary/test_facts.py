"""The facts refuse invalid values, and distinguish a missing fact from zero and from false."""

import copy
import pickle
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis.vendor.pretty import pretty

from reclamation_core import vocabulary
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from tests.lazy import pd

RECEIVED = datetime(2026, 5, 2, 9, 30, tzinfo=UTC)
VOCABULARIES = {
    "channel": vocabulary.Channel,
    "complainant": vocabulary.Complainant,
    "nature": vocabulary.Nature,
    "requirement": vocabulary.Requirement,
    "client_scope": vocabulary.ClientScope,
    "service_reach": vocabulary.ServiceReach,
    "mobilisation": vocabulary.Mobilisation,
}
TRUTHS = ("formal", "sold_service")
SEVERITIES = ("safety", "legal", "contract", "financial", "relation", "training")
BOUNDS = {**{f"severity_{domain}": (0, 4) for domain in SEVERITIES}, "likelihood": (1, 4)}
COUNTS = ("recurrences", "causes")
COMMON = ("service_reach", "mobilisation", *BOUNDS, *COUNTS)


def build(**given: Any) -> vocabulary.ComplaintFacts:
    return vocabulary.ComplaintFacts(received_at=RECEIVED, **given)


def refusal(**given: Any) -> FaultsError:
    with pytest.raises(FaultsError, match="expected") as caught:
        build(**given)
    return caught.value


def test_everything_but_the_receipt_may_be_left_out() -> None:
    facts = build()
    left_out = {name: value for name, value in attrs.asdict(facts).items() if name != "received_at"}
    assert left_out.pop("satisfaction") is ABSENT
    assert (left_out.pop("own"), len(left_out)) == ({}, 19)
    assert set(left_out.values()) == {UNKNOWN}


@pytest.mark.parametrize("name", [*VOCABULARIES, *TRUTHS, *BOUNDS, *COUNTS])
def test_none_becomes_unknown(name: str) -> None:
    assert getattr(build(**{name: None}), name) is UNKNOWN
    assert getattr(build(**{name: UNKNOWN}), name) is UNKNOWN


def test_there_may_be_no_note_or_an_unknown_one() -> None:
    assert build(satisfaction=None).satisfaction is ABSENT
    assert build(satisfaction=UNKNOWN).satisfaction is UNKNOWN


@pytest.mark.parametrize("name", [*VOCABULARIES, *TRUTHS, *BOUNDS, *COUNTS])
def test_no_other_fact_can_be_absent(name: str) -> None:
    assert [fault.path for fault in refusal(**{name: ABSENT}).faults] == [name]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_vocabulary_takes_its_members_and_their_codes_and_nothing_else(name: str) -> None:
    for member in VOCABULARIES[name]:
        assert getattr(build(**{name: member}), name) is member
        assert getattr(build(**{name: member.value}), name) is member
    for value in ["Courriel", "EMAIL", "", "unknown", vocabulary.Level.LOCAL, 0, True, 1.5]:
        (fault,) = refusal(**{name: value}).faults
        assert (fault.path, fault.value) == (name, value)


@pytest.mark.parametrize("name", TRUTHS)
def test_a_truth_is_true_or_false(name: str) -> None:
    assert getattr(build(**{name: True}), name) is True
    assert getattr(build(**{name: False}), name) is False


@pytest.mark.parametrize("name", TRUTHS)
@pytest.mark.parametrize("value", [0, 1, "true", "oui", 0.0])
def test_a_truth_is_neither_a_number_nor_a_text(name: str, value: object) -> None:
    (fault,) = refusal(**{name: value}).faults
    assert (fault.path, fault.value) == (name, value)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_rank_is_within_its_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    for value in range(least, most + 1):
        assert getattr(build(**{name: value}), name) == value
    for value in (least - 1, most + 1):
        (fault,) = refusal(**{name: value}).faults
        assert (fault.path, fault.value) == (name, value)


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_never_negative(name: str) -> None:
    assert getattr(build(**{name: 0}), name) == 0
    assert getattr(build(**{name: 10_000}), name) == 10_000
    (fault,) = refusal(**{name: -1}).faults
    assert "at least 0" in fault.expected.en


@pytest.mark.parametrize("name", [*BOUNDS, *COUNTS])
@pytest.mark.parametrize("value", [True, False, 1.0, "1", Decimal(1)])
def test_a_number_is_whole_and_no_truth(name: str, value: object) -> None:
    (fault,) = refusal(**{name: value}).faults
    assert fault.path == name
    assert fault.value is value


@pytest.mark.parametrize("value", [0, 5.999, Decimal("5.5"), -1, 11, 10**400, Decimal("1E+400")])
def test_a_note_is_any_finite_number_for_the_scale_is_the_policys(value: float | Decimal) -> None:
    assert build(satisfaction=value).satisfaction == value


def test_a_note_that_is_not_a_finite_number_is_refused() -> None:
    for value in [float("nan"), float("inf"), Decimal("-Infinity"), Decimal("NaN"), Decimal("sNaN"), True, "5"]:
        (fault,) = refusal(satisfaction=value).faults
        assert fault.path == "satisfaction", value
        assert fault.value is value, value


@pytest.mark.parametrize("value", [datetime(2026, 5, 2, 9, 30), date(2026, 5, 2), None, UNKNOWN])  # noqa: DTZ001
def test_a_receipt_without_a_time_zone_is_refused_with_the_remedy(value: Any) -> None:
    for facts in (vocabulary.ComplaintFacts, vocabulary.MalfunctionFacts):
        with pytest.raises(FaultsError, match="with their offset") as caught:
            facts(received_at=value)
        (fault,) = caught.value.faults
        assert (fault.path, fault.value) == ("received_at", value)


def test_a_receipt_as_text_is_refused_with_the_remedy() -> None:
    classes: tuple[Any, ...] = (vocabulary.ComplaintFacts, vocabulary.MalfunctionFacts)
    for facts in classes:
        with pytest.raises(FaultsError, match=r"not the text of them: parse it to a datetime first"):
            facts(received_at="2026-05-02T09:30:00+02:00")


@pytest.mark.parametrize("value", ["Mme Roy est déçue", ["local"], {"complainant": "Mme Roy"}, b"Roy", (1,)], ids=repr)
@pytest.mark.parametrize("name", ["channel", "formal", "severity_legal", "satisfaction"])
def test_a_refused_value_that_may_hold_personal_text_is_redacted(name: str, value: object) -> None:
    refused = refusal(**{name: value})
    (fault,) = refused.faults
    assert (fault.path, fault.value) == (name, REDACTED)
    assert str(refused).startswith(f"{name}: ...; ")


@pytest.mark.parametrize("value", [1j, object()], ids=["complex", "object"])
def test_a_refused_object_is_reported_by_its_class(value: object) -> None:
    (fault,) = refusal(severity_legal=value).faults
    assert fault.value == f"a {type(value).__name__}"


def test_values_of_numpy_and_pandas_become_those_of_python() -> None:
    for name, given, kept in [
        ("severity_legal", np.int64(2), 2),
        ("recurrences", np.uint8(3), 3),
        ("formal", np.bool_(True), True),
        ("satisfaction", np.float32(5.5), 5.5),
        ("satisfaction", np.int16(5), 5),
        ("received_at", type("Timestamp", (datetime,), {})(2026, 5, 2, 9, 30, tzinfo=UTC), RECEIVED),
    ]:
        facts: Any = vocabulary.ComplaintFacts(**{"received_at": RECEIVED, name: given})
        assert getattr(facts, name) == kept, given
        assert type(getattr(facts, name)) is type(kept), given
        assert hash(facts) == hash(vocabulary.ComplaintFacts(**{"received_at": RECEIVED, name: kept}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "given"), [("severity_legal", np.int64(5)), ("severity_legal", np.bool_(True))])
def test_what_is_refused_of_python_is_refused_of_numpy_too(name: str, given: object) -> None:
    assert {fault.path for fault in refusal(**{name: given}).faults} == {name}


@pytest.mark.engines
def test_the_missing_value_of_pandas_is_refused_by_its_class() -> None:
    (fault,) = refusal(severity_legal=pd.NA).faults
    assert fault.value == "a NAType"


@pytest.mark.engines
def test_the_missing_instant_of_pandas_is_no_receipt_and_hides_no_other_fault() -> None:
    with pytest.raises(FaultsError) as caught:
        vocabulary.ComplaintFacts(received_at=pd.NaT, channel="zz")
    assert {fault.path for fault in caught.value.faults} == {"received_at", "channel"}


def test_all_refusals_come_at_once_and_are_value_errors() -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        vocabulary.ComplaintFacts(received_at=None, channel="fax", formal=1, causes=-1)  # type: ignore[arg-type]
    assert isinstance(caught.value, FaultsError)
    assert {fault.path for fault in caught.value.faults} == {"received_at", "channel", "formal", "causes"}


def test_facts_are_values() -> None:
    facts = build(channel="email", satisfaction=4)
    assert facts == build(channel=vocabulary.Channel.EMAIL, satisfaction=4)
    assert hash(facts) == hash(build(channel=vocabulary.Channel.EMAIL, satisfaction=4))
    assert facts != build(channel="phone", satisfaction=4)
    assert pickle.loads(pickle.dumps(facts)) == facts == copy.deepcopy(facts)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        facts.channel = vocabulary.Channel.PHONE  # type: ignore[misc]
    with pytest.raises(AttributeError):
        facts.canal = "email"  # type: ignore[attr-defined]


def test_changed_facts_are_checked_again() -> None:
    assert attrs.evolve(build(), channel="phone").channel is vocabulary.Channel.PHONE
    with pytest.raises(FaultsError, match="one of these codes"):
        attrs.evolve(build(), channel="fax")


def test_a_malfunction_has_no_client() -> None:
    assert vocabulary.MalfunctionFacts(received_at=RECEIVED).client_scope is ABSENT
    assert {field.name for field in attrs.fields(vocabulary.MalfunctionFacts)} == {"received_at", "own", *COMMON}
    with pytest.raises(TypeError, match="client_scope"):
        vocabulary.MalfunctionFacts(received_at=RECEIVED, client_scope="local")  # type: ignore[call-arg]


@pytest.mark.parametrize("name", COMMON)
def test_a_malfunction_checks_its_facts_as_a_complaint_does(name: str) -> None:
    unknown: dict[str, Any] = {name: None}
    assert getattr(vocabulary.MalfunctionFacts(received_at=RECEIVED, **unknown), name) is UNKNOWN
    with pytest.raises(FaultsError, match=name) as caught:
        vocabulary.MalfunctionFacts(received_at=RECEIVED, **{name: "fax"})  # type: ignore[arg-type]
    assert caught.value.faults == refusal(**{name: "fax"}).faults


def test_facts_are_printed_as_the_arguments_that_are_known() -> None:
    noted = vocabulary.ComplaintFacts(
        received_at=datetime(2026, 5, 2, 9, tzinfo=UTC), channel="survey", satisfaction=UNKNOWN
    )
    printed = pretty(noted)
    assert re.sub(r"\s+", " ", printed) == (
        "ComplaintFacts(received_at=datetime.datetime(2026, 5, 2, 9, 0, tzinfo=datetime.timezone.utc), "
        "channel='survey', satisfaction=UNKNOWN)"
    )


def test_a_fact_is_found_by_its_name_in_facts_of_either_kind() -> None:
    complaint, malfunction = build(channel="phone"), vocabulary.MalfunctionFacts(received_at=build().received_at)
    for facts in (complaint, malfunction):
        assert {name: facts.get(name) for name in attrs.asdict(facts)} == attrs.asdict(facts)
    assert complaint.get("channel", UNKNOWN) is vocabulary.Channel.PHONE
    assert (malfunction.get("channel"), malfunction.get("channel", UNKNOWN)) == (None, UNKNOWN)
