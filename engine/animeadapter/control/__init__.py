"""Control of poses and lines: the pictures that controllers read, and the networks that read them."""
