"""The properties of policies: scope, level, risk, and the form of their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.cases import Admissibility
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.policy.sources import CLAUSES, cited
from reclamation_core.tables import DecisionTable, Input, from_dmn
from reclamation_core.testing.properties.base import (
    Counterexample,
    Drawn,
    Property,
    check_all,
    check_that,
    define_property,
    properties_of,
)
from reclamation_core.testing.strategies import calendars, complaint_facts, malfunction_facts, notes, table_facts
from reclamation_core.vocabulary import (
    SEVERITIES,
    ClientScope,
    ComplaintFacts,
    Eligibility,
    Level,
    MalfunctionFacts,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)
from reclamation_core.wording import LANGUAGES

_RISING: Final[dict[str, Any]] = {
    "client_scope": ClientScope,
    "service_reach": ServiceReach,
    "mobilisation": Mobilisation,
}


def _every() -> Iterator[dict[str, Any]]:
    """Yield the inputs of the level in all combinations, without a client for malfunctions."""
    for values in product((*ClientScope, ABSENT), ServiceReach, Mobilisation):
        yield dict(zip(_RISING, values, strict=True))


@define_property(
    "a-level-never-falls",
    "M2-1 §5.1, §5.2, §5.3",
    "un client, une prestation ou une mobilisation d'une plus grande étendue n'abaisse jamais le niveau de traitement",
    "a client, a service or a mobilisation of a wider reach never lowers the handling level",
)
def level_never_falls(policy: Policy) -> Counterexample | None:
    look_up: Any = policy.tables["level"].look_up
    for facts in _every():
        before = look_up(facts).outcome
        for name, vocabulary in _RISING.items():
            for wider in vocabulary:
                if facts[name] is not ABSENT and wider > facts[name]:
                    found = look_up({**facts, name: wider}).outcome
                    if found < before:
                        return Counterexample(f"≥ {before}", found, {**facts, "raised": wider})
    return None


@define_property(
    "the-highest-clause-wins",
    "M2-1 §5.1, §5.2, §5.3",
    "de plusieurs clauses qui s'appliquent, la plus haute donne le niveau",
    "of several clauses that apply, the highest gives the level",
    interpretation="I7",
)
def highest_wins(policy: Policy) -> Counterexample | None:
    for facts in _every():
        cell = policy.tables["level"].look_up(facts)
        expected = max((row.then for row in cell.rows), default=None)
        if cell.outcome != expected:
            return Counterexample(expected, cell.outcome, facts)
    return None


@define_property(
    "a-level-is-that-of-its-mobilisation-at-least",
    "M2-1 §5.2, §5.3",
    "le niveau de traitement n'est jamais inférieur à celui de la mobilisation que le problème nécessite",
    "the handling level is never below the mobilisation that the problem calls for",
    interpretation="I22",
)
def mobilised(policy: Policy) -> Counterexample | None:
    for facts in _every():
        least = Level.parse(facts["mobilisation"].value)
        found = policy.tables["level"].look_up(facts).outcome
        if found is None or found < least:
            return Counterexample(f"≥ {least}", found, facts)
    return None


@define_property(
    "the-lowest-possible-level-handles",
    "M2-1 §5.1",
    "tant que le niveau n'est pas déterminé, le plus bas encore possible traite le dossier",
    "while the level is undetermined, the lowest possible one handles the case",
    interpretation="I19",
    drawn=lambda _: {"facts": malfunction_facts()},
)
def lowest_meanwhile(policy: Policy, facts: MalfunctionFacts) -> Counterexample | None:
    assessment = policy.assess_malfunction(facts)
    lowest = min(assessment.level.possible)
    return check_that(assessment.handling_level is lowest, lowest, assessment.handling_level)


_CALENDAR: Final = BusinessCalendar.france()
_ADMISSIBILITIES: Final = (None, Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED, Admissibility.OUT_OF_SCOPE)


def _facts(policy: Policy) -> Drawn:
    """Return facts of complaints, equally often of each admissibility."""
    drawn = [complaint_facts(policy=policy, admissibility=each) for each in _ADMISSIBILITIES]
    return {"facts": st.one_of(drawn)}


def _noted(low: bool) -> Any:
    def drawn(policy: Policy) -> Drawn:
        return {**_facts(policy), "note": notes(policy=policy, low=low)}

    return drawn


def _noteless(policy: Policy) -> Drawn:
    return {"facts": complaint_facts(policy=policy, satisfaction=st.just(ABSENT))}


def _outcome(policy: Policy, facts: ComplaintFacts, **changes: Any) -> Eligibility | None:
    return policy.assess(attrs.evolve(facts, **changes), _CALENDAR).eligibility.outcome


@define_property(
    "a-low-note-is-a-complaint-by-itself",
    "M2-1 §1.4",
    "une note inférieure au seuil est une réclamation à elle seule, quoi qu'on sache du reste",
    "a note below the threshold is a complaint by itself, with any other facts",
    interpretation="I1, I9",
    drawn=_noted(low=True),
)
def low_note(policy: Policy, facts: ComplaintFacts, note: float) -> Counterexample | None:
    found = _outcome(policy, facts, satisfaction=note)
    return check_that(found is Eligibility.COMPLAINT, Eligibility.COMPLAINT, found)


@define_property(
    "a-high-note-changes-nothing",
    "M2-1 §1.4",
    "une note égale ou supérieure au seuil ne change rien à la recevabilité",
    "a note at or above the threshold has no effect on the eligibility",
    interpretation="I1",
    drawn=_noted(low=False),
)
def high_note(policy: Policy, facts: ComplaintFacts, note: float) -> Counterexample | None:
    without, found = _outcome(policy, facts, satisfaction=ABSENT), _outcome(policy, facts, satisfaction=note)
    return check_that(found is without, without, found)


@define_property(
    "a-lower-note-never-leaves-scope",
    "M2-1 §1.4",
    "ce qui est une réclamation le reste avec une note plus basse",
    "what is a complaint remains one with a lower note",
    interpretation="I1",
    drawn=lambda policy: {**_facts(policy), "note": notes(policy=policy), "other": notes(policy=policy)},
)
def lower_note(policy: Policy, facts: ComplaintFacts, note: float, other: float) -> Counterexample | None:
    lower, higher = sorted((note, other))
    if _outcome(policy, facts, satisfaction=higher) is not Eligibility.COMPLAINT:
        return None
    found = _outcome(policy, facts, satisfaction=lower)
    return check_that(found is Eligibility.COMPLAINT, Eligibility.COMPLAINT, found, lower=lower, higher=higher)


@define_property(
    "an-initial-request-is-out-of-scope",
    "M2-1 §1.5",
    "une demande initiale d'information n'entre pas dans le cadre, sauf par sa note",
    "an initial request for information is out of scope, except by its note",
    interpretation="I8",
    drawn=_noteless,
)
def initial_request(policy: Policy, facts: ComplaintFacts) -> Counterexample | None:
    return _is_out(policy, facts, nature=Nature.INITIAL_INFORMATION_REQUEST)


@define_property(
    "an-opinion-is-out-of-scope",
    "M2-1 §1.6",
    "une opinion générale ou un jugement n'entre pas dans le cadre, sauf par sa note",
    "a general opinion or judgement is out of scope, except by its note",
    drawn=_noteless,
)
def opinion(policy: Policy, facts: ComplaintFacts) -> Counterexample | None:
    return _is_out(policy, facts, nature=Nature.GENERAL_OPINION)


@define_property(
    "no-requirement-no-complaint",
    "M2-1 §1.2",
    "sans exigence contractuelle, légale ou réglementaire en cause, ou sans prestation vendue, il n'y a pas de "
    "réclamation, sauf par la note",
    "without a contractual, legal or regulatory requirement at stake, or a sold service, there is no complaint, except "
    "by the note",
    interpretation="I20",
    drawn=_noteless,
)
def no_requirement(policy: Policy, facts: ComplaintFacts) -> Counterexample | None:
    return _is_out(policy, facts, requirement=Requirement.NONE) or _is_out(policy, facts, sold_service=False)


def _is_out(policy: Policy, facts: ComplaintFacts, **changes: object) -> Counterexample | None:
    found = _outcome(policy, facts, **changes)
    return check_that(found is Eligibility.OUT_OF_SCOPE, Eligibility.OUT_OF_SCOPE, found, **changes)


@define_property(
    "a-deadline-unless-out-of-scope",
    "M2-1 §5.0",
    "une échéance est donnée tant que la demande n'est pas hors du cadre, et aucune quand elle l'est",
    "a deadline is given while the message is not out of scope, and none once it is",
    interpretation="I10",
    drawn=_facts,
)
def deadline_in_scope(policy: Policy, facts: ComplaintFacts) -> Counterexample | None:
    assessment = policy.assess(facts, _CALENDAR)
    out = assessment.eligibility.outcome is Eligibility.OUT_OF_SCOPE
    return check_that((assessment.deadline is None) is out, "None" if out else "Deadline", assessment.deadline)


@define_property(
    "the-deadline-is-the-edition's",
    "M2-1 §5.0",
    "l'échéance suit la règle de l'édition, sur le calendrier du site et les fermetures de l'édition",
    "the deadline follows the edition's rule, on the site's calendar with the edition's closures",
    interpretation="I2",
    drawn=lambda policy: {"facts": complaint_facts(policy=policy), "calendar": calendars()},
)
def edition_deadline(policy: Policy, facts: ComplaintFacts, calendar: BusinessCalendar) -> Counterexample | None:
    assessment = policy.assess(facts, calendar)
    if assessment.deadline is None:
        return None
    rule, days = policy.parameters.deadline, policy.calendar(calendar)
    rules = [rule.of_level(level) for level in assessment.level.possible] if rule.by_level else [rule]
    expected = min(Deadline(days, one, facts.received_at).due for one in rules)
    return check_that(assessment.deadline.due == expected, expected, assessment.deadline.due)


_SEVERITIES: Final = tuple(SEVERITIES.values())
_TOUCHED: Final = st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4])
"""Few domains are touched: often one of them decides."""
_HIGHEST: Final = {**dict.fromkeys(_SEVERITIES, 4), "likelihood": 4, "recurrences": 40, "causes": 12}


def _known(_: Policy) -> Drawn:
    """Return facts with every risk known; the likelihood may follow from the recurrences."""
    given: dict[str, Any] = dict.fromkeys(_SEVERITIES, _TOUCHED)
    given |= {"recurrences": st.integers(0, 40), "causes": st.integers(0, 12)}
    return {"facts": malfunction_facts(unknown=False, **given)}


def _with(facts: Any, name: str, value: int) -> MalfunctionFacts:
    return attrs.evolve(facts, **{name: value})  # type: ignore[no-any-return]


def _ranks(policy: Policy, facts: MalfunctionFacts) -> tuple[Any, ...]:
    assessment = policy.assess_malfunction(facts)
    return (
        assessment.severity.outcome,
        assessment.likelihood.outcome,
        assessment.criticality.outcome,
        assessment.risk.outcome,
        assessment.complexity.outcome,
    )


@define_property(
    "risk-never-falls",
    "M2-1 §2.2, §4.2",
    "plus de gravité, de vraisemblance, de récurrences ou de causes n'abaisse ni la criticité ni la complexité",
    "more severity, likelihood, recurrences or causes lowers neither the criticality nor the complexity",
    interpretation="I13, I14",
    drawn=_known,
)
def risk_never_falls(policy: Policy, facts: MalfunctionFacts) -> Counterexample | None:
    for name, highest in _HIGHEST.items():
        before, now = _ranks(policy, facts), facts.get(name)
        first = now + 1 if isinstance(now, int) else highest + 1  # a likelihood that is not judged does not rise
        for more in range(first, highest + 1):
            found = _ranks(policy, _with(facts, name, more))
            if any(after < earlier for earlier, after in zip(before, found, strict=True)):
                return Counterexample(f"≥ {before}", found, {name: more})
            before = found
    return None


@define_property(
    "severity-is-the-highest-touched",
    "M2-1 §2.2",
    "la gravité est la plus haute des domaines touchés, 1 quand aucun ne l'est",
    "the severity is the highest of the domains touched, 1 where none is",
    interpretation="I13",
    drawn=_known,
)
def highest_touched(policy: Policy, facts: MalfunctionFacts) -> Counterexample | None:
    expected = max(1, *(facts.get(name) for name in _SEVERITIES))
    found = policy.assess_malfunction(facts).severity.outcome
    return check_that(found == expected, expected, found)


@define_property(
    "criticality-is-the-product",
    "M2-1 §2.2",
    "la criticité est la gravité multipliée par la vraisemblance",
    "the criticality is the severity times the likelihood",
    interpretation="I13",
    drawn=_known,
)
def criticality_is_product(policy: Policy, facts: MalfunctionFacts) -> Counterexample | None:
    severity, likelihood, found, *_ = _ranks(policy, facts)
    return check_that(found == severity * likelihood, severity * likelihood, found)


@define_property(
    "a-judged-likelihood-is-retained",
    "M2-1 §2.2",
    "une vraisemblance jugée l'emporte sur celle que donneraient les récurrences",
    "a likelihood that was judged prevails over the one that recurrences would give",
    interpretation="I13",
    drawn=lambda policy: {**_known(policy), "judged": st.integers(1, 4)},
)
def judged_likelihood(policy: Policy, facts: MalfunctionFacts, judged: int) -> Counterexample | None:
    found = policy.assess_malfunction(attrs.evolve(facts, likelihood=judged)).likelihood.outcome
    return check_that(found == judged, judged, found)


@define_property(
    "severity-4-is-never-in-a-lower-band",
    "M2-1 §2.2",
    "un cas de gravité 4 n'est jamais sous le niveau que fixe l'édition",
    "a case of severity 4 is never below the band that the edition sets",
    interpretation="I13",
    drawn=lambda policy: {**_known(policy), "domain": st.sampled_from(_SEVERITIES)},
)
def gravest(policy: Policy, facts: MalfunctionFacts, domain: str) -> Counterexample | None:
    least = policy.parameters.risk.least_band_at_severity_4
    found = policy.assess_malfunction(_with(facts, domain, 4)).risk.outcome
    return check_that(found is not None and found >= least, f"≥ {least}", found)


_CLAUSES: Final = "M2-1 §1.2, §2.2, §4.2, §5.1"
_CLAUSE_IDS: Final = frozenset(clause.id for clause in CLAUSES)
_MOST_COMPLETIONS: Final = 2_000


@define_property(
    "tables-are-proved",
    _CLAUSES,
    "aucune table n'a de lacune, de contradiction ni de promesse rompue",
    "no table has a gap, a contradiction or a violation of monotonicity",
)
def proved(policy: Policy) -> Counterexample | None:
    for table in policy.tables.values():
        for finding in table.check():
            if finding.is_error:
                return Counterexample("[]", finding, {"table": table.name, **finding.witness})
    return None


@define_property(
    "every-row-has-a-witness", _CLAUSES, "chaque ligne s'applique à des faits", "every row fires for some facts"
)
def rows_fire(policy: Policy) -> Counterexample | None:
    for table in policy.tables.values():
        for row, cells in zip(table.rows, table.cells.rows, strict=True):
            if not cells & table.reachable:
                return Counterexample("≥ 1", 0, {"table": table.name, "row": row.id})
    return None


@define_property(
    "every-row-is-sourced",
    _CLAUSES,
    "chaque ligne de M2-1 en cite une clause et dit en français et en anglais ce qu'elle dit ; une ligne propre à "
    "l'édition cite sa clause ou sa lecture",
    "every row of M2-1 cites a clause and has a wording in French and in English; a row of the edition's own cites its "
    "clause or its interpretation",
)
def rows_are_sourced(policy: Policy) -> Counterexample | None:
    for table in policy.tables.values():
        for row in table.rows:
            expected = "clause, lecture" if policy.is_own(table.name, row.id) else "M2-1 §…, Wording"
            source = row.source("fr") if policy.is_own(table.name, row.id) else cited(row.clause) and row.wording
            if not source or not set(cited(row.clause)) <= _CLAUSE_IDS:
                return Counterexample(expected, (row.source("fr"), row.wording), {"table": table.name, "row": row.id})
    return None


def _table_facts(policy: Policy) -> Drawn:
    """Return a table's name with facts, some unknown."""
    return {"case": st.one_of([_facts_of(table) for table in policy.tables.values()])}


