"""Were the evaluators of a tender drawn as its log says? Contributions opened and sealed again (seal/1), tickets and calls made again (draw/1)."""

import hmac
import itertools
import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from formats import IDENTITY, Bad, b64url, changed_rightly, jws_holds, key_in_force, payload_of, sha256, to_b64url, utf8

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BUCKET = 4096


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def canonical(value):
    """RFC 8785 for what stands in these headers: texts and small whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- shares over GF(2^8) modulo x^8+x^4+x^3+x+1 -----------------------------------------------------------------------------------------


def times(a, b):
    out = 0
    while b:
        if b & 1:
            out ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return out


def inverse(a):
    return next(b for b in range(1, 256) if times(a, b) == 1)


def combined(shares):
    """The 32 polynomials of the shares (x, y) at 0."""
    out = bytes(32)
    for x, y in shares:
        weight = 1
        for other, _ in shares:
            if other != x:
                weight = times(weight, times(other, inverse(other ^ x)))
        out = bytes(o ^ times(weight, v) for o, v in zip(out, y))
    return out


def share_of(seed, coefficients, x):
    out = bytes(32)
    for part in reversed(coefficients):
        out = bytes(times(o ^ c, x) for o, c in zip(out, part))
    return bytes(o ^ s for o, s in zip(out, seed))


# --- seal/1 ------------------------------------------------------------------------------------------------------------------------------


def deriver(ks, seed):
    """HKDF-SHA-256 with empty salt, one block: what follows from a seed under a label."""
    prk = mac(bytes(32), seed)
    return lambda label, length=32, more=b"": mac(prk, b"seal/1 " + label.encode() + b"\0" + ks + more + b"\x01")[:length]


def jwe(head, iv, sealed):
    return "%s..%s.%s.%s" % (head, to_b64url(iv), to_b64url(sealed[:-16]), to_b64url(sealed[-16:]))


def scalar_of(derive, x):
    c = 0
    while True:
        value = int.from_bytes(derive("eph-%d-%d" % (x, c)), "big")
        if 0 < value < ORDER:
            return value
        c += 1


def point(jwk):
    x, y = (int.from_bytes(b64url(jwk[c]), "big") for c in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def with_length(data):
    return len(data).to_bytes(4, "big") + data


def sealed_again(keyset, ks, seed, plaintext):
    """The one envelope of this seed and plaintext, with the commitment to its seed."""
    derive = deriver(ks, seed)
    kc = derive("commit")
    coefficients = [derive("coef-%d" % (i + 1)) for i in range(keyset["t"] - 1)]
    shares = []
    for custodian in keyset["custodians"]:
        x, name = custodian["x"], custodian["id"].encode()
        own = ec.derive_private_key(scalar_of(derive, x), ec.SECP256R1())
        numbers = own.public_key().public_numbers()
        epk = {c: to_b64url(getattr(numbers, c).to_bytes(32, "big")) for c in "xy"}
        header = {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "apu": to_b64url(ks),
            "apv": to_b64url(name),
            "epk": dict(epk, crv="P-256", kty="EC"),
            "kc": to_b64url(kc),
            "ks": to_b64url(ks),
            "kid": custodian["kid"],
            "x": x,
        }
        head = to_b64url(canonical(header).encode())
        z = own.exchange(ec.ECDH(), point(custodian["jwk"]))
        info = with_length(b"A256GCM") + with_length(ks) + with_length(name) + (256).to_bytes(4, "big")
        key, iv = sha256((1).to_bytes(4, "big") + z + info), derive("share-iv-%d" % x, 12)
        shares.append(jwe(head, iv, AESGCM(key).encrypt(iv, share_of(seed, coefficients, x), head.encode())))
    header = {"alg": "dir", "enc": "A256GCM", "kc": to_b64url(kc), "ks": to_b64url(ks), "typ": "bid+jws"}
    head, iv = to_b64url(canonical(header).encode()), derive("content-iv", 12, sha256(plaintext))
    content = jwe(head, iv, AESGCM(derive("content-key")).encrypt(iv, plaintext, head.encode()))
    envelope = {"v": "seal/1", "ks": to_b64url(ks), "kc": to_b64url(kc), "shares": shares, "content": content}
    return canonical(envelope).encode()


def opened(keyset, ks, data, released):
    """The text in an envelope; None when its maker made it wrong. Bad while too few shares are there."""
    envelope = json.loads(utf8(data))
    for some in itertools.combinations(released, keyset["t"]):
        seed = combined(some)
        derive = deriver(ks, seed)
        if to_b64url(derive("commit")) == envelope["kc"]:
            break
    else:
        if len(released) < keyset["n"]:
            raise Bad("drawn while a contribution is not open")
        return None
    head, _, iv, text, tag = envelope["content"].split(".")
    try:
        plaintext = AESGCM(derive("content-key")).decrypt(b64url(iv), b64url(text) + b64url(tag), head.encode())
    except InvalidTag:
        return None
    if sealed_again(keyset, ks, seed, plaintext) != data or len(plaintext) % BUCKET:
        return None
    return utf8(plaintext.rstrip(b" "))


# --- the draw ----------------------------------------------------------------------------------------------------------------------------


def contributions_of(get, leaves, own, close):
    """What custodians had sealed by the close, opened from the shares that they released: pairs of eid and r."""
    keysets = [(i, x) for i, x in own if x["typ"] == "tender.keyset/1" and payload_of(get, x)["kind"] == "draw"]
    if not keysets:
        raise Bad("there is no keyset of the draw")
    keyset = payload_of(get, keysets[0][1])
    # Before the close an amendment may put another in its place.
    amended = [(i, payload_of(get, x).get("keysets", {})) for i, x in own if x["typ"] == "tender.amended/1"]
    for index, leaf in keysets[1:]:
        other = payload_of(get, leaf)
        named = to_b64url(sha256(canonical(other).encode()))
        if index < close and any(i < index and ids.get("draw") == named for i, ids in amended):
            keyset = other
    ks = sha256(canonical(keyset).encode())
    names = {c["id"]: c["x"] for c in keyset["custodians"]}

    for index, leaf in leaves:
        if leaf["typ"] != IDENTITY or leaf["org"] not in names:
            continue
        said = payload_of(get, leaf)
        if said["replaces"] is not None and not changed_rightly(get, leaves, index, leaf, said):
            raise Bad("entry %d gives a custodian a key for which nobody stands" % index)

    def by_custodian(index, leaf, who, typ):
        key = key_in_force(get, leaves, who, leaf["by"], index, "custodian.identity/1")
        text = utf8(get("payload/" + b64url(leaf["h"]).hex()))
        return key is not None and leaf["org"] == who and jws_holds(text, key["jwk"], typ)

    counting = {}
    for index, leaf in own:
        if leaf["typ"] != "draw.contribution/1" or index > close:
            continue
        said = payload_of(get, leaf)
        who = said["custodian"]
        if who in counting or who not in names or said["ks"] != to_b64url(ks):
            continue
        if by_custodian(index, leaf, who, "draw.contribution/1"):
            counting[who] = (index, leaf, said["eid"])
    due = sorted((b64url(eid) for _, _, eid in counting.values()))

    lists = [(i, x) for i, x in own if x["typ"] == "opening.list/1" and payload_of(get, x)["ks"] == to_b64url(ks)]
    if not lists or [b64url(eid) for eid in payload_of(get, lists[0][1])["eids"]] != due:
        raise Bad("the contributions listed are not those that were sealed before the close")
    at, list_leaf = lists[0]
    released = {}
    for index, leaf in own:
        if leaf["typ"] != "release/1" or index < at:
            continue
        said = payload_of(get, leaf)
        custodian = next((c for c in keyset["custodians"] if c["x"] == said["x"]), None)
        if said["ks"] != to_b64url(ks) or said["list"] != list_leaf["h"] or custodian is None or said["x"] in released:
            continue
        if by_custodian(index, leaf, custodian["id"], "release/1"):
            released[said["x"]] = {share["eid"]: b64url(share["y"]) for share in said["shares"]}

    pairs = []
    for who, (index, leaf, eid) in counting.items():
        data = get("payload/" + b64url(eid).hex())
        shares = [(x, mine[eid]) for x, mine in sorted(released.items()) if len(mine.get(eid, b"")) == 32]
        text = opened(keyset, ks, data, shares)
        key = key_in_force(get, leaves, who, leaf["by"], index, "custodian.identity/1")
        if text is None or not jws_holds(text, key["jwk"], "contribution/1"):
            continue
        r = b64url(json.loads(utf8(b64url(text.split(".")[1])))["r"])
        if len(r) == 32:
            pairs.append((b64url(eid), r))
    return sorted(pairs)


def tickets_of(seed, purpose, ids):
    key = mac(seed, b"draw/1 " + purpose.encode())
    return sorted((mac(key, b"id\0" + one.encode()), one) for one in ids)


def called_again(order, fields, calls, passed, used, vacancies):
    """The next tickets of the vacancies' strata: those called, those passed over for the reasons given, and seats left empty."""
    gone = set(used)
    due = {"calls": [], "passed": [], "unfilled": []}
    for seat, replaces, because in vacancies:
        field = fields[seat]
        for one in order[field]:
            if one in gone:
                continue
            gone.add(one)
            if (field, one) in passed:
                due["passed"].append({"field": field, "id": one, "because": passed[field, one]})
                continue
            due["calls"].append({"evaluator": seat, "field": field, "replaces": replaces, "because": because, "id": one})
            break
        else:
            due["unfilled"].append(seat)
    if due != calls:
        raise Bad("those called are not the next tickets")
    return due


