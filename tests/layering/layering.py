#!/usr/bin/python3
"""Reads every source of the tree and fails on what the rules of the house forbid.

    layering.py ROOT               the tree
    layering.py --self-test        the rules themselves, on samples that break them
    layering.py --headless FILE…   these programs may not need Qt Gui
"""

import os
import re
import subprocess
import sys

import rules
from cpp import Source

CODE = (".h", ".cpp")
TEXTS = CODE + (".py", ".sh", ".cmake")
TOPS = ("app", "core", "ui", "tests", "installer", "resources")


def tree(root):
    """The paths of all sources, from the top of the tree."""
    for top in TOPS:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            for file in sorted(files):
                path = os.path.relpath(os.path.join(folder, file), root)
                if file.endswith(TEXTS) or file == "CMakeLists.txt" or (top == "installer" and "." not in file):
                    yield path


def gui_headers():
    """The names of all classes of Qt Gui, Widgets and Svg on this machine."""
    names = set()
    for base in ("/usr/include/x86_64-linux-gnu/qt6", "/usr/include/aarch64-linux-gnu/qt6", "/usr/include/qt6"):
        for part in ("QtGui", "QtWidgets", "QtSvg", "QtSvgWidgets"):
            folder = os.path.join(base, part)
            if os.path.isdir(folder):
                names.update(os.listdir(folder))
    return names


def check_source(source, floors, gui, exists, static_names):
    yield from rules.includes(source, floors, gui, exists)
    yield from rules.own_header_first(source, exists)
    yield from rules.awaits(source)
    yield from rules.coroutines(source, static_names)
    yield from rules.waiting(source)
    yield from rules.colours(source)
    yield from rules.header_guard(source)
    yield from rules.skipped_tests(source)
    yield from rules.lent(source)


def check_uses(sources, uses):
    """A module includes only what its CMakeLists.txt names, itself or through what it names."""
    def reach(module, seen):
        for used in uses.get(module, ()):
            if used not in seen:
                seen.add(used)
                reach(used, seen)
        return seen

    for source in sources:
        top, part, _ = rules.area(source.path)
        if top != "core" or part not in uses:
            continue
        allowed = reach(part, {part})
        for line, _, name in source.includes:
            used_top, used, _ = rules.area(name)
            if used_top == "core" and used not in allowed:
                yield rules.Finding(source.path, line, "uses",
                                    f"core/{part}/CMakeLists.txt does not name {used} under USES")


def check_tree(root):
    texts = {}
    for path in tree(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            texts[path] = file.read()
    floors = rules.Floors(texts["core/CMakeLists.txt"])
    sources = [Source(path, text) for path, text in texts.items() if path.endswith(CODE)]
    gui = gui_headers()
    names = rules.static_names(sources)
    uses = {module: rules.declared_uses(texts[f"core/{module}/CMakeLists.txt"], module)
            for module in floors.floor if f"core/{module}/CMakeLists.txt" in texts}

    def exists(path):
        return path in texts or os.path.isfile(os.path.join(root, path))

    findings = []
    for path, text in texts.items():
        findings.extend(rules.length(path, text))
        findings.extend(rules.unfinished(path, text))
    for source in sources:
        findings.extend(check_source(source, floors, gui, exists, names))
    findings.extend(check_uses(sources, uses))
    return findings, len(texts), sum(len(source.includes) for source in sources)


def check_headless(programs):
    """No program of these may load Qt Gui, itself or through another library."""
    for program in programs:
        loaded = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        libraries = re.findall(r"^\s*(\S+)", loaded, re.MULTILINE)
        if not any(name.startswith("libQt6Core") for name in libraries):
            yield rules.Finding(program, 0, "headless", "it does not even load Qt Core: is it the right file?")
        for name in libraries:
            if re.match(r"libQt6(Gui|Widgets|Svg|OpenGL|Quick|Qml)\b", name):
                yield rules.Finding(program, 0, "headless", f"loads {name}")


def main(arguments):
    if arguments == ["--self-test"]:
        import selftest
        return selftest.run()
    if arguments[:1] == ["--headless"] and len(arguments) > 1:
        findings = list(check_headless(arguments[1:]))
        summary = f"{len(arguments) - 1} programs"
    elif len(arguments) == 1 and not arguments[0].startswith("-"):
        findings, files, includes = check_tree(arguments[0])
        summary = f"{files} files, {includes} include lines"
        if includes < 50:
            print(f"only {includes} include lines found: is {arguments[0]} the tree?", file=sys.stderr)
            return 2
    else:
        print(__doc__, file=sys.stderr)
        return 2
    for finding in findings:
        print(f"{finding.path}:{finding.line}: [{finding.rule}] {finding.text}")
    print(f"{summary}, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
