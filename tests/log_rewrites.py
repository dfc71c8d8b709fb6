"""Rewrites of a register by somebody with the database and the key: what a published checkpoint has to show."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection, text

from reclamation_core.cases.log import LogEntry, LogState
from reclamation_core.documents.canonical import canonical_json, first_link, link
from reclamation_core.reporting.notes import signed_note
from tests.inside import engine_of

Row = dict[str, Any]
_TABLES = (
    ("reclamation_case_events", "case_reference", "reclamation_cases", "reference"),
    ("reclamation_plan_events", "scope", "reclamation_plans", "scope"),
)


class Register:
    """The events and the log of a register, as rows that somebody may change."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.streams: dict[str, list[Row]] = {}
        self._kinds: dict[str, tuple[str, str, str, str]] = {}
        for kind in _TABLES:
            for row in self._rows(f"SELECT * FROM {kind[0]} ORDER BY {kind[1]}, number"):
                self.streams.setdefault(row[kind[1]], []).append(row)
                self._kinds[row[kind[1]]] = kind
        self.log = [
            (row["holder"], row["number"]) for row in self._rows("SELECT * FROM reclamation_log ORDER BY log_index")
        ]
        self.positions = {
            (row["holder"], row["number"]): row["position"] for row in self._rows("SELECT * FROM reclamation_log")
        }

    def _rows(self, sql: str) -> list[Row]:
        return [dict(row) for row in self._connection.execute(text(sql)).mappings()]

    def write(self, *, key: bytes | None, origin: str) -> None:
        """Write the events with new numbers and new links, the log with them, and its checkpoints signed again."""
        run, links = self._connection.execute, dict[tuple[str, int], str]()
        for holder, rows in self.streams.items():
            events, owner, table, name = self._kinds[holder]
            run(text(f"DELETE FROM {events} WHERE {owner} = :holder"), {"holder": holder})
            last = first_link(holder)
            for number, row in enumerate(rows, 1):
                document = json.loads(row["document"]) | {"number": number}
                row["document"] = canonical_json(document)
                last = row["link"] = links[holder, number] = link(last, row["document"])
                row["number"] = number
                columns = ", ".join(row)
                run(text(f"INSERT INTO {events} ({columns}) VALUES ({', '.join(f':{one}' for one in row)})"), row)
            changed = {"link": last, "version": len(rows), "holder": holder}
            run(text(f"UPDATE {table} SET link = :link, version = :version WHERE {name} = :holder"), changed)
        if key is None:
            return
        run(text("DELETE FROM reclamation_log"))
        entries = [
            LogEntry(index, holder, number, links[holder, number])
            for index, (holder, number) in enumerate(one for one in self.log if one in links)
        ]
        for entry in entries:
            values = {"i": entry.index, "h": entry.holder, "n": entry.number, "l": entry.link}
            position = self.positions.get((entry.holder, entry.number))
            run(text("INSERT INTO reclamation_log VALUES (:i, :h, :n, :l, :p)"), {**values, "p": position})
        for row in self._rows("SELECT size FROM reclamation_log_checkpoints"):
            state = LogState.of(entries[: row["size"]])
            note = signed_note(str(state.checkpoint(origin)), origin, key)
            values = {"note": note, "state": state.to_json(), "size": row["size"]}
            run(text("UPDATE reclamation_log_checkpoints SET note = :note, state = :state WHERE size = :size"), values)


def _chosen(register: Register, size: int, random: Random) -> tuple[list[Row], int]:
    """Return a stream and the place in it of an event that was logged before a checkpoint."""
    holder, number = random.choice(register.log[:size])
    return register.streams[holder], number - 1


def change(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    rows[place]["document"] = rows[place]["document"].replace('"role":"', '"role":"x')


def backdate(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    document = json.loads(rows[place]["document"])
    document["recorded_at"] = document["occurred_at"] = "2001-01-01T00:00:00+00:00"
    rows[place]["document"] = canonical_json(document)


def delete(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    holder = json.loads(rows[place]["document"])
    del rows[place]
    own = holder.get("case") or next(name for name, found in register.streams.items() if found is rows)
    register.log.remove((own, len(rows) + 1))


def cut(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    del rows[place:]


def insert(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    row = dict(rows[place]) | {"document": rows[place]["document"].replace('"role":"', '"role":"y')}
    if "position" in row:
        row["position"] = 10**9
    rows.insert(place, row)
    own = next(name for name, found in register.streams.items() if found is rows)
    register.log.insert(register.log.index((own, len(rows) - 1)) + 1, (own, len(rows)))


def reorder(register: Register, size: int, random: Random) -> None:
    first, second = random.sample(range(max(size, 2)), 2)
    log = register.log
    log[first], log[second] = log[second], log[first]


def swap(register: Register, size: int, random: Random) -> None:
    rows, place = _chosen(register, size, random)
    other = place - 1 if place else min(1, len(rows) - 1)
    if other == place:
        change(register, size, random)
    else:
        rows[place]["document"], rows[other]["document"] = rows[other]["document"], rows[place]["document"]


REWRITES: tuple[Callable[[Register, int, Random], None], ...] = (change, backdate, delete, cut, insert, reorder, swap)
"""Each changes what was logged before a checkpoint."""


def rewrite(store: Any, size: int, random: Random, *, key: bytes, origin: str) -> str:
    """Rewrite a register; return what was done. One in three leaves the log as it is, where events alone change."""
    done = random.choice(REWRITES)
    with engine_of(store).connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        register = Register(connection)
        done(register, size, random)
        in_log = done is reorder or random.random() < 2 / 3
        register.write(key=key if in_log else None, origin=origin)
    return f"{done.__name__}{'' if in_log else ' beside the log'}"
