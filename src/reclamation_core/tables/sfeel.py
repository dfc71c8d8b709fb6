"""S-FEEL, the expression language of DMN's decision tables: parsing and writing of unary tests and literals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import (
    Condition,
    Operator,
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
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Line, exact
from reclamation_core.wording import Wording

LONGEST: Final = 100_000
"""How many characters an expression may have."""
_WORDS: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<date>date\s*\(\s*"(?P<day>[^"\\]*)"\s*\))
    | @\s*"(?P<at>[^"\\]*)"
    | (?P<text>"(?:[^"\\]++|\\.)*+")
    | (?P<number>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?!\w|\.[0-9]))
    | (?P<dots>\.\.)
    | (?P<comparison><=|>=|<|>)
    | (?P<name>[^\W\d][\w-]*)
    | (?P<sign>[-()\[\],])
    | (?P<stray>".*|[\w.]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""The words of S-FEEL; a string left open is stray to the end, so that no character is read twice."""
_ESCAPED: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\U[0-9A-Fa-f]{6}|\\.", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@attrs.frozen
class Token(SharedRepr):
    """A word: its kind, its text, and where it begins."""

    kind: str
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, and one of the kind `end` after them; what is no word of S-FEEL is of the kind `stray`.

    A date is `date("2026-05-02")` or `@"2026-05-02"`. The time taken is linear in the length of the text, of which more
    than `LONGEST` characters are one stray word.
    """
    if len(text) > LONGEST:
        yield Token("stray", text, 0)
        yield Token("end", "", len(text))
        return
    for found in _WORDS.finditer(text):
        day = found["day"] if found["at"] is None else found["at"]
        if day is not None:
            yield Token("date", day, found.start())
        elif found.lastgroup != "space":
            yield Token(str(found.lastgroup), found[0], found.start())
    yield Token("end", "", len(text))


def unquoted(literal: str) -> str:
    """The text of a string literal.

    Raises:
        ValueError: it has an escape sequence that FEEL has not, or half of a surrogate pair.
    """
    return _ESCAPED.sub(lambda found: _character(found[0]), literal[1:-1])


def _character(escape: str) -> str:
    if escape[1] == "u" and len(escape) > 2:
        # A character beyond the first plane may be written as a pair of surrogates.
        return bytes.fromhex(escape.replace("\\u", "")).decode("utf-16-be")
    if escape[1] == "U" and len(escape) > 2:
        return bytes.fromhex(f"00{escape[2:]}").decode("utf-32-be")
    if escape[1] not in _ESCAPES:
        raise ValueError(f"{escape} is no escape sequence of FEEL")
    return _ESCAPES[escape[1]]


def quoted(text: str) -> str:
    """The string literal of a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


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
    """Operators that fit a domain."""
    return ", ".join([_values(domain), *(["null"] if absent else []), "-"])


def _values(domain: Domain) -> str:
    if isinstance(domain, Enumeration):
        some = list(map(quoted, domain.values[:2]))
        return ", ".join(dict.fromkeys([some[0], ",".join(some), f"not({some[0]})"]))
    if isinstance(domain, Line):
        return _DAYS if isinstance(domain, Day) else _NUMBERS
    return "true, false, not(true)"


