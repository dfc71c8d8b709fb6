"""A differential proxy: several objects get the same calls and must return or raise the same."""

import hashlib
import itertools
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from reclamation_core.cases import Case
from reclamation_core.desk import Desk, FeedConsumer, PlanService
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.queries import CasesView
from reclamation_core.ports import CaseRepository, EventFeed, PlanRepository, SequenceGenerator, Store, UnitOfWork
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role, Sites
from tests.inside import desk_with
from tests.unit.desk import factories

_ASKED_ON = (
    DeskContext,
    CaseRepository,
    CasesView,
    Desk,
    EventFeed,
    FeedConsumer,
    PlanService,
    PlanRepository,
    SequenceGenerator,
    Store,
    UnitOfWork,
)


class DifferentialProxy:
    """A proxy of several desks, or of objects reached from them.

    A call goes to each. Results are compared and the first returned; errors too, by class and message.
    A result with methods is a proxy again.
    """

    def __init__(self, *voices: Any) -> None:
        self.voices = voices

    def __getattr__(self, name: str) -> Any:
        return _together([getattr(voice, name) for voice in self.voices])

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        for argument in (*arguments, *named.values()):
            assert not isinstance(argument, FunctionType | DifferentialProxy), "each would ask all: use on_each"
        return _together([_said(voice, arguments, named) for voice in self.voices])

    def on_each(self, act: Callable[[Any], object]) -> Any:
        """Run an act on each of the objects alone, for one that gives them functions or draws from them."""
        return DifferentialProxy(*(partial(act, voice) for voice in self.voices))()

    def __enter__(self) -> Any:
        return DifferentialProxy(*(voice.__enter__() for voice in self.voices))

    def __exit__(self, *error: object) -> None:
        for voice in self.voices:
            voice.__exit__(*error)


class _Refused:
    """An error as a result."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Refused):
            return False
        return type(self.error) is type(other.error) and str(self.error) == str(other.error)

    def __hash__(self) -> int:
        return hash(str(self.error))

    def __repr__(self) -> str:
        return f"refused: {self.error!r}"


def _said(voice: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    try:
        return voice(*arguments, **named)
    except Exception as error:  # noqa: BLE001  the others must raise the same error
        return _Refused(error)


def _together(answers: list[Any]) -> Any:
    first = answers[0]
    if isinstance(first, _ASKED_ON) or (callable(first) and not isinstance(first, type)):
        return DifferentialProxy(*answers)
    for answer in answers[1:]:
        assert answer == first
        assert _texts(answer) == _texts(first)
    if isinstance(first, _Refused):
        raise first.error
    return first


def _texts(answer: Any) -> list[Any]:
    """Return the texts of a case in the order of their events; empty for other objects."""
    return [(secret.text, secret.salt) for secret in answer.vault] if isinstance(answer, Case) else []


def salts() -> Callable[[], bytes]:
    """Return a source of reproducible salts."""
    numbers = itertools.count()
    return lambda: hashlib.sha256(str(next(numbers)).encode()).digest()[:16]


def a_desk(store: Store, clock: FakeClock, sites: Sites | None = factories.SITES) -> Desk:
    """Return a desk with reproducible salts."""
    desk = Desk(store, sites=sites, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
    return desk_with(desk, salt=salts())
