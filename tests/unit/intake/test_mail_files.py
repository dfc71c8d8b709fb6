"""The messages in .eml files, mboxes, Maildirs and folders, before they are parsed."""

import mailbox
import os
from pathlib import Path

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.intake.mail_files import raw_messages
from tests.approvals import approve_errors

LARGEST = 1_000
ONE, TWO = b"Subject: un\n\nFrom now on\n\n>From vous\n", b"Subject: deux\n\n\xe9\n"


def contents(path: Path) -> list[tuple[str, bytes]]:
    return [(raw.origin, raw.content) for raw in raw_messages(path, LARGEST) if raw.refusal is None]


def refusals(path: Path) -> dict[str, str]:
    found = {raw.origin: raw.refusal for raw in raw_messages(path, LARGEST) if raw.refusal is not None}
    approve_errors(*found.values())
    return {origin: refusal.fr for origin, refusal in found.items()}


def test_an_mbox_of_the_standard_library_has_its_messages_without_escapes(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    box = mailbox.mbox(path)
    for content in (ONE, TWO):
        box.add(content)
    box.close()
    assert contents(path) == [("boite 1", ONE.replace(b">From", b"From").rstrip() + b"\n"), ("boite 2", TWO)]


def test_only_a_dated_line_after_a_blank_one_begins_a_message_of_an_mbox(tmp_path: Path) -> None:
    path = tmp_path / "boite.mbox"
    lines = [
        b"From - Mon May  4 10:00:00 2026\r\nSubject: un\r\n\r\nFrom demain\r\nFrom x Mon May  4 10:00:00 2026\r\n\r\n",
        b"From Marie, et de Mon May\r\n>>From x\r\n\r\n",
        b'From "a b"@x Tue May  5 10:00:00 +0000 2026\nSubject: deux\n\n' + b"a" * 70_000 + b"\n",
        b"\nFrom c@x Wed May 15 10:00 2026\nSubject: trois\n",
    ]
    path.write_bytes(b"".join(lines))
    first, last = contents(path)
    assert first == ("boite.mbox 1", lines[0].split(b"\r\n", 1)[1] + lines[1].replace(b">>", b">")[:-2])
    assert last == ("boite.mbox 3", b"Subject: trois\n")
    assert refusals(path).keys() == {"boite.mbox 2"}  # it is too large


def test_a_maildir_has_its_messages_in_the_order_of_delivery(tmp_path: Path) -> None:
    mailbox.Maildir(tmp_path / "boite")
    for part, name in (
        ("cur", "2.a:2,S"),
        ("new", "1.b"),
        ("cur", "3.c:2,ST"),
        ("cur", "4.d:2,D"),
        ("cur", ".x"),
        ("tmp", "0"),
    ):
        Path(tmp_path, "boite", part, name).write_bytes(TWO)
    (tmp_path / "boite" / "dovecot-uidlist").write_bytes(b"3 V1")
    (tmp_path / "boite" / "cur" / "folder").mkdir()
    (tmp_path / "boite" / "cur" / "5.e").symlink_to("/etc/hostname")

    assert [origin for origin, _ in contents(tmp_path / "boite")] == ["boite/new/1.b", "boite/cur/2.a:2,S"]
    assert {origin: text.split(" (")[0] for origin, text in refusals(tmp_path / "boite").items()} == {
        "boite/cur/3.c:2,ST": "le message est à la corbeille",
        "boite/cur/4.d:2,D": "le message est un brouillon",
    }


def test_a_folder_has_the_messages_of_its_files_and_names_the_others(tmp_path: Path) -> None:
    (tmp_path / "b.EML").write_bytes(TWO)
    (tmp_path / "a.mbox").write_bytes(b"From - Mon May  4 10:00:00 2026\n" + ONE)
    (tmp_path / "c.eml").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "d.eml").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...")
    (tmp_path / "e.mbox").write_bytes(b"")
    (tmp_path / "f.eml").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"x")
    (tmp_path / "dossier").mkdir()
    name = tmp_path.name
    assert [origin for origin, _ in contents(tmp_path)] == [f"{name}/a.mbox 1", f"{name}/b.EML", f"{name}/f.eml"]
    assert refusals(tmp_path).keys() == {f"{name}/{one}" for one in ("c.eml", "d.eml", "dossier", "notes.txt")}


def test_a_path_that_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(FaultsError, match="Maildir"):
        raw_messages(tmp_path / "fifo", LARGEST)
    with pytest.raises(FileNotFoundError):
        raw_messages(tmp_path / "absent", LARGEST)
