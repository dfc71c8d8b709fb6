from __future__ import annotations

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

ACTS: dict[str, Callable[[Pgaac], Pgaac]] = {
    "amend": lambda plan: plan_after(plan, LATER(amended("A-1", owner="Mme Blanc"))),
    "progress": lambda plan: plan_after(plan, LATER(ActionProgressed(action="A-1"))),
    "finish": lambda plan: plan_after(plan, LATER(ActionDone(action="A-1", evidence="facture"))),
    "judge": lambda plan: plan_after(
        plan, LATER(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="aucune panne"))
    ),
    "follow_up": lambda plan: plan_after(plan, LATER(FollowUpNamed(action="A-1", follow_up=OTHER))),
    "close": lambda plan: plan_after(plan, LATER(ActionClosed(action="A-1"))),
    "abandon": lambda plan: plan_after(plan, LATER(ActionAbandoned(action="A-1", reason="l'atelier ferme"))),
    "reopen": lambda plan: plan_after(plan, LATER(ActionReopened(action="A-1", reason="tout est à refaire"))),
    "forget": lambda plan: plan_after(plan, LATER(TextsForgotten(action="A-1"))),
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
        error = refusal(lambda: ACTS[verb](plan))
        assert ids(error) == {guard.removeprefix("!") for guard in expected.split()}
        assert (error.scope, error.action, error.command) == (CRETEIL, "A-1", PlanCommandType.parse(verb))
    else:
        after = ACTS[verb](plan).action("A-1").status
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
        with pytest.raises(LookupError, match="plan site:CRE has no action 'A-1'; add it first") as caught:
            ACTS[verb](plan)
        assert isinstance(caught.value, ReclamationError)
    else:
        assert ids(refusal(lambda: ACTS[verb](plan))) == {"unknown-action"}


