"""A property of the domain as a value: it has a name, a source, a wording and a check."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs
from hypothesis import HealthCheck, core, given, seed, settings
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing._arguments import expect, expect_desks
from reclamation_core.testing._code import Imports, code_of
from reclamation_core.wording import Lang, Wording, citation

S = TypeVar("S")
Drawn: TypeAlias = Mapping[str, st.SearchStrategy[Any]]
"""The strategies of a property's arguments, by name."""


@attrs.frozen
class Counterexample(SharedRepr):
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


@attrs.define
class PropertyFailedError(SharedRepr, AssertionError):
    """A property does not hold.

    Args:
        failed_property: the property.
        witness: the smallest failing case found, by name.
        expected: the value that the property requires there.
        found: the actual value.
        code: Python code that checks the property on the witness again, and on the same examples.
    """

    failed_property: Property[Any]
    witness: Mapping[str, object]
    expected: object
    found: object
    code: str = ""

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
        code = f"\n\n{self.code}" if self.code else ""
        return f"{self.in_('fr')}\n{self.in_('en')}{code}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), attrs.astuple(self, recurse=False)


@attrs.define
class PropertiesFailedError(SharedRepr, AssertionError):
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


def _seed(examples_of: int | None) -> int | None:
    """Return the seed of the examples; None if they are the same each time (`derandomize`)."""
    if examples_of is not None or settings().derandomize:
        return examples_of
    forced: int | None = getattr(core, "global_force_seed", None)  # the option --hypothesis-seed
    return secrets.randbits(64) if forced is None else forced


@st.composite
def _draw_in_order(draw: st.DrawFn, subject: S, drawn: Drawn) -> tuple[S, dict[str, Any]]:
    """Draw a property's arguments in order: a strategy may share a value with an earlier one."""
    return subject, {name: draw(values) for name, values in drawn.items()}


@attrs.frozen
class Property(SharedRepr, Generic[S]):
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

    def check(self, subject: S, *, examples_of: int | None = None) -> None:
        """Check the property on a subject, with as many examples as Hypothesis' settings define.

        Args:
            subject: the policy or the calendar, or the function that returns desks.
            examples_of: the seed of the examples, which a failure prints; another one each time by default, unless
                the settings or the option `--hypothesis-seed` determine the examples.

        Raises:
            PropertyFailedError: the property does not hold; the error has the smallest witness found, and the code to
                run it again.
            TypeError, ValueError: the subject is unsuitable.
        """
        _SUBJECT_CHECKS[self.subject](self.subject, subject)
        self._run(_draw_in_order(subject, self.drawn(subject)), examples_of)

    def check_example(self, subject: S, **arguments: object) -> None:
        """Check the property on one example.

        Args:
            subject: as for `check`.
            arguments: the arguments of the property, as a failure prints them.

        Raises:
            PropertyFailedError: the property does not hold for the example.
            TypeError, ValueError: the subject or an argument is unsuitable.
        """
        _SUBJECT_CHECKS[self.subject](self.subject, subject)
        found = self.find_counterexample(subject, **arguments)
        if found is not None:
            raise PropertyFailedError(self, {**arguments, **found.witness}, found.expected, found.found)

    def check_every(self, subjects: st.SearchStrategy[S]) -> None:
        """Check the property on subjects that are drawn too.

        Raises:
            PropertyFailedError: the property does not hold for a subject, which is in the witness.
            TypeError: `subjects` is not a strategy.
        """
        expect("subjects", subjects, st.SearchStrategy, remedy="give st.just(one) for one alone")
        pairs = subjects.flatmap(lambda subject: _draw_in_order(subject, self.drawn(subject)))
        self._run(pairs, with_subject=True)

    def _run(
        self,
        pairs: st.SearchStrategy[tuple[S, dict[str, Any]]],
        examples_of: int | None = None,
        *,
        with_subject: bool = False,
    ) -> None:
        chosen = _seed(examples_of)
        smallest: list[tuple[S, dict[str, Any]]] = []

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
                smallest[:] = [pair]
                head = {"subject": subject} if with_subject else {}
                raise PropertyFailedError(self, {**head, **arguments, **found.witness}, found.expected, found.found)

        try:
            (property_holds if chosen is None else seed(chosen)(property_holds))()
        except PropertyFailedError as error:
            (subject, arguments), *_ = smallest
            error.code = self._code(subject, arguments, None if with_subject else chosen)
            raise

    def _code(self, subject: S, arguments: Mapping[str, Any], chosen: int | None) -> str:
        """Return the code that checks the property again: on these arguments, then on the same examples."""
        imports: Imports = {"from reclamation_core.testing.properties.base import property_named": None}
        given = {name: code_of(value, imports) for name, value in arguments.items()}
        made = code_of(subject, imports)
        if isinstance(subject, Policy):
            made = "..." if made.startswith("<") else made
            made = f"{made}  # edition {subject.edition!r}, digest {subject.digest}"
        elif made.startswith("<"):
            made = f"...  # as it was checked: {' '.join(made[1:-1].split())}"
        lines = [*imports, "", f"{self.subject} = {made}"]
        lines += [f"{name} = {value}" for name, value in given.items()]
        named = "".join(f", {name}={name}" for name in given)
        lines.append(f"property_named({self.id!r}).check_example({self.subject}{named})")
        if chosen is not None:
            lines.append(
                f"# the same examples: property_named({self.id!r}).check({self.subject}, examples_of={chosen})"
            )
        return "\n".join(lines)

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
