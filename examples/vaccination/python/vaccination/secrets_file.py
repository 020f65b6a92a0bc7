"""The secrets of this service alone, in the same file as those of the service in TypeScript."""

from __future__ import annotations

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm


@dataclass(frozen=True)
class SigningKey:
    """The key pair of the certificates."""

    private_key: Any
    public_jwk: dict[str, str]
    """With its thumbprint as the id (RFC 7638)."""


@dataclass(frozen=True)
class Secrets:
    national_id_key: bytes
    signing_key: SigningKey


def load_secrets(path: str) -> Secrets:
    """Reads the secrets. The first start creates them. Without the file, no one can be found by national id."""
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
    except FileNotFoundError:
        stored = _create(path)
    return Secrets(_decoded(stored["national_id_key"]), _signing_key(stored["certificate_key"]))


def _create(path: str) -> dict[str, Any]:
    stored = {"national_id_key": _encoded(secrets.token_bytes(32)), "certificate_key": _new_jwk()}
    # Only its owner can read it. It never replaces a file that another process has made meanwhile.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(stored, file, indent=2)
    return stored


def _new_jwk() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    parts = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    encoded = {name: _encoded(value.to_bytes(32, "big")) for name, value in parts.items()}
    return {"kty": "EC", "crv": "P-256", **encoded}


def _signing_key(jwk: dict[str, str]) -> SigningKey:
    public = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    thumbprint = sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest()
    return SigningKey(ECAlgorithm.from_jwk(json.dumps(jwk)), {**public, "kid": _encoded(thumbprint)})


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
