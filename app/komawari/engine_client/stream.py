"""Events for asyncio code, on whichever loop it runs."""

from __future__ import annotations

import asyncio
from types import TracebackType

from komawari.engine_client.client import EngineClient, EngineState, Event


class EventStream:
    """`async with EventStream(client) as events: async for event in events`. Ends when the engine is closed.

    Leave it before the loop ends: nothing is handed to a loop that is closed.
    """

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._over = False

    async def __aenter__(self) -> EventStream:
        loop = asyncio.get_running_loop()

        def hand_over(event: Event) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._events.put_nowait, event)

        self._forget = self._client.listen(hand_over)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        if self._over:
            raise StopAsyncIteration
        event = await self._events.get()
        self._over = isinstance(event, EngineState) and event.phase == "closed"
        return event
