"""What an invented message is, and what it is about."""

from __future__ import annotations

from reclamation_core.vocabulary import LabelledEnum


class Kind(LabelledEnum):
    """What an invented message is."""

    GRIEVANCE = "grievance", "plainte", "grievance"
    COMFORT = "comfort", "plainte sans exigence en cause", "grievance about no requirement"
    FREE_EVENT = "free_event", "plainte hors prestation vendue", "grievance about no sold service"
    SURVEY = "survey", "note d'enquête", "survey note"
    INFORMATION = "information", "demande d'information", "request for information"
    OPINION = "opinion", "opinion générale", "general opinion"


class Theme(LabelledEnum):
    """What an invented grievance or survey note is about."""

    TRAINER = "trainer", "professionnalisme du formateur", "trainer's professionalism"
    TRAINING = "training", "formation", "training"
    ORGANISATION = "organisation", "organisation", "organisation"
    SANCTION = "sanction", "sanction disciplinaire", "disciplinary sanction"
    DISCRIMINATION = "discrimination", "discrimination", "discrimination"
    EQUIPMENT = "equipment", "matériel et sécurité", "equipment and safety"
    INVOICING = "invoicing", "facturation", "invoicing"
    REFUND = "refund", "remboursement", "refund"
    ACCESSIBILITY = "accessibility", "accessibilité", "accessibility"
    PLATFORM = "platform", "formation à distance", "distance learning"


class MalfunctionTheme(LabelledEnum):
    """What went wrong in an invented internal malfunction."""

    PLANNING = "planning", "planification", "planning"
    ATTENDANCE = "attendance", "émargement et preuves", "attendance records"
    SYSTEM = "system", "outils informatiques", "information system"
    SUPPLY = "supply", "approvisionnement", "supplies"
    SAFETY = "safety", "sécurité à l'atelier", "safety in the workshop"
    CERTIFICATION = "certification", "jury et certification", "certification"
    BILLING = "billing", "facturation", "billing"
