"""Compares apus with tshark: compare.py APUS FILE prints how many frames both show alike, or the first difference."""
import datetime
import json
import subprocess
import sys

apus, file = sys.argv[1:]
fields = ["frame.number", "frame.len", "eth.src", "eth.dst", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.proto"]
fields += ["tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "frame.time_epoch", "arp.dst.proto_ipv4"]
fields += ["icmp.type", "icmpv6.type", "tcp.seq_raw", "vlan.id"]
line = ["tshark", "-n", "-r", file, "-T", "fields", "-E", "occurrence=f"] + [x for f in fields for x in ("-e", f)]
theirs = subprocess.run(line, check=True, capture_output=True, text=True).stdout.splitlines()
ours = subprocess.run([apus, "capture", "-r", file, "--json"], check=True, capture_output=True, text=True).stdout
ours = [json.loads(text) for text in ours.splitlines()]
assert len(ours) == len(theirs), (len(ours), len(theirs))


def text(value):
    return "" if value is None else str(value)


for frame, row in zip(ours, theirs):
    layers = {layer["layer"]: layer for layer in frame["layers"]}
    get = lambda layer, key: text(layers.get(layer, {}).get(key))
    # tshark tells the seconds since 1970, here computed from the time in UTC.
    date, fraction = frame["time"][:-1].split(".")
    seconds = int(datetime.datetime.fromisoformat(date + "+00:00").timestamp())
    mine = [text(frame["number"]), text(frame["length"]), get("Ethernet", "source"), get("Ethernet", "destination")]
    mine += [get("IPv4", "source"), get("IPv4", "destination"), get("IPv6", "source"), get("IPv6", "destination")]
    mine += [get("IPv4", "protocol"), get("TCP", "sourcePort"), get("TCP", "destinationPort")]
    mine += [get("UDP", "sourcePort"), get("UDP", "destinationPort"), f"{seconds}.{fraction}"]
    mine += [get("ARP", "targetAddress"), get("ICMPv4", "type"), get("ICMPv6", "type"), get("TCP", "sequenceNumber")]
    mine += [text(next((tag["identifier"] for tag in layers.get("Ethernet", {}).get("vlan", [])), None))]
    assert mine == row.split("\t"), dict((f, (a, b)) for f, a, b in zip(fields, mine, row.split("\t")) if a != b)
print(len(ours))
