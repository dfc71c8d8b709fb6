"""The pictures of the README and the guide can be made of the demonstration, each light."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# The script is run by its path: the project's own folder is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.pictures import PICTURES
from scripts.pictures import main as write_pictures


def main() -> None:
    """Make the pictures in a folder of their own."""
    with TemporaryDirectory() as folder:
        write_pictures(Path(folder))
        made = {path.name for path in Path(folder).iterdir()}
    missing = {picture.file for picture in PICTURES.values()} - made
    sys.exit(f"missing: {', '.join(sorted(missing))}" if missing else 0)


if __name__ == "__main__":
    main()
