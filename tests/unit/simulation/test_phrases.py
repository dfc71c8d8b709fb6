import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from reclamation_core.simulation import Kind, Theme
from reclamation_core.simulation.invention import phrases
from reclamation_core.vocabulary import Complainant

UNTHEMED = [kind.value for kind in Kind if kind not in (Kind.GRIEVANCE, Kind.SURVEY)]


def every_phrase(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    else:
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from every_phrase(inner)


def test_there_is_something_to_say_on_every_theme_and_kind_in_every_voice() -> None:
    bank = phrases()
    assert {theme: sorted(parts) for theme, parts in bank.themes.items()} == {
        theme.value: ["comments", "effects", "others", "trainee"] for theme in Theme
    }
    assert {kind: sorted(parts) for kind, parts in bank.kinds.items()} == {
        kind: ["others", "trainee"] for kind in UNTHEMED
    }
    assert sorted(bank.introductions) == sorted([*(member.value for member in Complainant), "unsigned"])
    assert [*every_phrase(bank.closings)].count("") == 1
    assert all(list(parts) for parts in [*bank.introductions.values(), bank.requests, bank.satisfied])


def test_every_placeholder_has_values() -> None:
    bank = attrs.asdict(phrases())
    values = bank.pop("values")
    assert {name for phrase in every_phrase(bank) for name in re.findall(r"\{(.*?)\}", phrase)} == set(values)
    assert all(values.values())


def test_the_bank_holds_accents_quotes_and_line_ends() -> None:
    said = "".join(every_phrase(attrs.asdict(phrases())))
    assert all(sign in said for sign in "éàçèêÀ€«»\"'\n🙁")
