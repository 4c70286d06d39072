"""Many clients that cost a server room and time: crowd.py PORT IDLE HEADS READERS PATH

IDLE connections ask once for /128 and stay; HEADS send a field line of an unfinished head each second, and come again
when they are refused; READERS ask for PATH and take 4 KiB of it each second. It says `ready` when all are there. On
SIGTERM it prints what came of them, and how many of each still stand.
"""
import errno
import resource
import select
import signal
import socket
import sys
import time

port, idle, heads, readers, path = int(sys.argv[1]), *map(int, sys.argv[2:5]), sys.argv[5]
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
poll = select.epoll()
counts = dict.fromkeys(["refused", "cut", "lost", "octets"], 0)


class Client:
    def __init__(self, kind):
        self.kind, self.got, self.socket = kind, b"", None
        self.connect()

    def connect(self):
        self.socket = socket.socket()
        if self.kind == "reader":
            # A small window, so that what waits, waits in the middle.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.got = b""
        line = {"idle": "GET /128", "head": "GET /128", "reader": f"GET {path}"}[self.kind]
        end = "" if self.kind == "head" else "\r\n"
        self.socket.send(f"{line} HTTP/1.1\r\nHost: crowd.example\r\n{end}".encode())
        # Who reads slowly is not told of what there is to read.
        if self.kind != "reader":
            clients[self.socket.fileno()] = self
            poll.register(self.socket.fileno(), select.EPOLLIN)

    def leave(self):
        if self.kind != "reader":
            clients.pop(self.socket.fileno(), None)
        self.socket.close()
        self.socket = None

    def take(self, most):
        """What there is, b"" at the end, None for nothing yet."""
        try:
            return self.socket.recv(most)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def ready(self):
        block = self.take(65536)
        if block is None:
            return
        if not block:
            self.leave()
            if self.kind == "head":
                self.connect()
            else:
                counts["lost"] += 1
        elif self.kind == "head":
            counts["refused"] += block.startswith(b"HTTP/1.1 408")
        else:
            self.got += block

    def tick(self):
        if self.socket is None:
            return
        if self.kind == "reader":
            block = self.take(4096)
            if block == b"":
                counts["cut"] += 1
                self.leave()
            elif block:
                counts["octets"] += len(block)
            return
        try:
            self.socket.send(b"X-Slow: y\r\n")
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EPIPE, errno.ECONNRESET):
                raise


clients = {}
crowd = {"idle": [], "head": [], "reader": []}


def look(seconds):
    for descriptor, _ in poll.poll(seconds):
        client = clients.get(descriptor)
        if client:
            client.ready()


for kind, count in [("idle", idle), ("head", heads), ("reader", readers)]:
    for number in range(count):
        crowd[kind].append(Client(kind))
        if number % 100 == 0:
            look(0)
deadline = time.monotonic() + 30
while time.monotonic() < deadline and any(b"\r\n\r\n" not in client.got for client in crowd["idle"]):
    look(0.1)

slow = crowd["head"] + crowd["reader"]
steps, step, due = 50, 0, time.monotonic()
is_over = []
signal.signal(signal.SIGTERM, lambda *_: is_over.append(True))
print("ready", flush=True)
while not is_over:
    # A fiftieth of them in each fiftieth of a second.
    for client in slow[step::steps]:
        client.tick()
    step = (step + 1) % steps
    due += 1 / steps
    while (left := due - time.monotonic()) > 0:
        look(left)
    due = max(due, time.monotonic() - 1)
standing = {kind: sum(client.socket is not None for client in crowd[kind]) for kind in crowd}
print(" ".join(f"{name}={count}" for name, count in {**standing, **counts}.items()), flush=True)
