"""What all tests share: Hypothesis never fails a test for the speed of the machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("poemgen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("poemgen")
