"""Opens connections that ask and then do not read: stall.py PORT COUNT PATH FILE

It says `ready` once all wait, reads each to its end when FILE exists, and prints how many octets each gave.
"""
import os, socket, sys, time

port, count, path, go = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
connections = []
for _ in range(count):
    connection = socket.socket()
    # A small window, so that what waits, waits in the middle.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    connections.append(connection)
print("ready", flush=True)
while not os.path.exists(go):
    time.sleep(0.05)
for connection in connections:
    connection.settimeout(20)
    octets, expected = 0, None
    while octets != expected and (block := connection.recv(1 << 20)):
        if expected is None:
            # The head of an answer is small, and comes whole.
            head, _, _ = block.partition(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            expected = len(head) + 4 + int(length.split(b":")[1])
        octets += len(block)
    print(octets, flush=True)
