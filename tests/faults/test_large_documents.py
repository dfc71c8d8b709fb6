"""A document of a gigabyte is streamed: the peak memory of a program, and of a server, grows by less than 100 MB."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

_PROGRAM = """
import sys
from datetime import datetime, timezone
from io import RawIOBase
from pathlib import Path
from reclamation_core import ComplaintFacts, Desk
from reclamation_core.adapters import FolderDocumentStore
from reclamation_core.cases import NewDocument
from reclamation_core.policy import Parameters, Policy, SupportParameters
from reclamation_core.reporting import verifier

size, folder = int(sys.argv[1]), sys.argv[2]

class Large(RawIOBase):
    left = size
    def read(self, most=-1):
        count = min(self.left, most)
        self.left -= count
        return b"Bonjour.\\n" * (count // 9) + b"-" * (count % 9)

policy = Policy(edition="M2-1", parameters=Parameters(support=SupportParameters(largest_document=2 * size)))
desk = Desk.in_memory(policy=policy, documents=FolderDocumentStore(folder))
facts = ComplaintFacts(received_at=datetime(2026, 5, 4, 9, tzinfo=timezone.utc), satisfaction=4)
reference = desk.register(facts, site="CRE").reference
case = desk.add_support(reference, kind="other", title="a", documents=[NewDocument(name="a.txt", content=Large())])
[document] = desk.documents(reference)
assert document.size == size
with desk.open_document(reference, document.key).content as file:
    assert sum(map(len, iter(lambda: file.read(1 << 18), b""))) == size
for name in ("a.zip", "a"):
    path = Path(folder).parent / name
    desk.reports.audit(path, case=reference, documents=True)
    assert verifier.verdict(path, None, None)[0] == verifier.UNPROVED
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def _peak(size: int, folder: Path) -> int:
    """Return the peak memory in kilobytes of a program that adds and reads a document of a size."""
    command = [sys.executable, "-c", _PROGRAM, str(size), str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout)


_SERVER = """
import sys, uvicorn
from datetime import datetime, timezone
from fastapi import FastAPI
from reclamation_core import ComplaintFacts, Desk
from reclamation_core.adapters import FolderDocumentStore
from reclamation_core.integrations.fastapi import reclamation_router
from reclamation_core.policy import Parameters, Policy, SupportParameters

size, folder = int(sys.argv[1]), sys.argv[2]
policy = Policy(edition="M2-1", parameters=Parameters(support=SupportParameters(largest_document=2 * size)))
desk = Desk.in_memory(policy=policy, documents=FolderDocumentStore(folder))
desk.register(ComplaintFacts(received_at=datetime(2026, 5, 4, 9, tzinfo=timezone.utc), satisfaction=4), site="CRE")
application = FastAPI()
application.include_router(reclamation_router(lambda: desk, largest_upload=2 * size))

@application.get("/peak/{reset}")
def peak(reset: int) -> int:
    if reset:
        open("/proc/self/clear_refs", "w").write("5")
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error")
listening = config.bind_socket()
listening.listen()
print(listening.getsockname()[1], flush=True)
uvicorn.Server(config).run(sockets=[listening])
"""
_PART = b"Bonjour.\n" * 20_000


class _Text(io.RawIOBase):
    """A text of so many bytes, which nothing holds."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, most: int = -1) -> bytes:
        part = _PART[: min(self.left, most if most >= 0 else len(_PART), len(_PART))]
        self.left -= len(part)
        return part


def _growth_of_server(size: int, folder: Path) -> int:
    """Return by how many kilobytes the memory of a server grows while a document is uploaded, added and downloaded."""
    command = [sys.executable, "-c", _SERVER, str(size), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = f"http://127.0.0.1:{int(server.stdout.readline())}"
            with httpx.Client(base_url=f"{address}/cases/R-2026-000001", timeout=600) as client:
                before = client.get(f"{address}/peak/1").json()
                files: Any = {"document": ("a.txt", _Text(size), "text/plain")}
                uploaded = client.post("/documents", files=files)
                assert uploaded.status_code == 201, uploaded.text
                added = {"type": "add_support", "kind": "other", "title": "a", "documents": [uploaded.json()]}
                assert client.post("/commands", json=added).status_code == 200
                with client.stream("GET", "/documents/1") as sent:
                    assert sum(map(len, sent.iter_bytes())) == size
                return int(client.get(f"{address}/peak/0").json()) - int(before)
        finally:
            server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("size", [100_000_000, pytest.param(1_000_000_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("grown", "most"), [(_growth_of_server, 50_000), (_peak, 100_000)])
def test_a_large_document_needs_no_memory(
    grown: Callable[[int, Path], int], most: int, size: int, tmp_path: Path
) -> None:
    assert grown(size, tmp_path) <= most
