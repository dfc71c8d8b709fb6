"""Requests for information to the complainant: recorded, shown by the agenda, answered by completing the facts."""

from datetime import date
from typing import Any

import pytest

from reclamation_core.cases import Case, describe
from reclamation_core.cases.events import InformationRequested
from reclamation_core.desk import Desk
from reclamation_core.desk.agenda import AwaitedAnswer
from tests.typography import plain
from tests.unit.desk.factories import at, facts

FAR = date(2026, 12, 31)


def unclear(desk: Desk) -> Case:
    """A case whose nature and requirement are unknown, received on 1 June 2026."""
    return desk.register(facts(nature=None, requirement=None), site="CRE", occurred_at=at(1))


def awaited(desk: Desk) -> AwaitedAnswer:
    (answer,) = desk.agenda(FAR).answers
    return answer


def test_requested_facts_are_awaited_until_they_are_known(desk: Desk) -> None:
    case = unclear(desk)
    desk.request_information(case.reference, "nature", "requirement", occurred_at=at(2))
    first = awaited(desk)
    assert (first.requested_on, first.requested_facts) == (date(2026, 6, 2), ("nature", "requirement"))
    desk.complete_facts(case.reference, nature="grievance")
    assert awaited(desk).requested_facts == ("requirement",)
    desk.complete_facts(case.reference, requirement="contractual")
    assert (awaited(desk).requested_on, awaited(desk).requested_facts, awaited(desk).question) == (None, (), None)


def test_the_agenda_shows_the_request_in_place_of_the_question_to_ask(desk: Desk) -> None:
    desk.request_information(unclear(desk).reference, "nature", occurred_at=at(2))
    question = awaited(desk).question
    assert question is not None
    assert question.fr == "précisions demandées le 02/06/2026 : nature de la demande"
    assert question.en == "information requested on 2 June 2026: nature"
    assert "précisions demandées le 02/06/2026" in plain(desk.agenda(FAR).to_html())


def test_the_answer_clock_runs_on(desk: Desk) -> None:
    case = unclear(desk)
    asked = desk.request_information(case.reference, question="Quel jour ?")
    assert (asked.deadline, asked.awaited_on) == (case.deadline, case.awaited_on)
    assert asked.state is case.state


def test_a_question_alone_is_answered_by_completing_any_fact(desk: Desk) -> None:
    case = unclear(desk)
    desk.request_information(case.reference, question="Quel jour était-ce ?", occurred_at=at(2))
    assert (awaited(desk).requested_on, awaited(desk).requested_facts) == (date(2026, 6, 2), ())
    assert "précisions demandées le 02/06/2026" in plain(desk.agenda(FAR).to_html())
    desk.complete_facts(case.reference, nature="grievance")
    assert awaited(desk).requested_on is None


def test_a_question_alone_ends_when_its_answer_is_filed(desk: Desk) -> None:
    case = unclear(desk)
    desk.request_information(case.reference, question="Quel jour était-ce ?", occurred_at=at(2))
    desk.add_support(case.reference, kind="email", title="un autre courriel", occurred_at=at(3))
    assert awaited(desk).requested_on == date(2026, 6, 2)
    filed = desk.add_support(
        case.reference, kind="email", title="c'était lundi", answers_request=True, occurred_at=at(4)
    )
    assert filed.open_request is None
    assert awaited(desk).requested_on is None
    assert plain(describe(filed, filed.events[-1])) == "réponse à la demande de précisions : c'était lundi"
    assert Case.from_events(filed.events, filed.vault) == filed


def test_an_answer_ends_the_requests_before_it_and_none_after_it(desk: Desk) -> None:
    reference = unclear(desk).reference
    desk.request_information(reference, "nature", occurred_at=at(2))
    desk.request_information(reference, question="Quel jour ?", occurred_at=at(2))
    case = desk.add_support(reference, kind="email", title="je ne sais plus", answers_request=True, occurred_at=at(3))
    assert case.open_request is None
    case = desk.request_information(reference, question="Et la salle ?", occurred_at=at(4))
    assert case.open_request == case.events[-1]


def test_its_sentence_names_the_facts_and_quotes_the_question(desk: Desk) -> None:
    case = desk.request_information(unclear(desk).reference, "nature", "requirement", question="Quel jour ?")
    french = "précisions demandées : nature de la demande, exigence en cause ; « Quel jour ? »"
    assert plain(describe(case, case.events[-1])) == french
    assert plain(describe(case, case.events[-1], "en")) == "information requested: nature, requirement; “Quel jour ?”"


def test_the_question_is_a_text_that_can_be_forgotten(desk: Desk) -> None:
    case = desk.request_information(unclear(desk).reference, question="Quel jour, Mme Roy ?")
    assert [one.field for one in desk.personal_data_of("roy")] == ["question"]
    assert "Roy" not in repr(case)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "question: nothing; name a fact, or write a question"),
        ({"facts": ("weather",)}, "facts: 'weather'; the name of a fact is expected: channel, formal"),
        ({"facts": ("received_at",)}, "facts: 'received_at'; the name of a fact"),
    ],
)
def test_a_request_for_nothing_or_for_no_fact_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InformationRequested(**fields)


def test_an_earlier_request_is_open_again_once_a_later_one_is_answered(desk: Desk) -> None:
    case = unclear(desk)
    assert case.open_request is None
    desk.request_information(case.reference, "nature")
    case = desk.request_information(case.reference, "requirement")
    assert case.open_request == case.events[2]
    case = desk.complete_facts(case.reference, requirement="contractual")
    assert case.open_request == case.events[1]
    assert awaited(desk).requested_facts == ("nature",)
    case = desk.complete_facts(case.reference, nature="grievance")
    assert case.open_request is None
