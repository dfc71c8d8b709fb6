import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import markup
from reclamation_core.wording import verbatim
from tests.fragments import Fragment, shown, styles

ANY = st.text(st.characters() | st.sampled_from("<>&\"'/=-!:;«»% \0\r\n\ud800\uffff"), max_size=30)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    assert len(colour) == 7
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it: 1 to 21."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_that_of_the_definition() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known grey that just fails


@pytest.mark.parametrize("tone", markup.Tone)
def test_what_is_written_on_a_ground_can_be_read(tone: markup.Tone) -> None:
    assert contrast(tone.background, tone.foreground) >= 4.5


@pytest.mark.parametrize("tone", markup.Tone)
def test_a_ground_and_what_is_written_on_it_are_given_together(tone: markup.Tone) -> None:
    assert markup.style(tone) == f"background:{tone.background};color:{tone.foreground}"
    assert markup.style(tone, "margin:0") == f"background:{tone.background};color:{tone.foreground};margin:0"


def page(words: str) -> Fragment:
    """A page with a text in fifteen places, and in a title."""
    return Fragment(
        markup.card(
            markup.section(
                words,
                markup.paragraph(words),
                markup.block(markup.Tone.BAD, words),
                markup.listing([words]),
                markup.listing([words], ordered=True),
            ),
            markup.badge(words, markup.Tone.GOOD),
            markup.table(words, [words, words], [[words, words]]),
            markup.pairs(words, [(words, words)]),
            markup.element("abbr", words, title=words),
        )
    )


@given(ANY)
def test_a_text_is_text_wherever_it_is_put(words: str) -> None:
    read = page(words)
    assert read.skeleton == page("x").skeleton
    assert read.having("abbr")[0]["title"] == shown(words)
    assert read.text == shown(words) * 15


@given(st.lists(ANY))
def test_what_is_html_already_is_not_escaped_again(words: list[str]) -> None:
    once = markup.joined(words)
    assert isinstance(once, markup.Html)
    assert markup.text(once) is once
    assert markup.joined([once]) == once == "".join(map(markup.text, words))


def test_a_card_has_the_typography_of_its_language_except_for_typed_texts() -> None:
    words = [markup.paragraph("l'échéance : le 2 mai ?"), markup.paragraph("motif : ", verbatim("l'eau : froide"))]
    french, english = markup.card(*words), markup.card(*words, lang="en")
    assert "l’échéance\xa0: le 2\xa0mai\u202f?" in french
    assert "motif\xa0: l&#x27;eau : froide<" in french
    assert "l&#x27;échéance : le 2 mai ?" in english
    assert "motif : l&#x27;eau : froide<" in english


def test_numbers_stand_to_the_right_below_their_title() -> None:
    read = Fragment(markup.table("Titre", ["A", "B", "C"], [["1", "2", "3"]], numbers={1}))
    aligned = [styles(given)["text-align"] for tag, given in read.elements if tag in {"td", "th"}]
    assert aligned == ["left", "right", "left", "left", "right", "left"]


def test_what_no_document_may_hold_is_replaced_and_seen() -> None:
    assert markup.text("a\0b\ud800c\x7f\uffff\t\n") == "a\ufffdb\ufffdc\ufffd\ufffd\t\n"


def test_a_table_names_its_rows_and_its_columns_and_says_what_it_is_about() -> None:
    read = Fragment(markup.table("Titre", ["A", "B"], [["1", "2"], ["3", "4"]]))
    assert [given["scope"] for given in read.having("th")] == ["col", "col", "row", "row"]
    assert [tag for tag, _ in read.elements].index("caption") == 1
    assert read.cells == ["A", "B", "1", "2", "3", "4"]
    assert read.text.startswith("Titre")


def test_every_cell_has_a_ground_so_that_no_notebook_s_own_shows_through() -> None:
    read = Fragment(markup.table("Titre", ["A", "B"], [["1", "2"]]))
    cells = [styles(given) for tag in ("th", "td", "caption") for given in read.having(tag)]
    assert len(cells) == 5
    assert all({"background", "color"} <= set(cell) for cell in cells)


@pytest.mark.parametrize(("lang", "said"), [("fr", "Lignes non montrées : 3."), ("en", "Rows not shown: 3.")])
def test_of_a_long_table_the_rows_that_are_not_shown_are_counted(lang: str, said: str) -> None:
    rows = ([str(number)] for number in range(markup.MOST_ROWS + 3))
    read = Fragment(markup.table("Titre", ["N°"], rows, lang=lang))  # type: ignore[arg-type]
    assert len(read.cells) == 1 + markup.MOST_ROWS
    assert read.text.endswith(said)
    assert "montrées" not in markup.table("Titre", ["N°"], [["1"]] * markup.MOST_ROWS)
