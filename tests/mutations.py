"""Workbooks and TOML files spoiled in every way that a damaged disk, another program or an attacker spoils them."""

import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Final
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from openpyxl import Workbook

Parts = dict[str, bytes]
SHEET: Final = "xl/worksheets/sheet1.xml"
STRINGS: Final = "xl/sharedStrings.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHARED: Final = (
    b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    b'Target="sharedStrings.xml" Id="rId99"/>'
)
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XMLNS: Final = f'xmlns="{_MAIN}"'
_HEADER: Final = ("reference", "received_at", "channel", "formal", "causes", "text", "site")


@cache
def sound() -> tuple[Parts, ...]:
    """The parts of sound workbooks: with shared strings, as Excel writes them, and without, as openpyxl does."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Plaintes"
    sheet.append(_HEADER)
    for number in range(1, 40):
        moment = datetime(2026, 5, 1 + number % 28, 9, 30)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
        row = (f"R-{number}", moment, "email", bool(number % 2), number, f"texte {number}", "CRE")
        sheet.append(row)
    sheet["H1"] = "note"
    sheet["H2"] = "=1+1"
    book.create_sheet("Autre").append(["x", 1])
    made = BytesIO()
    book.save(made)
    with ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    sheet_part = re.sub(rb't="inlineStr"><is><t>(.*?)</t></is>', shared, parts[SHEET])
    strings = b"".join(b'<si><t xml:space="preserve">' + text + b"</t></si>" for text in texts)
    excel = {
        **parts,
        SHEET: sheet_part.replace(b"<row ", b'<row spans="1:8" '),
        STRINGS: f"<sst {_XMLNS}>".encode() + strings + b"</sst>",
        _RELATIONS: parts[_RELATIONS].replace(b"</Relationships>", _SHARED + b"</Relationships>"),
    }
    return excel, parts


def zipped(parts: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    made = BytesIO()
    with ZipFile(made, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def sheet_of(rows: str, before: str = "") -> bytes:
    """A sheet whose rows are those."""
    text = f'<?xml version="1.0"?>{before}<worksheet {_XMLNS}><sheetData>{rows}</sheetData></worksheet>'
    return text.encode()


def inline_row(number: int, *texts: str) -> str:
    """A row of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def workbook_of(rows: str, before: str = "", **others: bytes | None) -> bytes:
    """A workbook with the header and these rows, and other parts in place of its own; None takes one away."""
    parts: dict[str, bytes] = {**sound()[0], SHEET: sheet_of(inline_row(1, *_HEADER) + rows, before)}
    for name, part in others.items():
        where = {"strings": STRINGS, "styles": "xl/styles.xml", "book": "xl/workbook.xml"}[name]
        if part is None:
            del parts[where]
        else:
            parts[where] = part
    return zipped(parts)


GOOD: Final = inline_row(3, "R-3", "2026-05-04")
_DATE: Final = '<c t="inlineStr"><is><t>2026-05-04</t></is></c>'
BAD_CELLS: Final = {
    "a text as a number": "<c><v>abc</v></c>",
    "a number of 400 digits and an exponent": f"<c><v>{'9' * 400}e9999</v></c>",
    "not a number": "<c><v>NaN</v></c>",
    "a day that is none": '<c t="d"><v>2026-99-99</v></c>',
    "an hour with a zone": '<c t="d"><v>2026-05-04T09:30:00+02:00</v></c>',
    "a truth that is none": '<c t="b"><v>x</v></c>',
    "a shared string that is not there": '<c t="s"><v>99999</v></c>',
    "a shared string before the first": '<c t="s"><v>-1</v></c>',
    "a shared string of no number": '<c t="s"><v>x</v></c>',
    "an unknown type": '<c t="z"><v>1</v></c>',
    "a style that is none": '<c s="999"><v>1</v></c>',
    "a style of no number": '<c s="x"><v>1</v></c>',
    "a date beyond the last": '<c s="1"><v>99999999999</v></c>',
}
"""Cells of a column that is read, each of which rejects its own row."""

