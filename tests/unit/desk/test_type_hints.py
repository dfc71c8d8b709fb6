"""The type hints of every public method of the desk can be read at run time, by frameworks and tools."""

import inspect
from collections.abc import Callable, Iterator
from typing import get_type_hints

from reclamation_core import desk


def public_functions(cls: type) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the public methods and properties of a class, those of its bases in this package too."""
    for name, member in inspect.getmembers_static(cls):
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if (
            not name.startswith("_")
            and inspect.isfunction(function)
            and function.__module__.startswith("reclamation_core")
        ):
            yield name, function


def test_the_type_hints_of_every_public_method_can_be_read() -> None:
    classes = {cls for cls in (getattr(desk, name) for name in dir(desk)) if inspect.isclass(cls)}
    methods = {f"{cls.__name__}.{name}": function for cls in classes for name, function in public_functions(cls)}
    failed = {}
    for name, function in methods.items():
        try:
            get_type_hints(function)
        except NameError as error:
            failed[name] = str(error)
    assert failed == {}
    assert {"Desk.agenda", "AsyncDesk.agenda", "PlanService.judge", "CasesView.find"} <= methods.keys()
