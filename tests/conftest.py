"""What all tests share: how hypothesis searches."""

from hypothesis import HealthCheck, settings

# How quickly examples are made says something about the machine alone; and a test that fails must fail again.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
