"""What holds for both editions of a comparison: the business days of each message, the day of the count, the costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, Territory
from reclamation_core.documents.similar_names import near_misses
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake import ComplaintRecord
from reclamation_core.intake.fields import SITE
from reclamation_core.intake.timestamps import parse_time
from reclamation_core.laboratory.caseload_replay import is_early
from reclamation_core.laboratory.compared_records import Costs
from reclamation_core.laboratory.comparison_page.exchange import LARGEST_TOML, PostedForm, UploadedFile, number_in
from reclamation_core.laboratory.row_counts import BEFORE_RECEIPT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.staffing.team import Effort, Staffing
from reclamation_core.vocabulary import ComplaintFacts, Level, Sites
from reclamation_core.wording import Wording

PREFIX: Final = "all-"
"""How the ids of the fields of this form begin."""
_AMOUNT: Final = Wording("un nombre d'au moins 0 est attendu", "a number of at least 0 is expected")
_PEOPLE: Final = Wording("un nombre entier d'au moins 1 est attendu", "a whole number of at least 1 is expected")
_DAY: Final = Wording("un jour est attendu, comme 31/12/2026", "a day is expected, such as 2026-12-31")
_NEEDS_DAY: Final = Wording(
    "un jour de décompte est attendu : sans lui, aucune réponse n'est comptée",
    "a day of the count is expected: without one no answer is counted",
)
_ONE_SOURCE: Final = Wording(
    "un fichier de centres ou une colonne est attendu, pas les deux",
    "a file of sites or a column is expected, not both",
)
_ITS_SITE: Final = Wording(
    "le code d'un centre du fichier des centres est attendu", "the code of a site of the file of sites is expected"
)


@cache
def _calendar(territory: Territory) -> BusinessCalendar:
    return BusinessCalendar.france(territory.value)


@attrs.frozen(kw_only=True)
class DatedRecord(SharedRepr):
    """A message with the business days that hold for it, and its days, as `compare` reads them.

    Args:
        record: the message.
        calendar: its business days.
        territory: the territory of its column, or the one chosen for all.
        answered_on: the day of the answer.
        withdrawn_on: the day of the withdrawal.
    """

    record: ComplaintRecord
    calendar: BusinessCalendar
    territory: str
    answered_on: date | None
    withdrawn_on: date | None

    @property
    def reference(self) -> str:
        """Its reference."""
        return self.record.reference

    @property
    def site(self) -> str:
        """The code of its site."""
        return self.record.site

    @property
    def facts(self) -> ComplaintFacts:
        """Its facts."""
        return self.record.facts


@attrs.frozen(kw_only=True)
class ComparisonSettings(SharedRepr):
    """What holds for both editions.

    Args:
        territory: the territory of every message, or of those whose cell names none.
        territory_column: the column that names the territory of each message; empty for none.
        sites: the sites with their business days; None for none.
        as_of: the day at whose end answers are counted.
        columns: the columns of the days of the answer and of the withdrawal, by `answered` and `withdrawn`.
        costs: the efforts and the costs.
        population: how many messages the file stands for; None where it has all of them.
    """

    territory: Territory = Territory.METROPOLE
    territory_column: str = ""
    sites: Sites | None = None
    as_of: date | None = None
    columns: Mapping[str, str] = attrs.field(factory=dict)
    costs: Costs = attrs.field(factory=Costs)
    population: int | None = None

    @property
    def calendar(self) -> BusinessCalendar:
        """The business days of messages of no other territory."""
        return _calendar(self.territory)

    def calendars(self, records: Iterable[DatedRecord]) -> BusinessCalendar | Mapping[str, BusinessCalendar] | Sites:
        """Return the business days as `compare` has them."""
        if self.sites is not None:
            return self.sites
        if not self.territory_column:
            return self.calendar
        return {code: _calendar(Territory.parse(code)) for code in sorted({one.territory for one in records})}

    def dated(
        self, record: ComplaintRecord, cell_of: Mapping[str, str], received_at: Callable[[ZoneInfo], datetime]
    ) -> DatedRecord:
        """Return a message with its business days and its days.

        Args:
            record: the message.
            cell_of: its cells, by the name of the column.
            received_at: returns the instant of its receipt, by the zone of local times.

        Raises:
            FaultsError: with the names of columns as paths.
        """
        territory, calendar = self.territory, self.calendar
        if self.sites is not None:
            if record.site not in self.sites:
                raise FaultsError((Fault(SITE.name, record.site, _ITS_SITE),))
            calendar = self.sites[record.site].calendar()
        elif self.territory_column:
            territory = _territory_in(self.territory_column, cell_of[self.territory_column]) or territory
            calendar = _calendar(territory)
            record = attrs.evolve(record, facts=attrs.evolve(record.facts, received_at=received_at(calendar.zone)))
        days = {name: _day_of(column, cell_of[column]) for name, column in self.columns.items()}
        received_on = calendar.day_of(record.facts.received_at)
        if early := [(name, day) for name, day in days.items() if is_early(day, received_on)]:
            raise FaultsError([Fault(self.columns[name], day, BEFORE_RECEIPT) for name, day in early])
        return DatedRecord(
            record=record,
            calendar=calendar,
            territory=territory.value,
            answered_on=days.get("answered"),
            withdrawn_on=days.get("withdrawn"),
        )

    def counted(self, records: Iterable[DatedRecord]) -> tuple[tuple[Wording, int], ...]:
        """Return how many messages have the business days of each territory, frequent ones first."""
        found = Counter(one.calendar.definition.territory for one in records)
        return tuple((territory.wording, number) for territory, number in found.most_common())


def territory_of(cell: str) -> Territory | None:
    """Return the territory that a cell names by its code or label; None where it names none, as a region may."""
    try:
        return Territory.parse(cell.strip())
    except ValueError:
        return None


def _territory_in(column: str, cell: str) -> Territory | None:
    """Return the territory of a cell; a name that is nearly one's is refused: the due date would be another one."""
    found = territory_of(cell)
    names = {name: one for one in Territory for name in (one.value, one.label("fr"), one.label("en"))}
    near = None if found else next(near_misses([cell], names), None)
    if near is not None:
        wording = names[near[1]].wording
        expected = Wording(f"« {wording.fr} » est peut-être attendu", f"'{wording.en}' may be expected")
        raise FaultsError((Fault(column, cell, expected),))
    return found


