#include "core/infra/src/local/machine.h"

#include "core/base/files.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/keys.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <thread>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr milliseconds machineEndTime{5'000};
constexpr milliseconds portTimeout{3'000};
constexpr milliseconds innerTimeout{3'000};
constexpr qint64 machineLogLimit = 1024 * 1024;

/// Where the skeleton's own text lies, embedded.
Result<QByteArray> initText()
{
    QFile file(u":/local/init.sh"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error(ErrorKind::Bug, u"init.sh is not in this program"_s);
    }
    return file.readAll();
}

template <class Test>
bool waitUntil(milliseconds timeout, Test test)
{
    const SystemClock clock;
    const milliseconds deadline = clock.sinceBoot() + timeout;
    milliseconds pause(1);
    while (!test()) {
        if (clock.sinceBoot() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, milliseconds(20));
    }
    return true;
}

QByteArray commandLine(qint64 pid)
{
    return readStart(u"/proc/%1/cmdline"_s.arg(pid), 64 * 1024).valueOr({});
}

qint64 parentOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = file.readAll();
    return text.mid(text.lastIndexOf(')') + 2).split(' ').value(1).toLongLong();
}

/// Children of each process, by one look at /proc.
std::multimap<qint64, qint64> processTree()
{
    std::multimap<qint64, qint64> tree;
    const QStringList entries = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& entry : entries) {
        bool isNumber = false;
        const qint64 pid = entry.toLongLong(&isNumber);
        if (isNumber) {
            tree.emplace(parentOf(pid), pid);
        }
    }
    return tree;
}

void addDescendants(const std::multimap<qint64, qint64>& tree, qint64 pid,
                    std::vector<ProcessIdentity>& found)
{
    const auto [first, last] = tree.equal_range(pid);
    for (auto it = first; it != last; ++it) {
        if (const Result<ProcessIdentity> identity = identityOf(it->second)) {
            found.push_back(*identity);
            addDescendants(tree, it->second, found);
        }
    }
}

/// A process and all below it, stopped: nobody may be born while we count, since sshd's own
/// processes do not carry the mark. The second look finds those born during the first.
std::vector<ProcessIdentity> frozenTree(const ProcessIdentity& top)
{
    std::vector<ProcessIdentity> tree{top};
    for (int look = 0; look < 3; ++look) {
        for (const ProcessIdentity& process : tree) {
            [[maybe_unused]] const Result<void> stopped = signalProcess(process, SIGSTOP);
        }
        tree = {top};
        addDescendants(processTree(), top.pid, tree);
    }
    return tree;
}

/// bwrap's monitor has one child, process 1 of the namespace.
Result<ProcessIdentity> innerOf(const ProcessIdentity& outer)
{
    Result<ProcessIdentity> inner = Error(ErrorKind::Failed, u"bubblewrap started nothing"_s);
    waitUntil(innerTimeout, [&] {
        QFile file(u"/proc/%1/task/%1/children"_s.arg(outer.pid));
        qint64 child = 0;
        if (file.open(QIODevice::ReadOnly)) {
            child = file.readAll().simplified().split(' ').value(0).toLongLong();
        } else {
            const auto tree = processTree();
            const auto found = tree.find(outer.pid);
            child = found == tree.end() ? 0 : found->second;
        }
        inner = identityOf(child);
        return inner.ok() || !isAlive(outer);
    });
    return inner;
}

Error endedAtOnce(const QString& what, const QString& log)
{
    return {ErrorKind::Failed, u"%1: it ended at once: %2"_s.arg(what, logTail(log))};
}

Result<void> putFiles(const QString& folder, const QList<FileText>& files)
{
    for (const FileText& file : files) {
        if (Result<void> put = putFile(folder + u'/' + file.path, file.text, file.mode); !put) {
            return put;
        }
    }
    return {};
}

/// Folders and settings that every root has, whatever its image left out.
Result<void> dress(const View& view)
{
    const QStringList folders = rootFolders();
    for (const QString& folder : folders) {
        const QString path = insideRoot(view.root, folder);
        if (path.isEmpty()) {
            return Error(ErrorKind::Conflict,
                         u"%1/%2 is a link; it must be a folder"_s.arg(view.root, folder));
        }
        if (Result<void> made = makeFolder(path, 0755); !made) {
            return made;
        }
    }
    QFile resolver(u"/etc/resolv.conf"_s);
    const QByteArray text =
        resolver.open(QIODevice::ReadOnly) ? resolver.read(64 * 1024) : QByteArray();
    if (Result<void> put = putFiles(view.root, rootFiles(view, text)); !put) {
        return put;
    }
    Result<QByteArray> init = initText();
    return init ? putFiles(view.control, controlFiles(view, *init)) : Result<void>(init.error());
}

