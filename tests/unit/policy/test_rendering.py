from datetime import date

from reclamation_core.policy import Policy, m2_1, parse_policy
from tests.fragments import Fragment


def cells(policy: Policy) -> list[str]:
    return Fragment(policy._repr_html_()).cells


def test_the_card_of_an_edition_has_parameters_and_tables() -> None:
    shown = cells(m2_1())
    parameters = shown[: shown.index("table")]
    tables = shown[shown.index("table") :]

    assert parameters[:8] == [
        "paramètre", "valeur", "clé", "source",
        "échelle des notes de satisfaction", "0 ; 10", "survey.scale", "M2-1 §1.4 ; interprétation n° 1",
    ]  # fmt: skip
    assert parameters[parameters.index("délai de réponse") + 1] == "10 jours"
    assert tables[:8] == [
        "table", "titre", "règles", "ajoutées ou retirées par rapport à M2-1",
        "eligibility", m2_1().tables["eligibility"].title.fr, str(len(m2_1().tables["eligibility"].rows)), "",
    ]  # fmt: skip
    assert len(tables) == 4 * (1 + len(m2_1().tables))


def test_values_that_differ_from_m2_1_are_marked() -> None:
    keys = {"survey": {"threshold": 7}, "tables": {"level": {"remove": ["local-client"]}}}
    shown = cells(parse_policy({"starts_from": "M2-1", "edition": "b", **keys}))
    assert shown[shown.index("note seuil") + 1] == "7 M2-1 : 6"
    assert [cell for cell in shown if "M2-1 : " in cell] == ["7 M2-1 : 6"]
    assert shown[shown.index("level") + 3] == "sans local-client"


def test_the_card_has_the_days_of_the_edition() -> None:
    for first, last, told in [
        (None, None, "En vigueur sans limite de date."),
        (date(2027, 1, 1), None, "En vigueur pour les réclamations reçues à partir du 01/01/2027."),
        (None, date(2027, 6, 30), "En vigueur pour les réclamations reçues jusqu'au 30/06/2027."),
        (
            date(2027, 1, 1),
            date(2027, 6, 30),
            "En vigueur pour les réclamations reçues à partir du 01/01/2027, jusqu'au 30/06/2027.",
        ),
    ]:
        read = Fragment(Policy(edition="b", in_force_from=first, in_force_until=last)._repr_html_())
        assert read.texts[:2] == ["Version « b »", told], told
