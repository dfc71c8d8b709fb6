"""Reports as pages: HTML for a screen and for print, PDF by Typst (PDF/A-2a, PDF/UA-1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import unescape
from importlib.resources import files
from typing import IO, Any, Final
from unicodedata import normalize
from zoneinfo import ZoneInfo

from reclamation_core.errors import MissingExtraError
from reclamation_core.reporting.pdf import compose_pdf
from reclamation_core.reporting.report import (
    MOST_COLUMNS,
    Report,
    ReportColumn,
    ReportTable,
    TableLayout,
    Value,
    ValueKind,
    display,
    words,
)
from reclamation_core.reporting.spreadsheets import json_parts
from reclamation_core.wording import Lang, Wording, format_number

MOST_PDF_ROWS: Final = 2_000
"""The most rows of a table in a PDF."""

_PADDING: Final = 6
"""What a column of a page in HTML has besides its width, in characters."""
_CARD_COLUMNS: Final = 3
_FIELD_LENGTH: Final = 40
"""The characters that a field takes besides its text: the rest of its last line."""
_PAGE_EMS: Final = 112
_PORTRAIT_EMS: Final = 67
"""The widths of a landscape and a portrait page, in times the size of the letters of a table whose cells are cut."""
_PADDING_EMS: Final = 1.0
_FIELD_EMS: Final = 56
_SHORT_FIELD: Final = 40
_LONGEST_WORD: Final = 40

_LABELS: Final = {
    "footnote": Wording("Empreinte SHA-256 du contenu :", "SHA-256 of the content:"),
    "page": Wording("page", "page"),
    "colon": Wording("\N{NO-BREAK SPACE}: ", ": "),
    "band": Wording("volet {number} sur {count}", "part {number} of {count}"),
    "definitions": Wording("Définitions des colonnes", "Definitions of the columns"),
    "empty": Wording("Aucune ligne.", "No rows."),
}


def digest(report: Report, lang: Lang = "fr") -> str:
    """Return the SHA-256 of what a report states, as hexadecimal digits: that of its JSON form."""
    content = hashlib.sha256()
    for part in json_parts(report, lang):
        content.update(part.encode())
    return content.hexdigest()


def write_html(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write a report as one HTML page without scripts or external files, for a screen, a telephone and print.

    The records are read once and held in memory.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    template = html_template()
    report = report.collected()  # the digest and the table state the same
    parts = template.generate(
        report=report,
        tables=report.page_tables,
        definitions=list(report.definitions(lang, on_pages=True)),
        lang=lang,
        labels={name: words(wording, lang) for name, wording in _LABELS.items()},
        words=lambda wording: words(wording, lang),
        heading=report.heading(lang),
        digest=digest(report, lang),
        show=lambda value: _shown(value, lang, report.zone),
        right={ValueKind.INTEGER, ValueKind.DECIMAL},
        unbroken={ValueKind.DATE, ValueKind.INSTANT, ValueKind.INTEGER, ValueKind.DECIMAL},
        is_wide=lambda table: len(table.columns) > MOST_COLUMNS,
        share=_share,
        css=_css_text,
    )
    for part in parts:
        stream.write(part.encode())


def _shown(value: Value, lang: Lang, zone: ZoneInfo) -> str:
    """Return a value on a page for people: as in data formats, but with the thousands of whole numbers apart."""
    if isinstance(value, int) and not isinstance(value, bool):
        return format_number(value, lang)
    return display(value, lang, zone)


def _share(column: ReportColumn[Any], table: ReportTable[Any]) -> int:
    """Return the width of a column in percent of its table."""
    return round(100 * (column.width + _PADDING) / sum(one.width + _PADDING for one in table.columns))


def _css_text(text: str) -> str:
    r"""Return a text as it stands between the quotes of a style sheet, where nothing in it has a meaning.

    >>> _css_text("N° 1")
    'N\\0000b0\\0000201'
    """
    return "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text)


@cache
def html_template() -> Any:
    """Return the compiled template of HTML pages.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("Jinja2", "reports") from error
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(template("report.html"))


def template(name: str) -> str:
    """Return the text of a template of this package."""
    return files("reclamation_core.reporting").joinpath("templates", name).read_text(encoding="utf-8")


