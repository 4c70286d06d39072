"""Asks on many connections at one time, keeps all, and says how many were answered how: many.py PORT COUNT"""
import collections
import select
import socket
import sys
import time

connections = []
for _ in range(int(sys.argv[2])):
    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    connection.sendall(b"GET /name HTTP/1.1\r\nHost: a\r\n\r\n")
    connections.append(connection)
counts = collections.Counter()
waiting, deadline = list(connections), time.monotonic() + 3
while waiting and (left := deadline - time.monotonic()) > 0:
    for connection in select.select(waiting, [], [], left)[0]:
        block = connection.recv(65536)
        counts[block[9:12].decode() if block else "closed"] += 1
        waiting.remove(connection)
if waiting:
    counts["silent"] = len(waiting)
print(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
