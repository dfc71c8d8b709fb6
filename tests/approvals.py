"""Approved texts: outputs of the library in whole, in `tests/approved/`; `APPROVE=1` writes them again."""

import inspect
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from difflib import unified_diff
from enum import Enum
from functools import cache, partial
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any
from unittest import mock
from zlib import crc32

import attrs
import pytest

from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, wording_of
from reclamation_core.wording import Wording

FOLDER = Path(__file__).with_name("approved")
VARYING = re.compile(
    r"(sqlite:|(?<![^\s']))/\S+/|0x\w+|\b[0-9a-f]{32}\b|(?<= le |ion |éma )00\d\d|(?<=0\.0\.1):\d+"
    r"|(?<=pip install )[^|]*|[\d-]{10} [\d:]{8} UTC|(?<= required )keyword-only |\btest_\w+\d\b"
    r"|(?<=placez-la )(?:dans|au-dessus de) «[^»]*»|(?<=put it )(?:in|above) '\w*'"
    r"|(?<=ou mal )\([^;]*\)|\((?:[^()]|\([^()]*\))*\b(?:boundary|column|colonne|multipart)\b(?:[^()]|\([^()]*\))*\)"
)
"""Of an error: a folder, an address, a drawn key or its place, a version, a time, a command of pip, others' words."""
HEARD = defaultdict[str, set[str]](set)
"""The lines of approved texts that the examples of this process had, by the name of the text."""
_DESCRIBED = dict[int, object]()
"""What a text has described: in whole where it is first met, and by its name afterwards."""


