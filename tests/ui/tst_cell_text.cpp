#include "ui/shell/theme.h"
#include "ui/widgets/cell_delegate.h"

#include <QApplication>
#include <QFontMetrics>
#include <QImage>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

using namespace Qt::StringLiterals;
using namespace analemma::ui;

namespace {

/// A delegate whose texts can be drawn alone.
class Cells : public CellDelegate {
public:
    using CellDelegate::CellDelegate;
    using CellDelegate::paintText;
};

constexpr QSize sheet(240, 60);

/// Within `rect`: drawText() cuts off there what a last letter has of the next pixel.
QImage drawn(qreal ratio, const QRect& rect, const std::function<void(QPainter*)>& draw)
{
    QImage image(sheet * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(colour(Token::Surface));
    QPainter painter(&image);
    painter.setClipRect(rect);
    draw(&painter);
    return image;
}

/// As Qt draws a text that is laid out for this once.
QImage plain(qreal ratio, const QRect& rect, const QString& text, const QFont& font,
             Qt::Alignment alignment)
{
    return drawn(ratio, rect, [&](QPainter* painter) {
        const QFontMetrics metrics(font);
        const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width());
        const int width = metrics.horizontalAdvance(shown);
        const int left = alignment == Qt::AlignRight ? rect.right() + 1 - width : rect.left();
        painter->setFont(font);
        painter->setPen(colour(Token::Text));
        painter->drawText(QRect(left, rect.top(), rect.right() + 1 - left, rect.height()),
                          Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    });
}

}  // namespace

/// Cells are drawn from texts that were laid out before: they look as if they were not.
class TestCellText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    void looksAsDrawnAnew_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("name") << u"production-web-003"_s;
        QTest::newRow("figure") << u"12.3 %"_s;
        QTest::newRow("accents") << u"Übergröße, año, ŝanĝo"_s;
        QTest::newRow("right to left") << u"خادم 12"_s;
        QTest::newRow("other scripts") << u"サーバー 服务器 ☃"_s;
        QTest::newRow("combined") << u"\u00e9 e\u0301"_s;
        QTest::newRow("too long") << u"a name that is far longer than there is room for it here"_s;
        QTest::newRow("lines") << u"two\nlines"_s;
        QTest::newRow("markup") << u"<b>bold</b> &amp; A&B"_s;
    }
    void looksAsDrawnAnew()
    {
        QFETCH(const QString, text);
        const QString line = QString(text).replace(u'\n', u' ');
        const Cells cells;
        for (const QFont& font : {fontOf(Type::Body), fontOf(Type::Caption), numberFont(),
                                  fixedFont(), fontOf(Type::Body, QFont::DemiBold)}) {
            for (const Qt::Alignment side : {Qt::AlignLeft, Qt::AlignRight}) {
                for (const QRect& rect : {QRect(8, 0, 150, 32), QRect(5, 7, 90, 27)}) {
                    for (const qreal ratio : {1.0, 2.0}) {
                        const QImage expected = plain(ratio, rect, line, font, side);
                        QVERIFY(expected != drawn(ratio, rect, [](QPainter*) {}));
                        for (int time = 0; time < 2; ++time) {  // laid out; and found again
                            int width = 0;
                            const QImage found = drawn(ratio, rect, [&](QPainter* painter) {
                                width = cells.paintText(painter, rect, text, font,
                                                        colour(Token::Text), side);
                            });
                            QVERIFY(width > 0 && width <= rect.width());
                            QVERIFY2(found == expected,
                                     qPrintable(u"%1 px, ratio %2, time %3"_s.arg(font.pixelSize())
                                                    .arg(ratio)
                                                    .arg(time)));
                        }
                    }
                }
            }
        }
    }

    /// The scheme may change between, and the font.
    void takesTheColourOfTheMoment()
    {
        const Cells cells;
        const auto red = [](const QImage& image) {
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor one = image.pixelColor(x, y);
                    if (one.red() > one.blue() + 60) {
                        return true;
                    }
                }
            }
            return false;
        };
        const QRect rect(8, 0, 150, 32);
        for (const Token token : {Token::Text, Token::Failed, Token::Text}) {
            const QImage found = drawn(1, rect, [&](QPainter* painter) {
                cells.paintText(painter, rect, u"unreachable"_s, fontOf(Type::Body), colour(token),
                                Qt::AlignLeft);
            });
            QCOMPARE(red(found), token == Token::Failed);
        }
    }

    void fontsShareWhatTheyFound()
    {
        QVERIFY(fontOf(Type::Body).isCopyOf(fontOf(Type::Body)));
        QVERIFY(fixedFont().isCopyOf(fixedFont()));
        QVERIFY(fontOf(Type::Body) != fontOf(Type::Caption));
        QVERIFY(fontOf(Type::Body) != fontOf(Type::Body, QFont::DemiBold));
        QFont own = fontOf(Type::Body);
        own.setItalic(true);
        QVERIFY(!fontOf(Type::Body).italic());
        const QFont before = QApplication::font();
        QFont other = before;
        other.setFamilies({QFont(u"monospace"_s).family()});
        QApplication::setFont(other);
        const QFont body = fontOf(Type::Body);
        QApplication::setFont(before);
        QCOMPARE(body.families(), other.families());
        QCOMPARE(fontOf(Type::Body).families(), before.families());
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestCellText)
#include "tst_cell_text.moc"
