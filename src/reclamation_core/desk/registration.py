"""Registration of complaints, survey results and malfunctions, one by one or in batches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.cases import Case, DecisionContext, NewEvent, RecordedEvent, RegistrationCommand, apply, open_case
from reclamation_core.cases.aggregate import with_event
from reclamation_core.cases.decision import Registration
from reclamation_core.cases.events.base import Facts, own_values
from reclamation_core.cases.plain import CaseView, ProblemView
from reclamation_core.cases.texts import HIDDEN_NAME
from reclamation_core.desk.batch import holder_corruption
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.errors import SourceConflictError
from reclamation_core.errors import REDACTED, Fault, FaultsError, ReclamationError, wording_of
from reclamation_core.policy import UnknownEditionError
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, StoreDamagedError, UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, each, each_once, label, of_class, optional, require, whole_number
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.facts import values_of
from reclamation_core.vocabulary.own_facts import OwnText
from reclamation_core.wording import Lang, Wording, safe_repr

_NUMBERED: Final = re.compile(r"(R-[0-9]{4})-([0-9]{6,18})")
_OF_FACTS: Final = "facts."
_WORDS: Final = {
    "complainant": Wording("nom de l'auteur", "name of the sender"),
    "verbatim": Wording("mots de la demande", "words of the request"),
}
_REFUSALS: Final = (ReclamationError, TypeError, ValueError)


@contextmanager
def survey_arguments() -> Iterator[None]:
    """Raise the faults of the block by the arguments of `register_survey_result`, which are no part of facts."""
    try:
        yield
    except OutsideHorizonError as error:
        error.path = error.path.removeprefix(_OF_FACTS)
        raise
    except FaultsError as error:
        error.faults = tuple(attrs.evolve(fault, path=fault.path.removeprefix(_OF_FACTS)) for fault in error.faults)
        raise


@attrs.frozen
class RegistrationResult(SharedRepr):
    """The result of one registration among many.

    Args:
        case: the case; None if the registration is refused. Of a message that was registered before with other facts it
            is that case, and the refusal a `SourceConflictError`.
        is_new: True if the registration opened the case; False if its message was registered before.
        refusal: the error that `Desk.register` would have raised; None without a refusal.
    """

    case: Case | None
    is_new: bool = False
    refusal: Exception | None = None

    def to_document(self, lang: Lang = "fr", *, texts: bool = False) -> dict[str, Any]:
        """Return the result as plain data; `document_schema("view.registration_result")` describes it.

        Args:
            lang: the language of the refusal.
            texts: True to include the texts of the case; by default each is null.
        """
        refusal = self.refusal
        if refusal is not None and not isinstance(refusal, ReclamationError):
            refusal = FaultsError([Fault("registration", REDACTED, wording_of(refusal))])
        return {
            "case": None if self.case is None else self.case.to_document(texts=texts),
            "is_new": self.is_new,
            "refusal": None if refusal is None else refusal.to_document(lang),
        }


@attrs.frozen(kw_only=True)
class RegistrationResultView(SharedRepr):
    """The result of a registration as plain data: the case, whether it is new, or the refusal."""

    case: CaseView | None
    is_new: bool
    refusal: ProblemView | None


_Decided: TypeAlias = NewEvent[RecordedEvent]
"""The first event of a case without its reference, so that a refusal uses no number."""


def other_words(case: Case, **words: str | None) -> tuple[str, ...]:
    """Return which words, by field, are not those that a case was registered with; erased and hidden ones are equal."""
    first, read = case.registration, case.vault.read
    known = {"complainant": first.complainant, "verbatim": first.verbatim}
    return tuple(
        name
        for name, given in words.items()
        if (given is None) != (known[name] is None) or read(known[name]) not in {None, HIDDEN_NAME, given}  # type: ignore[arg-type]
    )


def require_same_words(case: Case, document: Mapping[str, Any]) -> None:
    """Refuse the case of a message that was registered before with other words: raise a `SourceConflictError`."""
    if differing := other_words(case, **{name: document.get(name) for name in _WORDS}):
        raise SourceConflictError(str(document["source"]), case.reference, differing, _WORDS)


def series_and_number(reference: str) -> tuple[str, int] | None:
    """Return the series and the number of a reference; None for a reference in another form.

    >>> series_and_number("R-2026-000012"), series_and_number("SAV-12")
    (('R-2026', 12), None)
    """
    found = _NUMBERED.fullmatch(reference)
    return None if found is None else (found[1], int(found[2]))


@attrs.frozen
class RegistrationService(SharedRepr):
    """Open cases, idempotent by the source message.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def register(self, registration: Registration) -> tuple[Case, bool]:
        """Open a case, or return the case of the same source, and whether it is new; see `Desk.register_once`."""
        registration, log = self._validated(registration), CommandLog(trace=self.context.trace)
        while True:
            try:
                with self.context.store.unit_of_work() as unit:
                    known = self._known(unit, registration)
                    if known is not None:
                        return self.context.without_unread_names(known), False
                    new = self._decide(registration)
                    case = _numbered(new, self.context.store.sequences.next(_series(new)))
                    log.reference = case.reference
                    log.save(case, 0)
                    unit.cases.add(case)
                    unit.commit()
            except RepeatedSourceError:
                continue  # the same message was registered concurrently: search it again
            except ConcurrentChangeError:
                log.retry()
                continue  # the number is used, for example by imported cases: take the next one
            log.commit()
            return self.context.without_unread_names(case), True

    def register_many(self, registrations: Iterable[Registration], batch_size: int) -> Iterator[RegistrationResult]:
        """Open cases in batches, each in one transaction; see `Desk.register_many`."""
        if not isinstance(registrations, Iterable):
            raise TypeError(f"registrations: a list of Registration is expected, got {safe_repr(registrations)}")
        require(whole_number(1), batch_size=batch_size)
        return (result for batch in _batches(registrations, batch_size) for result in self._register_batch(batch))

    # One registration

    def _validated(self, registration: Registration) -> Registration:
        """Return a registration with each service site once; raises what is refused before its message is searched."""
        require(of_class(Registration), registration=registration)
        require(label, site=registration.site)
        require(optional(label), handling_unit=registration.handling_unit)
        facts, unit = registration.facts, registration.handling_unit
        if not isinstance(facts, ComplaintFacts | MalfunctionFacts):
            raise TypeError(
                f"facts: ComplaintFacts or MalfunctionFacts are expected, got {safe_repr(facts)}; "
                "execute takes plain data"
            )
        require(each(label), service_sites=as_tuple(registration.service_sites))
        sites = each_once(registration.service_sites)
        self.context.sites.require(registration.site, *sites, *(() if unit is None else (unit,)))
        if self.context.scope is not None:
            self.context.scope.require(registration.site)
        return attrs.evolve(registration, service_sites=sites)

    def _known(self, unit: UnitOfWork, registration: Registration) -> Case | None:
        """Return the case inside the scope that was registered from the message of a registration.

        Raises:
            SourceConflictError: it was registered with other facts.
        """
        if registration.source is None:
            return None
        known = _of_message(registration, unit.cases.by_source(registration.source, self._sites))
        if known is not None and (conflict := self._conflict(registration, known)) is not None:
            raise conflict
        return known

    def _conflict(self, registration: Registration, known: Case) -> SourceConflictError | None:
        """Return the error if the case of the same source was registered with other facts; None if it was not.

        Texts are not compared, those among the facts of an edition's own neither.
        """
        ours, theirs = values_of(self._admitted(registration.facts, known)), values_of(known.registration.facts)
        differing = tuple(name for name in dict.fromkeys((*ours, *theirs)) if _differ(ours, theirs, name))
        if not differing:
            return None
        own = {fact.key: fact.label for fact in self.context.policies.facts.values()}
        labels = {name: own[name] for name in differing if name in own}
        return SourceConflictError(str(registration.source), known.reference, differing, labels)

    def _admitted(self, facts: Facts, known: Case) -> Facts:
        """Return facts with their own values as the edition of a case has them, if it admits them."""
        try:
            return own_values(self.context.policies.get(known.registration.terms.edition), facts)
        except (FaultsError, UnknownEditionError):
            return facts

    @property
    def _sites(self) -> Collection[str]:
        """The sites whose cases are searched; empty for all."""
        scope = self.context.scope
        return () if scope is None else scope.sites

    def _decide(self, registration: Registration) -> _Decided:
        """Return the first event of the case.

        Raises:
            NoEditionError: no edition was in force at receipt.
            ClockError: the clock is too far ahead of the register.
            TypeError, ValueError: a value, a date or the facts are refused.
        """
        context, facts = self.context, registration.facts
        now, calendar = context.trusted_now(), context.sites.calendar(registration.handling_unit or registration.site)
        command = RegistrationCommand(
            registration=registration,
            calendar=calendar,
            actor=context.actor,
            role=context.role,
            occurred_at=now if registration.occurred_at is None else registration.occurred_at,
            trace=context.trace,
        )
        context.require_theme(facts)
        try:
            policy = context.policies.in_force_on(calendar.day_of(facts.received_at))
            return open_case("", command, DecisionContext(policy=policy, now=now, salt=context.salt))
        except OutsideHorizonError as error:
            error.path = f"{_OF_FACTS}received_at"
            raise

    # A batch

    def _register_batch(self, batch: Sequence[Registration]) -> list[RegistrationResult]:
        log = CommandLog(command="register_many", trace=self.context.trace)
        validated = [self._validated_or_refused(registration) for registration in batch]
        while True:
            try:
                with self.context.store.unit_of_work() as unit:
                    results = self._save(unit, validated)
            except (RepeatedSourceError, ConcurrentChangeError):
                log.retry()
                continue  # a message was registered concurrently, or a number is used: search and number again
            log.finish(sum(result.is_new for result in results))
            return [
                one if one.case is None else attrs.evolve(one, case=self.context.without_unread_names(one.case))
                for one in results
            ]

    def _validated_or_refused(self, registration: Registration) -> Registration | RegistrationResult:
        try:
            return self._validated(registration)
        except _REFUSALS as error:
            return RegistrationResult(None, refusal=error)

    def _save(self, unit: UnitOfWork, batch: Sequence[Registration | RegistrationResult]) -> list[RegistrationResult]:
        sources = [one.source for one in batch if isinstance(one, Registration) and one.source is not None]
        known = _cases_by_source(unit, sources, self._sites)
        decided = [
            one if isinstance(one, RegistrationResult) else self._decided(one, known.get(one.source or "", ()))
            for one in batch
        ]
        results = list(self._number(decided))
        unit.cases.add(*(one.case for one in results if one.is_new and one.case is not None))
        unit.commit()
        return results

    def _decided(
        self, registration: Registration, found: tuple[Case, ...] | StoreDamagedError
    ) -> _Decided | RegistrationResult:
        if isinstance(found, StoreDamagedError):
            return RegistrationResult(None, refusal=found)
        if (known := _of_message(registration, found)) is not None:
            return RegistrationResult(known, refusal=self._conflict(registration, known))
        try:
            return self._decide(registration)
        except _REFUSALS as error:
            return RegistrationResult(None, refusal=error)

    def _number(self, decided: Sequence[_Decided | RegistrationResult]) -> Iterator[RegistrationResult]:
        """Yield the results; the new cases of a series get consecutive numbers."""
        wanted = Counter(_series(one) for one in decided if not isinstance(one, RegistrationResult))
        blocks = {series: self.context.store.sequences.next(series, size) for series, size in wanted.items()}
        numbers = {series: count(first) for series, first in blocks.items()}
        for one in decided:
            if isinstance(one, RegistrationResult):
                yield one
            else:
                yield RegistrationResult(_numbered(one, next(numbers[_series(one)])), is_new=True)


