"""A text longer than the edition allows is refused with its field, its length and the limit, and never shown."""

from pathlib import Path
from typing import Any, Final

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.intake import RegistrationTarget, Triage, triage_file
from reclamation_core.policy import Parameters, Policy, TextParameters, m2_1
from reclamation_core.ports import CaseQuery
from tests.unit.desk import factories
from tests.unit.desk.examples import EVENT_OF, PLAN_EVENT_OF, texts_of, texts_of_action
from tests.unit.desk.test_arguments import OF_DESK, OF_PLAN

LIMITS: Final = (100_000, 1_000)
PERSONAL: Final = "Mme Roy "
OF_CASE: Final[dict[str, tuple[str, ...]]] = {
    "acting": ("actor",),
    "personal_data_of": ("person",),
    "register": ("complainant", "verbatim", "remedy_sought"),
    "register_survey_result": ("complainant", "verbatim"),
} | {command: texts_of(command) for command in EVENT_OF if texts_of(command)}
OF_ACTION: Final = {command: texts_of_action(command) for command in PLAN_EVENT_OF if texts_of_action(command)}


def desk_of(limit: int) -> Desk:
    """A desk with a case and an action, under an edition with a limit of texts."""
    edition = Policy(edition="M2-1", parameters=Parameters(texts=TextParameters(longest=limit)))
    desk = factories.new_desk(policy=edition)
    factories.analysed(desk)
    desk.pgaac("CRE").add(factories.sheet("A-1", cases=()))
    return desk


def long(limit: int, more: int = 1) -> str:
    return (PERSONAL * limit)[: limit + more]


def refused(verb: Any, example: dict[str, Any], names: tuple[str, ...], limit: int) -> None:
    texts = {name: (long(limit),) if name == "experts" else long(limit) for name in names}
    with pytest.raises(FaultsError) as error:
        verb(**example | texts)
    assert {fault.path for fault in error.value.faults} == set(names)
    for fault in error.value.faults:
        for lang in ("fr", "en"):
            assert str(limit) in fault.in_(lang)
            assert str(limit + 1) in fault.in_(lang)
            assert "Roy" not in fault.in_(lang)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("verb", OF_CASE)
def test_a_verb_refuses_every_long_text_at_once(verb: str, limit: int) -> None:
    desk = desk_of(limit)
    act = (lambda actor: desk.acting(actor).acknowledge("R-2026-000001")) if verb == "acting" else getattr(desk, verb)
    refused(act, OF_DESK[verb], OF_CASE[verb], limit)


@pytest.mark.parametrize("verb", OF_ACTION)
def test_a_verb_of_a_plan_refuses_every_long_text(verb: str) -> None:
    plan, names = desk_of(1_000).pgaac("CRE"), OF_ACTION[verb]
    if verb == "add":
        refused(lambda **given: plan.add(factories.sheet("A-2", cases=(), **given)), {}, names, 1_000)
    else:
        refused(getattr(plan, verb), OF_PLAN[verb], names, 1_000)


def test_a_text_of_the_limit_is_accepted() -> None:
    desk = desk_of(1_000)
    case = desk.contain("R-2026-000001", measure=long(1_000, 0))
    assert long(1_000, 0) in [secret.text for secret in desk.cases.get(case.reference).vault]


def test_a_search_has_the_limit_of_a_text_and_names_that_of_a_name() -> None:
    desk = desk_of(1_000)
    refused(lambda text: desk.cases.find(CaseQuery(text=text)), {}, ("text",), 1_000)
    refused(lambda text: desk.cases.count(CaseQuery(text=text)), {}, ("text",), 1_000)
    for name in ("owner", "cause_family", "after"):
        refused(CaseQuery, {}, (name,), 200)


def test_a_long_cell_is_rejected_by_the_name_of_its_field(tmp_path: Path) -> None:
    path, desk = tmp_path / "plaintes.csv", desk_of(1_000)
    path.write_text(f"reference,site,received_at,satisfaction,text\nA,CRE,2026-06-01,3,{long(1_000)}\n", "utf-8")
    done = triage_file(
        path,
        Triage(m2_1(), BusinessCalendar.france()),
        tmp_path / "decisions.csv",
        target=RegistrationTarget(desk, "enquête"),
        sites=factories.SITES,
    )
    assert done.summary.rejected == 1
    assert done.rejected_path is not None
    assert "1001" in done.rejected_path.read_text("utf-8-sig").splitlines()[1].split(long(1_000))[0]


def test_a_limit_of_the_default_changes_no_digest() -> None:
    default, other = (Parameters(texts=TextParameters(longest=limit)) for limit in (100_000, 1_000))
    assert Policy(edition="M2-1", parameters=default).digest == Policy(edition="M2-1").digest
    assert Policy(edition="M2-1", parameters=other).digest != Policy(edition="M2-1").digest
