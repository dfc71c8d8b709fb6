"""Every French text for end users has the words of the lexicon, and is where the French text belongs."""

import ast
import importlib
import json
import pkgutil
import re
import runpy
from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import log
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import reclamation_core
from reclamation_core.cases import CaseKind, CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk.forms import FormContext, action_form, case_form, registration_form
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.vocabulary.lexicon import LEXICON, refused_words
from tests.unit.desk.factories import new_desk, registered

SOURCES = Path(reclamation_core.__file__).parent
FILES = [path for path in sorted(SOURCES.rglob("*.py")) if path.relative_to(SOURCES).parts[0] != "testing"]
DATA = sorted((SOURCES / "simulation" / "data").glob("[hs]*.toml"))
DOCS = Path(__file__).parents[3] / "docs"
TEMPLATES = [path for path in sorted(SOURCES.rglob("templates/**/*.html")) if path.parent.name != "en"]
NOTEBOOKS = sorted((DOCS / "fr" / "notebooks").glob("*.ipynb"))
PAGES = sorted((DOCS / "fr").glob("*.md"))
READ_BY_DEVELOPERS = ("tables/dmn", "frames/")
HARD_TO_TELL = {
    ("analyser", "analyse"),
    ("avril", "April"),
    ("commentaire", "comment"),
    ("juin", "June"),
    ("label", "label-en"),
    ("samedi", "Saturday"),
    ("scénario", "scenario"),
    ("Statut", "Status"),
    ("week-end", "weekend"),
    ("week-end ( ) ", "weekend ( ) "),
}
"""Pairs that look the other way round to the words and letters of the other texts."""


