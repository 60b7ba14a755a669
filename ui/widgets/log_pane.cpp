#include "ui/widgets/log_view.h"

#include "ui/shell/icons.h"
#include "ui/widgets/parts.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSaveFile>
#include <QShortcut>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

LogPane::LogPane(QWidget* parent) : QWidget(parent), m_log(new LogView(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildBar();
    column->addWidget(new Rule);
    column->addWidget(m_log, 1);
}

void LogPane::buildBar()
{
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, metric::half, metric::grid, metric::half);
    bar->setSpacing(metric::half);
    m_title = new Text({}, Type::Body);
    m_title->setBold(true);
    m_title->setElided(true);
    m_count = new Text({}, Type::Caption, Token::Quiet);
    m_field = new QLineEdit;
    m_field->setObjectName(u"log.search"_s);
    m_field->setAccessibleName(tr("Search the log"));
    m_field->setPlaceholderText(tr("Search"));
    addFieldIcon(m_field, u"search"_s);
    m_field->setFixedWidth(200);
    auto* error = new IconButton(u"alert"_s, tr("Go to the first error"));
    error->setObjectName(u"log.error"_s);
    auto* follow = new IconButton(u"chevron-down"_s, tr("Follow the end"));
    follow->setObjectName(u"log.follow"_s);
    follow->setCheckable(true);
    follow->setChecked(true);
    m_follow = follow;
    auto* copy = new IconButton(u"copy"_s, tr("Copy what is selected, or all"));
    auto* keep = new IconButton(u"download"_s, tr("Save the log"));
    bar->addWidget(m_title, 1);
    for (QWidget* part : {static_cast<QWidget*>(m_count), static_cast<QWidget*>(m_field),
                          static_cast<QWidget*>(error), static_cast<QWidget*>(follow),
                          static_cast<QWidget*>(copy), static_cast<QWidget*>(keep)}) {
        bar->addWidget(part);
    }
    static_cast<QVBoxLayout*>(layout())->addLayout(bar);

    connect(m_field, &QLineEdit::textChanged, m_log, &LogView::search);
    connect(m_field, &QLineEdit::returnPressed, m_log, [this] { m_log->findNext(); });
    connect(m_log, &LogView::found, this, [this](qsizetype position, qsizetype count) {
        m_count->setText(m_field->text().isEmpty() ? QString()
                         : count == 0              ? tr("none")
                                                   : tr("%1 of %2").arg(position).arg(count));
    });
    connect(error, &QToolButton::clicked, m_log, [this] { m_log->goToFirstError(); });
    connect(follow, &QToolButton::toggled, m_log, &LogView::setFollowing);
    connect(m_log, &LogView::followingChanged, follow, &QToolButton::setChecked);
    connect(copy, &QToolButton::clicked, m_log, [this] {
        if (!m_log->hasSelection()) {
            m_log->selectAll();
        }
        m_log->copy();
    });
    connect(keep, &QToolButton::clicked, this, &LogPane::save);
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_field, [this] {
        m_field->setFocus();
        m_field->selectAll();
    });
}

void LogPane::setTitle(const QString& title)
{
    m_title->setText(title);
}

void LogPane::save()
{
    auto* dialog = new QFileDialog(this, tr("Save the log"), u"log.txt"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        const bool kept =
            file.open(QIODevice::WriteOnly) && file.write(m_log->text()) >= 0 && file.commit();
        m_count->setText(kept ? tr("saved") : tr("not saved: %1").arg(file.errorString()));
    });
    dialog->open();
}

}  // namespace analemma::ui
