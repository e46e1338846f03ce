"""Checks that the machine has what Komawari needs, and names the command that brings what is missing.

`python preflight.py python` looks at the interpreter before anything is installed;
`python preflight.py libraries` loads the native libraries after the installation;
`python preflight.py window` looks for what Qt needs for a window on X11, where there is one;
`python preflight.py display` tells by its exit code whether there is a display.
Only the standard library is used, so that this file runs everywhere.
"""

import ctypes
import importlib
import os
import sys

OLDEST = (3, 11)

# module -> (shared libraries that it may lack, Debian or Ubuntu, Fedora)
NATIVE = {
    "numpy": ("the C++ runtime", "libstdc++6", "libstdc++"),
    "cv2": ("OpenCV's runtime", "libglib2.0-0", "glib2"),
    "PySide6.QtGui": (
        "OpenGL, EGL and XKB",
        "libgl1 libegl1 libxkbcommon0 libdbus-1-3",
        "mesa-libGL mesa-libEGL libxkbcommon dbus-libs",
    ),
    "PySide6.QtWidgets": ("fontconfig", "libfontconfig1", "fontconfig"),
}

# shared library -> (Debian or Ubuntu, Fedora). Qt's wheels have all of Qt, and none of what its xcb platform stands on;
# without one of these Qt ends the process and names none of them.
X11 = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
}


def check_python() -> str | None:
    """Return what is wrong with this interpreter, or None."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return (
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {found}: make PYTHON=/path/to/python3.11 run"
        )
    try:
        importlib.import_module("ensurepip")
    except ImportError:
        return "Python's venv module is incomplete: sudo apt-get install python3-venv"
    return None


def check_libraries() -> str | None:
    """Return which native library is missing and how to install it, or None."""
    for module, (what, debian, fedora) in NATIVE.items():
        try:
            importlib.import_module(module)
        except ImportError as error:
            if "cannot open shared object file" not in str(error):
                return f"{module} cannot be imported: {error}"
            return (
                f"{module} lacks {what} ({error}).\n"
                f"  Debian, Ubuntu: sudo apt-get install {debian}\n  Fedora: sudo dnf install {fedora}"
            )
    return None


def has_display() -> bool:
    """Return whether a window can be shown, as `komawari` itself decides it."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.partition(":")[0] not in ("offscreen", "minimal")
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("win32", "darwin") or bool(shown)


def needs_xcb() -> bool:
    """Return whether the window will be one of X11's."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform in ("win32", "darwin"):
        return False
    return platform.startswith("xcb") or bool(not platform and os.environ.get("DISPLAY"))


def check_window() -> str | None:
    """Return which libraries of X11 are missing and how to install all of them at once, or None."""
    missing = [name for name in X11 if not _loads(name)] if needs_xcb() else []
    if not missing:
        return None
    debian, fedora = (" ".join(sorted({X11[name][k] for name in missing})) for k in (0, 1))
    return (
        f"Qt cannot show a window here, it lacks {', '.join(missing)}.\n"
        f"  Debian, Ubuntu: sudo apt-get install {debian}\n  Fedora: sudo dnf install {fedora}"
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "python"
    if wanted == "display":
        return 0 if has_display() else 1
    checks = {"python": check_python, "libraries": check_libraries, "window": check_window}
    problem = checks[wanted]()
    if problem:
        sys.stderr.write(f"komawari: {problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
