"""Text blocks of answers (textes types): read from a file, chosen by theme and decision, filled from a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Final

import attrs

from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import AnswerDecision, Case
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.events import Acknowledged, ContainmentTaken, InformationRequested, ReferredToMediation
from reclamation_core.cases.events.base import CaseEvent
from reclamation_core.cases.plain import plain
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    each,
    each_coded,
    each_once,
    label,
    member_of,
    not_blank,
    refuse_value,
    require_short,
)
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording

MOST_BLOCKS: Final = 200
"""The most blocks of a file."""
LONGEST_BLOCK: Final = 4_000
"""The most characters of the text of a block."""


def _last_day(event_class: type[CaseEvent]) -> Callable[[Case, Sites, Lang], str | None]:
    """Return a function that returns the day of the last event of a type, as corrected last; None without one."""

    def day(case: Case, _: Sites, lang: Lang) -> str | None:
        found = [event.occurred_at for event in case.history if isinstance(event.data, event_class)]
        return in_words(case.day_of(found[-1]), lang) if found else None

    return day


def _note(case: Case, _: Sites, lang: Lang) -> str | None:
    note = case.facts.satisfaction if isinstance(case.facts, ComplaintFacts) else UNKNOWN
    return None if note is UNKNOWN or note is ABSENT else FACTS["satisfaction"].domain.label(note, lang)


@attrs.frozen
class _Placeholder(SharedRepr):
    """What a placeholder stands for, and how a case proves it.

    Args:
        wording: what it stands for.
        read: returns its words; None if the case does not prove it.
    """

    wording: Wording
    read: Callable[[Case, Sites, Lang], str | None]


PLACEHOLDERS: Final[Mapping[str, _Placeholder]] = {
    "reference": _Placeholder(
        Wording("la référence du dossier", "the reference of the case"), lambda case, *_: case.reference
    ),
    "received": _Placeholder(
        Wording("le jour de réception", "the day of receipt"), lambda case, _, lang: in_words(case.received_on, lang)
    ),
    "acknowledged": _Placeholder(
        Wording("le jour de l'accusé de réception", "the day of the acknowledgement"), _last_day(Acknowledged)
    ),
    "requested": _Placeholder(
        Wording("le jour de la dernière demande de précisions", "the day of the last request for information"),
        _last_day(InformationRequested),
    ),
    "contained": _Placeholder(
        Wording("le jour de la dernière mesure conservatoire", "the day of the last containment measure"),
        _last_day(ContainmentTaken),
    ),
    "mediation": _Placeholder(
        Wording("le jour de la saisine du médiateur", "the day of the referral to the mediator"),
        _last_day(ReferredToMediation),
    ),
    "site": _Placeholder(
        Wording("le nom du centre qui traite le dossier", "the name of the site that handles the case"),
        lambda case, sites, _: sites.name_of(case.handling_unit),
    ),
    "note": _Placeholder(Wording("la note de l'enquête", "the score of the survey"), _note),
}
"""The placeholders of text blocks, by name: each is a fact that the events of a case prove."""

_KNOWN: Final = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_BRACES: Final = Wording(
    f"des accolades autour d'un de ces mots, et d'eux seuls : {_KNOWN} ; une accolade seule s'écrit {{{{ ou }}}}",
    f"braces around one of these words alone: {_KNOWN}; a brace itself is written {{{{ or }}}}",
)
_A_LANG: Final = Wording("fr ou en", "fr or en")
_A_BLOCK: Final = Wording(
    "une section [[blocks]] par texte type, avec name, title et text",
    "a section [[blocks]] for each text block, with name, title and text",
)
_TOO_MANY: Final = Wording(f"{MOST_BLOCKS} textes types au plus", f"at most {MOST_BLOCKS} text blocks")
_TAKEN: Final = Wording("un nom qu'aucun autre texte type n'a", "a name that no other text block has")


def _sound_text(_: object, __: attrs.Attribute[str], text: str) -> None:
    """Refuse a text that is too long, and a placeholder that no case proves."""
    require_short(LONGEST_BLOCK, text=text)
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        refuse_value("text", REDACTED, _BRACES)
    for _literal, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            refuse_value("text", f"{{{name}}}", _BRACES)


def _decisions(values: object) -> Any:
    return each_coded(AnswerDecision, each_once(values))


def _a_lang(_: object, __: attrs.Attribute[str], value: object) -> None:
    if value not in LANGUAGES:
        refuse_value("lang", value, _A_LANG)


@attrs.frozen(kw_only=True)
class TextBlock(SharedRepr):
    """A text that an agent inserts into an answer (texte type), written once for many cases.

    Its placeholders are facts that the case proves, and nothing else: `{reference}`, `{received}`, `{acknowledged}`,
    `{requested}`, `{contained}`, `{mediation}`, `{site}`, `{note}`. A block is left out, with the reason, where the
    case does not prove one of them.

    Args:
        name: its identifier.
        title: what an agent chooses it by.
        text: its words, addressed to the complainant, with placeholders in braces.
        themes: the codes of the themes of the complaints that it answers; of all if there are none.
        decisions: the decisions that it goes with, or their codes; with all if there are none.
        lang: the language of its text.

    Raises:
        FaultsError: a value is refused, an unknown placeholder among them.
        TypeError: a value is of another type.
    """

    name: str = attrs.field(validator=label)
    title: str = attrs.field(validator=label)
    text: str = attrs.field(validator=(not_blank, _sound_text))
    themes: tuple[str, ...] = attrs.field(default=(), converter=each_once, validator=each(label))
    decisions: tuple[AnswerDecision, ...] = attrs.field(
        default=(), converter=_decisions, validator=each(member_of(AnswerDecision))
    )
    lang: Lang = attrs.field(default="fr", validator=_a_lang)

    @classmethod
    def from_toml(cls, path: str | Path, taxonomy: Taxonomy | None = None) -> tuple[TextBlock, ...]:
        """Read the blocks of a TOML file: a section `[[blocks]]` each, whose keys are the arguments.

        Args:
            path: the file.
            taxonomy: the taxonomy with the themes that there are; another one is a fault. None to accept any code.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file, each with its path and line; unknown keys are faults.
        """
        with lines_of_faults(path):
            themes = None if taxonomy is None else frozenset(one.code for one in taxonomy.themes)
            return tuple(_blocks_of(read_toml(path), themes))

    def is_for(self, theme: str | None, decision: AnswerDecision | None, lang: Lang) -> bool:
        """Return True for a block of a theme and a decision in a language; None for a decision that is still open."""
        of_theme = not self.themes or theme in self.themes
        return self.lang == lang and of_theme and (decision is None or not self.decisions or decision in self.decisions)

    def filled(self, case: Case, sites: Sites | None = None) -> FilledBlock:
        """Return the block with what a case proves in place of its placeholders.

        Args:
            case: the case.
            sites: the sites, for their names.
        """
        names = list(dict.fromkeys(name for _, name, *_ in Formatter().parse(self.text) if name is not None))
        found = {name: PLACEHOLDERS[name].read(case, sites or Sites(), self.lang) for name in names}
        missing = tuple(PLACEHOLDERS[name].wording for name, words in found.items() if words is None)
        return FilledBlock(block=self, text=None if missing else self.text.strip().format(**found), missing=missing)


@attrs.frozen(kw_only=True)
class FilledBlock(SharedRepr):
    """A text block for a case: its text as it is inserted, or what the case does not prove.

    Attributes:
        block: the block.
        text: its text for the case; None if the case does not prove a placeholder of it.
        missing: what the case does not prove.
    """

    block: TextBlock
    text: str | None
    missing: tuple[Wording, ...]

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the block as plain data; `document_schema("view.text_block")` describes it."""
        block = self.block
        return plain(
            TextBlockView(
                name=block.name,
                title=block.title,
                themes=block.themes,
                decisions=block.decisions,
                lang=block.lang,
                text=self.text,
                missing=tuple(one.in_(lang) for one in self.missing),
            )
        )


