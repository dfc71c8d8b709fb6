"""The formats of a letter: what another reader finds in each, hostile texts too, and equal bytes of equal letters."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import attrs
import pypdf
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core import FaultsError
from reclamation_core.cases import AnswerDecision
from reclamation_core.reporting import Letter, LetterFormat, letter_bytes, save_letter
from tests.fragments import Page
from tests.unit.desk import factories
from tests.unit.desk.factories import at, new_desk
from tests.unit.reporting.test_letters import COMPLAINANT, SETTINGS, sheet

HOSTILE = (
    "{{ 7 * 7 }}",
    "{% include 'fr/answer_founded.html' %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "<script>alert(1)</script>",
    "</p><h1>Autre objet</h1><p>",
    "&lt;b&gt; &amp; &#x3c;",
    "#panic() #set page(fill: red) $x$ *gras* @lien `brut` \\u{41}",
    "</w:t></w:r><w:r><w:t>injecté",
    "]]><![CDATA[",
    '=HYPERLINK("http://example.org")',
    "- un élément\n- un autre\n\n# un titre",
    "\u202eetnasopmi\u202c",
    "\x00\x01\x1b[31m\x7f\x85\u2028",
    "\u0301\u0301 e\u0301 😀 👩‍👩‍👧 漢字 שלום",
    "a" * 5_000,
    "l'été : « oui » ; non !",
)


def letter(reasons: str = "Deux modules n'ont pas été traités.", complainant: str = COMPLAINANT) -> Letter:
    desk = new_desk(at(20))
    reference = factories.qualified(desk, complainant=complainant).reference
    desk.analyse(reference, causes=("organisation",), occurred_at=at(3))
    desk.plan(reference, sheet("A-1", reasons, 19), sheet("A-2", "Deux avoirs", 19), occurred_at=at(8))
    desk.answer(
        reference, decision=AnswerDecision.FOUNDED, text=reasons, remedies="Un avoir\nou un module", occurred_at=at(12)
    )
    return desk.reports.letter(reference, "answer", SETTINGS)


def squeezed(text: str) -> str:
    """Return a text without spaces and line breaks: formats break lines where they like."""
    return "".join(text.split())


def stated(found: Letter) -> str:
    """Return every word of a letter, in its order."""
    lines = [*found.sender, *found.recipient, found.place_and_date, found.subject_line]
    return squeezed("".join([*lines, *(block.text for block in found.blocks), *found.signature]))


def read_text(content: bytes) -> str:
    return content.decode()


def read_html(content: bytes) -> str:
    page = Page(content.decode())
    tags = {"html", "head", "meta", "title", "style", "body", "main", "address", "p", "h1", "ul", "li", "strong", "br"}
    assert {tag for tag, _ in page.elements} <= tags
    assert len(page.having("h1")) == 1
    return page.text


def read_docx(content: bytes) -> str:
    paragraphs = Document(BytesIO(content)).paragraphs
    return "".join(paragraph.text for paragraph in paragraphs)


READERS = {LetterFormat.TEXT: read_text, LetterFormat.HTML: read_html, LetterFormat.DOCX: read_docx}


@pytest.mark.parametrize("letter_format", READERS)
def test_another_reader_finds_the_words_of_a_letter(letter_format: LetterFormat) -> None:
    shown = squeezed(READERS[letter_format](letter_bytes(letter(), letter_format)))
    # The items of a list begin with a hyphen in a text.
    assert shown.replace("-Deux", "Deux") == stated(letter())
    assert "\n- Deux avoirs" in letter_bytes(letter(), "txt").decode()


def test_a_pdf_has_the_words_and_says_what_it_is() -> None:
    reader = pypdf.PdfReader(BytesIO(letter_bytes(letter(), "pdf")))
    shown = squeezed("".join(page.extract_text() for page in reader.pages)).replace("–", "")
    assert stated(letter()) in shown
    assert reader.metadata is not None
    assert reader.metadata.title == "Réponse, dossier R-2026-000001"
    assert reader.metadata.author == "Afpa, centre de Créteil"
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


@pytest.mark.slow
@given(st.sampled_from(HOSTILE) | st.text(min_size=1))
def test_a_hostile_text_is_nothing_but_text_in_each_format(words: str) -> None:
    try:
        found = letter(words, words)
    except (FaultsError, InvalidArgument):
        return  # blank, or nothing left of it: no letter
    for letter_format, read in READERS.items():
        shown = squeezed(read(letter_bytes(found, letter_format)))
        is_marked = letter_format is LetterFormat.TEXT  # the items of a list begin with a hyphen
        assert (shown.replace("-", "") if is_marked else shown) == stated(found).replace("-" if is_marked else "\0", "")
    visible = [sign for sign in words if sign.isalnum() and sign.isascii()]
    answer = "".join(block.text for block in found.blocks)
    assert all(sign in answer for sign in visible)
    assert not set(answer) & set("\u202e\u202c\x00\x01\x1b\x7f\x85\u2028\u200b\u2066")


def ascii_letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def test_hostile_texts_are_nothing_but_text_in_a_pdf() -> None:
    found = letter("\n\n".join(HOSTILE).replace("\x00", ""), "Awa")
    reader = pypdf.PdfReader(BytesIO(letter_bytes(found, "pdf")))
    shown = ascii_letters("".join(page.extract_text() for page in reader.pages))
    assert all(ascii_letters(words)[:60] in shown for words in HOSTILE)
    assert [line["/Title"] for line in reader.outline] == [found.subject_line]  # type: ignore[call-overload]


@given(st.text("#$*_`@\\[]{}<>&;=/'\"~^%!-+|a1 \n", min_size=1, max_size=60).filter(str.strip))
def test_any_markup_is_text_in_a_pdf(words: str) -> None:
    reader = pypdf.PdfReader(BytesIO(letter_bytes(letter(words, words), "pdf")))
    shown = squeezed("".join(page.extract_text() for page in reader.pages)).replace("\u200b", "")
    assert shown.count(squeezed(words)) >= 2
    assert len(reader.outline) == 1


def test_a_word_longer_than_a_line_of_a_pdf_is_broken() -> None:
    content = letter_bytes(letter("a" * 500, "Awa " + "b" * 200), "pdf")
    lines = [line for page in pypdf.PdfReader(BytesIO(content)).pages for line in page.extract_text().splitlines()]
    assert max(map(len, lines)) < 110
    assert sum(line.count("a" * 20) for line in lines) >= 12


def test_a_word_document_has_no_date_but_that_of_the_letter_and_no_name() -> None:
    content = letter_bytes(letter(), "docx")
    with ZipFile(BytesIO(content)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = file.read("docProps/core.xml").decode()
        styles = file.read("word/styles.xml").decode()
    assert "2026-06-12T00:00:00Z" in core
    assert "Durand" not in core
    assert 'w:val="fr-FR"' in styles
    with ZipFile(BytesIO(letter_bytes(attrs.evolve(letter(), lang="en"), "docx"))) as file:
        assert b'w:val="en-GB"' in file.read("word/styles.xml")
    paragraphs: list[Any] = Document(BytesIO(content)).paragraphs
    [subject] = [one for one in paragraphs if one.style.name == "Heading 1"]
    assert (subject.text, Document(BytesIO(content)).core_properties.title) == (letter().subject_line, letter().title)
    section: Any = Document(BytesIO(content)).sections[0]
    assert Document(BytesIO(content)).paragraphs[-1].paragraph_format.keep_together  # the signature stays on one page
    assert (round(section.page_width.cm), round(section.page_height.cm)) == (21, 30)


def test_a_word_document_takes_the_letterhead_of_the_host_and_no_other_file(tmp_path: Path) -> None:
    own: Any = Document()
    own.sections[0].header.paragraphs[0].text = "AFPA"
    for name in ("List Bullet", "Heading 1"):
        own.styles[name].element.getparent().remove(own.styles[name].element)
    own.save(tmp_path / "entete.docx")
    found = Document(BytesIO(letter_bytes(attrs.evolve(letter(), letterhead=tmp_path / "entete.docx"), "docx")))
    assert found.sections[0].header.paragraphs[0].text == "AFPA"
    assert any(paragraph.text.startswith("– Deux modules") for paragraph in found.paragraphs)
    (tmp_path / "entete.docx").write_text("un texte", encoding="utf-8")
    with pytest.raises(FaultsError, match="a Word document"):
        letter_bytes(attrs.evolve(letter(), letterhead=tmp_path / "entete.docx"), "docx")


def test_a_letter_is_saved_by_the_suffix_or_the_name_of_its_format(tmp_path: Path) -> None:
    first, second = save_letter(letter(), tmp_path / "a.txt"), save_letter(letter(), tmp_path / "b", "txt")
    assert first.read_bytes() == second.read_bytes() == letter_bytes(letter(), LetterFormat.TEXT)
    with pytest.raises(FaultsError, match="one of the formats txt, html, docx, pdf"):
        save_letter(letter(), tmp_path / "a.odt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b"]


@pytest.mark.parametrize(("package", "letter_format"), [("docx", "docx"), ("typst", "pdf")])
def test_a_missing_package_names_the_extra(package: str, letter_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match="extra 'letters'"):
        letter_bytes(letter(), letter_format)
