"""Do the published scores, and the order of a tender in two stages, follow from the published marks and prices? And do lots name each other?

Technical scores: trimmed means of one committee or of groups by their shares, grades, the records of a consortium put together, conversion,
one rounding, the pass mark, graded scores. In two stages: the lowest price of those who passed, within the planned price.
"""

import json
from fractions import Fraction

from formats import Bad, payload_of


def half_up(x, digits):
    """The decimal text of a number that is not negative, its last digit rounded half up, without zeros at its end: "77.8"."""
    scaled = (2 * x * 10**digits + 1) // 2
    text = str(int(scaled)).rjust(digits + 1, "0")
    whole, rest = (text[:-digits], text[-digits:].rstrip("0")) if digits else (text, "")
    return whole + ("." + rest if rest else "")


def plain(x):
    """An exact decimal as it is written: Fraction(93, 2) is "46.5"."""
    digits = 0
    while (x * 10**digits).denominator != 1:
        digits += 1
    return half_up(x, digits)


def quality_of(rule):
    return rule if rule["kind"] == "NEGOTIATION" else rule.get("quality")


def marked_items(quality):
    headings = {item.get("parent") for item in quality["items"]}
    return [item for item in quality["items"] if item["id"] not in headings]


def points_of(item, mark):
    """A mark is points, or the name of a grade: a share of the item's points."""
    most = Fraction(item["max"])
    for grade in item.get("grades") or []:
        if grade["grade"] == mark:
            return most * Fraction(grade["share"])
    points = Fraction(mark)
    grades = [most * Fraction(grade["share"]) for grade in item.get("grades") or []]
    if points < 0 or points > most or (grades and points not in grades):
        raise Bad("a mark of %s that cannot be given" % item["id"])
    return points


def trimmed_mean(given, per_end):
    """`given`: (evaluator, points) by evaluator. Of equal ones the first goes at the bottom, and the last at the top."""
    kept = sorted(given, key=lambda one: one[1])[per_end : len(given) - per_end]
    if not kept:
        raise Bad("nobody is left in a group of evaluators")
    return sum(points for _, points in kept) / len(kept)


def panel_points(quality, panel, items, marks):
    trim = quality["tech"]["trim"]
    per_end = trim["perEnd12plus"] if len(panel) >= 12 else trim["perEnd"]
    panel = sorted(panel)
    if trim["mode"] == "item":
        return sum(trimmed_mean([(e, marks[e, i["id"]]) for e in panel], per_end) for i in items)
    return trimmed_mean([(e, sum(marks[e, i["id"]] for i in items)) for e in panel], per_end)


def record_points(item, records, members):
    """The officer's record of an item: one mark, or those of a consortium's members put together."""
    if item.get("members") is None or members is None:
        if list(records) != [None]:
            raise Bad("the record of %s is not one mark" % item["id"])
        return records[None]
    if set(records) != {m["member"] for m in members} or sum(Fraction(m["share"]) for m in members) != 1:
        raise Bad("the records of %s are not those of the members" % item["id"])
    if item["members"] == "byShare":
        return sum(Fraction(m["share"]) * records[m["member"]] for m in members)
    return min(Fraction(item["max"]), sum(records.values()))


