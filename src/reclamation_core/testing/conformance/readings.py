"""The cases that show how the text is read, and the dates to agree with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Final

from reclamation_core.calendars import BusinessCalendar, Territory
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.testing.builders import RECEIVED_AT, a_complaint, a_malfunction
from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    AssessmentCase,
    CalendarOptions,
    ConformanceCase,
    DeadlineCase,
    ExpectedAcknowledgement,
    ExpectedAssessment,
    ExpectedDeadline,
    ExpectedPermission,
    ExpectedRetention,
    ExpectedSuspension,
    QualificationCase,
    RetentionCase,
    SuspensionCase,
)
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    Mobilisation,
    Nature,
    Requirement,
    Role,
    ServiceReach,
)
from reclamation_core.wording import Wording

_AGAINST: Final[dict[str, Any]] = {
    "channel": Channel.OTHER,
    "formal": False,
    "complainant": Complainant.OTHER,
    "nature": Nature.GENERAL_OPINION,
    "requirement": Requirement.NONE,
    "sold_service": False,
}
"""All that speaks against a complaint."""

_UNTOUCHED: Final[dict[str, Any]] = dict.fromkeys(SEVERITIES.values(), 0)

_RECEIVED: Final = ("2024-04-26", "2024-05-10", "2024-05-11", "2024-12-20", "2025-04-11", "2025-06-02", "2026-12-18")
"""Around bridges, on a Saturday, before Christmas and before Easter: where a count goes wrong first."""

_METROPOLE: Final = CalendarOptions()
_COLUMNS: Final = (
    ("metropole", _METROPOLE, None, Wording("métropole", "metropolitan France")),
    (
        "alsace-moselle",
        CalendarOptions(territory=Territory.ALSACE_MOSELLE),
        None,
        Wording("Alsace-Moselle, Vendredi saint compris", "Alsace-Moselle, Good Friday included"),
    ),
    (
        "whit-monday-worked",
        CalendarOptions(whit_monday_worked=True),
        None,
        Wording("lundi de Pentecôte travaillé", "Whit Monday worked"),
    ),
    ("first-day-counted", _METROPOLE, True, Wording("jour de réception compté", "day of receipt counted")),
)
_TO_FILL: Final = ExpectedDeadline(received_on=date.min, due=date.min)


def readings(policy: Policy) -> Iterator[ConformanceCase]:
    """The cases of the readings that no row shows by itself; what is expected is still to be filled in."""
    yield from _of_eligibility(policy)
    yield from _of_levels()
    yield from _of_risk()
    yield from _of_malfunctions()
    yield from _of_answers()
    for day in ("2024-02-29", "2025-01-31", "2025-06-02"):
        shows = Wording(f"conservation d'un dossier clos le {day}", f"retention of a case closed on {day}")
        kept = ExpectedRetention(active_until=date.min, kept_until=date.min)
        closed_on = date.fromisoformat(day)
        yield RetentionCase(id=f"I17/closed {day}", shows=shows, readings=("I17",), closed_on=closed_on, expected=kept)


def dates() -> Iterator[DeadlineCase]:
    """The dates to agree with, each counted in four ways."""
    for day in _RECEIVED:
        received_at = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=RECEIVED_AT.tzinfo)
        for column, where, first_day_counted, words in _COLUMNS:
            shows = Wording(f"reçue le {day}, {words.fr}", f"received on {day}, {words.en}")
            yield _deadline(
                f"I2/{day} {column}", shows, ("I2",), received_at, calendar=where, first_day_counted=first_day_counted
            )


def parameters(policy: Policy) -> Iterator[ConformanceCase]:
    """Yield the cases of the parameters that no table and no date to agree with shows."""
    yield from _of_closures(policy)
    yield from _of_the_hour()
    yield from _of_due_soon(policy)
    yield from _of_suspensions(policy)
    shows = Wording("accusé de réception d'une réclamation", "acknowledgement of a complaint")
    yield AcknowledgementCase(
        id="I3/acknowledgement",
        shows=shows,
        readings=("I3",),
        received_at=RECEIVED_AT,
        expected=ExpectedAcknowledgement(due=None),
    )
    for role in Role:
        shows = Wording(f"qualifier comme « {role.label('fr')} »", f"qualify as {role.label('en')}")
        yield _qualification(f"I15/{role.value}", shows, "M2-1 §2.3", role, risks_judged=True)
    shows = Wording("qualifier sans juger les risques", "qualify without judging the risks")
    yield _qualification("I24/risks not judged", shows, "M2-1 §2.2", Role.RQR, risks_judged=False)


def _qualification(name: str, shows: Wording, clause: str, role: Role, *, risks_judged: bool) -> QualificationCase:
    return QualificationCase(
        id=name,
        shows=shows,
        clauses=(clause,),
        readings=(name.partition("/")[0],),
        role=role,
        risks_judged=risks_judged,
        expected=ExpectedPermission(allowed=False),
    )


def _of_closures(policy: Policy) -> Iterator[DeadlineCase]:
    """Yield receipts just before a closure of the site, and before each closure of the edition."""
    closed = tuple(date(2025, 6, day) for day in (10, 11, 12))
    shows = Wording("site fermé du 10 au 12 juin 2025", "site closed from 10 to 12 June 2025")
    where = CalendarOptions(closures=closed)
    yield _deadline("I2/closure of the site", shows, ("I2",), RECEIVED_AT, calendar=where)
    for days in policy.parameters.closures:
        eve = datetime.combine(days.first - timedelta(days=1), RECEIVED_AT.timetz())
        shows = Wording(
            f"reçu la veille de la fermeture du {days.first}", f"received before the closure of {days.first}"
        )
        yield _deadline(f"I2/closure of {days.first}", shows, ("I2",), eve)


def _of_the_hour() -> Iterator[DeadlineCase]:
    """Yield receipts by the hour of the day: an edition may have a cut-off."""
    for hour, minute in ((0, 0), (12, 0), (17, 30), (23, 59)):
        shows = Wording(f"reçu à {hour} h {minute:02}", f"received at {hour}:{minute:02}")
        received_at = RECEIVED_AT.replace(hour=hour, minute=minute)
        yield _deadline(f"I2/received at {hour:02}:{minute:02}", shows, ("I2",), received_at)


def _of_due_soon(policy: Policy) -> Iterator[DeadlineCase]:
    """Yield a deadline seen from each of its last days: from some day on it is due soon."""
    calendar = policy.calendar(BusinessCalendar.france())
    due = calendar.deadline(RECEIVED_AT, policy.deadline).due
    for left in range(1, policy.deadline.days):
        seen_at = datetime.combine(calendar.subtract(due, left), RECEIVED_AT.timetz())
        if seen_at <= RECEIVED_AT:
            return
        shows = Wording(f"à {left} jour(s) ouvré(s) de l'échéance", f"{left} business day(s) before the due date")
        yield _deadline(f"I2/{left} days left", shows, ("I2",), RECEIVED_AT, at=seen_at)


def _of_suspensions(policy: Policy) -> Iterator[SuspensionCase]:
    """Yield answer clocks that are suspended, where the edition allows it, and resumed or not."""
    calendar = policy.calendar(BusinessCalendar.france())
    due = calendar.deadline(RECEIVED_AT, policy.deadline).due

    def day(number: int) -> datetime:
        return datetime.combine(calendar.add(due, number), RECEIVED_AT.timetz())

    last, early = day(0), datetime.combine(calendar.add(calendar.day_of(RECEIVED_AT), 1), RECEIVED_AT.timetz())
    for name, since, until, words in (
        (
            "until after the due date",
            early,
            day(1),
            Wording("jusqu'au lendemain de l'échéance", "until the day after the due date"),
        ),
        ("within a day", early, early, Wording("et repris le même jour", "and resumed on the same day")),
        ("still", early, None, Wording("et non repris", "and not resumed")),
        ("on the last day", last, day(2), Wording("le dernier jour", "on the last day")),
        ("after the last day", day(1), None, Wording("après l'échéance", "after the due date")),
    ):
        yield SuspensionCase(
            id=f"I25/{name}",
            shows=Wording(f"délai suspendu {words.fr}", f"clock suspended {words.en}"),
            clauses=("M2-1 §5.0",),
            readings=("I25",),
            received_at=RECEIVED_AT,
            suspended_at=since,
            resumed_at=until,
            expected=ExpectedSuspension(allowed=False, due=None, awaited=False),
        )


def _assessed(name: str, fr: str, en: str, facts: Any, *more: str) -> AssessmentCase:
    numbers = (name.partition("/")[0], *more)
    return AssessmentCase(id=name, shows=Wording(fr, en), readings=numbers, facts=facts, expected=ExpectedAssessment())


def _of_eligibility(policy: Policy) -> Iterator[AssessmentCase]:
    least, most = policy.parameters.survey.scale
    for note, side in ((least - 1, "below"), (most + 1, "above")):
        facts = a_complaint(satisfaction=note)
        yield _assessed(f"I1/note {side} the scale", "une note hors de l'échelle", "a note outside the scale", facts)
    for note, end in ((least, "low"), (most, "high")):
        facts = a_complaint(satisfaction=note)
        fr, en = "une note au bout de l'échelle", "a note at the end of the scale"
        yield _assessed(f"I1/note at the {end} end of the scale", fr, en, facts)
    company = a_complaint(channel=Channel.SURVEY, formal=False, complainant=Complainant.COMPANY, satisfaction=least)
    yield _assessed("I4/low note of a company", "la note basse d'une entreprise", "a company's low note", company, "I9")
    yield _assessed(
        "I8/request repeated",
        "une demande répétée faute de réponse est une plainte",
        "a request repeated for want of an answer is a grievance",
        a_complaint(nature=Nature.GRIEVANCE),
    )
    yield _assessed(
        "I9/low note against all else",
        "une note basse suffit, contre tout le reste",
        "a low note is enough, against all else",
        a_complaint(**_AGAINST, satisfaction=least),
    )
    yield _assessed(
        "I9/low note and nothing known",
        "une note basse suffit, quand rien d'autre n'est connu",
        "a low note is enough, nothing else being known",
        ComplaintFacts(received_at=RECEIVED_AT, satisfaction=least),
    )
    labels = {input_.name: input_.label for input_ in policy.tables["eligibility"].inputs}
    for name, label in labels.items():
        yield _assessed(
            f"I10/{name} unknown",
            f"inconnu : {label.fr} ; le délai court, et la question qui tranche est posée",
            f"unknown: {label.en}; the clock runs, and the question that settles it is asked",
            a_complaint(**{name: UNKNOWN}),
        )
    for name, value in _AGAINST.items():
        yield _assessed(
            f"I20/{name} against",
            f"une condition de la définition manque : {labels[name].fr}",
            f"a condition of the definition fails: {labels[name].en}",
            a_complaint(**{name: value}),
        )
    for channel in Channel:
        facts = a_complaint(channel=channel)
        fr, en = f"par le canal « {channel.label('fr')} »", f"by {channel.label('en')}"
        yield _assessed(f"I20/by {channel.value}", fr, en, facts, *(("I21",) if channel is Channel.PORTAL else ()))


def _of_levels() -> Iterator[AssessmentCase]:
    for client, reach, mobilisation in product(ClientScope, ServiceReach, Mobilisation):
        facts = a_complaint(client_scope=client, service_reach=reach, mobilisation=mobilisation)
        parts = (client, reach, mobilisation)
        fr, en = (", ".join(part.label(lang) for part in parts) for lang in ("fr", "en"))
        more = ("I6",) if reach is ServiceReach.SEVERAL_REGIONS else ()
        yield _assessed(f"I7/{client} client, {reach}, {mobilisation} mobilisation", fr, en, facts, *more)
    for client in ClientScope:
        yield _assessed(
            f"I19/{client} client, mobilisation unknown",
            f"{client.label('fr')}, mobilisation inconnue : le niveau le plus bas possible traite",
            f"{client.label('en')}, mobilisation unknown: the lowest level still possible handles it",
            a_complaint(client_scope=client, mobilisation=UNKNOWN),
        )


def _of_risk() -> Iterator[AssessmentCase]:
    touched = {**_UNTOUCHED, "severity_safety": 1, "severity_legal": 3, "severity_contract": 2}
    facts = a_complaint(**touched, likelihood=2, recurrences=0, causes=1)
    yield _assessed("I13/highest domain", "le domaine le plus grave compte", "the gravest domain counts", facts, "I14")
    facts = a_complaint(**{**_UNTOUCHED, "severity_legal": 4}, likelihood=1, recurrences=0, causes=1)
    fr, en = "à la gravité 4, jamais en dessous de « élevée »", "at severity 4, never below high"
    yield _assessed("I13/severity 4, likelihood 1", fr, en, facts, "I14")


def _of_malfunctions() -> Iterator[AssessmentCase]:
    facts = a_malfunction(**_UNTOUCHED, likelihood=1, recurrences=0, causes=0)
    fr, en = "un dysfonctionnement, sans recevabilité ni délai", "a malfunction, without eligibility or clock"
    yield _assessed("I5/malfunction", fr, en, facts, "I14")
    for reach, mobilisation in product(ServiceReach, Mobilisation):
        fr, en = (f"{reach.label(lang)}, {mobilisation.label(lang)}" for lang in ("fr", "en"))
        facts = a_malfunction(service_reach=reach, mobilisation=mobilisation)
        yield _assessed(f"I22/{reach}, {mobilisation} mobilisation", fr, en, facts)


def _of_answers() -> Iterator[DeadlineCase]:
    """When the answer stops the clock, and when the day of receipt is another one in Paris."""
    zone = RECEIVED_AT.tzinfo
    for name, instant, words in (
        ("on the last day", datetime(2025, 6, 17, 23, 59, tzinfo=zone), Wording("le dernier jour", "on the last day")),
        ("the day after", datetime(2025, 6, 18, 0, 0, tzinfo=zone), Wording("le lendemain", "the day after")),
    ):
        shows = Wording(f"répondu {words.fr}", f"answered {words.en}")
        yield _deadline(f"I3/answered {name}", shows, ("I3",), RECEIVED_AT, at=instant, answered_at=instant)
        shows = Wording(f"sans réponse {words.fr}", f"not answered {words.en}")
        yield _deadline(f"I3/not answered {name}", shows, ("I3",), RECEIVED_AT, at=instant)
    for text in ("2026-05-04T21:59:00+00:00", "2026-05-04T22:30:00+00:00"):
        shows = Wording(f"arrivée à {text}, jour de Paris", f"arrived at {text}, the day of Paris")
        yield _deadline(f"I23/{text}", shows, ("I23", "I2"), datetime.fromisoformat(text))


def _deadline(name: str, shows: Wording, numbers: tuple[str, ...], received_at: datetime, **more: Any) -> DeadlineCase:
    return DeadlineCase(
        id=name,
        shows=shows,
        clauses=("M2-1 §5.0",),
        readings=numbers,
        received_at=received_at,
        expected=_TO_FILL,
        **more,
    )
