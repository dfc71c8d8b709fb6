"""Profiles: the rates and weights of an invented caseload, checked, and read from and written to TOML files.

Each field declares its format, a number or a table of numbers by key. The class and the reader of files check the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.faults import UNKNOWN_KEY
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.documents.toml_text import toml_text
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation import rates
from reclamation_core.simulation.draws import Weights
from reclamation_core.simulation.rates import Kind, MalfunctionTheme, Theme
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Level, Mobilisation, ServiceReach, Sites
from reclamation_core.wording import Wording

_FORMAT: Final = "format"
_TABLE: Final = Wording("une table de nombres est attendue", "a table of numbers is expected")
_NO_TOTAL: Final = Wording("au moins un poids positif est attendu", "give at least one weight above 0")
_TWICE: Final = Wording("cette clé est donnée deux fois, sous deux noms", "this key is given twice, by two names")


@attrs.frozen
class _Number(SharedRepr):
    """The format of a number: which values are valid, and what to give instead of another."""

    is_valid: Callable[[Any], bool]
    expected: Wording

    def read(self, path: str, value: object, faults: FaultCollector) -> Any:
        """Return the number; add the fault of an invalid one."""
        if not self.is_valid(value):
            faults.append(Fault(path, value, self.expected))
        return value


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


_RATE: Final = _Number(
    lambda value: _is_amount(value) and value <= 1, Wording("un taux de 0 à 1 est attendu", "give a rate from 0 to 1")
)
_AMOUNT: Final = _Number(
    _is_amount, Wording("un nombre fini, de 0 ou plus, est attendu", "give a finite number, 0 or more")
)
_WEIGHT: Final = _Number(
    _is_amount, Wording("un poids fini, de 0 ou plus, est attendu", "give a finite weight, 0 or more")
)
_DAYS: Final = _Number(
    lambda value: type(value) is int and value >= 1,
    Wording("un nombre entier de jours, au moins 1, est attendu", "give a whole number of days, at least 1"),
)


@attrs.frozen
class _Keys(SharedRepr):
    """The keys of a table.

    Args:
        is_valid: whether a value is a key.
        parse: the key that a text of a file names; raises ValueError where it is not that of a key.
        expected: the keys that there are.
    """

    is_valid: Callable[[Any], bool]
    parse: Callable[[str], Any]
    expected: Wording


def _members(vocabulary: type[LabelledEnum]) -> _Keys:
    expected = _one_of([member.value for member in vocabulary])
    return _Keys(lambda key: isinstance(key, vocabulary), vocabulary.parse, expected)


def _one_of(codes: Collection[str]) -> Wording:
    listed = ", ".join(codes)
    return Wording(f"une de ces clés est attendue : {listed}", f"one of these keys is expected: {listed}")


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def _note(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


_COUNTS: Final = _Keys(
    lambda key: type(key) is int and key >= 0,
    _whole,
    Wording("un nombre entier, 0 ou plus", "a whole number, 0 or more"),
)
_SEVERITIES: Final = _Keys(
    lambda key: type(key) is int and 1 <= key <= 4, _whole, Wording("une gravité de 1 à 4", "a severity from 1 to 4")
)
_MONTHS: Final = _Keys(
    lambda key: type(key) is int and 1 <= key <= 12, _whole, Wording("un mois de 1 à 12", "a month from 1 to 12")
)
_NOTES: Final = _Keys(
    lambda key: isinstance(key, Decimal) and key.is_finite() and 0 <= key <= 10,
    _note,
    Wording("une note de 0 à 10, entre guillemets", "a note from 0 to 10, in quotes"),
)
_SITES: Final = _Keys(
    lambda key: isinstance(key, str) and bool(key.strip()), str, Wording("le code d'un site", "the code of a site")
)


@attrs.frozen
class _Table(SharedRepr):
    """The format of a table of numbers by key, or of tables by key.

    Args:
        keys: its keys.
        values: the format of each value.
        is_total: whether at least one number is above 0.
        usual: the values of the keys that are not given.
    """

    keys: _Keys
    values: _Number | _Table
    is_total: bool = False
    usual: Mapping[Any, Any] = attrs.field(factory=dict)

    def read(self, path: str, given: object, faults: FaultCollector) -> Any:
        """Return the table, which cannot be changed, by keys or the texts that name them; add its faults."""
        if not isinstance(given, Mapping):
            faults.append(Fault(path, given, _TABLE))
            return given
        before, read = len(faults), dict[Any, Any]()
        for text, value in given.items():
            where, key = f"{path}.{text}", self._key(text)
            if key is None:
                faults.append(Fault(where, str(text), self.keys.expected))
                continue
            if key in read:
                faults.append(Fault(where, value, _TWICE))
            read[key] = self.values.read(where, value, faults)
        if self.is_total and len(faults) == before and not any(read.values()):
            faults.append(Fault(path, {str(key): value for key, value in given.items()}, _NO_TOTAL))
        of_numbers = isinstance(self.values, _Number)
        return Weights(read) if of_numbers else MappingProxyType({**self.usual, **read})

    def _key(self, given: object) -> Any:
        if self.keys.is_valid(given):
            return given
        try:
            key = self.keys.parse(given) if isinstance(given, str) else None
        except ValueError:
            return None
        return key if self.keys.is_valid(key) else None


def _field(default: object, form: _Number | _Table) -> Any:
    """Return a field with a format: its values are checked and converted, in Python as in files."""

    def convert(given: object) -> Any:
        faults = FaultCollector()
        value = form.read("", given, faults)
        return FaultsError(faults) if faults else value

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if isinstance(value, FaultsError):  # the converter does not know the name of the field
            raise FaultsError(attrs.evolve(fault, path=attribute.name + fault.path) for fault in value.faults)

    return attrs.field(default=default, converter=convert, validator=check, metadata={_FORMAT: form})


def rate(default: float) -> Any:
    """Return a field for a rate from 0 to 1."""
    return _field(default, _RATE)


def _weights(default: Mapping[Any, float], keys: _Keys) -> Any:
    """Return a field of weights by key; they need not sum to 1."""
    return _field(default, _Table(keys, _WEIGHT, is_total=True))


def _rates_by_name(default: Mapping[str, float]) -> Any:
    """Return a field of rates by the name of what is unknown so often."""
    return _field(default, _Table(_Keys(default.__contains__, str, _one_of(default)), _RATE))


def parse_profile(document: object, cls: type[Any]) -> Any:
    """Return the profile that the content of a file describes.

    Raises:
        FaultsError: with every fault at once.
    """
    if not isinstance(document, Mapping):
        raise FaultsError((Fault("$", document, _TABLE),))
    known: dict[str, _Number | _Table] = {field.name: field.metadata[_FORMAT] for field in attrs.fields(cls)}
    faults = FaultCollector()
    given: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            faults.append(Fault(str(name), value, UNKNOWN_KEY))
        else:
            given[name] = known[name].read(name, value, faults)
    if faults:
        raise FaultsError(faults)
    return cls(**given)


@attrs.frozen(kw_only=True)
class ReceiptProfile(SharedRepr):
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
        FaultsError: with the faults of a field; a ValueError.
    """

    days: int = _field(37, _DAYS)
    rising: float = rate(1.0)
    per_site: float = _field(0.5, _AMOUNT)
    sites: Mapping[str, float] = _field({}, _Table(_SITES, _AMOUNT))
    months: Mapping[int, float] = _field({}, _Table(_MONTHS, _AMOUNT))
    idle_days: float = rate(0.3)
    evenings: float = rate(0.3)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """The profile that a TOML file describes; what it does not say is as usual.

        Each field is a key: a number, or a table by code (`[channels]`, `[months]`, `[answers.local]`), whose numbers
        take the place of the usual ones as a whole.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        with lines_of_faults(path):
            return cls.from_document(read_toml(path))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The profile that the content of such a file describes.

        Raises:
            FaultsError: with every fault of it at once.
        """
        return parse_profile(document, cls)  # type: ignore[no-any-return]

    def to_toml(self) -> str:
        """Return the profile as a complete TOML file, which `from_toml` reads back equal."""
        return toml_text(attrs.asdict(self, recurse=False))


