"""A second verifier of the public log, in another language and by its documentation alone: the page /how/verify,
and docs/award.md for the arithmetic.

Python 3, its standard library, and the package `cryptography` for Ed25519 and P-256. Use:

    python3 verifier.py receipt POLICY RECEIPT     a tlog-proof that carries its entry: prints the verdict, exit code 0 or 1
    python3 verifier.py bundle FILE                the logs in a bundle, a log a year: checkpoints, entries, tiles, every proof and
                                                   payload hash, the signature of every incident that an overseer declared,
                                                   the second person of every act that needs two, and evaluators drawn
                                                   again from what custodians had sealed, the standstill before
                                                   the award, technical scores
                                                   and the order of two stages, and the lots of a notice
    python3 verifier.py judge                      one JSON case a line on standard input, one JSON verdict a line on standard output
"""

import base64
import json
import re
import sys
import unicodedata
import zipfile
from datetime import datetime, timezone

sys.dont_write_bytecode = True

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from decided import decision_holds, lots_hold
from drawn import canonical, committee_holds
from formats import Bad, b64, b64url, jws_holds, key_in_force, moment, payload_of, sha256, to_b64url, utf8
from register import others_hold, register_holds


def number(text, what):
    """A whole number in decimal without leading zeros, at most 2^53 - 1."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,15})", text, re.ASCII) or int(text) > 2**53 - 1:
        raise Bad(what + " is not a whole number")
    return int(text)


def tree_hash(text):
    data = b64(text)
    if len(data) != 32:
        raise Bad("a tree hash has 32 bytes")
    return data


def is_name(text):
    """Names hold no plus, no control character, no space of any kind and no byte order mark."""
    return text != "" and not any(c in "+\ufeff" or unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") for c in text)


# --- the tree (RFC 6962) -------------------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node(left, right):
    return sha256(b"\x01" + left + right)


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root_of(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node(root_of(hashes[:k]), root_of(hashes[k:]))


def inclusion_holds(index, size, leaf, proof, root):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, h = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            h = node(p, h)
            while fn % 2 == 0 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            h = node(h, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and h == root


def consistency_holds(size1, size2, root1, root2, proof):
    """RFC 9162, 2.1.4.2."""
    if size1 > size2:
        return False
    if size1 == 0:
        return not proof and root1 == sha256(b"") and (size2 > 0 or root1 == root2)
    if size1 == size2:
        return not proof and root1 == root2
    fn, sn = size1 - 1, size2 - 1
    while fn % 2 == 1:
        fn >>= 1
        sn >>= 1
    path = list(proof) if fn != 0 else [root1] + list(proof)
    if not path:
        return False
    one = two = path[0]
    for p in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            one, two = node(p, one), node(p, two)
            while fn % 2 == 0 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            two = node(two, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and one == root1 and two == root2


# --- signed notes --------------------------------------------------------------------------------------------------------------------


def read_vkey(text):
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise Bad("not a verifier key")
    name, key_id, key = parts[0], parts[1], b64(parts[2])
    if len(key) != 33 or key[0] not in (1, 4):
        raise Bad("a key of another type")
    if not re.fullmatch(r"[0-9a-f]{8}", key_id, re.ASCII) or sha256(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Bad("the key id is not that of name and key")
    return {"name": name, "id": key_id, "type": key[0], "key": key[1:]}


def read_note(note):
    if len(note) > 1_000_000:
        raise Bad("the note is too long")
    if any((ord(c) < 0x20 and c != "\n") or 0xD800 <= ord(c) <= 0xDFFF for c in note):
        raise Bad("a control character in the note")
    end = note.rfind("\n\n")
    if end < 0 or not note.endswith("\n"):
        raise Bad("not a signed note")
    lines = note[end + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= 100:
        raise Bad("a note has 1 to 100 signatures")
    signatures = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not is_name(parts[1]):
            raise Bad("not a signature line")
        blob = b64(parts[2])
        if len(blob) < 5:
            raise Bad("a signature line holds a key id and a signature")
        signatures.append((parts[1], blob[:4].hex(), blob[4:]))
    return note[: end + 1], signatures


def read_checkpoint(text):
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] != "" or not is_name(lines[0]):
        raise Bad("a checkpoint has three lines")
    return {"origin": lines[0], "size": number(lines[1], "the size"), "root": tree_hash(lines[2])}


def signature_holds(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def lines_of(signatures, vkey):
    return [sig for name, key_id, sig in signatures if name == vkey["name"] and key_id == vkey["id"]]


def cosigned_at(text, signatures, vkey):
    """The earliest time of a witness's lines; None when it has none, or a false one."""
    times = []
    for sig in lines_of(signatures, vkey):
        if len(sig) != 72:
            return None
        time = int.from_bytes(sig[:8], "big")
        if time > 2**53 - 1:
            return None
        message = ("cosignature/v1\ntime %d\n" % time).encode() + text.encode()
        if not signature_holds(vkey["key"], sig[8:], message):
            return None
        times.append(time)
    return min(times) if times else None


