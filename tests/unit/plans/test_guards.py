import pickle
from collections.abc import Callable
from typing import Any

import pytest

from reclamation_core.errors import ReclamationError
from reclamation_core.plans import (
    ActionStatus,
    ActionType,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanCommandType,
    PlanRefusedError,
    PlanScope,
    plan_guard_table,
)
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanPublished,
    TextsForgotten,
)
from reclamation_core.plans.guards import GUARDS
from reclamation_core.plans.published import PlanLine
from reclamation_core.testing._plan_history import amended, plan_after, published
from tests.approvals import approve_errors
from tests.unit.plans.making import (
    CRETEIL,
    NATION,
    PARIS_REGION,
    PLANS,
    STATUSES,
    abandoned,
    closed,
    done,
    done_before_criteria_were_required,
    effective,
    in_progress,
    ineffective,
    sheet,
    signed,
    to_do,
)

LATER = signed(20)
OF_SIGNALS = {PlanCommandType.ACKNOWLEDGE_SIGNAL, PlanCommandType.DISMISS_SIGNAL}  # tests/unit/plans/test_signals.py
OTHER = LineReference(NATION, "N-1")
ACTS: dict[str, Any] = {
    "amend": amended("A-1", owner="Mme Blanc"),
    "progress": ActionProgressed(action="A-1"),
    "finish": ActionDone(action="A-1", evidence="facture"),
    "judge": ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="aucune panne"),
    "follow_up": FollowUpNamed(action="A-1", follow_up=OTHER),
    "close": ActionClosed(action="A-1"),
    "abandon": ActionAbandoned(action="A-1", reason="l'atelier ferme"),
    "reopen": ActionReopened(action="A-1", reason="tout est à refaire"),
    "forget": TextsForgotten(action="A-1"),
}

# Written by hand: the status that each act leads to, or the guards that refuse it. - : the status stays.
ORACLE = """
            | amend | progress     | finish       | judge          | follow_up             | close        | abandon      | reopen    | forget
to do       | -     | in_progress  | done         | !not-done      | !not-ineffective      | !not-finished| abandoned    | !not-ended | -
in progress | -     | in_progress  | done         | !not-done      | !not-ineffective      | !not-finished| abandoned    | !not-ended | -
done        | -     | !done-already| !done-already| verified       | !not-ineffective      | !no-verdict  | !done-already| in_progress | -
effective   | -     | !done-already| !done-already| !judged-already| !not-ineffective      | closed       | !done-already| in_progress | -
ineffective | -     | !done-already| !done-already| !judged-already| verified              | !no-follow-up| !done-already| in_progress | -
closed      | !ended| !ended       | !ended       | !ended         | !ended !not-ineffective| !ended      | !ended       | in_progress | -
abandoned   | !ended| !ended       | !ended       | !ended         | !ended !not-ineffective| !ended      | !ended       | in_progress | -
"""  # noqa: E501  a table reads as a table


def expectations() -> list[tuple[str, str, str]]:
    header, *rows = ([cell.strip() for cell in row.split("|")] for row in ORACLE.strip("\n").splitlines())
    return [(row[0], verb, cell) for row in rows for verb, cell in zip(header[1:], row[1:], strict=True)]


def refusal(act: Callable[[], Any]) -> PlanRefusedError:
    with pytest.raises(PlanRefusedError, match=r"is refused:\n- ") as caught:
        act()
    guards = caught.value.to_document("en")["guards"]
    approve_errors(*(f"{one['id']}: {name} {value!r}" for one in guards for name, value in one["facts"].items()))
    return caught.value


def ids(error: PlanRefusedError) -> set[str]:
    return {row.id for row in error.guards}


def test_the_oracle_speaks_of_every_state_and_of_every_act_on_an_action() -> None:
    told = expectations()
    assert {state for state, _, _ in told} == set(PLANS)
    assert (
        {verb for _, verb, _ in told}
        == set(ACTS)
        == set(PlanCommandType) - {PlanCommandType.ADD, PlanCommandType.PUBLISH, *OF_SIGNALS}
    )
    assert {state: make().action("A-1").status for state, make in PLANS.items()} == STATUSES


