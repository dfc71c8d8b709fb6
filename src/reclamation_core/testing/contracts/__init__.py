"""What every store promises, as test classes: an adapter's test binds them with one fixture."""

from reclamation_core.testing.contracts.cases import CaseRepositoryContract
from reclamation_core.testing.contracts.clock import ClockContract
from reclamation_core.testing.contracts.criteria import CaseQueryContract
from reclamation_core.testing.contracts.every_port import StoreContract
from reclamation_core.testing.contracts.feed import EventFeedContract
from reclamation_core.testing.contracts.journal import JournalContract
from reclamation_core.testing.contracts.kept_values import KeptValuesContract
from reclamation_core.testing.contracts.outcomes import ConformanceReport, Outcome, Result
from reclamation_core.testing.contracts.pages import CasePagesContract
from reclamation_core.testing.contracts.plans import PlanRepositoryContract
from reclamation_core.testing.contracts.port import OpenStore, PortContract
from reclamation_core.testing.contracts.promises import Capability, Promise, promise, promises_of
from reclamation_core.testing.contracts.references import SequenceGeneratorContract
from reclamation_core.testing.contracts.report import ConformanceReporter
from reclamation_core.testing.contracts.running import conformance
from reclamation_core.testing.contracts.unit_of_work import UnitOfWorkContract
from reclamation_core.testing.contracts.whole_store import WholeStoreContract

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
