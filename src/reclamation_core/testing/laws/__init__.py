"""The properties of the domain as values, to be run on one's own policy, calendar or desk.

A law has a name, the clause that it comes from, a wording in French and in English, and a check. A check tries many
cases by Hypothesis; how many, and whether they are drawn anew, is said by the settings of the profile in force. What it
finds is told with the smallest case that shows it:

    @pytest.mark.parametrize("law", policy_laws(), ids=str)
    def test_our_edition_keeps_the_laws(law: Law[Policy]) -> None:
        law.check(our_edition)
"""

from __future__ import annotations

from reclamation_core.testing.laws.calendar import calendar_laws, check_calendar_laws
from reclamation_core.testing.laws.case import MakeDesk
from reclamation_core.testing.laws.desk import check_desk_laws, desk_laws
from reclamation_core.testing.laws.law import Breach, Law, LawBrokenError, LawsBrokenError, law_named
from reclamation_core.testing.laws.policy import check_policy_laws, policy_laws

__all__ = [
    "Breach",
    "Law",
    "LawBrokenError",
    "LawsBrokenError",
    "MakeDesk",
    "calendar_laws",
    "check_calendar_laws",
    "check_desk_laws",
    "check_policy_laws",
    "desk_laws",
    "law_named",
    "policy_laws",
]