_COMPARE: Final = {"<": below, "<=": at_most, ">=": at_least, ">": above}
_OPENS: Final = {"[": True, "]": False, "(": False}
_CLOSES: Final = {"]": True, "[": False, ")": False}
LITERALS: Final = ("text", "number", "date", "name")
_NAMED: Final[Mapping[str, Any]] = {"null": ABSENT, "true": True, "false": False}
_SHOWN: Final = 40
"""How many characters of a word a message shows."""
MOST_VALUES: Final = 2_000
"""How many values and ranges a list may have."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TOO_MANY: Final = Wording(f"au plus {MOST_VALUES} valeurs", f"at most {MOST_VALUES} values")
_TOO_LONG: Final = Wording(f"au plus {LONGEST} caractères sont attendus", f"at most {LONGEST} characters are expected")


def read_condition(text: str, domain: Domain, *, absent: bool = False, bare_codes: bool = True) -> Condition:
    """Parse an S-FEEL unary test on a domain.

    `null` is the absence of a value; `not(...)` holds of it unless it names it, as in DMN.

    Args:
        text: a simple unary test: a value, a comparison, a range, several of these with commas between, `not(...)` of
            these, or `-`.
        domain: the domain of the input.
        absent: whether the input may be absent.
        bare_codes: whether the codes of an enumeration may be written without quotes. In DMN a bare name is a
            variable, which is refused where this is False.

    Raises:
        FaultsError: the text is no such test, or a value is not of the domain; a ValueError.

    >>> from reclamation_core.tables import Number
    >>> read_condition("]1..5], null", Number(0, 10), absent=True).in_("en", Number())
    'above 1 and at most 5 or none'
    """
    parser = _Parser(text, domain, absent, bare_codes)
    condition = parser.test()
    parser.expect("end", "", Wording("la fin de l'expression", "the end of the expression"))
    return condition


def read_value(text: str, domain: Domain, *, bare_codes: bool = True) -> Any:
    """Parse an S-FEEL literal as a value of a domain.

    Args:
        text: the literal.
        domain: the domain of the value.
        bare_codes: whether the codes of an enumeration may be written without quotes.

    Raises:
        FaultsError: it is no literal, or not of the domain; a ValueError.
    """
    parser = _Parser(text, domain, False, bare_codes)
    value = parser.value()
    parser.expect("end", "", Wording("la fin de l'expression", "the end of the expression"))
    return value


@attrs.define
class _Parser(SharedRepr):
    text: str
    domain: Domain
    absent: bool
    bare_codes: bool
    words: list[Token] = attrs.field(init=False)
    place: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise FaultsError((Fault("", self.text, _TOO_LONG),))
        self.words = list(tokens(self.text))

    @property
    def next(self) -> Token:
        """The word to be read next; the last one, of the kind `end`, is never passed."""
        return self.words[self.place]

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
            if len(items) == MOST_VALUES:
                self.refuse(self.next, _TOO_MANY)
            items.append(self.item())
        return items

    def item(self) -> Any:
        token = self.next
        if token.kind == "comparison":
            self.place += 1
            return _COMPARE[token.text](self.bound())
        if token.kind == "sign" and token.text in _OPENS:
            return self.range()
        return self.value()

    def range(self) -> Condition:
        start = self.next
        self.place += 1
        low = self.bound()
        self.expect("dots", "..", Wording("« .. »", "'..'"))
        high = self.bound()
        end = self.next
        if end.kind != "sign" or end.text not in _CLOSES:
            self.refuse(end, Wording("« ] » ou « [ »", "']' or '['"), written=False)
        self.place += 1
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
        token = self.next
        if not isinstance(self.domain, Line):
            self.refuse(
                token,
                Wording(
                    f"une égalité ({self.expected.fr}) : seuls les nombres et les jours se comparent",
                    f"an equality ({self.expected.en}): only numbers and days are compared",
                ),
            )
        value = self.value()
        return self.refuse(token, self.expected) if value is ABSENT else value

    def value(self) -> Any:
        token = self.next
        if token.kind not in LITERALS:
            self.refuse(token, self.expected, written=False)
        self.place += 1
        if token.kind == "name" and token.text not in _NAMED and not self.bare_codes:
            self.refuse(token, _quoted_text(self.expected))
        try:
            value = literal(token)
            if value is ABSENT and self.absent:
                return value
            read = self.domain.check(value)
            # Of an open enumeration: a text that the domain does not distinguish.
            return read if read == value else self.refuse(token, self.expected)
        except (ValueError, InvalidOperation):
            return self.refuse(token, self.expected)

    @property
    def expected(self) -> Wording:
        return expected_in(self.domain)

    def takes(self, kind: str, text: str) -> bool:
        found = (self.next.kind, self.next.text) == (kind, text)
        if found:
            self.place += 1
        return found

    def expect(self, kind: str, text: str, what: Wording) -> None:
        if not self.takes(kind, text):
            self.refuse(self.next, what, written=False)

    def refuse(self, token: Token, expected: Wording, *, written: bool = True) -> NoReturn:
        """Refuse a token; if the expression has none of the known forms, the message lists these."""
        word = token.text if len(token.text) <= _SHOWN else f"{token.text[:_SHOWN]}…"
        seen = (
            Wording("à la fin", "at the end")
            if token.kind == "end"
            else Wording(f"au caractère {token.place + 1}, « {word} »", f"at character {token.place + 1}, {word!r}")
        )
        forms = forms_of(self.domain, self.absent)
        fr = f"{seen.fr}, attendu : {expected.fr}{'' if written else f' ; formes possibles : {forms}'}"
        en = f"{seen.en}, expected: {expected.en}{'' if written else f'; possible forms: {forms}'}"
        raise FaultsError((Fault("", self.text, Wording(fr, en)),))


def literal(token: Token) -> Any:
    """The value of a token; a name unknown to FEEL is the name itself.

    Raises:
        ValueError: it is written as no value is.
    """
    match token.kind:
        case "text":
            return unquoted(token.text)
        case "number":
            return exact(Decimal(token.text))
        case "date":
            if not _DATE.fullmatch(token.text):
                raise ValueError(token.text)
            return date.fromisoformat(token.text)
    return _NAMED.get(token.text, token.text)


def _quoted_text(expected: Wording) -> Wording:
    return Wording(
        f"{expected.fr} ; un nom sans guillemets est une variable, qui n'est pas lue",
        f"{expected.en}; a name without quotes is a variable, which is not read",
    )


_COMPARISONS: Final = {Operator.BELOW: "<", Operator.AT_MOST: "<=", Operator.AT_LEAST: ">=", Operator.ABOVE: ">"}


def write_condition(condition: Condition, absent: bool = False) -> str:
    """A condition in S-FEEL, where absent is null.

    Args:
        condition: the condition.
        absent: whether the input may be absent: `not(...)` holds of null unless it names it.

    >>> from reclamation_core.tables import below, between, is_in, is_not
    >>> write_condition(below(6)), write_condition(is_in(below(2), between(4, 5, high_included=False)))
    ('< 6', '< 2,[4..5)')
    >>> write_condition(is_not("local")), write_condition(is_not("local"), absent=True)
    ('not("local")', 'not("local",null)')
    """
    match condition.operator:
        case Operator.ANY:
            return "-"
        case Operator.IS_IN:
            return _list(condition)
        case Operator.ALL_BUT:
            return f"not({_list(condition)})"
        case Operator.IS_NOT:
            null = ",null" if absent and condition.values != (ABSENT,) else ""
            return f"not({_list(condition)}{null})"
    if condition.included is None:
        return f"{_COMPARISONS[condition.operator]} {write_value(condition.values[0])}"
    from_low, to_high = condition.included
    low, high = map(write_value, condition.values)
    # An open end could be a bracket turned round as well; more programs read the parenthesis.
    return f"{'[' if from_low else '('}{low}..{high}{']' if to_high else ')'}"


def _list(condition: Condition) -> str:
    return ",".join(
        write_condition(item) if isinstance(item, Condition) else write_value(item) for item in condition.values
    )


def write_value(value: object) -> str:
    """A value as S-FEEL has it: `"email"`, `true`, `6.5`, `date("2026-05-02")`; `ABSENT` is `null`."""
    if value is ABSENT:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return quoted(str(value)) if isinstance(value, str) else str(value)
