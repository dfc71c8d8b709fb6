import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.references import natural_key
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.plans import (
    ActionStatus,
    LineReference,
    Occurrence,
    Pgaac,
    PlanScope,
    RecordedPlanEvent,
    gather,
    gathered_lines,
    plan_document,
    read_plan,
    recurrences,
)
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
)
from reclamation_core.plans.published import PublishedPlan, published_plan_difference
from reclamation_core.plans.relations import resolve
from reclamation_core.testing._plan_history import Signer, plan_after, published
from reclamation_core.testing.strategies.plan import busy_pgaacs, pgaacs
from reclamation_core.vocabulary import Site, Sites

START = datetime(2026, 1, 1, tzinfo=UTC)
SITES = Sites(Site(code=code, name=code, region=region) for code, region in [("A", "R"), ("B", "R"), ("C", "S")])
SCOPES = [*(PlanScope.site(code) for code in SITES), PlanScope.region("R"), PlanScope.region("S"), PlanScope.nation()]
FAMILIES = TRAINING_BODY.codes[:2]


def plans(of: Sequence[PlanScope] = SCOPES) -> st.SearchStrategy[Pgaac]:
    return pgaacs(scopes=st.sampled_from(of), sites=st.sampled_from(tuple(SITES)))


ANY_PLANS = plans() | busy_pgaacs()


@given(references=st.lists(st.from_regex(r"[AB0-9.-]{0,7}", fullmatch=True)))
@example(["B", "A-" + "9" * 4000 + "0", "A-" + "9" * 4000, "A-x", "A-10", "A-02", "A-2", "A", "10", "9"])
def test_references_are_sorted_by_their_words_and_by_the_values_of_their_numbers(references: list[str]) -> None:
    def words_and_values(reference: str) -> tuple[list[str | int], str]:
        parts = enumerate(re.split("([0-9]+)", reference))
        return [int(part) if place % 2 else part for place, part in parts], reference

    assert sorted(references, key=natural_key) == sorted(references, key=words_and_values)


@given(plan=ANY_PLANS, cut=st.integers(0, 50))
def test_a_plan_is_the_fold_of_its_history_however_the_events_are_batched(plan: Pgaac, cut: int) -> None:
    whole = Pgaac.from_events(plan.scope, plan.events, plan.vault)
    in_two = Pgaac.from_events(plan.scope, plan.events[:cut], plan.vault).followed_by(plan.events[cut:])
    one_by_one = Pgaac.from_events(plan.scope, (), plan.vault)
    for event in plan.events:
        one_by_one = one_by_one.followed_by([event])
    assert whole == in_two == one_by_one == plan
    assert [event.number for event in plan.events] == list(range(1, plan.version + 1))


def status_told(events: Sequence[RecordedPlanEvent], reference: str) -> ActionStatus | None:
    """The status of an action by its last event that sets one."""
    status: ActionStatus | None = None
    begun = False
    for event in events:
        if getattr(event.data, "action", None) != reference:
            continue
        match event.data:
            case ActionAdded():
                status = ActionStatus.TO_DO
            case ActionProgressed():
                status, begun = ActionStatus.IN_PROGRESS, True
            case ActionDone():
                status = ActionStatus.DONE
            case ActionJudged():
                status = ActionStatus.VERIFIED
            case ActionClosed():
                status = ActionStatus.CLOSED
            case ActionAbandoned():
                status = ActionStatus.ABANDONED
            case ActionReopened():
                status = ActionStatus.IN_PROGRESS if begun else ActionStatus.TO_DO
    return status


@given(plan=ANY_PLANS)
def test_actions_and_published_plans_are_what_their_events_say(plan: Pgaac) -> None:
    for action in plan.actions:
        assert action.status is status_told(plan.events, action.reference)

    for action in plan.actions:
        own = [event.data for event in plan.events if getattr(event.data, "action", None) == action.reference]
        since = max((place for place, data in enumerate(own) if isinstance(data, ActionReopened)), default=-1)
        judged = any(isinstance(data, ActionJudged) for data in own[since + 1 :])
        closed = any(isinstance(data, ActionClosed) for data in own[since + 1 :])
        explained = any(isinstance(data, ActionAbandoned) and data.reason is not None for data in own[since + 1 :])
        assert closed <= judged
        assert (action.settled_at is not None) is ((closed and judged) or explained)

    assert [edition.number for edition in plan.published_plans] == list(range(1, len(plan.published_plans) + 1))
    published = [event.number for event in plan.events if type(event.data).__name__ == "PlanPublished"]
    for edition, number in zip(plan.published_plans, published, strict=True):
        then = Pgaac.from_events(plan.scope, plan.events[:number])
        assert {line.reference: line for line in edition.lines} == {line.reference: line for line in then.lines}

    for edition in plan.published_plans:
        for action in (line.action for line in edition.lines):
            ended = (end for end in (action.judgement, action.abandonment, *action.reopenings) if end is not None)
            marks = (action.added, action.started, action.done, action.closed, *(end.at for end in ended))
            assert all(mark is None or mark <= edition.published_at for mark in marks)


