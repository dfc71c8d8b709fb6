"""The form of an answer: its letter as it will be sent, text blocks that a button inserts, nothing recorded."""

import re

import pytest

from reclamation_core.cases import AnswerDecision, CaseState
from reclamation_core.integrations.board import Board
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.reporting.text_blocks import LONGEST_BLOCK, MOST_BLOCKS
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser, Page
from tests.unit.reporting.test_letters import SETTINGS

BLOCKS = (
    TextBlock(name="recue", title="Réception", text="Nous avons lu <votre> message du {received}."),
    TextBlock(name="facture", title="Facture", text="Les montants sont exacts.", decisions=(AnswerDecision.UNFOUNDED,)),
    TextBlock(name="mesure", title="Mesure", text="Une mesure est prise le {contained}."),
    TextBlock(name="other", title="Other", text="Thank you.", lang="en"),
)
FORM = "/dossiers/R-2026-000001/actes/answer"


@pytest.fixture
def browser() -> Browser:
    desk = factories.new_desk().acting("Mme Roux", "rqr")
    factories.qualified(desk)
    return Browser(Board(letters=SETTINGS, text_blocks=BLOCKS), desk)


def pressed(browser: Browser, button: str, value: str, **entered: str) -> str:
    """Fill in the form, press a button of it that has a name, and return the page."""
    page = browser.get(FORM) if browser.address != FORM else Page(browser.text)
    page.fields[button] = [value]
    assert re.search(f'<button type="submit" form="champs"[^>]* name="{button}" value="{value}"', browser.text)
    browser.submit(page, **entered)
    return browser.text


def shown_letter(text: str) -> str:
    [found] = re.findall(r'<div class="sheet" lang="fr">(.*?)</div>', text, re.DOTALL)
    return plain(re.sub(r"<[^>]+>", " ", found))


def test_the_letter_is_shown_as_it_will_be_sent_and_nothing_is_recorded(browser: Browser) -> None:
    before = browser.desk.cases.get("R-2026-000001")
    first = browser.get(FORM)
    assert "Choisissez la décision, écrivez la réponse, puis affichez le courrier" in browser.text
    assert browser.text.count("Repris mot pour mot") == 3

    entered = {
        "decision": "founded",
        "text": "Un formateur le remplace.\n\nDès lundi.",
        "remedies": "<b>Deux jours</b>",
    }
    text = pressed(browser, "apercu", "oui", **entered)
    assert (browser.response.status, browser.desk.cases.get("R-2026-000001")) == (200, before)
    assert '<h2 id="courrier" tabindex="-1" autofocus>Le courrier</h2>' in text
    assert text.count("autofocus") == 1
    assert "&lt;b&gt;Deux jours&lt;/b&gt;" in text
    letter = shown_letter(text)
    page = Page(browser.text)
    assert {name: page.fields[name] for name in entered} == {name: [value] for name, value in entered.items()}
    assert page.fields["version"] == first.fields["version"]

    browser.submit(page)
    recorded = browser.desk.reports.letter("R-2026-000001", "answer", SETTINGS)
    for words in (*recorded.sender, *recorded.recipient, *recorded.signature, recorded.subject_line):
        assert plain(words) in letter
    for block in recorded.blocks:
        for line in block.text.splitlines():
            assert plain(line).replace("<", "&lt;").replace(">", "&gt;") in re.sub(r"\s+", " ", letter)


def test_a_preview_of_a_form_that_is_out_of_date_keeps_the_version_of_its_page(browser: Browser) -> None:
    browser.get(FORM)
    browser.desk.acting("M. Petit", "aq").acknowledge("R-2026-000001")
    pressed(browser, "apercu", "oui", decision="founded", text="Un formateur le remplace.")
    assert "M. Petit (AQ) a enregistré « accusé de réception »" in browser.submit(Page(browser.text)).text
    assert browser.desk.cases.get("R-2026-000001").state is CaseState.QUALIFIED


def test_what_the_letter_lacks_is_beside_the_form_and_a_wrong_field_is_marked(browser: Browser) -> None:
    bare = Browser(Board(letters=LetterSettings(), text_blocks=BLOCKS), browser.desk)
    text = pressed(bare, "apercu", "oui", decision="founded", text="Un formateur le remplace.")
    assert "Le courrier ne peut pas être écrit pour l'instant" in text
    assert "Le nom de l'organisme" in text
    text = pressed(browser, "apercu", "oui", decision="founded", text="")
    assert '<a href="#champ-text">Réponse</a> : ce champ est obligatoire' in text
    assert browser.response.status == 422
    assert '<div class="sheet"' not in text


def test_a_text_block_is_inserted_after_what_is_written(browser: Browser) -> None:
    text = pressed(browser, "bloc", "recue", text="Madame,", remedies="Deux jours")
    page = Page(browser.text)
    assert page.fields["text"] == ["Madame,\n\nNous avons lu <votre> message du lundi 1er juin 2026."]
    assert page.fields["remedies"] == ["Deux jours"]
    assert re.search(r'<textarea id="champ-text"[^>]* autofocus>', text)
    assert text.count("autofocus") == 1
    assert (page.fields["decision"], browser.response.status) == ([], 200)
    assert browser.desk.cases.get("R-2026-000001").state is CaseState.QUALIFIED
    page.fields["bloc"] = ["mesure"]  # one that the case does not prove, and one that there is not, change nothing
    for name in ("mesure", "x"):
        page.fields["bloc"] = [name]
        assert browser.submit(page).fields["text"] == page.fields["text"]


def test_text_blocks_are_those_of_the_decision_and_others_have_their_reason(browser: Browser) -> None:
    browser.get(FORM)
    assert re.findall('name="bloc" value="([a-z]+)"', browser.text) == ["facture", "recue"]
    assert "Mesure : le dossier ne prouve pas ceci : le jour de la dernière mesure conservatoire." in browser.text
    assert "Thank you" not in browser.text
    text = pressed(browser, "bloc", "recue", decision="founded")
    assert re.findall('name="bloc" value="([a-z]+)"', text) == ["recue"]
    assert "Textes types" not in plain(Browser(Board(), browser.desk).get(FORM).text)


def test_a_page_with_many_long_text_blocks_is_short(browser: Browser) -> None:
    many = [
        TextBlock(name=f"n-{number}", title=f"{number} " + "é" * 190, text="é" * LONGEST_BLOCK)
        for number in range(MOST_BLOCKS)
    ]
    board = Browser(Board(text_blocks=many), browser.desk)
    board.get(FORM)
    assert len(board.response.body) <= 100_000
    assert board.text.count(' name="bloc"') == 20
    assert "180 textes types de plus" in board.text


def test_the_first_button_of_the_form_is_the_one_that_records(browser: Browser) -> None:
    browser.get(FORM)
    buttons = re.findall(r'<button type="submit"([^>]*)>', browser.text.partition("<main")[2])
    assert "name=" not in buttons[0], "a browser presses it on Enter"
    assert len(buttons) > 2
