import pytest

from reclamation_core.cases.causes import CauseTree, RootCause, TreeFact
from reclamation_core.cases.causes.base import cycles
from reclamation_core.cases.codes import Method
from reclamation_core.errors import REDACTED
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import cause_tree, fact


def test_the_leaves_are_the_candidates_and_those_under_a_family_the_root_causes() -> None:
    tree = cause_tree()
    assert tree.method is Method.CAUSE_TREE
    assert (tree.ultimate.code, [leaf.code for leaf in tree.leaves]) == ("cancelled", ["ill", "works"])
    assert tree.root_causes == (RootCause("Il y a eu ill", "outside"),)


def test_a_lone_fact_a_second_end_and_a_circle_are_refused() -> None:
    assert paths(lambda: CauseTree([fact("a")])) == ["facts"]
    assert paths(lambda: CauseTree(["a", "b"])) == ["facts[0]", "facts[1]"]
    assert faults(lambda: CauseTree([fact("a", "c"), fact("b", "c"), fact("c")])) == [("facts", ("a", "b"))]
    facts = [fact("a", "b"), fact("b", "a"), fact("c"), fact("d")]
    assert paths(lambda: CauseTree(facts)) == ["facts[0].causes", "facts"]


def test_codes_and_statements_are_each_fact_s_own_and_causes_are_facts() -> None:
    facts = [fact("a", "b", "nowhere"), fact("b"), fact("b"), fact("c", statement="IL Y A EU A")]
    assert faults(lambda: CauseTree(facts)) == [
        ("facts[2].code", "b"),
        ("facts[0].causes[1]", "nowhere"),
        ("facts[2].statement", REDACTED),
        ("facts[3].statement", REDACTED),
    ]


def test_a_fact_reports_all_its_faults_and_only_a_leaf_has_a_family() -> None:
    assert faults(lambda: fact("a", "b", family="planning")) == [("family", "planning")]
    make = lambda: TreeFact(code="A", statement="", source=" ", causes=["b", "B"], family="?")  # noqa: E731
    assert paths(make) == ["code", "statement", "source", "causes[1]", "family", "family"]
    assert faults(lambda: fact("a", "b", "b")) == [("causes[1]", REDACTED)]


def test_the_drawing_leads_from_the_leaves_to_the_ultimate_fact() -> None:
    tree = CauseTree([fact("a", "b"), fact("b", "c"), fact("c")])
    assert tree.to_mermaid() == (
        "flowchart LR\n"
        '    n0{{"Il y a eu a"}}\n'
        '    n1["Il y a eu b"]\n'
        '    n2(["Il y a eu c"])\n'
        "    n1 --> n0\n"
        "    n2 --> n1\n"
    )


def test_the_effects_of_a_fact_are_those_it_was_needed_for() -> None:
    tree = cause_tree()
    assert [effect.code for effect in tree.effects(tree.facts[3])] == ["no_trainer", "no_room"]
    assert tree.effects(tree.ultimate) == ()


@pytest.mark.slow
def test_a_very_long_chain_is_followed_without_recursion() -> None:
    causes: dict[int, tuple[int, ...]] = {node: (node + 1,) for node in range(20_000)}
    assert list(cycles({**causes, 20_000: ()})) == []
    assert [len(circle) for circle in cycles({**causes, 20_000: (0,)})] == [20_001]
