"""The rules of the house. Each yields Finding(path, line, rule, text)."""

import collections
import os
import re

Finding = collections.namedtuple("Finding", "path line rule text")

# ---- floors and arrows ---------------------------------------------------------------------------


class Floors:
    """The floors as core/CMakeLists.txt states them."""

    def __init__(self, cmake):
        self.floor = {}
        self.beside = collections.defaultdict(set)
        for found in re.finditer(r"foreach\(module ([\w ]+)\)\s*set\(floor_\$\{module\} (\d+)\)", cmake):
            for module in found.group(1).split():
                self.floor[module] = int(found.group(2))
        for found in re.finditer(r"set\(floor_(\w+) (\d+)\)", cmake):
            self.floor[found.group(1)] = int(found.group(2))
        for found in re.finditer(r"set\(beside_(\w+) ([\w ]+)\)", cmake):
            self.beside[found.group(1)].update(found.group(2).split())

    def allows(self, module, used):
        return module == used or self.floor[used] < self.floor[module] or used in self.beside[module]


GUI_NAMES = re.compile(
    r"Qt(?:Gui|Widgets|Svg|SvgWidgets|PrintSupport|OpenGL|OpenGLWidgets|Qml|Quick|QuickWidgets|UiTools)(?:/|\Z)"
    r"|Q(?:Application|GuiApplication|Widget|MainWindow|Dialog|Painter|Pixmap|Image|Icon|Color|Font|Palette"
    r"|Style|Action|Menu|Label|PushButton|TableView|TreeView|ListView|Layout|VBoxLayout|HBoxLayout|Screen"
    r"|Window|Cursor|Clipboard|DesktopServices|KeyEvent|MouseEvent|Pen|Brush|Region|Bitmap|TextDocument"
    r"|SvgRenderer|StandardItemModel|Shortcut|Validator)\Z")
FACE_TYPES = re.compile(r"\b(?:git_[a-z]\w*|LIBSSH2_\w+|libssh2_\w+|YAML::\w+|nlohmann::\w+|sqlite3(?:_\w+)?)\b")
FACE_HEADERS = re.compile(r"(?:git2(?:\.h|/)|libssh2|yaml-cpp/|nlohmann/|sqlite3\.h|qcorosignal|private/)")
GENERATED = re.compile(r"(?:.*/)?(?:moc_\w+\.cpp|\w+\.moc|ui_\w+\.h|qrc_\w+\.cpp)\Z")


def area(path):
    """('core', 'git', face?), ('ui', 'shell', False), ('tests', 'git', False), …"""
    parts = path.split("/")
    part = parts[1] if len(parts) > 2 else ""
    face = parts[0] == "core" and len(parts) == 3
    return parts[0], part, face


def includes(source, floors, gui_names, exists):
    """Arrows, foreign src, Gui headers under core, foreign types in faces, app from below."""
    top, part, face = area(source.path)
    for line, mark, name in source.includes:
        def finding(rule, text, line=line):
            return Finding(source.path, line, rule, text)

        if name.startswith(("../", "./")) or "/../" in name:
            yield finding("path", f'"{name}": name it from the top of the tree')
            continue
        target = name
        if mark == '"' and not GENERATED.match(name) and not exists(name):
            beside = os.path.join(os.path.dirname(source.path), name)
            if not exists(beside):
                yield finding("path", f'"{name}" is not there')
                continue
            target = beside
        used_top, used, _ = area(target)
        if used_top in ("core", "ui", "app", "tests") and "/" in target:
            yield from arrow(finding, top, part, used_top, used, target, floors)
        headless = top == "core" or (top == "tests" and part in floors.floor)
        if headless and (GUI_NAMES.match(name) or name.split("/")[-1] in gui_names):
            yield finding("gui", f"<{name}> belongs to the window; core is headless")
        if face and FACE_HEADERS.match(name):
            yield finding("face", f"<{name}> stands in a face; it belongs in core/{part}/src")
    if face:
        for found in FACE_TYPES.finditer(source.code):
            yield Finding(source.path, source.line(found.start()), "face",
                          f"{found.group()} stands in a face; give values instead")


