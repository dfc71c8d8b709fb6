"""Generate the conformance cases of an edition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import permutations, product
from types import NoneType
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar, Territory
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy, m2_1
from reclamation_core.policy.sources import cited
from reclamation_core.tables.explanation import row_wording
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.boundaries import Pick, as_facts, for_rows, picks
from reclamation_core.testing.builders import RECEIVED_AT, a_complaint, a_malfunction
from reclamation_core.testing.conformance.cases import (
    GUARD_TABLES,
    AcknowledgementCase,
    AssessmentCase,
    CalendarOptions,
    Conformance,
    DeadlineCase,
    ImposedLevelCase,
    LevelChangeCase,
    MethodCase,
    PermissionCase,
    QualificationCase,
    RetentionCase,
    RoleCase,
    SiteCase,
    SuspensionCase,
    decision_of,
)
from reclamation_core.testing.rules import without_rule_coverage
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    Level,
    Mobilisation,
    Nature,
    Requirement,
    Role,
    ServiceReach,
    Sites,
)
from reclamation_core.vocabulary.facts import is_own_key, values_of
from reclamation_core.wording import LANGUAGES, Wording, day_text

_AGAINST: Final[dict[str, Any]] = {
    "channel": Channel.OTHER,
    "formal": False,
    "complainant": Complainant.OTHER,
    "nature": Nature.GENERAL_OPINION,
    "requirement": Requirement.NONE,
    "sold_service": False,
}
"""The facts that each exclude a complaint."""
_UNTOUCHED: Final[dict[str, Any]] = dict.fromkeys(SEVERITIES.values(), 0)
_RECEIVED: Final = ("2024-04-26", "2024-05-10", "2024-05-11", "2024-12-20", "2025-04-11", "2025-06-02", "2026-12-18")
"""Receipts before bridge days, on a Saturday, before Christmas and before Easter."""
_COLUMNS: Final = (
    ("metropole", CalendarOptions(), None, Wording("métropole", "metropolitan France")),
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
    ("first-day-counted", CalendarOptions(), True, Wording("jour de réception compté", "day of receipt counted")),
)


def conformance_cases(policy: Policy | None = None, sites: Sites | None = None) -> Conformance:
    """Generate the conformance cases of an edition, with its own decisions as the expected results.

    There is a case for each row of its tables that ever decides, two for each threshold, cases for the interpretations,
    the reference dates and the parameters, and a case for each guard of a command. The labels of I18 have no case.
    A command that the edition reserves has a case for each role; each site has a case for each year of its closures.

    Args:
        policy: the edition; `m2_1()` by default.
        sites: the sites of the application; by default no case is about a site.

    Raises:
        TypeError: an argument is of another type.
    """
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    expect("sites", sites, Sites, NoneType)
    with without_rule_coverage():
        cases = (
            *(*_of_tables(edition), *_of_interpretations(edition), *_dates(), *_of_parameters(edition), *_of_guards()),
            *(*_of_roles(edition), *_of_sites(sites or Sites())),
        )
        filled_in = tuple(attrs.evolve(case, expected=decision_of(case, edition, sites)) for case in cases)
    return Conformance(edition=edition.edition, cases=filled_in)


def _case(cls: Any, name: str, fr: str, en: str, *more: str, **fields: Any) -> Any:
    """Return a case without its expected result; the interpretation is the first part of its name."""
    interpretations = (name.partition("/")[0], *more)
    return cls(**{"id": name, "shows": Wording(fr, en), "interpretations": interpretations, "expected": None, **fields})


def _deadline(name: str, fr: str, en: str, *more: str, received_at: datetime = RECEIVED_AT, **fields: object) -> Any:
    return _case(DeadlineCase, name, fr, en, *more, clauses=("M2-1 §5.0",), received_at=received_at, **fields)


def _of_tables(policy: Policy) -> Iterator[Any]:
    for table in policy.tables.values():
        for pick in picks(table):
            name = f"{table.name}/{pick.shows.en}"
            yield AssessmentCase(id=name, **_shown(pick), facts=as_facts(pick.facts), expected=None)  # type: ignore[arg-type]


def _of_guards() -> Iterator[Any]:
    for of, (commands, table_of) in GUARD_TABLES.items():
        for command in commands:
            for pick in for_rows(table_of(command)):
                yield PermissionCase(
                    id=f"{of}/{command.value}/{pick.shows.en}",
                    **_shown(pick),
                    of=of,
                    command=command.value,
                    situation={
                        name: str(value) if isinstance(value, str) else value
                        for name, value in pick.facts.items()
                        if value is not ABSENT
                    },
                    expected=None,  # type: ignore[arg-type]
                )


def _of_roles(policy: Policy) -> Iterator[Any]:
    """Yield a case for each role and each command that the edition reserves to some roles."""
    for of, reserved in (("case", policy.roles.commands), ("plan", policy.roles.plan_commands)):
        for command, role in product(reserved, Role):
            fr, en = (f"« {command.label('fr')} » comme « {role.label('fr')} »", f"{command.value} as {role.value}")
            name, shows = f"role/{of}/{command.value}/{role.value}", Wording(fr, en)
            yield RoleCase(id=name, shows=shows, of=of, command=command.value, role=role, expected=None)  # type: ignore[arg-type]


def _of_sites(sites: Sites) -> Iterator[Any]:
    """Yield a case for each site and each year in which it has closures or bridge days, and for a year without any."""
    for code in sites:
        site = sites[code]
        named = {day.year for days in (*site.closures, *site.bridge_days) for day in (days.first, days.last)}
        for year in sorted({RECEIVED_AT.year, *named}):
            fr, en = (f"{site.name}, {site.territory.label(lang)}, {year}" for lang in LANGUAGES)
            shows, name = Wording(fr, en), f"site/{code}/{year}"
            yield SiteCase(id=name, shows=shows, clauses=("M2-1 §5.0",), site=code, year=year, expected=None)  # type: ignore[arg-type]


def _shown(pick: Pick) -> dict[str, Any]:
    """Return the wording, the clauses and the interpretations of facts picked from a table."""
    shows, rows = pick.shows, pick.decision.deciding
    if pick.row is not None:
        shows, rows = Wording(*(row_wording(pick.decision.table, pick.row, lang) for lang in LANGUAGES)), (pick.row,)
    interpretations = dict.fromkeys(
        number for row in rows for number in (row.interpretation or "").split(", ") if number
    )
    clauses = dict.fromkeys(clause for row in rows for clause in cited(row.clause))
    return {"shows": shows, "clauses": tuple(clauses), "interpretations": tuple(interpretations)}


def _of_interpretations(policy: Policy) -> Iterator[Any]:
    """Yield the cases of interpretations that no row shows by itself."""
    yield from _of_eligibility(policy)
    yield from _of_levels()
    yield from _of_risk()
    yield from _of_malfunctions()
    yield from _of_answers()
    for day in ("2024-02-29", "2025-01-31", "2025-06-02"):
        fr, en = f"conservation d'un dossier clos le {day}", f"retention of a case closed on {day}"
        yield _case(RetentionCase, f"I17/closed {day}", fr, en, closed_on=date.fromisoformat(day))


def _of_eligibility(policy: Policy) -> Iterator[Any]:
    least, most = policy.parameters.survey.scale
    inputs = policy.tables["eligibility"].base
    labels = {input_.name: input_.label for input_ in inputs}
    company = a_complaint(channel=Channel.SURVEY, formal=False, complainant=Complainant.COMPANY, satisfaction=least)
    unknown = ComplaintFacts(received_at=RECEIVED_AT, satisfaction=least)
    outside, end = ("une note hors de l'échelle", "a note outside the scale"), "une note au bout de l'échelle"
    for name, fr, en, facts, *more in (
        ("I1/note below the scale", *outside, a_complaint(satisfaction=least - 1)),
        ("I1/note above the scale", *outside, a_complaint(satisfaction=most + 1)),
        ("I1/note at the low end of the scale", end, "a note at the end of the scale", a_complaint(satisfaction=least)),
        ("I1/note at the high end of the scale", end, "a note at the end of the scale", a_complaint(satisfaction=most)),
        ("I4/low note of a company", "la note basse d'une entreprise", "a company's low note", company, "I9"),
        (
            "I8/request repeated",
            "une demande répétée faute de réponse est une plainte",
            "a request repeated for want of an answer is a grievance",
            a_complaint(nature=Nature.GRIEVANCE),
        ),
        (
            "I9/low note against all else",
            "une note basse suffit, contre tout le reste",
            "a low note is enough, against all else",
            a_complaint(**_AGAINST, satisfaction=least),
        ),
        (
            "I9/low note and nothing known",
            "une note basse suffit, quand rien d'autre n'est connu",
            "a low note is enough, nothing else being known",
            unknown,
        ),
    ):
        yield _case(AssessmentCase, name, fr, en, *more, facts=facts)
    known = values_of(a_complaint())
    for input_ in inputs:
        fr = f"inconnu : {input_.label.fr} ; le délai court, et la question qui tranche est posée"
        en = f"unknown: {input_.label.en}; the clock runs, and the question that settles it is asked"
        given = known | {input_.name: ABSENT if is_own_key(input_.name) and input_.none is UNKNOWN else UNKNOWN}
        yield _case(AssessmentCase, f"I10/{input_.name} unknown", fr, en, facts=as_facts(given))
    for name, value in _AGAINST.items():
        fr = f"une condition de la définition manque : {labels[name].fr}"
        en = f"a condition of the definition fails: {labels[name].en}"
        yield _case(AssessmentCase, f"I20/{name} against", fr, en, facts=a_complaint(**{name: value}))
    for channel in Channel:
        fr, en = f"par le canal « {channel.label('fr')} »", f"by {channel.label('en')}"
        more = ["I21"] if channel is Channel.PORTAL else []
        yield _case(AssessmentCase, f"I20/by {channel.value}", fr, en, *more, facts=a_complaint(channel=channel))


def _of_levels() -> Iterator[Any]:
    for client, reach, mobilisation in product(ClientScope, ServiceReach, Mobilisation):
        parts = (client, reach, mobilisation)
        name = f"I7/{client} client, {reach}, {mobilisation} mobilisation"
        fr, en = (", ".join(part.label(lang) for part in parts) for lang in LANGUAGES)
        more = ["I6"] if reach is ServiceReach.SEVERAL_REGIONS else []
        facts = a_complaint(client_scope=client, service_reach=reach, mobilisation=mobilisation)
        yield _case(AssessmentCase, name, fr, en, *more, facts=facts)
    for client in ClientScope:
        name = f"I19/{client} client, mobilisation unknown"
        fr = f"{client.label('fr')}, mobilisation inconnue : le niveau le plus bas possible traite"
        en = f"{client.label('en')}, mobilisation unknown: the lowest level still possible handles it"
        facts = a_complaint(client_scope=client, mobilisation=UNKNOWN)
        yield _case(AssessmentCase, name, fr, en, facts=facts)


def _of_risk() -> Iterator[Any]:
    touched = {**_UNTOUCHED, "severity_safety": 1, "severity_legal": 3, "severity_contract": 2}
    facts = a_complaint(**touched, likelihood=2, recurrences=0, causes=1)
    fr, en = "le domaine le plus grave compte", "the gravest domain counts"
    yield _case(AssessmentCase, "I13/highest domain", fr, en, "I14", facts=facts)
    facts = a_complaint(**{**_UNTOUCHED, "severity_legal": 4}, likelihood=1, recurrences=0, causes=1)
    fr, en = "à la gravité 4, jamais en dessous de « élevée »", "at severity 4, never below high"
    yield _case(AssessmentCase, "I13/severity 4, likelihood 1", fr, en, "I14", facts=facts)


def _of_malfunctions() -> Iterator[Any]:
    facts = a_malfunction(**_UNTOUCHED, likelihood=1, recurrences=0, causes=0)
    fr, en = "un dysfonctionnement, sans recevabilité ni délai", "a malfunction, without eligibility or clock"
    yield _case(AssessmentCase, "I5/malfunction", fr, en, "I14", facts=facts)
    for reach, mobilisation in product(ServiceReach, Mobilisation):
        fr, en = (f"{reach.label(lang)}, {mobilisation.label(lang)}" for lang in LANGUAGES)
        facts = a_malfunction(service_reach=reach, mobilisation=mobilisation)
        yield _case(AssessmentCase, f"I22/{reach}, {mobilisation} mobilisation", fr, en, facts=facts)


def _of_answers() -> Iterator[Any]:
    """Yield deadlines met or missed by an answer, and receipts on another day in Paris."""
    zone = RECEIVED_AT.tzinfo
    for name, at, fr in (
        ("on the last day", datetime(2025, 6, 17, 23, 59, tzinfo=zone), "le dernier jour"),
        ("the day after", datetime(2025, 6, 18, 0, 0, tzinfo=zone), "le lendemain"),
    ):
        yield _deadline(f"I3/answered {name}", f"répondu {fr}", f"answered {name}", at=at, answered_at=at)
        yield _deadline(f"I3/not answered {name}", f"sans réponse {fr}", f"not answered {name}", at=at)
    for text in ("2026-05-04T21:59:00+00:00", "2026-05-04T22:30:00+00:00"):
        fr, en = f"arrivée à {text}, jour de Paris", f"arrived at {text}, the day of Paris"
        yield _deadline(f"I23/{text}", fr, en, "I2", received_at=datetime.fromisoformat(text))


def _dates() -> Iterator[Any]:
    """Yield the reference dates, each counted in four ways."""
    for day, (column, calendar, first_day_counted, words) in product(_RECEIVED, _COLUMNS):
        fr, en = f"reçue le {day}, {words.fr}", f"received on {day}, {words.en}"
        received_at = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=RECEIVED_AT.tzinfo)
        fields: Any = {"received_at": received_at, "calendar": calendar, "first_day_counted": first_day_counted}
        yield _deadline(f"I2/{day} {column}", fr, en, **fields)


def _of_parameters(policy: Policy) -> Iterator[Any]:
    """Yield the cases of parameters that neither tables nor reference dates show."""
    yield from _of_closures(policy)
    for hour, minute in ((0, 0), (12, 0), (17, 30), (23, 59)):  # an edition may have a cut-off
        fr, en = f"reçu à {hour} h {minute:02}", f"received at {hour}:{minute:02}"
        received_at = RECEIVED_AT.replace(hour=hour, minute=minute)
        yield _deadline(f"I2/received at {hour:02}:{minute:02}", fr, en, received_at=received_at)
    yield from _of_due_soon(policy)
    yield from _of_suspensions(policy)
    yield from _of_level_changes(policy)
    fr, en = "accusé de réception d'une réclamation", "acknowledgement of a complaint"
    yield _case(AcknowledgementCase, "I3/acknowledgement", fr, en, received_at=RECEIVED_AT)
    for role in Role:
        fr, en = f"qualifier comme « {role.label('fr')} »", f"qualify as {role.label('en')}"
        fields = {"clauses": ("M2-1 §2.3",), "role": role, "risks_judged": True}
        yield _case(QualificationCase, f"I15/{role.value}", fr, en, **fields)
    fr, en = "qualifier sans juger les risques", "qualify without judging the risks"
    fields = {"clauses": ("M2-1 §2.2",), "role": Role.RQR, "risks_judged": False}
    yield _case(QualificationCase, "I24/risks not judged", fr, en, **fields)
    for role, is_stated in product(Role, (True, False)):
        stated, named = ("avec motif", "with a reason") if is_stated else ("sans motif", "without a reason")
        fr, en = f"imposer un niveau comme « {role.label('fr')} », {stated}", f"impose a level as {role.value}, {named}"
        fields = {"clauses": ("M2-1 §5.1",), "role": role, "reason_stated": is_stated}
        yield _case(ImposedLevelCase, f"I28/{role.value} {named}", fr, en, **fields)
    for conforming, name in ((None, "not stated"), (False, "not conforming"), (True, "conforming")):
        fr = f"cas complexe sans analyse, constat : {_FINDINGS[conforming]}"
        en = f"complex case without an analysis, finding: {name}"
        yield _case(MethodCase, f"I29/{name}", fr, en, clauses=("M2-1 §4.2",), conforming=conforming)


_FINDINGS: Final = {None: "non indiqué", False: "non conforme", True: "conforme"}


def _of_closures(policy: Policy) -> Iterator[Any]:
    """Yield receipts before a closure of the site, and before each closure of the edition."""
    fr, en = "site fermé du 10 au 12 juin 2025", "site closed from 10 to 12 June 2025"
    calendar = CalendarOptions(closures=tuple(date(2025, 6, day) for day in (10, 11, 12)))
    yield _deadline("I2/closure of the site", fr, en, calendar=calendar)
    for days in policy.parameters.closures:
        eve = datetime.combine(days.first - timedelta(days=1), RECEIVED_AT.timetz())
        fr = f"reçu la veille de la fermeture du {day_text(days.first, 'fr')}"
        en = f"received before the closure of {day_text(days.first, 'en')}"
        yield _deadline(f"I2/closure of {days.first}", fr, en, received_at=eve)


def _of_due_soon(policy: Policy) -> Iterator[Any]:
    """Yield the status of a deadline on each of its last days."""
    calendar = policy.calendar(BusinessCalendar.france())
    due = calendar.deadline(RECEIVED_AT, policy.deadline).due
    for left in range(1, policy.deadline.days):
        at = datetime.combine(calendar.subtract(due, left), RECEIVED_AT.timetz())
        if at <= RECEIVED_AT:
            return
        fr, en = f"à {left} jour(s) ouvré(s) de l'échéance", f"{left} business day(s) before the due date"
        yield _deadline(f"I2/{left} days left", fr, en, at=at)


def _of_suspensions(policy: Policy) -> Iterator[Any]:
    """Yield suspensions of a deadline, which an edition may refuse, with and without resumption."""
    calendar = policy.calendar(BusinessCalendar.france())
    due = _earliest_due(policy, a_complaint())

    def day(number: int) -> datetime:
        return datetime.combine(calendar.add(due, number), RECEIVED_AT.timetz())

    early = datetime.combine(calendar.add(calendar.day_of(RECEIVED_AT), 1), RECEIVED_AT.timetz())
    for name, since, until, fr, en in (
        (
            "until after the due date",
            early,
            day(1),
            "jusqu'au lendemain de l'échéance",
            "until the day after the due date",
        ),
        ("within a day", early, early, "et repris le même jour", "and resumed on the same day"),
        ("still", early, None, "et non repris", "and not resumed"),
        ("on the last day", day(0), day(2), "le dernier jour", "on the last day"),
        ("after the last day", day(1), None, "après l'échéance", "after the due date"),
    ):
        yield _case(
            SuspensionCase,
            f"I25/{name}",
            f"délai suspendu {fr}",
            f"clock suspended {en}",
            clauses=("M2-1 §5.0",),
            received_at=RECEIVED_AT,
            suspended_at=since,
            resumed_at=until,
        )


def _of_level_changes(policy: Policy) -> Iterator[Any]:
    """Yield complaints whose level changes on the day after the receipt, or once the earliest deadline has passed."""
    calendar = policy.calendar(BusinessCalendar.france())
    levels = [(level.value, level.label("fr"), a_complaint(client_scope=level.value)) for level in Level]
    levels.append(("undetermined", "indéterminé", a_complaint(mobilisation=UNKNOWN)))
    for (old, old_fr, before), (new, new_fr, after) in permutations(levels, 2):
        for since, fr, en in (
            (calendar.day_of(RECEIVED_AT), "le lendemain de la réception", "the day after the receipt"),
            (_earliest_due(policy, before, after), "après la première échéance", "after the earliest due date"),
        ):
            yield _case(
                LevelChangeCase,
                f"I2/level {old} becomes {new} {en}",
                f"le niveau passe de « {old_fr} » à « {new_fr} », {fr}",
                f"the level changes from {old} to {new}, {en}",
                clauses=("M2-1 §5.0",),
                before=before,
                after=after,
                corrected_at=datetime.combine(calendar.add(since, 1), RECEIVED_AT.timetz()),
            )


def _earliest_due(policy: Policy, *facts: ComplaintFacts) -> date:
    """Return the earliest last day to answer of complaints; that of the edition if all are out of scope."""
    calendar = BusinessCalendar.france()
    found = [one.deadline.due for one in (policy.assess(each, calendar) for each in facts) if one.deadline is not None]
    return min(found, default=policy.calendar(calendar).deadline(RECEIVED_AT, policy.deadline).due)
