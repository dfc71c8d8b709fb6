"""A document of a gigabyte is streamed: the peak memory of the program stays below a hundred megabytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys
from datetime import datetime, timezone
from io import RawIOBase
from reclamation_core import ComplaintFacts, Desk
from reclamation_core.adapters import FolderDocumentStore
from reclamation_core.cases import NewDocument
from reclamation_core.policy import Parameters, Policy, SupportParameters

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
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def _peak(size: int, folder: Path) -> int:
    """Return the peak memory in kilobytes of a program that adds and reads a document of a size."""
    command = [sys.executable, "-c", _PROGRAM, str(size), str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout)


@pytest.mark.slow
def test_a_document_of_a_hundred_megabytes_costs_no_memory(tmp_path: Path) -> None:
    assert _peak(100_000_000, tmp_path) <= 100_000


@pytest.mark.soak
@pytest.mark.slow
def test_a_document_of_a_gigabyte_costs_no_memory(tmp_path: Path) -> None:
    assert _peak(1_000_000_000, tmp_path) <= 100_000
