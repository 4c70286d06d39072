"""Measures hvaddrd: from SetParameters' return to the first correct answer, changes and answers in a second.

Run in a network namespace where `peer0` is the other end of hvaddrd's port: address-latency.py SOCKET PROTOS ROUNDS
"""

import asyncio
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

import grpc

address, protos, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
folder = tempfile.mkdtemp()
subprocess.run(
    ["protoc", f"-I{protos}", f"--python_out={folder}", "apus/hvaddr/v1/hvaddr.proto"], check=True)
sys.path.insert(0, folder)
from apus.hvaddr.v1 import hvaddr_pb2 as pb  # noqa: E402

HARDWARE = bytes.fromhex("020000000111")


def request(generation, number, droplet="web-1", port="tap17", mac="02:00:00:00:01:11"):
    return pb.SetParametersRequest(
        droplet_id=droplet, generation=generation,
        parameters=pb.Parameters(
            port=port, mac=mac,
            ipv4=pb.IPv4(address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/8", gateway="10.255.255.254"),
            limits=pb.Limits(per_second=10000, burst=100000)))


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def discover(tag):
    message = struct.pack("!BBBBIHH4s4s4s4s16s192s", 1, 1, 6, 0, 0x1234, 0, 0, b"", b"", b"", b"", HARDWARE, b"")
    message += bytes.fromhex("63825363350101370301030fff")
    udp = struct.pack("!HHHH", 68, 67, 8 + len(message), 0) + message
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\0" * 4, b"\xff" * 4)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"\xff" * 6 + HARDWARE + struct.pack("!HHH", 0x8100, tag, 0x0800) + head + udp


def median(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
link.bind(("peer0", 0x0003))
link.settimeout(1)
frame = discover(1)


def ask(expected):
    link.send(frame)
    while True:
        answer = link.recv(2048)
        # The kernel takes the tag off; our own frames come back, too, but from another station.
        if answer[6:12] == HARDWARE or answer[12:14] != b"\x08\x00" or answer[23] != 17:
            continue
        if answer[42] == 2:
            return expected is None or answer[58:62] == expected


with grpc.insecure_channel(f"unix:{address}") as channel:
    set_parameters = channel.unary_unary(
        "/apus.hvaddr.v1.HVAddr/SetParameters", request_serializer=pb.SetParametersRequest.SerializeToString,
        response_deserializer=pb.SetParametersResponse.FromString)
    times, calls, wrong = [], [], 0
    for index in range(rounds):
        number = 0x010000 + index + 1
        begin = time.perf_counter()
        set_parameters(request(index + 1, number))
        middle = time.perf_counter()
        if not ask(bytes([10, number >> 16 & 255, number >> 8 & 255, number & 255])):
            wrong += 1
        times.append(time.perf_counter() - middle)
        calls.append(middle - begin)
    print(
        f"return-to-answer: n {rounds}, wrong {wrong}, p50 {median(times, .5) * 1e6:.0f} us, p99 {median(times, .99) * 1e6:.0f} us, "
        f"max {max(times) * 1e6:.0f} us; SetParameters itself p50 {median(calls, .5) * 1e6:.0f} us, p99 {median(calls, .99) * 1e6:.0f} us")
    begin, count, lost = time.perf_counter(), 0, 0
    times = []
    # No longer than the burst lasts at any speed that Python has.
    while time.perf_counter() - begin < 2:
        start = time.perf_counter()
        try:
            ask(None)
        except TimeoutError:
            lost += 1
            continue
        times.append(time.perf_counter() - start)
        count += 1
    print(f"answers one after the other: {count / (time.perf_counter() - begin):.0f}/s, lost {lost}, p50 {median(times, .5) * 1e6:.0f} us, p99 {median(times, .99) * 1e6:.0f} us")


async def load(callers, seconds):
    async with grpc.aio.insecure_channel(f"unix:{address}") as channel:
        call = channel.unary_unary(
            "/apus.hvaddr.v1.HVAddr/SetParameters", request_serializer=pb.SetParametersRequest.SerializeToString,
            response_deserializer=pb.SetParametersResponse.FromString)
        end = time.perf_counter() + seconds
        done = 0

        async def one(caller):
            nonlocal done
            generation = rounds + callers * 1_000_000
            while time.perf_counter() < end:
                await call(
                    request(
                        generation, 0x020000 + caller + 1, f"load-{caller}", f"port{caller}",
                        f"02:00:00:01:{caller >> 8:02x}:{caller & 255:02x}"))
                generation += 1
                done += 1

        await asyncio.gather(*(one(caller) for caller in range(callers)))
        print(f"SetParameters: {callers} callers, {done / seconds:.0f}/s")


for callers in (1, 64):
    asyncio.run(load(callers, 3))
