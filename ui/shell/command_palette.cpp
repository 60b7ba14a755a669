#include "ui/shell/command_palette.h"

#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"

#include <QAbstractListModel>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int rowHeight = 34;
constexpr int rowsShown = 10;

struct Match {
    Command command;
    QList<int> places;
    int score = 0;
};

QStringList recentIds()
{
    return windowSettings()->value(u"palette/recent"_s).toStringList();
}

void rememberId(const QString& id)
{
    QStringList recent = recentIds();
    recent.removeAll(id);
    recent.prepend(id);
    windowSettings()->setValue(u"palette/recent"_s, QStringList(recent.mid(0, 12)));
}

}  // namespace

std::optional<Fit> fuzzyFit(const QString& text, const QString& query)
{
    Fit fit;
    qsizetype at = 0;
    qsizetype last = -2;
    for (const QChar wanted : query) {
        if (wanted.isSpace()) {
            continue;
        }
        // The start of a word is worth more than the next place of the letter.
        qsizetype found = -1;
        for (qsizetype i = at; i < text.size(); ++i) {
            if (text[i].toCaseFolded() != wanted.toCaseFolded()) {
                continue;
            }
            const bool start = i == 0 || !text[i - 1].isLetterOrNumber();
            if (found < 0) {
                found = i;
            }
            if (start || i == last + 1) {
                found = i;
                break;
            }
        }
        if (found < 0) {
            return std::nullopt;
        }
        const bool start = found == 0 || !text[found - 1].isLetterOrNumber();
        fit.score += start ? 8 : 1;
        fit.score += found == last + 1 ? 6 : 0;
        fit.score -= static_cast<int>(std::min<qsizetype>(3, (found - at) / 8));
        fit.places.append(static_cast<int>(found));
        last = found;
        at = found + 1;
    }
    fit.score -= static_cast<int>(text.size() / 32);
    return fit;
}

class CommandPalette::Model : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    QList<Match> matches;

    void set(QList<Match> fresh)
    {
        beginResetModel();
        matches = std::move(fresh);
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(matches.size());
    }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid() || index.row() >= matches.size()) {
            return {};
        }
        const Command& command = matches[index.row()].command;
        if (role == Qt::DisplayRole) {
            return command.text;
        }
        if (role == Qt::AccessibleTextRole) {
            return command.hint.isEmpty() ? command.text : command.text + u", "_s + command.hint;
        }
        return {};
    }
};

class CommandPalette::Delegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, rowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Match& match = static_cast<const Model*>(index.model())->matches[index.row()];
        const Command& command = match.command;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect rect = option.rect.adjusted(6, 0, -6, 0);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(mix(colour(Token::Accent), colour(Token::Surface), 0.14));
            painter->drawRoundedRect(rect, metric::radius, metric::radius);
        }
        const Token token = command.enabled ? Token::Text : Token::Idle;
        paintIcon(painter, QRect(rect.left() + 10, rect.center().y() - 7, 16, 16), command.icon,
                  colour(command.enabled ? Token::Quiet : Token::Idle));
        painter->setFont(fontOf(Type::Caption));
        painter->setPen(colour(Token::Quiet));
        painter->drawText(rect.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
                          command.hint);
        const int hint = painter->fontMetrics().horizontalAdvance(command.hint) + 24;
        paintWords(painter, rect.adjusted(36, 0, -hint, 0), match, colour(token));
        painter->restore();
    }

