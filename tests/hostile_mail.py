"""Hostile messages drawn from a seed: malformed headers, structures, charsets and sizes."""

import base64
import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from random import Random
from typing import Final

_CHARSETS: Final = (
    b"utf-8",
    b"us-ascii",
    b"latin-1",
    b"utf-16",
    b"utf-7",
    b"punycode",
    b"idna",
    b"unicode_escape",
    b"x-nothing",
    b"iso-2022-jp",
    b"\xff\xfe",
    b"zip",
    b"windows-1252",
    b'"utf-8',
    b"utf-8'fr'",
)
_HEADERS: Final = (
    b"Date: Mon, 04 May 2026 09:12:00 +0200",
    b"Date: yesterday",
    b"Date: Mon, 32 May 9999 99:99:99 +9999",
    b"Date:",
    b"Date: Mon, 04 May 2026 09:12:00 -0000",
    b"Message-ID: <1@x>\r\nMessage-ID: <2@x>",
    b"Message-ID: <>",
    b"Message-ID: \x00",
    b"From: =?utf-8?q?Zo=C3=A9?= <z@x.fr>",
    b"From: \xe9\xe8 <a@b>",
    b"From: a@b, c@d",
    b"From: <<<>>>",
    b"From: (((((",
    b'From: "',
    b"From: =?utf-8?b?////?= <a@b>",
    b"Subject: =?x-none?q?a?=",
    b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y?=",
    b"Subject: \xff\xfe\x00",
    b"Subject: \xe2\x80\xaefdp.exe",
    b"Subject: a\r\n b\r\n\tc",
    b"From: mailer-daemon@x",
    b"Precedence: bulk",
    b"List-Id: <x>",
    b"Auto-Submitted: auto-replied",
    b"In-Reply-To: <\x00@x> <<>",
    b"References: " + b"<a@b> " * 500,
    b"Return-Path: <>",
    b"Received: from by by by; ;;;",
    b"Received: by mx.afpa.fr; Mon, 04 May 2026 09:12:00 +0200",
    b"Received: from (((((",
    b"no colon",
    b": empty name",
    b"From : spaced",
    b"X: " + b"a" * 5000,
    b"MIME-Version: 1.0\x00",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Transfer-Encoding: base64",
    b"Content-Disposition: attachment; filename*=utf-9''%FF%FE",
    b"Resent-From: a\r\nTo: b",
    b"Content-Type: text/plain; charset*0*=utf-8''a; charset*1=b",
    b"Content-Type: multipart/mixed",
    b"Content-Type: /",
    b"Content-Type:",
    b'Content-Disposition: attachment; filename="..\\..\\\xe2\x80\xaegnp.exe"',
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html",
    b'Content-Type: multipart/report; report-type=delivery-status; boundary=""',
    b"Content-Type: message/partial; id=a; number=1",
    b"Subject: " + b"=?utf-8?q?a?= " * 400,
    b"From: " + b"a@b," * 1000,
    b"From: " + b"(" * 3000,
    b"From: " + b'"\\' * 3000,
)
_BODIES: Final = (
    b"Bonjour",
    b"\x00" * 50,
    b"\xff\xfe\xe9",
    b"=E9=",
    b"=?=3D=\r\n=",
    b"SGVsbG8",
    b"SGVsbG8=====",
    b"<p>x&nbsp;&x;<table>",
    b"",
    b"\r" * 99,
    b"begin 644 x\r\nM\xff\r\nend",
    b"From x\r\n>From y\r\n",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    b"--b\r\n",
    b"--b--\r\n",
    b"\xe2\x80\xae" * 20,
)
GOOD: Final = b"From: Zoe <z@x.fr>\r\nDate: Mon, 04 May 2026 09:12:00 +0200\r\nMessage-ID: <g@x>\r\n"


def _part(random: Random, depth: int) -> bytes:
    """Return a part, possibly a multipart, well-formed or not."""
    if depth and random.random() < 0.5:
        boundary = random.choice(
            (b"b", b"b", b"=_x", b"", b"a" * 200, b"b b", b"--", b"\xe9", bytes([random.randrange(1, 256)]))
        )
        kind = random.choice((b"mixed", b"alternative", b"related", b"digest", b"report", b"signed", b"x"))
        header = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
        parts = [_part(random, depth - 1) for _ in range(random.randrange(4))]
        body = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
        return header + body + (b"\r\n--" + boundary + b"--\r\n" if random.random() < 0.7 else b"")
    kind = random.choice(
        (b"text/plain", b"text/html", b"image/png", b"message/rfc822", b"application/zip", b"x", b"text/calendar")
    )
    header = b"Content-Type: " + kind + b"; charset=" + random.choice(_CHARSETS)
    header += b"\r\n" + random.choice(
        (b"", b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n")
    )
    header += random.choice((b"", b'Content-Disposition: attachment; filename="a.pdf"\r\n'))
    return header + b"\r\n" + b"".join(random.choice(_BODIES) for _ in range(random.randrange(4)))


def small(seed: int) -> bytes:
    """Return a small hostile message."""
    random = Random(seed)  # noqa: S311  drawn again from its seed
    headers = random.sample(_HEADERS, random.randrange(8))
    message = (GOOD if random.random() < 0.6 else b"") + b"".join(one + b"\r\n" for one in headers) + _part(random, 4)
    content = bytearray(message)
    for _ in range(random.choice((0, 0, 1, 5, 40))):
        if content:
            content[random.randrange(len(content))] = random.randrange(256)
    return bytes(content[: random.randrange(len(content) + 1)] if random.random() < 0.1 else content)


def _zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    message = EmailMessage()
    message["From"], message["Date"], message["Message-ID"] = "a@b.fr", "Mon, 04 May 2026 09:12:00 +0200", "<zip@x>"
    message.set_content("voir la pièce jointe")
    message.add_attachment(file.getvalue(), maintype="application", subtype="pdf", filename="contrat.pdf")
    return message.as_bytes()


def _nested(depth: int) -> bytes:
    levels = range(depth)
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in levels
    )
    return GOOD + opened + b"\r\nx"


