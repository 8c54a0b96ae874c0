"""Who signed what the registers say, the buyer's and those of others whom a tender meets? Written from the page about the formats, like the rest."""

import json

from formats import Bad, b64url, jws_holds, key_in_force, moment, payload_of, utf8

ROLES = ("role.changed/1", "role.delegated/1")
REGISTER = (*ROLES, "organisation.standing/1", "people.exported/1")
OPERATOR = "operator"


def inner(jws):
    parts = jws.split(".")
    if len(parts) != 3:
        raise Bad("not a compact JWS")
    return json.loads(utf8(b64url(parts[1])))


def seconds(text):
    return text[:19] + "Z"


class Register:
    """What is good below the entry that is judged."""

    def __init__(self, get, leaves, agency):
        self.get, self.leaves, self.agency = get, leaves, agency
        self.changes, self.loans, self.used = [], [], []

    def last(self, account):
        found = [p["roles"] for p in self.changes if p["account"] == account]
        return found[-1] if found else None

    def key(self, kid, below, orgs):
        """A person's key; the one that signs receipts is nobody's."""
        for org in orgs:
            found = key_in_force(self.get, self.leaves, org, kid, below)
            if found and not (org == OPERATOR and found["id"] == "receipts"):
                return org, found
        return None, None

    def has_key(self, account, below):
        """Did the account have any key in force there?"""
        for index, leaf in self.leaves:
            if index < below and leaf["typ"] == "actor.key/1" and leaf["org"] in (self.agency, OPERATOR):
                if payload_of(self.get, leaf)["id"] == account:
                    if key_in_force(self.get, self.leaves, leaf["org"], leaf["by"], below):
                        return True
        return False

    def looks_after_people(self, account, at):
        roles = self.last(account)
        if roles is None or "administrator" in roles:
            return True
        loans = {}
        for p in self.loans:
            if p["to"] == account and p["role"] == "administrator":
                loans[p["from"], p["startsAt"]] = p
        return any(moment(p["startsAt"]) <= at + 1 and at < moment(p["endsAt"]) for p in loans.values())

    def alone(self, typ, p):
        """One person alone takes something away, or nothing."""
        first, second = p.get("proposedBy"), p.get("approvedBy")
        if typ == "organisation.standing/1" or (second and second != first):
            return
        if not second and typ == "role.changed/1":
            had = self.last(p["account"])
            if had is None or all(role in had for role in p["roles"]):
                return
        if not second and typ == "role.delegated/1":
            same = [x for x in self.loans if all(x[m] == p[m] for m in ("from", "to", "role", "startsAt"))]
            if same and moment(p["endsAt"]) <= moment(same[-1]["endsAt"]):
                return
        raise Bad("one person alone decided it")

    def proposal(self, index, typ, p, since):
        first = p.get("proposedBy")
        if "proposal" not in p:
            if since and first and p.get("approvedBy") and self.has_key(first, index):
                raise Bad("the proposal is not signed")
            return
        jws = p["proposal"]
        said = inner(jws)
        kid = json.loads(utf8(b64url(jws.split(".")[0])))["kid"]
        wanted = "role.proposal/1" if typ in ROLES else "export.proposal/1"
        key = key_in_force(self.get, self.leaves, self.agency, kid, index)
        if not key or key["id"] != first or said["typ"] != wanted or not jws_holds(jws, key["jwk"], wanted):
            raise Bad("the proposal is not signed by who made it")
        asked = {"typ": wanted, "org": self.agency, "made": said.get("made")}
        if typ == "role.changed/1":
            roles, had = said["roles"], self.last(p["account"])
            given = roles if had is None else [r for r in p["roles"] if r not in had]
            if not all(r in p["roles"] for r in roles) or not all(r in roles for r in given):
                raise Bad("it gives other roles than were asked for")
            asked.update(account=p["account"], roles=roles)
        elif typ == "role.delegated/1":
            asked.update({m: p[m] for m in ("from", "to", "role")})
            asked.update(startsAt=seconds(p["startsAt"]), endsAt=seconds(p["endsAt"]))
        if said != asked or said in self.used:
            raise Bad("the proposal asks for something else, or was used before")
        self.used.append(said)

    def judge(self, index, leaf, since):
        typ, p = leaf["typ"], payload_of(self.get, leaf)
        text = utf8(self.get("payload/" + b64url(leaf["h"]).hex()))
        signed = not text.startswith("{")
        decider = p.get("approvedBy") or p.get("proposedBy") or (None if signed else leaf["by"])
        if not signed and not since:
            return self.proposal(index, typ, p, since)
        if not signed and leaf["by"] == "-":
            gone = self.last(p["from"]) if typ == "role.delegated/1" else None
            left = self.last(p["to"]) if typ == "role.delegated/1" else None
            if not ((gone is not None and p["role"] not in gone) or left == []):
                raise Bad("nobody did it")
            return self.alone(typ, p)
        if not signed and typ == "role.changed/1" and "invitation" in p:
            granted = [x for x in self.changes if x["account"] == p["invitation"]]
            taken = any(x.get("invitation") == p["invitation"] for x in self.changes)
            same = granted and all(granted[0].get(m) == p.get(m) for m in ("roles", "proposedBy", "approvedBy"))
            if not same or taken or leaf["by"] != p["account"]:
                raise Bad("it takes up an invitation that was not granted so")
            return None
        org = None
        if signed:
            orgs = [OPERATOR] if typ == "organisation.standing/1" else [self.agency, OPERATOR]
            org, key = self.key(leaf["by"], index, orgs)
            if not key or (decider and key["id"] != decider) or not jws_holds(text, key["jwk"], typ):
                raise Bad("it is not signed by who decided it")
        elif leaf["by"] != decider or self.has_key(leaf["by"], index):
            raise Bad("%s had a key and did not sign it" % leaf["by"])
        self.proposal(index, typ, p, since)
        if not since:
            return None
        goes = typ == "role.changed/1" and p["account"] == decider and p["roles"] == []
        outside = typ == "organisation.standing/1" or org == OPERATOR
        if not goes and not outside and decider and not self.looks_after_people(decider, moment(leaf["at"])):
            raise Bad("%s had no power to do it" % decider)
        return self.alone(typ, p)

    def take(self, typ, p):
        if typ == "role.changed/1":
            self.changes.append(p)
        if typ == "role.delegated/1":
            self.loans.append(p)


