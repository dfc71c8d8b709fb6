"""Where decisions may be written: what cannot serve is refused before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reclamation_core.errors import Fault
from reclamation_core.wording import Wording

_DEVICES: Final = (("dev",), ("proc",))
"""Folders of the system whose links stand for devices and open files: `/dev/stdout` is one."""
_WORKBOOKS: Final = {".xlsx", ".xlsm", ".xls", ".ods"}

_NOT_THE_INPUT: Final = Wording(
    "un autre fichier : celui-ci est le fichier à lire", "another file: this is the file to be read"
)
_NOT_A_STREAM: Final = Wording(
    "le nom d'un fichier : décisions et lignes rejetées vont dans deux fichiers, non sur la sortie standard",
    "the name of a file: decisions and rejected rows go to two files, not to the standard output",
)
_NOT_A_WORKBOOK: Final = Wording(
    "un nom en .csv ou en .jsonl : les classeurs sont lus, ils ne sont pas écrits",
    "a name in .csv or .jsonl: workbooks are read, they are not written",
)
NOT_A_REGULAR_FILE: Final = Wording(
    "un fichier ordinaire ou un nom libre : ceci est un dossier, un tube ou un périphérique ; donnez un autre nom",
    "a regular file or a free name: this is a folder, a pipe or a device; give another name",
)


def output_faults(source: Path, outputs: tuple[Path, ...]) -> Iterator[Fault]:
    """What is wrong with the names of the files to write, each as it was given; `source` is the file to read."""
    for output in outputs:
        expected = _refusal(source, output)
        if expected is not None:
            yield Fault("output", str(output), expected)


def _refusal(source: Path, output: Path) -> Wording | None:
    if str(output) == "-":
        return _NOT_A_STREAM
    if output.suffix.lower() in _WORKBOOKS:
        return _NOT_A_WORKBOOK
    if output.is_dir() or is_device(output):
        return NOT_A_REGULAR_FILE
    if output.exists() and source.exists() and output.samefile(source):
        return _NOT_THE_INPUT
    return _folder_refusal(output)


def is_device(path: Path) -> bool:
    """Whether a path names a pipe, a device or an open file of a process, which no file may take the place of."""
    return path.absolute().parts[1:2] in _DEVICES or (path.exists() and not path.is_file() and not path.is_dir())


def _folder_refusal(output: Path) -> Wording | None:
    folder = shown = output.parent
    if not folder.is_dir():
        return Wording(
            f"un nom dans un dossier qui existe ; créez d'abord le dossier « {shown} »",
            f"a name in a folder that exists; make the folder '{shown}' first",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Wording(
            f"un nom dans un dossier où l'on peut écrire ; « {shown} » ne le permet pas, donnez-en un autre",
            f"a name in a folder that can be written to; '{shown}' cannot, give another",
        )
    return None
