# The program of examples/selectors in Python: an echo server over the selector that the argument names.

import selectors
import socket
import sys

selector = getattr(selectors, sys.argv[1])()


def accept(server):
    try:
        client, _ = server.accept()
    except OSError:
        return
    client.setblocking(False)
    selector.register(client, selectors.EVENT_READ, lambda: or_close(client, lambda: read(client)))


def read(client):
    data = client.recv(4096)
    if data:
        write(client, data)
    else:
        close(client)


def write(client, data):
    rest = data[client.send(data):]
    if rest:
        selector.modify(client, selectors.EVENT_WRITE,
                        lambda: or_close(client, lambda: write(client, rest)))
    elif selector.get_key(client).events != selectors.EVENT_READ:
        selector.modify(client, selectors.EVENT_READ,
                        lambda: or_close(client, lambda: read(client)))


def close(client):
    selector.unregister(client)
    client.close()


def or_close(client, step):
    try:
        step()
    except BlockingIOError:
        pass
    except OSError:
        close(client)


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', 0))
server.listen(1024)
server.setblocking(False)
selector.register(server, selectors.EVENT_READ, lambda: accept(server))
print('echo on %s:%d, %s' % (*server.getsockname(), type(selector).__name__), flush=True)
while True:
    for key, _ in selector.select():
        key.data()
