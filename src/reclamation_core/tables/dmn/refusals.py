"""Messages for DMN documents that cannot be read."""

from __future__ import annotations

from typing import Final

from reclamation_core.tables.dmn.writing import VERSIONS
from reclamation_core.wording import Wording

_KNOWN = ", ".join(VERSIONS.values())
ROOT: Final = Wording(
    f"un document DMN est attendu : definitions, dans l'espace de noms d'une des versions {_KNOWN}",
    f"a DMN document is expected: definitions, in the namespace of one of the versions {_KNOWN}",
)
NO_TABLE: Final = Wording(
    "aucune décision de ce document n'est une table ; seules les tables de décision sont lues",
    "no decision of this document is a table; decision tables alone are read",
)
POLICY: Final = Wording(
    "une politique connue est attendue : UNIQUE, ANY, FIRST, PRIORITY, RULE ORDER, OUTPUT ORDER, ou COLLECT, seul ou "
    "avec MIN, MAX, SUM ou COUNT",
    "a known hit policy is expected: UNIQUE, ANY, FIRST, PRIORITY, RULE ORDER, OUTPUT ORDER, or COLLECT, alone or with "
    "MIN, MAX, SUM or COUNT",
)
SEVERAL: Final = Wording(
    "un seul résultat est attendu sous MIN, MAX, SUM ou COUNT ; sinon, chacun a son nom",
    "one outcome is expected under MIN, MAX, SUM or COUNT; otherwise each has its name",
)
ENTRIES: Final = Wording(
    "une cellule par entrée et une par résultat sont attendues", "an entry for each input and one for each outcome"
)
CIRCLE: Final = Wording("cette décision se demande elle-même", "this decision asks for itself")
EXPRESSION: Final = Wording(
    "le nom d'une donnée ou d'une décision est attendu, et non une expression",
    "the name of an input data or of a decision is expected, not an expression",
)
ONCE: Final = Wording("plusieurs décisions l'ont ; chacune a le sien", "several decisions have it; each has its own")
NOT_ASKED: Final = Wording(
    "aucune entrée n'a le nom de cette décision, ni de sa variable ; nommez-la dans une entrée, ou ne la demandez pas",
    "no input has the name of this decision or of its variable; name it in an input, or do not require it",
)
NOT_REQUIRED: Final = Wording(
    "c'est le nom d'une décision qui n'est pas demandée ; ajoutez le lien (informationRequirement)",
    "it is the name of a decision that is not required; add the informationRequirement",
)
NOBODY: Final = Wording("aucune décision n'a cet identifiant", "no decision has that id")
UNNAMED: Final = Wording("aucune décision n'a ce nom", "no decision has that name")
TYPE: Final = Wording(
    "un type est attendu (typeRef), que les cellules ne disent pas",
    "a type is expected (typeRef), the entries tell none",
)
LANGUAGE: Final = Wording(
    "FEEL est attendu ; aucun autre langage n'est lu", "FEEL is expected; no other language is read"
)
LISTED: Final = Wording("une des valeurs listées est attendue", "one of the listed values is expected")
VALUE: Final = Wording("une valeur est attendue", "a value is expected")
TAKEN: Final = Wording(
    "un autre nom donne le même identifiant ; indiquez-en un par names={nom: identifiant}",
    "another name gives the same identifier; give one by names={name: identifier}",
)
NO_IDENTIFIER: Final = Wording(
    "un identifiant de Python est attendu dans names", "a Python identifier is expected in names"
)
DEFAULT: Final = Wording(
    "un résultat par défaut qui ne l'emporte sur aucune ligne est attendu, et n'est lu ni sous SUM ni sous COUNT",
    "a default outcome that wins over no row is expected, and is not read under SUM or COUNT",
)
READ_AS_FIRST: Final = (
    "lue sous FIRST, le résultat par défaut en dernière ligne ; ses autres lignes sont prouvées sous {}",
    "read under FIRST, with the default outcome as its last row; its other rows are proved under {}",
)
READ_BY_PRIORITY: Final = (
    "lue sous FIRST, ses règles dans l'ordre de priorité de leurs résultats, puis dans leur ordre",
    "read under FIRST, its rules in the order of priority of their outcomes, then in their own order",
)
READ_WITH_GAPS: Final = (
    "lue avec des lacunes, où DMN donne null et où le résultat est None ; par exemple {}",
    "read with gaps, where DMN has null and the outcome is None; for example {}",
)
NO_PRIORITY: Final = Wording(
    "une liste de valeurs dans l'ordre de leur priorité est attendue",
    "a list of values in order of priority is expected",
)
OF_A_LIST: Final = Wording(
    "le résultat de cette décision est une liste ; un résultat simple est attendu",
    "the outcome of this decision is a list; a single outcome is expected",
)
OF_A_GAP: Final = Wording(
    "cette décision n'a pas de résultat pour toutes les informations ; complétez-la d'une règle ou d'un résultat par "
    "défaut",
    "this decision has no outcome for some facts; complete it with a rule or a default outcome",
)
OF_ONE_TYPE: Final = Wording(
    "ses colonnes et sa déclaration en disent des types différents ; indiquez-lui un seul type",
    "its columns and its declaration have different types; give it one type",
)
NAMES_NOBODY: Final = Wording("rien n'a ce nom dans le document", "nothing has that name in the document")
MOST_RULES: Final = 5_000
"""How many rules a table may have."""
MOST_OUTCOMES: Final = 50
"""How many outcomes a table may have."""
TOO_MANY: Final = Wording(
    f"au plus {MOST_RULES} règles et {MOST_OUTCOMES} résultats sont attendus",
    f"at most {MOST_RULES} rules and {MOST_OUTCOMES} outcomes are expected",
)
TOO_MUCH: Final = Wording(
    "les tables de ce document sont trop grandes ensemble ; lisez-en moins, par decisions=[…]",
    "the tables of this document are too large together; read fewer of them, by decisions=[…]",
)