# --- policies ------------------------------------------------------------------------------------------------------------------------


def read_policy(text):
    if len(text) > 100_000:
        raise Bad("the policy is too long")
    policy = {"logs": [], "witnesses": [], "groups": [], "quorum": None}
    names, keys = {"none"}, set()

    def key(vkey, type_):
        read = read_vkey(vkey)
        if read["type"] != type_ or vkey in keys:
            raise Bad("a key of the wrong type, or twice")
        keys.add(vkey)
        return read

    def define(name):
        if name in names:
            raise Bad("a name twice")
        names.add(name)

    def defined(name):
        if name == "none" or name not in names:
            raise Bad("a name that is not defined before")

    for line in text.split("\n"):
        words = [w for w in re.split(r"[ \t\r]+", line) if w != ""]
        if not words or words[0].startswith("#"):
            continue
        word, rest = words[0], words[1:]
        if word == "log" and len(rest) in (1, 2):
            policy["logs"].append(key(rest[0], 1))
        elif word == "witness" and len(rest) in (2, 3):
            vkey = key(rest[1], 4)
            define(rest[0])
            policy["witnesses"].append((rest[0], vkey))
        elif word == "group" and len(rest) >= 3:
            name, threshold, members = rest[0], rest[1], rest[2:]
            for member in members:
                defined(member)
            if len(set(members)) != len(members):
                raise Bad("a member twice")
            define(name)
            if threshold == "any":
                k = 1
            elif threshold == "all":
                k = len(members)
            elif re.fullmatch(r"[1-9][0-9]{0,4}", threshold, re.ASCII) and int(threshold) <= len(members):
                k = int(threshold)
            else:
                raise Bad("the threshold of a group")
            policy["groups"].append((name, k, members))
        elif word == "quorum" and len(rest) == 1:
            if policy["quorum"] is not None:
                raise Bad("a second quorum")
            if rest[0] != "none":
                defined(rest[0])
            policy["quorum"] = rest[0]
        else:
            raise Bad("not a line of a policy")
    if not policy["logs"] or policy["quorum"] is None:
        raise Bad("the policy names no log or no quorum")
    return policy


def year_of(first, origin):
    """The year in the name of a log that follows `first`; None for `first` itself and for strangers."""
    year = origin[len(first) + 1 :]
    return int(year) if origin.startswith(first + "/") and re.fullmatch(r"[1-9][0-9]{3}", year, re.ASCII) else None


def keys_of(policy, origin):
    """The keys that may sign for a log: its own, and that of the first log under the name of the year."""
    for log in policy["logs"]:
        if log["name"] == origin:
            yield log
        elif year_of(log["name"], origin) is not None:
            key_id = sha256(origin.encode() + b"\n" + bytes([log["type"]]) + log["key"])[:4].hex()
            yield dict(log, name=origin, id=key_id)