@pytest.mark.parametrize(("state", "verb", "expected"), expectations())
def test_a_command_follows_the_table_worked_by_hand(state: str, verb: str, expected: str) -> None:
    plan = PLANS[state]()
    if expected.startswith("!"):
        error = refusal(lambda: plan_after(plan, LATER(ACTS[verb])))
        assert ids(error) == {guard.removeprefix("!") for guard in expected.split()}
        assert (error.scope, error.action, error.command) == (CRETEIL, "A-1", PlanCommandType.parse(verb))
    else:
        after = plan_after(plan, LATER(ACTS[verb])).action("A-1").status
        assert after is (STATUSES[state] if expected == "-" else ActionStatus.parse(expected))


def test_a_refusal_changes_nothing() -> None:
    plan = done()
    before = pickle.dumps(plan)
    refusal(lambda: plan_after(plan, LATER(ActionClosed(action="A-1"))))
    assert pickle.dumps(plan) == before


@pytest.mark.parametrize("verb", ACTS)
def test_nothing_is_done_to_an_action_that_is_not_on_the_plan(verb: str) -> None:
    plan = plan_after(Pgaac(scope=CRETEIL), signed(1)(ActionAdded.of(sheet("B-1"))))
    if verb == "amend":
        with pytest.raises(LookupError, match="plan site:CRE has no action 'A-1'; add it, or name") as caught:
            plan_after(plan, LATER(ACTS[verb]))
        assert isinstance(caught.value, ReclamationError)
    else:
        assert ids(refusal(lambda: plan_after(plan, LATER(ACTS[verb])))) == {"unknown-action"}


def judged(*, why: str = "vu", effective: bool = True, follow_up: LineReference | None = None) -> ActionJudged:
    effectiveness = Effectiveness.EFFECTIVE if effective else Effectiveness.NOT_EFFECTIVE
    return ActionJudged(action="A-1", effectiveness=effectiveness, why=why, follow_up=follow_up)


def finished(evidence: str = "facture", criterion: str | None = None) -> ActionDone:
    return ActionDone(action="A-1", evidence=evidence, criterion=criterion)


def reopened(reason: str) -> ActionReopened:
    return ActionReopened(action="A-1", reason=reason)


def without_criterion() -> Pgaac:
    return to_do(criterion=None, check_on=None)


def given(plan: Pgaac, *events: Any, day: int = 20) -> Pgaac:
    return plan_after(plan, *map(signed(day), events))


ITSELF, UNKNOWN_ACTION = LineReference(CRETEIL, "A-1"), LineReference(CRETEIL, "A-9")

