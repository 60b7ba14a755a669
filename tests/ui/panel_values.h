#pragma once

#include "core/deploy/deploy.h"
#include "core/pipeline/pipeline.h"
#include "core/release/release.h"
#include "tests/ui/made.h"
#include "ui/shell/panel.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"

#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

/// What the tests of the panels share: made values, hands, and a stage.
namespace analemma::made {

using ui::Button;

inline pipeline::JobRun job(const QString& name, pipeline::State state, const QStringList& needs)
{
    pipeline::JobRun made;
    made.name = name;
    made.state = state;
    made.needs = needs;
    made.started = now().addSecs(-60);
    made.finished = now().addSecs(-20);
    pipeline::StepRun checkout;
    checkout.name = QStringLiteral("checkout");
    checkout.state = pipeline::State::Passed;
    pipeline::StepRun last = checkout;
    last.name = QStringLiteral("make ") + name;
    last.state = state;
    made.steps = {checkout, last};
    return made;
}

inline pipeline::Run run(const QString& id, int number, pipeline::State state)
{
    pipeline::Run made;
    made.id = id;
    made.number = number;
    made.pipeline = QStringLiteral("shop");
    made.branch = QStringLiteral("main");
    made.commit = QStringLiteral("a1b2c3d4e5f60718293a4b5c6d7e8f9001122334");
    made.subject = QStringLiteral("fix: price with tax");
    made.state = state;
    made.created = now().addSecs(-60);
    made.finished = state == pipeline::State::Running ? QDateTime() : now().addSecs(-20);
    made.jobs = {job(QStringLiteral("build"), pipeline::State::Passed, {}),
                 job(QStringLiteral("lint"), pipeline::State::Passed, {}),
                 job(QStringLiteral("test"), state, {QStringLiteral("build")}),
                 job(QStringLiteral("pack"), pipeline::State::Skipped, {QStringLiteral("test")})};
    return made;
}

inline deploy::EnvironmentView environment(const QString& name, bool production)
{
    deploy::EnvironmentView view;
    view.spec.name = name;
    view.spec.production = production;
    view.spec.balancer.wanted = true;
    view.health = QStringLiteral("healthy");
    view.asOf = now();
    view.expected = QStringLiteral("state-1");
    deploy::Generation live;
    live.environment = name;
    live.number = 4;
    live.release = QStringLiteral("1.4.1");
    live.state = QStringLiteral("active");
    live.since = now().addSecs(-600);
    live.created = live.since;
    view.active = live;
    deploy::Generation warm = live;
    warm.number = 3;
    warm.release = QStringLiteral("1.4.0");
    warm.state = QStringLiteral("warm");
    view.warm = {warm};
    view.generations = {live, warm};
    for (int i = 1; i <= 2; ++i) {
        deploy::MemberView member;
        member.server.name = QStringLiteral("%1-4-web-%2").arg(name).arg(i);
        member.generation = 4;
        member.health = i == 1 ? QStringLiteral("healthy") : QStringLiteral("unhealthy");
        member.healthText = QStringLiteral("L7OK 200 in 1 ms");
        view.members.append(member);
    }
    return view;
}

inline deploy::RollbackTarget warmTarget()
{
    deploy::RollbackTarget target;
    target.generation.number = 3;
    target.generation.release = QStringLiteral("1.4.0");
    target.warm = true;
    target.usual = milliseconds(40);
    target.possible = true;
    return target;
}

inline release::Release version(const QString& number)
{
    release::Release made;
    made.version = number;
    made.tag = QStringLiteral("v") + number;
    made.commit = QStringLiteral("a1b2c3d4e5f60718293a4b5c6d7e8f9001122334");
    made.subject = QStringLiteral("feat: wish list");
    made.created = now().addSecs(-300);
    made.actor = QStringLiteral("ana@studio");
    return made;
}

inline infra::Server server(const QString& environmentName, int index)
{
    infra::Server made;
    made.name = QStringLiteral("%1-4-web-%2").arg(environmentName).arg(index);
    made.state = QStringLiteral("running");
    made.environment = environmentName;
    made.generation = 4;
    made.image = QStringLiteral("web-1.4.1-01ab");
    made.mode = QStringLiteral("root view");
    made.ssh.host = QStringLiteral("127.64.3.%1").arg(index);
    made.ssh.port = 2222;
    made.ssh.user = QStringLiteral("deploy");
    made.ssh.keyFile = QStringLiteral("/keys/it's mine");
    made.ssh.hostKey = QStringLiteral("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB");
    made.created = now().addSecs(-900);
    return made;
}

inline deploy::ImageView image(const QString& id, const QStringList& usedBy)
{
    deploy::ImageView made;
    made.image.id = id;
    made.image.recipe = QStringLiteral("web");
    made.image.size = 12'900'000;
    made.image.digest = QStringLiteral("5f").repeated(32);
    made.image.created = now().addSecs(-1200);
    made.image.provenance = {
        {QStringLiteral("release"), QStringLiteral("1.4.1")},
        {QStringLiteral("commit"), QStringLiteral("a1b2c3d4e5f60718293a4b5c6d7e8f9001122334")},
        {QStringLiteral("recipe_hash"), QStringLiteral("9f8e7d6c")},
        {QStringLiteral("parent"), QStringLiteral("base")},
        {QStringLiteral("operation"), QStringLiteral("01hop")},
        {QStringLiteral("artifacts"),
         QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("site.tar.gz")},
                                {QStringLiteral("sha256"), QStringLiteral("77").repeated(32)},
                                {QStringLiteral("size"), 4096}}}}};
    made.usedBy = usedBy;
    return made;
}

/// Everything that labels inside say, for "is it told anywhere".
inline QString wordsIn(const QWidget* widget)
{
    QStringList words;
    for (const auto* label : widget->findChildren<QLabel*>()) {
        words.append(label->text());
    }
    return words.join(u'\n');
}

inline Button* button(const QWidget* parent, const QString& name)
{
    return parent->findChild<Button*>(name);
}

inline void click(QWidget* widget)
{
    QTest::mouseClick(widget, Qt::LeftButton);
}

/// Types over what stands in a field.
inline void type(QLineEdit* field, const QString& text)
{
    field->setFocus();
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(field, Qt::Key_Delete);
    QTest::keyClicks(field, text);
}

/// Theme, clock and workspace for the panels of one test function.
class Stage {
public:
    Stage()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<ui::Theme>();
        context.clock = &m_clock;
        context.workspace.name = QStringLiteral("shop");
        context.workspace.environmentOrder = {QStringLiteral("qa"), QStringLiteral("production")};
        context.workspace.images[QStringLiteral("web")].name = QStringLiteral("web");
    }

    /// One more panel on the screen; it lives as long as the stage.
    template <class P>
    P* open()
    {
        auto panel = std::make_unique<P>(context);
        P* raw = panel.get();
        raw->resize(1500, 900);
        raw->show();
        raw->activateWindow();
        raw->setFocus();
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(raw);
        raw->activate();
        m_panels.push_back(std::move(panel));
        return raw;
    }

    [[nodiscard]] ui::Theme* theme() const { return m_theme.get(); }
    ui::Context context;

private:
    QTemporaryDir m_home;
    StandingClock m_clock;
    std::unique_ptr<ui::Theme> m_theme;
    std::vector<std::unique_ptr<ui::Panel>> m_panels;
};

}  // namespace analemma::made
