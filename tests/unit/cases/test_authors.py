"""Whether a duplicate has the author of the case that it duplicates."""

import attrs
import pytest

from reclamation_core.cases import Vault
from reclamation_core.cases.authors import author_key, has_same_author
from tests.unit.cases.core.life import opened


@pytest.mark.parametrize("civility", ["M.", "Mr", "MONSIEUR", "Mme", "Madame", "Mlle", "Mademoiselle", "Mrs.", "Ms"])
def test_a_civility_is_no_part_of_a_name(civility: str) -> None:
    assert author_key(f"{civility} Élise Durand") == ("durand", "elise")


def test_authors_are_compared_by_name_and_an_erased_name_tells_nothing() -> None:
    named, same = opened(complainant="Mme Awa Durand"), opened(complainant="DURAND Awa\n3 allée des Tilleuls")
    other, unnamed = opened(complainant="M. Petit"), opened(complainant=None)
    erased = attrs.evolve(named, vault=Vault())
    for case, original, expected in (  # an original without a name has another author
        (named, same, True), (named, other, False), (named, unnamed, False), (named, erased, None),
        (unnamed, named, None), (unnamed, unnamed, None), (unnamed, erased, None),
        (erased, named, None), (erased, unnamed, False), (erased, erased, None),
    ):  # fmt: skip
        names = [None if one.complainant is None else one.read(one.complainant) for one in (case, original)]
        assert has_same_author(case, original) is expected, names
