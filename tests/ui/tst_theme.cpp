#include "ui/shell/icons.h"
#include "ui/shell/theme.h"
#include "ui/shell/words.h"

#include <QApplication>
#include <QDir>
#include <QPalette>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

const QList<Token> grounds{Token::Window, Token::Surface, Token::Raised};
const QList<Token> texts{Token::Text,    Token::Quiet,     Token::Accent, Token::Ok,
                         Token::Running, Token::Waiting,   Token::Failed, Token::Unknown,
                         Token::Idle,    Token::Production};

}  // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_home.isValid());
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
    }

    void contrastIsComputedAsInWcag()
    {
        QCOMPARE(qRound(contrast(QColor(Qt::white), QColor(Qt::black)) * 10), 210);
        QCOMPARE(contrast(QColor(Qt::red), QColor(Qt::red)), 1.0);
        // A pair with a known ratio: #767676 on white is 4.54.
        QCOMPARE(qRound(contrast(QColor::fromRgb(0x76, 0x76, 0x76), QColor(Qt::white)) * 100), 454);
    }

    void everyTextColourIsLegibleOnEveryGround()
    {
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            for (const Token text : texts) {
                for (const Token ground : grounds) {
                    const double ratio = contrast(colourOf(text, scheme), colourOf(ground, scheme));
                    const QString what =
                        u"scheme %1 text %2 ground %3: %4"_s.arg(static_cast<int>(scheme))
                            .arg(static_cast<int>(text))
                            .arg(static_cast<int>(ground))
                            .arg(ratio);
                    QVERIFY2(ratio >= 4.9, qPrintable(what));
                }
            }
        }
    }

    void aStateIsLegibleOnItsOwnTint()
    {
        Theme theme;
        for (const SchemeChoice choice : {SchemeChoice::Light, SchemeChoice::Dark}) {
            theme.setChoice(choice);
            for (const Token state : texts) {
                const double ratio = contrast(colour(state), tint(state));
                QVERIFY2(ratio >= 4.5, qPrintable(QString::number(static_cast<int>(state)) + u' ' +
                                                  QString::number(ratio)));
            }
            QVERIFY(contrast(onFilled(), colour(Token::Accent)) >= 4.9);
            QVERIFY(contrast(onFilled(), colour(Token::Production)) >= 4.9);
        }
    }

    void thePersonsChoiceIsRememberedAndAppliesAtOnce()
    {
        {
            Theme theme;
            QSignalSpy changed(&theme, &Theme::changed);
            theme.setChoice(SchemeChoice::Light);
            theme.setChoice(SchemeChoice::Dark);
            QVERIFY(changed.count() >= 1);
            QCOMPARE(currentScheme(), Scheme::Dark);
            QCOMPARE(QApplication::palette().color(QPalette::Window),
                     colourOf(Token::Window, Scheme::Dark));
        }
        Theme again;
        QCOMPARE(again.choice(), SchemeChoice::Dark);
        QCOMPARE(currentScheme(), Scheme::Dark);
        again.setChoice(SchemeChoice::System);
    }

    void theEnvironmentOverrulesTheDesktop()
    {
        qputenv("ANALEMMA_THEME", "dark");
        {
            Theme theme;
            theme.setChoice(SchemeChoice::System);
            QCOMPARE(currentScheme(), Scheme::Dark);
        }
        qputenv("ANALEMMA_THEME", "light");
        {
            Theme theme;
            QCOMPARE(currentScheme(), Scheme::Light);
        }
        qunsetenv("ANALEMMA_THEME");
    }

    void everyStateHasColourIconAndWord()
    {
        QSet<QString> icons;
        for (const Mark mark :
             {Mark::Idle, Mark::Waiting, Mark::Running, Mark::Ok, Mark::Failed, Mark::Unknown}) {
            QVERIFY(!wordOf(mark).isEmpty());
            QVERIFY(hasIcon(iconOf(mark)));
            icons.insert(iconOf(mark));
        }
        QCOMPARE(icons.size(), 6);
        for (int phase = 0; phase < lifecycle::phaseCount; ++phase) {
            QVERIFY(hasIcon(iconOf(static_cast<lifecycle::Phase>(phase))));
            QVERIFY(!wordOf(static_cast<lifecycle::Phase>(phase)).isEmpty());
        }
    }

    void wordsOfTheCoreHaveMarks()
    {
        QVERIFY(markOf(u"healthy"_s) == Mark::Ok);
        QVERIFY(markOf(u"degraded"_s) == Mark::Failed);
        QVERIFY(markOf(u"interrupted"_s) == Mark::Unknown);
        QVERIFY(markOf(u"warm"_s) == Mark::Idle);
        QVERIFY(markOf(QString()) == Mark::None);
        QVERIFY(markOf(u"never heard of"_s) == Mark::Unknown);
        QVERIFY(markOf(pipeline::State::Passed) == Mark::Ok);
        QVERIFY(markOf(pipeline::State::Running) == Mark::Running);
        QVERIFY(markOf(pipeline::State::Skipped) == Mark::Idle);
    }

    void iconsAreDrawnInTheTokensColour()
    {
        Theme theme;
        theme.setChoice(SchemeChoice::Light);
        for (const QString& file : QDir(u":/analemma/icons"_s).entryList()) {
            const QImage picture =
                iconPixmap(file.chopped(4), 24, colour(Token::Failed), 2.0).toImage();
            QCOMPARE(picture.size(), QSize(48, 48));
            int inked = 0;
            for (int y = 0; y < picture.height(); ++y) {
                for (int x = 0; x < picture.width(); ++x) {
                    const QColor pixel = picture.pixelColor(x, y);
                    if (pixel.alpha() > 250) {
                        ++inked;
                        QVERIFY2(std::abs(pixel.red() - colour(Token::Failed).red()) < 4,
                                 qPrintable(file));
                    }
                }
            }
            QVERIFY2(inked > 8, qPrintable(file));
        }
    }

    void aQIconFollowsTheScheme()
    {
        Theme theme;
        theme.setChoice(SchemeChoice::Light);
        const QIcon icon = lineIcon(u"stop"_s, Token::Text);
        const QImage light = icon.pixmap(16, 16).toImage();
        theme.setChoice(SchemeChoice::Dark);
        QVERIFY(icon.pixmap(16, 16).toImage() != light);
    }

private:
    QTemporaryDir m_home;
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
