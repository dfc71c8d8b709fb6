"""The memory adapter satisfies every contract rule."""

from typing import ClassVar

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract


class TestInMemoryStore(StoreContract):
    unsupported: ClassVar = {
        Capability.REOPENING: "it lives as long as the program",
        Capability.SHARING: "each store is a place of its own",
        Capability.TAMPERING: "what it holds are values, which nothing else reaches",
        Capability.FILES: "it has no file",
    }

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return InMemoryStore