def pool_holds(of, notice, close, first_list):
    """The pool was fixed before the close, of the notice's fields, sorted and large enough, and announced as it is."""
    index, said = of("pool.committed/1")[0]
    if index > close or [s["field"] for s in said["strata"]] != [s["field"] for s in notice["pool"]["strata"]]:
        raise Bad("the pool is not what the notice asked for, before the close")
    for asked, stratum in zip(notice["pool"]["strata"], said["strata"]):
        ids = stratum["ids"]
        if ids != sorted(set(ids)) or len(ids) < 2 * asked["seats"]:
            raise Bad("the pool of %s is not sorted, names one twice, or is too small" % asked["field"])
        purpose = "evaluators %s/%s/%s" % (notice["tender"], notice["lot"], asked["field"])
        told = [(i, n) for i, n in of("draw.notice/1") if n["purpose"] == purpose]
        if not told or told[0][0] > first_list or told[0][1]["ids"] != ids:
            raise Bad("the draw of %s was not announced as it was" % asked["field"])


def confirmed(get, leaves, entries, below, seat, field):
    """Does the seat open a sealed entry below the pool that says that the operator had confirmed the person for the field?"""
    opening = seat.get("confirmed")
    if opening is None:
        raise Bad("%s is not shown to have been confirmed" % seat["evaluator"])
    at, text = opening["index"], opening["text"]
    c = to_b64url(sha256(b"sealed/1\n" + b64url(opening["salt"]) + text.encode()))
    said = json.loads(text if text.startswith("{") else utf8(b64url(text.split(".")[1])))
    right = {"typ": "evaluator.field/1", "account": seat["person"], "field": field, "verdict": "confirmed"}
    if at >= below or json.loads(entries[at]) != {"c": c, "typ": "sealed/1", "v": 1}:
        raise Bad("entry %d does not hold what confirmed %s" % (at, seat["evaluator"]))
    if dict(said, decidedBy=None) != dict(right, decidedBy=None) or said["decidedBy"] == seat["person"]:
        raise Bad("%s was not confirmed for the field" % seat["evaluator"])
    kids = {leaf["by"] for i, leaf in leaves if leaf["typ"] == "actor.key/1" and leaf["org"] == "operator" and i < at}
    keys = [(kid, key_in_force(get, leaves, "operator", kid, at)) for kid in kids]
    own = [(kid, key) for kid, key in keys if key and key["id"] == said["decidedBy"] != "receipts"]
    if text.startswith("{"):
        if own:
            raise Bad("%s was confirmed by somebody who had a key and did not sign" % seat["evaluator"])
    else:
        named = json.loads(utf8(b64url(text.split(".")[0])))["kid"]
        if not any(kid == named and jws_holds(text, key["jwk"], "evaluator.field/1") for kid, key in own):
            raise Bad("the confirmation of %s is not signed by the operator" % seat["evaluator"])


