"""No text for complainants has a source, a code of a program, or a name that is not the complainant's."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import vocabulary
from reclamation_core.cases import Case, CaseKind
from reclamation_core.cases.explanation import explain
from reclamation_core.cases.guards import GUARDS
from reclamation_core.codes import Audience, LabelledEnum
from reclamation_core.policy import m2_1
from reclamation_core.testing.strategies import cases, event_data
from reclamation_core.vocabulary import FACTS, Role
from reclamation_core.wording import Lang, Wording
from tests.properties.cases.core.test_refusals import LANGUAGES, SUSPENDING, refusal

SOURCE = re.compile(
    r"M2-1|§|\bI\d+\b|interprétation|interpretation|clause|\bpoint \d|PGAAC|\bRQR\b|\bAQ\b", re.IGNORECASE
)
NAMES = ("Mme Roux", "Roux", "CRE", "MLN")
"""The actor and the units of lived cases: names that are not the complainant's."""
_EXPORTED = [getattr(vocabulary, name) for name in vars(vocabulary)["__all__"] if name != "Audience"]
LISTS: list[type[LabelledEnum]] = [
    found for found in _EXPORTED if isinstance(found, type) and issubclass(found, LabelledEnum)
]
CODES = {
    *(member.value for codes in LISTS for member in codes),
    *FACTS,
    *(guard.id for guard in GUARDS),
    *(row.id for table in m2_1().tables.values() for row in table.rows),
    *m2_1().tables,
}


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text.lower()))


FRENCH = {word for codes in LISTS for member in codes for word in words_of(member.label("fr"))} | words_of(
    "un une note opinion formation organisation discrimination sanction simple complexe ouvert"
)


def check(text: str, lang: Lang) -> None:
    assert not SOURCE.search(text), text
    assert not [name for name in NAMES if re.search(rf"\b{name}\b", text)], text
    compound = {code for code in CODES if "_" in code or "-" in code}
    assert not words_of(text) & compound, text
    if lang == "fr":
        assert not words_of(text) & (CODES - FRENCH), (text, words_of(text) & (CODES - FRENCH))


ROWS = [row for table in m2_1().tables.values() if table.plain_statements for row in table.rows if row.plain]
PLAIN: list[Wording] = [
    *(row.plain for row in ROWS if row.plain is not None),
    *(wording for table in m2_1().tables.values() for _, wording in table.plain_statements),
    *(fact.question_to_complainant for fact in FACTS.values() if fact.question_to_complainant is not None),
]


def test_plain_words_have_no_source_and_no_code() -> None:
    for wording in PLAIN:
        for lang in LANGUAGES:
            check(wording.in_(lang), lang)


@given(
    case=cases(policy=SUSPENDING, kind=CaseKind.COMPLAINT, words=st.just("un mot")),
    data=st.lists(event_data(words=st.just("un mot")), min_size=5, max_size=8),
    hours=st.sampled_from([-30, 0, 400]),
)
def test_what_a_complainant_reads_of_a_lived_case_is_theirs(case: Case, data: list[object], hours: int) -> None:
    now = case.events[-1].recorded_at + timedelta(hours=1)
    for lang in LANGUAGES:
        check(explain(case, SUSPENDING, now, lang, audience=Audience.COMPLAINANT).text, lang)
        for one in data:
            at = case.events[-1].occurred_at + timedelta(hours=hours)
            found = refusal(case, one, Role.HANDLING_UNIT, at, frozenset(case.actions))
            if found is not None:
                check(found[1].in_(lang, Audience.COMPLAINANT), lang)


def test_the_check_finds_sources_names_and_codes() -> None:
    for text in (
        "La demande est reçue (M2-1, point 1).",
        "Suivi par Mme Roux.",
        "Issue : out_of_scope.",
        "Un trainee.",
    ):
        with pytest.raises(AssertionError):
            check(text, "fr")