BAD_ROWS: Final = {
    "a number that is none": f'<row r="x"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}</row>',
    "a number beyond the last": f'<row r="2000000000"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}</row>',
    "the number after the last": f'<row r="1048577"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}</row>',
    "a number of a row before": f'<row r="1"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}</row>',
    "a column beyond the last": f'<row r="2"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}<c r="ZZZZZ2"/></row>',
    "the column after the last": f'<row r="2"><c t="inlineStr"><is><t>R-2</t></is></c>{_DATE}<c r="XFE2"/></row>',
    "a column of no name": f'<row r="2"><c r="2"><v>1</v></c>{_DATE}</row>',
    "a column twice": '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    "too many cells": f'<row r="2">{"<c/>" * 17_000}</row>',
    "a cell too long": f'<row r="2"><c t="inlineStr"><is><t>{"x" * (1 << 21)}</t></is></c>{_DATE}</row>',
    "a formula too long": f'<row r="2"><c><f>{"1+" * (1 << 20)}</f></c>{_DATE}</row>',
}
"""Rows, in place of the second, each of which is rejected alone."""


def _bomb(text: str, times: int) -> bytes:
    return text.encode() * times


BOMBS: Final[Mapping[str, Callable[[], bytes]]] = {
    "a sheet of 200 MB": lambda: workbook_of(GOOD + " " * 200_000_000),
    "a cell of 200 MB": lambda: workbook_of(inline_row(2, "x" * 200_000_000)),
    "shared strings of 300 MB": lambda: workbook_of(
        GOOD, strings=f"<sst {_XMLNS}>".encode() + b"<si><t>" + b"x" * 300_000_000 + b"</t></si></sst>"
    ),
    "shared strings without an end": lambda: workbook_of(
        GOOD, strings=f"<sst {_XMLNS}>".encode() + b"<si/>" * 5_000_000 + b"</sst>"
    ),
    "more rows than Excel writes": lambda: workbook_of("<row/>" * 1_100_000),
    "a million cells in a row": lambda: workbook_of(f'<row r="2">{"<c/>" * 1_000_000}</row>{GOOD}'),
    "a million cells of text in a row": lambda: workbook_of(f'<row r="2">{"<c><v>1</v></c>" * 900_000}</row>{GOOD}'),
    "nested elements": lambda: workbook_of("<row>" * 500_000),
    "a tag of 10 MB": lambda: workbook_of(f'<row r="{"1" * 10_000_000}"/>'),
    "a comment of 10 MB": lambda: workbook_of(f"<!--{'x' * 10_000_000}-->"),
    "a million attributes": lambda: workbook_of("<row " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>"),
    "entities": lambda: workbook_of(
        inline_row(2, "&z;"),
        before='<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(25))
        + "]>",
    ),
    "one long text in every row": lambda: workbook_of(
        "".join(f'<row><c t="s"><v>0</v></c><c t="s"><v>{n % 2}</v></c></row>' for n in range(200_000)),
        strings=f"<sst {_XMLNS}><si><t>{'x' * 1_000_000}</t></si><si><t>{'é' * 500_000}</t></si></sst>".encode(),
    ),
    "ten thousand sheets": lambda: workbook_of(
        GOOD,
        book=(
            f'<workbook {_XMLNS} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
            + "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(10_000))
            + "</sheets></workbook>"
        ).encode(),
    ),
    "styles of 20 MB": lambda: workbook_of(
        GOOD, styles=f"<styleSheet {_XMLNS}>{' ' * 20_000_000}</styleSheet>".encode()
    ),
    "a format of brackets": lambda: workbook_of(
        GOOD,
        styles=(
            f'<styleSheet {_XMLNS}><numFmts><numFmt numFmtId="200" formatCode="{"[" * 900_000}"/></numFmts>'
            '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
        ).encode(),
    ),
}
"""Workbooks that take memory or time out of proportion; each is refused or read within little of both."""

_NASTY: Final = (
    *(b"", b"x", b"-1", b"0", b"999999999999999999999", b"1e999", b"NaN", b"2026-99-99", b"ZZZZZ2", b"A0", b"\x00"),
    *(b"\xff\xfe", b"&#0;", b"&#xD800;", b"&lt;", b"]]>", b"<![CDATA[", b"<!DOCTYPE x>", b"_x0000_", b"_xD800_"),
    *("é\u202e\u2028".encode(), b"true", b"'=1+1", b" ", b"\n", b"/../..", b"9" * 5000, b"0x10", b"1_0"),
)
_VALUE: Final = re.compile(rb'"[^"]*"|>[^<]+<')
_TAG: Final = re.compile(rb"<[^>]*>")


def _with_a_value(part: bytes, draw: random.Random) -> bytes:
    found = list(_VALUE.finditer(part))
    if not found:
        return part
    place = draw.choice(found)
    return part[: place.start() + 1] + draw.choice(_NASTY) + part[place.end() - 1 :]


def _without_a_tag(part: bytes, draw: random.Random) -> bytes:
    found = list(_TAG.finditer(part))
    if not found:
        return part
    place = draw.choice(found)
    return part[: place.start()] + draw.choice([b"", place[0] * 2, b"<x>", b"</x>"]) + part[place.end() :]


def _other_bytes(content: bytes, draw: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 8, 64])):
        made[draw.randrange(len(made))] = draw.randrange(256)
    return bytes(made)


