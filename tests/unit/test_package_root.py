import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import reclamation_core

ROOT: ModuleType = reclamation_core
OF_THE_README = (
    "BusinessCalendar",
    "Channel",
    "ClientScope",
    "Complainant",
    "ComplaintFacts",
    "Mobilisation",
    "Nature",
    "Requirement",
    "ServiceReach",
    "m2_1",
)
HEAVY = """
    alembic altair cattrs dateutil duckdb holidays hypothesis narwhals numpy openpyxl pandas polars psycopg pyarrow
    pyspark rich scipy simpy sqlalchemy typer
"""


def run(program: str) -> object:
    """What a fresh interpreter prints, as JSON."""
    return json.loads(
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    )


def test_the_names_of_the_example_that_opens_the_readme_are_at_the_root() -> None:
    for name in OF_THE_README:
        assert name in ROOT.__all__
        assert getattr(ROOT, name) is not None, name


def test_a_stub_names_what_its_package_has_or_a_layer_below_it() -> None:
    """The layers of pyproject.toml are checked on the imports of modules; a stub is no module, but is imported by."""
    source = Path(reclamation_core.__file__).parent
    project = tomllib.loads((source.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {name.strip(" ()"): -place for place, layer in enumerate(layers) for name in layer.split("|")}
    for stub in source.glob("*/**/*.pyi"):
        package, *_ = stub.relative_to(source).parts
        for node in ast.parse(stub.read_text(encoding="utf-8")).body:
            imported = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
            if imported[:1] == ["reclamation_core"] and imported[1] != package:
                assert height[imported[1]] < height[package], f"{stub.relative_to(source)}: {'.'.join(imported)}"


def test_dir_lists_every_public_name_before_it_is_used() -> None:
    listed = run("import json, reclamation_core; print(json.dumps(dir(reclamation_core)))")
    assert isinstance(listed, list)
    assert set(ROOT.__all__) <= set(listed)
    assert listed == sorted(listed)
    assert set(ROOT.__all__) <= set(dir(ROOT))


def test_an_unknown_name_is_told_as_python_does() -> None:
    with pytest.raises(AttributeError, match="module 'reclamation_core' has no attribute 'm2_2'"):
        ROOT.m2_2  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'm2_2'"):
        exec("from reclamation_core import m2_2")  # noqa: S102
    assert not hasattr(ROOT, "__wrapped__")


def test_a_name_is_loaded_once_and_then_stays() -> None:
    program = (
        "import json, reclamation_core as root\n"
        "before = 'Channel' in vars(root)\n"
        "first = root.Channel\n"
        "print(json.dumps([before, 'Channel' in vars(root), first is root.Channel]))"
    )
    assert run(program) == [False, True, True]


def test_a_star_import_gives_every_public_name() -> None:
    program = "import json\nfrom reclamation_core import *\nprint(json.dumps(sorted(set(globals()) - {'json'})))"
    found = run(program)
    assert isinstance(found, list)
    assert set(ROOT.__all__) == {name for name in found if not name.startswith("__")}


def test_the_import_of_the_package_loads_no_room_and_nothing_heavy() -> None:
    loaded = run("import json, sys, reclamation_core; print(json.dumps(sorted(sys.modules)))")
    assert isinstance(loaded, list)
    assert not set(HEAVY.split()) & set(loaded)
    ours = [name for name in loaded if name.startswith("reclamation_core")]
    assert ours == ["reclamation_core", "reclamation_core.lazy_names"]


def test_the_names_of_the_readme_load_no_cattrs_numpy_or_extra_of_the_command() -> None:
    names = ", ".join(OF_THE_README)
    loaded = run(f"import json, sys\nfrom reclamation_core import {names}\nprint(json.dumps(sorted(sys.modules)))")
    assert isinstance(loaded, list)
    assert not {"cattrs", "holidays", "numpy", "typer", "rich", "openpyxl"} & set(loaded)


def test_a_desk_and_a_case_registered_load_neither_cattrs_nor_what_only_extras_have() -> None:
    loaded = run(
        "import json, sys\nfrom datetime import datetime, timezone\n"
        "from reclamation_core import ComplaintFacts, Desk\n"
        "facts = ComplaintFacts(received_at=datetime(2026, 1, 5, 9, tzinfo=timezone.utc))\n"
        "case = Desk.in_memory().register(facts, site='CRE')\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert isinstance(loaded, list)
    assert not {"cattrs", "numpy", "typer", "rich", "openpyxl", "sqlalchemy"} & set(loaded)
