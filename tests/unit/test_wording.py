import ast
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import reclamation_core
from reclamation_core.wording import Wording, drop_inner_stops, verbatim

PACKAGE = Path(reclamation_core.__file__).parent
RARE = """
abonner absolu abîmé abîmée accepte accessibles actuelle additionner adjustment administers administrative agreed aidé
ajuster ajustez améliorer analysé antivirus approvisionnement arriverait attendant attributs avenir balise barres
basses booléens boucle brace calcule calculez calculs calculés caledonia calédonie canaux catégories censurées
certaines changée choisis citez classée codet commencent comparent comptant comptez conduct confidentialité confiez
configurer conformity contiendrait continuity contractuels contrainte contredit convertissent coordonnées corriger
couples croissant cumulée ddthh devraient dictionnaire difficulties difficultés différences différent disability
disjonction dispensé disponibles décimales déclarées déclarés décrivez décroissant déduit définissent définit démarré
déroulé désigner désordre détaché effacent emboîtés engagements entités exceptées expresses externe facettes fermant
fermez figé filtrez financiers financière finie forcez forment formée française françaises genres gestion guiana
généralise généraliser habilitée handicap hexadécimal hébergement improve imprévue inactif incompatible incorrecte
informatiques informés inférieurs instruire jeton joindre jury jusque justifie laisser lands langage lecteurs libérez
lieux logique longtemps longueur majuscules malveillant marque marquez milliers mises métropolitaine nommés
nonconformity numériques numérotent occupé occupée offence omettez omise oppose opérateur ordonnée orientation orienté
pae paires partagent partenaires partielle partiellement partners passage performance polynesia polynésie
positionnement poster posture pourraient poursuivez prenantes probables properly proposées proprement prouvé précisé
précédentes précédents précéder pédagogiques périphérique quantième ramené rattachez recommencer recueillir recurred
referme regroupez relient reliez remplacez renoncer representative représentant représenté requise resterait restez
restreinte revue réagir réelle réorientez réorienté réplication répété réservé rétablissement rétablissez réécrits
saine satisfaite saura sel sienne signification simultanée slight sommes souhaitée southern stating subcontractors
syntaxe synthèse séparer séparez séparés terme terminées tombe tournent traduisent traduite traitants traits
transferts transféré trash trimestres unes vidéo virgule virgules vraisemblances vôtres workshop échoué échues échus
égalité égard
"""


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


@cache
def _bilingual_texts() -> list[tuple[str, str]]:
    """Return the two literal texts of each code, and of each call that takes `fr` and `en` one after the other."""
    files = [path for path in sorted(PACKAGE.rglob("*.py")) if "testing" not in path.parts]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    first: dict[str, set[int]] = {"say": {0}}
    for node in nodes:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            names = [ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign)]
        if "fr" in names and "en" in names[names.index("fr") + 1 :][:1]:
            first.setdefault(node.name, set()).add(names.index("fr"))  # type: ignore[attr-defined]
    found = []
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in first:
                found += [node.args[place : place + 2] for place in first[name]]
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=[_, fr, en])) if name.isupper():
                found.append([fr, en])
    literal = ast.Constant | ast.JoinedStr
    return [
        (_text(one[0]), _text(one[1])) for one in found if len(one) == 2 and all(isinstance(x, literal) for x in one)
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _features(text: str) -> set[str]:
    """The words of a text and the letters that follow each other in them."""
    words = {f"^{word}$" for word in _words(text)}
    return words | {word[at : at + 3] for word in words for at in range(len(word) - 2)}


def test_no_french_text_stands_where_english_is_expected() -> None:
    """The words and letters of all other texts judge the language of each; six words look English to them."""
    texts = _bilingual_texts()
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
    doubtful = {text.split(" (")[0] for text, value in judged.items() if value <= 0}
    assert doubtful == {"analyser", "avril", "juin", "samedi", "scénario", "week-end"}


def test_a_word_of_a_text_that_nothing_else_of_the_project_has_is_spelt_right() -> None:
    """A word that is misspelt stands once; one that is right has its second place in RARE."""
    root = PACKAGE.parents[1]
    files = [*PACKAGE.rglob("*.py"), *(root / "docs").rglob("*.md"), *(root / "tests").rglob("*.py")]
    project = Counter(word for path in files for word in _words(path.read_text(encoding="utf-8")))
    texts = Counter(word for pair in _bilingual_texts() for text in pair for word in _words(text))
    once = [word for word, count in texts.items() if count == project[word] == 1]
    assert once == [], "check how it is written, then add it to RARE"
