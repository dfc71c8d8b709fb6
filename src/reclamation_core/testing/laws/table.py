"""Laws of a policy: its tables, and what they say where facts are unknown. Source: M2-1 §1, §2.2, §4.2, §5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.policy.sources import CLAUSES, cited
from reclamation_core.tables import DecisionTable, Input, from_dmn
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.strategies import table_facts
from reclamation_core.wording import Lang

_CLAUSES: Final = "M2-1 §1.2, §2.2, §4.2, §5.1"
_CLAUSE_IDS: Final = frozenset(clause.id for clause in CLAUSES)
_LANGS: Final[tuple[Lang, ...]] = ("fr", "en")
_MOST_COMPLETIONS: Final = 2_000


@law(
    "tables-are-proved",
    _CLAUSES,
    "aucune table n'a de lacune, de contradiction ni de promesse rompue",
    "no table has a gap, a contradiction or a broken promise",
)
def proved(policy: Policy) -> Breach | None:
    for table in policy.tables.values():
        for finding in table.check():
            if finding.is_error:
                return Breach("[]", finding, {"table": table.name, **finding.witness})
    return None


@law(
    "every-row-has-a-witness",
    _CLAUSES,
    "chaque ligne s'applique à des faits",
    "every row fires for some facts",
)
def rows_fire(policy: Policy) -> Breach | None:
    for table in policy.tables.values():
        for row, cells in zip(table.rows, table.cells.rows, strict=True):
            if not cells & table.reachable:
                return Breach("≥ 1", 0, {"table": table.name, "row": row.id})
    return None


@law(
    "every-row-is-sourced",
    _CLAUSES,
    "chaque ligne de M2-1 en cite une clause et dit en français et en anglais ce qu'elle dit ; une ligne propre à "
    "l'édition cite sa clause ou sa lecture",
    "every row of M2-1 cites a clause of it and says in French and in English what it says; a row of the edition's own "
    "cites its clause or its reading",
)
def rows_are_sourced(policy: Policy) -> Breach | None:
    for table in policy.tables.values():
        for row in table.rows:
            expected = "clause, lecture" if policy.is_own(table.name, row.id) else "M2-1 §…, Wording"
            told = row.source("fr") if policy.is_own(table.name, row.id) else cited(row.clause) and row.wording
            if not told or not set(cited(row.clause)) <= _CLAUSE_IDS:
                return Breach(expected, (row.source("fr"), row.wording), {"table": table.name, "row": row.id})
    return None


def _asked(policy: Policy) -> Drawn:
    """A table, and facts of it, some of which are unknown."""
    return {"case": st.one_of([_facts_of(table) for table in policy.tables.values()])}


def _facts_of(table: DecisionTable[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    values = {input_.name: st.sampled_from(_samples(table, input_)) for input_ in table.base}
    known = st.fixed_dictionaries(values)
    unknown = st.lists(st.sampled_from(sorted(values)), unique=True, max_size=5)
    return st.tuples(
        st.just(table.name),
        st.builds(lambda facts, names: {**facts, **dict.fromkeys(names, UNKNOWN)}, known, unknown),
    )


def _samples(table: DecisionTable[Any], input_: Input) -> list[Any]:
    """A value of each class that the table tells apart."""
    return [atom.sample for atom in table.chain.atoms[table.chain.places[input_.name]]]


def _completions(table: DecisionTable[Any], facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The ways in which the unknown facts may turn out, up to so many; one that is never unknown is as it is read."""
    choices = [
        _samples(table, input_) if facts[input_.name] is UNKNOWN and input_.unknown else [facts[input_.name]]
        for input_ in table.base
    ]
    names = [input_.name for input_ in table.base]
    for chosen, _ in zip(product(*choices), range(_MOST_COMPLETIONS), strict=False):
        yield dict(zip(names, chosen, strict=True))


@law(
    "undetermined-is-what-completions-give",
    "M2-1 §1.2",
    "ce qui est dit possible est ce que donnent les compléments des faits inconnus, ni plus ni moins",
    "what is said to be possible is what completions of the unknown facts give, no more and no less",
    reading="I10",
    drawn=_asked,
)
def completed(policy: Policy, case: tuple[str, dict[str, Any]]) -> Breach | None:
    name, facts = case
    table = policy.tables[name]
    decision = table.decide(facts)
    found = {table.look_up(completion).outcome for completion in _completions(table, facts)}
    outcome = next(iter(found)) if len(found) == 1 else None
    return unless(
        decision.possible == found and decision.outcome == outcome,
        (outcome, sorted(map(str, found))),
        (decision.outcome, sorted(map(str, decision.possible))),
    )


@law(
    "every-answer-settles",
    "M2-1 §1.2",
    "une question porte sur un fait inconnu, et les réponses, une à une, déterminent le résultat",
    "a question is about an unknown fact, and the answers, one by one, determine the outcome",
    reading="I10",
    drawn=lambda policy: {
        "case": st.one_of([st.tuples(_facts_of(table), table_facts(table)) for table in policy.tables.values()])
    },
)
def settled(policy: Policy, case: tuple[tuple[str, dict[str, Any]], dict[str, Any]]) -> Breach | None:
    (name, facts), answers = case
    table = policy.tables[name]
    for _ in range(len(facts) + 1):
        decision = table.decide(facts)
        question = decision.question
        if question is None:
            return unless(decision.outcome is not None, "outcome", sorted(map(str, decision.possible)))
        if facts[question.name] is not UNKNOWN:
            return Breach(UNKNOWN, facts[question.name], {"question": question.name})
        facts = {**facts, question.name: answers[question.name]}
    return Breach("None", table.decide(facts).question, {"facts": facts})


@law(
    "outcomes-are-explained",
    "M2-1 §1.2, §5.1",
    "ce qui est décidé cite les sources des lignes qui l'ont décidé, en français et en anglais",
    "what is decided cites the sources of the rows that decided it, in French and in English",
    drawn=_asked,
)
def explained(policy: Policy, case: tuple[str, dict[str, Any]]) -> Breach | None:
    name, facts = case
    decision = policy.tables[name].decide(facts)
    if decision.outcome is None or decision.table.hit_policy.adds_up:
        return None
    # An outcome may be settled by one row or by another, whatever the unknown facts turn out to be.
    rows = decision.deciding or [row for row in decision.may_fire if row.then == decision.outcome]
    for lang in _LANGS:
        told, sources = decision.explain(lang), [row.source(lang) for row in rows]
        if not any(sources) or not all(source in told for source in sources):
            return Breach(sources or "M2-1 §…", told)
    return None


@law(
    "an-edition-reads-back-as-it-was-written",
    _CLAUSES,
    "une édition écrite en JSON se relit égale, et ses tables écrites en DMN se relisent égales",
    "an edition written as JSON reads back equal, and so do its tables written as DMN",
)
def written(policy: Policy) -> Breach | None:
    try:
        again, tables = type(policy).from_json(policy.to_json()), from_dmn(policy.to_dmn())
    except ValueError as error:
        return Breach("JSON, DMN", str(error), {"edition": policy.edition})
    if again != policy:
        return Breach(policy, again, {"edition": policy.edition})
    apart = [name for name, table in policy.tables.items() if tables.get(name) != table]
    return unless(not apart, "[]", apart, edition=policy.edition)
