"""Refusals of commands: the guards that are not met, with the values that they name, for each audience."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from string import Formatter
from typing import Any, Final

import attrs

from reclamation_core.calendars.local_times import needed_offset
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.references import LineReference
from reclamation_core.codes import Audience, LabelledEnum
from reclamation_core.errors import ErrorKind, ReclamationError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, Input, Row
from reclamation_core.tables.explanation import sentence
from reclamation_core.wording import Lang, Wording, day_text

_PART: Final = re.compile(r"\[([^\]]*)\]")
_MOST_LABELS: Final = 2
_MOST_REFERENCES: Final = 3
_PRECISIONS: Final = {"fr": ("", " à %-H h %M", " à %-H h %M min %S s"), "en": ("", " %H:%M", " %H:%M:%S")}
"""How precisely instants are written after their day: each time pattern says more than the one before."""


@attrs.frozen
class GuardDetails(SharedRepr):
    """One guard that refused a command, with the values that it refused.

    Args:
        id: the name of the guard.
        facts: by name, the dates, references, counts, codes and labels that the refusal is about.
        wording: the obstacle with these values, and the remedy.
        remedy: the command on the same case or action that does what the wording asks for; None if none does.
        missing: the names of the facts for want of which it refuses.
    """

    id: str
    facts: Mapping[str, Any]
    wording: Wording
    remedy: LabelledEnum | None = None
    missing: tuple[str, ...] = ()

    @property
    def remedy_code(self) -> str | None:
        """The code of the remedy; None if there is none."""
        return None if self.remedy is None else self.remedy.value

    @property
    def actions(self) -> tuple[LineReference, ...]:
        """The actions that the refusal is about."""
        values = (one for value in self.facts.values() for one in (value if isinstance(value, tuple) else (value,)))
        return tuple(one for one in values if isinstance(one, LineReference))

    def to_document(self, lang: Lang) -> dict[str, Any]:
        """Return the facts for JSON: instants as ISO 8601, codes, texts, numbers and lists of texts."""
        return {name: _plain_value(value, lang) for name, value in self.facts.items()}


@cache
def without_details(template: Wording) -> Wording:
    """Return the general sentences of a template."""
    return Wording(_PART.sub("", template.fr), _PART.sub("", template.en))


@cache
def names_of(text: str) -> tuple[str, ...]:
    """Return the names in braces of a template, each once."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def _in_zone(at: datetime, zone: tzinfo) -> datetime:
    """Return an instant in a zone; unchanged where it is none of the zone's years."""
    try:
        return at.astimezone(zone)
    except OverflowError:  # a user can type the last day of the year 9999
        return at


def with_details(text: str, facts: Mapping[str, Any], lang: Lang, zone: tzinfo) -> str:
    """Fill the parts of a text whose values are known; the others are left out."""
    instants = [_in_zone(value, zone) for value in facts.values() if isinstance(value, datetime)]
    # Two instants of one day are written with their hours, those of one minute with their seconds, and those of the
    # hour that occurs twice with their offsets.
    pattern = next(
        (
            pattern
            for pattern in _PRECISIONS[lang]
            if len(instants) < 2 or len({_written(at, pattern, lang) for at in instants}) == len(instants)
        ),
        _PRECISIONS[lang][-1],
    )

    def words(value: object) -> str:
        match value:
            case datetime():
                text = _written(_in_zone(value, zone), pattern, lang)
            case date():
                text = day_text(value, lang)
            case LabelledEnum():
                text = value.label(lang)
            case Wording():
                text = value.in_(lang)
            case LineReference():
                text = value.action
            case tuple():
                are_labels = any(isinstance(one, Wording) for one in value)
                most, separator = (_MOST_LABELS, " ; ") if are_labels else (_MOST_REFERENCES, ", ")
                left = len(value) - most
                more = (f" et {left} de plus" if lang == "fr" else f" and {left} more") if left > 0 else ""
                text = separator.join(map(words, value[:most])) + more
            case _:
                text = str(value)
        return text

    def part(found: re.Match[str]) -> str:
        names = names_of(found[1])
        known = all(name in facts for name in names)
        return found[1].format(**{name: words(facts[name]) for name in names}) if known else ""

    return _PART.sub(part, text)


