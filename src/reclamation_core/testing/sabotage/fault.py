"""What a sabotaged store is: the memory adapter with one fault, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.ports import Store
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract
from reclamation_core.wording import Wording

_LACKS: Final = {
    Capability.REOPENING: "it lives as long as the program",
    Capability.SHARING: "each store is a place of its own",
    Capability.TAMPERING: "what it holds are values, which nothing else reaches",
}


@attrs.frozen(kw_only=True)
class Sabotage:
    """A store with one realistic fault (entrepôt saboté).

    Attributes:
        name: what it does wrong, in a few words.
        fault: what it does wrong.
        incident: what happens so in real systems.
        place: a new place: what opens the store there, empty at first.
        lacks: what the store does without, and why.
    """

    name: str
    fault: Wording
    incident: Wording
    place: Callable[[], OpenStore] = attrs.field(repr=False, eq=False)
    lacks: Mapping[Capability, str] = attrs.field(default=_LACKS, repr=False, eq=False)

    @classmethod
    def of(cls, store: type[InMemoryStore], fr: str, incident: Wording) -> Sabotage:
        """The sabotage that a class of stores is: it is called as the class is, whose docstring is the fault."""
        name = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in store.__name__).strip("_")
        fault = Wording(fr, " ".join(str(store.__doc__).split()))
        return cls(name=name, fault=fault, incident=incident, place=lambda: store)

    def open(self) -> Store:
        """A new, empty store with the fault."""
        return self.place()()

    @property
    def contract(self) -> type[StoreContract]:
        """The contracts of every port, bound to the store."""

        def open_store(_: StoreContract) -> OpenStore:
            return self.place()

        bound = {"lacks": self.lacks, "open_store": pytest.fixture(open_store), "__doc__": self.fault.en}
        return cast(type[StoreContract], type(self.name, (StoreContract,), bound))
