"""L'entrepôt de l'agence tient tout ce qu'un entrepôt promet, et écrit ce qu'il garde au registre."""

from __future__ import annotations

import logging
from typing import ClassVar

import pytest
from guichet.store import LoggedStore

from reclamation_core import Desk
from reclamation_core.testing.builders import a_registered_case
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract


class TestLoggedStore(StoreContract):
    unsupported: ClassVar = {
        Capability.REOPENING: "il vit autant que le programme",
        Capability.SHARING: "chaque entrepôt est à part",
    }

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return LoggedStore


def test_each_commit_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "guichet"):
        a_registered_case(Desk(LoggedStore()))
    assert caplog.messages == ["validé"]
