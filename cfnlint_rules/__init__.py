"""The controls as rules of cfn-lint: `cfn-lint --append-rules aiposture.cfnlint_rules`.

cfn-lint takes the classes it finds in a module that is named so. When it is given this directory instead, it loads
`rules.py` and leaves this file alone.
"""

from __future__ import annotations

from aiposture.cfnlint_rules import rules

globals().update(rules.RULES)
