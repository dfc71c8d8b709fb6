"""Le guichet : des textes JSON entrent, des textes JSON sortent."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import attrs

from reclamation_core import CommandRefusedError, Desk, FaultsError
from reclamation_core.cases import AnswerDecision, Case, facts_document, read_facts
from reclamation_core.ports import CaseNotFoundError


@attrs.frozen
class Reply:
    """Ce que le guichet répond : un code comme ceux du web, et un texte JSON."""

    status: int
    text: str

    @classmethod
    def of(cls, status: int, told: Any) -> Reply:
        """La réponse qui dit ceci."""
        return cls(status, json.dumps(told, ensure_ascii=False, default=str))

    @property
    def told(self) -> Any:
        """Ce que le texte dit."""
        return json.loads(self.text)


def _shown(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "standing": case.admissibility,
        "level": case.level,
        "state": case.state,
        "due": case.awaited_on,
        "facts": facts_document(case.facts),
    }


@attrs.frozen
class Counter:
    """Le guichet d'un bureau."""

    desk: Desk

    def register(self, text: str, site: str) -> Reply:
        """Enregistrer une demande."""
        try:
            return Reply.of(201, _shown(self.desk.register(read_facts(json.loads(text)), site=site)))
        except FaultsError as error:
            return Reply.of(422, error.in_("fr"))

    def look(self, reference: str) -> Reply:
        """Montrer un dossier."""
        try:
            return Reply.of(200, _shown(self.desk.cases.get(reference)))
        except CaseNotFoundError:
            return Reply.of(404, f"aucun dossier {reference}")

    def answer(self, reference: str, text: str) -> Reply:
        """Répondre au fond."""
        try:
            return Reply.of(200, _shown(self.desk.answer(reference, decision=AnswerDecision.FOUNDED, text=text)))
        except CommandRefusedError as error:
            return Reply.of(409, error.in_("fr"))

    def due(self, until: date) -> Reply:
        """Lister ce qui est attendu."""
        return Reply.of(200, [entry.case for entry in self.desk.agenda(until).answers])
