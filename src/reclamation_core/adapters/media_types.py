"""The media type of a file by its content, with puremagic (the extra `documents`); its name plays no part."""

from __future__ import annotations

from typing import Final

from reclamation_core.errors import MissingExtraError

HEAD: Final = 1 << 16
"""So many bytes of a file tell its type."""

UNKNOWN_TYPE: Final = "application/octet-stream"
_TEXT: Final = "text/plain"
_CERTAIN: Final = 0.3
"""Signatures of two bytes have less confidence than this: they occur at the beginning of ordinary texts."""
_SYNONYMS: Final = {"audio/wave": "audio/wav", "audio/x-wav": "audio/wav"}
_CONTROLS: Final = bytes(range(9)) + bytes(range(14, 32)) + b"\x7f"
_OFFICE: Final = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
_BRANDS: Final = {b"heic": "image/heif", b"heix": "image/heif", b"mif1": "image/heif", b"M4A ": "audio/mp4"}


def media_type_of(head: bytes) -> str:
    """Return the media type of a file from its first bytes, `HEAD` of them or all; `UNKNOWN_TYPE` if none fits.

    Raises:
        MissingExtraError: puremagic is not installed.
    """
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(head)
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return _BRANDS[head[8:12]]
    is_text = bool(head) and head.translate(None, _CONTROLS) == head
    found = _by_signature(head, _CERTAIN if is_text else 0.0)
    return _SYNONYMS.get(found, found) if found else _TEXT if is_text else UNKNOWN_TYPE


def _by_signature(head: bytes, least: float) -> str:
    try:
        import puremagic
    except ImportError as error:
        raise MissingExtraError("puremagic", "documents") from error
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):  # nothing fits, or there are no bytes
        return ""
    return next((one.mime_type for one in matches if one.mime_type and one.confidence >= least), "")


def _of_archive(head: bytes) -> str:
    """Return the type of a ZIP archive: of an office document, if its first entries are those of one."""
    if head[30:38] == b"mimetype" and head[38:].startswith(_OPEN_DOCUMENT):
        name = head[38 + len(_OPEN_DOCUMENT) :]
        return next(
            (
                f"{_OPEN_DOCUMENT.decode()}{kind}"
                for kind in ("text", "spreadsheet", "presentation")
                if name.startswith(kind.encode())
            ),
            "application/zip",
        )
    if b"[Content_Types].xml" in head:
        return next((kind for folder, kind in _OFFICE.items() if folder in head), "application/zip")
    return "application/zip"