def _of(body: bytes, kind: bytes = b"text/plain") -> bytes:
    return GOOD + b"Content-Type: " + kind + b"\r\n\r\n" + body


_ENCODED: Final = b"application/pdf\r\nContent-Transfer-Encoding: base64"
BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "a zip bomb": _zip_bomb,
    "fifty megabytes of text": lambda: _of(b"a b c d e f g h i j\r\n" * 2_500_000),
    "one line of thirty megabytes": lambda: _of(b"a" * 30_000_000),
    "an attachment of twenty-five megabytes": lambda: _of(base64.encodebytes(bytes(25_000_000)), _ENCODED),
    "an attachment of fifty megabytes in base64": lambda: _of(base64.encodebytes(bytes(38_000_000)), _ENCODED),
    "fifty megabytes of damaged base64": lambda: _of(base64.encodebytes(bytes(38_000_000))[:-99] + b"?", _ENCODED),
    "fifty megabytes of base64 as text": lambda: _of(base64.encodebytes(bytes(38_000_000))),
    "fifty megabytes of base64 as HTML": lambda: _of(base64.encodebytes(bytes(38_000_000)), b"text/html"),
    "fifty megabytes of base64 as quoted-printable": lambda: _of(
        base64.encodebytes(bytes(38_000_000)), _ENCODED.replace(b"base64", b"quoted-printable")
    ),
    "fifty megabytes of base64 as uuencode": lambda: _of(
        base64.encodebytes(bytes(38_000_000)), _ENCODED.replace(b"base64", b"x-uuencode")
    ),
    "fifty megabytes of base64 in a message in a message": lambda: _of(
        b"Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\n" + base64.encodebytes(bytes(38_000_000)), b"message/rfc822"
    ),
    "bytes and base64": lambda: _of(b"\xe9\n" * 990_000 + base64.encodebytes(bytes(38_000_000))),
    "bytes in place of text": lambda: _of(b"\xe9\x00\xff\n" * 9_000_000),
    "one line of thirty-four megabytes of bytes": lambda: _of(b"\xe9" * 34_000_000),
    "lines of one byte and lines of a megabyte": lambda: _of(b"\xe9\n" * 990_000 + (b"\xe9" * 1_000_000 + b"\n") * 32),
    "carriage returns": lambda: _of((b"\r" * 1_000_000 + b"\n") * 30),
    "lines without an end": lambda: _of(b"\n" * 28_000_000),
    "many lines in many multiparts": lambda: _nested(90) + b"\n" * 25_000_000,
    "five hundred levels": lambda: _nested(500),
    "twenty thousand levels": lambda: _nested(20_000),
    "a million headers": lambda: b"A: b\r\n" * 1_000_000,
    "a header of twenty megabytes": lambda: b"From: " + b"a@b, " * 4_000_000 + b"\r\n\r\nx",
    "a folded header": lambda: b"From: a\r\n" + b" b\r\n" * 2_000_000 + b"\r\nx",
    "a boundary of a megabyte": lambda: _of(b"x", b'multipart/mixed; boundary="' + b"a" * 1_000_000 + b'"'),
    "a hundred thousand parts": lambda: _of(b"--b\r\n\r\nx\r\n" * 100_000, b"multipart/mixed; boundary=b"),
    "a message in a message in a message": lambda: GOOD + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"x",
    "truncated base64": lambda: _of(base64.encodebytes(bytes(1_000_000))[:-101], _ENCODED),
    "five million broken encoded words": lambda: GOOD + b"Subject: " + b"=?utf-8?q?" * 500_000 + b"\r\n\r\nx",
    "HTML of a megabyte in lists": lambda: _of(b"<ul>" * 240 + b"<br>a" * 150_000, b"text/html"),
    "HTML with a wide table": lambda: _of(b"<table><td>" + b"x" * 300_000 + b"<tr><td>a" * 60_000, b"text/html"),
    "HTML two hundred thousand levels deep": lambda: _of(b"<div>" * 200_000 + b"x", b"text/html"),
    "thirty megabytes of HTML": lambda: _of(b"<p>a</p>\r\n" * 3_000_000, b"text/html"),
}
"""Messages that ask for much time or memory, by title."""
