#include "core/pipeline/src/trees.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRegularExpression>
#include <QThread>

#include <algorithm>
#include <csignal>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr qsizetype mostMatches = 100'000;
constexpr int deepest = 100;

const QDir::Filters everything =
    QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;

bool isFolder(const QString& path)
{
    const QFileInfo info(path);
    return info.isDir() && !info.isSymLink();
}

bool isThere(const QString& path)
{
    const QFileInfo info(path);
    return info.exists() || info.isSymLink();
}

bool isPattern(const QString& name)
{
    return name.contains(u'*') || name.contains(u'?') || name.contains(u'[');
}

QString joined(const QString& folder, const QString& name)
{
    return folder.isEmpty() ? name : folder + u'/' + name;
}

struct Matcher {
    QString root;
    QStringList parts;
    QStringList found;

    void match(const QString& at, int part)
    {
        if (found.size() > mostMatches || at.count(u'/') > deepest) {
            return;
        }
        if (part == parts.size()) {
            found.append(at.isEmpty() ? u"."_s : at);
            return;
        }
        const QString& name = parts.at(part);
        if (name == u"**"_s) {
            match(at, part + 1);
            for (const QString& entry : namesIn(at)) {
                if (isFolder(root + u'/' + joined(at, entry))) {
                    match(joined(at, entry), part);
                } else if (part + 1 == parts.size()) {
                    found.append(joined(at, entry));
                }
            }
        } else if (isPattern(name)) {
            const QRegularExpression form(QRegularExpression::wildcardToRegularExpression(name));
            for (const QString& entry : namesIn(at)) {
                if (form.isValid() ? form.match(entry).hasMatch() : entry == name) {
                    match(joined(at, entry), part + 1);
                }
            }
        } else if (isThere(root + u'/' + joined(at, name))) {
            match(joined(at, name), part + 1);
        }
    }

    QStringList namesIn(const QString& at) const
    {
        return QDir(root + u'/' + at).entryList(everything, QDir::Name);
    }
};

void collect(const QString& path, const QString& relative, int limit, QList<FoundFile>& found)
{
    const QFileInfoList entries = QDir(path).entryInfoList(everything, QDir::Name);
    for (const QFileInfo& entry : entries) {
        if (found.size() > limit || relative.count(u'/') > deepest) {
            return;
        }
        const QString below = joined(relative, entry.fileName());
        if (entry.isSymLink()) {
            continue;
        }
        if (entry.isDir()) {
            collect(entry.filePath(), below, limit, found);
        } else if (entry.isFile()) {
            found.append(FoundFile{entry.filePath(), below, entry.size()});
        }
    }
}

}  // namespace

Result<QStringList> matchesBelow(const QString& root, const QString& pattern)
{
    Matcher matcher;
    matcher.root = root;
    for (const QString& part : QDir::cleanPath(pattern).split(u'/', Qt::SkipEmptyParts)) {
        if (part == u".."_s) {
            return Error(ErrorKind::Invalid,
                         u"%1 leads out of its folder"_s.arg(displayText(pattern, 200)));
        }
        if (part != u"."_s) {
            matcher.parts.append(part);
        }
    }
    matcher.match({}, 0);
    if (matcher.found.size() > mostMatches) {
        return Error(
            ErrorKind::Invalid,
            u"%1 matches more than %2 files"_s.arg(displayText(pattern, 200)).arg(mostMatches));
    }
    matcher.found.removeDuplicates();
    return matcher.found;
}

Result<void> mergeTree(const QString& from, const QString& to)
{
    if (!isFolder(from) || !isFolder(to)) {
        Result<void> done = makeFolder(QFileInfo(to).path(), 0755);
        if (done && isThere(to)) {
            done = removeTree(to);
        }
        return done ? copyTree(from, to) : done;
    }
    const QStringList names = QDir(from).entryList(everything, QDir::Name);
    for (const QString& name : names) {
        const Result<void> done = mergeTree(from + u'/' + name, to + u'/' + name);
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<QList<FoundFile>> filesBelow(const QString& path, int limit)
{
    const QFileInfo info(path);
    QList<FoundFile> found;
    if (!info.exists()) {
        return Error(ErrorKind::NotFound, u"there is nothing at %1"_s.arg(displayText(path, 300)));
    }
    if (info.isFile()) {
        found.append(FoundFile{info.canonicalFilePath(), QString(), info.size()});
        return found;
    }
    collect(path, {}, limit, found);
    if (found.size() > limit) {
        return Error(ErrorKind::Invalid,
                     u"%1 holds more than %2 files"_s.arg(displayText(path, 300)).arg(limit));
    }
    return found;
}

Result<int> endMarked(const QByteArray& marker, int graceMilliseconds)
{
    std::vector<ProcessIdentity> left = processesMarked(marker);
    const int count = static_cast<int>(left.size());
    const auto signalAll = [&left](int signal) {
        for (const ProcessIdentity& process : left) {
            // Of a group leader all of its group; else just the one. Gone is done.
            [[maybe_unused]] const bool group = signalGroup(process, signal).ok();
            [[maybe_unused]] const bool alone = signalProcess(process, signal).ok();
        }
    };
    QElapsedTimer since;
    since.start();
    signalAll(SIGTERM);
    while (!left.empty() && since.elapsed() < graceMilliseconds + 5000) {
        QThread::msleep(10);
        if (since.elapsed() >= graceMilliseconds) {
            signalAll(SIGKILL);
        }
        left = processesMarked(marker);
    }
    if (!left.empty()) {
        return Error(ErrorKind::Io,
                     u"%1 processes of the job could not be ended"_s.arg(left.size()));
    }
    return count;
}

}  // namespace analemma::pipeline
