"""Approved texts: outputs of the library in whole, in `tests/approved/`; `APPROVE=1` writes them again."""

import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from difflib import unified_diff
from enum import Enum
from functools import cache, partial, wraps
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import Any
from zlib import crc32

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, OtherFaults, WordedError
from reclamation_core.wording import Wording

FOLDER = Path(__file__).with_name("approved")
REFUSING = ("calendars", "cases", "policy", "tables")
"""Packages with errors that have wordings."""
PLACE = re.compile(r"\S*/pytest-of-\S*/|\([^()]*\bcolumn\b[^()]*\)")
"""Of a refusal, a temporary folder, and what a parser of Python says."""
_OPEN = list[set[str]]()
"""What notes how refusals read."""
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


@cache
def _note_refusals() -> None:
    """Let each fault, error with a wording and refused message be noted when it is made."""
    for name in REFUSING:
        importlib.import_module(f"reclamation_core.{name}")
    from reclamation_core.intake.mail_files import RawMessage
    from reclamation_core.intake.mail_messages import RejectedMail

    waiting: list[tuple[type[Any], str]] = [(Fault, "expected"), (WordedError, "wording")]
    waiting += [(RawMessage, "refusal"), (RejectedMail, "reason")]
    while waiting:
        cls, name = waiting.pop()
        waiting += ((below, name) for below in cls.__subclasses__())
        if "__init__" in vars(cls) and cls is not OtherFaults:
            type.__setattr__(cls, "__init__", _noting(cls.__init__, attrgetter(name)))


def _noting(before: Callable[..., None], read: Callable[[Any], Wording | None]) -> Callable[..., None]:
    @wraps(before)
    def init(self: Any, *arguments: Any, **options: Any) -> None:
        before(self, *arguments, **options)
        for noted in _OPEN:
            if wording := read(self):
                noted.add(" / ".join(f"{wording.fr} | {wording.en}".splitlines()))

    return init


@contextmanager
def approved_refusals() -> Iterator[None]:
    """Hold that refusals read, in both languages, as in `refusals.txt`, to which `APPROVE=1` adds them."""
    _note_refusals()
    path, noted = FOLDER / "refusals.txt", set[str]()
    _OPEN.append(noted)
    try:
        yield
    finally:
        _OPEN.remove(noted)
    found, known = {PLACE.sub("…", line) for line in noted}, set(path.read_text(encoding="utf-8").split("\n")[:-1])
    if os.environ.get("APPROVE"):
        path.write_text("".join(f"{line}\n" for line in sorted(known | found)), encoding="utf-8")
    elif unknown := sorted(found - known):
        raise AssertionError("\n".join(("refusals that are not approved; if they are meant, APPROVE=1:", *unknown)))


def approved_part(name: str, part: str, text: str) -> None:
    """Compare a text with the part below a heading of an approved text."""
    path = FOLDER / name
    parts = dict(one.split("\n", 1) for one in f"\n{path.read_text(encoding='utf-8')}".split("\n# ")[1:])
    if os.environ.get("APPROVE"):
        parts[part] = text
        path.write_text("".join(f"# {one}\n{parts[one].strip()}\n\n" for one in sorted(parts)), encoding="utf-8")
    assert text.strip() == parts.get(part, "").strip(), f"if this is meant, APPROVE=1 writes {name} again"


def approved_lines(name: str, lines: set[str]) -> None:
    """Require that each line is one of those of an approved text; `APPROVE=1` adds it."""
    path = FOLDER / name
    before = set(path.read_text(encoding="utf-8").splitlines())
    if os.environ.get("APPROVE"):
        path.write_text("".join(f"{line}\n" for line in sorted(before | lines)), encoding="utf-8")
    else:
        assert lines <= before, f"if this is meant, APPROVE=1 adds to {name}: {lines - before}"


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
            return repr(value.fr if len(value.fr) < 40 else f"{value.fr[:39]}…")
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
