"""Plain functions that make rows for tests: ``make_<noun>(**overrides)``."""
