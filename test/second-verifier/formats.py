"""Bytes, texts and signatures as the log writes them, for the parts of the second verifier."""

import base64
import hashlib
import json
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes as hash_names
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Bad(Exception):
    """What was handed in does not hold; the message says why."""


# --- bytes -------------------------------------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(text):
    """Standard base64 with padding, in its one spelling."""
    try:
        raw = text.encode("ascii")
        data = base64.b64decode(raw, validate=True)
    except ValueError:
        raise Bad("not base64")
    if base64.b64encode(data) != raw:
        raise Bad("not the one spelling of base64")
    return data


def b64url(text):
    """base64url without padding, in its one spelling."""
    try:
        raw = text.encode("ascii")
        data = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        raise Bad("not base64url")
    if base64.urlsafe_b64encode(data).rstrip(b"=") != raw:
        raise Bad("not the one spelling of base64url")
    return data


def to_b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("not UTF-8")


def moment(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except (TypeError, ValueError, AttributeError):
        raise Bad("not a time")


# --- signed payloads ------------------------------------------------------------------------------------------------------------


def payload_of(get, leaf):
    """The payload of an open entry: canonical JSON, or the middle part of a compact JWS."""
    text = utf8(get("payload/" + b64url(leaf["h"]).hex()))
    return json.loads(text if text.startswith("{") else utf8(b64url(text.split(".")[1])))


def jws_holds(jws, jwk, typ):
    """Is it a JWS of this type (ES256, compact), signed by the key?"""
    parts = jws.split(".")
    if len(parts) != 3:
        raise Bad("not a compact JWS")
    header, signature = json.loads(utf8(b64url(parts[0]))), b64url(parts[2])
    if header.get("alg") != "ES256" or header.get("typ") != typ.split("/")[0] + "+jws" or len(signature) != 64:
        raise Bad("a JWS of another kind")
    x, y = (int.from_bytes(b64url(jwk[c]), "big") for c in "xy")
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), (parts[0] + "." + parts[1]).encode(), ec.ECDSA(hash_names.SHA256()))
        return True
    except InvalidSignature:
        return False


def thumbprint(jwk):
    """RFC 7638: the number of a P-256 key."""
    text = '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' % (jwk["x"], jwk["y"])
    return to_b64url(sha256(text.encode()))


def key_in_force(get, leaves, org, kid, below, typ="actor.key/1"):
    """The key of this organisation that was enrolled, and neither replaced nor reported, below an entry; None when there is none.

    The enrolment is signed by the key itself; that of a custodian's next identity by the one before, which the leaf names.
    """
    found = None
    for index, leaf in leaves:
        if index >= below or leaf["org"] != org:
            continue
        if leaf["typ"] == typ:
            said = payload_of(get, leaf)
            if thumbprint(said["jwk"]) == kid:
                found = said
            elif said["replaces"] == kid:
                return None
        if leaf["typ"] == "actor.key.revoked/1" and payload_of(get, leaf)["kid"] == kid:
            return None
    return found