def write_pdf(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write a report as PDF/A-2a and PDF/UA-1: tagged, with bookmarks, the header of a table on each page.

    The records are read once and held in memory. A table of more than `MOST_COLUMNS` columns is divided into parts
    (volets), each of which repeats its first column. The footer has the page and the SHA-256 of the content. Characters
    that the fonts lack are written as their code, as [U+6F22]. Two exports of the same report are the same bytes.

    Raises:
        FaultsError: a table has more than `MOST_PDF_ROWS` rows.
        MissingExtraError, PdfLimitError, PdfBusyError: see `compose_pdf`.
    """
    template, content = pdf_source(report, lang)
    stream.write(compose_pdf(template, "reports", report=content))


def pdf_source(report: Report, lang: Lang = "fr") -> tuple[str, dict[str, Any]]:
    """Return the template of Typst and its content, of which `write_pdf` makes a PDF.

    Raises:
        FaultsError: a table has more than `MOST_PDF_ROWS` rows.
    """
    return template("report.typ"), _printed(report.collected(MOST_PDF_ROWS), lang)


def _printed(report: Report, lang: Lang) -> dict[str, Any]:
    """Return what the Typst template prints: texts alone, so that no mark of a text is taken for markup."""
    made = report.exported_at.astimezone(report.zone)
    content = {
        "title": words(report.title, lang),
        "language": lang,
        "date": [made.year, made.month, made.day],
        "portrait": report.is_portrait,
        "heading": report.heading(lang),
        "notes": [words(note, lang) for note in report.notes],
        "labels": {name: words(wording, lang) for name, wording in _LABELS.items()},
        "digest": digest(report, lang),
        "definitions": list(report.definitions(lang, on_pages=True)),
    }
    parts = (part for table in report.page_tables for part in _PRINTED[table.layout](table, report, lang))
    return {**printable(content), "tables": list(parts)}


def _parts(table: ReportTable[Any], report: Report, lang: Lang) -> Iterator[dict[str, Any]]:
    """Yield the parts of a table that fit the width of the page."""
    widths = [column.width for column in table.columns]
    bands = divide(len(widths), MOST_COLUMNS)
    page = _PORTRAIT_EMS if report.is_portrait else _PAGE_EMS
    limits = [
        (table.lines if column.kind is ValueKind.TEXT else None, page * column.width / sum(widths) - _PADDING_EMS)
        for column in table.columns
    ]
    rows = [
        [cut_lines(_shown(value, lang, report.zone), *limit) for value, limit in zip(row, limits, strict=True)]
        for row in table.rows()
    ]
    for number, band in enumerate(bands, 1):
        title = words(table.title, lang)
        if len(bands) > 1:
            title = f"{title}, {words(_LABELS['band'], lang).format(number=number, count=len(bands))}"
        yield {
            "title": printable(title),
            "compact": table.lines is not None,
            "begins_page": table.begins_page and number == 1,
            "picture": _picture(table, lang) if number == 1 else None,
            "columns": [_heading(table.columns[place], lang) for place in band],
            "rows": [[printable(row[place], widths[place]) for place in band] for row in rows],
        }


def _picture(table: ReportTable[Any], lang: Lang) -> dict[str, str] | None:
    """Return the chart of a table, with its text for a screen reader and its caption; None without one."""
    drawn = "" if table.picture is None else table.picture(lang) or ""
    described = _DESCRIBED.search(drawn)
    caption = "" if table.caption is None else printable(words(table.caption, lang))
    return None if described is None else {"svg": drawn, "text": unescape(described[1]), "caption": caption}


_DESCRIBED: Final = re.compile(r'aria-label="([^"]*)"')


def _heading(column: ReportColumn[Any], lang: Lang) -> dict[str, Any]:
    right = column.kind in {ValueKind.INTEGER, ValueKind.DECIMAL}
    return {"title": printable(words(column.title, lang), column.width), "width": column.width, "right": right}


def _cards(table: ReportTable[Any], report: Report, lang: Lang) -> Iterator[dict[str, Any]]:
    """Yield a table as cards: the title of each, and its fields in columns of about the same length."""
    is_card = table.layout is TableLayout.CARDS
    titles = [words(column.title, lang) for column in table.columns]
    cards = []
    for row in table.rows():
        texts = [_EMPTY_LINES.sub("\n", _shown(value, lang, report.zone)) for value in row]
        texts = [cut_lines(text, table.lines, _FIELD_EMS) for text in texts]
        fields = [field for field in zip(titles[is_card:], texts[is_card:], strict=True) if field[1]]
        is_narrow = is_card or all(len(text) < _SHORT_FIELD for _, text in fields)
        columns = balance(fields, _CARD_COLUMNS if is_narrow else 1)
        cards.append({"title": printable(texts[0] if is_card else ""), "columns": printable(columns)})
    yield {"title": printable(words(table.title, lang)), "cards": cards}


_EMPTY_LINES: Final = re.compile(r"\s*\n\s*")
_PRINTED: Final = {TableLayout.ROWS: _parts, TableLayout.CARDS: _cards, TableLayout.FIELDS: _cards}


def balance(fields: Sequence[tuple[str, str]], count: int) -> list[list[tuple[str, str]]]:
    """Return fields in their order in at most so many columns of about the same length.

    >>> [[title for title, _ in part] for part in balance([("a", "x" * 90), ("b", "x"), ("c", "x")], 2)]
    [['a'], ['b', 'c']]
    """
    lengths = [_FIELD_LENGTH + len(text) for _, text in fields]
    parts: list[list[tuple[str, str]]] = [[] for _ in range(count)]
    before = 0
    for field, length in zip(fields, lengths, strict=True):
        parts[(before + length // 2) * count // max(sum(lengths), 1)].append(field)
        before += length
    return [part for part in parts if part]


def divide(count: int, most: int) -> list[list[int]]:
    """Return the columns of each part of a table: the first column, and as many others as a page has.

    >>> divide(5, 3)
    [[0, 1, 2], [0, 3, 4]]
    """
    others = range(1, max(count, 2), most - 1)
    return [[0, *range(start, min(start + most - 1, count))] for start in others]


def cut_lines(text: str, lines: int | None, ems: float) -> str:
    """Return a text that takes at most so many lines, cut at a word, or in a long one, where it ends with `…`.

    Args:
        text: the text.
        lines: the most lines; None for the whole text.
        ems: the width of a line, in times the size of the letters.

    >>> cut_lines("une réclamation bien plus longue que deux lignes", 2, 8)
    'une réclamation bien plus longue…'
    """
    if lines is None or (len(text) * _WIDEST <= ems and "\n" not in text):
        return text
    line, used, space = 1, 0.0, _WIDTHS[" "]
    for found in _PIECE.finditer(text):
        width = sum(_WIDTHS.get(sign, _OTHER_WIDTH) for sign in found["word"])
        is_new = "\n" in found["space"] and found.start() > 0
        if is_new or used + width > ems:
            line, used = line + 1 + int(width // ems), 0.0
            width %= ems
        used += width + space
        is_last = line == lines and found.end() < len(text.rstrip())
        if line > lines or (is_last and used - space + 1 > ems):
            return f"{text[: found.start() or int(lines * ems)].rstrip(' ,;:')}…"
    return text


_PIECE: Final = re.compile(rf"(?P<space>\s*)(?P<word>\S{{1,{_LONGEST_WORD * 5 // 6}}})")
"""A word, or the part of a longer one after which `printable` lets a line end."""
_WIDTHS: Final = {
    **dict.fromkeys("iljtfr'’.,;:!|()[]- \N{NO-BREAK SPACE}", 0.32),
    **dict.fromkeys("mwMW%@…", 0.85),
    **dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZÉÈÀ", 0.68),
}
"""About the width of a letter, in times its size."""
_OTHER_WIDTH: Final = 0.48
_WIDEST: Final = 0.9


UNPRINTABLE: Final = re.compile(
    "[^\n\x20-\x7e\xa0-\u02ff\u0370-\u0377\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff\u1d49\u1d52\u1e00-\u1eff\u2010-\u2027\u202f-\u203e"
    "\u20a0-\u20bf\u2190-\u22ff\u2500-\u262f\ufffd]"
    r"|\xad(?!\w)"
)
"""What the fonts of the document lack, the characters that change the direction of a line, marks above a letter, and
soft hyphens that no letter follows.

Typst writes a letter and a mark that no font has as one glyph twice into the text of a PDF. It draws a hyphen for a
soft hyphen at the end of a text, as for one at the end of a line.
"""
_WORD: Final = re.compile(r"\S+")


def printable(content: object, width: int = _LONGEST_WORD) -> Any:
    """Return a document whose texts the fonts can show; a word that is longer than a line can be broken.

    Args:
        content: a text, or dictionaries and lists of texts.
        width: the characters of a line; a word of capitals takes half as much again.
    """
    if isinstance(content, dict):
        return {key: printable(value, width) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [printable(value, width) for value in content]
    if not isinstance(content, str):
        return content
    composed = normalize("NFC", content.replace("\t", " "))
    shown = UNPRINTABLE.sub(lambda found: f"[U+{ord(found.group()):04X}]", composed)
    step = max(width * 5 // 6, 1)

    def broken(found: re.Match[str]) -> str:
        word = found.group()
        if len(word) + sum(map(str.isupper, word)) / 2 <= width * 1.3:
            return word
        return "\N{ZERO WIDTH SPACE}".join(word[start : start + step] for start in range(0, len(word), step))

    return shown if len(shown) <= step else _WORD.sub(broken, shown)
