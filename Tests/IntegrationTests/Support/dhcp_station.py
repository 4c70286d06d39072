"""Stations of a link that speak DHCPv4, DHCPv6 and NDP in frames of their own making, honest or not.

  dhcp_station.py load INTERFACE --rate R --seconds S --log FILE [--vlan N] [--first N] [--patience S]
  dhcp_station.py exchange INTERFACE [--vlan N] [--number N]
  dhcp_station.py renew INTERFACE ADDRESS SERVER
  dhcp_station.py told INTERFACE VERSION
  dhcp_station.py relay SERVER GATEWAY COUNT

What an answer proves is computed here anew, with another's HMAC.
"""

import argparse
import hashlib
import hmac
import random
import select
import socket
import struct
import sys
import time

BROADCAST = b"\xff" * 6
AGENTS = bytes.fromhex("333300010002")
COOKIE = bytes.fromhex("63825363")


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(number):
    """The hardware address of a client."""
    return bytes([2, 0x5E]) + struct.pack("!I", number)


def option(code, value):
    return bytes([code, len(value)]) + value


def option6(code, value):
    return struct.pack("!HH", code, len(value)) + value


def dhcp4(kind, hardware, transaction, options=b"", op=1, htype=1, hlen=6, hops=0, secs=0, flags=0, ciaddr="0.0.0.0",
          yiaddr="0.0.0.0", siaddr="0.0.0.0", giaddr="0.0.0.0", sname=b"", file=b"", cookie=COOKIE, end=b"\xff"):
    head = struct.pack("!BBBBIHH", op, htype, hlen, hops, transaction, secs, flags)
    head += b"".join(socket.inet_aton(a) for a in (ciaddr, yiaddr, siaddr, giaddr))
    head += hardware.ljust(16, b"\0")[:16] + sname.ljust(64, b"\0")[:64] + file.ljust(128, b"\0")[:128] + cookie
    first = option(53, bytes([kind])) if kind is not None else b""
    return (head + first + options + end).ljust(300, b"\0")


def ethernet(target, source, kind, tags=()):
    head = target + source
    for tag in tags:
        head += struct.pack("!HH", 0x8100 if isinstance(tag, int) else tag[0], tag if isinstance(tag, int) else tag[1])
    return head + struct.pack("!H", kind)


def udp4(payload, source="0.0.0.0", target="255.255.255.255", ports=(68, 67), length=None, total=None, ihl=5,
         fragment=0, version=4, sum4=None, udpsum="right", ttl=64, extra=b"", protocol=17):
    size = 8 + len(payload)
    udp = struct.pack("!HHHH", ports[0], ports[1], size if length is None else length, 0) + payload
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 17, size)
    if udpsum == "right":
        value = checksum(pseudo + udp) or 0xFFFF
    elif udpsum == "partial":
        value = ~checksum(pseudo) & 0xFFFF
    elif udpsum == "wrong":
        value = (checksum(pseudo + udp) ^ 0x1234) or 1
    else:
        value = 0
    udp = udp[:6] + struct.pack("!H", value) + udp[8:]
    options = (b"\x01" * max(0, ihl * 4 - 20)) if ihl > 5 else b""
    head = struct.pack(
        "!BBHHHBBH", version << 4 | ihl, 0, 20 + len(options) + len(udp) if total is None else total, 7, fragment, ttl,
        protocol, 0) + socket.inet_aton(source) + socket.inet_aton(target) + options
    value = checksum(head) if sum4 is None else sum4
    return head[:10] + struct.pack("!H", value) + head[12:] + udp + extra


def inet6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def local6(hardware):
    return inet6("fe80::")[:8] + bytes([hardware[0] ^ 2]) + hardware[1:3] + b"\xff\xfe" + hardware[3:]


def ip6(source, target, protocol, payload, hops=64, length=None):
    return struct.pack("!IHBB", 6 << 28, len(payload) if length is None else length, protocol, hops) + source + target + payload


def upper6(source, target, protocol, payload, at):
    """Fills a checksum in."""
    pseudo = source + target + struct.pack("!II", len(payload), protocol)
    value = checksum(pseudo + payload) or 0xFFFF
    return payload[:at] + struct.pack("!H", value) + payload[at + 2:]


