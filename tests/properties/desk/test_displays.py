"""HTML of every object for notebooks: texts of people never add or change an element."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, DeadlineRule, Ledger, LedgerReason
from reclamation_core.cases import Case, LinkKind
from reclamation_core.desk import Agenda, Signals
from reclamation_core.laboratory import Replay, replay, what_if
from reclamation_core.markup import NOT_IN_XML
from reclamation_core.plans import Action, LineReference, Pgaac, PlanScope
from reclamation_core.policy import Policy, m2_1
from reclamation_core.ports import CasePage
from reclamation_core.tables import WhyNot
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import Wording
from tests.fragments import Fragment, shown, styles
from tests.unit.desk import factories
from tests.unit.plans import making as plans
from tests.unit.test_markup import contrast

FRAGMENTS = (
    "<script>alert(1)</script>",
    "</td></tr></table></div>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)' x=\"",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?php",
    "&lt;&amp;&#x27;",
    "&",
    "`<style>*{display:none}",
    "javascript:alert(1)",
    "\0",
    "\r\n",
    "- ",
    "\u202e",
    "\ud800",
    "\uffff",
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(st.characters(), max_size=6), min_size=1, max_size=4).map("".join)


@cache
def _case() -> Case:
    """Return a linked case with the text in every field."""
    desk = factories.new_desk()
    other = factories.registered(desk)
    case = factories.closed(desk, verbatim="le formateur", complainant="Mme Durand", remedy_sought="des excuses")
    return desk.link(case.reference, kind=LinkKind.SAME_CAUSE_AS, to=other.reference)


@cache
def _plan() -> Pgaac:
    return plan_after(plans.closed(), plans.signed(6)(published()), plans.signed(7)(published()))


@cache
def _looked_at() -> tuple[Agenda, Signals]:
    """Return an agenda with an answer and a check, and signals."""
    desk = factories.new_desk()
    desk.register(factories.facts(requirement=None), site="CRE", occurred_at=factories.at(1))
    desk.pgaac("CRE").add(factories.sheet(), occurred_at=factories.at(2))
    desk.register(factories.facts(nature="general_opinion"), site="CRE", occurred_at=factories.at(1))
    return desk.agenda(date(2026, 6, 30)), desk.signals(since=date(2026, 1, 1), min_count=1)


def a_label(text: str) -> str:
    """Return one line of the text, as the name of an action."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:200].strip() or "A-1"


def a_name(text: str) -> str:
    """Return the printable characters of the text, as a reference."""
    return "n" + "".join(sign for sign in text if sign.isprintable()).rstrip()


def a_case(text: str) -> Case:
    """Return the case with the text in every field that people write or name."""
    case = _case()
    links = tuple(attrs.evolve(link, to=a_name(text)) for link in case.links)
    return attrs.evolve(
        case,
        reference=text,
        site=text,
        service_sites=(text,),
        handling_unit=text,
        actions=(LineReference(PlanScope.nation(), a_label(text)),),
        links=links,
        terms=attrs.evolve(case.terms, edition=a_name(text)),
        vault=case.vault.redacted(text),
    )


def a_plan(text: str) -> Pgaac:
    plan = _plan()
    name = a_name(text)
    named: dict[str, Any] = {"reference": name, "site": name, "cases": (name,), "cause_family": name}
    editions = tuple(attrs.evolve(edition, recipients=(text,)) for edition in plan.published_plans)
    actions = tuple(attrs.evolve(action, **named) for action in plan.actions)
    return attrs.evolve(plan, actions=actions, published_plans=editions, vault=plan.vault.redacted(text))


def an_agenda(text: str) -> Agenda:
    agenda, _ = _looked_at()
    answers = (attrs.evolve(one, case=text, site=text, question=_wording(text)) for one in agenda.answers)
    checks = (attrs.evolve(one, action=text, what=text) for one in agenda.checks)
    return attrs.evolve(agenda, answers=tuple(answers), checks=tuple(checks), damaged=(text,))


def some_signals(text: str) -> Signals:
    _, signals = _looked_at()
    found = tuple(attrs.evolve(one, site=text, cases=(text,)) for one in signals.found)
    return attrs.evolve(signals, found=found, damaged=(text,))


def a_ledger(text: str) -> Ledger:
    calendar = BusinessCalendar.france()
    ledger = calendar.deadline(datetime(2026, 5, 6, 9, tzinfo=calendar.zone), DeadlineRule()).ledger
    assert LedgerReason.HOLIDAY in {day.reason for day in ledger}
    return Ledger(attrs.evolve(day, wording=_wording(f"a : {text}")) for day in ledger)


def _wording(text: str) -> Wording:
    return Wording(f"_{text}", f"_{text}")


