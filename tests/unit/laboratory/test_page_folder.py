"""The folder of the comparison page: what it holds, that it runs from these files alone, and what is refused."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from http.server import ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from reclamation_core.cli.application import run
from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.laboratory.comparison_page import caseload_file
from reclamation_core.laboratory.comparison_page import folder as module
from reclamation_core.laboratory.comparison_page.bridge import Bridge
from reclamation_core.laboratory.comparison_page.folder import write_page_folder

ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
from reclamation_core import BusinessCalendar
from reclamation_core.laboratory.comparison_page.bridge import Bridge
page = Bridge("en", lambda *_: None)
page.respond([("step", "file"), ("example", "1")], [])
page.respond([("step", "columns")], [])
answer = page.respond([("step", "compare"), ("after-threshold", "7")], [])
assert answer["focus"] == "titre", answer["html"]
book = page.respond([("step", "download"), ("what", "xlsx")], [])["download"]
names = sorted(name.en for name in BusinessCalendar.france().holidays(2026).values())
print(answer["title"], book["content"][:2], names[0])
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The npm package of Pyodide, with little in it."""
    made = tmp_path / "pyodide"
    made.mkdir()
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"):
        (made / name).write_bytes(name.encode())
    (made / "pyodide-lock.json").write_text(json.dumps({"info": {"version": "1"}, "packages": {"numpy": {}}}))
    with ZipFile(made / "python_stdlib.zip", "w") as archive:
        archive.mkdir("json")
        archive.writestr("json/__init__.py", "")
    return made


@pytest.fixture(autouse=True)
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_program", lambda _: None)


def packed(package: Path) -> Path:
    made = package.with_suffix(".tgz")
    with tarfile.open(made, "w:gz") as archive:
        archive.add(package, "package")
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_python_files", lambda: iter([("a.py", b"a = 1\n"), ("b" * 90 + "/c.py", b"")]))