def _day_of(field: str, text: str) -> date | None:
    try:
        return parse_time(text.strip(), ()).date() if text.strip() else None
    except ValueError:
        raise FaultsError((Fault(field, text, _DAY),)) from None


@attrs.frozen
class SettingsForm(SharedRepr):
    """The part of the form that holds for both editions.

    Args:
        form: what was sent.
        columns: the columns of the file.
    """

    form: PostedForm
    columns: tuple[str, ...]

    def settings(self) -> ComparisonSettings:
        """Return the settings.

        Raises:
            FaultsError: with the id of a field as the path of each fault.
        """
        faults: list[Fault] = []
        columns = {name: self._column(name) for name in ("territory", "answered", "withdrawn")}
        upload = self.form.file(f"{PREFIX}sites")
        if upload is not None and columns["territory"]:
            faults.append(Fault(f"{PREFIX}territory-column", columns["territory"], _ONE_SOURCE))
        given: dict[str, Any] = {
            "territory": territory_of(self._text("territory")) or Territory.METROPOLE,
            "territory_column": columns.pop("territory"),
            "sites": None if upload is None else self._collect(lambda: _sites(upload), faults),
            "as_of": self._collect(lambda: _day_of(f"{PREFIX}as-of", self._text("as-of")), faults),
            "columns": {name: column for name, column in columns.items() if column},
            "costs": self._costs(faults),
            "population": self._number("population", faults),
        }
        if given["population"] is not None and (given["population"] < 1 or given["population"] % 1):
            faults.append(Fault(f"{PREFIX}population", given["population"], _PEOPLE))
        if given["columns"] and not self._text("as-of"):
            faults.append(Fault(f"{PREFIX}as-of", None, _NEEDS_DAY))
        if faults:
            raise FaultsError(faults)
        return ComparisonSettings(**given)

    def _text(self, name: str) -> str:
        return self.form.text(f"{PREFIX}{name}")

    def _column(self, name: str) -> str:
        chosen = self._text(f"{name}-column")
        return chosen if chosen in self.columns else ""

    def _collect(self, make: Callable[[], Any], faults: list[Fault]) -> Any:
        try:
            return make()
        except FaultsError as error:
            faults += error.faults
            return None

    def _number(self, name: str, faults: list[Fault]) -> int | float | None:
        number = number_in(self.form, f"{PREFIX}{name}", faults)
        if number is not None and number < 0:
            faults.append(Fault(f"{PREFIX}{name}", number, _AMOUNT))
            return None
        return number

    def _costs(self, faults: list[Fault]) -> Costs:
        minutes = {name: self._number(f"minutes-{name}", faults) for name in ("qualification", *Level)}
        given = {name: Effort.fixed(number) for name, number in minutes.items() if number is not None}
        efforts = Staffing()
        efforts = attrs.evolve(
            efforts,
            qualification=given.pop("qualification", efforts.qualification),
            treatment={**efforts.treatment, **{Level.parse(name): effort for name, effort in given.items()}},
        )
        amounts = {name: self._number(name.replace("_", "-"), faults) for name in ("per_hour", "per_overdue_answer")}
        return Costs(efforts=efforts, **amounts)


def _sites(upload: UploadedFile) -> Sites:
    with TemporaryDirectory() as folder:
        path = Path(folder, "sites.toml")
        path.write_bytes(upload.content[: LARGEST_TOML + 1])
        try:
            return Sites.from_toml(path)
        except FaultsError as error:
            texts = (Wording(one.in_("fr"), one.in_("en")) for one in error.faults)
            raise FaultsError([Fault(f"{PREFIX}sites", upload.name, text) for text in texts]) from None
