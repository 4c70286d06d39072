"""Frames that broke other DHCP servers, and such as follow from the formats: after each kind an honest client must be served.

  dhcp_hostile.py INTERFACE SERVER4 SERVER_HARDWARE PASSES [KIND]...

Prints a line for each kind after which a client was not served, then how many frames and kinds there were.
"""

import random
import struct
import sys

from dhcp_station import *

NONE6 = inet6("::")
ALL_ROUTERS, ALL_NODES = inet6("ff02::2"), inet6("ff02::1")


class Corpus:
    def __init__(self, server4, server_hardware, seed):
        self.server4, self.server_hardware = server4, server_hardware
        self.random = random.Random(seed)
        # Each case is of a client of its own, so that no limit of rates hides what comes after.
        self.number = self.random.randrange(1 << 30)

    def client(self):
        self.number += 1
        return self.number, address(self.number)

    # DHCPv4: a message with one thing that is wrong.

    def v4(self, kind=1, options=b"", source=None, target=BROADCAST, tags=(), ip=None, **fields):
        number, hardware = self.client()
        fields.setdefault("hlen", 6)
        message = dhcp4(kind, fields.pop("chaddr", hardware), fields.pop("xid", number), options, **fields)
        return ethernet(target, source or hardware, 0x0800, tags) + udp4(message, **(ip or {}))

    def messages4(self):
        every = (1, 3, 4, 7, 8)
        yield "no message type", [self.v4(None), self.v4(None, cookie=b"\0\0\0\0"), self.v4(None, cookie=b"", end=b"")]
        yield "every message type", [self.v4(kind) for kind in range(256)]
        yield "message type of length 0 and 2", [
            self.v4(None, b"\x35\0"), self.v4(None, b"\x35\2\1\1"), self.v4(None, b"\x35\1")]
        yield "doubled type, address and server", [
            self.v4(kind, option(53, b"\3") + option(50, b"\xc0\0\2\x70") * 2 + option(54, b"\xc0\0\2\1") * 2)
            for kind in every]
        yield "client identifier of no octets, one, and odd ones (CVE-2010-2156, CVE-2012-3571, CVE-2012-3570)", [
            self.v4(kind, option(61, value)) for kind in every
            for value in (b"", b"\1", b"\0", b"\1" + b"\2" * 5, b"\1" + b"\2" * 200, b"\xff" * 255)]
        yield "neither hardware address nor identifier (CVE-2019-6474)", [
            self.v4(kind, hlen=0, chaddr=b"") for kind in every] + [self.v4(kind, chaddr=bytes(6)) for kind in every]
        yield "hardware lengths", [self.v4(kind, hlen=hlen) for kind in every for hlen in (0, 1, 5, 7, 16, 17, 128, 255)]
        yield "hardware types", [self.v4(kind, htype=htype) for kind in every for htype in (0, 6, 7, 32, 255)]
        names = [b"", b"\0", b"\0" * 255, b"." * 255, b"-", b"\xff\xfe", b"%s%n", b"a" * 64 + b".b", b"!!!", b"a..b",
                 b"a" * 255, b"\x1b[2J", "ä".encode(), b"a\0b", b"/../../etc", b"$(id)", b" "]
        yield "host names (CVE-2019-6473, CVE-2025-11232)", [
            self.v4(kind, option(12, name)) for kind in every for name in names]
        yield "host name beyond 255 octets", [self.v4(kind, option(12, b"x" * 255) * 3) for kind in every]
        domains = [b"", b"\0", b"\0\0\0", b"\4\0\0", b"\5\0\0\5", b"\5\0\0\x40" + b"a" * 64 + b"\0", b"\5\0\0\xc0\0",
                   b"\5\0\0\xc0\3", b"\5\0\0\3a!b\0", b"\1\0\0" + b"a" * 252, b"\5\0\0" + b"\1a" * 126, b"\5\0\0\xff" + b"a",
                   b"\5\0\0\1\0\0", b"\0\0\0.", b"\0\0\0" + b"." * 200]
        yield "domain names (CVE-2022-2929, pointers that run in a circle)", [
            self.v4(kind, option(81, name)) for kind in every for name in domains] + [
            self.v4(1, option(119, name)) for name in (b"\xc0\0", b"\1a\xc0\0", b"\x3f" + b"a" * 63 + b"\xc0\0")]
        yield "parameter request lists", [self.v4(kind, option(55, value)) for kind in every
                                          for value in (b"", bytes(range(255)), b"\1" * 255, b"\0\xff\x34\x35\x36\x52")]
        yield "maximum message sizes", [
            self.v4(kind, option(57, struct.pack("!H", size)) + option(55, bytes(range(255)))) for kind in every
            for size in (0, 1, 299, 300, 575, 576, 65535)] + [self.v4(1, option(57, b"")), self.v4(1, option(57, b"\1"))]
        yield "relay agent information of a client", [
            self.v4(kind, option(82, value)) for kind in every
            for value in (b"", b"\1", b"\1\xff", b"\1\0", b"\1\4abcd", b"\5\4\1\2\3\4", b"\x0b\4\1\2\3\4", b"\1\xfd" + b"x" * 253)]
        yield "relay agents that are none", [
            self.v4(kind, giaddr=giaddr, hops=hops) for kind in every for hops in (1, 255)
            for giaddr in (self.server4, "255.255.255.255", "127.0.0.1", "224.0.0.1", "0.0.0.1", "8.8.8.8", "240.0.0.1")]
        yield "a unicast request of no subnet (CVE-2025-40779)", [
            self.v4(kind, option(55, bytes(range(1, 60))) + option(61, b"\1abcdef"), target=self.server_hardware,
                    ciaddr=ciaddr, giaddr=giaddr, ip=dict(source=ciaddr, target=self.server4))
            for kind in every for ciaddr in ("8.8.8.8", "192.0.2.250", "0.0.0.0") for giaddr in ("0.0.0.0", "9.9.9.9")]
        yield "addresses that contradict", [
            self.v4(3, option(50, b"\xc0\0\2\x80") + option(54, server), ciaddr="192.0.2.200")
            for server in (b"\xc0\0\2\1", b"\xc0\0\2\2", b"\0\0\0\0", b"\xff" * 4, b"")]
        yield "INIT-REBOOT of other networks", [
            self.v4(3, option(50, ip)) for ip in (b"\x0a\0\0\1", b"\0\0\0\0", b"\xff" * 4, b"\xe0\0\0\1", b"\xc0\0\2\0", b"\x7f\0\0\1")]
        yield "DECLINE and RELEASE of what is another's", [
            self.v4(kind, option(50, b"\xc0\0\2" + bytes([last])) + option(54, b"\xc0\0\2\1"), ciaddr="192.0.2.%d" % last)
            for kind in (4, 7) for last in range(100, 130)]
        yield "INFORM without an address", [self.v4(8), self.v4(8, ciaddr="255.255.255.255"), self.v4(8, ciaddr="127.0.0.1")]
        yield "odd fields", [self.v4(kind, secs=65535, flags=flags, yiaddr="1.2.3.4", siaddr="4.3.2.1", hops=255)
                             for kind in every for flags in (0x8000, 0x7FFF, 0xFFFF)]
        yield "answers, ours sent back among them", [self.v4(kind, op=op) for kind in range(1, 9) for op in (0, 2, 255)] + [
            self.v4(2, op=2, source=self.server_hardware), self.v4(5, op=2, source=self.server_hardware)]
        yield "options overloaded", [
            self.v4(kind, option(52, value), sname=sname, file=file) for kind in every for value in (b"", b"\0", b"\1", b"\2", b"\3", b"\4")
            for sname, file in ((b"\x34\1\3" * 20, b"\x34\1\3" * 40), (b"\xff" * 64, b"\xff" * 128), (b"\x0c\xff", b"\x0c\xff"),
                                (b"\0" * 64, b"\0" * 128))]
        yield "options without an end, cut, and beyond", [
            self.v4(kind, tail, end=b"") for kind in every
            for tail in (b"", b"\0" * 900, b"\x0c", b"\x0c\xff", b"\x0c\xffabc", b"\xff\xff", b"\x37\xfe" + b"\1" * 10)]
        yield "thousands of options", [self.v4(1, b"\xfa\0" * 500), self.v4(1, b"\x0c\1a" * 400), self.v4(1, b"\0" * 1100)]
        yield "split options (RFC 3396)", [self.v4(kind, option(61, b"\1ab") + option(12, b"x") + option(61, b"cd" * 60) * 2)
                                           for kind in every]
        yield "vendor options", [self.v4(kind, option(code, value)) for kind in every for code in (43, 60, 77, 93, 94, 97, 124, 125)
                                 for value in (b"", b"\0", b"\xff" * 40, b"\0\0\0\x09\xff", b"\0\0\0\x09\0", b"\0\7\0")]
        yield "leasequeries (CVE-2022-2928)", [self.v4(kind, option(55, b"\x33\x5c"), ciaddr="192.0.2.100", giaddr="192.0.2.9")
                                               for kind in (10, 11, 12, 13, 14) for _ in range(10)]
        yield "authentication", [self.v4(kind, option(90, value)) for kind in every
                                 for value in (b"", b"\0", b"\3\1\0" + b"\0" * 8 + b"\1" + b"\0" * 16, b"\xff" * 200)]
        yield "one transaction of many", [self.v4(kind, xid=0) for kind in every for _ in range(20)]
        yield "a client of another station", [
            self.v4(kind, source=address(5)) for kind in every] + [
            self.v4(kind, source=source) for kind in every for source in (BROADCAST, bytes(6), AGENTS, self.server_hardware)]
        yield "a storm of clients", [self.v4(1) for _ in range(3000)]

    def packets4(self):
        def discover(ip=None, **more):
            return self.v4(1, ip=ip, **more)

        whole = discover()
        yield "cut at every octet", [whole[:size] for size in range(14, len(whole))]
        yield "header lengths", [discover(dict(ihl=ihl)) for ihl in range(16)]
        yield "versions", [discover(dict(version=version)) for version in range(16)]
        yield "total lengths that lie (CVE-2015-8605, a payload under 8 octets)", [
            discover(dict(total=total)) for total in (0, 1, 19, 20, 21, 24, 27, 28, 29, 100, 327, 329, 400, 1500, 65535)]
        yield "UDP lengths that lie", [
            discover(dict(length=length, udpsum=udpsum)) for length in (0, 1, 7, 8, 9, 100, 307, 309, 400, 65535)
            for udpsum in ("right", "none", "partial")]
        yield "fragments", [discover(dict(fragment=bits)) for bits in (0x2000, 1, 0x1FFF, 0x3FFF, 0x4000, 0x8000)]
        yield "checksums", [discover(dict(udpsum=udpsum)) for udpsum in ("none", "wrong", "partial", "right")] + [
            discover(dict(sum4=value)) for value in (0, 0xFFFF, 0x1234)]
        yield "trailers and padding", [discover(dict(extra=b"x" * size)) for size in (1, 18, 400)]
        yield "sources and targets", [
            discover(dict(source=source, target=target)) for source in ("255.255.255.255", "224.0.0.1", "127.0.0.1", self.server4)
            for target in ("255.255.255.255", self.server4, "224.0.0.1", "192.0.2.255", "0.0.0.0")]
        yield "ports", [discover(dict(ports=ports)) for ports in ((0, 67), (67, 67), (68, 68), (65535, 67), (67, 68))]
        yield "tags", [discover(tags=tags) for tags in
                       ((0,), (1,), (4095,), (0xE000,), (7, 7), ((0x88A8, 7), 7), (1,) * 8, ((0x9100, 1),))]
        number, hardware = self.client()
        yield "802.3 lengths and other types", [
            ethernet(BROADCAST, hardware, kind) + udp4(dhcp4(1, hardware, number)) for kind in (0, 46, 328, 1500, 1501, 0x86DD, 0x0806)]
        yield "ARP", [ethernet(BROADCAST, hardware, 0x0806) + struct.pack("!HHBBH", *head) + body for head in
                      ((1, 0x0800, 6, 4, 2), (1, 0x0800, 255, 255, 2), (0, 0, 0, 0, 2), (1, 0x0800, 6, 4, 1))
                      for body in (b"", b"\0" * 20, b"\xff" * 20, hardware + b"\xc0\0\2\x64" + BROADCAST + b"\xc0\0\2\1")]
        yield "mutations of an honest request", [self.mutated(request(self.client()[0], "192.0.2.150", b"\xc0\0\2\1"), 42)
                                                  for _ in range(2000)]
        yield "mutations of a whole frame", [self.mutated(discover(), 0) for _ in range(2000)]

    def mutated(self, frame, first):
        octets = bytearray(frame)
        for _ in range(self.random.randrange(1, 9)):
            octets[self.random.randrange(first, len(octets))] = self.random.choice((0, 1, 0x7F, 0x80, 0xFF, self.random.randrange(256)))
        if self.random.randrange(4) == 0:
            del octets[self.random.randrange(first, len(octets)):]
        # The sum over UDP is optional, and would refuse all of them.
        if first >= 42 and len(octets) >= 42:
            octets[40:42] = b"\0\0"
        return bytes(octets)

    # DHCPv6.

    def v6(self, kind, options, source=None, target=None, ports=(546, 547), to=AGENTS, hops=1, length=None, right=True):
        number, hardware = self.client()
        return ethernet(to, hardware, 0x86DD) + udp6(
            dhcp6(kind, number, options), source or local6(hardware), target or inet6("ff02::1:2"), ports, length, hops, right)

    def messages6(self):
        kinds = (1, 3, 4, 5, 6, 8, 9, 11)
        me = lambda: option6(1, duid(self.client()[1]))
        server = option6(2, duid(bytes.fromhex("020000000001")))
        yield "every message type of version 6", [self.v6(kind, me() + association(1)) for kind in range(256)]
        yield "DUIDs (CVE-2019-6472, 00:00:00, none at all: CVE-2015-8373)", [
            self.v6(kind, option6(1, value) + (server if with_server else b"") + association(1)) for kind in kinds
            for with_server in (False, True)
            for value in (b"", b"\0", b"\0\0", b"\0\0\0", b"\0\1", b"\0\3\0\1" + b"x" * 124, b"x" * 130, b"x" * 131, b"x" * 1000)]
        yield "server identifiers", [self.v6(kind, me() + option6(2, value) + association(1)) for kind in kinds
                                     for value in (b"", b"\0", b"x" * 131, b"x" * 1200, duid(address(1)))]
        yield "identifiers that come twice", [self.v6(kind, me() * 2 + server * 2 + association(1)) for kind in kinds]
        inner = option6(5, inet6("2001:db8:0:1::1000") + struct.pack("!II", 1, 1))
        yield "associations without room (CVE-2018-15688)", [
            self.v6(kind, me() + server + option6(code, value)) for kind in kinds for code in (3, 4, 25)
            for value in (b"", b"\0" * 3, b"\0" * 11, b"\0" * 12 + b"\0", b"\0" * 12 + b"\0\5\xff\xff", b"\0" * 12 + option6(5, b""),
                          b"\0" * 12 + option6(26, b"\0" * 25), b"\0" * 12 + option6(26, b"\0" * 8 + b"\xff" + b"\0" * 16))]
        yield "hundreds of associations (CVE-2026-53921)", [
            self.v6(kind, me() + server + association(1) * 80) for kind in kinds] + [
            self.v6(kind, me() + server + b"".join(association(n) for n in range(85))) for kind in kinds]
        yield "associations with many addresses", [self.v6(kind, me() + server + association(1, inner * 45)) for kind in kinds]
        yield "times that contradict", [
            self.v6(kind, me() + server + option6(3, struct.pack("!III", 1, one, two) + option6(
                5, inet6("2001:db8:0:1::1000") + struct.pack("!II", preferred, valid))))
            for kind in kinds for one, two in ((9, 1), (0xFFFFFFFF, 0), (0xFFFFFFFF, 0xFFFFFFFF))
            for preferred, valid in ((9, 1), (0xFFFFFFFF, 1), (0, 0))]
        yield "option requests", [self.v6(kind, me() + server + association(1) + option6(6, value)) for kind in kinds
                                  for value in (b"", b"\0", b"\0\x17\0", bytes(1100), b"\0\x17" * 500)]
        yield "names of version 6", [self.v6(kind, me() + server + association(1) + option6(39, value)) for kind in kinds
                                     for value in (b"", b"\0", b"\0\0", b"\0\x40", b"\0\xc0\0", b"\0\xff" + b"a" * 255, b"\0\4a.b\0", b"\1" + b"\1a" * 127)]
        yield "status codes", [self.v6(kind, me() + server + option6(13, value)) for kind in kinds
                               for value in (b"", b"\0", b"\xff\xff\xff\xfe\xfd", b"\0\0" + b"\xff" * 900)]
        yield "vendor options within themselves", [self.v6(kind, me() + server + association(1) + option6(17, self.nested(17, depth)))
                                                   for kind in (1, 3, 11) for depth in (1, 10, 60)]
        yield "authentication of version 6", [self.v6(kind, me() + server + association(1) + option6(11, value)) for kind in kinds
                                              for value in (b"", b"\3\1\0", b"\xff" * 11, b"\3\1\0" + b"\0" * 8 + b"\2" + b"\0" * 16)]
        yield "to our address alone", [
            self.v6(kind, me() + server + association(1), target=target, to=self.server_hardware) for kind in kinds
            for target in (local6(self.server_hardware), inet6("2001:db8:0:1::1"))]
        yield "sources that are not link-local", [
            self.v6(kind, me() + server + association(1), source=source) for kind in kinds
            for source in (NONE6, inet6("2001:db8::1"), inet6("::1"), inet6("ff02::1"), local6(self.server_hardware))]
        yield "rapid commits and clones", [self.v6(1, option6(1, duid(address(9))) + option6(14, b"") + association(1)) for _ in range(40)]
        yield "a storm of version 6", [self.v6(1, me() + association(1)) for _ in range(2000)]

    def nested(self, code, depth):
        value = b""
        for _ in range(depth):
            value = struct.pack("!I", 9) + option6(code, value)
        return value

    def relays6(self):
        number, hardware = self.client()
        inner = dhcp6(1, number, option6(1, duid(hardware)) + association(1))

        def relayed(message, depth, link=inet6("2001:db8:0:1::9"), more=b"", kind=12):
            for hop in range(depth):
                message = bytes([kind, hop & 0xFF]) + link + local6(hardware) + option6(9, message) + more
            return message

        def send(message):
            return ethernet(AGENTS, hardware, 0x86DD) + udp6(message, local6(hardware), ports=(547, 547))

        yield "relay agents' messages, nested", [send(relayed(inner, depth)) for depth in (0, 1, 2, 8, 31, 32, 33)] + [
            send(relayed(inner, 34, kind=kind)) for kind in (12, 13)]
        yield "link addresses (CVE-2010-3611)", [send(relayed(inner, depth, link)) for depth in (1, 2)
                                                 for link in (NONE6, inet6("fe80::1"), inet6("ff02::1"), inet6("2001:db8:ffff::1"))]
        head = bytes([12, 0]) + inet6("2001:db8:0:1::9") + local6(hardware)
        yield "relay agents' messages without one", [send(head + tail) for tail in (
            b"", option6(9, b""), option6(9, b"\x0c"), option6(9, b"\1"), option6(9, inner) * 2, b"\0\x09\xff\xff", option6(9, head))]
        yield "interface identifiers", [send(relayed(inner, 1, more=option6(18, value))) for value in (b"", b"x" * 1000, b"\0" * 64)] + [
            send(relayed(inner, 2, more=option6(37, b"\0\0\0")))]
        yield "relay headers cut", [send(relayed(inner, 1)[:size]) for size in range(1, 80)]

    def packets6(self):
        whole = self.v6(1, option6(1, duid(self.client()[1])) + association(1) + option6(6, b"\0\x17"))
        yield "version 6 cut at every octet", [whole[:size] for size in range(14, len(whole))]
        yield "lengths of version 6 that lie", [
            self.v6(1, option6(1, duid(self.client()[1])) + association(1), length=length) for length in (0, 7, 8, 9, 40, 500, 65535)]
        yield "checksums of version 6", [self.v6(1, option6(1, duid(self.client()[1])) + association(1), right=False)]
        yield "mutations of version 6", [self.mutated(
            self.v6(1, option6(1, duid(self.client()[1])) + association(1) + option6(6, b"\0\x17\0\x18")), 62) for _ in range(500)]
        number, hardware = self.client()
        source, target = local6(hardware), inet6("ff02::1:2")
        inner = udp6(dhcp6(1, number, option6(1, duid(hardware)) + association(1)), source)[40:]
        head = ethernet(AGENTS, hardware, 0x86DD)
        yield "extension headers", [head + ip6(source, target, kind, bytes([17, 0, 0, 0, 0, 0, 0, 0]) + inner) for kind in (0, 43, 44, 51, 60, 59)]

    # Neighbor discovery.

    def neighbor(self):
        number, hardware = self.client()
        source, head = local6(hardware), ethernet(bytes.fromhex("333300000002"), hardware, 0x86DD)
        solicited = inet6("ff02::1:ff00:1")
        link = lambda size=1, kind=1: bytes([kind, size]) + hardware
        yield "router solicitations (CVE-2017-14492)", [
            head + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4 + tail) for tail in (
                b"", link(), b"\1\0", b"\1", b"\1\xff" + hardware, link(0), link(2), b"\0" * 8, b"\xff\1" + b"\0" * 6, link() * 150)]
        yield "router solicitations that are wrong", [
            head + icmp6(NONE6, ALL_ROUTERS, 133, b"\0" * 4 + link()), head + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4, hops=64),
            head + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4, right=False), head + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4, code=1),
            head + icmp6(source, ALL_ROUTERS, 133, b""), head + icmp6(source, ALL_ROUTERS, 133, b"\0\0")]
        targets = (inet6("2001:db8:0:1::1"), inet6("2001:db8:0:1::1000"), NONE6, ALL_NODES, inet6("fe80::1"), local6(self.server_hardware))
        yield "neighbor solicitations", [
            head + icmp6(origin, to, 135, b"\0" * 4 + target + tail, hops=hops) for origin in (source, NONE6, inet6("ff02::1"))
            for to in (solicited, ALL_NODES, inet6("2001:db8:0:1::1")) for target in targets for tail in (b"", link(), b"\1\0", link(5))
            for hops in (255, 254)]
        yield "neighbor advertisements for our address", [
            head + icmp6(source, ALL_NODES, 136, flags + target + link(1, 2)) for flags in (b"\0\0\0\0", b"\x20\0\0\0", b"\xe0\0\0\0") for target in targets]
        yield "router advertisements of a guest", [
            head + icmp6(source, ALL_NODES, 134, b"\x40\xc0\x07\x08" + b"\0" * 8 + tail)
            for tail in (b"", b"\x19\0", b"\x1f\x02" + b"\0" * 6 + b"\xff" * 8, b"\x1f\x03" + b"\0" * 6 + b"\x3fa", b"\3\4" + b"\0" * 30, b"\x25\xff")]
        yield "neighbor messages cut", [
            (head + icmp6(source, solicited, 135, b"\0" * 4 + targets[0] + link()))[:size] for size in range(14, 86)]
        yield "neighbor messages behind other headers (RFC 6980)", [
            head + ip6(source, ALL_ROUTERS, kind, bytes([58, 0, 0, 0, 0, 0, 0, 0]) + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4)[40:], 255)
            for kind in (0, 43, 44, 60)]
        yield "a flood of router solicitations (CVE-2011-3605)", [
            head + icmp6(source, ALL_ROUTERS, 133, b"\0" * 4 + link()) for _ in range(2000)]

    def kinds(self):
        for part in (self.messages4, self.packets4, self.messages6, self.relays6, self.packets6, self.neighbor):
            yield from part()


def main():
    interface, server4, hardware, passes = sys.argv[1:5]
    wanted = sys.argv[5:]
    link = Link(interface)
    frames, kinds = 0, 0
    for number in range(int(passes)):
        corpus = Corpus(server4, bytes.fromhex(hardware.replace(":", "")), 1)
        for name, cases in corpus.kinds():
            if wanted and not any(part in name for part in wanted):
                continue
            kinds += 1
            for index, frame in enumerate(cases):
                link.send(frame)
                frames += 1
                # So that the server has come to each of them, and the link has lost none.
                if index % 128 == 127:
                    time.sleep(0.02)
                    while link.take():
                        pass
            time.sleep(0.01)
            while link.take():
                pass
            canary = 0x7F000000 + number * 1000 + kinds
            if exchange4(link, canary, hlen=6) is None:
                print("after '%s' a client of version 4 is not served" % name, flush=True)
            if exchange6(link, canary) is None:
                print("after '%s' a client of version 6 is not served" % name, flush=True)
    print("%d frames of %d kinds" % (frames, kinds))


if __name__ == "__main__":
    main()
