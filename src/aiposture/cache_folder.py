"""Where the cache is. It stands alone because every start passes here, and few need the cache itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str], system: str = sys.platform) -> Path | None:
    """The folder of our cache on this system; None if the user has no place for such things."""
    if system == "win32":
        local = environment.get("LOCALAPPDATA", "")
        return Path(local, "aiposture", "Cache") if local else None
    stated = environment.get("XDG_CACHE_HOME", "")
    home = environment.get("HOME", "")
    if Path(stated).is_absolute():
        return Path(stated, "aiposture")
    if not Path(home).is_absolute() or not Path(home).is_dir():  # a user without a home gets none made
        return None
    return Path(home, "Library", "Caches", "aiposture") if system == "darwin" else Path(home, ".cache", "aiposture")
