"""The setting `RECLAMATION`: what it has, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from reclamation_core.adapters.document_stores import document_store
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import DeskOptions
from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.board import ActingRole, Board, HostLink
from reclamation_core.integrations.http_requests import LARGEST_UPLOAD
from reclamation_core.policy import read_policy
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.reporting.calendar_files import DOMAIN
from reclamation_core.vocabulary import Sites

_TEXTS: Final = {"AGENCY": "Afpa", "CALENDAR_DOMAIN": DOMAIN}
"""The keys of the setting whose value is a text, with the text by default."""
_KNOWN: Final = frozenset(
    {
        "SITES",
        "POLICY",
        "TAXONOMY",
        "DOCUMENTS",
        "SCAN_DOCUMENT",
        "DATABASE",
        "LETTERS",
        "TEXT_BLOCKS",
        "ROLES",
        "SIGNING_KEY",
        "LINKS",
        "LANG",
        "TITLE",
        "LARGEST_UPLOAD",
        *_TEXTS,
    }
)


def database() -> str:
    """Return the alias of the database that has the tables of this library."""
    return str(_setting().get("DATABASE", "default"))


@cache
def options() -> DeskOptions:
    """Return the options of every desk, from the setting `RECLAMATION`.

    Raises:
        ImproperlyConfigured: the setting has an unknown key, or a file of it cannot be read.
    """
    given = _setting()
    unknown = sorted(given.keys() - _KNOWN)
    if unknown:
        raise ImproperlyConfigured(f"RECLAMATION: {unknown[0]!r} is unknown; use {', '.join(sorted(_KNOWN))}")
    try:
        sites, policy = given.get("SITES"), given.get("POLICY")
        return DeskOptions(
            sites=Sites.from_toml(sites) if isinstance(sites, str | Path) else sites,
            policy=read_policy(policy) if isinstance(policy, str | Path) else policy,
            taxonomy=given.get("TAXONOMY", TRAINING_BODY),
            documents=document_store(place) if isinstance(place := given.get("DOCUMENTS"), str | Path) else place,
            scan_document=given.get("SCAN_DOCUMENT"),
        )
    except (OSError, ReclamationError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: {error}") from error


@cache
def letters() -> LetterSettings:
    """Return what letters state and the cases do not have, from the setting `RECLAMATION`.

    Raises:
        ImproperlyConfigured: a file of it cannot be read.
    """
    given = _setting().get("LETTERS", LetterSettings())
    try:
        return LetterSettings.from_toml(given, options().get("sites")) if isinstance(given, str | Path) else given
    except (OSError, ReclamationError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: {error}") from error


@cache
def text_blocks() -> tuple[TextBlock, ...]:
    """Return the text blocks of answers, from the setting `RECLAMATION`.

    Raises:
        ImproperlyConfigured: a file of it cannot be read.
    """
    given = _setting().get("TEXT_BLOCKS", ())
    try:
        taxonomy = options().get("taxonomy")
        return TextBlock.from_toml(given, taxonomy) if isinstance(given, str | Path) else tuple(given)
    except (OSError, ReclamationError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: {error}") from error


@cache
def board_options() -> dict[str, Any]:
    """Return the arguments of the board, from the setting `RECLAMATION`.

    Raises:
        ImproperlyConfigured: a value is of another type, or a file of it cannot be read.
    """
    key = _setting().get("SIGNING_KEY")
    try:
        signing_key = Path(key).read_bytes() if isinstance(key, str | Path) else key
    except OSError as error:
        raise ImproperlyConfigured(f"RECLAMATION: SIGNING_KEY: {error}") from error
    if not isinstance(signing_key, bytes | None):
        raise ImproperlyConfigured("RECLAMATION: SIGNING_KEY: the path of a file or bytes are expected")
    return {
        **_shown(),
        "sites": options().get("sites"),
        "taxonomy": options().get("taxonomy"),
        "letters": letters(),
        "text_blocks": text_blocks(),
        "calendar_domain": _text("CALENDAR_DOMAIN"),
        "signing_key": signing_key,
        "links": _links(),
    }


def _shown() -> dict[str, Any]:
    """Return the title and the language of the pages, where the setting has them."""
    found: dict[str, Any] = {}
    for key in ("TITLE", "LANG"):
        if key in _setting():
            found[key.lower()] = _setting()[key]
            try:
                Board(**found)
            except (TypeError, ValueError) as error:
                raise ImproperlyConfigured(f"RECLAMATION: {key}: {error}") from error
    return found


def _links() -> tuple[HostLink, ...]:
    try:
        return tuple(one if isinstance(one, HostLink) else HostLink(*one) for one in _setting().get("LINKS", ()))
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: LINKS: {error}") from error


def largest_upload() -> int:
    """Return the most bytes of a form with files.

    Raises:
        ImproperlyConfigured: it is no whole number above 0.
    """
    value = _setting().get("LARGEST_UPLOAD", LARGEST_UPLOAD)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ImproperlyConfigured("RECLAMATION: LARGEST_UPLOAD: a number of bytes is expected")
    return value


def agency() -> str:
    """Return the name of the agency, for a role without sites and regions."""
    return _text("AGENCY")


def _text(name: str) -> str:
    value = _setting().get(name, _TEXTS[name])
    if not isinstance(value, str) or not value.strip():
        raise ImproperlyConfigured(f"RECLAMATION: {name}: a text is expected")
    return value


def roles_function() -> Callable[[Any], Iterable[ActingRole]] | None:
    """Return the function of the setting that gives the roles of a user; None without one.

    Raises:
        ImproperlyConfigured: it cannot be imported, or is not callable.
    """
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
    return dict(getattr(settings, "RECLAMATION", {}))


def _forget_options(*, setting: str, **_: object) -> None:
    if setting == "RECLAMATION":
        options.cache_clear()
        letters.cache_clear()
        text_blocks.cache_clear()
        board_options.cache_clear()


setting_changed.connect(_forget_options)