def approved(name: str, lines: Iterable[str]) -> None:
    """Compare a text with the approved one of this name."""
    _DESCRIBED.clear()
    path, now = FOLDER / name, [shortened(part) for line in lines for part in line.splitlines() or [""]]
    if os.environ.get("APPROVE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in now), encoding="utf-8")
    before = path.read_text(encoding="utf-8").split("\n")[:-1]
    if now != before:  # pytest would compare long lists for minutes
        difference = "\n".join(islice(unified_diff(before, now, "approved", "now", "", "", 1, ""), 60))
        raise AssertionError(f"{name} differs; if this is meant, APPROVE=1 writes it again:\n{difference}")


def approved_part(name: str, part: str, text: str) -> None:
    """Compare a text with the part below a heading of an approved text."""
    path = FOLDER / name
    parts = dict(one.split("\n", 1) for one in f"\n{path.read_text(encoding='utf-8')}".split("\n# ")[1:])
    if os.environ.get("APPROVE"):
        parts[part] = text
        path.write_text("".join(f"# {one}\n{parts[one].strip()}\n\n" for one in sorted(parts)), encoding="utf-8")
    assert text.strip() == parts.get(part, "").strip(), f"if this is meant, APPROVE=1 writes {name} again"


def approved_lines(name: str, lines: set[str]) -> None:
    """Require that each line is one of those of an approved text; with `APPROVE`, note it for `write_lines`."""
    HEARD[name] |= lines
    missing = set[str]() if os.environ.get("APPROVE") else lines - _lines(name)
    assert not missing, f"if this is meant, APPROVE=1 adds to {name}: {missing}"


def write_lines() -> None:
    """Add the noted lines to their approved texts; one that `APPROVE` names loses all others."""
    for name, lines in HEARD.items():
        before = set[str]() if name in os.environ["APPROVE"].split(",") else _lines(name)
        (FOLDER / name).write_text("\n".join([*sorted(before | lines), ""]), encoding="utf-8")


@cache
def _lines(name: str) -> set[str]:
    return set((FOLDER / name).read_text(encoding="utf-8").splitlines())


@contextmanager
def approved_errors() -> Iterator[None]:
    """Hold what each error that an example expects says in both languages, as `expected-errors.txt` has it; the
    paths of faults and what they expect, as `faults.txt` has them.
    """
    expect, make, said, faults = pytest.raises, Fault.__init__, set[str](), set[str]()

    def fault(self: Fault, *given: Any, **more: Any) -> None:
        make(self, *given, **more)
        faults.update((re.sub(r"\d+", "#", self.path), f"{self.expected.fr} | {self.expected.en}"))

    @contextmanager
    def raises(*expected: Any, **more: Any) -> Iterator[Any]:
        with expect(*expected, **more) as found:
            yield found
        if str(found.value) and "reclamation_core" in str(found.traceback[-1].path):  # the words of Python vary
            wording = wording_of(found.value)
            words = " | ".join(dict.fromkeys((wording.fr, wording.en)))
            said.add(words)
        del found  # its traceback has this frame

    with mock.patch.object(pytest, "raises", raises), mock.patch.object(Fault, "__init__", fault):
        yield
    approve_errors(*said)
    approve_errors(*faults, name="faults.txt")


def approve_errors(*said: str | Wording, name: str = "expected-errors.txt") -> None:
    """Hold what errors say, in both languages of a wording, as an approved text has it."""
    texts = (f"{one.fr} | {one.en}" if isinstance(one, Wording) else one for one in said)
    approved_lines(name, {shortened(" ".join(VARYING.sub("", one).split())) for one in texts})


def shortened(line: str) -> str:
    """Return a line of at most 500 characters: the beginning of a longer one, and its checksum."""
    return line if len(line) <= 500 else f"{line[:480]}… {crc32(line.encode())}"


def described(value: Any, depth: int = 0) -> str:  # noqa: C901, PLR0911, PLR0912  one case for each kind of value
    """Return a declaration with all that it declares; of a function its name, of a lambda the names that it reads."""
    below = partial(described, depth=depth + 1)
    match value:
        case LabelledEnum() if depth == 0:
            return f"{value.value!r} {value.label('fr')!r} {value.label('en')!r}"
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case Wording():
            words = f"{value.fr} | {value.en}"
            return repr(words if len(words) < 60 else f"{words[:50]}… {crc32(words.encode())}")
        case partial():
            return f"{below(value.func)}{below(value.args)}{below(value.keywords)}"
        case str() | int() | float() | bytes() | None:
            return repr(value)
        case Mapping():
            return f"{{{', '.join(f'{below(key)}: {below(one)}' for key, one in value.items())}}}"
        case AbstractSet():
            return f"{{{', '.join(sorted(map(below, value)))}}}"
        case list() | tuple():
            return f"({', '.join(map(below, value))})"
        case re.Pattern():
            return f"{value.pattern!r} {int(value.flags)}"
        case type():
            return value.__name__
    if inspect.isfunction(value) and value.__name__ == "<lambda>":
        return f"lambda of {' '.join(sorted({*_names(value.__code__)}))}"
    name = str(getattr(value, "__name__", type(value).__name__))
    if not attrs.has(type(value)):
        return name
    fields = [(one, getattr(value, one.name, None)) for one in attrs.fields(type(value))]
    first = fields[0][1] if fields else None
    if depth > 4 or id(value) in _DESCRIBED:
        return f"{name} {first}" if isinstance(first, str) else name
    _DESCRIBED[id(value)] = value
    own = (f"{field.name}={below(one)}" for field, one in fields if one is not field.default and field.name[0] != "_")
    return f"{name}({', '.join(own)})"


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that a function reads, those of comprehensions too, which newer Pythons inline."""
    yield from (*code.co_names, *code.co_freevars)
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)


class Default:
    """A default in a signature."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return described(self.value, 1)


def signature(function: Any) -> str:
    """Return the parameters of a function with their kinds and defaults, without their types."""
    parameters = [
        one.replace(annotation=one.empty, default=one.default if one.default is one.empty else Default(one.default))
        for one in inspect.signature(function).parameters.values()
    ]
    return str(inspect.Signature(parameters))
