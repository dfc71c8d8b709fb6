"""Messages that are read: sender, text, thread, instant of receipt, kind and warnings."""

import base64
import re
import sys
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.intake import (
    MailKind,
    MailMessage,
    MailSettings,
    MailWarning,
    RejectedMail,
    mail_messages,
    read_mail,
)
from reclamation_core.intake.mail_messages import message_key
from reclamation_core.intake.mail_text import decoded, html_text
from tests.approvals import approve_errors
from tests.hostile_mail import small

HEADERS = "From: Zoé <zoe@ex.org>\nDate: Mon, 04 May 2026 09:12:00 +0200\nMessage-ID: <1@ex.org>\n"
OWN = MailSettings(servers=(".afpa.fr", "relais.ex.net"))


def read(folder: Path, content: str | bytes, settings: MailSettings | None = None) -> Any:
    path = folder / "one.eml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    [found] = read_mail(path, settings)
    if isinstance(found, RejectedMail):
        approve_errors(found.reason)
    return found


def message(folder: Path, content: str | bytes, settings: MailSettings | None = None) -> MailMessage:
    found = read(folder, content, settings)
    assert isinstance(found, MailMessage), found
    return found


def received(by: str, sent: str, minute: int) -> str:
    return (
        f"Received: from {sent}\n by {by} (Postfix) with ESMTP id by; Mon, 4 May 2026 10:{minute:02}:00 +0200 (CEST)\n"
    )


def test_the_instant_is_that_of_the_first_own_server(tmp_path: Path) -> None:
    forged = received("mx.afpa.fr", "x.afpa.fr", 0)
    cases = {
        "": None,
        received("mx.autre.fr", "a.ex.org", 5): None,
        received("mx.afpa.fr", "a.ex.org (a.ex.org [1.2.3.4])", 5): 5,
        received("MX.afpa.fr.", "a.ex.org", 5) + forged: 5,
        received("b.afpa.fr", "mx.afpa.fr (mx.afpa.fr [10.0.0.1])", 6)
        + received("mx.afpa.fr", "a.ex.org", 5)
        + forged: 5,
        received("b.afpa.fr", "mx.afpa.fr (unknown [9.9.9.9])", 6) + forged: 6,
        received("localhost", "b.afpa.fr", 7) + received("relais.ex.net", "x.ex.org", 6): 6,
        received("b.afpa.fr", "mx.afpa.fr", 6) + received("a.ex.org", "b.ex.org", 5) + forged: 6,
        "Received: by mx.afpa.fr; hier\n": None,
        received("mx.notafpa.fr", "a.ex.org", 5): None,
    }
    for headers, minute in cases.items():
        found = message(tmp_path, headers + HEADERS + "\nx", OWN)
        assert (found.received_at.hour, found.received_at.minute) == ((9, 12) if minute is None else (10, minute)), (
            headers
        )
        assert (MailWarning.SENDERS_DATE in found.warnings) is (minute is None), headers


def test_a_delivery_of_more_than_a_day_is_a_warning(tmp_path: Path) -> None:
    late = received("b.afpa.fr", "mx.afpa.fr", 6).replace("4 May", "6 May")
    found = message(tmp_path, late + received("mx.afpa.fr", "a.ex.org", 5) + HEADERS + "\nx", OWN)
    assert (found.warnings, found.received_at.day) == ((MailWarning.SLOW_DELIVERY,), 4)


def test_a_message_without_a_date_is_rejected_with_the_remedy(tmp_path: Path) -> None:
    for date in (
        "",
        "Date: hier\n",
        "Date: Mon, 31 Feb 2026 09:12:00 +0200\n",
        "Date: Fri, 31 Dec 9999 23:59:00 -2300\n",
        "Date: Fri, 31 Dec 9999 23:59:00 +0000\n",
    ):
        found = read(tmp_path, f"From: a@b.fr\n{date}\nx")
        assert isinstance(found, RejectedMail)
        assert (found.to_document()["status"], "indiquez vos serveurs" in found.reason.fr) == ("rejected", True)
    assert (
        message(tmp_path, HEADERS.replace("+0200", "-0000") + "\nx").received_at.isoformat()
        == "2026-05-04T09:12:00+00:00"
    )


