#pragma once

#include "core/git/git.h"
#include "tests/lifecycle/made_journal.h"
#include "tests/ui/panel_values.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>

/// A workspace with a real journal and a real repository, in a folder of its own.
namespace analemma::made {

inline Task<Result<std::shared_ptr<git::Repository>>> repositoryAt(QString path)
{
    auto opening = git::Repository::open(path);
    Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
    co_return opened;
}

class DeliveryJournal {
public:
    DeliveryJournal()
    {
        using namespace Qt::StringLiterals;
        m_made = test::await(git::Repository::init(shop())).ok();
        Result<std::unique_ptr<store::Store>> opened =
            store::Store::open(m_folder.filePath(u"s"_s));
        m_made = m_made && opened.ok();
        if (opened) {
            m_store = std::move(*opened);
            m_engine =
                std::make_unique<engine::Engine>(m_store.get(), &m_clock, u"shop"_s, u"test"_s);
        }
    }
    /// Whether all that was asked for was made.
    [[nodiscard]] bool ok() const { return m_made; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] engine::Engine* engine() const { return m_engine.get(); }

    /// Fills in the workspace and the services.
    void serve(ui::Context* context)
    {
        using namespace Qt::StringLiterals;
        workspace::Workspace& workspace = context->workspace;
        workspace.file = shop() + u"/analemma.yaml"_s;
        workspace.repositories[u"shop"_s].name = u"shop"_s;
        workspace.images[u"web"_s].repository = u"shop"_s;
        workspace.environmentOrder = {u"qa"_s, u"production"_s};
        for (const QString& name : workspace.environmentOrder) {
            workspace.environments[name].name = name;
            workspace.environments[name].image = u"web"_s;
            workspace.environments[name].production = name == "production"_L1;
        }
        context->engine = m_engine.get();
        context->repository = [path = shop()](const QString&) { return repositoryAt(path); };
        context->clock = &m_clock;
    }

    /// A commit of that time; its id.
    QString commit(const QString& subject, const QDateTime& time)
    {
        using namespace Qt::StringLiterals;
        QFile file(shop() + u"/a.txt"_s);
        m_made = m_made && file.open(QIODevice::WriteOnly) && file.write(subject.toUtf8()) > 0;
        file.close();
        if (!m_repository) {
            Result<std::shared_ptr<git::Repository>> opened = test::await(repositoryAt(shop()));
            m_made = m_made && opened.ok();
            m_repository = opened.valueOr(nullptr);
        }
        const Result<QString> made =
            test::await(m_repository->commitAll(subject, u"Ana"_s, u"ana@example.org"_s, time));
        m_made = m_made && made.ok();
        return made.valueOr({});
    }
    void add(const QList<Ended>& operations)
    {
        m_made = m_made && write(m_store.get(), operations).ok();
    }

    /// Five in the last 30 days: one to qa, three to production, one of them rolled back; and one
    /// in the 30 days before.
    void addFew()
    {
        using namespace Qt::StringLiterals;
        QList<Ended> all;
        const auto deploy = [&](const QString& id, const QString& release, int days,
                                const QString& environment) {
            Ended one;
            one.id = id;
            one.release = release;
            one.environment = environment;
            one.began = now().addDays(-days);
            one.commit = commit(u"fix: "_s + release, one.began.addSecs(-2 * 3600 + 60));
            all.append(one);
        };
        deploy(u"old"_s, u"1.0.0"_s, 40, u"production"_s);
        deploy(u"one"_s, u"1.1.0"_s, 20, u"production"_s);
        deploy(u"two"_s, u"1.2.0"_s, 12, u"production"_s);
        Ended back = all.last();
        back.id = u"back"_s;
        back.kind = u"rollback"_s;
        back.release = u"1.1.0"_s;
        back.began = back.began.addSecs(3600);
        back.from = 3;
        back.to = 2;
        all.append(back);
        deploy(u"qa"_s, u"1.2.1"_s, 11, u"qa"_s);
        deploy(u"three"_s, u"1.2.1"_s, 10, u"production"_s);
        add(all);
    }

    /// More than a year of a team that gets better at it.
    void addYear()
    {
        using namespace Qt::StringLiterals;
        QRandomGenerator chance(8);
        QList<Ended> all;
        QString last;
        int number = 0;
        for (int day = 400; day > 0; --day) {
            if (int(chance.bounded(100)) > (400 - day) / 8 + 12) {
                continue;
            }
            for (int i = 0; i < int(chance.bounded(3)) + 1; ++i) {
                const int hours = 6 + int(chance.bounded(20 + day / 3));
                last = commit(u"feat: change %1 of the shop"_s.arg(++number),
                              now().addDays(-day).addSecs(-hours * 3600));
            }
            for (const QString& environment : {u"qa"_s, u"production"_s}) {
                Ended one;
                one.id = u"d%1%2"_s.arg(day, 3, 10, QLatin1Char('0')).arg(environment[0]);
                one.environment = environment;
                one.release = u"1.%1.%2"_s.arg((400 - day) / 30).arg(number);
                one.commit = last;
                one.began = now().addDays(-day).addSecs(environment == "qa"_L1 ? 600 : 5400);
                all.append(one);
                if (int(chance.bounded(100)) < 6 + day / 16) {
                    Ended back = one;
                    back.id = u"r"_s + one.id.mid(1);
                    back.kind = u"rollback"_s;
                    back.began = one.began.addSecs(600 + int(chance.bounded(60 + day * 20)));
                    back.from = 5;
                    back.to = 4;
                    all.append(back);
                }
            }
        }
        add(all);
    }

private:
    [[nodiscard]] QString shop() const { return m_folder.filePath(QStringLiteral("shop")); }

    QTemporaryDir m_folder;
    git::Library m_library;
    StandingClock m_clock;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::shared_ptr<git::Repository> m_repository;
    bool m_made = false;
};

}  // namespace analemma::made