def verify_checkpoint(policy, note, quorum=True):
    text, signatures = read_note(note)
    checkpoint = read_checkpoint(text)
    signed = False
    for log in keys_of(policy, checkpoint["origin"]):
        lines = lines_of(signatures, log)
        if lines and all(signature_holds(log["key"], sig, text.encode()) for sig in lines):
            signed = True
            break
    if not signed:
        raise Bad("no log of the policy signed it")
    if policy["quorum"] == "none" or not quorum:
        return dict(checkpoint, time=None)
    times = {}
    for name, vkey in policy["witnesses"]:
        time = cosigned_at(text, signatures, vkey)
        if time is not None:
            times[name] = time
    for name, k, members in policy["groups"]:
        there = sorted(times[m] for m in members if m in times)
        if len(there) >= k:
            times[name] = there[k - 1]
    if policy["quorum"] not in times:
        raise Bad("the quorum of witnesses is missing")
    return dict(checkpoint, time=times[policy["quorum"]])


# --- receipts ------------------------------------------------------------------------------------------------------------------------


def read_proof(text):
    if len(text) > 3_000_000:
        raise Bad("the receipt is too long")
    end = text.find("\n\n")
    if end < 0:
        raise Bad("no empty line after the proof")
    lines = text[:end].split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Bad("the first line")
    extra = b64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    index = lines.pop(0) if lines else ""
    if not index.startswith("index "):
        raise Bad("no index")
    if len(lines) > 63:
        raise Bad("too many hashes")
    note = text[end + 2 :]
    read_note(note)
    return {
        "extra": extra,
        "index": number(index[6:], "the index"),
        "proof": [tree_hash(line) for line in lines],
        "note": note,
    }


def verify_proof(policy, text, leaf, quorum=True):
    read = read_proof(text)
    checkpoint = verify_checkpoint(policy, read["note"], quorum)
    if not inclusion_holds(read["index"], checkpoint["size"], leaf_hash(leaf), read["proof"], checkpoint["root"]):
        raise Bad("the proof does not lead from the entry to the root")
    return {"index": read["index"], "size": checkpoint["size"], "time": checkpoint["time"]}


def entry_in(extra):
    """The entry that a receipt carries: open as it stands, sealed made again from salt and statement."""
    if extra is None:
        raise Bad("the receipt does not carry its entry")
    told = json.loads(utf8(extra))
    if "leaf" in told:
        return told["leaf"].encode()
    salt = b64url(told["salt"])
    if len(salt) != 32:
        raise Bad("a salt has 32 bytes")
    c = to_b64url(sha256(b"sealed/1\n" + salt + told["jws"].encode()))
    return ('{"c":"%s","typ":"sealed/1","v":1}' % c).encode()


# --- tiles and bundles ---------------------------------------------------------------------------------------------------------------


def tile_path(level, n, width):
    groups = ["%03d" % (n % 1000)]
    n //= 1000
    while n > 0:
        groups.insert(0, "x%03d" % (n % 1000))
        n //= 1000
    return "tile/%s/%s%s" % (level, "/".join(groups), "" if width == 256 else ".p/%d" % width)