def _of_message(registration: Registration, found: Sequence[Case]) -> Case | None:
    """Return the case of the message among those that have its source: that of the site, else the only one."""
    of_site = [case for case in found if case.site == registration.site] or found
    return of_site[0] if len(of_site) == 1 else None


def _differ(ours: Mapping[str, Any], theirs: Mapping[str, Any], name: str) -> bool:
    one, other = (facts.get(name) for facts in (ours, theirs))
    return one != other and not (isinstance(one, OwnText) and isinstance(other, OwnText))


def _series(new: _Decided) -> str:
    """Return the series of the case's reference: the year of its receipt at the first handling site."""
    data: Any = new.event.data  # a `Registered`
    return f"R-{data.terms.business_calendar.day_of(data.facts.received_at).year}"  # as _NUMBERED reads it


def _numbered(new: _Decided, number: int) -> Case:
    """Return the case of its first event, with a number of its series."""
    event = attrs.evolve(new.event, case=f"{_series(new)}-{number:06d}")
    return with_event(apply, None, attrs.evolve(new, event=event))


def _batches(registrations: Iterable[Registration], size: int) -> Iterator[list[Registration]]:
    """Yield registrations in order, in batches in which no source occurs twice."""
    batch: list[Registration] = []
    sources: set[str | None] = set()
    for registration in registrations:
        source: str | None = getattr(registration, "source", None)  # an item of another type is refused later
        if len(batch) == size or (source is not None and source in sources):
            yield batch
            batch, sources = [], set()
        batch.append(registration)
        sources.add(source)
    if batch:
        yield batch


def _cases_by_source(
    unit: UnitOfWork, sources: Sequence[str], sites: Collection[str]
) -> dict[str, tuple[Case, ...] | StoreDamagedError]:
    """Return the registered cases by source; where one of them is corrupt, the error in their place."""
    try:
        return {**unit.cases.by_sources(sources, sites)}
    except StoreDamagedError as error:
        corruption = holder_corruption(error)
        if len(sources) == 1:
            return {sources[0]: corruption}
        half = len(sources) // 2
        return _cases_by_source(unit, sources[:half], sites) | _cases_by_source(unit, sources[half:], sites)
