"""Sentences about the events of a case, in French or English, and the values of facts for readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.causes.rendering import one_line
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.texts import ERASED, Commitment, Vault
from reclamation_core.codes import LabelledEnum
from reclamation_core.missing import UNKNOWN, Missing
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import ComplaintFacts, Fact, MalfunctionFacts, Sites
from reclamation_core.vocabulary.facts import is_own_key, label_of, values_of
from reclamation_core.vocabulary.own_facts import OWN, OwnText
from reclamation_core.wording import Lang, day_text, verbatim


@attrs.frozen
class Narrator(SharedRepr):
    """Writes the sentence of one event; `describe` of an event class calls it.

    Args:
        lang: the language of the sentence.
        vault: the texts of the case.
        day_of: the day of an instant at the first handling site.
        facts: the facts of the case before the event; None where its sentence does not compare them.
        sites: the sites, for their names; without them their codes are shown.
        number: the number of the event; None without a case.
        containments: the containment measures of the case.
        own: the facts that editions declare themselves, by name; without them their names and codes are shown.
        taxonomy: the themes and the families of causes of the organisation, for their names.
        is_malfunction: True for the case of a malfunction.
    """

    lang: Lang
    vault: Vault
    day_of: Callable[[datetime], date]
    facts: Any = None
    sites: Sites | None = None
    number: int | None = None
    containments: Sequence[Any] = ()
    own: Mapping[str, Fact] = MappingProxyType({})
    taxonomy: Taxonomy = TRAINING_BODY
    is_malfunction: bool = False

    def measure(self, event: int | None) -> str:
        """Return the number of the containment measure of an event, after a space; nothing if a case has one only."""
        numbers = {taken.event: taken.number for taken in self.containments}
        return self(f" n° {numbers[event]}", f" {numbers[event]}") if len(numbers) > 1 and event in numbers else ""

    def site(self, code: str) -> str:
        """Return the name of a site, or its code where the name is not known."""
        return code if self.sites is None else self.sites.name_of(code)

    def __call__(self, fr: str, en: str) -> str:
        """Return the words in the language of the sentence."""
        return fr if self.lang == "fr" else en

    def text(self, text: object) -> str:
        """Return a text of the event on one line, as it was typed; of an erased text, the words that replace it."""
        words = self.vault.read(text) if isinstance(text, Commitment) else None
        return ERASED.in_(self.lang) if words is None else verbatim(one_line(words))

    def quoted(self, text: object) -> str:
        """Return a text of the event between quotation marks."""
        words = self.text(text)
        return self(f"« {words} »", f"“{words}”")

    def value(self, fact: object) -> str:
        """Return the value of a field for a reader."""
        return value(fact, self.lang)

    def plan(self, scope: PlanScope) -> str:
        """Return what a reader calls a plan; a site by its name."""
        return scope.label(self.lang, self.sites)

    def line(self, line: LineReference) -> str:
        """Return what a reader calls an action of a plan."""
        return line.label(self.lang, self.sites)

    def date(self, day: date) -> str:
        """Return a day; see `day_text`."""
        return day_text(day, self.lang)

    def day(self, instant: datetime) -> str:
        """Return the day of an instant at the first handling site."""
        return self.date(self.day_of(instant))

    def families(self, codes: Sequence[str]) -> str:
        """Return the names of families of causes."""
        return ", ".join(self.taxonomy.named(code).in_(self.lang) for code in codes)

    def listed(self, parts: Sequence[str]) -> str:
        """Return parts of a sentence, separated by semicolons."""
        return self(" ; ", "; ").join(parts)

    def with_reason(self, fr: str, en: str, reason: object) -> str:
        """Return a sentence, followed by a text of the event if it has one."""
        if reason is None:
            return self(fr, en)
        words = self.text(reason)
        return self(f"{fr} : {words}", f"{en}: {words}")

    def changes(self, facts: ComplaintFacts | MalfunctionFacts) -> str:
        """Return the facts that the event changed, by name; `facts` are those after it."""
        before = {} if self.facts is None else values_of(self.facts)
        values = dict.fromkeys(before, UNKNOWN) | values_of(facts)
        changed = {name: value for name, value in values.items() if value != before.get(name, UNKNOWN)}
        return ", ".join(f"{self.title(name)} ({self.fact_of(name, value, facts)})" for name, value in changed.items())

    def known(self, facts: ComplaintFacts | MalfunctionFacts) -> str:
        """Return the known facts by name; the receipt apart, which is a date of the case, and texts."""
        return self._named({name: fact for name, fact in values_of(facts).items() if name != "received_at"})

    def unused(self, facts: ComplaintFacts | MalfunctionFacts) -> str:
        """Return the own values that the edition of the case does not declare, by name; texts apart."""
        return self._named({f"{OWN}.{name}": value for name, value in facts.own.unused.items()})

    def _named(self, values: Mapping[str, object]) -> str:
        colon = self(" : ", ": ")
        return self.listed(
            [
                f"{self.title(name)}{colon}{self.fact(name, fact)}"
                for name, fact in values.items()
                if not isinstance(fact, Missing | OwnText)
            ]
        )

    def title(self, name: str) -> str:
        """Return the label of a fact; of an edition's own, which is not declared here, its name."""
        received = self("constat", "finding") if self.is_malfunction else self("réception", "receipt")
        return received if name == "received_at" else label_of(name, self.own).in_(self.lang)

    def fact_of(self, name: str, fact: object, facts: ComplaintFacts | MalfunctionFacts) -> str:
        """Return the value of a fact of a case; unused if it is an own value that the edition does not declare."""
        return self("inutilisée", "unused") if is_unused(name, facts) else self.fact(name, fact)

    def fact(self, name: str, fact: object) -> str:
        """Return the value of a fact, by its name, for a reader; a text that may be erased as `text` returns it."""
        declared = self.own.get(name.removeprefix(f"{OWN}.")) if is_own_key(name) else None
        if isinstance(fact, OwnText):
            words = None if fact.digest is None else self.vault.read(Commitment(fact.digest))
            return own_text(declared, words, self.lang)
        if is_own_key(name):
            return own_value(declared, fact, self.lang)
        if name == "theme" and isinstance(fact, str):
            return self.taxonomy.named_theme(fact).in_(self.lang)
        return value(fact, self.lang)


