"""Trace metadata: from the request to the event, its chain and the logs; forged identifiers never get in."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client as DjangoClient
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Trace, event_document, read_event
from reclamation_core.cases.journal import written
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.documents import canonical_json
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.fastapi import board_router
from reclamation_core.plans import event_document as plan_event_document
from reclamation_core.plans import read_event as read_plan_event
from tests.inside import context_of, store_of
from tests.unit.desk.factories import facts, new_desk, registered, sheet
from tests.unit.desk.test_command_log import Records
from tests.unit.integrations.test_django import database as database  # noqa: PLC0414  a fixture
from tests.unit.integrations.test_fastapi_routes import REGISTER, Client

FORM_OF_A_CASE = {"received_at": "2026-06-01T09:00", "site": "CRE", "doublons": "oui"}
FORM = re.compile(r"[A-Za-z0-9-]{1,64}")
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE = Trace(correlation="4bf92f3577b34da6a3ce929d0e0e4736", causation="00f067aa0ba902b7", request="req-7")
HEADERS = {"traceparent": PARENT, "X-Request-ID": "req-7"}
CLIENT = Trace(client="guichet")
FORGED = ("", "a b", "é", "x" * 65, "7\r\nX-Forged: 1", "7\n", "../etc", "<script>", "\x00", "Ａ")


def test_an_event_has_the_trace_of_its_command_and_so_has_the_log() -> None:
    desk = new_desk().acting("Mme Roux", "rqr", trace=TRACE)
    with Records() as records:
        case = registered(desk)
        plan = desk.pgaac("CRE").add(sheet())
        desk.acting("M. Petit").acknowledge(case.reference)
    events = (*desk.cases.get(case.reference).events, *plan.events)
    assert [event.trace for event in events] == [TRACE] * 3
    for record in records:
        assert (record.__dict__["request_id"], record.__dict__["correlation_id"]) == ("req-7", TRACE.correlation)
        assert "client" not in record.__dict__


def test_the_chain_covers_the_trace_and_an_event_without_one_is_written_as_before() -> None:
    traced, plain = (registered(desk).events[0] for desk in (new_desk().traced(TRACE), new_desk()))
    document = event_document(traced)
    assert (read_event(document), document["trace"]["request"]) == (traced, "req-7")
    assert set(document) - set(event_document(plain)) == {"trace"}
    texts = [canonical_json(one) for one in (document, {**document, "trace": {**document["trace"], "request": "8"}})]
    assert written(traced.case, [traced]).entries[0].text == texts[0] != texts[1]
    action = new_desk().traced(TRACE).pgaac("CRE").add(sheet()).events[0]
    assert read_plan_event(plan_event_document(action)) == action
    assert plan_event_document(action)["trace"] == document["trace"]


@given(st.text() | st.sampled_from(FORGED))
def test_an_identifier_of_another_form_is_replaced_or_refused_in_a_document(text: str) -> None:
    is_valid = FORM.fullmatch(text) is not None
    trace = Trace.of(correlation=text, causation=text, request=text, client=text)
    parts = (trace.correlation, trace.causation, trace.request)
    assert all(part is not None and FORM.fullmatch(part) for part in parts)
    assert (parts == (text, text, text)) == is_valid
    assert trace.client is None if not text else FORM.fullmatch(str(trace.client))
    if not is_valid:
        document = event_document(registered(new_desk().traced(TRACE)).events[0])
        document["trace"]["request"] = text
        with pytest.raises(FaultsError) as refused:
            read_event(document)
        assert refused.value.faults[0].path == "$.trace.request"
        with pytest.raises(FaultsError, match="request"):
            Trace(request=text)


def test_a_part_that_is_no_text_is_a_mistake_of_the_program() -> None:
    wrong: Any = 7
    with pytest.raises(TypeError, match="request: a text is expected"):
        Trace(request=wrong)
    with pytest.raises(TypeError, match="trace: a Trace is expected"):
        new_desk().acting("x", trace=wrong)


def test_traceparent_is_read_as_w3c_says() -> None:
    for header, correlation, causation in [
        (PARENT, TRACE.correlation, TRACE.causation),
        ("01" + PARENT[2:] + "-more", TRACE.correlation, TRACE.causation),  # a later version may have more
        (PARENT + "-more", None, None),
        ("ff" + PARENT[2:], None, None),
        (PARENT.upper(), None, None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None, None),
        (f"00-{'a' * 32}-{'0' * 16}-01", None, None),
        ("7\r\nX-Forged: 1", None, None),
    ]:
        trace = Trace.from_headers(header, None)
        assert trace is not None, header
        assert trace.causation == causation, header
        assert trace.correlation == correlation if correlation else FORM.fullmatch(str(trace.correlation)), header


def test_headers_complete_the_trace_of_the_host_and_replace_nothing() -> None:
    assert Trace.from_headers(None, None) is None
    assert context_of(new_desk().traced(None)).trace is None
    desk = new_desk().acting("Mme Roux", trace=Trace(request="of-the-host", client="guichet")).traced(TRACE)
    case = registered(desk)
    assert case.events[0].trace == Trace(
        correlation=TRACE.correlation, causation=TRACE.causation, request="of-the-host", client="guichet"
    )
    assert TRACE.completed(None) == TRACE


def last_trace(desk: Desk) -> Trace | None:
    return desk.feed()[-1].event.trace


@pytest.mark.parametrize("is_async", [False, True])
def test_the_api_in_fastapi_reads_the_headers(*, is_async: bool) -> None:
    desk: Any = new_desk()
    given = AsyncDesk(store_of(desk)).acting("Mme Roux", "rqr", trace=CLIENT).traced(None) if is_async else desk
    client = Client(given)
    assert client("POST", "/cases", json=REGISTER, headers=HEADERS).status_code == 201
    expected = TRACE.completed(CLIENT) if is_async else TRACE
    assert last_trace(desk) == expected
    for forged in ("a b", "x" * 65, "é".encode().decode("latin-1")):
        client("POST", "/cases", json=REGISTER, headers={"X-Request-ID": forged.encode("latin-1")})
        found = last_trace(desk)
        assert found is not None
        assert found.request != forged
        assert FORM.fullmatch(str(found.request))
    client("POST", "/cases", json=REGISTER)
    assert last_trace(desk) == (CLIENT if is_async else None)


def test_the_board_in_fastapi_reads_the_headers() -> None:
    desk, application = new_desk(), FastAPI()
    application.include_router(board_router(lambda: desk), prefix="/board")
    answer = Client.of(application)("POST", "/board/dossiers/nouveau", data=FORM_OF_A_CASE, headers=HEADERS)
    assert answer.status_code == 303, answer.text
    assert last_trace(desk) == TRACE


def test_the_api_and_the_board_in_django_read_the_headers(database: Any) -> None:  # noqa: ARG001  the database is Django's
    from reclamation_core.integrations.django.desks import desk
    from reclamation_core.integrations.django.models import Membership

    user = get_user_model().objects.create_user("roux")
    Membership.objects.create(user=user, role="rqr")
    client = DjangoClient(headers=HEADERS)
    client.force_login(user)
    answer = client.post("/api/cases", json.dumps(REGISTER), content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert last_trace(desk()) == TRACE
    answer = client.post("/reclamations/dossiers/nouveau", FORM_OF_A_CASE)
    assert last_trace(desk()) == TRACE
    assert len(desk().feed()) == 2, answer.content


def test_a_batch_and_a_sweep_have_the_trace_too() -> None:
    desk = new_desk().traced(TRACE)
    case = desk.register(facts(), site="CRE")
    desk.sweep()
    assert {event.trace for event in desk.cases.get(case.reference).events} == {TRACE}
