"""Time-stamps of checkpoints: an authority of `openssl ts`, offline; what they show of a back-dated event."""

import http.server
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.cli.application import run
from reclamation_core.desk import CheckpointPublication, Desk
from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.reporting.time_stamps import time_of, time_stamp
from tests.databases import sqlite_file
from tests.unit.desk.factories import FakeClock, registered
from tests.unit.desk.test_log import closed_stores, on_sqlite  # noqa: F401  a fixture
from tests.unit.reporting.test_audit_file import KEY

pytestmark = pytest.mark.engines
CONFIGURATION = """
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
subjectKeyIdentifier = hash
[tsa_extensions]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
"""


class Authority:
    """A time-stamping authority of `openssl ts` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "openssl.cnf").write_text(CONFIGURATION)
        (folder / "serial").write_text("01")
        new = ("req", "-newkey", "rsa:2048", "-nodes", "-config", "openssl.cnf", "-sha256")
        self("req", "-x509", *new[1:], "-extensions", "ca", "-subj", "/CN=CA", "-keyout", "ca.key", "-out", "ca.pem")
        self(*new, "-subj", "/CN=TSA", "-keyout", "tsa.key", "-out", "tsa.csr")
        signed = ("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sha256")
        self(*signed, "-extfile", "openssl.cnf", "-extensions", "tsa_extensions", "-out", "tsa.pem")

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(shutil.which("openssl")), *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        self("ts", "-reply", "-queryfile", "request.tsq", "-config", "openssl.cnf", "-out", "response.tsr")
        return (self.folder / "response.tsr").read_bytes()

    @property
    def roots(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    """The address of the authority over HTTP, on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def nothing_of_http() -> Iterator[str]:
    """The address of a server that answers something else than HTTP."""

    def answer(server: socket.socket) -> None:
        with server.accept()[0] as one:
            one.sendall(b"SSH-2.0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def now() -> datetime:
    return datetime.now(UTC)


def a_desk(at: datetime | None = None) -> Desk:
    return on_sqlite(FakeClock(at or now()))


def test_a_checkpoint_has_the_time_of_an_authority_which_openssl_verifies(authority: Authority, tmp_path: Path) -> None:
    desk, before = a_desk(), now() - timedelta(seconds=2)
    registered(desk)
    record = desk.log.write_checkpoint(KEY, authority=authority.answer)
    assert record.token is not None
    assert before < time_of(record.token, record.note, authority.roots) < now() + timedelta(seconds=2)
    assert desk.log.write_checkpoint(KEY, authority=authority.answer) == record
    (tmp_path / "point.txt").write_text(record.note, encoding="utf-8")
    (tmp_path / "point.tsr").write_bytes(record.token)
    files = ("-data", str(tmp_path / "point.txt"), "-in", str(tmp_path / "point.tsr"))
    assert "Verification: OK" in authority("ts", "-verify", *files, "-CAfile", "ca.pem")
    assert desk.log.compare(record.note, token=record.token, roots=authority.roots) == ()


def test_a_time_stamp_of_another_note_or_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    desk = a_desk()
    registered(desk)
    record = desk.log.write_checkpoint(KEY)
    token = time_stamp("autre\n", authority.answer)
    other = Authority(tmp_path)
    for response, roots in ((token, None), (b"x", None), (time_stamp(record.note, other.answer), authority.roots)):
        with pytest.raises(ValueError, match=r"note|authorit|ASN|pars"):
            time_of(response, record.note, roots)
        assert [fault.kind.value for fault in desk.log.compare(record.note, token=response, roots=roots)] == ["time"]
    with pytest.raises(FaultsError, match="certificates in PEM"):
        desk.log.compare(record.note, token=token, roots=b"x")
    with pytest.raises(ValueError, match="another request"):
        time_stamp("autre\n", lambda _: token)


def test_an_event_logged_after_a_checkpoint_and_dated_before_its_time_is_reported(authority: Authority) -> None:
    clock = FakeClock(now() - timedelta(days=2))
    desk = on_sqlite(clock)
    registered(desk, received_at=clock.now() - timedelta(days=3))
    record = desk.log.write_checkpoint(KEY, authority=authority.answer)
    registered(desk, received_at=clock.now() - timedelta(days=3))
    compare: Any = desk.log.compare
    [found] = compare(record.note, token=record.token)
    assert (found.kind.value, found.holder, found.number) == ("backdated", "R-2026-000002", 1)
    assert compare(record.note, token=record.token, tolerance=timedelta(days=3)) == ()
    clock.advance(days=2)
    assert len(compare(record.note, token=record.token)) == 1


def test_commands_ask_an_authority_over_http(address: str, authority: Authority, tmp_path: Path, capsys: Any) -> None:
    url = sqlite_file(tmp_path)
    desk = on_sqlite(FakeClock(now()), url)
    registered(desk)
    (tmp_path / "cle").write_bytes(KEY)
    db, key = ["--db", url], ["--key", str(tmp_path / "cle")]
    note, token = tmp_path / "1.txt", tmp_path / "1.tsr"
    assert run(["checkpoint", "write", *db, *key, "--tsa", address, "--token", str(token), "-o", str(note)]) == 0
    assert time_of(token.read_bytes(), note.read_text("utf-8")) > now() - timedelta(minutes=1)
    roots = ["--tsa-roots", str(authority.folder / "ca.pem"), "--token", str(token)]
    assert run(["checkpoint", "compare", str(note), *db, *roots, "--tolerance", "5"]) == 0
    assert "--tsa-roots" not in capsys.readouterr().out
    assert run(["checkpoint", "compare", str(note), *db, *roots[2:]]) == 0
    assert "Sans --tsa-roots, la signature" in capsys.readouterr().out
    assert run(["checkpoint", "write", *db, *key, "--tsa", address]) == 2
    assert "--tsa et --token" in capsys.readouterr().err
    asked = ["--tsa", address, "--token", str(token)]
    assert run(["checkpoint", "write", *db, *key, *asked, "--origin", "deux\nlignes"]) == 2
    assert "--tsa" not in capsys.readouterr().err
    assert run(["nightly", *db, "--checkpoint", str(tmp_path / "published"), *key, "--tsa", address]) == 0
    published, stamp = sorted((tmp_path / "published").iterdir(), key=lambda path: path.suffix, reverse=True)
    assert re.fullmatch(r"point-de-controle-\d{12}\.txt", published.name)
    assert time_of(stamp.read_bytes(), published.read_text("utf-8")) > now() - timedelta(minutes=1)
    registered(desk)
    with nothing_of_http() as silent:
        for wrong in ("http://127.0.0.1:1/", "tsa", silent):
            assert run(["checkpoint", "write", *db, *key, "--tsa", wrong, "--token", str(token)]) == 2
            assert "ne répond pas" in capsys.readouterr().err
    desk.release()


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(MissingExtraError, match="timestamp"):
        time_of(b"", "")


def test_a_checkpoint_without_its_time_is_published_and_reported(authority: Authority) -> None:
    desk, published = a_desk(), list[Any]()
    registered(desk)

    def refused(_: bytes) -> bytes:
        raise OSError("no route")

    given = CheckpointPublication(publish=published.append, key=KEY, authority=refused)
    report = desk.maintenance.nightly(checkpoint=given)
    assert [one.token for one in published] == [None]
    assert [failure.step for failure in report.failures] == ["checkpoint"]
    assert "no route" in report.to_text()
    given = CheckpointPublication(publish=published.append, key=KEY, authority=authority.answer)
    report = desk.maintenance.nightly(checkpoint=given)
    assert report.is_clean
    assert published[-1].token is not None
