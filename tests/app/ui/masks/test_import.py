"""What paints is imported when something is painted, not when the editor starts."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import komawari.ui.window.window
print(sorted({"numpy", "cv2"} & set(sys.modules)))
"""


def test_the_window_knows_its_tools_without_numpy_and_opencv() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
