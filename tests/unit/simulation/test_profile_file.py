import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reclamation_core import Channel, FaultsError, Level
from reclamation_core.simulation import CaseloadProfile, Kind, MalfunctionProfile, SurveyProfile


def from_text(folder: Path, text: str) -> CaseloadProfile:
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return CaseloadProfile.from_toml(path)


def test_what_a_file_does_not_say_is_as_usual(tmp_path: Path) -> None:
    assert from_text(tmp_path, "") == CaseloadProfile()


def test_a_file_has_rates_sites_seasons_mixes_and_days_to_the_answer(tmp_path: Path) -> None:
    profile = from_text(
        tmp_path,
        """
        days = 365
        rising = 0
        per_site = 0.4

        [sites]
        METZ = 1.5

        [months]
        8 = 0.3
        9 = 1.6

        [kinds]
        grievance = 3
        survey = 1

        [channels]
        courriel = 2
        phone = 1

        [notes]
        "4.5" = 1
        6 = 2

        [answers.local]
        3 = 1
        7 = 3

        [unknown]
        requirement = 0.5
        """,
    )

    assert (profile.days, profile.rising, profile.per_site) == (365, 0, 0.4)
    assert (dict(profile.sites), dict(profile.months)) == ({"METZ": 1.5}, {8: 0.3, 9: 1.6})
    assert dict(profile.kinds) == {Kind.GRIEVANCE: 3, Kind.SURVEY: 1}
    assert dict(profile.channels) == {Channel.EMAIL: 2, Channel.PHONE: 1}
    assert dict(profile.notes) == {Decimal("4.5"): 1, Decimal(6): 2}
    assert dict(profile.answers[Level.LOCAL]) == {3: 1, 7: 3}
    assert profile.answers[Level.NATIONAL] == CaseloadProfile().answers[Level.NATIONAL]
    assert dict(profile.unknown) == {"requirement": 0.5}


def test_all_faults_of_a_file_are_reported_with_their_paths(tmp_path: Path) -> None:
    wrong = """
        days = 0
        rising = 2
        per_site = -1
        treshold = 7
        kinds = 3

        [months]
        13 = 1
        mai = 1
        4 = "beaucoup"

        [sites]
        " " = 1

        [themes]
        refund = 0

        [channels]
        email = 1
        courriel = 2
        pigeon = 1

        [notes]
        "11" = 1
        dix = 1

        [severities]
        5 = 1

        [recurrences]
        "-1" = 1
        1_0 = 1

        [unknown]
        received_at = 0.1
        formal = 1.5

        [answers.local]
        3.5 = 1

        [answers.lunaire]
        3 = 1

        [answers.national]
        3 = 0
        """
    with pytest.raises(FaultsError, match="treshold: 7; unknown key; remove it or correct its name") as caught:
        from_text(tmp_path, wrong)

    assert "|".join(fault.path for fault in caught.value.faults) == (
        "days|rising|per_site|treshold|kinds|months.13|months.mai|months.4|sites. |themes|channels.courriel|"
        "channels.pigeon|notes.11|notes.dix|severities.5|recurrences.-1|recurrences.1_0|"
        "unknown.received_at|unknown.formal|answers.local.3|answers.lunaire|answers.national"
    )
    told = caught.value.in_("fr")
    assert "rising : 2 ; un taux de 0 à 1 est attendu" in told
    assert "months.13 : « 13 » ; un mois de 1 à 12" in told
    assert "channels.pigeon : « pigeon » ; une de ces clés est attendue : mediation_letter" in told
    assert "themes : {« refund »: 0} ; au moins un poids positif est attendu" in told


def test_a_file_that_is_no_toml_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match=r"\$: .*a TOML file in UTF-8 is expected"):
        from_text(tmp_path, "days = ")
    with pytest.raises(FileNotFoundError):
        CaseloadProfile.from_toml(tmp_path / "none.toml")
    with pytest.raises(FaultsError, match=r"\$: 3; a table of numbers is expected"):
        CaseloadProfile.from_document(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "profile",
    [
        CaseloadProfile(),
        CaseloadProfile(days=3, sites={'Île d\'Yeu "sud"': 2, "A.B": 0.1}, months={2: 1e-7}, unknown={}),
        SurveyProfile(companies=1),
        MalfunctionProfile(per_site=3),
    ],
)
def test_a_profile_is_written_as_a_file_that_reads_back_equal(profile: Any, tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(profile.to_toml(), encoding="utf-8")
    assert type(profile).from_toml(path) == profile


def test_the_other_profiles_read_their_own_keys() -> None:
    assert SurveyProfile.from_document({"companies": 0.5}).companies == 0.5
    with pytest.raises(FaultsError, match=r"channels: .*unknown key"):
        MalfunctionProfile.from_document({"channels": {"email": 1}})


def test_a_profile_is_pickled_with_its_weights() -> None:
    kinds = CaseloadProfile().kinds
    assert pickle.loads(pickle.dumps(kinds)) == kinds
    assert repr(kinds).startswith("{<Kind.GRIEVANCE")