# What each guard refuses that looks at more than the status.
REFUSED: dict[str, dict[str, Callable[[], Pgaac]]] = {
    "reference-taken": {"a reference of another action": lambda: given(to_do(), ActionAdded.of(sheet()))},
    "no-cause": {"corrective without a cause in words": lambda: to_do(type=ActionType.CORRECTIVE, cause=None),
        "preventive without a family": lambda: to_do(type=ActionType.PREVENTIVE, cause_family=None),
        "a cause that is removed": lambda: given(to_do(), amended("A-1", cause=None))},
    "nothing-changes": {"an amendment of nothing": lambda: given(to_do(), amended("A-1")),
        "the same text": lambda: given(to_do(), amended("A-1", what="remplacer les postes"))},
    "criterion-fixed": {"moved": lambda: given(done(), amended("A-1", criterion="moins de pannes")),
        "removed": lambda: given(effective(), amended("A-1", criterion=None)),
        "set afterwards": lambda: given(
            done_before_criteria_were_required(), amended("A-1", criterion="aucune panne"))},
    "cause-judged": {"renamed": lambda: given(effective(), amended("A-1", cause_family="organisation")),
        "worded again": lambda: given(ineffective(), amended("A-1", cause="le câblage est ancien")),
        "removed": lambda: given(effective(), amended("A-1", type=ActionType.CURATIVE, cause=None, cause_family=None))},
    "no-evidence": {"done without proof": lambda: given(to_do(), finished(" "))},
    "done-without-criterion": {"done without a criterion": lambda: given(without_criterion(), finished())},
    "criterion-set-already": {"a criterion that moves": lambda: given(to_do(), finished(criterion="moins de pannes"))},
    "no-criterion": {"judged without a criterion": lambda: given(done_before_criteria_were_required(), judged())},
    "no-grounds": {"judged without grounds": lambda: given(done(), judged(why=""))},
    "own-follow-up": {"judged": lambda: given(done(), judged(effective=False, follow_up=ITSELF)),
        "named later": lambda: given(ineffective(), FollowUpNamed(action="A-1", follow_up=ITSELF))},
    "unknown-follow-up": {"judged": lambda: given(done(), judged(effective=False, follow_up=UNKNOWN_ACTION)),
        "named later": lambda: given(ineffective(), FollowUpNamed(action="A-1", follow_up=UNKNOWN_ACTION))},
    "follow-up-of-effective": {"effective and followed up": lambda: given(done(), judged(follow_up=OTHER))},
    "no-reason": {"abandoned": lambda: given(to_do(), ActionAbandoned(action="A-1", reason="  ")),
        "reopened": lambda: given(closed(), reopened(""))},
    "backwards": {"done before started": lambda: given(in_progress(), finished(), day=1),
        "judged before done": lambda: given(done(), judged(), day=2),
        "closed before judged": lambda: given(effective(), ActionClosed(action="A-1"), day=3),
        "reopened before closed": lambda: given(closed(), reopened("panne"), day=4),
        "reopened before abandoned": lambda: given(abandoned(), reopened("panne"), day=4),
        "abandoned before reopened": lambda: given(
            given(closed(), reopened("panne"), day=6), ActionAbandoned(action="A-1", reason="fin"), day=5),
        "an edition before the last": lambda: given(given(to_do(), published(), day=3), published(), day=2)},
    "edition-before-its-lines": {"an action": lambda: given(in_progress(), published(), day=1),
        "an amendment": lambda: given(given(to_do(), amended("A-1", owner="Mme Blanc"), day=3), published(), day=2),
        "a closing that it gathers": lambda: given(Pgaac(scope=NATION), published(gathered=closed().lines), day=4),
        "a line that it gathers": lambda: plan_after(
            Pgaac(scope=NATION), signed(1, 8)(published(gathered=to_do().lines)))},
    "no-recipient": {"an edition for nobody": lambda: given(to_do(), published(recipients=()))},
    "edition-out-of-turn": {"a number out of turn": lambda: given(to_do(), PlanPublished(number=2))},
    "not-below": {"a site gathers its own lines": lambda: given(to_do(), published(gathered=to_do().lines)),
        "a region gathers the nation's": lambda: given(
            Pgaac(scope=PARIS_REGION), published(gathered=[PlanLine(NATION, to_do().action("A-1")), *to_do().lines]))},
}  # fmt: skip


@pytest.mark.parametrize("guard", REFUSED)
def test_a_guard_that_looks_at_more_than_the_state_refuses(guard: str) -> None:
    for situation, act in REFUSED[guard].items():
        assert ids(refusal(act)) == {guard}, situation


def test_every_guard_refuses_in_some_case() -> None:
    seen = {guard.removeprefix("!") for _, _, cell in expectations() for guard in cell.split() if guard.startswith("!")}
    assert seen | REFUSED.keys() | {"unknown-action", "role-not-allowed"} == {
        guard.id for guard in GUARDS if set(guard.commands) - OF_SIGNALS
    }


@pytest.mark.parametrize("verb", PlanCommandType)
def test_every_guard_of_a_verb_can_be_met_alone(verb: PlanCommandType) -> None:
    table = plan_guard_table(verb)
    guards = {guard.id for guard in GUARDS if verb in guard.commands}
    assert {row.id for row in table.rows} == {*guards, "allowed"}
    assert all(table.witness_for(guard) is not None for guard in guards)


