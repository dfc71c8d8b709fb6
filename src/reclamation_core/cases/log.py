"""The log of all committed events, of cases and plans: its entries, its Merkle trees, and its checkpoints.

An entry binds the chain of its case or plan up to the event. A checkpoint has the root of the tree over all entries,
and the root over the heads, the last entry of each case and plan sorted by holder, so that the end of a chain is proved
too. Heads are in groups, whose roots are the leaves of the tree of heads: a new checkpoint computes again those that
changed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.documents.canonical import first_link, link
from reclamation_core.documents.merkle import MerkleTree, TreeEdge, leaf_hash
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import refuse_value
from reclamation_core.wording import Wording

_SUFFIX: Final = 2
"""How many characters at the end of a holder its group leaves out: a group has at most a hundred cases."""


@attrs.frozen
class LogEntry(SharedRepr):
    """An entry of the log: a committed event.

    Args:
        index: its place in the log, from 0, without holes.
        holder: the reference of the case, or the key of the plan's scope.
        number: the number of the event.
        link: the link of the event in the chain of its holder.
    """

    index: int
    holder: str
    number: int
    link: str

    @property
    def hash(self) -> bytes:
        """The hash of its leaf: of the canonical JSON of holder, number and link."""
        return leaf_hash(canonical_json([self.holder, self.number, self.link]).encode())


def group_of(holder: str) -> str:
    """Return the group of a holder among the heads: the holder without its last two characters.

    >>> group_of("R-2026-000123"), group_of("site:CRE")
    ('R-2026-0001', 'site:C')
    """
    return holder[:-_SUFFIX]


def heads_of(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Return the last entry of each holder, sorted by holder, by code point."""
    heads = {entry.holder: entry for entry in entries}
    return [heads[holder] for holder in sorted(heads)]


def _group_root(hashes: Iterable[bytes]) -> bytes:
    return TreeEdge().extended([*hashes]).root


