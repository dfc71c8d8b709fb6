"""Parameters and facts in words: names, values and units of parameters, the facts of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange, DayType, Deadline, DeadlineRule, Duration
from reclamation_core.codes import Audience, LabelledEnum
from reclamation_core.errors import Fault
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy.parameters import NO_CUT_OFF, Parameters
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Enumeration, Input, Number
from reclamation_core.tables.domains import exact
from reclamation_core.tables.explanation import facts_in_words
from reclamation_core.vocabulary import SEVERITIES, Band, Fact, Level, RetentionMode
from reclamation_core.vocabulary.facts import KINDS
from reclamation_core.wording import LANGUAGES, Lang, Wording, citation, colon, day_text, is_singular, semicolon

_NONE: Final = Wording("aucune", "none")
_SAME: Final = Wording("le même à tous les niveaux", "the same at every level")
_TRUTH: Final = {True: Wording("oui", "yes"), False: Wording("non", "no")}
_SEVERITIES: Final = frozenset(SEVERITIES.values())
_ALL_ZERO: Final = Wording("gravité 0 dans tous les domaines", "severity 0 in all domains")
_OTHERS_ZERO: Final = Wording("gravité 0 dans les autres domaines", "severity 0 in the other domains")
_RANGE: Final = Wording("du {} au {}", "{} to {}")


def format_value(value: object, lang: Lang = "fr") -> str:
    """The value of a parameter in words.

    >>> format_value((1, 2.5)), format_value(True, "en")
    ('1 ; 2,5', 'yes')
    """
    match value:
        case None | ():
            text = _NONE.in_(lang)
        case bool():
            text = _TRUTH[value].in_(lang)
        case tuple():
            text = semicolon(lang).join(format_value(item, lang) for item in value)
        case LabelledEnum() | DayType():
            text = value.label(lang)
        case Wording():
            text = value.in_(lang)
        case DayRange():
            first, last = (Day().label(day, lang) for day in (value.first, value.last))
            text = first if first == last else _RANGE.in_(lang).format(first, last)
        case time():
            text = _hour(value, lang)
        case Mapping():
            levels = ((level, _duration(value[level], lang)) for level in Level if level in value)
            named = (f"{level.label(lang)}{colon(lang)}{duration}" for level, duration in levels)
            text = semicolon(lang).join(named) or _SAME.in_(lang)
        case float():
            text = Number().label(exact(value), lang)
        case _:
            text = str(value)
    return text


def _duration(duration: Duration, lang: Lang) -> str:
    """How long a delay is; what kind of days counts is another parameter."""
    if duration.months:
        return DeadlineRule(months=duration.months).days_in_words(lang)
    return f"{duration.days} {(_DAY if is_singular(duration.days, lang) else _DAYS).in_(lang)}"


def _hour(at: time, lang: Lang) -> str:
    """An hour of the day as each language writes it: `17 h 30`, `17:30`; to the second where it has one."""
    if lang == "en" or at.second or at.microsecond:
        return at.isoformat() if at.second or at.microsecond else f"{at:%H:%M}"
    return f"{at.hour} h {at:%M}" if at.minute else f"{at.hour} h"


def deadline_sentence(
    deadline: Deadline,
    lang: Lang,
    *,
    audience: Audience | str = Audience.AGENT,
    levels: Collection[Level] = (),
    is_reopened: bool = False,
    answered_on: date | None = None,
) -> str:
    """Return by when a complaint is to be answered, and how that was counted.

    Args:
        deadline: the deadline.
        lang: the language of the text; the text for developers is in English.
        audience: who reads it.
        levels: the levels whose durations were compared, where the edition has durations by level.
        is_reopened: True if the deadline is counted from a reopening, rather than from the receipt.
        answered_on: the day of the answer; a complainant reads it in place of the last day.
    """
    audience = Audience.parse(audience)
    if audience is Audience.DEVELOPER:
        counted = deadline.rule.days_in_words("en")
        by_level = f", levels: {', '.join(sorted(levels))}" if levels else ""
        later = f", not before: {deadline.not_before}" if deadline.not_before else ""
        return (
            f"deadline: received_on={deadline.received_on}, due={deadline.due}, counted: {counted} (M2-1 §5.0, I2)"
            f"{by_level}{later}"
        )
    if audience is Audience.COMPLAINANT:
        return _for_complainant(deadline, lang, answered_on)
    stated = _for_agent(deadline, lang, is_reopened=is_reopened)
    return " ".join(filter(None, (stated, _of_levels(levels, lang), _not_before(deadline, lang))))


def _of_levels(levels: Collection[Level], lang: Lang) -> str:
    """Return whose duration was counted, where the edition has durations by level."""
    named = [level.label(lang) for level in Level if level in levels]
    if not named:
        return ""
    if len(named) == 1:
        return f"C'est le délai du niveau {named[0]}." if lang == "fr" else f"This is the time of {named[0]} level."
    listed = ", ".join(named)
    if lang == "fr":
        return f"Le niveau reste à déterminer : c'est le plus court des délais des niveaux possibles ({listed})."
    return f"The level is undetermined: this is the shortest time of the possible levels ({listed})."


def _not_before(deadline: Deadline, lang: Lang) -> str:
    """Return since when a deadline is counted otherwise; nothing for one that did not change."""
    day = deadline.not_before
    if day is None:
        return ""
    if lang == "en":
        changed = f"The level changed on {day_text(day, lang)}"
        return f"{changed}: the time is counted again from the start, and does not end before that day."
    return f"Le niveau a changé le {day:%d/%m/%Y} : le délai est recompté depuis son début, sans expirer avant ce jour."


def _for_complainant(deadline: Deadline, lang: Lang, answered_on: date | None) -> str:
    received, due, counted = deadline.received_on, deadline.due, deadline.rule.days_in_words(lang)
    if answered_on is not None:
        return _answered_sentence(answered_on, due, counted, lang)
    if lang == "fr":
        begun = f"Le délai est de {counted} à compter du {received:%d/%m/%Y}."
        return f"Une réponse vous est due au plus tard le {due:%d/%m/%Y}. {begun}"
    end, start = day_text(due, lang), day_text(received, lang)
    return f"You are to have an answer by {end}. The time to answer is {counted} from {start}."


def _for_agent(deadline: Deadline, lang: Lang, *, is_reopened: bool) -> str:
    received, due, counted = deadline.received_on, deadline.due, deadline.rule.days_in_words(lang)
    cited = citation("M2-1 §5.0", "I2, I3" if is_reopened else "I2", lang)
    if lang == "en":
        begun = "Reopened" if is_reopened else "Received"
        start, end = day_text(received, lang), day_text(due, lang)
        return f"{begun} on {start}, it is to be answered by {end}: {counted} ({cited})."
    if is_reopened:
        dates = f"Dossier rouvert le {received:%d/%m/%Y} : réponse à donner au plus tard le {due:%d/%m/%Y}"
        return f"{dates}, {counted} à compter de la réouverture ({cited})."
    dates = f"Reçue le {received:%d/%m/%Y}, la demande appelle une réponse au plus tard le {due:%d/%m/%Y}"
    return f"{dates} : {counted} ({cited})."


def _answered_sentence(answered_on: date, due: date, counted: str, lang: Lang) -> str:
    """Return when a complainant was answered, and whether in time."""
    is_late = answered_on > due
    if lang == "fr":
        answered = f"Nous vous avons répondu le {answered_on:%d/%m/%Y}"
        return f"{answered}, après le délai de {counted}." if is_late else f"{answered}, dans le délai de {counted}."
    answered = f"We answered you on {day_text(answered_on, lang)}"
    return f"{answered}, after the time to answer ({counted})." if is_late else f"{answered}, in time ({counted})."


def format_facts(inputs: Iterable[Input], facts: Mapping[str, Any], lang: Lang) -> str:
    """Return the facts of a case for these inputs; the risk domains at 0 are summarised as one."""
    asked = tuple(inputs)
    zero = {input_.name for input_ in asked if input_.name in _SEVERITIES and facts[input_.name] == 0}
    told = facts_in_words((input_ for input_ in asked if input_.name not in zero), facts, lang)
    if not zero:
        return told
    rest = (_ALL_ZERO if zero == _SEVERITIES else _OTHERS_ZERO).in_(lang)
    return semicolon(lang).join(filter(None, [told, rest]))


_YES_OR_NO: Final = Wording("oui ou non", "yes or no")
_RETIRED: Final = Wording("{} (n'est plus donné)", "{} (no longer given)")
_ASCENDING: Final = Wording("en ordre croissant : {}", "in ascending order: {}")
_BLANK: Final = {
    UNKNOWN: Wording("un vide est une valeur inconnue", "a blank is an unknown value"),
    ABSENT: Wording("un vide est une absence de valeur", "a blank is no value"),
}
_OF_KIND: Final = {
    KINDS[0]: Wording("réclamations seulement", "complaints alone"),
    KINDS[1]: Wording("dysfonctionnements seulement", "malfunctions alone"),
}
_PERSONAL: Final = Wording("personnelle", "personal")


def declaration(fact: Fact) -> Wording:
    """Return what an edition declares of a fact, in words: its label, its values, and what a blank means."""
    return Wording(*(_declared(fact, lang) for lang in LANGUAGES))


def _declared(fact: Fact, lang: Lang) -> str:
    kinds = [_OF_KIND[kind] for kind in fact.kinds] if fact.kinds != KINDS else []
    marks = [_BLANK[fact.null], *kinds, *([_PERSONAL] if fact.personal else [])]
    stated = semicolon(lang).join((_domain(fact, lang), *(mark.in_(lang) for mark in marks)))
    return f"{fact.label.in_(lang)} ({stated})"


def _domain(fact: Fact, lang: Lang) -> str:
    domain = fact.domain
    if isinstance(domain, Boolean):
        return _YES_OR_NO.in_(lang)
    if not isinstance(domain, Enumeration):
        return domain.expected.in_(lang)
    named = ((code, domain.label(code, lang)) for code in domain.values)
    listed = ", ".join(_RETIRED.in_(lang).format(label) if code in fact.retired else label for code, label in named)
    return _ASCENDING.in_(lang).format(listed) if domain.ordered else listed


def _pairs(phrases: Mapping[Any, Wording] | Iterable[tuple[Any, Wording]]) -> tuple[tuple[Any, Wording], ...]:
    return tuple(phrases.items() if isinstance(phrases, Mapping) else phrases)


@attrs.frozen
class Parameter(SharedRepr):
    """A parameter of an edition, for a reader.

    Args:
        path: where a policy file sets it: `deadline.days`.
        wording: what it is called, without an article.
        unit: what its numbers count; None where they are plain.
        one: the same of a single one; None where it is spelt alike.
        codes: the type of its values, where they are codes; what is true, false or not there has those of a file.
        phrases: the phrases of values that need more than a name and a word.
    """

    path: str
    wording: Wording
    unit: Wording | None = None
    one: Wording | None = attrs.field(default=None, kw_only=True)
    codes: type[LabelledEnum] | None = attrs.field(default=None, kw_only=True)
    phrases: tuple[tuple[Any, Wording], ...] = attrs.field(default=(), converter=_pairs, kw_only=True)

    @property
    def name(self) -> str:
        """Its path with `_` for the dots: `deadline_days`."""
        return self.path.replace(".", "_")

    def title(self, lang: Lang = "fr") -> str:
        """What it is called, with its unit: the title of an axis."""
        text = self.wording.in_(lang)
        return text if self.unit is None else f"{text} ({self.unit.in_(lang)})"

    def describe(self, value: object, lang: Lang = "fr") -> str:
        """The parameter with a value: `note seuil 7`."""
        phrases = (phrase for key, phrase in self.phrases if type(key) is type(value) and key == value)
        phrase = next(phrases, None)
        return f"{self.wording.in_(lang)} {self.valued(value, lang)}" if phrase is None else phrase.in_(lang)

    def valued(self, value: Any, lang: Lang = "fr") -> str:
        """A value with its unit: `8 jours`."""
        text = format_value(value, lang)
        unit = self.one if self.one is not None and is_singular(value, lang) else self.unit
        return text if unit is None else f"{text} {unit.in_(lang)}"

    def label(self, code: Any, lang: Lang = "fr") -> str:
        """Return the name of a code of its values; other values as text."""
        if self.codes is not None and code in tuple(self.codes):
            return self.codes.parse(code).label(lang)
        return format_value(_WORDS[code], lang) if code in _WORDS else str(code)


_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, NO_CUT_OFF: None}
_DAYS: Final = Wording("jours", "days")
_DAY: Final = Wording("jour", "day")
_MONTHS: Final = Wording("mois", "months")
_MONTH: Final = Wording("mois", "month")

_ALL: Final = (
    Parameter("survey.scale", Wording("échelle des notes de satisfaction", "scale of notes")),
    Parameter("survey.threshold", Wording("note seuil", "threshold note")),
    Parameter("deadline.days", Wording("délai de réponse", "time to answer"), _DAYS, one=_DAY),
    Parameter(
        "deadline.day_type",
        Wording("type de jour", "type of day"),
        codes=DayType,
        phrases={
            kind: Wording(f"délai compté en {kind.plural()}", f"counted in {kind.plural('en')}") for kind in DayType
        },
    ),
    Parameter(
        "deadline.first_day_counted",
        Wording("jour de réception compté", "day of receipt counted"),
        phrases={
            True: Wording("jour de réception compté", "day of receipt counted"),
            False: Wording("jour de réception non compté", "day of receipt not counted"),
        },
    ),
    Parameter(
        "deadline.cut_off",
        Wording("heure limite de réception", "cut-off of receipt"),
        phrases={None: Wording("sans heure limite de réception", "no cut-off of receipt")},
    ),
    Parameter(
        "deadline.suspensions_allowed",
        Wording("suspensions admises", "suspensions allowed"),
        phrases={
            True: Wording("suspensions admises", "suspensions allowed"),
            False: Wording("suspensions non admises", "suspensions not allowed"),
        },
    ),
    Parameter("deadline.due_soon", Wording("alerte avant l'échéance", "alert before the due date"), _DAYS, one=_DAY),
    Parameter(
        "deadline.months",
        Wording("délai de réponse en mois (0 : en jours)", "time to answer in months (0: in days)"),
        phrases={0: Wording("délai de réponse en jours", "time to answer in days")},
    ),
    Parameter("deadline.by_level", Wording("délai de réponse par niveau", "time to answer by level")),
    Parameter(
        "acknowledgement.days",
        Wording("accusé de réception sous", "acknowledgement within"),
        _DAYS,
        one=_DAY,
        phrases={0: Wording("accusé de réception le jour même", "acknowledgement on the same day")},
    ),
    Parameter(
        "risk.moderate_from", Wording("niveau de criticité modéré à partir de l'indice", "moderate criticality from")
    ),
    Parameter("risk.high_from", Wording("niveau de criticité élevé à partir de l'indice", "high criticality from")),
    Parameter(
        "risk.critical_from", Wording("niveau de criticité critique à partir de l'indice", "critical criticality from")
    ),
    Parameter(
        "risk.least_band_at_severity_4",
        Wording("niveau de criticité minimal à la gravité 4", "least criticality at severity 4"),
        codes=Band,
    ),
    Parameter(
        "risk.recurrences",
        Wording("récurrences des vraisemblances 2, 3 et 4", "recurrences of the likelihoods 2, 3 and 4"),
    ),
    Parameter(
        "qualification.risks_required",
        Wording("risques à évaluer à la qualification", "risks to be judged at qualification"),
        phrases={
            True: Wording(
                "qualification après évaluation de tous les risques", "qualification once all risks are judged"
            ),
            False: Wording("qualification possible sans tous les risques", "qualification possible without every risk"),
        },
    ),
    Parameter(
        "complexity.band",
        Wording("cas complexe à partir du niveau de criticité", "complex case from the criticality"),
        codes=Band,
    ),
    Parameter(
        "complexity.causes",
        Wording("cas complexe à partir de", "complex case from"),
        Wording("causes", "causes"),
        one=Wording("cause", "cause"),
    ),
    Parameter(
        "complexity.recurrences",
        Wording("cas complexe à partir de", "complex case from"),
        Wording("récurrences", "recurrences"),
        one=Wording("récurrence", "recurrence"),
    ),
    Parameter("complexity.level", Wording("cas complexe à partir du niveau", "complex case from a level"), codes=Level),
    Parameter(
        "complexity.conforming_exempt",
        Wording("cas conformes dispensés de méthode", "conforming cases exempt from a method"),
        phrases={
            True: Wording("cas conformes dispensés de méthode", "conforming cases exempt from a method"),
            False: Wording("méthode exigée aussi des cas conformes", "method required of conforming cases too"),
        },
    ),
    Parameter("roles.qualifying", Wording("rôles qui qualifient", "roles that qualify")),
    Parameter(
        "retention.mode",
        Wording("au terme de la conservation, noms et textes", "names and texts, at the end of their retention"),
        codes=RetentionMode,
    ),
    Parameter(
        "retention.active_months",
        Wording("conservation des noms et textes après la clôture", "retention of names and texts after the closing"),
        _MONTHS,
        one=_MONTH,
    ),
    Parameter(
        "retention.archive_months",
        Wording("archive à accès restreint après la clôture", "restricted archive after the closing"),
        _MONTHS,
        one=_MONTH,
    ),
    Parameter(
        "texts.longest",
        Wording("longueur maximale d'un texte", "greatest length of a text"),
        Wording("caractères", "characters"),
    ),
    Parameter(
        "support.document_required",
        Wording("document exigé avant la qualification", "document required before the qualification"),
        phrases={
            True: Wording(
                "qualification sur un document ou un appel transcrit", "qualified on a document or a transcript"
            ),
            False: Wording("qualification sur un support, même sans document", "qualified on a support of any kind"),
        },
    ),
    Parameter(
        "support.largest_document",
        Wording("taille maximale d'un document", "largest document"),
        Wording("octets", "bytes"),
    ),
    Parameter("support.most_documents", Wording("documents par dossier, au plus", "most documents of a case")),
    Parameter(
        "support.most_uploads_a_day",
        Wording("documents déposés par personne et par jour, au plus", "most documents that a person uploads a day"),
    ),
    Parameter(
        "support.most_bytes_a_day",
        Wording("octets déposés par personne et par jour, au plus", "most bytes that a person uploads a day"),
    ),
    Parameter("support.media_types", Wording("types de documents acceptés", "accepted types of documents")),
    Parameter("closures", Wording("fermetures", "closures"), phrases={(): Wording("sans fermeture", "no closures")}),
)
PARAMETERS: Final[Mapping[str, Parameter]] = {parameter.name: parameter for parameter in _ALL}
"""By their names, in the order of the editions' own."""