def read_entries(data):
    entries, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise Bad("it ends inside a length")
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or len(entries) == 256:
            raise Bad("it ends inside an entry, or has too many")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def entries_of(get, size):
    entries = []
    for n in range((size + 255) // 256):
        width = min(size - n * 256, 256)
        some = read_entries(get(tile_path("entries", n, width)))
        if len(some) != width:
            raise Bad("a bundle of another number of entries")
        entries += some
    return entries


def tiles_hold(get, hashes):
    """Every tile of the size, level by level: its bytes follow from the entries."""
    level, row = 0, hashes
    while row:
        for n in range((len(row) + 255) // 256):
            part = row[n * 256 : (n + 1) * 256]
            if get(tile_path(level, n, len(part))) != b"".join(part):
                raise Bad("tile %d/%d is not what follows from the entries" % (level, n))
        row = [root_of(row[n * 256 : (n + 1) * 256]) for n in range(len(row) // 256)]
        level += 1


# --- a log a year ----------------------------------------------------------------------------------------------------------------------


def typ_of(entry):
    return json.loads(entry)["typ"]


def continues(get, origin, entry, ended):
    """The first entry of a log names the end of the one before: name, size, root and a note of just these."""
    told = payload_of(get, json.loads(entry)) if typ_of(entry) == "log.opened/1" else None
    if told is None or set(told) != {"typ", "origin", "before", "previous"} or told["typ"] != "log.opened/1":
        raise Bad("the log %s does not begin with what it follows" % origin)
    before = told["previous"]
    noted = read_checkpoint(read_note(before["note"])[0])
    if told["origin"] != origin or told["before"] != ended["before"] + ended["size"]:
        raise Bad("the first entry of %s is not that of the log which follows" % origin)
    for said in (dict(before, root=tree_hash(before["root"])), noted):
        if any(said[name] != ended[name] for name in ("origin", "size", "root")):
            raise Bad("the first entry of %s names another end" % origin)


def read_chain(get, has, policy):
    """The entries of all logs, counted through, and the logs with their places; every root, tile and turn of the year is checked."""
    logs, entries, folder = [], [], ""
    while True:
        note = utf8(get(folder + "checkpoint"))
        log = dict(verify_checkpoint(policy, note, False), before=len(entries), note=note)
        own = entries_of(lambda name: get(folder + name), log["size"])
        hashes = [leaf_hash(e) for e in own]
        if root_of(hashes) != log["root"]:
            raise Bad("the entries do not give the signed root")
        tiles_hold(lambda name: get(folder + name), hashes)
        for index, entry in enumerate(own):
            if (typ_of(entry) == "log.opened/1") != (index == 0 and bool(logs)):
                raise Bad("entry %d of %s: a log begins where none may, or does not say so" % (index, log["origin"]))
            if typ_of(entry) == "log.closed/1" and index != len(own) - 1:
                raise Bad("entry %d of %s ended it, and others follow" % (index, log["origin"]))
        if logs:
            continues(get, log["origin"], own[0], logs[-1])
        logs.append(log)
        entries += own
        if not own or typ_of(own[-1]) != "log.closed/1":
            break
        told = payload_of(get, json.loads(own[-1]))
        first, year = logs[0]["origin"], year_of(logs[0]["origin"], told["next"])
        if told["typ"] != "log.closed/1" or told["origin"] != log["origin"] or year is None:
            raise Bad("the last entry of %s names no year of it" % log["origin"])
        if year <= (year_of(first, log["origin"]) or 0):
            raise Bad("the last entry of %s names no later year" % log["origin"])
        folder = "%d/" % year
        if not has(folder + "checkpoint"):
            break
        if read_checkpoint(read_note(utf8(get(folder + "checkpoint")))[0])["origin"] != told["next"]:
            raise Bad("another log lies where %s should" % told["next"])
    return logs, entries


# --- acts of two persons ---------------------------------------------------------------------------------------------------------------


def approvals_hold(get, entries, tender):
    """Every act that the notice says two persons decide: how many there are. Bad when one of them has no second person."""
    leaves = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries) if leaf["typ"] != "sealed/1"]
    own = [(i, leaf) for i, leaf in leaves if leaf["ref"] == tender]
    at, notice = next(((i, leaf) for i, leaf in own if leaf["typ"] == "tender.notice/1"), (None, None))
    rule = payload_of(get, notice).get("twoPersons") if notice else None
    if rule is None:
        return 0
    agency = notice["org"]
    approvals = [(i, leaf, payload_of(get, leaf)) for i, leaf in own if leaf["typ"] == "approval/1"]
    acts = [(i, leaf) for i, leaf in own if leaf["typ"] in rule["acts"]]
    limit = own[-1][0] if rule.get("register") else max([i for i, _, _ in approvals], default=-1)
    register_holds(get, leaves, agency, rule, at, limit)
    if rule.get("register") is True:
        others_hold(get, leaves, own, payload_of(get, notice), at, limit)

    def register(typ, below):
        return [payload_of(get, x) for i, x in leaves if x["typ"] == typ and x["org"] == agency and i < below]

    def holds(account, below):
        roles = [p["roles"] for p in register("role.changed/1", below) if p["account"] == account]
        return any(r in rule["roles"] for r in roles[-1]) if roles else account in rule["holders"]

    def borrowed(account, below, at):
        loans = {}
        for p in register("role.delegated/1", below):
            if p["to"] == account and p["role"] in rule["roles"]:
                loans[p["from"], p["role"], p["startsAt"]] = p
        return any(
            moment(p["startsAt"]) <= at + 1 and at < moment(p["endsAt"]) and holds(p["from"], below)
            for p in loans.values()
        )

    for index, act in acts:
        mine = [(i, x, p) for i, x, p in approvals if p["act"] == act["typ"] and p["h"] == act["h"] and i < index]
        if not mine:
            raise Bad("entry %d has no second person's approval below it" % index)
        at, leaf, said = mine[0]
        keys = [x for _, x in leaves if x["typ"] == "actor.key/1" and x["org"] == agency and x["by"] == act["by"]]
        signer = payload_of(get, keys[0])["id"] if keys else None
        if said["proposedBy"] != signer or said["approvedBy"] == signer:
            raise Bad("entry %d: one person alone, or another than who signed" % at)
        text = utf8(get("payload/" + b64url(leaf["h"]).hex()))
        if text.startswith("{"):
            # The service's word for an account: what the log held before approvals were signed.
            if rule.get("signed") or leaf["by"] != said["approvedBy"]:
                raise Bad("entry %d: the approver did not sign" % at)
        else:
            key = key_in_force(get, leaves, agency, leaf["by"], at)
            if not key or key["id"] != said["approvedBy"] or not jws_holds(text, key["jwk"], "approval/1"):
                raise Bad("entry %d: not signed by the approver's key" % at)
        power = holds(said["approvedBy"], at) or borrowed(said["approvedBy"], at, moment(leaf["at"]))
        if leaf["org"] != agency or not power:
            raise Bad("entry %d: no power to approve" % at)
    for index, _, said in approvals:
        if index != own[-1][0] and not any(a["typ"] == said["act"] and a["h"] == said["h"] for _, a in acts):
            raise Bad("entry %d approves what is not there" % index)
    return len(acts)


def rule_holds(get, entries, tender):
    """How often the rule of the notice was changed before the close. Bad when a rule has not its hash, replaces another than the one that
    stood, leaves keysets as they were, was changed by one person, or is not the one that the ranking gives."""
    own = [(i, x) for i, x in enumerate(json.loads(e) for e in entries) if x["typ"] != "sealed/1" and x["ref"] == tender]
    notice = next((payload_of(get, x) for _, x in own if x["typ"] == "tender.notice/1"), None)
    if notice is None:
        return 0
    close = next((i for i, x in own if x["typ"] == "tender.closed/1"), len(entries))
    stands, changed = notice, 0
    approvals = [(i, payload_of(get, x)) for i, x in own if x["typ"] == "approval/1"]
    for index, leaf in own:
        said = payload_of(get, leaf) if leaf["typ"] == "tender.amended/1" and index < close else {}
        if "rule" not in said:
            continue
        if said["oldRuleHash"] != stands["ruleHash"] or not said.get("keysets"):
            raise Bad("entry %d changes another rule than the one that stood, or no keysets" % index)
        two = leaf["typ"] in notice.get("twoPersons", {}).get("acts", [])
        approved = [p for i, p in approvals if i < index and p["h"] == leaf["h"] and p["approvedBy"] != p["proposedBy"]]
        if two and not approved:
            raise Bad("entry %d: one person changed the rule" % index)
        stands, changed = said, changed + 1
        if to_b64url(sha256(canonical(stands["rule"]).encode())) != stands["ruleHash"]:
            raise Bad("a rule has not its hash")
    if to_b64url(sha256(canonical(notice["rule"]).encode())) != notice["ruleHash"]:
        raise Bad("the published rule has not its hash")
    for _, leaf in own:
        if leaf["typ"] == "evaluation.result/1" and payload_of(get, leaf)["ruleHash"] != stands["ruleHash"]:
            raise Bad("ranked by another rule than the one in force")
    return changed


OVERSEERS_OWN = {"closing-time-override", "custodians-lost"}


def incidents_hold(get, entries, tender):
    """How many incidents a person declared. Bad when the notice does not name that person's organisation as an overseer, or no key of
    it that was in force signed."""
    own = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries) if leaf.get("ref") == tender]
    notice = next((leaf for _, leaf in own if leaf["typ"] == "tender.notice/1"), None)
    overseers = payload_of(get, notice).get("overseers", []) if notice else []
    leaves = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries) if leaf["typ"] != "sealed/1"]
    declared = [
        (i, leaf)
        for i, leaf in own
        if leaf["typ"] == "incident/1"
        and (leaf["by"] != "-" or OVERSEERS_OWN.intersection(payload_of(get, leaf)["reasons"]))
    ]
    for index, leaf in declared:
        if leaf["by"] == "-" or leaf["org"] not in overseers or leaf["org"] == notice["org"]:
            raise Bad("entry %d: an incident of %s, which oversees nothing here" % (index, leaf["org"]))
        key = key_in_force(get, leaves, leaf["org"], leaf["by"], index)
        if not key or not jws_holds(utf8(get("payload/" + b64url(leaf["h"]).hex())), key["jwk"], "incident/1"):
            raise Bad("entry %d: an incident that no key of %s signed" % (index, leaf["org"]))
    return len(declared)


