"""The mappings of `examples` read lines written as the public files are; the lines are invented."""

from pathlib import Path

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import ColumnMapping, ComplaintRecord, FileReader, Triage, read, triage_file
from reclamation_core.policy import m2_1

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "examples" / "mappings"
CFPB_LINES = """\
Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,State,\
ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,\
Timely response?,Consumer disputed?,Complaint ID
2020/3/5,Imagined loan,,Managing an account,,"Nobody wrote this,
not even in two lines.",,INVENTED BANK,NY,,,,Web,2020/3/6,Closed,Yes,N/A,1
2020/11/12,Imagined loan,,Something else,,,,INVENTED BANK,,,,N/A,Referral,2020/11/13,Closed,No,N/A,2
"""
SIGNALCONSO_LINES = """\
\ufeffid;category;subcategories;creationdate;contactagreement;status;forwardtoreponseconso;tags;signalement_transmis;\
signalement_lu;signalement_reponse;dep_name;dep_code;reg_code;reg_name
a;AchatMagasin;Imaginé,Rien;2023-08-24;0;NA;0;Litige contractuel;0;0;0;Ain;1;84;Auvergne-Rhône-Alpes
b;DemarchageAbusif;Imaginé;2023-08-25;1;NA;0;Démarchage téléphonique;1;0;0;;;;
c;AchatMagasin;Imaginé;2023-08-26;1;NA;1;ReponseConso;1;0;0;;;;
d;IntoxicationAlimentaire;Imaginé;2023-08-27;1;NA;0;hygiène;1;0;0;;;;
"""


@pytest.fixture
def mappings() -> dict[str, ColumnMapping]:
    return {path.stem: ColumnMapping.from_toml(path) for path in MAPPINGS.glob("*.toml")}


def records(folder: Path, content: str, mapping: ColumnMapping) -> tuple[list[ComplaintRecord], FileReader]:
    path = folder / "foreign.csv"
    path.write_text(content, encoding="utf-8")
    with read(path, mapping) as reader:
        items = list(reader)
    assert all(isinstance(item, ComplaintRecord) for item in items)
    return [item for item in items if isinstance(item, ComplaintRecord)], reader


def test_the_mapping_of_the_cfpb(tmp_path: Path, mappings: dict[str, ColumnMapping]) -> None:
    (first, second), reader = records(tmp_path, CFPB_LINES, mappings["cfpb"])
    assert reader.unread_columns == ()
    assert (first.reference, first.site, first.text) == ("1", "NY", "Nobody wrote this,\nnot even in two lines.")
    assert first.facts.received_at.isoformat() == "2020-03-05T00:00:00-05:00"
    assert (first.facts.channel, first.facts.requirement, first.facts.mobilisation) == (
        "portal",
        "contractual",
        "local",
    )
    assert (second.facts.channel, second.facts.requirement.name) == ("mediation_letter", "UNKNOWN")
    assert second.facts.mobilisation == "regional"


def test_the_mapping_of_signalconso(tmp_path: Path, mappings: dict[str, ColumnMapping]) -> None:
    (first, second, third, fourth), reader = records(tmp_path, SIGNALCONSO_LINES, mappings["signalconso"])
    assert (reader.unread_columns, reader.delimiter, reader.encoding) == ((), ";", "utf-8")
    assert (first.facts.requirement, first.facts.sold_service, first.site) == (
        "contractual",
        True,
        "Auvergne-Rhône-Alpes",
    )
    assert second.facts.sold_service is False
    assert third.facts.nature == "initial_information_request"
    assert (fourth.facts.severity_safety, fourth.facts.mobilisation) == (2, "national")


def test_both_are_decided(tmp_path: Path, mappings: dict[str, ColumnMapping]) -> None:
    triage = Triage(m2_1(), BusinessCalendar.france())
    for name, content, complaints in (("cfpb", CFPB_LINES, 1), ("signalconso", SIGNALCONSO_LINES, 2)):
        path = tmp_path / f"{name}.csv"
        path.write_text(content, encoding="utf-8")
        done = triage_file(path, triage, tmp_path / "out.csv", mapping=mappings[name])
        assert done.summary.rejected == 0
        assert done.summary.by_eligibility()["complaint"] == complaints  # type: ignore[index]
