"""What the tests of the Terraform reader share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aiposture.files import Tree
from aiposture.model import Reading
from aiposture.readers.terraform import Options, read

Reader = Callable[..., Reading]
NO_OPTIONS = Options()


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Writes files and reads the root module in `directory`."""

    def run(files: Mapping[str, str | bytes], directory: str = "", options: Options = NO_OPTIONS) -> Reading:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(Tree(tmp_path), directory, wanted=lambda type_: not type_.startswith("random_"), options=options)

    return run
