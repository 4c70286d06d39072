"""What a disk holds if the machine stops at any system call of a traced DHCP server, and whether every ACK is on it.

  crash_points.py TRACE DATABASE FOLDER SEED

TRACE is of `strace -f -xx -s 1000000` with openat, pwrite64, write, ftruncate, fsync, fdatasync, unlink, close, sendmmsg and sendto. What
was written before a sync has reached the disk; of what was written after the last one any part may have, sector by sector. At every
point where an ACK had left before, the files are put together, opened with SQLite, and each ACK's lease is looked for.

Prints how many points and ACKs there were, then a line for each lease that was lost.
"""

import os
import random
import re
import sqlite3
import sys

TRACE, DATABASE, FOLDER, SEED = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
chance = random.Random(SEED)
SECTOR = 512


def octets(text):
    return bytes.fromhex(text.replace("\\x", ""))


class File:
    """What is on the disk, and what has been written since."""

    def __init__(self):
        self.durable = bytearray()
        self.pending = []

    def put(self, image, offset, data):
        if len(image) < offset + len(data):
            image.extend(bytes(offset + len(data) - len(image)))
        image[offset:offset + len(data)] = data

    def sync(self):
        for offset, data in self.pending:
            self.apply(self.durable, offset, data)
        self.pending = []

    def apply(self, image, offset, data):
        if data is None:
            del image[offset:]
            image.extend(bytes(offset - len(image)))
        else:
            self.put(image, offset, data)

    def crash(self):
        """The disk's content after a stop: of each sector that was not synced it is chance which content it has."""
        image, share = bytearray(self.durable), chance.choice((0.0, 0.5, 1.0, chance.random()))
        for offset, data in self.pending:
            if data is None:
                if chance.random() < share:
                    self.apply(image, offset, None)
                continue
            for start in range(0, len(data), SECTOR):
                if chance.random() < share:
                    self.put(image, offset + start, data[start:start + SECTOR])
        return image


files, names = {}, {}
acknowledged = {}
points = []
lost = []
calls = syncs = 0


def inspect():
    """The machine stops here."""
    for name, file in files.items():
        with open(os.path.join(FOLDER, name), "wb") as out:
            out.write(file.crash())
    path = os.path.join(FOLDER, os.path.basename(DATABASE))
    try:
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT address, hardware, state FROM lease4").fetchall()
        problem = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.close()
    except sqlite3.DatabaseError as error:
        lost.append("call %d: the database cannot be read: %s" % (calls, error))
        return
    if problem != "ok":
        lost.append("call %d: %s" % (calls, problem))
    held = {address: hardware for address, hardware, state in rows if state == 1}
    for address, hardware in acknowledged.items():
        if held.get(address) != hardware:
            lost.append("call %d: the lease of %08x, acknowledged to %012x, is not there" % (calls, address, hardware))
            break
    for name in os.listdir(FOLDER):
        os.unlink(os.path.join(FOLDER, name))
    points.append(calls)


def note_answers(text):
    for payload in re.findall(r'iov_base="((?:\\x[0-9a-f]{2})*)"', text) or re.findall(r'^\d+, "((?:\\x[0-9a-f]{2})*)"', text):
        message = octets(payload)
        # A datagram, or a frame with its headers.
        at = message.find(b"\x63\x82\x53\x63")
        if at < 236 or message[at + 4:at + 7] != b"\x35\x01\x05":
            continue
        start = at - 236
        acknowledged[int.from_bytes(message[start + 16:start + 20], "big")] = int.from_bytes(message[start + 28:start + 34], "big")


started = {}
for line in open(TRACE, errors="replace"):
    match = re.match(r"(\d+)\s+(.*)", line)
    if not match:
        continue
    process, text = match.groups()
    if text.endswith("<unfinished ...>"):
        started[process] = text[:-len("<unfinished ...>")].rstrip()
        continue
    resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
    if resumed:
        text = started.pop(process, "") + resumed.group(1)
    match = re.match(r"(\w+)\((.*)\)\s*=\s*(-?\d+)(.*)", text)
    if not match:
        continue
    call, arguments, result, rest = match.group(1), match.group(2), int(match.group(3)), match.group(4)
    if result < 0:
        continue
    calls += 1
    first = arguments.split(",")[0].strip()
    if call == "openat":
        path = re.search(r'"((?:\\x[0-9a-f]{2})*)"', arguments)
        name = octets(path.group(1)).decode() if path else ""
        if name.startswith(DATABASE):
            names[result] = os.path.basename(name)
            files.setdefault(names[result], File())
        else:
            names.pop(result, None)
    elif call == "close":
        names.pop(int(first), None)
    elif call == "unlink":
        path = octets(re.search(r'"((?:\\x[0-9a-f]{2})*)"', arguments).group(1)).decode()
        files.pop(os.path.basename(path), None)
    elif call in ("fsync", "fdatasync") and int(first) in names:
        # Before it a crash finds the least on the disk; an injected call has synced nothing.
        if acknowledged:
            inspect()
        if "INJECTED" not in rest:
            files[names[int(first)]].sync()
            syncs += 1
    elif call == "pwrite64" and int(first) in names:
        data = octets(re.search(r'"((?:\\x[0-9a-f]{2})*)"', arguments).group(1))
        offset = int(arguments.rsplit(",", 1)[1])
        files[names[int(first)]].pending.append((offset, data))
    elif call == "ftruncate" and int(first) in names:
        files[names[int(first)]].pending.append((int(arguments.rsplit(",", 1)[1]), None))
    elif call in ("sendmmsg", "sendto"):
        before = len(acknowledged)
        note_answers(arguments)
        if len(acknowledged) > before:
            inspect()

print("%d points, %d acknowledgements, %d syncs, %d octets of database" % (
    len(points), len(acknowledged), syncs, sum(len(f.durable) for n, f in files.items() if not n.endswith("-wal"))))
for line in lost[:10]:
    print(line)
