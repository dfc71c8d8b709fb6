"""The formats of a letter: text, HTML, Word (.docx), PDF (PDF/A-2a, PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.atomic_files import atomic_file
from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.reporting.letters import Letter, LetterBlock
from reclamation_core.reporting.pages import printable, template
from reclamation_core.reporting.pdf import compose_pdf
from reclamation_core.wording import Wording


class LetterFormat(LabelledEnum):
    """A format of a letter; its code is the suffix of the file."""

    TEXT = "txt", "texte", "text"
    HTML = "html", "page HTML", "HTML page"
    DOCX = "docx", "document Word", "Word document"
    PDF = "pdf", "PDF", "PDF"


_ONE_OF: Final = Wording(
    f"l'un des formats {', '.join(LetterFormat)} est attendu",
    f"one of the formats {', '.join(LetterFormat)} is expected",
)
_NOT_WORD: Final = Wording("un document Word (.docx)", "a Word document (.docx)")
_LINE: Final = 30
"""How many characters a line of the recipient has in a PDF, the shortest of a letter."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The date of the files inside a document, so that two equal letters are the same bytes."""


def letter_bytes(letter: Letter, letter_format: LetterFormat | str) -> bytes:
    """Return a letter as bytes; two exports of an equal letter are the same bytes.

    Args:
        letter: the letter.
        letter_format: the format, or its code.

    Raises:
        FaultsError: the format is unknown, or the letterhead is no Word document.
        MissingExtraError: the package that the format needs is not installed.
        OSError: the letterhead cannot be read.
    """
    try:
        chosen = LetterFormat.parse(letter_format)
    except ValueError:
        raise FaultsError((Fault("format", str(letter_format), _ONE_OF),)) from None
    return _WRITERS[chosen](letter)


def save_letter(letter: Letter, path: str | Path, letter_format: LetterFormat | str | None = None) -> Path:
    """Write a letter to a file, which appears whole or not at all.

    Args:
        letter: the letter.
        path: the file; one of the same name, or a link, is replaced.
        letter_format: the format; by default that of the suffix of the file.

    Returns:
        The file.

    Raises:
        FaultsError, MissingExtraError: see `letter_bytes`.
        OSError: the file cannot be written, or the letterhead cannot be read.
    """
    target = Path(path)
    content = letter_bytes(letter, target.suffix.removeprefix(".") if letter_format is None else letter_format)
    with atomic_file(target) as stream:
        stream.write(content)
    return target


def _text(letter: Letter) -> bytes:
    parts = ["\n".join(letter.sender), "\n".join(letter.recipient), letter.place_and_date, letter.subject_line]
    for group in letter.groups():
        marks = ("- ", "\n  ") if group[0].is_item else ("", "\n")
        words = [f"{marks[0]}{block.text}".replace("\n", marks[1]) for block in group]
        parts += ["\n".join(words)] if group[0].is_item else words
    parts.append("\n".join(letter.signature))
    return ("\n\n".join(parts) + "\n").encode()


def _html(letter: Letter) -> bytes:
    page: str = _page().render(letter=letter)
    return page.encode()


@cache
def _page() -> Any:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup, escape

    def lines(text: str) -> Markup:
        return Markup("<br>").join(escape(line) for line in text.split("\n"))

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["lines"] = lines
    return environment.from_string(template("letter.html"))


def _docx(letter: Letter) -> bytes:
    try:
        from docx import Document
        from docx.opc.exceptions import PackageNotFoundError
        from docx.shared import Cm
    except ImportError as error:
        raise MissingExtraError("python-docx", "letters") from error
    try:
        source = None if letter.letterhead is None else BytesIO(letter.letterhead.read_bytes())
        document = Document(source)
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError):
        raise FaultsError((Fault("settings.letterhead", str(letter.letterhead), _NOT_WORD),)) from None
    _describe(document, letter)
    if source is None:  # the page of the package's own document is American
        page = document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.5)
        page.top_margin = page.bottom_margin = Cm(2)
        heading = document.styles["Heading 1"]  # in the type of the text
        heading.element._remove_rPr()  # noqa: SLF001  python-docx has no other way to inherit the colour
        heading.paragraph_format.space_after = None
    styles, margin = {style.name for style in document.styles}, Cm(8.5)  # a letterhead may lack a style
    document.add_paragraph("\n".join(letter.sender))
    for text in ("\n".join(letter.recipient), letter.place_and_date):
        document.add_paragraph(text).paragraph_format.left_indent = margin
    subject = document.add_paragraph(style="Heading 1" if "Heading 1" in styles else None)
    subject.add_run(letter.subject_line).bold = True
    for block in letter.blocks:
        _block(document, styles, block)
    document.add_paragraph("\n".join(letter.signature)).paragraph_format.keep_together = True
    stream = BytesIO()
    document.save(stream)
    return _undated(stream)


def _describe(document: Any, letter: Letter) -> None:
    """Set the properties and the language; the date is that of the letter, so that equal letters are equal bytes."""
    from datetime import datetime

    from docx.oxml.ns import qn

    made = datetime(letter.dated.year, letter.dated.month, letter.dated.day)  # noqa: DTZ001  Word takes it for UTC
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = letter.title, letter.sender[0], ""
    properties.language, properties.comments, properties.revision = letter.lang, "", 1
    properties.created = properties.modified = made
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR" if letter.lang == "fr" else "en-GB")


def _block(document: Any, styles: Collection[str], block: LetterBlock) -> None:
    is_list = block.is_item and "List Bullet" in styles
    paragraph = document.add_paragraph(style="List Bullet" if is_list else None)
    if block.is_item and not is_list:
        paragraph.add_run("– ")
    for run in block.runs:
        paragraph.add_run(run.text).bold = run.strong or None


def _undated(stream: BytesIO) -> bytes:
    """Return a zip file whose entries all have the same date."""
    copy = BytesIO()
    with ZipFile(stream) as given, ZipFile(copy, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            made.writestr(info, given.read(name))
    return copy.getvalue()


def _pdf(letter: Letter) -> bytes:
    content = {
        "title": letter.title,
        "author": letter.sender[0],
        "date": [letter.dated.year, letter.dated.month, letter.dated.day],
        "language": letter.lang,
        "reference": letter.reference,
        "sender": letter.sender,
        "recipient": letter.recipient,
        "place_and_date": letter.place_and_date,
        "subject": letter.subject_line,
        "groups": [
            {
                "items": group[0].is_item,
                "blocks": [[{"text": run.text, "strong": run.strong} for run in block.runs] for block in group],
            }
            for group in letter.groups()
        ],
        "signature": letter.signature,
    }
    return compose_pdf(template("letter.typ"), "letters", letter=printable(content, _LINE))


_WRITERS: Final[dict[LetterFormat, Callable[[Letter], bytes]]] = {
    LetterFormat.TEXT: _text,
    LetterFormat.HTML: _html,
    LetterFormat.DOCX: _docx,
    LetterFormat.PDF: _pdf,
}
