"""An .xlsx workbook as a package of XML parts: its sheets, shared strings and styles, read within fixed limits.

Nothing in such a file is trusted: sizes are checked in the directory of the archive and again while a part is
expanded, document types (and so entities) are refused, and nesting and tokens are limited.
"""

from __future__ import annotations

import re
import struct
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from errno import EINVAL
from posixpath import dirname, join, normpath
from typing import Any, BinaryIO, Final, TypeAlias
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import attrs

from reclamation_core.errors import FaultsError
from reclamation_core.intake.rows import file_fault
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

EXPANSION: Final = 100
"""How many times its own size a workbook may have once expanded, where that is more than `EXPANDED`."""
EXPANDED: Final = 16 << 20
"""How many bytes any workbook may have once expanded, over all the parts that are read."""
SHEET_LIMIT: Final = 4 << 30
STRINGS_LIMIT: Final = 256 << 20
PART_LIMIT: Final = 16 << 20
"""The largest sheet, shared strings and other parts that are read, in bytes once expanded."""
SHEETS: Final = 1024
"""How many sheets a workbook may have."""

ROW_TEXT: Final = 1 << 20
"""How many bytes of UTF-8 the cells of a row may have together, as a record of a CSV file."""

CHUNK: Final = 1 << 16
_TOKEN: Final = 1 << 20
_DEPTH: Final = 64
_SHORT: Final = 256
SHORT_TEXTS: Final = 1 << 14
_LONGEST_FORMAT: Final = 1 << 10
_FORMAT_NUMBER: Final = re.compile("[0-9]{1,9}")
_THIRD: Final = 3

_DATES: Final = (range(14, 23), range(27, 37), range(45, 48), range(50, 59))
_HOURS: Final = 46
"""The numbers of the date formats that every spreadsheet knows, and that of a number of hours."""
_DURATION: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE: Final = re.compile("[dmhys]", re.IGNORECASE)
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")

_READABLE: Final = Wording("un classeur .xlsx lisible", "a readable .xlsx workbook")
_NO_SHEET: Final = Wording("un classeur .xlsx avec une feuille de calcul", "an .xlsx workbook with a worksheet")
_TOO_MANY_SHEETS: Final = Wording(f"{SHEETS} feuilles au plus", f"at most {SHEETS} sheets")

Start: TypeAlias = Callable[[str, Mapping[str, str]], object]
"""Handler of the start of an element."""

