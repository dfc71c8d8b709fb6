"""The register: its columns against cases worked by hand, its selection, its scope, and cells equal in every format."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from reclamation_core import CaseQuery, Channel, Desk, FaultsError, Level, Nature, Requirement
from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases import (
    Admissibility,
    AnswerDecision,
    Case,
    CaseKind,
    CaseState,
    ClosingReason,
    LinkKind,
    Reaction,
)
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Parameters, Policy, PolicyBook, RoleParameters
from reclamation_core.reporting import REGISTER_COLUMNS, RegisterReader, Report, register_report, report_bytes
from reclamation_core.testing.strategies import cases
from reclamation_core.vocabulary import Band, Role
from reclamation_core.wording import LANGUAGES, Lang, Wording
from soak import report_cells
from tests.fragments import Page
from tests.inside import desk_with
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, FakeClock, at, facts, new_desk
from tests.unit.reporting.readers import read_csv, unequal_cells

NAMES = [column.name for column in REGISTER_COLUMNS]


def lines(report: Report, lang: Lang = "fr") -> list[dict[str, str]]:
    """Return the cells of each line by the name of the column."""
    _, *rows = read_csv(report_bytes(report, "csv", lang))
    names = [column.name for column in report.tables[0].columns]
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows]


def line_of(desk: Desk) -> dict[str, str]:
    [line] = lines(desk.reports.register())
    return line


def test_the_register_has_some_fifty_columns_with_one_name_each() -> None:
    assert len(NAMES) == len(set(NAMES)) == 52
    assert all(column.meaning.fr.endswith(".") for column in REGISTER_COLUMNS)


def test_the_register_has_who_follows_a_case_until_the_name_is_erased() -> None:
    desk = new_desk(at(3))
    case = factories.registered(desk).reference
    desk.assign(case, to="m.klein")
    assert line_of(desk)["suivi_par"] == "m.klein"
    desk.withdraw(case)
    desk.close(case, reason="withdrawn")
    desk.anonymise(case)
    assert line_of(desk)["suivi_par"] == ""


def test_a_role_that_reads_no_names_has_a_register_without_names() -> None:
    policy = Policy(edition="2027", parameters=Parameters(roles=RoleParameters(reads_names=[Role.RQR])))
    desk = new_desk(at(3), policy=policy)
    desk.assign(factories.registered(desk).reference, to="m.klein")
    assert line_of(desk.acting("M. Petit", Role.AQ))["suivi_par"] == "[nom]"


def test_the_source_of_a_column_is_a_point_of_the_procedure_or_a_record() -> None:
    sources = {column.name: column.source.fr for column in REGISTER_COLUMNS}
    # The answer within ten business days stands under (5), the methods under (4), the risks under (2).
    assert [sources[name] for name in ("a_repondre_le", "delai", "methode", "criticite", "canal")] == [
        "M2-1, point 5",
        "M2-1, point 5",
        "M2-1, point 4",
        "M2-1, point 2",
        "M2-1, point 1",
    ]
    assert not any("§" in source for source in sources.values())


def test_the_line_of_a_case_that_was_just_registered() -> None:
    desk = new_desk(at(3))
    desk.register(facts(theme="trainer", satisfaction=5.5), site="CRE", source="mail-1", occurred_at=at(2))
    filled = {name: cell for name, cell in line_of(desk).items() if cell}
    # Received on Monday 1 June 2026: ten business days later is Monday 15 June.
    assert filled == {
        "dossier": "R-2026-000001",
        "type_dossier": CaseKind.COMPLAINT.label(),
        "reclamation_m2_1": "oui",
        "reclamation_ecrite": "oui",
        "recevabilite": Admissibility.IN_SCOPE.label(),
        "centre": "Créteil",
        "region": "Île-de-France",
        "traite_par": "Créteil",
        "message": "mail-1",
        "recu_le": "01/06/2026",
        "enregistre_le": "02/06/2026",
        "canal": "courriel",
        "auteur": "stagiaire",
        "nature": Nature.GRIEVANCE.label(),
        "exigence": Requirement.CONTRACTUAL.label(),
        "theme": "professionnalisme du formateur",
        "objet": "professionnalisme du formateur",
        "base_reglementaire": "contractuelle",
        "note": "5,5",
        "niveau": "local",
        "niveau_impose": "non",
        "etat": CaseState.REGISTERED.label(),
        "supports": "0",
        "documents": "0",
        "mesures_conservatoires": "0",
        "a_repondre_le": "15/06/2026",
        "delai": DeadlineStatus.RUNNING.label(),
        "reouvertures": "0",
        "alertes": "0",
        "procedure": desk.cases.get("R-2026-000001").edition,
    }


def test_the_line_of_a_case_that_was_answered_late() -> None:
    desk = new_desk(at(18))
    case = factories.qualified(desk)
    desk.acknowledge(case.reference, occurred_at=at(2))
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, factories.sheet(), factories.sheet("A-2"))
    desk.answer(
        case.reference, decision=AnswerDecision.PARTLY_FOUNDED, text="Madame", recourse=True, occurred_at=at(17)
    )
    desk.record_reaction(case.reference, reaction=Reaction.DISSATISFIED)
    desk.refer_to_mediation(case.reference)
    for number in (2, 3):
        desk.register(facts(at(2), theme=None), site="CRE", service_sites=("STR", "STD"), occurred_at=at(2))
        desk.link(case.reference, to=f"R-2026-00000{number}", kind=LinkKind.SAME_CAUSE_AS)
    line, second, _ = lines(desk.reports.register())
    assert (second["centres_prestation"], second["objet"]) == ("Strasbourg, Stains", Nature.GRIEVANCE.label())
    # Due on Monday 15 June; answered on Wednesday 17: Tuesday and Wednesday are two business days late.
    assert line["repondu_le"] == "17/06/2026"
    assert line["delai"] == DeadlineStatus.MET_LATE.label()
    assert (line["jours_ouvres_de_retard"], line["accuse_le"]) == ("2", "02/06/2026")
    assert line["qualifie_le"] == "01/06/2026"
    assert line["criticite"]
    assert line["complexite"]
    assert (line["actions"], line["etat_des_actions"]) == ("A-1, A-2", "A-1 (à faire), A-2 (à faire)")
    # From Monday 1 June to Wednesday 17 there are twelve business days after the receipt.
    assert line["jours_pour_repondre"] == "12"
    assert line["reponse_donnee"] == f"{AnswerDecision.PARTLY_FOUNDED.label()}, recours indiqué"
    assert line["retour_du_client"] == Reaction.DISSATISFIED.label()
    assert line["mediation_le"] == "18/06/2026"
    same = LinkKind.SAME_CAUSE_AS.label()
    assert (line["liens"], line["supports"]) == (f"{same} R-2026-000002 ; {same} R-2026-000003", "1")
    assert line["causes"]


def test_the_delay_of_an_open_case_is_counted_in_business_days() -> None:
    for day, status, late in [
        (10, DeadlineStatus.RUNNING, ""),
        (12, DeadlineStatus.DUE_SOON, ""),
        (15, DeadlineStatus.DUE_TODAY, ""),
        (16, DeadlineStatus.OVERDUE, "1"),
        (22, DeadlineStatus.OVERDUE, "5"),
    ]:
        clock = FakeClock(at(1))
        desk = new_desk(clock=clock)
        factories.registered(desk)
        clock.set(at(day))
        line = line_of(desk)
        assert (line["delai"], line["jours_ouvres_de_retard"]) == (status.label(), late), day
        totals = {row[0]: row[-1] for row in read_csv(report_bytes(desk.reports.register().only("totaux"), "csv"))}
        awaited = [totals[f"Réponse attendue, {how}"] for how in ("dans le délai", "en retard")]
        assert awaited == (["0", "1"] if late else ["1", "0"]), day


def test_an_action_of_several_cases_is_counted_once_in_the_totals() -> None:
    desk = new_desk(at(18))
    desk.plan(factories.analysed(desk).reference, factories.sheet())
    desk.plan(factories.analysed(desk).reference, "A-1")
    malfunction = desk.register(factories.malfunction(), site="CRE").reference
    desk.add_support(malfunction, kind="email", title="courriel")
    desk.qualify(malfunction, problem="panne", risks={}, likelihood=1, recurrences=0)
    desk.analyse(malfunction, causes=("organisation",))
    desk.plan(malfunction, "A-1")
    factories.judged(desk.pgaac("CRE"))
    totals = {row[0]: row[1:] for row in read_csv(report_bytes(desk.reports.register().only("totaux"), "csv"))}
    assert (
        totals["Actions décidées, chacune comptée une fois"] == totals["Actions efficaces"] == ["1", "0", "0", "1", "1"]
    )


def test_a_suspended_case_has_no_delay() -> None:
    clock = FakeClock(at(1))
    desk = desk_with(new_desk(clock=clock), policies=PolicyBook([factories.SUSPENDING]))
    case = factories.registered(desk)
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(1))
    clock.set(at(22))
    line = line_of(desk)
    assert (line["delai"], line["jours_ouvres_de_retard"]) == ("", "")


def test_a_message_out_of_scope_has_no_level_unless_one_is_imposed() -> None:
    desk = new_desk(at(2))
    case = desk.register(facts(nature="general_opinion"), site="CRE")
    line = line_of(desk)
    assert (line["recevabilite"], line["niveau"]) == (Admissibility.OUT_OF_SCOPE.label(), "")
    desk.reroute(case.reference, handling_unit="STD", level=Level.REGIONAL, reason="plusieurs centres")
    line = line_of(desk)
    assert (line["recevabilite"], line["niveau"]) == (Admissibility.OUT_OF_SCOPE.label(), "régional")


def test_closed_reopened_and_imposed_levels_are_on_the_line() -> None:
    desk = new_desk(at(20))
    case = factories.closed(desk)
    line = line_of(desk)
    assert (line["clos_le"], line["clos_pour"], line["etat"]) == (
        "20/06/2026",
        ClosingReason.ANSWERED.label(),
        CaseState.CLOSED.label(),
    )
    desk.reopen(case.reference, reason="un fait nouveau")
    desk.reroute(case.reference, handling_unit="STD", level=Level.REGIONAL, reason="plusieurs centres")
    line = line_of(desk)
    assert (line["clos_le"], line["reouvertures"], line["repondu_le"]) == ("", "1", "")
    assert (line["niveau"], line["niveau_impose"], line["traite_par"]) == ("régional", "oui", "Stains")
    assert line["reponse"] == AnswerDecision.FOUNDED.label()


def test_each_definition_counts_its_own_complaints() -> None:
    for channel, written in [
        (Channel.EMAIL, "oui"),
        (Channel.CENTRE_LETTER, "oui"),
        (Channel.PORTAL, "oui"),
        (Channel.PHONE, "non"),
    ]:
        desk = new_desk()
        desk.register(facts(channel=channel), site="CRE")
        line = line_of(desk)
        assert (line["reclamation_m2_1"], line["reclamation_ecrite"]) == ("oui", written), channel


def test_a_malfunction_has_no_deadline_and_is_no_complaint(desk: Desk) -> None:
    desk.register(factories.malfunction(), site="CRE")
    line = line_of(desk)
    assert (line["reclamation_m2_1"], line["a_repondre_le"], line["delai"], line["canal"]) == ("non", "", "", "")
    assert line["recevabilite"] == Admissibility.MALFUNCTION.label()


def test_the_register_has_no_text_and_no_name_of_a_person(desk: Desk) -> None:
    desk.acting("Mme Secret").register(
        facts(), site="CRE", complainant="M. Secret", verbatim="Un secret.", remedy_sought="Un autre secret."
    )
    factories.closed(desk)
    desk.anonymise("R-2026-000002")
    report = desk.reports.register()
    for each in ("csv", "json", "html"):
        assert "secret" not in report_bytes(report, each).decode().casefold()
    assert [line["anonymise_le"] for line in lines(report)] == ["", "01/07/2026"]


def test_free_texts_are_in_the_register_on_request_alone_and_whole() -> None:
    desk = new_desk(at(18))
    case = factories.qualified(desk, complainant="M. Secret", verbatim="Une salle\nfroide.")
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, factories.sheet(planned=date(2026, 6, 17), check_on=None))
    desk.answer(
        case.reference,
        decision=AnswerDecision.FOUNDED,
        text="Madame,\nune réponse " + "longue " * 90,
        remedies="un avoir",
    )
    desk.register(factories.malfunction(), site="CRE", verbatim="Une panne.")
    masked, line = lines(desk.reports.register())[0], lines(desk.reports.register(texts=True))[0]
    kept = ("objet", "base_reglementaire", "reponse_donnee", "etat_des_actions")
    assert [masked[name] for name in kept] == [
        "mécontentement",
        "contractuelle",
        "réclamation fondée, solution proposée",
        "A-1 (à faire, en retard)",
    ]
    assert line["objet"] == "mécontentement : l'absence"
    assert line["reponse_donnee"].startswith("réclamation fondée, solution proposée : Madame, une réponse longue")
    assert line["reponse_donnee"].endswith("longue un avoir")
    assert lines(desk.reports.register(texts=True))[1]["objet"] == "Une panne."
    assert not lines(desk.reports.register())[1]["objet"], "its kind is a column of its own"
    assert "Secret" not in report_bytes(desk.reports.register(texts=True), "json").decode()


def test_an_erased_text_is_shown_as_erased_in_the_register(desk: Desk) -> None:
    desk.anonymise(factories.closed(desk).reference)
    assert lines(desk.reports.register(texts=True))[0]["objet"].endswith(": (effacé)")


def test_an_action_on_a_plan_that_cannot_be_seen_has_its_reference_alone(desk: Desk) -> None:
    desk.plan(factories.analysed(desk).reference, factories.sheet("N-1"), scope=PlanScope.nation())
    assert line_of(desk)["etat_des_actions"] == "N-1 (à faire)"
    assert line_of(desk.scoped(site="CRE"))["etat_des_actions"] == "N-1"


def page_titles(report: Report) -> list[list[str]]:
    """Return the headers of the tables of a page, those of the totals and of the definitions apart."""
    _, *tables, _ = (table[0] for table in Page(report_bytes(report, "html").decode()).tables)
    return tables


def test_a_page_has_twelve_columns_by_reader_and_complaints_apart() -> None:
    desk = new_desk(at(18))
    factories.registered(desk)
    desk.register(facts(nature="general_opinion"), site="CRE")
    desk.register(factories.malfunction(), site="CRE")
    for reader in RegisterReader:
        report = desk.reports.register(shown=reader)
        assert [len(header) for header in {tuple(header) for header in page_titles(report)}] == [12], reader
    assert [table.title.fr for table in report.collected().page_tables] == [
        "Totaux",
        "Réclamations",
        "Hors du cadre",
        "Dysfonctionnements",
    ]
    chosen = desk.reports.register(shown=["dossier", "alea"])
    assert page_titles(chosen) == [["Dossier", "Aléa"]] * 3
    assert len(json.loads(report_bytes(chosen, "json"))["tables"][0]["columns"]) == len(NAMES)
    assert page_titles(desk.reports.register(columns=["dossier", "etat"])) == [["Dossier", "État"]]


def test_columns_of_a_page_are_refused_with_the_remedy(desk: Desk) -> None:
    for shown, message in (
        ("client", "one of the readers quality, auditor, director, or columns"),
        (NAMES[:13], "13; at most 12 columns on a page; the formats xlsx, csv and json have them all"),
        (["dossiers"], "one of the columns dossier"),
    ):
        with pytest.raises(FaultsError, match=message):
            desk.reports.register(shown=shown)


@given(st.lists(cases(), max_size=4), st.integers(0, 30))
def test_the_totals_are_those_of_the_lines(drawn: list[Case], days_since: int) -> None:
    last = max((case.events[-1].recorded_at for case in drawn), default=datetime(2027, 1, 1, tzinfo=UTC))
    report = register_report(drawn, at=last + timedelta(days=days_since), sites=SITES)
    found = lines(report)
    header, *totals = read_csv(report_bytes(report.only("totaux"), "csv"))
    assert totals == read_csv(report_bytes(report.only("totaux"), "csv"))[1:]  # read anew
    parts = dict(zip(header[1:5], ("réclamation", "à clarifier", "hors du cadre", "sans objet"), strict=True))
    of = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in totals}
    overdue = plain(DeadlineStatus.OVERDUE.label())
    counted: dict[str, Callable[[dict[str, str]], bool]] = {
        "Dossiers": lambda line: line["dossier"] != "",
        "Répondus dans le délai": lambda line: line["delai"] == DeadlineStatus.MET.label(),
        "Répondus en retard": lambda line: line["delai"] == plain(DeadlineStatus.MET_LATE.label()),
        "Réponse attendue, dans le délai": lambda line: line["delai"] not in {"", overdue} and not line["repondu_le"],
        "Réponse attendue, en retard": lambda line: line["delai"] == overdue,
        "Clos": lambda line: line["clos_le"] != "",
        "Réouverts": lambda line: line["reouvertures"] != "0",
        "Réclamation fondée": lambda line: line["reponse"] == AnswerDecision.FOUNDED.label(),
    }
    for measure, is_counted in counted.items():
        for title, admissibility in parts.items():
            number = sum(is_counted(line) and line["recevabilite"] == admissibility for line in found)
            assert of[measure][title] == str(number), (measure, title)
        assert of[measure]["Total"] == str(sum(map(is_counted, found)))
    days = sorted(int(line["jours_pour_repondre"]) for line in found if line["jours_pour_repondre"])
    median = str(days[(len(days) - 1) // 2]) if days else ""
    assert of["Délai médian de réponse, en jours ouvrés"]["Total"] == median


@pytest.mark.slow
def test_a_pdf_of_a_thousand_cases_has_at_most_forty_pages() -> None:
    desk = new_desk(at(18))
    case = factories.qualified(desk, verbatim="une longue histoire " * 50)
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, factories.sheet())
    desk.answer(case.reference, decision=AnswerDecision.PARTLY_FOUNDED, text="une longue réponse " * 50, recourse=True)
    found = [desk.cases.get(case.reference)] * 1_000
    for reader in RegisterReader:
        report = register_report(found, at=at(18), sites=SITES, shown=reader, texts=True)
        assert len(PdfReader(BytesIO(report_bytes(report, "pdf"))).pages) <= 40, reader


def test_columns_are_chosen_and_ordered_by_name(desk: Desk) -> None:
    factories.registered(desk)
    report = desk.reports.register(columns=["niveau", "dossier"])
    assert read_csv(report_bytes(report, "csv")) == [["Niveau", "Dossier"], ["local", "R-2026-000001"]]
    with pytest.raises(FaultsError, match="'niveaux'; one of the columns dossier, type_dossier"):
        desk.reports.register(columns=["niveaux"])


def test_a_query_selects_lines_over_all_its_pages_and_is_written_with_them(desk: Desk) -> None:
    for site in ("CRE", "STD", "CRE"):
        factories.registered(desk, site)
    query = CaseQuery(sites={"CRE"}, levels={Level.LOCAL}, received_from=date(2026, 6, 1), limit=1)
    report = desk.reports.register(query)
    assert [line["dossier"] for line in lines(report)] == ["R-2026-000001", "R-2026-000003"]
    assert report.heading("fr")[3:] == (("Niveau", "local"), ("Centres", "CRE"), ("Reçu du", "01/06/2026"))


def test_every_criterion_of_a_query_is_written_with_the_lines() -> None:
    day, code = date(2026, 6, 1), "services_environment"
    criteria: dict[str, tuple[Any, str, str]] = {
        "kind": (CaseKind.COMPLAINT, "Type de dossier : demande d’un client", "Kind : client's request"),
        "states": ({CaseState.REGISTERED, CaseState.CLOSED}, "État : enregistré, clos", "State : registered, closed"),
        "admissibilities": ({Admissibility.IN_SCOPE}, "Recevabilité : réclamation", "Admissibility : complaint"),
        "levels": ({Level.LOCAL}, "Niveau : local", "Level : local"),
        "criticalities": ({Band.HIGH}, "Niveau de criticité : élevé", "Criticality : high"),
        "channels": ({Channel.EMAIL}, "Canal : courriel", "Channel : e-mail"),
        "themes": ({code}, f"Thème : {code}", f"Theme : {code}"),
        "is_open": (True, "Non clos : oui", "Not closed : yes"),
        "is_unacknowledged": (True, "Sans accusé de réception : oui", "Receipt not acknowledged : yes"),
        "sites": ({"CRE", "ABC"}, "Centres : ABC, CRE", "Sites : ABC, CRE"),
        "owner": ("CRE", "Traité par : CRE", "Handled by : CRE"),
        "assigned_to": ("u17", "Suivi par : u17", "Assigned to : u17"),
        "due_from": (day, "Réponse attendue à partir du : 01/06/2026", "Answer awaited from : 2026-06-01"),
        "due_until": (day, "Réponse attendue jusqu’au : 01/06/2026", "Answer awaited until : 2026-06-01"),
        "has_question": (True, "Question à poser au client : oui", "Question to ask : yes"),
        "received_from": (day, "Reçu du : 01/06/2026", "Received from : 2026-06-01"),
        "received_until": (day, "Reçu jusqu’au : 01/06/2026", "Received until : 2026-06-01"),
        "text": ("salle", "Texte : salle", "Text : salle"),
        "references": ({"R-2026-000001"}, "Dossiers choisis : 1", "Chosen cases : 1"),
        "source": ("portail-17", "Identifiant du message : portail-17", "Identifier of the message : portail-17"),
        "own": ({"subcontracted": True}, "subcontracted : oui", "subcontracted : yes"),
        "own_from": ({"hours": 5}, "hours : 5 …", "hours : 5 …"),
        "own_until": ({"started": day}, "started : … 2026-06-01", "started : … 2026-06-01"),
        "cause_family": ("organisation", "Famille de causes : organisation", "Family of causes : organisation"),
        "after": ("R-2026-000001", "Après le dossier : R-2026-000001", "After the case : R-2026-000001"),
    }
    assert {*criteria, "in_names", "limit"} == {field.name for field in attrs.fields(CaseQuery)}
    desk = new_desk()
    for name, (value, *expected) in criteria.items():
        report = desk.reports.register(CaseQuery(**{name: value}))
        for lang, text in zip(LANGUAGES, expected, strict=True):
            assert [" : ".join(one) for one in report.heading(lang)[3:]] == [text]


def test_a_scoped_desk_exports_its_scope_and_says_so(desk: Desk) -> None:
    for site in ("CRE", "STD", "STR"):
        factories.registered(desk, site)
    own = desk.scoped(site=("STD", "STR")).reports.register()
    assert [line["centre"] for line in lines(own)] == ["Stains", "Strasbourg"]
    assert own.heading("fr")[3] == ("Périmètre", "Stains, Strasbourg")
    region = desk.scoped(region="Île-de-France").reports.register()
    assert [line["centre"] for line in lines(region)] == ["Créteil", "Stains"]
    assert region.heading("fr")[3] == ("Périmètre", "Île-de-France")


def test_what_is_no_query_and_an_instant_without_a_zone_are_refused(desk: Desk) -> None:
    not_a_query: Any = "CRE"
    with pytest.raises(TypeError, match="query"):
        desk.reports.register(not_a_query)
    with pytest.raises(ValueError, match="no time zone; pass an aware datetime"):
        register_report([], at=datetime(2026, 6, 1))  # noqa: DTZ001


def test_the_heading_is_in_the_zone_that_is_asked_for() -> None:
    desk = new_desk(datetime(2026, 7, 1, 2, tzinfo=UTC))
    report = desk.reports.register(zone=ZoneInfo("America/Martinique"))
    assert report.heading("fr")[:2] == (("Situation au", "30/06/2026"), ("Exporté le", "30/06/2026 22:00"))


def test_days_are_those_of_the_site_of_the_case(desk: Desk) -> None:
    received = datetime(2026, 6, 2, 1, tzinfo=UTC)  # still 1 June in Martinique
    desk.register(facts(received), site="FDF", occurred_at=received)
    line = line_of(desk)
    assert (line["recu_le"], line["enregistre_le"]) == ("01/06/2026", "01/06/2026")


def test_an_english_register_has_english_titles_and_labels(desk: Desk) -> None:
    case = factories.analysed(desk)
    desk.link(factories.registered(desk).reference, to=case.reference, kind=LinkKind.DUPLICATE_OF)
    first, second = lines(desk.reports.register(), "en")
    assert (first["recu_le"], first["canal"], first["methode"]) == ("2026-06-01", "e-mail", "Ishikawa")
    assert second["liens"] == "duplicate of R-2026-000001"


@pytest.mark.slow
@given(st.lists(cases(), max_size=3))
def test_the_cells_of_a_register_are_equal_in_every_format(drawn: list[Case]) -> None:
    assert unequal_cells(register_report(drawn, at=datetime(2027, 1, 1, tzinfo=UTC), sites=SITES)) == []


@pytest.mark.slow
def test_the_cells_of_lived_cases_are_equal_in_every_format() -> None:
    """The short form of `python -m soak.report_cells`."""
    counts, unequal = report_cells.compared(7, 1, 30)
    assert counts["cases"] > 20
    assert counts["plans"] > 1
    assert unequal == []


def test_themes_and_families_of_the_organisation_have_their_labels_in_every_document() -> None:
    agency, food = Family("agency", Wording("l'agence", "the agency")), Family("food", Wording("la cantine", "meals"))
    taxonomy = Taxonomy([agency], [food, Family("canteen", Wording("le réfectoire", "dining"))])
    desk = new_desk(at(15), taxonomy=taxonomy)
    case = factories.analysed(desk, "agency")
    desk.complete_facts(case.reference, theme="food")
    first, last = date(2026, 6, 1), date(2026, 6, 30)

    register = desk.reports.register(CaseQuery(themes={"food"}, cause_family="agency"), columns=["theme", "causes"])
    assert list(register.tables[0].rows()) == [(food.wording, agency.wording)]
    assert {value.fr for _, value in register.filters if isinstance(value, Wording)} >= {"la cantine", "l'agence"}
    file = desk.reports.case(case.reference)
    assert "la cantine" in report_bytes(file, "html").decode()
    desk.correct(case.reference, theme="canteen", reason="relu")
    overview, corrected = desk.overview(case.reference), desk.reports.case(case.reference)
    told = [str([(one.sentence, one.changes) for one in overview.timeline()])]
    told += [overview.case.to_html(taxonomy=taxonomy), report_bytes(corrected, "html").decode()]
    told.append(desk.explain(case.reference).to_markdown() + "l'agence")
    assert [("le réfectoire" in one, "l'agence" in plain(one)) for one in told] == [(True, True)] * 4
    table = desk.indicators(since=first, until=last, by="theme")
    assert table.group_in("food", "en") == "meals"
    (month,) = desk.indicator_series(since=first, until=last, by="theme").tables
    assert month.group_in("food", "fr") == "la cantine"
