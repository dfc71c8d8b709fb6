"""The messages of mailboxes: sender, subject, text, attachments, thread and instant of receipt, within limits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.errors import InvalidBase64CharactersDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect
from email.feedparser import BytesFeedParser
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, cast

import attrs

from reclamation_core.cases.support_documents import NewDocument, file_name
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import MissingExtraError
from reclamation_core.intake.mail_files import RawMessage, raw_messages
from reclamation_core.intake.mail_text import LONGEST_HTML, decoded, html_text, one_line, plain
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import LONGEST_TEXT, as_tuple, each_a_label, label, whole_number
from reclamation_core.wording import Lang, Wording

_LONGEST_HEADER: Final = 4_000
"""So many characters of a header are parsed, for it takes quadratic time; a longer one is cut."""
_LONGEST_HEADERS: Final[Mapping[str, int]] = {
    "content-type": 1_000,
    "content-disposition": 1_000,
    "content-transfer-encoding": 100,
    "in-reply-to": 16_000,
    "references": 16_000,
}
"""The same for headers that each part has, and for those that are not parsed by the standard library."""
_MOST_HEADERS: Final = 5_000
_MOST_LINES: Final = 1_000_000
"""The most lines of a message: an attachment of the largest message has fewer."""
_MOST_COMPARISONS: Final = 30_000_000
"""The most lines times multiparts: every line is compared with the boundary of each multipart that it is in."""
_LONGEST_WRITTEN: Final = 4_000_000
"""So many bytes of a text are decoded."""
_CHUNK: Final = 1 << 16
_LONG_RUN: Final = 1 << 16
_ENCODED: Final = re.compile(rb"[A-Za-z0-9+/=\r\n]{%d,}" % _LONG_RUN)
"""Lines of the base64 alphabet, as long as an attachment that is worth not to be parsed."""
_MOST_UNENCODED: Final = 30_000_000
"""The most bytes of a message without these lines: the parser takes up to eight times as many."""
_LONGEST_LINE: Final = 300
_SLOW: Final = timedelta(days=1)
_MOST_OF_THREAD: Final = 30
"""So many messages of a thread are looked for: the nearest, and the first one."""

_LONG_LINE: Final = 2_000_000
"""So many bytes without a line feed are no line of a message."""

_BOUNDARY: Final = re.compile(rb"boundary", re.IGNORECASE)
_ID: Final = re.compile(r"<([^<>\s]+)>")
_REFERENCE: Final = re.compile(r"\bR-[0-9]{4}-[0-9]{6,18}\b", re.ASCII)
_BY: Final = re.compile(r"(?:^|\s)by\s+([^\s;()]+)")
_FROM: Final = re.compile(r"from\s+([^\s;()]+)\s*(?:\(([^\s;()\[\]]+)\s*\[)?")
_ADDRESS: Final = re.compile(r"[^\s<>@\"(),;:]+@[^\s<>@\"(),;:]+")
_OF_RECIPIENTS: Final = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_OF_LISTS: Final = frozenset({"list-id", "list-unsubscribe", "list-post"})
_OF_ANSWERS: Final = frozenset({"x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from"})
_UNCHANGED: Final = EmailPolicy(max_line_length=None, refold_source="none")
_DAMAGED: Final = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect)

_TOO_COMPLEX: Final = Wording(
    "un message d'une structure plus simple est attendu : il a trop d'en-têtes, de parties ou de lignes",
    "a message of a simpler structure is expected: it has too many headers, parts or lines",
)
_TOO_LONG_UNENCODED: Final = Wording(
    "un message dont le texte et les pièces qui ne sont pas en base64 font 30 Mo au plus est attendu ; enregistrez "
    "celui-ci à la main",
    "a message is expected whose text and attachments that are not in base64 have at most 30 MB; register this one by "
    "hand",
)
_UNREADABLE: Final = Wording(
    "un message bien formé est attendu : sa structure est illisible ; enregistrez-le à la main",
    "a well-formed message is expected: its structure cannot be read; register it by hand",
)
_NOT_A_MESSAGE: Final = Wording(
    "un message avec des en-têtes est attendu (From, Subject, Date…)",
    "a message with headers is expected (From, Subject, Date...)",
)
_NO_INSTANT: Final = Wording(
    "une date de réception est attendue : ni l'en-tête Date ni un serveur de l'organisation n'en donnent ; indiquez "
    "vos serveurs, ou enregistrez le message à la main",
    "a date of receipt is expected: neither the header Date nor a server of the organisation has one; name your "
    "servers, or register the message by hand",
)


class MailKind(LabelledEnum):
    """What a message is by its headers (sorte de message). Source: RFC 3834, RFC 3464, RFC 2919."""

    MESSAGE = "message", "message", "message"
    AUTOMATIC = "automatic", "réponse ou envoi automatique", "automatic answer"
    BOUNCE = "bounce", "avis de non-remise", "bounce"
    LIST = "list", "lettre d'information ou liste", "newsletter or list"


class MailWarning(LabelledEnum):
    """What a person has to know of a message before using it (à vérifier)."""

    SENDERS_DATE = (
        "senders_date",
        "date de réception prise dans l'en-tête Date, que l'auteur écrit",
        "date of receipt taken from the header Date, which the sender writes",
    )
    SLOW_DELIVERY = (
        "slow_delivery",
        "plus d'un jour entre deux serveurs de l'organisation, pour la date de réception",
        "more than a day between two servers of the organisation, for the date of receipt",
    )
    NO_MESSAGE_ID = "no_message_id", "sans identifiant (Message-ID)", "without a Message-ID"
    SEVERAL_MESSAGE_IDS = (
        "several_message_ids",
        "plusieurs identifiants (Message-ID) : le premier est retenu",
        "several Message-IDs: the first one is used",
    )
    SEVERAL_SENDERS = "several_senders", "plusieurs auteurs", "several senders"
    CHARSET = "charset", "caractères mal déclarés : texte à relire", "wrong charset: read the text again"
    CUT = "cut", "texte incomplet : le message entier est joint", "incomplete text: the whole message is attached"
    NO_TEXT = "no_text", "sans texte", "without a text"
    DAMAGED = "damaged", "fichier joint abîmé", "damaged attachment"


def _servers(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.lower() for name in as_tuple(names))


def _by_address(sites: Mapping[str, str]) -> Mapping[str, str]:
    return {address.strip().lower(): site for address, site in sites.items()}


def _each_site(_: object, attribute: attrs.Attribute[Any], sites: Mapping[str, str]) -> None:
    for site in sites.values():
        label(None, attribute, site)


@attrs.frozen(kw_only=True)
class MailSettings(SharedRepr):
    """How messages are read.

    Args:
        servers: the mail servers of the organisation, as they name themselves in `Received` headers; `.example.org`
            stands for all servers of a domain. The instant of receipt is that of the first of them.
        sites: the site that receives the messages to an address, by address, for a mailbox of several sites.
        largest_message: the most bytes of a message; a larger one is rejected.
        most_parts: the most parts of a message.
        longest_text: the most characters of subject and text, as the edition has it; a longer text is cut, and the
            whole message is an attachment.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    servers: tuple[str, ...] = attrs.field(default=(), converter=_servers, validator=each_a_label)
    sites: Mapping[str, str] = attrs.field(factory=dict, converter=_by_address, validator=_each_site)
    largest_message: int = attrs.field(default=55_000_000, validator=whole_number(1))
    most_parts: int = attrs.field(default=200, validator=whole_number(1))
    longest_text: int = attrs.field(default=LONGEST_TEXT, validator=whole_number(1_000))

    def is_own(self, name: str | None) -> bool:
        """Return True if a server is one of the organisation."""
        host = (name or "").lower().rstrip(".")
        return any(host == one or (one.startswith(".") and host.endswith(one)) for one in self.servers)


