"""Reports as pages: HTML for a screen and for print, PDF by Typst (PDF/A-2a, PDF/UA-1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import IO, Any, Final
from unicodedata import normalize

from reclamation_core.errors import MissingExtraError
from reclamation_core.reporting.pdf import compose_pdf
from reclamation_core.reporting.report import Report, ReportColumn, ReportTable, ValueKind, display, words
from reclamation_core.reporting.spreadsheets import PAGE_WIDTH, json_parts
from reclamation_core.wording import Lang, Wording

MOST_PDF_ROWS: Final = 2_000
"""The most rows of a table in a PDF: those of a register take half of the memory of `PdfLimits`, 1 GB."""

_GAP: Final = 2
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
        lang=lang,
        labels={name: words(wording, lang) for name, wording in _LABELS.items()},
        words=lambda wording: words(wording, lang),
        heading=report.heading(lang),
        digest=digest(report, lang),
        show=lambda value: display(value, lang, report.zone),
        right={ValueKind.INTEGER, ValueKind.DECIMAL},
        unbroken={ValueKind.DATE, ValueKind.INSTANT, ValueKind.INTEGER, ValueKind.DECIMAL},
        is_wide=lambda table: sum(column.width + _GAP for column in table.columns) > PAGE_WIDTH,
        css=_css_text,
    )
    for part in parts:
        stream.write(part.encode())


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
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_template("report.html"))


def _template(name: str) -> str:
    return files("reclamation_core.reporting").joinpath("templates", name).read_text(encoding="utf-8")


def write_pdf(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write a report as PDF/A-2a and PDF/UA-1: tagged, with bookmarks, the header of a table on each page.

    The records are read once and held in memory. A table wider than the page is divided into parts (volets), each of
    which repeats its first column. The footer has the page and the SHA-256 of the content. Characters that the fonts
    lack are written as their code, as [U+6F22]. Two exports of the same report are the same bytes.

    Raises:
        FaultsError: a table has more than `MOST_PDF_ROWS` rows.
        MissingExtraError, PdfLimitError, PdfBusyError: see `compose_pdf`.
    """
    content = _printed(report.collected(MOST_PDF_ROWS), lang)
    stream.write(compose_pdf(_template("report.typ"), "reports", report=content))


def _printed(report: Report, lang: Lang) -> dict[str, Any]:
    """Return what the Typst template prints: texts alone, so that no mark of a text is taken for markup."""
    made = report.exported_at.astimezone(report.zone)
    content = {
        "title": words(report.title, lang),
        "language": lang,
        "date": [made.year, made.month, made.day],
        "heading": report.heading(lang),
        "notes": [words(note, lang) for note in report.notes],
        "labels": {name: words(wording, lang) for name, wording in _LABELS.items()},
        "digest": digest(report, lang),
        "definitions": list(report.definitions(lang)),
    }
    return {**printable(content), "tables": [part for table in report.tables for part in _parts(table, report, lang)]}


def _parts(table: ReportTable[Any], report: Report, lang: Lang) -> Iterator[dict[str, Any]]:
    """Yield the parts of a table that fit the width of the page."""
    rows = [[display(value, lang, report.zone) for value in values] for values in table.rows()]
    widths = [column.width for column in table.columns]
    bands = divide(widths, PAGE_WIDTH)
    for number, band in enumerate(bands, 1):
        title = words(table.title, lang)
        if len(bands) > 1:
            title = f"{title}, {words(_LABELS['band'], lang).format(number=number, count=len(bands))}"
        yield {
            "title": printable(title),
            "columns": [_heading(table.columns[place], lang) for place in band],
            "rows": [[printable(row[place], widths[place]) for place in band] for row in rows],
        }


def _heading(column: ReportColumn[Any], lang: Lang) -> dict[str, Any]:
    right = column.kind in {ValueKind.INTEGER, ValueKind.DECIMAL}
    return {"title": printable(words(column.title, lang)), "width": column.width, "right": right}


def divide(widths: Sequence[int], line: int) -> list[list[int]]:
    """Return the columns of each part of a table: as many as fit a line, each part with the first column in front.

    >>> divide([10, 40, 40, 40], 100)
    [[0, 1, 2], [0, 3]]
    """
    parts = [[0]]
    left = line - widths[0] - _GAP
    for place in range(1, len(widths)):
        needed = widths[place] + _GAP
        if needed > left and len(parts[-1]) > 1:
            parts.append([0])
            left = line - widths[0] - _GAP
        parts[-1].append(place)
        left -= needed
    return parts


UNPRINTABLE: Final = re.compile(
    "[^\n\x20-\x7e\xa0-\u02ff\u0370-\u0377\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff\u1e00-\u1eff\u2010-\u2027\u202f-\u203e"
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
