import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import FaultsError
from reclamation_core.plans import RecordedPlanEvent, event_document, read_event
from reclamation_core.plans.events import PLAN_EVENTS
from tests.properties.cases.documents.spoiling import places, put, written
from tests.properties.cases.documents.strategies import plan_events


@pytest.mark.parametrize("name", PLAN_EVENTS.classes)
@given(data=st.data())
def test_an_event_of_each_type_comes_back_from_json_as_it_went(name: str, data: st.DataObject) -> None:
    event = data.draw(plan_events(PLAN_EVENTS.classes[name]))
    text = canonical_json(event_document(event))
    written_data = event_document(event)["data"]
    assert (written_data["type"], written_data["version"]) == (name, PLAN_EVENTS.classes[name].event_type.version)
    assert read_event(parse_json(text)) == event
    assert canonical_json(event_document(read_event(parse_json(text)))) == text


@given(event=plan_events(), data=st.data())
def test_an_unknown_key_is_refused_with_its_path_at_any_depth(event: RecordedPlanEvent, data: st.DataObject) -> None:
    document = event_document(event)
    path = data.draw(st.sampled_from([path for path, value in places(document) if isinstance(value, dict)]))
    with pytest.raises(FaultsError) as refusal:
        read_event(put(document, (*path, "colour"), 1))
    assert [fault.path for fault in refusal.value.faults] == [written((*path, "colour"))]
