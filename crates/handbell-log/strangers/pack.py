"""Checks what a pack shows of the log and of the custody chain, with `cryptography` and Python's own hashlib alone.

Reads what docs/formats/{pack,proof,leaf,custody}.md describe; whether the list of hash sums holds is for `sha256sum`, and
the stamps are for `openssl ts`. The log's key comes from outside the pack.

    pack.py PACK KEY    checks a pack and tells what it found
    pack.py FOLDER      reads FOLDER/pack and FOLDER/pack-flips with the key of FOLDER/log, answers line by line

Exit code 0: everything held. 1: something did not, and the last line says what.
"""

import base64
import hashlib
import hmac
import json
import os
import sys

from verify import LEAF, MAGIC, Files, Key, Wrong, checkpoint, decoded, included, leaf_hash, need, number, vectors

EVIDENCE = 4
OPERATOR = bytes(16)


def digits(data, what):
    """64 hexadecimal digits and a line break, in their one spelling."""
    try:
        value = bytes.fromhex(data.decode("ascii"))
    except ValueError as error:
        raise Wrong(f"{what}: {error}") from error
    need(len(value) == 32 and f"{value.hex()}\n".encode() == data, f"{what} is not 64 digits and a line break")
    return value


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def entry(files, place, key):
    """An entry of the log in four files: size, root, index, stream, and what its payload says."""
    leaf, payload = files.read(f"{place}/leaf"), files.read(f"{place}/payload")
    salt = digits(files.read(f"{place}/salt"), f"{place}/salt")
    need(len(leaf) == LEAF and leaf[:8] == MAGIC and leaf[8] == EVIDENCE, f"{place}: no leaf of evidence")
    need(mac(salt, b"handbell/commit/v1\0" + leaf[8:25] + payload) == leaf[25:], f"{place}: the payload is not what the leaf commits to")
    head, found, note = files.read(f"{place}/proof.tlog-proof").partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Wrong(f"{place}: the proof is no text") from error
    need(found and lines[0] == "c2sp.org/tlog-proof@v1", f"{place}: no proof")
    need(len(lines) > 1 and lines[1].startswith("index "), f"{place}: the proof names no index")
    index = number(lines[1][6:])
    size, root, _ = checkpoint(note, key)
    path = [decoded(line) for line in lines[2:]]
    need(included(leaf_hash(leaf), index, size, path, root), f"{place}: the proof does not hold")
    return size, root, index, leaf[9:25], json.loads(payload)


def chain(files):
    """The heads of the custody chain: of no line, of the first, and so on. Each statement is the one of its line."""
    before, heads, lines = bytes(32).hex(), [], files.read("custody/lines")
    need(lines.endswith(b"\n"), "custody/lines is cut off")
    for count, line in enumerate(lines[:-1].split(b"\n")):
        heads.append(before)
        words = line.split(b" ")
        need(len(words) == 4 and words[:3] == [b"handbell-custody@v1", b"%d" % count, before.encode()], f"line {count} does not follow")
        statement = files.read(f"custody/said/{count}.json")
        said = digits(words[3] + b"\n", f"line {count}")
        need(statement is None or hashlib.sha256(statement).digest() == said, f"custody/said/{count}.json is not what line {count} says")
        before = hashlib.sha256(line + b"\n").hexdigest()
    return [*heads, before]


def head(files, lines, heads, key):
    size, root, index, stream, says = entry(files, f"heads/{lines}", key)
    need(stream == OPERATOR and (says["type"], says["lines"]) == ("custody.head", int(lines)), f"heads/{lines}: no head of these lines")
    need(int(lines) < len(heads) and says["head"] == heads[int(lines)], f"heads/{lines}: the log says another head")
    return size, root, index


def item(files, place, key):
    """The mark opens to the opening, and that to the original, where it is here in the clear."""
    opening = files.read(f"{place}/opening.json")
    inner = digits(files.read(f"{place}/inner-salt"), f"{place}/inner-salt")
    size, root, index, _, says = entry(files, f"{place}/log", key)
    need((says["type"], says["commitment"]) == ("evidence.committed", mac(inner, opening).hex()), f"{place}: the log's mark is of another file")
    told = json.loads(opening)
    for name in os.listdir(os.path.join(files.folder, place)):
        if name.startswith("original.") and not name.endswith(".age"):
            original = files.read(f"{place}/{name}")
            same = (hashlib.sha256(original).hexdigest(), len(original)) == (told["sha256"], told["length"])
            need(same, f"{place}/{name} is not the file that was received")
    return size, root, index


def whole(files, key):
    """Checks everything and answers what was found, by place."""
    heads, found = chain(files), {}
    for lines in sorted(os.listdir(os.path.join(files.folder, "heads")), key=number):
        found[f"heads/{lines}"] = head(files, lines, heads, key)
    for name in sorted(os.listdir(os.path.join(files.folder, "items")), key=number):
        if os.path.isdir(os.path.join(files.folder, "items", name, "log")):
            found[f"items/{name}/log"] = item(files, f"items/{name}", key)
    need(found, "the pack brings no entry of the log")
    return found


def look(files, path, key):
    """Does the part of the check that reads this file, and answers whether there is one."""
    words = path.split("/")
    if words[0] == "custody":
        heads = chain(files)
        for lines in os.listdir(os.path.join(files.folder, "heads")):
            head(files, lines, heads, key)
    elif words[0] == "heads" and not path.endswith(".tsr"):
        head(files, words[1], chain(files), key)
    elif words[0] == "items" and not path.endswith(".age"):
        item(files, "/".join(words[:2]), key)
    else:
        return False
    return True


def flips(files, list_, key):
    """Changes one bit after the other and tells for each whether that is found. A bit "-" changes nothing."""
    with open(list_, encoding="ascii") as lines:
        for count, line in enumerate(lines):
            path, at, bit = line.split()
            files.path = None
            changed = bytearray(files.read(path))
            if bit != "-":
                changed[int(at)] ^= 1 << int(bit)
            files.path, files.changed = path, bytes(changed)
            try:
                verdict = "held" if look(files, path, key) else "uncovered"
            except Wrong:
                verdict = "found"
            print("flip", count, verdict)


def check(folder, key=None):
    vectors()
    pack = folder if key else os.path.join(folder, "pack")
    if not key:
        with open(os.path.join(folder, "log", "vkey"), encoding="ascii") as file:
            key = file.read()
    files, key = Files(pack), Key(key.strip())
    for place, (size, root, index) in whole(files, key).items():
        print("root", place, size, base64.b64encode(root).decode(), "index", index)
    if pack != folder:
        flips(files, os.path.join(folder, "pack-flips"), key)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("pack.py FOLDER | PACK KEY")
    try:
        check(*sys.argv[1:])
    except Wrong as wrong:
        print("wrong", wrong)
        sys.exit(1)