def answers_hold(get, entries, tender):
    """How many answers and explanations the buyer published. Bad when one is not signed by a key of the buyer in force, stands above the
    close, or answers what had not been sealed before as a question about this tender."""
    all_ = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries)]
    leaves = [(i, leaf) for i, leaf in all_ if leaf["typ"] != "sealed/1"]
    own = [(i, leaf) for i, leaf in leaves if leaf["ref"] == tender]
    buyer = next((leaf["org"] for _, leaf in own if leaf["typ"] == "tender.notice/1"), None)
    close = next((i for i, leaf in own if leaf["typ"] == "tender.closed/1"), len(entries))
    answers = [(i, leaf) for i, leaf in own if leaf["typ"] == "clarification/1"]
    for index, leaf in answers:
        if index > close or leaf["org"] != buyer:
            raise Bad("entry %d: an answer after the close, or of somebody else than the buyer" % index)
        key = key_in_force(get, leaves, buyer, leaf["by"], index)
        if not key or not jws_holds(utf8(get("payload/" + b64url(leaf["h"]).hex())), key["jwk"], "clarification/1"):
            raise Bad("entry %d: an answer that no key of the buyer signed" % index)
        question = payload_of(get, leaf)["question"]
        if question is None:
            continue
        said = json.loads(question["statement"])
        if sorted(said) != ["asker", "lot", "tender", "text", "typ"] or canonical(said) != question["statement"]:
            raise Bad("entry %d answers no question" % index)
        if said["typ"] != "question/1" or said["tender"] != tender:
            raise Bad("entry %d answers a question about another tender" % index)
        c = to_b64url(sha256(b"sealed/1\n" + b64url(question["salt"]) + question["statement"].encode()))
        if not any(x["typ"] == "sealed/1" and x["c"] == c and i < index for i, x in all_):
            raise Bad("entry %d answers a question that nobody had sealed" % index)
    return len(answers)


