"""Compares what apus and tshark read in messages: compare-messages.py APUS FILE prints how many of each kind were alike.

DHCPv4, DHCPv6, DNS over UDP and TCP, and Neighbor Discovery; the first difference ends it.
"""
import collections
import json
import subprocess
import sys

apus, file = sys.argv[1:]
fields = [
    "frame.number", "dhcp.option.dhcp", "dhcp.id", "dhcp.hw.mac_addr", "dhcp.ip.client", "dhcp.ip.your",
    "dhcp.option.requested_ip_address", "dhcp.option.dhcp_server_id", "dhcp.option.type", "dhcp.option.ip_address_lease_time",
    "dhcp.option.subnet_mask", "dhcp.option.router", "dhcp.option.domain_name_server", "dhcp.option.request_list_item",
    "dhcpv6.msgtype", "dhcpv6.xid", "dhcpv6.iaaddr.ip", "dhcpv6.dns_server", "dhcpv6.requested_option_code",
    "dns.id", "dns.flags.response", "dns.flags.rcode", "dns.qry.name", "dns.a", "dns.aaaa", "dns.txt",
    "icmpv6.nd.ns.target_address", "icmpv6.nd.na.target_address", "icmpv6.opt.prefix", "icmpv6.opt.linkaddr",
    "icmpv6.nd.ra.router_lifetime", "icmpv6.opt.rdnss",
]
line = ["tshark", "-n", "-r", file, "-T", "fields", "-E", "aggregator= "] + [x for f in fields for x in ("-e", f)]
rows = subprocess.run(line, check=True, capture_output=True, text=True).stdout.splitlines()
theirs = [dict(zip(fields, row.split("\t"))) for row in rows]
text = subprocess.run([apus, "capture", "-r", file, "--json"], check=True, capture_output=True, text=True).stdout
ours = [json.loads(row) for row in text.splitlines()]
assert len(ours) == len(theirs), (len(ours), len(theirs))
counts = collections.Counter()


def check(number, name, mine, other):
    assert mine == other, f"frame {number}, {name}: {mine!r}, but they have {other!r}"


def option(layer, *names):
    """The values of all options of some names."""
    return [o["value"] for o in layer["options"] if o["name"] in names]


for frame, other in zip(ours, theirs):
    number = frame["number"]
    layers = {layer["layer"]: layer for layer in frame["layers"]}
    for name in ("DHCPv4", "DHCPv6", "DNS", "NDP"):
        counts[name] += name in layers
    mine = layers.get("DHCPv4")
    check(number, "is DHCPv4", bool(mine), bool(other["dhcp.id"]))
    if mine:
        check(number, "type", str(mine["type"]), other["dhcp.option.dhcp"])
        check(number, "xid", mine["transactionID"], int(other["dhcp.id"], 16))
        check(number, "chaddr", mine["hardwareAddress"], other["dhcp.hw.mac_addr"].split()[0])
        check(number, "ciaddr", mine["clientAddress"], other["dhcp.ip.client"])
        check(number, "yiaddr", mine["yourAddress"], other["dhcp.ip.your"])
        check(number, "requested", mine.get("requestedAddress", ""), other["dhcp.option.requested_ip_address"])
        check(number, "server", mine.get("serverIdentifier", ""), other["dhcp.option.dhcp_server_id"])
        codes = [o["code"] for o in mine["options"]]
        # tshark counts the end, and padding behind it.
        check(number, "options", codes, [int(c) for c in other["dhcp.option.type"].split() if c not in ("0", "255")])
        lease = other["dhcp.option.ip_address_lease_time"]
        check(number, "lease", option(mine, "IP Address Lease Time"), [f"{lease} s"] if lease else [])
        for name, field in [
            ("Subnet Mask", "subnet_mask"), ("Router", "router"), ("Domain Name Server", "domain_name_server"),
            ("Parameter Request List", "request_list_item"),
        ]:
            check(number, name, " ".join(option(mine, name)), other["dhcp.option." + field])
    mine = layers.get("DHCPv6")
    check(number, "is DHCPv6", bool(mine), bool(other["dhcpv6.msgtype"]))
    if mine:
        check(number, "type", str(mine["type"]), other["dhcpv6.msgtype"])
        check(number, "transaction", mine["transactionID"], int(other["dhcpv6.xid"], 16))
        associations = " ".join(option(mine, "Identity Association for Non-temporary Addresses"))
        for address in other["dhcpv6.iaaddr.ip"].split():
            assert f" {address}," in associations, (number, address, associations)
        check(number, "servers", " ".join(option(mine, "DNS Recursive Name Server")), other["dhcpv6.dns_server"])
        check(number, "wanted", " ".join(option(mine, "Option Request")), other["dhcpv6.requested_option_code"])
    mine = layers.get("DNS")
    check(number, "is DNS", bool(mine), bool(other["dns.id"]))
    if mine:
        check(number, "id", mine["identifier"], int(other["dns.id"], 16))
        check(number, "response", "01"[mine["response"]], other["dns.flags.response"])
        check(number, "code", str(mine["responseCode"]) if mine["response"] else "", other["dns.flags.rcode"])
        check(number, "question", " ".join(q.split()[1] for q in mine["questions"]), other["dns.qry.name"])
        for kind, field in [("A", "dns.a"), ("AAAA", "dns.aaaa"), ("TXT", "dns.txt")]:
            data = [a["data"].split(" ", 1)[1].strip('"') for a in mine["answers"] if a["type"] == kind]
            check(number, kind, " ".join(data), other[field])
    mine = layers.get("NDP")
    targets = (other["icmpv6.nd.ns.target_address"] + other["icmpv6.nd.na.target_address"]).strip()
    if mine:
        check(number, "target", mine.get("target", ""), targets)
        lifetime = mine.get("routerLifetime")
        check(number, "lifetime", "" if lifetime is None else str(lifetime), other["icmpv6.nd.ra.router_lifetime"])
        links = option(mine, "Source Link-Layer Address", "Target Link-Layer Address")
        check(number, "link", " ".join(links), other["icmpv6.opt.linkaddr"])
        prefixes = [value.split("/")[0] for value in option(mine, "Prefix Information")]
        check(number, "prefix", " ".join(prefixes), other["icmpv6.opt.prefix"])
        servers = [value.rsplit(",", 1)[0] for value in option(mine, "Recursive DNS Server")]
        check(number, "servers", " ".join(servers), other["icmpv6.opt.rdnss"])
    else:
        check(number, "is NDP", "", targets)
print(" ".join(f"{name} {counts[name]}" for name in ("DHCPv4", "DHCPv6", "DNS", "NDP")))
