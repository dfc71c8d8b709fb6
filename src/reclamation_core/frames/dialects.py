"""Writing queries for DuckDB and Spark, which read the same text but for a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import attrs


@attrs.frozen
class Dialect:
    """The words in which two engines differ; each is a format with its arguments in order.

    Args:
        quote: what stands around a name.
        escapes: what is written for characters that a text cannot have between its quotes as they are.
        numbers: a list of numbers, of their digits with commas between and their type.
        texts: a list of texts, of a literal and of the character that stands between them in it.
        item: what a list has at a place, from 0; null beyond its end.
        byte: what bytes, written in hexadecimal, have at a place, from 0; None where lists of numbers serve better.
        instant: the microseconds since 1970 of an instant.
        day: the days since 1970 of a day.
        date: the day that is so many days after the first of 1970.
    """

    quote: str
    escapes: Mapping[int, str]
    numbers: str
    texts: str
    item: str
    byte: str | None
    instant: str
    day: str
    date: str

    def name(self, column: str) -> str:
        """A column's name in a query."""
        return f"{self.quote}{column.replace(self.quote, self.quote * 2)}{self.quote}"

    def text(self, text: str) -> str:
        """A text in a query."""
        return f"'{text.translate(self.escapes)}'"


DUCKDB = Dialect(
    quote='"',
    escapes={ord("'"): "''"},
    numbers="CAST(string_split('{}', ',') AS {}[])",
    texts="string_split({}, '{}')",
    item="list_extract({}, ({}) + 1)",
    byte=None,
    instant="epoch_us({})",
    day="datediff('day', DATE '1970-01-01', {})",
    date="(DATE '1970-01-01' + CAST({} AS INTEGER))",
)
SPARK = Dialect(
    quote="`",
    escapes={ord("'"): r"\'", ord("\\"): r"\\"},
    numbers="CAST(split('{}', ',') AS array<{}>)",
    texts="split({}, '[{}]')",
    item="get({}, CAST({} AS INT))",
    # A literal as it stands: a list would be made of its text anew for each row of a frame that the driver holds.
    byte="ascii(CAST(substring(X'{}', CAST({} AS INT) + 1, 1) AS STRING))",
    instant="unix_micros({})",
    day="datediff({}, DATE '1970-01-01')",
    date="date_from_unix_date(CAST({} AS INT))",
)


@attrs.frozen(eq=False)
class Writer:
    """Writes a query in a dialect.

    Args:
        dialect: the dialect.
        apart: whether lists are columns of a relation of one row, `lists`, that the query is joined with: DuckDB makes
            a constant list anew for every two thousand rows.
    """

    dialect: Dialect
    apart: bool
    lists: list[str] = attrs.field(factory=list, init=False)

    def name(self, column: str) -> str:
        """A column's name in a query."""
        return self.dialect.name(column)

    def look(self, values: Iterable[int], key: str) -> str:
        """What a list of numbers from 0 has at a place that it has, from 0; null where the place is null."""
        numbers = tuple(values)
        if self.dialect.byte is None:
            return self.look_far(numbers, key, "INT")
        found = (self.dialect.byte.format(digits, key) for digits in _bytes(numbers))
        return f"({' + '.join(f'{byte} * {_BASE**place}' for place, byte in enumerate(found))})"

    def look_far(self, values: Iterable[int], key: str, dtype: str = "BIGINT") -> str:
        """The same for a short list of any numbers."""
        return self._item(self.dialect.numbers.format(_digits(tuple(values)), dtype), key)

    def look_text(self, values: Sequence[str], key: str) -> str:
        """What a list of texts has at a place, from 0; null beyond its end."""
        # A row's name may have any character in it; that it has all of these is not to be feared.
        between = next(mark for mark in map(chr, range(31, 0, -1)) if not any(mark in value for value in values))
        return self._item(self.dialect.texts.format(self.dialect.text(between.join(values)), between), key)

    def _item(self, made: str, key: str) -> str:
        if not self.apart:
            return self.dialect.item.format(made, key)
        self.lists.append(made)
        return self.dialect.item.format(_list_name(len(self.lists)), key)

    @property
    def one_row(self) -> str:
        """The query of the relation that holds the lists."""
        made = (
            f"(SELECT list(x) FROM (SELECT unnest({text}) AS x)) AS {_list_name(number)}"
            for number, text in enumerate(self.lists, 1)
        )
        return f"SELECT {', '.join(made)}"


_BASE: Final = 128
"""Characters below it are one byte each."""


@lru_cache(maxsize=64)
def _digits(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


@lru_cache(maxsize=64)
def _bytes(values: tuple[int, ...]) -> list[str]:
    """The numbers' digits, the lowest of all numbers first, as bytes in hexadecimal."""
    found = [bytes(value % _BASE for value in values).hex()]
    while any(values := tuple(value // _BASE for value in values)):
        found.append(bytes(value % _BASE for value in values).hex())
    return found


def _list_name(number: int) -> str:
    return f"reclamation_core_list_{number}"