def sat_hold(get, leaves, index, locked, named, fields, holders, declared, asked):
    """Those who sat are behind their numbers, were called, declared no conflict before the lock, and signed their own sheets."""
    if not named or sorted(seat["evaluator"] for seat in named[0][1]["seats"]) != sorted(fields):
        raise Bad("not every seat was named with the lock")
    sheets = {sheet["evaluator"]: sheet["jws"] for sheet in locked["sheets"]}
    for seat in named[0][1]["seats"]:
        who, number = seat["evaluator"], seat["id"]
        if to_b64url(sha256(b64url(seat["salt"]) + seat["person"].encode())) != number or holders.get(who) != number:
            raise Bad("%s is not who was called" % who)
        if not any(d["id"] == number and not d["conflict"] and i < index for i, d in declared):
            raise Bad("%s did not declare that there is no conflict" % who)
        kid = json.loads(utf8(b64url(sheets[who].split(".")[0])))["kid"]
        orgs = {leaf["org"] for _, leaf in leaves if leaf["typ"] == "actor.key/1" and leaf["by"] == kid}
        keys = [key_in_force(get, leaves, org, kid, index) for org in orgs]
        if not any(key and key["id"] == seat["person"] and jws_holds(sheets[who], key["jwk"], "marks/1") for key in keys):
            raise Bad("the sheet of %s is signed by somebody else" % who)
        if "declared" in seat or asked:
            at, said = next((i, d) for i, d in declared if d["id"] == number and not d["conflict"])
            declaration_holds(get, leaves, seat, at, said)
            if json.loads(utf8(b64url(sheets[who].split(".")[1]))).get("declared") != said["h"]:
                raise Bad("the sheet of %s does not name the declaration" % who)