View viewAt(const Layout& layout, const QString& folder, const ServerRecord& record,
            const Machine& machine, const QString& clientKey)
{
    View view;
    view.record = record;
    view.mark = layout.serverMark(record.spec.name);
    view.control = folder + u"/ctl"_s;
    view.root = folder + u"/root"_s;
    view.sshd = machine.sshd;
    view.clientKey = clientKey;
    view.home = view.shared() ? view.root + u"/home/deploy"_s : u"/home/deploy"_s;
    return view;
}

ProcessSpec startSpec(const View& view, const Machine& machine)
{
    ProcessSpec spec;
    if (view.shared()) {
        spec = ProcessSpec(u"/bin/sh"_s, {view.control + u"/init"_s, view.control});
        spec.directory = view.root;
    } else {
        spec = ProcessSpec(machine.bwrap, bwrapArguments(view, systemFolders()));
    }
    spec.environment = {{u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s},
                        {u"LANG"_s, u"C.UTF-8"_s},
                        {u"HOME"_s, view.home},
                        {u"USER"_s, view.record.user},
                        {QString::fromLatin1(serverVariable), view.mark}};
    return spec;
}

Result<void> writeNewServer(const Layout& layout, const QString& folder, const ServerRecord& record,
                            const KeyPair& hostKey, const QString& image)
{
    if (Result<void> made = makeFolder(folder + u"/ctl"_s); !made) {
        return made;
    }
    if (Result<void> written = writeRecord(folder + u"/meta.json"_s, toJson(record)); !written) {
        return written;
    }
    if (Result<void> written = writeFile(folder + u"/ctl/hostkey"_s, hostKey.privateText, 0600);
        !written) {
        return written;
    }
    const QString root = folder + u"/root"_s;
    const Result<void> copied = image.isEmpty() ? makeFolder(root, 0755) : copyTree(image, root);
    return copied.in(u"create server %1 of %2"_s.arg(record.spec.name, layout.workspace));
}

}  // namespace

Machine thisMachine()
{
    Machine machine;
    machine.bwrap = findProgram(u"bwrap"_s);
    machine.sshd = findProgram(u"sshd"_s);
    machine.isRoot = ::geteuid() == 0;
    if (const passwd* user = ::getpwuid(::geteuid())) {
        machine.user = QString::fromLocal8Bit(user->pw_name);
        machine.home = QString::fromLocal8Bit(user->pw_dir);
    }
    return machine;
}

std::optional<Running> readRunning(const Place& place)
{
    const Result<Json> json = readRecord(place.process());
    if (!json) {
        return {};
    }
    Running running;
    running.outer = ProcessIdentity::fromJson((*json)[u"outer"_s].toObject());
    running.inner = ProcessIdentity::fromJson((*json)[u"inner"_s].toObject());
    running.mode = (*json)[u"mode"_s].toString();
    running.answered = (*json)[u"answered"_s].toBool();
    return running;
}

Result<void> writeRunning(const Place& place, const Running& running)
{
    return writeRecord(place.process(), {{u"schema"_s, u"analemma.local.process.1"_s},
                                         {u"outer"_s, running.outer.toJson()},
                                         {u"inner"_s, running.inner.toJson()},
                                         {u"mode"_s, running.mode},
                                         {u"answered"_s, running.answered}});
}

bool isUp(const Place& place, const Running& running)
{
    return isAlive(running.inner) &&
           commandLine(running.inner.pid).contains(QFile::encodeName(place.control()));
}

View viewOf(const Layout& layout, const ServerRecord& record, const Machine& machine,
            const QString& clientKey)
{
    return viewAt(layout, layout.server(record.spec.name).folder, record, machine, clientKey);
}

Result<ServerRecord> buildServer(const Layout& layout, ServerRecord record, const Machine& machine,
                                 const QString& clientKey, const QString& image)
{
    const Place place = layout.server(record.spec.name);
    if (Result<void> gone = discard(place); !gone) {
        return gone.error();
    }
    const KeyPair hostKey = makeKeyPair(record.spec.name);
    record.hostKey = hostKey.publicText;
    Result<void> made = writeNewServer(layout, place.making, record, hostKey, image);
    if (made) {
        made = dress(viewAt(layout, place.making, record, machine, clientKey));
    }
    if (!made) {
        const Result<void> removed = removeTree(place.making);
        return made.error()
            .in(u"create server %1"_s.arg(record.spec.name))
            .withHint(removed ? QString() : removed.error().message);
    }
    if (::rename(QFile::encodeName(place.making).constData(),
                 QFile::encodeName(place.folder).constData()) != 0) {
        return systemError(u"put %1 in its place"_s.arg(place.folder), errno);
    }
    return record;
}

