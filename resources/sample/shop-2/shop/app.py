"""Which address shows what."""

import os

from shop import wishes
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
        self._fronts = {}  # by wish list: at most two to the power of the number of items
        # Never changes while we run, so it is made once.
        self._version = Response(200, "{%s}\n" % ", ".join(
            f'"{name}": {quote_json(value)}'
            for name, value in (("version", version), ("server", server), ("commit", commit))), JSON)
        self._items = Response(200, "[%s]\n" % ",\n ".join(map(item_json, ITEMS)), JSON)
        self._healthy = Response(200, "ok\n", TEXT)
        self._maintained = Response(503, "maintenance\n", TEXT)
        self._missing = Response(404, "there is nothing here\n", TEXT)
        self._refused = Response(405, "this is not served here\n", TEXT,
                                 [("Allow", "GET, HEAD, POST")])

    def answer(self, request):
        """The response to a request."""
        path = request.path.partition("?")[0]
        if path == "/wish":
            return self._wish(request)
        if request.method not in ("GET", "HEAD"):
            return self._refused
        if path == "/":
            return self._front(wishes.read(request.headers))
        if path == "/healthz":
            return self._maintained if os.path.exists(self._maintenance) else self._healthy
        if path == "/api/version":
            return self._version
        if path == "/api/items":
            return self._items
        return self._missing

    def _front(self, wished):
        page = self._fronts.get(wished)
        if page is None:
            page = Response(200, front_page(ITEMS, wished, self.version, self.server, self.commit))
            self._fronts[wished] = page
        return page

    def _wish(self, request):
        if request.method != "POST":
            return self._refused
        name, _, key = request.body.decode("latin-1").partition("=")
        wished = wishes.turned(wishes.read(request.headers), key) if name == "item" else None
        if wished is None:
            return self._missing
        return Response(303, "", TEXT, [("Location", "/"), wishes.cookie(wished)])


def item_json(item):
    """One item as the API tells it; prices in cents."""
    return (f'{{"key": {quote_json(item.key)}, "name": {quote_json(item.name)}, '
            f'"net": {item.net}, "tax_rate": {item.rate}, "price": {item.price}}}')
