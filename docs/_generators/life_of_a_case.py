"""The page on the life of a case: its states, what may be done in each, every guard; in French, as the procedure is.

Nothing on it is drawn by hand: the acts are tried on cases, from the registration on, and what happens is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    Case,
    CaseCommand,
    CaseKind,
    CaseState,
    ClosingReason,
    CommandRefusedError,
    CommandType,
    DecisionContext,
    LinkKind,
    RegistrationCommand,
    apply,
    handle_command,
    open_case,
)
from reclamation_core.cases.events import CASE_EVENTS, CaseEvent, Closed, InformationRequested, Linked
from reclamation_core.cases.guards import GUARDS
from reclamation_core.desk import Registration
from reclamation_core.policy import m2_1
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, RiskDomain, Role
from reclamation_core.wording import citation

Step: TypeAlias = tuple[CaseState, CommandType, CaseState]

_RECEIVED: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
_CLOSED_ELSEWHERE: Final = {"redirected_to": "accueil", "told_at": _RECEIVED + timedelta(hours=1)}
_JUDGED: Final[dict[str, Any]] = {f"severity_{domain.value}": 0 for domain in RiskDomain} | {
    "likelihood": 1,
    "recurrences": 0,
    "causes": 0,
    "service_reach": "one_centre",
    "mobilisation": "local",
}
"""What a qualification requires and what makes the complexity determined: known from the start here."""
_KINDS: Final[dict[CaseKind, ComplaintFacts | MalfunctionFacts]] = {
    CaseKind.COMPLAINT: ComplaintFacts(
        received_at=_RECEIVED,
        channel="phone",
        formal=True,
        complainant="trainee",
        nature="grievance",
        requirement="contractual",
        sold_service=True,
        client_scope="local",
        **_JUDGED,
    ),
    CaseKind.MALFUNCTION: MalfunctionFacts(received_at=_RECEIVED, **_JUDGED),
}


def _acts(case: Case) -> Iterator[CaseEvent]:
    """Yield the example of each event on the case, and a closing for each of its reasons."""
    for event in CASE_EVENTS.commands:
        data = event.event_type.example.data(case)
        if isinstance(data, InformationRequested):
            data = attrs.evolve(data, facts=())  # no fact is unknown here
        if isinstance(data, Linked):
            data = attrs.evolve(data, kind=LinkKind.DUPLICATE_OF)  # which closes the case
        yield data
    yield from (Closed(reason=reason, **_CLOSED_ELSEWHERE) for reason in ClosingReason)  # type: ignore[arg-type]


def _around(case: Case | None) -> DecisionContext:
    now = _RECEIVED if case is None else case.events[-1].recorded_at
    return DecisionContext(policy=m2_1(), now=now + timedelta(hours=1))


def _registered(kind: CaseKind) -> Case:
    """Return a case of an unknown sender, who may be identified later."""
    around = _around(None)
    command = RegistrationCommand(
        registration=Registration(facts=_KINDS[kind], site="A"),
        calendar=BusinessCalendar.france(),
        actor=".",
        role=Role.HANDLING_UNIT,
        occurred_at=around.now,
    )
    return apply(None, open_case("R", command, around).event)


def _situation(case: Case) -> tuple[Any, ...]:
    """What tells cases apart here: how far they have come, not when nor how often."""
    run = case.answer_cycles[-1] if case.answer_cycles else None
    stopped = (run is not None and run.answered_at is not None, case.withdrawn_at is not None)
    done = (case.supports > 0, case.transcribed_at is not None, case.qualification is not None, bool(case.analysis))
    follow_up = (bool(case.actions), case.no_action is not None, bool(case.links), case.anonymised_at is not None)
    answered_once = any(run.answered_at is not None for run in case.answer_cycles)
    suspended = bool(case.suspensions) and case.suspensions[-1].until is None
    assigned = case.assigned_to is not None and case.state is CaseState.REGISTERED
    named = case.complainant is not None
    return (case.state, *stopped, *done, *follow_up, bool(case.containments), answered_once, suspended, assigned, named)


def steps(kind: CaseKind) -> dict[Step, None]:
    """Every step that some case of a kind can take, in the order in which they are met: from, act, to."""
    first = _registered(kind)
    met, waiting, found = {_situation(first)}, [first], dict[Step, None]()
    for case in waiting:  # it grows while it is gone through
        around = _around(case)
        for data in _acts(case):
            command = CaseCommand(data=data, actor=".", role=Role.AQ, occurred_at=around.now)
            try:
                after = apply(case, handle_command(case, command, around).event)
            except CommandRefusedError:
                continue
            found[case.state, CASE_EVENTS.commands[type(data)], after.state] = None
            if _situation(after) not in met:
                met.add(_situation(after))
                waiting.append(after)
    return found


def _diagram(found: dict[Step, None]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    reached = {state for step in found for state in (step[0], step[2])}
    yield from (f'    state "{state.label("fr")}" as {state.value}' for state in CaseState if state in reached)
    yield f"    [*] --> {CaseState.REGISTERED.value}"
    moves: dict[tuple[CaseState, CaseState], list[str]] = {}
    for before, verb, after in found:
        if before is not after:
            moves.setdefault((before, after), []).append(verb.label("fr"))
    for (before, after), verbs in sorted(moves.items(), key=lambda move: (move[0][0].rank, move[0][1].rank)):
        yield f"    {before.value} --> {after.value} : {', '.join(dict.fromkeys(verbs))}"
    yield "```"


def _operations(found: dict[Step, None]) -> Iterator[str]:
    """Yield, for each state, the operations that a case in it takes, with the states to which each leads."""
    for state in CaseState:
        after: dict[CommandType, set[CaseState]] = {}
        for before, operation, reached in found:
            if before is state:
                after.setdefault(operation, set()).add(reached)
        if not after:
            continue
        yield f"\n**État « {state.label('fr')} »**\n"
        same = [operation.label("fr") for operation in CommandType if after.get(operation) == {state}]
        for operation in CommandType:
            if operation in after and after[operation] != {state}:
                states = " ou ".join(f"« {reached.label('fr')} »" for reached in sorted(after[operation]))
                yield f"- {operation.label('fr')} : le dossier devient {states}"
        if same:
            yield f"- sans changement d'état : {', '.join(same)}"


def _guards() -> Iterator[str]:
    for guard in GUARDS:
        left_out = [verb.label("fr") for verb in CommandType if verb not in guard.commands]
        if not left_out:
            verbs = "toutes les opérations"
        elif len(left_out) <= 5:
            verbs = f"toutes les opérations sauf : {', '.join(left_out)}"
        else:
            verbs = ", ".join(verb.label("fr") for verb in guard.commands)
        source = citation(guard.clause, guard.interpretation, "fr")
        stated = f" ({source})" if source else ""
        yield f"- {markdown_text(guard.wording.fr)}{stated} · `{guard.id}`\n    - opérations : {verbs}"


def pages() -> dict[str, str]:
    """The page on the life of a case."""
    lines = ["# La vie d'un dossier", ""]
    lines += [
        (
            "L'état d'un dossier se déduit de son historique ; il ne se saisit pas. Chaque opération "
            "est soumise à des conditions."
        )
    ]
    for kind in CaseKind:
        found = steps(kind)
        lines += ["", f"## {kind.label('fr')[:1].upper()}{kind.label('fr')[1:]}", "", *_diagram(found), ""]
        lines += ["Les opérations possibles dans chaque état ; les autres sont refusées.", *_operations(found)]
    lines += ["", "## Conditions", "", "Un refus énonce toutes les conditions non remplies.", "", *_guards()]
    return {"fr/vie-d-un-dossier.md": "\n".join(lines) + "\n"}
