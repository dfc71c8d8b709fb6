"""The procedure M2-1 in plain Python, written from its text and its interpretations, not from the library: the oracle.

Facts are the plain codes of the vocabularies; None means that there is none (a note, a client).
"""

CHANNELS = ("mediation_letter", "centre_letter", "email", "phone", "portal", "survey", "other")
COMPLAINANTS = ("trainee", "funder", "prescriber", "partner", "company", "other")
NATURES = ("grievance", "initial_information_request", "general_opinion")
REQUIREMENTS = ("contractual", "legal", "regulatory", "none")
CLIENTS = ("local", "regional", "national")
REACHES = ("one_centre", "several_centres", "several_regions")
MOBILISATIONS = ("local", "regional", "national")
LEVELS = ("local", "regional", "national")
CRITICALITIES = {
    # severity: (likelihood 1, 2, 3, 4), each the criticality and its band, worked by hand
    1: ((1, "low"), (2, "low"), (3, "low"), (4, "moderate")),
    2: ((2, "low"), (4, "moderate"), (6, "moderate"), (8, "high")),
    3: ((3, "low"), (6, "moderate"), (9, "high"), (12, "critical")),
    4: ((4, "high"), (8, "high"), (12, "critical"), (16, "critical")),
}


def eligibility(  # noqa: PLR0917  (the facts in the order of the table)
    channel: str, formal: bool, complainant: str, nature: str, requirement: str, sold_service: bool, note: float | None
) -> str:
    """M2-1 §1.2 to §1.6, with I1, I4, I8, I9, I20, I21."""
    # « un niveau d'insatisfaction <6 relevé lors de l'enquête » is enough by itself (I9).
    if note is not None and note < 6:
        return "complaint"
    # « exprimé de façon formelle par un courrier reçu par la médiation, un courrier direct en Centre, un mail, ou via
    # le Canal téléphonique »; the portal's form is a formal written channel (I21).
    formally = formal and channel in {"mediation_letter", "centre_letter", "email", "phone", "portal"}
    # « une plainte client (stagiaire, financeur, prescripteur, partenaire) »; a company is a client (I4).
    client = complainant in {"trainee", "funder", "prescriber", "partner", "company"}
    # « relative au non-respect d'une exigence contractuelle, Légale ou Réglementaire d'une prestation vendue »
    breach = nature == "grievance" and requirement in {"contractual", "legal", "regulatory"} and sold_service
    return "complaint" if formally and client and breach else "out_of_scope"


def levels(client: str | None, reach: str, mobilisation: str) -> set[str]:
    """Return every level of a clause of M2-1 §5 that holds, with I6 and I22."""
    given = set()
    # « Local pour une réclamation concernant un client local ou une prestation réalisée par un Centre »
    if client == "local" or reach == "one_centre":
        given.add("local")
    # « Régional pour une réclamation d'un client régional ou une prestation réalisé par plusieurs Centres de la Région
    # ou un client local, pour lequel le traitement du problème nécessite une mobilisation régionale »
    if client == "regional" or reach == "several_centres" or (client in {"local", None} and mobilisation == "regional"):
        given.add("regional")
    # « National pour une réclamation d'un client national ou un client régional ou local pour lequel le traitement du
    # problème nécessite une mobilisation nationale »; several regions are national (I6).
    without_national_client = client in {"local", "regional", None}
    if client == "national" or (without_national_client and mobilisation == "national") or reach == "several_regions":
        given.add("national")
    return given


def level(client: str | None, reach: str, mobilisation: str) -> str:
    """Return the highest level of the clauses that hold (I7)."""
    return max(levels(client, reach, mobilisation), key=LEVELS.index)


def severity(*domains: int) -> int:
    """The highest of the domains touched; 1 where none is (I13)."""
    return max(1, *domains)


def likelihood(judged: int | None, recurrences: int) -> int:
    """As judged, or 0, 1-2, 3-5, 6 and more recurrences (I13)."""
    if judged is not None:
        return judged
    return 1 if recurrences == 0 else 2 if recurrences <= 2 else 3 if recurrences <= 5 else 4


def risk(severity: int, likelihood: int) -> tuple[int, str]:
    """The criticality and its band (I13)."""
    return CRITICALITIES[severity][likelihood - 1]


def complexity(band: str, causes: int, recurrences: int, level: str) -> str:
    """« dans les cas complexes » (I14)."""
    complex_ = band in {"high", "critical"} or causes >= 2 or recurrences >= 1 or level != "local"
    return "complex" if complex_ else "simple"
