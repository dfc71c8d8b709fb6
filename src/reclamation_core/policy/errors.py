"""What a policy book refuses."""

from __future__ import annotations

from datetime import date

import attrs

from reclamation_core.errors import ErrorKind, WordedError
from reclamation_core.wording import Wording, day_text


@attrs.define
class NoEditionError(WordedError, LookupError):
    """No edition of the book is in force on a day."""

    code = "no_edition_in_force"
    kind = ErrorKind.INVALID
    argument = "received_at"

    day: date
    editions: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        listed = ", ".join(self.editions)
        return Wording(
            (
                f"aucune version de la procédure n'est en vigueur le {self.day} ; le recueil contient "
                f"{listed} : ajoutez celle qui couvre ce jour"
            ),
            f"no edition is in force on {day_text(self.day, 'en')}; the book has {listed}: add one for that day",
        )


@attrs.define
class UnknownEditionError(WordedError, LookupError):
    """The book has no edition of that name.

    Args:
        edition: the name.
        editions: those that the book has.
    """

    code = "unknown_edition"
    kind = ErrorKind.NOT_FOUND
    argument = "edition"

    edition: str
    editions: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        listed = ", ".join(self.editions)
        return Wording(
            f"la version « {self.edition} » de la procédure manque (versions disponibles : {listed}) ; "
            "ajoutez son fichier de règles (--policy, ou POLICY dans Django)",
            f"edition '{self.edition}' is not in the book, which has {listed}; "
            "add its policy file (--policy, or POLICY in Django)",
        )


@attrs.define
class ChangedEditionError(WordedError, LookupError):
    """The book has another text under the name of the edition that a case is judged under.

    Args:
        case: the reference of the case.
        edition: the name.
    """

    code = "changed_edition"
    kind = ErrorKind.UNAVAILABLE

    case: str
    edition: str

    @property
    def wording(self) -> Wording:
        return Wording(
            f"dossier {self.case} : la version « {self.edition} » de la procédure n'est pas celle sous laquelle il a "
            "été enregistré, et il n'est pas traité selon d'autres règles ; remettez le texte d'origine sous ce nom, "
            "et nommez autrement la version modifiée",
            f"case {self.case}: edition '{self.edition}' of the book is not the one that it was registered under, and "
            "it is not judged by other rules; give the book the edition's original text under that name, and another "
            "name to the changed edition",
        )
