"""What a calendar refuses, and what to do about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs

from reclamation_core.errors import ErrorKind, WordedError
from reclamation_core.wording import Lang, Wording, day_text


@attrs.define
class OutsideHorizonError(WordedError, ValueError):
    """A day lies, or a count leads, outside the years that the calendar covers.

    Args:
        day: the day that was given, None when no calendar day carries the instant that was given.
        first: the first day that the calendar covers.
        last: the last day that it covers.
        steps: how many days were to be added to `day`; 0 when `day` itself is outside.
        given: the value as text, where it is no calendar day.
        path: where the day is in an input, such as `facts.received_at`; empty where there is no input.
    """

    code = "outside_horizon"
    kind = ErrorKind.INVALID

    day: date | None
    first: date
    last: date
    steps: int = 0
    given: str = ""
    path: str = ""

    @property
    def wording(self) -> Wording:
        steps = f" {self.steps:+d}" if self.steps else ""
        day = self.given if self.day is None else self.day
        what = "une échéance hors" if self.steps else "hors"
        return Wording(
            f"{day} : {what} des années que couvre le calendrier, {self.first.year} à {self.last.year} ; "
            f"corrigez la date, ou étendez le calendrier",
            f"{day}{steps}: outside the calendar's horizon, {self.first} to {self.last}; "
            f"build the calendar with a wider first_year or last_year",
        )

    def public_message(self, lang: Lang) -> str:
        day = self.given if self.day is None else day_text(self.day, lang)
        first, last = self.first.year, self.last.year
        return Wording(
            f"{day} : une date dont l'échéance est entre {first} et {last} est attendue ; corrigez-la",
            f"{day}: a date with a deadline from {first} to {last} is expected; correct it",
        ).in_(lang)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the error as problem details, with the `path` of the day among its faults."""
        document = super().to_document(lang)
        faults = [{"path": self.path, "detail": document["detail"]}] if self.path else []
        return document | {"faults": faults}


@attrs.define
class NaiveInstantError(WordedError, ValueError):
    """An instant has no time zone, so that its day is unknown.

    Args:
        name: the argument's name.
        instant: the naive datetime that was given.
    """

    code = "naive_instant"
    kind = ErrorKind.INVALID

    name: str
    instant: datetime

    @property
    def wording(self) -> Wording:
        return Wording(
            f"{self.name} : {self.instant.isoformat()} est sans fuseau horaire ; "
            f"écrivez-le avec son décalage, comme +02:00",
            f"{self.name}: {self.instant.isoformat()} has no time zone; "
            f"give it with its tzinfo, for instance ZoneInfo('Europe/Paris')",
        )


@attrs.define
class SuspensionsNotAllowedError(WordedError, ValueError):
    """Suspensions were given to a deadline whose rule allows none.

    Args:
        suspensions: what was given, as (first day, last day) pairs.
    """

    code = "suspensions_not_allowed"
    kind = ErrorKind.INVALID
    argument = "suspensions"

    suspensions: tuple[tuple[date, date], ...]

    @property
    def wording(self) -> Wording:
        given = ", ".join(f"{first}..{last}" for first, last in self.suspensions)
        return Wording(
            f"suspensions : {given} ; la règle n'en admet pas ; retirez-les, ou indiquez une version qui en admet",
            f"suspensions: {given}; the rule allows none; leave them out or give the rule suspensions_allowed=True",
        )