def udp6(payload, source, target=inet6("ff02::1:2"), ports=(546, 547), length=None, hops=1, right=True):
    udp = struct.pack("!HHHH", ports[0], ports[1], 8 + len(payload) if length is None else length, 0) + payload
    if right:
        udp = upper6(source, target, 17, udp, 6)
    return ip6(source, target, 17, udp, hops)


def icmp6(source, target, kind, body, hops=255, right=True, code=0):
    message = struct.pack("!BBH", kind, code, 0) + body
    if right:
        message = upper6(source, target, 58, message, 2)
    return ip6(source, target, 58, message, hops)


def duid(hardware):
    return b"\0\3\0\1" + hardware


def association(number, inner=b"", kind=3):
    return option6(kind, struct.pack("!III", number, 0, 0) + inner)


def dhcp6(kind, transaction, options):
    return struct.pack("!I", kind << 24 | transaction & 0xFFFFFF) + options


class Link:
    """A raw socket on an interface."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
        self.socket.bind((interface, 0))
        # PACKET_ADD_MEMBERSHIP, promiscuous; PACKET_IGNORE_OUTGOING; PACKET_AUXDATA.
        index = socket.if_nametoindex(interface)
        self.socket.setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))
        self.socket.setsockopt(263, 23, 1)
        self.socket.setsockopt(263, 8, 1)
        self.socket.setblocking(False)

    def send(self, frame):
        try:
            self.socket.send(frame)
        except OSError as error:
            # Longer or shorter than the link takes, or full: neither is what is tested.
            if error.errno not in (22, 90, 105):
                raise

    def take(self, seconds=0.0):
        """A frame with its VLAN tag, 0 for none; None if none comes."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return None
        try:
            frame, control, _, _ = self.socket.recvmsg(4096, 256)
        except BlockingIOError:
            return None
        tag = 0
        for level, kind, data in control:
            if level == 263 and kind == 8:
                status, _, _, _, _, tci, _ = struct.unpack("=IIIHHHH", data[:20])
                tag = tci & 0xFFF if status & 0x10 else 0
        return frame, tag


def read4(frame):
    """Type, transaction, address, client and options of an answer of DHCPv4; None if it is none."""
    if len(frame) < 282 or frame[12:14] != b"\x08\0" or frame[23] != 17 or frame[36:38] != b"\0\x44":
        return None
    message, options, at = frame[42:], {}, 240
    while at + 1 < len(message) and message[at] != 255:
        if message[at] == 0:
            at += 1
            continue
        options[message[at]] = message[at + 2:at + 2 + message[at + 1]]
        at += 2 + message[at + 1]
    kind = options.get(53, b"\0")[0]
    return kind, struct.unpack("!I", message[4:8])[0], socket.inet_ntoa(message[16:20]), message[28:34], options


def read6(frame):
    """Type, transaction and options of an answer of DHCPv6, the first of each."""
    if len(frame) < 66 or frame[12:14] != b"\x86\xdd" or frame[20] != 17 or frame[56:58] != b"\x02\x22":
        return None
    message, options, at = frame[62:], {}, 4
    while at + 4 <= len(message):
        code, size = struct.unpack("!HH", message[at:at + 4])
        options.setdefault(code, message[at + 4:at + 4 + size])
        at += 4 + size
    return message[0], struct.unpack("!I", message[:4])[0] & 0xFFFFFF, options


def discover(number, tags=(), **fields):
    hardware = address(number)
    return ethernet(BROADCAST, hardware, 0x0800, tags) + udp4(dhcp4(1, hardware, number, **fields))


def request(number, ip, server, tags=()):
    hardware = address(number)
    options = option(50, socket.inet_aton(ip)) + option(54, server)
    return ethernet(BROADCAST, hardware, 0x0800, tags) + udp4(dhcp4(3, hardware, number, options))


def exchange4(link, number, seconds=3.0, tags=(), **fields):
    """A client's whole exchange; its address, or None."""
    end, asked = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        if time.monotonic() > asked + 0.5:
            link.send(discover(number, tags, **fields))
            asked = time.monotonic()
        got = link.take(0.05)
        answer = got and read4(got[0])
        if not answer or answer[1] != number or (tags and got[1] != tags[0]):
            continue
        if answer[0] == 2:
            link.send(request(number, answer[2], answer[4][54], tags))
        elif answer[0] == 5:
            return answer[2]
    return None


