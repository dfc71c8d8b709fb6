"""The page of the French words of the library, in French."""

from __future__ import annotations

import re

from reclamation_core.vocabulary.lexicon import LEXICON, Term

_INTRODUCTION = (
    "Un concept, un mot ; un mot, un concept. Le mot de M2-1 d'abord, celui de la norme "
    "ensuite, jamais celui du code.\nUn essai automatique contrôle tous les textes affichés à un "
    "utilisateur : aucun ne contient un mot refusé, sauf entre\nguillemets. « Jours ouvrés » ou "
    "« jours calendaires » : le type de jour est toujours précisé."
)


def _shown(refused: str) -> str:
    """A regular expression as a reader sees it: without lookarounds, optional letters in parentheses."""
    text = re.sub(r"\(\?[!:=][^()]*(?:\([^()]*\)[^()]*)*\)\)?", "…", refused)
    text = (
        re.sub(r"(\w)\?", r"(\1)", re.sub(r"\bl\.(?=\w)", "l'", text.replace(r"\b", "")))
        .replace(r"\w+", "…")
        .replace(r"\w*", "…")
        .replace("\\.", ".")
    )
    return text.replace("[ -]", " ").replace(" ?", " ")


def _refused(term: Term) -> str:
    return f" À la place de : *{' ; '.join(map(_shown, term.refused))}*." if term.refused else ""


def pages() -> dict[str, str]:
    """The page of the lexicon."""
    lines = ["# Lexique", "", _INTRODUCTION, ""]
    lines += [f"- **{term.word}** : {term.meaning}.{_refused(term)}" for term in LEXICON]
    return {"fr/lexique.md": "\n".join(lines) + "\n"}
