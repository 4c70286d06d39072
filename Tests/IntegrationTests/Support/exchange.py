"""Sends standard input's octets to a port of 127.0.0.1 and prints all that comes: exchange.py PORT [--half-close]

It reads until the peer ends the connection, or has said nothing for a second and a half.
"""
import socket, sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as connection:
    connection.sendall(sys.stdin.buffer.read())
    if "--half-close" in sys.argv:
        connection.shutdown(socket.SHUT_WR)
    connection.settimeout(1.5)
    ending = "(closed)"
    try:
        while octets := connection.recv(65536):
            sys.stdout.buffer.write(octets)
    except TimeoutError:
        ending = "(open)"
    except ConnectionError:
        ending = "(reset)"
    sys.stdout.buffer.write(ending.encode())
