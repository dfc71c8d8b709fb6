"""The documents of supports: the store of their bytes, and the keys that a register has claimed or is to delete.

Order of an upload: the bytes first, then the event, which claims the key under the optimistic lock `document:KEY`.
Order of an erasure: the event, and with it the keys on the list of those to delete; then the bytes. So no event lacks
its bytes. Bytes without an event are orphans, which are listed for deletion under the same optimistic lock.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO


class DocumentStore(ABC):
    """A store of bytes by key, outside of the database: a folder, an object storage.

    A key is the identity of a register, a slash and a random part, of letters, digits and hyphens: registers that share
    a store never meet. The store learns neither names nor references. It need not be transactional; several threads and
    processes may use it.
    """

    @abstractmethod
    def put(self, key: str, content: Iterable[bytes]) -> None:
        """Store bytes under a new key. Once it returns they are durable and whole.

        If the content raises, or the store fails, nothing is acknowledged: what is left of it is an orphan.

        Args:
            key: the key, which nothing was stored under before.
            content: the bytes, in parts of any length; they are not held in memory together.

        Raises:
            DocumentStoreError: the store cannot be reached, or refused.
        """

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """Return the bytes of a key as a file to read, which the caller closes.

        Raises:
            DocumentNotFoundError: there are none.
            DocumentStoreError: the store cannot be reached, or refused.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Delete the bytes of a key for good; harmless if there are none.

        Raises:
            DocumentStoreError: the store cannot be reached, or refused; the bytes may be left.
        """

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Return whether there are bytes under a key.

        Raises:
            DocumentStoreError: the store cannot be reached, or refused.
        """

    @abstractmethod
    def keys(self, register: str, before: datetime) -> Iterator[str]:
        """Yield the keys of a register whose bytes were last written before an instant, in any order.

        Args:
            register: the identity of the register, with which its keys begin.
            before: the instant, excluded; aware.

        Raises:
            DocumentStoreError: the store cannot be reached, or refused.
        """


class DocumentKeys(ABC):
    """What a register has committed on keys of documents: the claimed ones, and those whose bytes are to be deleted.

    An event claims the key of each of its documents by holding the optimistic lock `document:KEY` at version 0. A
    commit of an event that erases texts adds the keys of all documents of the case to the list, in one transaction.
    """

    @abstractmethod
    def register(self) -> str:
        """Return the identity of the register, letters, digits and hyphens: its keys begin with it.

        A copy of the register has another one once it is marked as restored, so that it deletes nothing of the first.
        """

    @abstractmethod
    def discard(self, key: str) -> bool:
        """Add a key that no event claims to the list of those to delete, and advance its lock, atomically.

        Returns:
            False if its lock was advanced before: an event claims the key, or it was discarded; nothing changes then.
        """

    @abstractmethod
    def to_delete(self, limit: int = 500) -> tuple[str, ...]:
        """Return keys whose bytes are to be deleted, by code point, at most so many.

        Raises:
            ValueError: the limit is less than 1.
        """

    @abstractmethod
    def among_to_delete(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of some keys whose bytes are to be deleted still."""

    @abstractmethod
    def mark_deleted(self, key: str) -> None:
        """Remove a key from the list, once its bytes are deleted; harmless if it is not on it."""
