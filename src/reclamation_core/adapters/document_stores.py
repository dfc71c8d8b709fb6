"""Stores of documents: in memory, in a folder, and in any file system of fsspec (the extra `documents`)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from reclamation_core.errors import MissingExtraError
from reclamation_core.ports.documents import DocumentStore
from reclamation_core.ports.errors import DocumentNotFoundError, DocumentStoreError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_KEY: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9-]+", re.ASCII)
_REGISTER: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


def _require_key(key: str) -> str:
    """Refuse what could name another file: keys are made by the library."""
    if not _KEY.fullmatch(key):
        raise ValueError("key: the identity of a register, a slash and a random part are expected")
    return key


def _require_register(register: str) -> str:
    if not _REGISTER.fullmatch(register):
        raise ValueError("register: letters, digits and hyphens are expected")
    return register


def _now() -> datetime:
    return datetime.now(UTC)


class InMemoryDocumentStore(DocumentStore):
    """Bytes in memory, as long as the program runs: for tests and examples.

    Args:
        now: the clock that dates the bytes; by default that of the machine.
    """

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self._bytes: dict[str, tuple[bytes, datetime]] = {}
        self._lock = Lock()

    def put(self, key: str, content: Iterable[bytes]) -> None:
        stored = b"".join(content)
        with self._lock:
            if _require_key(key) in self._bytes:
                raise DocumentStoreError("memory", "FileExistsError")
            self._bytes[key] = (stored, self._now())

    def open(self, key: str) -> BinaryIO:
        with self._lock:
            if key not in self._bytes:
                raise DocumentNotFoundError(key)
            return BytesIO(self._bytes[key][0])

    def delete(self, key: str) -> None:
        with self._lock:
            self._bytes.pop(key, None)

    def exists(self, key: str) -> bool:
        with self._lock:
            return key in self._bytes

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        prefix = f"{_require_register(register)}/"
        with self._lock:
            dated = [(key, at) for key, (_, at) in self._bytes.items()]
        return (key for key, at in dated if key.startswith(prefix) and at < before)


class FolderDocumentStore(DocumentStore):
    """Bytes in files of a folder, one folder below it for each register; only the account that runs this reads them.

    A file that a killed program left incomplete is an orphan, as its key was never acknowledged.

    Args:
        folder: the folder, which is created if it is missing.

    Raises:
        DocumentStoreError: it cannot be created.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        with self._translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def __repr__(self) -> str:
        return f"FolderDocumentStore({str(self._folder)!r})"

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if key and self._folder.is_dir():
                raise DocumentNotFoundError(key) from None
            raise DocumentStoreError(str(self._folder), _reason(error)) from error
        except OSError as error:
            raise DocumentStoreError(str(self._folder), _reason(error)) from error

    def _path(self, key: str) -> Path:
        return self._folder / _require_key(key)

    def put(self, key: str, content: Iterable[bytes]) -> None:
        path = self._path(key)
        with self._translated():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            file = open(path, "xb", opener=partial(os.open, mode=0o600))  # noqa: SIM115  closed below
        try:
            with file:
                for part in content:  # its own errors pass as they are
                    with self._translated():
                        file.write(part)
                with self._translated():
                    file.flush()
                    os.fsync(file.fileno())
            with self._translated():
                _sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise

    def open(self, key: str) -> BinaryIO:
        with self._translated(key):
            return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._translated():
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_folder(path.parent)

    def exists(self, key: str) -> bool:
        with self._translated():
            return self._path(key).is_file()

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        folder = self._folder / _require_register(register)
        with self._translated():
            if not folder.is_dir():
                return
            for entry in os.scandir(folder):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    if entry.stat().st_mtime < before.timestamp():
                        yield f"{register}/{entry.name}"


def _reason(error: OSError) -> str:
    """Return the reason of an error of the system, without a name of a file."""
    return error.strerror or type(error).__name__


def _sync_folder(folder: Path) -> None:
    """Make the names of a folder durable, where the system can."""
    if os.name == "nt":  # pragma: no cover  Windows opens no folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FsspecDocumentStore(DocumentStore):
    """Bytes in a file system of fsspec: S3, SFTP, WebDAV, Azure, Google Cloud and others; the extra `documents`.

    Each protocol needs a package of its own, which the error of fsspec names.

    Args:
        url: the folder, such as `s3://bucket/reclamations`.
        options: the options of the file system: keys, host, and the like.

    Raises:
        MissingExtraError: fsspec is not installed.
        DocumentStoreError: the file system cannot be reached.
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise MissingExtraError("fsspec", "documents") from error
        self._name = url.partition("://")[0]
        with self._translated():
            self._system, self._folder = cast("tuple[AbstractFileSystem, str]", url_to_fs(url, **(options or {})))

    def __repr__(self) -> str:
        return f"FsspecDocumentStore({self._name!r})"

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if key:
                raise DocumentNotFoundError(key) from None
            raise DocumentStoreError(self._name, type(error).__name__) from error
        except (DocumentStoreError, DocumentNotFoundError):
            raise
        except Exception as error:  # of any file system
            raise DocumentStoreError(self._name, type(error).__name__) from error

    def _path(self, key: str) -> str:
        return f"{self._folder.rstrip('/')}/{_require_key(key)}"

    def put(self, key: str, content: Iterable[bytes]) -> None:
        path = self._path(key)
        with self._translated():
            if self._system.exists(path):
                raise DocumentStoreError(self._name, "FileExistsError")
            self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            file = self._system.open(path, "wb")
        try:
            for part in content:  # its own errors pass as they are
                with self._translated():
                    file.write(part)
            with self._translated():
                file.close()
        except BaseException:
            with suppress(Exception):
                file.close()
            with suppress(Exception):
                self._system.rm_file(path)
            raise

    def open(self, key: str) -> BinaryIO:
        with self._translated(key):
            self._system.invalidate_cache()
            return cast(BinaryIO, self._system.open(self._path(key), "rb"))

    def delete(self, key: str) -> None:
        with self._translated():
            try:
                self._system.rm_file(self._path(key))
            except FileNotFoundError:
                return

    def exists(self, key: str) -> bool:
        with self._translated():
            self._system.invalidate_cache()
            return bool(self._system.exists(self._path(key)))

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        folder = f"{self._folder.rstrip('/')}/{_require_register(register)}"
        with self._translated():
            self._system.invalidate_cache()
            if not self._system.exists(folder):
                return
            for path in self._system.ls(folder, detail=False):
                at: datetime = self._system.modified(path)  # of some file systems without a zone, in UTC
                if (at if at.tzinfo is not None else at.replace(tzinfo=UTC)) < before:
                    yield f"{register}/{path.rstrip('/').rpartition('/')[2]}"


def document_store(place: str | Path) -> DocumentStore:
    """Return the store of documents at a place: a folder, or the address of a file system of fsspec, `s3://bucket/...`.

    Raises:
        DocumentStoreError: the folder cannot be created.
        MissingExtraError: fsspec is not installed.
    """
    if isinstance(place, str) and "://" in place:
        return FsspecDocumentStore(place)
    return FolderDocumentStore(place)
