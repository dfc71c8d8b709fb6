import runpy
import subprocess
import sys

import pytest

import reclamation_core.adapters.sqlalchemy
from reclamation_core import adapters
from reclamation_core.errors import MissingExtraError


@pytest.mark.slow
def test_sqlalchemy_is_loaded_when_it_is_first_used() -> None:
    program = (
        "import sys; from reclamation_core import adapters; adapters.InMemoryStore(); "
        "before = 'sqlalchemy' in sys.modules; adapters.SqlAlchemyStore; print(before, 'sqlalchemy' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False True\n"


def test_without_sqlalchemy_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from reclamation_core.desk import Desk; Desk.in_memory()\n"
        "try: Desk.open('sqlite://')\n"
        "except ImportError as error: print(type(error).__name__, error.package, error.extra)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "MissingExtraError sqlalchemy sql\n"


def test_a_missing_module_of_the_adapter_itself_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reclamation_core.adapters.sqlalchemy.engines", None)
    with pytest.raises(MissingExtraError, match=r"\[sql\]"):
        runpy.run_path(reclamation_core.adapters.sqlalchemy.__file__)


def test_what_is_none_of_the_names_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'OracleStore'"):
        adapters.OracleStore  # type: ignore[attr-defined]  # noqa: B018
