"""Which address shows what."""

import os

from shop.catalog import ITEMS
from shop.pages import front_page, quote_json
from shop.server import Response

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class App:
    """Answers requests. All that it says of itself comes from its maker."""

    def __init__(self, version, server, commit, maintenance):
        self.version = version
        self.server = server
        self.commit = commit
        self._maintenance = maintenance
        # Never changes while we run, so it is made once.
        self._front = Response(200, front_page(ITEMS, version, server, commit))
        self._version = Response(200, "{%s}\n" % ", ".join(
            f'"{name}": {quote_json(value)}'
            for name, value in (("version", version), ("server", server), ("commit", commit))), JSON)
        self._items = Response(200, "[%s]\n" % ",\n ".join(map(item_json, ITEMS)), JSON)
        self._healthy = Response(200, "ok\n", TEXT)
        self._maintained = Response(503, "maintenance\n", TEXT)
        self._missing = Response(404, "there is nothing here\n", TEXT)
        self._refused = Response(405, "only GET and HEAD are served here\n", TEXT,
                                 [("Allow", "GET, HEAD")])

    def answer(self, request):
        """The response to a request."""
        if request.method not in ("GET", "HEAD"):
            return self._refused
        path = request.path.partition("?")[0]
        if path == "/":
            return self._front
        if path == "/healthz":
            return self._maintained if os.path.exists(self._maintenance) else self._healthy
        if path == "/api/version":
            return self._version
        if path == "/api/items":
            return self._items
        return self._missing


def item_json(item):
    """One item as the API tells it; prices in cents."""
    return (f'{{"key": {quote_json(item.key)}, "name": {quote_json(item.name)}, '
            f'"net": {item.net}, "tax_rate": {item.rate}, "price": {item.price}}}')
