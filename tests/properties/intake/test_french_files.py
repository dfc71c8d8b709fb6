"""Files in French: the decisions say what those in codes say, and dates and numbers are read as everywhere else."""

import csv
import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cli.options import typed_instant
from reclamation_core.intake import COLUMNS, Triage, triage_file
from reclamation_core.intake import read as read_file
from reclamation_core.intake.timestamps import parse_instant
from reclamation_core.intake.triage import FRENCH_COLUMNS
from reclamation_core.policy import m2_1, parse_policy
from reclamation_core.vocabulary import Site, Sites
from tests.typography import plain

PARIS = ZoneInfo("Europe/Paris")
SITES = Sites(
    [
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STR", name="Strasbourg ; Nord", region="Grand Est", territory="alsace-moselle"),
    ]
)
NAMES = {"": "", "CRE": "Créteil", "STR": "Strasbourg ; Nord"}
TERRITORIES = {"metropole": "métropole", "alsace-moselle": "Alsace-Moselle"}
WORDS = {
    "eligibility": {"": "à clarifier", "complaint": "réclamation", "out_of_scope": "hors du cadre"},
    "level": {"": "", "local": "local", "regional": "régional", "national": "national"},
    "band": {"": "", "low": "faible", "moderate": "modéré", "high": "élevé", "critical": "critique"},
    "complexity": {"": "", "simple": "simple", "complex": "complexe"},
}
EDITED = {
    "starts_from": "M2-1",
    "edition": "essai",
    "tables": {
        "eligibility": {
            "add": [{"id": "middling", "when": {"satisfaction": "[6..7[", "formal": "true"}, "then": "complaint"}]
        },
        "level": {"remove": ["local-client"]},
    },
}
EDITIONS = {"M2-1": Triage(m2_1(), BusinessCalendar.france())}
EDITIONS["essai"] = Triage(parse_policy(EDITED), BusinessCalendar.france())
ROWS = st.fixed_dictionaries(
    {
        "site": st.sampled_from(list(NAMES)),
        "received_at": st.sampled_from(["2026-05-02", "02/05/2026", "24/12/2026 17:30"]),
        "channel": st.sampled_from(["", "courriel", "survey", "téléphone"]),
        "formal": st.sampled_from(["", "oui", "non"]),
        "complainant": st.sampled_from(["", "stagiaire", "entreprise", "autre personne"]),
        "nature": st.sampled_from(["", "réclamation", "general_opinion"]),
        "requirement": st.sampled_from(["", "contractuelle", "aucune"]),
        "sold_service": st.sampled_from(["", "oui"]),
        "satisfaction": st.sampled_from(["", "5,5", "7.5"]),
        "client_scope": st.sampled_from(["", "local", "national"]),
        "service_reach": st.sampled_from(["", "one_centre", "plusieurs régions"]),
        "mobilisation": st.sampled_from(["", "local"]),
        "severity_safety": st.sampled_from(["", "0", "4"]),
        "likelihood": st.sampled_from(["", "1", "4,0"]),
        "causes": st.sampled_from(["", "2"]),
    }
)


def read(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig" if delimiter == ";" else "utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def french_of(name: str, code: str, edition: str) -> str:
    """Return what a cell in codes is in French, by lists of this test and by counting rules."""
    policy = EDITIONS[edition].policy
    if name == "site":
        return NAMES[code]
    if name in {"received_on", "due_date"}:
        return "/".join(reversed(code.split("-")))
    if name == "calendar":
        territory = re.fullmatch(r"(.+)-1990-2099-[0-9a-f]{12}", code)
        assert territory is not None
        return TERRITORIES[territory[1]]
    if name.endswith("_rows"):
        names = list(policy.tables)
        table = name.removesuffix("_rows")
        ids = [row.id for row in policy.tables[table].rows]
        return ", ".join(f"R{names.index(table) + 1}.{ids.index(row) + 1}" for row in code.split())
    return WORDS.get("level" if name == "handling_level" else name, {}).get(code, code)


@given(st.lists(ROWS, min_size=1, max_size=4), st.sampled_from(["M2-1", "essai"]))
def test_decisions_in_french_and_in_codes_say_the_same(drawn: list[dict[str, str]], edition: str) -> None:
    triage = EDITIONS[edition]
    with TemporaryDirectory() as folder:
        path, french, codes = (Path(folder, name) for name in ("a.csv", "french.csv", "codes.csv"))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["reference", *drawn[0]], delimiter=";")
            writer.writeheader()
            writer.writerows({"reference": f"R;{number}", **row} for number, row in enumerate(drawn))
        assert triage_file(path, triage, french, sites=SITES).summary.rejected == 0
        triage_file(path, triage, codes, sites=SITES, output_format="codes")
        expected = read(codes, ",")
        written = read(french, ";")
    assert list(expected[0]) == list(COLUMNS)
    assert list(written[0]) == [FRENCH_COLUMNS[name] for name in COLUMNS]
    assert len(written) == len(expected) == len(drawn)
    for one, other in zip(written, expected, strict=True):
        for name, code in other.items():
            assert plain(one[FRENCH_COLUMNS[name]]) == french_of(name, code, edition)


@example(datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001
@given(st.datetimes(datetime(1990, 1, 1), datetime(2098, 1, 1)))  # noqa: DTZ001  (local times)
def test_a_french_date_of_a_file_and_of_the_command_are_one_instant(local: datetime) -> None:
    day = f"{local.day:02}/{local.month:02}/{local.year}"
    for text, iso in ((day, f"{local:%Y-%m-%d}"), (f"{day} {local.hour}:{local.minute:02}", f"{local:%Y-%m-%dT%H:%M}")):
        try:
            expected = parse_instant(iso, (), PARIS)
        except ValueError:
            rejected: Any = next(iter(read_file(BytesIO(f"reference,received_at\nA1,{text}\n".encode()))))
            assert "this time does not exist: when the clocks change" in rejected.faults[0].expected.en
            continue
        assert parse_instant(text, (), PARIS) == typed_instant(text, "JOUR", PARIS) == expected


@given(st.decimals(0, 10, places=2))
def test_a_decimal_comma_and_a_point_are_one_number(note: Decimal) -> None:
    content = "reference;received_at;satisfaction\nA1;02/05/2026;{}\n"
    with TemporaryDirectory() as folder:
        found = []
        for text in (str(note), str(note).replace(".", ",")):
            path = Path(folder, "a.csv")
            path.write_text(content.format(text), encoding="utf-8")
            triage_file(path, EDITIONS["M2-1"], Path(folder, "out.csv"))
            found.append(Path(folder, "out.csv").read_bytes())
    assert found[0] == found[1]
