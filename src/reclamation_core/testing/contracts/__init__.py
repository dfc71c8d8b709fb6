"""What every store promises, as test classes: an adapter's test binds them with one fixture."""

from reclamation_core.testing.contracts.base import Capability, OpenStore, PortContract, Promise, promise, promises_of
from reclamation_core.testing.contracts.cases import CaseRepositoryContract, KeptValuesContract
from reclamation_core.testing.contracts.feeds import (
    ClockContract,
    EventFeedContract,
    JournalContract,
    SequenceGeneratorContract,
)
from reclamation_core.testing.contracts.plans import PlanRepositoryContract
from reclamation_core.testing.contracts.queries import CasePagesContract, CaseQueryContract
from reclamation_core.testing.contracts.report import (
    ConformanceReport,
    ConformanceReporter,
    Outcome,
    Result,
    conformance,
)
from reclamation_core.testing.contracts.store import StoreContract, WholeStoreContract
from reclamation_core.testing.contracts.unit_of_work import UnitOfWorkContract

__all__ = [
    "Capability",
    "CasePagesContract",
    "CaseQueryContract",
    "CaseRepositoryContract",
    "ClockContract",
    "ConformanceReport",
    "ConformanceReporter",
    "EventFeedContract",
    "JournalContract",
    "KeptValuesContract",
    "OpenStore",
    "Outcome",
    "PlanRepositoryContract",
    "PortContract",
    "Promise",
    "Result",
    "SequenceGeneratorContract",
    "StoreContract",
    "UnitOfWorkContract",
    "WholeStoreContract",
    "conformance",
    "promise",
    "promises_of",
]
