"""What an edition of the procedure may set without another rule being written: thresholds, days, durations.

Each parameter says, in its metadata, the clause it carries and the reading it is, as the rows of the tables do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta

from reclamation_core.calendars import DayRange, DeadlineRule
from reclamation_core.calendars.ranges import day_ranges
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role


def _source(clause: str | None = None, reading: str | None = None) -> dict[str, Any]:
    return {"clause": clause, "reading": reading}


def _at_least(least: int) -> Callable[[object, attrs.Attribute[int], int], None]:
    def check(_: object, attribute: attrs.Attribute[int], value: int) -> None:
        if type(value) is not int or value < least:
            raise ValueError(f"{attribute.name}: {value!r}; give a whole number, at least {least}")

    return check


@attrs.frozen(kw_only=True)
class SurveyParameters:
    """The satisfaction note of the end-of-training survey (enquête de fin de formation). Source: M2-1 §1.4.

    Args:
        threshold: strictly below it a note is a complaint.
        scale: the least and the greatest note, both possible.
    """

    threshold: float = attrs.field(default=6, metadata=_source("M2-1 §1.4", "I1"))
    scale: tuple[float, float] = attrs.field(default=(0, 10), metadata=_source("M2-1 §1.4", "I1"))

    @scale.validator
    def _ascending(self, _: object, scale: tuple[float, float]) -> None:
        if not scale[0] < scale[1]:
            raise ValueError(f"scale: {scale!r}; give the least note, then a greater one")

    def __attrs_post_init__(self) -> None:
        if not self.scale[0] < self.threshold <= self.scale[1]:
            raise ValueError(f"threshold: {self.threshold!r}; give a note of the scale {self.scale!r}, above its least")


@attrs.frozen(kw_only=True)
class RiskParameters:
    """How criticality is judged (criticité). Source: M2-1 §2.2.

    Args:
        moderate_from: the least criticality of the moderate band; below is low.
        high_from: the least criticality of the high band.
        critical_from: the least criticality of the critical band.
        least_band_at_severity_4: a case of severity 4 is never in a lower band.
        recurrences: how many recurrences in twelve months make a likelihood of 2, of 3 and of 4.
    """

    moderate_from: int = attrs.field(default=4, validator=_at_least(2), metadata=_source("M2-1 §2.2", "I13"))
    high_from: int = attrs.field(default=8, validator=_at_least(2), metadata=_source("M2-1 §2.2", "I13"))
    critical_from: int = attrs.field(default=12, validator=_at_least(2), metadata=_source("M2-1 §2.2", "I13"))
    least_band_at_severity_4: Band = attrs.field(default=Band.HIGH, metadata=_source("M2-1 §2.2", "I13"))
    recurrences: tuple[int, int, int] = attrs.field(default=(1, 3, 6), metadata=_source("M2-1 §2.2", "I13"))

    @recurrences.validator
    def _counts_rise(self, _: object, counts: tuple[int, int, int]) -> None:
        if not 0 < counts[0] < counts[1] < counts[2]:
            raise ValueError(f"recurrences: {counts!r}; give three counts from 1 up, each greater than the one before")

    def __attrs_post_init__(self) -> None:
        bounds = (self.moderate_from, self.high_from, self.critical_from)
        if not bounds[0] < bounds[1] < bounds[2] <= 16:
            raise ValueError(f"moderate_from, high_from, critical_from: {bounds!r}; they must rise, and end by 16")


@attrs.frozen(kw_only=True)
class ComplexityParameters:
    """What makes a case complex (cas complexe). Source: M2-1 §4.2.

    Args:
        band: from this band of criticality on.
        causes: from this number of causes on.
        recurrences: from this number of recurrences in twelve months on.
        level: from this level on.
    """

    band: Band = attrs.field(default=Band.HIGH, metadata=_source("M2-1 §4.2", "I14"))
    causes: int = attrs.field(default=2, validator=_at_least(1), metadata=_source("M2-1 §4.2", "I14"))
    recurrences: int = attrs.field(default=1, validator=_at_least(1), metadata=_source("M2-1 §4.2", "I14"))
    level: Level = attrs.field(default=Level.REGIONAL, metadata=_source("M2-1 §4.2", "I14"))

    @band.validator
    def _not_all_bands(self, _: object, band: Band) -> None:
        if band is Band.LOW:
            raise ValueError(f"band: {band.value!r} would make every case complex; give a higher band")

    @level.validator
    def _not_all_levels(self, _: object, level: Level) -> None:
        if level is Level.LOCAL:
            raise ValueError(f"level: {level.value!r} would make every case complex; give a higher level")


@attrs.frozen(kw_only=True)
class RoleParameters:
    """Who may do what (rôles). Source: M2-1 §2.3.

    Args:
        qualifying: the roles that may qualify a case, never empty.
    """

    qualifying: tuple[Role, ...] = attrs.field(default=tuple(Role), metadata=_source("M2-1 §2.3", "I15"))

    @qualifying.validator
    def _somebody(self, _: object, roles: tuple[Role, ...]) -> None:
        if not roles or len(set(roles)) != len(roles):
            raise ValueError(f"qualifying: {roles!r}; give at least one role, each once")


@attrs.frozen(kw_only=True)
class RetentionParameters:
    """How long personal data are kept after closing (durées de conservation), in calendar months.

    Args:
        mode: whether data are anonymised at the end of the active period, or archived until the end of the archive.
        active_months: the active period, counted from the closing.
        archive_months: the end of the restricted archive, counted from the closing.
    """

    mode: RetentionMode = attrs.field(default=RetentionMode.ANONYMISE, metadata=_source(reading="I17"))
    active_months: int = attrs.field(default=12, validator=_at_least(1), metadata=_source(reading="I17"))
    archive_months: int = attrs.field(default=60, validator=_at_least(1), metadata=_source(reading="I17"))

    def __attrs_post_init__(self) -> None:
        if self.archive_months < self.active_months:
            given = f"{self.archive_months!r} is less than active_months, {self.active_months!r}"
            raise ValueError(f"archive_months: {given}; both are counted from the closing")

    def active_until(self, closed_on: date) -> date:
        """The last day of the active period of a case closed on a day; a day that a month lacks is its last."""
        return closed_on + relativedelta(months=self.active_months)

    def kept_until(self, closed_on: date) -> date:
        """The last day on which personal data of a case closed on a day are kept at all.

        >>> RetentionParameters().kept_until(date(2024, 2, 29))
        datetime.date(2025, 2, 28)
        """
        months = self.active_months if self.mode is RetentionMode.ANONYMISE else self.archive_months
        return closed_on + relativedelta(months=months)


@attrs.frozen(kw_only=True)
class Parameters:
    """All the parameters of an edition.

    Args:
        survey: the satisfaction note.
        deadline: how the last day to answer is counted.
        risk: criticality.
        complexity: what makes a case complex.
        roles: who may do what.
        retention: how long personal data are kept.
        closures: days on which the whole agency is closed, beside those of each site: dates or (first, last) ranges.
    """

    survey: SurveyParameters = attrs.field(factory=SurveyParameters)
    deadline: DeadlineRule = attrs.field(factory=DeadlineRule, metadata=_source("M2-1 §5.0", "I2"))
    risk: RiskParameters = attrs.field(factory=RiskParameters)
    complexity: ComplexityParameters = attrs.field(factory=ComplexityParameters)
    roles: RoleParameters = attrs.field(factory=RoleParameters)
    retention: RetentionParameters = attrs.field(factory=RetentionParameters)
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges, metadata=_source("M2-1 §5.0", "I2"))
