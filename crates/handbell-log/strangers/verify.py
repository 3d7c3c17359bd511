"""Checks a Handbell log with `cryptography` and Python's own hashlib, and nothing of Handbell's.

Reads what docs/formats describe: checkpoints, hash tiles, entry bundles, leaves, contents, cosignature lines, proofs.

    verify.py FOLDER                reads FOLDER/log, FOLDER/proofs and FOLDER/flips, answers line by line
    verify.py note FILE KEY [KEY …]  whether the first key signed a checkpoint, and which of the others did

Exit code 0: everything held. 1: something did not, and the last line says what.
"""

import base64
import hashlib
import hmac
import os
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
HASH = 32
LEAF = 57
MAGIC = b"hndbell1"
WITHDRAWAL = 32
# Of a verifier key's type: how long the key is.
ED25519, COSIGNATURE, ML_DSA_44 = 1, 4, 6
PUBLIC = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}


class Wrong(Exception):
    """Something that is not as it must be."""


def need(holds, sentence):
    if not holds:
        raise Wrong(sentence)


def sha(data):
    return hashlib.sha256(data).digest()


def leaf_hash(leaf):
    return sha(b"\0" + leaf)


def node(left, right):
    return sha(b"\1" + left + right)


def root_of(hashes):
    """RFC 6962, section 2.1."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha(b"")
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def number(text):
    need(text.isascii() and text.isdigit() and str(int(text)) == text, f"{text!r} is no number in its one spelling")
    return int(text)


def decoded(text):
    """base64 in its one spelling: unused bits are zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Wrong(f"{text!r}: {error}") from error
    need(base64.b64encode(data).decode() == text, f"{text!r} is not how base64 spells it")
    return data


