"""Checks that the machine has what Komawari needs, and names the command that brings what is missing.

`python preflight.py python` looks at the interpreter before anything is installed;
`python preflight.py libraries` loads the native libraries after the installation.
Only the standard library is used, so that this file runs everywhere.
"""

import importlib
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


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "python"
    problem = check_python() if wanted == "python" else check_libraries()
    if problem:
        sys.stderr.write(f"komawari: {problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