@attrs.frozen
class LogState(SharedRepr):
    """What the next checkpoint is computed from: the right edge of the tree, and the roots of the groups of heads.

    Args:
        edge: the right edge.
        groups: the root of each group of heads.
    """

    edge: TreeEdge = attrs.field(factory=TreeEdge)
    groups: Mapping[str, bytes] = attrs.field(factory=dict, repr=False)

    @classmethod
    def of(cls, entries: Sequence[LogEntry]) -> Self:
        """Return the state of a log with these entries."""
        hashes = [entry.hash for entry in entries]
        heads = {entry.holder: found for entry, found in zip(entries, hashes, strict=True)}
        grouped = defaultdict[str, list[bytes]](list)
        for holder in sorted(heads):
            grouped[group_of(holder)].append(heads[holder])
        groups = {group: _group_root(found) for group, found in grouped.items()}
        return cls(TreeEdge().extended(hashes), groups)

    def extended(self, entries: Sequence[LogEntry], heads: Callable[[str], Iterable[LogEntry]]) -> Self:
        """Return the state after more entries.

        Args:
            entries: the entries that follow, in order.
            heads: returns the heads of a group after them, sorted by holder.
        """
        changed = {group_of(entry.holder) for entry in entries}
        groups = {
            **self.groups,
            **{group: _group_root(head.hash for head in heads(group)) for group in sorted(changed)},
        }
        return attrs.evolve(self, edge=self.edge.extended([entry.hash for entry in entries]), groups=groups)

    def checkpoint(self, origin: str) -> LogCheckpoint:
        """Return the checkpoint of this state."""
        top = TreeEdge().extended([leaf_hash(self.groups[group]) for group in sorted(self.groups)])
        return LogCheckpoint(origin=origin, size=self.edge.size, root=self.edge.root, heads=top.root)

    def to_json(self) -> str:
        """Return the state as canonical JSON."""
        groups = {group: root.hex() for group, root in self.groups.items()}
        return canonical_json([self.edge.size, [one.hex() for one in self.edge.hashes], groups])

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the state that `to_json` wrote."""
        size, hashes, groups = parse_json(text)
        edge = TreeEdge(size, tuple(map(bytes.fromhex, hashes)))
        return cls(edge, {group: bytes.fromhex(root) for group, root in groups.items()})


_ORIGIN: Final = re.compile(r"[^\s+]{1,200}")
_ORIGIN_WORDING: Final = Wording(
    "un nom sans espace ni « + » est attendu, comme reclamations.example.fr/registre",
    "a name without spaces and plus signs is expected, such as complaints.example.org/register",
)
_HEADS: Final = "heads "
_CHECKPOINT_WORDING: Final = Wording(
    "un point de contrôle est attendu : l'origine, le nombre d'événements, la racine, puis « heads » et la racine des "
    "fins de chaînes",
    "a checkpoint is expected: the origin, the number of events, the root, then “heads” and the root of the ends of "
    "the chains",
)


def _is_origin(_: object, attribute: attrs.Attribute[Any], value: str) -> None:
    if _ORIGIN.fullmatch(value) is None or not value.isprintable():
        refuse_value(attribute.name, value, _ORIGIN_WORDING)


@attrs.frozen(kw_only=True)
class LogCheckpoint(SharedRepr):
    """A checkpoint of the log, in the format of C2SP `tlog-checkpoint`; `sign` signs its text.

    Args:
        origin: the name of the log, such as `reclamations.example.fr/registre`.
        size: the number of entries.
        root: the root of the tree over the entries.
        heads: the root over the heads.

    Raises:
        FaultsError: the origin has spaces or a plus sign.
    """

    origin: str = attrs.field(validator=_is_origin)
    size: int
    root: bytes
    heads: bytes

    def __str__(self) -> str:
        """Return the text that is signed: four lines."""
        roots = (base64.b64encode(one).decode() for one in (self.root, self.heads))
        root, heads = roots
        return f"{self.origin}\n{self.size}\n{root}\n{_HEADS}{heads}\n"

    @classmethod
    def parse(cls, text: str) -> LogCheckpoint:
        """Return the checkpoint of a text, signed or not; a signature is not checked here.

        Raises:
            FaultsError: it is none.
        """
        body = text.partition("\n\n")[0].removesuffix("\n")
        try:
            origin, size, root, heads = body.split("\n")
            found = cls(
                origin=origin,
                size=int(size),
                root=base64.b64decode(root, validate=True),
                heads=base64.b64decode(heads.removeprefix(_HEADS), validate=True),
            )
        except (ValueError, binascii.Error):
            found = None
        # A number or a root may be written in another way.
        if found is None or {len(found.root), len(found.heads)} != {32} or str(found) != f"{body}\n":
            raise FaultsError([Fault("$", REDACTED, _CHECKPOINT_WORDING)])
        return found


class LogFaultKind(LabelledEnum):
    """The kind of a difference between the register and an older checkpoint (écart)."""

    SHORTER = "shorter", "registre plus court que le point de contrôle", "register shorter than the checkpoint"
    REWRITTEN = "rewritten", "événements réécrits depuis le point de contrôle", "events rewritten since the checkpoint"
    HEADS = "heads", "fins de chaînes qui ne sont pas celles du point de contrôle", "ends of chains differ"
    ALTERED = "altered", "événement qui n'est pas celui du journal scellé", "event differs from the log"
    MISSING = "missing", "événement du journal scellé qui a disparu", "logged event is gone"
    MISPLACED = ("misplaced", "numéro manquant, en double ou dans le désordre", "number missing or out of order")
    BACKDATED = (
        "backdated",
        "enregistré avant un point de contrôle qui ne l'a pas",
        "recorded before a checkpoint without it",
    )
    ORIGIN = "origin", "point de contrôle d'un autre registre", "checkpoint of another register"
    FORGED = "forged", "signature qui n'est pas celle de cette clé", "not signed by this key"
    TIME = "time", "jeton d'horodatage qui n'est pas celui du point de contrôle", "time-stamp of another checkpoint"


@attrs.frozen
class LogFault(SharedRepr):
    """A difference between the register and an older checkpoint.

    Args:
        kind: what it is.
        holder: the case or the plan; None for the log as a whole.
        number: the event; None for the holder or the log as a whole.
    """

    kind: LogFaultKind
    holder: str | None = None
    number: int | None = None


def compare_log(entries: Sequence[LogEntry], checkpoint: LogCheckpoint) -> Iterator[LogFault]:
    """Yield the differences between the log and an older checkpoint of it."""
    if len(entries) < checkpoint.size:
        yield LogFault(LogFaultKind.SHORTER)
        return
    then = LogState.of(entries[: checkpoint.size]).checkpoint(checkpoint.origin)
    if then.root != checkpoint.root:
        yield LogFault(LogFaultKind.REWRITTEN)
    elif then.heads != checkpoint.heads:
        yield LogFault(LogFaultKind.HEADS)


def examine_log(entries: Sequence[LogEntry], streams: Iterable[WrittenEventStream]) -> Iterator[LogFault]:
    """Yield the differences between the log and the events: an event altered, gone, or logged out of order.

    Args:
        entries: the log.
        streams: the events of every case and plan, as they are stored.
    """
    logged = defaultdict[str, list[LogEntry]](list)
    for index, entry in enumerate(entries):
        own = logged[entry.holder]
        if entry.index != index or entry.number != len(own) + 1:
            yield LogFault(LogFaultKind.MISPLACED, entry.holder, entry.number)
        own.append(entry)
    for stream in streams:
        yield from _compared(logged.pop(stream.holder, []), stream)
    for holder in sorted(logged):
        yield LogFault(LogFaultKind.MISSING, holder)


def recorded_before(
    entries: Iterable[LogEntry], streams: Iterable[WrittenEventStream], instant: datetime
) -> Iterator[LogFault]:
    """Yield the entries whose events claim to have been recorded before an instant.

    Args:
        entries: the entries that were logged after it.
        streams: the events of every case and plan, as they are stored.
        instant: the instant; aware.
    """
    logged = {(entry.holder, entry.number) for entry in entries}
    for stream in streams:
        for event in stream.entries:
            if (stream.holder, event.number) in logged and _recorded_at(event.text) < instant:
                yield LogFault(LogFaultKind.BACKDATED, stream.holder, event.number)


def _recorded_at(text: str) -> datetime:
    """Return when an event claims to have been recorded; the last instant if it claims nothing: another fault."""
    try:
        found = datetime.fromisoformat(parse_json(text)["recorded_at"])
    except (ValueError, TypeError, KeyError):
        return datetime.max.replace(tzinfo=UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _compared(logged: list[LogEntry], stream: WrittenEventStream) -> Iterator[LogFault]:
    last = first_link(stream.holder)
    for expected, entry in enumerate(stream.entries, 1):
        try:
            last = link(last, entry.text)
        except UnicodeEncodeError:  # it is not a text that a store wrote
            last = ""
        if entry.number != expected:
            yield LogFault(LogFaultKind.MISPLACED, stream.holder, expected)
            return
        if last != entry.link or (expected <= len(logged) and logged[expected - 1].link != last):
            yield LogFault(LogFaultKind.ALTERED, stream.holder, expected)
            return
    if len(stream.entries) < len(logged):
        yield LogFault(LogFaultKind.MISSING, stream.holder, len(stream.entries) + 1)


class LogProofs:
    """The proofs of a log at its size: of entries, of heads, and of consistency with an older checkpoint.

    It has the hashes of all entries, and the indexes of those of its holders alone.

    Args:
        entries: the log, which is read once.
        holders: the cases and plans that are to be proved.
    """

    def __init__(self, entries: Iterable[LogEntry], holders: Iterable[str]) -> None:
        wanted = frozenset(holders)
        leaves, heads, self._indexes = list[bytes](), dict[str, bytes](), defaultdict[str, list[int]](list)
        for entry in entries:
            leaf = entry.hash
            leaves.append(leaf)
            heads[entry.holder] = leaf
            if entry.holder in wanted:
                self._indexes[entry.holder].append(entry.index)
        self._tree = MerkleTree(leaves)
        self._groups = defaultdict[str, dict[str, bytes]](dict)
        for holder in sorted(heads):
            self._groups[group_of(holder)][holder] = heads[holder]
        self._top = MerkleTree([leaf_hash(_group_root(self._groups[group].values())) for group in sorted(self._groups)])
        self._tops = {group: place for place, group in enumerate(sorted(self._groups))}

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._tree.size

    def checkpoint(self, origin: str) -> LogCheckpoint:
        """Return the checkpoint that the proofs lead to."""
        return LogCheckpoint(origin=origin, size=self._tree.size, root=self._tree.root(), heads=self._top.root())

    def to_document(self) -> dict[str, Any]:
        """Return the proofs of the events of the holders, as an audit file has them; without those that have no events.

        The heads of a group are a tree, and the roots of all groups another one: `head` has both parts of the proof.
        """
        return {
            holder: {
                "events": [[index, self._hex(self._tree.inclusion_proof(index))] for index in indexes],
                "head": self._head(holder),
            }
            for holder, indexes in self._indexes.items()
        }

    def consistency(self, size: int) -> list[str]:
        """Return the proof that the log of `size` entries is the beginning of this one."""
        return self._hex(self._tree.consistency_proof(size))

    def _head(self, holder: str) -> list[Any]:
        group = self._groups[group_of(holder)]
        tree, place, top = MerkleTree([*group.values()]), [*group].index(holder), self._tops[group_of(holder)]
        in_group, in_top = self._hex(tree.inclusion_proof(place)), self._hex(self._top.inclusion_proof(top))
        return [place, tree.size, in_group, top, self._top.size, in_top]

    @staticmethod
    def _hex(nodes: Iterable[bytes]) -> list[str]:
        return [node.hex() for node in nodes]
