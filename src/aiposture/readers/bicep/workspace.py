"""The directory that the compiler works in: copies of the sources it may see, and a home of its own.

The compiler never runs inside the scanned repository. So a bicepconfig.json there cannot move its cache, send it to
another registry or stop it with a linter's rule, a path that climbs out of the repository leads nowhere, and the
user's own Bicep folder is never written. Lines are the same in both copies.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from aiposture.readers.bicep.leftovers import claim, remove_leftovers

# A registry that every version trusts. Nothing is ever fetched from it: it is always in the cache.
_REGISTRY = "mcr.microsoft.com"
_REPOSITORY = "bicep/aiposture"
_TAG = "v1"
_MANIFEST: Final = json.dumps(
    {
        "schemaVersion": 2,
        "artifactType": "application/vnd.ms.bicep.module.artifact",
        "config": {
            "mediaType": "application/vnd.ms.bicep.module.config.v1+json",
            "digest": f"sha256:{hashlib.sha256(b'').hexdigest()}",
            "size": 0,
        },
        "layers": [],
    }
).encode()
_PREFIX = "aiposture-bicep-"
_KEPT_SETTINGS = ("experimentalFeaturesEnabled",)


class Workspace:
    """A scratch directory with `sources` and `home`; removed at `close`."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        root = Path(os.path.realpath(self._directory.name))
        remove_leftovers(root.parent, _PREFIX)
        self._claim = claim(root)
        self.sources = root / "sources"
        self.home = root / "home"
        self.temporary = root / "temporary"
        for directory in (self.sources, self.home, self.temporary):
            directory.mkdir()
        self._written: dict[str, bytes] = {}
        self._wanted: set[str] = set()

    def close(self) -> None:
        """Remove it."""
        self._directory.cleanup()
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def put(self, path: str, data: bytes) -> None:
        """Write the copy of the tree's file `path`, if it is not there yet."""
        self._wanted.add(path)
        if self._written.get(path) == data:
            return
        copy = self.sources / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(data)
        self._written[path] = data

    def begin(self) -> None:
        """From here on, what is not put again is not wanted any more."""
        self._wanted.clear()

    def finish(self) -> None:
        """Remove what is not wanted: what was put for one entry point must not be found by another."""
        for path in self._written.keys() - self._wanted:
            del self._written[path]
            copy = self.sources / path
            copy.unlink()
            with contextlib.suppress(OSError):  # until there is more in one
                for directory in copy.relative_to(self.sources).parents:
                    (self.sources / directory).rmdir()

    def put_configuration(self, directory: str, stated: dict[str, Any]) -> None:
        """Write a bicepconfig.json that keeps the language settings of `stated`, and nothing else of it."""
        settings = {name: stated[name] for name in _KEPT_SETTINGS if isinstance(stated.get(name), (dict, list))}
        settings["analyzers"] = {"core": {"enabled": False}}
        path = f"{directory}/bicepconfig.json" if directory else "bicepconfig.json"
        self.put(path, json.dumps(settings).encode())

    def real(self, path: str) -> str:
        """Where the copy of the tree's file `path` is."""
        return str(self.sources / path)

    def relative(self, real: str) -> str | None:
        """The tree's file whose copy `real` is; None if it is none."""
        try:
            return Path(os.path.realpath(real)).relative_to(self.sources).as_posix()
        except ValueError:
            return None

    def put_module(self, template: bytes) -> str:
        """Put a compiled module into the cache, and return the reference that finds it there."""
        name = hashlib.sha256(template).hexdigest()[:32]
        repository = f"{_REPOSITORY}/{name}"
        directory = self.home / ".bicep" / "br" / _REGISTRY / repository.replace("/", "$") / f"{_TAG}$"
        if not directory.exists():
            directory.mkdir(parents=True)
            for file, data in (("main.json", template), ("manifest", _MANIFEST), ("metadata", b"{}"), ("lock", b"")):
                (directory / file).write_bytes(data)
        return f"br:{_REGISTRY}/{repository}:{_TAG}"
