from datetime import date

import attrs

from reclamation_core.desk import Desk, Signals
from reclamation_core.missing import UNKNOWN
from tests.fragments import Fragment
from tests.unit.desk.factories import at, facts, new_desk, registered, sheet

UNTIL = date(2026, 6, 30)


def test_an_agenda_has_a_row_for_each_due_answer(desk: Desk) -> None:
    asked = desk.register(facts(at(1), requirement=None), site="STR", occurred_at=at(1))
    registered(desk)
    read = Fragment(desk.agenda(UNTIL)._repr_html_())

    assert read.elements[0][1]["lang"] == "fr"
    assert read.text.startswith("Échéancier, jusqu'au mardi 30 juin 2026Réponses attendues")
    assert read.cells[:7] == [
        "Dossier", "À répondre le", "Traité par", "Niveau", "État", "Recevabilité", "Question à poser",
    ]  # fmt: skip
    assert read.cells[7:13] == ["R-2026-000002", "15/06/2026", "CRE", "local", "enregistré", "réclamation"]
    assert read.cells[13] == ""
    assert read.cells[14:20] == [asked.reference, "15/06/2026", "STR", "local", "enregistré", "à clarifier"]
    assert read.cells[20].endswith("?")
    assert "Aucune efficacité n'est à évaluer." in read.text


def test_an_agenda_has_a_row_for_each_check_and_redacts_texts(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet(), occurred_at=at(2))
    agenda = desk.agenda(UNTIL)
    silent, told = Fragment(agenda._repr_html_()), Fragment(agenda.to_html(texts=True))
    assert "Aucune réponse n'est attendue." in silent.text
    assert silent.cells[5:] == ["A-1", "20/06/2026", "centre CRE", "à faire", "[texte]"]
    assert "[texte] : texte masqué" in silent.text
    assert told.cells[9] == "tenir un vivier de remplaçants"
    assert "[texte]" not in told.text
    forgotten = attrs.evolve(agenda, checks=(attrs.evolve(agenda.checks[0], what=None),))
    assert Fragment(forgotten._repr_html_()).cells[9] == Fragment(forgotten.to_html(texts=True)).cells[9] == "(effacé)"


def test_signals_have_a_row_for_each_signal(desk: Desk) -> None:
    for day in (1, 3):
        desk.register(facts(at(day), nature="general_opinion"), site="STR", occurred_at=at(day))
    signals = desk.signals(since=date(2026, 1, 1), min_count=2)
    told = ["STR", "opinion générale ou jugement", "2", "01/06/2026", "03/06/2026", "R-2026-000001, R-2026-000002"]
    assert Fragment(signals._repr_html_()).cells[6:] == told
    unknown = attrs.evolve(signals, found=(attrs.evolve(signals.found[0], nature=UNKNOWN),))
    assert Fragment(unknown._repr_html_()).cells[7] == "inconnue"
    assert "Aucun signal" in Fragment(Signals(found=())._repr_html_()).text


def test_a_plan_is_shown_in_its_present_state() -> None:
    plan = new_desk().pgaac("CRE")
    assert "Aucune action." in plan._repr_html_()
    plan.add(sheet(), occurred_at=at(2))
    assert plan._repr_html_() == plan.current._repr_html_()
    assert "tenir un vivier de remplaçants" in plan.to_html(texts=True)