def first_strings(node: ast.expr) -> Iterator[str]:
    """The constant parts of a text, of an f-string too, whatever chooses between them."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls of a module, with the names of what they call."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node


def places() -> dict[str, set[int]]:
    """The place of the French text among the arguments of what takes `fr` and `en` one after the other, by name."""
    found: dict[str, set[int]] = {"say": {0}}
    for node in (node for path in FILES for node in nodes(path)):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            names = [ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign)]
        if "fr" in names and "en" in names[names.index("fr") + 1 :][:1]:
            found.setdefault(node.name, set()).add(names.index("fr"))  # type: ignore[attr-defined]
    return found


@cache
def bilingual_texts() -> list[tuple[str, str]]:
    """The French and the English text of each code, and of each call that takes both."""
    first, found = places(), list[list[ast.expr]]()
    for path in FILES:
        found += [node.args[at : at + 2] for name, node in calls(path) for at in first.get(name, ())]
        for node in nodes(path):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=[_, fr, en])) if name.isupper():
                    found.append([fr, en])
                case ast.Yield(ast.Tuple([_, fr, en])) | ast.Call(ast.Name("UnreadableError"), [fr, en]) if (
                    path.stem == "verifier"  # it imports nothing of the library
                ):
                    found.append([fr, en])
    texts = [tuple(" ".join(first_strings(text)) for text in pair) for pair in found if len(pair) == 2]
    return [(fr, en) for fr, en in texts if fr and en]


def french_texts(path: Path) -> Iterator[str]:
    """The French side of each `Wording`, each sentence of a narrator, each help text, the columns of reports."""
    for name, node in calls(path):
        if name in {"Wording", "say", "flag", "with_reason", "Interpretation", "labelled"} and node.args:
            place = 1 if name == "flag" else 0
            yield from first_strings(node.args[place])
        for keyword in node.keywords:
            if keyword.arg == "help":
                yield from first_strings(keyword.value)
        for argument in node.args:
            if name in {"CommandError", "heading", "lines"}:
                yield from first_strings(argument)
            elif name in {"_column", "_fact_column"} and isinstance(argument, ast.Tuple):
                yield from first_strings(argument.elts[0])


def labelled_enumerations() -> Iterator[type[LabelledEnum]]:
    for module in pkgutil.walk_packages(reclamation_core.__path__, "reclamation_core."):
        if ".integrations.django" in module.name:  # its models need settings, and it has no closed lists
            continue
        if ".testing" not in module.name and ".migrations" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)
    yield from (cls for cls in _below(LabelledEnum) if ".testing" not in cls.__module__)


def _below(cls: type[LabelledEnum]) -> Iterator[type[LabelledEnum]]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def faults(texts: Iterator[str]) -> list[tuple[str, str, str]]:
    return [(text, word, term.word) for text in texts for word, term in refused_words(text)]


@pytest.mark.slow
def test_every_module_has_the_words_of_the_lexicon() -> None:
    names = {str(path.relative_to(SOURCES)): path for path in FILES}
    read = {name: path for name, path in names.items() if not name.startswith(READ_BY_DEVELOPERS)}
    assert {name: found for name, path in read.items() if (found := faults(french_texts(path)))} == {}


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def signs_of(text: str) -> set[str]:
    """The words of a text, and the letters that follow each other in them."""
    words = {f"^{word}$" for word in words_of(text)}
    return words | {word[at : at + 3] for word in words for at in range(len(word) - 2)}


def test_every_text_in_two_languages_has_its_french_text_first() -> None:
    """A pair is judged by how often its words and letters are in the French and in the English of all other pairs."""
    pairs = {(fr, en): (signs_of(fr), signs_of(en)) for fr, en in bilingual_texts()}
    french, english = (Counter(sign for pair in pairs.values() for sign in pair[side]) for side in (0, 1))

    def evidence(sign: str, own: tuple[int, int]) -> float:
        weight = 1 if sign.startswith("^") and sign.endswith("$") else 0.1
        return weight * log((french[sign] - own[0] + 0.3) / (english[sign] - own[1] + 0.3))

    judged = {
        texts: sum(evidence(one, (1, 0)) for one in fr - en) - sum(evidence(one, (0, 1)) for one in en - fr)
        for texts, (fr, en) in pairs.items()
        if fr != en
    }
    assert len(judged) > 2_000
    wrong = {texts for texts, value in judged.items() if value <= 0} ^ HARD_TO_TELL
    assert wrong | {(fr, en) for fr, en in judged if (en, fr) in HARD_TO_TELL} == set(), (
        "French first; if it is, list it"
    )


def test_lists_tables_and_interpretations_have_the_words_of_the_lexicon() -> None:
    lists = list(labelled_enumerations())
    assert len(lists) > 30
    assert faults(member.label("fr") for cls in lists for member in cls if len(cls)) == []
    rules = m2_1()
    rows = (row.wording.fr for table in rules.tables.values() for row in table.rows if row.wording is not None)
    titles = (text.fr for table in rules.tables.values() for _, text in table.statements)
    interpretations = (one.wording.fr for one in rules.interpretations)
    assert faults(iter([*rows, *titles, *interpretations])) == []


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_the_scenario_has_the_words_of_the_lexicon(path: Path) -> None:
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    assert faults(lines) == []


_NO_WORDS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|\{#.*?#\}", re.DOTALL)


def test_every_template_has_the_words_of_the_lexicon() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        in_code = (found for part in re.findall(r"\{[{%].*?[%}]\}", text) for found in re.findall(r'"([^"]*)"', part))
        assert faults(iter([_NO_WORDS.sub(" ", text), *in_code])) == [], path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_has_the_words_of_the_lexicon(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sentences = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert faults(re.sub(r"`[^`]*`|\]\([^)]*\)", "", sentence) for sentence in sentences) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_of_the_guide_has_the_words_of_the_lexicon(path: Path) -> None:
    assert faults(iter([re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)])) == []


def test_every_form_has_the_words_of_the_lexicon() -> None:
    context = FormContext(None, TRAINING_BODY, ZoneInfo("Europe/Paris"), case=registered(new_desk()))
    forms = [
        *(case_form(command, context) for command in CommandType),
        *(action_form(command, context) for command in PlanCommandType),
        *(registration_form(context, kind) for kind in CaseKind),
    ]
    fields = [field for form in forms for field in form]
    texts = (text.fr for field in fields for text in (field.label, field.hint) if text is not None)
    assert len(fields) > 100
    assert faults(iter([*texts, *(label.fr for field in fields for _, label in field.choices)])) == []


def test_a_concept_has_one_word_of_the_texts_and_a_word_one_concept() -> None:
    words = [term.word for term in LEXICON]
    assert len(set(words)) == len(words)
    assert faults(iter(words)) == []
    paths = [path for path in [*FILES, *TEMPLATES, *PAGES] if path.stem != "lexicon"]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in paths).casefold()
    assert [one.word for one in LEXICON if not any(each.casefold() in texts for each in one.word.split(", "))] == []


def test_no_english_text_has_centre_or_mend() -> None:
    in_templates = re.compile(r'_\("(?:[^"\\]|\\.)*", "((?:[^"\\]|\\.)*)"')
    texts = [en for _, en in bilingual_texts()]
    texts += [en for path in TEMPLATES for en in in_templates.findall(path.read_text(encoding="utf-8"))]
    board = (SOURCES / "integrations" / "board" / "help.toml").read_text(encoding="utf-8")
    texts = [text.lower() for text in (*texts, *re.findall(r'^en = """(.*?)"""', board, re.DOTALL | re.MULTILINE))]
    pages = [path for path in DOCS.rglob("*.md") if path.name != "glossary.md" and DOCS / "fr" not in path.parents]
    code = r"```.*?```|`[^`]*`|<span lang=\"fr\">.*?</span>"
    texts += [re.sub(code, "", path.read_text(encoding="utf-8"), flags=re.DOTALL) for path in pages]
    assert len(texts) > 2_000
    assert [found[0] for text in texts for found in re.finditer(r".{0,40}\b(?:centres?|mend)\b.{0,20}", text)] == []


def test_the_page_has_each_term_and_what_is_refused_for_it() -> None:
    page = runpy.run_path(str(DOCS / "_generators" / "lexicon.py"))["pages"]()["fr/lexique.md"]
    assert "\\" not in page
    for term in [term for term in LEXICON if term.refused]:
        (line,) = [line for line in page.splitlines() if line.startswith(f"- **{term.word}** : ")]
        assert term.meaning in line
        assert "À la place de : *" in line
