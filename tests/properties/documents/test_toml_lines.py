"""The line of every value of a TOML file: values are the numbers of their lines, which tomllib reads back."""

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.toml_lines import toml_lines

NAMES = st.sampled_from(["a", "b", "c", "own", "'d e'", '"f"'])
NOISE = st.sampled_from(["", "# ] } = [x]\n", "\n", '\n# "\n\n'])
VALUE = "LINE"
LEAF = st.just(VALUE)
VALUES: st.SearchStrategy[str] = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(st.tuples(NOISE, inner), max_size=3).map(
            lambda items: "[" + ",".join(f"\n{noise}{item}" for noise, item in items) + "\n]"
        )
        | st.dictionaries(NAMES, inner.filter(lambda one: "\n" not in one), max_size=3).map(
            lambda keys: "{" + ", ".join(f"{name} = {value}" for name, value in keys.items()) + "}"
        )
    ),
    max_leaves=6,
)
PAIRS = st.dictionaries(NAMES, st.tuples(NOISE, VALUES), max_size=4)
TEXTS = st.sampled_from(['''x = """\na = [ {\n"""\n''', "x = '''\n[[z]]\n'''\n", "x = 2026-05-04 07:00:00\n", ""])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a sound TOML text in which each number is that of its line."""
    parts = [draw(TEXTS), *pairs(draw(PAIRS))]
    for name in draw(st.lists(st.sampled_from(["t", "t.u", "v"]), unique=True)):
        parts += [f"[{name}]\n", *pairs(draw(PAIRS))]
    for _ in range(draw(st.integers(0, 3))):
        parts += ["[[facts]]\n", *pairs(draw(PAIRS)), draw(st.sampled_from(["", "[facts.'q']\n"]))]
        parts += pairs(draw(PAIRS)) if parts[-1] else []
    lines = "".join(parts).split("\n")
    return "\n".join(line.replace(VALUE, str(number)) for number, line in enumerate(lines, start=1))


def pairs(keys: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield from (f"{noise}{name} = {value}\n" for name, (noise, value) in keys.items())


def leaves(path: str, value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(f"{path}.{name}" if path else name, item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(f"{path}[{place}]", item)
    elif isinstance(value, int):
        yield path, value


@given(texts())
def test_each_value_is_at_its_line(text: str) -> None:
    found = toml_lines(text)
    assert {path: found.get(path) for path, _ in leaves("", tomllib.loads(text))} == dict(
        leaves("", tomllib.loads(text))
    )


@given(texts(), st.integers(0, 100))
def test_the_lines_of_the_beginning_of_a_text_are_those_of_the_whole(text: str, longest: int) -> None:
    assert toml_lines(text, longest).items() <= toml_lines(text).items()


@given(st.text("[]{}=,.\n\"'#a1 ", max_size=40))
def test_any_text_is_read_to_its_end(text: str) -> None:
    toml_lines(text)
