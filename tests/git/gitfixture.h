#pragma once

#include "core/base/process.h"
#include "core/git/git.h"
#include "tests/ended.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

/// Repositories made by the git program in a private home, and answers of tasks, for the tests of
/// core/git.
namespace gitfixture {

using namespace analemma;
using namespace Qt::StringLiterals;

/// Runs the event loop until the task has its answer.
template <class T>
Result<T> finished(Task<Result<T>> task)
{
    std::optional<Result<T>> answer =
        analemma::test::ended(std::move(task), std::chrono::minutes(3));
    if (!answer) {
        return Error(ErrorKind::Timeout, u"no answer within three minutes"_s);
    }
    return std::move(*answer);
}

/// "ok" or the kind of the error, for comparing.
template <class T>
QString kindOf(const Result<T>& result)
{
    return result ? u"ok"_s : toString(result.error().kind);
}

/// A folder of repositories, and a home that no setting of the machine's user reaches.
class Ground {
public:
    Ground()
    {
        qputenv("HOME", QFile::encodeName(folder(u"home"_s)));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(folder(u"home/.config"_s)));
        qunsetenv("SUDO_UID");
    }
    /// QTemporaryDir does not remove what has a name that is not UTF-8.
    ~Ground() { QProcess::execute(u"rm"_s, {u"-rf"_s, u"--"_s, m_folder.path()}); }
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;

    QString folder(const QString& name)
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(path);
        return path;
    }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    /// Runs `program`; a failure fails the test. Gives back what it printed, without the last line
    /// break.
    static QString run(const QString& directory, const QString& program,
                       const QStringList& arguments, const QByteArray& input = {})
    {
        ProcessSpec spec(program, arguments);
        spec.directory = directory;
        spec.input = input;
        for (const auto& [name, value] : {std::pair{u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s},
                                          {u"GIT_AUTHOR_NAME"_s, u"Ana"_s},
                                          {u"GIT_AUTHOR_EMAIL"_s, u"ana@example.org"_s},
                                          {u"GIT_COMMITTER_NAME"_s, u"Ana"_s},
                                          {u"GIT_COMMITTER_EMAIL"_s, u"ana@example.org"_s},
                                          {u"GIT_ALLOW_PROTOCOL"_s, u"file"_s}}) {
            spec.environment.emplace_back(name, value);
        }
        const Result<ProcessResult> result = finished(runProcess(spec, CancelToken()));
        if (!result || !result->ok()) {
            const QString why = result
                                    ? result->endText() + u' ' + QString::fromUtf8(result->errors)
                                    : result.error().message;
            QTest::qFail(qPrintable(program + u' ' + arguments.join(u' ') + u": "_s + why),
                         __FILE__, __LINE__);
            return {};
        }
        QByteArray output = result->output;
        while (output.endsWith('\n')) {
            output.chop(1);
        }
        return QString::fromUtf8(output);
    }
    static QString git(const QString& directory, const QStringList& arguments,
                       const QByteArray& input = {})
    {
        return run(directory, u"git"_s, arguments, input);
    }

    QString init(const QString& name, const QStringList& more = {})
    {
        const QString path = folder(name);
        git(path, QStringList{u"init"_s, u"-q"_s, u"-b"_s, u"main"_s} + more);
        return path;
    }
    /// Writes files, adds all and commits; gives back the id.
    static QString commit(const QString& directory, const QString& message,
                          const QMap<QString, QByteArray>& files = {})
    {
        for (auto it = files.constBegin(); it != files.constEnd(); ++it) {
            write(directory + u'/' + it.key(), it.value());
        }
        git(directory, {u"add"_s, u"-A"_s});
        git(directory, {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, message});
        return git(directory, {u"rev-parse"_s, u"HEAD"_s});
    }
    static void write(const QString& path, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
            QTest::qFail(qPrintable(u"write "_s + path), __FILE__, __LINE__);
        }
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static std::shared_ptr<git::Repository> open(const QString& path)
    {
        const Result<std::shared_ptr<git::Repository>> opened =
            finished(git::Repository::open(path));
        if (!opened) {
            QTest::qFail(qPrintable(u"open "_s + path + u": "_s + opened.error().message), __FILE__,
                         __LINE__);
            return nullptr;
        }
        return *opened;
    }

private:
    QTemporaryDir m_folder;
};

inline QStringList idsOf(const QList<git::Commit>& commits)
{
    QStringList ids;
    for (const git::Commit& commit : commits) {
        ids.append(commit.id);
    }
    return ids;
}

}  // namespace gitfixture
