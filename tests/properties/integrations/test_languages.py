"""The language of an answer is the one that Django reads from the same header."""

from django.utils.translation.trans_real import parse_accept_lang_header
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.integrations.http_requests import preferred_language

TAGS = st.sampled_from(["fr", "en", "fr-FR", "en-GB", "EN", "de", "frr", "eng", "zh-Hant"])
WEIGHTS = st.sampled_from(["", ";q=1", "; q=0.8", ";q=0.75", " ;q=0.5", ";q=0.001"])


@given(ranges=st.lists(st.tuples(TAGS, WEIGHTS), max_size=5), comma=st.sampled_from([",", ", "]))
def test_the_preferred_language_is_that_of_the_header(ranges: list[tuple[str, str]], comma: str) -> None:
    header = comma.join(map("".join, ranges))
    tags = (tag.partition("-")[0] for tag, _ in parse_accept_lang_header(header.replace(" ", "").lower()))
    expected = next((tag for tag in tags if tag in {"fr", "en"}), "fr")
    assert preferred_language(header) == expected


def test_weights_and_the_wildcard_decide() -> None:
    for header, expected in [
        ("fr;q=0.2, en;q=0.9", "en"),
        ("en;q=0", "fr"),
        ("fr;q=0, *", "en"),
        ("*", "fr"),
        ("en;q=0.5, *;q=0.9", "fr"),
        ("en;q=high, fr;q=0.1", "fr"),
        ("x-french, en;q=0.1", "en"),
        ("en;q=0.8, fr, en", "fr"),
    ]:
        assert preferred_language(header) == expected, header
