"""Try the built wheel as its users would: in clean environments, away from the tree, with the README's examples."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from scripts.environments import ROOT, UV, Environment, attempt, build_wheel, run
from scripts.usage import show_help

README = (ROOT / "README.md").read_text(encoding="utf-8")
DATABASE = "Desk.open"  # what a block of code has that needs the extra `sql`
NOT_SHIPPED = re.compile(r"(^|/)(tests|bench|examples|scripts|soak|docs)/")


def blocks(language: str) -> list[str]:
    """The README's blocks of code of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(start: str) -> list[list[str]]:
    """The README's commands that start so, as lists of words without their comments."""
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line.split("#")[0].split() for line in lines if line.startswith(start)]


def expect(truth: bool, complaint: str) -> None:
    """Stop with a complaint unless it is unfounded."""
    if not truth:
        sys.exit(f"the wheel: {complaint}")


def try_contents(wheel: Path) -> None:
    """The types, the licence, the plugin and the conformance cases are shipped, the tests are not."""
    names = zipfile.ZipFile(wheel).namelist()
    expect("reclamation_core/py.typed" in names, "py.typed is missing, so type checkers ignore its types")
    expect("_reclamation_core_pytest.py" in names, "the pytest plugin is missing")
    expect("reclamation_core/testing/data/conformance-m2-1.json" in names, "the conformance cases are missing")
    expect(any(name.endswith("LICENSE") for name in names), "the licence is missing")
    expect(not [name for name in names if NOT_SHIPPED.search(name)], "it ships more than the package")


def shipped_complaints(wheel: Path) -> bytes:
    """The file that `reclamation demo` triages; the README's examples call theirs by the same name."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/complaints.csv"))
        return archive.read(name)


def try_core(wheel: Path, folder: Path) -> None:
    """Without an extra: the README's code runs, the types are seen, command and database say what they lack."""
    core = Environment.make("core")
    core.install(str(wheel))
    run_blocks(core, folder, [block for block in blocks("python") if DATABASE not in block])
    try_types(core, folder)

    refused = attempt([core.command("reclamation"), "demo"], folder=folder)
    expect(refused.returncode != 0, "the command succeeds without the extra `cli`")
    expect("reclamation-core[cli] @ file:" in refused.stderr, f"the command does not name its extra: {refused.stderr}")
    expect("Traceback" not in refused.stderr, f"a missing extra shows a traceback: {refused.stderr}")

    opened = "from reclamation_core import Desk; Desk.open('sqlite://')"
    refused = attempt([core.command("python"), "-c", opened], folder=folder)
    expect("reclamation-core[sql] @ file:" in refused.stderr, f"no extra is asked for: {refused.stderr}")


def try_types(environment: Environment, folder: Path) -> None:
    """Check a consumer's program (`tests/typing/`) against the installed package, with mypy and with pyright."""
    program = folder / "consumer.py"
    shutil.copy(ROOT / "tests" / "typing" / program.name, program)
    python = environment.command("python")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(folder / "mypy")]
    run([*mypy, "--python-executable", python, program.name], folder=folder)
    settings = {
        "include": [program.name],
        "typeCheckingMode": "strict",
        "reportUnknownMemberType": False,  # NumPy's types are unknown where the extra `arrays` is not installed
        "enableTypeIgnoreComments": False,  # mypy's; an expected error has a comment for each checker
        "reportUnnecessaryTypeIgnoreComment": True,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    run([sys.executable, "-m", "basedpyright", "--project", str(folder), "--pythonpath", python], folder=folder)


def try_database(wheel: Path, folder: Path) -> None:
    """With the extra `sql`: all of the README's code runs."""
    sql = Environment.make("sql")
    sql.install(f"{wheel}[sql]")
    run_blocks(sql, folder, blocks("python"))


def run_blocks(environment: Environment, folder: Path, shown: list[str]) -> None:
    """Run blocks of code one after the other, as one program."""
    program = folder / "readme.py"
    program.write_text("\n".join(shown), encoding="utf-8")
    run([environment.command("python"), "-W", "error", str(program)], folder=folder)


def try_command(wheel: Path, folder: Path) -> None:
    """With the extra `cli`: the README's commands work; a workbook is read, a database asks for the extra `sql`."""
    cli = Environment.make("cli")
    cli.install(f"{wheel}[cli]")
    (folder / "complaints.csv").write_bytes(shipped_complaints(wheel))
    for words in [["reclamation", "demo"], *commands("reclamation ")]:
        if "--db" not in words:
            run([cli.command(words[0]), *words[1:]], folder=folder)

    with zipfile.ZipFile(folder / "book.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", "")
    damaged = attempt([cli.command("reclamation"), "triage", "book.xlsx"], folder=folder)
    expect("classeur .xlsx" in damaged.stderr, f"a workbook is not looked at: {damaged.stderr}")
    refused = attempt([cli.command("reclamation"), "db", "upgrade", "--db", "sqlite:///cases.db"], folder=folder)
    expect("reclamation-core[sql] @ file:" in refused.stderr, f"no extra is asked for: {refused.stderr}")
    expect("Traceback" not in refused.stderr, f"a missing extra shows a traceback: {refused.stderr}")


def try_board(wheel: Path, folder: Path) -> None:
    """With the extra `serve`: the README's two commands fill a database and show it in a browser."""
    serve = Environment.make("serve")
    serve.install(f"{wheel}[serve]")
    fill, show = (words for words in commands("reclamation ") if "--db" in words)
    run([serve.command(fill[0]), *fill[1:]], folder=folder)
    command = [serve.command(show[0]), *show[1:], "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            address = re.search(r"http://127\.0\.0\.1:[0-9]+/", line)
            expect(address is not None, f"`reclamation serve` shows no address: {line!r}")
            with urllib.request.urlopen(address[0] if address else "") as page:  # noqa: S310  an address of this machine
                expect("R-20" in page.read().decode(), "the board shows no case")
        finally:
            server.terminate()


def try_uv(wheel: Path, folder: Path) -> None:
    """From the source distribution: the README's equivalent with uv of `make demo`."""
    (archive,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(folder, filter="data")
    (unpacked,) = folder.glob("reclamation_core-*")
    shown = [words for words in commands("uv run ") if words[-1] == "demo"]
    expect(bool(shown), "the README shows no `uv run ... demo`")
    for words in shown:
        run([UV, *words[1:]], folder=unpacked, settings={"VIRTUAL_ENV": ""})


def main() -> None:
    """Build, then try."""
    wheel = build_wheel()
    try_contents(wheel)
    folder = Path(tempfile.mkdtemp())
    try:
        for trial in (try_core, try_database, try_command, try_board, try_uv):
            trial(wheel, folder)
            print(f"{wheel.name}: {(trial.__doc__ or '').strip()}", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    show_help(__doc__)
    main()
