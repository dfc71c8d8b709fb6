"""Errors of the user are reported in French, one line each."""

from datetime import date
from pathlib import Path

import pytest

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.cli.errors import CommandError, in_french, read_file
from reclamation_core.errors import Fault, FaultsError, MissingExtraError, install_command
from reclamation_core.wording import Wording, typeset

EXPECTED = Wording("un canal", "a channel")
BEYOND = "hors des années que couvre le calendrier, 1990 à 2000 ; corrigez la date, ou étendez le calendrier"


def test_errors_in_french() -> None:
    for error, message in [
        (FaultsError([Fault("channel", "fax", EXPECTED)]), "channel : « fax » ; un canal"),
        (FaultsError([Fault("$", "fax", EXPECTED)]), "un canal"),
        (FaultsError([Fault("a", 1, EXPECTED), Fault("b", 2, EXPECTED)]), "a : 1 ; un canal\nb : 2 ; un canal"),
        (CommandError("non"), "non"),
        (OSError("perdu"), "fichier : perdu"),
        (OutsideHorizonError(date(2300, 1, 1), date(1990, 1, 1), date(2000, 12, 31)), "2300-01-01 : " + BEYOND),
        (
            MissingExtraError("polars", "frames"),
            f"polars n'est pas installé ; installez l'extra « frames » : {install_command('frames')}",
        ),
    ]:
        assert typeset(in_french(error), "en") == message, error


def test_the_faults_of_a_file_bear_its_name() -> None:
    def read(_: Path) -> None:
        raise FaultsError([Fault("a", 1, EXPECTED), Fault("b", 2, EXPECTED)])

    with pytest.raises(CommandError, match=r"m\.toml.? : a : 1 ; un canal") as caught:
        read_file(Path("m.toml"), read)
    assert typeset(caught.value.message, "en") == "m.toml : a : 1 ; un canal\nm.toml : b : 2 ; un canal"
