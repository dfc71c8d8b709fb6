"""Texts printed on a terminal cannot act on it."""

import io
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.markdown import Markdown
from rich.text import Text

from reclamation_core.cli.application import run
from reclamation_core.cli.errors import in_french
from reclamation_core.cli.terminal import Screen, harmless, lines, one_line, print_document, say, show, table, warn
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording, typeset

HOSTILE = "a\x1b]0;titre\x07b\x1b[2J\x9bc\x7fd\u202ee\u2066f\ud800"


def is_dangerous(character: str) -> bool:
    """By Unicode's own classes: a control, half of a pair, or a character that turns the direction."""
    turns = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    return unicodedata.category(character) in {"Cc", "Cs"} or unicodedata.bidirectional(character) in turns


def assert_harmless(shown: str) -> None:
    assert not [character for character in shown if is_dangerous(character) and character not in "\n\t"]


@example("\u061c\u200e\u200f\u2028\u2029")
@given(st.text(st.characters()))
def test_control_characters_are_replaced_in_every_text(text: str) -> None:
    assert_harmless(harmless(text))
    assert not set(one_line(text)) & {"\n", "\t"}
    assert len(harmless(text)) == len(one_line(text)) == len(text)
    assert [new for old, new in zip(text, harmless(text), strict=True) if not is_dangerous(old) and old == new] == [
        old for old in text if not is_dangerous(old) and old not in "\u061c\u200e\u200f\u2028\u2029"
    ]


def test_every_text_printed_on_the_screen_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.print(HOSTILE, markup=False)
    screen.print(Text(HOSTILE, style="bold"))
    screen.print(Markdown(f"# {HOSTILE}\n\n`{HOSTILE}`"))
    lines(screen, HOSTILE)
    show(screen, table((HOSTILE, "b"), [(HOSTILE, HOSTILE)]))
    say(HOSTILE)
    warn(HOSTILE)
    captured = capsys.readouterr()
    assert captured.out.count("titre") >= 7
    assert_harmless(captured.out)
    assert_harmless(captured.err)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_document_is_harmless_on_a_terminal_and_itself_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, expected in ((_Terminal(), harmless(HOSTILE)), (io.StringIO(), HOSTILE)):
        monkeypatch.setattr(sys, "stdout", stream)
        print_document(HOSTILE)
        assert stream.getvalue() == expected


def test_styles_of_the_screen_itself_reach_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = _Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    Screen().print(Text("titre\x1b[2J", style="bold"))
    assert stream.getvalue().startswith("\x1b[1mtitre\N{REPLACEMENT CHARACTER}[2J")


def test_an_error_is_one_line_for_each_fault() -> None:
    first = Fault("a\nreclamation : fait", "x", Wording("une table\x9b", "a table"))
    told = in_french(FaultsError([first, Fault("$", "x", Wording("un\nfichier", "a file"))]))
    assert_harmless(told)
    assert len(told.split("\n")) == 2
    missing = in_french(FileNotFoundError(2, "x", "a\nb\x1b[2J"))
    assert typeset(missing, "en") == "a�b�[2J : fichier ou dossier introuvable"


HEADER = "reference,received_at,\x1b[2Jcouleur\x9b,\u202enom"


@pytest.mark.parametrize("place", ["csv", "sites", "mapping", "policy", "values"])
def test_nothing_shown_acts_on_a_terminal(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "dossier\x1b[2J\n\x9b"
    folder.mkdir()
    path = folder / "complaints.csv"
    path.write_text(f"{HEADER}\nA1,2026-05-04,x,y\n\x1b[2J,\x9b,x,y\n", encoding="utf-8")
    options: list[str] = []
    if place in {"sites", "mapping", "policy"}:
        other = folder / f"{place}.toml"
        key = json.dumps(HOSTILE.rstrip("\ud800"))
        other.write_text(f"[sites.{key}]\n{key} = 1\n[columns]\n{key} = {key}\n", encoding="utf-8")
        options = [f"--{place}", str(other)]
    if place == "values":
        options = ["--territory", HOSTILE.rstrip("\ud800"), "--as-of", "\x1b[2J"]
    status = run(["triage", str(path), *options])
    captured = capsys.readouterr()
    assert status == (1 if place == "csv" else 2)
    assert_harmless(captured.out)
    assert_harmless(captured.err)
    assert captured.out or captured.err
    assert all(line.startswith("reclamation : ") for line in captured.err.split("\n")[:-1])