def technical_scores(quality, evaluators, labels, marks, quantitative):
    """By label: {"raw", "technical", "qualified"}, each score as it is published."""
    tech, weight = quality["tech"], Fraction(quality["weights"]["tech"])
    items = {item["id"]: item for item in marked_items(quality)}
    by_hand = [item for item in items.values() if item["kind"] == "qualitative"]
    records = [item for item in items.values() if item["kind"] == "quantitative"]
    given = {}
    for m in marks:
        place = m["bidder"], m["evaluator"], m["item"]
        if place in given or m["evaluator"] not in evaluators or items.get(m["item"]) not in by_hand:
            raise Bad("a mark that is there twice, or of nobody, or of nothing")
        given[place] = points_of(items[m["item"]], m["mark"])
    told = {}
    for m in quantitative:
        place = told.setdefault((m["bidder"], m["item"]), {})
        if m.get("member") in place or items.get(m["item"]) not in records:
            raise Bad("a record that is there twice, or of nothing")
        place[m.get("member")] = points_of(items[m["item"]], m["mark"])
    if len({row["label"] for row in labels}) != len(labels):
        raise Bad("a label is there twice")
    if len(given) != len(labels) * len(evaluators) * len(by_hand) or len(told) != len(labels) * len(records):
        raise Bad("marks are missing, or of others")
    raw = {}
    for row in labels:
        label = row["label"]
        try:
            own = {(e, i["id"]): given[label, e, i["id"]] for e in evaluators for i in by_hand}
            sums = [record_points(i, told[label, i["id"]], row.get("members")) for i in records]
        except KeyError as missing:
            raise Bad("no mark %s of %s" % (missing, label))
        exact = sum(sums, Fraction(0))
        if by_hand and tech.get("groups"):
            seats = [e for group in tech["groups"] for e in group["evaluators"]]
            if sorted(seats) != sorted(evaluators) or sum(Fraction(g["share"]) for g in tech["groups"]) != 1:
                raise Bad("the groups are not the committee")
            for group in tech["groups"]:
                exact += Fraction(group["share"]) * panel_points(quality, group["evaluators"], by_hand, own)
        elif by_hand:
            exact += panel_points(quality, evaluators, by_hand, own)
        raw[label] = half_up(exact * weight / Fraction(quality["maximum"]), tech["dp"])
    technical = dict(raw)
    if tech.get("graded"):
        points, before = weight, None
        for level in sorted({Fraction(x) for x in raw.values()}, reverse=True):
            if before is not None:
                points = max(Fraction(0), points - max(Fraction(tech["graded"]["gap"]), before - level))
            before = level
            for label, own in raw.items():
                if Fraction(own) == level:
                    technical[label] = plain(points)
    mark = Fraction(tech["passRatio"]) * weight
    return {
        label: {"raw": own, "technical": technical[label], "qualified": Fraction(own) >= mark}
        for label, own in raw.items()
    }


def two_stage_order(rule, scores, prices, planned):
    """Bidders in joint places, the lowest price first. `scores` and `prices` by bidder; a price that could not be read is None."""
    floor = rule.get("floor")
    costs = sum((Fraction(c["amount"]) for c in (floor or {}).get("fixedCosts") or []), Fraction(0))
    least = max(planned - costs, Fraction(0)) * Fraction(floor["rate"]) + costs if floor else Fraction(0)
    if floor and floor.get("netCost"):
        raise Bad("a net-cost line is not computed here")
    # The floor is rounded up to whole units, and nobody bids parts of one: a price is above the one where it is above the other.
    within = [b for b, price in prices.items() if price is not None and scores[b]["qualified"] and least <= price <= planned]
    keys = {b: [prices[b]] for b in within}
    if "tech" in rule["ties"]:
        for b in within:
            keys[b].append(-Fraction(scores[b]["raw"]))
    places = {}
    for b in sorted(within):
        places.setdefault(tuple(keys[b]), []).append(b)
    return [places[key] for key in sorted(places)]


