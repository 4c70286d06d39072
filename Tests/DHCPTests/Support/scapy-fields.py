#!/usr/bin/python3
"""Prints what scapy reads of each packet in a capture, one line each: NAME=VALUE|VALUE, tabs between.

    scapy-fields.py CAPTURE dhcpv4|dhcpv6|neighbor|dns

Names are tshark's. A packet that scapy cannot read gives an empty line.
"""
import sys

from scapy.config import conf
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dhcp6 import DHCP6, DHCP6_RelayForward
from scapy.layers.dns import DNS
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.utils import RawPcapReader

conf.verb = 0


def mac(octets):
    return ":".join("%02x" % octet for octet in octets)


def dhcpv4(packet):
    message = BOOTP(bytes(IP(packet)[UDP].payload))
    fields = {
        "dhcp.type": [message.op], "dhcp.hw.type": [message.htype], "dhcp.hw.len": [message.hlen],
        "dhcp.hops": [message.hops], "dhcp.id": [message.xid], "dhcp.secs": [message.secs],
        "dhcp.flags": [int(message.flags)], "dhcp.ip.client": [message.ciaddr], "dhcp.ip.your": [message.yiaddr],
        "dhcp.ip.server": [message.siaddr], "dhcp.ip.relay": [message.giaddr],
    }
    if message.htype == 1 and message.hlen == 6:
        fields["dhcp.hw.mac_addr"] = [mac(bytes(message.chaddr)[:6])]
    names = {
        "message-type": "dhcp.option.dhcp", "lease_time": "dhcp.option.ip_address_lease_time",
        "requested_addr": "dhcp.option.requested_ip_address", "server_id": "dhcp.option.dhcp_server_id",
        "subnet_mask": "dhcp.option.subnet_mask", "router": "dhcp.option.router",
        "name_server": "dhcp.option.domain_name_server",
    }
    if DHCP in message:
        for option in message[DHCP].options:
            if isinstance(option, tuple) and option[0] in names:
                fields[names[option[0]]] = list(option[1:])
    return fields


def dhcpv6(packet):
    layer = IPv6(packet)[UDP].payload
    fields = {}

    def add(name, value):
        fields.setdefault(name, []).append(value)

    while isinstance(layer, DHCP6_RelayForward):
        add("dhcpv6.msgtype", layer.msgtype)
        add("dhcpv6.hopcount", layer.hopcount)
        add("dhcpv6.linkaddr", layer.linkaddr)
        add("dhcpv6.peeraddr", layer.peeraddr)
        inner = layer.payload
        while inner and inner.__class__.__name__ != "DHCP6OptRelayMsg":
            inner = inner.payload
        if not inner:
            return fields
        layer = inner.message
    if isinstance(layer, DHCP6):
        add("dhcpv6.msgtype", layer.msgtype)
        add("dhcpv6.xid", layer.trid)
        option = layer.payload
        while option:
            name = option.__class__.__name__
            if name == "DHCP6OptElapsedTime":
                add("dhcpv6.elapsed_time", 10 * option.elapsedtime)
            elif name == "DHCP6OptDNSServers":
                fields["dhcpv6.dns_server"] = list(option.dnsservers)
            option = option.payload
    return fields


def neighbor(packet):
    message = IPv6(packet).payload
    fields = {"icmpv6.type": [message.type]}
    name = message.__class__.__name__
    if name == "ICMPv6ND_RA":
        fields["icmpv6.nd.ra.cur_hop_limit"] = [message.chlim]
        fields["icmpv6.nd.ra.router_lifetime"] = [message.routerlifetime]
        fields["icmpv6.nd.ra.reachable_time"] = [message.reachabletime]
        fields["icmpv6.nd.ra.retrans_timer"] = [message.retranstimer]
    elif name == "ICMPv6ND_NS":
        fields["icmpv6.nd.ns.target_address"] = [message.tgt]
    elif name == "ICMPv6ND_NA":
        fields["icmpv6.nd.na.target_address"] = [message.tgt]
    elif name == "ICMPv6ND_Redirect":
        fields["icmpv6.nd.rd.target_address"] = [message.tgt]
    option = message.payload
    while option and hasattr(option, "type"):
        fields.setdefault("icmpv6.opt.type", []).append(option.type)
        fields.setdefault("icmpv6.opt.length", []).append(option.len)
        option = option.payload
    if option:  # one that scapy does not know, and takes the rest with it
        fields.pop("icmpv6.opt.type", None)
        fields.pop("icmpv6.opt.length", None)
    return fields


def dns(packet):
    message = DNS(bytes(IPv6(packet)[UDP].payload))
    fields = {
        "dns.id": [message.id], "dns.count.queries": [message.qdcount], "dns.count.answers": [message.ancount],
        "dns.count.auth_rr": [message.nscount], "dns.count.add_rr": [message.arcount],
    }

    def name(octets):
        return octets.decode().rstrip(".") or "<Root>"

    names = {1: "dns.a", 28: "dns.aaaa", 2: "dns.ns", 5: "dns.cname", 12: "dns.ptr.domain_name"}
    for index in range(message.ancount):
        record = message.an[index]
        if record.type != 33:  # for which tshark has names of its own
            fields.setdefault("dns.resp.name", []).append(name(record.rrname))
        fields.setdefault("dns.resp.type", []).append(record.type)
        fields.setdefault("dns.resp.ttl", []).append(record.ttl)
        if record.type in names:
            data = record.rdata
            fields.setdefault(names[record.type], []).append(name(data) if isinstance(data, bytes) else data)
        elif record.type == 33:
            fields.setdefault("dns.srv.port", []).append(record.port)
            fields.setdefault("dns.srv.target", []).append(name(record.target))
    return fields


def main():
    capture, protocol = sys.argv[1:]
    read = {"dhcpv4": dhcpv4, "dhcpv6": dhcpv6, "neighbor": neighbor, "dns": dns}[protocol]
    for packet, _ in RawPcapReader(capture):
        try:
            fields = read(packet)
        except Exception:  # whatever scapy throws, it could not read
            fields = {}
        print("\t".join(k + "=" + "|".join(str(v) for v in values) for k, values in fields.items()))


main()