Result<Running> launch(const Layout& layout, const ServerRecord& record, const Machine& machine,
                       const QString& clientKey)
{
    const Place place = layout.server(record.spec.name);
    const View view = viewOf(layout, record, machine, clientKey);
    const QString what = u"start server %1"_s.arg(record.spec.name);
    if (machine.sshd.isEmpty()) {
        return Error(ErrorKind::Unsupported, what + u": sshd is not installed"_s)
            .withHint(u"sudo apt-get install openssh-server"_s);
    }
    if (view.shared() && machine.isRoot) {
        // sshd run by root wants it, whatever its settings say.
        if (Result<void> made = makeFolder(u"/run/sshd"_s, 0755); !made) {
            return made.error().in(what);
        }
    }
    if (Result<void> dressed = dress(view); !dressed) {
        return dressed.error().in(what);
    }
    if (QFileInfo(place.log()).size() > machineLogLimit) {
        QFile::remove(place.log());
    }
    Result<ProcessIdentity> outer = startDetached(startSpec(view, machine), place.log());
    if (!outer && outer.error().kind == ErrorKind::NotFound) {
        return endedAtOnce(what, place.log());  // before anybody could look at it
    }
    if (!outer) {
        return outer.error().in(what);
    }
    Running running{*outer, *outer, record.mode, false};
    if (!view.shared()) {
        Result<ProcessIdentity> inner = innerOf(*outer);
        if (!inner) {
            return endedAtOnce(what, place.log());
        }
        running.inner = *inner;
    }
    Result<void> written = writeRunning(place, running);
    return written ? Result<Running>(running) : Result<Running>(written.error());
}

Result<void> endMarked(const QByteArray& mark, const std::vector<ProcessIdentity>& known,
                       milliseconds timeout)
{
    const bool ended = waitUntil(timeout, [&] {
        std::vector<ProcessIdentity> left = processesMarked(mark);
        for (const ProcessIdentity& process : known) {
            if (isAlive(process)) {
                left.push_back(process);
            }
        }
        for (const ProcessIdentity& process : left) {
            [[maybe_unused]] const Result<void> signalled = signalProcess(process, SIGKILL);
        }
        return left.empty();
    });
    if (!ended) {
        return Error(ErrorKind::Timeout,
                     u"not all processes with %1 ended within %2"_s.arg(
                         QString::fromUtf8(mark.chopped(1)), durationText(timeout)));
    }
    return {};
}

bool untilFree(const QString& address, const QList<int>& ports)
{
    return waitUntil(portTimeout, [&] {
        return std::all_of(ports.begin(), ports.end(),
                           [&](int port) { return isFree(address, port); });
    });
}

Result<void> halt(const Layout& layout, const QString& name)
{
    const Place place = layout.server(name);
    std::vector<ProcessIdentity> known;
    const std::optional<Running> running = readRunning(place);
    if (running && isUp(place, *running)) {
        if (running->mode == QLatin1StringView(sharedView)) {
            known = frozenTree(running->inner);
        } else {
            known = {running->inner};
            if (isAlive(running->outer)) {
                known.push_back(running->outer);
            }
            [[maybe_unused]] const Result<void> ended = signalProcess(running->inner, SIGKILL);
        }
    }
    const QByteArray mark = exactMark(serverVariable, layout.serverMark(name));
    if (Result<void> ended = endMarked(mark, known, machineEndTime); !ended) {
        return ended.error().in(u"stop server %1"_s.arg(name));
    }
    QFile::remove(place.process());
    return {};
}

QString insideRoot(const QString& root, const QString& relative)
{
    QString path = root;
    const QStringList parts = relative.split(u'/', Qt::SkipEmptyParts);
    for (const QString& part : parts) {
        struct stat info {};
        path += u'/' + part;
        if (::lstat(QFile::encodeName(path).constData(), &info) == 0 && S_ISLNK(info.st_mode)) {
            return {};
        }
    }
    return path;
}

}  // namespace analemma::infra::local