def parameter_value(parameters: Parameters, path: str, lang: Lang = "fr") -> str:
    """Return the value of a parameter of an edition with its unit, and whether it has no effect there."""
    parameter = PARAMETERS[path.replace(".", "_")]
    value = parameter.valued(attrgetter(path)(parameters), lang)
    if path == "retention.archive_months" and parameters.retention.mode is RetentionMode.ANONYMISE:
        return f"{value} ({_NO_EFFECT.in_(lang)})"
    return value


_NO_EFFECT: Final = Wording(
    "sans effet : noms et textes sont effacés avant", "without effect: names and texts are erased before"
)


def parameter_named(name: str) -> Parameter | Fault:
    """The parameter of a name, as `deadline_days` or `deadline.days`; what is wrong with the name if there is none."""
    found = PARAMETERS.get(name.replace(".", "_"))
    if found is not None:
        return found
    from difflib import get_close_matches  # for a fault alone

    close = get_close_matches(name, PARAMETERS, n=3, cutoff=0.4)
    listed = ", ".join(close or PARAMETERS)
    fr, en = ("en voici de proches", "these are close") if close else ("les paramètres sont", "the parameters are")
    return Fault(
        name,
        name,
        Wording(f"aucun paramètre n'a ce nom ; {fr} : {listed}", f"no parameter has that name; {en}: {listed}"),
    )