@pytest.mark.slow
def test_the_page_compares_with_the_files_of_its_folder_alone(tmp_path: Path, package: Path) -> None:
    size = write_page_folder(tmp_path / "page", package)

    files = contents(tmp_path / "page")
    assert size == sum(map(len, files.values()))
    listed = dict(line.split("  ")[::-1] for line in files.pop("files.sha256").decode().splitlines())
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert {"index.html", "en.html", "page.js", "page.css", "worker.js", "licences.txt"} <= files.keys()
    assert b"Permission is hereby granted" in files["licences.txt"]
    assert json.loads(files["pyodide/pyodide-lock.json"])["packages"] == {}
    assert gzip.decompress(files["pyodide/pyodide.asm.wasm.gz"]) == b"pyodide.asm.wasm"
    with tarfile.open(fileobj=io.BytesIO(files["packages.tar.gz"])) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path / "alone", filter="data")
    assert names == sorted(names)
    command = [sys.executable, "-I", "-S", "-c", ALONE, str(tmp_path / "alone")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("Compare two editions of the procedure b'PK' All Saints' Day")


def test_the_python_files_are_those_that_a_browser_can_run() -> None:
    names = [name for name, _ in module._python_files()]
    parts = {"attr", "cattrs", "dateutil", "holidays", "jinja2", "markupsafe", "reclamation_core", "six.py", "tzdata"}
    assert parts <= {name.split("/")[0] for name in names}
    assert len(set(names)) == len(names)
    for unwanted in ("sqlalchemy", "integrations", ".pyc", ".so", "countries/g", "../"):
        assert not [name for name in names if unwanted in name], unwanted


def test_a_folder_is_rewritten_bit_for_bit(tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_files(monkeypatch)
    place = tmp_path / "page"
    place.mkdir()
    write_page_folder(place, package)
    first = contents(place)
    old = "ancien.js"
    (place / old).write_text("old")
    with (place / "files.sha256").open("a") as listed:
        listed.write(f"{'0' * 64}  {old}\n{'0' * 64}  ../pyodide/pyodide.mjs\n{'0' * 64}  perdu.js\n")
    write_page_folder(place, packed(package))
    assert contents(place) == first
    assert (package / "pyodide.mjs").exists()


def test_a_folder_with_other_files_is_refused_and_stays_as_it_is(tmp_path: Path, package: Path) -> None:
    (tmp_path / "rapport.docx").write_text("mine")
    with pytest.raises(FaultsError, match="this one holds other files") as refused:
        write_page_folder(tmp_path, package)
    assert [fault.path for fault in refused.value.faults] == ["folder"]
    assert not (tmp_path / "index.html").exists()


def test_a_package_that_is_not_whole_is_refused_with_the_remedy(tmp_path: Path, package: Path) -> None:
    archive = packed(package)
    cut = tmp_path / "cut.tgz"
    cut.write_bytes(archive.read_bytes()[:100])
    (package / "pyodide.mjs").unlink()
    for given in (package, packed(package), cut, tmp_path / "none.tgz"):
        with pytest.raises(FaultsError, match="--pyodide") as refused:
            write_page_folder(tmp_path / "page", given)
        assert [fault.value for fault in refused.value.faults] == [str(given)]
    assert not (tmp_path / "page").exists()


def test_npm_brings_the_known_package_or_none(tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = packed(package)
    script = tmp_path / "npm.py"
    script.write_text(
        "import shutil, sys\n"
        "_, verb, name, _, _, folder = sys.argv\n"
        f"shutil.copy({str(archive)!r}, folder + '/' + name.replace('@', '-') + '.tgz')\n"
    )
    few_files(monkeypatch)
    npm: dict[str, list[str]] = {}
    monkeypatch.setattr(module, "_program", npm.get)

    def refusal() -> str:
        with pytest.raises(FaultsError) as refused:
            write_page_folder(tmp_path / "page")
        return str(refused.value)

    assert "npm is not installed; install Node.js" in refusal()
    npm["npm"] = [sys.executable, "-c", "import sys; sys.exit('x\\nno network')"]
    assert "npm failed (no network)" in refusal()
    npm["npm"] = [sys.executable, str(script)]
    assert "npm brought another package than expected" in refusal()
    monkeypatch.setattr(module, "_SHA512", hashlib.sha512(archive.read_bytes()).hexdigest())
    assert write_page_folder(tmp_path / "page") > 0


def test_node_compiles_what_the_page_loads(tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "node.py"
    script.write_text(
        "import sys, pathlib\n"
        "_, compile, pyodide, files = sys.argv\n"
        "assert pathlib.Path(compile).name == 'compile.mjs' and pathlib.Path(pyodide, 'pyodide.mjs').exists()\n"
        "for path in pathlib.Path(files).rglob('*.py'): path.rename(path.with_suffix('.pyc'))\n"
    )
    few_files(monkeypatch)
    monkeypatch.setattr(module, "_program", {"node": [sys.executable, str(script)]}.get)

    write_page_folder(tmp_path / "page", package)

    with tarfile.open(tmp_path / "page" / "packages.tar.gz") as archive:
        assert archive.getnames() == ["a.pyc", "b" * 90 + "/c.pyc"]
    with ZipFile(tmp_path / "page" / "pyodide" / "python_stdlib.zip") as standard:
        assert standard.namelist() == ["json/__init__.pyc"]


def test_a_program_of_node_is_in_the_path_or_in_a_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for found, spec, expected in (
        ("/usr/bin/npm", None, "/usr/bin/npm"),
        (None, object(), sys.executable),
        (None, None, None),
    ):
        monkeypatch.setattr(module, "shutil", SimpleNamespace(which=lambda _, found=found: found))
        monkeypatch.setattr(module, "find_spec", lambda _, spec=spec: spec)
        command = module._program("npm")
        assert (command and command[0]) == expected


def test_a_distribution_that_is_not_installed_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "distribution", missing)
    with pytest.raises(MissingExtraError, match=r"the extra 'page'"):
        module._distributions()


def interrupted(_: object) -> None:
    raise KeyboardInterrupt


def test_the_command_writes_the_folder_and_says_its_size(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few_files(monkeypatch)
    assert run(["page", "--output", str(tmp_path / "page"), "--pyodide", str(package)]) == 0
    assert capsys.readouterr().out.endswith(" ko\n")
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", interrupted)
    assert run(["page", "--output", str(tmp_path / "page"), "--pyodide", str(package), "--serve", "0"]) == 0
    assert "http://localhost:" in capsys.readouterr().out
    assert run(["page", "--output", str(tmp_path / "none"), "--serve", "70000"]) == 2
    assert "--serve : un nombre de 0 à 65535 est attendu" in capsys.readouterr().err
    assert run(["page", "-o", str(tmp_path), "--pyodide", str(package)]) == 2
    assert "celui-ci contient d'autres fichiers" in capsys.readouterr().err


def test_the_bridge_shows_progress_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[int, int]] = []
    times = iter([10.0, 10.01, 10.02, 10.2, 10.21])
    monkeypatch.setattr("reclamation_core.laboratory.comparison_page.bridge.monotonic", lambda: next(times))
    bridge = Bridge("fr", lambda done, total: shown.append((done, total)))
    for done in (1, 2, 100, 3, 4):
        bridge._progress(done, 100)
    assert shown == [(1, 100), (100, 100), (3, 100)]


PREPARED = """
import sys
from reclamation_core.laboratory.comparison_page.bridge import Bridge, prepare
prepare()
before = set(sys.modules)
page = Bridge("en", lambda *_: None)
for fields in ("step file example 1", "step policies view policies", "step compare after-days 8"):
    words = fields.split()
    assert page.respond(zip(words[::2], words[1::2]), [])["focus"] == "titre"
assert set(sys.modules) == before, set(sys.modules) - before
"""


def test_after_the_preparation_a_first_comparison_imports_nothing() -> None:
    subprocess.run([sys.executable, "-c", PREPARED], check=True, timeout=60)


def test_the_folder_has_the_example_as_it_is_invented(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(caseload_file, "_example", lambda lang: lang.encode())
    names = dict(module._python_files())
    place = "reclamation_core/laboratory/comparison_page"
    assert {names[f"{place}/example-{lang}.csv"] for lang in ("fr", "en")} == {b"fr", b"en"}
    (tmp_path / "example-en.csv").write_bytes(b"written")
    monkeypatch.setattr(caseload_file, "__file__", str(tmp_path / "caseload_file.py"))
    assert [caseload_file.example_file(lang).content for lang in ("fr", "en")] == [b"fr", b"written"]


def test_the_bridge_passes_the_files_of_the_form() -> None:
    row = b"reference;received_at;satisfaction\nA;2026-05-04;3\n"
    sent = [{"field": "file", "name": "a.csv", "content": memoryview(row)}]
    answer = Bridge("fr", print).respond([["step", "file"]], sent)
    assert answer["target"] == "page"
    assert "a.csv" in answer["html"]
