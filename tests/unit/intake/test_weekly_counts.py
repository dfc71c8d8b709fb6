"""Tables of weekly counts: what is read is what was written, and each fault has its line."""

import json
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.errors import FaultsError
from reclamation_core.intake import read_counts, weekly_counts

MONDAY = date(2025, 12, 29)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(["CRE", "STD, qualité", "ensemble"]), st.integers(0, 60)),
    st.integers(0, 10**6),
    min_size=1,
)


def table(folder: Path, text: str) -> Path:
    path = folder / "nombres.csv"
    path.write_text(text, encoding="utf-8")
    return path


@given(
    TABLES,
    st.sampled_from(["iso", "short", "semaine", "reversed", "digits", "day", "french", "number"]),
    st.integers(0, 6),
    st.booleans(),
)
def test_what_is_read_is_what_was_written(
    cells: dict[tuple[str, int], int], style: str, weekday: int, is_json: bool
) -> None:
    def name(week: int) -> str:
        day = MONDAY + timedelta(weeks=week, days=weekday)
        iso = day.isocalendar()
        return {
            "iso": f"{iso.year}-W{iso.week:02}",
            "short": f"{iso.year}w{iso.week}",
            "semaine": f"{iso.year}-S{iso.week:02}",
            "reversed": f"W{iso.week}/{iso.year}",
            "digits": f"{iso.year}{iso.week:02}",
            "day": day.isoformat(),
            "french": f"{day:%d/%m/%Y}",
            "number": str(week),
        }[style]

    rows = [f'"{stream}";{name(week)};{count}' for (stream, week), count in cells.items()]
    with TemporaryDirectory() as folder:
        lines = ["Flux;Semaine;Nombre", *rows]
        if is_json:
            named = ((stream, name(week), count) for (stream, week), count in cells.items())
            lines = [json.dumps(dict(zip(("flux", "Semaine", "count"), one, strict=True))) for one in named]
        found = read_counts(table(Path(folder), "\n".join(lines) + "\n"))

    weeks = [week for _, week in cells]
    first, length = min(weeks), max(weeks) - min(weeks) + 1
    assert [one.stream for one in found.streams] == sorted({stream for stream, _ in cells})
    assert found.filled == length * len(found.streams) - len(cells)
    for one in found.streams:
        assert one.first == (first if style == "number" else MONDAY + timedelta(weeks=first))
        assert one.counts == tuple(cells.get((one.stream, first + number), 0) for number in range(length))


def test_a_table_of_one_stream_needs_no_name_of_it_and_other_columns_are_ignored(tmp_path: Path) -> None:
    found = read_counts(table(tmp_path, "week,count,épidémie\n2026-W05,2,0\n2026-W06,3.0,1\n"))
    assert [(one.stream, one.counts) for one in found.streams] == [("ensemble", (2, 3))]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("flux;nombre\n", [("columns.week", "colonne manquante : semaine (week)")]),
        ("semaine;date;nombre\n", [("columns.week", "une seule colonne de ce nom attendue")]),
        (
            "flux;semaine;nombre\n;hier;1,5\nCRE;0001-01-01;-1\n",
            [
                ("2 flux", "un nom attendu, sur une ligne"),
                ("2 semaine", "une semaine attendue"),
                ("2 nombre", "un nombre entier attendu"),
                ("3 nombre", "un nombre entier attendu"),
            ],
        ),
        ("flux;semaine;nombre\nCRE;2025-W53;1\n", [("2 semaine", "l'année 2025 a 52 semaines")]),
        (
            "flux;semaine;nombre\nCRE;2026-01-05;1\nCRE;2026-01-07;1\nCRE;12;1\n",
            [
                ("3 semaine", "cette semaine du même flux est déjà à la ligne 2"),
                ("4 semaine", "la ligne 2 a l'autre forme"),
            ],
        ),
        ("semaine;nombre\n3;1\n1;1\n1000000;1\n", [("$", "de 1 (ligne 3) à 1000000 (ligne 4)")]),
        ("semaine;nombre\n", [("$", "au moins une ligne")]),
        (
            '{"week": 1, "count": true}\n{"week": 2}\n[]\n{"week": 3, "semaine": 4, "count": 1}\n{"week"\n',
            [
                ("1 count", "un texte ou un nombre attendu"),
                ("2 count", "un nombre entier attendu"),
                ("3 row", "un objet JSON attendu"),
                ("4 week", "une seule colonne de ce nom attendue"),
                ("5 $", ""),
            ],
        ),
        ("semaine;nombre\n1;2;3\n", [("2 row", "")]),
    ],
)
def test_each_fault_has_its_line_and_its_remedy(tmp_path: Path, text: str, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(FaultsError) as caught:
        read_counts(table(tmp_path, text))
    found = caught.value.faults
    assert [f"{fault.line or ''} {fault.path}".strip() for fault in found] == [path for path, _ in faults]
    for fault, (_, message) in zip(found, faults, strict=True):
        assert message in fault.expected.fr


def test_a_year_may_have_a_column_of_its_own(tmp_path: Path) -> None:
    found = read_counts(table(tmp_path, "name,year,week,cases\nCRE,2021,1,2\nCRE,2020,53,1\nCRE,2020,2020-W52,4\n"))
    assert [(one.stream, one.week(0), one.counts) for one in found.streams] == [("CRE", "2020-W52", (4, 1, 2))]
    with pytest.raises(FaultsError, match=r"line 2, semaine.*2021-W53.*the year 2021 has 52 weeks"):
        read_counts(table(tmp_path, "année;semaine;nombre\n2021;53;1\n"))


def test_a_table_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly_counts, "MOST_CELLS", 2)
    with pytest.raises(FaultsError, match="weeks at most for all streams"):
        read_counts(table(tmp_path, "semaine;nombre\n1;1\n2;1\n3;1\n"))
