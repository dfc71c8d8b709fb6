"""The right of access and the search: a search finds each case that a request for access finds."""

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.words import text_words
from reclamation_core.desk import Desk
from reclamation_core.testing.builders import FakeClock, a_complaint
from tests.unit.desk.factories import SITES, at

PIECES = st.sampled_from(
    ["Durand", "DÉSIRÉ", "o’Brien", "Mme", "l\u02bcœuvre", "ﬁn", "123e", "a" * 60, "_", "-", "İ", "ß"]
)
NAMES = st.lists(PIECES | st.text(max_size=4), min_size=1, max_size=5).map(" ".join)


@given(texts=st.lists(NAMES, min_size=1, max_size=4), person=NAMES)
def test_a_search_finds_each_case_that_a_request_for_access_finds(texts: list[str], person: str) -> None:
    desk = Desk.in_memory(sites=SITES, clock=FakeClock(at(18)))
    for number, text in enumerate(texts):
        named, said = (text, "la salle") if number % 2 else ("M. Petit", text)
        if text.strip() and text.isprintable():
            desk.register(a_complaint(received_at=at(2)), site="CRE", complainant=named, verbatim=said)
    if not person.isprintable() or not text_words(person):
        return
    accessed = {item.holder for item in desk.personal_data_of(person)}
    assert accessed <= {hit.case.reference for hit in desk.cases.search(person).hits}
