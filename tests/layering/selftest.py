"""Samples that break each rule, and samples that only look as if they did."""

import rules
from cpp import Source

CMAKE = """
set(floor_base 0)
foreach(module store git ssh)
    set(floor_${module} 1)
endforeach()
foreach(module engine)
    set(floor_${module} 2)
endforeach()
foreach(module infra pipeline)
    set(floor_${module} 3)
endforeach()
foreach(module deploy lifecycle)
    set(floor_${module} 4)
endforeach()
set(beside_lifecycle deploy)
"""
FILES = {"core/base/task.h", "core/git/git.h", "core/git/src/handle.h", "core/ssh/ssh.h", "core/infra/infra.h",
         "core/deploy/deploy.h", "core/lifecycle/lifecycle.h", "core/engine/engine.h", "app/graph.h",
         "ui/shell/window.h", "core/pipeline/pipeline.h"}

# (path, text, the rule that must be found or None)
SAMPLES = [
    # Arrows.
    ("core/git/src/a.cpp", '#include "core/base/task.h"\n', None),
    ("core/base/src/a.cpp", '#include "core/git/git.h"\n', "arrow"),
    ("core/base/src/a.cpp", '# include  <core/git/git.h>\n', "arrow"),
    ("core/git/src/a.cpp", '#include "core/ssh/ssh.h"\n', "arrow"),
    ("core/git/src/a.cpp", '// #include "core/ssh/ssh.h"\n/*\n#include "core/ssh/ssh.h"\n*/\n', None),
    ("core/infra/src/a.cpp", '#include "core/pipeline/pipeline.h"\n', "arrow"),
    ("core/lifecycle/src/a.cpp", '#include "core/deploy/deploy.h"\n', None),
    ("core/deploy/src/a.cpp", '#include "core/lifecycle/lifecycle.h"\n', "arrow"),
    ("core/deploy/src/a.cpp", '#include "app/graph.h"\n', "arrow"),
    ("ui/shell/a.cpp", '#include "app/graph.h"\n', "arrow"),
    ("core/deploy/src/a.cpp", '#include "ui/shell/window.h"\n', "arrow"),
    ("ui/shell/a.cpp", '#include "core/deploy/deploy.h"\n', None),
    ("app/a.cpp", '#include "ui/shell/window.h"\n#include "core/deploy/deploy.h"\n', None),
    # The inside of another module, and ways round the rule.
    ("core/git/src/a.cpp", '#include "core/git/src/handle.h"\n', None),
    ("core/engine/src/a.cpp", '#include "core/git/src/handle.h"\n', "src"),
    ("ui/shell/a.cpp", '#include "core/git/src/handle.h"\n', "src"),
    ("tests/git/a.cpp", '#include "core/git/src/handle.h"\n', None),
    ("tests/ssh/a.cpp", '#include "core/git/src/handle.h"\n', "src"),
    ("core/engine/src/a.cpp", '#include "../../git/src/handle.h"\n', "path"),
    ("core/engine/src/a.cpp", '#include "core/git/none.h"\n', "path"),
    ("tests/git/a.cpp", '#include "tst_git.moc"\n', None),
    # Gui under core.
    ("core/git/src/a.cpp", "#include <QtWidgets/QWidget>\n", "gui"),
    ("core/git/src/a.cpp", "#include <QColor>\n", "gui"),
    ("tests/git/a.cpp", "#include <QGuiApplication>\n", "gui"),
    ("core/git/src/a.cpp", "#include <QObject>\n#include <QtSql/QSqlQuery>\n", None),
    ("ui/shell/a.cpp", "#include <QColor>\n", None),
    # Foreign types in faces.
    ("core/git/git.h", "#pragma once\n#include <git2.h>\n", "face"),
    ("core/git/git.h", "#pragma once\nstruct A { git_repository* repository; };\n", "face"),
    ("core/git/git.h", "#pragma once\n/// A git_repository within.\nstruct A { int digit_count; };\n", None),
    ("core/ssh/ssh.h", "#pragma once\nstruct A { LIBSSH2_SESSION* session; };\n", "face"),
    ("core/base/readers.h", "#pragma once\nvoid f(const YAML::Node& node);\n", "face"),
    ("core/base/readers.h", "#pragma once\n#include <nlohmann/json.hpp>\n", "face"),
    ("core/git/src/handle.h", "#pragma once\n#include <git2.h>\n", None),
    ("core/git/src/b.h", "struct A {};\n", "guard"),
    ("core/git/src/git.cpp", '#include <QString>\n#include "core/git/git.h"\n', "own-header"),
    ("core/git/src/handle.cpp", '#include "core/git/src/handle.h"\n#include <QString>\n', None),
    # Braced values and capturing lambdas in the statement of a co_await.
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g(Spec{a}); co_return r; }", "await-braces"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g(a, {}); co_return r; }", "await-braces"),
    ("core/git/src/a.cpp", "Task<int> f(int a) {\n  co_await g(\n    Spec{.a = 1,\n         .b = h(2)});\n}",
     "await-braces"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { Spec s{co_await g(a)}; co_return s; }", "await-braces"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { Spec s{a}; auto r = co_await g(std::move(s)); co_return r; }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { if (a) { h(); } auto r = co_await g(a); co_return r; }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g([a] { return a; }); co_return r; }",
     "await-lambda"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g([&](int b) -> int { return b; }); }",
     "await-lambda"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g([](int b) { return b; }); co_return r; }", None),
    ("core/git/src/a.cpp",
     "Task<int> f(int a) { std::function<int()> w = [a] { return a; }; auto r = co_await g(std::move(w)); }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { for (const auto& x : list) { auto r = co_await g(x); } }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { // Spec{} [a] {}\n  auto r = co_await g(u\"Spec{a}\"_s); }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g(x[a], R\"({)\", '{'); co_return r; }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { switch (a) { case 1: { auto r = co_await g(a); break; } } }", None),
    # Where a co_await may stand.
    ("core/git/src/a.cpp", "Task<int> f(int a) { h(co_await g(a)); }", "await-argument"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = (co_await g(a)).value; }", "await-argument"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = a ? co_await g(a) : 1; }", "await-conditional"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto r = co_await g(a ? a : 1); }", "await-choice"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { if (auto r = co_await g(a); !r) { co_return 1; } }", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { while (!a) { const auto r = co_await g(a ? 1 : 2); } }", "await-choice"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { co_return co_await g(a); }", None),
    # What may be a coroutine.
    ("core/git/src/a.cpp", "void f() { auto l = [](int a) -> Task<int> { co_return a; }; }", "coroutine-lambda"),
    ("core/git/src/a.cpp", "void f() { run([=]() mutable { if (x) { co_await g(1); } }); }", "coroutine-lambda"),
    ("core/git/src/a.cpp", "Task<int> f(int a) { auto l = [a](int b) { return b; }; auto r = co_await g(a); }", None),
    ("core/git/src/a.cpp", "Task<int> f(const QString& a) { auto r = co_await g(a); }", "coroutine-reference"),
    ("core/git/src/a.cpp", "Task<int> f(QString&& a) { co_return 1; }", "coroutine-reference"),
    ("core/git/src/a.cpp", "Task<int> f(std::function<void(const QString&)> a) { co_return 1; }", None),
    ("core/git/src/a.cpp", "Task<int> f(Store* a) { co_return 1; }", None),
    ("core/git/src/a.cpp", "Task<Result<int>> Repository::head() { co_return 1; }", "coroutine-member"),
    ("core/git/src/a.cpp", "Task<Result<int>> Repository::head() { return headImpl(m_body); }", None),
    ("core/git/src/a.cpp", "class A { static Task<int> sum(int a); };\nTask<int> A::sum(int a) { co_return a; }", None),
    ("core/git/src/a.cpp", "Task<int> git::detail::head(int a) { co_return a; }", None),
    ("core/git/src/a.cpp", "struct A { Task<int> f(int a) { co_return a; } };", "coroutine-member"),
    ("core/git/src/a.cpp", "struct A { static Task<int> f(int a) { co_return a; } };", None),
    ("core/git/src/a.cpp", "Task<int> f(int a) { co_await g(this->b); }", "coroutine-this"),
    ("tests/git/a.cpp", "void T::one() { auto l = []() -> Task<int> { co_return 1; }; }", "coroutine-lambda"),
    # Waiting.
    ("core/git/src/a.cpp", "void f() { QEventLoop loop; loop.exec(); }", "wait"),
    ("core/git/src/a.cpp", "void f() { t = QThread::create([b] { QEventLoop l; at([&l] { l.quit(); }); l.exec(); }); }",
     None),
    ("core/git/src/a.cpp", "void f() { run([b] { QEventLoop l; l.exec(); }); }", "wait"),
    ("core/git/src/a.cpp", "void f() { process.waitForFinished(100); }", "wait"),
    ("app/a.cpp", "void f() { QCoreApplication::processEvents(); }", "wait"),
    ("ui/shell/a.cpp", "void f() { QMessageBox::question(this, a, b); }", "wait"),
    ("ui/shell/a.cpp", "void f() { dialog.exec(); }", "wait"),
    ("ui/shell/a.cpp", "void f() { dialog->open(); menu->popup(at); }", None),
    ("ui/shell/a.cpp", "Task<int> f(int a) { co_return a; }", "wait"),
    ("app/a.cpp", "int main() { return app.exec(); }", None),
    ("core/store/src/a.cpp", "void f() { query.exec(); }", None),
    ("core/git/src/a.cpp", "/// Never waitForFinished() here.\nvoid f();", None),
    # Colours.
    ("ui/board/a.cpp", 'void f() { label->setStyleSheet("color: #a0b1c2"); }', "colour"),
    ("ui/board/a.cpp", "void f() { painter.setPen(QColor(1, 2, 3)); }", "colour"),
    ("ui/board/a.cpp", "void f() { painter.setPen(Qt::red); }", "colour"),
    ("ui/board/a.cpp", 'void f() { painter.setPen(Qt::transparent); text(u"run #12"_s); }', None),
    ("ui/board/a.cpp", "// #a0b1c2 is the accent\nvoid f() { QColor c = theme.accent(); }", None),
    ("ui/shell/theme.cpp", 'const char* accent = "#a0b1c2";', None),
    # Handles that are lent and used before they have their value.
    ("core/git/src/a.cpp", "void f() { int c = get(out(x), r) < 0 ? 1 : use(x.get()); }", "lent"),
    ("core/git/src/a.cpp", "void f() { if (get(out(x), r) == 0 && use(x.get())) { g(); } }", "lent"),
    ("core/git/src/a.cpp", "void f() { use(x.get(), get(out(x))); }", "lent"),
    ("core/git/src/a.cpp", "void f() { a(out(x), out(x)); }", "lent"),
    ("core/git/src/a.cpp", "int f() { return get(out(x), r) < 0 ||\n  use(x.get()) < 0; }", "lent"),
    ("core/git/src/a.cpp", "void f() { while (next(out(x), w) == 0 && is(x)) { g(x.get()); } }", "lent"),
    ("core/git/src/a.cpp", "void f() { each([&] { return get(out(h.x), r) + use(h.x.get()); }); }", "lent"),
    ("core/git/src/a.cpp", "void f() { get(out(x), r); use(x.get()); }", None),
    ("core/git/src/a.cpp", "void f() { if (int c = get(out(x), r); c < 0) { g(x.get()); } else { g(x); } }", None),
    ("core/git/src/a.cpp", "void f() { while (next(out(x), w) == 0) { g(x.get()); } }", None),
    ("core/git/src/a.cpp", "void f() { if (use(x.get())) { g(); }\n get(out(x), r); }", None),
    ("core/git/src/a.cpp", "void f() { if (int c = use(y.get()); c == 0 && get(out(x), y.x) < 0) { g(x); } }", None),
    ("core/git/src/a.cpp", "void f() { g(out(x), [&] { h(); }); use(x.get()); }", None),
    ("core/git/src/a.cpp", "void f() { auto g = [&] { get(out(x), r); }; use(x.get()); }", None),
    ("core/git/src/a.cpp", "void f() { T x{a}; U y{x}; get(out(x), r); }", None),
    ("core/git/src/a.cpp", "int f() { return a ? get(out(x), r) : make(out(x), git::r); }", None),
    ("core/git/src/a.cpp", "int f() { return a ? get(out(x), r) : use(x.get()); }", "lent"),
    ("core/ssh/src/a.cpp", "void f() { use(out(x), x); }", None),
    # Tests that skip.
    ("tests/git/a.cpp", 'void T::one() { QSKIP("no git"); }', "skip"),
]


