"""Reading conditions and values in S-FEEL, in the domain of the input that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import (
    Condition,
    above,
    all_but,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_in,
    is_not,
)
from reclamation_core.tables.domains import Domain, Line
from reclamation_core.tables.exact import exact
from reclamation_core.tables.sfeel.forms import expected_in, forms_of
from reclamation_core.tables.sfeel.tokens import Token, tokens, unquoted
from reclamation_core.wording import Wording

_COMPARE: Final = {"<": below, "<=": at_most, ">=": at_least, ">": above}
_OPENS: Final = {"[": True, "]": False, "(": False}
_CLOSES: Final = {"]": True, "[": False, ")": False}
_LITERALS: Final = ("text", "number", "date", "name")
_NAMED: Final[Mapping[str, Any]] = {"null": ABSENT, "true": True, "false": False}
_LONGEST: Final = 40
"""So many characters of a word are told, no more."""


def read_condition(text: str, domain: Domain, *, absent: bool = False) -> Condition:
    """The condition that an S-FEEL text asks of a domain.

    `null` is the absence of a value; `not(...)` holds of it unless it names it, as in DMN. The codes of an enumeration
    need no quotes.

    Args:
        text: a simple unary test: a value, a comparison, a range, several of these with commas between, `not(...)` of
            these, or `-`.
        domain: the domain of the input.
        absent: whether the input may be absent.

    Raises:
        FaultsError: the text is no such test, or a value is not of the domain; a ValueError.

    >>> from reclamation_core.tables import Number
    >>> read_condition("]1..5], null", Number(0, 10), absent=True).in_("en", Number())
    'above 1 and at most 5 or none'
    """
    parser = _Parser(text, domain, absent)
    condition = parser.test()
    parser.expect("end", "", Wording("la fin de l'expression", "the end of the expression"))
    return condition


def read_value(text: str, domain: Domain) -> Any:
    """The value of a domain that an S-FEEL literal stands for.

    Raises:
        FaultsError: it is no literal, or not of the domain; a ValueError.
    """
    parser = _Parser(text, domain, False)
    value = parser.value()
    parser.expect("end", "", Wording("la fin de l'expression", "the end of the expression"))
    return value


@attrs.define
class _Parser:
    text: str
    domain: Domain
    absent: bool
    left: list[Token] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.left = list(tokens(self.text))

    def test(self) -> Condition:
        if self.takes("sign", "-"):
            return any_value()
        if not self.takes("name", "not"):
            return is_in(*self.list())
        self.expect("sign", "(", Wording("« ( »", "'('"))
        listed = self.list()
        self.expect("sign", ")", Wording("« ) »", "')'"))
        # Negated, null is a value like the others: it is let through unless it is named.
        return all_but(*listed) if self.absent else is_not(*listed)

    def list(self) -> list[Any]:
        items = [self.item()]
        while self.takes("sign", ","):
            items.append(self.item())
        return items

    def item(self) -> Any:
        token = self.left[0]
        if token.kind == "comparison":
            self.left.pop(0)
            return _COMPARE[token.text](self.bound())
        if token.kind == "sign" and token.text in _OPENS:
            return self.range()
        return self.value()

    def range(self) -> Condition:
        start = self.left.pop(0)
        low = self.bound()
        self.expect("dots", "..", Wording("« .. »", "'..'"))
        high = self.bound()
        end = self.left[0]
        if end.kind != "sign" or end.text not in _CLOSES:
            self.refuse(end, Wording("« ] » ou « [ »", "']' or '['"), written=False)
        self.left.pop(0)
        try:
            return between(low, high, low_included=_OPENS[start.text], high_included=_CLOSES[end.text])
        except ValueError:
            return self.refuse(
                start,
                Wording(
                    "un intervalle qui contient des valeurs, la plus petite d'abord",
                    "a range that holds values, the least first",
                ),
            )

    def bound(self) -> Any:
        token = self.left[0]
        if not isinstance(self.domain, Line):
            self.refuse(
                token,
                Wording(
                    f"une égalité ({self.expected.fr}), cette entrée n'ayant pas d'ordre",
                    f"an equality ({self.expected.en}), for this input has no order",
                ),
            )
        value = self.value()
        return self.refuse(token, self.expected) if value is ABSENT else value

    def value(self) -> Any:
        token = self.left[0]
        if token.kind not in _LITERALS:
            self.refuse(token, self.expected, written=False)
        self.left.pop(0)
        try:
            value = _literal(token)
            return value if value is ABSENT and self.absent else self.domain.check(value)
        except (ValueError, InvalidOperation):
            return self.refuse(token, self.expected)

    @property
    def expected(self) -> Wording:
        return expected_in(self.domain)

    def takes(self, kind: str, text: str) -> bool:
        found = (self.left[0].kind, self.left[0].text) == (kind, text)
        if found:
            self.left.pop(0)
        return found

    def expect(self, kind: str, text: str, what: Wording) -> None:
        if not self.takes(kind, text):
            self.refuse(self.left[0], what, written=False)

    def refuse(self, token: Token, expected: Wording, *, written: bool = True) -> NoReturn:
        """Refuse a word; where the expression is not even written as one, the forms that there are are told."""
        word = token.text if len(token.text) <= _LONGEST else f"{token.text[:_LONGEST]}…"
        seen = (
            Wording("à la fin", "at the end")
            if token.kind == "end"
            else Wording(f"au caractère {token.place + 1}, « {word} »", f"at character {token.place + 1}, {word!r}")
        )
        forms = forms_of(self.domain, self.absent)
        fr = f"{seen.fr}, attendu : {expected.fr}{'' if written else f' ; formes possibles : {forms}'}"
        en = f"{seen.en}, expected: {expected.en}{'' if written else f'; possible forms: {forms}'}"
        raise FaultsError((Fault("", self.text, Wording(fr, en)),))


def _literal(token: Token) -> Any:
    match token.kind:
        case "text":
            return unquoted(token.text)
        case "number":
            return exact(Decimal(token.text))
        case "date":
            return date.fromisoformat(token.text)
    return _NAMED.get(token.text, token.text)
