"""What a user can type as an option or an argument of the command is accepted, or refused in French with status 2."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from tests.properties.test_messages import PYTHON
from tests.typography import plain
from tests.unit.desk import factories

_QUOTED: Final = re.compile(r"(?:^|[\s(\[])'|\\x|\\u|\\n")
_TEXTS: Final = st.sampled_from(
    ["", " ", "\n", "a\nb", "\udcff", "x" * 300, "-", "--", "-1", "0", "1e9", "unknown", "é", "../absent/x", ".", "*"]
)
_DAYS: Final = st.sampled_from(["2026-13-01", "0000-00-00", "9999-12-31", "0001-01-01", "31/02/2026", "02:30", "2026"])
_ROWS: Final = "reference,received_at,site\nR-1,2026-05-02,CRE\n"
_COMMANDS: Final = {
    "triage": (["in.csv", "--output", "out.csv"], ["--as-of", "--site", "--territory", "--delimiter", "--format",
               "--output", "--mapping", "--policy", "--sites", "--db", "--source"]),
    "deadline": (["2026-05-02"], ["--territory", "--policy"]),
    "board": (["--db", "sqlite:///cases.db"], ["--site", "--region", "--as-of", "--until", "--limit", "--format",
              "--output", "--db", "--sites"]),
    "person": (["Roux", "--db", "sqlite:///cases.db"], ["--output", "--db"]),
    "db check": (["sqlite:///cases.db"], []),
    "db verify": (["sqlite:///cases.db"], ["--checkpoint", "--key-file"]),
    "db checkpoint": (["sqlite:///cases.db"], ["--output", "--key-file"]),
    "policy show": ([], []),
    "policy export": ([], ["--format", "--output"]),
    "policy diff": (["M2-1", "M2-1"], ["--format", "--output"]),
    "schema": (["case"], ["--output"]),
}  # fmt: skip
"""Of each command, arguments that are accepted, and options with a value that a user types."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a file of complaints and a database, as the current one."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in.csv").write_text(_ROWS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with Desk.open("sqlite:///cases.db", clock=factories.FakeClock(factories.at(2))) as desk:
            desk.register(factories.facts(), site="CRE")
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("command", _COMMANDS)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hostile_value_is_accepted_or_refused_in_french(
    folder: Path, capfd: pytest.CaptureFixture[str], command: str, data: st.DataObject
) -> None:
    typed, options = _COMMANDS[command]
    arguments = list(typed)
    if options and data.draw(st.sampled_from([True, False])):
        arguments += [data.draw(st.sampled_from(options)), data.draw(_TEXTS | _DAYS)]
    else:
        place = data.draw(st.integers(0, len(arguments)))
        arguments[place : place + 1] = [data.draw(_TEXTS | _DAYS)]

    status = run([*command.split(), *arguments])

    out, err = map(plain, capfd.readouterr())
    assert status in {0, 1, 2}, (arguments, out, err)
    assert (status == 2) == err.startswith(("reclamation : ", "Usage :")), (arguments, out, err)
    for line in err.splitlines() if status == 2 else ():
        assert PYTHON.search(line) is None, (arguments, err)
        assert _QUOTED.search(line) is None, (arguments, err)
    assert (folder / "in.csv").read_text(encoding="utf-8") == _ROWS
