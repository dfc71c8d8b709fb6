"""What stores of documents refuse, and their errors: without a path of a file, an address or a credential."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import FolderDocumentStore, FsspecDocumentStore, InMemoryDocumentStore
from reclamation_core.adapters.media_types import media_type_of
from reclamation_core.calendars.local_times import PARIS
from reclamation_core.errors import MissingExtraError
from reclamation_core.ports import DocumentStore, DocumentStoreError

KEY = f"register/{'0' * 32}"


def stores(folder: Path) -> list[DocumentStore]:
    return [InMemoryDocumentStore(), FolderDocumentStore(folder / "a"), FsspecDocumentStore(f"file://{folder}/b")]


def test_a_key_is_stored_once_and_names_no_other_file(tmp_path: Path) -> None:
    for store in stores(tmp_path):
        store.put(KEY, [b"a"])
        with pytest.raises(DocumentStoreError, match=r"[Ee]xist"):
            store.put(KEY, [b"b"])
        for key in ("../a", "a/../b", "a", "a/b/c", "/a/b"):
            with pytest.raises(ValueError, match="key: the identity of a register"):
                store.put(key, [b"a"])
        with pytest.raises(ValueError, match="register: letters"):
            list(store.keys("..", datetime.now(UTC)))


def test_a_folder_that_is_gone_is_an_outage_and_no_missing_document(tmp_path: Path) -> None:
    store = FolderDocumentStore(tmp_path / "a")
    (tmp_path / "a").rmdir()
    with pytest.raises(DocumentStoreError):
        store.open(KEY)
    with pytest.raises(DocumentStoreError):
        store.put(KEY, [b"a"])
    store.delete(KEY)
    (tmp_path / "file").touch()
    with pytest.raises(DocumentStoreError):
        FolderDocumentStore(tmp_path / "file")
    assert repr(store) == f"FolderDocumentStore('{tmp_path}/a')"


def test_errors_of_a_file_system_show_its_protocol_alone(tmp_path: Path) -> None:
    with pytest.raises(DocumentStoreError, match=r"^nothing: .*ValueError"):
        FsspecDocumentStore("nothing://user:secret@host/a")
    store = FsspecDocumentStore(f"file://{tmp_path}/b")
    system: Any = store._system

    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError(f"{tmp_path}/secret")

    system.makedirs = gone
    with pytest.raises(DocumentStoreError) as refused:
        store.put(KEY, [b"a"])
    del system.makedirs
    assert "secret" not in refused.value.in_("fr")
    assert repr(store) == "FsspecDocumentStore('file')"


def test_a_time_of_a_file_system_without_a_zone_is_in_utc(tmp_path: Path) -> None:
    store, noon = FsspecDocumentStore(f"file://{tmp_path}/b"), datetime(2026, 6, 1, 12, tzinfo=UTC)
    store.put(KEY, [b"a"])
    system: Any = store._system
    for at in (noon.astimezone(PARIS), noon.replace(tzinfo=None)):
        system.modified = lambda _, at=at: at
        assert [[*store.keys("register", each)] for each in (noon, noon + timedelta(seconds=1))] == [[], [KEY]]


def test_an_upload_that_fails_at_its_end_is_none_and_one_that_ends_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderDocumentStore(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(DocumentStoreError, match="No space left"):
            store.put(KEY, [b"a"])
    assert not store.exists(KEY)
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    store.put(KEY, [b"a"])
    file, folder = ((tmp_path / KEY).stat().st_ino, (tmp_path / KEY).parent.stat().st_ino)
    store.delete(KEY)
    assert synced == [file, folder, folder]


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fsspec", "fsspec.core", "puremagic"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match="documents"):
        FsspecDocumentStore("memory://a")
    with pytest.raises(MissingExtraError, match="documents"):
        media_type_of(b"%PDF-1.7")
