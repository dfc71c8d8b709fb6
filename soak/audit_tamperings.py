"""Every tampering with an audit file is found by `verifier.py` alone, and none is found in an untouched one.

No forged key makes an unsigned file read as signed, and without a key a rewritten one reads as of an unproved origin.

The seed and the numbers may be given: `python -m soak.audit_tamperings 7 1000 200`. Exports of simulated cases are
copied, tampered with, and checked by a program of its own, without this package.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import Desk
from reclamation_core.reporting.verifier import MODIFIED, PROVED, UNPROVED, UNREADABLE
from reclamation_core.simulation import Caseload, SimulatedClock, run_scenario, shipped
from reclamation_core.vocabulary import Sites
from tests.unit.reporting.tampering import (
    FORGED_KEYS,
    TAMPERINGS,
    a_byte_of_the_archive,
    reordered,
    sealed,
    unsigned,
    verify,
)

TAMPERED: Final = 1_000
UNTOUCHED: Final = 200


def main() -> None:
    """Export, tamper and verify; exit with what was missed and what was found wrongly."""
    given = [int(argument) for argument in sys.argv[1:]]
    seed, tampered, untouched = (*given, *(SystemRandom().randrange(1_000_000), TAMPERED, UNTOUCHED)[len(given) :])
    start = perf_counter()
    with TemporaryDirectory() as name:
        folder = Path(name)
        exports = exported(folder, Random(seed))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            alarms = [one for one in pool.map(lambda n: false_alarm(exports, folder, n), range(untouched)) if one]
            done = list(pool.map(lambda n: tampering(exports, folder, seed, n), range(tampered)))
            forged = list(pool.map(lambda n: forgery(exports, folder, seed, n), range(untouched)))
    alarms += [f"forgery {number} of seed {seed}" for number, is_refused in enumerate(forged) if not is_refused]
    missed = [f"{kind} {number} of seed {seed}" for number, (kind, is_found) in enumerate(done) if not is_found]
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(Counter(kind for kind, _ in done).items()))
    print(f"{tampered} tamperings ({kinds}): {len(missed)} missed")
    print(f"{untouched} untouched and {len(forged)} forged: {len(alarms)} read wrongly")
    print(f"{len(exports)} exports, {perf_counter() - start:.0f} s, seed {seed}")
    sys.exit("; ".join([*missed, *alarms][:20]) or 0)


def exported(folder: Path, random: Random) -> list[tuple[Path, str]]:
    """Return exports of one case or of some days, as folders and archives, each with the hash of its manifest."""
    private = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
    key = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (folder / "key.pub").write_bytes(private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    files = shipped()
    end = datetime.combine(files.as_of, time(23, 59), tzinfo=BusinessCalendar.france().zone)
    sites, clock = Sites.from_toml(files.sites), SimulatedClock(end - timedelta(days=60))
    found = []
    with Desk.in_memory(sites=sites, clock=clock) as desk:
        run_scenario(Caseload.shipped(), desk, clock, sites, end)
        cases = desk.cases.find().cases
        for number in range(20):
            path = folder / f"export-{number}{'.zip' if number % 4 == 1 else ''}"
            if number % 4 < 2:
                record = desk.reports.audit(path, case=random.choice(cases).reference, key=key, texts=number % 8 < 4)
            else:
                day = random.choice(cases).received_on
                until = day + timedelta(days=1)
                record = desk.reports.audit(path, received_from=day, received_until=until, key=key)
            found.append((path, record.sha256))
    return found


def checked(path: Path, folder: Path, sha256: str) -> tuple[int, str]:
    """Return what the verifier says of an export, given the key and the hash of its manifest."""
    return verify(path, "--key", folder / "key.pub", "--manifest", sha256)


def false_alarm(exports: list[tuple[Path, str]], folder: Path, number: int) -> str:
    """Return what is found in an untouched export; empty for nothing."""
    path, sha256 = exports[number % len(exports)]
    status, told = checked(path, folder, sha256)
    return "" if status == PROVED else f"{path.name}: {told}"


def forgery(exports: list[tuple[Path, str]], folder: Path, seed: int, number: int) -> bool:
    """Rewrite a file, its manifest and the key file; return True if nothing then reads as intact and signed."""
    random = Random(f"{seed}.forged.{number}")
    path, _ = random.choice([one for one in exports if not one[0].suffix])
    copy, key = folder / f"forged-{number}", folder / f"forged-{number}.pub"
    shutil.copytree(path, copy)
    page = random.choice(sorted(one for one in copy.rglob("*.html") if one.is_file()))
    page.write_bytes(page.read_bytes()[: random.randrange(page.stat().st_size)])
    sealed(copy)
    unsigned(copy)
    key.write_bytes(random.choice(FORGED_KEYS))
    try:
        statuses = [verify(copy)[0], verify(copy, "--key", key)[0], verify(copy, "--key", folder / "key.pub")[0]]
    finally:
        shutil.rmtree(copy)
    return statuses == [UNPROVED, UNREADABLE, MODIFIED]


def tampering(exports: list[tuple[Path, str]], folder: Path, seed: int, number: int) -> tuple[str, bool]:
    """Tamper with a copy of an export; return how, and whether it was found."""
    random = Random(f"{seed}.{number}")
    path, sha256 = random.choice(exports)
    copy = folder / f"copy-{number}{path.suffix}"
    if path.suffix:
        shutil.copy(path, copy)
        spoil = random.choice([a_byte_of_the_archive, reordered])
        spoil(copy, random)
        kind = spoil.__name__
    else:
        shutil.copytree(path, copy)
        others = [one for one, other in exports if not one.suffix and other != sha256]
        change = random.choice(TAMPERINGS)
        change(copy, random.choice(others), random)
        kind = change.__name__
    try:
        status, told = checked(copy, folder, sha256)
    finally:
        copy.unlink() if path.suffix else shutil.rmtree(copy)
    return kind, status in {MODIFIED, UNREADABLE} and told.splitlines()[-1].startswith(("MODIFIED", "UNREADABLE"))


if __name__ == "__main__":
    main()
