"""Base45 (RFC 9285), strict base64url, strict JSON and strict CBOR, as docs/show-code.md 2 and 7 want them."""
import base64
import json
import math


class Malformed(Exception):
    pass


ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def unbase45(text):
    out = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        if len(group) == 1 or any(character not in ALPHABET for character in group):
            raise Malformed("base45")
        value = sum(ALPHABET.index(character) * 45**place for place, character in enumerate(group))
        if value >= 256 ** (len(group) - 1):
            raise Malformed("base45")
        out += value.to_bytes(len(group) - 1, "big")
    return bytes(out)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text):
    """Only the one text of its bytes."""
    if not isinstance(text, str) or not text.isascii() or set("+/=") & set(text):
        raise Malformed("base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise Malformed("base64url")
    return data


def _members(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed("repeated name")
    return dict(pairs)


def _checked(value, depth=0):
    if depth > 64:
        raise Malformed("deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise Malformed("number")
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate has none
    elif isinstance(value, dict):
        for name, each in value.items():
            _checked(name, depth)
            _checked(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _checked(each, depth + 1)
    return value


def strict_json(text):
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    value = json.loads(text, object_pairs_hook=_members, parse_constant=lambda _: _no_number())
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return _checked(value)


def _no_number():
    raise Malformed("number")


def json_text(value):
    """Without spaces, members in their order, only what must be is escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def strict_cbor(data):
    """Shortest and definite, exact UTF-8, no repeated key, no float, tag, null or undefined, nothing behind it."""
    value, end = _item(data, 0, 0)
    if end != len(data):
        raise Malformed("bytes behind it")
    return value


def _item(data, at, depth):
    if at >= len(data) or depth > 16:
        raise Malformed("cbor")
    major, short = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if short not in (20, 21):
            raise Malformed("simple value or float")
        return short == 21, at
    argument = short
    if short >= 24:
        if short > 27:
            raise Malformed("indefinite")
        width = 1 << (short - 24)
        argument = int.from_bytes(data[at : at + width], "big")
        at += width
        if at > len(data) or argument < (24 if width == 1 else 1 << (4 * width)) or argument > 2**53 - 1:
            raise Malformed("not the shortest, or too large")
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major in (2, 3):
        if at + argument > len(data):
            raise Malformed("too little")
        piece = bytes(data[at : at + argument])
        if major == 2:
            return piece, at + argument
        if piece.startswith(b"\xef\xbb\xbf"):
            raise Malformed("byte order mark")
        return piece.decode("utf-8"), at + argument
    if major == 4:
        items = []
        for _ in range(argument):
            value, at = _item(data, at, depth + 1)
            items.append(value)
        return items, at
    if major == 5:
        members = {}
        for _ in range(argument):
            name, at = _item(data, at, depth + 1)
            if isinstance(name, bool) or not isinstance(name, int) or name in members:
                raise Malformed("key")
            members[name], at = _item(data, at, depth + 1)
        return members, at
    raise Malformed("tag")
