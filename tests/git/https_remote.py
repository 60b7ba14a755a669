#!/usr/bin/python3
"""Repositories over https, by git's own http-backend, honest or as hostile as asked.

    https_remote.py ADDRESS FOLDER CERTIFICATE KEY LOG OPTIONS

Prints its port. LOG gets a line for each request: method, path, the Authorization header or "-".
OPTIONS is JSON: `login` "user:password" wanted; `loop` no login is ever taken; `redirect` where all
goes (`late`: once the login was taken); `garbage` in place of packs; `tls13` alone is spoken.
"""

import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading

ADDRESS, FOLDER, CERTIFICATE, KEY, LOG, OPTIONS = sys.argv[1:7]
WANT = json.loads(OPTIONS)
LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def reply(self, status, headers=(), content=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def serve(self):
        given = self.headers.get("Authorization", "-")
        body = self.body()
        with LOCK, open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.path} {given}\n")
        login = WANT.get("login", "")
        taken = given == "Basic " + base64.b64encode(login.encode()).decode()
        if WANT.get("redirect") and (taken or not WANT.get("late")):
            return self.reply(302, [("Location", WANT["redirect"] + self.path)])
        if WANT.get("loop") or (login and not taken):
            return self.reply(401, [("WWW-Authenticate", 'Basic realm="here"')])
        if WANT.get("garbage") and self.command == "POST":
            kind = self.path.rsplit("/", 1)[1]
            return self.reply(200, [("Content-Type", f"application/x-{kind}-result")],
                              bytes((7 * i + i // 251) % 256 for i in range(60000)))
        return self.backend(body, login)

    def backend(self, body, login):
        path, _, query = self.path.partition("?")
        environment = dict(os.environ, GIT_PROJECT_ROOT=FOLDER, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path,
                           QUERY_STRING=query, REQUEST_METHOD=self.command, REMOTE_USER=login.partition(":")[0] or "ana",
                           CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
                           HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
                           GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        ran = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, content = ran.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode("latin-1").split("\r\n") if ": " in line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.reply(status, [one for one in headers if one[0] not in ("Status", "Content-Length")], content)

    do_GET = do_POST = serve


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass


server = Server((ADDRESS, 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
if WANT.get("tls13"):
    context.minimum_version = ssl.TLSVersion.TLSv1_3
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