def test_kinds_follow_from_the_headers(tmp_path: Path) -> None:
    kinds = {
        "": MailKind.MESSAGE,
        "Auto-Submitted: no\n": MailKind.MESSAGE,
        "Auto-Submitted: auto-replied (vacation); x=y\n": MailKind.AUTOMATIC,
        "Precedence: auto_reply\n": MailKind.AUTOMATIC,
        "X-Autoreply: yes\n": MailKind.AUTOMATIC,
        "Return-Path: <>\n": MailKind.AUTOMATIC,
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n": MailKind.AUTOMATIC,
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n": MailKind.BOUNCE,
        "List-Id: <x.ex.org>\n": MailKind.LIST,
        "Precedence: bulk\n": MailKind.LIST,
    }
    for header, kind in kinds.items():
        assert message(tmp_path, header + HEADERS + "\nx").kind is kind, header
    assert message(tmp_path, HEADERS.replace("zoe@", "MAILER-DAEMON@") + "\nx").kind is MailKind.BOUNCE
    assert (
        message(tmp_path, "Return-Path: <>\n" + HEADERS.replace("zoe@", "postmaster@") + "\nx").kind is MailKind.BOUNCE
    )


def test_senders_are_read_as_well_as_they_are_written(tmp_path: Path) -> None:
    written = {
        "=?utf-8?q?Zo=C3=A9?= <z@x.fr>": ("Zoé", "z@x.fr", False),
        "z@x.fr": ("", "z@x.fr", False),
        "Zoé": ("Zoé", "", False),
        '"chef@afpa.fr" <z@x.fr>': ("chef@afpa.fr", "z@x.fr", True),
        "Zo\u202eé <z@x.fr>": ("Zo é", "z@x.fr", False),
        "(((((": ("", "", False),
        '"': ("", "", False),
    }
    for header, (name, address, several) in written.items():
        found = message(tmp_path, HEADERS.replace("Zoé <zoe@ex.org>", header) + "\nx")
        assert (found.sender, found.address) == (name, address), header
        assert (MailWarning.SEVERAL_SENDERS in found.warnings) is several, header
    assert MailWarning.SEVERAL_SENDERS in message(tmp_path, HEADERS + "From: b@c\n\nx").warnings
    assert message(tmp_path, HEADERS.replace("From", "X") + "\nx").complainant is None


def test_a_subject_is_one_line_and_may_name_cases(tmp_path: Path) -> None:
    found = message(
        tmp_path, HEADERS + "Subject: =?utf-8?q?R-2026-000012=0D=0ABcc:_x?= R-2026-000012 AR-2026-000013\n\nx"
    )
    assert found.subject == "R-2026-000012 Bcc: x R-2026-000012 AR-2026-000013"
    assert found.references == ("R-2026-000012",)


def test_the_key_is_a_hash_of_the_identifier_or_of_the_message(tmp_path: Path) -> None:
    first = message(tmp_path, HEADERS + "Message-ID: <2@ex.org>\n\nx")
    assert (first.key, first.warnings[-1]) == (message_key("1@ex.org"), MailWarning.SEVERAL_MESSAGE_IDS)
    bare = HEADERS.replace("Message-ID: <1@ex.org>\n", "Subject: S\n")
    without = message(tmp_path, bare + "\nx\n")
    assert MailWarning.NO_MESSAGE_ID in without.warnings
    assert without.key == message(tmp_path, "Status: RO\r\n" + bare.replace("\n", "\r\n") + "\r\nx").key
    for part, other in (("\nx\n", "\ny\n"), ("09:12", "09:13"), ("zoe@", "zoa@"), ("Subject: S", "Subject: T")):
        assert without.key != message(tmp_path, (bare + "\nx\n").replace(part, other)).key, part


