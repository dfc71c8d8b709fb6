"""Profiles: how often things are so in an invented caseload, checked and read from TOML files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self, TypeVar

import attrs

from reclamation_core.documents.files import read_toml
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.simulation import rates
from reclamation_core.simulation.draws import Weights
from reclamation_core.simulation.rates import Kind, MalfunctionTheme, Theme
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    LabelledEnum,
    Level,
    Mobilisation,
    ServiceReach,
    Sites,
)
from reclamation_core.wording import Wording

V = TypeVar("V", bound=LabelledEnum)

RATE: Final = Wording("un taux de 0 à 1 est attendu", "give a rate from 0 to 1")
NUMBER: Final = Wording("un nombre fini, de 0 ou plus, est attendu", "give a finite number, 0 or more")
WEIGHT: Final = Wording("un poids fini, de 0 ou plus, est attendu", "give a finite weight, 0 or more")


@attrs.frozen(kw_only=True)
class TableFormat:
    """How a file writes what a profile has by key.

    Args:
        key: the key that a text names; raises ValueError where it names none.
        keys: which texts name one.
        is_value: whether a number may stand there.
        values: which numbers may.
        is_total: whether one of them is to be above 0.
        inner: how the values are written, where they are tables themselves.
    """

    key: Callable[[str], Any]
    keys: Wording
    is_value: Callable[[object], bool]
    values: Wording
    is_total: bool = True
    inner: TableFormat | None = None


def weights(
    default: Mapping[Any, float], is_key: Callable[[object], bool], key: Callable[[str], Any], keys: Wording
) -> Any:
    """A field of weights by key; they need not sum to 1.

    Args:
        default: the weights where none are given.
        is_key: whether something is a key.
        key: the key that a text of a file names; raises ValueError where it names none.
        keys: which texts name one.
    """

    def check(_: object, attribute: attrs.Attribute[Any], given: Mapping[Any, float]) -> None:
        check_weights(attribute.name, given, is_key)

    table = TableFormat(key=key, keys=keys, is_value=is_weight, values=WEIGHT)
    return attrs.field(default=default, converter=as_weights, validator=check, metadata={"file": table})


def check_weights(name: str, given: Any, is_key: Callable[[object], bool]) -> None:
    """Refuse what are no weights by key; raises ValueError."""
    if not isinstance(given, Mapping):
        raise ValueError(f"{name}: {given!r}; give weights by key")  # noqa: TRY004  (as all that a profile refuses)
    strangers = [key for key in given if not is_key(key)]
    if strangers:
        raise ValueError(f"{name}: {strangers[0]!r} is not a valid key; use those of the default")
    if not all(map(is_weight, given.values())) or not any(given.values()):
        raise ValueError(f"{name}: {dict(given)!r}; give finite weights of 0 or more, at least one above 0")


def members(vocabulary: type[V], default: Mapping[V, float]) -> Any:
    """A field of weights by member of a vocabulary."""

    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    return weights(default, is_member, vocabulary.parse, one_of([member.value for member in vocabulary]))


def one_of(codes: Collection[str]) -> Wording:
    """Return the expected values of a choice of codes."""
    told = ", ".join(codes)
    return Wording(f"une de ces clés est attendue : {told}", f"one of these keys is expected: {told}")


def rate(default: float) -> Any:
    """Return a field for a rate from 0 to 1."""

    def check(_: object, attribute: attrs.Attribute[float], value: float) -> None:
        if not is_rate(value):
            raise ValueError(f"{attribute.name}: {value!r}; give a rate from 0 to 1")

    return attrs.field(default=default, validator=check, metadata={"file": RATE})


def rates_by_name(default: Mapping[str, float], known: Collection[str]) -> Any:
    """A field of rates by the name of what is unknown so often."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give rates by name")  # noqa: TRY004  (as all others)
        for key, value in given.items():
            if key not in known:
                raise ValueError(f"{attribute.name}: {key!r} is never unknown; use some of {', '.join(known)}")
            if not is_rate(value):
                raise ValueError(f"{attribute.name}: {key!r} has {value!r}; give a rate from 0 to 1")

    def named(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    table = TableFormat(key=named, keys=one_of(known), is_value=is_rate, values=RATE, is_total=False)
    return attrs.field(default=default, converter=as_weights, validator=check, metadata={"file": table})


def factors(is_key: Callable[[object], bool], key: Callable[[str], Any], keys: Wording) -> Any:
    """A field of numbers by key, 0 or more, that may be left empty: what is not named is as usual."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give numbers by key")  # noqa: TRY004  (as all others)
        for name, value in given.items():
            if not is_key(name):
                raise ValueError(f"{attribute.name}: {name!r} is not a valid key; {keys.en}")
            if not is_weight(value):
                raise ValueError(f"{attribute.name}: {name!r} has {value!r}; give a finite number, 0 or more")

    table = TableFormat(key=key, keys=keys, is_value=is_weight, values=NUMBER, is_total=False)
    return attrs.field(factory=dict, converter=as_weights, validator=check, metadata={"file": table})


def amount(default: float) -> Any:
    """A field that is a finite number of 0 or more."""

    def check(_: object, attribute: attrs.Attribute[float], value: float) -> None:
        if not is_weight(value):
            raise ValueError(f"{attribute.name}: {value!r}; give a finite number, 0 or more")

    return attrs.field(default=default, validator=check, metadata={"file": NUMBER})


def weights_by(vocabulary: type[V], default: Mapping[V, Mapping[int, float]], keys: Wording) -> Any:
    """A field of weights of whole numbers, for each member of a vocabulary; who is left out is as usual."""

    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give weights by key")  # noqa: TRY004  (as all others)
        for member, inner in given.items():
            if not is_member(member):
                raise ValueError(f"{attribute.name}: {member!r} is not a valid key; use those of the default")
            check_weights(f"{attribute.name}.{member}", inner, is_count)

    def convert(given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return MappingProxyType({**usual, **{key: as_weights(inner) for key, inner in given.items()}})

    inner = TableFormat(key=count_of, keys=keys, is_value=is_weight, values=WEIGHT)
    table = attrs.evolve(
        inner,
        key=vocabulary.parse,
        keys=one_of([member.value for member in vocabulary]),
        is_value=always,
        is_total=False,
        inner=inner,
    )
    usual = {key: Weights(each) for key, each in default.items()}
    return attrs.field(default=usual, converter=convert, validator=check, metadata={"file": table})


def is_count(value: object) -> bool:
    """Return True for a whole number of 0 or more."""
    return type(value) is int and value >= 0


def count_of(text: str) -> int:
    """The whole number that a text writes; raises ValueError."""
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def always(_: object) -> bool:
    """Return True: the values are checked further down."""
    return True


def as_weights(given: Any) -> Any:
    """A mapping as weights; anything else as it is, for the validator to refuse."""
    return Weights(given) if isinstance(given, Mapping) else given


def is_weight(value: object) -> bool:
    """Return True for a finite number of 0 or more, but not for a Boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def is_rate(value: object) -> bool:
    """Return True for a number from 0 to 1, but not for a Boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


_UNKNOWN: Final = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or correct its name"
)
_TABLE: Final = Wording("une table de nombres est attendue", "a table of numbers is expected")
_NO_TOTAL: Final = Wording("au moins un poids positif est attendu", "give at least one weight above 0")
_TWICE: Final = Wording("cette clé est donnée deux fois, sous deux noms", "this key is given twice, by two names")


def read_profile(path: str | Path, cls: type[Any]) -> dict[str, Any]:
    """The arguments of the profile that a TOML file describes; `ReceiptProfile.from_toml` has the promise."""
    return parse_profile(read_toml(path), cls)


def parse_profile(document: Any, cls: type[Any]) -> dict[str, Any]:
    """The arguments of the profile that the content of a file describes.

    Raises:
        FaultsError: with every fault at once.
    """
    if not isinstance(document, Mapping):
        raise FaultsError((Fault("$", document, _TABLE),))
    known = {field.name: field.metadata["file"] for field in attrs.fields(cls)}
    faults: list[Fault] = []
    given: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            faults.append(Fault(str(name), value, _UNKNOWN))
        elif isinstance(known[name], TableFormat):
            given[name] = _table(name, value, known[name], faults)
        elif _is_refused(cls, name, value):
            faults.append(Fault(name, value, known[name]))
        else:
            given[name] = value
    if faults:
        raise FaultsError(faults)
    return given


def _is_refused(cls: type[Any], name: str, value: Any) -> bool:
    """Return True if the class of the profile refuses a value of one field."""
    try:
        cls(**{name: value})
    except (TypeError, ValueError):
        return True
    return False


def _table(path: str, given: Any, table: TableFormat, faults: list[Fault]) -> dict[Any, Any]:
    if not isinstance(given, Mapping):
        faults.append(Fault(path, given, _TABLE))
        return {}
    before, read = len(faults), dict[Any, Any]()
    for text, value in given.items():
        where = f"{path}.{text}"
        try:
            key = table.key(str(text))
        except ValueError:
            faults.append(Fault(where, text, table.keys))
            continue
        if key in read:
            faults.append(Fault(where, value, _TWICE))
        read[key] = value
        if table.inner is not None:
            read[key] = _table(where, value, table.inner, faults)
        elif not table.is_value(value):
            faults.append(Fault(where, value, table.values))
    if table.is_total and len(faults) == before and not any(read.values()):
        faults.append(Fault(path, given, _NO_TOTAL))
    return read


def written(profile: Any) -> str:
    """A profile as TOML: its numbers, then its tables."""
    fields = [(field.name, getattr(profile, field.name)) for field in attrs.fields(type(profile))]
    numbers = [f"{name} = {value!r}" for name, value in fields if not isinstance(value, Mapping)]
    tables = [text for name, value in fields if isinstance(value, Mapping) for text in _written(name, value)]
    return "\n\n".join(["\n".join(numbers), *tables]) + "\n"


def _written(name: str, table: Mapping[Any, Any]) -> list[str]:
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    if inner:
        return [text for key, value in inner.items() for text in _written(f"{name}.{key}", value)]
    # A string of JSON is one of TOML: a key may be a note with its point, or the code of a site with spaces.
    return [f"[{name}]\n" + "\n".join(f"{json.dumps(str(key))} = {value!r}" for key, value in table.items())]


_NOTES = Wording("une note de 0 à 10, entre guillemets", "a note from 0 to 10, in quotes")
_SEVERITIES = Wording("une gravité de 1 à 4", "a severity from 1 to 4")
_COUNTS = Wording("un nombre entier, 0 ou plus", "a whole number, 0 or more")
_MONTHS = Wording("un mois de 1 à 12", "a month from 1 to 12")
_CODES = Wording("le code d'un site", "the code of a site")
_DAYS = Wording("un nombre entier de jours, au moins 1", "a whole number of days, at least 1")


def _is_note(key: object) -> bool:
    return isinstance(key, Decimal) and key.is_finite() and 0 <= key <= 10


def _note(text: str) -> Decimal:
    try:
        note = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not _is_note(note):
        raise ValueError(text)
    return note


def _is_severity(key: object) -> bool:
    return type(key) is int and 1 <= key <= 4


def _severity(text: str) -> int:
    return _within(text, 4)


def _is_month(key: object) -> bool:
    return type(key) is int and 1 <= key <= 12


def _month(text: str) -> int:
    return _within(text, 12)


def _within(text: str, most: int) -> int:
    number = count_of(text)
    if not 1 <= number <= most:
        raise ValueError(text)
    return number


def _is_code(key: object) -> bool:
    return isinstance(key, str) and bool(key.strip())


def _code(text: str) -> str:
    if not _is_code(text):
        raise ValueError(text)
    return text


@attrs.frozen(kw_only=True)
class ReceiptProfile:
    """When and where messages reach the agency.

    Args:
        days: how many days the receipts are spread over, at least 1.
        rising: how far the later days have more, from 0, all alike, to 1, the last of so many days having so many times
            what the first has: a caseload whose cases are mostly open.
        per_site: how much a site that is not named in `sites` receives on a working day, on average.
        sites: the same for other sites, by their code; with a fixed number of complaints, in proportion.
        months: the season (saison): the receipts of a month, 1 to 12, relative to a usual month; 1 if not named.
        idle_days: the receipts of a day of rest, relative to a working day of the same age.
        evenings: how often what arrives by computer does so outside office hours.

    Raises:
        ValueError: a rate or the number of days is refused; the message names it, its value and the remedy.
    """

    days: int = attrs.field(default=37, metadata={"file": _DAYS})
    rising: float = rate(1.0)
    per_site: float = amount(0.5)
    sites: Mapping[str, float] = factors(_is_code, _code, _CODES)
    months: Mapping[int, float] = factors(_is_month, _month, _MONTHS)
    idle_days: float = rate(0.3)
    evenings: float = rate(0.3)

    @days.validator
    def _some_days(self, _: object, days: int) -> None:
        if type(days) is not int or days < 1:
            raise ValueError(f"days: {days!r}; give a whole number of days, at least 1")

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """The profile that a TOML file describes; what it does not say is as usual.

        Each field is a key: a number, or a table by code (`[channels]`, `[months]`, `[answers.local]`), whose numbers
        take the place of the usual ones as a whole.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        return cls(**read_profile(path, cls))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The profile that the content of such a file describes.

        Raises:
            FaultsError: with every fault of it at once.
        """
        return cls(**parse_profile(document, cls))

    def to_toml(self) -> str:
        """Return the profile as a complete TOML file, which `from_toml` reads back equal."""
        return written(self)


@attrs.frozen(kw_only=True)
class CaseloadProfile(ReceiptProfile):
    """How often things are so in an invented caseload (profil).

    A weight is the frequency of a value relative to the others of its mapping; a rate is a probability. The default
    weights of the themes follow public figures on mediation; the others are this project's own guess.

    Args:
        kinds: weights of what a message is.
        themes: weights of what a grievance or a survey note is about.
        channels: weights of the channels of what is no survey note. They hold for working days: on the others no letter
            arrives and no telephone is answered, unless there is no other channel.
        complainants: weights of who writes; a survey note comes from a trainee or a company, in their proportion, and
            from a trainee where neither has a weight.
        person_scopes: weights of how far a client reaches who is a person: a trainee, someone else, one unknown.
        organisation_scopes: the same for a funder, a prescriber, a partner or a company.
        service_reaches: weights of who delivered the service.
        mobilisations: weights of what handling a grievance or a survey note calls for; other messages call for little.
        notes: weights of the survey's notes.
        severities: weights of the severity of a risk domain that a theme touches.
        recurrences: weights of how many of these were alike in twelve months.
        judged: how often the likelihood is judged already.
        analysed: how often the causes are known already.
        unknown: rate at which a fact is unknown, by its name; `severity` for the six together, and `site`.
        awkward: how often a text begins like a spreadsheet's formula.
        answers: for each level, weights of the business days from the receipt to the answer (délai de réponse); 1000
            or more means never answered.

    The arguments of `ReceiptProfile` set when and where messages are received.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> CaseloadProfile(awkward=0).days
    37
    """

    kinds: Mapping[Kind, float] = members(Kind, rates.KINDS)
    themes: Mapping[Theme, float] = members(Theme, rates.THEMES)
    channels: Mapping[Channel, float] = members(Channel, rates.CHANNELS)
    complainants: Mapping[Complainant, float] = members(Complainant, rates.COMPLAINANTS)
    person_scopes: Mapping[ClientScope, float] = members(ClientScope, rates.PERSON_SCOPES)
    organisation_scopes: Mapping[ClientScope, float] = members(ClientScope, rates.ORGANISATION_SCOPES)
    service_reaches: Mapping[ServiceReach, float] = members(ServiceReach, rates.SERVICE_REACHES)
    mobilisations: Mapping[Mobilisation, float] = members(Mobilisation, rates.MOBILISATIONS)
    notes: Mapping[Decimal, float] = weights(rates.NOTES, _is_note, _note, _NOTES)
    severities: Mapping[int, float] = weights(rates.SEVERITIES, _is_severity, _severity, _SEVERITIES)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, is_count, count_of, _COUNTS)
    judged: float = rate(0.3)
    analysed: float = rate(0.25)
    unknown: Mapping[str, float] = rates_by_name(rates.UNKNOWN, rates.UNKNOWN)
    awkward: float = rate(0.02)
    answers: Mapping[Level, Mapping[int, float]] = weights_by(Level, rates.ANSWERS, _COUNTS)

    @classmethod
    def fitted_to(cls, records: Iterable[Any], sites: Sites) -> Self:
        """The profile that a caseload shows: the rates of its sites and months, its mixes, its days to the answer.

        What the records show nothing of is as usual: the themes where they have none, the days to the answer where they
        have no `level`, `days` and `is_open`. These days are estimated by Kaplan-Meier, for the open ones count too.
        What is still open after the longest wait known is never answered in the profile: of a caseload that was looked
        at too early, that is too much.

        Args:
            records: complaints with a `site` and `facts`: those of `generate_records` or `generate_complaints`, records
                of a file, cases of a desk.
            sites: the sites of the agency.

        Raises:
            MissingExtraError: SciPy is not installed, and the records have days to the answer.
            ValueError: there is no record.
            TypeError: one is no complaint with a site and facts; the message has its place.
            UnknownSiteError: one is of a site that there is not.
        """
        from reclamation_core.simulation.fitting import fitted

        return cls(**fitted(records, sites))


@attrs.frozen(kw_only=True)
class SurveyProfile(ReceiptProfile):
    """How often things are so in the invented results of the end-of-training survey (enquête de fin de formation).

    All of it is this project's own guess; themes are weighed as in a `CaseloadProfile`.

    Args:
        companies: how often it is the company's survey and not the trainee's.
        notes: weights of the notes.
        themes: weights of the themes of notes below 7.
        anonymous: how often the author is not named.
        silent: how often a note comes without a word.
        unmarked: how often the note itself is missing.

    The arguments of `ReceiptProfile` set when and where results become available.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> SurveyProfile(anonymous=1).companies
    0.2
    """

    companies: float = rate(0.2)
    notes: Mapping[Decimal, float] = weights(rates.SURVEY_NOTES, _is_note, _note, _NOTES)
    themes: Mapping[Theme, float] = members(Theme, rates.THEMES)
    anonymous: float = rate(0.35)
    silent: float = rate(0.15)
    unmarked: float = rate(0.03)


@attrs.frozen(kw_only=True)
class MalfunctionProfile(ReceiptProfile):
    """How often things are so among invented internal malfunctions (dysfonctionnements internes).

    All of it is this project's own guess.

    Args:
        themes: weights of what went wrong.
        service_reaches: weights of where it is felt.
        mobilisations: weights of what handling it calls for.
        severities: weights of the severity of a risk domain that a theme touches.
        recurrences: weights of how many of these were alike in twelve months.
        judged: how often the likelihood is judged already.
        unknown: rate at which a fact is unknown, by its name; `severity` for the six together.
        idle_days: as in a `ReceiptProfile`; who works there reports on working days above all.
        evenings: as in a `ReceiptProfile`.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> MalfunctionProfile().idle_days
    0.05
    """

    themes: Mapping[MalfunctionTheme, float] = members(MalfunctionTheme, rates.MALFUNCTION_THEMES)
    service_reaches: Mapping[ServiceReach, float] = members(ServiceReach, rates.MALFUNCTION_REACHES)
    mobilisations: Mapping[Mobilisation, float] = members(Mobilisation, rates.MALFUNCTION_MOBILISATIONS)
    severities: Mapping[int, float] = weights(rates.MALFUNCTION_SEVERITIES, _is_severity, _severity, _SEVERITIES)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, is_count, count_of, _COUNTS)
    judged: float = rate(0.5)
    unknown: Mapping[str, float] = rates_by_name(rates.MALFUNCTION_UNKNOWN, rates.MALFUNCTION_UNKNOWN)
    idle_days: float = rate(0.05)
    evenings: float = rate(0.1)
