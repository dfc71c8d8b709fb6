"""What `available_commands` refuses is refused when it is given; forms ask for what a command is refused without."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import Admissibility, Case, CommandRefusedError, CommandType
from reclamation_core.desk import Desk
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.strategies import complaint_facts
from reclamation_core.vocabulary import ComplaintFacts, Role
from tests.properties.desk.commands import CLOSING, ENDING, HANDLING, Ask
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import Lives
from tests.unit.desk.factories import at


class ComparedLives(Lives):
    """Random lives whose commands on cases are compared with the available ones."""

    compared = 0

    def _ask(self) -> None:
        _, ask = self._random.choice((*HANDLING, *CLOSING, *ENDING))
        desk: Desk = self._desk.acting("M. Petit", self._random.choice(list(Role)))
        case = self._case()
        refused = {
            one.command: {row.id for row in one.guards}
            for one in desk.available_commands(case.reference)
            if one.is_refused
        }
        self.compared += 1
        for command, guards in self._given(desk, case, ask).items():
            # A closing that no reason allows has the guards of the reason that is known.
            assert refused.get(command, set()) <= guards or (command is CommandType.CLOSE and guards)

    def _given(self, desk: Desk, case: Case, ask: Ask) -> dict[CommandType, set[str]]:
        """Give a command, and return the guards that refused it; none for the commands that were accepted."""
        try:
            after = ask(desk, case, None)
        except CommandRefusedError as error:
            return {error.command: {row.id for row in error.guards}}
        new = (event.data.event_type.command for event in after.events[case.version :])
        return {command: set() for command in new if command is not None}


@pytest.mark.slow
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_available_commands_agree_with_the_commands_given(seed: int) -> None:
    clock = FakeClock(at(1))
    lives = ComparedLives(a_desk(InMemoryStore(), clock), clock, Random(seed), Counter())  # noqa: S311
    for _ in range(3):
        lives.live()
    assert lives.compared > 0


_CODES: Final = {"channel": "email", "complainant": "trainee", "nature": "grievance", "requirement": "contractual"}
_IN_SCOPE: Final[Mapping[str, Any]] = _CODES | {"formal": True, "sold_service": True, "satisfaction": 2}


@given(facts=complaint_facts(admissibility=Admissibility.TO_BE_CLARIFIED), data=st.data())
def test_the_form_of_a_qualification_asks_for_what_settles_the_eligibility(
    facts: ComplaintFacts, data: st.DataObject
) -> None:
    desk = Desk.in_memory(clock=FakeClock(facts.received_at)).acting("Mme Roux", Role.RQR)
    reference = desk.register(facts, site="CRE", verbatim="Bonjour").reference
    fields = desk.form("qualify", reference).fields
    asked = {one.name: _IN_SCOPE[one.name] for one in fields if one.is_required and one.name in _IN_SCOPE}
    left = data.draw(st.sampled_from(sorted(asked)))

    def guards(given: Mapping[str, Any]) -> set[str]:
        with pytest.raises(CommandRefusedError) as refused:  # there is no support at least
            desk.qualify(reference, problem="un retard", risks={}, likelihood=1, **given)
        return {one.id for one in refused.value.guards}

    assert "to-be-clarified" not in guards(asked)
    assert "to-be-clarified" in guards({name: value for name, value in asked.items() if name != left})
