#!/usr/bin/python3
"""What scapy takes for the same jobs as wire-bench: prints a line JOB<tab>NANOSECONDS for each job."""
import sys
import time

from scapy.all import ARP, BOOTP, DHCP, Ether, IP, IPv6, TCP, UDP

count = max(1, (int(sys.argv[1]) if len(sys.argv) > 1 else 10000000) // 2000)
frame = bytes(Ether(dst="00:00:5e:00:53:01", src="00:00:5e:00:53:02") / IP(src="192.0.2.1", dst="192.0.2.2")
              / UDP(sport=1000, dport=9) / bytes(22))
total = 0
start = time.perf_counter_ns()
for _ in range(count):
    packet = Ether(frame)
    ip, udp = packet[IP], packet[UDP]
    total += len(packet.dst) + len(packet.src) + packet.type + len(ip.src) + len(ip.dst) + udp.sport + udp.dport
spent = time.perf_counter_ns() - start
print(f"seven fields of Ethernet, IPv4 and UDP\t{spent / count:.1f}")


def measure(job, work):
    """Runs a job a tenth as often as the first one."""
    start = time.perf_counter_ns()
    for _ in range(max(1, count // 10)):
        work()
    print(f"{job}\t{(time.perf_counter_ns() - start) / max(1, count // 10):.1f}")


def arp(octets):
    packet = ARP(octets)
    return packet.hwsrc, packet.hwdst, packet.psrc, packet.pdst


def ipv6(octets):
    packet = IPv6(octets)
    return packet.src, packet.dst, packet.hlim, packet.nh


def tcp(octets):
    packet = TCP(octets)
    return packet.seq, packet.sport, packet.flags, packet.options


def dhcp(octets):
    packet = BOOTP(octets)
    return packet.yiaddr, dict(o[:2] for o in packet[DHCP].options if isinstance(o, tuple))["message-type"]


jobs = {
    "ARP": ("ARP packet", arp), "IPv6": ("IPv6 header", ipv6), "TCP": ("TCP header and its options", tcp),
    "DHCPv4": ("DHCPv4 message, its type and address", dhcp),
}
for argument in sys.argv[2:]:
    name, digits = argument.split("=")
    if name in jobs:
        octets = bytes.fromhex(digits)
        measure(jobs[name][0], lambda: jobs[name][1](octets))