def bidder_of(text):
    """Whose act it was; None for what was refused and so is no act of anybody."""
    try:
        return inner(text).get("bidder")
    except (Bad, ValueError, AttributeError):
        return None


def others_hold(get, leaves, own, notice, at, limit):
    """The registers of the operator, the overseers and of who shut a firm out; of everybody else in the tender, how they stand."""
    ends = [i for i, leaf in own if leaf["typ"] in ("award/1", "tender.failed/1")]
    shut = {leaf["org"] for i, leaf in leaves if leaf["typ"].startswith("exclusion") and ends and i < ends[0]}
    ordering = {OPERATOR, *notice.get("overseers", []), *shut} - {notice["notice"]["agency"]["id"]}
    for org in sorted(ordering):
        register_holds(get, leaves, org, {"register": True}, at, limit)
    parties = {leaf["org"] for _, leaf in own} | set(notice["custodians"])
    for _, leaf in own:
        if leaf["typ"] == "opening.reveal/1":
            parties |= {bidder_of(act["jws"]) for act in payload_of(get, leaf)["acts"]} - {None}
        if leaf["typ"] == "tender.keyset/1":
            parties |= {custodian["id"] for custodian in payload_of(get, leaf)["custodians"]}
    for org in sorted(parties - ordering - {notice["notice"]["agency"]["id"]}):
        register_holds(get, leaves, org, {"register": True}, at, limit, ("organisation.standing/1",))


def register_holds(get, leaves, agency, rule, notice, limit, types=REGISTER):
    """Judges every entry of a register below `limit`; the Bad that is raised names the first that does not hold."""
    signs = rule.get("register") is True
    register = Register(get, leaves, agency)
    for index, leaf in leaves:
        matters = leaf["typ"] in ROLES or (signs and index > notice)
        if leaf["typ"] not in types or leaf["org"] != agency or index >= limit or not matters:
            continue
        try:
            register.judge(index, leaf, signs and index > notice)
            register.take(leaf["typ"], payload_of(get, leaf))
        except (Bad, KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise Bad("entry %d: %s" % (index, wrong)) from wrong
