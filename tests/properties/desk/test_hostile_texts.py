"""Hostile texts: every store saves, finds or refuses them in the same way."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore, open_engine, upgrade
from reclamation_core.cases import Case
from reclamation_core.cases.words import text_words
from reclamation_core.desk import Desk, PlanService
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseNotFoundError, CaseQuery, PlanNotFoundError
from reclamation_core.testing.builders import FakeClock
from tests.databases import memory_store, postgresql_store
from tests.inside import database_of, engine_of, store_of
from tests.properties.desk.differential import DifferentialProxy, a_desk
from tests.properties.desk.hostile_texts import PLACES, REFUSED, TEXTS, places_of
from tests.unit.desk import factories
from tests.unit.desk.factories import at

NAMING_WHAT_IS_THERE = {
    "ActionSheet.cases": "FaultsError",
    "Desk.indicator_series.by": "FaultsError",
    "Desk.indicator_series.names": "FaultsError",
    "Desk.indicators.by": "FaultsError",
    "Desk.indicators.names": "FaultsError",
    "Desk.link.to": "CaseNotFoundError",
    "Desk.open_document.key": "FaultsError",
    "Desk.plan.actions": "UnknownActionError",
    "Desk.qualify.risks": "FaultsError",
    "Desk.recorded_since.holder": "CaseNotFoundError",
    "Desk.register_survey_result.own": "FaultsError",
    "Desk.scoped.region": "FaultsError",
    "Desk.suggest.value": "FaultsError",
    "PlanService.effect.action": "UnknownActionError",
    "PlanService.timeline.action": "UnknownActionError",
}
"""Where a text is the name of something, which is not there."""
FIELDS = ["owner", "sites", "cause_family", "after", "text"]
ASKED = st.lists(st.tuples(st.sampled_from(sorted(PLACES)), TEXTS), min_size=1, max_size=4)
"""Texts for some places, one after the other on the same stores."""


Stage: TypeAlias = Callable[[], Any]
"""What opens desks on new stores for an example, compared by a differential proxy."""


def compare(desk: Any) -> None:
    """Compare what the stores hold."""
    for case in desk.cases.find(CaseQuery(limit=500)).cases:
        desk.cases.get(case.reference)
    assert desk.pgaac("CRE").current.scope == PlanScope.site("CRE")
    desk.feed(limit=5000)


@pytest.fixture(scope="module", params=[[], [postgresql_store]], ids=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with contextlib.ExitStack() as last:

        def desks() -> Any:
            last.close()
            clock = FakeClock(at(1, month=7))
            stores = (opened() for opened in (InMemoryStore, memory_store, *request.param))
            desk: Any = DifferentialProxy(*(a_desk(store, clock, sites=None) for store in stores))
            last.callback(desk.release)
            return desk

        yield desks


def test_every_text_parameter_is_tried() -> None:
    methods = {place for place in PLACES if not place.startswith("ActionSheet.")}
    assert methods == {*places_of(Desk, PlanService)}
    assert {"ActionSheet.what", "ActionSheet.spread"} <= PLACES.keys() - methods


@pytest.mark.parametrize("place", PLACES)
def test_a_harmless_text_is_accepted_by_every_parameter(stage: Stage, place: str) -> None:
    desk = stage()
    ready, ask = PLACES[place]
    refused = None
    try:
        ask(desk, ready(desk).reference, "un mot")
    except (ReclamationError, ValueError) as error:
        refused = type(error).__name__
    compare(desk)
    assert refused == NAMING_WHAT_IS_THERE.get(place)


@pytest.mark.slow
@example([("Desk.plan.actions", "\ud800")])
@given(ASKED)
def test_a_text_is_stored_unchanged_or_refused_by_every_parameter(stage: Stage, asked: list[tuple[str, str]]) -> None:
    desk = stage()
    for place, text in asked:
        ready, ask = PLACES[place]
        case = ready(desk)
        try:
            answer = ask(desk, case.reference, text)
        except (ReclamationError, ValueError):
            answer = None
        compare(desk)
        if isinstance(answer, Case):
            kept = desk.cases.get(answer.reference)
            assert [secret.text for secret in kept.vault] == [secret.text for secret in answer.vault]


@given(ASKED)
def test_an_unknown_reference_finds_nothing_and_changes_nothing(stage: Stage, asked: list[tuple[str, str]]) -> None:
    desk = stage()
    for place, reference in asked:
        with contextlib.suppress(ReclamationError, ValueError):
            PLACES[place][1](desk, reference, "un mot")
        with pytest.raises(CaseNotFoundError):
            desk.cases.get(f"{reference}?")
        compare(desk)


@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, st.sampled_from(FIELDS))
def test_a_query_finds_exactly_the_cases_with_its_text(stage: Stage, stored: list[str], asked: str, field: str) -> None:
    desk = stage()
    for kept in stored:
        try:
            case = desk.register(factories.facts(), site="CRE", handling_unit=kept, verbatim=kept, occurred_at=at(1))
        except ValueError:
            continue
        for text in (kept, asked):
            try:
                query = asking(field, text)
            except ValueError:
                continue
            desk.cases.find(query)
            desk.cases.count(query)
        if field in {"owner", "sites"} or (field == "text" and text_words(kept)):
            query = attrs.evolve(asking(field, kept), after=before(case))
            assert desk.cases.find(query).cases == (case,)


def asking(field: str, text: str) -> CaseQuery:
    """Return a query for a text, by one of its criteria."""
    given: dict[str, Any] = {field: {text} if field == "sites" else text}
    return CaseQuery(**given, limit=5)


def before(case: Case) -> str:
    """Return the reference just before that of a case."""
    series, _, number = case.reference.rpartition("-")
    return f"{series}-{int(number) - 1:06d}"


@pytest.mark.parametrize("sign", ["%", "_", "\\", "*", "?", "[a-z]", "'", '"', ".", "^"])
def test_pattern_characters_match_themselves(stage: Stage, sign: str) -> None:
    desk = stage()
    mine = f"a{sign}b"
    for text in (mine, "axxb"):
        desk.register(factories.facts(), site="CRE", handling_unit=text, verbatim=text, occurred_at=at(1))
    for criteria in ({"owner": mine}, {"sites": {mine}}, {"text": mine}):
        assert [case.handling_unit for case in desk.cases.find(CaseQuery(**criteria)).cases] == [mine]


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("field", FIELDS)
def test_a_query_for_a_text_that_cannot_be_stored_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"{field}: .*NUL"):
        asking(field, text)


@pytest.mark.parametrize("text", REFUSED)
def test_nothing_is_found_by_a_reference_that_cannot_be_stored(stage: Stage, text: str) -> None:
    desk = stage()
    with pytest.raises(CaseNotFoundError):
        desk.cases.get(text)
    with store_of(desk).unit_of_work() as unit:
        assert unit.cases.by_source(text) == ()
        with pytest.raises(PlanNotFoundError):
            unit.plans.get(text)


class Spied(SqlAlchemyStore):
    """A store that records the queries and the cases read from the database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.fetched: list[str] = []
        self.asked: list[tuple[str, Any]] = []
        self._plain_rows = database_of(self).rows
        database_of(self).rows = self._seen  # type: ignore[method-assign]
        event.listen(engine_of(self), "before_cursor_execute", self._listen)

    def _listen(self, *told: Any) -> None:
        self.asked.append((told[2], told[3]))

    def _seen(self, statement: Any, parameters: Any = None) -> Any:
        rows = self._plain_rows(statement, parameters)
        self.fetched += [row.reference for row in rows if hasattr(row, "reference")]
        return rows