@attrs.frozen(kw_only=True)
class TextBlockView(SharedRepr):
    """A text block for a case as plain data: its text, or null and what the case does not prove."""

    name: str
    title: str
    themes: tuple[str, ...]
    decisions: tuple[AnswerDecision, ...]
    lang: str
    text: str | None
    missing: tuple[str, ...]


_KEYS: Final = tuple(field.name for field in attrs.fields(TextBlock))
_REQUIRED: Final = tuple(field.name for field in attrs.fields(TextBlock) if field.default is attrs.NOTHING)
_ONE_KEY: Final = Wording(
    f"l'une des clés {', '.join(_KEYS)} est attendue", f"one of the keys {', '.join(_KEYS)} is expected"
)


def _blocks_of(document: Mapping[str, Any], themes: frozenset[str] | None) -> list[TextBlock]:
    """Return the blocks of a document.

    Raises:
        FaultsError: with every fault of the document.
    """
    sections = document.get("blocks", [])
    faults = [Fault(key, REDACTED, _A_BLOCK) for key in document if key != "blocks"]
    if not isinstance(sections, list) or not all(isinstance(one, dict) for one in sections):
        raise FaultsError([*faults, Fault("blocks", REDACTED, _A_BLOCK)])
    if len(sections) > MOST_BLOCKS:
        raise FaultsError([*faults, Fault("blocks", len(sections), _TOO_MANY)])
    found: dict[str, TextBlock] = {}
    for place, section in enumerate(sections):
        try:
            block = _block_of(section, themes)
            if block.name in found:
                refuse_value("name", block.name, _TAKEN)
            found[block.name] = block
        except FaultsError as error:
            faults += (attrs.evolve(fault, path=f"blocks[{place}].{fault.path}") for fault in error.faults)
    if faults:
        raise FaultsError(faults)
    return list(found.values())


