"""Events in envelopes of CloudEvents 1.0, held to the rules of the specification."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reclamation_core.cases import event_document, read_event
from reclamation_core.errors import FaultsError
from tests.unit.desk.factories import closed, new_desk

TEXT: Final = {"type": "string", "minLength": 1}
# Written from the text of the specification: required attributes, types, and names of small letters and digits.
SPECIFICATION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "source", "specversion", "type"],
    "properties": {
        "id": TEXT,
        "source": {**TEXT, "format": "uri-reference"},
        "specversion": {"const": "1.0"},
        "type": TEXT,
        "datacontenttype": {"const": "application/json"},  # the data is a JSON object
        "dataschema": {**TEXT, "format": "uri"},
        "subject": TEXT,
        "time": {**TEXT, "format": "date-time"},
        "data": {},
    },
    "propertyNames": {"pattern": "^[a-z0-9]+$"},
    "additionalProperties": False,
}
SOURCE: Final = "https://reclamations.example.fr/creteil"


def test_every_event_of_a_life_is_a_cloud_event() -> None:
    case = closed(new_desk(), complainant="Mme Durand")
    validator = Draft202012Validator(SPECIFICATION, format_checker=FormatChecker())
    envelopes = [event_document(event, cloud_events_source=SOURCE) for event in case.events]
    for event, envelope in zip(case.events, envelopes, strict=True):
        validator.validate(json.loads(json.dumps(envelope)))
        assert read_event(envelope["data"]) == event
        assert datetime.fromisoformat(envelope["time"]).astimezone(UTC) == event.occurred_at
    assert len({(envelope["source"], envelope["id"]) for envelope in envelopes}) == len(envelopes)
    assert "Durand" not in json.dumps(envelopes)


def test_an_envelope_names_the_case_the_type_and_the_version() -> None:
    envelope = event_document(closed(new_desk()).events[-1], cloud_events_source=SOURCE)
    assert envelope["id"].startswith("R-2026-000001/")
    assert (envelope["type"], envelope["subject"]) == ("reclamation_core.case.closed", "R-2026-000001")
    assert envelope["dataschema"].startswith("urn:reclamation-core:case-event:closed:")


@pytest.mark.parametrize("source", ["", "two words", "é"])
def test_a_source_that_is_no_uri_reference_is_refused(source: str) -> None:
    with pytest.raises(FaultsError, match="cloud_events_source"):
        event_document(closed(new_desk()).events[0], cloud_events_source=source)
