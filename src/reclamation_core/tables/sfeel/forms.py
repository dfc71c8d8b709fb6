"""What may be written in S-FEEL of a domain, as an example shows it."""

from __future__ import annotations

from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Line
from reclamation_core.tables.sfeel.tokens import quoted
from reclamation_core.wording import Wording

_NUMBERS = "< 6, [1..5], ]1..5[, 3, not(3)"
_DAYS = '< date("2026-05-02"), [date("2026-05-02")..date("2026-05-31")], date("2026-05-02"), not(...)'


def expected_in(domain: Domain) -> Wording:
    """What is expected of a value of a domain, as it is written."""
    expected = domain.expected
    if isinstance(domain, Boolean):
        return Wording("true ou false", "true or false")
    if isinstance(domain, Day):
        return Wording(f'{expected.fr}, comme date("2026-05-02")', f'{expected.en}, like date("2026-05-02")')
    return expected


def forms_of(domain: Domain, absent: bool) -> str:
    """Conditions that may be asked of a domain."""
    return ", ".join([_values(domain), *(["null"] if absent else []), "-"])


def _values(domain: Domain) -> str:
    if isinstance(domain, Enumeration):
        some = list(map(quoted, domain.values[:2]))
        return ", ".join(dict.fromkeys([some[0], ",".join(some), f"not({some[0]})"]))
    if isinstance(domain, Line):
        return _DAYS if isinstance(domain, Day) else _NUMBERS
    return "true, false, not(true)"
