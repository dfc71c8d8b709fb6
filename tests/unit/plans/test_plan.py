from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from reclamation_core import plans
from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.cases.texts import TextKind
from reclamation_core.errors import ReclamationError
from reclamation_core.plans.decision import available_plan_commands, next_plan_command
from reclamation_core.plans.events import (
    ActionAdded,
    ActionAmended,
    ActionDone,
    ActionProgressed,
    PlanPublished,
    TextsForgotten,
)
from reclamation_core.plans.published import ALL_PCS, PlanLine
from reclamation_core.policy import RoleParameters
from reclamation_core.testing._plan_history import Signer, amended, plan_after, published
from reclamation_core.vocabulary import Role
from tests.unit.plans.making import (
    CRETEIL,
    NATION,
    abandoned,
    at,
    closed,
    done,
    done_before_criteria_were_required,
    effective,
    in_progress,
    ineffective,
    salts,
    sheet,
    signed,
    to_do,
)


def test_an_event_names_its_action_and_a_publication_none() -> None:
    assert [event.subject for event in plan_after(to_do(), signed(2)(published())).events] == ["A-1", None]


def test_an_event_has_commitments_and_the_vault_the_texts() -> None:
    plan = to_do()
    event = plan.events[0]
    assert "panne" not in repr(plan)
    assert "Roux" not in repr(event)
    assert (plan.read(event.by), plan.read(plan.action("A-1").owner)) == ("Mme Roux", "M. Petit")
    assert (plan.read(None), plan.read("text")) == (None, None)
    assert plan.version == len(plan.events) == 1


def test_an_event_has_actor_role_and_instants_in_utc() -> None:
    paris = at(2).astimezone(ZoneInfo("Europe/Paris"))
    context = CommandContext(now=paris + timedelta(days=1))
    signature = Signer(actor="x", role=Role.AQ, occurred_at=paris, context=context)
    event = plan_after(to_do(), signature(ActionProgressed(action="A-1"))).events[-1]
    assert (event.number, event.role, event.occurred_at, event.recorded_at) == (2, Role.AQ, at(2), at(3))
    assert event.occurred_at.utcoffset() == timedelta(0)


def test_a_late_entry_has_the_day_on_which_it_happened() -> None:
    late = Signer(occurred_at=at(2), context=CommandContext(now=at(20)))
    assert plan_after(to_do(), late(ActionProgressed(action="A-1"))).action("A-1").started == at(2)


def test_a_clock_that_runs_behind_does_not_put_the_history_out_of_order() -> None:
    plan = plan_after(to_do(), signed(10)(ActionProgressed(action="A-1")), signed(9)(ActionProgressed(action="A-1")))
    assert [event.recorded_at for event in plan.events] == [at(1), at(10), at(10)]
    assert [event.occurred_at for event in plan.events] == [at(1), at(10), at(9)]


def test_what_was_done_at_once_may_be_put_on_the_plan_afterwards() -> None:
    plan = plan_after(
        plans.Pgaac(scope=CRETEIL),
        signed(5)(ActionAdded.of(sheet())),
        signed(3)(ActionDone(action="A-1", evidence="facture")),
    )
    assert plan.action("A-1").done == at(3)


def test_an_amendment_repeats_commitments_of_unchanged_texts() -> None:
    plan = to_do()
    changed = plan_after(
        plan, signed(2)(amended("A-1", reason="arbitrage", owner="Mme Blanc", what="remplacer les postes"))
    )
    assert changed.action("A-1").what == plan.action("A-1").what
    assert changed.read(changed.action("A-1").owner) == "Mme Blanc"
    assert changed.read(changed.events[-1].data.reason) == "arbitrage"  # type: ignore[attr-defined]


def test_a_forgotten_text_can_be_taken_away_altogether() -> None:
    plan = plan_after(
        to_do(resources="5 000 euros"),
        signed(2)(TextsForgotten(action="A-1")),
        signed(3)(amended("A-1", resources=None)),
    )
    assert plan.action("A-1").resources is None


def test_an_amendment_of_the_reference_or_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^reference: .A-2.; the reference does not change; abandon the action"):
        ActionAmended.of(to_do().action("A-1"), reference="A-2")
    with pytest.raises(TypeError, match="pilote"):
        plan_after(to_do(), signed(2)(amended("A-1", pilote="Mme Blanc")))
    with pytest.raises(ValueError, match="action of that reference"):
        plan_after(plans.Pgaac(scope=CRETEIL), signed(2)(ActionAmended(sheet=sheet())))


