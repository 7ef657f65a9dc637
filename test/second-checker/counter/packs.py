"""The offline pack and its deltas: docs/show-code.md 7."""
import copy
import hashlib
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from crypto import verify  # noqa: E402

from strict import Malformed, b64, json_text, strict_json, unb64  # noqa: E402

TOLERANCE = 300
ENTRIES = 2**24


class Refused(Exception):
    """Its text is the verdict's code."""


def need(ok, code):
    if not ok:
        raise Refused(code)


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_jws(text, typ):
    try:
        head, body, signature = text.split(".")
        header, payload = strict_json(unb64(head)), strict_json(unb64(body))
        if header.get("alg") != "ES256" or header.get("typ") != typ or {"crit", "b64"} & set(header):
            raise Malformed("header")
        return header, payload, f"{head}.{body}".encode("ascii"), unb64(signature)
    except (ValueError, Malformed, AttributeError):
        raise Refused("pack_invalid") from None


def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("crv", "kty", "x")
    return b64(hashlib.sha256(json_text({name: jwk[name] for name in names}).encode()).digest())


def fits(jwk, jws):
    return verify(jwk, jws[2], jws[3])


def follow_roots(pack, pinned, memory):
    """Each root names the next ahead of time; what this device has seen wins."""
    root, following = memory.get("root", pinned), memory.get("nextRoot")
    for text in [*pack.get("root_history", []), pack["root_statement"]]:
        jws = read_jws(text, "onecert-root+jwt")
        signer = thumbprint(jws[1]["root"])
        if signer == thumbprint(root):
            known = root
        elif signer == following:
            known = jws[1]["root"]
        else:
            known = None
        if known and fits(known, jws):
            if known is not root:
                following = None
            root, following = known, following or jws[1]["next_root"]
        elif text == pack["root_statement"]:
            raise Refused("pack_invalid")
    need(jws[1]["number"] >= memory.get("statementNumber", 0), "pack_invalid")
    return jws[1]


