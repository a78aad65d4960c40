# The other side of tests/net/sockPython.test.ts, on asyncio's sock methods: a server that echoes until the end
# of data, or a client that sends and checks what comes back. The bytes follow from the index, so that each side
# knows them.

import asyncio
import socket
import sys


def pattern(index, size):
    block = bytes((index + at * 7) & 0xff for at in range(256))
    return (block * (size // 256 + 1))[:size]


async def serve(family, clients):
    loop = asyncio.get_running_loop()
    server = socket.socket(family)
    server.setblocking(False)
    server.bind(('127.0.0.1', 0))
    server.listen(1024)
    print('serving on :%d' % server.getsockname()[1], flush=True)

    async def echo(client):
        with client:
            while data := await loop.sock_recv(client, 65536):
                await loop.sock_sendall(client, data)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            client, _ = await loop.sock_accept(server)
            client.setblocking(False)
            group.create_task(echo(client))
    server.close()


async def connect(port, clients, size):
    loop = asyncio.get_running_loop()

    async def talk(index):
        client = socket.socket()
        client.setblocking(False)
        with client:
            await loop.sock_connect(client, ('127.0.0.1', port))
            data = pattern(index, size)

            async def send():
                await loop.sock_sendall(client, data)
                client.shutdown(socket.SHUT_WR)

            sending = asyncio.create_task(send())
            received = bytearray()
            buffer = bytearray(10_000)
            while count := await loop.sock_recv_into(client, buffer):
                received += buffer[:count]
            await sending
            return received == data

    results = await asyncio.gather(*(talk(index) for index in range(clients)))
    print(sum(results), flush=True)


async def datagrams():
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind(('127.0.0.1', 0))
    print('serving on :%d' % sock.getsockname()[1], flush=True)
    while True:
        data, address = await loop.sock_recvfrom(sock, 65536)
        await loop.sock_sendto(sock, data, address)


if sys.argv[1] == 'serve':
    asyncio.run(serve(socket.AF_INET, int(sys.argv[2])))
elif sys.argv[1] == 'connect':
    asyncio.run(connect(*map(int, sys.argv[2:])))
else:
    asyncio.run(datagrams())
