"""How hard properties are tried: a few examples with every push, many at night.

`pytest -m nightly` runs what a push does not wait for; `--hypothesis-profile=nightly`
tries every property longer.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("push", settings.default, max_examples=8, deadline=None)
settings.register_profile("nightly", settings.default, max_examples=400, deadline=None)
settings.load_profile("push")
