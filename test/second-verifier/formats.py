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


IDENTITY = "custodian.identity/1"
STANDING = "organisation.standing/1"


def oversees(get, leaves, org, below):
    """Is it a verified body of oversight that keeps no keys itself, by the operator's last word below an entry?"""
    last = None
    for index, leaf in leaves:
        if index >= below or leaf["typ"] != STANDING or leaf["org"] != org:
            continue
        text, said = utf8(get("payload/" + b64url(leaf["h"]).hex())), payload_of(get, leaf)
        people = [x["by"] for i, x in leaves if x["typ"] == "actor.key/1" and x["org"] == "operator" and i < index]
        keys = [k for k in (key_in_force(get, leaves, "operator", kid, index) for kid in set(people)) if k and k["id"] != "receipts"]
        if text.startswith("{"):
            holds = leaf["by"] != "-" and all(k["id"] != leaf["by"] for k in keys)
        else:
            holds = any(thumbprint(k["jwk"]) == leaf["by"] and jws_holds(text, k["jwk"], STANDING) for k in keys)
        if holds and said["id"] == org:
            last = said
    return (
        last is not None
        and last["kind"] == "oversight"
        and last["body"] != "custodian-institution"
        and last["standing"] in ("verified", "restored")
    )


def changed_rightly(get, leaves, index, leaf, said):
    """Does the key before, or three organisations together where that is lost, stand for a custodian's next identity?"""
    try:
        return stood_for(get, leaves, index, leaf, said)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return False


def middle(jws):
    """What a compact JWS says."""
    return json.loads(utf8(b64url(jws.split(".")[1])))


def stood_for(get, leaves, index, leaf, said):
    """The same for an entry that is in the format; of another one anything may be raised."""
    text = utf8(get("payload/" + b64url(leaf["h"]).hex()))
    if "recovery" not in said:
        old = key_in_force(get, leaves, said["org"], said["replaces"], index, IDENTITY)
        return old is not None and leaf["by"] == said["replaces"] and jws_holds(text, old["jwk"], IDENTITY)
    request, vouched = said["recovery"]["request"], said["recovery"]["vouched"]
    asked = {name: value for name, value in said.items() if name != "recovery"}
    if middle(request) != asked or not jws_holds(request, said["jwk"], IDENTITY):
        return False
    if key_in_force(get, leaves, said["org"], said["replaces"], index, IDENTITY) is None:
        return False
    word, kid = middle(vouched), json.loads(utf8(b64url(vouched.split(".")[0])))["kid"]
    due = {
        "custodian": word["custodian"],
        "id": said["id"],
        "replaces": said["replaces"],
        "request": to_b64url(sha256(request.encode())),
        "typ": "custodian.vouched/1",
    }
    other = key_in_force(get, leaves, word["custodian"], kid, index, IDENTITY)
    if word != due or word["custodian"] == said["id"] or other is None:
        return False
    if not jws_holds(vouched, other["jwk"], "custodian.vouched/1"):
        return False
    enrolled = [x["org"] for _, x in leaves if x["typ"] == "actor.key/1" and x["by"] == leaf["by"]]
    org = enrolled[0] if enrolled else None
    auditor = org and key_in_force(get, leaves, org, leaf["by"], index)
    if not auditor or org in (said["id"], word["custodian"]) or not oversees(get, leaves, org, index):
        return False
    return jws_holds(text, auditor["jwk"], IDENTITY)


def key_in_force(get, leaves, org, kid, below, typ="actor.key/1"):
    """The key of this organisation that was enrolled, and neither replaced nor reported, below an entry; None when there is none.

    The enrolment is signed by the key itself; that of a custodian's next identity by the one before, which the leaf names, or, where that
    is lost, by an auditor who holds what the institution and another custodian signed.
    """
    found = None
    for index, leaf in leaves:
        if index >= below or leaf["org"] != org:
            continue
        if leaf["typ"] == typ:
            said = payload_of(get, leaf)
            if typ == IDENTITY and said["replaces"] is not None and not changed_rightly(get, leaves, index, leaf, said):
                continue
            if thumbprint(said["jwk"]) == kid:
                found = said
            elif said["replaces"] == kid:
                return None
        if leaf["typ"] == "actor.key.revoked/1" and payload_of(get, leaf)["kid"] == kid:
            return None
    return found