@given(plan=ANY_PLANS)
def test_the_criterion_of_a_judgement_stays(plan: Pgaac) -> None:
    criteria: dict[str, object] = {}
    causes: dict[str, object] = {}
    for event in plan.events:
        match event.data:
            case ActionDone(action=name):
                criteria[name] = Pgaac.from_events(plan.scope, plan.events[: event.number]).action(name).criterion
            case ActionJudged(action=name):
                judged = Pgaac.from_events(plan.scope, plan.events[: event.number]).action(name)
                causes[name] = (judged.cause_family, judged.cause)
            case ActionReopened(action=name):
                criteria.pop(name, None)
                causes.pop(name, None)
            case ActionAmended(sheet=sheet):
                cause = (sheet.cause_family, sheet.cause)
                assert criteria.get(sheet.reference, sheet.criterion) == sheet.criterion
                assert causes.get(sheet.reference, cause) == cause


@given(plan=ANY_PLANS)
def test_a_difference_applied_to_the_previous_published_plan_is_the_next(plan: Pgaac) -> None:
    before = None
    for edition in plan.published_plans:
        assert plan.difference(edition.number).applied_to(before) == edition
        before = edition


@given(data=st.data(), plan=busy_pgaacs())
def test_a_difference_rebuilds_any_published_plan_from_any_other(data: st.DataObject, plan: Pgaac) -> None:
    moments = [Pgaac.from_events(plan.scope, plan.events[:end]).lines for end in range(plan.version + 1)]

    def edition(number: int) -> PublishedPlan:
        lines = {line.reference: line for line in data.draw(st.sampled_from(moments))}
        kept = [line for line in lines.values() if data.draw(st.booleans())]
        return PublishedPlan(scope=plan.scope, number=number, published_at=START, recipients=("PCS",), lines=kept)

    before, after = edition(1), edition(2)
    assert published_plan_difference(before, after).applied_to(before) == after


def several(of: Sequence[PlanScope] = SCOPES) -> st.SearchStrategy[list[Pgaac]]:
    return st.lists(plans(of), unique_by=lambda plan: plan.scope, max_size=5)


@given(data=st.data(), given_plans=several())
def test_gathering_does_not_depend_on_the_order_of_the_plans_nor_on_their_repetition(
    data: st.DataObject, given_plans: list[Pgaac]
) -> None:
    shuffled = data.draw(st.permutations([*given_plans, *given_plans]))
    for scope in SCOPES:
        references = gather(scope, given_plans, SITES)
        assert gather(scope, shuffled, SITES) == references
        lines = resolve(references, given_plans)
        assert resolve(reversed([*references, *references]), shuffled) == lines
        assert gathered_lines(scope, shuffled, SITES) == lines
        assert tuple(line.reference for line in lines) == references


@given(given_plans=several())
def test_the_nation_gathers_what_the_regions_gather_and_their_own_lines(given_plans: list[Pgaac]) -> None:
    by_region: set[LineReference] = set()
    for name in ("R", "S"):
        scope = PlanScope.region(name)
        own = [line.reference for plan in given_plans if plan.scope == scope for line in plan.lines]
        by_region |= {*own, *gather(scope, given_plans, SITES)}
    assert set(gather(PlanScope.nation(), given_plans, SITES)) == by_region


@given(given_plans=several(SCOPES[:3]), later=st.integers(90, 100))
def test_a_gathering_published_plan_has_each_line_below_once(given_plans: list[Pgaac], later: int) -> None:
    region = PlanScope.region("R")
    signature = Signer(occurred_at=START + timedelta(days=later))
    plan = plan_after(Pgaac(scope=region), signature(published(gathered=gathered_lines(region, given_plans, SITES))))
    below = [line for one in given_plans if one.scope.code in ("A", "B") for line in one.lines]
    assert sorted(map(repr, plan.published_plans[0].lines)) == sorted(map(repr, below))


@given(plan=ANY_PLANS)
def test_a_plan_comes_back_from_its_document(plan: Pgaac) -> None:
    text = canonical_json(plan_document(plan))
    assert read_plan(parse_json(text), plan.vault) == plan
    assert canonical_json(plan_document(read_plan(parse_json(text)))) == text


@given(plan=busy_pgaacs(), family=st.sampled_from(FAMILIES), site=st.sampled_from(tuple(SITES)), day=st.integers(0, 40))
def test_a_recurrence_is_found_once_and_ends_effective_actions(plan: Pgaac, family: str, site: str, day: int) -> None:
    received_at = START + timedelta(days=day)
    occurrence = Occurrence(case="C-9", families=[family], sites=(site,), received_at=received_at)
    signature = Signer(occurred_at=START + timedelta(days=100))

    after = plan_after(plan, *map(signature, recurrences(plan, occurrence, SITES)))

    expected = {
        action.reference
        for action in plan.actions
        if (family, site) == (FAMILIES[0], "A")
        and action.judgement is not None
        and action.judgement.effectiveness.value == "effective"
        and action.judgement.at < received_at
    }
    assert {one.action for one in recurrences(plan, occurrence, SITES)} == expected
    assert after.version == plan.version + len(expected)
    assert recurrences(after, occurrence, SITES) == ()
    assert {
        action.reference for action in after.actions if action.reopenings and action.reopenings[-1].case
    } == expected
