from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    Condition,
    Day,
    Domain,
    Integer,
    Number,
    above,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_not,
)
from reclamation_core.tables.cells import partition, set_of
from tests.unit.tables.samples import LEVEL, Level

CLOSE = Decimal("0.10000000000000000000000000000000000000000000001")


@pytest.mark.parametrize(("domain", "conditions", "samples"), [
    (Boolean(), [], [False, True]),
    (LEVEL, [is_(Level.LOCAL)], list(Level)),
    (Integer(), [], [0]),
    (Integer(0, 9), [at_least(3), below(3), at_most(2), above(2)], [2, 3]),
    (Integer(), [is_(3)], [2, 3, 4]),
    (Integer(3, 3), [is_(3), is_not(3)], [3]),
    (Integer(0, 9), [between(0, 9)], [9]),
    (Integer(), [at_least(3), at_least(5)], [2, 3, 5]),
    (Number(0, 10), [below(6)], [5, 6]),
    (Number(0, 10), [above(6)], [6, 7]),
    (Number(), [is_(0.5)], [0, Decimal("0.5"), 1]),
    (Number(0, 1), [below(0.5), above(0.5)], [0, Decimal("0.5"), 1]),
    (Number(0, 1), [is_(0), is_(1)], [0, Decimal("0.5"), 1]),
    (Number(0, 1), [above(0.1), below(CLOSE)], [Decimal("0.1"), (Decimal("0.1"), CLOSE), CLOSE]),
    (Day(), [], [date(2000, 1, 1)]),
    (Day(), [between(date(2024, 2, 28), date(2024, 2, 29))], [date(2024, 2, 27), date(2024, 2, 28), date(2024, 3, 1)]),
    (Day(), [is_(date.min), is_(date.max)], [date.min, date(1, 1, 2), date.max]),
    (Day(date.max, None), [is_(date.max)], [date.max]),
])  # fmt: skip
def test_values_are_grouped_by_conditions(domain: Domain, conditions: list[Condition], samples: list[Any]) -> None:
    atoms = partition(domain, True, conditions)
    assert atoms[-1].sample is ABSENT
    assert len(atoms) == len(samples) + 1
    for atom, expected in zip(atoms, samples, strict=False):
        if isinstance(expected, tuple):
            assert expected[0] < atom.sample < expected[1]
        else:
            assert atom.sample == expected
        assert domain.check(atom.sample) == atom.sample
        assert [other.holds(atom.sample) for other in atoms] == [other is atom for other in atoms]


def test_the_atom_of_a_value_is_found_and_a_value_without_atom_refused() -> None:
    atoms = partition(Integer(0, 9), True, [at_least(3)])
    assert [set_of(atoms, value) for value in (0, 2, 3, 9, ABSENT)] == [1, 1, 2, 2, 4]
    with pytest.raises(LookupError, match="10 is in none of the classes of this input"):
        set_of(atoms, 10)
    with pytest.raises(LookupError, match="ABSENT is in none"):
        set_of(atoms[:-1], ABSENT)
