"""The pages as HTML. They need no script, no font and no file from elsewhere."""

from shop.prices import money, percent

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5d6a7c; --line: #dfe4ea; --card: #ffffff;
  --ground: #f5f6f8; --sun: #b8650a; --tint: #fbf0e1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #97a3b4; --line: #2b3340;
  --card: #1b212b; --ground: #12161d; --sun: #f0a64a; --tint: #2d2519; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; align-items: baseline; gap: 1rem; padding-top: 3rem; padding-bottom: 1.75rem; }
h1 { font-size: 1.75rem; letter-spacing: -0.02em; }
header p { color: var(--soft); }
.shelf { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem;
  list-style: none; padding: 0; }
.item { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem;
  display: flex; flex-direction: column; position: relative; }
.icon { width: 56px; height: 56px; border-radius: 10px; background: var(--tint); padding: 8px;
  margin-bottom: 1rem; }
.icon svg { width: 40px; height: 40px; fill: none; stroke: var(--sun); stroke-width: 1.6;
  stroke-linecap: round; stroke-linejoin: round; display: block; }
h2 { font-size: 1.0625rem; }
.item p { color: var(--soft); font-size: 0.9375rem; flex: 1; margin: 0.25rem 0 1rem; }
.price { font-size: 1.1875rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.price small { color: var(--soft); font-size: 0.8125rem; font-weight: 400; margin-left: 0.375rem; }
.item form { position: absolute; top: 1rem; right: 1rem; }
.item button { width: 40px; height: 40px; border: 1px solid var(--line); border-radius: 50%;
  background: none; cursor: pointer; padding: 9px; }
.item button:hover, .item button:focus-visible { border-color: var(--sun); outline: none; }
.item button svg { width: 20px; height: 20px; display: block; fill: none; stroke: var(--sun);
  stroke-width: 1.8; stroke-linejoin: round; }
.item button[aria-pressed=true] svg { fill: var(--sun); }
header .wishes { margin-left: auto; color: var(--sun); font-weight: 600; }
footer { color: var(--soft); font-size: 0.875rem; padding-top: 2rem; padding-bottom: 3rem; }
dl { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; border-top: 1px solid var(--line);
  padding-top: 1.25rem; }
dl div { display: flex; gap: 0.5rem; }
dd { color: var(--ink); font-variant-numeric: tabular-nums; }
"""


def escape(text):
    """Text as it may stand in HTML, also within quotes."""
    for mark, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(mark, name)
    return text


def quote_json(text):
    """Text as a JSON string (RFC 8259, 7)."""
    out = ['"']
    for mark in text:
        if mark in '"\\':
            out.append("\\" + mark)
        elif mark < " " or mark in "\u2028\u2029":
            out.append(f"\\u{ord(mark):04x}")
        else:
            out.append(mark)
    out.append('"')
    return "".join(out)


HEART = ('<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 17C5 13 2 10 2 6.5A4 4 0 0 1 10 5'
         'a4 4 0 0 1 8 1.5C18 10 15 13 10 17z"/></svg>')


def item_card(item, wished):
    """One thing on the shelf, with its heart."""
    says = f"{item.name}: {'take off the wish list' if wished else 'put on the wish list'}"
    return f"""<li class="item">
<form method="post" action="/wish"><button name="item" value="{escape(item.key)}"
 aria-pressed="{'true' if wished else 'false'}" aria-label="{escape(says)}">{HEART}</button></form>
<div class="icon"><svg viewBox="0 0 48 48" aria-hidden="true">{item.icon}</svg></div>
<h2>{escape(item.name)}</h2>
<p>{escape(item.text)}</p>
<div class="price">{money(item.price)}<small>incl. {percent(item.rate)} tax</small></div>
</li>"""


def front_page(items, wished, version, server, commit):
    """The shop with everything on its shelf; `wished` are the keys of what is on the wish list."""
    cards = "\n".join(item_card(item, item.key in wished) for item in items)
    wishes = f"{len(wished)} wish{'' if len(wished) == 1 else 'es'}" if wished else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop {escape(version)}</title>
<style>{STYLE}</style>
</head>
<body>
<header><h1>Noon &amp; Co.</h1><p>Things for people who watch the sky</p><p class="wishes">{wishes}</p></header>
<main>
<ul class="shelf">
{cards}
</ul>
</main>
<footer><dl>
<div><dt>Version</dt><dd>{escape(version)}</dd></div>
<div><dt>Server</dt><dd>{escape(server)}</dd></div>
<div><dt>Commit</dt><dd>{escape(commit[:10])}</dd></div>
</dl></footer>
</body>
</html>
"""
