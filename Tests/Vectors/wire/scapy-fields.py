#!/usr/bin/python3
"""Prints what scapy reads in a capture: a line for each frame, NAME=VALUE with tabs between, named as tshark does.

A field is left out where scapy shows none, or where its own notation says less than the octets.
"""
import ipaddress
import sys

from scapy.all import (ARP, Dot1AD, Dot1Q, Dot3, Ether, ICMP, IP, IPv6, LLC, SNAP, TCP, UDP, Packet, RawPcapReader)
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6ExtHdrFragment


def fields(octets):
    """The fields of one frame, from the outermost layer of each kind that is not inside of an ICMP error."""
    frame = (Ether if int.from_bytes(octets[12:14], "big") > 1500 else Dot3)(octets)
    found = {}
    layer = frame
    while isinstance(layer, Packet) and layer.name not in ("Raw", "Padding", "NoPayload"):
        read(layer, found)
        if type(layer) in (UDP, TCP, ICMP):
            break
        layer = layer.payload
    return found


def read(layer, found):
    """Adds the fields of one layer, unless the same kind was seen before."""
    def put(**values):
        for name, value in values.items():
            found.setdefault(name.replace("__", "."), value)

    kind = type(layer)
    if kind in (Ether, Dot3):
        put(eth__dst=layer.dst, eth__src=layer.src)
        if kind is Dot3:
            put(eth__len=layer.len)
        elif not isinstance(layer.payload, (Dot1Q, Dot1AD)):
            put(eth__type=layer.type)
    elif kind in (Dot1Q, Dot1AD):
        prefix = "vlan__" if kind is Dot1Q else "ieee8021ad__"
        drop = layer.dei if hasattr(layer, "dei") else layer.id
        put(**{prefix + "id": layer.vlan, prefix + "priority": layer.prio, prefix + "dei": int(drop)})
    elif kind is LLC:
        put(llc__dsap=layer.dsap, llc__ssap=layer.ssap)
    elif kind is SNAP:
        put(llc__oui=layer.OUI)
    elif kind is ARP and layer.hwlen == 6 and layer.plen == 4 and layer.ptype == 0x800 and layer.hwtype == 1:
        put(arp__opcode=layer.op, arp__src__hw_mac=layer.hwsrc, arp__src__proto_ipv4=layer.psrc,
            arp__dst__hw_mac=layer.hwdst, arp__dst__proto_ipv4=layer.pdst)
    elif kind is IP:
        put(ip__hdr_len=layer.ihl * 4, ip__dsfield=layer.tos, ip__len=layer.len, ip__id=layer.id,
            ip__flags=int(layer.flags), ip__frag_offset=layer.frag, ip__ttl=layer.ttl, ip__proto=layer.proto,
            ip__checksum=layer.chksum, ip__src=layer.src, ip__dst=layer.dst)
    elif kind is IPv6:
        put(ipv6__tclass=layer.tc, ipv6__flow=layer.fl, ipv6__plen=layer.plen, ipv6__nxt=layer.nh,
            ipv6__hlim=layer.hlim, ipv6__src=ipaddress.IPv6Address(layer.src),
            ipv6__dst=ipaddress.IPv6Address(layer.dst))
    elif kind is IPv6ExtHdrFragment:
        put(ipv6__fraghdr__nxt=layer.nh, ipv6__fraghdr__offset=layer.offset, ipv6__fraghdr__more=layer.m,
            ipv6__fraghdr__ident=layer.id)
    elif kind is UDP:
        put(udp__srcport=layer.sport, udp__dstport=layer.dport, udp__length=layer.len, udp__checksum=layer.chksum)
    elif kind is TCP:
        put(tcp__srcport=layer.sport, tcp__dstport=layer.dport, tcp__seq_raw=layer.seq, tcp__ack_raw=layer.ack,
            tcp__hdr_len=layer.dataofs * 4, tcp__flags=int(layer.reserved) << 9 | int(layer.flags),
            tcp__window_size_value=layer.window, tcp__checksum=layer.chksum, tcp__urgent_pointer=layer.urgptr)
        for name, value in layer.options:
            if name == "MSS":
                put(tcp__options__mss_val=value)
            elif name == "WScale":
                put(tcp__options__wscale__shift=value)
            elif name == "Timestamp":
                put(tcp__options__timestamp__tsval=value[0], tcp__options__timestamp__tsecr=value[1])
            elif name == "SAck":
                put(tcp__options__sack_le=value[0], tcp__options__sack_re=value[1])
    elif kind is ICMP:
        put(icmp__type=layer.type, icmp__code=layer.code, icmp__checksum=layer.chksum)
        if layer.type in (0, 8):
            put(icmp__ident=layer.id, icmp__seq=layer.seq)
    elif kind in (ICMPv6EchoRequest, ICMPv6EchoReply):
        put(icmpv6__type=layer.type, icmpv6__code=layer.code, icmpv6__checksum=layer.cksum,
            icmpv6__echo__identifier=layer.id, icmpv6__echo__sequence_number=layer.seq)


for octets, _ in RawPcapReader(sys.argv[1]):
    try:
        found = fields(octets)
    except Exception:  # What scapy cannot read is a frame without fields.
        found = {}
    print("\t".join(f"{name}={value}" for name, value in found.items() if value is not None))