def decision_holds(get, entries, tender):
    """How many proposals were scored again. Bad when a published score, a price that was opened, the order of two stages or its award
    does not follow from what was published."""
    own = [leaf for leaf in (json.loads(e) for e in entries) if leaf.get("ref") == tender]
    read = {}
    for leaf in own:
        if leaf["typ"] in WANTED:
            read.setdefault(leaf["typ"], []).append(payload_of(get, leaf))
    notice = (read.get("tender.notice/1") or [None])[0]
    locked = (read.get("scores.locked/1") or [None])[0]
    if notice is None or locked is None:
        return 0
    rule = next((p["rule"] for p in reversed(read.get("tender.amended/1", [])) if "rule" in p), notice["rule"])
    quality = quality_of(rule)
    if quality is None:
        raise Bad("marks where nothing is marked")
    made = technical_scores(quality, notice["evaluators"], locked["labels"], locked["marks"], locked["quantitative"])
    told = {row["bidder"]: row for row in locked["scores"]}
    if set(told) != set(made) or len(told) != len(locked["scores"]):
        raise Bad("scores of others than those that were marked")
    for label, row in told.items():
        for name in ("technical", "raw", "qualified"):
            if name in row and row[name] != made[label][name]:
                raise Bad("%s: %s is %s, not %s" % (label, name, made[label][name], row[name]))
    if rule["kind"] != "TWO_STAGE":
        return len(made)
    scores = {row["bidder"]: made[row["label"]] for row in locked["labels"]}
    rows = [row for p in read.get("opening.result/1", []) if p["kind"] == "price" for row in p["results"]]
    for row in rows:
        if row["bidder"] not in scores or not scores[row["bidder"]]["qualified"]:
            raise Bad("the price of %s was opened, whose specification did not pass" % row["bidder"])
    prices = {row["bidder"]: price_of(row) for row in rows}
    for result in read.get("evaluation.result/1", []):
        ranking = result["ranking"]
        how = rule["planned"]
        planned = {"none": how.get("budget"), "single": how.get("amount")}.get(how["how"]) or ranking["planned"]
        if ranking["planned"] != planned:
            raise Bad("another planned price than the rule's")
        order = two_stage_order(rule, scores, prices, Fraction(planned))
        if ranking["outcome"] == "ranked" and ranking["order"] != order:
            raise Bad("the order is %s, not %s" % (order, ranking["order"]))
        approvals = [p for p in read.get("approval/1", []) if p.get("excluded")]
        for award in read.get("award/1", []) if not approvals else []:
            first = order[0] if order else []
            if award["bidder"] not in first or Fraction(award["amount"]["amount"]) != prices[award["bidder"]]:
                raise Bad("awarded to %s, who is not the lowest that passed, or at another price" % award["bidder"])
    return len(made)


WANTED = {
    "tender.notice/1",
    "tender.amended/1",
    "scores.locked/1",
    "opening.result/1",
    "evaluation.result/1",
    "approval/1",
    "award/1",
}


def price_of(row):
    """The amount in an opened price envelope; None where there is none that counts."""
    amount = (row.get("body") or {}).get("amount")
    good = row["state"] == "valid" and isinstance(amount, str) and amount.isascii() and amount.isdigit()
    return Fraction(amount) if good and amount == str(int(amount)) and int(amount) > 0 else None


def lots_hold(get, entries, tender):
    """How many lots the notice has; 0 where it has no others. Bad when the tender is none of them, or another published lot is of another
    agency, names other lots or was published with another deadline."""
    notices = {}
    for leaf in (json.loads(e) for e in entries):
        if leaf["typ"] == "tender.notice/1":
            notices.setdefault(leaf["ref"], leaf)
    if tender not in notices:
        return 0
    own = payload_of(get, notices[tender])
    lots = own["notice"].get("lots")
    if lots is None:
        return 0
    numbers = lots.get("tenders") if isinstance(lots, dict) else None
    if not isinstance(numbers, list) or len(set(numbers)) != len(numbers) or len(numbers) < 2 or tender not in numbers:
        raise Bad("the notice names lots, and this tender is not one of them")
    for no in numbers:
        if no == tender or no not in notices:
            continue
        try:
            other = payload_of(get, notices[no])
        except Bad:
            # What was not taken along is not compared.
            continue
        same = other["notice"].get("lots") == lots and other["notice"]["agency"]["id"] == own["notice"]["agency"]["id"]
        if not same or other["deadline"] != own["deadline"]:
            raise Bad("%s, said to be a lot of the same notice, has other lots or another deadline" % no)
    return len(numbers)
