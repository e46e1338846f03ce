"""The editor's side of the pipe: submit calls, listen, cancel. Needs no Qt, and nobody waits for anything."""
