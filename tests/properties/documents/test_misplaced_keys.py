"""A key that another object of a document has is refused with that place, as the JSON Schemas have it."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.desk.commands import CASE_COMMANDS, PLAN_COMMANDS, Command, PlanCommand
from reclamation_core.documents.faults import UNKNOWN_KEY, redact_misplaced
from reclamation_core.documents.schema import json_schema
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.policy import Parameters, parse_policy
from reclamation_core.policy.documents import CODEC

Keys = dict[str, set[str]]


def document(read: Any, schema: Mapping[str, Any], **head: str) -> tuple[Any, dict[str, str], Keys]:
    """What reads a document, what names its type, and the keys of the object that each of its keys has, if any."""
    return read, head, {key: keys_of(part, schema) for key, part in schema["properties"].items()}


def keys_of(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> set[str]:
    """The keys of the object that a part of a schema describes; none if it is one of several classes."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    found = {*schema.get("properties", ())}.union(*(keys_of(part, whole) for part in schema.get("anyOf", ())))
    return found - {"missing"}


_DOCUMENTS: Final = [
    document(parse_policy, json_schema(CODEC, Parameters, "parameters")),
    *(
        document(cls.from_document, family.schema("x", verb), type=verb)
        for cls, family in ((Command, CASE_COMMANDS), (PlanCommand, PLAN_COMMANDS))
        for verb in family.classes
    ),
]


def fault_at(path: str, read: Any, document: Mapping[str, Any]) -> Fault:
    with pytest.raises(FaultsError) as refused:
        read(document)
    return next(fault for fault in refused.value.faults if fault.path == path)


@given(document=st.sampled_from([one for one in _DOCUMENTS if any(one[2].values())]), data=st.data())
def test_a_key_of_another_object_is_refused_with_its_place(document: Any, data: st.DataObject) -> None:
    read, head, keys = document
    key = data.draw(st.sampled_from(sorted(set().union(*keys.values()) - set(keys))))
    holders = [part for part, of in keys.items() if key in of]
    words = f"unknown key here; put it in {holders[0]!r}" if len(holders) == 1 else UNKNOWN_KEY.en
    assert fault_at(key, read, {**head, key: 1}).expected.en == words

    part = data.draw(st.sampled_from(sorted(part for part, of in keys.items() if of)))
    key = data.draw(st.sampled_from(sorted(set(keys) - keys[part] - {"type"})))
    fault = fault_at(f"{part}.{key}", read, {**head, part: {key: "Mme X"}})
    assert fault.expected.en == f"unknown key here; put it above {part!r}"
    assert redact_misplaced(fault).value is REDACTED