def test_forgetting_erases_the_texts_of_one_action_and_no_event() -> None:
    plan = plan_after(done(), signed(4)(ActionAdded.of(sheet("A-2"))))
    before = plan.texts_of("A-1")
    forgotten = plan_after(plan, signed(5, actor="AQ")(TextsForgotten(action="A-1")))
    assert before
    assert [forgotten.read(commitment) for commitment in before] == [None] * len(before)
    assert forgotten.action("A-1") == plan.action("A-1")
    assert forgotten.read(forgotten.action("A-2").owner) == "M. Petit"
    assert forgotten.read(forgotten.events[-1].by) == "AQ"
    assert len(forgotten.vault) == len(plan.vault) - len(before) + 1


def test_forgetting_may_be_limited_to_the_persons() -> None:
    plan = plan_after(done(), signed(5)(TextsForgotten(action="A-1", kinds=[TextKind.PERSONAL])))
    action = plan.action("A-1")
    assert (plan.read(action.owner), plan.read(plan.events[1].by)) == (None, None)
    assert plan.read(action.what) == "remplacer les postes"


def test_an_event_holds_its_actor_its_words_and_those_of_its_sheet() -> None:
    plan = plan_after(done(), signed(4)(amended("A-1", reason="arbitrage", owner="Mme Blanc")))
    assert [len(event.texts()) for event in plan.events] == [5, 1, 2, 6]
    assert set(plan.events[2].texts().values()) == {TextKind.PERSONAL, TextKind.FREE}


def test_decided_shows_none_of_its_texts() -> None:
    data = ActionProgressed(action="A-1", note="secret")
    command = plans.PgaacCommand(data=data, actor="Mme Roux", role=Role.RQR, occurred_at=at(2))
    decided = plans.handle_command(to_do(), command, CommandContext(now=at(2)))
    assert "secret" not in repr(decided)
    assert {secret.text for secret in decided.secrets} == {"secret", "Mme Roux"}


def test_salts_come_from_the_context() -> None:
    def made() -> plans.Pgaac:
        signature = Signer(occurred_at=at(1), context=CommandContext(now=at(1), salt=salts()))
        return plan_after(plans.Pgaac(scope=CRETEIL), signature(ActionAdded.of(sheet())))

    assert made() == made()
    assert made() != to_do()


def test_a_published_plan_freezes_its_lines() -> None:
    plan = plan_after(
        to_do(),
        signed(2)(published()),
        signed(3)(ActionProgressed(action="A-1")),
        signed(4)(published(recipients=["PCS C6"])),
    )
    first, second = plan.published_plans
    assert (first.number, first.published_at, first.recipients) == (1, at(2), (ALL_PCS,))
    assert [line.action.started for line in first.lines] == [None]
    assert (second.number, second.recipients) == (2, ("PCS C6",))
    assert second.lines == plan.lines
    assert plan.published_plan(2) is second


def test_an_empty_plan_has_an_edition_too() -> None:
    assert plan_after(plans.Pgaac(scope=NATION), signed(1)(published())).published_plans[0].lines == ()


@pytest.mark.parametrize("number", [0, 2, -1])
def test_an_edition_that_is_not_published_is_not_found(number: int) -> None:
    plan = plan_after(to_do(), signed(2)(published()))
    with pytest.raises(
        plans.UnknownPublishedPlanError, match=f"plan site:CRE has no edition {number}; 1 published so far"
    ) as caught:
        plan.difference(number)
    assert isinstance(caught.value, ReclamationError | LookupError)
    assert (caught.value.scope, caught.value.number, caught.value.published) == (CRETEIL, number, 1)


def test_an_action_that_is_not_on_the_plan_is_not_found() -> None:
    with pytest.raises(plans.UnknownActionError, match="plan site:CRE has no action 'A-9'") as caught:
        to_do().action("A-9")
    assert (caught.value.scope, caught.value.action) == (CRETEIL, "A-9")


@pytest.mark.parametrize(("number", "told"), [(0, "number: 0; a number is expected"), (True, "number: a whole number")])
def test_editions_and_events_are_numbered_from_one(number: Any, told: str) -> None:
    with pytest.raises((TypeError, ValueError), match=told):
        PlanPublished(number=number)
    with pytest.raises((TypeError, ValueError), match=told):
        attrs.evolve(to_do().events[0], number=number)


