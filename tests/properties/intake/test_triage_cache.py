"""The cache of a triage changes no result: the rows are those that are decided one by one."""

from datetime import date, time
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import ColumnMapping, RejectedRow, Triage, TriageResult, read
from reclamation_core.policy import Parameters, Policy, m2_1
from reclamation_core.vocabulary import Site, Sites

COLUMNS = {
    "site": ["", "CRE", "STR", "RUN", "LIL", " CRE "],
    "received_at": [
        "2026-05-02",
        "2026-05-02T23:30",
        "2026-05-02T23:30Z",
        "2024-12-20",
        "hier",
        "2199-01-01",
        "'x",
        "2026-05-04T16:59",
        "2026-05-04T17:01",
        "2026-05-04T17:01:30+02:00",
        "2026-03-29T02:30",
        "2026-10-25T02:30",
        "2026-10-25T23:59:59",
    ],
    "channel": ["", "courriel", "email", "portal", "fax", "inconnu"],
    "formal": ["", "oui", "non", "1", "peut-être"],
    "complainant": ["", "trainee", "other"],
    "nature": ["", "grievance", "general_opinion"],
    "requirement": ["", "legal", "none"],
    "sold_service": ["", "oui", "non"],
    "satisfaction": ["", "5", "6", "5.0", "11", "inconnu"],
    "client_scope": ["", "local", "national"],
    "mobilisation": ["", "local", "national"],
    "severity_safety": ["", "0", "4", "7"],
    "theme": ["", "training", "Formation", "our_own_code", "no code"],
}
SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France", closures=[date(2026, 5, 4)]),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="RUN", name="Saint-Denis", region="La Réunion", territory="reunion"),
    )
)
POLICIES = [
    m2_1(),
    Policy(edition="fermée", parameters=Parameters(closures=(date(2026, 5, 5),))),
    Policy(edition="17 h", parameters=Parameters(deadline=attrs.evolve(m2_1().deadline, cut_off=time(17)))),
]


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file whose rows have a few cells of their own, of which many agree; shrinks to one row of first values."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, max_size=5))
    names = [*dict.fromkeys([*names, "received_at"])]
    rows = draw(st.lists(st.tuples(*(st.sampled_from(COLUMNS[name]) for name in names)), min_size=1, max_size=12))
    references = [draw(st.sampled_from([f"R{number}", "R0", ""])) for number in range(len(rows))]
    lines = [["reference", *names], *([reference, *row] for reference, row in zip(references, rows, strict=True))]
    return "".join(";".join(line) + "\n" for line in lines)


def comparable(item: TriageResult | RejectedRow) -> object:
    return item if isinstance(item, RejectedRow) else (item.line, item.columns)


@given(
    files(),
    st.sampled_from(POLICIES),
    st.sampled_from([None, SITES]),
    st.sampled_from([None, "Indian/Reunion"]),
    st.integers(1, 5),
)
def test_the_cache_changes_no_result(
    content: str, policy: Policy, sites: Sites | None, zone: str | None, cache_size: int
) -> None:
    triage = Triage(policy, BusinessCalendar.france())
    with TemporaryDirectory() as folder:
        path = Path(folder, "complaints.csv")
        path.write_text(content, encoding="utf-8")
        with read(path, ColumnMapping(time_zone=zone), sites=sites) as reader:
            uncached = [comparable(item) for item in triage.run(reader, cache_size=0)]
        with read(path, ColumnMapping(time_zone=zone), sites=sites) as reader:
            cached = [comparable(item) for item in triage.run(reader, cache_size=cache_size)]
    assert cached == uncached
    assert len(uncached) == content.count("\n") - 1
