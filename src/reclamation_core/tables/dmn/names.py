"""The names of DMN, and those of what DMN has no place for and editors keep as it is."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Final
from unicodedata import normalize

from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number, OpenEnumeration
from reclamation_core.tables.model import HitPolicy

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DIAGRAM: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
BOUNDS: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
WAYPOINTS: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
OURS: Final = "urn:reclamation-core:dmn:1"

VERSIONS: Final[Mapping[str, str]] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    MODEL: "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
"""The version of DMN that each namespace of models is of."""

HIT_POLICIES: Final[Mapping[HitPolicy, tuple[str, str | None]]] = {
    HitPolicy.UNIQUE: ("UNIQUE", None),
    HitPolicy.ANY: ("ANY", None),
    HitPolicy.FIRST: ("FIRST", None),
    HitPolicy.PRIORITY: ("PRIORITY", None),
    HitPolicy.COLLECT_MAX: ("COLLECT", "MAX"),
    HitPolicy.COLLECT_MIN: ("COLLECT", "MIN"),
    HitPolicy.COLLECT_SUM: ("COLLECT", "SUM"),
    HitPolicy.COLLECT_COUNT: ("COLLECT", "COUNT"),
}
"""The hit policy and the aggregation of each of ours."""

KINDS: Final[Mapping[type[Domain], str]] = {
    Boolean: "boolean",
    Day: "date",
    Enumeration: "string",
    OpenEnumeration: "string",
    Integer: "number",
    Number: "number",
}
"""The FEEL type of each domain."""

_FEEL: Final = re.compile(
    r"(?:s-?feel|feel|https?://www\.omg\.org/spec/(?:DMN/[0-9]{8}/(?:S-)?FEEL|FEEL/[0-9]{8})/?)?", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d]\w*")
_KEYWORDS: Final = re.compile(
    "and|between|else|every|false|for|function|if|in|instance|not|null|or|return|satisfies|some|then|true"
)


def type_of(domain: Domain) -> str:
    """What a DMN element refers to as its type: an enumeration by its own name."""
    return domain.name if isinstance(domain, Enumeration) else KINDS[type(domain)]


def is_feel(language: str) -> bool:
    """Whether an `expressionLanguage` is FEEL, or S-FEEL; an empty one is, by default."""
    return _FEEL.fullmatch(language.strip()) is not None


def is_plain(name: str) -> bool:
    """Whether an expression is a name whatever is declared: words of letters and digits, none of them FEEL's own."""
    words = name.split(" ")
    plain = _WORD.fullmatch(words[0]) is not None and all(re.fullmatch(r"\w+", word) for word in words)
    return plain and not any(_KEYWORDS.fullmatch(word) for word in words)


def identifier_of(name: str) -> str:
    """A Python identifier made of a DMN name: `Years of Service` gives `Years_of_Service`; an identifier is its own.

    >>> identifier_of("Person's description"), identifier_of("2nd note"), identifier_of("class")
    ('Person_s_description', '_2nd_note', 'class_')
    """
    text = normalize("NFKC", name)
    made = "".join(sign if f"x{sign}".isidentifier() else "_" for sign in text)
    if not made.isidentifier():
        made = f"_{made}"
    return f"{made}_" if keyword.iskeyword(made) else made