def test_the_thread_has_the_nearest_messages_and_the_first_one(tmp_path: Path) -> None:
    references = " ".join(f"<{number}@r>" for number in range(200))
    found = message(tmp_path, HEADERS + f"In-Reply-To: <199@r>\nReferences: {references} <1@ex.org>\n\nx")
    wanted = [message_key(f"{number}@r") for number in (199, *range(198, 170, -1), 0)]
    assert list(found.thread) == wanted[:29] + wanted[-1:]


def test_texts_in_wrong_charsets_are_read_with_a_warning(tmp_path: Path) -> None:
    for charset, content, text, is_right in (
        ("utf-8", "é".encode(), "é", True),
        (None, b"e", "e", True),
        (None, "é".encode(), "é", True),
        ("us-ascii", "é".encode("cp1252"), "é", False),
        ("utf-8", b"\xe9\x80", "é€", False),
        ("x-nothing", "é".encode(), "é", False),
        ("punycode", b"abc-", "abc-", False),
        ("\x00", b"a", "a", False),
        ("utf-8", b"\x81\xff", "\ufffdÿ", False),
    ):
        assert decoded(content, charset) == (text, is_right), (charset, content)
    found = message(tmp_path, HEADERS.encode() + b"Content-Type: text/plain; charset=utf-8\n\n\xe9t\xe9\x00\r\nx")
    assert (found.text, MailWarning.CHARSET in found.warnings) == ("été\nx", True)


def test_html_is_reduced_to_text_and_reads_no_file() -> None:
    secret = Path(__file__)
    html = f"""<?xml version="1.0" encoding="ascii"?><!DOCTYPE x [<!ENTITY a SYSTEM "{secret}"><!ENTITY b "bbbb">]>
    <html><head><title>T</title><style>p {{}}</style></head><body><p style="padding-left: 99999em">Bonjour&nbsp;é,</p>
    <table width="9999"><tr><th>Nom</th><td>Durand</td></tr><tr><td>un</td><td>deux</td></tr></table>
    <ul><li>a<li>b</ul><ol><li>c</ol><script>x</script>&a;&b;<!-- c --><br><br><br><br>fin"""
    text = html_text(html)
    assert text.split("Bonjour")[1].replace("\xa0", " ") == " é,\n\nNom Durand\nun deux\n* a\n* b\n1. c\n&a;&b;\n\nfin"
    assert html_text("") == html_text("  ") == ""
    assert html_text("<b>" * 200 + "x") == "x"
    assert (
        html_text("a".join(f"<{part}>b</{part}>" for part in ("tbody", "thead", "tfoot", "tr")))
        == "b\na\nb\na\nb\na\nb"
    )


