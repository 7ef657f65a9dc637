#!/usr/bin/env python3
"""A counter in Python, from docs/show-code.md and docs/paper-slip.md alone, over test/vectors. Shares no code with ours.

    check_vectors.py <test/vectors>                     every case; one JSON object, 1 when any verdict differs
    check_vectors.py --root <jwk> --pack <pack> < text  the verdict on one text, now; the pack as JWS or as its delta from 0

Debian: python3-cryptography python3-cbor2.
"""
import argparse
import json
import sys
import time
from pathlib import Path

from codes import Device, judge
from packs import Refused, apply_delta, open_pack, read_changes, write_changes


def opened(make):
    try:
        make()
        return "opened"
    except Refused as refused:
        return str(refused)


def check_packs(file):
    for case in file["cases"]:
        text = case.get("pack") or file["cases"][case["same"]]["pack"]
        yield case, opened(lambda: open_pack(text, file["root"], file["now"], case.get("memory")))


def check_deltas(file):
    for case in file["cases"]:
        text = case["delta"] if isinstance(case["delta"], str) else json.dumps(case["delta"])

        def follow():
            jws = apply_delta(text, file["packs"].get(case.get("held")))
            open_pack(jws, file["root"], file["now"], case.get("memory"))
            if jws != file["packs"][file["leads_to"]]:
                raise Refused("another pack")

        yield case, opened(follow)


def bits(size, states):
    out = bytearray((size + 3) // 4)
    for index, state in states.items():
        out[int(index) // 4] |= state << int(index) % 4 * 2
    return out


def check_changes(file):
    for each in file["changes"]:
        before, after = bits(each["size"], each.get("before", {})), bits(each["size"], each["set"])
        written = write_changes(after, before).hex()
        back = read_changes(bytes.fromhex(each["hex"]), each["size"], before) == after
        yield {"title": each["note"], "expected": each["hex"]}, written if back else "not read back"


def check_texts(file, pack_of):
    for case in file["cases"]:
        trusted = pack_of(case)
        device = Device()
        for scan in case.get("before", []):
            judge(scan["input"], trusted, scan["now"], device=device)
        nonce = bytes.fromhex(case["nonce"]) if "nonce" in case else None
        yield case, judge(case["input"], trusted, case.get("now", file["now"]), nonce, device)


def check_all(folder):
    read = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
    packs, deltas, shows, slips = map(read, ("pack.json", "pack-delta.json", "show-code.json", "slip.json"))
    pack_of = lambda case: open_pack(packs["cases"][case.get("pack", 0)]["pack"], packs["root"], packs["now"])
    slip_pack = open_pack(slips["pack"], slips["root"], slips["now"])
    report = {"checked": {}, "differ": []}
    for name, results in {
        "pack.json": check_packs(packs),
        "pack-delta.json": check_deltas(deltas),
        "pack-delta.json changes": check_changes(deltas),
        "show-code.json": check_texts(shows, pack_of),
        "slip.json": check_texts(slips, lambda _: slip_pack),
    }.items():
        report["checked"][name] = 0
        for case, found in results:
            report["checked"][name] += 1
            if found != case["expected"]:
                report["differ"].append({"file": name, "title": case["title"], "expected": case["expected"], "found": found})
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--root", type=Path)
    parser.add_argument("--pack", type=Path)
    given = parser.parse_args()
    if given.folder:
        report = check_all(given.folder)
        print(json.dumps(report, ensure_ascii=False))
        return 1 if report["differ"] else 0
    try:
        now = int(time.time())
        pack = given.pack.read_text(encoding="utf-8").strip()
        jws = apply_delta(pack, None) if pack.startswith("{") else pack
        trusted = open_pack(jws, json.loads(given.root.read_text()), now)
        code = judge(sys.stdin.read(), trusted, now)
    except Refused as refused:
        code = str(refused)
    print(code)
    return 0 if code == "valid" else 1


if __name__ == "__main__":
    sys.exit(main())
