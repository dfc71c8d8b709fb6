"""Texts that may have to be forgotten: the commitments in events, the vault of texts, fields, sealing, redaction.

An event has a commitment to each text, and the vault has the text with its salt. Without text and salt a commitment
reveals nothing: it cannot be guessed by trying likely texts. With them it proves that the text is that of the event.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from os import urandom
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from reclamation_core import errors
from reclamation_core.documents.sizes import OF_COMMANDS
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    as_tuple,
    describe,
    each,
    long_texts,
    not_blank,
    one_of,
    optional,
    refuse_value,
    storable_text,
)
from reclamation_core.vocabulary.facts import ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OWN, OwnFacts, OwnText
from reclamation_core.wording import Wording, safe_repr

T = TypeVar("T")

SaltSource: TypeAlias = Callable[[], bytes]
_SALT_BYTES: Final = 16


def fresh_salt() -> bytes:
    """Return sixteen unpredictable bytes."""
    return urandom(_SALT_BYTES)


@attrs.frozen
class Commitment(SharedRepr):
    """The HMAC-SHA-256 of a text under its salt, in hexadecimal: events have it in place of the text."""

    digest: str


@attrs.frozen
class Secret:
    """A text and its salt; its representation shows neither.

    Raises:
        ValueError: the salt is shorter than sixteen bytes: likely texts could be tried.

    >>> Secret("Madame Durand", b"0" * 16)
    Secret(...)
    """

    text: str = attrs.field(repr=False)
    salt: bytes = attrs.field(repr=False)

    @salt.validator
    def _long_enough(self, _: object, salt: bytes) -> None:
        if len(salt) < _SALT_BYTES:
            raise ValueError(f"salt: {len(salt)} bytes; give {_SALT_BYTES} that nobody can foresee, as fresh_salt does")

    def __repr__(self) -> str:
        return "Secret(...)"

    @property
    def commitment(self) -> Commitment:
        """The commitment to this text under this salt."""
        # Keyed, not prefixed: in "ab" + "c" the limit between salt and text would be lost.
        return Commitment(hmac.digest(self.salt, self.text.encode(), "sha256").hex())

    def proves(self, commitment: Commitment) -> bool:
        """Return True if the commitment was made to this text."""
        return hmac.compare_digest(self.commitment.digest, commitment.digest)


def _by_digest(texts: Mapping[str, Secret] | Iterable[Secret]) -> dict[str, Secret]:
    return dict(texts) if isinstance(texts, Mapping) else {secret.commitment.digest: secret for secret in texts}


@attrs.frozen
class Vault(SharedRepr):
    """The texts of one case, by the digest of their commitment. A value: adding and erasing give another vault."""

    _texts: dict[str, Secret] = attrs.field(factory=dict, converter=_by_digest, repr=False)

    @classmethod
    def merged(cls, vaults: Iterable[Vault]) -> Vault:
        """Return the texts of several vaults, masked ones among them, in one."""
        return cls({digest: secret for vault in vaults for digest, secret in vault.by_digest().items()})

    def read(self, commitment: Commitment | None) -> str | None:
        """Return the text of a commitment; None if there is none, or if it was erased."""
        secret = None if commitment is None else self._texts.get(commitment.digest)
        return None if secret is None else secret.text

    def with_(self, more: Iterable[Secret]) -> Vault:
        """Return the vault with more texts."""
        return Vault({**self._texts, **_by_digest(more)})

    def without(self, commitments: Iterable[Commitment]) -> Vault:
        """Return the vault after these texts and their salts were erased."""
        return self.only(self._texts.keys() - {commitment.digest for commitment in commitments})

    def only(self, digests: Container[str]) -> Vault:
        """Return the vault with the texts of these digests alone."""
        return Vault({digest: secret for digest, secret in self._texts.items() if digest in digests})

    def redacted(self, word: str) -> Vault:
        """Return the vault with a word in place of each text.

        It is for display, never for a store: its texts do not match their commitments.
        """
        return Vault({digest: Secret(word, secret.salt) for digest, secret in self._texts.items()})

    def masked(self, commitments: Iterable[Commitment], word: str) -> Vault:
        """Return the vault with a word in place of these texts, for display as `redacted` is."""
        hidden = {commitment.digest for commitment in commitments} & self._texts.keys()
        return Vault(self._texts | {digest: Secret(word, self._texts[digest].salt) for digest in hidden})

    def by_digest(self) -> Mapping[str, Secret]:
        """Return the texts by the digests of their commitments, in the order in which they were added."""
        return MappingProxyType(self._texts)

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._texts.values())

    def __len__(self) -> int:
        return len(self._texts)


Text: TypeAlias = str | Commitment
"""A text in clear, as a command has it, or the commitment to it, as an event has it."""

_MARK: Final = "reclamation_core.text"
_PART: Final = "reclamation_core.part"


class TextKind(StrEnum):
    """The reason for which a text may have to be erased."""

    PERSONAL = "personal"
    """It names or locates a person."""
    FREE = "free"
    """It is free text: it may have any content."""


def _a_kind(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is str and value not in tuple(TextKind):
        refuse_value(attribute.name, value if value.isidentifier() else errors.REDACTED, one_of(TextKind))
    if not isinstance(value, TextKind):
        members = ", ".join(f"TextKind.{kind.name}" for kind in TextKind)
        raise TypeError(
            f"{attribute.name}: kinds of texts are expected, got {safe_repr(value)}; give some of {members}"
        )


each_a_kind = each(_a_kind)
"""Refuse a list with a value that is not a kind of text."""


def _a_text(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Commitment):
        not_blank(_, attribute, value)


describe(_a_text, "string", pattern=r"\S")


def text_or_blank(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value other than None, a text that can be stored (a blank one too) or the commitment to a text."""
    if value is not None and not isinstance(value, Commitment):
        storable_text(attribute.name, value)


