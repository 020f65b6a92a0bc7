"""Proof of the doses, which anyone can verify without this service."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import jwt
import qrcode
from qrcode.image.svg import SvgPathImage

from .failure import Failure
from .models import AccountOwner
from .secrets_file import SigningKey
from .services import DosesService, Parts

# The type of the token, so that no other signed token passes for a certificate (RFC 8725 §3.11).
certificate_type = "vaccination+jwt"

# People verify certificates offline, so none can be taken back. It ends after a year, and its owner gets another.
_life_seconds = 365 * 24 * 60 * 60

_page = Path(__file__).parents[2] / "src" / "certificates" / "page"


@dataclass(frozen=True)
class IssuedCertificate:
    token: str
    url: str
    qr_svg: str


class CertificatesService:
    def __init__(self, parts: Parts, doses: DosesService, signing_key: SigningKey, public_url: str) -> None:
        self._parts = parts
        self._doses = doses
        self._signing_key = signing_key
        self._public_url = public_url

    def issue(self, owner: AccountOwner) -> IssuedCertificate:
        doses = self._doses.list_of(owner.account_id)
        if not doses:
            raise Failure(409, "no_dose_yet", "No dose is recorded for you yet.")
        # People who check the certificate compare the name with a document.
        if owner.name is None:
            raise Failure(409, "name_missing", "Add your full name to your account first.")
        issued_at_seconds = int(self._parts.now().timestamp())
        # No national id and no id of an account: everyone who scans it reads it.
        claims = {
            "name": owner.name,
            "doses": [{"number": dose.number, "vaccine": dose.vaccine, "day": dose.day} for dose in doses],
            "iss": self._public_url,
            "iat": issued_at_seconds,
            "exp": issued_at_seconds + _life_seconds,
        }
        headers = {"typ": certificate_type, "kid": self._signing_key.public_jwk["kid"]}
        token = jwt.encode(claims, self._signing_key.private_key, algorithm="ES256", headers=headers)
        # After the #, so that a browser that opens it sends the certificate to no server.
        url = f"{self._public_url}/verify#{token}"
        picture = qrcode.make(url, image_factory=SvgPathImage, border=4)
        return IssuedCertificate(token, url, picture.to_string().decode())


@dataclass(frozen=True)
class VerifyPage:
    html: str
    content_security_policy: str


def verify_page(issuer: str, public_jwk: dict[str, str]) -> VerifyPage:
    """One file that verifies certificates without a connection. The public key is in it."""
    html, style, script = ((_page / f"verify.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    settings = json.dumps({"issuer": issuer, "type": certificate_type, "keys": [public_jwk]})
    html = html.replace('"__SETTINGS__"', settings.replace("<", "\\u003c"))
    html = html.replace("/* __STYLE__ */", style).replace("__SCRIPT__", script)
    policy = [
        "default-src 'none'",
        f"script-src {_hash_of(script)}",
        f"style-src {_hash_of(style)}",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    return VerifyPage(html, "; ".join(policy))


def _hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
