"""An HTTPS server that sends octets behind its first answer: behind.py PORT CERTIFICATE KEY one|two

In `one` TLS record with the body's end, or in `two`. Each further request gets `plain`, and its connection's number.
"""
import socket
import ssl
import sys
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
evil = head % 6 + b"stolen"
asked = []


def serve(connection, number):
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            while b"\r\n\r\n" in (stream.recv(65536) + b""):
                asked.append(number)
                if len(asked) > 1:
                    body = b"plain %d" % number
                    stream.sendall(head % len(body) + body)
                    continue
                stream.sendall(head % 5)
                time.sleep(0.1)
                for record in [b"hello" + evil] if sys.argv[4] == "one" else [b"hello", evil]:
                    stream.sendall(record)
    except OSError:
        pass


for number in range(1, 1000):
    connection = listener.accept()[0]
    # Each record by itself, but all at one time.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
    threading.Thread(target=serve, args=(connection, number), daemon=True).start()