def personal(**options: Any) -> Any:
    """A field that names or locates a person; of several texts, with `many=True`."""
    return _text(TextKind.PERSONAL, **options)


def free(**options: Any) -> Any:
    """A field of free text; of several texts, with `many=True`."""
    return _text(TextKind.FREE, **options)


def _text(
    kind: TextKind, *, many: bool = False, metadata: Mapping[str, Any] = MappingProxyType({}), **options: Any
) -> Any:
    if many:
        options = {"default": (), "converter": as_tuple, "validator": each(_a_text), **options}
    validator = optional(_a_text) if "default" in options else _a_text
    return attrs.field(metadata={_MARK: kind, **metadata}, **{"repr": redacted, "validator": validator, **options})


def redacted(value: object) -> str:
    """Return a representation without texts in clear: `...` in place of each."""
    if isinstance(value, tuple):
        return f"({', '.join(map(redacted, value))})"
    return "..." if isinstance(value, str) else repr(value)


def part(*, metadata: Mapping[str, Any] = MappingProxyType({}), **options: Any) -> Any:
    """A field whose value has texts of its own, as the sheet of an action; or a tuple of such values."""
    return attrs.field(metadata={_PART: True, **metadata}, **options)


def is_part(field: attrs.Attribute[Any]) -> bool:
    """Return True for a field that `part` declares."""
    return _PART in field.metadata


