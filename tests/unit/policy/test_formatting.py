"""The parameters of an edition in words: what each truth value, code or absent value of one is called."""

from typing import Any

from reclamation_core.calendars import DayType
from reclamation_core.policy.formatting import PARAMETERS

PHRASES: dict[str, dict[Any, tuple[str, str]]] = {
    "deadline_day_type": {
        DayType.OUVRE: ("délai compté en jours ouvrés", "counted in business days"),
        DayType.OUVRABLE: ("délai compté en jours ouvrables", "counted in working days (six a week)"),
        DayType.CALENDAIRE: ("délai compté en jours calendaires", "counted in calendar days"),
        DayType.FRANC: ("délai compté en jours francs", "counted in clear days"),
    },
    "deadline_first_day_counted": {
        True: ("jour de réception compté", "day of receipt counted"),
        False: ("jour de réception non compté", "day of receipt not counted"),
    },
    "deadline_cut_off": {None: ("sans heure limite de réception", "no cut-off of receipt")},
    "deadline_suspensions_allowed": {
        True: ("suspensions admises", "suspensions allowed"),
        False: ("suspensions non admises", "suspensions not allowed"),
    },
    "deadline_months": {0: ("délai de réponse en jours", "time to answer in days")},
    "acknowledgement_days": {0: ("accusé de réception le jour même", "acknowledgement on the same day")},
    "qualification_risks_required": {
        True: ("qualification après évaluation de tous les risques", "qualification once all risks are judged"),
        False: ("qualification possible sans tous les risques", "qualification possible without every risk"),
    },
    "complexity_conforming_exempt": {
        True: ("cas conformes dispensés de méthode", "conforming cases exempt from a method"),
        False: ("méthode exigée aussi des cas conformes", "method required of conforming cases too"),
    },
    "support_document_required": {
        True: ("qualification sur un document ou un appel transcrit", "qualified on a document or a transcript"),
        False: ("qualification sur un support, même sans document", "qualified on a support of any kind"),
    },
    "closures": {(): ("sans fermeture", "no closures")},
}
"""By hand, from what each value means: French and English."""


def test_a_value_has_the_phrase_written_by_hand_and_an_equal_one_has_none() -> None:
    described = {
        name: {value: (parameter.describe(value), parameter.describe(value, "en")) for value, _ in parameter.phrases}
        for name, parameter in PARAMETERS.items()
        if parameter.phrases
    }
    assert described == PHRASES
    assert PARAMETERS["acknowledgement_days"].describe(False) == "accusé de réception sous non jour"
    assert PARAMETERS["deadline_first_day_counted"].describe(1, "en") == "day of receipt counted 1"
