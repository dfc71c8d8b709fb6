import pytest

from reclamation_core.cases.causes import Category, CauseStatus, Ishikawa, PossibleCause, RootCause, Scheme
from reclamation_core.cases.codes import Method
from reclamation_core.errors import REDACTED, FaultsError
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import NO_POOL, ishikawa, possible, retained

FIVE = {"material", "machine", "method", "manpower", "milieu"}


def test_a_scheme_has_the_number_of_categories_of_its_name() -> None:
    for scheme, beyond in [
        (Scheme.FIVE_M, set()),
        (Scheme.SIX_M_MEASURE, {"measure"}),
        (Scheme.SIX_M_MANAGEMENT, {"management"}),
        (Scheme.SEVEN_M_MEASURE, {"measure", "means_of_finance"}),
        (Scheme.SEVEN_M_MANAGEMENT, {"management", "means_of_finance"}),
    ]:
        assert {category.value for category in scheme.categories} == FIVE | beyond, scheme
        assert len(scheme.categories) == int(scheme.value[0]), scheme


def test_the_causes_retained_are_the_root_causes_and_there_may_be_none_yet() -> None:
    analysis = ishikawa()
    assert analysis.method is Method.ISHIKAWA
    assert analysis.root_causes == (NO_POOL,)
    assert Ishikawa(effect="e", causes=[possible()]).root_causes == ()


def test_a_retained_cause_is_proved_and_put_under_a_family() -> None:
    make = lambda: PossibleCause(category=Category.METHOD, statement="s", status=CauseStatus.RETAINED)  # noqa: E731
    assert faults(make) == [("proof", None), ("family", None)]


@pytest.mark.parametrize("status", [CauseStatus.HYPOTHESIS, CauseStatus.REJECTED])
def test_a_cause_that_is_not_retained_needs_neither_proof_nor_family(status: CauseStatus) -> None:
    assert PossibleCause(category=Category.METHOD, statement="s", status=status).proof is None


def test_a_possible_cause_reports_all_its_faults() -> None:
    def make() -> PossibleCause:
        return PossibleCause(
            category="méthode",  # type: ignore[arg-type]
            statement="",
            status="retained",  # type: ignore[arg-type]
            proof=" ",
            family="É",
        )

    assert paths(make) == ["category", "statement", "status", "proof", "family"]


def test_a_diagram_has_an_effect_and_at_least_one_cause() -> None:
    assert paths(lambda: Ishikawa(effect=" ", causes=[])) == ["effect", "causes"]
    assert paths(lambda: Ishikawa(effect="e", scheme="6M", causes=["c"])) == [  # type: ignore[arg-type]
        "scheme",
        "causes[0]",
    ]


def test_a_cause_has_one_place_in_the_scheme_of_the_diagram() -> None:
    with pytest.raises(
        FaultsError, match="one of the categories of 5M is expected: material, machine, method"
    ) as caught:
        Ishikawa(effect="e", causes=[possible(), possible(Category.MEASURE, "autre")])
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("causes[1].category", Category.MEASURE)]
    again = possible(Category.MILIEU, NO_POOL.statement.upper())
    assert faults(lambda: Ishikawa(effect="e", causes=[retained(), again])) == [("causes[1].statement", REDACTED)]


def test_the_drawing_has_a_bone_for_each_category_and_dots_what_is_not_retained() -> None:
    drawing = Ishikawa(effect="e", causes=[retained(cause=RootCause("r", "planning")), possible()]).to_mermaid("en")

    assert drawing == (
        "flowchart LR\n"
        '    n0{{"e"}}\n'
        '    n1("material")\n'
        "    n1 --> n0\n"
        '    n2("machine")\n'
        "    n2 --> n0\n"
        '    n3("method")\n'
        "    n3 --> n0\n"
        '    n4(["r"])\n'
        "    n4 --> n3\n"
        '    n5("manpower")\n'
        "    n5 --> n0\n"
        '    n6["Trop de congés en mai #40;hypothesis#41;"]\n'
        "    n6 -.-> n5\n"
        '    n7("milieu")\n'
        "    n7 --> n0\n"
    )