@cache
def parts_of(cls: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    """Return the names of the fields of a class that `part` declares."""
    return tuple(field.name for field in attrs.fields(cls) if is_part(field))


def _values_of_parts(data: object) -> Iterator[Any]:
    """Yield the values of the parts of data, each of several."""
    cls: Any = type(data)
    for name in parts_of(cls):
        value = getattr(data, name)
        yield from value if isinstance(value, tuple) else (value,)


@cache
def marked(cls: type[attrs.AttrsInstance]) -> Mapping[str, TextKind]:
    """Return the fields of a class that hold such texts, each with the reason to forget it."""
    return {field.name: field.metadata[_MARK] for field in attrs.fields(cls) if _MARK in field.metadata}


def _texts(data: object) -> Iterator[tuple[str, TextKind, object]]:
    """Yield the texts of data, in clear or sealed, those of its parts included, each with its field and its reason."""
    cls: Any = type(data)
    for name, kind in marked(cls).items():
        value = getattr(data, name)
        for one in value if isinstance(value, tuple) else (value,):
            yield name, kind, one
    for value in _values_of_parts(data):
        yield from _texts(value)
    own = _own_of(data)
    for name, text in () if own is NO_OWN_FACTS else own.texts():
        yield f"{OWN}.{name}", own_kind(text), text.text if text.digest is None else Commitment(text.digest)


def commitments_by_field(data: object) -> Iterator[tuple[str, TextKind, Commitment]]:
    """Yield the commitments of sealed data, each with its field and why it may have to be forgotten."""
    return ((name, kind, one) for name, kind, one in _texts(data) if isinstance(one, Commitment))


def own_kind(text: OwnText) -> TextKind:
    """Return the reason for which an own value may have to be erased."""
    return TextKind.PERSONAL if text.personal else TextKind.FREE


@cache
def _has_facts(cls: Any) -> bool:
    return attrs.has(cls) and "facts" in _names(cls)


def _own_of(data: object) -> OwnFacts:
    """Return the own values of the facts that an event has."""
    cls: Any = type(data)
    facts: object = cast("Any", data).facts if _has_facts(cls) else None
    return facts.own if isinstance(facts, ComplaintFacts | MalfunctionFacts) else NO_OWN_FACTS


def clear_texts(data: object) -> Iterator[tuple[str, str]]:
    """Yield the texts in clear of the data of a command, those of its parts included, each with its field."""
    return ((name, one) for name, _, one in _texts(data) if isinstance(one, str))


def require_within_limits(data: object, actor: str, longest: int) -> None:
    """Refuse a command with a text of more than so many characters, or with a list of more texts than `OF_COMMANDS`.

    Raises:
        FaultsError: with a fault for each such text or list, which has the field, the length and the limit.
    """
    faults = long_texts(longest, [*clear_texts(data), ("actor", actor)])
    for part in (data, *_values_of_parts(data)):
        if _has_long_list(part):
            faults += OF_COMMANDS.list_faults(part)
    if faults:
        raise errors.FaultsError(faults)


def _has_long_list(data: object) -> bool:
    cls: Any = type(data)
    values = (getattr(data, name) for name in _names(cls))
    return any(value.__class__ is tuple and len(value) > OF_COMMANDS.each for value in values)


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


def commitments(data: object) -> dict[Commitment, TextKind]:
    """Return the commitments of sealed data, those of its parts included."""
    return {commitment: kind for _, kind, commitment in commitments_by_field(data)}


def require_unsealed(data: object, known: Container[str] = ()) -> None:
    """Refuse a text that is sealed already, unless its digest is known: nothing at hand would hold its words.

    Raises:
        TypeError: a field holds a commitment that is not known; the message names the field and the remedy.
    """
    for name, _, commitment in commitments_by_field(data):
        if commitment.digest not in known:
            raise TypeError(
                f"{name}: a text is expected, got one that is sealed; give its words, which `read` of the case, or "
                "`vault.read` of the plan, that has it returns"
            )


def seal(data: T, salt: SaltSource) -> tuple[T, tuple[Secret, ...]]:
    """Return the data with its texts, and those of its parts, replaced by commitments; and the texts."""
    secrets: list[Secret] = []
    return _sealed(data, salt, secrets), tuple(secrets)


def _sealed(data: T, salt: SaltSource, secrets: list[Secret]) -> T:
    def sealed(value: object) -> Any:
        if isinstance(value, tuple):
            return tuple(map(sealed, value))
        if not isinstance(value, str):
            return value
        secrets.append(Secret(value, salt()))
        return secrets[-1].commitment

    def sealed_part(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(map(sealed_part, value))
        return _sealed(value, salt, secrets)

    cls: Any = type(data)
    texts = {name: sealed(getattr(data, name)) for name in marked(cls)}
    parts = {name: sealed_part(getattr(data, name)) for name in parts_of(cls)}
    own = _own_of(data)
    if own is not NO_OWN_FACTS:
        opened = {name: text for name, text in own.texts() if text.text is not None}
        digests = {name: sealed(text.text).digest for name, text in opened.items()}
        sealed_texts = {name: OwnText(digest=digests[name], personal=text.personal) for name, text in opened.items()}
        facts: Any = cast("Any", data).facts
        parts["facts"] = attrs.evolve(facts, own=own.with_texts(sealed_texts))
    return cast(T, attrs.evolve(cast("Any", data), **texts, **parts)) if texts or parts else data


ERASED: Final = Wording("(effacé)", "(erased)")
"""Replaces a text that was erased."""
REDACTED: Final = "[texte]"
"""Replaces a text that is stored and not displayed."""
HIDDEN_NAME: Final = "[nom]"
"""Replaces a text that names a person where names are not displayed."""
NOTE: Final = f"{REDACTED} : texte masqué (donnée personnelle possible) ; to_html(texts=True) l'affiche."
"""Explains `REDACTED` to the reader of a page."""


def displayed_vault(vault: Vault, *, texts: bool) -> Vault:
    """Return the vault to display: with its texts, or with `REDACTED` in place of each."""
    return vault if texts else vault.redacted(REDACTED)
