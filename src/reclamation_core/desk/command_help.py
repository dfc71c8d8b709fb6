"""The help of a command, from the rule catalogue: the clauses and interpretations that its guards cite, an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from reclamation_core.cases.aggregate import Guard
from reclamation_core.cases.codes import CaseKind
from reclamation_core.codes import LabelledEnum
from reclamation_core.policy.sources import (
    CLAUSES,
    INTERPRETATIONS,
    Clause,
    Interpretation,
    cited,
    interpretation_numbers,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording, citation, field_labels

_MOST: Final = 5
"""The most clauses, and the most interpretations, of a help."""


_OF_REGISTRATION: Final[Mapping[LabelledEnum, frozenset[str]]] = {
    CaseKind.COMPLAINT: frozenset({"Channel", "Nature"}),
    CaseKind.MALFUNCTION: frozenset({"MalfunctionFacts", "Policy.assess_malfunction"}),
}
"""The objects of the clauses, and the carriers of the interpretations, on what a case of each kind is."""


@attrs.frozen(kw_only=True)
class CommandHelp(SharedRepr):
    """What helps to give a command (aide).

    Attributes:
        clauses: the clauses of M2-1 that the guards of the command cite, those cited most first.
        interpretations: the interpretations of its text that they follow, likewise.
        example: the texts of an example, which are French, and its codes, each with the label of its field.
    """

    clauses: tuple[Clause, ...]
    interpretations: tuple[Interpretation, ...]
    example: tuple[tuple[Wording, str | Wording], ...]

    def view(self, lang: Lang) -> CommandHelpView:
        """Return the help in one language; the words of the procedure and of an example stay French."""
        return CommandHelpView(
            clauses=tuple(SourceView.of(citation(one.id, None, lang), one.text, lang) for one in self.clauses),
            interpretations=tuple(
                SourceView.of(citation(None, one.number, lang), one.wording, lang) for one in self.interpretations
            ),
            example=tuple(SourceView.of(label.in_(lang), text, lang) for label, text in self.example),
        )


@attrs.frozen
class SourceView(SharedRepr):
    """A text with what it is called.

    Attributes:
        title: what it is called.
        text: the text.
        lang: the language of the text, whatever that of its title.
    """

    title: str
    text: str
    lang: Lang = "fr"

    @classmethod
    def of(cls, title: str, text: str | Wording, lang: Lang) -> SourceView:
        """Return a text in a language; one without a translation is French."""
        return cls(title, text.in_(lang), lang) if isinstance(text, Wording) else cls(title, text)


@attrs.frozen(kw_only=True)
class CommandHelpView(SharedRepr):
    """The help of a command as plain data, in one language."""

    clauses: tuple[SourceView, ...]
    interpretations: tuple[SourceView, ...]
    example: tuple[SourceView, ...]


def command_help(command: LabelledEnum, guards: Iterable[Guard[Any, Any]], example: object) -> CommandHelp:
    """Return the help of a command.

    Args:
        command: the command; for a registration, which no guard refuses, the kind of the case.
        guards: the guards of all commands.
        example: an example of what a person enters: an event or the sheet of an action, its texts in clear.
    """
    named = _OF_REGISTRATION.get(command, frozenset())
    # A guard of one command says more about the command than a guard of many.
    own = sorted((one for one in guards if command in one.commands), key=lambda one: len(one.commands))
    names = [one.id for one in CLAUSES if named & {*one.objects}]
    names += dict.fromkeys(name for guard in own for name in cited(guard.clause))
    numbers = [one.number for one in INTERPRETATIONS if one.carrier in named]
    numbers += dict.fromkeys(number for guard in own for number in interpretation_numbers(guard.interpretation))
    clauses = {one.id: one for one in CLAUSES}
    known = {one.number: one for one in INTERPRETATIONS}
    return CommandHelp(
        clauses=tuple(clauses[name] for name in names[:_MOST]),
        interpretations=tuple(known[number] for number in numbers[:_MOST]),
        example=tuple(_example(example)),
    )


def _example(data: object) -> Iterable[tuple[Wording, str | Wording]]:
    """Yield what a person enters in an example: texts and codes by their labels, with the labels of their fields."""
    for name, label in field_labels(type(data)).items():
        value = getattr(data, name)
        if isinstance(value, LabelledEnum):
            yield label.label, value.wording
        elif isinstance(value, str):
            yield label.label, value
