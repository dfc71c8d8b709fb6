"""The properties of cases on a desk. Source: M2-1 §5.0, §6.1 (I2, I3, I12, I17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import Case, CaseState, ClosingReason, CommandRefusedError, apply
from reclamation_core.cases.documents import case_document, read_case, read_vault, vault_document
from reclamation_core.cases.events import ActionsPlanned, Closed, NoActionNeeded, Qualified
from reclamation_core.cases.texts import commitments
from reclamation_core.desk import Desk, SourceConflictError
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import ReclamationError
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.ports import FeedItem
from reclamation_core.ports.query import require_progress
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing._arguments import the_desk_made
from reclamation_core.testing.properties.base import Counterexample, Drawn, check_that, define_property
from reclamation_core.testing.strategies import command_sequences, complaint_facts, instants, malfunction_facts
from reclamation_core.testing.strategies.case import REFUSALS, CommandSequence
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Role

MakeDesk: TypeAlias = Callable[[], Desk]


@attrs.frozen
class Stage(SharedRepr):
    """The common properties of the desks that a function makes.

    Args:
        now: the time of their clock.
        policy: the edition in force at that time.
        sites: the codes of their sites, or of two sites if they have no list.
    """

    now: datetime
    policy: Policy
    sites: tuple[str, ...]

    @classmethod
    def of(cls, make_desk: MakeDesk) -> Stage:
        """Return the common properties of the desks of a function.

        Raises:
            TypeError: the function does not return a desk.
            ValueError: the desk has cases already.
        """
        with the_desk_made(make_desk()) as desk:
            _require_none(desk)
            acting = desk._context  # noqa: SLF001  a desk does not publish its clock, editions and sites
            now = acting.clock.now()
            known = acting.scope.sites if acting.scope is not None else acting.sites.sites
            sites = ("CRE", "MLN") if known is None else tuple(known if acting.scope is None else sorted(known))
            desk.register(ComplaintFacts(received_at=now), site=sites[0])
        with the_desk_made(make_desk()) as another:
            _require_none(another)
        return cls(now, acting.policies.in_force_on(now.date()), sites)

    @property
    def receipts(self) -> st.SearchStrategy[datetime]:
        """Receipts of the last two months."""
        today: date = self.now.date()
        return instants(first=today - timedelta(days=60), last=today - timedelta(days=1))

    @property
    def facts(self) -> st.SearchStrategy[Any]:
        """Facts of complaints and malfunctions with these receipts."""
        complaints = complaint_facts(policy=self.policy, received_at=self.receipts)
        return complaints | malfunction_facts(received_at=self.receipts)


def _require_none(desk: Desk) -> None:
    """Refuse a desk that has cases."""
    if count := desk.cases.count():
        raise ValueError(
            f"make_desk: the desk has {count} case(s) already; return a desk on a new, empty store each time, "
            "such as lambda: Desk.in_memory(policy=policy)"
        )


def command_sequence_on(
    make_desk: MakeDesk, *, state: CaseState | None = None, **more: st.SearchStrategy[Any]
) -> Drawn:
    """Return command sequences for a desk, to a state or to any, and further strategies."""
    stage = Stage.of(make_desk)
    sites = st.sampled_from(stage.sites)
    drawn = [
        command_sequences(state=each, policy=stage.policy, received_at=stage.receipts, sites=sites)
        for each in ((None, None, *CaseState) if state is None else (state,))
    ]
    return {"sequence": st.one_of(drawn), **more}


def all_events(desk: Desk, case: str | None = None) -> Iterator[FeedItem]:
    """Yield the items of the feed, of one case or of all."""
    after = 0
    while items := desk.feed(after):
        require_progress(items[-1].position, after, "feed")
        after = items[-1].position
        yield from (item for item in items if case in (None, item.event.case))


@define_property(
    "a-case-is-the-replay-of-its-events",
    "M2-1 §6.1",
    "un dossier est ce que racontent ses événements, numérotés sans trou et dans l'ordre, quels que soient leurs lots",
    "a case is the replay of its events, numbered without gaps and in order, in batches of any size",
    drawn=command_sequence_on,
)
def the_fold(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
    numbers = [event.number for event in case.events]
    recorded = [event.recorded_at for event in case.events]
    if numbers != list(range(1, case.version + 1)) or recorded != sorted(recorded):
        return Counterexample(list(range(1, case.version + 1)), numbers)
    whole = Case.from_events(case.events, case.vault)
    half: Case | None = reduce(apply, case.events[: case.version // 2], None)
    again = reduce(apply, case.events[case.version // 2 :], half)
    if again is None or attrs.evolve(again, vault=case.vault) != whole:
        return Counterexample(whole, again)
    return check_that(whole == case, _differing(whole, case), _differing(case, whole))


def _differing(case: Case, other: Case) -> dict[str, Any]:
    """Return the fields of a case that differ from another."""
    fields, others = attrs.asdict(case, recurse=False), attrs.asdict(other, recurse=False)
    return {name: value for name, value in fields.items() if value != others[name]}


@define_property(
    "a-case-reads-back-as-it-was-written",
    "M2-1 §6.1",
    "un dossier écrit en documents JSON, ses textes à part, se relit égal",
    "a case written as JSON documents, its texts apart, reads back equal",
    drawn=command_sequence_on,
)
def written(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
    document, texts = (parse_json(canonical_json(each)) for each in (case_document(case), vault_document(case.vault)))
    again = read_case(document, read_vault(texts))
    return check_that(again == case, _differing(case, again), _differing(again, case))


@define_property(
    "a-refusal-changes-nothing",
    "M2-1 §4.1",
    "ce qui est refusé ne change rien, et ce qui est permis ajoute un seul événement",
    "what is refused changes nothing, and what is allowed adds one event",
    interpretation="I12",
    drawn=command_sequence_on,
)
def refusals(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = attrs.evolve(sequence, steps=()).on(desk)
        for step in sequence.steps:
            if not step.is_command:
                with suppress(*REFUSALS):
                    step.run(desk, case)
                continue
            before, items_before = desk.cases.get(case.reference), list(all_events(desk, case.reference))
            added = 1
            try:
                step.run(desk, before)
            except REFUSALS:
                added = 0
            now, items = desk.cases.get(case.reference), list(all_events(desk, case.reference))
            unchanged = now.events[: before.version] == before.events and (added or now == before)
            expected, found = before.version + added, (now.version, len(items))
            if not unchanged or found != (expected, expected) or len(items) != len(items_before) + added:
                return Counterexample(expected, found, {"step": step})
    return None


@define_property(
    "acting-requires-judged-risks",
    "M2-1 §2.2",
    "qualifier juge chaque risque ; un plan, « aucune action » et une clôture après réponse ou traitement demandent "
    "une complexité déterminée",
    "qualifying judges every risk; a plan, no action and a closing as answered or treated require a determined "
    "complexity",
    interpretation="I24",
    drawn=command_sequence_on,
)
def judged_risks(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
        edition = desk._context.policies.get(case.edition)  # noqa: SLF001  a desk does not publish its editions
    if not edition.parameters.qualification.risks_required:
        return None
    before: Case | None = None
    for event in case.events:
        after = apply(before, event)
        if isinstance(event.data, Qualified) and not _risks_are_judged(after.facts):
            return Counterexample("every risk domain, and the likelihood or the recurrences", after.facts)
        if before is not None and _requires_complexity(event.data) and before.verdict.complexity is None:
            return Counterexample("a determined complexity", before.facts, {"event": event.data})
        before = after
    return None


def _risks_are_judged(facts: ComplaintFacts | MalfunctionFacts) -> bool:
    severities = [value for name, value in attrs.asdict(facts).items() if name.startswith("severity_")]
    return UNKNOWN not in severities and (facts.likelihood, facts.recurrences) != (UNKNOWN, UNKNOWN)


def _requires_complexity(data: object) -> bool:
    answered_or_treated = (ClosingReason.ANSWERED, ClosingReason.TREATED)
    return isinstance(data, ActionsPlanned | NoActionNeeded) or (
        isinstance(data, Closed) and data.reason in answered_or_treated
    )


@define_property(
    "reopening-starts-a-new-deadline",
    "M2-1 §5.0",
    "rouvrir efface la date de clôture, garde son événement et le résultat des délais passés, et fait courir un délai "
    "neuf",
    "reopening removes the closing date, not its event nor the results of past deadlines, and starts a new deadline",
    interpretation="I3",
    drawn=lambda make_desk: command_sequence_on(make_desk, state=CaseState.CLOSED),
)
def reopening(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        closed = sequence.on(desk)
        try:
            desk.acting("Mme Roux", Role.RQR).reopen(closed.reference, reason="de nouveau")
        except CommandRefusedError:
            return None
        case = desk.cases.get(closed.reference)
    runs = len(closed.answer_cycles) + (1 if closed.answer_cycles else 0)
    found = (
        case.closed_at,
        case.closure,
        any(isinstance(event.data, Closed) for event in case.events),
        case.answer_cycles[: len(closed.answer_cycles)] == closed.answer_cycles,
        len(case.answer_cycles),
    )
    return check_that(found == (None, None, True, True, runs), (None, None, True, True, runs), found)


@define_property(
    "re-routing-never-moves-the-due-date",
    "M2-1 §5.0",
    "réorienter un dossier ne déplace jamais son échéance",
    "re-routing a case never moves its due date",
    interpretation="I2",
    drawn=lambda make_desk: command_sequence_on(make_desk, unit=st.sampled_from(Stage.of(make_desk).sites)),
)
def re_routing(make_desk: MakeDesk, sequence: CommandSequence, unit: str) -> Counterexample | None:
    with make_desk() as desk:
        before = sequence.on(desk)
        try:
            desk.acting("Mme Roux", Role.RQR).reroute(before.reference, handling_unit=unit, reason="charge")
        except CommandRefusedError:
            return None
        case = desk.cases.get(before.reference)
    expected, found = (before.awaited_on, before.deadline), (case.awaited_on, case.deadline)
    return check_that(found == expected, expected, found)


def _refused(make_desk: MakeDesk) -> Drawn:
    stage = Stage.of(make_desk)
    later = stage.now + timedelta(days=1)
    wrong: list[dict[str, Any]] = [
        *({field: text} for field in ("complainant", "verbatim", "remedy_sought") for text in (" ", "\0", "\ud800")),
        *({"site": site} for site in ("", " CRE", "a\nb")),
        {"service_sites": ("",)},
        {"handling_unit": "CRE\u200b"},
        {"source": " "},
        {"occurred_at": later},
        {"occurred_at": datetime.min.replace(tzinfo=UTC)},
        {"facts": ComplaintFacts(received_at=later)},
        {"facts": MalfunctionFacts(received_at=later)},
        {"facts": "une plainte"},
    ]
    some = st.lists(st.sampled_from(wrong), min_size=1, max_size=4)
    return {"facts": stage.facts, "site": st.sampled_from(stage.sites), "refused": some}


@define_property(
    "a-refusal-uses-up-no-number",
    "M2-1 §6.1",
    "ce que l'enregistrement refuse ne consomme aucun numéro : le suivant est celui qui aurait été donné",
    "what is refused when it is registered uses up no number: the next is the one that would have been given",
    drawn=_refused,
)
def no_number(make_desk: MakeDesk, facts: Any, site: str, refused: list[dict[str, Any]]) -> Counterexample | None:
    with make_desk() as desk:
        wanted = [desk.register(facts, site=site).reference for _ in range(2)]
    with make_desk() as desk:
        found = [desk.register(facts, site=site).reference]
        for wrong in refused:
            with suppress(ReclamationError, TypeError, ValueError):
                desk.register(**{"facts": facts, "site": site, **wrong})
        found.append(desk.register(facts, site=site).reference)
    return check_that(found == wanted, wanted, found)


def _two_facts(make_desk: MakeDesk) -> Drawn:
    stage = Stage.of(make_desk)
    return {"mistaken": stage.facts, "truth": stage.facts, "site": st.sampled_from(stage.sites)}


@define_property(
    "a-correction-equals-correct-facts",
    "M2-1 §1.2",
    "rectifier un fait donne le dossier qui l'aurait su dès le début, à son histoire près",
    "correcting a fact gives the case with the correct fact from the start, apart from its history",
    drawn=_two_facts,
)
def correcting(make_desk: MakeDesk, mistaken: Any, truth: Any, site: str) -> Counterexample | None:
    if type(mistaken) is not type(truth) or mistaken == truth:
        return None
    with make_desk() as desk:
        first = desk.register(mistaken, site=site)
        truths = attrs.asdict(truth, recurse=False)
        desk.correct(first.reference, reason="relu", **truths)
        corrected = desk.cases.get(first.reference)
    with make_desk() as desk:
        known = desk.register(truth, site=site)
    names = ("facts", "verdict", "terms", "level", "deadline", "awaited_on", "answer_cycles", "state")
    expected, found = (_parts(case, names) for case in (known, corrected))
    return check_that(found == expected and corrected.registration.facts == mistaken, expected, found)


def _parts(case: Case, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names}


@define_property(
    "forgetting-keeps-the-events",
    None,
    "anonymiser un dossier clos n'en laisse aucun texte, et n'en change ni les faits, ni le niveau, ni les dates",
    "anonymising a closed case leaves none of its texts, and changes neither its facts nor its level nor its dates",
    interpretation="I17",
    drawn=lambda make_desk: command_sequence_on(make_desk, state=CaseState.CLOSED),
)
def forgetting(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        before = sequence.on(desk)
        try:
            desk.anonymise(before.reference)
        except CommandRefusedError:
            return None
        case = desk.cases.get(before.reference)
    texts = [text for event in case.events for text in commitments(event.data)]
    left = [case.read(text) for text in texts if case.read(text) is not None]
    if left:
        return Counterexample("[]", left)
    names = ("facts", "level", "state", "deadline", "answer_cycles", "closed_at", "actions")
    expected, found = _parts(before, names), _parts(case, names)
    return check_that(found == expected and case.events[:-1] == before.events, expected, found)


@define_property(
    "one-source-one-case",
    "M2-1 §6.1",
    "le même message enregistré deux fois donne le même dossier, inchangé ; avec d'autres informations, il est refusé",
    "the same message registered twice gives the same case, unchanged; with other facts, it is refused",
    drawn=_two_facts,
)
def one_source(make_desk: MakeDesk, mistaken: Any, truth: Any, site: str) -> Counterexample | None:
    with make_desk() as desk:
        first = desk.register(mistaken, site=site, source="courriel 4711")
        again = desk.register(mistaken, site=site, source="courriel 4711")
        conflicts = [first.reference]
        if truth != mistaken:
            with suppress(SourceConflictError):
                conflicts.append(desk.register(truth, site=site, source="courriel 4711").reference)
        events = [item.event for item in all_events(desk)]
    is_kept = again == first and conflicts == [first.reference] and events == list(first.events)
    return check_that(is_kept, first.reference, (again.reference, *conflicts, len(events)))


@define_property(
    "a-malfunction-awaits-no-answer",
    "M2-1 §7",
    "un dysfonctionnement interne n'a ni recevabilité ni délai de réponse",
    "an internal malfunction has neither eligibility nor an answer clock",
    interpretation="I5",
    drawn=command_sequence_on,
)
def malfunctions(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    if isinstance(sequence.facts, ComplaintFacts):
        return None
    with make_desk() as desk:
        case = sequence.on(desk)
    found = (case.eligibility, case.deadline, case.awaited_on, case.answer_cycles)
    return check_that(found == (None, None, None, ()), (None, None, None, ()), found)
