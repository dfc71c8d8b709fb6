"""Themes that the words of a text suggest."""

import csv
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.cases.themes import ThemeKeywords, ThemeSuggestion
from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.vocabulary.facts import THEMES

KEYWORDS = ThemeKeywords(version="1", themes={"organisation": ["emploi du temps", "salle"], "equipment": ["matériel"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Les SALLES étaient fermées.", ("organisation", ("salle",))),
        ("emploi du temps changé, salles fermées", ("organisation", ("emploi du temps", "salle"))),
        ("Materiel cassé dans les salles, l'emploi du temps change", ("organisation", ("emploi du temps", "salle"))),
        ("Salles annulées, emploi du temps annulé", ("organisation", ("emploi du temps", "salle"))),
        ("Le matériel, le matériel et l'emploi du temps", ("organisation", ("emploi du temps",))),
        ("Du temps perdu, sans emploi", None),
        ("Le matériel de la salle", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_theme_with_most_words_of_the_list_is_suggested(text: str, expected: tuple[str, Any] | None) -> None:
    assert KEYWORDS.suggest(text) == (None if expected is None else ThemeSuggestion(*expected))


def test_the_proposed_list_has_themes_of_the_library_and_no_word_twice() -> None:
    proposed = ThemeKeywords.proposed()
    words = [word for listed in proposed.themes.values() for word in listed]
    assert set(proposed.themes) <= set(THEMES.values)
    assert len(words) == len(set(words))


@pytest.mark.slow
def test_the_proposed_list_agrees_with_the_labels_of_the_invented_messages() -> None:
    """Of the first of each two messages, which were read when the list was completed, then of the others."""
    source = files("reclamation_core.simulation").joinpath("data/complaints.csv").read_text(encoding="utf-8")
    labelled = [row for row in csv.DictReader(source.splitlines(keepends=True)) if row["theme"]]
    proposed = ThemeKeywords.proposed()
    agreements = [
        Counter(
            "none" if found is None else "right" if found.theme == row["theme"] else "wrong"
            for row in labelled[half::2]
            for found in [proposed.suggest(row["text"])]
        )
        for half in (0, 1)
    ]

    assert agreements == [{"right": 60, "wrong": 4, "none": 14}, {"right": 54, "wrong": 3, "none": 20}]


def test_keywords_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "themes.toml"
    path.write_text('version = "2027"\n[themes]\ntrainer = ["formateur"]\n', encoding="utf-8")
    assert ThemeKeywords.from_toml(path) == ThemeKeywords(version="2027", themes={"trainer": ["formateur"]})


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('version = "1"\n', "themes"),
        ('version = "1"\nthemes = 3\n', "themes"),
        ('version = "1"\n[themes]\n', "themes"),
        ('version = ""\n[themes]\na = ["b"]\n', "version"),
        ('version = "1"\n[themes]\na = "b"\n', "themes.a"),
        ('version = "1"\n[themes]\na = []\n', "themes.a"),
        ('version = "1"\n[themes]\na = ["b", "!", 3]\n', "themes.a[1]"),
    ],
)
def test_a_list_that_is_refused_names_what_is_wrong(tmp_path: Path, document: str, path: str) -> None:
    file = tmp_path / "themes.toml"
    file.write_text(document, encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        ThemeKeywords.from_toml(file)
    assert caught.value.faults[0].path.rpartition(": ")[2] == path


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snowballstemmer", None)
    with pytest.raises(MissingExtraError, match="themes"):
        KEYWORDS.suggest("salle")
