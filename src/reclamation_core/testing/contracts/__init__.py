"""The contracts of the ports as test classes: an adapter's test binds them with one fixture."""

from reclamation_core.testing.contracts.base import Capability, OpenStore
from reclamation_core.testing.contracts.documents import DocumentKeysContract, DocumentStoreContract, OpenDocumentStore
from reclamation_core.testing.contracts.feeds import (
    ClockContract,
    EventFeedContract,
    EventLogContract,
    ExportLogContract,
    JobRepositoryContract,
    JournalContract,
    PlanFeedContract,
    SequenceGeneratorContract,
)
from reclamation_core.testing.contracts.plans import PlanRepositoryContract
from reclamation_core.testing.contracts.report import ContractReport, Outcome, run_contracts
from reclamation_core.testing.contracts.store import CaseRepositoryContract, StoreContract
from reclamation_core.testing.contracts.unit_of_work import UnitOfWorkContract

__all__ = [
    "Capability",
    "CaseRepositoryContract",
    "ClockContract",
    "ContractReport",
    "DocumentKeysContract",
    "DocumentStoreContract",
    "EventFeedContract",
    "EventLogContract",
    "ExportLogContract",
    "JobRepositoryContract",
    "JournalContract",
    "OpenDocumentStore",
    "OpenStore",
    "Outcome",
    "PlanFeedContract",
    "PlanRepositoryContract",
    "SequenceGeneratorContract",
    "StoreContract",
    "UnitOfWorkContract",
    "run_contracts",
]
