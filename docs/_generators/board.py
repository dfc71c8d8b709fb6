"""The page of the guide on the board: the sections of its help, with pictures."""

from __future__ import annotations

from reclamation_core.integrations.board.help import help_sections
from scripts.pictures import PICTURES

_INTRODUCTION = """# Le tableau de bord

Le tableau de bord est l'outil quotidien de l'agent : des pages dans un navigateur, sur un ordinateur ou un téléphone,
au clavier comme à la souris. Votre service informatique l'installe pour l'organisme. Chaque page mène à sa section
d'aide, ici ou dans le tableau de bord lui-même. Les pages sont en français, ou en anglais si c'est la langue préférée
de votre navigateur ; `--lang fr` les garde en français. Les courriers et le texte de la procédure restent en français.
Pour l'essayer seul, sur un poste :

```sh
reclamation demo --db sqlite:///essai.db
reclamation serve --db sqlite:///essai.db \\
    --sites reclamation-demo/centres.toml \\
    --policy reclamation-demo/procedure.toml \\
    --letters reclamation-demo/courriers.toml \\
    --text-blocks reclamation-demo/textes-types.toml \\
    --documents reclamation-demo/pieces
```
"""
_NIGHT = """## Les tâches de nuit

Votre service informatique lance chaque nuit `reclamation nightly` : alertes des échéances, effacement des textes à la
fin de leur conservation, contrôle d'intégrité. `reclamation db verify` contrôle la base à la demande. Vous n'avez rien
à faire.
"""
_SHOWN = {
    "a-faire": "first-page",
    "dossiers": "cases",
    "un-dossier": "case",
    "une-operation": "form",
    "indicateurs": "indicators",
    "documents": "document",
}
"""The picture of a section."""


def pages() -> dict[str, str]:
    """Return the page of the board."""
    parts = [_INTRODUCTION]
    for section in help_sections():
        lines = [f"## {section.title.fr}", "", *(f"{text.fr}\n" for text in section.paragraphs)]
        lines += [f"{number}. {step.fr}" for number, step in enumerate(section.steps, 1)]
        if section.anchor in _SHOWN:
            picture = PICTURES[_SHOWN[section.anchor]]
            lines += ["", f"![{picture.french}](pictures/{picture.file})"]
        parts.append("\n".join(lines).rstrip() + "\n")
    return {"fr/tableau-de-bord.md": "\n".join([*parts, _NIGHT])}
