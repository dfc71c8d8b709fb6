"""The arguments of the desk's verbs, read from their signatures once, with type hints that can be read at run time."""

import inspect
from collections.abc import Callable, Iterator
from inspect import Parameter
from typing import get_type_hints

from reclamation_core import desk
from reclamation_core.desk import Desk, PlanService
from reclamation_core.desk.commands import CASE_COMMANDS, PLAN_COMMANDS, Argument, arguments_of


class Verbs:
    def decide(self, reference: str, *sites: str, text: str | None = None, **facts: object) -> None:
        """Four kinds of parameters."""


def test_an_argument_has_the_type_and_the_default_of_its_parameter() -> None:
    assert list(arguments_of(Verbs.decide).values()) == [
        Argument("reference", str, Parameter.empty),
        Argument("sites", tuple[str, ...], Parameter.empty, is_several=True),
        Argument("text", str | None, None),
        Argument("facts", object, Parameter.empty, is_by_name=True),
    ]
    assert [one.name for one in arguments_of(Verbs.decide).values() if one.is_required] == ["reference"]


def test_documents_have_every_argument_but_the_reference_of_a_case() -> None:
    assert [one.name for one in CASE_COMMANDS.arguments("close")] == [*arguments_of(Desk.close)][1:]
    assert [one.name for one in PLAN_COMMANDS.arguments("finish")] == [*arguments_of(PlanService.finish)]
    assert arguments_of(PlanService.finish)["reference"].is_required


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
