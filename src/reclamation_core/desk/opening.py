"""Opening cases: what is asked for, looked at, and the case that it gives."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final, Self

import attrs

from reclamation_core.cases import Case, DecisionContext, NewEvent, RecordedEvent, RegistrationCommand, open_case
from reclamation_core.cases.checks import each, each_once, instant, label, listed, name, of_class, optional
from reclamation_core.cases.events import Facts
from reclamation_core.desk.acting import DeskContext, after
from reclamation_core.desk.doors import require
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import safe_repr

_NUMBERED: Final = re.compile(r"(R-[0-9]{4})-([0-9]{6,18})")


@attrs.frozen(kw_only=True)
class Registration:
    """What is asked to be registered (enregistrement), among many; `Desk.register` says what each part is.

    Args:
        facts: what is known.
        site: the site that registers.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it; the site by default.
        source: what identifies the source message.
        complainant: who complains, and how to answer; personal.
        verbatim: what was said.
        remedy_sought: what the complainant asks for.
        occurred_at: when it was registered; now by default.
    """

    facts: Facts
    site: str
    service_sites: tuple[str, ...] = ()
    handling_unit: str | None = None
    source: str | None = attrs.field(default=None, validator=optional(name))
    complainant: str | None = attrs.field(default=None, repr=False)
    verbatim: str | None = attrs.field(default=None, repr=False)
    remedy_sought: str | None = attrs.field(default=None, repr=False)
    occurred_at: datetime | None = None


@attrs.frozen
class PreparedRegistration:
    """A registration that the desk has looked at.

    Args:
        command: what is to be registered.
        now: the instant of recording.
    """

    command: RegistrationCommand
    now: datetime

    @classmethod
    def of(cls, context: DeskContext, asked: Registration) -> Self:
        """What opens a case; raises what `Desk.register` does before it looks for the message."""
        require(of_class(Registration), registration=asked)
        require(optional(instant), occurred_at=asked.occurred_at)
        require(label, site=asked.site)  # what a plan, a sheet and an analysis take: events that are kept may have more
        require(optional(label), handling_unit=asked.handling_unit)
        facts, unit = asked.facts, asked.handling_unit
        if not isinstance(facts, ComplaintFacts | MalfunctionFacts):
            raise TypeError(f"facts: ComplaintFacts or MalfunctionFacts are expected, got {safe_repr(facts)}")
        require(each(label), service_sites=listed(asked.service_sites))
        sites = each_once(asked.service_sites)
        context.places.require(asked.site, *sites, *(() if unit is None else (unit,)))
        if context.scope is not None:
            context.scope.require(asked.site)
        now = context.clock.now()
        given = attrs.asdict(asked, recurse=False, filter=attrs.filters.exclude("occurred_at", "service_sites"))
        command = RegistrationCommand(
            **given,
            service_sites=sites,
            calendar=context.places.calendar(unit or asked.site),
            actor=context.actor,
            role=context.role,
            occurred_at=now if asked.occurred_at is None else asked.occurred_at,
        )
        return cls(command, now)

    @property
    def source(self) -> str | None:
        """What identifies the source message."""
        return self.command.source

    @property
    def received_on(self) -> date:
        """The day of receipt, which gives the edition and the series."""
        return self.command.calendar.day_of(self.command.facts.received_at)

    @property
    def series(self) -> str:
        """The series that its reference is of."""
        return f"R-{self.received_on.year}"  # as _NUMBERED reads it

    def decided(self, context: DeskContext) -> NewEvent[RecordedEvent]:
        """What opens the case, under number 0: what is refused is refused here, before a number is taken for it.

        Raises:
            NoEditionError: no edition was in force at receipt.
            TypeError, ValueError: a value, a date or the facts are refused.
        """
        context.require_theme(self.command.facts)
        around = DecisionContext(policy=context.policies.on(self.received_on), now=self.now, salt=context.salt)
        return open_case(self._reference(0), self.command, around)

    def case(self, decided: NewEvent[RecordedEvent], number: int) -> Case:
        """The case that this opens, with a number of its series."""
        return after(None, attrs.evolve(decided, event=attrs.evolve(decided.event, case=self._reference(number))))

    def _reference(self, number: int) -> str:
        return f"{self.series}-{number:06d}"


def numbered(reference: str) -> tuple[str, int] | None:
    """The series that a reference is of and its number; None where a host gave one of its own.

    >>> numbered("R-2026-000012"), numbered("SAV-12")
    (('R-2026', 12), None)
    """
    found = _NUMBERED.fullmatch(reference)
    return None if found is None else (found[1], int(found[2]))