@pytest.mark.parametrize("type_", [ActionType.CONTAINMENT, ActionType.CURATIVE, ActionType.IMPROVEMENT])
def test_a_correction_needs_no_cause(type_: ActionType) -> None:
    assert to_do(type=type_, cause=None, cause_family=None).action("A-1").type is type_


def test_an_action_without_a_criterion_gets_it_when_it_is_done() -> None:
    plan = given(without_criterion(), finished(criterion="aucune panne"), day=3)
    assert plan.read(plan.action("A-1").criterion) == "aucune panne"


def test_a_criterion_is_set_by_reopening_where_the_action_was_done_without_one() -> None:
    plan = given(done_before_criteria_were_required(), reopened("rien ne dit si elle est efficace"), day=4)
    plan = given(given(plan, amended("A-1", criterion="aucune panne"), day=4), finished(), day=5)
    plan = given(plan, judged(), day=6)
    assert plan.read(plan.action("A-1").criterion) == "aucune panne"
    assert plan.action("A-1").effectiveness is Effectiveness.EFFECTIVE


def test_the_cause_of_an_action_changes_until_it_is_judged_and_once_it_is_reopened() -> None:
    plan = given(done(), amended("A-1", cause_family="organisation", cause="personne ne prévient"), day=4)
    again = given(effective(), reopened("autre cause"), amended("A-1", cause_family="organisation"), day=5)
    assert plan.action("A-1").cause_family == again.action("A-1").cause_family == "organisation"


def test_a_published_plan_may_have_the_instant_of_its_last_line() -> None:
    forgotten = given(closed(), TextsForgotten(action="A-1"), day=9)
    for plan, day in ((to_do(), 1), (closed(), 5), (forgotten, 5)):
        assert len(given(plan, published(), day=day).published_plans) == 1


def test_an_action_that_was_not_effective_closes_once_its_follow_up_is_named() -> None:
    named = FollowUpNamed(action="A-1", follow_up=OTHER)
    with_verdict = given(done(), judged(effective=False, follow_up=OTHER), day=4)
    for plan in (given(ineffective(), named, named, day=5), with_verdict):
        action = given(plan, ActionClosed(action="A-1"), day=6).action("A-1")
        assert (action.status, action.follow_ups) == (ActionStatus.CLOSED, (OTHER,))


def test_a_refusal_lists_every_guard_and_pickles() -> None:
    error = refusal(lambda: given(without_criterion(), judged(why="")))
    assert error.in_("fr").count("\n- ") == str(error).count("\n- ") == 3
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_refusal_of_an_edition_names_the_plan_alone() -> None:
    error = refusal(lambda: given(Pgaac(scope=PlanScope.nation()), published(recipients=())))
    assert error.action is None


def test_what_happens_at_the_very_same_instant_is_in_order() -> None:
    events = (ActionAdded.of(sheet()), ActionProgressed(action="A-1"), finished(), judged(), ActionClosed(action="A-1"))
    at_once = given(Pgaac(scope=CRETEIL), *events, day=1)
    assert at_once.action("A-1").status is ActionStatus.CLOSED
    assert len(given(at_once, published(), published(), day=1).published_plans) == 2


def test_a_reopened_action_needs_a_follow_up_of_its_own_when_it_fails_again() -> None:
    plan = given(ineffective(), FollowUpNamed(action="A-1", follow_up=OTHER), reopened("autre voie"), day=5)
    again = given(plan, finished(), judged(effective=False), day=7)
    assert ids(refusal(lambda: given(again, ActionClosed(action="A-1"), day=9))) == {"no-follow-up"}


@pytest.mark.parametrize("data", [None, "close", ActionStatus], ids=["None", "text", "class"])
def test_a_value_that_is_not_an_event_is_refused_with_the_list(data: Any) -> None:
    with pytest.raises(TypeError, match=r"^data: a \w+ cannot be asked for; give one of ActionAdded, "):
        plan_after(to_do(), LATER(data))