def arrow(finding, top, part, used_top, used, target, floors):
    if used_top == "tests" and top != "tests":
        yield finding("arrow", f"{target}: programs do not include tests")
    elif used_top == "app" and top in ("core", "ui"):
        yield finding("arrow", f"{target}: app stands above {top}")
    elif used_top == "ui" and top == "core":
        yield finding("arrow", f"{target}: ui stands above core")
    elif used_top == "core":
        if used not in floors.floor:
            yield finding("arrow", f"{target}: core/CMakeLists.txt gives {used} no floor")
            return
        inner = target.startswith(f"core/{used}/") and target.count("/") > 2
        if inner and part != used:
            yield finding("src", f"{target} is the inside of another module; use core/{used}/{used}.h")
        if top == "core" and not floors.allows(part, used):
            yield finding("arrow", f"core/{part} (floor {floors.floor[part]}) may not use core/{used} "
                                   f"(floor {floors.floor[used]})")


def own_header_first(source, exists):
    """foo.cpp includes foo.h before all else, so that the header is known to stand alone."""
    if not source.path.endswith(".cpp") or not source.includes:
        return
    folder, file = os.path.split(source.path)
    stem = file[:-4]
    own = [f"{folder}/{stem}.h"]
    if folder.endswith("/src"):
        own.append(f"{folder[:-4]}/{stem}.h")
    own = [path for path in own if exists(path)]
    line, _, name = source.includes[0]
    if own and name not in own and f"{folder}/{name}" not in own:
        yield Finding(source.path, line, "own-header", f'"{own[0]}" comes first')


def declared_uses(cmake, module):
    """The modules that core/<module>/CMakeLists.txt names under USES."""
    text = re.sub(r"#.*", "", cmake)
    found = re.search(rf"analemma_core_module\(\s*{module}\b(.*?)\)", text, re.DOTALL)
    if not found:
        return set()
    words = found.group(1).split()
    uses, inside = set(), False
    for word in words:
        if word in ("USES", "LIBRARIES", "SOURCES"):
            inside = word == "USES"
        elif inside:
            uses.add(word)
    return uses


# ---- coroutines ----------------------------------------------------------------------------------

AWAIT = re.compile(r"\bco_await\b")
COROUTINE = re.compile(r"\bco_(?:await|return|yield)\b")
HEADS = ("if", "while", "switch", "for", "constexpr")


def awaits(source):
    """What may not stand in the statement of a co_await."""
    for found in AWAIT.finditer(source.code):
        at = found.start()
        if source.word_ending(source.before(at)) == "operator":
            continue
        line = source.line(at)
        start, end = source.statement(at)
        yield from _await_place(source, at, start, line)
        yield from _await_choice(source, at, end, line)
        yield from _await_braces(source, start, end, line)


def _await_place(source, at, start, line):
    """Only `auto r = co_await f(x);` and the heads of if, while, switch."""
    opened = at
    while (opened := source.opener(opened)) >= start:
        if source.code[opened] == "{":
            if source.is_block(opened):
                break
            yield Finding(source.path, line, "await-braces",
                          "co_await within braces that make a value: name its result on the line above")
            return
        word = source.word_ending(source.before(opened))
        if word not in HEADS:
            yield Finding(source.path, line, "await-argument",
                          "co_await as an argument or operand: name its result on the line above")
            return
    statement = source.code[start:at]
    depth = 0
    for mark in re.finditer(r"[()\[\]{}]|\?", statement):
        if mark.group() in "([{":
            depth += 1
        elif mark.group() in ")]}":
            depth -= 1
        elif depth <= 0:
            yield Finding(source.path, line, "await-conditional",
                          "co_await within a conditional operator: use if")
            return