def _facts_of(table: DecisionTable[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    values = {input_.name: st.sampled_from(_samples(table, input_)) for input_ in table.base}
    known = st.fixed_dictionaries(values)
    unknown = st.lists(st.sampled_from(sorted(values)), unique=True, max_size=5)
    return st.tuples(
        st.just(table.name), st.builds(lambda facts, names: {**facts, **dict.fromkeys(names, UNKNOWN)}, known, unknown)
    )


def _samples(table: DecisionTable[Any], input_: Input) -> list[Any]:
    """Return a value of each class that the table distinguishes."""
    return [atom.sample for atom in table.chain.atoms[table.chain.places[input_.name]]]


def _completions(table: DecisionTable[Any], facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield completions of the unknown facts, up to a limit."""
    choices = [
        _samples(table, input_) if facts[input_.name] is UNKNOWN and input_.unknown else [facts[input_.name]]
        for input_ in table.base
    ]
    names = [input_.name for input_ in table.base]
    for chosen, _ in zip(product(*choices), range(_MOST_COMPLETIONS), strict=False):
        yield dict(zip(names, chosen, strict=True))


@define_property(
    "possible-outcomes-are-those-of-completions",
    "M2-1 §1.2",
    "ce qui est dit possible est ce que donnent les compléments des faits inconnus, ni plus ni moins",
    "the possible outcomes are those of the completions of the unknown facts, no more and no less",
    interpretation="I10",
    drawn=_table_facts,
)
def completed(policy: Policy, case: tuple[str, dict[str, Any]]) -> Counterexample | None:
    name, facts = case
    table = policy.tables[name]
    decision = table.decide(facts)
    found = {table.look_up(completion).outcome for completion in _completions(table, facts)}
    outcome = next(iter(found)) if len(found) == 1 else None
    return check_that(
        decision.possible == found and decision.outcome == outcome,
        (outcome, sorted(map(str, found))),
        (decision.outcome, sorted(map(str, decision.possible))),
    )


@define_property(
    "every-answer-settles",
    "M2-1 §1.2",
    "une question porte sur un fait inconnu, et les réponses, une à une, déterminent le résultat",
    "a question is about an unknown fact, and the answers, one by one, determine the outcome",
    interpretation="I10",
    drawn=lambda policy: {
        "case": st.one_of([st.tuples(_facts_of(table), table_facts(table)) for table in policy.tables.values()])
    },
)
def settled(policy: Policy, case: tuple[tuple[str, dict[str, Any]], dict[str, Any]]) -> Counterexample | None:
    (name, facts), answers = case
    table = policy.tables[name]
    for _ in range(len(facts) + 1):
        decision = table.decide(facts)
        question = decision.question
        if question is None:
            return check_that(decision.outcome is not None, "outcome", sorted(map(str, decision.possible)))
        if facts[question.name] is not UNKNOWN:
            return Counterexample(UNKNOWN, facts[question.name], {"question": question.name})
        facts = {**facts, question.name: answers[question.name]}
    return Counterexample("None", table.decide(facts).question, {"facts": facts})


@define_property(
    "outcomes-are-explained",
    "M2-1 §1.2, §5.1",
    "ce qui est décidé cite les sources des lignes qui l'ont décidé, en français et en anglais",
    "a decision cites the sources of its rows, in French and in English",
    drawn=_table_facts,
)
def explained(policy: Policy, case: tuple[str, dict[str, Any]]) -> Counterexample | None:
    name, facts = case
    decision = policy.tables[name].decide(facts)
    if decision.outcome is None or decision.table.hit_policy.adds_up:
        return None
    # Several rows may give the outcome, depending on the unknown facts.
    rows = decision.deciding or [row for row in decision.may_fire if row.then == decision.outcome]
    for lang in LANGUAGES:
        text, sources = decision.explain(lang), [row.source(lang) for row in rows]
        if not any(sources) or not all(source in text for source in sources):
            return Counterexample(sources or "M2-1 §…", text)
    return None


@define_property(
    "an-edition-reads-back-as-it-was-written",
    _CLAUSES,
    "une édition écrite en JSON se relit égale, et ses tables écrites en DMN se relisent égales",
    "an edition written as JSON reads back equal, and so do its tables written as DMN",
)
def written(policy: Policy) -> Counterexample | None:
    try:
        again, tables = type(policy).from_json(policy.to_json()), from_dmn(policy.to_dmn())
    except ValueError as error:
        return Counterexample("JSON, DMN", str(error), {"edition": policy.edition})
    if again != policy:
        return Counterexample(policy, again, {"edition": policy.edition})
    apart = [name for name, table in policy.tables.items() if tables.get(name) != table]
    return check_that(not apart, "[]", apart, edition=policy.edition)


def policy_properties() -> tuple[Property[Policy], ...]:
    """Return the properties of editions of the procedure; each can be checked alone.

    >>> next(prop.id for prop in policy_properties() if prop.clause == "M2-1 §1.6")
    'an-opinion-is-out-of-scope'
    """
    return properties_of("policy")


def check_policy_properties(policy: Policy, *, exempt: Collection[str] = ()) -> None:
    """Check every property of an edition: its tables, eligibility, handling level and risk.

    Args:
        policy: the edition.
        exempt: the names of properties that do not hold on purpose.

    Raises:
        PropertiesFailedError: properties do not hold; an AssertionError with the clause and the witness of each.
        TypeError: `policy` is not a policy.
        ValueError: an exemption is unknown.

    >>> from reclamation_core.policy import m2_1
    >>> check_policy_properties(m2_1())
    """
    check_all(policy_properties(), policy, exempt)
