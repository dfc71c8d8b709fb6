"""The setting `RECLAMATION`, read and checked: what it refuses is an `ImproperlyConfigured` that names the key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from reclamation_core.adapters.document_stores import document_store
from reclamation_core.adapters.media_types import media_type_of
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk, DeskOptions
from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.board import ActingRole, Board, HostLink
from reclamation_core.integrations.http_requests import LARGEST_UPLOAD
from reclamation_core.policy import read_policy
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.reporting.calendar_files import DOMAIN
from reclamation_core.validators import as_tuple
from reclamation_core.vocabulary import Sites

_TEXTS: Final = {"AGENCY": "Afpa", "CALENDAR_DOMAIN": DOMAIN}
"""The keys of the setting whose value is a text, with the text by default."""
_KNOWN: Final = frozenset(
    {*_TEXTS, "SITES", "POLICY", "TAXONOMY", "DOCUMENTS", "SCAN_DOCUMENT", "DATABASE", "LETTERS", "TEXT_BLOCKS",
     "ROLES", "SIGNING_KEY", "LINKS", "LANG", "TITLE", "LARGEST_UPLOAD"}
)  # fmt: skip


def database() -> str:
    """Return the alias of the database that has the tables of this library."""
    return str(_setting().get("DATABASE", "default"))


@contextmanager
def _reading(key: str) -> Iterator[None]:
    """Raise ImproperlyConfigured with the key of a value that is refused."""
    try:
        yield
    except (OSError, TypeError, ValueError, ReclamationError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: {key}: {error}") from error


def _read(key: str, read: Callable[[str | Path], object], default: object = None) -> Any:
    """Return the value of a key; that of the file if it is a path."""
    value = _setting().get(key, default)
    with _reading(key):
        return read(value) if isinstance(value, str | Path) else value


@cache
def options() -> DeskOptions:
    """Return the options of every desk, from the setting `RECLAMATION`."""
    given = _setting()
    if unknown := sorted(given.keys() - _KNOWN):
        raise ImproperlyConfigured(f"RECLAMATION: {unknown[0]!r} is unknown; use {', '.join(sorted(_KNOWN))}")
    found = DeskOptions(
        sites=_read("SITES", Sites.from_toml),
        policy=_read("POLICY", read_policy),
        taxonomy=given.get("TAXONOMY", TRAINING_BODY),
        documents=_read("DOCUMENTS", document_store),
        scan_document=given.get("SCAN_DOCUMENT"),
    )
    for name, value in found.items():
        with _reading(name.upper()):
            Desk.in_memory(**{name: value})  # type: ignore[arg-type]
    if found.get("documents") is not None:
        with _reading("DOCUMENTS"):
            media_type_of(b"")  # each upload needs the extra
    return found


@cache
def letters() -> LetterSettings:
    """Return what letters state and the cases do not have, from the setting `RECLAMATION`."""
    return _read("LETTERS", partial(LetterSettings.from_toml, sites=options().get("sites")), LetterSettings())  # type: ignore[no-any-return]


@cache
def text_blocks() -> tuple[TextBlock, ...]:
    """Return the text blocks of answers, from the setting `RECLAMATION`."""
    return as_tuple(_read("TEXT_BLOCKS", partial(TextBlock.from_toml, taxonomy=options().get("taxonomy")), ()))  # type: ignore[no-any-return]


@cache
def board_options() -> dict[str, Any]:
    """Return the arguments of the board, from the setting `RECLAMATION`."""
    found = {key.lower(): _setting()[key] for key in ("TITLE", "LANG") if key in _setting()} | {
        "sites": options().get("sites"),
        "taxonomy": options().get("taxonomy"),
        "letters": letters(),
        "text_blocks": text_blocks(),
        "calendar_domain": _text("CALENDAR_DOMAIN"),
        "signing_key": _read("SIGNING_KEY", lambda path: Path(path).read_bytes()),
        "links": _links(),
    }
    for name, value in found.items():
        with _reading(name.upper()):
            Board(**{name: value})
    return found


def _links() -> tuple[HostLink, ...]:
    with _reading("LINKS"):
        return tuple(one if isinstance(one, HostLink) else HostLink(*_link(one)) for one in _setting().get("LINKS", ()))


def _link(given: object) -> tuple[Any, ...]:
    if not isinstance(given, tuple | list) or len(given) not in {2, 3}:
        raise TypeError(f"a HostLink, (label, address) or (label, address, is_post) is expected, got {given!r}")
    return tuple(given)


def largest_upload() -> int:
    """Return the most bytes of a form with files."""
    value = _setting().get("LARGEST_UPLOAD", LARGEST_UPLOAD)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ImproperlyConfigured(f"RECLAMATION: LARGEST_UPLOAD: a number of bytes is expected, got {value!r}")
    return value


def agency() -> str:
    """Return the name of the agency, for a role without sites and regions."""
    return _text("AGENCY")


def _text(name: str) -> str:
    value = _setting().get(name, _TEXTS[name])
    if not isinstance(value, str) or not value.strip():
        raise ImproperlyConfigured(f"RECLAMATION: {name}: a text is expected, got {value!r}")
    return value


def roles_function() -> Callable[[Any], Iterable[ActingRole]] | None:
    """Return the function of the setting that gives the roles of a user; None without one."""
    given = _setting().get("ROLES")
    try:
        found: Any = import_string(given) if isinstance(given, str) else given
    except ImportError as error:
        raise ImproperlyConfigured(f"RECLAMATION: ROLES: {error}") from error
    if found is not None and not callable(found):
        raise ImproperlyConfigured("RECLAMATION: ROLES: a function of a user, or its dotted path, is expected")
    return found  # type: ignore[no-any-return]


def is_known(site: str, region: str) -> bool:
    """Return True if a unit is in the list of sites, or if there is no list; an empty name is no unit."""
    sites = options().get("sites")
    if sites is None:
        return True
    return (not site or site in sites) and (not region or region in {sites[code].region for code in sites})


def _setting() -> dict[str, Any]:
    given = getattr(settings, "RECLAMATION", {})
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured(f"RECLAMATION: a dictionary is expected, got {given!r}")
    return dict(given)


def _forget_options(*, setting: str, **_: object) -> None:
    if setting == "RECLAMATION":
        options.cache_clear()
        letters.cache_clear()
        text_blocks.cache_clear()
        board_options.cache_clear()


setting_changed.connect(_forget_options)
