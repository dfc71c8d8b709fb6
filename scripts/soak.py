"""Run each script of `soak/`, in alphabetical order, and name those that failed at the end."""

from __future__ import annotations

import subprocess
import sys

from scripts.environments import ROOT
from scripts.usage import show_help


def main() -> None:
    """Run them all."""
    failed = []
    for script in sorted((ROOT / "soak").glob("*.py")):
        print(f"== {script.name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"soak.{script.stem}"], cwd=ROOT, check=False).returncode:
            failed.append(script.name)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    show_help(__doc__)
    main()