@attrs.frozen(kw_only=True)
class CaseloadProfile(ReceiptProfile):
    """How often things are so in an invented caseload (profil).

    A weight is the frequency of a value relative to the others of its table, whose keys are members of the vocabularies
    or their codes; a rate is a probability. The default
    weights of the themes follow public figures on mediation; the others are this project's own guess.

    Args:
        kinds: weights of what a message is.
        themes: weights of what a grievance or a survey score is about.
        channels: weights of the channels of what is no survey score, for working days: on the others no letter
            arrives and no telephone is answered, unless there is no other channel.
        complainants: weights of who writes; a survey score comes from a trainee or a company, in their proportion, and
            from a trainee where neither has a weight.
        person_scopes: weights of how far a client reaches who is a person: a trainee, someone else, one unknown.
        organisation_scopes: the same for a funder, a prescriber, a partner or a company.
        service_reaches: weights of who delivered the service.
        mobilisations: weights of what handling a grievance or a survey score calls for; other messages call for little.
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
        FaultsError: with the faults of a field; a ValueError.

    >>> CaseloadProfile(awkward=0).days
    37
    """

    kinds: Mapping[Kind, float] = _weights(rates.KINDS, _members(Kind))
    themes: Mapping[Theme, float] = _weights(rates.THEMES, _members(Theme))
    channels: Mapping[Channel, float] = _weights(rates.CHANNELS, _members(Channel))
    complainants: Mapping[Complainant, float] = _weights(rates.COMPLAINANTS, _members(Complainant))
    person_scopes: Mapping[ClientScope, float] = _weights(rates.PERSON_SCOPES, _members(ClientScope))
    organisation_scopes: Mapping[ClientScope, float] = _weights(rates.ORGANISATION_SCOPES, _members(ClientScope))
    service_reaches: Mapping[ServiceReach, float] = _weights(rates.SERVICE_REACHES, _members(ServiceReach))
    mobilisations: Mapping[Mobilisation, float] = _weights(rates.MOBILISATIONS, _members(Mobilisation))
    notes: Mapping[Decimal, float] = _weights(rates.NOTES, _NOTES)
    severities: Mapping[int, float] = _weights(rates.SEVERITIES, _SEVERITIES)
    recurrences: Mapping[int, float] = _weights(rates.RECURRENCES, _COUNTS)
    judged: float = rate(0.3)
    analysed: float = rate(0.25)
    unknown: Mapping[str, float] = _rates_by_name(rates.UNKNOWN)
    awkward: float = rate(0.02)
    answers: Mapping[Level, Mapping[int, float]] = _field(
        rates.ANSWERS,
        _Table(
            _members(Level),
            _Table(_COUNTS, _WEIGHT, is_total=True),
            usual={level: Weights(days) for level, days in rates.ANSWERS.items()},
        ),
    )

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
        FaultsError: with the faults of a field; a ValueError.

    >>> SurveyProfile(anonymous=1).companies
    0.2
    """

    companies: float = rate(0.2)
    notes: Mapping[Decimal, float] = _weights(rates.SURVEY_NOTES, _NOTES)
    themes: Mapping[Theme, float] = _weights(rates.THEMES, _members(Theme))
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
        FaultsError: with the faults of a field; a ValueError.

    >>> MalfunctionProfile().idle_days
    0.05
    """

    themes: Mapping[MalfunctionTheme, float] = _weights(rates.MALFUNCTION_THEMES, _members(MalfunctionTheme))
    service_reaches: Mapping[ServiceReach, float] = _weights(rates.MALFUNCTION_REACHES, _members(ServiceReach))
    mobilisations: Mapping[Mobilisation, float] = _weights(rates.MALFUNCTION_MOBILISATIONS, _members(Mobilisation))
    severities: Mapping[int, float] = _weights(rates.MALFUNCTION_SEVERITIES, _SEVERITIES)
    recurrences: Mapping[int, float] = _weights(rates.RECURRENCES, _COUNTS)
    judged: float = rate(0.5)
    unknown: Mapping[str, float] = _rates_by_name(rates.MALFUNCTION_UNKNOWN)
    idle_days: float = rate(0.05)
    evenings: float = rate(0.1)
