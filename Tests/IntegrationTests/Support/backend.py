"""An HTTP/1.1 server that does what a request's path says: backend.py PORT NAME [--close-after-response MILLISECONDS] [--tls CERTIFICATE KEY]

/size/N /chunked/N /until-close/N   a body of N octets, framed so        /echo      the request's head, and its body's hash
/status/N                           that status, without a body          /hints     a 103 before the 200
/trailers                           a chunked body with a trailer        /die/N     ends after N of 1000000 octets
/slow/MILLISECONDS                  waits first                          /name      NAME
"""
import argparse, asyncio, hashlib, ssl

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("name")
parser.add_argument("--close-after-response", type=float)
parser.add_argument("--tls", nargs=2)
options = parser.parse_args()
port, name = options.port, options.name
linger = None if options.close_after_response is None else options.close_after_response / 1000


def octets(count):
    return (bytes(range(251)) * (count // 251 + 1))[:count]


async def body_of(reader, writer, fields):
    if fields.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        while (await reader.readline()).strip():
            pass
        return body
    return await reader.readexactly(int(fields.get("content-length", 0)))


async def answer(writer, head, lines, body, method):
    kind, _, value = head.split()[1].partition("?")[0].lstrip("/").partition("/")
    value = int(value) if value.isdigit() else 0
    fields = [b"X-Backend: " + name.encode()]
    content = octets(value)
    if kind == "slow":
        await asyncio.sleep(value / 1000)
        content = b"slept"
    elif kind == "echo":
        content = (head + "\n" + "\n".join(lines) + "\nsha256: " + hashlib.sha256(body).hexdigest() + "\n").encode()
    elif kind == "name":
        content = name.encode()
    elif kind == "hints":
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
        content = b"hinted"
    status = f"HTTP/1.1 {value if kind == 'status' else 200} Reason".encode()
    fields.append(b"Connection: X-Private")
    fields.append(b"X-Private: for the next hop alone")
    if kind in ("chunked", "trailers"):
        fields.append(b"Transfer-Encoding: chunked")
    elif kind == "until-close":
        fields[1] = b"Connection: close"
    elif kind == "die":
        fields.append(b"Content-Length: 1000000")
    elif kind != "status" or value not in (204, 304):
        content = b"" if kind == "status" else content
        fields.append(b"Content-Length: %d" % len(content))
    writer.write(b"\r\n".join([status] + fields) + b"\r\n\r\n")
    if method == "HEAD" or kind == "status":
        return kind not in ("until-close", "die")
    if kind in ("chunked", "trailers"):
        for start in range(0, len(content), 10000):
            piece = content[start : start + 10000]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        writer.write(b"0\r\n" + (b"X-Sum: 42\r\n" if kind == "trailers" else b"") + b"\r\n")
    else:
        writer.write(content)
    await writer.drain()
    return kind not in ("until-close", "die")


async def serve(reader, writer):
    try:
        while head := (await reader.readline()).decode("latin-1").strip():
            lines = []
            while line := (await reader.readline()).decode("latin-1").strip():
                lines.append(line)
            fields = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
            body = await body_of(reader, writer, fields)
            if not await answer(writer, head, lines, body, head.split()[0]):
                break
            await writer.drain()
            if linger is not None:
                await asyncio.sleep(linger)
                break
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def main():
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
    server = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context)
    await server.serve_forever()


asyncio.run(main())
