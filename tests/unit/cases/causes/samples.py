"""One sound analysis by each method, about sessions that are cancelled for want of a trainer."""

from datetime import date

from reclamation_core.cases.causes import (
    Answer,
    Category,
    CauseAnalysis,
    CauseStatus,
    CauseTree,
    Correction,
    DatedFact,
    EightD,
    FiveWhys,
    Ishikawa,
    Pdca,
    PdcaDecision,
    PdcaVerdict,
    PossibleCause,
    Qqoqcp,
    RootCause,
    TreeFact,
    WhyChain,
)

NO_POOL = RootCause("Aucun vivier de remplaçants n'est tenu", "trainer_availability")
NO_NOTICE = RootCause("Les absences sont signalées trop tard", "procedure")


def five_whys(problem: str = "La session a commencé sans formateur") -> FiveWhys:
    absent = "Le formateur était absent"
    return FiveWhys(
        problem,
        (
            WhyChain((absent, "Nul ne l'a remplacé", NO_POOL.statement), NO_POOL.family, "tenir un vivier"),
            WhyChain((absent, NO_NOTICE.statement), NO_NOTICE.family, "rappeler la règle"),
        ),
    )


def possible(category: Category = Category.MANPOWER, statement: str = "Trop de congés en mai") -> PossibleCause:
    return PossibleCause(category=category, statement=statement)


def retained(category: Category = Category.METHOD, cause: RootCause = NO_POOL) -> PossibleCause:
    return PossibleCause(
        category=category,
        statement=cause.statement,
        status=CauseStatus.RETAINED,
        proof="entretien du 4 mai",
        family=cause.family,
    )


def ishikawa(effect: str = "Trois sessions annulées en mai") -> Ishikawa:
    rejected = PossibleCause(
        category=Category.MILIEU,
        statement="La grève des transports",
        status=CauseStatus.REJECTED,
        proof="aucune en mai",
    )
    return Ishikawa(effect=effect, causes=(possible(), retained(), rejected))


def qqoqcp(what: str = "Trois sessions annulées") -> Qqoqcp:
    return Qqoqcp(
        who=Answer("douze stagiaires"),
        what=Answer(what),
        where=Answer("au centre de Créteil"),
        when=Answer("du 4 au 8 mai 2026"),
        how=Answer("par un message la veille"),
        how_much=Answer.not_applicable("aucun montant n'est en jeu"),
        why=Answer("la convention promet ces sessions"),
        facts=(
            DatedFact(date(2026, 5, 8), "La troisième session est annulée", "feuille d'émargement"),
            DatedFact(date(2026, 5, 4), "La première session est annulée"),
        ),
    )


def implemented_eight_d(problem: str = "Trois sessions annulées en mai") -> EightD:
    """Everything up to the implementation, the result still to be measured."""
    return (
        EightD()
        .respond("aucun stagiaire n'était en route", needed=False)
        .form_team("la responsable qualité", ["un formateur"])
        .describe(problem)
        .contain("un formateur vient du centre voisin", effect="les cours reprennent", checked_on=date(2026, 5, 11))
        .find(NO_POOL, NO_NOTICE)
        .choose(Correction("tenir un vivier", NO_POOL.statement))
        .implement("le vivier compte six noms", done_on=date(2026, 6, 1))
    )


def eight_d(problem: str = "Trois sessions annulées en mai") -> EightD:
    return (
        implemented_eight_d(problem)
        .prevent("la règle vaut pour tous les centres de la région")
        .record_result("aucune annulation en juin", effective=True, measured_on=date(2026, 7, 1))
        .close("l'équipe est remerciée", closed_on=date(2026, 7, 1))
    )


def fact(code: str, *causes: str, statement: str | None = None, family: str | None = None) -> TreeFact:
    return TreeFact(
        code=code, statement=statement or f"Il y a eu {code}", source="registre", causes=causes, family=family
    )


def cause_tree(ultimate: str = "La session est annulée") -> CauseTree:
    """`absent` is needed by two facts, and two facts are needed for the last one."""
    return CauseTree(
        (
            fact("cancelled", "no_trainer", "no_room", statement=ultimate),
            fact("no_trainer", "absent"),
            fact("no_room", "absent", "works"),
            fact("absent", "ill"),
            fact("ill", family="outside"),
            fact("works"),
        )
    )


def pdca(objective: str = "Aucune session annulée") -> Pdca:
    return (
        Pdca.begin(objective, ["tenir un vivier", "former six remplaçants"], criterion="aucune annulation en juin")
        .do("six remplaçants formés", proof="attestations", done_on=date(2026, 6, 1))
        .check("une annulation en juin", PdcaVerdict.PARTLY_MET, checked_on=date(2026, 7, 1))
        .act(PdcaDecision.ADJUST, "porter le vivier à dix noms")
    )


def analyses(text: str = "Une session a été annulée") -> list[CauseAnalysis]:
    """One sound analysis by each method, the text standing in a prominent place."""
    return [five_whys(text), ishikawa(text), qqoqcp(text), eight_d(text), cause_tree(text), pdca(text)]