@attrs.frozen(kw_only=True)
class MailAttachment(SharedRepr):
    """An attachment of a message (pièce jointe).

    Attributes:
        name: its file name.
        size: its number of bytes.
        content: its bytes; decoded each time, never unpacked.
    """

    name: str = attrs.field(repr=False)
    size: int
    _part: EmailMessage | bytes = attrs.field(repr=False, eq=False)

    @property
    def content(self) -> bytes:
        """Its bytes; decoded each time, never unpacked."""
        return self._part if isinstance(self._part, bytes) else _bytes_of(self._part)

    def document(self) -> NewDocument:
        """Return the document to upload."""
        return NewDocument(name=self.name, content=self.content)


@attrs.frozen(kw_only=True)
class MailMessage(SharedRepr):
    """A message that was read (courriel).

    Attributes:
        origin: its file; in an mbox, with its number from 1.
        key: its idempotency key, `mail:` and a hash of its Message-ID; of its sender, date, subject and body without
            one. Its form is that of the `source` of a case.
        thread: the keys of the messages that it answers or refers to, the nearest first.
        references: the references of cases in its subject.
        sender: the name of the sender; empty without one.
        address: the address of the sender; empty without one.
        subject: its subject, in one line.
        text: its text; HTML is reduced to text.
        site: the site of the first of its recipients that the settings have, those of its envelope first; None without.
        received_at: when the organisation received it; aware.
        kind: what it is by its headers.
        warnings: what a person has to check.
        attachments: its attachments.
    """

    origin: str
    key: str
    thread: tuple[str, ...]
    references: tuple[str, ...]
    sender: str = attrs.field(repr=False)
    address: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    site: str | None
    received_at: datetime
    kind: MailKind
    warnings: tuple[MailWarning, ...]
    attachments: tuple[MailAttachment, ...] = attrs.field(repr=False)

    @property
    def words(self) -> str:
        """Its subject and its text."""
        return "\n\n".join(filter(None, (self.subject, self.text)))

    @property
    def complainant(self) -> str | None:
        """The sender, and how to answer; None without either."""
        return " ".join(filter(None, (self.sender, f"<{self.address}>" if self.address else ""))) or None