def _written(at: datetime, pattern: str, lang: Lang) -> str:
    time = at.strftime(pattern.replace("%-H", str(at.hour)))
    return f"{day_text(at, lang)}{time}{needed_offset(at) if pattern else ''}"


def _plain_value(value: object, lang: Lang) -> object:
    match value:
        case date():  # an instant is a date too
            return value.isoformat()
        case LabelledEnum():
            return value.value
        case Wording():
            return value.in_(lang)
        case tuple():
            return [_plain_value(one, lang) for one in value]
        case int():
            return value
    return str(value)


class RefusalError(ReclamationError, ValueError):
    """Guards of a command are not met; the aggregate has not changed."""

    code = "refused"
    kind = ErrorKind.REFUSED

    command: Any
    permission: Decision[Permission]
    missing: tuple[Input, ...] = ()
    details: tuple[GuardDetails, ...] = ()

    @abstractmethod
    def subject(self, lang: Lang) -> str:
        """Return the name of the case or the plan."""

    @property
    def guards(self) -> tuple[Row, ...]:
        """The guards that are not met, as the rows that refused: id, clause, interpretation, wording."""
        return self.permission.deciding

    def __str__(self) -> str:
        return self.in_("en")

    def in_(self, lang: Lang, audience: Audience | str = Audience.AGENT) -> str:
        """Return the refusal in sentences: the reason and the remedy of each guard that is not met.

        Args:
            lang: the language of the text; the text for developers is in English.
            audience: who reads it. A complainant reads that the act is not possible, and the questions to answer; a
                developer reads the codes of the command and the guards.

        Raises:
            ValueError: there is no such language or audience.
        """
        match Audience.parse(audience):
            case Audience.COMPLAINANT:
                return self._to_complainant(lang)
            case Audience.DEVELOPER:
                return self._to_developer()
        label = self.command.label(lang)
        lines = "\n".join(
            [
                *(f"- {self._reason(row, lang)}" for row in self.guards),
                *(_question(fact, lang) for fact in self.missing),
            ]
        )
        if lang == "fr":
            subject = self.subject(lang)
            subject = f"{subject[0].lower()}{subject[1:]}" if subject.startswith("Dossier ") else subject
            return f"Opération refusée : {label} ({subject}).\n{lines}"
        return f"{self.subject(lang)}, {label!r} is refused:\n{lines}"

    def _to_complainant(self, lang: Lang) -> str:
        asked = [fact.plain_question.in_(lang) for fact in self.missing if fact.plain_question is not None]
        return "\n".join([_NOT_NOW.in_(lang), *asked])

    def _to_developer(self) -> str:
        cited = ((row, ", ".join(filter(None, [row.clause, row.interpretation]))) for row in self.guards)
        lines = (f"- {row.id} ({source or 'no clause'}): {self._text(row, 'en')}" for row, source in cited)
        asked = (f"  {fact.name}: {fact.question.en}" for fact in self.missing)
        return "\n".join([f"{self.subject('en')}: {self.command.value} is refused:", *lines, *asked])

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the refusal as problem details; the facts to complete are its faults."""
        facts = {details.id: details.to_document(lang) for details in self.details}
        remedies = {details.id: details.remedy_code for details in self.details}
        return super().to_document(lang) | {
            "faults": [{"path": fact.name, "detail": fact.question.in_(lang)} for fact in self.missing],
            "guards": [
                {
                    "id": row.id,
                    "clause": row.clause,
                    "interpretation": row.interpretation,
                    "detail": self._reason(row, lang),
                    "facts": facts.get(row.id, {}),
                    "remedy": remedies.get(row.id),
                }
                for row in self.guards
            ],
        }

    def _text(self, row: Row, lang: Lang) -> str:
        wording = next((details.wording for details in self.details if details.id == row.id), row.wording)
        return row.id if wording is None else wording.in_(lang)

    def _reason(self, row: Row, lang: Lang) -> str:
        source, text = row.source(lang), self._text(row, lang)
        return sentence(f"{text} ({source})" if source else text)


_NOT_NOW: Final = Wording(
    "Cette opération n'est pas possible sur votre dossier pour le moment.",
    "This is not possible for your case at the moment.",
)


def _question(fact: Input, lang: Lang) -> str:
    # `str(error)` is in English and read by programmers, who pass the fact by its name; people read French.
    return f"  {fact.question.fr}" if lang == "fr" else f"  {fact.name}: {fact.question.en}"