@pytest.mark.parametrize(
    ("act", "guards"),
    [
        pytest.param(
            lambda: plan_after(to_do(), LATER(ActionAdded.of(sheet()))),
            {"reference-taken"},
            id="a reference given twice",
        ),
        pytest.param(
            lambda: to_do(type=ActionType.CORRECTIVE, cause=None),
            {"no-cause"},
            id="corrective without a cause in words",
        ),
        pytest.param(
            lambda: to_do(type=ActionType.PREVENTIVE, cause_family=None), {"no-cause"}, id="preventive without a family"
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(amended("A-1", cause=None))), {"no-cause"}, id="a cause taken away"
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(amended("A-1"))), {"nothing-changes"}, id="an amendment of nothing"
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(amended("A-1", what="remplacer les postes"))),
            {"nothing-changes"},
            id="the same text",
        ),
        pytest.param(
            lambda: plan_after(done(), LATER(amended("A-1", criterion="moins de pannes"))),
            {"criterion-fixed"},
            id="goalposts moved",
        ),
        pytest.param(
            lambda: plan_after(effective(), LATER(amended("A-1", criterion=None))),
            {"criterion-fixed"},
            id="goalposts taken away",
        ),
        pytest.param(
            lambda: plan_after(done_before_criteria_were_required(), LATER(amended("A-1", criterion="aucune panne"))),
            {"criterion-fixed"},
            id="goalposts set afterwards",
        ),
        pytest.param(
            lambda: plan_after(effective(), LATER(amended("A-1", cause_family="organisation"))),
            {"cause-judged"},
            id="a cause renamed",
        ),
        pytest.param(
            lambda: plan_after(ineffective(), LATER(amended("A-1", cause="le câblage est ancien"))),
            {"cause-judged"},
            id="a cause retold",
        ),
        pytest.param(
            lambda: plan_after(
                effective(), LATER(amended("A-1", type=ActionType.CURATIVE, cause=None, cause_family=None))
            ),
            {"cause-judged"},
            id="a cause taken away once judged",
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(ActionDone(action="A-1", evidence=" "))),
            {"no-evidence"},
            id="done without proof",
        ),
        pytest.param(
            lambda: plan_after(
                to_do(criterion=None, check_on=None), LATER(ActionDone(action="A-1", evidence="facture"))
            ),
            {"done-without-criterion"},
            id="done without a criterion",
        ),
        pytest.param(
            lambda: plan_after(
                to_do(), LATER(ActionDone(action="A-1", evidence="facture", criterion="moins de pannes"))
            ),
            {"criterion-set-already"},
            id="goalposts moved when it is done",
        ),
        pytest.param(
            lambda: plan_after(
                done_before_criteria_were_required(),
                LATER(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")),
            ),
            {"no-criterion"},
            id="judged without a criterion",
        ),
        pytest.param(
            lambda: plan_after(
                done(), LATER(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why=""))
            ),
            {"no-grounds"},
            id="judged without grounds",
        ),
        pytest.param(
            lambda: plan_after(
                done(),
                LATER(
                    ActionJudged(
                        action="A-1",
                        effectiveness=Effectiveness.NOT_EFFECTIVE,
                        why="vu",
                        follow_up=LineReference(CRETEIL, "A-1"),
                    )
                ),
            ),
            {"own-follow-up"},
            id="judged with itself for follow-up",
        ),
        pytest.param(
            lambda: plan_after(
                done(),
                LATER(
                    ActionJudged(
                        action="A-1",
                        effectiveness=Effectiveness.NOT_EFFECTIVE,
                        why="vu",
                        follow_up=LineReference(CRETEIL, "A-9"),
                    )
                ),
            ),
            {"unknown-follow-up"},
            id="judged with a follow-up that is on no plan",
        ),
        pytest.param(
            lambda: plan_after(
                ineffective(), LATER(FollowUpNamed(action="A-1", follow_up=LineReference(CRETEIL, "A-9")))
            ),
            {"unknown-follow-up"},
            id="followed up by nothing",
        ),
        pytest.param(
            lambda: plan_after(
                ineffective(), LATER(FollowUpNamed(action="A-1", follow_up=LineReference(CRETEIL, "A-1")))
            ),
            {"own-follow-up"},
            id="followed up by itself",
        ),
        pytest.param(
            lambda: plan_after(
                done(),
                LATER(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu", follow_up=OTHER)),
            ),
            {"follow-up-of-effective"},
            id="effective and followed up",
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(ActionAbandoned(action="A-1", reason="  "))),
            {"no-reason"},
            id="abandoned without a reason",
        ),
        pytest.param(
            lambda: plan_after(closed(), LATER(ActionReopened(action="A-1", reason=""))),
            {"no-reason"},
            id="reopened without a reason",
        ),
        pytest.param(
            lambda: plan_after(in_progress(), signed(1)(ActionDone(action="A-1", evidence="facture"))),
            {"backwards"},
            id="done before started",
        ),
        pytest.param(
            lambda: plan_after(
                done(), signed(2)(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu"))
            ),
            {"backwards"},
            id="judged before",
        ),
        pytest.param(
            lambda: plan_after(effective(), signed(3)(ActionClosed(action="A-1"))),
            {"backwards"},
            id="closed before judged",
        ),
        pytest.param(
            lambda: plan_after(closed(), signed(4)(ActionReopened(action="A-1", reason="panne"))),
            {"backwards"},
            id="reopened before closed",
        ),
        pytest.param(
            lambda: plan_after(abandoned(), signed(4)(ActionReopened(action="A-1", reason="panne"))),
            {"backwards"},
            id="reopened before abandoned",
        ),
        pytest.param(
            lambda: plan_after(
                closed(),
                signed(6)(ActionReopened(action="A-1", reason="panne")),
                signed(5)(ActionAbandoned(action="A-1", reason="fin")),
            ),
            {"backwards"},
            id="abandoned before reopened",
        ),
        pytest.param(
            lambda: plan_after(to_do(), signed(3)(published()), signed(2)(published())),
            {"backwards"},
            id="an edition before the last",
        ),
        pytest.param(
            lambda: plan_after(in_progress(), signed(1)(published())),
            {"edition-before-its-lines"},
            id="an edition before what it shows",
        ),
        pytest.param(
            lambda: plan_after(to_do(), signed(3)(amended("A-1", owner="Mme Blanc")), signed(2)(published())),
            {"edition-before-its-lines"},
            id="an edition before an amendment that it shows",
        ),
        pytest.param(
            lambda: plan_after(Pgaac(scope=NATION), signed(4)(published(gathered=closed().lines))),
            {"edition-before-its-lines"},
            id="an edition before a closing that it gathers",
        ),
        pytest.param(
            lambda: plan_after(Pgaac(scope=NATION), signed(1, 8)(published(gathered=to_do().lines))),
            {"edition-before-its-lines"},
            id="an edition before a line that it gathers was added",
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(published(recipients=()))), {"no-recipient"}, id="an edition for nobody"
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(PlanPublished(number=2))),
            {"edition-out-of-turn"},
            id="a number out of turn",
        ),
        pytest.param(
            lambda: plan_after(to_do(), LATER(published(gathered=to_do().lines))),
            {"not-below"},
            id="a site gathers its own lines",
        ),
        pytest.param(
            lambda: plan_after(
                Pgaac(scope=PARIS_REGION),
                LATER(published(gathered=[PlanLine(NATION, to_do().action("A-1")), *to_do().lines])),
            ),
            {"not-below"},
            id="a region gathers the nation's",
        ),
    ],
)
def test_a_guard_that_looks_at_more_than_the_state_refuses(act: Callable[[], Pgaac], guards: set[str]) -> None:
    assert ids(refusal(act)) == guards


