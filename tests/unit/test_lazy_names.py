import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import reclamation_core
from reclamation_core import cases

SOURCE = Path(reclamation_core.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "= lazy_names(" in path.read_text(encoding="utf-8"))
NAMES = [".".join(("reclamation_core", *path.relative_to(SOURCE).with_suffix("").parts)) for path in MODULES]


def loaded(program: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after a program."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    return {*done.stdout.split()}


@pytest.mark.parametrize(("path", "name"), list(zip(MODULES, NAMES, strict=True)), ids=NAMES)
def test_a_lazy_package_loads_the_names_of_its_stub(path: Path, name: str) -> None:
    package = importlib.import_module(name.removesuffix(".__init__"))
    statements = ast.parse(path.with_suffix(".pyi").read_text(encoding="utf-8")).body
    imports = [node for node in statements if isinstance(node, ast.ImportFrom)]
    assert imports == statements
    listed = [(node.module, alias.name, alias.asname) for node in imports for alias in node.names]
    assert all(exported == imported for _, imported, exported in listed), "a type checker would not export it"
    assert package.__all__ == [imported for _, imported, _ in listed]
    for module, imported, _ in listed:
        assert getattr(package, imported) is getattr(importlib.import_module(str(module)), imported)


def test_a_lazy_package_lists_its_names_and_refuses_others() -> None:
    assert {*vars(cases)["__all__"]} <= {*dir(cases)}
    assert dir(cases) == sorted(dir(cases))
    with pytest.raises(AttributeError, match=r"module 'reclamation_core\.cases' has no attribute 'Cas'"):
        cases.Cas  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Cas'"):
        exec("from reclamation_core.cases import Cas")  # noqa: S102


def test_a_desk_in_memory_loads_no_service_before_its_first_use() -> None:
    found = loaded("from reclamation_core import Desk; Desk.in_memory()")
    services = ("consumers", "handling", "maintenance", "nightly", "plan_service", "privacy", "queries", "reports")
    assert not {f"reclamation_core.desk.{name}" for name in services} & found
    assert not {"asyncio", "email", "holidays", "reclamation_core.tables.dmn", "reclamation_core.reporting"} & found
    assert [name for name in found if name.startswith("reclamation_core.plans")] == ["reclamation_core.plans"]


def test_a_command_of_a_document_finds_its_verb_without_a_desk() -> None:
    program = (
        "from reclamation_core.desk import Command, PlanCommand; "
        "Command.from_document({'type': 'acknowledge'}); "
        "PlanCommand.from_document({'type': 'abandon', 'reference': 'A-1', 'reason': 'x'})"
    )
    assert "reclamation_core.desk.plan_service" in loaded(program)


def test_a_value_displays_itself_though_nothing_else_was_loaded() -> None:
    program = (
        "from datetime import UTC, datetime; from reclamation_core import *; policy = m2_1(); "
        "calendar = BusinessCalendar.france(); facts = ComplaintFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC)); "
        "case = Desk.in_memory().register(facts, site='CRE'); deadline = case.deadline; "
        "shown = [one._repr_html_() for one in "
        "(policy, policy.assess(facts, calendar), case, deadline, deadline.ledger, "
        "policy.tables['eligibility'], policy.assess(facts, calendar).eligibility)]; assert all(shown)"
    )
    loaded(program)


def test_the_store_in_a_database_loads_no_asyncio_of_sqlalchemy() -> None:
    program = (
        "from reclamation_core import Desk; import reclamation_core.adapters.sqlalchemy; "
        "desk = Desk.open('sqlite://'); desk.release()"
    )
    assert "sqlalchemy.ext.asyncio" not in loaded(program)


def test_the_first_assessment_loads_the_holidays_of_its_territory_alone() -> None:
    program = (
        "from datetime import UTC, datetime; import reclamation_core.calendars.prepared as prepared\n"
        "from reclamation_core import *\n"
        "made, holidays_of = [], prepared.holidays_of\n"
        "prepared.holidays_of = lambda definition, *rest: made.append(definition) or holidays_of(definition, *rest)\n"
        "facts = ComplaintFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC))\n"
        "m2_1().assess(facts, BusinessCalendar.france())\n"
        "Desk.in_memory().register(facts, site='CRE')\n"
        "assert len({one.territory for one in made}) == len(made) == 1, made"
    )
    loaded(program)
