"""What only Windows can do: a job object, which ends all its processes when its last handle is closed."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

if sys.platform == "win32":
    from ctypes import wintypes

    KILL_ON_CLOSE, EXTENDED_LIMITS = 0x2000, 9

    class _Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are set."""

        _fields_ = [
            ("times", ctypes.c_int64 * 2),
            ("flags", wintypes.DWORD),
            ("sizes", ctypes.c_size_t * 2),
            ("processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("classes", wintypes.DWORD * 2),
            ("counters", ctypes.c_uint64 * 6),
            ("memory", ctypes.c_size_t * 4),
        ]

    def options() -> dict[str, Any]:
        """Return how a process is started that gets no Ctrl-C of ours, and no window."""
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}

    def widen(pipe: int) -> None:
        """Leave a pipe as it is: its size is fixed when it is made."""

    class Leash:
        """Holds a process together with all that it starts; if the editor dies, Windows lets go, and it ends too."""

        def __init__(self, process: subprocess.Popen[bytes]) -> None:
            self._process = process
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
            self._job = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
            limits = _Limits(flags=KILL_ON_CLOSE)
            size = ctypes.sizeof(limits)
            self._kernel.SetInformationJobObject(self._job, EXTENDED_LIMITS, ctypes.byref(limits), size)
            handle = wintypes.HANDLE(int(process._handle))  # type: ignore[attr-defined]
            self._kernel.AssignProcessToJobObject(self._job, handle)

        def wait_for_exit(self) -> None:
            """Wait until the process ends."""
            self._process.wait()

        def kill(self) -> None:
            """End the process and all that it started, at once."""
            self._kernel.TerminateJobObject(self._job, 1)
