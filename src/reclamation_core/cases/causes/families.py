"""The families that this library proposes to a training body: a choice of the project, to be replaced at will."""

from __future__ import annotations

from typing import Final

from reclamation_core.cases.causes.taxonomy import Family, Taxonomy
from reclamation_core.wording import Wording


def _family(code: str, fr: str, en: str) -> Family:
    return Family(code, Wording(fr, en))


TRAINING_BODY: Final = Taxonomy(
    (
        _family("trainer_availability", "présence et remplacement des formateurs", "presence and cover of trainers"),
        _family("trainer_practice", "compétences et posture des formateurs", "skills and conduct of trainers"),
        _family("programme", "contenu et déroulé de la formation", "content and course of the training"),
        _family("teaching_material", "méthodes et supports pédagogiques", "teaching methods and material"),
        _family("assessment", "évaluation et certification", "assessment and certification"),
        _family("work_placement", "stage et accompagnement en entreprise", "work placement and its follow-up"),
        _family("planning", "planification et organisation des sessions", "planning and organisation of sessions"),
        _family("admission", "positionnement et entrée en formation", "placement and admission"),
        _family("information", "information du client", "information of the client"),
        _family("contract", "engagements contractuels et devis", "contractual commitments and quotes"),
        _family("administration", "gestion administrative et financière", "administration and finance"),
        _family("premises", "locaux et sécurité", "premises and safety"),
        _family("equipment", "équipements et matière d'œuvre", "equipment and working material"),
        _family("digital_tools", "outils et accès numériques", "digital tools and access"),
        _family("accommodation", "hébergement et restauration", "accommodation and meals"),
        _family("accessibility", "accessibilité et handicap", "accessibility and disability"),
        _family("group_life", "vie du groupe et discipline", "life of the group and discipline"),
        _family("staffing", "effectifs et charge de travail", "staffing and workload"),
        _family("procedure", "procédure absente ou non appliquée", "procedure missing or not applied"),
        _family("supplier", "sous-traitants et partenaires", "subcontractors and partners"),
        _family("outside", "cause extérieure à l'organisme", "cause outside the body"),
    )
)
"""Twenty-one families, from the trainer to what the body does not control."""
