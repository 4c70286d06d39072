"""Joins two network namespaces by a tunnel that delays, reorders, doubles and loses packets.

forwarder.py NEAR FAR KEY=VALUE ...: paths of namespaces; each gets a device `tun0`. Times are milliseconds, shares 0 to 1:
least, most (delay, drawn for each packet, so that they overtake each other), double, lose, late (a share of ports whose
answers take `lateness` more). Prints "ready" once both devices are there.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

near, far = sys.argv[1:3]
options = dict(least=0.0, most=0.0, double=0.0, lose=0.0, late=0.0, lateness=0.0, seed=1.0)
options.update((key, float(value)) for key, value in (word.split("=") for word in sys.argv[3:]))
random.seed(options["seed"])
libc = ctypes.CDLL(None, use_errno=True)


def tunnel(namespace):
    place = os.open(namespace, os.O_RDONLY)
    # CLONE_NEWNET
    if libc.setns(place, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(place)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    # TUNSETIFF with IFF_TUN and IFF_NO_PI
    fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", b"tun0", 0x1001))
    return device


ends = [tunnel(near), tunnel(far)]
print("ready", flush=True)
waiting = []
number = 0


def delay(end, packet):
    wait = random.uniform(options["least"], options["most"])
    # The port of the far side, on its way back.
    if end == 1 and len(packet) > 24 and packet[0] >> 4 == 4:
        port = struct.unpack_from("!H", packet, (packet[0] & 15) * 4)[0]
        if (port * 40503 & 0xFFFF) / 65536 < options["late"]:
            wait += options["lateness"]
    return wait / 1000


while True:
    now = time.monotonic()
    while waiting and waiting[0][0] <= now:
        _, _, end, packet = heapq.heappop(waiting)
        try:
            os.write(ends[1 - end], packet)
        except OSError:
            pass
    timeout = max(0, waiting[0][0] - now) if waiting else 10
    for device in select.select(ends, [], [], timeout)[0]:
        end = ends.index(device)
        for _ in range(64):
            try:
                packet = os.read(device, 2048)
            except BlockingIOError:
                break
            copies = 0 if random.random() < options["lose"] else 2 if random.random() < options["double"] else 1
            for _ in range(copies):
                number += 1
                heapq.heappush(waiting, (time.monotonic() + delay(end, packet), number, end, packet))
