#!/usr/bin/python3
"""What scapy takes for the same job as wire-bench: prints a line JOB<tab>NANOSECONDS."""
import sys
import time

from scapy.all import Ether, IP, UDP

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
