# uvicorn and aiohttp with the same handler: python.py uvicorn|aiohttp
import asyncio
import json
import resource
import socket
import sys
import threading

TEXT = b"Hello, world!"
LARGE = b"a" * (64 * 1024)


def listening(port):
    print(json.dumps({"port": port}), flush=True)
    for _ in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"user": used.ru_utime * 1e6, "system": used.ru_stime * 1e6}), flush=True)
    import os

    os._exit(0)


def bound():
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    # Connections wait for the server from here on: the port is told before it has begun.
    sock.listen(1024)
    return sock


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    kind, body = b"text/plain", TEXT
    if scope["method"] == "POST":
        text = b""
        while True:
            message = await receive()
            text += message.get("body", b"")
            if not message.get("more_body"):
                break
        body = str(len(text.decode())).encode()
    elif scope["path"] == "/large":
        kind, body = b"application/octet-stream", LARGE
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def uvicorn(sock):
    import uvicorn

    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")).run([sock])


def aiohttp(sock):
    from aiohttp import web

    async def hello(_request):
        return web.Response(body=TEXT, content_type="text/plain")

    async def post(request):
        return web.Response(text=str(len(await request.text())))

    async def large(_request):
        return web.Response(body=LARGE, content_type="application/octet-stream")

    server = web.Application()
    server.add_routes([web.get("/hello", hello), web.post("/post", post), web.get("/large", large)])
    web.run_app(server, sock=sock, print=None, access_log=None)


if __name__ == "__main__":
    which = {"uvicorn": uvicorn, "aiohttp": aiohttp}[sys.argv[1]]
    __import__(sys.argv[1])
    sock = bound()
    threading.Thread(target=listening, args=(sock.getsockname()[1],), daemon=True).start()
    which(sock)
