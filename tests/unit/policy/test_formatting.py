"""The parameters of an edition in words; `tests/approved/documents.txt` has those of all values."""

from reclamation_core.policy.formatting import PARAMETERS


def test_a_value_that_is_equal_to_one_with_a_phrase_has_none() -> None:
    assert PARAMETERS["acknowledgement_days"].describe(False) == "accusé de réception sous non jour"
    assert PARAMETERS["deadline_first_day_counted"].describe(1, "en") == "day of receipt counted 1"
