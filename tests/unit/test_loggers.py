"""Every logger of the library is named for its package, so that an application can configure it by one name."""

import re
from pathlib import Path

import reclamation_core

SOURCE = Path(reclamation_core.__file__).parent


def test_a_logger_has_the_name_of_its_package() -> None:
    for path in SOURCE.rglob("*.py"):
        package = ".".join(("reclamation_core", *path.relative_to(SOURCE).parts[:-1]))
        for name in re.findall(r"getLogger\((.*?)\)", path.read_text(encoding="utf-8")):
            assert name in {f'"{package}"', '"aiosqlite"'}, path
