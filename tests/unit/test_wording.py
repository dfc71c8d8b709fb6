import ast
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import reclamation_core
from reclamation_core.wording import Wording, drop_inner_stops, verbatim

PACKAGE = Path(reclamation_core.__file__).parent


def test_a_wording_gives_the_text_of_each_language() -> None:
    wording = Wording("un stagiaire", "a trainee")
    assert (wording.in_("fr"), wording.in_("en")) == ("un stagiaire", "a trainee")


@pytest.mark.parametrize("lang", ["de", "", "FR", None])
def test_another_language_is_refused_with_the_two_that_are_known(lang: object) -> None:
    with pytest.raises(ValueError, match=r"^lang: .* is not a language of this library; use 'fr' or 'en'$"):
        Wording("un stagiaire", "a trainee").in_(lang)  # type: ignore[arg-type]


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\N{NO-BREAK SPACE}"])
def test_a_blank_text_is_refused_whatever_the_language(blank: str) -> None:
    with pytest.raises(ValueError, match=r"^fr: the text is blank; give the wording in both languages$"):
        Wording(blank, "a trainee")
    with pytest.raises(ValueError, match=r"^en: the text is blank; give the wording in both languages$"):
        Wording("un stagiaire", blank)


def test_what_is_not_a_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^en: a text is expected, got None$"):
        Wording("un stagiaire", None)  # type: ignore[arg-type]


def test_a_typed_text_ends_without_a_full_stop_before_a_sign_of_the_sentence() -> None:
    for typed, shown in (("niveau.", "niveau"), ("etc...", "etc..."), ("niveau…", "niveau…"), ("niveau", "niveau")):
        for after in (" ; exigence", "; exigence", ", exigence", "."):
            assert drop_inner_stops(verbatim(typed) + after) == verbatim(shown) + after
    for whole in (verbatim("la salle."), verbatim("la salle. ; froide") + " ; exigence", verbatim("a.") + " » ; b"):
        assert drop_inner_stops(whole) == whole


# Every wording of the package: French first


def _text(node: ast.AST) -> str:
    """The words of a literal text, without what is put in."""
    return " ".join(one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _bilingual_pairs() -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the two literal texts of each call that takes `fr` and `en`, one after the other."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    first: dict[str, set[int]] = {"say": {0}}
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            names = [ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign)]
        if "fr" in names and "en" in names[names.index("fr") + 1 :][:1]:
            first.setdefault(node.name, set()).add(names.index("fr"))  # type: ignore[attr-defined]
    for path, tree in trees.items():
        for node in ast.walk(tree) if "testing" not in path.parts else ():
            if not isinstance(node, ast.Call) or any(isinstance(one, ast.Starred) for one in node.args):
                continue
            for place in first.get(ast.unparse(node.func).split(".")[-1], ()):
                match node.args[place : place + 2]:
                    case [ast.Constant() | ast.JoinedStr() as fr, ast.Constant() | ast.JoinedStr() as en]:
                        yield fr, en


def _features(text: str) -> set[str]:
    """The words of a text and the letters that follow each other in them."""
    words = {f"^{word}$" for word in re.findall(r"[^\W\d_]+", text.lower())}
    return words | {word[at : at + 3] for word in words for at in range(len(word) - 2)}


def test_no_french_text_stands_where_english_is_expected() -> None:
    """The words and letters of all other texts judge the language of each; five words look English to them."""
    texts = [(_text(fr), _text(en)) for fr, en in _bilingual_pairs()]
    pairs = [(fr, _features(fr) - _features(en), _features(en) - _features(fr)) for fr, en in texts]
    french, english = (Counter(one for pair in texts for one in _features(pair[side])) for side in (0, 1))

    def evidence(feature: str, own: tuple[int, int]) -> float:
        weight = 1 if feature.startswith("^") and feature.endswith("$") else 0.1
        return weight * math.log((french[feature] - own[0] + 0.3) / (english[feature] - own[1] + 0.3))

    judged = {
        text: sum(evidence(one, (1, 0)) for one in fr) - sum(evidence(one, (0, 1)) for one in en)
        for text, fr, en in pairs
        if fr and en
    }
    assert len(judged) > 2000
    doubtful = sorted(text.split(" (")[0] for text, value in judged.items() if value <= 0)
    assert doubtful == ["avril", "juin", "samedi", "scénario", "week-end"]
