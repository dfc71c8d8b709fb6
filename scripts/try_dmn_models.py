"""Reads a folder of DMN models, and compares what their tables decide with the test cases that stand beside them.

    python -m scripts.try_dmn_models FOLDER [--each]

The folder holds models (`*.dmn`) and test cases in the format of the DMN compatibility kit (`*-test-*.xml`). Each model
with decision tables is read or refused with its reasons; of a refused one, and of one whose tables have gaps, each
decision is tried alone too. The script fails where a table decides otherwise than a test case expects.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import DmnTables, Input, from_dmn
from reclamation_core.tables.dmn.xml import parse_xml
from scripts.usage import show_help

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NOTHING = object()
AMOUNT = re.compile(r"(\d+)([YMDHS])").findall


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def parts(element: Element, name: str) -> list[Element]:
    """The children of a name."""
    return [child for child in element if local(child) == name]


def duration_of(text: str) -> timedelta | int:
    """A duration of days and time, or the months of one of years and months."""
    sign = -1 if text.startswith("-") else 1
    days, _, times = text.lstrip("-P").partition("T")
    amounts = {f"{sign_}{where}": int(n) for where, part in (("d", days), ("t", times)) for n, sign_ in AMOUNT(part)}
    if {"Yd", "Md"} & amounts.keys():
        return sign * (12 * amounts.get("Yd", 0) + amounts.get("Md", 0))
    hours, minutes, seconds = (amounts.get(name, 0) for name in ("Ht", "Mt", "St"))
    return sign * timedelta(days=amounts.get("Dd", 0), hours=hours, minutes=minutes, seconds=seconds)


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("decimal", "double", "integer", "float"), Decimal),
    "boolean": "true".__eq__,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "duration": duration_of,
}


def value_of(node: Element) -> Any:
    """A value of a test case: a literal, a mapping of components, a list; None for null."""
    if parts(node, "list"):
        return [value_of(item) for item in parts(parts(node, "list")[0], "item")]
    if parts(node, "component"):
        return {one.get("name"): value_of(one) for one in parts(node, "component")}
    values = parts(node, "value")
    if not values or values[0].get(NIL) == "true":
        return None
    text, kind = (values[0].text or "").strip(), (values[0].get(TYPE) or "string").rpartition(":")[2]
    return _READERS[kind](text) if kind in _READERS else values[0].text or ""


def at_path(values: Mapping[str, Any], name: str) -> Any:
    """The value of a name, or of a path into a structure; `NOTHING` where there is none."""
    if name in values:
        return values[name]
    for place, sign in enumerate(name):
        if sign == "." and isinstance(values.get(name[:place]), dict):
            found = values[name[:place]]
            for part in name[place + 1 :].split("."):
                found = found.get(part, NOTHING) if isinstance(found, dict) else NOTHING
            return found
    return NOTHING


def facts_of(tables: DmnTables, base: tuple[Input, ...], given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts of a table from the values of a test case; None where it has not all of them."""
    values = {identifier: at_path(given, name) for name, identifier in tables.names.items()}
    known = tables.complete({name: value for name, value in values.items() if value is not NOTHING})
    facts = {}
    for input_ in base:
        value = known.get(input_.name)
        if value is None and input_.absent and input_.name in known:
            value = ABSENT
        if value is None or value is UNKNOWN:
            return None
        facts[input_.name] = value
    return facts


def compared(tables: DmnTables, tests: Path) -> Iterator[str]:
    """Of each expected outcome of a table: agrees, WRONG, or why it was not compared."""
    for case in parts(parse_xml(tests.read_bytes()), "testCase"):
        results = {
            node.get("name", ""): value_of(parts(node, "expected")[0])
            for node in parts(case, "resultNode")
            if node.get("errorResult") != "true" and parts(node, "expected")
        }
        given = {**results, **{node.get("name", ""): value_of(node) for node in parts(case, "inputNode")}}
        for name, identifier in tables.names.items():
            expected = at_path(results, name)
            table = tables.lists.get(identifier) or tables.tables.get(identifier)
            if table is None or expected is NOTHING:
                continue
            facts = facts_of(tables, table.base, given)
            if facts is None:
                yield "without all facts"
                continue
            try:
                outcome = table.decide(facts).outcome
            except FaultsError:
                outcome = None  # facts outside of the domain: null in DMN
            agrees = (list(outcome) if isinstance(outcome, tuple) else outcome) == expected
            yield "agrees" if agrees else f"WRONG: {tests.name} {case.get('id')} {name}: {outcome!r}, not {expected!r}"


def tried(model: Path, **options: Any) -> DmnTables | FaultsError:
    """The tables of a model, or what it is refused for."""
    try:
        return from_dmn(model.read_bytes(), **options)
    except FaultsError as error:
        return error


def tables_of(model: Path, seen: Counter[str], *, each: bool) -> list[DmnTables]:
    """Read a model whole, or, where it is refused, each of its decisions alone; tell what was read."""
    root = parse_xml(model.read_bytes())
    with_tables = [one.get("name", "") for one in parts(root, "decision") if parts(one, "decisionTable")]
    if not with_tables:
        return []
    seen["models with decision tables"] += 1
    seen["decisions that are tables"] += len(with_tables)
    found = tried(model)
    if isinstance(found, DmnTables):
        seen["models read"] += 1
        names = [*found, *found.lists]
        seen["tables read"] += len(names)
        print(f"{model.name}: read: {', '.join(names)}; {len(found.notes)} notes")
        return [found]
    print(f"{model.name}: refused ({len(found.faults)} faults)")
    for fault in found.faults if each else found.faults[:2]:
        print(f"    {fault}")
    attempts = (tried(model, decisions=[name], validate=validate) for name in with_tables for validate in (True, False))
    alone = [tables for tables in attempts if isinstance(tables, DmnTables)]
    read = dict.fromkeys(name for tables in alone for name in (*tables, *tables.lists))
    print(f"    read alone, proved or to be studied: {', '.join(read) or 'none'}")
    seen["models refused"] += 1
    seen["tables read alone of refused models"] += len(read)
    return alone


def main(folder: Path, *, each: bool) -> None:
    """Read all the models; fail where one is read wrongly."""
    seen: Counter[str] = Counter()
    for model in sorted(folder.rglob("*.dmn")):
        for tables in tables_of(model, seen, each=each):
            for tests in sorted(model.parent.glob("*-test-*.xml")):
                for said in compared(tables, tests):
                    seen["expected outcomes: " + said.partition(":")[0]] += 1
                    if said.startswith("WRONG"):
                        print(f"    {said}")
    print()
    for what, count in seen.items():
        print(f"{what}: {count}")
    sys.exit("a model is read wrongly" if seen["expected outcomes: WRONG"] else 0)


if __name__ == "__main__":
    show_help(__doc__)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), each="--each" in sys.argv)
