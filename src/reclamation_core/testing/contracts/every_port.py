"""Every contract of a store in one."""

from __future__ import annotations

from reclamation_core.testing.contracts.cases import CaseRepositoryContract
from reclamation_core.testing.contracts.criteria import CaseQueryContract
from reclamation_core.testing.contracts.feed import EventFeedContract
from reclamation_core.testing.contracts.journal import JournalContract
from reclamation_core.testing.contracts.kept_values import KeptValuesContract
from reclamation_core.testing.contracts.pages import CasePagesContract
from reclamation_core.testing.contracts.plans import PlanRepositoryContract
from reclamation_core.testing.contracts.references import SequenceGeneratorContract
from reclamation_core.testing.contracts.unit_of_work import UnitOfWorkContract
from reclamation_core.testing.contracts.whole_store import WholeStoreContract


class StoreContract(
    WholeStoreContract,
    CaseRepositoryContract,
    KeptValuesContract,
    CaseQueryContract,
    CasePagesContract,
    PlanRepositoryContract,
    UnitOfWorkContract,
    EventFeedContract,
    JournalContract,
    SequenceGeneratorContract,
):
    """Everything that a store promises, port by port; the subclass gives the fixture `open_store`.

    >>> import pytest
    >>> class TestMyStore(StoreContract):
    ...     @pytest.fixture
    ...     def open_store(self, tmp_path):
    ...         return lambda: MyStore(tmp_path / "cases")
    """
