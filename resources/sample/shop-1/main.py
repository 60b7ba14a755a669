"""Starts the shop. See README.md for the environment variables."""

import os
import signal
import sys

from shop.app import App
from shop.server import Server


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    environment = os.environ
    address = environment.get("BIND_ADDR") or "127.0.0.1"
    try:
        port = int(environment.get("PORT") or "8080")
    except ValueError:
        print(f"shop: PORT is no number: {environment['PORT']!r}", file=sys.stderr)
        return 2
    app = App(
        version=environment.get("RELEASE") or "0.0.0",
        server=environment.get("SERVER_NAME") or os.uname().nodename,
        commit=environment.get("COMMIT") or "unknown",
        maintenance=environment.get("MAINTENANCE_FILE") or os.path.join(here, "maintenance"),
    )
    try:
        server = Server(address, port, app.answer)
    except OSError as error:
        print(f"shop: cannot listen on {address}:{port}: {error.strerror}", file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    print(f"shop {app.version} ({app.commit[:10]}) as {app.server} on {address}:{server.port}")
    sys.stdout.flush()
    server.run()
    print(f"shop ended after {server.served} requests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
