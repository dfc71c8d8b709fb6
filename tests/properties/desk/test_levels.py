"""The level of a case in each output: the one that was imposed, else the procedure's, which out of scope has none."""

import csv
import io
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import CaseQuery, Desk, frames
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, CaseKind
from reclamation_core.cases.events import Rerouted
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.policy import m2_1
from reclamation_core.reporting import report_bytes
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import ComplaintFacts, Level, Role
from tests.databases import memory_store
from tests.properties.desk.random_lives import Lives
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, at


def expected(case: Case) -> Level | None:
    """Return the level by the definition: the oracle reads events and assesses facts by itself."""
    routed = [event.data for event in case.history if isinstance(event.data, Rerouted)]
    if routed and routed[-1].override:
        return routed[-1].level
    if not isinstance(case.facts, ComplaintFacts):
        return min(m2_1().assess_malfunction(case.facts).level.possible)
    assessed = m2_1().assess(case.facts, BusinessCalendar.france())
    return None if assessed.eligibility.outcome == "out_of_scope" else min(assessed.level.possible)


@pytest.mark.slow
@given(st.integers(0, 2**32))
def test_each_output_has_the_level_of_the_case(seed: int) -> None:
    clock, store = FakeClock(at(1)), memory_store()
    desk = Desk(store, sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
    for _ in range(2):
        Lives(desk, clock, Random(seed), Counter()).live()  # noqa: S311
    question = factories.facts(nature="initial_information_request")
    outside, imposed = (desk.register(question, site="CRE") for _ in range(2))
    desk.reroute(imposed.reference, handling_unit="STD", level=Level.NATIONAL, reason="un enjeu")
    cases: tuple[Case, ...] = desk.cases.find(CaseQuery(limit=500)).cases

    levels = {case.reference: expected(case) for case in cases}
    codes = {reference: None if level is None else level.value for reference, level in levels.items()}

    assert levels[outside.reference] is None
    assert levels[imposed.reference] is Level.NATIONAL
    assert {case.reference: case.level for case in cases} == levels
    assert {case.reference: case.to_document()["level"] for case in cases} == codes
    assert {one.reference: one.level for one in desk.cases.summaries(limit=500).summaries} == levels
    assert desk.cases.count_by("level") == Counter(codes.values())
    for level in Level:
        found = desk.cases.find(CaseQuery(levels={level}, limit=500)).cases
        assert {case.reference for case in found} == {key for key, one in levels.items() if one is level}
    shown = dict(rows(store, "SELECT dossier, niveau FROM reclamation_v_dossiers"))
    assert shown == {key: None if level is None else level.label() for key, level in levels.items()}
    written = report_bytes(desk.reports.register(columns=["dossier", "niveau"]), "csv").decode("utf-8-sig")
    assert {one["Dossier"]: one["Niveau"] for one in csv.DictReader(io.StringIO(written), delimiter=";")} == {
        key: label or "" for key, label in shown.items()
    }
    frame = frames.caseload(desk, kind=None)
    assert dict(zip(frame["reference"], frame["recorded_level"], strict=True)) == codes
    for case in [case for case in cases if case.kind is CaseKind.COMPLAINT][-5:]:
        decisions = {one.name: one.outcome for one in desk.explain(case.reference).decisions}
        assert decisions.get("level") == codes[case.reference]
    assert {one.case: one.level for one in desk.agenda(date.max).answers}.items() <= levels.items()
    criteria = {"niveau": ["local"], "ouverts": ["tous"]}
    listed = Board(sites=SITES, clock=clock).respond(desk, BoardRequest(path="/dossiers", query=criteria))
    counts: Any = listed.body.decode()
    for level in Level:
        assert f">{level.label()} ({desk.cases.count(CaseQuery(levels={level}))})" in counts
    store.close()
