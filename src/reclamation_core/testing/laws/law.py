"""A law: a property of the domain as a value, that can be looked at, named and checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.policy import Policy
from reclamation_core.testing._arguments import expect, expect_desks
from reclamation_core.wording import Lang, Wording

S = TypeVar("S")
Drawn: TypeAlias = Mapping[str, st.SearchStrategy[Any]]
"""What a law draws, by name: what it is tried on."""


@attrs.frozen
class Breach:
    """How a law is not kept.

    Args:
        expected: what it asks for.
        found: what there is.
        witness: what shows it, beside what was drawn.
    """

    expected: object
    found: object
    witness: Mapping[str, object] = attrs.field(factory=dict)


def unless(kept: bool, expected: object, found: object, **witness: object) -> Breach | None:
    """No breach where something is kept."""
    return None if kept else Breach(expected, found, witness)


@attrs.define(eq=False)
class LawBrokenError(AssertionError):
    """A law is not kept.

    Args:
        law: the law.
        witness: the smallest case found that shows it, by name.
        expected: what the law asks for there.
        found: what there is.
    """

    law: Law[Any]
    witness: Mapping[str, object]
    expected: object
    found: object

    @property
    def clause(self) -> str | None:
        """The clause of the procedure that the law comes from; None where it is a reading alone."""
        return self.law.clause

    def in_(self, lang: Lang) -> str:
        """What is not kept, where it is written, and on what it shows."""
        shown = ", ".join(f"{name} = {value!r}" for name, value in self.witness.items())
        if lang == "fr":
            told = f"loi « {self.law.id} » ({self.law.source(lang)}) : {self.law.wording.fr} ; "
            witness = f" ; témoin : {shown}" if shown else ""
            return f"{told}attendu : {self.expected} ; constaté : {self.found}{witness}"
        told = f"law '{self.law.id}' ({self.law.source(lang)}): {self.law.wording.in_(lang)}; "
        return f"{told}expected: {self.expected}; found: {self.found}{f'; witness: {shown}' if shown else ''}"

    def __str__(self) -> str:
        return f"{self.in_('fr')}\n{self.in_('en')}"


def _as_tuple(broken: Iterable[LawBrokenError]) -> tuple[LawBrokenError, ...]:
    return tuple(broken)


@attrs.define(eq=False)
class LawsBrokenError(AssertionError):
    """Laws are not kept.

    Args:
        broken: each of them, with its witness, in the order of the laws; never empty.
    """

    broken: tuple[LawBrokenError, ...] = attrs.field(converter=_as_tuple)

    def in_(self, lang: Lang) -> str:
        """All of them, one a line."""
        return "\n".join(error.in_(lang) for error in self.broken)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.broken))


def _of_class(cls: type[Any]) -> Callable[[str, object], None]:
    return lambda name, subject: expect(name, subject, cls)


_DOORS: Final[Mapping[str, Callable[[str, object], None]]] = {
    "policy": _of_class(Policy),
    "calendar": _of_class(BusinessCalendar),
    "make_desk": expect_desks,
}
"""What refuses that which is no subject of a law, by what its check calls its subject."""


def _everywhere(_: object) -> Drawn:
    return {}


@st.composite
def _in_order(draw: st.DrawFn, subject: S, drawn: Drawn) -> tuple[S, dict[str, Any]]:
    """A subject, and what a law is tried on: in order, for what is drawn may depend on what was drawn before."""
    return subject, {name: draw(values) for name, values in drawn.items()}


@attrs.frozen
class Law(Generic[S]):
    """A property that a policy, a calendar or a desk keeps.

    Args:
        id: its name.
        clause: the clause of the procedure that it comes from; None where it is a reading alone.
        wording: what it says, as a sentence without its full stop.
        breach: how a subject breaks it in what was drawn, given by name; None where it keeps it.
        reading: the number of the reading, where it is one.
        drawn: for a subject, what the law is tried on; nothing where it looks at all there is.
    """

    id: str
    clause: str | None
    wording: Wording
    breach: Callable[..., Breach | None] = attrs.field(repr=False)
    reading: str | None = None
    drawn: Callable[[S], Drawn] = attrs.field(default=_everywhere, repr=False)

    def source(self, lang: Lang) -> str:
        """The clause and the reading, as they are cited: `M2-1 §5.0, lecture I2`."""
        reading = self.reading and f"{'lecture' if lang == 'fr' else 'reading'} {self.reading}"
        return ", ".join(filter(None, [self.clause, reading]))

    def check(self, subject: S) -> None:
        """Try the law on a subject, as often as Hypothesis' settings say.

        Raises:
            LawBrokenError: it is not kept; with the smallest witness found.
            TypeError, ValueError: it is no subject of this law; the message says what is.
        """
        about = next(iter(inspect.signature(self.breach).parameters))
        _DOORS[about](about, subject)
        self._try(_in_order(subject, self.drawn(subject)))

    def check_every(self, subjects: st.SearchStrategy[S]) -> None:
        """Try the law on subjects that are drawn too, each once or a few times.

        Raises:
            LawBrokenError: one of them does not keep it; the subject is among the witness.
            TypeError: no strategy is given.
        """
        expect("subjects", subjects, st.SearchStrategy, remedy="give st.just(one) for one alone")
        self._try(subjects.flatmap(lambda subject: _in_order(subject, self.drawn(subject))), tell_subject=True)

    def _try(self, pairs: st.SearchStrategy[tuple[S, dict[str, Any]]], *, tell_subject: bool = False) -> None:
        @settings(
            database=None,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(pairs)
        def kept(pair: tuple[S, dict[str, Any]]) -> None:
            subject, given_ = pair
            found = self.breach(subject, **given_)
            if found is not None:
                told = {"subject": subject} if tell_subject else {}
                raise LawBrokenError(self, {**told, **given_, **found.witness}, found.expected, found.found)

        kept()

    def __str__(self) -> str:
        return self.id

    def __reduce__(self) -> tuple[Callable[[str], Law[Any]], tuple[str]]:
        return law_named, (self.id,)


_LAWS: Final[dict[str, Law[Any]]] = {}


def law_named(name: str) -> Law[Any]:
    """The law of that name.

    Raises:
        LookupError: there is none.
    """
    import reclamation_core.testing.laws  # noqa: F401  every law is made with its module

    if name not in _LAWS:
        raise LookupError(f"law {name!r} is unknown; the laws are {', '.join(sorted(_LAWS))}")
    return _LAWS[name]


def law(
    name: str,
    clause: str | None,
    fr: str,
    en: str,
    *,
    reading: str | None = None,
    drawn: Callable[[Any], Drawn] = _everywhere,
) -> Callable[[Callable[..., Breach | None]], Law[Any]]:
    """Make a law of the function that tells how it is broken."""

    def made(breach: Callable[..., Breach | None]) -> Law[Any]:
        _LAWS[name] = Law(name, clause, Wording(fr, en), breach, reading, drawn)
        return _LAWS[name]

    return made


def check_all(laws: Iterable[Law[S]], subject: S, exempt: Collection[str] = ()) -> None:
    """Check every law on a subject but those exempt, and report all that are broken together.

    Raises:
        LawsBrokenError: some are not kept.
        ValueError: an exemption names none of the laws.
        TypeError: the exemptions are one text.
    """
    laws = tuple(laws)
    if isinstance(exempt, str):
        raise TypeError(f"exempt: a collection of ids is expected, got the text {exempt!r}; write {{{exempt!r}}}")
    unknown = sorted(set(exempt) - {each.id for each in laws})
    if unknown:
        raise ValueError(
            f"exempt: {', '.join(map(repr, unknown))} names no law of this kind; the laws are "
            f"{', '.join(sorted(each.id for each in laws))}"
        )
    broken = []
    for each in laws:
        if each.id in exempt:
            continue
        try:
            each.check(subject)
        except LawBrokenError as error:
            broken.append(error)
    if broken:
        raise LawsBrokenError(broken)