def _await_choice(source, at, end, line):
    """g++ 12.2 destroys the temporaries of ?: twice here."""
    if "?" in source.code[at:end]:
        yield Finding(source.path, line, "await-choice",
                      "a conditional operator in the operand of a co_await: name its value on the line above")


def _await_braces(source, start, end, line):
    at = start
    while at < end:
        if source.code[at] == "{":
            capture = source.lambda_capture(at)
            if capture is not None:
                if capture.strip("[] \t\n"):
                    yield Finding(source.path, line, "await-lambda",
                                  f"a lambda that captures ({capture}) in the statement of a co_await: "
                                  "name it on the line above and move it in")
                at = source.partner.get(at, at)
            elif not source.is_block(at):
                yield Finding(source.path, line, "await-braces",
                              "braces that make a value in the statement of a co_await: "
                              "name it on the line above and move it in")
                return
        at += 1


def coroutines(source, static_names):
    """A coroutine is a free or static function; parameters by value; no this."""
    seen = set()
    for found in COROUTINE.finditer(source.code):
        function = source.function_of(found.start())
        if function is None or function[1] in seen:
            continue
        kind, brace = function
        seen.add(brace)
        line = source.line(brace)
        if kind == "lambda":
            yield Finding(source.path, line, "coroutine-lambda",
                          "a lambda is a coroutine: make it a static function")
            continue
        head, name, parameters = source.signature(brace)
        plain = re.sub(r"std::function<[^;]*?\)>", "", parameters)
        if "&" in plain:
            yield Finding(source.path, line, "coroutine-reference",
                          f"{name} is a coroutine and takes a reference: take a value")
        outer = source.opener(brace)
        in_class = outer >= 0 and source.is_class(outer)
        last = name.split("::")[-1]
        if (in_class and not re.search(r"\bstatic\b", head)) or (
                "::" in name and name.split("::")[-2][:1].isupper() and last not in static_names):
            yield Finding(source.path, line, "coroutine-member",
                          f"{name} is a coroutine and a member: make it static, hand in a shared_ptr")
            continue
        body = source.code[brace:source.partner.get(brace, brace)]
        used = re.search(r"\bthis\b", body)
        if used:
            yield Finding(source.path, source.line(brace + used.start()), "coroutine-this",
                          f"{name} is a coroutine and uses this")


# ---- handles -------------------------------------------------------------------------------------

LENT = re.compile(r"\bout\(\s*((?:\w+(?:\.|->|::))*\w+(?:\[\w+\])?)\s*\)")
OTHER_BRANCH = re.compile(r"(?<!:):(?!:)")


def lent(source):
    """A handle that out() lends gets its value at the end of the full expression: in it, it is still the old one."""
    if not source.path.startswith(("core/git/src/", "tests/git/")):
        return
    for found in LENT.finditer(source.code):
        start, end = source.full_expression(found.start())
        name = re.compile(rf"(?<![\w.>:]){re.escape(found.group(1))}(?!\w)")
        for used in name.finditer(source.code, start, end):
            inside = found.start() <= used.start() < found.end()
            if inside or _lent_by_the_other_branch(source, found, used):
                continue
            yield Finding(source.path, source.line(used.start()), "lent",
                          f"{found.group(1)} is lent by out() in the same expression and gets its value only "
                          "after it: make the call on a line of its own")
            break


def _lent_by_the_other_branch(source, found, used):
    """`a ? f(out(x)) : g(out(x))` lends it once."""
    first, last = sorted((found.start(), used.start()))
    return source.code[:used.start()].endswith("out(") and OTHER_BRANCH.search(source.code, first, last)


STATIC_TASK = re.compile(r"\bstatic\s+(?:QCoro::)?Task<[^;(){}]*?>+\s+(\w+)\s*\(")


def static_names(sources):
    """Names of all static member functions that give a Task."""
    return {found.group(1) for source in sources for found in STATIC_TASK.finditer(source.code)}


# ---- waiting -------------------------------------------------------------------------------------

