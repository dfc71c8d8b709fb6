"""`st.from_type` of the library's classes, in a process of its own, as a stranger's test would be run."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap
from importlib.metadata import entry_points

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from _reclamation_core_hypothesis import STRATEGIES
from reclamation_core.cases import Alerted
from reclamation_core.cases.verbs import VERBS
from reclamation_core.testing import strategies

CLASSES = [(module, name) for module, names in STRATEGIES.items() for name in names]
UNSHRUNK = settings(database=None, phases=[Phase.generate])


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_package_tells_hypothesis_of_it() -> None:
    (entry,) = (entry for entry in entry_points(group="hypothesis") if "reclamation_core" in entry.value)

    assert entry.load().__module__ == "_reclamation_core_hypothesis"


def test_importing_hypothesis_imports_nothing_of_the_package() -> None:
    program = "import hypothesis, sys; print([name for name in sys.modules if name.startswith('reclamation_core')])"

    assert run(program) == "[]\n"


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
        "from reclamation_core import BusinessCalendar, Case, ComplaintFacts, DecisionTable, Policy",
        "from reclamation_core.plans import Pgaac",
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


@pytest.mark.parametrize(("module", "name"), CLASSES)
def test_each_class_has_a_strategy_that_gives_it(module: str, name: str) -> None:
    kind = getattr(importlib.import_module(module), name)

    assert STRATEGIES[module][name] in strategies.__all__
    assert isinstance(find(st.from_type(kind), lambda _: True, settings=UNSHRUNK), kind)


def test_whatever_a_command_can_ask_for_is_drawn() -> None:
    assert {cls.__name__ for cls in VERBS} == set(STRATEGIES["reclamation_core.cases.happenings"])
    with pytest.raises(
        InvalidArgument, match=r"of: no command asks for .*Alerted.*; give one of Acknowledged, Support"
    ):
        strategies.happenings(of=Alerted)


@settings(max_examples=20)
@given(st.data())
def test_classes_are_drawn_here_too(data: st.DataObject) -> None:
    module, name = data.draw(st.sampled_from(CLASSES))
    kind = getattr(importlib.import_module(module), name)

    assert isinstance(data.draw(st.from_type(kind)), kind)


def test_what_is_reloaded_keeps_its_own_loader() -> None:
    program = """
        import hypothesis, reclamation_core.vocabulary.facts as facts
        import importlib, inspect
        assert "class ComplaintFacts" in inspect.getsource(facts), facts.__loader__
        assert facts.__spec__.loader is facts.__loader__
        print(type(importlib.reload(facts).__loader__).__name__)
    """

    assert run(program) == "SourceFileLoader\n"