@pytest.fixture(scope="module")
def spied() -> Iterator[Spied]:
    engine = open_engine("sqlite://")
    upgrade(engine)
    store = Spied(engine)
    yield store
    store.close()


@given(st.lists(TEXTS, min_size=2, max_size=2, unique=True))
def test_a_scoped_desk_fetches_no_foreign_case_with_any_site_name(spied: Spied, sites: list[str]) -> None:
    mine, theirs = sites
    whole = Desk(spied, clock=FakeClock(at(1, month=7)))
    try:
        seen = whole.register(factories.facts(), site=mine, occurred_at=at(1))
        foreign = whole.register(factories.facts(), site=theirs, occurred_at=at(1))
    except ValueError:
        return
    scoped = whole.scoped(site=mine)
    spied.fetched.clear()
    spied.asked.clear()

    page = scoped.cases.find(CaseQuery(after=before(seen), limit=500))
    fetched = list(spied.fetched)
    scoped.cases.count()

    assert page.cases == (seen,)
    assert fetched == [seen.reference]
    assert all("reclamation_case_sites.site IN (?)" in statement for statement, _ in spied.asked)
    assert all(mine in given and theirs not in given for _, given in spied.asked)
    assert len(spied.asked) == 2
    with pytest.raises(CaseNotFoundError):
        scoped.cases.get(foreign.reference)


@given(TEXTS)
def test_no_site_or_reference_leaves_the_scope(spied: Spied, text: str) -> None:
    whole = Desk(spied, clock=FakeClock(at(1, month=7)))
    foreign = whole.register(factories.facts(), site="STR", occurred_at=at(1))
    scoped = whole.scoped(site="CRE")
    try:
        query = CaseQuery(sites={text}, limit=500)
    except ValueError:
        return
    assert scoped.cases.count(query) == 0 or text == "CRE"
    assert foreign.reference not in [case.reference for case in scoped.cases.find(query).cases]
    for reference in (text, f"{foreign.reference}{text}", foreign.reference):
        with pytest.raises(CaseNotFoundError):
            scoped.cases.get(reference)