_MAIN: Final = "xl/workbook.xml"
_ID: Final = tuple(
    f"{uri} id"
    for uri in (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
)


class DamageError(Exception):
    """A part that cannot be read, and what was expected of it."""

    def __init__(self, expected: Wording) -> None:
        super().__init__(expected.en)
        self.expected = expected


def damaged(part: str, why: str) -> FaultsError:
    """The error for a workbook one of whose parts is damaged."""
    shown = why[:200]
    expected = Wording(
        f"un classeur .xlsx en bon état : la partie « {part} » est abîmée ({shown}) ; ouvrez-le dans un tableur, "
        "enregistrez-le sous un autre nom et indiquez ce fichier ; rien n'a été lu de celui-ci",
        f"a sound .xlsx workbook: its part {part!r} is damaged ({shown}); open it in a spreadsheet, save it under "
        "another name and give that file; nothing was read from this one",
    )
    return FaultsError((file_fault(part, expected),))


def too_large(part: str, what: Wording) -> FaultsError:
    """The error for a workbook one of whose parts is beyond a limit."""
    expected = Wording(
        f"un classeur plus petit : dans la partie « {part} », {what.fr} ; partagez la feuille ou enregistrez-la en CSV",
        f"a smaller workbook: in its part {part!r}, {what.en}; split the sheet or save it as CSV",
    )
    return FaultsError((file_fault(part, expected),))


@contextmanager
def _readable(part: str) -> Iterator[None]:
    """Report what the archive or XML libraries raise as damage of a part; errors of the disk stay as they are."""
    try:
        yield
    except OSError as error:
        if error.errno not in (None, EINVAL):  # a place before the start of the file, from a damaged directory
            raise
        raise damaged(part, str(error)) from error
    except FaultsError:
        raise
    except DamageError as error:
        raise too_large(part, error.expected) from None
    except (
        *(BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError, LookupError),
        *(NotImplementedError, RuntimeError, OverflowError, struct.error),
    ) as error:
        raise damaged(part, str(error)) from error


class Package:
    """The parts of a workbook.

    Args:
        file: the workbook, opened in binary mode.

    Attributes:
        expanded: how many bytes it may have once expanded.

    Raises:
        FaultsError: it is no archive.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            with _readable("zip"):
                self._zip = ZipFile(file)
                self.expanded = max(EXPANDED, EXPANSION * file.seek(0, 2))
        except FaultsError as error:
            raise FaultsError((file_fault(str(error.__cause__), _READABLE),)) from error
        self._budget = self.expanded
        # Some writers separate folders by a backslash, or write names in another case than where they refer to them.
        self._parts = {_key(info.filename): info for info in self._zip.infolist()}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._parts

    def parse(
        self,
        part: str,
        limit: int,
        start: Start | None = None,
        end: Callable[[str], object] | None = None,
        text: Callable[[str], object] | None = None,
        *,
        third: Callable[[str], object] | None = None,
        is_checked: bool = False,
    ) -> Iterator[None]:
        """Parse a part; the iterator stops after each chunk, so that what its handlers made can be taken.

        Args:
            part: its name.
            limit: how many bytes it may have once expanded.
            start: handler of the start of an element.
            end: handler of its end.
            text: handler of text.
            third: handler of the start of each element that is two levels below the root, unless the part is checked.
            is_checked: the part was parsed before: its size is charged and its nesting checked once.

        Raises:
            FaultsError: it is missing, damaged or too large.
        """
        info = self._parts.get(_key(part))
        if info is None:
            raise damaged(part, "missing")
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or info.flag_bits & 1:
            raise damaged(part, "encrypted, or compressed in an unknown way")
        left = min(limit, SHEET_LIMIT if is_checked else self._budget)
        if info.file_size > left:
            raise too_large(part, _bytes(left))
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        handlers = (start, end) if is_checked else _guarded(start, end, third)
        parser.StartElementHandler, parser.EndElementHandler = handlers
        parser.CharacterDataHandler = text
        with _readable(part):
            yield from self._feed(parser, info, left, is_checked=is_checked)

    def _feed(self, parser: Any, info: ZipInfo, left: int, *, is_checked: bool) -> Iterator[None]:
        fed = 0
        with self._zip.open(info) as source:
            while chunk := source.read(CHUNK):
                fed += len(chunk)
                if not is_checked:
                    self._budget -= len(chunk)
                if fed > left:
                    raise DamageError(_bytes(left))
                parser.Parse(chunk, False)
                if fed - parser.CurrentByteIndex > _TOKEN:
                    raise DamageError(_LONG_TOKEN)
                yield
        parser.Parse(b"", True)
        yield

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: by identifier, the last word of the kind and the name; none if it has none.

        Raises:
            FaultsError: they are damaged.
        """
        folder, _, name = part.rpartition("/")
        where = join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if where not in self:
            return found

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"].replace("\\", "/")
                resolved = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                found[attributes.get("Id", "")] = (attributes["Type"].rpartition("/")[2], resolved)

        for _ in self.parse(where, PART_LIMIT, start):
            pass
        return found


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _bytes(limit: int) -> Wording:
    return Wording(f"{limit} octets au plus une fois décompressé", f"at most {limit} bytes once expanded")


_LONG_TOKEN: Final = Wording(f"{_TOKEN} octets au plus pour une balise", f"at most {_TOKEN} bytes for a tag")
_DEEP: Final = Wording(f"{_DEPTH} éléments emboîtés au plus", f"at most {_DEPTH} nested elements")


def local(name: str) -> str:
    """The local name of an element, whose namespace a space separates from it."""
    return name.rpartition(" ")[2]


def _refuse_document_type(*_: object) -> None:
    raise ValueError("document type")


def _guarded(start: Start | None, end: Callable[[str], object] | None, third: Callable[[str], object] | None) -> Any:
    """Handlers that limit nesting and call those given, `third` at the start of each element of the third level."""
    depth = 0

    def guarded_start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise DamageError(_DEEP)
        if start is not None:
            start(name, attributes)
        if depth == _THIRD and third is not None:
            third(name)

    def guarded_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    return guarded_start, guarded_end


class TextItem:
    """The text of a string item, `<si>` or `<is>`: that of its runs, without phonetic readings."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = self._phonetic = 0
        self._is_text = False

    def clear(self) -> None:
        """Begin another one."""
        self._pieces.clear()
        self._size = self._phonetic = 0
        self._is_text = False

    def start(self, name: str) -> None:
        """Take the start of an element inside, by its local name."""
        self._phonetic += name == "rPh"
        self._is_text = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        """Take the end of an element inside."""
        self._phonetic -= name == "rPh"
        self._is_text = False

    def text(self, piece: str) -> None:
        """Take text; of a text that no row has room for, no more than shows it."""
        if self._is_text and self._size <= ROW_TEXT:
            self._size += len(piece)
            self._pieces.append(piece)

    @property
    def value(self) -> str:
        """The text."""
        return unescaped("".join(self._pieces))


class Texts:
    """The shared strings of a workbook, by their index: UTF-8 in one buffer, a fraction of what strings would take."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._ends = array("Q", (0,))
        self._short: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        """Add the next one."""
        self._buffer += text.encode()
        self._ends.append(len(self._buffer))

    def size(self, index: int) -> int:
        """How many bytes one of them has.

        Raises:
            IndexError: there is none of this index.
        """
        return self._ends[index + 1] - self._ends[index]

    def __getitem__(self, index: int) -> str:
        """One of them, by an index of which `size` knows."""
        text = self._short.get(index)
        if text is not None:
            return text
        text = self._buffer[self._ends[index] : self._ends[index + 1]].decode()
        if len(text) <= _SHORT:
            if len(self._short) >= SHORT_TEXTS:
                self._short.clear()
            self._short[index] = text
        return text


@attrs.frozen
class SheetPart(SharedRepr):
    """A worksheet of a workbook: its title, and the name of its part."""

    title: str
    part: str


class Workbook:
    """The parts of a workbook other than the rows of its sheets.

    Args:
        file: the workbook, opened in binary mode.

    Attributes:
        package: its parts.
        sheets: its worksheets, in order, never empty.
        texts: the shared strings.
        formats: for each style, the kind of its number format: "date", "duration" or "" for a number; None where the
            style is unreadable.
        is_1904: dates are counted from 1904.

    Raises:
        FaultsError: it is no workbook, or one of these parts is missing, damaged or too large.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.package = Package(file)
        main = next((part for kind, part in self.package.relations("").values() if kind == "officeDocument"), _MAIN)
        if main not in self.package:
            raise FaultsError((file_fault(main, _READABLE),))
        relations = self.package.relations(main)
        self.is_1904 = False
        self.sheets = tuple(self._sheets(main, relations))
        if not self.sheets:
            raise FaultsError((file_fault(main, _NO_SHEET),))
        if len(self.sheets) > SHEETS:
            raise too_large(main, _TOO_MANY_SHEETS)
        others = dict(relations.values())
        self.texts = Texts()
        if "sharedStrings" in others:
            self._read_texts(others["sharedStrings"])
        self.formats: list[str | None] = [""]
        if "styles" in others:
            self.formats = self._formats(others["styles"])

    def _sheets(self, main: str, relations: Mapping[str, tuple[str, str]]) -> Iterator[SheetPart]:
        found: list[tuple[str, str]] = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if local(name) == "sheet":
                identifier = next((attributes[key] for key in _ID if key in attributes), "")
                found.append((attributes.get("name", ""), identifier))
            elif local(name) == "workbookPr":
                self.is_1904 = attributes.get("date1904") in {"1", "true", "on"}

        for _ in self.package.parse(main, PART_LIMIT, start):
            pass
        for title, identifier in found:
            kind, part = relations.get(identifier, ("worksheet", ""))
            if kind == "worksheet":  # the others are charts and dialogs
                yield SheetPart(title, part)

    def _read_texts(self, part: str) -> None:
        item = TextItem()

        def start(name: str, _: Mapping[str, str]) -> None:
            name = local(name)
            if name == "si":
                item.clear()
            else:
                item.start(name)

        def end(name: str) -> None:
            name = local(name)
            if name == "si":
                self.texts.append(item.value)
            else:
                item.end(name)

        for _ in self.package.parse(part, STRINGS_LIMIT, start, end, item.text):
            pass

    def _formats(self, part: str) -> list[str | None]:
        codes: dict[str, str] = {}
        styles: list[str] = []
        where: list[str] = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            name = local(name)
            where.append(name)
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif where[-2:] == ["cellXfs", "xf"]:
                styles.append(attributes.get("numFmtId", "0"))

        for _ in self.package.parse(part, PART_LIMIT, start, lambda _: where.pop()):
            pass
        kinds = {identifier: _kind(identifier, codes.get(identifier)) for identifier in {*styles}}
        return [kinds[identifier] for identifier in styles] or [""]


def _kind(identifier: str, code: str | None) -> str | None:
    """The kind of a number format, by its code or, where none is written, by its number."""
    if code is None:
        if not _FORMAT_NUMBER.fullmatch(identifier):
            return None
        number = int(identifier)
        return "duration" if number == _HOURS else "date" if any(number in dates for dates in _DATES) else ""
    code = code[:_LONGEST_FORMAT].partition(";")[0]
    if _DURATION.search(code):
        return "duration"
    return "date" if _DATE.search(_LITERAL.sub("", code)) else ""


def unescaped(text: str) -> str:
    r"""A text with the characters that a workbook writes as their number, `_x000D_`, save those no text may hold.

    >>> unescaped("a_x000D_b"), unescaped("_x005F_x000D_"), unescaped("_x0000_")
    ('a\rb', '_x000D_', '_x0000_')
    """
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if is_storable(character) else found[0]
