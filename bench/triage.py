"""A file of complaints, end to end, compared with a bare reading of the same file.

Ours reads, checks, decides and writes every row, with its due date and its reasons. The peers only read the CSV and
look two outcomes up: they check nothing, count no day and write nothing. The file is invented: many rows, few sheets of
facts.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench._measure import compare, ratio_row
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

ROWS: Final = 200_000
FEW: Final = 50_000
SHEETS: Final = 1_000
ROUNDS: Final = 3

_TRUTHS: Final = {"": None, "oui": True, "non": False}
_NUMBERS: Final = {"": None, **{str(number): number for number in range(11)}}
MEANINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "channel": {"": None, **{member.value: member for member in Channel}},
    "formal": _TRUTHS,
    "complainant": {"": None, **{member.value: member for member in Complainant}},
    "nature": {"": None, **{member.value: member for member in Nature}},
    "requirement": {"": None, **{member.value: member for member in Requirement}},
    "sold_service": _TRUTHS,
    "satisfaction": _NUMBERS,
    "client_scope": {"": None, **{member.value: member for member in ClientScope}},
    "service_reach": {"": None, **{member.value: member for member in ServiceReach}},
    "mobilisation": {"": None, **{member.value: member for member in Mobilisation}},
}
HEADER: Final = ("reference", "site", "received_at", *MEANINGS, "text")
_TEXT: Final = "Bonjour, je n'ai pas reçu de réponse à ma demande du mois dernier ; merci de faire le nécessaire."


def rows(count: int, sheets: int = SHEETS, *, instants: bool = False, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Invented rows: so many sheets of facts, two years of dates, or of instants to the second."""
    draw = random.Random(seed)
    drawn = [tuple(draw.choice(list(words)) for words in MEANINGS.values()) for _ in range(sheets)]
    for number in range(count):
        received = f"{draw.randint(2024, 2025)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        if instants:
            received += f"T{draw.randint(6, 21):02}:{draw.randint(0, 59):02}:{draw.randint(0, 59):02}"
        yield (f"R-{number:07}", f"CENTRE-{number % 100:03}", received, *draw.choice(drawn), _TEXT)


def write(path: Path, count: int, sheets: int = SHEETS, *, instants: bool = False) -> None:
    """Write an invented file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count, sheets, instants=instants))


def read_facts_and_look_up(path: Path) -> int:
    """Read each row into checked facts, look eligibility and level up: a program without the intake."""
    tables = m2_1().tables
    eligibility, level = tables["eligibility"].look_up, tables["level"].look_up
    zone = ZoneInfo("Europe/Paris")
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            received_at = datetime.fromisoformat(row["received_at"]).replace(tzinfo=zone)
            facts = {name: words[row[name]] for name, words in MEANINGS.items()}
            complaint = ComplaintFacts(received_at=received_at, **facts)
            eligibility(complaint)
            level(complaint)
            count += 1
    return count


def read_and_look_up(path: Path) -> int:
    """Read each row, translate its cells, look eligibility and level up; no date is read."""
    tables = m2_1().tables
    eligibility, level = tables["eligibility"].look_up, tables["level"].look_up
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            facts = {name: words[row[name]] for name, words in MEANINGS.items()}
            eligibility(facts)
            level(facts)
            count += 1
    return count


def read_and_remember(path: Path) -> int:
    """The same, one look-up for each distinct sheet of facts."""
    tables = m2_1().tables
    eligibility, level = tables["eligibility"].look_up, tables["level"].look_up
    known: dict[tuple[str, ...], Any] = {}
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            cells = tuple(row[3:13])
            if cells not in known:
                facts = {name: words[cell] for (name, words), cell in zip(MEANINGS.items(), cells, strict=True)}
                known[cells] = eligibility(facts), level(facts)
            count += 1
    return count


def run() -> list[dict[str, Any]]:
    """The rows of the table, in microseconds a row."""
    triage = Triage(m2_1(), BusinessCalendar.france())
    with TemporaryDirectory() as folder:
        path = Path(folder, "complaints.csv")
        write(path, ROWS)
        assert read_facts_and_look_up(path) == read_and_look_up(path) == read_and_remember(path) == ROWS
        assert triage_file(path, triage, Path(folder, "decisions.csv")).summary.decided == ROWS
        seconds = compare(
            {
                "ours": lambda: triage_file(path, triage, Path(folder, "decisions.csv")),
                "facts": lambda: read_facts_and_look_up(path),
                "look-up": lambda: read_and_look_up(path),
                "remember": lambda: read_and_remember(path),
            },
            rounds=ROUNDS,
        )
    each = {name: 1e6 * taken / ROWS for name, taken in seconds.items()}
    name = "triage a CSV, end to end"
    return [
        ratio_row(name, each["ours"], ("csv.DictReader, facts, two look-ups", each["facts"]), 0.8, "µs/row"),
        ratio_row(
            name, each["ours"], ("csv.DictReader, two look-ups of plain values", each["look-up"]), None, "µs/row"
        ),
        ratio_row(name, each["ours"], ("csv.reader, each sheet looked up once", each["remember"]), None, "µs/row"),
        unfavourable("triage a CSV, every instant its own", SHEETS, 1.0),
        unfavourable("triage a CSV, every instant and sheet its own", FEW, 3.0),
    ]


def unfavourable(name: str, sheets: int, target: float) -> dict[str, Any]:
    """A file of which little can be remembered, and at most how many times what the peer takes is aimed at."""
    triage = Triage(m2_1(), BusinessCalendar.france())
    with TemporaryDirectory() as folder:
        path = Path(folder, "complaints.csv")
        write(path, FEW, sheets, instants=True)
        seconds = compare(
            {
                "ours": lambda: triage_file(path, triage, Path(folder, "decisions.csv")),
                "facts": lambda: read_facts_and_look_up(path),
            },
            rounds=ROUNDS,
        )
    each = {contender: 1e6 * taken / FEW for contender, taken in seconds.items()}
    return ratio_row(name, each["ours"], ("csv.DictReader, facts, two look-ups", each["facts"]), target, "µs/row")
