"""The command of the page add-a-command, built in a copy of the source, works everywhere; no part of it is optional."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow  # each build imports the package in a new process
ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "how-to" / "add-a-command.md"
SOURCE: Final = ROOT / "src" / "reclamation_core"
BUT_CACHES: Final = shutil.ignore_patterns("__pycache__")
CHECKS: Final = """
import json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from reclamation_core.cases import CommandRefusedError, CommandType, describe
from reclamation_core.cases.events import CASE_EVENTS, MeetingHeld
from reclamation_core.cases.references import PlanScope
from reclamation_core.desk import Desk
from reclamation_core.desk.forms import FieldKind, FormContext, case_form
from reclamation_core.reporting import LetterSettings
from reclamation_core.schemas import document_schema
from reclamation_core.testing import _examples
from reclamation_core.testing.builders import FakeClock, a_complaint, a_malfunction
from reclamation_core.testing.strategies.command import event_data
from reclamation_core.vocabulary import Role

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
desk = Desk.in_memory(clock=FakeClock(NOW), clock_limit=None).acting("Mme Roux", Role.RQR)
received_at = datetime(2026, 5, 4, 9, tzinfo=UTC)
case = desk.register(a_complaint(received_at=received_at), site="CRE", complainant="M. Petit")
met = datetime(2026, 5, 5, 14, tzinfo=UTC)

# the API: the document of the command, described by its schema
document = {"type": "record_meeting", "held_at": met.isoformat(), "minutes": "le planning"}
assert {"held_at", "minutes"} <= set(document_schema("command.record_meeting")["properties"])
assert document_schema("event.meeting_held")["title"]
case = desk.execute(case.reference, document)
event = case.events[-1]
assert (event.data.held_at, case.read(event.data.minutes)) == (met, "le planning")

# both languages: the sentence, the label, a refusal of its date
assert "rendez-vous du 5 mai 2026" in describe(case, event) or "05/05/2026" in describe(case, event)
assert describe(case, event, "en").startswith("meeting on ")
assert (event.label("fr"), event.label("en")) == ("rendez-vous avec le client", "meeting with the client")
for wrong, guard in ((NOW + timedelta(days=1), "in-future"), (received_at - timedelta(days=1), "before-receipt")):
    try:
        desk.record_meeting(case.reference, held_at=wrong, minutes="le planning")
    except CommandRefusedError as refused:
        assert [row.id for row in refused.guards] == [guard]
        assert f"{wrong:%d/%m/%Y}" in refused.in_("fr") and f"{wrong.day} {wrong:%B %Y}" in refused.in_("en")
        assert "noter un rendez-vous" in refused.in_("fr")
    else:
        raise AssertionError(guard)

internal = desk.register(a_malfunction(received_at=received_at), site="CRE")
try:
    desk.record_meeting(internal.reference, held_at=met, minutes="le planning")
except CommandRefusedError as refused:
    assert [row.id for row in refused.guards] == ["no-complainant"]
else:
    raise AssertionError("requires")

# the form: a date and a text, with their labels
context = FormContext(None, None, case.zone, case=case)
form = {field.name: field for field in case_form(CommandType.RECORD_MEETING, context)}
assert list(form) == ["held_at", "minutes", "occurred_at"]
assert (form["held_at"].kind, form["minutes"].kind) == (FieldKind.INSTANT, FieldKind.TEXT)
assert (form["held_at"].label.fr, form["minutes"].label.en) == ("date du rendez-vous", "minutes")
assert CommandType.RECORD_MEETING in [one.command for one in desk.available_commands(case.reference) if not one.guards]

# the strategies: instants are aware; the declared example is possible
@settings(max_examples=10, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event_data(of=MeetingHeld))
def drawn(data):
    assert data.held_at.tzinfo is not None and data.minutes

drawn()
assert _examples.after_example(_examples.example_case("meeting_held"), "meeting_held").events[-1].type == "meeting_held"

# letters are as they were; the audit file has its line
desk.reports.letter(case.reference, "acknowledgement", LetterSettings(**json.loads(sys.argv[2])))
desk.reports.audit(Path(sys.argv[1]), case=case.reference)
tables = json.loads((Path(sys.argv[1]) / "preuves.json").read_bytes())["tables"]
assert any("rendez-vous" in json.dumps(row, ensure_ascii=False) for table in tables[1:] for row in table["rows"])
"""


def blocks() -> list[str]:
    """Return the member, the event class and the method that the page shows: those of a case, then those of a plan."""
    page = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, which Python compiles once."""
    folder = tmp_path_factory.mktemp("src")
    shutil.copytree(SOURCE, folder / "reclamation_core", ignore=BUT_CACHES)
    return folder


def write(copy: Path, edits: dict[str, Callable[[str], str]]) -> None:
    """Make a copy of the source that differs by these edits alone."""
    shutil.copytree(SOURCE, copy / "reclamation_core", ignore=BUT_CACHES, dirs_exist_ok=True)
    for name, edit in edits.items():
        before = (SOURCE / name).read_text(encoding="utf-8")
        assert edit(before) != before
        (copy / "reclamation_core" / name).write_text(edit(before), encoding="utf-8")