private:
    static void paintWords(QPainter* painter, const QRect& rect, const Match& match,
                           const QColor& shade)
    {
        const QFont plain = fontOf(Type::Body);
        const QFont strong = fontOf(Type::Body, QFont::Bold);
        const QString text =
            QFontMetrics(plain).elidedText(match.command.text, Qt::ElideRight, rect.width());
        int left = rect.left();
        qsizetype at = 0;
        while (at < text.size()) {
            const bool lit = match.places.contains(static_cast<int>(at));
            qsizetype end = at + 1;
            while (end < text.size() && match.places.contains(static_cast<int>(end)) == lit) {
                ++end;
            }
            const QString part = text.mid(at, end - at);
            painter->setFont(lit ? strong : plain);
            painter->setPen(lit ? colour(Token::Accent) : shade);
            painter->drawText(QRect(left, rect.top(), rect.right() - left + 40, rect.height()),
                              Qt::AlignVCenter | Qt::TextSingleLine, part);
            left += painter->fontMetrics().horizontalAdvance(part);
            at = end;
        }
    }
};

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window),
      m_field(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_model(new Model(this))
{
    setObjectName(u"palette"_s);
    setAccessibleName(tr("Search or run a command"));
    setFrameShape(QFrame::NoFrame);
    m_field->setObjectName(u"palette.field"_s);
    m_field->setProperty("bare", true);
    m_field->setFrame(false);
    m_field->setPlaceholderText(tr("Search or run a command"));
    m_field->setAccessibleName(tr("Search or run a command"));
    m_field->setFont(fontOf(Type::Section));
    addFieldIcon(m_field, u"search"_s);
    m_list->setObjectName(u"palette.list"_s);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new Delegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 6, 2, 6);
    column->setSpacing(6);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    hide();
    m_field->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::refine);
    connect(m_list, &QAbstractItemView::clicked, this, [this] { runCurrent(); });
}

void CommandPalette::open(const QList<Command>& commands)
{
    m_commands = commands;
    m_back = QApplication::focusWidget();
    m_field->clear();
    refine({});
    place();
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::dismiss()
{
    if (!isVisible()) {
        return;
    }
    hide();
    if (m_back && m_back->isVisible()) {
        m_back->setFocus(Qt::OtherFocusReason);
    }
    Q_EMIT dismissed();
}

QStringList CommandPalette::shownIds() const
{
    QStringList ids;
    for (const Match& match : m_model->matches) {
        ids.append(match.command.id);
    }
    return ids;
}

void CommandPalette::refine(const QString& query)
{
    const QStringList recent = recentIds();
    QList<Match> matches;
    for (const Command& command : std::as_const(m_commands)) {
        const auto fit = fuzzyFit(command.text, query);
        if (!fit) {
            continue;
        }
        const auto place = recent.indexOf(command.id);
        const int bonus = place < 0 ? 0 : 4 - static_cast<int>(std::min<qsizetype>(4, place / 3));
        matches.append({command, fit->places, fit->score + bonus + (command.enabled ? 0 : -6)});
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& a, const Match& b) { return a.score > b.score; });
    m_model->set(matches);
    if (!matches.isEmpty()) {
        m_list->setCurrentIndex(m_model->index(0));
    }
    if (isVisible()) {
        place();
    }
}

void CommandPalette::place()
{
    const QWidget* window = parentWidget();
    const int rows = std::clamp(m_model->rowCount(), 1, rowsShown);
    const int width = std::min(640, window->width() - 48);
    const int height = m_field->sizeHint().height() + 20 + rows * rowHeight;
    setGeometry((window->width() - width) / 2, 64, width, std::min(height, window->height() - 96));
}

void CommandPalette::runCurrent()
{
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid()) {
        return;
    }
    const Command command = m_model->matches[index.row()].command;
    if (!command.enabled) {
        return;
    }
    dismiss();
    rememberId(command.id);
    command.run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (!isVisible()) {
        return false;
    }
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        place();
    }
    if (watched == m_field && event->type() == QEvent::FocusOut) {
        dismiss();
    }
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int count = m_model->rowCount();
        const int row = m_list->currentIndex().row();
        const auto go = [&](int to) {
            if (count > 0) {
                m_list->setCurrentIndex(m_model->index((to + count) % count));
            }
        };
        switch (key->key()) {
            case Qt::Key_Escape:
                dismiss();
                return true;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                runCurrent();
                return true;
            case Qt::Key_Down:
                go(row + 1);
                return true;
            case Qt::Key_Up:
                go(row - 1);
                return true;
            case Qt::Key_PageDown:
                go(std::min(count - 1, row + rowsShown));
                return true;
            case Qt::Key_PageUp:
                go(std::max(0, row - rowsShown));
                return true;
            default:
                break;
        }
    }
    return false;
}

void CommandPalette::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mix(colour(Token::Quiet), colour(Token::Line), 0.35), 1));
    painter.setBrush(colour(Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
    painter.setPen(colour(Token::Line));
    const int y = m_field->geometry().bottom() + 3;
    painter.drawLine(1, y, width() - 2, y);
}

}  // namespace analemma::ui
