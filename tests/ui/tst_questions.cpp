#include "ui/shell/theme_terminal.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

#include <memory>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

/// The one widget that asks, and the words that nobody may miss.
class TestQuestions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    void aQuestionTakesItsFieldsAndForgetsThem()
    {
        QWidget window;
        window.resize(900, 500);
        auto* panel = new AskPanel(AskPanel::Place::Over, &window);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(!panel->isVisible());
        const QSignalSpy closed(panel, &AskPanel::closed);
        QStringList got;
        AskPanel::Question question;
        question.sentence = u"Who are you?"_s;
        question.fields = {{u"User"_s}, {u"Password"_s, {}, true}};
        question.refusal = [](const QString& text) {
            return text.isEmpty() ? u"A name is needed."_s : QString();
        };
        question.answers = {
            {u"login"_s, u"Log in"_s,
             [&got](const AskPanel::Given& given) {
                 for (const QString& text : given.texts) {
                     got.append(QString(text.constData(), text.size()));
                 }
             }},
            {u"cancel"_s, u"Cancel"_s, [&got](const AskPanel::Given&) { got = {u"no"_s}; }}};
        panel->ask(question);
        QVERIFY(panel->isVisible() && panel->isOpen());
        QVERIFY(window.rect().contains(panel->geometry()));
        auto* user = panel->findChild<QLineEdit*>(u"ask-field-0"_s);
        auto* password = panel->findChild<QLineEdit*>(u"ask-field-1"_s);
        QCOMPARE(user->accessibleName(), u"User"_s);
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        auto* login = panel->findChild<Button*>(u"ask-login"_s);
        QVERIFY(!login->isEnabled());
        QCOMPARE(panel->findChild<QLabel*>(u"ask-why"_s)->text(), u"A name is needed."_s);
        QTest::keyClick(user, Qt::Key_Return);  // on to the next field
        QTRY_VERIFY(password->hasFocus());
        QTest::keyClicks(password, u"hunter2"_s);
        QTest::keyClick(password, Qt::Key_Return);  // refused
        QVERIFY(panel->isOpen());
        QTest::keyClicks(user, u"ana"_s);
        QVERIFY(login->isEnabled());
        QTest::keyClick(password, Qt::Key_Return);
        QCOMPARE(got, (QStringList{u"ana"_s, u"hunter2"_s}));
        QCOMPARE(closed.size(), 1);
        QVERIFY(!panel->isVisible());
        QVERIFY(panel->findChild<QLineEdit*>(u"ask-field-0"_s) == nullptr);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(panel->findChildren<QLineEdit*>().isEmpty());
        panel->ask(question);
        QTest::keyClick(panel->findChild<QLineEdit*>(u"ask-field-0"_s), Qt::Key_Escape);
        QCOMPARE(got, QStringList{u"no"_s});
        QCOMPARE(closed.size(), 2);
    }

    void aCarefulQuestionBeginsAtItsNo()
    {
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        auto* panel = new AskPanel(AskPanel::Place::Row);
        column->addWidget(panel);
        column->addStretch(1);
        window.resize(700, 400);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        int deleted = 0;
        bool all = false;
        AskPanel::Question question;
        question.sentence = u"Delete 2 entries?"_s;
        question.detail = u"one\ntwo"_s;
        question.all = u"The same for all"_s;
        question.careful = true;
        question.answers = {{u"delete"_s, u"Delete"_s,
                             [&](const AskPanel::Given& given) {
                                 ++deleted;
                                 all = given.all;
                             },
                             true},
                            {u"keep"_s, u"Keep them"_s, {}}};
        panel->ask(question);
        auto* keep = panel->findChild<Button*>(u"ask-keep"_s);
        QTRY_VERIFY(keep->hasFocus());
        QCOMPARE(panel->findChild<Button*>(u"ask-delete"_s)->look(), Button::Look::Danger);
        QTest::keyClick(keep, Qt::Key_Space);
        QCOMPARE(deleted, 0);
        QVERIFY(!panel->isVisible());
        panel->ask(question);
        QTest::mouseClick(panel->findChild<QCheckBox*>(u"ask-all"_s), Qt::LeftButton, {},
                          QPoint(8, 8));
        QTest::mouseClick(panel->findChild<Button*>(u"ask-delete"_s), Qt::LeftButton);
        QCOMPARE(deleted, 1);
        QVERIFY(all);
    }

    void aLoudWordIsNeverCut()
    {
        for (const auto ground : {LoudWord::Ground::Production, LoudWord::Ground::Broadcast}) {
            LoudWord word(ground);
            word.setText(u"PRODUCTION"_s);
            QCOMPARE(word.minimumSizeHint(), word.sizeHint());
            QVERIFY(word.sizeHint().width() > word.fontMetrics().horizontalAdvance(word.text()));
            word.resize(word.sizeHint());
            const QColor edge(word.grab().toImage().pixel(2, word.height() / 2));
            const QColor wanted =
                ground == LoudWord::Ground::Production
                    ? colour(Token::Production)
                    : QColor(terminalColour(TerminalToken::Broadcast, currentScheme()));
            QCOMPARE(edge, wanted);
        }
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestQuestions)
#include "tst_questions.moc"
