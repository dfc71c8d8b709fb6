"""Small tables that the tests of this room share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import (
    Boolean,
    Condition,
    Day,
    DecisionTable,
    Domain,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    above,
    absent,
    all_but,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.wording import Wording


class Level(StrEnum):
    """A scale as an application would write it: a rank makes it one."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def wording(self) -> Wording:
        french = {"local": "Local", "regional": "Régional", "national": "National"}
        return Wording(french[self.value], self.value.capitalize())


LEVEL = Enumeration.of(Level)


def level_rows() -> list[Row]:
    """The seven rows of the level that M2-1 §5 states, word for word: none is added and none is narrowed."""
    return [
        Row("local-client", {"client": Level.LOCAL}, Level.LOCAL, "M2-1 §5.1"),
        Row("local-service", {"service": "one_centre"}, Level.LOCAL, "M2-1 §5.1"),
        Row("regional-client", {"client": Level.REGIONAL}, Level.REGIONAL, "M2-1 §5.2"),
        Row("regional-service", {"service": "several_centres"}, Level.REGIONAL, "M2-1 §5.2"),
        Row("regional-effort", {"client": Level.LOCAL, "mobilisation": Level.REGIONAL}, Level.REGIONAL, "M2-1 §5.2"),
        Row("national-client", {"client": Level.NATIONAL}, Level.NATIONAL, "M2-1 §5.3"),
        Row(
            "national-effort",
            {"client": [Level.REGIONAL, Level.LOCAL], "mobilisation": Level.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3",
        ),
    ]


SERVICE = Enumeration(
    "Service",
    ("one_centre", "several_centres", "several_regions"),
    (
        Wording("un centre", "one centre"),
        Wording("plusieurs centres", "several centres"),
        Wording("plusieurs régions", "several regions"),
    ),
)


def level_inputs() -> list[Input]:
    return [
        Input("client", LEVEL, Wording("client", "client")),
        Input("service", SERVICE, Wording("prestation", "service")),
        Input("mobilisation", LEVEL, Wording("mobilisation", "mobilisation")),
    ]


def level_table(policy: HitPolicy = HitPolicy.PRIORITY, **changes: Any) -> DecisionTable[Level]:
    priority = tuple(reversed(Level)) if policy is HitPolicy.PRIORITY else ()
    options: dict[str, Any] = {"priority": priority, "title": Wording("niveau de traitement", "handling level")}
    parts = {"inputs": level_inputs(), "output": LEVEL, "rows": level_rows(), "hit_policy": policy}
    return DecisionTable("level", **{**parts, **options, **changes})


def scope_table() -> DecisionTable[bool]:
    """Whether a survey score or a formal letter is a complaint; the note may be absent."""
    return DecisionTable(
        "in_scope",
        [
            Input(
                "note",
                Number(0, 10),
                Wording("note de satisfaction", "satisfaction note"),
                question=Wording("Quelle note a été donnée ?", "Which note was given?"),
                absent=True,
                plain_question=Wording("Quelle note avez-vous donnée ?", "Which note did you give?"),
            ),
            Input("formal", Boolean(), Wording("réclamation formelle", "formal complaint")),
        ],
        Boolean(),
        [
            Row(
                "low-note",
                {"note": below(6)},
                True,
                "M2-1 §1.4",
                Wording("une note inférieure à 6 est une réclamation", "a note below 6 is a complaint"),
            ),
            Row(
                "formal",
                {"formal": True},
                True,
                "M2-1 §1.3",
                interpretation="I20",
                plain=Wording("vous vous plaignez de façon formelle", "you complain in a formal way"),
            ),
            Row("otherwise", {}, False),
        ],
        HitPolicy.FIRST,
        Wording("dans le cadre", "in scope"),
        statements={True: Wording("c'est une réclamation", "this is a complaint")},
        plain_statements={True: Wording("vous faites une réclamation", "you make a complaint")},
    )


def one_input(domain: Domain, *rules: tuple[Condition, int], **options: Any) -> DecisionTable[int]:
    """A table on one input `x`: the outcome is the number of the first rule that holds, or -1."""
    rows = [Row(f"r{number}", {"x": condition}, then) for number, (condition, then) in enumerate(rules)]
    rows.append(Row("otherwise", {"x": any_value()}, -1))
    return DecisionTable("t", [Input("x", domain, **options)], Integer(), rows, HitPolicy.FIRST)


def both(name: str, first: str, second: str) -> DecisionTable[bool]:
    """Whether two yes-or-no facts agree."""
    rows = [
        Row("both", {first: True, second: True}, True),
        Row("neither", {first: False, second: False}, True),
        Row("first", {first: True, second: False}, False),
        Row("second", {first: False, second: True}, False),
    ]
    return DecisionTable(name, [Input(first, Boolean()), Input(second, Boolean())], Boolean(), rows)


def every_domain() -> DecisionTable[int]:
    """One input of each kind, and several kinds of conditions."""
    return DecisionTable(
        "everything",
        [
            Input("level", LEVEL),
            Input("colour", Enumeration("Colour", ("red", "blue"), (Wording("rouge", "red"), Wording("bleu", "blue")))),
            Input("flag", Boolean(), absent=True),
            Input("count", Integer(0), unknown=False, absent=True),
            Input("note", Number(0, 10)),
            Input("day", Day(date(2020, 1, 1), None)),
        ],
        Integer(0, 6),
        [
            Row("level", {"level": is_not(Level.LOCAL)}, 1),
            Row("note", {"note": at_least(2.5), "count": at_least(3)}, 2),
            Row("day", {"day": below(date(2024, 2, 29)), "flag": True}, 3),
            Row("otherwise", {"colour": any_value()}, 0, "§9", Wording("sinon", "otherwise"), interpretation="L1"),
        ],
        HitPolicy.COLLECT_MAX,
        Wording("tout", "everything"),
    )


def in_words() -> Iterator[tuple[DecisionTable[Any], dict[str, Iterable[Any]]]]:
    """Yield tables with each hit policy and condition, and values to decide on."""
    made: list[Callable[[Any], Condition]] = [is_, below, at_most, at_least, above, is_not, all_but]
    for domain, low, high in (
        (Integer(0), 2, 5),
        (Number(None, 10), 2, 5),
        (Day(), date(2026, 6, 1), date(2026, 7, 1)),
    ):
        ranges = [between(low, high, low_included=a, high_included=b) for a, b in product((True, False), repeat=2)]
        listed = [is_in(below(low), high), is_not(below(low), high), absent(), any_value()]
        conditions = enumerate([*(one(low) for one in made), *ranges, *listed])
        rows = [Row(f"r{number}", {"x": one}, number) for number, one in conditions]
        yield (
            DecisionTable("t", [Input("x", domain, absent=True)], Integer(), rows, HitPolicy.FIRST),
            {"x": (low, ABSENT)},
        )
    both = [Row("a", {"a": True}, 1, "M2-1 §1.3"), Row("b", {"b": True}, 1), Row("c", {"a": False, "b": False}, 0)]
    for policy in HitPolicy:
        order = (1, 0) if policy is HitPolicy.PRIORITY else ()
        inputs = [Input(name, Boolean()) for name in "ab"]
        table: DecisionTable[int] = DecisionTable(
            "t", inputs, Integer(0, 2), both, policy, priority=order, validate=False
        )
        yield table, {"a": (True, False), "b": (True, False, UNKNOWN)}
    reach = ("one_centre", "several_centres")
    yield level_table(), {"client": Level, "service": reach, "mobilisation": (Level.NATIONAL, UNKNOWN)}
    yield scope_table(), {"note": (3, 8, ABSENT, UNKNOWN), "formal": (True, False, UNKNOWN)}
    never = [Row("yes", {"a": True}, 2), Row("again", {"a": True, "n": below(5)}, 1), Row("never", {"n": below(0)}, 0)]
    inputs = [Input("a", Boolean()), Input("n", Integer(0))]
    yield DecisionTable("t", inputs, Integer(), [*never, Row("no", {}, 0)], HitPolicy.FIRST), {"a": (False,), "n": (1,)}
