"""Random lives with one name in their texts, so that a text that leaks is found."""

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import Case
from reclamation_core.testing.strategies import command_sequences, event_data

MARK = "Zéphyrine Quatrebarbes"
"""A name that no code holds: where it shows, a text shows."""
WORDS = st.sampled_from([MARK, f"d'après {MARK}, rien ne marchait"])
ACTS = event_data(words=WORDS)
"""What may be done to a case, once; most of it is refused to most cases."""


def lives() -> st.SearchStrategy[Case]:
    """Cases at any point of any life; shrinks towards a complaint just registered."""
    told = command_sequences(words=WORDS, most=12)
    return told.map(lambda stream: attrs.evolve(stream, complainant=MARK, verbatim=MARK).case())
