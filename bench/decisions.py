"""One complaint: eligibility and level, compared with the same rules in other engines."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench._measure import compare, ratio_row
from reclamation_core import (
    ABSENT,
    BusinessCalendar,
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    Eligibility,
    Level,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
    m2_1,
)

COMPLAINTS = 1_000


def complaints() -> list[ComplaintFacts]:
    """Complaints whose facts are all known, the same ones each time."""
    chance = random.Random(2026)
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def one(place: int) -> ComplaintFacts:
        return ComplaintFacts(
            received_at=start + timedelta(hours=place),
            channel=chance.choice(list(Channel)),
            formal=chance.random() < 0.8,
            complainant=chance.choice(list(Complainant)),
            nature=chance.choice([Nature.GRIEVANCE, Nature.GRIEVANCE, *Nature]),
            requirement=chance.choice(list(Requirement)),
            sold_service=chance.random() < 0.9,
            satisfaction=chance.choice([ABSENT, ABSENT, 4, 5.5, 7]),
            client_scope=chance.choice(list(ClientScope)),
            service_reach=chance.choice(list(ServiceReach)),
            mobilisation=chance.choice(list(Mobilisation)),
        )

    return [one(place) for place in range(COMPLAINTS)]


def by_hand(facts: ComplaintFacts) -> tuple[Eligibility, Level]:
    """The same two decisions as a developer writes them, without a reason for either."""
    note = facts.satisfaction
    if note is not ABSENT and note < 6:  # type: ignore[operator]
        eligibility = Eligibility.COMPLAINT
    elif (
        facts.formal
        and facts.channel is not Channel.SURVEY
        and facts.channel is not Channel.OTHER
        and facts.complainant is not Complainant.OTHER
        and facts.nature is Nature.GRIEVANCE
        and facts.requirement is not Requirement.NONE
        and facts.sold_service
    ):
        eligibility = Eligibility.COMPLAINT
    else:
        eligibility = Eligibility.OUT_OF_SCOPE
    if (
        facts.client_scope is ClientScope.NATIONAL
        or facts.mobilisation is Mobilisation.NATIONAL
        or facts.service_reach is ServiceReach.SEVERAL_REGIONS
    ):
        level = Level.NATIONAL
    elif (
        facts.client_scope is ClientScope.REGIONAL
        or facts.service_reach is ServiceReach.SEVERAL_CENTRES
        or facts.mobilisation is Mobilisation.REGIONAL
    ):
        level = Level.REGIONAL
    else:
        level = Level.LOCAL
    return eligibility, level


def _zen_table() -> str:
    """The level table as the zen engine has it: first hit, from national down."""
    rules = [
        ("national", "client_scope", '"national"'),
        ("national", "mobilisation", '"national"'),
        ("national", "service_reach", '"several_regions"'),
        ("regional", "client_scope", '"regional"'),
        ("regional", "service_reach", '"several_centres"'),
        ("regional", "mobilisation", '"regional"'),
        ("local", "client_scope", ""),
    ]
    names = ("client_scope", "service_reach", "mobilisation")
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "type": "expression", "field": name} for name in names],
        "outputs": [{"id": "level", "name": "level", "type": "expression", "field": "level"}],
        "rules": [
            {"_id": str(place), **dict.fromkeys(names, ""), name: test, "level": f'"{level}"'}
            for place, (level, name, test) in enumerate(rules)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": {"x": 1, "y": 0}, "content": content},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def zen_level(facts: list[ComplaintFacts]) -> Callable[[], object]:
    """The level of each complaint by the zen engine."""
    import zen

    decision = zen.ZenEngine().create_decision(_zen_table())
    names = ("client_scope", "service_reach", "mobilisation")
    documents = [{name: getattr(one, name).value for name in names} for one in facts]
    levels = [decision.evaluate(document)["result"]["level"] for document in documents]
    if levels != [by_hand(one)[1].value for one in facts]:
        raise AssertionError("the zen engine's table is not the same rule")
    return lambda: [decision.evaluate(document) for document in documents]


def rule_engine_eligibility(facts: list[ComplaintFacts]) -> Callable[[], object]:
    """The eligibility of each complaint by rule-engine, one compiled rule."""
    import rule_engine

    rule = rule_engine.Rule(
        'note < 6 or (formal and channel != "survey" and channel != "other" and complainant != "other" '
        'and nature == "grievance" and requirement != "none" and sold_service)'
    )
    documents = [
        {
            "note": 10 if one.satisfaction is ABSENT else one.satisfaction,
            **{name: getattr(one, name) for name in ("formal", "sold_service")},
            **{name: getattr(one, name).value for name in ("channel", "complainant", "nature", "requirement")},
        }
        for one in facts
    ]
    if [rule.matches(document) for document in documents] != [
        by_hand(one)[0] is Eligibility.COMPLAINT for one in facts
    ]:
        raise AssertionError("rule-engine's rule is not the same rule")
    return lambda: [rule.matches(document) for document in documents]


def run() -> list[dict[str, Any]]:
    """Microseconds per complaint, medians of alternating rounds."""
    facts = complaints()
    policy, calendar = m2_1(), BusinessCalendar.france()
    eligibility, level = policy.tables["eligibility"], policy.tables["level"]
    if [(eligibility.look_up(one).outcome, level.look_up(one).outcome) for one in facts] != list(map(by_hand, facts)):
        raise AssertionError("the rules written by hand are not those of the tables")
    look_up, look_up_level, decide, decide_level = eligibility.look_up, level.look_up, eligibility.decide, level.decide
    contenders: dict[str, Callable[[], object]] = {
        "look_up": lambda: [(look_up(one), look_up_level(one)) for one in facts],
        "decide": lambda: [(decide(one), decide_level(one)) for one in facts],
        "look_up level": lambda: [look_up_level(one) for one in facts],
        "assess": lambda: [policy.assess(one, calendar) for one in facts],
        "by hand": lambda: [by_hand(one) for one in facts],
        "zen": zen_level(facts),
        "rule-engine": rule_engine_eligibility(facts),
    }
    medians = {name: seconds / len(facts) * 1e6 for name, seconds in compare(contenders).items()}
    hand, zen = ("if/elif by hand, no reasons", medians["by hand"]), ("zen-engine, level table", medians["zen"])
    return [
        ratio_row("look_up, eligibility and level", medians["look_up"], hand, 0.8),
        ratio_row("decide, eligibility and level", medians["decide"], hand, 1.1),
        ratio_row("look_up, level", medians["look_up level"], zen, None),
        ratio_row("decide, eligibility and level", medians["decide"], ("rule-engine", medians["rule-engine"]), None),
        ratio_row("assess, whole, with the deadline", medians["assess"], zen, 0.5),
    ]
