"""What is said of each event of a case, in French."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, singledispatch
from typing import Any

import attrs

from reclamation_core import cases as c
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.causes.shown import one_line
from reclamation_core.cases.redaction import ERASED
from reclamation_core.missing import Missing
from reclamation_core.vocabulary import FACTS, ComplaintFacts, LabelledEnum


@attrs.frozen
class Telling:
    """An event of a case, to be told."""

    case: c.Case
    event: c.RecordedEvent

    def read(self, text: object) -> str:
        """A text of the event; that it is erased where it is."""
        words = self.case.read(text)
        return ERASED.fr if words is None else one_line(words)

    def day(self, instant: datetime) -> str:
        """The day of an instant, where the case is."""
        return f"{self.case.day_of(instant):%d/%m/%Y}"


def tell(case: c.Case, event: c.RecordedEvent) -> str:
    """What happened, as a sentence without its full stop."""
    return _say(event.data, Telling(case, event))


def families(codes: tuple[str, ...]) -> str:
    """The names of families of causes."""
    return ", ".join(TRAINING_BODY.named(code).fr for code in codes)


@singledispatch
def _say(data: Any, _: Telling) -> str:
    return type(data).__name__


@_say.register
def _(data: c.Registered, telling: Telling) -> str:
    facts, words = data.facts, [f"enregistré à {data.site}", f"reçu le {telling.day(data.facts.received_at)}"]
    if isinstance(facts, ComplaintFacts):
        words.append(f"canal : {value(facts.channel)}")
        words.append(f"auteur : {telling.read(data.complainant) if data.complainant is not None else 'non nommé'}")
    said = "" if data.verbatim is None else f" ; « {telling.read(data.verbatim)} »"
    return f"{', '.join(words)}{said}"


@_say.register
def _(_: c.FactsCompleted, telling: Telling) -> str:
    return f"faits complétés : {_changes(telling)}"


@_say.register
def _(data: c.FactsCorrected, telling: Telling) -> str:
    return f"faits rectifiés : {_changes(telling)} ; motif : {telling.read(data.reason)}"


@_say.register
def _(data: c.DateCorrected, telling: Telling) -> str:
    reason = telling.read(data.reason)
    return f"date de l'événement {data.event} rectifiée : {telling.day(data.happened_at)} ; motif : {reason}"


@_say.register
def _(_: c.Acknowledged, __: Telling) -> str:
    return "accusé de réception envoyé"


@_say.register
def _(data: c.SupportAdded, telling: Telling) -> str:
    return f"support factuel au dossier : {telling.read(data.title)}"


@_say.register
def _(data: c.Transcribed, telling: Telling) -> str:
    return f"appel transcrit par {telling.read(data.author)}"


@_say.register
def _(data: c.ContainmentTaken, telling: Telling) -> str:
    return f"mesure conservatoire : {telling.read(data.measure)}"


@_say.register
def _(data: c.ContainmentEffectRecorded, telling: Telling) -> str:
    verdict = "efficace" if data.effective else "insuffisante"
    return f"mesure conservatoire {verdict} : {telling.read(data.effect)}"


@_say.register
def _(data: c.Qualified, telling: Telling) -> str:
    parts = [f"qualifié : {telling.read(data.problem)}"]
    if data.requirement_reference is not None:
        parts.append(f"exigence : {telling.read(data.requirement_reference)}")
    if data.conforming is not None:
        parts.append("conforme" if data.conforming else "non conforme")
    if data.verdict is not None and data.verdict.band is not None:
        parts.append(f"criticité {data.verdict.band.label('fr')}")
    if data.supported_by is not None:
        parts.append(f"appui : {telling.read(data.supported_by)}")
    if data.experts:
        parts.append(f"consultés : {', '.join(map(telling.read, data.experts))}")
    return " ; ".join(parts)


@_say.register
def _(data: c.Rerouted, telling: Telling) -> str:
    imposed = " imposé" if data.override else ""
    reason = "" if data.reason is None else f" ; motif : {telling.read(data.reason)}"
    return f"réorienté vers {data.handling_unit}, niveau {data.level.label('fr')}{imposed}{reason}"


@_say.register
def _(data: c.Analysed, _: Telling) -> str:
    how = "examen simple" if data.method is None else data.method.label("fr")
    return f"causes analysées ({how}) : {families(data.causes)}"


@_say.register
def _(data: c.ActionsPlanned, _: Telling) -> str:
    return f"actions décidées : {', '.join(data.actions)} ({data.plan.label()})"


@_say.register
def _(data: c.NoActionNeeded, telling: Telling) -> str:
    return f"aucune action nécessaire : {telling.read(data.reason)}"


@_say.register
def _(data: c.Answered, telling: Telling) -> str:
    remedies = "" if data.remedies is None else f" ; remède : {telling.read(data.remedies)}"
    collective = " par une action collective" if data.collective else ""
    return f"répondu{collective} : réclamation {data.decision.label('fr')}{remedies}"


@_say.register
def _(data: c.ReactionRecorded, telling: Telling) -> str:
    words = "" if data.words is None else f", « {telling.read(data.words)} »"
    return f"réaction : {data.reaction.label('fr')}{words}"


@_say.register
def _(data: c.Closed, telling: Telling) -> str:
    parts = [f"clos : {data.reason.label('fr')}"]
    if data.redirected_to is not None:
        parts.append(f"réorienté vers : {telling.read(data.redirected_to)}")
    if data.told_at is not None:
        parts.append(f"auteur informé le {telling.day(data.told_at)}")
    return " ; ".join(parts)


@_say.register
def _(data: c.Linked, _: Telling) -> str:
    return f"lié : {data.kind.label('fr')} {data.to}"


@_say.register
def _(data: c.Alerted, _: Telling) -> str:
    what = data.clock.label("fr") if data.action is None else f"{data.clock.label('fr')} de {data.action.label()}"
    return f"alerte : {what}, {data.threshold.label('fr')} ({data.due:%d/%m/%Y}){', tardive' if data.late else ''}"


@_say.register
def _(data: c.Anonymised, _: Telling) -> str:
    return "anonymisé : les textes sont effacés" if data.entire else "anonymisé en partie"


@_say.register
def _(data: c.ReferredToMediation, telling: Telling) -> str:
    return _with(telling, "transmis à la médiation", data.reason)


@_say.register
def _(data: c.Reopened, telling: Telling) -> str:
    return _with(telling, "rouvert, un nouveau délai commence", data.reason)


@_say.register
def _(data: c.DeadlineSuspended, telling: Telling) -> str:
    return _with(telling, "délai de réponse suspendu", data.reason)


@_say.register
def _(data: c.DeadlineResumed, telling: Telling) -> str:
    return _with(telling, "reprise du délai de réponse", data.reason)


@_say.register
def _(data: c.RetentionSuspended, telling: Telling) -> str:
    return _with(telling, "contentieux, rien ne sera effacé", data.reason)


@_say.register
def _(data: c.RetentionResumed, telling: Telling) -> str:
    return _with(telling, "fin du contentieux", data.reason)


@_say.register
def _(data: c.Withdrawn, telling: Telling) -> str:
    return _with(telling, "retrait de la réclamation", data.words)


def _with(telling: Telling, what: str, why: object) -> str:
    return what if why is None else f"{what} : {telling.read(why)}"


def value(fact: object) -> str:
    """The value of a fact, for a reader."""
    if isinstance(fact, LabelledEnum):
        return fact.label("fr")
    if isinstance(fact, bool):
        return "oui" if fact else "non"
    if isinstance(fact, datetime):
        return f"{fact:%d/%m/%Y %H:%M}"
    if isinstance(fact, Missing):
        return "inconnu"
    return str(fact).replace(".", ",") if isinstance(fact, Decimal | float) else str(fact)


@cache
def _titles() -> Mapping[str, str]:
    """Return the label of each fact."""
    return {"received_at": "réception", **{name: fact.label.fr for name, fact in FACTS.items()}}


def _changes(telling: Telling) -> str:
    """The facts that an event changed, by name."""
    before, after = _facts(telling, telling.event.number - 1), _facts(telling, telling.event.number)
    names = (field.name for field in attrs.fields(type(after)))
    changed = [name for name in names if getattr(after, name) != getattr(before, name)]
    return ", ".join(f"{_titles()[name]} = {value(getattr(after, name))}" for name in changed)


def _facts(telling: Telling, number: int) -> Any:
    """The facts as they were known after an event."""
    told = (getattr(event.data, "facts", None) for event in telling.case.events[:number])
    return [facts for facts in told if facts is not None][-1]


def facts_in_words(facts: Any) -> str:
    """The facts that are known, by name; the receipt apart, which is a date of the case."""
    names = (field.name for field in attrs.fields(type(facts)) if field.name != "received_at")
    known = ((name, getattr(facts, name)) for name in names)
    return " ; ".join(f"{_titles()[name]} : {value(fact)}" for name, fact in known if not isinstance(fact, Missing))
