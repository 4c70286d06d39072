"""A backend for tests: see README.md. Usage: server.py PORT NAME"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        octets = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            octets += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return octets

    def answer(self, octets, status=200, kind="text/plain", chunked=False):
        self.send_response(status)
        self.send_header("X-Backend", NAME)
        self.send_header("Content-Type", kind)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Trailer", "X-Sum")
        elif status not in (204, 304):
            self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.command == "HEAD" or status in (204, 304):
            return
        if not chunked:
            self.wfile.write(octets)
            return
        for begin in range(0, len(octets), 1000):
            piece = octets[begin : begin + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\nX-Sum: %d\r\n\r\n" % len(octets))

    def handle_any(self):
        body = self.body()
        _, first, *rest = self.path.split("?")[0].split("/") + [""]
        number = int(rest[0]) if rest and rest[0].isdigit() else 0
        if first == "bytes":
            return self.answer(b"." * number)
        if first == "chunked":
            return self.answer(b"." * number, chunked=True)
        if first == "status":
            return self.answer(b"status\n", status=number)
        if first == "echo":
            return self.answer(body, chunked="Transfer-Encoding" in self.headers)
        if first == "until-close":
            self.close_connection = True
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"." * 1000)
            return None
        if first == "slow":
            time.sleep(number / 1000)
        seen = {
            "server": NAME,
            "method": self.command,
            "target": self.path,
            "fields": self.headers.items(),
            "body": len(body),
        }
        return self.answer(json.dumps(seen).encode() + b"\n", kind="application/json")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


NAME = sys.argv[2]
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
