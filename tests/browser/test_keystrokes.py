"""The commonest acts take at most half of the keys that they took before; a whole case is handled by keyboard alone."""

import pytest
from playwright.sync_api import Browser

from scripts.keystrokes import ACTS, PHONE, WHOLE_CASE, keys, served
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


def test_the_commonest_acts_take_half_of_the_keys_that_they_took(chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": DESKTOP, "height": 800}, locale="fr-FR")
    page = context.new_page()
    with served() as address:
        counted = {act.name: keys(page, address, act) for act in ACTS}
    context.close()
    assert {act.name: counted[act.name] for act in ACTS if 2 * counted[act.name] > act.before} == {}


def test_a_whole_case_is_handled_by_keyboard_on_a_phone_without_scripts(chromium: Browser) -> None:
    context, counted = chromium.new_context(**PHONE), {}
    page = context.new_page()
    with served(empty=True) as address:
        for act in WHOLE_CASE:
            counted[act.name] = keys(page, address, act)
            assert page.title().startswith("Enregistré"), act.name
            assert page.locator(".done:focus").count() == 1, act.name
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], act.name
        badges, history = page.locator(".badges").inner_text(), page.locator("ol.history > li").count()
    context.close()

    assert "clos" in badges
    assert history == 9  # what becomes of the action is on its plan
    assert {act.name: counted[act.name] for act in WHOLE_CASE if counted[act.name] > act.before} == {}
