"""Every logger of the library is named for its package, so that an application can configure it by one name."""

import ast
from pathlib import Path

import pytest

import reclamation_core

SOURCE = Path(reclamation_core.__file__).parent
NAMES = (
    "reclamation_core.adapters.sqlalchemy",
    "reclamation_core.desk",
    "reclamation_core.intake",
    "reclamation_core.integrations",
)


def loggers() -> set[tuple[str, str]]:
    """Return the package of each module with a logger, and the name of the logger."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        package = ".".join(("reclamation_core", *path.relative_to(SOURCE).parts[:-1]))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "getLogger":
                found.add((package, ast.unparse(node.args[0]).strip("'")))
    return found


@pytest.mark.slow
def test_a_logger_has_the_name_of_its_package() -> None:
    own = {(package, name) for package, name in loggers() if not name.startswith(("sqlalchemy", "aiosqlite"))}
    assert own == {(name, name) for name in NAMES}
