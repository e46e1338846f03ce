"""The engine in the window: what it is and does is always visible, and when it ends the window says so and goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from animeadapter.protocol.calls import Generate, ListPacks, LoadedPack, LoadPack, PackInfo, PackList
from animeadapter.protocol.messages import Failed, Notice, Progress, Status
from komawari.engine_client.client import EngineState, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui.session import Session
from komawari.ui.window.engine_button import EngineButton
from komawari.ui.window.window import Window

PARTS = ("adapter", "unet", "vae")
MINI = PackInfo("mini", "Mini, the embedded pack", "Apache-2.0", "embedded", ((256, 256),), PARTS, "a" * 64)


def button(window: Window) -> EngineButton:
    found = window.findChild(EngineButton)
    assert isinstance(found, EngineButton)
    return found


def answer_about_packs(engine: FakeEngine) -> None:
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((MINI,)))])
    engine.script(
        LoadPack,
        lambda job: [Status("cpu", "Some CPU", "float32", 2), Finished(job.id, LoadedPack(MINI, {"unet": 3 * 2**20}))],
    )


def test_model_device_and_adapter_are_named_and_the_demo_model_is_called_what_it_is(
    window: Window, engine: FakeEngine, qtbot
) -> None:
    answer_about_packs(engine)
    qtbot.waitUntil(lambda: button(window).text() == "Engine ready")
    engine.play()
    qtbot.waitUntil(lambda: button(window).text() == "demo model, 256 px · CPU · AnimeAdapter")
    facts = dict(button(window).facts())
    assert facts["Device"] == "Some CPU (float32)" and facts["Licence"] == "Apache-2.0"
    assert facts["Weights"] == "3 MiB in memory"


def test_an_engine_that_is_killed_is_said_to_be_and_the_window_goes_on(
    window: Window, session: Session, engine: FakeEngine, qtbot
) -> None:
    engine.become(EngineState("restarting", "exit code -9"))
    qtbot.waitUntil(lambda: window.banners.get("engine") is not None)
    banner = window.banners.get("engine")
    assert banner is not None and "killed; perhaps the system ran out of memory" in banner.text
    assert button(window).text() == "Engine is restarting…" and window.canvas.isEnabled()
    engine.become(EngineState("ready"))
    qtbot.waitUntil(lambda: "back" in "".join(window.banners.lines()))


def test_an_engine_that_is_given_up_offers_a_restart_and_the_settings(
    window: Window, engine: FakeEngine, qtbot
) -> None:
    engine.give_up("no such program")
    qtbot.waitUntil(lambda: window.banners.get("engine") is not None)
    banner = window.banners.get("engine")
    assert banner is not None and "no such program" in banner.text
    assert [one.text() for one in banner.buttons] == ["Restart engine", "Settings"]
    assert button(window).text() == "Engine stopped"
    banner.buttons[1].click()
    shown = window.files.questions.shown
    assert shown is not None and not shown.isModal()
    tabs = shown.findChild(QTabWidget)
    assert isinstance(tabs, QTabWidget) and tabs.tabText(tabs.currentIndex()) == "Engine"
    engine.give_up("no such program")
    qtbot.waitUntil(lambda: window.banners.get("engine") is not None)
    again = window.banners.get("engine")
    assert again is not None
    again.buttons[0].click()
    assert engine.restarts == 1
    engine.become(EngineState("ready"))
    qtbot.waitUntil(lambda: window.banners.get("engine") is None)


def test_a_model_that_cannot_be_loaded_and_what_the_engine_notes_are_said(
    window: Window, session: Session, engine: FakeEngine, qtbot
) -> None:
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((MINI,)))])
    engine.script(LoadPack, lambda job: [Notice("smaller batch"), Failed(job.id, "failed", "weights are missing")])
    qtbot.waitUntil(lambda: len(engine.submitted) >= 2)
    engine.play()
    qtbot.waitUntil(lambda: window.banners.get("pack") is not None)
    said = "\n".join(window.banners.lines())
    assert "weights are missing" in said and "smaller batch" in said


def test_what_the_engine_says_of_a_panel_stands_once_at_its_progress(
    window: Window, session: Session, engine: FakeEngine, qtbot
) -> None:
    answer_about_packs(engine)
    told = "the model never learned, and leaves out: flying_saucer"
    engine.script(Generate, lambda job: [Progress(job.id, 1, 8), Notice(told, job.id), Progress(job.id, 2, 8)])
    panel = session.shown_page.panels[0].id
    session.select(panel)
    said: list[str] = []
    session.message.connect(said.append)
    window.queue.add(panel)
    qtbot.waitUntil(lambda: engine.play(1) >= 0 and "step 2 of 8" in window.inspector.foot.state.text())
    assert window.inspector.foot.state.text() == "Drawing, step 2 of 8"
    assert window.inspector.foot.note.text() == "The model never learned, and leaves out: flying_saucer"
    assert not any("flying" in line for line in (*said, *window.banners.lines()))


def test_another_model_is_loaded_as_soon_as_it_is_chosen(
    window: Window, session: Session, engine: FakeEngine, qtbot
) -> None:
    def loads() -> list[str]:
        return [job.call.pack for job in engine.submitted if isinstance(job.call, LoadPack)]

    qtbot.waitUntil(lambda: loads() == ["mini"])
    session.set_settings(pack="sd15")
    assert loads() == ["mini", "sd15"]
    session.set_settings(theme="dark")
    assert loads() == ["mini", "sd15"]
