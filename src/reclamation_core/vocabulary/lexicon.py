"""The French words of the library: one word for a concept, and the words that are refused for it.

The word of M2-1 comes first, then that of the standard (ISO 9001, ISO 10002), never that of the code. A test holds
every text for end users to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import attrs

from reclamation_core.shared_repr import SharedRepr


@attrs.frozen
class Term(SharedRepr):
    """A French word of the library.

    Args:
        word: the word.
        meaning: what it names, in French.
        refused: the words that are refused for it, as regular expressions; their first group, if any, is shown alone.
    """

    word: str
    meaning: str
    refused: tuple[str, ...] = ()


_ACRONYM: Final = "développement à confirmer par l'Afpa"
LEXICON: Final[tuple[Term, ...]] = (
    Term("demande", "tout ce qui arrive, avant l'examen de la recevabilité", (r"plaintes?", "doléances?")),
    Term("réclamation", "la demande reconnue comme telle au sens de M2-1, point 1"),
    Term("mécontentement", "la nature d'une demande qui peut être une réclamation (M2-1, point 1)", ("grief",)),
    Term("client", "stagiaire, financeur, prescripteur, partenaire ou entreprise (M2-1, point 1)", ("plaignante?s?",)),
    Term("auteur", "celui qui s'adresse à l'Afpa, tant que sa qualité de client n'est pas établie", ("expéditeur",)),
    Term("hors du cadre", "une demande qui n'est pas une réclamation", ("hors[ -]cadre", "hors champ", "irrecevable")),
    Term(
        "support factuel", "la pièce sur laquelle un dossier est qualifié (M2-1, interactions)", ("pièces? jointes?",)
    ),
    Term(
        "mesure conservatoire",
        "l'action immédiate qui limite l'impact du problème (M2-1, point 3)",
        ("mesures? immédiates?", "mesures? provisoires?", "mesures? d'urgence"),
    ),
    Term("suites décidées", "l'état d'un dossier dont les actions sont décidées, ou dont aucune n'est nécessaire"),
    Term("aucune action nécessaire", "la décision motivée de ne pas agir", ("sans action",)),
    Term(
        "suspendre l'effacement",
        "conserver les données pendant un contentieux",
        ("suspendre la conservation", "reprendre la conservation", "conservation suspendue", "conservation reprise"),
    ),
    Term("transférer", "confier un dossier à une autre unité ou à un autre niveau", ("rerouter", "réaffecter")),
    Term("réorienter", "adresser une demande hors du cadre au bon service", ("rediriger",)),
    Term(
        "orienter vers la médiation",
        "informer le client qu'il peut saisir le médiateur",
        ("renvoi vers la médiation", "transmettre à la médiation", "transmis à la médiation"),
    ),
    Term("récurrence", "le retour d'un problème ou d'une cause", ("récidives?",)),
    Term(
        "réponse collective",
        "la réponse à une note anonyme : information du groupe, affichage",
        ("actions? collectives?",),
    ),
    Term(
        "solution proposée",
        "ce que la réponse propose au client, apporté une fois l'action prouvée",
        ("remèdes?", "solutions? apportées?"),
    ),
    Term("retour du client", "sa satisfaction après la réponse", ("réactions?",)),
    Term("clôturer", "mettre fin à un dossier ou à une action", ("closez", "clore", "clôt")),
    Term("ne relève pas de l'Afpa", "la prestation d'un autre organisme", ("mal adressée?", "mal orientée?")),
    Term("situation au", "la date à laquelle un état est établi", ("vue?s? du", "d'où l'on regarde")),
    Term("historique", "la suite des opérations d'un dossier ou d'une action", ("histoires?",)),
    Term(
        "évaluer l'efficacité",
        "constater si une action atteint son critère (ISO 9001)",
        (
            "juger l'efficacité",
            "jugez l'efficacité",
            "jugez son efficacité",
            "efficacité jugée",
            "jugée?s?",
            "verdicts?",
        ),
    ),
    Term(
        "non efficace",
        "l'efficacité d'une action ou d'une mesure qui n'atteint pas son critère",
        ("inefficace", "mesure insuffisante"),
    ),
    Term(
        "niveau de criticité",
        "faible, modéré, élevé ou critique",
        ("criticité faible", "criticité modérée", "criticité élevée"),
    ),
    Term("indice de criticité", "la gravité multipliée par la vraisemblance, de 1 à 16"),
    Term("interprétation", "ce que la bibliothèque lit là où M2-1 se tait", (r"lecture(?! (?:seule|ou d'écriture))",)),
    Term(
        "version de la procédure",
        "un état daté des règles et des paramètres",
        ("éditions? de la procédure", "édition M2-1", "cette édition"),
    ),
    Term("édition du PGAAC", "un PGAAC publié, numéroté et diffusé"),
    Term("fichier de règles", "le fichier d'une version de la procédure", ("politiques?",)),
    Term(
        "périmètre de la prestation",
        "un centre, plusieurs centres de la région, ou plusieurs régions",
        ("étendue de la prestation",),
    ),
    Term("généralisée à", "les centres auxquels une action est étendue", ("étendue à",)),
    Term(
        "opération",
        "ce qui est fait d'un dossier ou d'un plan, et s'inscrit à son historique",
        (r"actes? (?:impossibles?|possibles?|refusés?|daté)", "cet acte", r"l.acte\b", "acte du dossier"),
    ),
    Term("information", "ce que l'on sait d'un dossier", ("faits? connus?", "fait manque", "d'autres faits")),
    Term("unité de traitement", "le centre, la région ou le service qui traite un dossier"),
    Term("pilote", "la personne qui répond d'une action"),
    Term("action conservatoire, curative, corrective, préventive, d'amélioration", "les types d'action (ISO 9001)"),
    Term("journal des exports", "la liste des fichiers remis, avec leur empreinte", ("registre des exports",)),
    Term("PGAAC", f"le plan d'actions que M2-1 met à jour et diffuse à tous les PCS (M2-1, interactions) ; {_ACRONYM}"),
    Term("RQR", f"apporte un appui méthodologique à la qualification (M2-1, point 2) ; {_ACRONYM}"),
    Term("AQ", f"apporte un appui méthodologique à la qualification (M2-1, point 2) ; {_ACRONYM}"),
    Term("PCS", f"fournit les supports factuels et reçoit le PGAAC (M2-1, interactions) ; {_ACRONYM}"),
    Term("CODIR", f"ses compétences servent à évaluer les risques (M2-1, point 2) ; {_ACRONYM}"),
    Term("famille métier", "ses compétences servent à évaluer les risques (M2-1, point 2)"),
    Term("Grands Comptes", "les clients nationaux (M2-1, point 5)"),
    Term("indiquer", "donner une information à l'outil", ("donnez",)),
    Term("afficher", "montrer à l'écran", ("dire la", "dire si", "dire pour")),
    Term("par défaut", "la valeur prise quand une option manque", ("sinon\\.",)),
)
"""The words, from the arrival of a demand to the files of the command."""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Term], ...]:
    return tuple(
        (re.compile(rf"(?<!\w){refused}(?!\w)", re.IGNORECASE), term) for term in LEXICON for refused in term.refused
    )


def refused_words(text: str) -> Iterator[tuple[str, Term]]:
    """Yield each refused word of a French text, with the term to write in its place; quotations of M2-1 are left out.

    >>> [(word, term.word) for word, term in refused_words("la récidive est close : closez-la")]
    [('récidive', 'récurrence'), ('closez', 'clôturer')]
    >>> list(refused_words("« une plainte client »"))
    []
    """
    own = re.sub("« .*? »", "", text)
    for pattern, term in _patterns():
        for found in pattern.finditer(own):
            yield found[0], term
