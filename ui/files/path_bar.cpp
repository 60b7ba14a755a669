#include "ui/files/path_bar.h"

#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStackedLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostOfName = 30;

/// One folder on the way.
struct Crumb {
    QByteArray path;
    QString text;
};

QList<Crumb> crumbsOf(const QByteArray& path)
{
    QList<Crumb> crumbs;
    for (QByteArray at = path; at != "/" && !at.isEmpty(); at = operate::parentOf(at)) {
        crumbs.prepend({at, displayText(QByteArrayView(operate::lastName(at)), kMostOfName)});
    }
    crumbs.prepend({"/", u"/"_s});
    return crumbs;
}

}  // namespace

PathBar::PathBar(const QString& name, QWidget* parent)
    : QWidget(parent),
      m_crumbs(new QWidget),
      m_row(new QHBoxLayout(m_crumbs)),
      m_field(new QLineEdit),
      m_stack(new QStackedLayout(this))
{
    setObjectName(name + u"-path"_s);
    setFixedHeight(metric::control);
    m_field->setObjectName(name + u"-path-field"_s);
    m_field->setAccessibleName(tr("Path"));
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(0);
    m_stack->addWidget(m_crumbs);
    m_stack->addWidget(m_field);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        const QByteArray typed = m_field->text().toUtf8();
        m_stack->setCurrentWidget(m_crumbs);
        Q_EMIT left();
        if (!typed.isEmpty()) {
            Q_EMIT chosen(typed.startsWith('/') ? typed : operate::joined(m_path, typed));
        }
    });
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void PathBar::setPath(const QByteArray& path)
{
    m_path = path;
    setAccessibleName(tr("Path: %1").arg(displayText(QByteArrayView(path), 300)));
    arrange();
}

void PathBar::edit()
{
    m_field->setText(displayText(QByteArrayView(m_path), 4096));
    m_stack->setCurrentWidget(m_field);
    m_field->selectAll();
    m_field->setFocus();
}

void PathBar::arrange()
{
    while (QLayoutItem* item = m_row->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->setObjectName({});
            item->widget()->deleteLater();
        }
        delete item;
    }
    const QList<Crumb> crumbs = crumbsOf(m_path);
    const QFontMetrics metrics(fontOf(Type::Body, QFont::Medium));
    int room = width() - metric::row - metric::control;
    qsizetype first = crumbs.size();
    while (first > 0) {
        room -= metrics.horizontalAdvance(crumbs[first - 1].text) + 20 + metric::grid;
        if (room < 0 && first < crumbs.size()) {
            break;
        }
        --first;
    }
    for (qsizetype i = first > 0 ? first - 1 : 0; i < crumbs.size(); ++i) {
        const bool folded = first > 0 && i == first - 1;
        auto* button = new Button(Button::Look::Quiet, folded ? u"…"_s : crumbs[i].text);
        button->setObjectName(u"crumb-%1"_s.arg(i));
        button->setToolTip(displayText(QByteArrayView(crumbs[i].path), 300));
        button->setAccessibleName(tr("Go to %1").arg(button->toolTip()));
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QPushButton::clicked, this,
                [this, path = crumbs[i].path] { Q_EMIT chosen(path); });
        m_row->addWidget(button);
        if (i > 0 && i + 1 < crumbs.size()) {
            m_row->addWidget(new Text(u"/"_s, Type::Body, Token::Quiet));
        }
    }
    m_row->addStretch(1);
    auto* pen = new IconButton(u"edit"_s, tr("Type a path (Ctrl+L)"));
    pen->setObjectName(objectName() + u"-edit"_s);
    connect(pen, &QToolButton::clicked, this, &PathBar::edit);
    m_row->addWidget(pen);
}

bool PathBar::eventFilter(QObject* watched, QEvent* event)
{
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (watched == m_field && key && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        if (event->type() == QEvent::KeyPress) {
            m_stack->setCurrentWidget(m_crumbs);
            Q_EMIT left();
        }
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void PathBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        arrange();
    }
}

}  // namespace analemma::ui
