from __future__ import annotations

import pytest

from reclamation_core.cases.aggregate import EventRegistry
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Wording


def test_two_event_classes_of_one_name_are_refused() -> None:
    registry = EventRegistry[CommandType]()
    label = Wording("essai", "trial")
    registry.register("tried", label=label)(type("Tried", (), {}))

    with pytest.raises(ValueError, match="name: 'tried' is the type of Tried; choose another one"):
        registry.register("tried", label=label)