def an_edition(text: str) -> Policy:
    """Return an edition with the text as its name and as a rule, without characters that an edition refuses."""
    text = NOT_IN_XML.sub("", text)
    (rule,) = (row for row in m2_1().tables["eligibility"].rows if row.id == "low-survey-note")
    own = attrs.evolve(rule, wording=_wording(text))
    return what_if(m2_1(), survey_threshold=7).with_rows("eligibility", replace=[own], edition=f"n{text}")


@cache
def _replay() -> Replay:
    """Return a replay in which that rule decides differently."""
    given = {"satisfaction": [6.5], "channel": ["survey"]}
    return replay(pl.DataFrame(given), [m2_1(), what_if(m2_1(), edition="7", survey_threshold=7)])


def a_replay(text: str) -> Replay:
    edition = an_edition(text)
    tallies = attrs.evolve(_replay()._tallies, names=("M2-1", edition.edition))
    return attrs.evolve(_replay(), editions=(m2_1(), edition), changed={edition.edition: 1}, tallies=tallies)


def an_action(text: str) -> Action:
    named: dict[str, Any] = {"reference": a_name(text), "site": a_name(text), "cases": (a_name(text),)}
    return attrs.evolve(_plan().actions[0], cause_family=a_name(text), **named)


def a_why_not(text: str) -> WhyNot[Any]:
    facts = ComplaintFacts(received_at=datetime(2026, 5, 6, 9, tzinfo=UTC), satisfaction=8)
    return an_edition(text).tables["eligibility"].decide(facts).why_not("complaint")


DISPLAYS: dict[str, Callable[[str], str]] = {
    "case": lambda text: a_case(text)._repr_html_(),
    "case with texts": lambda text: a_case(text).to_html(texts=True),
    "page of cases": lambda text: CasePage((a_case(text), a_case(text)), text)._repr_html_(),
    "plan": lambda text: a_plan(text)._repr_html_(),
    "plan with texts": lambda text: a_plan(text).to_html(texts=True),
    "edition": lambda text: attrs.evolve(_plan().published_plans[0], recipients=(text,))._repr_html_(),
    "agenda": lambda text: an_agenda(text)._repr_html_(),
    "agenda with texts": lambda text: an_agenda(text).to_html(texts=True),
    "signals": lambda text: some_signals(text)._repr_html_(),
    "ledger": lambda text: a_ledger(text)._repr_html_(),
    "action": lambda text: an_action(text)._repr_html_(),
    "policy": lambda text: an_edition(text)._repr_html_(),
    "replay": lambda text: a_replay(text)._repr_html_(),
}
PROSE: dict[str, Callable[[str], str]] = {
    "difference": lambda text: m2_1().diff(an_edition(text))._repr_html_(),
    "why not": lambda text: a_why_not(text)._repr_html_(),
}
"""What is shown without a table."""
ALL = {**DISPLAYS, **PROSE}


@given(st.sampled_from(sorted(ALL)), TEXTS)
def test_texts_never_become_markup(name: str, text: str) -> None:
    html = ALL[name](text)
    assert Fragment(html).skeleton == Fragment(ALL[name]("un mot")).skeleton
    assert "<script" not in html.lower()


@pytest.mark.parametrize("name", ALL)
def test_texts_are_shown_unchanged(name: str) -> None:
    assert shown("<b>&amp;</b>") in Fragment(ALL[name]("<b>&amp;</b>")).text


@given(TEXTS)
def test_texts_are_redacted_by_default(text: str) -> None:
    secret = f"Mme Durand{text}"
    case = attrs.evolve(_case(), vault=_case().vault.redacted(secret))
    plan = attrs.evolve(_plan(), vault=_plan().vault.redacted(secret))
    agenda, _ = _looked_at()
    awaited = tuple(attrs.evolve(check, what=secret) for check in agenda.checks)
    for html in (
        case._repr_html_(),
        CasePage((case,), None)._repr_html_(),
        plan._repr_html_(),
        attrs.evolve(agenda, checks=awaited)._repr_html_(),
    ):
        assert "Mme Durand" not in html


@pytest.mark.parametrize("name", DISPLAYS)
def test_text_has_enough_contrast_and_tables_have_captions_and_scopes(name: str) -> None:
    grounded = list(_grounds(DISPLAYS[name]("un mot")))
    assert min(contrast(ground, written) for ground, written in grounded) >= 4.5
    assert len(grounded) > 5
    read = Fragment(DISPLAYS[name]("un mot"))
    assert len(read.having("caption")) == len(read.having("table")) > 0
    assert {head["scope"] for head in read.having("th")} <= {"col", "row"}
    assert read.elements[0][1]["lang"] == "fr"


def _grounds(html: str) -> Iterator[tuple[str, str]]:
    """Return background and colour of every element that sets either; a KeyError if one is set alone."""
    for _, attributes in Fragment(html).elements:
        look = styles(attributes)
        if look.get("color", "inherit") != "inherit" or "background" in look:
            yield look["background"], look["color"]
