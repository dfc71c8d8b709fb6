"""Stored documents: one of each type, in `stored.json`.

`python -m tests.unit.cases.documents.stored` adds to the file the documents of new types and versions. It changes none
and removes none: registers have the documents of each released version.
"""

import json
from itertools import count, starmap
from pathlib import Path
from typing import Any

import attrs

from reclamation_core import cases
from reclamation_core import plans as p
from reclamation_core.cases import events
from reclamation_core.cases.causes import write_analysis
from reclamation_core.cases.documents import state_document
from reclamation_core.cases.journal import Checkpoint
from reclamation_core.cases.journal import written as written_history
from reclamation_core.cases.texts import Secret, seal
from reclamation_core.plans import PlanScope, written_plan
from reclamation_core.testing._examples import case_example
from reclamation_core.vocabulary import Level, Role
from tests.unit.cases.causes.samples import analyses, implemented_eight_d
from tests.unit.cases.core.life import DOCUMENT, SUPPORT, opened
from tests.unit.plans.test_document import long_life
from tests.unit.policy.cases import RECEIVED, complaint, malfunction

FILE = Path(__file__).with_name("stored.json")


def stored() -> dict[str, list[Any]]:
    """By the name of their schema, the documents in the file."""
    documents: dict[str, list[Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return documents


_WRITTEN: tuple[Any, ...] = (
    opened(complainant="a", verbatim="b", remedy_sought="c").registration,
    events.Acknowledged(),
    events.FactsCompleted(facts=complaint()),
    events.FactsCorrected(facts=complaint(), reason="a"),
    events.DateCorrected(event=2, happened_at=RECEIVED, reason="a"),
    attrs.evolve(SUPPORT, documents=(DOCUMENT,)),
    events.Transcribed(text="a", author="b"),
    events.ContainmentTaken(measure="a"),
    events.ContainmentEffectRecorded(measure=2, effective=True, effect="a"),
    events.Qualified(problem="a", supported_by="b"),
    events.Rerouted(level=Level.LOCAL, handling_unit="MLN", reason="a"),
    events.Analysed(report="a"),
    events.ActionsPlanned(plan=PlanScope.site("CRE"), actions=("A-1",)),
    events.NoActionNeeded(reason="a"),
    events.Answered(decision=cases.AnswerDecision.FOUNDED, text="a", remedies="b", provider="c"),
    events.ReactionRecorded(reaction=cases.Reaction.SATISFIED, words="a"),
    events.ReferredToMediation(reason="a"),
    events.Withdrawn(words="a"),
    events.Closed(reason=cases.ClosingReason.ANSWERED, comment="a"),
    events.Reopened(reason="a"),
    events.Linked(kind=cases.LinkKind.DUPLICATE_OF, to="R-1"),
    events.DeadlineSuspended(reason="a"),
    events.DeadlineResumed(reason="a"),
    events.RetentionSuspended(reason="a"),
    events.RetentionResumed(reason="a"),
    events.Anonymised(),
    events.InformationRequested(facts=("nature",), question="a"),
)
"""Events as the documents in the file have them; those of later types are the declared examples."""


def examples() -> list[Any]:
    """Return an example of each event."""
    present = {type(data) for data in _WRITTEN}
    later = (cls.event_type.name for cls in events.CASE_EVENTS.commands if cls not in present)
    return [*_WRITTEN, *(case_example(name)[1] for name in later)]


def life() -> cases.Case:
    """A case with every event, without guards."""
    numbers = count()
    alert = events.Alerted(
        clock=cases.DeadlineKind.ANSWER, threshold=cases.Threshold.OVERDUE, due=RECEIVED.date(), late=True
    )
    first, *others = examples()

    def event(number: int, data: Any) -> cases.RecordedEvent:
        judged = attrs.evolve(data, verdict=first.verdict) if hasattr(data, "verdict") else data
        return cases.RecordedEvent(
            case="R-2026-000007",
            number=number,
            occurred_at=RECEIVED,
            recorded_at=RECEIVED,
            by=Secret("Mme Roux", bytes(16)).commitment,
            role=Role.RQR,
            data=seal(judged, lambda: next(numbers).to_bytes(16, "big"))[0],
        )

    return cases.Case.from_events(starmap(event, enumerate([first, *others[:-1], alert, others[-1]], start=1)))


def type_of(document: dict[str, Any]) -> tuple[str, int]:
    """The type and the version of a document, or of the data of an event."""
    itself = document.get("data", document)
    return itself.get("type") or itself["method"], itself["version"]


def appended(stored: dict[str, list[Any]], written: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The stored documents, each list followed by the written documents of types and versions that it has not."""
    result = {name: list(documents) for name, documents in stored.items()}
    for name, documents in written.items():
        present = {type_of(document) for document in stored.get(name, ())}
        result.setdefault(name, []).extend(each for each in documents if type_of(each) not in present)
    return result


def written() -> dict[str, list[Any]]:
    """What this version writes; the state is that of the stored case."""
    case, plan = life(), long_life()
    [first, *_] = stored()["case"]
    streams, plans = [written_history(case.reference, case.events)], [written_plan(plan.scope.key, plan.events)]
    checkpoint = Checkpoint.of(streams, RECEIVED, plans)
    return {
        "analysis": [write_analysis(each) for each in (*analyses(), implemented_eight_d())],
        "case": [cases.case_document(case)],
        "case_state": [state_document(cases.read_case(first))],
        "checkpoint": [checkpoint.to_document(), checkpoint.sealed(bytes(16)).to_document()],
        "event": [cases.event_document(event) for event in case.events],
        "facts": [cases.facts_document(complaint()), cases.facts_document(malfunction())],
        "plan": [p.plan_document(plan)],
        "plan_event": [p.event_document(event) for event in plan.events],
        "vault": [cases.vault_document(cases.Vault([Secret("Mme Roux", bytes(16))]))],
    }


if __name__ == "__main__":
    documents = appended(stored(), written())
    FILE.write_text(json.dumps(documents, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