def test_texts_are_forgotten_by_kinds_that_there_are() -> None:
    with pytest.raises(TypeError, match="kinds: kinds of texts are expected, got a str"):
        plan_after(to_do(), signed(2)(TextsForgotten(action="A-1", kinds=["free"])))


def test_an_edition_holds_lines_each_once() -> None:
    no_lines: Any = (object(),)
    with pytest.raises(TypeError, match="gathered: a PlanLine is expected, got a object"):
        PlanPublished(number=1, gathered=no_lines)
    with pytest.raises(ValueError, match="gathered: 'site:CRE/A-1'; each line is expected once"):
        PlanPublished(number=1, gathered=to_do().lines * 2)


def events() -> tuple[plans.RecordedPlanEvent, ...]:
    return plan_after(closed(), signed(6)(published())).events


def other(event: plans.RecordedPlanEvent, **changes: Any) -> plans.RecordedPlanEvent:
    return attrs.evolve(event, **changes)


@pytest.mark.parametrize(("wrong", "told"), [
    (lambda stream: stream[1:], "its plan or its number is not the next; event 1 of plan site:CRE is expected"),
    (lambda stream: (stream[0], stream[2]), "its plan or its number is not the next; event 2"),
    (lambda stream: (other(stream[0], plan=NATION),), "event 1 of plan nation cannot follow"),
    (lambda stream: (stream[0], other(stream[0], number=2)), "action 'A-1' is added once, before anything else"),
    (lambda stream: (other(stream[1], number=1),), "action 'A-1' is added once, before anything else"),
    (lambda stream: (stream[0], other(stream[1], occurred_at=at(1, 7), recorded_at=at(1, 8))),
        "it was recorded before the event before it"),
    (lambda stream: (*stream, other(stream[-1], number=7)), "edition 2 is the next"),
])  # fmt: skip
def test_events_that_make_no_history_are_refused(wrong: Any, told: str) -> None:
    with pytest.raises(plans.PlanEventStreamError, match=told) as caught:
        plans.Pgaac.from_events(CRETEIL, wrong(events()))
    assert caught.value.scope == CRETEIL


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"occurred_at": at(1).replace(tzinfo=None)}, "occurred_at: .* has no time zone"),
        ({"recorded_at": at(1, 1)}, "recorded_at: .* is before occurred_at"),
    ],
)
def test_an_event_refuses_instants_that_cannot_be(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        other(events()[0], **changes)


def test_a_plan_is_read_again_from_its_events_and_texts() -> None:
    plan = plan_after(in_progress(), signed(3)(published()))
    assert plans.Pgaac.from_events(CRETEIL, plan.events, plan.vault) == plan
    assert plans.Pgaac.from_events(CRETEIL, plan.events).actions == plan.actions
    assert plans.Pgaac.from_events(CRETEIL, ()) == plans.Pgaac(scope=CRETEIL)


def test_an_edition_gathers_the_lines_of_others_after_its_own() -> None:
    plan = plan_after(
        plans.Pgaac(scope=NATION), signed(1)(ActionAdded.of(sheet("N-1"))), signed(2)(published(gathered=to_do().lines))
    )
    assert [str(line.reference) for line in plan.published_plans[0].lines] == ["nation/N-1", "site:CRE/A-1"]
    assert plan.lines == (PlanLine(NATION, plan.action("N-1")),)


def test_the_next_command_of_an_action_is_that_of_the_table_worked_by_hand() -> None:
    expected: tuple[tuple[plans.Pgaac, str | None], ...] = (
        (to_do(), "finish"),
        (in_progress(), "finish"),
        (done(), "judge"),
        (done_before_criteria_were_required(), "reopen"),  # a criterion is set before the action is done
        (effective(), "close"),
        (ineffective(), "follow_up"),
        (closed(), None),
        (abandoned(), None),
    )
    for plan, command in expected:
        action = plan.action("A-1")
        available = available_plan_commands(action, Role.RQR, RoleParameters())
        assert next_plan_command(action, available) == command, action.status
        remedies = {one.remedy_code for guards in available.values() for one in guards} - {None}
        refused = {name.value for name, guards in available.items() if guards}
        assert command == "reopen" or remedies.isdisjoint(refused), action.status
