"""The PGAAC as a report: its lines worked by hand, what changed, who received it, cells equal in every format."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core import Desk, FaultsError
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.plans import Effectiveness, LineReference, PlanScope, UnknownPublishedPlanError
from reclamation_core.ports import ExportKind, PlanNotFoundError
from reclamation_core.reporting import PLAN_COLUMNS, REGISTER_COLUMNS, Report, report_bytes
from reclamation_core.reporting.plan import MOST_DIFFUSIONS
from reclamation_core.vocabulary import Level, Sites
from reclamation_core.wording import Lang, Wording
from tests.inside import store_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, FakeClock, at, new_desk, sheet
from tests.unit.reporting.readers import read_csv, unequal_cells


def plainly(cells: list[list[str]]) -> list[list[str]]:
    """Return cells with ordinary spaces and apostrophes: JSON, for programs, has no typography."""
    return [list(map(plain, row)) for row in cells]


def tables(report: Report, lang: Lang = "fr") -> dict[str, list[list[str]]]:
    """Return the rows of each table, header included, by its title."""
    named = {table.name: plain(table.title.in_(lang)) for table in report.data_tables}
    return {title: plainly(read_csv(report_bytes(report.only(name), "csv", lang))) for name, title in named.items()}


def lines(report: Report, lang: Lang = "fr") -> list[dict[str, str]]:
    """Return the filled cells of each action by the name of the column."""
    _, *rows = tables(report, lang)[report.tables[0].title.in_(lang)]
    names = [column.name for column in PLAN_COLUMNS]
    return [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in rows]


def planned(now: Any = None) -> Desk:
    desk = new_desk(now or at(30))
    case = factories.analysed(desk, "organisation")
    desk.plan(case.reference, sheet(what="tenir un vivier", finding="une absence", spread=("STD",)))
    desk.plan(factories.analysed(desk, "organisation").reference, "A-1")
    return desk


def test_the_columns_have_one_name_and_a_meaning_each() -> None:
    assert len({column.name for column in PLAN_COLUMNS}) == len(PLAN_COLUMNS) == 36
    assert all(column.meaning.fr.endswith(".") and column.meaning.en.endswith(".") for column in PLAN_COLUMNS)
    assert not any("§" in column.source.fr for column in PLAN_COLUMNS)


@pytest.fixture
def desk() -> Desk:
    return planned()


def test_the_line_of_an_action_that_was_judged_and_closed(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    factories.judged(plan)
    plan.close("A-1")
    given = factories.sheet()
    assert lines(desk.reports.plan("CRE")) == [
        {
            "ligne": "A-1 (centre Créteil)",
            "action": "tenir un vivier",
            "etat": "close",
            "situation": "close",
            "pilote": "M. Petit",
            "lieu": "Créteil",
            "dossiers": "R-2026-000001, R-2026-000002",
            "type": given.type.label(),
            "efficacite": "efficace",
            "plan": "centre Créteil",
            "numero": "A-1",
            "inscrite_le": "30/06/2026",
            "origine": given.origin.label(),
            "constat": "une absence",
            "famille_cause": "organisation",
            "cause": str(given.cause),
            "priorite": "normale",
            "debut_le": "10/06/2026",
            "realisee_le": "10/06/2026",
            "preuve": "la liste",
            "critere": str(given.criterion),
            "a_evaluer_le": "20/06/2026",
            "evaluee_le": "10/06/2026",
            "evaluee_par": "Mme Roux",
            "motif_evaluation": "aucune absence",
            "generalisee_a": "Stains",
            "close_le": "30/06/2026",
        }
    ]


def test_the_line_of_an_action_shows_what_was_decided_of_it_in_both_languages() -> None:
    desk = new_desk()
    full = sheet(
        origin_reference="AUD-3",
        process="C6",
        finding="=1+1",
        requirement="cahier des charges, art. 4",
        cause_family="equipment",
        resources="a;b\n-c",
        check_on=None,
    )
    desk.pgaac("CRE").add(full)
    [line], [english] = lines(desk.reports.plan("CRE")), lines(desk.reports.plan("CRE"), "en")
    assert (line["origine_reference"], line["processus"], line["exigence"]) == (
        "AUD-3",
        "C6",
        "cahier des charges, art. 4",
    )
    assert (line["famille_cause"], english["famille_cause"]) == (
        "équipements et matière d'œuvre",
        "equipment and working material",
    )
    assert (line["etat"], english["etat"], line["constat"], line["moyens"]) == ("à faire", "to do", "=1+1", "a;b\n-c")
    content = report_bytes(desk.reports.plan("CRE"), "csv").decode()
    assert ";'=1+1;" in content
    assert ';"a;b\n\'-c";' in content


def test_lines_are_in_the_order_of_their_numbers() -> None:
    desk = new_desk()
    for reference in ("A-10", "A-2"):
        desk.pgaac("CRE").add(sheet(reference))
    assert [line["numero"] for line in lines(desk.reports.plan("CRE"))] == ["A-2", "A-10"]


def test_a_text_amended_and_put_back_has_not_changed(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.publish()
    plan.amend("A-1", owner="Mme Blanc")
    plan.amend("A-1", owner="M. Petit")
    assert plan.publish().lines[0].action.owner != plan.published_plans[0].lines[0].action.owner
    assert tables(desk.reports.plan("CRE", 2))["Évolution"][1:] == []


def test_actions_past_their_day_are_marked_and_counted_as_late() -> None:
    desk = new_desk(at(30))
    plan = desk.pgaac("CRE")
    plan.add(sheet("A-1", planned=date(2026, 6, 29), check_on=None))
    plan.add(sheet("A-2", planned=date(2026, 6, 30), check_on=None))
    plan.add(sheet("A-3", planned=date(2026, 6, 29), check_on=None))
    plan.finish("A-3", evidence="facture")
    published = plan.publish()
    for number in (None, published.number):
        report = desk.reports.plan("CRE", number)
        assert report.heading("fr")[-1] == ("Actions", "3, dont 1 en retard")
        assert [line["situation"] for line in lines(report)] == ["à faire, en retard", "à faire", "réalisée"]
        assert [line["situation"] for line in lines(report, "en")] == ["to do, late", "to do", "done"]
        page = plain(report_bytes(report, "html").decode())
        assert page.count("à faire, en retard") == 2, "the table and the title of the card"
    for shown in (plan.to_html(), published._repr_html_()):
        assert shown.count("à faire, en retard") == 1


def test_abandonment_follow_up_and_reopening_are_on_the_line(desk: Desk) -> None:
    plan, nation = desk.pgaac("CRE"), desk.pgaac(PlanScope.nation())
    plan.add(sheet("A-2", planned=date(2026, 6, 25), check_on=date(2026, 6, 26)))
    plan.add(sheet("A-3", site=None, level=Level.REGIONAL))
    nation.add(sheet("N-1"))
    plan.abandon("A-2", reason="sans objet")
    plan.progress("A-1")
    plan.finish("A-1", evidence="la liste")
    follow_up = LineReference(PlanScope.nation(), "N-1")
    plan.judge("A-1", Effectiveness.NOT_EFFECTIVE, why="une absence", follow_up=follow_up)
    plan.follow_up("A-1", "A-3")
    first, second, third = lines(desk.reports.plan("CRE"))
    assert (first["efficacite"], first["suite"]) == ("non efficace", "N-1 (national), A-3")
    assert [second[name] for name in ("abandonnee_le", "motif_abandon")] == ["30/06/2026", "sans objet"]
    assert (second["echeance"], third["lieu"]) == ("25/06/2026", "régional")
    plan.reopen("A-1", reason="de nouveau")
    plan.abandon("A-1", reason="à tort")
    plan.reopen("A-1", reason="encore")
    shown = "30/06/2026 de nouveau ; 30/06/2026 encore"
    assert lines(desk.reports.plan("CRE"))[0]["reouvertures"] == shown
    assert lines(desk.reports.plan("CRE"), "en")[0]["reouvertures"] == "30 June 2026 de nouveau; 30 June 2026 encore"


def test_a_recurrence_is_the_reason_of_a_reopening(desk: Desk) -> None:
    factories.judged(desk.pgaac("CRE"), day=10)
    desk.analyse(factories.qualified(desk, received_at=at(20)).reference, causes=("organisation",))
    [line] = lines(desk.reports.plan("CRE"))
    assert line["reouvertures"].startswith("30/06/2026 récurrence : le dossier R-2026-000003")


def test_erased_texts_stay_erased(desk: Desk) -> None:
    desk.pgaac("CRE").publish()
    desk.pgaac("CRE").forget("A-1")
    for number in (None, 1):
        [line] = lines(desk.reports.plan("CRE", number))
        assert (line["action"], line["pilote"], line["cause"]) == ("(effacé)",) * 3


def test_a_published_plan_has_what_changed_since_the_one_before(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.publish(occurred_at=at(30))
    plan.add(sheet("A-2"))
    plan.amend("A-1", reason="précision", owner="Mme Roux")
    plan.publish(recipients=["Tous les PCS", "Direction"])
    first, second = desk.reports.plan("CRE", 1), desk.reports.plan("CRE", 2)
    header = ["Action", "Évolution", "Rubrique", "Avant", "Après"]
    changes = "Évolution"
    assert tables(first)[changes] == [header, ["A-1 (centre Créteil)", "inscrite", "", "", ""]]
    assert tables(second)[changes] == [
        header,
        ["A-2 (centre Créteil)", "inscrite", "", "", ""],
        ["A-1 (centre Créteil)", "modifiée", "Pilote", "M. Petit", "Mme Roux"],
    ]
    assert tables(second)["Éditions"][1:] == [
        ["1", "30/06/2026 11:00", "Tous les PCS", "1"],
        ["2", "30/06/2026 11:00", "Tous les PCS, Direction", "2"],
    ]
    assert tables(first)["Éditions"][1:] == [["1", "30/06/2026 11:00", "Tous les PCS", "1"]]
    assert second.heading("fr")[3:] == (
        ("Plan", "centre Créteil"),
        ("Édition", "2"),
        ("Publiée le", "30/06/2026 11:00"),
        ("Diffusion", "Tous les PCS, Direction"),
        ("Édition précédente", "30/06/2026 11:00"),
        ("Actions", "2, dont 0 en retard"),
    )
    assert (second.title.fr, second.title.en) == (
        "PGAAC – centre Créteil – édition n° 2",
        "PGAAC – site Créteil – edition 2",
    )


def test_the_living_plan_has_what_changed_since_the_last_publication(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.publish()
    plan.progress("A-1")
    report = desk.reports.plan("CRE")
    changed = tables(report)["Évolution"][1:]
    assert [row[1:] for row in changed] == [
        ["démarrée", "État", "à faire", "en cours"],
        ["démarrée", "Démarrée le", "", "30/06/2026"],
    ]
    assert report.title.fr == "PGAAC – centre Créteil – plan en cours"


def test_the_plan_of_a_region_and_of_the_nation_gather_those_below(desk: Desk) -> None:
    desk.pgaac("STD").add(sheet("A-1", site="STD"))
    desk.pgaac("STR").add(sheet("A-1", site="STR"))
    region, nation = PlanScope.region("Île-de-France"), PlanScope.nation()
    assert [line["ligne"] for line in lines(desk.reports.plan(region))] == [
        "A-1 (centre Créteil)",
        "A-1 (centre Stains)",
    ]
    assert len(lines(desk.reports.plan(nation))) == 3
    desk.pgaac(region).publish()
    desk.pgaac("STD").abandon("A-1", reason="sans objet")
    assert [line["etat"] for line in lines(desk.reports.plan(region, 1))] == ["à faire", "à faire"]
    assert [line["etat"] for line in lines(desk.reports.plan(region))] == ["à faire", "abandonnée"]


def test_a_line_that_is_not_gathered_any_more_has_left_the_plan(desk: Desk) -> None:
    region = PlanScope.region("Île-de-France")
    desk.pgaac(region).publish()
    moved = Sites((attrs.evolve(SITES["CRE"], region="Grand Est"), SITES["STD"]))
    Desk(store_of(desk), sites=moved, clock=FakeClock(at(30))).pgaac(region).publish()
    changed = tables(desk.reports.plan(region, 2))["Évolution"][1:]
    assert [[cell for cell in row if cell] for row in changed] == [["A-1 (centre Créteil)", "sortie du plan"]]


def test_families_have_the_names_of_the_desk() -> None:
    desk = new_desk(taxonomy=Taxonomy([Family("agence", Wording("agence", "agency"))]))
    desk.pgaac("CRE").add(sheet(cause_family="agence"))
    assert lines(desk.reports.plan("CRE"))[0]["famille_cause"] == "agence"


def test_a_plan_without_events_is_empty_and_an_unknown_one_is_refused() -> None:
    desk = new_desk()
    assert lines(desk.reports.plan("STD")) == []
    with pytest.raises(UnknownPublishedPlanError):
        desk.reports.plan("STD", 1)
    with pytest.raises(LookupError):
        desk.reports.plan("XXX")
    not_a_scope: Any = 3
    with pytest.raises(TypeError, match="scope"):
        desk.reports.plan(not_a_scope)


def test_a_file_that_was_sent_is_recorded_and_shown_on_the_plan(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.pgaac("CRE").publish()
    (tmp_path / "plan.csv").write_bytes(content := report_bytes(desk.reports.plan("CRE", 1), "csv"))
    with monkeypatch.context() as patch:
        patch.delattr("reclamation_core.desk.reports.plan_report")  # none is built: the file has one
        sent = desk.reports.send_plan("CRE", 1, tmp_path / "plan.csv", recipients=["Tous les PCS", "Direction"])
        living = desk.reports.send_plan("CRE", None, b"plan", recipients=["Direction"])
        desk.reports.send_plan("STD", None, b"plan", recipients=["Direction"])
    assert (sent.kind, sent.subject, sent.sha256) == (
        ExportKind.PLAN,
        "site:CRE 1",
        hashlib.sha256(content).hexdigest(),
    )
    row = ["1", "30/06/2026 11:00", "Tous les PCS, Direction", sent.sha256]
    assert tables(desk.reports.plan("CRE", 1))["Envois"][1:] == [row]
    assert tables(desk.reports.plan("CRE"))["Envois"][1:] == [
        row,
        ["2", "30/06/2026 11:00", "Direction", living.sha256],
    ]


def test_a_sending_without_recipients_or_of_an_unknown_plan_is_refused(desk: Desk) -> None:
    with pytest.raises(FaultsError, match=r"^recipients: \[\]; at least one recipient is expected$"):
        desk.reports.send_plan("CRE", None, b"", recipients=[])
    for number in (0, 1, True):
        with pytest.raises(UnknownPublishedPlanError):
            desk.reports.send_plan("CRE", number, b"", recipients=["Direction"])
    assert desk.reports.exports() == ()


def test_a_report_reads_the_latest_diffusions_when_it_is_written(desk: Desk) -> None:
    report = desk.reports.plan("CRE")
    for _ in range(MOST_DIFFUSIONS + 1):
        desk.reports.send_plan("CRE", None, b"plan", recipients=["Direction"])
    numbers = [int(row[0]) for row in tables(report)["Envois"][1:]]
    assert numbers == list(range(2, MOST_DIFFUSIONS + 2))
    assert plain(report.notes[1].fr) == (
        "Les derniers envois figurent ici, 500 au plus ; le journal des exports les contient tous."
    )


def test_the_cells_of_every_table_are_equal_in_every_format(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.publish()
    factories.judged(plan)
    plan.add(sheet("A-2", what="=1+1 <b>\u202egras</b> #set text(9pt)"))
    desk.reports.send_plan("CRE", 1, b"x", recipients=["Direction"])
    report = desk.reports.plan("CRE")
    names = ["actions", "evolution", "editions", "envois", "totaux"]
    assert [table.name for table in report.data_tables] == [*names, "signaux"]
    assert [table.name for table in desk.reports.plan("CRE", 1).data_tables] == names
    assert unequal_cells(report) == []


def test_recipients_are_listed_once_and_are_a_thousand_at_most() -> None:
    desk = new_desk()
    desk.pgaac("CRE").add(sheet())
    assert desk.pgaac("CRE").publish(recipients=["Direction"] * 10_000).recipients == ("Direction",)
    assert desk.reports.send_plan("CRE", 1, b"x", recipients=["Direction"] * 10_000).recipients == ("Direction",)
    many = [f"Direction {number}" for number in range(1_001)]
    for refused in (
        lambda: desk.pgaac("CRE").publish(recipients=many),
        lambda: desk.reports.send_plan("CRE", 1, b"x", recipients=many),
    ):
        with pytest.raises(FaultsError, match=r"recipients: \.\.\.; at most 1000 items are expected; there are 1001"):
            refused()
    assert len(desk.reports.exports()) == 1


def test_the_plan_of_a_site_that_no_list_has_and_no_case_names_is_refused() -> None:
    desk = Desk.in_memory()
    desk.register(factories.facts(), site="CRE")
    assert list(desk.reports.plan("CRE").tables[0].records) == []
    desk.pgaac("STD").add(sheet(site="STD"))
    assert len(list(desk.reports.plan("STD").tables[0].records)) == 1
    with pytest.raises(PlanNotFoundError, match="CREE"):
        desk.reports.plan("CREE")
    with pytest.raises(PlanNotFoundError, match="CREE"):
        desk.reports.send_plan("CREE", None, b"x", recipients=["Direction"])


def test_no_two_columns_of_a_plan_or_of_the_register_have_one_title() -> None:
    for columns in (PLAN_COLUMNS, REGISTER_COLUMNS):
        titles = [column.title for column in columns]
        assert len({title.fr for title in titles}) == len({title.en for title in titles}) == len(titles)
