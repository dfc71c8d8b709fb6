"""The reference that the board suggests for the next action of a plan is one that a new action may have."""

from reclamation_core.desk.forms import next_reference
from reclamation_core.vocabulary import Site, Sites
from tests.unit.desk import factories


def test_the_suggested_reference_is_an_accepted_code() -> None:
    for code, stored, expected in [
        ("CRE", (), "CRE-001"),
        ("CRE", ("A-9",), "A-10"),
        ("CRE", ("A-09", "A 41", "C/7", "x" * 31 + "7"), "A-10"),
        ("CRE", ("A-2", "A-3", "A-1"), "A-4"),
        ("CRE", ("A-010", "A-009"), "A-011"),
        ("CRE", ("A 41",), "CRE-001"),
        ("CRE", ("٤١",), "CRE-001"),
        (f"{'C' * 29} E", (), f"{'C' * 29}-001"),
        ("Créteil / 2", (), "CRETEIL-2-001"),
        ("…", (), "A-001"),
    ]:
        desk = factories.new_desk(sites=Sites([Site(code=code, name="Créteil", region="Île-de-France")]))
        plan = desk.pgaac(code)
        for reference in stored:
            factories.add_as_stored(plan, factories.sheet(reference, site=code))
        suggested = next_reference(plan.current)
        assert suggested == expected, (code, stored, expected)
        plan.add(factories.sheet(suggested, site=code))
