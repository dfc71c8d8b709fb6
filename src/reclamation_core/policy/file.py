"""The policy file: an edition written as TOML, starting from another one and saying only what differs."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.calendars import DayRange
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.parameters import Parameters
from reclamation_core.policy.policy import Policy, m2_1, named
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    import cattrs

_NO_CUT_OFF: Final = "none"


@attrs.frozen(kw_only=True)
class _Header:
    starts_from: str
    edition: str = attrs.field(validator=named)
    in_force_from: date | None = None
    in_force_until: date | None = None

    def __attrs_post_init__(self) -> None:
        Policy(edition=self.edition, in_force_from=self.in_force_from, in_force_until=self.in_force_until)


def read_policy(path: str | Path, *others: Policy) -> Policy:
    """The edition that a TOML file describes.

    The file names the edition that it `starts_from`, its own `edition`, the days it is in force, and in one table for
    each group of `Parameters` (`[survey]`, `[deadline]`, `[risk]`, ...) the parameters that differ.

    Args:
        path: the file, in UTF-8.
        others: editions that a file may start from, beside `m2_1()`.

    Raises:
        OSError: the file cannot be read.
        FaultsError: with all the faults of the file at once, each with its path; unknown keys are faults.
    """
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        expected = Wording(
            f"un fichier TOML en UTF-8 est attendu ({error})", f"a TOML file in UTF-8 is expected ({error})"
        )
        raise FaultsError((Fault("$", str(path), expected),)) from error
    return parse_policy(document, *others)


def parse_policy(document: Mapping[str, Any], *others: Policy) -> Policy:
    """The edition that the content of a policy file describes; see `read_policy`, which reads the file."""
    bases = {policy.edition: policy for policy in (m2_1(), *others)}
    named = {field.name for field in attrs.fields(_Header)}
    faults: list[Fault] = []
    header = _structured({key: document[key] for key in document if key in named}, _Header, faults)
    base = bases.get(document.get("starts_from", ""))
    if base is None and "starts_from" in document:
        known = ", ".join(bases)
        expected = Wording(
            f"le nom d'une édition connue est attendu : {known}", f"the name of a known edition: {known}"
        )
        faults.append(Fault("starts_from", document["starts_from"], expected))
    given = {key: value for key, value in document.items() if key not in named}
    parameters = _structured(_over((base or m2_1()).parameters, given), Parameters, faults)
    if faults or header is None or parameters is None:
        raise FaultsError(tuple(faults))
    return Policy(
        edition=header.edition,
        parameters=parameters,
        in_force_from=header.in_force_from,
        in_force_until=header.in_force_until,
    )


def _structured(document: Any, cls: type[Any], faults: list[Fault]) -> Any:
    try:
        return structure(_converter(), document, cls)
    except FaultsError as error:
        faults += (attrs.evolve(fault, path=fault.path.removeprefix("$.")) for fault in error.faults)
        return None


def _over(base: Parameters, given: Mapping[str, Any]) -> dict[str, Any]:
    """The base's parameters, those given in their place; what should be a table and is not is refused later."""
    merged: dict[str, Any] = _converter().unstructure(base)
    for group, values in given.items():
        mine = merged.get(group)
        merged[group] = {**mine, **values} if isinstance(mine, dict) and isinstance(values, Mapping) else values
    return merged


def _converter() -> cattrs.Converter:
    converter = make_converter()
    read_range = converter.get_structure_hook(DayRange)
    converter.register_structure_hook(DayRange, lambda value, cls: _day_range(value, cls, read_range))
    converter.register_structure_hook(time | None, lambda value, _: _cut_off(value))
    converter.register_unstructure_hook(time, time.isoformat)
    return converter


def _day_range(value: Any, cls: Any, read: Callable[[Any, Any], DayRange]) -> DayRange:
    if isinstance(value, list | tuple) and len(value) == 2:
        return read({"first": value[0], "last": value[1]}, cls)
    return read(value if isinstance(value, Mapping) else {"first": value, "last": value}, cls)


def _cut_off(value: Any) -> time | None:
    if value is None or value == _NO_CUT_OFF:
        return None
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        expected = Wording(
            f"une heure locale est attendue, comme 17:00:00, ou « {_NO_CUT_OFF} »",
            f"a local time is expected, like 17:00:00, or {_NO_CUT_OFF!r}",
        )
        raise FaultsError((Fault("", value, expected),)) from None