def read_changes(data, size, since=None):
    """The bits after these changes."""
    length = (size + 3) // 4
    if len(data) == length:
        return bytearray(data)
    if len(data) > length or (since is not None and len(since) != length):
        raise Malformed("changes")
    bits, at = bytearray(since or length), 0

    def number():
        nonlocal at
        value = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                if byte == 0 and shift:
                    raise Malformed("number")
                return value
        raise Malformed("number")

    for state in range(4):
        index = -1
        for _ in range(number()):
            index += number() + 1
            if index >= size:
                raise Malformed("entry outside")
            shift = index % 4 * 2
            bits[index // 4] = bits[index // 4] & ~(3 << shift) | state << shift
    if at != len(data):
        raise Malformed("bytes behind it")
    return bits


def write_changes(bits, since=None):
    entries = [[], [], [], []]
    for byte, value in enumerate(bits):
        before = since[byte] if since else 0
        for slot in range(4) if value != before else ():
            now, then = value >> slot * 2 & 3, before >> slot * 2 & 3
            if now != then:
                entries[now].append(byte * 4 + slot)
    out = bytearray()

    def number(value):
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        out.append(value)

    for indexes in entries:
        number(len(indexes))
        for before, index in zip([-1, *indexes], indexes):
            number(index - before - 1)
    return bytes(out) if len(out) < len(bits) else bytes(bits)


def bits_of(each, pack_format):
    size, data = each["size"], unb64(each["lst"])
    if not is_count(size) or not 1 <= size <= ENTRIES:
        raise Malformed("size")
    if pack_format == 2:
        return read_changes(data, size)
    inflater = zlib.decompressobj()
    bits = inflater.decompress(data, (size + 3) // 4 + 1)
    if len(bits) != (size + 3) // 4 or not inflater.eof or inflater.unused_data:
        raise Malformed("list")
    return bits


class Trusted:
    def __init__(self, pack, trust_list, ends, lists):
        self.pack, self.list, self.ends, self.lists = pack, trust_list, ends, lists
        self.views = {view["number"]: (kind, view) for kind in pack["types"] for view in kind["views"]}
        self.issuers = {issuer["id"]: issuer for issuer in trust_list["issuers"]}

    def status(self, number, index):
        """(state, as of), or nothing where it is not known."""
        if number not in self.lists:
            return None
        each, bits = self.lists[number]
        if not 0 <= index < each["size"]:
            return None
        return bits[index // 4] >> index % 4 * 2 & 3, each["iat"]


def open_pack(text, root, now, memory=None):
    try:
        return _open_pack(text, root, now, memory or {})
    except (KeyError, TypeError, ValueError, IndexError, Malformed, zlib.error):
        raise Refused("pack_invalid") from None


def _open_pack(text, root, now, memory):
    need(len(text) <= 16 * 1_048_576, "pack_invalid")
    jws = read_jws(text, "onecert-pack+jwt")
    header, pack = jws[:2]
    need(pack["format"] in (1, 2), "pack_invalid")
    statement = follow_roots(pack, root, memory)
    list_jws = read_jws(pack["trust_list"], "onecert-trust-list+jwt")
    need(fits(statement["trust_list_key"], list_jws), "pack_invalid")
    trust_list = list_jws[1]
    keys = {key["kid"]: key for key in trust_list["keys"]}
    need(len(keys) == len(trust_list["keys"]), "pack_invalid")
    for kid, key in keys.items():
        need(kid == thumbprint(key["jwk"]), "pack_invalid")
    key = keys.get(header.get("kid"))
    need(key and key["purpose"] == "pack" and key["state"] != "compromised", "pack_invalid")
    need(key["from"] - TOLERANCE <= pack["iat"] <= key["to"] and fits(key["jwk"], jws), "pack_invalid")
    need(trust_list["number"] >= memory.get("trustListNumber", 0), "pack_invalid")
    need(pack["number"] >= memory.get("packNumber", 0), "pack_invalid")
    dates = [memory.get("latestTime", 0), pack["iat"], trust_list["iat"], statement["iat"]]
    need(now >= max(dates) - TOLERANCE, "clock_wrong")
    lists = {each["list"]: (each, bits_of(each, pack["format"])) for each in pack["status_lists"]}
    members = ("list", "uri", "revocation_url", "suspension_url")
    names = [each[name] for each in pack["status_lists"] for name in members]
    need(len(set(names)) == len(names), "pack_invalid")
    for each in pack["contexts"].values():
        need(hashlib.sha256(json_text(each["document"]).encode()).hexdigest() == each["sha256"], "pack_invalid")
    return Trusted(pack, trust_list, min(pack["exp"], trust_list["exp"], statement["exp"]), lists)


def joined(value):
    if isinstance(value, str):
        return value
    return ".".join([*(b64(json_text(value[name]).encode()) for name in ("header", "payload")), value["signature"]])


def next_list(change, held):
    members = {name: value for name, value in change.items() if name != "changes"}
    each = {**(held or {}), **members}
    if "changes" in change:
        since = read_changes(unb64(held["lst"]), held["size"]) if held else None
        each["lst"] = b64(write_changes(read_changes(unb64(change["changes"]), each["size"], since)))
    return each


def apply_delta(text, held_text):
    """The JWS of the pack it leads to, still to be opened as any other."""
    try:
        delta = strict_json(text)
        need(delta["format"] == 1, "pack_invalid")
        held = {}
        if delta["from"] != 0:
            held = read_jws(held_text, "onecert-pack+jwt")[1] if held_text else {}
            need(held.get("format") == 2 and held["number"] == delta["from"], "pack_invalid")
        payload = {**held, **copy.deepcopy(delta["set"])}
        need(payload["number"] >= held.get("number", 0) and payload["iat"] >= held.get("iat", 0), "pack_invalid")
        for name in ("root_statement", "trust_list"):
            payload[name] = joined(payload[name])
        before = {each["list"]: each for each in held.get("status_lists", [])}
        payload["status_lists"] = [next_list(each, before.get(each["list"])) for each in delta["set"]["status_lists"]]
        return joined({"header": delta["header"], "payload": payload, "signature": delta["signature"]})
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, Malformed):
        raise Refused("pack_invalid") from None
