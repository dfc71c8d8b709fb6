"""A property of the domain as a value: it has a name, a source, a wording and a check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.policy import Policy
from reclamation_core.testing._arguments import expect, expect_desks
from reclamation_core.wording import Lang, Wording, citation

S = TypeVar("S")
Drawn: TypeAlias = Mapping[str, st.SearchStrategy[Any]]
"""The strategies of a property's arguments, by name."""


@attrs.frozen
class Counterexample:
    """A case in which a property does not hold.

    Args:
        expected: the value that the property requires.
        found: the actual value.
        witness: further values that show the failure, by name.
    """

    expected: object
    found: object
    witness: Mapping[str, object] = attrs.field(factory=dict)


def check_that(holds: bool, expected: object, found: object, **witness: object) -> Counterexample | None:
    """Return None if a property holds, else a counterexample."""
    return None if holds else Counterexample(expected, found, witness)


@attrs.define(eq=False)
class PropertyFailedError(AssertionError):
    """A property does not hold.

    Args:
        failed_property: the property.
        witness: the smallest failing case found, by name.
        expected: the value that the property requires there.
        found: the actual value.
    """

    failed_property: Property[Any]
    witness: Mapping[str, object]
    expected: object
    found: object

    @property
    def clause(self) -> str | None:
        """The clause of the procedure that the property comes from; None for an interpretation alone."""
        return self.failed_property.clause

    def in_(self, lang: Lang) -> str:
        """Return the property with its source, the expected and the actual value, and the witness."""
        about = self.failed_property
        shown = ", ".join(f"{name} = {value!r}" for name, value in self.witness.items())
        if lang == "fr":
            witness = f" ; témoin : {shown}" if shown else ""
            head = f"propriété « {about.id} » ({about.source(lang)}) : {about.wording.fr}"
            return f"{head} ; attendu : {self.expected} ; constaté : {self.found}{witness}"
        head = f"property '{about.id}' ({about.source(lang)}): {about.wording.in_(lang)}"
        return f"{head}; expected: {self.expected}; found: {self.found}{f'; witness: {shown}' if shown else ''}"

    def __str__(self) -> str:
        return f"{self.in_('fr')}\n{self.in_('en')}"


@attrs.define(eq=False)
class PropertiesFailedError(AssertionError):
    """Properties do not hold.

    Args:
        errors: one error for each property, with its witness, in the order of the properties; never empty.
    """

    errors: tuple[PropertyFailedError, ...] = attrs.field(converter=tuple[PropertyFailedError, ...])

    def in_(self, lang: Lang) -> str:
        """Return the errors, one a line."""
        return "\n".join(error.in_(lang) for error in self.errors)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.errors))


def _check_class(cls: type[Any], name: str, subject: object) -> None:
    expect(name, subject, cls)


_SUBJECT_CHECKS: Final[Mapping[str, Callable[[str, object], None]]] = {
    "policy": partial(_check_class, Policy),
    "calendar": partial(_check_class, BusinessCalendar),
    "make_desk": expect_desks,
}
"""The type check of a property's subject, by the name of the first parameter."""


def _nothing_drawn(_: object) -> Drawn:
    return {}


@st.composite
def _draw_in_order(draw: st.DrawFn, subject: S, drawn: Drawn) -> tuple[S, dict[str, Any]]:
    """Draw a property's arguments in order: a strategy may share a value with an earlier one."""
    return subject, {name: draw(values) for name, values in drawn.items()}