def objections_hold(get, entries, tender):
    """How many bidders objected to the result. Bad when one did not bid or not sign, when somebody decides whom the notice does not name,
    about nothing or twice, and when there is an award over an objection that was not dismissed before."""
    leaves = [(i, leaf) for i, leaf in enumerate(json.loads(e) for e in entries) if leaf["typ"] != "sealed/1"]
    own = [(i, leaf) for i, leaf in leaves if leaf["ref"] == tender]
    objections = [(i, leaf) for i, leaf in own if leaf["typ"] == "complaint/1"]
    decisions = [(i, leaf) for i, leaf in own if leaf["typ"] == "complaint.decided/1"]
    if not objections and not decisions:
        return 0
    notice = next(leaf for _, leaf in own if leaf["typ"] == "tender.notice/1")
    overseers = set(payload_of(get, notice).get("overseers", [])) - {notice["org"]}
    opened = [payload_of(get, leaf)["results"] for _, leaf in own if leaf["typ"] == "opening.result/1"]
    bidders = {row["bidder"] for rows in opened for row in rows}
    ranked = next((i for i, leaf in own if leaf["typ"] == "evaluation.result/1"), len(entries))
    award = next((i for i, leaf in own if leaf["typ"] == "award/1"), None)
    for index, leaf in objections + decisions:
        key = key_in_force(get, leaves, leaf["org"], leaf["by"], index)
        if not key or not jws_holds(utf8(get("payload/" + b64url(leaf["h"]).hex())), key["jwk"], leaf["typ"]):
            raise Bad("entry %d: no key of %s signed" % (index, leaf["org"]))
    decided = {}
    for index, leaf in decisions:
        said = payload_of(get, leaf)
        if leaf["org"] not in overseers or said["outcome"] not in ("dismissed", "upheld"):
            raise Bad("entry %d: decided by %s, which oversees nothing here" % (index, leaf["org"]))
        if said["complaint"] in decided or not any(x["h"] == said["complaint"] and i < index for i, x in objections):
            raise Bad("entry %d decides about no objection, or again" % index)
        decided[said["complaint"]] = (index, said["outcome"])
    for index, leaf in objections:
        if leaf["org"] not in bidders or payload_of(get, leaf)["bidder"] != leaf["org"] or index < ranked:
            raise Bad("entry %d: an objection of a firm that did not bid, or to no ranking" % index)
        at, outcome = decided.get(leaf["h"], (len(entries), None))
        if award is not None and index < award and (outcome != "dismissed" or at > award):
            raise Bad("awarded although the objection at entry %d had not been dismissed" % index)
    return len(objections)


