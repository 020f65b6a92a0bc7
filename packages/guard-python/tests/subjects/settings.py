"""The settings that the conformance suite gives to every guard."""

import os
from dataclasses import asdict
from typing import Any

from proxima_guard import User


def settings() -> dict[str, Any]:
    return {
        "issuer": os.environ["ISSUER"],
        "audience": os.environ["AUDIENCE"],
        "api_key": os.environ.get("API_KEY"),
        "fail_mode": os.environ["FAIL_MODE"],
        "fail_after_seconds": float(os.environ["FAIL_AFTER_SECONDS"]),
    }


def shown(user: User) -> dict[str, Any]:
    return asdict(user)
