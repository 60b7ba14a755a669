"""HTTP/1.1 (RFC 9112) on one thread: keep-alive, pipelining, limits, and an orderly end.

`answer(request)` gives a Response; it must not block.
"""

import os
import selectors
import socket
import sys
import time

HEAD_LIMIT = 16 * 1024
BODY_LIMIT = 64 * 1024
CONNECTION_LIMIT = 4096
IDLE_SECONDS = 120.0
END_SECONDS = 5.0

REASONS = {
    200: "OK", 303: "See Other", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    413: "Content Too Large", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}
TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class BadRequest(Exception):
    """What arrived is no request that we serve."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Request:
    """One request. `headers` has lower-case names."""

    __slots__ = ("method", "path", "headers", "body", "keep")

    def __init__(self, method, path, headers, body, keep):
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.keep = keep


class Response:
    """One answer; its bytes are made once and may be sent many times."""

    __slots__ = ("status", "body", "head")

    def __init__(self, status, body, kind="text/html; charset=utf-8", headers=()):
        if isinstance(body, str):
            body = body.encode()
        lines = [f"HTTP/1.1 {status} {REASONS[status]}", f"Content-Type: {kind}",
                 f"Content-Length: {len(body)}", "Cache-Control: no-store",
                 "X-Content-Type-Options: nosniff"]
        lines.extend(f"{name}: {value}" for name, value in headers)
        self.status = status
        self.body = body
        self.head = "\r\n".join(lines).encode("latin-1") + b"\r\n"

    def bytes_for(self, keep, with_body):
        """The whole answer as bytes."""
        end = b"\r\n" if keep else b"Connection: close\r\n\r\n"
        return self.head + end + (self.body if with_body else b"")


def read_request(data):
    """(request, bytes used) for the first request in `data`, (None, 0) when more is needed."""
    start = 0
    while data.startswith(b"\r\n", start) and start < 8:
        start += 2  # RFC 9112, 2.2
    end = data.find(b"\r\n\r\n", start)
    if end < 0:
        if len(data) > HEAD_LIMIT:
            raise BadRequest(431, "the head is too long")
        return None, 0
    if end - start > HEAD_LIMIT:
        raise BadRequest(431, "the head is too long")
    lines = bytes(data[start:end]).split(b"\r\n")
    parts = lines[0].split(b" ")
    if len(parts) != 3 or not parts[0] or not TOKEN.issuperset(parts[0]):
        raise BadRequest(400, "the first line is no request")
    method, target, version = parts
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise BadRequest(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
    headers = read_headers(lines[1:])
    if version == b"HTTP/1.1" and "host" not in headers:
        raise BadRequest(400, "the Host line is missing")
    length = body_length(headers)
    body_start = end + 4
    if len(data) < body_start + length:
        return None, 0
    words = headers.get("connection", "").lower()
    keep = version == b"HTTP/1.1" and "close" not in words
    request = Request(method.decode("ascii"), target.decode("latin-1"), headers,
                      bytes(data[body_start:body_start + length]), keep)
    return request, body_start + length


def read_headers(lines):
    """The header lines as a dictionary; a name that comes twice is joined with a comma."""
    headers = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or not TOKEN.issuperset(name):
            raise BadRequest(400, "a header line has no name")
        key = name.decode("ascii").lower()
        text = value.strip(b" \t").decode("latin-1")
        if "\r" in text or "\n" in text or "\0" in text:
            raise BadRequest(400, "a header line holds a control character")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def body_length(headers):
    """The length of the body, from the headers."""
    if "transfer-encoding" in headers:
        raise BadRequest(501, "bodies need a Content-Length here")
    text = headers.get("content-length", "0")
    if not text.isascii() or not text.isdigit():
        raise BadRequest(400, "Content-Length is no number")
    if len(text) > 9 or int(text) > BODY_LIMIT:
        raise BadRequest(413, "the body is too long")
    return int(text)


class Connection:
    """One client."""

    __slots__ = ("socket", "input", "output", "closing", "used", "writing")

    def __init__(self, connected):
        self.socket = connected
        self.input = bytearray()
        self.output = bytearray()
        self.closing = False
        self.used = time.monotonic()
        self.writing = False


class Server:
    """Listens at once; run() serves until stop(), which may be called from a signal handler."""

    def __init__(self, address, port, answer):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, port), family=family, backlog=1024)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self.served = 0
        self._answer = answer
        self._connections = {}
        self._ending = None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._begin_end)

    def stop(self):
        """Asks for the end: requests under way are answered, nothing new is taken."""
        try:
            os.write(self._wake_write, b"x")
        except OSError:
            pass  # it is full or closed: the end has begun

    def run(self):
        """Serves until the end."""
        swept = time.monotonic()
        while self._ending is None or (self._connections and time.monotonic() < self._ending):
            for key, events in self._selector.select(0.2 if self._ending else 5.0):
                if isinstance(key.data, Connection):
                    self._turn(key.data, events)
                else:
                    key.data()
            now = time.monotonic()
            if now - swept > 5.0:
                swept = now
                for connection in list(self._connections.values()):
                    if now - connection.used > IDLE_SECONDS:
                        self._close(connection)
        for connection in list(self._connections.values()):
            self._close(connection)
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _begin_end(self):
        if self._ending is not None:
            os.read(self._wake_read, 64)
            return
        os.read(self._wake_read, 64)
        self._accept()  # who has connected already is served
        self._ending = time.monotonic() + END_SECONDS
        self._selector.unregister(self._listener)
        self._listener.close()
        for connection in list(self._connections.values()):
            self._turn(connection, selectors.EVENT_READ)
            if connection.socket.fileno() >= 0 and not connection.input and not connection.output:
                self._close(connection)

    def _accept(self):
        while True:
            try:
                connected, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                return  # the client has gone, or no descriptor is free: it will try again
            if len(self._connections) >= CONNECTION_LIMIT:
                connected.close()
                continue
            connected.setblocking(False)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(connected)
            self._connections[connected.fileno()] = connection
            self._selector.register(connected, selectors.EVENT_READ, connection)

    def _close(self, connection):
        descriptor = connection.socket.fileno()
        if descriptor < 0:
            return
        self._selector.unregister(connection.socket)
        del self._connections[descriptor]
        connection.socket.close()

    def _turn(self, connection, events):
        try:
            if events & selectors.EVENT_READ and not self._receive(connection):
                return
            self._send(connection)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._close(connection)

    def _receive(self, connection):
        """Reads and answers; False when the client has gone."""
        try:
            piece = connection.socket.recv(65536)
        except (BlockingIOError, InterruptedError):
            return True
        if not piece:
            self._close(connection)
            return False
        if connection.closing:
            return True
        connection.used = time.monotonic()
        connection.input += piece
        self._serve(connection)
        return True

    def _serve(self, connection):
        data = connection.input
        while data and not connection.closing and len(connection.output) < 1 << 20:
            try:
                request, used = read_request(data)
            except BadRequest as error:
                text = Response(error.status, f"{error}\n", "text/plain; charset=utf-8")
                connection.output += text.bytes_for(False, True)
                connection.closing = True
                return
            if request is None:
                return
            del data[:used]
            keep = request.keep and self._ending is None
            connection.output += self._bytes(request, keep)
            connection.closing = not keep
            self.served += 1

    def _bytes(self, request, keep):
        try:
            response = self._answer(request)
        except Exception as error:  # noqa: BLE001: one bad request must not end the service
            print(f"{request.method} {request.path!r}: {error!r}", file=sys.stderr, flush=True)
            response = Response(500, "something went wrong\n", "text/plain; charset=utf-8")
        return response.bytes_for(keep, request.method != "HEAD")

    def _send(self, connection):
        while connection.output:
            try:
                sent = connection.socket.send(connection.output)
            except (BlockingIOError, InterruptedError):
                break
            del connection.output[:sent]
            if not connection.output and connection.input and not connection.closing:
                self._serve(connection)
        if not connection.output and connection.closing:
            self._close(connection)
            return
        wanted = bool(connection.output)
        if wanted != connection.writing:
            connection.writing = wanted
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if wanted else 0)
            self._selector.modify(connection.socket, events, connection)
