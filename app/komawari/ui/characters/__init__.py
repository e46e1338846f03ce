"""The character library: its dock, making and editing characters, their masks and parts on the encoder's tokens."""
