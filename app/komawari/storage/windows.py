"""What only Windows can tell of other processes."""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "win32":
    from ctypes import wintypes

    QUERY, STILL_ACTIVE = 0x1000, 259

    def birth(pid: int) -> str | None:
        """Return when a living process began, in the system's own words; None if there is none of this number."""
        kernel = ctypes.windll.kernel32
        kernel.OpenProcess.restype = wintypes.HANDLE
        handle = kernel.OpenProcess(QUERY, False, pid)
        if not handle:
            return None
        try:
            code, times = wintypes.DWORD(), [wintypes.FILETIME() for _ in range(4)]
            kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code))
            kernel.GetProcessTimes(wintypes.HANDLE(handle), *map(ctypes.byref, times))
        finally:
            kernel.CloseHandle(wintypes.HANDLE(handle))
        begun = times[0].dwHighDateTime << 32 | times[0].dwLowDateTime
        return str(begun) if code.value == STILL_ACTIVE else None
