import copy
import pickle

import pytest

from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import FactsError, OutcomeError, TableDefinitionError, TableProofError
from reclamation_core.wording import Wording
from tests.unit.tables.samples import Level, level_table


def _refusal_of_facts() -> FactsError:
    with pytest.raises(FactsError, match="client: absent") as caught:
        level_table().look_up({"client": ABSENT, "service": 3})
    return caught.value


def _refusal_of_an_outcome() -> OutcomeError:
    with pytest.raises(OutcomeError, match="'x' is never its outcome") as caught:
        level_table().decide({}).why_not("x")
    return caught.value


def test_errors_are_ours_and_those_of_python() -> None:
    for kind in (FactsError, OutcomeError, TableDefinitionError, TableProofError):
        assert issubclass(kind, ReclamationError)
        assert issubclass(kind, ValueError)
        assert not issubclass(kind, KeyError)
    assert issubclass(FactsError, FaultsError)


def test_errors_travel_with_their_data() -> None:
    facts = _refusal_of_facts()
    for other in (pickle.loads(pickle.dumps(facts)), copy.copy(facts)):
        assert type(other) is FactsError
        assert other.faults == facts.faults
        assert str(other) == str(facts)
    outcome = _refusal_of_an_outcome()
    again = pickle.loads(pickle.dumps(outcome))
    assert (again.table, again.outcome, set(again.known)) == ("level", "x", set(Level))
    assert str(again) == str(outcome)
    definition = TableDefinitionError("t", "rows.r", Wording("est étrange", "is odd"))
    assert str(pickle.loads(pickle.dumps(definition))) == "table 't': rows.r: is odd"
