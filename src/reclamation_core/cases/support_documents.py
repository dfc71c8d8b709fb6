"""Documents of factual supports: what an event has of a file, whose bytes are in a document store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final

import attrs

from reclamation_core.cases.texts import Commitment, Text, free, personal
from reclamation_core.errors import REDACTED
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import not_blank, refuse_value, storable_text, whole_number
from reclamation_core.wording import Lang, Wording, labelled

DOCUMENT_LOCK: Final = "document:"
"""The beginning of the optimistic lock under which an event claims the key of a document; the key follows."""

MESSAGE_LOCK: Final = "message:"
"""The beginning of the optimistic lock under which an event claims a message as a support; the identifier follows."""

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
class SupportDocument(SharedRepr):
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
    def lock(self) -> str:
        """The optimistic lock under which an event claims the key, and the removal of orphans deletes the bytes."""
        return DOCUMENT_LOCK + self.key


@attrs.frozen(kw_only=True)
class UploadedDocument(SharedRepr):
    """A document whose bytes are in the document store, and which no event has claimed yet.

    Args:
        key: its key, as the upload returned it.
        name: its file name.
    """

    key: str = attrs.field(validator=document_key)
    name: str = attrs.field(repr=False, validator=not_blank)


@attrs.frozen(kw_only=True)
class NewDocument(SharedRepr):
    """A document to upload.

    Args:
        name: its file name; folders before it, and characters that are not printed, are left out.
        content: its bytes, or a binary file to read to its end.
    """

    name: str = attrs.field(repr=False, validator=not_blank)
    content: bytes | IO[bytes] = attrs.field(repr=False)


def ending_of(media_type: str) -> str:
    """Return the ending of a file name for a media type, such as `.pdf`; empty for an unknown type."""
    found = (name for _, types in _TYPES for known, name in types.items() if known == media_type)
    return next((f".{name.lower()}" for name in found), "")


def size_in_words(size: int) -> Wording:
    """Return a number of bytes as a reader sees it, in powers of a thousand, to a tenth.

    >>> size_in_words(1_234_567).fr, size_in_words(999).en
    ('1,2 Mo', '999 bytes')
    """
    for factor, fr, en in ((10**9, "Go", "GB"), (10**6, "Mo", "MB"), (10**3, "ko", "kB")):
        if size >= factor:
            number = f"{size / factor:.1f}".removesuffix(".0")
            return Wording(f"{number.replace('.', ',')} {fr}", f"{number} {en}")
    return Wording(f"{size} octet{'s' if size > 1 else ''}", f"{size} byte{'s' if size > 1 else ''}")


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_TYPES: Final[tuple[tuple[Wording, Mapping[str, str]], ...]] = (
    (Wording("PDF", "PDF"), {"application/pdf": "PDF"}),
    (
        Wording("image", "image"),
        {
            "image/gif": "GIF",
            "image/heif": "HEIF",
            "image/jpeg": "JPEG",
            "image/png": "PNG",
            "image/tiff": "TIFF",
            "image/webp": "WebP",
        },
    ),
    (
        Wording("texte", "text"),
        {"text/plain": "TXT", f"{_OPEN}text": "ODT", f"{_OFFICE}wordprocessingml.document": "DOCX"},
    ),
    (Wording("tableau", "spreadsheet"), {f"{_OPEN}spreadsheet": "ODS", f"{_OFFICE}spreadsheetml.sheet": "XLSX"}),
    (Wording("courriel", "e-mail"), {"message/rfc822": "EML"}),
    (Wording("son", "sound"), {"audio/mp4": "M4A", "audio/mpeg": "MP3", "audio/wav": "WAV"}),
    (Wording("vidéo", "video"), {"video/mp4": "MP4"}),
)
"""The kinds of documents, each with its media types and the names of their formats."""


def kinds_of_documents(media_types: Iterable[str]) -> Wording:
    """Return what documents of some media types are to a reader: each kind once, with its formats.

    >>> kinds_of_documents(["application/pdf", "image/png", "image/gif", "a/b"]).fr
    'PDF, image (GIF, PNG), a/b'
    """
    given = list(media_types)
    known = {media_type for _, types in _TYPES for media_type in types}
    unknown = [one for one in given if one not in known]

    def listed(lang: Lang) -> Iterator[str]:
        for kind, types in _TYPES:
            formats = ", ".join(name for media_type, name in types.items() if media_type in given and name != kind.fr)
            if not types.keys().isdisjoint(given):
                yield f"{kind.in_(lang)} ({formats})" if formats else kind.in_(lang)

    return Wording(", ".join([*listed("fr"), *unknown]), ", ".join([*listed("en"), *unknown]))


_LONGEST_NAME: Final = 200


def file_name(name: str) -> str:
    r"""Return a file name for a record: without folders and unprinted characters, at most 200 characters.

    >>> file_name("C:\\Users\\Mme Durand\\cv\u202efdp.exe")
    'cvfdp.exe'
    """
    last = re.split(r"[/\\]", name)[-1]
    printed = "".join(sign for sign in last if sign.isprintable()).strip()
    return printed[:_LONGEST_NAME] or "document"