@attrs.frozen
class Property(Generic[S]):
    """A property that holds for a policy, a calendar or a desk.

    Args:
        id: the name.
        clause: the clause of the procedure that the property comes from; None for an interpretation alone.
        wording: the property as a sentence without its full stop.
        find_counterexample: takes the subject and the drawn arguments; returns a counterexample, or None.
        interpretation: the number of the interpretation, or None.
        drawn: returns the strategies of the arguments for a subject.
    """

    id: str
    clause: str | None
    wording: Wording
    find_counterexample: Callable[..., Counterexample | None] = attrs.field(repr=False)
    interpretation: str | None = None
    drawn: Callable[[S], Drawn] = attrs.field(default=_nothing_drawn, repr=False)

    def source(self, lang: Lang) -> str:
        """Return the point of the procedure and the interpretation, for a reader; empty where there is none."""
        return citation(self.clause, self.interpretation, lang)

    @property
    def subject(self) -> str:
        """The name of the subject: the first parameter of `find_counterexample`."""
        return next(iter(inspect.signature(self.find_counterexample).parameters))

    def check(self, subject: S) -> None:
        """Check the property on a subject, with as many examples as Hypothesis' settings define.

        Raises:
            PropertyFailedError: the property does not hold; the error has the smallest witness found.
            TypeError, ValueError: the subject is unsuitable.
        """
        _SUBJECT_CHECKS[self.subject](self.subject, subject)
        self._run(_draw_in_order(subject, self.drawn(subject)))

    def check_every(self, subjects: st.SearchStrategy[S]) -> None:
        """Check the property on subjects that are drawn too.

        Raises:
            PropertyFailedError: the property does not hold for a subject, which is in the witness.
            TypeError: `subjects` is not a strategy.
        """
        expect("subjects", subjects, st.SearchStrategy, remedy="give st.just(one) for one alone")
        pairs = subjects.flatmap(lambda subject: _draw_in_order(subject, self.drawn(subject)))
        self._run(pairs, with_subject=True)

    def _run(self, pairs: st.SearchStrategy[tuple[S, dict[str, Any]]], *, with_subject: bool = False) -> None:
        @settings(
            database=None,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(pairs)
        def property_holds(pair: tuple[S, dict[str, Any]]) -> None:
            subject, arguments = pair
            found = self.find_counterexample(subject, **arguments)
            if found is not None:
                head = {"subject": subject} if with_subject else {}
                raise PropertyFailedError(self, {**head, **arguments, **found.witness}, found.expected, found.found)

        property_holds()

    def __str__(self) -> str:
        return self.id

    def __reduce__(self) -> tuple[Callable[[str], Property[Any]], tuple[str]]:
        return property_named, (self.id,)


_PROPERTIES: Final[dict[str, Property[Any]]] = {}


def property_named(name: str) -> Property[Any]:
    """Return the property with a name.

    Raises:
        LookupError: no property has that name.
    """
    import reclamation_core.testing.properties  # noqa: F401  each module registers its properties

    if name not in _PROPERTIES:
        raise LookupError(f"property {name!r} is unknown; the properties are {', '.join(sorted(_PROPERTIES))}")
    return _PROPERTIES[name]


def properties_of(subject: str) -> tuple[Property[Any], ...]:
    """Return the properties of a kind of subject, by the name of their first parameter, in the order of definition."""
    return tuple(each for each in _PROPERTIES.values() if each.subject == subject)


def define_property(
    name: str,
    clause: str | None,
    fr: str,
    en: str,
    *,
    interpretation: str | None = None,
    drawn: Callable[[Any], Drawn] = _nothing_drawn,
) -> Callable[[Callable[..., Counterexample | None]], Property[Any]]:
    """Make and register a property from the function that finds its counterexamples."""

    def make(find_counterexample: Callable[..., Counterexample | None]) -> Property[Any]:
        _PROPERTIES[name] = Property(name, clause, Wording(fr, en), find_counterexample, interpretation, drawn)
        return _PROPERTIES[name]

    return make


def check_all(properties: Iterable[Property[S]], subject: S, exempt: Collection[str] = ()) -> None:
    """Check the properties on a subject, exempted ones apart, and report all failures together.

    Raises:
        PropertiesFailedError: properties do not hold.
        ValueError: an exemption is not the name of one of the properties.
        TypeError: `exempt` is a text.
    """
    named = {each.id: each for each in properties}
    if isinstance(exempt, str):
        raise TypeError(f"exempt: a collection of ids is expected, got the text {exempt!r}; write {{{exempt!r}}}")
    if unknown := sorted(set(exempt) - named.keys()):
        raise ValueError(
            f"exempt: {', '.join(map(repr, unknown))} names no property of this kind; "
            f"the properties are {', '.join(sorted(named))}"
        )
    errors = []
    for name, each in named.items():
        if name not in exempt:
            try:
                each.check(subject)
            except PropertyFailedError as error:
                errors.append(error)
    if errors:
        raise PropertiesFailedError(errors)