@attrs.frozen(kw_only=True)
class RejectedMail(SharedRepr):
    """A message, or a file of a folder, that was not read.

    Attributes:
        origin: its file; in an mbox, with its number from 1.
        reason: why, and what to do.
    """

    origin: str
    reason: Wording

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return it as plain data."""
        return {"origin": self.origin, "status": "rejected", "reason": self.reason.in_(lang)}


def message_key(message_id: str) -> str:
    """Return the idempotency key of a message with a Message-ID: a hash, for a Message-ID may name a person.

    >>> message_key("<1@example.org>") == message_key(" 1@example.org ")
    True
    """
    found = _ID.search(message_id)
    return _key(found[1] if found else message_id.strip())


def read_mail(path: str | Path, settings: MailSettings | None = None) -> Iterator[MailMessage | RejectedMail]:
    """Yield the messages of a file or folder, in their order: each read, or rejected with the reason.

    One message at a time is in memory. Nothing is fetched, unpacked or executed, and the files are not changed.

    Args:
        path: an .eml file, an mbox, a Maildir, or a folder with .eml and .mbox files.
        settings: the servers of the organisation, and limits.

    Raises:
        FaultsError: the path is neither a file nor a folder.
        OSError: it cannot be read.
        MissingExtraError: a message in HTML needs inscriptis, the extra `mail`.
    """
    chosen = MailSettings() if settings is None else settings
    return (_message_or_reason(raw, chosen) for raw in raw_messages(Path(path), chosen.largest_message))


def _message_or_reason(raw: RawMessage, settings: MailSettings) -> MailMessage | RejectedMail:
    if raw.refusal is not None:
        return RejectedMail(origin=raw.origin, reason=raw.refusal)
    try:
        return _Reading(raw, settings).message()
    except MissingExtraError:
        raise
    except _RefusedError as error:
        return RejectedMail(origin=raw.origin, reason=error.reason)
    except Exception:  # noqa: BLE001  the parser of the standard library raises errors of any class on malformed headers
        return RejectedMail(origin=raw.origin, reason=_UNREADABLE)


class _RefusedError(Exception):
    """A message is not read."""

    def __init__(self, reason: Wording) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _Limits(EmailPolicy):
    """The default policy, within limits of the headers; one for each message, for it counts them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        object.__setattr__(self, "_count", [0])

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header of the message, cut if it is long."""
        count: list[int] = self._count  # type: ignore[attr-defined]  # a policy has no other attributes
        count[0] += 1
        if count[0] > _MOST_HEADERS:
            raise _RefusedError(_TOO_COMPLEX)
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _LONGEST_HEADERS.get(name.lower(), _LONGEST_HEADER)]


class _Reading:
    """A message that is being read.

    Args:
        raw: its bytes.
        settings: how it is read.
    """

    def __init__(self, raw: RawMessage, settings: MailSettings) -> None:
        self._raw, self._settings = raw, settings
        self._warnings: dict[MailWarning, None] = {}
        self._parts, self._encoded, self._prefix = 0, dict[str, memoryview](), token_hex(16)
        self._marks = re.compile(f"{self._prefix}[0-9]{{8}}")
        self._parsed = self._parse(raw.content)
        self._headers: dict[str, list[str]] = {}
        for name, value in self._parsed.raw_items():
            self._headers.setdefault(name.lower(), []).append(plain(str(value)))

    def message(self) -> MailMessage:
        """Return the message.

        Raises:
            _RefusedError: it is no message, or without a date of receipt.
        """
        if not self._headers:
            raise _RefusedError(_NOT_A_MESSAGE)
        received_at = self._received_at()
        sender, address = self._sender()
        key, subject = self._own_key(), self._header("subject")
        leaves = list(_leaves(self._parsed))
        text, shown = self._text(leaves, self._settings.longest_text - len(subject) - 2)
        return MailMessage(
            origin=self._raw.origin,
            key=key,
            thread=tuple(self._thread(key)),
            references=tuple(dict.fromkeys(_REFERENCE.findall(subject))),
            sender=sender,
            address=address,
            subject=subject,
            text=text,
            site=self._site(),
            received_at=received_at,
            kind=self._kind(address),
            attachments=tuple(self._attachments(leaves, shown)),
            warnings=tuple(self._warnings),
        )

    def _parse(self, raw: bytes) -> EmailMessage:
        content = b"".join(self._without_encoded(raw))
        if len(content) > _MOST_UNENCODED:
            raise _RefusedError(_TOO_LONG_UNENCODED)
        lines = max(content.count(b"\n"), content.count(b"\r"))
        boundaries = len(_BOUNDARY.findall(content))
        if lines > _MOST_LINES or lines * boundaries > _MOST_COMPARISONS or _has_long_line(content):
            raise _RefusedError(_TOO_COMPLEX)
        parser = BytesFeedParser(self._part, policy=_Limits())
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
        return cast(EmailMessage, parser.close())

    def _without_encoded(self, raw: bytes) -> Iterator[bytes]:
        """Yield a message with a mark in place of each long run of lines in base64, the content of an attachment.

        A run begins and ends within lines of the base64 alphabet, so that it holds no header and no boundary: the
        parser, which takes several times the memory of what it reads, finds the same parts without them.
        """
        start = 0
        for run in _ENCODED.finditer(raw):
            found = run[0]
            first, last = found.find(b"\n") + 1, found.rstrip(b"\r\n").rfind(b"\n") + 1
            first += len(found[first:last]) - len(found[first:last].lstrip(b"\r\n"))
            if last - first >= _LONG_RUN // 2:
                mark = f"{self._prefix}{len(self._encoded):08}"
                self._encoded[mark] = memoryview(raw)[run.start() + first : run.start() + last]
                yield raw[start : run.start() + first]
                yield f"{mark}\n".encode()
                start = run.start() + last
        yield raw[start:]

    def _part(self, policy: EmailPolicy | None = None) -> _Part:
        self._parts += 1
        if self._parts > self._settings.most_parts + 1:  # the parser makes one more, to try how
            raise _RefusedError(_TOO_COMPLEX)
        return _Part(policy, self._encoded, self._marks)

    def _warn(self, warning: MailWarning) -> None:
        self._warnings[warning] = None

    # Headers

    def _first(self, name: str) -> str:
        return self._headers.get(name, [""])[0].strip()

    def _own_key(self) -> str:
        identifiers = [one for one in self._headers.get("message-id", ()) if one.strip()]
        if len(identifiers) > 1:
            self._warn(MailWarning.SEVERAL_MESSAGE_IDS)
        if identifiers:
            return message_key(identifiers[0])
        self._warn(MailWarning.NO_MESSAGE_ID)
        _, _, body = self._raw.content.replace(b"\r\n", b"\n").partition(b"\n\n")
        known = "\n".join(self._first(name) for name in ("from", "date", "subject"))
        return _key(f"{known}\n{hashlib.sha256(body.rstrip()).hexdigest()}")

    def _thread(self, own: str) -> Iterator[str]:
        found = _ID.findall(" ".join(self._headers.get("in-reply-to", ())))
        earlier = _ID.findall(" ".join(self._headers.get("references", ())))
        keys = [one for one in dict.fromkeys(map(_key, (*found, *reversed(earlier)))) if one != own]
        yield from (*keys[: _MOST_OF_THREAD - 1], *keys[_MOST_OF_THREAD - 1 :][-1:])

    def _sender(self) -> tuple[str, str]:
        """Return the name and the address of the sender."""
        if len(self._headers.get("from", ())) > 1:
            self._warn(MailWarning.SEVERAL_SENDERS)
        written = self._header("from")
        found = _ADDRESS.findall(written)
        if len({*found}) > 1:
            self._warn(MailWarning.SEVERAL_SENDERS)
        address = found[-1] if found else ""
        return written.replace(f"<{address}>", "").replace(address, "").strip(' "'), address

    def _site(self) -> str | None:
        """Return the site of the first recipient that the settings have."""
        written = (text for name in _OF_RECIPIENTS for text in self._headers.get(name, ()))
        addresses = (address.lower() for text in written for address in _ADDRESS.findall(text))
        sites = self._settings.sites
        return next((sites[address] for address in addresses if address in sites), None) if sites else None

    def _header(self, name: str) -> str:
        """Return a header in one line, its encoded words decoded if they can be."""
        try:
            found = str(self._parsed.get(name, ""))
        except Exception:  # noqa: BLE001  the parser raises errors of any class on malformed headers
            found = self._first(name)
        return one_line(found, _LONGEST_LINE)

    def _received_at(self) -> datetime:
        """Return the instant of receipt: that of the first own server, else that of the sender, with a warning."""
        instants = list(self._own_receipts())
        if instants:
            if max(instants) - min(instants) > _SLOW:
                self._warn(MailWarning.SLOW_DELIVERY)
            return instants[-1]
        instant = _instant(self._first("date"))
        if instant is None:
            raise _RefusedError(_NO_INSTANT)
        self._warn(MailWarning.SENDERS_DATE)
        return instant

    def _own_receipts(self) -> Iterator[datetime]:
        """Yield the instants of the own servers, the last server first.

        Each server writes its header above those that it receives: a header below that of the first own server is the
        sender's, whatever it says.
        """
        is_own, reached = self._settings.is_own, False
        for header in self._headers.get("received", ()):
            by, sent = _BY.search(header), _FROM.match(header.strip())
            if by is None or not is_own(by[1]):
                if reached:
                    return
                continue
            reached = True
            if (instant := _instant(header.rpartition(";")[2])) is not None:
                yield instant
            if sent is None or not is_own(sent[1]) or (sent[2] is not None and not is_own(sent[2])):
                return

    def _kind(self, address: str) -> MailKind:
        headers, local = self._headers, address.partition("@")[0].lower()
        content_type = self._parsed.get_content_type()
        is_report = content_type == "multipart/report"
        report = str(self._parsed.get_param("report-type", "")).lower() if is_report else ""
        is_returned = self._first("return-path") == "<>"
        if report == "delivery-status" or local == "mailer-daemon" or (is_returned and local == "postmaster"):
            return MailKind.BOUNCE
        submitted = self._first("auto-submitted").partition(";")[0].strip().lower()
        precedence = self._first("precedence").lower()
        if (
            is_report
            or is_returned
            or submitted not in {"", "no"}
            or precedence == "auto_reply"
            or not _OF_ANSWERS.isdisjoint(headers)
        ):
            return MailKind.AUTOMATIC
        is_list = precedence in {"bulk", "list", "junk"} or not _OF_LISTS.isdisjoint(headers)
        return MailKind.LIST if is_list else MailKind.MESSAGE

    # Parts

    def _text(self, leaves: Sequence[_Leaf], longest: int) -> tuple[str, frozenset[int]]:
        """Return the text of the message, and the places of the parts that it is in."""
        texts, shown = [], set[int]()
        written = [leaf for leaf in leaves if leaf.is_text]
        for _, group in groupby(written, key=lambda leaf: leaf.place if leaf.choice is None else -leaf.choice):
            several = list(group)
            shown.update(leaf.place for leaf in several)
            found = [self._written(leaf) for leaf in several if leaf.kind == "text/plain"]
            if not any(map(str.strip, found)):
                found = [self._from_html(leaf) for leaf in several if leaf.kind == "text/html"]
            texts += [text for text in map(str.strip, found) if text]
        text = "\n\n".join(texts)
        if not text:
            self._warn(MailWarning.NO_TEXT)
        if len(text) > longest:
            self._warn(MailWarning.CUT)
            text = text[:longest].rstrip()
        return text, frozenset(shown)

    def _written(self, leaf: _Leaf) -> str:
        content = _bytes_of(leaf.part)
        if len(content) > _LONGEST_WRITTEN:
            self._warn(MailWarning.CUT)
        text, is_right = decoded(content[:_LONGEST_WRITTEN], leaf.part.get_content_charset())
        if not is_right:
            self._warn(MailWarning.CHARSET)
        return plain(text)

    def _from_html(self, leaf: _Leaf) -> str:
        html = self._written(leaf)
        text = html_text(html)
        if len(html) > LONGEST_HTML or (html.strip() and not text):
            self._warn(MailWarning.CUT)
        return text

    def _attachments(self, leaves: Sequence[_Leaf], shown: frozenset[int]) -> Iterator[MailAttachment]:
        for leaf in leaves:
            if leaf.place in shown or (leaf.choice is not None and leaf.kind == "text/calendar"):
                continue
            content = _bytes_of(leaf.part)
            if any(isinstance(defect, _DAMAGED) for defect in leaf.part.defects):
                self._warn(MailWarning.DAMAGED)
            if content:
                yield MailAttachment(name=_name_of(leaf), size=len(content), part=leaf.part)
        if MailWarning.CUT in self._warnings:
            yield MailAttachment(name="message.eml", size=len(self._raw.content), part=self._raw.content)


@attrs.frozen(kw_only=True)
class _Leaf(SharedRepr):
    """A part of a message that has no parts, or is a message itself.

    Args:
        part: the part.
        place: its place among the leaves, from 1.
        choice: the number of the outermost choice (multipart/alternative) that it is in; None outside of one.
    """

    part: EmailMessage
    place: int
    choice: int | None
    kind: str
    file: str | None

    @property
    def is_text(self) -> bool:
        """True for text to be read with the message, rather than an attachment."""
        is_written = self.kind in {"text/plain", "text/html"} and self.file is None
        return is_written and self.part.get_content_disposition() != "attachment"


def _has_long_line(content: bytes) -> bool:
    start = 0
    while len(content) - start > _LONG_LINE:
        end = content.rfind(b"\n", start, start + _LONG_LINE)
        if end < 0:
            return True
        start = end + 1
    return False


def _leaves(message: EmailMessage) -> Iterator[_Leaf]:
    waiting: list[tuple[EmailMessage, int | None]] = [(message, None)]
    place, choices = 0, 0
    while waiting:
        part, choice = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            if choice is None and part.get_content_subtype() == "alternative":
                choices += 1
                choice = choices
            inner: list[Any] = part.get_payload()  # type: ignore[assignment]  # a multipart has a list
            waiting += ((one, choice) for one in reversed(inner))
        else:
            place += 1
            yield _Leaf(part=part, place=place, choice=choice, kind=part.get_content_type(), file=part.get_filename())


class _Part(EmailMessage):
    """A part of a message, whose long runs of base64 are marks until its content is read.

    Args:
        policy: how it is parsed.
        encoded: the runs of the whole message, by mark.
        marks: the pattern of a mark.
    """

    def __init__(self, policy: EmailPolicy | None, encoded: Mapping[str, memoryview], marks: re.Pattern[str]) -> None:
        super().__init__(policy)
        self._encoded, self._marks = encoded, marks

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """Return the content with its runs, which the part has no copy of."""
        stored: Any = self._payload  # type: ignore[has-type]
        is_base64 = decode and str(self.get("content-transfer-encoding", "")).strip().lower() == "base64"
        self._payload = self._whole(stored, b"\r\n" if is_base64 else b"")  # a line of its own costs much memory
        try:
            return super().get_payload(i, decode)  # type: ignore[call-overload]
        finally:
            self._payload = stored

    def restore(self) -> None:
        """Put the runs back in place of their marks, for the part to be written."""
        self._payload = self._whole(self._payload)
        self.preamble = self._whole(self.preamble)
        self.epilogue = self._whole(self.epilogue)

    def _whole(self, text: object, without: bytes = b"") -> Any:
        """Return a text with the runs in place of their marks; some bytes are left out of both."""
        if not isinstance(text, str) or not (marks := self._marks.findall(text)):
            return text
        length = sum(len(self._encoded[mark]) for mark in marks)
        if len(text) > _LONGEST_WRITTEN or (length > _LONGEST_WRITTEN and not text.isascii()):
            raise _RefusedError(_TOO_COMPLEX)  # a long text and an attachment in one part: no program writes it
        pieces = list[bytes]()
        for mark in marks:
            before, _, text = text.partition(f"{mark}\n")
            pieces += (before.encode("ascii", "surrogateescape"), bytes(self._encoded[mark]).translate(None, without))
        last = text.encode("ascii", "surrogateescape")
        return b"".join([*(one.translate(None, without) for one in pieces), last.translate(None, without)]).decode(
            "ascii", "surrogateescape"
        )


def _bytes_of(part: EmailMessage) -> bytes:
    if not part.is_multipart():
        found = part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""
    inner = cast(list[_Part], part.get_payload())  # the messages of a message/rfc822 or a report
    for one in (one for message in inner for one in message.walk()):
        one.restore()
    return b"\n".join(one.as_bytes(policy=_UNCHANGED) for one in inner)


_ENDINGS: Final[Mapping[str, str]] = {"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html"}


def _name_of(leaf: _Leaf) -> str:
    if leaf.file is not None and leaf.file.strip():
        return file_name(leaf.file)
    ending = _ENDINGS.get(leaf.kind) or f".{re.sub('[^a-z0-9]', '', leaf.kind.partition('/')[2])[:10] or 'bin'}"
    return f"document-{leaf.place}{ending}"


def _key(text: str) -> str:
    return f"mail:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(plain(text).strip())
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found  # -0000 is UTC from an unknown place
        _ = aware.astimezone(UTC) - _SLOW, aware.astimezone(UTC) + _SLOW  # it has a day in each time zone
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return aware