def test_every_guard_refuses_in_some_case() -> None:
    seen = {guard.removeprefix("!") for _, _, cell in expectations() for guard in cell.split() if guard.startswith("!")}
    tried: Any = test_a_guard_that_looks_at_more_than_the_state_refuses
    (mark,) = tried.pytestmark
    for param in mark.args[1]:
        seen |= param.values[1]

    assert seen | {"unknown-action", "role-not-allowed"} == {
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
    plan = to_do(type=type_, cause=None, cause_family=None)

    assert plan.action("A-1").type is type_


def test_an_action_without_a_criterion_gets_it_when_it_is_done() -> None:
    plan = plan_after(
        to_do(criterion=None, check_on=None),
        signed(3)(ActionDone(action="A-1", evidence="facture", criterion="aucune panne")),
    )

    assert plan.read(plan.action("A-1").criterion) == "aucune panne"


def test_a_criterion_is_set_by_reopening_where_the_action_was_done_without_one() -> None:
    plan = plan_after(
        done_before_criteria_were_required(),
        signed(4)(ActionReopened(action="A-1", reason="rien ne dit si elle est efficace")),
    )
    plan = plan_after(
        plan,
        signed(4)(amended("A-1", criterion="aucune panne")),
        signed(5)(ActionDone(action="A-1", evidence="facture")),
    )
    plan = plan_after(plan, signed(6)(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")))

    assert plan.read(plan.action("A-1").criterion) == "aucune panne"
    assert plan.action("A-1").effectiveness is Effectiveness.EFFECTIVE


def test_the_cause_of_an_action_changes_until_it_is_judged_and_once_it_is_reopened() -> None:
    plan = plan_after(done(), signed(4)(amended("A-1", cause_family="organisation", cause="personne ne prévient")))
    again = plan_after(
        effective(),
        signed(5)(ActionReopened(action="A-1", reason="autre cause")),
        signed(5)(amended("A-1", cause_family="organisation")),
    )

    assert plan.action("A-1").cause_family == again.action("A-1").cause_family == "organisation"


def test_a_published_plan_may_have_the_instant_of_its_last_line() -> None:
    assert len(plan_after(to_do(), signed(1)(published())).published_plans) == 1
    assert len(plan_after(closed(), signed(5)(published())).published_plans) == 1
    assert (
        len(plan_after(closed(), signed(9)(TextsForgotten(action="A-1")), signed(5)(published())).published_plans) == 1
    )


def test_an_action_that_was_not_effective_closes_once_its_follow_up_is_named() -> None:
    plan = plan_after(
        ineffective(),
        signed(5)(FollowUpNamed(action="A-1", follow_up=OTHER)),
        signed(5)(FollowUpNamed(action="A-1", follow_up=OTHER)),
    )

    assert plan_after(plan, signed(6)(ActionClosed(action="A-1"))).action("A-1").follow_ups == (OTHER,)


def test_the_follow_up_may_be_named_with_the_verdict() -> None:
    plan = plan_after(
        done(),
        signed(4)(
            ActionJudged(action="A-1", effectiveness=Effectiveness.NOT_EFFECTIVE, why="une panne", follow_up=OTHER)
        ),
    )

    assert plan_after(plan, signed(5)(ActionClosed(action="A-1"))).action("A-1").status is ActionStatus.CLOSED


def test_a_refusal_lists_every_guard_in_both_languages() -> None:
    error = refusal(
        lambda: plan_after(
            to_do(criterion=None, check_on=None),
            LATER(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE)),
        )
    )

    assert error.in_("fr") == (
        "Opération refusée : évaluer l'efficacité d'une action (PGAAC centre CRE, action A-1).\n"
        "- L'action n'est pas réalisée (état : à faire). Déclarez sa réalisation avant d'évaluer son efficacité (M2-1, "
        "objectif).\n"
        "- Aucun critère d'efficacité n'est fixé : fixez-en un. Si l'action est réalisée, rouvrez-la d'abord.\n"
        "- L'évaluation n'est pas motivée : précisez sur quel constat elle repose."
    )
    assert str(error) == (
        "PGAAC centre CRE, action A-1, 'evaluate the effectiveness of an action' is refused:\n"
        "- The action is not done (status: to do). Declare it done before its effectiveness is judged (M2-1, aim).\n"
        "- No effectiveness criterion is set: set one. If the action is done, reopen it first.\n"
        "- The judgement has no grounds: state what it rests on."
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_refusal_of_an_edition_names_the_plan_alone() -> None:
    error = refusal(lambda: plan_after(Pgaac(scope=PlanScope.nation()), LATER(published(recipients=()))))

    assert error.action is None
    assert error.in_("fr") == (
        "Opération refusée : publier une édition (PGAAC national).\n- Aucun destinataire n'est indiqué : "
        "indiquez-en, ou diffusez à tous les PCS (M2-1, interactions ; interprétation n° 16)."
    )


def test_what_happens_at_the_very_same_instant_is_in_order() -> None:
    at_once = plan_after(
        Pgaac(scope=CRETEIL), signed(1)(ActionAdded.of(sheet())), signed(1)(ActionProgressed(action="A-1"))
    )
    at_once = plan_after(at_once, signed(1)(ActionDone(action="A-1", evidence="facture")))
    at_once = plan_after(
        at_once,
        signed(1)(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")),
        signed(1)(ActionClosed(action="A-1")),
    )

    assert at_once.action("A-1").status is ActionStatus.CLOSED
    assert len(plan_after(at_once, signed(1)(published()), signed(1)(published())).published_plans) == 2


def test_a_reopened_action_needs_a_follow_up_of_its_own_when_it_fails_again() -> None:
    plan = plan_after(
        ineffective(),
        signed(5)(FollowUpNamed(action="A-1", follow_up=OTHER)),
        signed(6)(ActionReopened(action="A-1", reason="autre voie")),
    )
    again = plan_after(
        plan,
        signed(7)(ActionDone(action="A-1", evidence="facture")),
        signed(8)(ActionJudged(action="A-1", effectiveness=Effectiveness.NOT_EFFECTIVE, why="une panne")),
    )

    assert ids(refusal(lambda: plan_after(again, signed(9)(ActionClosed(action="A-1"))))) == {"no-follow-up"}


@pytest.mark.parametrize("data", [None, "close", ActionStatus], ids=["None", "text", "class"])
def test_a_value_that_is_not_an_event_is_refused_with_the_list(data: Any) -> None:
    with pytest.raises(TypeError, match=r"^data: a \w+ cannot be asked for; give one of ActionAdded, "):
        plan_after(to_do(), LATER(data))
