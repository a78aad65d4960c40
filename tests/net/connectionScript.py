# Plays scripts over real connections under CPython's asyncio; connectionScript.ts says what the words mean.
#
# Each line of standard input is a JSON list of {"carrier", "level", "steps"}; it is answered by a line with the
# list of their traces.

import asyncio
import errno
import json
import os
import socket
import struct
import sys
import tempfile

CHUNK = bytes(16 * 1024 * 1024)


def name_of(error):
    if error is None:
        return "none"
    if isinstance(error, asyncio.IncompleteReadError):
        return "incomplete(" + text_of(error.partial) + ")"
    if isinstance(error, asyncio.LimitOverrunError):
        return "overrun"
    if isinstance(error, OSError):
        if error.errno is not None:
            return errno.errorcode[error.errno]
        return "ECONNRESET" if isinstance(error, ConnectionResetError) else type(error).__name__
    if isinstance(error, ValueError):
        return "too-long"
    if isinstance(error, RuntimeError):
        return "usage"
    return type(error).__name__


def text_of(data):
    return data.decode().replace("\n", "/")


class Witness(asyncio.Protocol):
    def __init__(self, trace, keep):
        self.trace = trace
        self.keep = keep

    def data_received(self, data):
        self.trace.append("data:" + text_of(data))

    def eof_received(self):
        self.trace.append("eof")
        return self.keep

    def connection_lost(self, error):
        self.trace.append("lost:" + name_of(error))

    def pause_writing(self):
        self.trace.append("paused")

    def resume_writing(self):
        self.trace.append("resumed")


async def settle():
    for _ in range(4):
        await asyncio.sleep(0)


class Play:
    def __init__(self, trace, transport, reader, writer, peer):
        self.trace = trace
        self.transport = transport
        self.reader = reader
        self.writer = writer
        self.peer = peer

    async def step(self, word, arg):
        transport, peer = self.transport, self.peer
        if word == "sends":
            peer.send(arg.replace("/", "\n").encode())
        elif word == "ends":
            peer.shutdown(socket.SHUT_WR)
        elif word == "resets":
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
        elif word == "closes":
            peer.close()
        elif word == "reads":
            await self.peer_reads()
        elif word == "write":
            transport.write(arg.encode())
        elif word == "flood":
            transport.write(CHUNK)
        elif word == "writeEof":
            transport.write_eof()
        elif word == "pause":
            transport.pause_reading()
        elif word == "resume":
            transport.resume_reading()
        elif word == "close":
            transport.close()
        elif word == "abort":
            transport.abort()
        elif word == "turn":
            await asyncio.sleep(0)
        elif word == "settle":
            await settle()
            self.trace.append(".")
        elif word == "?":
            self.trace.append("closing" if transport.is_closing() else "open")
        else:
            await self.wait(word, self.awaited(word, arg))

    def awaited(self, word, arg):
        if word == "drain":
            return self.writer.drain()
        if word == "readline":
            return self.reader.readline()
        if word == "exactly":
            return self.reader.readexactly(int(arg))
        if word == "until":
            return self.reader.readuntil(b";")
        return self.reader.read(int(arg))

    async def wait(self, word, coroutine):
        task = asyncio.ensure_future(coroutine)
        await settle()
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
            self.trace.append(word + "=waits")
        elif task.exception() is not None:
            self.trace.append(word + "=!" + name_of(task.exception()))
        else:
            result = task.result()
            self.trace.append(word + "=" + ("" if result is None else text_of(result)))

    async def peer_reads(self):
        data = b""
        end = ""
        while True:
            try:
                piece = self.peer.recv(1 << 20)
            except BlockingIOError:
                await settle()
                try:
                    piece = self.peer.recv(1 << 20)
                except BlockingIOError:
                    break
                except OSError as error:
                    end = "+" + name_of(error)
                    break
            except OSError as error:
                end = "+" + name_of(error)
                break
            if piece == b"":
                end = "+eof"
                break
            data += piece
        self.trace.append("got:" + (text_of(data) if len(data) < 100 else "much") + end)


async def play(carrier, level, steps):
    loop = asyncio.get_running_loop()
    folder = None
    if carrier == "tcp":
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
    else:
        folder = tempfile.mkdtemp()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(folder, "s"))
    listener.listen()
    trace = []
    reader = writer = None
    keep = "drops" not in steps
    address = listener.getsockname()
    if level == "protocol":
        make = lambda: Witness(trace, keep)
        if carrier == "tcp":
            transport, _ = await loop.create_connection(make, *address)
        else:
            transport, _ = await loop.create_unix_connection(make, address)
    else:
        if carrier == "tcp":
            reader, writer = await asyncio.open_connection(*address, limit=16)
        else:
            reader, writer = await asyncio.open_unix_connection(address, limit=16)
        transport = writer.transport
    peer, _ = listener.accept()
    listener.close()
    if folder is not None:
        os.unlink(address)
        os.rmdir(folder)
    peer.setblocking(False)
    script = Play(trace, transport, reader, writer, peer)
    for step in steps:
        word, _, arg = step.partition(":")
        if word == "drops":
            continue
        try:
            await script.step(word, arg)
        except Exception as error:
            trace.append(word + "!" + name_of(error))
    await settle()
    trace.append(".")
    try:
        transport.abort()
    except AttributeError:
        pass  # it is lost already, and CPython has forgotten its loop
    peer.close()
    await settle()
    return trace


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    for line in sys.stdin:
        print(json.dumps([await play(one["carrier"], one["level"], one["steps"]) for one in json.loads(line)]))
        sys.stdout.flush()


asyncio.run(main())
