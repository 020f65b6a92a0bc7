"""Says in the log that good credentials are refused because of a setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .server import log

_shown_length_max = 200


class MismatchReport:
    """Compares issuer and audience. The caller learns only that the credential is not valid, so without these lines
    nothing would say why."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        # Once for each: every request brings such a token if the setting is wrong.
        self._reported: set[str] = set()

    def fit(self, claims: Mapping[str, Any]) -> bool:
        """Only for claims that Proxima has signed or answered: what callers invent must not reach the log (CWE-117)."""
        if claims.get("iss") != self._issuer:
            self._report("issuer", claims.get("iss"), self._issuer, "Set it exactly as PROXIMA_PUBLIC_URL.")
            return False
        if claims.get("aud") != self._audience:
            advice = "If this service should accept it, set audience exactly as PROXIMA_AUDIENCE."
            self._report("audience", claims.get("aud"), self._audience, advice)
            return False
        return True

    def _report(self, name: str, value: object, setting: str, advice: str) -> None:
        if name in self._reported:
            return
        self._reported.add(name)
        shown = json.dumps(value)[:_shown_length_max]
        log.warning(
            "A token of Proxima was refused: its %s is %s, and the setting %s is %s. %s",
            name,
            shown,
            name,
            json.dumps(setting),
            advice,
        )
