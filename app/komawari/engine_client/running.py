"""One engine process, and what is known of it while it lives."""

from __future__ import annotations

from collections.abc import Callable

from animeadapter.protocol.blobs import Assembler, BlobError
from animeadapter.protocol.calls import Result, blobs_in
from animeadapter.protocol.messages import LARGEST_BLOB, FromEngine, PutBlob
from komawari.engine_client.process import Command, End, EngineProcess


class Running:
    """A started engine; whoever started it hears what it says together with which one says it."""

    def __init__(
        self,
        command: Command,
        on_message: Callable[[Running, FromEngine], None],
        on_end: Callable[[Running, End], None],
    ) -> None:
        """Start it. Raises `ProcessError`."""
        self.ready = False
        self.refusal = ""
        """Why it will not talk to us, nor would another one."""
        self.forgiven = False
        """Whether we ended it ourselves, for no fault of its own."""
        self.complaint = ""
        """Why we ended it."""
        self.received: dict[str, bytes] = {}
        """Files that the next message names."""
        self._assembler = Assembler(LARGEST_BLOB)
        self.process = EngineProcess(
            command, lambda message: on_message(self, message), lambda end: on_end(self, end)
        )  # fmt: skip

    def receive(self, chunk: PutBlob) -> None:
        """Take a chunk of a file. An engine that sends broken ones is ended."""
        try:
            data = self._assembler.put(chunk)
        except BlobError as error:
            self.complaint = str(error)
            self.process.kill()
            return
        if data is not None:
            self.received[chunk.sha256] = data

    def files(self, result: Result) -> dict[str, bytes]:
        """Return the files that a result names."""
        return {sha: self.received[sha] for _, sha in blobs_in(result) if sha in self.received}