def test_deep_html_is_read_without_its_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    from inscriptis.html_engine import Inscriptis

    def too_deep(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(Inscriptis, "__init__", too_deep)
    assert html_text("<p>a</p><p>b</p>") == "ab"


def test_html_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inscriptis.html_engine", None)
    with pytest.raises(MissingExtraError, match="mail"):
        read(tmp_path, HEADERS + "Content-Type: text/html\n\n<p>x</p>")


def test_the_text_of_alternatives_is_the_plain_one_unless_it_is_blank(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Date"], mail["Message-ID"] = "Mon, 04 May 2026 09:12:00 +0200", "<1@x>"
    mail.set_content("le texte")
    mail.add_alternative("<p>le html</p>", subtype="html")
    mail.add_alternative("BEGIN:VCALENDAR", subtype="calendar")
    assert (message(tmp_path, mail.as_bytes()).text, message(tmp_path, mail.as_bytes()).attachments) == ("le texte", ())

    mail.clear_content()
    mail.set_content(" ")
    mail.add_alternative("<p>le html</p>", subtype="html")
    mail.add_attachment("la suite", disposition="inline")
    mail.add_attachment("une note", filename="note.txt")
    found = message(tmp_path, mail.as_bytes())
    assert found.text == "le html\n\nla suite"
    assert [(one.name, one.content) for one in found.attachments] == [("note.txt", b"une note\n")]


def test_attachments_have_names_without_folders_and_their_bytes(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "dedans"
    inner.set_content("x")
    mail = EmailMessage()
    mail["Date"] = "Mon, 04 May 2026 09:12:00 +0200"
    mail.add_attachment(b"\x00\xff", maintype="image", subtype="png", filename="..\\\\a/b\u202egnp.exe")
    mail.add_attachment(b"\x01", maintype="image", subtype="png")
    mail.add_attachment(inner)
    found = message(tmp_path, mail.as_bytes())

    assert [(one.name, one.size) for one in found.attachments][:2] == [("bgnp.exe", 2), ("document-2.png", 1)]
    assert found.attachments[2].name == "document-3.eml"
    assert b"Subject: dedans" in found.attachments[2].document().content
    assert MailWarning.NO_TEXT in found.warnings


def test_a_truncated_attachment_is_a_warning(tmp_path: Path) -> None:
    encoded = base64.encodebytes(b"x" * 100).decode()[:-7]
    found = message(tmp_path, HEADERS + f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{encoded}")
    assert MailWarning.DAMAGED in found.warnings
    assert found.attachments[0].content.startswith(b"x" * 90)


def test_a_long_text_is_cut_and_the_message_attached(tmp_path: Path) -> None:
    found = message(tmp_path, HEADERS + "Subject: S\n\n" + "a " * 1000, MailSettings(longest_text=1000))
    assert (len(found.words), found.warnings[-1]) == (1000, MailWarning.CUT)
    assert found.attachments[0].name == "message.eml"
    html = message(tmp_path, HEADERS + "Content-Type: text/html\n\n" + "<div>" * 9000 + "x")
    assert MailWarning.CUT in html.warnings
    assert MailWarning.CUT in message(tmp_path, HEADERS + "\n" + ("a" * 99 + "\n") * 41_000).warnings


def test_messages_beyond_the_limits_are_rejected_with_the_reason(tmp_path: Path) -> None:
    multipart = 'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 300
    for content, reason in (
        ("", "en-têtes"),
        ("bonjour", "en-têtes"),
        ("A: b\n" * 5001, "plus simple"),
        (HEADERS + multipart, "plus simple"),
        (HEADERS + "\n" + "\n" * 1_000_001, "plus simple"),
        (HEADERS + "\n" + "a" * 2_000_001, "plus simple"),
        (HEADERS + "boundary" * 100 + "\n" * 400_000, "plus simple"),
        (HEADERS + "\n" + ("e." * 500 + "\n") * 30_000, "30 Mo au plus"),
        (HEADERS + "\n" + "é" * 999 + "\n" + ("a" * 99 + "\n") * 50_000, "plus simple"),
    ):
        found = read(tmp_path, content)
        assert isinstance(found, RejectedMail), content[:50]
        assert reason in found.reason.fr, content[:50]
    found = read(tmp_path, HEADERS + "\nx", MailSettings(largest_message=50))
    assert "50 octets au plus est attendu ; relevez la limite (--largest" in found.reason.fr
    assert message(tmp_path, HEADERS + "X: " + "a" * 9000 + "\n\n" + ("é" * 499_999 + "\n") * 3).text[0] == "é"


def test_a_message_at_a_limit_is_read_whole_and_one_beyond_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = "Content-Type: multipart/mixed; boundary=b\n"
    for name, limit, written in (
        ("largest_message", 500, lambda size: f"{HEADERS}\n".ljust(size - 1, "x")),  # é has two bytes
        ("most_parts", 5, lambda size: HEADERS + parts + "\n--b\n\nx" * (size - 1)),
        ("longest_text", 1000, lambda size: f"{HEADERS}Subject: S\n\n" + "x" * (size - 3)),
        ("_MOST_HEADERS", 9, lambda size: HEADERS + "A: b\n" * (size - 3) + "\nx"),
        ("_MOST_LINES", 50, lambda size: HEADERS + "\n" * (size - 3)),
        ("_MOST_COMPARISONS", 50, lambda size: f"{HEADERS}boundary: b" + "\n" * (size - 3)),
        ("_MOST_UNENCODED", 500, lambda size: f"{HEADERS}\n".ljust(size - 1, "x")),
        ("_LONG_LINE", 99, lambda size: f"{HEADERS}\n" + "x" * size),
        ("_LONG_LINE", 99, lambda size: "X: ".ljust(size - 1, "x") + f"\n{HEADERS}\nx"),
        ("_LONGEST_WRITTEN", 99, lambda size: f"{HEADERS}\n" + "x" * size),
        ("LONGEST_HTML", 99, lambda size: f"{HEADERS}Content-Type: text/html\n\n<p>" + "x" * (size - 3)),
    ):
        settings = None if name.upper() == name else MailSettings(**dict[str, Any]({name: limit}))
        with monkeypatch.context() as limited:
            if settings is None:
                limited.setattr(mail_messages, name, limit)
            whole, beyond = (read(tmp_path, written(size), settings) for size in (limit, limit + 1))
        assert isinstance(whole, MailMessage), (name, whole)
        assert MailWarning.CUT not in whole.warnings, name
        assert isinstance(beyond, RejectedMail) or MailWarning.CUT in beyond.warnings, name


def test_runs_of_base64_that_are_not_parsed_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages with lines of base64 anywhere read the same, whether these lines are parsed or not."""
    random, spared = Random(1), 0  # noqa: S311  drawn messages
    for number in range(150):
        content = small(number)
        for _ in range(random.randrange(1, 4)):
            place = random.choice([0, len(content), *(at + 1 for at, one in enumerate(content) if one == 10)])
            ending = random.choice((b"\n", b"\r\n"))
            lines = base64.encodebytes(random.randbytes(random.choice((90, 300))))[: random.choice((-1, None))]
            content = content[:place] + lines.replace(b"\n", ending) + content[place:]
        found = []
        for longest in (10**9, 40):
            monkeypatch.setattr(mail_messages, "_LONG_RUN", longest)
            monkeypatch.setattr(mail_messages, "_ENCODED", re.compile(rb"[A-Za-z0-9+/=\r\n]{%d,}" % longest))
            one = read(tmp_path, content)
            files = [(file.name, file.size, file.content) for file in getattr(one, "attachments", ())]
            found.append((attrs.evolve(one, attachments=()) if isinstance(one, MailMessage) else one, files))
        assert found[0] == found[1], number
        spared += bool(found[0][1])
    assert spared > 10


def test_errors_of_the_parser_are_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(EmailMessage, "get_filename", broken)
    reason = read(tmp_path, HEADERS + "\nx").reason
    assert reason.fr.endswith("sa structure est illisible ; enregistrez-le à la main")
    assert reason.en.endswith("its structure cannot be read; register it by hand")


def test_small_hostile_messages_are_read_or_rejected(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.eml").write_bytes(small(number))
    found = list(read_mail(tmp_path))
    assert len(found) == 100
    for one in found:
        if isinstance(one, MailMessage):
            assert isinstance(one.received_at, datetime)
            assert all(isinstance(attachment.content, bytes) for attachment in one.attachments)
            assert not set("\x00\ud800") & set(one.words)
    assert {type(one) for one in found} == {MailMessage, RejectedMail}


def test_settings_are_refused_by_name() -> None:
    for options in ({"servers": ("a\n",)}, {"largest_message": 0}, {"most_parts": 0}, {"longest_text": 10}):
        with pytest.raises(FaultsError, match=next(iter(options))):
            MailSettings(**options)
