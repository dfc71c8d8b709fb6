"""Mutated files are read or refused with a clear error; `soak/hostile_files.py` reads many more."""

from pathlib import Path

import pytest

from tests import mutations
from tests.hostile import read_toml_file, triage_workbook

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", range(0, 150, 30))
def test_mutated_workbooks_are_read_or_refused(first: int, tmp_path: Path) -> None:
    outcomes = {triage_workbook(tmp_path, mutations.workbook(number)) for number in range(first, first + 30)}
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_mutated_toml_files_are_read_or_refused(first: int, tmp_path: Path) -> None:
    drawn = [mutations.toml(number) for number in range(first, first + 50)]
    assert {read_toml_file(tmp_path, reader, content) for reader, content in drawn} <= {"read", "refused"}


@pytest.mark.parametrize("reader", mutations.SOUND_TOML)
def test_a_sound_toml_file_is_read(reader: str, tmp_path: Path) -> None:
    assert read_toml_file(tmp_path, reader, mutations.SOUND_TOML[reader].encode()) == "read"


@pytest.mark.parametrize("reader", mutations.SOUND_TOML)
@pytest.mark.parametrize("name", mutations.HOSTILE_TOML)
def test_hostile_toml_is_refused(name: str, reader: str, tmp_path: Path) -> None:
    assert read_toml_file(tmp_path, reader, mutations.HOSTILE_TOML[name].encode()) == "refused"
