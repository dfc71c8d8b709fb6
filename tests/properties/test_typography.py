"""French typography at the way out: what it changes, what it leaves, and that every renderer has it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cli.terminal import Screen, lines, message, show, table
from reclamation_core.markup import html_of
from reclamation_core.policy import catalogue, m2_1
from reclamation_core.reporting import register_report, report_bytes
from reclamation_core.wording import MARKS, typeset, verbatim
from scripts.matrix import matrix_page
from tests.typography import NARROW, WIDE, faults, of_html, of_markdown, plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES
from tests.unit.reporting.readers import read_csv, read_xlsx

PIECES = (
    st.sampled_from(":;!?«»–→().")
    | st.sampled_from(["l'eau", "d'ici", "aujourd'hui", "mot", "a: b", "R-2026-000001", "M2-1, point 4", "n° 3", "12"])
    | st.sampled_from(["5 %", "1 500", "10 jours", "2 mai 2026", "1er juin", "16 h 30", "`l'x : y`", "<em>l'idée</em>"])
    | st.sampled_from(["https://exemple.fr/?l=:", "[la page](l'x.md)"])
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)
TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=MARKS), min_size=1, max_size=20)
TYPED_TEXT = "l'eau : 5 % « oui » ; non ! 12 mai 2026"
"""A text that a person typed."""


@given(TEXTS)
def test_only_spaces_and_apostrophes_change_and_once_is_enough(text: str) -> None:
    once = typeset(text)
    assert len(once) == len(text)
    assert plain(once) == plain(text)
    assert typeset(once) == once
    assert list(faults(of_markdown(once))) == []
    assert typeset(text, "en") == text


@given(TEXTS, TYPED, TEXTS)
def test_what_a_person_typed_stays_as_it_is(before: str, typed: str, after: str) -> None:
    marked = f"{before}\n{verbatim(typed)}\n{after}"
    assert typeset(marked) == f"{typeset(before)}\n{typed}\n{typeset(after)}"
    assert typeset(marked, "en") == f"{before}\n{typed}\n{after}"
    assert verbatim(verbatim(typed)) == verbatim(typed)


@pytest.mark.parametrize(
    "code",
    ["`l'x : y`", "```text\nl'x : y\n```", '<a title="l\'x : y">', "<code>l'x : y</code>", "[x](l'x : y)", "| :--- |"],
)
def test_code_tags_and_addresses_stay_as_they_are(code: str) -> None:
    assert typeset(f"\n{code}\n") == f"\n{code}\n"


def test_the_two_spaces_and_the_apostrophe_of_french() -> None:
    assert typeset("l'écrit : « a » ; b ! c ?") == f"l’écrit{WIDE}: «{WIDE}a{WIDE}»{NARROW}; b{NARROW}! c{NARROW}?"
    assert typeset("12 500 € le 1er mai 2026") == f"12{NARROW}500{WIDE}€ le 1er{WIDE}mai{WIDE}2026"
    assert typeset("d&#x27;un <b>mot</b> : x") == f"d’un <b>mot</b>{WIDE}: x"


RENDERERS = (
    "case",
    "living plan",
    "published plan",
    "published plan in CSV",
    "assessment",
    "table",
    "table in Markdown",
    "catalogue",
    "matrix",
    "difference",
    "agenda",
    "register in CSV",
    "register in HTML",
    "register in a workbook",
    "screen",
    "error",
)


@cache
def written() -> tuple[dict[str, str], tuple[str, ...]]:
    """What every renderer writes in French, without code, tags and addresses; and the texts that people typed."""
    desk = factories.new_desk()
    case = factories.closed(desk, verbatim=TYPED_TEXT, complainant="M. Durand, n° 3")
    plan = desk.pgaac("CRE")
    plan.add(factories.sheet(what=TYPED_TEXT))
    plan.publish()
    plan.amend("A-1", reason="l'usage", check_on=date(2026, 7, 20))
    plan.publish()
    judged = m2_1().assess(factories.facts(), SITES["CRE"].calendar())
    register = register_report([case], at=datetime(2027, 1, 1, tzinfo=UTC), sites=SITES)
    files = {each: report_bytes(register, each) for each in ("csv", "html", "xlsx")}
    level = m2_1().tables["level"]
    typed = (secret.text for vault in (case.vault, plan.current.vault) for secret in vault)
    return {
        "case": of_html(case.to_html(texts=True)),
        "living plan": of_html(plan.to_html(texts=True)),
        "published plan": of_html(report_bytes(desk.reports.plan("CRE", 2), "html").decode()),
        "published plan in CSV": _cells(read_csv(report_bytes(desk.reports.plan("CRE", 2), "csv"))),
        "assessment": of_html(html_of(judged, "reclamation_core.policy.pages")),
        "table": of_html(level.to_html()),
        "table in Markdown": of_markdown(level.to_markdown()),
        "catalogue": of_markdown(catalogue(m2_1())),
        "matrix": of_markdown(matrix_page(m2_1())),
        "difference": of_markdown(m2_1().diff(m2_1()).to_markdown()),
        "agenda": of_html(desk.agenda(date(2027, 1, 1)).to_html(texts=True)),
        "register in CSV": _cells(read_csv(files["csv"])),
        "register in HTML": of_html(files["html"].decode()),
        "register in a workbook": "\n".join(_cells(read_xlsx(files["xlsx"], sheet)) for sheet in range(3)),
        "screen": _screen(judged.explain("fr"), "Réponses à donner d'ici au 2 mai 2026 : 1 500 dossiers ; l'un ?"),
        "error": message("l'adresse : « a.db » n'existe pas ; voir --help"),
    }, tuple(dict.fromkeys(typed))


def _cells(rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(cell for row in rows for cell in row)


def _screen(*parts: str) -> str:
    stream = StringIO()
    screen = Screen()
    screen.file, screen.width = stream, 60
    for part in parts:
        lines(screen, part)
        show(screen, table(("l'un", "l'autre : n° 3"), [(part, "l'eau : 10 jours ?")]))
        screen.print(part, markup=False)
    return stream.getvalue()


@pytest.mark.parametrize("name", RENDERERS)
def test_every_renderer_writes_french_typography(name: str) -> None:
    outputs, typed = written()
    assert set(outputs) == set(RENDERERS)
    words = outputs[name]
    for text in sorted(typed, key=len, reverse=True):
        words = words.replace(text, "x")
    assert list(faults(words)) == []
    assert not set(words) & set(MARKS)


@pytest.mark.parametrize("name", ["case", "living plan", "published plan in CSV"])
def test_a_renderer_leaves_what_a_person_typed(name: str) -> None:
    assert TYPED_TEXT in written()[0][name]


def test_no_line_of_the_screen_begins_with_a_sign() -> None:
    assert [line for line in written()[0]["screen"].splitlines() if line.strip()[:1] in set(":;!?»%")] == []


def test_documents_for_programs_and_stored_texts_have_no_typography() -> None:
    case = factories.closed(factories.new_desk())
    register = register_report([case], at=datetime(2027, 1, 1, tzinfo=UTC), sites=SITES)
    stored = (secret.text for secret in case.vault)
    for text in (report_bytes(register, "json").decode(), m2_1().to_json(), *stored):
        assert not set(text) & {NARROW, WIDE, "’"}
