import json
import os
import socket
import tempfile
import threading
import unittest

from shop.app import App
from shop.catalog import ITEMS
from shop.server import BadRequest, Server, read_request


class Requests(unittest.TestCase):
    def read(self, data):
        return read_request(bytearray(data))

    def test_a_request_split_anywhere_waits_for_its_rest(self):
        whole = b"POST /a?b HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc"
        for cut in range(len(whole)):
            self.assertEqual(self.read(whole[:cut]), (None, 0), cut)
        request, used = self.read(whole + b"GET")
        self.assertEqual((request.method, request.path, request.body), ("POST", "/a?b", b"abc"))
        self.assertEqual(used, len(whole))
        self.assertTrue(request.keep)

    def test_keep_alive_follows_version_and_header(self):
        request, _ = self.read(b"GET / HTTP/1.0\r\n\r\n")
        self.assertFalse(request.keep)
        request, _ = self.read(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n")
        self.assertFalse(request.keep)

    def test_what_is_no_request_is_refused(self):
        for status, data in (
                (400, b"\x16\x03\x01\r\n\r\n"),
                (400, b"GET /\r\n\r\n"),
                (400, b"GET / HTTP/1.1\r\n\r\n"),
                (400, b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
                (400, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
                (400, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
                (413, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"),
                (431, b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"x" * 20000),
                (501, b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
                (505, b"GET / HTTP/3.0\r\nHost: a\r\n\r\n")):
            with self.subTest(data=data[:40]):
                with self.assertRaises(BadRequest) as caught:
                    self.read(data)
                self.assertEqual(caught.exception.status, status)


class Running(unittest.TestCase):
    """A real server on a port of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.maintenance = os.path.join(folder.name, "maintenance")
        app = App("1.2.3", "web-<1>", "0123456789abcdef", self.maintenance)
        self.server = Server("127.0.0.1", 0, app.answer)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        self.addCleanup(self.end)

    def end(self):
        self.server.stop()
        self.thread.join(10)
        self.assertFalse(self.thread.is_alive())

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
        self.addCleanup(client.close)
        return client

    def exchange(self, data):
        """Sends bytes and reads until the other side closes."""
        client = self.connect()
        client.sendall(data)
        received = b""
        while piece := client.recv(65536):
            received += piece
        return received

    def get(self, path, method="GET"):
        answer = self.exchange(
            f"{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), head.decode(), body.decode()

    def test_the_page_shows_items_with_tax_and_who_made_it(self):
        status, head, body = self.get("/")
        self.assertEqual(status, 200)
        self.assertIn("text/html", head)
        self.assertIn("156.09 €", body)
        for item in ITEMS:
            self.assertIn(item.name, body)
        for text in ("1.2.3", "web-&lt;1&gt;", "0123456789"):
            self.assertIn(text, body)
        self.assertNotIn("web-<1>", body)

    def test_api(self):
        _, head, body = self.get("/api/version")
        self.assertIn("application/json", head)
        self.assertEqual(json.loads(body),
                         {"version": "1.2.3", "server": "web-<1>", "commit": "0123456789abcdef"})
        _, _, body = self.get("/api/items")
        items = json.loads(body)
        self.assertEqual([item["key"] for item in items], [item.key for item in ITEMS])
        self.assertEqual(items[0]["price"], 15609)

    def test_health_follows_the_maintenance_file(self):
        self.assertEqual(self.get("/healthz")[0], 200)
        with open(self.maintenance, "w", encoding="utf-8"):
            pass
        self.assertEqual(self.get("/healthz")[0], 503)
        os.remove(self.maintenance)
        self.assertEqual(self.get("/healthz")[0], 200)

    def test_unknown_paths_and_methods(self):
        self.assertEqual(self.get("/moon")[0], 404)
        self.assertEqual(self.get("/", "DELETE")[0], 405)
        status, head, body = self.get("/", "HEAD")
        self.assertEqual((status, body), (200, ""))
        self.assertNotIn("Content-Length: 0", head)

    def test_many_requests_on_one_connection(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n"
        last = b"GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
        answer = self.exchange(request * 99 + last)
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK\r\n"), 100)
        self.assertEqual(answer.count(b"Connection: close"), 1)

    def test_the_end_lets_a_request_under_way_finish(self):
        client = self.connect()
        client.sendall(b"GET /healthz HTTP/1.1\r\n")
        idle = self.connect()
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")
        self.assertIn(b"200 OK", idle.recv(65536))
        self.server.stop()
        self.assertEqual(idle.recv(65536), b"")  # closed in order, not reset
        client.sendall(b"Host: shop\r\n\r\n")
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        self.assertIn(b"200 OK", answer)
        self.assertIn(b"Connection: close", answer)


if __name__ == "__main__":
    unittest.main()
