"""What the province publishes: root, trust list, types, contexts, status lists. Checked from the pinned root down."""
import gzip
import json
import zlib

from jsonschema import Draft202012Validator

import linked_data
from crypto import open_jws, unb64

ROUNDING = 86_400 + 300  # copies carry the day, and two honest clocks may differ by five minutes


class Published:
    def __init__(self, folder):
        self.findings = []
        read = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
        self.contexts = read("contexts.json")
        self.validators = {name: Draft202012Validator(schema) for name, schema in read("schemas.json").items()}
        root = read("root.json")
        pack_text = (folder / "pack.jwt").read_text().strip()
        # The root inside a pack means nothing: it is the pinned one that signs the statement.
        pack = json.loads(unb64(pack_text.split(".")[1]))
        statement = open_jws(pack["root_statement"], "onecert-root+jwt", root)
        if not statement:
            raise SystemExit("the root statement is not by the pinned root")
        trust_list = open_jws(pack["trust_list"], "onecert-trust-list+jwt", statement[1]["trust_list_key"])
        if not trust_list:
            raise SystemExit("the trust list is not by the key that the root names")
        self.keys = trust_list[1]["keys"]
        self.issuers = {issuer["id"]: issuer for issuer in trust_list[1]["issuers"]}
        if not any(open_jws(pack_text, "onecert-pack+jwt", key["jwk"]) for key in self.keys_for("pack")):
            self.findings.append({"what": "pack", "reason": "signature"})
        self.types = {kind["id"]: kind for kind in pack["types"]}
        self.issuer_of_lists = trust_list[1]["iss"]
        self.lists = {}
        for token in sorted((folder / "status").glob("*.token")):
            self.open_list(folder / "status", int(token.stem))

    def keys_for(self, purpose):
        return [key for key in self.keys if key["purpose"] == purpose and key["state"] == "active"]

    def open_list(self, folder, number):
        """One list in both forms: Token Status List (2 bits, from the low end) and two Bitstring lists (from the high end)."""
        texts = {name: (folder / f"{number}.{name}").read_text() for name in ("token", "revocation", "suspension")}
        opened = next(
            filter(None, (open_jws(texts["token"], "statuslist+jwt", key["jwk"]) for key in self.keys_for("status"))), None
        )
        if not opened or opened[1]["status_list"]["bits"] != 2:
            self.findings.append({"what": f"status list {number}", "reason": "signature"})
            return
        two_bits = zlib.decompress(unb64(opened[1]["status_list"]["lst"]))
        strings = {}
        for purpose in ("revocation", "suspension"):
            document = json.loads(texts[purpose])
            keys = {f"#{key['kid']}": key for key in self.keys_for("status")}
            if not linked_data.proof_fits(document, keys, self.contexts):
                self.findings.append({"what": f"{purpose} list {number}", "reason": "signature"})
                return
            encoded = document["credentialSubject"]["encodedList"]
            strings[purpose] = gzip.decompress(unb64(encoded[1:]))
        if not len(two_bits) * 4 == len(strings["revocation"]) * 8 == len(strings["suspension"]) * 8 >= 131_072:
            self.findings.append({"what": f"status list {number}", "reason": "size"})
        self.lists[number] = (opened[1]["sub"], two_bits, strings)

    def status(self, number, index):
        _, two_bits, strings = self.lists[number]
        token = two_bits[index // 4] >> (index % 4 * 2) & 3
        revoked, suspended = (strings[name][index // 8] >> (7 - index % 8) & 1 for name in ("revocation", "suspension"))
        return token, 1 if revoked else 2 if suspended else 0

    def list_of(self, url):
        """The number of a list by its address, whichever form it names."""
        for number, (sub, _, _) in self.lists.items():
            if url == sub or url in (f"{sub}/revocation", f"{sub}/suspension"):
                return number
        raise Wrong("status_reference")

    def judge_key(self, key, kind, issuer, signed_at):
        if key["purpose"] != "certificate" or kind not in key.get("types", []):
            raise Wrong("issuer_not_allowed")
        if key["state"] == "compromised":
            raise Wrong("key_compromised")
        if not key["from"] - ROUNDING <= signed_at <= key["to"]:
            raise Wrong("key_out_of_time")
        owner = self.issuers[key["issuer"]]
        if issuer is not None and issuer not in (owner["url"], owner["did"]):
            raise Wrong("issuer_is_not_signer")

    def check_fields(self, found):
        if found.whole and not self.validators[found.type].is_valid(found.fields):
            raise Wrong("schema")


class Wrong(Exception):
    """Its text is the reason."""
