"""Messages come back as they were written, threads are those of a dictionary, and a mailbox is registered once."""

import mailbox
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.intake import MailIntake, MailKind, MailMessage, MailOutcome, MailStatus, MailWarning, read_mail
from reclamation_core.intake.mail_messages import message_key
from tests.hostile_mail import small
from tests.unit.desk.factories import new_desk

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters='"\\<>()@,;:[]=?'),
    min_size=1,
    max_size=12,
)
LINES = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=6).map("\n".join)
SUBJECTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
NAMES = st.lists(WORDS.filter(lambda word: len(word) < 5), min_size=1, max_size=2).map(" ".join)  # one encoded word
FILES = st.from_regex(r"[a-zé][a-z0-9 _-]{0,20}[a-z]\.pdf", fullmatch=True)
INSTANTS = st.builds(
    lambda seconds, minutes: datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes))),
    st.integers(0, 4_000_000_000),
    st.integers(-14 * 60, 14 * 60),
)


@given(
    st.lists(
        st.tuples(
            NAMES, NAMES, LINES, INSTANTS, st.lists(st.tuples(FILES, st.binary(min_size=1, max_size=99)), max_size=2)
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_messages_come_back_as_they_were_written(given: list[tuple], is_html: bool) -> None:  # type: ignore[type-arg]
    written = []
    for number, (name, subject, text, instant, files) in enumerate(given):
        message = EmailMessage()
        message["From"], message["Subject"], message["Date"] = f'"{name}" <a{number}@ex.org>', subject, instant
        message["Message-ID"] = f"<{number}@ex.org>"
        message.set_content(text)
        if is_html:
            message.add_alternative("<p>autre</p>", subtype="html")
        for file, content in files:
            message.add_attachment(content, maintype="application", subtype="pdf", filename=file)
        written.append(message)
    with TemporaryDirectory() as folder:
        places = [Path(folder, kind) for kind in ("eml", "mbox", "maildir")]
        places[0].mkdir()
        box, maildir = mailbox.mbox(places[1]), mailbox.Maildir(places[2])
        for number, message in enumerate(written):
            (places[0] / f"{number}.eml").write_bytes(message.as_bytes(policy=SMTP))
            box.add(message)
            maildir.add(message)
        box.close()
        found = [sorted(read_mail(place), key=lambda one: getattr(one, "key", "")) for place in places]

    for messages in found:
        for one, number in zip(
            messages, sorted(range(len(given)), key=lambda n: message_key(f"{n}@ex.org")), strict=True
        ):
            name, subject, text, instant, files = given[number]
            assert isinstance(one, MailMessage)
            assert (one.key, one.sender, one.address) == (message_key(f"{number}@ex.org"), name, f"a{number}@ex.org")
            assert (one.subject, one.received_at, one.kind) == (subject, instant, MailKind.MESSAGE)
            assert one.text == (text.strip() or ("autre" if is_html else ""))
            assert [(file.name, file.content) for file in one.attachments] == files
            assert {*one.warnings} <= {MailWarning.SENDERS_DATE, MailWarning.NO_TEXT}


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), min_size=1, max_size=10))
def test_proposals_are_the_cases_of_the_thread(given: list[tuple[int, bool, bool]]) -> None:
    """Each message is new or answers one of the ten before, with the whole thread or without; a person files some."""
    desk = new_desk()
    intake = MailIntake(desk, "CRE")
    threads: list[list[int]] = []  # the messages that each one answers, the nearest first
    case_of: dict[int, str] = {}
    with TemporaryDirectory() as folder:
        for number, (back, is_whole, is_filed) in enumerate(given):
            parent = number - back if 0 < back <= number else None
            threads.append([] if parent is None else [parent, *(threads[parent] if is_whole else ())])
            path = Path(folder, f"{number}.eml")
            references = "".join(
                f"References: {' '.join(f'<{one}@x>' for one in reversed(threads[number]))}\n"
                for _ in range(parent is not None)
            )
            path.write_text(f"Message-ID: <{number}@x>\nDate: Tue, 02 Jun 2026 09:00:00 +0000\n{references}\n{number}")
            [outcome] = intake.run([path], register=True)
            assert isinstance(outcome, MailOutcome)
            expected = list(dict.fromkeys(case_of[one] for one in threads[number] if one in case_of))
            if not threads[number]:
                assert outcome.status is MailStatus.REGISTERED
                case_of[number] = str(outcome.case)
                continue
            assert outcome.status is MailStatus.REPLY
            assert [one.reference for one in outcome.proposals] == expected
            if expected and is_filed:
                intake.file(outcome.message, expected[-1])
                case_of[number] = expected[-1]
        before = desk.cases.find().cases
        for number, again in enumerate(MailIntake(desk, "CRE").run([folder], register=True)):
            assert isinstance(again, MailOutcome)
            assert again.case == case_of.get(number)
    assert desk.cases.find().cases == before


@given(st.integers(0, 10**9))
def test_a_hostile_mailbox_read_twice_is_the_same_register(seed: int) -> None:
    desk = new_desk()
    with TemporaryDirectory() as folder:
        for number in range(4):
            Path(folder, f"{number}.eml").write_bytes(small(seed + number))
        first = list(MailIntake(desk, "CRE").run([folder], register=True))
        before = desk.cases.find().cases
        second = list(MailIntake(desk, "CRE").run([folder], register=True))

    assert desk.cases.find().cases == before
    cases = {one.message.key: one.case for one in first if isinstance(one, MailOutcome) and one.case is not None}
    assert {*cases.values()} == {case.reference for case in before}
    for one, again in zip(first, second, strict=True):
        if isinstance(one, MailOutcome):
            assert isinstance(again, MailOutcome)
            assert again.case == cases.get(one.message.key)
        else:
            assert one == again
