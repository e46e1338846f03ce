"""What only POSIX systems can do: process groups, and waiting without reaping."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any

if sys.platform != "win32":
    import fcntl

    PIPE_SIZE = 2**20
    """Linux' default of 64 KiB makes a picture change hands dozens of times."""

    def options() -> dict[str, Any]:
        """Return how a process is started that leads a group of its own: one Ctrl-C does not reach it, one kill does
        reach all of it."""
        return {"start_new_session": True}

    def widen(pipe: int) -> None:
        """Let a pipe hold more, where that is possible."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)

    class Leash:
        """Holds a process together with all that it started."""

        def __init__(self, process: subprocess.Popen[bytes]) -> None:
            self._process = process

        def wait_for_exit(self) -> None:
            """Wait until the process ends. It is not reaped yet, so that nobody else can get its group's number."""
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)

        def kill(self) -> None:
            """End the process and all that it started, at once. Only to be called before it is reaped."""
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
