"""The editions of the procedure by date: a complaint is judged under the one in force at receipt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import WordedError
from reclamation_core.policy.assessment import Assessment, MalfunctionAssessment
from reclamation_core.policy.policy import Policy
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import Wording


@attrs.define(eq=False)
class NoEditionError(WordedError, LookupError):
    """No edition of the book is in force on a day."""

    day: date
    editions: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        listed = ", ".join(self.editions)
        return Wording(
            f"aucune édition n'est en vigueur le {self.day} ; le recueil a {listed} : ajoutez-en une pour ce jour",
            f"no edition is in force on {self.day}; the book has {listed}: add one for that day",
        )


@attrs.define(eq=False)
class UnknownEditionError(WordedError, LookupError):
    """The book has no edition of that name.

    Args:
        edition: the name.
        editions: those that the book has.
    """

    edition: str
    editions: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        listed = ", ".join(self.editions)
        return Wording(
            f"l'édition {self.edition!r} n'est pas dans le recueil, qui a {listed} ; ajoutez-la",
            f"edition {self.edition!r} is not in the book, which has {listed}; add it",
        )


@attrs.define(eq=False)
class ChangedEditionError(WordedError, LookupError):
    """The book has another text under the name of the edition that a case is judged under.

    Args:
        case: the reference of the case.
        edition: the name.
    """

    case: str
    edition: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"dossier {self.case} : l'édition {self.edition!r} du recueil n'est pas celle sous laquelle il a été "
            "enregistré, et il n'est pas jugé par d'autres règles ; redonnez au recueil le texte d'origine sous ce "
            "nom, et un autre nom à l'édition modifiée",
            f"case {self.case}: edition {self.edition!r} of the book is not the one that it was registered under, and "
            "it is not judged by other rules; give the book the edition's original text under that name, and another "
            "name to the changed edition",
        )


def _by_date(editions: Iterable[Policy]) -> tuple[Policy, ...]:
    if isinstance(editions, Policy):
        raise TypeError(
            f"editions: a collection of editions is expected, got {editions.edition!r} alone; wrap it: [...]"
        )
    given = tuple(editions)
    for policy in given:
        if not isinstance(policy, Policy):
            raise TypeError(f"editions: editions (Policy) are expected, got {policy!r}; read a file with read_policy")
    return tuple(sorted(given, key=lambda policy: policy.in_force_from or date.min))


@attrs.frozen
class PolicyBook:
    """The editions of the procedure, ordered by the day from which they are in force.

    Raises:
        TypeError: what is given is no collection of editions.
        ValueError: there is none, two share a name, or two are in force on the same day.

    >>> from reclamation_core.policy import Policy
    >>> old = Policy(edition="2025", in_force_until=date(2025, 12, 31))
    >>> book = PolicyBook([Policy(edition="2026", in_force_from=date(2026, 1, 1)), old])
    >>> book.in_force_on(date(2025, 12, 31)).edition
    '2025'
    """

    editions: tuple[Policy, ...] = attrs.field(converter=_by_date)

    @editions.validator
    def _apart(self, _: object, editions: tuple[Policy, ...]) -> None:
        if not editions:
            raise ValueError("editions: there is none; give at least one")
        names = [policy.edition for policy in editions]
        if len(set(names)) != len(names):
            raise ValueError(f"editions: {names!r}; give each edition a name of its own")
        for earlier, later in pairwise(editions):
            start = later.in_force_from
            if earlier.in_force_until is None or start is None or start <= earlier.in_force_until:
                begins = "from the beginning" if start is None else f"from {start} on"
                raise ValueError(
                    f"editions: {earlier.edition!r} is still in force when {later.edition!r} is, {begins}; "
                    f"give one an in_force_until before the in_force_from of the other"
                )

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.editions)

    def __len__(self) -> int:
        return len(self.editions)

    def in_force_on(self, day: date) -> Policy:
        """The edition in force for what is received on a day.

        Raises:
            NoEditionError: none is; a LookupError.
        """
        for policy in self.editions:
            if policy.governs(day):
                return policy
        raise NoEditionError(day, tuple(policy.edition for policy in self.editions))

    def get(self, edition: str) -> Policy:
        """The edition with a name.

        Raises:
            UnknownEditionError: the book has none; a LookupError.
        """
        for policy in self.editions:
            if policy.edition == edition:
                return policy
        raise UnknownEditionError(edition, tuple(policy.edition for policy in self.editions))

    def assess(self, facts: ComplaintFacts, calendar: BusinessCalendar) -> Assessment:
        """Judge a complaint under the edition in force on its day of receipt, in the calendar's zone.

        Raises what `Policy.assess` does, and NoEditionError.
        """
        return self.in_force_on(calendar.day_of(facts.received_at)).assess(facts, calendar)

    def assess_malfunction(self, facts: MalfunctionFacts, calendar: BusinessCalendar) -> MalfunctionAssessment:
        """Judge a malfunction under the edition in force on the day it was received, in the calendar's zone."""
        return self.in_force_on(calendar.day_of(facts.received_at)).assess_malfunction(facts, calendar)