def exchange6(link, number, seconds=3.0):
    """The same of DHCPv6."""
    hardware = address(number)
    source, end, asked = local6(hardware), time.monotonic() + seconds, 0.0
    known = option6(1, duid(hardware))
    head = ethernet(AGENTS, hardware, 0x86DD)
    while time.monotonic() < end:
        if time.monotonic() > asked + 0.5:
            link.send(head + udp6(dhcp6(1, number, known + association(1)), source))
            asked = time.monotonic()
        got = link.take(0.05)
        answer = got and read6(got[0])
        if not answer or answer[1] != number & 0xFFFFFF or 3 not in answer[2]:
            continue
        inner = answer[2][3][12:]
        if answer[0] == 2:
            link.send(head + udp6(dhcp6(3, number, known + option6(2, answer[2][2]) + association(1, inner)), source))
        elif answer[0] == 7 and len(inner) >= 28:
            return socket.inet_ntop(socket.AF_INET6, inner[4:20])
    return None


def load(arguments):
    """Direct clients, one after the other; each ACK is a line of the log, written at once."""
    link = Link(arguments.interface)
    log = open(arguments.log, "a", buffering=1)
    tags = (arguments.vlan,) if arguments.vlan else ()
    begun, done, start, times = 0, 0, time.monotonic(), {}
    rate = arguments.rate
    while time.monotonic() < start + arguments.seconds + 1:
        due = min(int((time.monotonic() - start) * rate), int(arguments.seconds * rate))
        while begun < due:
            link.send(discover(arguments.first + begun, tags))
            times[arguments.first + begun] = time.monotonic()
            begun += 1
        got = link.take(0.001)
        answer = got and read4(got[0])
        if not answer or (tags and got[1] != arguments.vlan):
            continue
        kind, number, ip, hardware, options = answer
        if kind == 2:
            link.send(request(number, ip, options[54], tags))
        elif kind == 5:
            # One who has waited for longer has begun anew.
            if time.monotonic() - times.pop(number, 0) <= arguments.patience:
                done += 1
            log.write("%s %s\n" % (hardware.hex(":"), ip))
    print(begun, done)


def renew(arguments):
    """Renews by a datagram from the address, as a client does: its checksum is left to the interface."""
    hardware = open("/sys/class/net/%s/address" % arguments.interface).read().strip()
    octets = bytes.fromhex(hardware.replace(":", ""))
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, arguments.interface.encode())
    s.bind((arguments.address, 68))
    s.settimeout(3)
    # With the identifier that udhcpc has.
    s.sendto(dhcp4(3, octets, 0x77, option(61, b"\1" + octets), ciaddr=arguments.address), (arguments.server, 67))
    answer = s.recv(2048)
    print({5: "ACK", 6: "NAK"}.get(answer[242], "other"))