def findings_of(path, text):
    source = Source(path, text)
    floors = rules.Floors(CMAKE)
    names = rules.static_names([source])

    def exists(name):
        return name in FILES or name == path

    found = list(rules.includes(source, floors, {"QColor", "QPainterPath"}, exists))
    for rule in (rules.awaits, rules.waiting, rules.colours, rules.header_guard, rules.skipped_tests, rules.lent):
        found.extend(rule(source))
    found.extend(rules.own_header_first(source, exists))
    found.extend(rules.coroutines(source, names))
    return found


def check_texts():
    """The rules that read plain lines; yields complaints."""
    if not list(rules.length("a.py", "x\n" * 601)) or list(rules.length("a.py", "x\n" * 600)):
        yield "length: 601 lines must be found, 600 must not"
    for word in ("TO" + "DO", "FIX" + "ME"):
        if not list(rules.unfinished("a.py", f"x\n# {word}: later\n")):
            yield f"unfinished: {word} must be found"
    if list(rules.unfinished("a.py", "the wholehack of todos\n")):
        yield "unfinished: only whole words count"
    uses = rules.declared_uses("analemma_core_module(git\n    USES base store # ssh\n    SOURCES a.cpp)", "git")
    if uses != {"base", "store"}:
        yield f"uses: read as {uses}"
    source = Source("a.cpp", "int a; // x\nconst char* b = \"y\\\"{\"; /* {\n */ int c = 1'000;\n")
    if "{" in source.code or source.line(source.code.index("int c")) != 3 or len(source.code) != len(source.text):
        yield f"cpp: read as {source.code!r}"


def run():
    failed = 0
    for path, text, wanted in SAMPLES:
        found = sorted({finding.rule for finding in findings_of(path, text)})
        if found != ([wanted] if wanted else []):
            failed += 1
            print(f"wanted {wanted or 'nothing'}, found {found or 'nothing'} in {path}:\n    {text}")
    for complaint in check_texts():
        failed += 1
        print(complaint)
    fired = {wanted for _, _, wanted in SAMPLES if wanted}
    print(f"{len(SAMPLES)} samples, {len(fired)} rules fired, {failed} wrong")
    return 1 if failed else 0
