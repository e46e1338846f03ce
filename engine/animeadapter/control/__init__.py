"""Pose control: the OpenPose picture, and the networks that read it."""
