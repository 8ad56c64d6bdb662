"""The controls as checks of Checkov: importing this package registers all of them.

Checkov itself does not import it but loads `ais_checks.py`, when it is given this directory by
`--external-checks-dir`. The verdicts are those of `aiposture check`; nothing is judged here.
"""

from __future__ import annotations

from aiposture.checks.adapters import arm, bicep, cloudformation, terraform

for _framework in (terraform, arm, bicep, cloudformation):
    _framework.register()
