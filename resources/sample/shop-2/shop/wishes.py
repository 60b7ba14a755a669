"""The wish list. It lives in a cookie: no server has to remember it, so any of them can show it."""

from shop.catalog import ITEMS, find

COOKIE = "wishes"
YEAR_SECONDS = 365 * 24 * 3600


def read(headers):
    """The keys that a request's cookie holds, in the shop's order; unknown ones are left out."""
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            wanted = value.split(".")
            return tuple(item.key for item in ITEMS if item.key in wanted)
    return ()


def turned(wishes, key):
    """The list with `key` put on it, or taken off it when it was there. None: no such item."""
    if find(key) is None:
        return None
    return tuple(item.key for item in ITEMS if (item.key in wishes) != (item.key == key))


def cookie(wishes):
    """The header line that makes the browser keep the list."""
    if not wishes:
        return ("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly")
    value = ".".join(wishes)
    return ("Set-Cookie", f"{COOKIE}={value}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax; HttpOnly")
