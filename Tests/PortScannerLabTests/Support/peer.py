"""A network of odd hosts: 10.60.0.0/24, one conduct for each last octet; no kernel has these addresses.

The scanner's frames arrive on eth0, and what answers them is written here, octet by octet where it matters.
"""

import random
import socket
import sys
import time

from scapy.all import ICMP, IP, TCP, UDP, Dot1Q, Ether, Raw, conf, sniff
from scapy.layers.sctp import SCTP, SCTPChunkAbort, SCTPChunkInit, SCTPChunkInitAck

link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(("eth0", 0))
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)


def send(packet):
    raw.sendto(bytes(packet), (packet.dst, 0))


def tcp(p, flags, source=None, ttl=64, wrong=0, window=64240, options=()):
    """What a stack would answer to a segment; `wrong` is added to the acknowledgment."""
    t = p[TCP]
    return IP(src=source or p[IP].dst, dst=p[IP].src, ttl=ttl) / TCP(
        sport=t.dport, dport=t.sport, flags=flags, seq=random.randint(1, 2**31), ack=(t.seq + 1 + wrong) % 2**32,
        window=window, options=list(options))


def unreachable(p, source, code, octets, kind=3):
    """An error that quotes the IP header and so many octets behind it."""
    quote = bytes(p[IP])[: p[IP].ihl * 4 + octets]
    return IP(src=source, dst=p[IP].src) / ICMP(type=kind, code=code) / Raw(quote)


def sctp(p):
    asked = p[SCTP]
    again = SCTP(sport=asked.sport, dport=asked.dport, tag=0) / p[SCTPChunkInit].copy()
    # The sum as another implementation has it; one that is wrong is dropped (RFC 9260, 6.8).
    if SCTP(bytes(again)).chksum != asked.chksum or asked.tag != 0:
        return
    init = p[SCTPChunkInit]
    head = SCTP(sport=asked.dport, dport=asked.sport, tag=init.init_tag)
    ip = IP(src=p[IP].dst, dst=p[IP].src)
    if asked.dport in (36412, 9899):
        send(ip / head / SCTPChunkInitAck(init_tag=77, a_rwnd=65536, n_out_streams=1, n_in_streams=1, init_tsn=5))
    elif asked.dport == 9900:
        # Somebody who does not know our tag.
        send(ip / SCTP(sport=asked.dport, dport=asked.sport, tag=12345) / SCTPChunkInitAck(init_tag=77))
    elif asked.dport != 9901:
        send(ip / head / SCTPChunkAbort())


def answer(p):
    if IP not in p or not p[IP].dst.startswith("10.60.0."):
        return
    host = int(p[IP].dst.split(".")[3])
    if SCTP in p:
        return sctp(p)
    if UDP in p:
        u = p[UDP]
        ip = IP(src=p[IP].dst, dst=p[IP].src)
        if host == 20:  # from another port, as TFTP answers
            send(ip / UDP(sport=u.dport + 1000, dport=u.sport) / b"answer")
        elif host == 21:  # from another address
            send(IP(src="10.60.0.99", dst=p[IP].src) / UDP(sport=u.dport, dport=u.sport) / b"answer")
        elif host == 23:  # TFTP's error, from a port of its own choice
            send(ip / UDP(sport=u.dport + 1000, dport=u.sport) / (b"\0\5\0\1" + b"not there\0"))
        elif host == 22:  # an error about a probe of another time: its source port is none of ours
            other = p[IP].copy()
            other[UDP].sport = 1024
            send(unreachable(other, p[IP].dst, 3, 8))
        return
    if TCP not in p or p[TCP].flags.R:
        return
    port = p[TCP].dport
    if host == 1:  # an error that quotes the least that RFC 792 allows
        send(unreachable(p, p[IP].dst, 13, 8))
    elif host == 2:  # a router answers in the host's stead
        send(unreachable(p, "10.8.0.2", 1, 28))
    elif host == 3:  # acknowledges what nobody sent
        send(tcp(p, "SA", wrong=1000))
        send(tcp(p, "RA", wrong=-7))
        forged = p[IP].copy()
        forged[TCP].seq = (forged[TCP].seq + 1) % 2**32
        send(unreachable(forged, p[IP].dst, 13, 28))
    elif host == 4:  # a tarpit: every port, no window, no option
        send(tcp(p, "SA", window=0))
    elif host == 5:  # a firewall in front resets one port, the host answers on the other
        if port == 81:
            send(tcp(p, "RA", ttl=200, window=0))
        else:
            send(tcp(p, "SA", ttl=57, options=[("MSS", 1460)]))
    elif host == 6:  # the same answer again and again
        for pause in (0, 0.02, 0.05, 0.1):
            time.sleep(pause)
            send(tcp(p, "SA"))
    elif host == 7:  # first a reset, then an acceptance: the first stands
        send(tcp(p, "RA", window=0))
        send(tcp(p, "SA"))
    elif host in (9, 10):  # a switch left its tag on: a priority, or a VLAN
        reply = tcp(p, "SA", options=[("MSS", 1460)]) if port == 80 else tcp(p, "RA", window=0)
        frame = Ether(src=p[Ether].dst, dst=p[Ether].src) / Dot1Q(vlan=0 if host == 9 else 7, prio=5) / reply
        link.send(bytes(frame))
    elif host == 8:  # a simultaneous open proves nothing
        send(tcp(p, "S"))


conf.verb = 0
ready = sys.argv[1]
sniff(iface="eth0", filter="dst net 10.60.0.0/24", prn=answer, store=0, started_callback=lambda: open(ready, "w").close())