def build(copy: Path, change: Callable[[str], str] = lambda event: event) -> None:
    """Add the command on a case of the page to a copy of the source."""
    member, event, method = blocks()[:3]
    edits: dict[str, Callable[[str], str]] = {
        "vocabulary/commands.py": lambda text: text.replace(
            "\n\n\nclass PlanCommandType", f"\n{member}\n\nclass PlanCommandType", 1
        ),
        "cases/events/handling.py": lambda text: (
            text.replace('    "NoActionNeeded",\n', '    "MeetingHeld",\n    "NoActionNeeded",\n', 1)
            + f"\n\n{change(event)}"
        ),
        "desk/desk.py": lambda text: text.replace(
            "    InformationRequested,\n", "    InformationRequested,\n    MeetingHeld,\n", 1
        ).replace("    def contain(\n", f"{method}\n    def contain(\n", 1),
    }
    write(copy, edits)


def changed_files(copy: Path) -> set[str]:
    """Return the files of the copy that differ from the source."""
    files = (path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
    return {
        str(file) for file in files if (copy / "reclamation_core" / file).read_bytes() != (SOURCE / file).read_bytes()
    }


def run(copy: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=copy)


SETTINGS: Final = json.dumps(
    dict.fromkeys(
        (
            *("organisation", "address", "contact", "signatory", "signatory_title", "mediator", "data_protection"),
            *("legal_basis", "recipients", "place"),
        ),
        "Créteil",
    )
)


def test_the_command_of_the_page_works_everywhere_with_three_files(copy: Path, tmp_path: Path) -> None:
    build(copy)
    done = run(copy, CHECKS, str(tmp_path / "audit"), SETTINGS)
    assert done.returncode == 0, done.stderr
    assert len(changed_files(copy)) == 3


PARTS: Final = {
    "label": r"    label=.*\n",
    "stage": r"    stage=.*\n",
    "group": r"    group=.*\n",
    "example": r"    example=Example\(\n.*\n    \),\n",
    "label of held_at": r"        metadata=labelled\(\"date du rendez-vous\".*\n",
    "label of minutes": r"metadata=labelled\(\"compte rendu\", \"minutes\"\)",
    "held_at takes an instant": r"        validator=instant,\n",
    "describe": r"    def describe\(.*\n(?:        .*\n)+",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_declaration_without_a_part_is_refused_at_import_by_name(part: str, copy: Path) -> None:
    build(copy, lambda event: re.sub(PARTS[part], "", event, count=1))
    done = run(copy, "import reclamation_core.cases.events")
    assert done.returncode != 0
    assert re.search(rf"TypeError: .*{part}", done.stderr), done.stderr


@pytest.mark.parametrize(
    ("part", "message"),
    [(r"    requires: .*\n", "AssertionError: requires"), (r"    command=.*\n", "record_meeting")],
    ids=["requires", "command"],
)
def test_a_declaration_that_is_possible_without_a_part_works_otherwise(
    part: str, message: str, copy: Path, tmp_path: Path
) -> None:
    build(copy, lambda event: re.sub(part, "", event, count=1))
    assert run(copy, "import reclamation_core.cases.events").returncode == 0
    assert re.search(message, run(copy, CHECKS, str(tmp_path / "audit"), SETTINGS).stderr) is not None


PLAN_CHECKS: Final = """
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import PlanCommandType, PlanRefusedError
from reclamation_core.schemas import document_schema
from reclamation_core.testing.builders import an_action
from reclamation_core.vocabulary import Role

plan = Desk.in_memory().acting("Mme Roux", Role.RQR).pgaac("CRE")
plan.add(an_action(reference="A-1"))
assert PlanCommandType.HINDER in [one for one, guards in plan.available_commands("A-1").items() if not guards]
assert [(field.name, field.label.fr) for field in plan.form("hinder", "A-1").fields][:1] == [("obstacle", "obstacle")]
assert {"reference", "obstacle"} <= set(document_schema("plan_command.hinder")["properties"])
plan.execute({"type": "hinder", "reference": "A-1", "obstacle": "aucun formateur"})
labels = {lang: plan.timeline("A-1", lang)[-1].label for lang in ("fr", "en")}
assert labels == {"fr": "obstacle à une action", "en": "obstacle to an action"}
assert plan.timeline("A-1")[-1].changes[0].after == "aucun formateur"
plan.abandon("A-1", reason="le projet est abandonné")
for obstacle, error in ((" ", FaultsError), ("un autre", PlanRefusedError)):
    try:
        plan.hinder("A-1", obstacle=obstacle)
    except error as refused:
        assert "obstacle" in str(refused)
    else:
        raise AssertionError(error)
"""


def test_the_command_of_a_plan_works_everywhere_with_three_files(copy: Path) -> None:
    member, event, method = blocks()[3:]

    def before(text: str, mark: str, added: str) -> str:
        return text.replace(mark, added + mark, 1)

    edits: dict[str, Callable[[str], str]] = {
        "vocabulary/commands.py": lambda text: before(text, '    FINISH = "finish"', member),
        "plans/events.py": lambda text: before(
            before(text, '    "ActionJudged",\n', '    "ActionHindered",\n'),
            '@plan_event(\n    "action_judged"',
            f"{event}\n\n",
        ),
        "desk/plan_service.py": lambda text: before(
            before(text, "    ActionJudged,\n", "    ActionHindered,\n"), "    def judge(\n", f"{method}\n"
        ),
    }
    write(copy, edits)
    done = run(copy, PLAN_CHECKS)
    assert done.returncode == 0, done.stderr
    assert len(changed_files(copy)) == 3
