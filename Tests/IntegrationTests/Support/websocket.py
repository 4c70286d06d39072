"""websocket.py serve PORT echoes; websocket.py check PORT exchanges texts, octets, a mebibyte, a ping and a close."""
import asyncio, os, sys
import websockets


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def serve(port):
    async with websockets.serve(echo, "127.0.0.1", port, max_size=4 << 20):
        await asyncio.get_running_loop().create_future()


async def check(port):
    async with websockets.connect(f"ws://127.0.0.1:{port}/", max_size=4 << 20, proxy=None) as connection:
        for message in ["", "Grüße", b"\0\xff", os.urandom(1 << 20), "x" * (1 << 20)]:
            await connection.send(message)
            assert await asyncio.wait_for(connection.recv(), 10) == message
        await asyncio.wait_for(await connection.ping(), 10)
        await connection.close(4000, "done")
    assert (connection.close_code, connection.close_reason) == (4000, "done"), connection.close_code
    print("all came back")


asyncio.run(globals()[sys.argv[1]](int(sys.argv[2])))
