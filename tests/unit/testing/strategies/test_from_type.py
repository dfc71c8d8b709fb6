"""`st.from_type` of the library's classes, in a process of its own, as in the tests of an application."""

import subprocess
import sys
import textwrap
from importlib.metadata import entry_points

import pytest
from hypothesis import Phase, settings
from hypothesis.errors import InvalidArgument

from _reclamation_core_hypothesis import strategies_by_type
from reclamation_core.cases.events import CASE_EVENTS, Alerted
from reclamation_core.testing.strategies import event_data

STRATEGIES = strategies_by_type()
UNSHRUNK = settings(database=None, phases=[Phase.generate])


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_entry_point_is_installed() -> None:
    (entry,) = (entry for entry in entry_points(group="hypothesis") if "reclamation_core" in entry.value)
    assert entry.load().__module__ == "_reclamation_core_hypothesis"


def test_importing_a_class_imports_nothing_of_the_test_kit() -> None:
    program = """
        import hypothesis.strategies, sys
        from reclamation_core import Case
        print([name for name in sys.modules if name.startswith('reclamation_core.testing')])
    """
    assert run(program) == "[]\n"


@pytest.mark.parametrize("order", ["hypothesis first", "hypothesis last"])
def test_classes_are_drawn_without_importing_their_strategies(order: str) -> None:
    imports = [
        "from hypothesis import Phase, find, settings, strategies as st",
        "from reclamation_core import BusinessCalendar, Case, ComplaintFacts, Policy",
        "from reclamation_core.plans import Pgaac",
        "from reclamation_core.tables import DecisionTable",
    ]
    lines = imports if order == "hypothesis first" else [*imports[1:], imports[0]]
    program = [
        *lines,
        "for kind in (Case, ComplaintFacts, DecisionTable, Policy, BusinessCalendar, Pgaac):",
        "    found = find(st.from_type(kind), lambda _: True, settings=settings(phases=[Phase.generate]))",
        "    print(type(found).__name__)",
        "print(find(st.from_type(Case), lambda case: case.version > 1).version)",
    ]

    assert run("\n".join(program)).split() == [
        "Case",
        "ComplaintFacts",
        "DecisionTable",
        "Policy",
        "BusinessCalendar",
        "Pgaac",
        "2",
    ]


def test_the_event_of_every_command_is_registered_and_others_are_refused() -> None:
    assert set(CASE_EVENTS.commands) == {kind for kind, name in STRATEGIES.items() if name == "command.event_data"}
    with pytest.raises(
        InvalidArgument, match=r"of: no command has the event .*Alerted.*; use one of FactsCompleted, Complainant"
    ):
        event_data(of=Alerted)
