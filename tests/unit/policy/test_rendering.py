from datetime import date

from reclamation_core.policy import Policy
from tests.fragments import Fragment


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
