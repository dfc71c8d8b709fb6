"""The arguments of the desk's verbs, read from their signatures once for documents and forms."""

from inspect import Parameter

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