WAITS = (
    (re.compile(r"\bQEventLoop\b"), "a nested event loop: return a Task or take a callback"),
    (re.compile(r"\bprocessEvents\s*\("), "processEvents: return to the event loop instead"),
    (re.compile(r"\bwaitFor[A-Z]\w*\s*\("), "a call that blocks: use a Task or a signal"),
    (re.compile(r"\bBlockingQueuedConnection\b"), "a blocking connection: send a message instead"),
    (re.compile(r"\bQ?(?:Message|Input|File|Color|Font)(?:Box|Dialog)::(?:question|information|warning|critical|about"
                r"|get[A-Z]\w*)\s*\("), "a dialog that blocks: make one and open() it"),
)
UI_WAITS = (
    (re.compile(r"(?:\.|->)exec\s*\("), "exec: use open() or popup()"),
    (re.compile(r"\b(?:QThread::(?:m|u)?sleep|sleep_for|usleep|nanosleep)\s*\("), "sleeping in the window"),
    (re.compile(r"\bco_(?:await|return|yield)\b"), "ui does not co_await: call a service with a context object"),
)


def waiting(source):
    """Nested event loops and blocking calls; tests may wait."""
    top, _, _ = area(source.path)
    if top not in ("core", "ui", "app"):
        return
    for pattern, text in WAITS + (UI_WAITS if top == "ui" else ()):
        for found in pattern.finditer(source.code):
            if "QEventLoop" in found.group() and _own_thread(source, found.start()):
                continue
            yield Finding(source.path, source.line(found.start()), "wait", text)


def _own_thread(source, at):
    """True within a function given to QThread::create: the loop there is the thread's own, not a nested one."""
    function = source.function_of(at)
    if function is None or function[0] != "lambda":
        return False
    opened = source.opener(function[1])
    return opened >= 0 and source.code[:opened].rstrip().endswith("QThread::create")


# ---- the rest ------------------------------------------------------------------------------------

COLOUR = re.compile(
    r"\bQColor\s*[({]\s*(?:[0-9]|Qt::)|\bqRgba?\s*\(|\bQColor::from\w+\s*\("
    r"|\bQt::(?:black|white|(?:dark|light)?[gG]r[ae]y|(?:dark)?(?:[rR]ed|[gG]reen|[bB]lue|[cC]yan|[mM]agenta|[yY]ellow))\b")
COLOUR_TEXT = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9a-zA-Z_])")
LIMIT_LINES = 600


def colours(source):
    """Colours are named in ui/shell/theme and nowhere else."""
    if not source.path.startswith(("ui/", "app/")) or source.path.startswith("ui/shell/theme"):
        return
    for found in COLOUR.finditer(source.code):
        yield Finding(source.path, source.line(found.start()), "colour",
                      f"{found.group().strip()}: take it from ui/shell/theme")
    for offset, text in source.strings:
        found = COLOUR_TEXT.search(text)
        if found:
            yield Finding(source.path, source.line(offset), "colour",
                          f"{found.group()}: take it from ui/shell/theme")


def length(path, text):
    """Past 600 lines there is a seam."""
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > LIMIT_LINES:
        yield Finding(path, LIMIT_LINES, "length", f"{lines} lines; at most {LIMIT_LINES}: look for the seam")


UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")


def unfinished(path, text):
    """Nothing half-done is committed."""
    for number, line in enumerate(text.split("\n"), 1):
        found = UNFINISHED.search(line)
        if found:
            yield Finding(path, number, "unfinished", f"{found.group()}: finish it or leave it out")


def header_guard(source):
    if source.path.endswith(".h") and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
        yield Finding(source.path, 1, "guard", "#pragma once is missing")


def skipped_tests(source):
    if source.path.startswith("tests/"):
        for found in re.finditer(r"\bQSKIP\s*\(", source.code):
            yield Finding(source.path, source.line(found.start()), "skip",
                          "a test that skips tells nothing: a missing tool fails it")
