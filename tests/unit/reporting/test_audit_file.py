"""The audit file: each line leads to its proof, nothing changes unseen, and every export is recorded."""

import ast
import base64
import hashlib
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from reclamation_core import Desk, FaultsError
from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.adapters.memory import InMemoryJournal
from reclamation_core.cases import NewDocument
from reclamation_core.cases.codes import ProofStage
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.desk import ReservedDocumentError, audit_output, reports
from reclamation_core.errors import MissingExtraError
from reclamation_core.plans import PlanScope
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseNotFoundError, DamagedDocumentError, ExportKind, ExportRecord, StoreDamagedError
from reclamation_core.reporting import audit, verifier
from reclamation_core.vocabulary import Role
from tests.approvals import approved_part
from tests.fragments import Page
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, FakeClock, at, new_desk, registered
from tests.unit.reporting import tampering
from tests.unit.reporting.tampering import (
    FORGED_KEYS,
    PROGRAM,
    TAMPERINGS,
    a_byte,
    a_byte_of_the_archive,
    a_case_of_the_register,
    a_plan,
    packed,
    reordered,
    sealed,
    unsigned,
    verify,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
Exported = tuple[Path, Path, ExportRecord]
Verify = Callable[..., tuple[int, str]]


def lived(clock: FakeClock | None = None) -> Desk:
    """Return a desk with an analysed case with an action, published twice, and a closed one."""
    desk = new_desk(clock=clock or FakeClock(at(30)))
    texts = {"complainant": "M. Secret", "verbatim": "Un secret."}
    case = factories.analysed(desk, "organisation", service_sites=("STR",), **texts)
    desk.plan(case.reference, factories.sheet(what="tenir un vivier", spread=("STD",)))
    plan = desk.pgaac("CRE")
    plan.publish(occurred_at=at(30))
    factories.judged(plan)
    plan.close("A-1")
    plan.publish(recipients=["Tous les PCS", "Direction"])
    factories.closed(desk, site="STD")
    return desk


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A signed export of two cases, another one of one case, and the record of the first."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "key.pub").write_bytes(PUBLIC + b" agence\n")
    desk = lived()
    record = desk.reports.audit(folder / "one", received_from=date(2026, 6, 1), key=KEY)
    desk.reports.audit(folder / "other", case="R-2026-000001", key=KEY)
    return folder / "one", folder / "other", record


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def verify_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> Iterator[Verify]:
    """A function that runs the verifier as `verify` does, in this process; all that it prints is approved."""
    printed: list[str] = []

    def run(target: Path, *arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "path", [*sys.path])  # the program removes the paths of other modules
        monkeypatch.setattr(sys, "argv", [str(PROGRAM), str(target), *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(PROGRAM), run_name="__main__")
        told = capsys.readouterr().out
        shown = re.sub(r"(?<!\S)/\S+/", "", re.sub("[0-9a-f]{64}", "#", told))
        printed.append(re.sub(r"\w+Error\(.*\)\)", "…)", shown))  # the words of Python vary
        return int(ended.value.code or 0), told

    yield run
    monkeypatch.undo()
    approved_part("verifier.txt", request.node.name, "".join(printed))


def proofs(folder: Path) -> list[dict[str, Any]]:
    tables = json.loads((folder / "preuves.json").read_bytes())["tables"]
    return [row for table in tables[1:] for row in table["rows"]]


def read_page(file: Path) -> Page:
    return Page(file.read_text(encoding="utf-8"))


def test_events_prove_every_stage() -> None:
    stages = {one.stage for one in CASE_EVENTS.types} | {one.stage for one in PLAN_EVENTS.types}
    assert stages - {None} == set(ProofStage)


def test_each_line_leads_to_an_event_and_its_hash_in_a_chain(exported: Exported) -> None:
    folder, _, _ = exported
    manifest = json.loads((folder / "manifest.json").read_bytes())
    links: dict[tuple[str, int], str] = {}
    for head in manifest["chains"]:
        stream = json.loads((folder / head["file"]).read_bytes())
        links |= {(stream["holder"], event["number"]): event["link"] for event in stream["events"]}
    lines = proofs(folder)
    assert {(one["porteur"], one["evenement"]): one["empreinte"] for one in lines} == links
    assert len(lines) == len(links) == manifest["counts"]["events"]
    assert {one["centres"] for one in lines if one["centres"]} == {"Créteil, Strasbourg", "Stains", "Créteil, Stains"}
    targets = read_page(folder / "preuves.html").values("href")
    for target in targets:
        name, _, place = unquote(target).partition("#")
        assert (folder / name).is_file()
        assert not place or place in read_page(folder / name).values("id")
    assert len(targets) == 2 * len(lines)


def test_every_stage_has_its_proofs_and_every_requirement_its_count(exported: Exported) -> None:
    summary, *stages = json.loads((exported[0] / "preuves.json").read_bytes())["tables"]
    assert {stage["title"]: len(stage["rows"]) for stage in stages} == {
        "Recueil": 4,
        "Qualification": 2,
        "Traitement et réponse": 2,
        "Analyse des causes": 1,
        "Actions": 5,
        "Efficacité": 2,
        "Plans publiés": 2,
        "Conservation des textes": 0,
    }
    assert [(row["exigence"], holders_of(row), row["preuves"]) for row in summary["rows"]] == [
        ("Indicateur 30", (2, 0, 0, 1), 10),
        ("Indicateur 31", (2, 0, 0, 0), 8),
        ("Indicateur 32", (2, 0, 0, 1), 10),
        ("ISO 9001, 10.2", (2, 0, 0, 1), 12),
    ]


def holders_of(row: dict[str, Any]) -> tuple[int, ...]:
    """Return the complaints, the other messages, the malfunctions and the plans that a line of the summary counts."""
    return tuple(row[name] for name in ("reclamations", "hors_reclamations", "dysfonctionnements", "plans"))


def test_indicator_31_counts_complaints_apart_from_other_messages(tmp_path: Path) -> None:
    desk = new_desk(at(3))
    desk.register(factories.facts(at(2)), site="CRE", occurred_at=at(2))
    desk.register(factories.facts(at(2), nature="general_opinion"), site="CRE", occurred_at=at(2))
    desk.register(factories.facts(at(2), nature=None, requirement=None), site="CRE", occurred_at=at(2))
    desk.register(factories.malfunction(at(2)), site="CRE", occurred_at=at(2))
    desk.reports.audit(tmp_path / "preuves", received_from=date(2026, 6, 1))
    summary = json.loads((tmp_path / "preuves" / "preuves.json").read_bytes())["tables"][0]["rows"]
    assert holders_of(summary[1]) == (1, 2, 1, 0)
    totals = json.loads((tmp_path / "preuves" / "registre-totaux.json").read_bytes())["tables"][0]["rows"][0]
    parts = ("in_scope", "to_be_clarified", "out_of_scope", "malfunction", "total")
    assert [totals[part] for part in parts] == [1, 1, 1, 1, 4]
    lines = json.loads((tmp_path / "preuves" / "registre.json").read_bytes())["tables"]
    assert [len(table["rows"]) for table in lines] == [4]


def test_the_manifest_names_policy_calendar_tool_and_the_head_of_each_chain(exported: Exported) -> None:
    folder, _, record = exported
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    case = lived().cases.get("R-2026-000001")
    assert manifest["policies"] == [{"name": case.edition, "sha256": case.terms.digest}]
    assert [one["territory"] for one in manifest["calendars"]] == ["metropole"]
    assert manifest["tool"]["name"] == "reclamation-core"
    assert manifest["holidays"] == version("holidays")
    assert [one["holder"] for one in manifest["chains"]] == ["R-2026-000001", "R-2026-000002", "site:CRE"]
    assert sorted(manifest["files"]) == sorted(set(contents(folder)) - {"manifest.json", "manifest.json.sig"})
    assert record.sha256 == verifier.digest(raw)


def test_an_untouched_export_has_no_fault(exported: Exported, verify_here: Verify) -> None:
    folder, other, record = exported
    status, told = verify(folder, "--key", folder.parent / "key.pub", "--manifest", record.sha256)
    count = f"{len(contents(folder))} fichiers / files, manifest {record.sha256}"
    assert (status, told.splitlines()[-1]) == (verifier.PROVED, count)
    assert verify_here(folder, "--key", folder.parent / "key.pub", "--manifest", record.sha256) == (status, told)
    assert verify(other)[0] == 3  # without a key, its signature is checked with the key that it names


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.__name__)
def test_a_tampering_is_found(tampering: Any, exported: Exported, tmp_path: Path, verify_here: Verify) -> None:
    folder, other, record = exported
    copy = shutil.copytree(folder, tmp_path / "copy")
    tampering(copy, other, Random(7))  # noqa: S311
    assert contents(copy) != contents(folder)
    check = verify if tampering is a_byte else verify_here  # what a byte means varies with the salts
    assert check(copy, "--key", folder.parent / "key.pub", "--manifest", record.sha256)[0] == 1


def test_a_byte_is_found_wherever_it_is(tmp_path: Path) -> None:
    record = lived().reports.audit(tmp_path / "preuves.zip", case="R-2026-000001", key=KEY)
    (tmp_path / "key.pub").write_bytes(PUBLIC)
    given = ("--key", tmp_path / "key.pub", "--manifest", record.sha256)
    assert verify(tmp_path / "preuves.zip", *given)[0] == 0
    for seed in range(4):
        copy = Path(shutil.copy(tmp_path / "preuves.zip", tmp_path / "copie.zip"))
        a_byte_of_the_archive(copy, Random(seed))  # noqa: S311
        assert verify(copy, *given)[0] == 1


def test_an_archive_is_byte_for_byte_what_zipfile_writes() -> None:
    files = [("à.json", b"{}"), ("pièces/é.txt", b"texte")]
    expected = io.BytesIO()
    with zipfile.ZipFile(expected, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    assert packed(files) == expected.getvalue()


def test_a_changed_byte_of_an_archive_names_its_file(tmp_path: Path) -> None:
    files = [("manifest.json", b"{}"), ("pièces/a.txt", b"a"), ("z.json", b"[]")]
    for name, data in files:
        whole = bytearray(packed(files))
        whole[whole.index(name.encode() + data) + len(name.encode())] ^= 1
        (tmp_path / "a.zip").write_bytes(whole)
        found = list[verifier.Fault]()
        assert verifier.read(tmp_path / "a.zip", found) == {}
        assert found == [(name, "abîmé ou modifié dans l'archive", "damaged or changed in the archive")]


def test_an_archive_is_read_as_it_was_written_and_not_as_another_tool_packs_it(
    tmp_path: Path, verify_here: Verify
) -> None:
    lived().reports.audit(tmp_path / "preuves.zip", case="R-2026-000001")
    with zipfile.ZipFile(tmp_path / "preuves.zip") as archive, zipfile.ZipFile(tmp_path / "autre.zip", "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))
    assert verify_here(tmp_path / "preuves.zip") == verify(tmp_path / "preuves.zip")
    assert verify_here(tmp_path / "preuves.zip")[0] == verifier.UNPROVED
    assert verify_here(tmp_path / "autre.zip") == verify(tmp_path / "autre.zip")
    assert verify_here(tmp_path / "autre.zip")[0] == 1


@pytest.fixture
def desk() -> Desk:
    return lived()


def test_the_folder_and_the_archive_have_the_same_bytes(tmp_path: Path, desk: Desk) -> None:
    given: dict[str, Any] = {"received_from": date(2026, 6, 1), "received_until": date(2026, 6, 30), "key": KEY}
    desk.reports.audit(tmp_path / "dossier", **given)
    desk.reports.audit(tmp_path / "dossier.zip", **given)
    with zipfile.ZipFile(tmp_path / "dossier.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents(tmp_path / "dossier")


def test_two_exports_are_equal_in_two_folders_and_time_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = lived()
    desk.reports.audit(tmp_path / "a.zip", case="R-2026-000001", key=KEY)
    (tmp_path / "b").mkdir()
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/Martinique")
        time.tzset()
        desk.reports.audit(tmp_path / "b" / "other.zip", case="R-2026-000001", key=KEY)
    time.tzset()
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b" / "other.zip").read_bytes()


def test_common_tools_check_the_signature(exported: Exported) -> None:
    manifest, signature = ((exported[0] / name).read_bytes() for name in ("manifest.json", "manifest.json.sig"))
    parts = verifier.strings(verifier.NAMESPACE, b"", b"sha512", hashlib.sha512(manifest).digest())
    value = base64.b64decode(b"".join(signature.split(b"\n")[1:-2]))[-64:]
    PRIVATE.public_key().verify(value, b"SSHSIG" + parts)


def test_the_commands_of_the_readme_succeed_as_they_are_written(tmp_path: Path) -> None:
    lived().reports.audit(tmp_path / "preuves.zip", key=KEY)
    shutil.unpack_archive(tmp_path / "preuves.zip", tmp_path / "preuves")
    (tmp_path / "cle.pub").write_bytes(PUBLIC + b" a comment\n")
    readme = Path(shutil.copy(PROGRAM, tmp_path)).with_name("preuves") / "LISEZMOI.txt"
    commands = re.findall(r"^    (\S.*?(?:\\\n.+)?)$", readme.read_text("utf-8"), re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["python", "echo", "ssh-keygen"]
    commands[0] = commands[0].replace("python", sys.executable, 1)
    for command in [*commands, commands[0].replace(".zip", "")][: None if shutil.which("ssh-keygen") else 2]:
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S602
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_another_key_is_refused(verify_here: Verify, exported: Exported, tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    (tmp_path / "other.pub").write_bytes(other)
    status, told = verify_here(exported[0], "--key", tmp_path / "other.pub")
    assert status == 1
    assert told.startswith("manifest.json.sig : signé par une autre clé, SHA256:")
    assert told.splitlines()[-1] == "MODIFIED, 1 fault, first difference: manifest.json.sig, signed by another key"


def test_a_file_that_is_no_key_is_refused_and_signs_nothing(
    exported: Exported, tmp_path: Path, verify_here: Verify
) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    unsigned(copy)
    for content in FORGED_KEYS:
        (tmp_path / "key.pub").write_bytes(content)
        status, told = verify_here(copy, "--key", tmp_path / "key.pub")
        assert (status, "INTACT" in told, "key.pub" in told.splitlines()[0]) == (verifier.UNREADABLE, False, True)


def test_the_verdict_states_date_subject_and_scope_whatever_its_age(verify_here: Verify, tmp_path: Path) -> None:
    clock = FakeClock(at(30))
    desk = lived(clock)
    (tmp_path / "key.pub").write_bytes(PUBLIC)
    scoped = desk.scoped(site="CRE")
    scoped.reports.audit(tmp_path / "old", case="R-2026-000001", key=KEY)
    clock.set(at(30, hour=18))
    scoped.reports.audit(tmp_path / "new", case="R-2026-000001", key=KEY)
    hours = []
    for name in ("old", "new"):
        _, told = verify_here(tmp_path / name, "--key", tmp_path / "key.pub")
        hours.append(told.splitlines()[0])
    assert hours == [
        f"INTACT, signé par cette clé ; export du 30/06/2026 {hour} UTC, dossier : R-2026-000001, périmètre : Créteil"
        for hour in ("09:00", "18:00")
    ]


def test_an_unsigned_file_states_that_its_origin_is_not_proved(
    exported: Exported, tmp_path: Path, verify_here: Verify
) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    for name in ("registre.html", "registre.csv"):
        (copy / name).write_bytes(b"Tout va bien.")
    sealed(copy)
    unsigned(copy)
    assert verify_here(copy)[0] == verifier.UNPROVED
    assert verify_here(copy, "--key", exported[0].parent / "key.pub")[0] == 1


@pytest.mark.parametrize("change", [a_case_of_the_register, a_plan], ids=["register", "plan"])
def test_what_contradicts_the_chains_is_found_without_a_key(
    change: Any, exported: Exported, tmp_path: Path, verify_here: Verify
) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    change(copy, exported[1], Random(3))  # noqa: S311
    unsigned(copy)
    assert verify_here(copy)[0] == 1


def test_the_files_of_an_archive_in_another_order_are_found(tmp_path: Path, verify_here: Verify) -> None:
    lived().reports.audit(tmp_path / "preuves.zip", case="R-2026-000001", key=KEY)
    (tmp_path / "key.pub").write_bytes(PUBLIC)
    reordered(tmp_path / "preuves.zip", Random(1))  # noqa: S311
    assert verify_here(tmp_path / "preuves.zip", "--key", tmp_path / "key.pub")[0] == 1


@pytest.mark.parametrize("flags", [["-B"], ["-P"], ["-I"]])
def test_no_module_of_the_checked_folder_is_imported(flags: list[str], exported: Exported, tmp_path: Path) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    for name in ("argparse", "base64", "json", "zipfile", "hashlib"):
        (copy / f"{name}.py").write_text("print('0 anomalie')\nraise SystemExit(0)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, *flags, str(copy / "verifier.py")],
        env={"PYTHONPATH": "."},
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "json.py : en trop / extra" in done.stdout


def test_the_verifier_is_short_and_needs_the_standard_library_alone() -> None:
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 580  # docs/decisions/0005 says why
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {(name or "").partition(".")[0] for name in names} <= sys.stdlib_module_names


def _of_a_later_version(path: Path) -> None:
    """Write an archive that needs a later version of ZIP than any program knows."""
    data = packed([("a", b"x")])
    path.write_bytes(data.replace(b"PK\1\2" + b"\x14\3\x14", b"PK\1\2" + b"\x14\3\x74"))


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "rien": lambda _: None,
    "vide": lambda path: path.mkdir(),
    "texte.zip": lambda path: path.write_bytes(b"PK"),
    "version.zip": _of_a_later_version,
    "json": lambda path: _manifest(path, b"{"),
    "demi": lambda path: _manifest(path, b'"\\ud800"'),
    "profond": lambda path: _manifest(path, b"[" * 100_000),
    "autre": lambda path: _manifest(path, b"[]"),
    "futur": lambda path: _manifest(path, b'{"format": "reclamation-audit", "version": 2}'),
}


def _manifest(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "manifest.json").write_bytes(content)


def test_each_failure_has_its_words(tmp_path: Path, verify_here: Verify) -> None:
    for name, write in UNREADABLE.items():
        write(tmp_path / name)
        status, told = verify_here(tmp_path / name)
        assert verify_here(tmp_path / name) == (status, told)
        assert (status, told[:9]) == (verifier.UNREADABLE, "ILLISIBLE")


def test_each_failure_of_a_key_has_its_message(exported: Exported, tmp_path: Path, verify_here: Verify) -> None:
    for key in (None, KEY, b"x"):
        if key is not None:
            (tmp_path / "cle").write_bytes(key)
        assert verify_here(exported[0], "--key", tmp_path / "cle")[0] == verifier.UNREADABLE


def test_a_file_without_access_rights_has_its_message(
    exported: Exported, verify_here: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert verify_here(exported[0])[0] == verifier.UNREADABLE


def test_unexpected_content_under_a_right_manifest_is_a_fault(
    exported: Exported, tmp_path: Path, verify_here: Verify
) -> None:
    changes: tuple[tuple[str, Any], ...] = (
        ("files", []),
        ("chains", [{}]),
        ("counts", None),
        ("subject", None),
        ("exported_at", "hier"),
    )
    for number, (field, value) in enumerate(changes):
        copy = shutil.copytree(exported[0], tmp_path / f"copy-{number}")
        manifest = json.loads((copy / "manifest.json").read_bytes())
        (copy / "manifest.json").write_bytes(verifier.canonical({**manifest, field: value}))
        unsigned(copy)
        assert verify_here(copy)[0] == 1


def test_what_is_no_list_or_no_number_is_a_fault(tmp_path: Path, verify_here: Verify) -> None:
    """The two verifiers agree on content that Python would take for the same: `{}` for a list, `true` for 1."""
    new_desk().reports.audit(tmp_path / "a", received_from=date(2026, 6, 1))
    rows, manifest = tmp_path / "a/preuves.json", tmp_path / "a/manifest.json"
    first, second = json.loads(rows.read_bytes()), json.loads(manifest.read_bytes())
    assert second["chains"] == first["tables"][1]["rows"] == []

    first["tables"][1]["rows"] = {}
    rows.write_bytes(verifier.canonical(first))
    tampering.sealed(tmp_path / "a")
    assert "TypeError" in verify_here(tmp_path / "a")[1]
    first["tables"][1]["rows"] = []
    rows.write_bytes(verifier.canonical(first))
    changes: tuple[dict[str, Any], ...] = (
        {"chains": {}},
        {"counts": {**second["counts"], "events": False}},
        {"version": True},
    )
    for changed in changes:
        manifest.write_bytes(verifier.canonical({**second, **changed}))
        assert verify_here(tmp_path / "a")[0] in {verifier.MODIFIED, verifier.UNREADABLE}, changed


def test_an_export_of_a_version_without_an_order_of_files_is_read(tmp_path: Path, verify_here: Verify) -> None:
    lived().reports.audit(tmp_path / "a", case="R-2026-000001")
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_bytes())
    del manifest["order"]
    (tmp_path / "a" / "manifest.json").write_bytes(verifier.canonical(manifest))
    files = sorted(contents(tmp_path / "a").items())
    (tmp_path / "a.zip").write_bytes(packed(files))
    assert verify_here(tmp_path / "a")[0] == verify_here(tmp_path / "a.zip")[0] == verifier.UNPROVED


def _hostile(name: str, path: Path) -> None:
    """Write an archive that harms a careless reader."""
    link = zipfile.ZipInfo("manifest.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        match name:
            case "bomb":
                archive.writestr("manifest.json", bytes(50_000_000))
            case "outside":
                archive.writestr("../manifest.json", b"{}")
            case "absolute":
                archive.writestr("/etc/manifest.json", b"{}")
            case "link":
                archive.writestr(link, "/etc/passwd")
            case _:
                archive.writestr("manifest.json", b"{}", zipfile.ZIP_STORED)
                with pytest.warns(UserWarning, match="Duplicate name"):
                    archive.writestr("manifest.json", b"[]", zipfile.ZIP_STORED)


@pytest.mark.parametrize("name", ["bomb", "outside", "absolute", "link", "repeated"])
def test_a_hostile_archive_is_refused_without_expanding_it(name: str, tmp_path: Path, verify_here: Verify) -> None:
    _hostile(name, tmp_path / "preuves.zip")
    tracemalloc.start()
    status, _ = verify_here(tmp_path / "preuves.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status == 1
    assert peak < 5_000_000


def test_a_link_or_a_pipe_in_a_folder_is_not_read(exported: Exported, tmp_path: Path, verify_here: Verify) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    (copy / "registre.csv").unlink()
    (copy / "registre.csv").symlink_to("/dev/zero")
    (copy / "autre").symlink_to(exported[0])
    os.mkfifo(copy / "tube")
    assert verify_here(copy)[0] == 1


def test_what_a_system_adds_to_a_folder_is_printed_as_not_checked(exported: Exported, tmp_path: Path) -> None:
    added = (".DS_Store", "dossiers/.DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/a/._registre.html")
    for name in (*added, "a.DS_Store", "Thumbs.db/x", "._registre.html", "__MACOSX/registre.html"):
        copy = shutil.copytree(exported[0], tmp_path / name / "copy")
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(b"x")
        status, lines = verifier.verdict(copy, None, None)
        assert (status, lines[-1].startswith(f"{name} : non contrôlé")) == ((3, True) if name in added else (1, False))
        archive = tmp_path / name / "a.zip"
        archive.write_bytes(packed(sorted(contents(copy).items())))
        assert f"{name} : en trop / extra" in verifier.verdict(archive, None, None)[1]
        sealed(copy)
        (copy / name).write_bytes(b"y")
        assert any(line.startswith(f"{name} : modifié") for line in verifier.verdict(copy, None, None)[1])


def test_control_characters_of_a_tampered_file_do_not_reach_the_terminal(
    verify_here: Verify, exported: Exported, tmp_path: Path
) -> None:
    copy = shutil.copytree(exported[0], tmp_path / "copy")
    (copy / "\x1b[2J.txt").write_bytes(b"")
    status, told = verify_here(copy)
    assert (status, told.count("\x1b")) == (1, 0)
    assert "?[2J.txt : en trop / extra" in told


# Texts


def test_texts_are_masked_and_names_are_never_shown(exported: Exported) -> None:
    for content in contents(exported[0]).values():
        assert b"ecret" not in content
        assert b"Mme Roux" not in content
        assert b"vivier" not in content


def test_free_texts_are_shown_with_their_proofs(tmp_path: Path, verify_here: Verify) -> None:
    lived().reports.audit(tmp_path / "textes", case="R-2026-000001", texts=True)
    found = contents(tmp_path / "textes")
    everything = b"".join(found.values())
    assert b"Un secret." in found["dossiers/R-2026-000001.html"]
    assert b"tenir un vivier" in found["pgaac/site-CRE-1.html"]
    assert b"M. Secret" not in everything
    assert b"Mme Roux" not in everything
    assert verify_here(tmp_path / "textes")[0] == verifier.UNPROVED
    chain = tmp_path / "textes" / "chaines" / "dossiers" / "R-2026-000001.json"
    chain.write_bytes(chain.read_bytes().replace(b"Un secret.", b"Un autre."))
    assert "le texte" in verify_here(tmp_path / "textes")[1]
    assert "le texte" in verify_here(tmp_path / "textes")[1]


def test_an_erased_text_does_not_come_back(verify_here: Verify, tmp_path: Path, desk: Desk) -> None:
    desk.anonymise("R-2026-000002")
    desk.pgaac("CRE").forget("A-1")
    desk.reports.audit(tmp_path / "textes", received_from=date(2026, 6, 1), texts=True)
    found = contents(tmp_path / "textes")
    assert b"vivier" not in b"".join(found.values())
    assert "(effacé)".encode() in found["dossiers/R-2026-000002.html"]
    assert verify_here(tmp_path / "textes")[0] == verifier.UNPROVED


# Selection, scope, record


def test_the_proofs_of_a_case_are_its_events_and_those_of_its_actions(exported: Exported) -> None:
    assert {one["porteur"] for one in proofs(exported[1])} == {"R-2026-000001", "site:CRE"}
    assert sorted(name for name in contents(exported[1]) if name.startswith(("dossiers", "pgaac"))) == [
        "dossiers/R-2026-000001.html",
        "pgaac/site-CRE-1.html",
        "pgaac/site-CRE-2.html",
    ]


def test_a_period_selects_receipts_and_events_of_plans(verify_here: Verify, tmp_path: Path, desk: Desk) -> None:
    registered(desk, received_at=at(3))
    desk.pgaac(PlanScope.nation()).add(factories.sheet("N-1", level=None, site="STD"))
    desk.reports.audit(tmp_path / "a", received_from=date(2026, 6, 2), received_until=date(2026, 6, 20))
    found = {(one["porteur"], one["fait"]) for one in proofs(tmp_path / "a")}
    assert {holder for holder, _ in found} == {"R-2026-000003", "site:CRE"}
    assert ("site:CRE", "efficacité évaluée : A-1") in found  # judged on the 10th, published on the 30th
    assert sorted(name for name in contents(tmp_path / "a") if name.startswith("pgaac")) == [
        "pgaac/nation.html",
        "pgaac/site-CRE.html",
    ]
    assert verify_here(tmp_path / "a")[0] == verifier.UNPROVED


def test_a_scoped_desk_exports_its_scope_and_sees_its_own_exports(tmp_path: Path, desk: Desk) -> None:
    own = desk.scoped(site="STD").acting("M. Petit", Role.AQ)
    record = own.reports.audit(tmp_path / "std")
    assert {one["porteur"] for one in proofs(tmp_path / "std")} == {"R-2026-000002"}
    assert (record.place, record.actor, record.role) == ("site:STD", "M. Petit", Role.AQ)
    with pytest.raises(CaseNotFoundError):
        own.reports.audit(tmp_path / "other", case="R-2026-000001")
    assert not (tmp_path / "other").exists()
    whole = desk.reports.audit(tmp_path / "whole.zip")
    assert desk.scoped(region="Île-de-France").reports.exports() == ()
    assert own.reports.exports() == own.reports.latest_exports() == (record,)
    assert desk.reports.latest_exports() == (record, whole)
    assert (desk.reports.exports(), desk.reports.exports(after=1, limit=1)) == ((record, whole), (whole,))


def test_an_export_is_recorded_with_its_subject_and_the_hash_of_its_manifest(tmp_path: Path, desk: Desk) -> None:
    case = desk.reports.audit(tmp_path / "a.zip", case="R-2026-000001")
    period = desk.reports.audit(tmp_path / "b.zip", received_from=date(2026, 6, 1), received_until=date(2026, 6, 30))
    assert [(one.number, one.kind, one.subject) for one in desk.reports.exports()] == [
        (1, ExportKind.AUDIT, "R-2026-000001"),
        (2, ExportKind.AUDIT, "2026-06-01/2026-06-30"),
    ]
    assert "Roux" not in repr(case)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert period.sha256 == verifier.digest(archive.read("manifest.json"))
        assert json.loads(archive.read("manifest.json"))["subject"] == {
            "Reçu du": "2026-06-01",
            "Reçu jusqu'au": "2026-06-30",
        }


# Refusals


def bad_keys() -> Iterator[Any]:
    sealed = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, key in (("text", b"secret"), ("public", PUBLIC), ("passphrase", sealed), ("another kind", other)):
        yield pytest.param(key, id=name)


@pytest.mark.parametrize("key", list(bad_keys()))
def test_a_key_that_is_not_an_ed25519_private_key_is_refused(key: bytes, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="Ed25519 private key without passphrase") as refused:
        lived().reports.audit(tmp_path / "a", key=key)
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_key_without_the_package_that_signs_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(MissingExtraError, match="cryptography is not installed; install the extra 'sign'"):
        lived().reports.audit(tmp_path / "a", key=KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_tool_that_is_not_installed_has_an_unknown_version() -> None:
    assert audit._installed("a-package-that-there-is-not") == "unknown"


def test_a_pem_key_signs_too(verify_here: Verify, tmp_path: Path) -> None:
    pem = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    lived().reports.audit(tmp_path / "a", case="R-2026-000001", key=pem)
    (tmp_path / "key.pub").write_bytes(PUBLIC)
    assert verify_here(tmp_path / "a", "--key", tmp_path / "key.pub")[0] == 0


def test_a_case_with_a_period_and_a_period_that_ends_first_are_refused(tmp_path: Path, desk: Desk) -> None:
    with pytest.raises(FaultsError, match=r"^case: 'R-2026-000001'; a case or a period is expected, and not both"):
        desk.reports.audit(tmp_path / "a", case="R-2026-000001", received_from=date(2026, 6, 1))
    with pytest.raises(FaultsError, match=r"^received_until: 2026-06-01; a day not before the beginning"):
        desk.reports.audit(tmp_path / "a", received_from=date(2026, 6, 2), received_until=date(2026, 6, 1))
    for day in ({"received_from": "2026-06-01"}, {"received_until": "2026-06-01"}):
        with pytest.raises(TypeError, match=f"^{next(iter(day))}: a date is expected"):
            desk.reports.audit(tmp_path / "a", **day)  # type: ignore[arg-type]
    assert desk.reports.exports() == ()


def test_a_folder_with_files_is_left_alone_and_an_empty_one_is_filled(
    verify_here: Verify, tmp_path: Path, desk: Desk
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("à moi", encoding="utf-8")
    (tmp_path / "file").write_text("à moi", encoding="utf-8")
    for name in ("full", "file"):
        with pytest.raises(FaultsError, match=rf"^output: '.*{name}'; a new or empty folder is expected"):
            desk.reports.audit(tmp_path / name, case="R-2026-000001")
    (tmp_path / "empty").mkdir()
    desk.reports.audit(tmp_path / "empty", case="R-2026-000001")
    assert verify_here(tmp_path / "empty")[0] == verifier.UNPROVED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]


@pytest.mark.parametrize("holder", ["R-2026-000001", "site:CRE"])
def test_a_broken_chain_is_refused_without_file(holder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = lived()
    for name in ("stream_of", "plan_stream_of"):
        read = getattr(InMemoryJournal, name)

        def altered(journal: InMemoryJournal, key: str, read: Any = read) -> Any:
            stream = read(journal, key)
            if key != holder:
                return stream
            entries = (attrs.evolve(stream.entries[0], text="{}"), *stream.entries[1:])
            return attrs.evolve(stream, entries=entries)

        monkeypatch.setattr(InMemoryJournal, name, altered)
    with pytest.raises(StoreDamagedError, match="event 1: event altered") as refused:
        desk.reports.audit(tmp_path / "a", received_from=date(2026, 6, 1))
    assert refused.value.holder == holder
    assert list(tmp_path.iterdir()) == []
    assert desk.reports.exports() == ()


def test_a_missing_stream_is_a_damage() -> None:
    with pytest.raises(StoreDamagedError, match="event 1: end of the history cut off"):
        audit_output.sound(None, "R-1", 2)


def test_holders_with_similar_names_have_files_of_their_own() -> None:
    subject = audit.AuditSubject(cases=(), plans=(), at=at(1), zone=at(1).tzinfo, sites=SITES, filters=())  # type: ignore[arg-type]
    found = audit._Collected(subject)
    names = [found._paths("pgaac", key)[0] for key in ("site:É", "site:A", "site:a", "site/A", "..", "")]
    assert names == [
        "pgaac/site.html",
        "pgaac/site-A.html",
        "pgaac/site-a-2.html",
        "pgaac/site-A-3.html",
        "pgaac/sans-nom.html",
        "pgaac/sans-nom-2.html",
    ]


# One moment


def _stores(folder: Path) -> dict[str, Any]:
    return {"memory": None, "file": f"sqlite:///{folder / 'a.db'}", "sqlite": "sqlite://"}


@pytest.mark.parametrize("kind", ["memory", "file", "sqlite"])
def test_an_audit_file_is_of_one_moment_whatever_is_written_during_the_export(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "PAGE", 1)
    url = _stores(tmp_path)[kind]
    clock = FakeClock(at(30))
    desk = new_desk(clock=clock) if url is None else Desk.open(url, clock=clock, sites=SITES).acting("Mme Roux", "rqr")
    with desk:
        for _ in range(3):
            factories.analysed(desk, "organisation")
        desk.plan("R-2026-000001", factories.sheet(what="tenir un vivier"))

        def meanwhile(_: int) -> None:
            number = len(desk.pgaac("CRE").actions) + 1
            desk.plan("R-2026-000003", factories.sheet(f"A-{number}", what="tenir un vivier"))

        desk.reports.audit(tmp_path / "a", advance=meanwhile)
        assert len(desk.pgaac("CRE").actions) == 4
    status, told = verify(tmp_path / "a")
    assert status == verifier.UNPROVED, told
    assert len(json.loads((tmp_path / "a/chaines/pgaac/site-CRE.json").read_bytes())["events"]) == 1
    assert {one["porteur"] for one in proofs(tmp_path / "a")} == {f"R-2026-00000{n}" for n in (1, 2, 3)} | {"site:CRE"}


def test_an_audit_file_has_the_hashes_of_documents_and_no_name_until_their_erasure(tmp_path: Path) -> None:
    desk = factories.new_desk(at(30), documents=InMemoryDocumentStore())
    letter = NewDocument(name="lettre de Mme Durand.txt", content=b"Bonjour")
    reference = desk.register(factories.facts(), site="CRE").reference
    desk.add_support(reference, kind="letter", title="la lettre", documents=[letter])
    hashed = hashlib.sha256(b"Bonjour").hexdigest()

    def written(folder: str) -> str:
        desk.reports.audit(tmp_path / folder, case=reference, texts=False)
        return "".join(path.read_text(encoding="utf-8") for path in (tmp_path / folder).rglob("*.json"))

    assert hashed in written("before")
    assert "Durand" not in written("again")
    desk.withdraw(reference)
    desk.close(reference, reason="withdrawn")
    desk.anonymise(reference)
    assert hashed not in written("after")


def with_documents(**options: Any) -> Desk:
    """A desk with three documents, the first of which is erased."""
    desk = new_desk(at(30), documents=InMemoryDocumentStore(), **options)
    for names in (("erased.txt",), ("a.txt", "<é>.txt")):
        case = desk.register(factories.facts(), site="CRE")
        documents = [NewDocument(name=name, content=name.encode()) for name in names]
        desk.add_support(case.reference, kind="letter", title="la lettre", documents=documents)
    desk.withdraw("R-2026-000001")
    desk.close("R-2026-000001", reason="withdrawn")
    desk.anonymise("R-2026-000001")
    return desk


def test_an_audit_file_has_the_bytes_of_documents_if_they_are_asked_for(verify_here: Verify, tmp_path: Path) -> None:
    desk = with_documents()
    desk.reports.audit(tmp_path / "a", received_from=date(2026, 1, 1), documents=True, key=KEY)
    desk.reports.audit(tmp_path / "a.zip", case="R-2026-000002", documents=True)
    desk.reports.audit(tmp_path / "b", case="R-2026-000002")
    found = {
        path.relative_to(tmp_path / "a").as_posix(): path.read_bytes() for path in (tmp_path / "a/pieces").rglob("*.*")
    }
    assert found == {"pieces/R-2026-000002/2-1.txt": b"a.txt", "pieces/R-2026-000002/2-2.txt": "<é>.txt".encode()}
    assert not (tmp_path / "b/pieces").exists()
    assert [verify_here(tmp_path / name)[0] for name in ("a", "a.zip", "b")] == [verifier.UNPROVED] * 3
    opened = [one.subject for one in desk.reports.latest_exports(20) if one.kind is ExportKind.DOCUMENT]
    assert sorted(opened) == ["R-2026-000002 1"] * 2 + ["R-2026-000002 2"] * 2


def resealed(run: Verify, folder: Path, **changed: Any) -> tuple[int, str]:
    """Change the manifest and seal it, as one does who holds no key, and verify it."""
    path = folder / verifier.MANIFEST
    path.write_bytes(verifier.canonical(json.loads(path.read_bytes()) | changed))
    sealed(folder)
    return run(folder)


def test_a_changed_missing_or_foreign_document_is_found(verify_here: Verify, tmp_path: Path) -> None:
    with_documents().reports.audit(tmp_path / "a", case="R-2026-000002", documents=True)
    first, folder = tmp_path / "a/pieces/R-2026-000002/2-1.txt", tmp_path / "a"
    listed = json.loads((folder / verifier.MANIFEST).read_bytes())["documents"]

    assert resealed(verify_here, folder)[0] == verifier.UNPROVED
    for content in (b"b.txt", b"a.txt ", b""):
        first.write_bytes(content)
        status, told = resealed(verify_here, folder)
        assert (status, "not the document of the event" in told) == (verifier.MODIFIED, True), content
    first.write_bytes(b"a.txt")
    for documents, words in (
        (listed[1:], "missing or erased"),
        ([*listed, {**listed[0], "event": 9}], "without its event"),
        ([{**listed[0], "file": listed[1]["file"]}, listed[1]], "not the document of the event"),
        (None, "unexpected content"),
    ):
        status, told = resealed(verify_here, folder, documents=documents)
        assert (status, words in told) == (verifier.MODIFIED, True), (documents, told)


def test_documents_that_are_reserved_damaged_or_too_many_are_in_no_audit_file(tmp_path: Path) -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(roles=RoleParameters(reads_documents=(Role.AQ,))))
    with pytest.raises(ReservedDocumentError):
        with_documents(policy=policy).acting("Mme Roux", Role.RQR).reports.audit(
            tmp_path / "a", case="R-2026-000002", documents=True
        )
    desk = with_documents()
    with patch.object(audit_output, "MOST_FILES", 12), pytest.raises(FaultsError, match="give a folder"):
        desk.reports.audit(tmp_path / "a.zip", case="R-2026-000002", documents=True)
    store_of_documents = desk._context.documents
    assert store_of_documents is not None
    store_of_documents.delete(desk.documents("R-2026-000002")[1].key)
    with pytest.raises(DamagedDocumentError, match="document 2 are missing"):
        desk.reports.audit(tmp_path / "a", case="R-2026-000002", documents=True)
    assert not list(tmp_path.iterdir())
    assert desk.reports.latest_exports(20) == ()
    desk.reports.audit(tmp_path / "a", case="R-2026-000002")