def wait(link, read, accept, seconds=8.0):
    """The first answer that `accept` takes; None if there is none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = link.take(0.1)
        answer = got and read(got[0])
        if answer and accept(answer):
            return answer, got[0]
    return None, None


def told4(link):
    number, hardware = 0x4711, address(0x4711)
    capable = option(145, b"\1")
    link.send(discover(number, options=capable))
    offer, _ = wait(link, read4, lambda a: a[1] == number and a[0] == 2)
    if 145 not in offer[4]:
        return "the offer does not say that it knows of nonces"
    options = option(50, socket.inet_aton(offer[2])) + option(54, offer[4][54]) + capable
    link.send(ethernet(BROADCAST, hardware, 0x0800) + udp4(dhcp4(3, hardware, number, options)))
    ack, _ = wait(link, read4, lambda a: a[1] == number and a[0] == 5)
    proof = ack[4][90]
    if proof[:3] != b"\3\1\0" or proof[11] != 1 or len(proof) != 28:
        return "no nonce, but " + proof.hex()
    print("bound", ack[2], flush=True)
    order, frame = wait(link, read4, lambda a: a[0] == 9)
    if order is None:
        return "nobody told it to renew"
    length = struct.unpack("!H", frame[38:40])[0] - 8
    message, digest = bytearray(frame[42:42 + length]), order[4][90][12:]
    at = message.find(order[4][90]) + 12
    message[at:at + 16] = bytes(16)
    if hmac.new(proof[12:], bytes(message), hashlib.md5).digest() != digest:
        return "the digest is wrong"
    if order[4][90][3:11] <= proof[3:11]:
        return "the counter did not grow"
    if frame[:6] != hardware or frame[30:34] != socket.inet_aton(ack[2]):
        return "it came to another"
    link.send(ethernet(BROADCAST, hardware, 0x0800) + udp4(dhcp4(3, hardware, 0x4712, ciaddr=ack[2]), ack[2]))
    ack, _ = wait(link, read4, lambda a: a[1] == 0x4712 and a[0] == 5)
    again, _ = wait(link, read4, lambda a: a[0] == 9, 3.0)
    return "renewed" if ack and not again else "not renewed, or told once more"


def told6(link):
    number, hardware = 0x4711, address(0x4711)
    source, head = local6(hardware), ethernet(AGENTS, hardware, 0x86DD)
    known = option6(1, duid(hardware)) + option6(20, b"")
    link.send(head + udp6(dhcp6(1, number, known + association(1)), source))
    offer, _ = wait(link, read6, lambda a: a[0] == 2)
    server, inner = option6(2, offer[2][2]), offer[2][3][12:]
    link.send(head + udp6(dhcp6(3, number, known + server + association(1, inner)), source))
    reply, _ = wait(link, read6, lambda a: a[0] == 7)
    proof, inner = reply[2][11], reply[2][3][12:]
    if proof[:3] != b"\3\1\0" or proof[11] != 1 or 20 not in reply[2]:
        return "no key, but " + proof.hex()
    print("bound", socket.inet_ntop(socket.AF_INET6, inner[4:20]), flush=True)
    order, frame = wait(link, read6, lambda a: a[0] == 10)
    if order is None:
        return "nobody told it to renew"
    message, digest = bytearray(frame[62:]), order[2][11][12:]
    at = message.find(order[2][11]) + 12
    message[at:at + 16] = bytes(16)
    if hmac.new(proof[12:], bytes(message), hashlib.md5).digest() != digest:
        return "the digest is wrong"
    if order[2][19] != b"\5" or order[2][1] != duid(hardware):
        return "it asks for something else"
    if frame[:6] != hardware or frame[38:54] != inner[4:20]:
        return "it came to another"
    link.send(head + udp6(dhcp6(5, 0x4712, known + server + association(1, inner)), source))
    reply, _ = wait(link, read6, lambda a: a[0] == 7 and a[1] == 0x4712)
    again, _ = wait(link, read6, lambda a: a[0] == 10, 3.0)
    return "renewed" if reply and not again else "not renewed, or told once more"


def relay(server, gateway, count):
    """Sends on DISCOVERs of so many clients, as a relay agent does, all at once."""
    agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    agent.bind(("", 67))
    for number in range(count):
        agent.sendto(dhcp4(1, address(number), number, giaddr=gateway, hops=1), (server, 67))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    part = commands.add_parser("load")
    part.add_argument("interface")
    part.add_argument("--rate", type=int, default=100)
    part.add_argument("--seconds", type=float, default=1)
    part.add_argument("--log", default="/dev/null")
    part.add_argument("--vlan", type=int, default=0)
    part.add_argument("--first", type=int, default=1)
    part.add_argument("--patience", type=float, default=4)
    part = commands.add_parser("exchange")
    part.add_argument("interface")
    part.add_argument("--vlan", type=int, default=0)
    part.add_argument("--number", type=int, default=1)
    part = commands.add_parser("renew")
    part.add_argument("interface")
    part.add_argument("address")
    part.add_argument("server")
    part = commands.add_parser("told")
    part.add_argument("interface")
    part.add_argument("version", type=int)
    part = commands.add_parser("relay")
    part.add_argument("server")
    part.add_argument("gateway")
    part.add_argument("count", type=int)
    arguments = parser.parse_args()
    if arguments.command == "relay":
        relay(arguments.server, arguments.gateway, arguments.count)
    elif arguments.command == "told":
        link = Link(arguments.interface)
        print(told4(link) if arguments.version == 4 else told6(link))
    elif arguments.command == "load":
        load(arguments)
    elif arguments.command == "renew":
        renew(arguments)
    else:
        tags = (arguments.vlan,) if arguments.vlan else ()
        print(exchange4(Link(arguments.interface), arguments.number, tags=tags))


if __name__ == "__main__":
    main()
