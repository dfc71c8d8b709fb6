from datetime import date, time
from typing import Any

import attrs
import numpy as np
import pytest

from reclamation_core import FaultsError, Policy, m2_1
from reclamation_core.calendars import DayRange, DayType
from reclamation_core.laboratory import what_if
from reclamation_core.policy.formatting import PARAMETERS
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.vocabulary import Band, Level

WITHOUT_A_SOURCE = {
    "texts.longest",
    *(f"support.{name}" for name in ("largest_document", "most_documents", "media_types")),
    *(f"support.{name}" for name in ("most_uploads_a_day", "most_bytes_a_day")),
}
"""Parameters that M2-1 does not speak of; a variant that changes them is named by their words all the same."""


def test_every_parameter_of_an_edition_has_its_words_and_no_other() -> None:
    named = [parameter.path for parameter in PARAMETERS.values()]
    assert [path for path in named if path not in WITHOUT_A_SOURCE] == [
        one.path for one in parameter_carriers(m2_1().parameters)
    ]
    assert set(named) >= WITHOUT_A_SOURCE


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"survey_threshold": 7}, "M2-1, note seuil 7"),
        ({"survey_threshold": 6.5}, "M2-1, note seuil 6,5"),
        ({"deadline_days": 8}, "M2-1, délai de réponse 8 jours"),
        ({"deadline.days": 8}, "M2-1, délai de réponse 8 jours"),
        ({"deadline_day_type": DayType.OUVRABLE}, "M2-1, délai compté en jours ouvrables"),
        ({"deadline_cut_off": time(17)}, "M2-1, heure limite de réception 17 h"),
        ({"deadline_cut_off": time(8, 5)}, "M2-1, heure limite de réception 8 h 05"),
        ({"deadline_cut_off": time(8, 5, 30)}, "M2-1, heure limite de réception 08:05:30"),
        ({"deadline_cut_off": None}, "M2-1, sans heure limite de réception"),
        ({"deadline_days": 1}, "M2-1, délai de réponse 1 jour"),
        ({"deadline_due_soon": 0}, "M2-1, alerte avant l'échéance 0 jour"),
        ({"acknowledgement_days": 1}, "M2-1, accusé de réception sous 1 jour"),
        ({"complexity_recurrences": 1}, "M2-1, cas complexe à partir de 1 récurrence"),
        ({"complexity_causes": 1}, "M2-1, cas complexe à partir de 1 cause"),
        ({"retention_active_months": 1}, "M2-1, conservation des noms et textes après la clôture 1 mois"),
        ({"deadline_first_day_counted": True}, "M2-1, jour de réception compté"),
        ({"deadline_suspensions_allowed": False}, "M2-1, suspensions non admises"),
        ({"closures": []}, "M2-1, sans fermeture"),
        ({"complexity_level": Level.NATIONAL, "complexity_causes": 3}, None),
        ({"closures": [date(2026, 5, 15), DayRange(date(2026, 8, 3), date(2026, 8, 7))]}, None),
    ],
)
def test_a_change_is_applied_and_named(changes: dict[str, Any], name: str | None) -> None:
    names = {
        "complexity_level": "M2-1, cas complexe à partir du niveau national, cas complexe à partir de 3 causes",
        "closures": "M2-1, fermetures 15/05/2026 ; du 03/08/2026 au 07/08/2026",
    }
    assert what_if(m2_1(), **changes).edition == (name or names[next(iter(changes))])


def test_only_what_is_changed_changes() -> None:
    start = Policy(edition="nord", in_force_from=date(2027, 1, 1), in_force_until=date(2027, 12, 31)).with_rows(
        "level", remove=["local-client"]
    )
    derived = what_if(start, risk_high_from=9)
    assert attrs.evolve(derived, edition="nord", parameters=start.parameters) == start
    assert derived.parameters == attrs.evolve(start.parameters, risk=attrs.evolve(start.parameters.risk, high_from=9))
    assert [change.path for change in start.diff(derived).parameters] == ["risk.high_from"]