def is_unused(name: str, facts: ComplaintFacts | MalfunctionFacts) -> bool:
    """Return True if a case has a value of this fact that its edition does not declare."""
    return is_own_key(name) and name.removeprefix(f"{OWN}.") in facts.own.unused


def own_value(declared: Fact | None, fact: object, lang: Lang = "fr") -> str:
    """Return the value of an edition's own fact for a reader; as it is stored if it is not of the declared domain.

    Args:
        declared: the declaration of the fact; None if no edition at hand declares it.
        fact: the value.
        lang: the language.
    """
    try:
        read = None if declared is None or isinstance(fact, Missing) else declared.domain.check(fact)
    except ValueError:
        read = None
    return value(fact, lang) if declared is None or read is None else declared.domain.label(read, lang)


def own_text(declared: Fact | None, text: str | None, lang: Lang = "fr") -> str:
    """Return an own value that may be erased for a reader, on one line; of a personal fact as its domain writes it.

    Args:
        declared: the declaration of the fact; None if no edition at hand declares it.
        text: the text; None once it is erased.
        lang: the language.
    """
    if text is None:
        return ERASED.in_(lang)
    try:
        read = text if declared is None else declared.domain.decode(text)
    except ValueError:
        read = text
    return verbatim(one_line(text if declared is None or read is text else declared.domain.label(read, lang)))


def value(fact: object, lang: Lang = "fr") -> str:
    """Return the value of a fact for a reader.

    >>> [value(fact, lang) for fact in (True, False, Decimal("2.5")) for lang in ("fr", "en")]
    ['oui', 'yes', 'non', 'no', '2,5', '2.5']
    """
    fr = lang == "fr"
    if isinstance(fact, LabelledEnum):
        return fact.label(lang)
    if isinstance(fact, bool):
        return ("oui" if fact else "non") if fr else ("yes" if fact else "no")
    if isinstance(fact, datetime):
        return f"{day_text(fact, lang)} {fact:%H:%M}"
    if isinstance(fact, Missing):
        return "inconnu" if fr else "unknown"
    return str(fact).replace(".", ",") if fr and isinstance(fact, Decimal | float) else str(fact)
