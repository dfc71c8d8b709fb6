"""The commonest acts take at most half of the keys that they took before the forms followed the guards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from scripts.keystrokes import ACTS, keys, served
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


def test_the_commonest_acts_take_half_of_the_keys_that_they_took(chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": DESKTOP, "height": 800}, locale="fr-FR")
    page = context.new_page()
    with served() as address:
        counted = {act.name: keys(page, address, act) for act in ACTS}
    context.close()

    assert {act.name: counted[act.name] for act in ACTS if 2 * counted[act.name] > act.before} == {}
