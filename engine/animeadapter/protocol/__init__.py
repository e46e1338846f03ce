"""What the editor and the engine say to each other: requests, poses, results. No torch, no Qt."""