def _block_of(section: Mapping[str, Any], themes: frozenset[str] | None) -> TextBlock:
    faults = list(_faults_of(section, themes))
    if faults:
        raise FaultsError(faults)
    return TextBlock(**section)


_A_TEXT: Final = Wording("un texte", "a text")
_TEXTS: Final = Wording('une liste de codes, comme ["training"]', 'a list of codes, such as ["training"]')


def _faults_of(section: Mapping[str, Any], themes: frozenset[str] | None) -> Iterator[Fault]:
    """Yield the faults of the keys of a section, and of the types of their values."""
    yield from (Fault(key, REDACTED, _ONE_KEY) for key in section if key not in _KEYS)
    yield from (Fault(key, None, _A_TEXT) for key in _REQUIRED if key not in section)
    for key, value in section.items():
        is_several = key in {"themes", "decisions"}
        if is_several and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            yield Fault(key, REDACTED, _TEXTS)
        elif key in _KEYS and not is_several and not isinstance(value, str):
            yield Fault(key, value, _A_TEXT)
        elif key == "themes" and themes is not None and (unknown := [one for one in value if one not in themes]):
            listed = ", ".join(sorted(themes))
            expected = Wording(f"des thèmes parmi {listed}", f"themes among {listed}")
            yield Fault(f"themes[{value.index(unknown[0])}]", unknown[0], expected)


def blocks_for(
    blocks: Iterable[TextBlock],
    case: Case,
    *,
    sites: Sites | None = None,
    decision: AnswerDecision | None = None,
    lang: Lang = "fr",
) -> tuple[FilledBlock, ...]:
    """Return the blocks of the theme of a case and of a decision, filled, in their order.

    Args:
        blocks: the blocks.
        case: the case.
        sites: the sites, for their names.
        decision: the decision; None to return those of every decision.
        lang: the language of the answer.
    """
    theme = case.facts.get("theme", UNKNOWN)
    code = None if theme is UNKNOWN or theme is ABSENT else str(theme)
    return tuple(one.filled(case, sites) for one in blocks if one.is_for(code, decision, lang))
