"""The laws of the cause tree and of circles, held against brute force."""

from itertools import permutations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.causes import CauseTree, TreeLink
from reclamation_core.cases.causes.base import cycles
from reclamation_core.errors import FaultsError
from reclamation_core.testing.strategies import analyses, texts

GRAPHS = st.integers(1, 5).flatmap(
    lambda size: st.fixed_dictionaries(
        {node: st.lists(st.integers(0, size - 1), unique=True, max_size=3).map(tuple) for node in range(size)}
    )
)


def arrows(tree: CauseTree) -> set[tuple[str, str]]:
    """From each cause to what it was needed for."""
    return {(cause, fact.code) for fact in tree.facts for cause in fact.causes}


def causes_of(tree: CauseTree, code: str) -> set[str]:
    """All that lies behind a fact."""
    behind = {cause for cause, effect in arrows(tree) if effect == code}
    return behind.union(*(causes_of(tree, cause) for cause in behind))


@given(analyses(of=CauseTree, words=texts(hostile=True)))
def test_leaves_and_links_are_what_the_arrows_say_and_all_lead_to_the_end(tree: CauseTree) -> None:
    reached = {effect for _, effect in arrows(tree)}
    assert [leaf.code for leaf in tree.leaves] == [fact.code for fact in tree.facts if fact.code not in reached]
    assert {cause.statement for cause in tree.root_causes} <= {leaf.statement for leaf in tree.leaves}
    assert causes_of(tree, tree.ultimate.code) == {fact.code for fact in tree.facts} - {tree.ultimate.code}
    for fact in tree.facts:
        into = [cause for cause, effect in arrows(tree) if effect == fact.code]
        shared = [cause for cause in into if sum(start == cause for start, _ in arrows(tree)) > 1]
        links = tree.links(fact)
        assert (TreeLink.CONJUNCTION in links) == (len(into) > 1)
        assert (TreeLink.DISJUNCTION in links) == bool(shared)
        assert (TreeLink.SEQUENCE in links) == (len(into) == 1 and not shared)


@given(analyses(of=CauseTree, words=texts(hostile=True)), st.data())
def test_an_arrow_back_from_an_effect_to_its_cause_is_refused(tree: CauseTree, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from([fact for fact in tree.facts if fact is not tree.ultimate]))
    effect = data.draw(st.sampled_from([other for other in tree.facts if fact.code in causes_of(tree, other.code)]))
    turned = attrs.evolve(fact, causes=(*fact.causes, effect.code), family=None)
    facts = tuple(turned if each is fact else each for each in tree.facts)
    with pytest.raises(FaultsError, match="go round in a circle") as caught:
        CauseTree(facts)
    told = caught.value.faults[0]
    circle = told.value
    place = next(index for index, each in enumerate(facts) if each.code == circle[0])  # type: ignore[index]
    assert told.path == f"facts[{place}].causes"
    assert {fact.code, effect.code} & {fact.code for fact in facts if fact.code in circle}  # type: ignore[operator]


@given(analyses(of=CauseTree, words=texts(hostile=True)), st.data())
def test_a_fact_that_leads_nowhere_is_a_second_end(tree: CauseTree, data: st.DataObject) -> None:
    cause = data.draw(st.sampled_from(tree.facts)).code
    stray = attrs.evolve(tree.ultimate, code="stray", statement="stray", causes=(cause,))
    ends = ("stray",) if cause == tree.ultimate.code else (tree.ultimate.code, "stray")
    if len(ends) == 1:
        assert CauseTree((*tree.facts, stray)).ultimate == stray
    else:
        with pytest.raises(FaultsError) as caught:
            CauseTree((*tree.facts, stray))
        assert [(fault.path, fault.value) for fault in caught.value.faults] == [("facts", ends)]


@given(GRAPHS)
def test_a_circle_is_found_where_no_order_exists_and_circles_share_no_node(graph: dict[int, tuple[int, ...]]) -> None:
    ordered = any(
        all(order.index(cause) < order.index(node) for node, causes in graph.items() for cause in causes)
        for order in permutations(graph)
    )
    assert ordered == (not list(cycles(graph)))
    found = list(cycles(graph))
    nodes = [node for circle in found for node in circle]
    assert len(nodes) == len(set(nodes))
    for circle in found:
        assert all(cause in graph[node] for node, cause in zip(circle, (*circle[1:], circle[0]), strict=True))
