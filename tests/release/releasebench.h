#pragma once

#include "core/git/review.h"
#include "core/release/release.h"
#include "tests/ended.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTest>

/// A workspace with a repository and releases, for the tests of core/release.
namespace releasebench {

using namespace analemma;
using namespace analemma::release;
using namespace Qt::StringLiterals;

template <class T>
Result<T> finished(Task<Result<T>> task)
{
    std::optional<Result<T>> answer =
        analemma::test::ended(std::move(task), std::chrono::seconds(30));
    if (!answer) {
        return Error(ErrorKind::Timeout, u"no answer within half a minute"_s);
    }
    return std::move(*answer);
}

template <class T>
QString kindOf(const Result<T>& result)
{
    return result ? u"ok"_s : toString(result.error().kind);
}

inline Task<Result<Built>> answer(Result<Built> built)
{
    co_return built;
}

inline Built builtOf(const QString& commit)
{
    Built built;
    built.run = u"run-"_s + commit.left(7);
    built.commit = commit;
    built.artifacts = {{u"site.tar.gz"_s, QString(64, u'a'), 1000}};
    return built;
}

/// One workspace: a repository, a store and who works on them. Several may share a folder, as the
/// window and the command line do.
class Bench {
public:
    explicit Bench(const QString& folder, bool reviewRequired = false) : m_folder(folder)
    {
        auto opened = store::Store::open(folder + u"/state"_s);
        if (!opened) {
            QTest::qFail(qPrintable(opened.error().message), __FILE__, __LINE__);
            return;
        }
        store = std::move(*opened);
        workspace::Workspace workspace;
        for (const QString& name : {u"shop"_s, u"tools"_s}) {
            workspace.repositories.insert(name,
                                          {name, folder + u'/' + name, QString(), reviewRequired});
        }
        releases = std::make_unique<Releases>(
            workspace, store.get(),
            [folder](const QString& name) { return git::Repository::open(folder + u'/' + name); },
            [this](const QString&, const QString& commit) { return built(commit); }, &m_clock);
    }

    Task<Result<Built>> built(const QString& commit)
    {
        const QString wanted = commit.isEmpty() ? passed.value(passed.size() - 1) : commit;
        if (wanted.isEmpty() || !passed.contains(wanted)) {
            return answer(
                Error(ErrorKind::NotFound, u"No run passed."_s).withHint(u"Run the pipeline."_s));
        }
        return answer(builtOf(wanted));
    }

    QString commit(const QString& message, const QString& repository = u"shop"_s)
    {
        const QString path = m_folder + u'/' + repository;
        if (!QDir(path + u"/.git"_s).exists()) {
            static_cast<void>(finished(git::Repository::init(path)));
        }
        QFile file(path + u"/file"_s);
        if (!file.open(QIODevice::Append) || file.write("x") != 1) {
            QTest::qFail("write", __FILE__, __LINE__);
        }
        file.close();
        const auto opened = finished(git::Repository::open(path));
        const auto id = finished((*opened)->commitAll(message, u"Ana"_s, u"ana@example.org"_s,
                                                      QDateTime::currentDateTimeUtc()));
        if (!id) {
            QTest::qFail(qPrintable(id.error().message), __FILE__, __LINE__);
            return {};
        }
        passed.append(*id);
        return *id;
    }

    Result<Release> create(const QString& revision = {}, const QString& version = {},
                           const QString& repository = u"shop"_s)
    {
        return finished(releases->create(repository, revision, version, u"ana@host"_s));
    }
    /// Who writes reviews from here on.
    void becomes(const QString& person)
    {
        QFile config(m_folder + u"/shop/.git/config"_s);
        const QByteArray text =
            u"[user]\nname = %1\nemail = %1@example.org\n"_s.arg(person).toUtf8();
        if (!config.open(QIODevice::Append) || config.write(text) != text.size()) {
            QTest::qFail("write", __FILE__, __LINE__);
        }
    }
    [[nodiscard]] std::shared_ptr<git::Repository> shop() const
    {
        return finished(git::Repository::open(m_folder + u"/shop"_s)).valueOr(nullptr);
    }
    Result<void> tag(const QString& name, const QString& commit)
    {
        const auto opened = finished(git::Repository::open(m_folder + u"/shop"_s));
        return finished((*opened)->createTag(name, commit, u"m"_s, u"Ana"_s, u"a@b"_s));
    }
    [[nodiscard]] QStringList tags() const
    {
        const auto opened = finished(git::Repository::open(m_folder + u"/shop"_s));
        QStringList names;
        const auto refs = finished((*opened)->refs());
        for (const git::Ref& ref : refs.valueOr({})) {
            if (ref.kind == git::Ref::Kind::Tag) {
                names.append(ref.name + u' ' + ref.commit +
                             (ref.annotated ? QString() : u" light"_s));
            }
        }
        return names;
    }
    [[nodiscard]] QList<store::Document> documents() const
    {
        std::function<Result<QList<store::Document>>(store::Transaction&)> work =
            [](store::Transaction& transaction) {
                store::DocumentFilter filter;
                filter.kind = u"release"_s;
                return transaction.documents(filter);
            };
        return finished(store->read<QList<store::Document>>(work)).valueOr({});
    }

    QStringList passed;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Releases> releases;

private:
    QString m_folder;
    SystemClock m_clock;
};

}  // namespace releasebench
