"""Invalid arguments of the classes and methods that people fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.calendars import CalendarDefinition, DayRange, DayType, DeadlineRule
from reclamation_core.desk import Registration
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Policy, RiskParameters, SurveyParameters
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Site


@attrs.frozen
class InvalidArguments(SharedRepr):
    """Arguments of which one is invalid.

    Args:
        given: the arguments, by name; all but one are valid.
        error: the class of the error that refuses them.
        field: the name that the error's message contains.

    >>> from reclamation_core.vocabulary import Site
    >>> bad = InvalidArguments({"code": "", "name": "Créteil", "region": "Île-de-France"}, ValueError, "code")
    >>> type(bad.refused_by(Site)).__name__
    'FaultsError'
    """

    given: Mapping[str, Any]
    error: type[Exception]
    field: str

    def refused_by(self, make: Callable[..., object]) -> Exception:
        """Return the error by which a function refuses these arguments.

        Raises:
            AssertionError: the function accepts them, or the error does not name the field.
            Exception: the function raises an error of another class.
        """
        try:
            made = make(**self.given)
        except self.error as refusal:
            if self.field in str(refusal).lower():  # `Territory` names the field `territory`
                return refusal
            raise AssertionError(f"the refusal of {self.given!r} does not name {self.field}: {refusal}") from refusal
        raise AssertionError(f"{self.given!r} is accepted in spite of its {self.field}: {made!r}")


_Bad: TypeAlias = Mapping[tuple[str, type[Exception]], tuple[Any, ...]]

_LATE: Final = (DayRange(date(2028, 1, 2), date(2028, 1, 3)),)
_FACTS: Final[_Bad] = {
    ("received_at", FaultsError): (datetime(2026, 5, 2, 12), "2026-05-02", None),  # noqa: DTZ001  naive on purpose
    ("service_reach", FaultsError): ("partout",),
    ("mobilisation", FaultsError): ("régionale, peut-être",),
    ("severity_safety", FaultsError): (5,),
    ("severity_legal", FaultsError): (-1,),
    ("severity_contract", FaultsError): (1.5,),
    ("severity_financial", FaultsError): ("grave",),
    ("severity_relation", FaultsError): (True,),
    ("likelihood", FaultsError): (0, 5),
    ("recurrences", FaultsError): (-1,),
    ("causes", FaultsError): (-1,),
}
_RECEIVED: Final = datetime(2026, 5, 2, 12, tzinfo=UTC)
INVALID: Final[Mapping[type[Any], tuple[Mapping[str, Any], _Bad]]] = {
    CalendarDefinition: (
        {"first_year": 2020, "last_year": 2027},
        {
            ("territory", ValueError): ("Corse",),
            ("good_friday", TypeError): ("non",),
            ("whit_monday_worked", TypeError): (1,),
            ("closures", ValueError): (_LATE,),
            ("bridge_days", ValueError): (_LATE,),
            ("local_usages", TypeError): (None,),
            ("time_zone", ValueError): ("Europe/Créteil",),
            ("time_zone", TypeError): (2,),
            ("first_year", ValueError): (1900,),
            ("last_year", ValueError): (2019,),
            ("last_year", TypeError): ("2027",),
        },
    ),
    ComplaintFacts: (
        {"received_at": _RECEIVED},
        {
            **_FACTS,
            ("channel", FaultsError): ("pigeon",),
            ("formal", FaultsError): ("oui", 1),
            ("complainant", FaultsError): ("",),
            ("nature", FaultsError): (3,),
            ("requirement", FaultsError): ("moral",),
            ("sold_service", FaultsError): ("non",),
            ("satisfaction", FaultsError): (float("nan"), float("inf"), "six"),
            ("client_scope", FaultsError): ("mondial",),
        },
    ),
    DeadlineRule: (
        {"days": 10, "day_type": DayType.FRANC},
        {
            ("days", FaultsError): (0, -10, "dix"),
            ("first_day_counted", FaultsError): (True,),
            ("first_day_counted", TypeError): ("oui",),
            ("cut_off", FaultsError): (time(17, tzinfo=UTC),),
            ("cut_off", TypeError): ("17:00",),
            ("suspensions_allowed", TypeError): (0,),
            ("due_soon", FaultsError): (-1,),
        },
    ),
    MalfunctionFacts: ({"received_at": _RECEIVED}, _FACTS),
    Policy: (
        {"edition": "M2-1", "in_force_from": date(2026, 1, 1)},
        {
            ("edition", FaultsError): ("", 2026),
            ("parameters", TypeError): ({"days": 10},),
            ("in_force_from", TypeError): ("2026-01-01",),
            ("in_force_until", FaultsError): (date(2025, 12, 31),),
        },
    ),
    Registration: (
        {"facts": ComplaintFacts(received_at=datetime(2021, 1, 1, 12, tzinfo=UTC)), "site": "CRE"},
        {
            ("site", ValueError): ("", "é\ud800", "x" * 201, "Créteil ", "a\nb"),
            ("site", TypeError): (94,),
            ("service_sites", ValueError): (("CRE", " "), ("CRE", " STD")),
            ("handling_unit", ValueError): ("CRE\u200b",),
            ("source", ValueError): ("",),
            ("source", TypeError): (4711,),
            ("complainant", ValueError): ("\0",),
            ("verbatim", ValueError): (" ",),
            ("verbatim", TypeError): (b"octets",),
            ("remedy_sought", ValueError): ("\udfff",),
        },
    ),
    RiskParameters: (
        {"moderate_from": 4, "high_from": 8, "critical_from": 12},
        {
            ("high_from", FaultsError): (4,),
            ("critical_from", FaultsError): (17,),
            ("moderate_from", FaultsError): (1, True),
            ("least_band_at_severity_4", TypeError): ("high",),
            ("recurrences", FaultsError): ((3, 3, 6), (0, 1, 2), (1, 2)),
        },
    ),
    Site: (
        {"code": "CRE", "name": "Créteil", "region": "Île-de-France"},
        {
            ("code", ValueError): ("", " CRE", "C\nRE"),
            ("code", TypeError): (94,),
            ("name", ValueError): ("\t",),
            ("region", TypeError): (None,),
            ("territory", ValueError): ("Corse",),
            ("time_zone", ValueError): ("Europe/Créteil",),
            ("whit_monday_worked", TypeError): ("oui",),
        },
    ),
    SurveyParameters: (
        {"scale": (0, 10), "threshold": 6},
        {
            ("scale", FaultsError): ((10, 0), (0, 0), (0, 5, 10), (0, float("inf"))),
            ("threshold", FaultsError): (0, 11, "six", float("nan")),
        },
    ),
}
"""For each class valid arguments, and invalid values by field and error."""


def invalid_arguments(*, of: type[Any]) -> st.SearchStrategy[InvalidArguments]:
    """Arguments of a class of which one is invalid; those of `Registration` are for `desk.register`.

    Args:
        of: the class: `CalendarDefinition`, `ComplaintFacts`, `DeadlineRule`, `MalfunctionFacts`, `Policy`,
            `Registration`, `RiskParameters`, `Site` or `SurveyParameters`.

    Shrinks towards an invalid value of one of the first fields.

    Raises:
        InvalidArgument: there are no invalid arguments of that class.
    """
    if of not in INVALID:
        raise InvalidArgument(f"of: {of!r}; use one of {', '.join(cls.__name__ for cls in INVALID)}")
    valid, bad = INVALID[of]
    found = [
        InvalidArguments({**valid, field: value}, error, field)
        for (field, error), values in bad.items()
        for value in values
    ]
    return st.sampled_from(found)