def _cut(content: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(content))
    return draw.choice([content[:start], content[: -draw.randrange(1, 60)], content[:start] + content[start + 40 :]])


def _spliced(content: bytes, draw: random.Random) -> bytes:
    start, other = draw.randrange(len(content)), draw.randrange(len(content))
    return content[:start] + content[other : other + draw.randrange(1, 400)] + content[start:]


_PART_MUTATIONS: Final = (_with_a_value, _with_a_value, _without_a_tag, _other_bytes, _cut, _spliced)
_FILE_MUTATIONS: Final = (_other_bytes, _cut, _spliced)
_LIKELY: Final = (SHEET, SHEET, SHEET, "xl/styles.xml", "xl/workbook.xml")


def _other_archive(parts: Parts, draw: random.Random) -> bytes:
    """The parts in an archive whose directory is wrong, or with a part missing."""
    which = draw.randrange(6)
    if which == 0:
        del parts[draw.choice(list(parts))]
        return zipped(parts)
    if which == 1:
        return zipped(parts, draw.choice([ZIP_STORED, ZIP_BZIP2, ZIP_LZMA]))
    content = bytearray(zipped(parts))
    entries = [found.start() for found in re.finditer(b"PK\x01\x02", content)]
    entry = draw.choice(entries)
    # Version, flags, method, checksum, sizes, lengths and place of one entry.
    first, size = draw.choice([(6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (42, 4)])
    value = draw.choice([0, 1, draw.randrange(1 << 8 * size), (1 << 8 * size) - 1])
    content[entry + first : entry + first + size] = value.to_bytes(size, "little")
    return bytes(content)


def workbook(number: int) -> bytes:
    """The workbook of this number: some of the above, and sound ones spoiled at random."""
    draw = random.Random(number)  # noqa: S311  (drawn again by its number)
    kind = number % 10
    if kind == 0:
        cell = draw.choice(list(BAD_CELLS.values()))
        return workbook_of(f'<row r="2"><c t="inlineStr"><is><t>R-2</t></is></c>{cell}</row>{GOOD}')
    if kind == 1:
        return workbook_of(draw.choice(list(BAD_ROWS.values())) + GOOD)
    parts = dict(draw.choice(sound()))
    if kind == 2:
        return _other_archive(parts, draw)
    if kind in {3, 4}:
        return draw.choice(_FILE_MUTATIONS)(zipped(parts), draw)
    for _ in range(draw.choice([1, 1, 1, 2, 5])):
        name = draw.choice(_LIKELY) if draw.random() < 0.7 else draw.choice(list(parts))
        if parts[name]:
            parts[name] = draw.choice(_PART_MUTATIONS)(parts[name], draw)
    return zipped(parts)


SOUND_TOML: Final = {
    "mapping": (
        'ignored = ["x"]\nmissing = ["NA"]\ndate_formats = ["%d/%m/%Y", "%Y-%m-%d"]\ntime_zone = "Europe/Paris"\n'
        'decimal_comma = true\n[columns]\nreference = "id"\nreceived_at = "date"\n[values.channel]\nWeb = "portal"\n'
        '[constants]\nformal = "oui"\ncauses = 2\n'
    ),
    "sites": (
        '[sites.METZ]\nname = "Metz"\nregion = "Grand Est"\nbridge_days = [2026-05-15]\n'
        '[sites."A B"]\nname = "b"\nregion = "c"\n'
    ),
    "policy": (
        'starts_from = "M2-1"\nedition = "e"\nin_force_from = 2027-01-01\n'
        "[survey]\nthreshold = 7\n[deadline]\ndays = 10\n"
    ),
    "profile": "days = 30\n",
}
"""A sound file for each reader of TOML."""

DEEP: Final = 20_000
HOSTILE_TOML: Final = {
    "deep arrays": f"a = {'[' * DEEP}{']' * DEEP}\n",
    "arrays never closed": f"a = {'[' * DEEP}\n",
    "deep tables in lines": f"a = {'{a=' * DEEP}1{'}' * DEEP}\n",
    "deep arrays of strings": f'a = {"[" * DEEP}"]"{"]" * DEEP}\n',
    "5,000 digits": f"a = {'9' * 5000}\n",
    "a hexadecimal number of 100,000 digits": f"days = 0x{'f' * 100_000}\n",
    "a constant of 5,000 digits": f"[constants]\ncauses = 0x{'f' * 5000}\n",
    "100 kB of dotted keys": f"{'a.' * 50_000}a = 1\n",
    "dotted keys with spaces": f"{'a . ' * 25_000}a = 1\n",
    "dotted keys in quotes": f"""{'"a".' * 12_500}{"'a'." * 12_500}a = 1\n""",
    "dotted names of tables": f"[{'a.' * 50_000}a]\n",
    "dotted keys in a table in a line": f"x = {{ {'a.' * 50_000}a = 1 }}\n",
    "a date format with a directive twice": 'date_formats = ["%Y-%m-%d%d"]\n',
    "a date format that never ends": f'date_formats = ["%Y-%m-%d{"%Y" * 5000}"]\n',
    "a date format of brackets": 'date_formats = ["%Y-%m-((([["]\n',
    "a time zone that is a place": 'time_zone = "../../../../etc/passwd"\n',
    "a time zone of NUL": 'time_zone = "a\\u0000b"\n',
    "10 MB": "# comment\n" * 1_000_000,
    "a quote never closed": f'a = """{"x" * 100_000}\n',
    "many quotes": '"' * 50_000,
    "nested tables without an end": "".join(f"[{'.'.join('a' * depth)}]\n" for depth in range(1, 200)),
}
"""TOML that takes memory, time or depth out of proportion, whatever reads it."""

_TOML_NASTY: Final = (
    *("[", "]", "{", "}", '"', "'", '"""', "=", ".", "a.a", "[[x]]", "nan", "-inf", "9" * 5000, "1e999", "\\ud800"),
    *(
        "0x" + "f" * 5000,
        "2026-99-99",
        "24:00:00",
        "true",
        "\x00",
        "\x1b[2J",
        "\u202e",
        "\n",
        "#",
        "[" * 200,
        "a." * 200,
    ),
    *("%Y-%m-%d%d", "%", "%%", "%Q", "%Y%m%d%H%M%S%f%z%Z%j%U%w%W%c%x%X%p%a%A%b%B%y", '"\\U0010FFFF"', "''''''"),
)


def toml(number: int) -> tuple[str, bytes]:
    """The TOML file of this number, and the name of the reader that it is for."""
    draw = random.Random(number)  # noqa: S311  (drawn again by its number)
    reader = draw.choice(list(SOUND_TOML))
    text = SOUND_TOML[reader]
    kind = number % 4
    if kind == 0:
        hostile = draw.choice(list(HOSTILE_TOML.values()))
        return reader, (text + hostile if draw.random() < 0.5 else hostile + text).encode()
    if kind == 1:
        return reader, draw.choice(_FILE_MUTATIONS)(text.encode(), draw)
    for _ in range(draw.choice([1, 1, 2, 4])):
        start = draw.randrange(len(text))
        text = text[:start] + draw.choice(_TOML_NASTY) + text[start + draw.choice([0, 0, 1, 5, 20]) :]
    return reader, text.encode("utf-8", "surrogatepass")