def declaration_holds(get, leaves, seat, at, said):
    """The person of the seat signed that there is no conflict, with a key in force where the log has the hash of it."""
    text = seat.get("declared")
    if text is None or to_b64url(sha256(text.encode())) != said["h"]:
        raise Bad("the declaration of %s is not the one in the log" % seat["evaluator"])
    header, body = (json.loads(utf8(b64url(part))) for part in text.split(".")[:2])
    kid = header["kid"]
    orgs = {leaf["org"] for _, leaf in leaves if leaf["typ"] == "actor.key/1" and leaf["by"] == kid}
    keys = [key_in_force(get, leaves, org, kid, at) for org in orgs]
    if not any(key and key["id"] == seat["person"] and jws_holds(text, key["jwk"], "declaration/1") for key in keys):
        raise Bad("the declaration of %s is signed by somebody else" % seat["evaluator"])
    if any(body[name] != said[name] for name in ("tender", "lot", "evaluator", "id", "conflict")) or body["conflict"]:
        raise Bad("the declaration of %s says something else" % seat["evaluator"])


def committee_holds(get, entries, tender, root_at):
    """How many seats were filled by lot, every ticket and call made again; 0 where the buyer named the evaluators or nothing is drawn yet."""
    leaves = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries) if leaf["typ"] != "sealed/1"]
    own = [(i, leaf) for i, leaf in leaves if leaf["ref"] == tender]
    of = lambda typ: [(i, payload_of(get, leaf)) for i, leaf in own if leaf["typ"] == typ]
    results = [said for _, said in of("draw.result/1") if said["purpose"].startswith("evaluators ")]
    notice = of("tender.notice/1")[0][1] if of("tender.notice/1") else {}
    if "pool" not in notice or not results:
        return 0
    close = of("tender.closed/1")[0][0]
    seats = [stratum["field"] for stratum in notice["pool"]["strata"] for _ in range(stratum["seats"])]
    fields = {"E%d" % (i + 1): field for i, field in enumerate(seats)}
    if list(fields) != notice["evaluators"]:
        raise Bad("the seats of the notice are not those of its strata")
    pool_holds(of, notice, close, of("opening.list/1")[0][0])
    pairs = contributions_of(get, leaves, own, close)
    seed = sha256(b"draw/1 seed\n" + root_at(close + 1) + len(pairs).to_bytes(4, "big") + b"".join(e + r for e, r in pairs))
    order = {}
    for stratum in of("pool.committed/1")[0][1]["strata"]:
        purpose = "evaluators %s/%s/%s" % (tender, notice["lot"], stratum["field"])
        tickets = tickets_of(seed, purpose, stratum["ids"])
        said = [result for result in results if result["purpose"] == purpose]
        made = {
            "seed": to_b64url(seed),
            "contributions": [to_b64url(eid) for eid, _ in pairs],
            "tickets": [{"id": one, "ticket": to_b64url(ticket)} for ticket, one in tickets],
            "closing": close,
        }
        if len(said) != 1 or any(said[0][name] != value for name, value in dict(made, contributions=sorted(made["contributions"])).items()):
            raise Bad("the tickets of %s drawn again are not the recorded ones" % stratum["field"])
        order[stratum["field"]] = [one for _, one in tickets]

    holders, used, declared = {}, set(), of("committee.declared/1")
    for nth, (index, said) in enumerate(of("committee.called/1")):
        named = {call["evaluator"] for call in said["calls"]} | set(said["unfilled"])
        vacancies = []
        for seat in fields:
            if nth == 0:
                vacancies.append((seat, None, "drawn"))
            elif seat in named:
                answers = [d for i, d in declared if d["id"] == holders.get(seat) and i < index]
                if any(not answer["conflict"] for answer in answers):
                    raise Bad("entry %d replaces who declared no conflict" % index)
                vacancies.append((seat, holders.get(seat), "conflict" if answers else "no-answer"))
        told = {name: said[name] for name in ("calls", "passed", "unfilled")}
        passed = {(p["field"], p["id"]): p["because"] for p in said["passed"]}
        called_again(order, fields, told, passed, used, vacancies)
        holders.update({call["evaluator"]: call["id"] for call in said["calls"]})
        used |= {one["id"] for one in said["calls"] + said["passed"]}
    for index, said in of("scores.locked/1")[:1]:
        sat_hold(get, leaves, index, said, of("committee.named/1"), fields, holders, declared, notice["pool"].get("declared"))
        for seat in of("committee.named/1")[0][1]["seats"]:
            if "confirmed" in seat or notice["pool"].get("confirmed"):
                confirmed(get, leaves, entries, of("pool.committed/1")[0][0], seat, fields[seat["evaluator"]])
    return len(fields)
