"""asyncio code sees the same events in the same order, and nothing is handed to a loop that has ended."""

from __future__ import annotations

import asyncio
import threading

from animeadapter.protocol.calls import ListPacks
from komawari.engine_client.client import EngineState, Event
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.stream import EventStream


def test_events_of_another_thread_arrive_in_order_until_the_engine_is_closed() -> None:
    engine = FakeEngine()

    def work() -> None:
        engine.submit(ListPacks())
        engine.play()
        engine.become(EngineState("closed"))

    async def listen() -> list[Event]:
        async with EventStream(engine) as events:
            threading.Thread(target=work).start()
            return [event async for event in events]

    names = [type(event).__name__ for event in asyncio.run(asyncio.wait_for(listen(), 240))]
    assert names == ["EngineState", "Accepted", "Started", "Failed", "EngineState"]


def test_a_stream_that_is_not_left_before_its_loop_ends_is_silent() -> None:
    engine = FakeEngine()

    async def enter() -> None:
        await EventStream(engine).__aenter__()

    asyncio.run(enter())
    engine.become(EngineState("closed"))


def test_after_leaving_nothing_comes_any_more() -> None:
    engine = FakeEngine()

    async def leave() -> int:
        async with EventStream(engine) as events:
            pass
        engine.submit(ListPacks())
        await asyncio.sleep(0)
        return events._events.qsize()

    assert asyncio.run(leave()) == 1