class Key:
    """A verifier key: of a log (type 1), of a cosigner (type 4), or either's by ML-DSA-44 (type 6)."""

    def __init__(self, text):
        self.name, shown, rest = text.split("+", 2)
        data = decoded(rest)
        self.kind, self.public = data[0], data[1:]
        need(PUBLIC.get(self.kind) == len(self.public), f"{text}: no key that is known here")
        self.id = sha(self.name.encode() + b"\n" + data)[:4]
        need(self.id.hex() == shown, f"{text}: the key has another id")

    def accepts(self, text, blob):
        """Whether the bytes after a line's key id are this key's signature of the text."""
        if self.kind == ML_DSA_44:
            return self.accepts_subtree(text, blob)
        message = text
        if self.kind == COSIGNATURE:
            # C2SP tlog-cosignature: eight bytes of time, then Ed25519 of a header and the whole text.
            need(len(blob) == 72, "a cosignature has 72 bytes")
            message = b"cosignature/v1\ntime %d\n" % struct.unpack(">Q", blob[:8]) + text
            blob = blob[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
        except InvalidSignature:
            return False
        return True

    def accepts_subtree(self, text, blob):
        """C2SP tlog-cosignature, ML-DSA-44: eight bytes of time, then the signature of a statement on the tree from its first
        entry to the checkpoint's size. It names who cosigns and the log, and covers the first three lines alone."""
        # Only newer versions of the library know it, and only this kind of key needs it.
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        need(len(blob) == 8 + 2420, "a cosignature by ML-DSA-44 has 2428 bytes")
        origin, size, root, *_ = text.decode().split("\n")
        short = lambda name: bytes([len(name.encode())]) + name.encode()
        message = b"subtree/v1\n\0" + short(self.name) + blob[:8] + short(origin)
        message += struct.pack(">QQ", 0, number(size)) + decoded(root)
        try:
            MLDSA44PublicKey.from_public_bytes(self.public).verify(blob[8:], message)
        except InvalidSignature:
            return False
        return True


def opened(note, keys):
    """The text of a note, and which of the keys signed it (C2SP signed-note)."""
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise Wrong("the note is no UTF-8") from error
    need(not any(ord(letter) < 32 and letter != "\n" for letter in whole), "the note has control characters")
    text, found, lines = whole.rpartition("\n\n")
    need(found and lines.endswith("\n"), "the note is cut off")
    text += "\n"
    signed = []
    for line in lines[:-1].split("\n"):
        words = line.split(" ")
        need(len(words) == 3 and words[0] == "\u2014" and words[1] and "+" not in words[1], "a signature line is malformed")
        data = decoded(words[2])
        need(len(data) > 4, "a signature is cut off")
        for key in keys:
            if (key.name, key.id) == (words[1], data[:4]):
                need(key.accepts(text.encode(), data[4:]), f"the signature of {key.name} does not hold")
                signed.append(key)
    return text, signed


def checkpoint(note, log_key, cosigners=()):
    """Size, root and cosigners of a checkpoint that the log signed (C2SP tlog-checkpoint)."""
    text, signed = opened(note, [log_key, *cosigners])
    need(log_key in signed, "the log did not sign it")
    lines = text.split("\n")
    need(len(lines) == 4 and lines[0] == log_key.name, "the checkpoint is not three lines, the first of them the key's name")
    root = decoded(lines[2])
    need(len(root) == HASH, "the root is no hash")
    return number(lines[1]), root, [key for key in signed if key is not log_key]


def included(leaf, index, size, path, root):
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, got = index, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            got = node(step, got)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            got = node(got, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and got == root


def consistent(old, old_root, new, new_root, path):
    """RFC 9162, section 2.1.4.2."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    if old & (old - 1) == 0:
        path = [old_root, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(step, first), node(step, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def proof_file(data, leaf, log_key, cosigners=()):
    """Checks a C2SP tlog-proof of one leaf, and answers which cosigners signed its checkpoint."""
    head, found, note = data.partition(b"\n\n")
    lines = head.decode().split("\n")
    need(found and lines[0] == "c2sp.org/tlog-proof@v1", "it is no proof")
    lines = lines[1:]
    if lines and lines[0].startswith("extra "):
        decoded(lines.pop(0)[6:])
    need(lines and lines[0].startswith("index "), "it names no index")
    index = number(lines[0][6:])
    size, root, signed = checkpoint(note, log_key, cosigners)
    need(included(leaf_hash(leaf), index, size, [decoded(line) for line in lines[1:]], root), "the proof does not hold")
    return signed


def grouped(index):
    text = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        text = f"x{index % 1000:03}/{text}"
    return text


def tile_path(level, index, width):
    return f"tile/{level}/{grouped(index)}" + ("" if width == WIDTH else f".p/{width}")


class Files:
    """A published log in a folder. One file may be given other bytes, to see whether that is found."""

    def __init__(self, folder):
        self.folder, self.path, self.changed, self.kept = folder, None, None, {}

    def read(self, path):
        """The bytes at a path, or None where nothing is."""
        if path == self.path:
            return self.changed
        if path not in self.kept:
            try:
                with open(os.path.join(self.folder, path), "rb") as file:
                    self.kept[path] = file.read()
            except FileNotFoundError:
                self.kept[path] = None
        return self.kept[path]

    def tile(self, path, width):
        """A tile or bundle and how many it holds: the full one where the partial one is gone."""
        data = self.read(path)
        if data is None and width < WIDTH:
            data, width = self.read(path.split(".p/")[0]), WIDTH
        need(data is not None, f"{path} is missing")
        return data, width


class Log:
    """A log as one checkpoint signs it."""

    def __init__(self, files, path, key):
        self.files, self.path = files, path
        self.size, self.root, self.cosigners = checkpoint(files.read(path), key)

    def levels(self):
        level, count = 0, self.size
        while count:
            yield level, count
            level, count = level + 1, count // WIDTH

    def width(self, level, index):
        """How many hashes tile `index` of a level has; 0 where there is none."""
        return max(0, min(WIDTH, (self.size >> 8 * level) - index * WIDTH))

    def hashes(self, level, index):
        width = self.width(level, index)
        path = tile_path(level, index, width)
        data, whole = self.files.tile(path, width)
        need(len(data) == HASH * whole, f"{path} has {len(data)} bytes")
        return [data[at : at + HASH] for at in range(0, HASH * width, HASH)]

    def bundle(self, index):
        """The entries of a bundle, and that each has the hash in the tile beside it."""
        width = self.width(0, index)
        path = tile_path("entries", index, width)
        data, whole = self.files.tile(path, width)
        need(len(data) == whole * (2 + LEAF), f"{path} has {len(data)} bytes")
        entries = []
        for place, expected in enumerate(self.hashes(0, index)):
            at = place * (2 + LEAF)
            need(data[at : at + 2] == LEAF.to_bytes(2, "big"), f"{path}: entry {place} has another length")
            entry = data[at + 2 : at + 2 + LEAF]
            need(leaf_hash(entry) == expected, f"{path}: entry {place} is not the one whose hash stands in the tile")
            need(entry[:8] == MAGIC, f"{path}: entry {place} is no leaf")
            entries.append(entry)
        return entries

    def tile(self, level, index):
        """That every hash of a tile above the leaves is that of the full tile below it."""
        for place, expected in enumerate(self.hashes(level, index)):
            below = self.hashes(level - 1, index * WIDTH + place)
            need(root_of(below) == expected, f"{tile_path(level, index, WIDTH)}: hash {place} is not that of the tile below")

    def edge(self):
        """The root over what is left of full tiles, level by level, largest first."""
        rest = []
        for level, count in self.levels():
            if count % WIDTH:
                rest.insert(0, (level, self.hashes(level, count // WIDTH)))
        roots = []
        for _, hashes in rest:
            at = 0
            for bit in reversed(range(8)):
                if len(hashes) >> bit & 1:
                    roots.append(root_of(hashes[at : at + (1 << bit)]))
                    at += 1 << bit
        got = roots.pop() if roots else sha(b"")
        while roots:
            got = node(roots.pop(), got)
        need(got == self.root, f"{self.path}: the root is not that of the tiles")

    def leaves(self):
        """Checks the whole tree and answers its leaves."""
        leaves = []
        for level, count in self.levels():
            for index in range((count + WIDTH - 1) // WIDTH):
                if level == 0:
                    leaves += self.bundle(index)
                else:
                    self.tile(level, index)
        self.edge()
        return leaves


def withdrawn_in(leaves):
    """Which entries are withdrawn, by what withdrawals of their own stream say."""
    found = set()
    for index, leaf in enumerate(leaves):
        if leaf[8] == WITHDRAWAL:
            target = int.from_bytes(leaf[25:33], "big")
            need(target < index and leaves[target][8] < 32, f"entry {index} withdraws what cannot be withdrawn")
            need(leaves[target][9:25] == leaf[9:25], f"entry {index} withdraws an entry of another stream")
            need(1 <= leaf[33] <= 5 and not any(leaf[34:]), f"entry {index} is no withdrawal")
            found.add(target)
    return found


def opening(files, index, leaf, withdrawn):
    """That the content opens its leaf, or is rightly not there. Answers whether it is there."""
    path = f"content/{grouped(index)}"
    content = files.read(path)
    if content is None:
        need(leaf[8] >= 32 or index in withdrawn, f"{path} is missing and no withdrawal says why")
        return False
    need(leaf[8] < 32 and len(content) >= 32, f"{path}: there is a content where none can be")
    message = b"handbell/commit/v1\0" + leaf[8:25] + content[32:]
    need(hmac.digest(content[:32], message, "sha256") == leaf[25:57], f"{path} is not what the leaf committed to")
    return True


def vectors():
    """What docs/formats and the specifications give as examples, so that this program is checked itself."""
    log = Key("example.com/handbell-test+2c02b7bb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")
    cosigner = Key("witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU")
    note = (
        "example.com/handbell-test\n3\nYBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOY=\n\n"
        "\u2014 example.com/handbell-test LAK3u69ijb4aS6QWZB3YI2u41gSBqWbD183dfoB+kWpMfwFH2VbKL21rYi8o5KW7SU5ErXWuG64zQ8Y+XZ90nI4ZKw0=\n"
        "\u2014 witness.example/w1 3xwKNQAAAABpVzSwapTQgeDt9e8SNNyp6T6wFSkIjDfcImGJS7X+2+RV9VvgzHMGsN00lkNUZUfLErXsAtLzksdT9cyxjIb5UbVwBA==\n"
    ).encode()
    size, root, signed = checkpoint(note, log, [cosigner])
    leaves = [leaf_hash(entry) for entry in (b"a", b"bc", b"")]
    need((size, root, signed) == (3, root_of(leaves), [cosigner]), "the vectors do not hold")
    path = [leaves[0], leaves[2]]
    lines = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
    proof = f"c2sp.org/tlog-proof@v1\nindex 1\n{lines}\n".encode() + note
    need(proof_file(proof, b"bc", log, [cosigner]) == [cosigner], "a proof file does not hold")
    for at in range(len(note)):
        for bit in range(8):
            other = bytearray(note)
            other[at] ^= 1 << bit
            try:
                kept = checkpoint(bytes(other), log, [cosigner])[2]
            except Wrong:
                continue
            # Another name or id makes the cosigner's line one by somebody unknown, which is to be ignored.
            need(kept == [], f"bit {bit} of byte {at} of the note was not found")


def check_proofs(folder, leaves, logs):
    """Proofs that another program made."""
    by_size = {log.size: log.root for log in logs}
    counts = {"inclusion": 0, "consistency": 0}
    with open(os.path.join(folder, "proofs"), encoding="ascii") as file:
        for line in file:
            kind, one, size, *path = line.split()
            one, size, path = int(one), int(size), [decoded(step) for step in path]
            if kind == "inclusion":
                holds = included(leaf_hash(leaves[one]), one, size, path, by_size[size])
            else:
                holds = consistent(one, by_size[one], size, by_size[size], path)
            need(holds, f"the {kind} proof of {one} in {size} does not hold")
            counts[kind] += 1
    print("proofs", counts["inclusion"], counts["consistency"])


def look(files, key, logs, leaves, withdrawn, path):
    """Does the part of the check that reads this file, and answers whether there is one."""
    for log in logs:
        if path == log.path:
            Log(files, path, key).edge()
            return True
    kind, *rest = path.split("/")
    if kind == "content":
        index = int("".join(rest).replace("x", ""))
        opening(files, index, leaves[index], withdrawn)
        return True
    if kind != "tile":
        return False
    level = rest[0]
    digits, _, width = "".join(rest[1:]).partition(".p")
    index, width = int(digits.replace("x", "")), int(width or WIDTH)
    for log in logs:
        if log.width(0 if level == "entries" else int(level), index) == width:
            if level in ("entries", "0"):
                log.bundle(index)
            else:
                log.tile(int(level), index)
            return True
    return False


def flips(folder, files, key, logs, leaves, withdrawn):
    """Changes one bit after the other and tells for each whether that is found. A bit "-" changes nothing."""
    with open(os.path.join(folder, "flips"), encoding="ascii") as file:
        for number_, line in enumerate(file):
            path, at, bit = line.split()
            files.path = None
            changed = bytearray(files.read(path))
            if bit != "-":
                changed[int(at)] ^= 1 << int(bit)
            files.path, files.changed = path, bytes(changed)
            try:
                verdict = "held" if look(files, key, logs, leaves, withdrawn, path) else "uncovered"
            except Wrong:
                verdict = "found"
            print("flip", number_, verdict)


def check(folder):
    vectors()
    files = Files(os.path.join(folder, "log"))
    key = Key(files.read("vkey").decode().strip())
    kept = sorted(os.listdir(os.path.join(folder, "log", "checkpoints")), key=number)
    logs = [Log(files, path, key) for path in [*(f"checkpoints/{size}" for size in kept), "checkpoint"]]
    for size, log in zip(kept, logs):
        need(log.size == number(size), f"{log.path} is of another size")
    leaves = []
    for log in logs:
        longer = log.leaves()
        need(longer[: len(leaves)] == leaves, f"{log.path} does not go on from the one before")
        leaves = longer
        print("root", log.path, log.size, base64.b64encode(log.root).decode())
    with open(os.path.join(folder, "cosigned", "keys"), encoding="ascii") as lines:
        cosigners = [Key(line.strip()) for line in lines]
    with open(os.path.join(folder, "cosigned", "checkpoint"), "rb") as note:
        size, root, signed = checkpoint(note.read(), key, cosigners)
    need(cosigners and signed == cosigners, "not every cosigner has signed, each once and in their order")
    print("root cosigned", size, base64.b64encode(root).decode())
    withdrawn = withdrawn_in(leaves)
    there = sum(opening(files, index, leaf, withdrawn) for index, leaf in enumerate(leaves))
    print(f"opened {there} withdrawn {len(withdrawn)} public {sum(leaf[8] >= 32 for leaf in leaves)}")
    need(there and len(withdrawn), "a log without contents or withdrawals shows too little")
    check_proofs(folder, leaves, logs)
    flips(folder, files, key, logs, leaves, withdrawn)


def check_note(path, log, others):
    """Says what a checkpoint signs and who signed it. The keys come from whoever asks, never from the log."""
    with open(path, "rb") as file:
        size, root, signed = checkpoint(file.read(), Key(log), [Key(other) for other in others])
    print("root", path, size, base64.b64encode(root).decode())
    for key in signed:
        print("signed", key.kind, key.name)


if __name__ == "__main__":
    asked_note = len(sys.argv) > 3 and sys.argv[1] == "note"
    if len(sys.argv) != 2 and not asked_note:
        sys.exit("verify.py FOLDER | verify.py note FILE KEY [KEY ...]")
    try:
        if asked_note:
            check_note(sys.argv[2], sys.argv[3], sys.argv[4:])
        else:
            check(sys.argv[1])
    except Wrong as wrong:
        print("wrong", wrong)
        sys.exit(1)
