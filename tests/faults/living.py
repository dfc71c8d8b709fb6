"""What the processes do that are killed: cases are registered, handled, planned, published, forgotten, imported."""

import itertools
from collections.abc import Iterator
from threading import Timer
from time import sleep
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import Engine

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import AnswerDecision, ClosingReason, Method, SupportKind
from reclamation_core.desk import Desk
from reclamation_core.ports import StoreUnreachableError
from reclamation_core.testing.contracts.samples import desk_on
from tests.faults.processes import Tell, die
from tests.inside import engine_of
from tests.taps import tap
from tests.unit.desk import factories

Told: TypeAlias = tuple[str, str, int]
"""What a verb that returned has kept: a case or a plan, its key, its version."""

SITES: Final = ("CRE", "STD", "STR", "FDF")
"""Each process that lives cases has a site of its own, so that none finds its plan changed by another."""


@attrs.frozen
class Doom:
    """When a process is killed.

    Attributes:
        statement: at its n-th statement, counting commits as statements.
        delay: so many seconds after that began, most likely within it; None for just before it.
    """

    statement: int
    delay: float | None = None

    def await_on(self, engine: Engine) -> None:
        """Kill this process when the time has come."""
        numbers = itertools.count(1)

        def passed(*_: Any) -> None:
            if next(numbers) != self.statement:
                return
            if self.delay is None:
                die()
            timer = Timer(self.delay or 0, die)
            timer.daemon = True
            timer.start()

        tap(engine, passed)


def live(tell: Tell, url: str, doom: Doom | None, site: str, names: list[str]) -> None:
    """Run the life of a case for each name, and report each command once it has returned."""
    with desk_at(url, doom) as desk:
        for name in names:
            for told in one_life(desk, name, site):
                tell(told)


def desk_at(url: str, doom: Doom | None) -> Desk:
    store = SqlAlchemyStore.open(url)
    if doom is not None:
        doom.await_on(engine_of(store))
    return desk_on(store)


def one_life(desk: Desk, name: str, site: str) -> Iterator[Told]:
    """A case from its receipt to its anonymisation, an action and an edition of its plan on the way."""
    case = factories.registered(desk, site=site, source=name, complainant=f"Mme {name}", verbatim="la salle est froide")
    yield "case", case.reference, case.version
    reference, when = case.reference, factories.at(1)
    case = desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=when)
    yield "case", reference, case.version
    case = desk.qualify(
        reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0, occurred_at=when
    )
    yield "case", reference, case.version
    case = desk.analyse(reference, method=Method.ISHIKAWA, causes=("organisation", "matériel"))
    yield "case", reference, case.version
    action = f"A-{name}".replace(".", "-")
    case = desk.plan(reference, factories.sheet(action, site=site))
    yield "case", reference, case.version
    living = desk.pgaac(site)
    living.abandon(action, reason="inutile")
    edition = living.publish()
    yield "edition", str(living.scope), edition.number
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame, ...", recourse=True)
    case = desk.close(reference, reason=ClosingReason.ANSWERED)
    yield "case", reference, case.version
    case = desk.anonymise(reference)
    yield "case", reference, case.version


def register_all(tell: Tell, url: str, doom: Doom | None, sources: int) -> None:
    """Register a number of messages, each by its source, from the first on; what is there already stays."""
    with desk_at(url, doom) as desk:
        for number in range(sources):
            case = factories.registered(desk, source=f"message {number}", verbatim=f"message {number}")
            tell(("case", case.reference, case.version))


def live_through(tell: Tell, url: str, site: str, names: list[str]) -> None:
    """Live a case for each name on a server that is stopped again and again: what it stops is left as it is."""
    for name in names:
        try:
            live(tell, url, None, site, [name])
        except StoreUnreachableError:
            tell(("cut", name, 1))
            sleep(0.2)  # it is being started again
