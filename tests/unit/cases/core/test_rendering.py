import attrs

from reclamation_core.cases import Case, LinkKind
from reclamation_core.cases.events import Analysed
from reclamation_core.cases.texts import Vault
from reclamation_core.desk import Desk
from reclamation_core.plans import LineReference, PlanScope
from reclamation_core.vocabulary import ComplaintFacts, Level
from tests.fragments import Fragment
from tests.unit.desk.factories import analysed, answered, at, closed, malfunction, new_desk, registered

SECRETS = {"complainant": "Mme Durand", "verbatim": "le formateur est absent"}


def header(case: Case) -> dict[str, str]:
    """The fields of a case before its history."""
    cells = Fragment(case._repr_html_()).cells
    cells = cells[: cells.index("N°")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def test_a_case_is_shown_by_what_it_is() -> None:
    case = answered(new_desk(now=at(3)), **SECRETS)
    read = Fragment(case._repr_html_())

    assert read.elements[0][1]["lang"] == "fr"
    assert read.text.startswith(f"Dossier {case.reference} demande d'un client répondu")
    # 3 June 2026 is a Wednesday; ten business days after Monday 1 June: 15 June.
    assert header(case) == {
        "Recevabilité": "réclamation",
        "Niveau de traitement": "local",
        "Traité par": "CRE",
        "Centres": "CRE",
        "Reçu le": "lundi 1er juin 2026",
        "Réponse": "donnée le 03/06/2026 ; échéance respectée",
        "Niveau de criticité": "modéré",
        "Complexité": "simple",
        "Informations saisies": header(case)["Informations saisies"],
        "Procédure": case.edition,
    }
    assert "canal : courriel" in header(case)["Informations saisies"]
    assert "réception" not in header(case)["Informations saisies"]


def test_no_text_and_no_actor_is_shown_by_default() -> None:
    case = closed(new_desk(), **SECRETS)
    silent, told = case._repr_html_(), Fragment(case.to_html(texts=True)).text
    assert [secret.text for secret in case.vault if secret.text in silent] == []
    assert "Mme Roux" not in told  # actors are shown by role alone
    assert "auteur : [texte] ; « [texte] »" in Fragment(silent).text
    assert "[texte] : texte masqué (donnée personnelle possible)" in Fragment(silent).text
    assert "auteur : Mme Durand ; « le formateur est absent »" in told
    assert "[texte]" not in told


def test_a_veiled_vault_has_a_word_for_each_text() -> None:
    vault = closed(new_desk(), **SECRETS).vault
    assert {secret.text for secret in vault.redacted("mot")} == {"mot"}
    assert vault.redacted("mot").by_digest().keys() == vault.by_digest().keys()
    assert len(Vault().redacted("mot")) == 0


def test_an_answer_is_awaited_given_late_or_not_due(desk: Desk) -> None:
    withdrawn = desk.withdraw(registered(desk).reference)
    waiting = registered(desk)
    assert header(waiting)["Réponse"] == "attendue au plus tard le 15/06/2026"
    for day, words in ((15, "attendue au plus tard"), (16, "en retard : elle était attendue")):
        assert f"{words} le 15/06/2026" in Fragment(waiting.to_html(on=at(day).date())).text
    assert (
        header(answered(new_desk(now=at(1, month=7))))["Réponse"]
        == "donnée le 01/07/2026 ; échéance non respectée (répondu hors délai)"
    )
    assert header(withdrawn)["Réponse"] == "n'est plus attendue ; elle l'était le 15/06/2026"
    assert header(desk.register(malfunction(), site="CRE"))["Réponse"] == "aucune réponse n'est attendue"


def test_causes_actions_links_and_an_imposed_level_are_shown(desk: Desk) -> None:
    other = registered(desk)
    case = analysed(desk, "planning", service_sites=("CRE", "STR"))
    for kind in (LinkKind.SAME_CAUSE_AS, LinkKind.DUPLICATE_OF):
        case = desk.link(case.reference, kind=kind, to=other.reference)
    case = desk.reroute(case.reference, level=Level.REGIONAL, handling_unit="STD", reason="le client est connu")
    case = attrs.evolve(case, actions=tuple(LineReference(PlanScope.nation(), action) for action in ("A-1", "A-2")))
    told = header(case)
    assert told["Causes"] == "planification et organisation des sessions"
    assert told["Actions"] == "A-1 (national), A-2 (national)"
    assert told["Liens"] == f"même cause que {other.reference} ; doublon de {other.reference}"
    assert told["Centres"] == "CRE ; STR"
    assert (told["Niveau de traitement"], told["Traité par"]) == ("régional (imposé)", "STD")


def test_an_analysis_without_causes_and_unknown_facts_are_shown() -> None:
    case = new_desk().register(ComplaintFacts(received_at=at(1)), site="CRE")
    nothing_found = attrs.evolve(case, analysis=Analysed())
    assert header(case)["Informations saisies"] == "aucune"
    assert header(nothing_found)["Causes"] == "aucune"


def test_the_assessment_is_shown_once_it_is_known(desk: Desk) -> None:
    case = desk.complete_facts(registered(desk).reference, causes=1, severity_safety=4, likelihood=4)
    assert header(case)["Niveau de criticité"] == "critique"
    assert header(case)["Complexité"] != "à préciser"
