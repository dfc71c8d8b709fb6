"""Files that people write, at every door that reads one; TOML that is written is read back equal."""

import tomllib
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.files import read_toml, read_utf8
from reclamation_core.documents.toml_text import toml_text
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping
from reclamation_core.policy import m2_1, read_policy
from reclamation_core.simulation import CaseloadProfile, SurveyProfile
from reclamation_core.vocabulary import Sites

BOM = "\ufeff"
DOORS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "policy.toml": (read_policy, 'starts_from = "M2-1"\nedition = "é"\n[survey]\nthreshold = 7\n'),
    "policy.json": (read_policy, m2_1().to_json()),
    "sites.toml": (Sites.from_toml, '[sites.METZ]\nname = "Metz"\nregion = "Grand Est, été"\n'),
    "mapping.toml": (ColumnMapping.from_toml, '[columns]\nsite = "centre formé"\nreceived_at = "reçu le"\n'),
    "profile.toml": (CaseloadProfile.from_toml, "days = 30  # été\n"),
    "survey.toml": (SurveyProfile.from_toml, "days = 30\n"),
}


@pytest.mark.parametrize("name", DOORS)
def test_the_mark_that_notepad_puts_before_a_text_is_no_part_of_it(name: str, tmp_path: Path) -> None:
    read, text = DOORS[name]
    plain, marked = tmp_path / f"plain-{name}", tmp_path / name
    plain.write_text(text, encoding="utf-8")
    marked.write_text(BOM + text, encoding="utf-8")
    assert read(marked) == read(plain)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_another_encoding_is_refused_with_the_one_that_is_expected(name: str, encoding: str, tmp_path: Path) -> None:
    read, _ = DOORS[name]
    file = tmp_path / name
    file.write_text('é = "1"', encoding=encoding)
    kind = "JSON" if file.suffix == ".json" else "TOML"
    with pytest.raises(FaultsError, match=f"a {kind} file in UTF-8 is expected") as refused:
        read(file)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("$", str(file))]


def test_the_lines_of_windows_and_of_old_macs_end_as_others_do(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"a\r\nb\rc\nd")
    assert read_utf8(path, "JSON") == "a\nb\nc\nd"


def test_invalid_toml_is_refused_and_a_missing_file_is_not_found(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = [", encoding="utf-8")
    assert read_utf8(file, "TOML") == "a = ["
    with pytest.raises(FaultsError, match="a TOML file in UTF-8 is expected"):
        read_toml(file)
    with pytest.raises(FileNotFoundError):
        read_toml(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("content", "where"), [(b"a = 1\nb c", "ligne 2, colonne 3"), (b"a = [", "fin du fichier"), (b"a\xff", "octet 2")]
)
def test_the_place_of_an_error_in_a_toml_file_is_given_in_french(tmp_path: Path, content: bytes, where: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(FaultsError) as refused:
        read_toml(file)
    assert refused.value.in_("fr") == f"$ : « {file} » ; un fichier TOML en UTF-8 est attendu ({where})"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (f"a = {'[' * 33}{']' * 33}", "values have at most 32 levels"),
        (f"a = {'{a=' * 33}1{'}' * 33}", "values have at most 32 levels"),
        (f"{'a.' * 32}a = 1", "keys have at most 32 parts"),
        (f"[{'a . ' * 32}a]", "keys have at most 32 parts"),
        ("""["a".'b'.""" + "c." * 30 + "d]", "keys have at most 32 parts"),
        (f"{'a.' * 31}a = {'[' * 31}{{{'a.' * 31}a = 1}}{']' * 31}", "values have at most 32 levels"),
        (f"a = {'[' * 31}{{{'a.' * 31}a = {{{'a.' * 31}a = 1}} }}{']' * 31}", "values have at most 32 levels"),
        (f"a = [{'[],' * 80_000}]", "at most 80000 tables and arrays"),
        ("a = 9223372036854775808", "a: 9223372036854775808; a whole number of at most 64 bits"),
        ("[[a]]\nb = [1, 0xffffffffffffffffffff]", r"a\[0\]\.b\[1\]: .* a whole number of at most 64 bits"),
        (f"a = '{'[' * 100}", "a TOML file in UTF-8 is expected"),
        (f"a = {'9' * 5000}", "numbers and bare keys have at most 1000 characters"),
        (f"a = [1.{'0' * 1001}]", "numbers and bare keys have at most 1000 characters"),
        (f"a = {'9' * 1000}", "a whole number of at most 64 bits"),
        ("#" * (2 << 20) + "\n", "a TOML file of at most 2097152 bytes"),
    ],
)
def test_toml_beyond_its_limits_is_refused_in_one_error(text: str, match: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError, match=match) as refused:
        read_toml(file)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"a = {'[' * 32}{']' * 32}",
        f"{'a.' * 31}a = -9223372036854775808",
        f'a = "{"[." * 100}"  # {"[." * 100}',
        f"a = '{'[.' * 100}'",
        f'a = """{"[." * 100}\\"""{"[." * 100}"""""',
        f"a = '''\n'{'[.' * 100}''''",
        "\n".join(f"a{number}.b = [1.5, [2.5], {{c.d = 1}}]" for number in range(100)),
        "\n".join(f"[[t.u{number}]]\nx = ''\ny = \"\"" for number in range(100)),
    ],
)
def test_toml_within_its_limits_is_read_as_tomllib_reads_it(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text, encoding="utf-8")
    assert read_toml(file) == tomllib.loads(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = (
    st.booleans()
    | st.integers(-(1 << 62), 1 << 62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.dates(date(1900, 1, 1))
    | st.times().map(lambda at: time(at.hour, at.minute, at.second))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_a_document_is_read_back_equal(document: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text({**document, "left out": None})) == document
