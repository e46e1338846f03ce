"""What only POSIX systems can tell of other processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if sys.platform != "win32":

    def birth(pid: int) -> str | None:
        """Return when a living process began, in the system's own words; None if there is none of this number."""
        if sys.platform == "linux":
            return _linux(pid)
        run = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return run.stdout.strip() or None

    def _linux(pid: int) -> str | None:
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        # The name in parentheses may hold anything; after it come the state (field 3) and the start (field 22).
        fields = text.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
