import pytest

from reclamation_core.cases.causes import FiveWhys, WhyChain
from reclamation_core.cases.codes import Method
from reclamation_core.errors import REDACTED, FaultsError
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import NO_NOTICE, NO_POOL, five_whys


def chain(*answers: str, family: str = "procedure") -> WhyChain:
    return WhyChain(answers, family, "revoir la procédure")


def test_each_chain_ends_in_a_root_cause_that_two_may_share() -> None:
    analysis = five_whys()
    assert analysis.method is Method.FIVE_WHYS
    assert analysis.root_causes == (NO_POOL, NO_NOTICE)
    analysis = FiveWhys("le problème", [chain("a", "b", "racine"), chain("c", "Racine."), chain("a", "fin")])
    assert [cause.statement for cause in analysis.root_causes] == ["racine", "fin"]


def test_a_chain_has_two_answers_of_its_own_a_family_and_a_lever() -> None:
    assert faults(lambda: chain("a")) == [("answers", REDACTED)]
    assert paths(lambda: WhyChain(["a", " "], "Pas un code", "")) == ["answers[1]", "family", "lever"]
    assert faults(lambda: chain("a", "b", " A.")) == [("answers[2]", REDACTED)]
    with pytest.raises(FaultsError, match="lever") as caught:
        WhyChain(["a", "b"], "outside", "  ")
    assert [fault.path for fault in caught.value.faults] == ["lever"]


def test_the_problem_the_chains_and_their_roots_are_each_stated_once() -> None:
    assert faults(lambda: FiveWhys("Le problème", [chain("a", "le problème !")])) == [
        ("chains[0].answers[1]", REDACTED)
    ]
    assert paths(lambda: FiveWhys("p", [chain("a", "b"), chain("A", "B.")])) == ["chains[1]"]
    assert faults(lambda: FiveWhys("p", [chain("a", "b"), chain("a", "b", "c")])) == [
        ("chains[0].answers[1]", REDACTED)
    ]
    make = lambda: FiveWhys("p", [chain("a", "c"), chain("b", "C", family="planning")])  # noqa: E731
    assert faults(make) == [("chains[1].family", "planning")]
    assert paths(lambda: FiveWhys("", [])) == ["problem", "chains"]
    assert paths(lambda: FiveWhys("p", [("a", "b")])) == ["chains[0]"]


def test_the_drawing_shares_what_chains_have_in_common() -> None:
    assert five_whys().to_mermaid() == (
        "flowchart TB\n"
        '    n0{{"La session a commencé sans formateur"}}\n'
        '    n1["Le formateur était absent"]\n'
        '    n2["Nul ne l\'a remplacé"]\n'
        '    n3(["Aucun vivier de remplaçants n\'est tenu"])\n'
        '    n4(["Les absences sont signalées trop tard"])\n'
        "    n0 --> n1\n"
        "    n1 --> n2\n"
        "    n2 --> n3\n"
        "    n1 --> n4\n"
    )


def test_answers_of_two_chains_that_go_round_in_a_circle_are_refused() -> None:
    make = lambda: FiveWhys("p", [chain("x", "a", "b", "c"), chain("y", "b", "a", "d")])  # noqa: E731
    assert faults(make) == [("chains[0].answers[1]", REDACTED)]
