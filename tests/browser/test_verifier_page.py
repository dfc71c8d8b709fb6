"""The page `verifier.html` in Chromium: what an auditor without Python sees, and the same verdicts as `verifier.py`."""

import base64
import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page

from tests.browser.test_board import ON_A_DESKTOP
from tests.unit.documents.test_canonical_vectors import stored
from tests.unit.reporting.audit_mutants import EVALUATE, PAGE, Files, audited, by_program, cases, for_page
from tests.unit.reporting.tampering import packed
from tests.unit.reporting.test_audit_file import PUBLIC

pytestmark = pytest.mark.browser
SAMPLE = 25


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Files, str]]:
    return audited(tmp_path_factory.mktemp("audit"))


@pytest.fixture
def opened(page: Page) -> Iterator[Page]:
    """The page, opened from its file; an error of its script fails the test."""
    errors: list[str] = []

    def note(error: object) -> None:
        errors.append(str(error))

    page.on("pageerror", note)
    page.goto(PAGE.as_uri())
    yield page
    assert errors == []


@ON_A_DESKTOP
def test_both_verifiers_agree_on_mutated_files(opened: Page, exports: list[tuple[Files, str]], tmp_path: Path) -> None:
    seed = opened.viewport_size["width"] if opened.viewport_size else 0
    drawn = list(cases(exports, Random(seed), SAMPLE))  # noqa: S311  drawn mutations
    assert opened.evaluate(EVALUATE, list(map(for_page, drawn))) == [by_program(one, tmp_path) for one in drawn]


def test_both_verifiers_read_the_same_archives_whatever_byte_is_changed(opened: Page) -> None:
    whole = packed({"a.txt": b"abc", "\xe9.txt": b"defg" * 10, "manifest.json": b"{}"}.items())
    places = range(whole.index(b"PK\1\2"), len(whole))
    mutants = [whole[:place] for place in places]
    mutants += (
        whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :] for place in places for bit in range(8)
    )
    names = """(all) => all.map((text) => {
        try { return entriesOf(Uint8Array.from(atob(text), (one) => one.charCodeAt(0))).length; }
        catch (error) { if (!(error instanceof Unreadable)) throw error; return -1; }
    })"""

    found = opened.evaluate(names, [base64.b64encode(one).decode() for one in mutants])

    for mutant, count in zip(mutants, found, strict=True):
        try:
            expected = len(zipfile.ZipFile(io.BytesIO(mutant)).infolist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error):
            expected = -1
        assert count == expected, mutant


def test_an_auditor_chooses_an_archive_and_a_key_and_reads_the_verdict(
    opened: Page, exports: list[tuple[Files, str]], tmp_path: Path
) -> None:
    files, old = exports[0]
    archive, key, note = tmp_path / "preuves.zip", tmp_path / "cle.pub", tmp_path / "point.txt"
    archive.write_bytes(packed(files.items()))
    key.write_bytes(PUBLIC)
    note.write_text(old, "utf-8")
    opened.set_input_files("#archive", archive)
    opened.set_input_files("#key", key)
    opened.set_input_files("#checkpoint", note)
    opened.get_by_role("button", name="Contrôler").click()
    opened.wait_for_selector("#verdict[data-status]")
    assert opened.get_attribute("#verdict", "data-status") == "0"
    assert "INTACT, signé par cette clé" in opened.inner_text("#verdict")
    assert "point de contrôle de reclamations.example.fr/registre" in opened.inner_text("#verdict")
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    changed = {**files, "registre.csv": files["registre.csv"] + b"x"}
    archive.write_bytes(packed(changed.items()))
    opened.set_input_files("#archive", archive)
    opened.get_by_role("button", name="Contrôler").click()
    opened.wait_for_selector("#verdict[data-status='1']")
    assert "registre.csv : modifié" in opened.inner_text("#faults")


def test_without_a_file_the_page_asks_for_one(opened: Page) -> None:
    opened.get_by_role("button", name="Contrôler").click()
    opened.wait_for_selector("#verdict[data-status='2']")
    assert "choisissez une archive" in opened.inner_text("#verdict")


def test_the_page_computes_the_test_vectors(opened: Page) -> None:
    vectors = stored()
    for one in vectors["canonical"][:3]:  # the others have numbers that JavaScript does not hold or writes otherwise
        assert opened.evaluate("(text) => written(JSON.parse(text))", one["json"]) == one["canonical"]
    point = vectors["checkpoint"]
    arguments = [point["note"], point["public_key"]]
    assert opened.evaluate("([note, key]) => isNoteOf(note, unhex(key))", arguments)
    assert not opened.evaluate("([note, key]) => isNoteOf(note.replace('7', '8'), unhex(key))", arguments)
    log = vectors["log"]
    for index, proof in enumerate(log["inclusion"]):
        arguments = [log["leaves"][index], index, len(log["leaves"]), proof]
        led = "async ([one, ...rest]) => hex(await ledTo(await leaf(utf8.encode(written(one))), ...rest))"
        assert opened.evaluate(led, arguments) == log["roots"][str(len(log["leaves"]))]
