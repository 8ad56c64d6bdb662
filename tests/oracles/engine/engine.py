"""Azure's own template engine, which the Bicep compiler carries: it says what a template deploys.

The compiler takes any ARM template through a parameter file (`using './template.json'`), and answers with the
resources in which every expression is worked out that does not need a deployment.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from aiposture.readers.bicep.process import ProcessError, Server

COMPILER = os.environ.get("AIPOSTURE_BICEP") or shutil.which("bicep")
NO_COMPILER = "no Bicep compiler: neither AIPOSTURE_BICEP nor bicep on PATH"

TENANT = "11111111-1111-1111-1111-111111111111"
SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"
GROUP, LOCATION = "the-group", "eastus2"
_ID = f"/subscriptions/{SUBSCRIPTION}"
FACTS = {
    "resourceGroup": {"id": f"{_ID}/resourceGroups/{GROUP}", "name": GROUP, "location": LOCATION},
    "subscription": {"id": _ID, "subscriptionId": SUBSCRIPTION, "tenantId": TENANT},
    "tenant": {"tenantId": TENANT},
}
"""What the engine is told, as the functions of these names give it."""

_MAX_REQUESTS = 50  # its memory grows with every one


class RefusedError(Exception):
    """The engine does not take a template; the text says why."""


class Engine:
    """One compiler's process, started again now and then."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="aiposture-engine-", ignore_cleanup_errors=True)
        self._server: Server | None = None
        self._requests = 0
        self._known: dict[str, str] = {}

    def close(self) -> None:
        self._stop()
        self._directory.cleanup()

    def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None

    def _running(self) -> Server:
        if self._requests % _MAX_REQUESTS == 0:
            self._stop()
        if self._server is None:
            home = self._directory.name
            environment = {
                **os.environ,
                "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
                "HOME": home,
                "USERPROFILE": home,
            }
            self._server = Server([str(COMPILER), "jsonrpc", "--stdio"], environment, home)
        self._requests += 1
        return self._server

    def snapshot(self, template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        """What the template deploys with the parameters (`predictedResources`). Raises RefusedError."""
        asked = json.dumps([template, parameters])
        if asked not in self._known:
            self._known[asked] = self._snapshot(template, parameters)
        return json.loads(self._known[asked])

    def _snapshot(self, template: dict[str, Any], parameters: dict[str, Any]) -> str:
        server = self._running()
        name = f"t{self._requests}"
        Path(self._directory.name, f"{name}.json").write_text(json.dumps(template), "utf-8")
        file = Path(self._directory.name, f"{name}.bicepparam")
        lines = [f"using './{name}.json'", *(f"param {key} = {_literal(value)}" for key, value in parameters.items())]
        file.write_text("\n".join(lines) + "\n", "utf-8")
        try:
            reply = server.request(
                "bicep/getSnapshot",
                {"path": str(file), "metadata": _metadata(template), "externalInputs": []},
                60,
            )
        except ProcessError as error:
            if error.stopped is not None:
                self._server = None
            raise RefusedError(error.reason) from error
        return str(reply["snapshot"])


def _metadata(template: dict[str, Any]) -> dict[str, str]:
    """Where it is deployed, as its schema has it."""
    schema = str(template.get("$schema")).casefold()
    where = {"tenantId": TENANT, "location": LOCATION, "deploymentName": "main"}
    if "tenantdeployment" in schema:
        return where
    if "managementgroupdeployment" in schema:
        return {**where, "managementGroupId": "the-managers"}
    where["subscriptionId"] = SUBSCRIPTION
    return where if "subscriptiondeployment" in schema else {**where, "resourceGroup": GROUP}


def _literal(value: Any) -> str:
    """A value as Bicep writes it."""
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\$").replace("\n", "\\n")
        return f"'{text}'"
    if isinstance(value, dict):
        return "\n".join(["{", *(f"{_literal(key)}: {_literal(one)}" for key, one in value.items()), "}"])
    if isinstance(value, list):
        return "\n".join(["[", *map(_literal, value), "]"])
    return json.dumps(value)
