"""The same servers by Python's asyncio, uvloop and Twisted.

python3 servers.py LOOP MODE VARIANT TARGET     LOOP: asyncio, uvloop, twisted
python3 servers.py probe LOOP                   only says its version, as JSON

Modes and the conversation on standard input and output are those of bench/net/peers/serve.ts.
"""

import asyncio
import json
import os
import resource
import ssl
import sys
import threading

HOST = "127.0.0.1"
LIMIT = 2**21


def say(line):
    print(json.dumps(line), flush=True)


def listening(port):
    """Says where; from now on a thread answers each line on standard input, and ends with it."""

    def obey():
        for _ in sys.stdin:
            say({})
        os._exit(0)

    threading.Thread(target=obey, daemon=True).start()
    say({"port": port})


def certificate(target):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(target + "/cert.pem", target + "/key.pem")
    return context


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Count(asyncio.Protocol):
    count = 0

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.count += len(data)

    def eof_received(self):
        self.transport.write(b"%d\n" % self.count)
        self.transport.close()
        return True


class EchoDatagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def echo_lines(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def count_bytes(reader, writer):
    count = 0
    while chunk := await reader.read(65536):
        count += len(chunk)
    writer.write(b"%d\n" % count)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def start(mode, variant, target):
    loop = asyncio.get_running_loop()
    if mode == "udp":
        transport, _ = await loop.create_datagram_endpoint(EchoDatagrams, local_addr=(HOST, 0))
        listening(transport.get_extra_info("sockname")[1])
        await loop.create_future()
    options = {"backlog": 1024}
    if mode == "tls":
        options["ssl"] = certificate(target)
    if variant == "protocol":
        if mode == "unix":
            server = await loop.create_unix_server(Echo, target, **options)
        else:
            server = await loop.create_server(Count if mode == "sink" else Echo, HOST, 0, **options)
    elif mode == "unix":
        server = await asyncio.start_unix_server(echo_lines, target, limit=LIMIT, **options)
    elif mode == "sink":
        server = await asyncio.start_server(count_bytes, HOST, 0, **options)
    else:
        server = await asyncio.start_server(echo_lines, HOST, 0, limit=LIMIT, **options)
    listening(0 if mode == "unix" else server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run_twisted(mode, target):
    from twisted.internet import protocol, reactor
    from twisted.internet import ssl as twisted_ssl

    class TwistedEcho(protocol.Protocol):
        def dataReceived(self, data):
            self.transport.write(data)

    class TwistedDatagrams(protocol.DatagramProtocol):
        def datagramReceived(self, data, address):
            self.transport.write(data, address)

    factory = protocol.Factory.forProtocol(TwistedEcho)
    factory.noisy = False
    if mode == "udp":
        port = reactor.listenUDP(0, TwistedDatagrams(), HOST)
    elif mode == "unix":
        port = reactor.listenUNIX(target, factory, backlog=1024)
    elif mode == "tls":
        context = twisted_ssl.DefaultOpenSSLContextFactory(target + "/key.pem", target + "/cert.pem")
        port = reactor.listenSSL(0, factory, context, backlog=1024, interface=HOST)
    elif mode == "sink":
        # Its plain protocols lose what they write after the other side's end.
        from twisted.internet import interfaces
        from zope.interface import implementer

        @implementer(interfaces.IHalfCloseableProtocol)
        class TwistedCount(protocol.Protocol):
            count = 0

            def dataReceived(self, data):
                self.count += len(data)

            def readConnectionLost(self):
                self.transport.write(b"%d\n" % self.count)
                self.transport.loseConnection()

            def writeConnectionLost(self):
                pass

        factory.protocol = TwistedCount
        port = reactor.listenTCP(0, factory, backlog=1024, interface=HOST)
    else:
        port = reactor.listenTCP(0, factory, backlog=1024, interface=HOST)
    listening(0 if mode == "unix" else port.getHost().port)
    reactor.run()


def probe(name):
    version = "Python %d.%d.%d" % sys.version_info[:3]
    if name == "twisted":
        import twisted

        version = "%s on %s" % (twisted.__version__, version)
    elif name == "uvloop":
        import uvloop

        version = "%s on %s" % (uvloop.__version__, version)
    say({"version": version})


def main():
    name = sys.argv[1]
    if name == "probe":
        return probe(sys.argv[2])
    mode, variant, target = sys.argv[2:5]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if name == "twisted":
        return run_twisted(mode, target)
    if name == "uvloop":
        import uvloop

        loop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    loop.run_until_complete(start(mode, variant, target))


main()
