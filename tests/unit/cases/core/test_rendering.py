import re

import attrs
import pytest

from reclamation_core.cases import Case, ClosingReason, LinkKind
from reclamation_core.cases.events import Analysed
from reclamation_core.cases.texts import Vault
from reclamation_core.desk import Desk
from reclamation_core.plans import LineReference, PlanScope
from reclamation_core.vocabulary import ComplaintFacts, Level, Role
from tests.fragments import Fragment
from tests.unit.desk.factories import SITES, analysed, answered, at, closed, malfunction, new_desk, registered

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


def test_a_history_has_a_row_for_each_event_with_when_in_which_role_and_what() -> None:
    case = closed(new_desk(), **SECRETS)
    cells = Fragment(case._repr_html_()).cells
    stream = cells[cells.index("N°") :]
    rows = [stream[place : place + 4] for place in range(0, len(stream), 4)]
    assert rows[0] == ["N°", "Date", "Rôle", "Opération"]
    assert [row[0] for row in rows[1:]] == [str(event.number) for event in case.events]
    assert rows[1][1:3] == ["01/06/2026 11:00", "RQR"]  # nine o'clock in UTC is eleven in Paris
    assert rows[-1][3] == "clos : réponse donnée"


def test_sites_are_shown_by_their_names_where_they_are_known() -> None:
    case = registered(new_desk())
    text = Fragment(case.to_html(sites=SITES)).text
    assert "enregistré à Créteil" in text
    assert "TraitéparCréteil" in text.replace(" ", "")
    assert "enregistré à CRE" in Fragment(case.to_html()).text


def test_a_page_of_its_own_has_headings_and_a_notebook_has_none() -> None:
    case = registered(new_desk())
    assert re.findall(r"<(h\d)\b[^>]*>(\w+)", case.to_html(headings=True)) == [
        ("h1", "Dossier"),
        ("h2", "En"),
        ("h2", "Historique"),
    ]
    assert not re.search(r"<h\d", case._repr_html_())


def test_no_text_and_no_actor_is_shown_by_default() -> None:
    case = closed(new_desk(), **SECRETS)
    silent, told = case._repr_html_(), Fragment(case.to_html(texts=True)).text
    assert [secret.text for secret in case.vault if secret.text in silent] == []
    assert "Mme Roux" not in told  # actors are shown by role alone
    assert "auteur : [texte] ; « [texte] »" in Fragment(silent).text
    assert "[texte] : texte masqué (donnée personnelle possible)" in Fragment(silent).text
    assert "auteur : Mme Durand ; « le formateur est absent »" in told
    assert "[texte]" not in told


def test_an_erased_text_is_shown_as_erased(desk: Desk) -> None:
    read = Fragment(desk.anonymise(closed(desk, **SECRETS).reference)._repr_html_())
    assert "auteur : (effacé) ; « (effacé) »" in read.text
    assert "[texte]" not in read.text


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


@pytest.mark.parametrize("role", Role)
def test_every_role_is_shown(role: Role) -> None:
    case = registered(new_desk())
    event = attrs.evolve(case.events[0], role=role)
    assert role.label() in Fragment(attrs.evolve(case, events=(event,))._repr_html_()).cells


def test_a_closing_reason_is_shown(desk: Desk) -> None:
    case = desk.close(desk.withdraw(registered(desk).reference).reference, reason=ClosingReason.WITHDRAWN)
    assert "clos : retrait par le client" in Fragment(case._repr_html_()).cells
