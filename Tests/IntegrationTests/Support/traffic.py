"""Makes traffic: traffic.py serve ADDRESS, which says `ready`, ask ADDRESS COUNT, or tag INTERFACE COUNT."""
import socket
import struct
import sys
import threading

address = sys.argv[2]


def family(of):
    return socket.AF_INET6 if ":" in of else socket.AF_INET


def serve():
    streams = socket.create_server((address, 8000), family=family(address))
    datagrams = socket.socket(family(address), socket.SOCK_DGRAM)
    datagrams.bind((address, 9000))

    def echo():
        while True:
            octets, peer = datagrams.recvfrom(4096)
            datagrams.sendto(octets, peer)

    threading.Thread(target=echo, daemon=True).start()
    print("ready", flush=True)
    while True:
        stream, _ = streams.accept()
        with stream:
            stream.sendall(stream.recv(4096))


def ask(count):
    with socket.socket(family(address), socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(5)
        for number in range(count):
            datagrams.sendto(b"x" * number, (address, 9000))
            datagrams.recv(4096)
    for _ in range(10):
        with socket.create_connection((address, 8000), timeout=5) as stream:
            stream.sendall(b"hello")
            while stream.recv(4096):
                pass
    if family(address) == socket.AF_INET:
        # RFC 792: echo requests with a right checksum.
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as echoes:
            for number in range(5):
                total = 0x0800 + 7 + number
                sum = ~((total >> 16) + (total & 0xFFFF)) & 0xFFFF
                echoes.sendto(struct.pack("!BBHHH", 8, 0, sum, 7, number), (address, 0))


def tag(count):
    # IEEE 802.1Q, 9.6: priority 3, VLAN 42, of a type for experiments.
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as frames:
        frames.bind((address, 0))
        for number in range(count):
            frames.send(b"\xff" * 6 + b"\x02\0\0\0\0\x09" + struct.pack("!HHH", 0x8100, 0x602A, 0x88B5) + bytes(46))


if sys.argv[1] == "serve":
    serve()
elif sys.argv[1] == "ask":
    ask(int(sys.argv[3]))
else:
    tag(int(sys.argv[3]))