@pytest.mark.parametrize("seven", [7, 7.0, np.float64(7), np.int64(7)])
def test_a_number_may_be_of_numpy(seven: Any) -> None:
    assert what_if(m2_1(), survey_threshold=seven).parameters.survey.threshold == 7
    assert what_if(m2_1(), deadline_days=np.int32(8)).deadline.days == 8


def test_an_array_of_numpy_is_a_list() -> None:
    assert what_if(m2_1(), risk_recurrences=np.array([1, 2, 3])).parameters.risk.recurrences == (1, 2, 3)
    with pytest.raises(FaultsError, match=r"survey.threshold: \[7\]"):
        what_if(m2_1(), survey_threshold=np.array([7]))


def test_in_english_none_and_several_are_plural() -> None:
    days, hour = PARAMETERS["deadline_due_soon"], PARAMETERS["deadline_cut_off"]
    assert [days.valued(number, "en") for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [hour.valued(at, "en") for at in (time(17), time(17, 30, 1))] == ["17:00", "17:30:01"]


def test_rows_are_changed_as_in_a_policy_file_and_named() -> None:
    several = {"id": "several-regions", "then": "regional", "when": {"service_reach": '"several_regions"'}}
    own = {"id": "mail", "then": "local", "when": {"client_scope": '"local"'}, "clause": "Note 1"}
    derived = what_if(m2_1(), tables={"level": {"replace": [several], "remove": ["local-client"], "add": [own]}})
    assert derived.edition == "M2-1, avec level/mail, autre level/several-regions, sans level/local-client"
    assert derived.tables["level"].row("several-regions").then == "regional"


def test_a_name_may_be_given_and_changes_accumulate() -> None:
    assert what_if(m2_1(), edition="essai", survey_threshold=7).edition == "essai"
    derived = what_if(what_if(m2_1(), survey_threshold=7), complexity_band=Band.CRITICAL)
    assert derived.edition == "M2-1, note seuil 7, cas complexe à partir du niveau de criticité critique"
    assert derived.parameters.survey.threshold == 7


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, {"changes": {}}),
        ({"tables": {"level": {}}, "edition": "x"}, {"changes": {"level": {}}}),
        ({"tables": {"level": {"add": [], "remove": []}}}, {"changes": {"level": {"add": [], "remove": []}}}),
        ({"survey_treshold": 7}, {"survey_treshold": "survey_treshold"}),
        ({"survey_threshold": 11, "deadline_days": 0}, {"survey.threshold": 11, "deadline.days": 0}),
        ({"deadline_days": "huit", "days": 8}, {"days": "days", "deadline.days": "huit"}),
        ({"survey_threshold": None}, {"survey.threshold": None}),
        ({"tables": {"niveau": {}}}, {"tables.niveau": {}}),
        ({"tables": {"level": {"remove": ["nul"]}}}, {"tables.level.remove[0]": "nul"}),
        ({"edition": " ", "deadline_days": 8}, {"edition": " "}),
        ({"closures": 15}, {"closures": 15}),
        ({"survey_threshold": 7, "survey.threshold": 8}, {"survey.threshold": 8}),
    ],
)
def test_what_cannot_be_is_refused_with_all_its_faults(changes: dict[str, Any], faults: dict[str, object]) -> None:
    with pytest.raises(FaultsError) as refused:
        what_if(m2_1(), **changes)
    assert {fault.path: fault.value for fault in refused.value.faults} == faults


def test_a_mistyped_name_is_refused_with_close_ones_and_what_is_no_edition_too() -> None:
    with pytest.raises(FaultsError, match=r"the parameters are: survey_scale, .*, closures"):
        what_if(m2_1(), xyz=7)
    with pytest.raises(FaultsError, match=r"these are close: survey_threshold"):
        what_if(m2_1(), survey_treshold=7)
    with pytest.raises(TypeError, match=r"policy: an edition is expected, .* got 'M2-1'"):
        what_if("M2-1", survey_threshold=7)  # type: ignore[arg-type]  # as a user might


def test_a_parameter_describes_any_value() -> None:
    closures = PARAMETERS["closures"]
    assert len({*PARAMETERS.values(), *PARAMETERS.values()}) == len(PARAMETERS)
    assert (closures.describe(()), closures.describe([])) == ("sans fermeture", "fermetures aucune")
