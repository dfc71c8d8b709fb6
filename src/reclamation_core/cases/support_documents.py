"""Documents of factual supports: what an event has of a file, whose bytes are in a document store."""

from __future__ import annotations

import re
from typing import Any, BinaryIO, Final

import attrs

from reclamation_core.cases.texts import Commitment, Text, free, personal
from reclamation_core.errors import REDACTED
from reclamation_core.validators import not_blank, refuse_value, storable_text, whole_number
from reclamation_core.wording import Wording, labelled

DOCUMENT_GUARD: Final = "document:"
"""The beginning of the guard under which an event claims the key of a document; the key follows."""

_KEY: Final = re.compile(r"[A-Za-z0-9-]{1,64}/[0-9a-f]{32}", re.ASCII)
_A_KEY: Final = Wording(
    "la clé d'un document déposé est attendue, telle que le dépôt l'a donnée",
    "the key of an uploaded document is expected, as the upload returned it",
)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_A_MEDIA_TYPE: Final = Wording("un type de média est attendu, comme application/pdf", "a media type is expected")
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_A_SHA256: Final = Wording("une empreinte SHA-256 est attendue", "a SHA-256 in hexadecimal is expected")


def document_key(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not the key of a document: the identity of the register and a random part."""
    if not _KEY.fullmatch(storable_text(attribute.name, value)):
        refuse_value(attribute.name, REDACTED, _A_KEY)


def media_type(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a media type without parameters."""
    if not _MEDIA_TYPE.fullmatch(storable_text(attribute.name, value)):
        refuse_value(attribute.name, REDACTED, _A_MEDIA_TYPE)


def _sha256(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Commitment) and not _SHA256.fullmatch(storable_text(attribute.name, value)):
        refuse_value(attribute.name, REDACTED, _A_SHA256)


@attrs.frozen(kw_only=True)
class SupportDocument:
    """A document of a factual support (pièce jointe), without its bytes.

    The event has a salted commitment to the file name and one to the hash: a plain hash would confirm a document made
    from a template after its erasure. Name and hash are erased with the first texts of the case that are erased,
    whatever their kind, and the bytes after that commit.

    Args:
        key: its key in the document store: the identity of the register, a slash and 128 random bits. It reveals
            nothing, and equal files have different keys.
        size: its number of bytes.
        media_type: what it is by its content, never by its name.
        name: its file name.
        sha256: the SHA-256 of its bytes, in hexadecimal.
    """

    key: str = attrs.field(validator=document_key)
    size: int = attrs.field(validator=whole_number(0))
    media_type: str = attrs.field(validator=media_type)
    name: Text = personal(metadata=labelled("nom du fichier", "file name"))
    sha256: Text = free(validator=_sha256, metadata=labelled("empreinte du fichier", "SHA-256 of the file"))

    @property
    def guard(self) -> str:
        """The guard under which an event claims the key, and the removal of orphans deletes the bytes."""
        return DOCUMENT_GUARD + self.key


@attrs.frozen(kw_only=True)
class UploadedDocument:
    """A document whose bytes are in the document store, and which no event has claimed yet.

    Args:
        key: its key, as the upload returned it.
        name: its file name.
    """

    key: str = attrs.field(validator=document_key)
    name: str = attrs.field(repr=False, validator=not_blank)


@attrs.frozen(kw_only=True)
class NewDocument:
    """A document to upload.

    Args:
        name: its file name; folders before it, and characters that are not printed, are left out.
        content: its bytes, or a binary file to read to its end.
    """

    name: str = attrs.field(repr=False, validator=not_blank)
    content: bytes | BinaryIO = attrs.field(repr=False)


_LONGEST_NAME: Final = 200


def file_name(name: str) -> str:
    r"""Return a file name for a record: without folders and unprinted characters, at most 200 characters.

    >>> file_name("C:\\Users\\Mme Durand\\cv\u202efdp.exe")
    'cvfdp.exe'
    """
    last = re.split(r"[/\\]", name)[-1]
    printed = "".join(sign for sign in last if sign.isprintable()).strip()
    return printed[:_LONGEST_NAME] or "document"