LAST = int(moment("9999-12-31T23:59:59Z"))
RANKINGS = ("evaluation.result/1", "examination.result/1", "draw.result/1")


def standstill_holds(get, entries, tender):
    """Hours for which the ranking had to lie open. Bad when the award came before their end, counted from the last entry below it that
    published a ranking, or says another end."""
    own = [x for x in (json.loads(e) for e in entries) if x["typ"] != "sealed/1" and x["ref"] == tender]
    notice = next((payload_of(get, x) for x in own if x["typ"] == "tender.notice/1"), None)
    hours = notice["notice"].get("standstillHours", 0) if notice else 0
    if type(hours) is not int or not 0 <= hours <= 1440:
        raise Bad("a standstill of no number of hours from 0 to 1440")
    at = next((i for i, x in enumerate(own) if x["typ"] == "award/1"), None)
    if at is None:
        return hours
    said = payload_of(get, own[at]).get("standstillEnds")
    if hours == 0:
        if said is not None:
            raise Bad("the award says when a standstill ended that nobody had promised")
        return hours
    ranked = [x["at"] for x in own[:at] if x["typ"] in RANKINGS]
    if not ranked:
        raise Bad("a standstill was promised, and there is no ranking to count it from")
    end = int(moment(ranked[-1])) + hours * 3600
    if end > LAST:
        raise Bad("the standstill would end after the year 9999")
    if said != datetime.fromtimestamp(end, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"):
        raise Bad("the award says that the standstill ended at %s, not %d hours after the ranking" % (said, hours))
    if moment(own[at]["at"]) < end:
        raise Bad("awarded before the standstill was over")
    return hours


def verify_bundle(path):
    files = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            files[name] = archive.read(name)

    def get(name):
        if "log/" + name not in files:
            raise Bad(name + " is missing")
        return files["log/" + name]

    policy = read_policy(utf8(get("policy")))
    logs, entries = read_chain(get, lambda name: "log/" + name in files, policy)
    # What an older log ended with stands in the next one; the newest must have its witnesses.
    checkpoint = verify_checkpoint(policy, logs[-1]["note"])
    hashes = [leaf_hash(e) for e in entries]

    def log_at(place):
        return [log for log in logs if log["before"] <= place][-1]

    payloads = proofs = 0
    for name, data in files.items():
        if name.startswith("log/payload/"):
            if sha256(data).hex() != name[len("log/payload/") :]:
                raise Bad(name + " is not the content of its address")
            payloads += 1
        if name.startswith("proofs/"):
            text = utf8(data)
            leaf = entry_in(read_proof(text)["extra"])
            log = next((x for x in logs if x["note"] == read_proof(text)["note"]), None)
            if log is None:
                raise Bad(name + " is under another checkpoint")
            held = verify_proof(policy, text, leaf, log is logs[-1])
            place = log["before"] + held["index"]
            if entries[place] != leaf or name != "proofs/%d.tlog-proof" % place:
                raise Bad(name + " is of another entry")
            proofs += 1
    told = json.loads(files["manifest.json"])
    approved = approvals_hold(get, entries, told["tender"])
    amended = rule_holds(get, entries, told["tender"])
    overseen = incidents_hold(get, entries, told["tender"])
    answered = answers_hold(get, entries, told["tender"])
    objected = objections_hold(get, entries, told["tender"])
    standstill = standstill_holds(get, entries, told["tender"])
    drawn = committee_holds(get, entries, told["tender"], lambda size: root_of(hashes[log_at(size - 1)["before"] : size]))
    scored = decision_holds(get, entries, told["tender"])
    lots = lots_hold(get, entries, told["tender"])
    for row in told["files"]:
        if sha256(files[row["path"]]).hex() != row["sha256"] or len(files[row["path"]]) != row["bytes"]:
            raise Bad(row["path"] + " is not as the manifest says")
    if len(told["files"]) != len(files) - 1:
        raise Bad("the manifest does not name all files")
    return {
        "size": len(entries),
        "logs": len(logs),
        "payloads": payloads,
        "proofs": proofs,
        "time": checkpoint["time"],
        "approved": approved,
        "amended": amended,
        "overseen": overseen,
        "answered": answered,
        "objected": objected,
        "standstill": standstill,
        "drawn": drawn,
        "scored": scored,
        "lots": lots,
    }


# --- the programs --------------------------------------------------------------------------------------------------------------------


def judge(case):
    """One case: {"kind": …, fields in base64}. The verdict: {"ok": true, …} or {"ok": false}."""
    kind = case["kind"]
    data = {name: base64.b64decode(value) for name, value in case.get("bytes", {}).items()}
    if kind == "proof":
        return verify_proof(read_policy(utf8(data["policy"])), utf8(data["proof"]), data["leaf"])
    if kind == "checkpoint":
        held = verify_checkpoint(read_policy(utf8(data["policy"])), utf8(data["note"]))
        return {"size": held["size"], "time": held["time"]}
    if kind == "consistency":
        proof = [data["proof"][i : i + 32] for i in range(0, len(data["proof"]), 32)]
        if any(len(p) != 32 for p in proof + [data["root1"], data["root2"]]):
            raise Bad("a tree hash has 32 bytes")
        if not consistency_holds(case["size1"], case["size2"], data["root1"], data["root2"], proof):
            raise Bad("not consistent")
        return {}
    if kind == "tiles":
        size, rows = case["size"], data["tiles"]
        if len(rows) != 32 * size or root_of([rows[i : i + 32] for i in range(0, len(rows), 32)]) != data["root"]:
            raise Bad("another root")
        return {}
    if kind == "entries":
        entries = read_entries(data["bundle"])
        if len(entries) != case["size"] or root_of([leaf_hash(e) for e in entries]) != data["root"]:
            raise Bad("another root")
        return {}
    raise ValueError(kind)


def main(args):
    if args[:1] == ["judge"]:
        for line in sys.stdin:
            try:
                verdict = dict(judge(json.loads(line)), ok=True)
            except Bad as bad:
                verdict = {"ok": False, "why": str(bad)}
            print(json.dumps(verdict), flush=False)
        return 0
    try:
        if args[:1] == ["receipt"] and len(args) == 3:
            with open(args[1], "rb") as policy, open(args[2], "rb") as receipt:
                text = utf8(receipt.read())
                print("ok", verify_proof(read_policy(utf8(policy.read())), text, entry_in(read_proof(text)["extra"])))
            return 0
        if args[:1] == ["bundle"] and len(args) == 2:
            print("ok", verify_bundle(args[1]))
            return 0
    except Bad as bad:
        print("FAILED:", bad)
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
