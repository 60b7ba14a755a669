#include "ui/console/snippet_panel.h"

#include "core/base/text.h"
#include "ui/console/terminal_view.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/parts.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int panelHeight = 320;
constexpr int panelWidth = 760;

Button* makeButton(Button::Look look, const QString& text, const QString& id)
{
    auto* button = new Button(look, text);
    button->setObjectName(id);
    button->setAutoDefault(true);
    return button;
}

QPlainTextEdit* makeText(const QString& name, const QString& id)
{
    auto* text = new QPlainTextEdit;
    text->setObjectName(id);
    text->setAccessibleName(name);
    text->setFont(fixedFont());
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setTabChangesFocus(true);
    return text;
}

}  // namespace

SnippetPanel::SnippetPanel(operate::Snippets* snippets, TerminalView* view)
    : QFrame(view),
      m_snippets(snippets),
      m_view(view),
      m_pages(new QStackedLayout),
      m_note(new Text({}, Type::Caption, Token::Quiet))
{
    setObjectName(u"snippets"_s);
    setAccessibleName(tr("Snippets"));
    setCursor(Qt::ArrowCursor);
    m_note->setObjectName(u"snippet-note"_s);
    m_note->setElided(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(metric::grid);
    column->addLayout(m_pages, 1);
    column->addWidget(m_note);
    hide();  // before there are pages: a stack shows its first one at once
    m_pages->addWidget(buildList());
    m_pages->addWidget(buildFill());
    m_pages->addWidget(buildEdit());
    view->installEventFilter(this);
}

QWidget* SnippetPanel::buildList()
{
    auto* page = new QWidget;
    m_filter = new QLineEdit;
    m_filter->setObjectName(u"snippet-filter"_s);
    m_filter->setAccessibleName(tr("Find a snippet"));
    m_filter->setPlaceholderText(tr("Find a snippet"));
    m_filter->installEventFilter(this);
    m_list = new QListWidget;
    m_list->setObjectName(u"snippet-list"_s);
    m_list->setAccessibleName(tr("Snippets"));
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new ListDelegate(m_list));
    m_list->setTextElideMode(Qt::ElideRight);
    auto* add = makeButton(Button::Look::Plain, tr("New…"), u"snippet-new"_s);
    m_edit = makeButton(Button::Look::Plain, tr("Edit…"), u"snippet-edit"_s);
    m_remove = makeButton(Button::Look::Plain, tr("Delete"), u"snippet-delete"_s);
    m_undo = makeButton(Button::Look::Quiet, tr("Undo"), u"snippet-undo"_s);
    m_undo->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(add);
    row->addWidget(m_edit);
    row->addWidget(m_remove);
    row->addWidget(m_undo);
    row->addStretch(1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_filter);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    connect(m_filter, &QLineEdit::textChanged, this, [this] { showMatches(); });
    connect(m_list, &QListWidget::itemActivated, this, &SnippetPanel::choose);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int current) {
        m_edit->setRefusal(current < 0 ? tr("Choose a snippet first.") : QString());
        m_remove->setRefusal(current < 0 ? tr("Choose a snippet first.") : QString());
    });
    connect(add, &QPushButton::clicked, this, [this] { edit({}); });
    connect(m_edit, &QPushButton::clicked, this, [this] {
        if (const operate::Snippet* one = current()) {
            edit(*one);
        }
    });
    connect(m_remove, &QPushButton::clicked, this, &SnippetPanel::remove);
    connect(m_undo, &QPushButton::clicked, this, &SnippetPanel::undo);
    return page;
}

QWidget* SnippetPanel::buildFill()
{
    auto* page = new QWidget;
    m_title = new Text({}, Type::Body);
    m_title->setBold(true);
    m_title->setElided(true);
    m_fields = new QWidget;
    m_form = new QFormLayout(m_fields);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_preview = makeText(tr("What will be typed"), u"snippet-preview"_s);
    m_preview->setReadOnly(true);
    m_insert = makeButton(Button::Look::Primary, tr("Insert"), u"snippet-insert"_s);
    auto* run = makeButton(Button::Look::Plain, tr("Insert and run"), u"snippet-run"_s);
    auto* back = makeButton(Button::Look::Plain, tr("Back"), u"snippet-back"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addStretch(1);
    row->addWidget(m_insert);
    row->addWidget(run);
    row->addWidget(back);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_title);
    column->addWidget(m_fields);
    column->addWidget(m_preview, 1);
    column->addLayout(row);
    connect(m_insert, &QPushButton::clicked, this, [this] { insert(false); });
    connect(run, &QPushButton::clicked, this, [this] { insert(true); });
    connect(back, &QPushButton::clicked, this, &SnippetPanel::stepBack);
    return page;
}

QWidget* SnippetPanel::buildEdit()
{
    auto* page = new QWidget;
    m_name = new QLineEdit;
    m_name->setObjectName(u"snippet-name"_s);
    m_name->setAccessibleName(tr("Name of the snippet"));
    m_name->setPlaceholderText(tr("Name"));
    m_name->setMaxLength(80);
    m_text = makeText(tr("Text of the snippet"), u"snippet-text"_s);
    m_text->setPlaceholderText(u"journalctl -u {{unit}} --since {{since|-1h}}"_s);
    auto* save = makeButton(Button::Look::Primary, tr("Keep"), u"snippet-save"_s);
    auto* back = makeButton(Button::Look::Plain, tr("Back"), u"snippet-edit-back"_s);
    auto* help = new Text(tr("{{name}} or {{name|default}} is asked for and quoted for the shell; "
                             "{{!name}} goes in as it is."),
                          Type::Caption, Token::Quiet);
    help->setElided(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(help, 1);
    row->addWidget(save);
    row->addWidget(back);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_name);
    column->addWidget(m_text, 1);
    column->addLayout(row);
    connect(m_name, &QLineEdit::returnPressed, m_text, qOverload<>(&QWidget::setFocus));
    connect(save, &QPushButton::clicked, this, &SnippetPanel::save);
    connect(back, &QPushButton::clicked, this, &SnippetPanel::stepBack);
    return page;
}

void SnippetPanel::open()
{
    m_filter->clear();
    m_undo->hide();
    say({}, false);
    turnTo(Page::List);
    place();
    show();
    raise();
    m_filter->setFocus();
    read();
}

void SnippetPanel::dismiss()
{
    if (isVisible()) {
        hide();
        Q_EMIT dismissed();
    }
}

void SnippetPanel::place()
{
    const int wide = qMin(m_view->width() - 2 * metric::grid, panelWidth);
    const int tall = qMin(m_view->height() - 2 * metric::grid, panelHeight);
    setGeometry((m_view->width() - wide) / 2, m_view->height() - tall - metric::grid, wide, tall);
}

void SnippetPanel::turnTo(Page page)
{
    m_pages->setCurrentIndex(static_cast<int>(page));
}

// ---- the list -----------------------------------------------------------------------------------

void SnippetPanel::read(const QString& select)
{
    if (m_snippets == nullptr) {
        say(tr("Snippets are kept with a workspace; none is open."), true);
        return;
    }
    then(m_snippets->list(), this, [this, select](const Result<QList<operate::Snippet>>& all) {
        if (!all) {
            say(sentences(all.error()), true);
            return;
        }
        m_all = *all;
        showMatches(select);
        if (m_all.isEmpty()) {
            say(tr("A snippet is a command with places to fill in. Write the first one."), false);
        }
    });
}

void SnippetPanel::showMatches(const QString& select)
{
    const QString wanted = m_filter->text().trimmed();
    m_list->clear();
    for (const operate::Snippet& one : std::as_const(m_all)) {
        if (!one.name.contains(wanted, Qt::CaseInsensitive) &&
            !one.text.contains(wanted, Qt::CaseInsensitive)) {
            continue;
        }
        const QString line = one.text.section(u'\n', 0, 0);
        auto* item =
            new QListWidgetItem(displayText(one.name, 80) + u"   —   "_s + displayText(line, 120));
        item->setData(Qt::UserRole, one.name);
        item->setToolTip(displayText(one.text, 400));
        m_list->addItem(item);
        if (one.name == select) {
            m_list->setCurrentItem(item);
        }
    }
    if (m_list->currentRow() < 0 && m_list->count() > 0) {
        m_list->setCurrentRow(0);
    }
    const QString none = m_list->count() == 0 ? tr("Choose a snippet first.") : QString();
    m_edit->setRefusal(none);
    m_remove->setRefusal(none);
}

const operate::Snippet* SnippetPanel::current() const
{
    const QListWidgetItem* item = m_list->currentItem();
    const QString name = item == nullptr ? QString() : item->data(Qt::UserRole).toString();
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(),
                                    [&name](const auto& one) { return one.name == name; });
    return found == m_all.cend() ? nullptr : &*found;
}

void SnippetPanel::remove()
{
    const operate::Snippet* one = current();
    if (one == nullptr) {
        return;
    }
    const operate::Snippet gone = *one;
    then(m_snippets->remove(gone.name), this, [this, gone](const Result<void>& removed) {
        if (!removed) {
            say(sentences(removed.error()), true);
            return;
        }
        m_removed = gone;
        m_undo->show();
        say(tr("Deleted %1.").arg(displayText(gone.name, 80)), false);
        read();
    });
}

void SnippetPanel::undo()
{
    operate::Snippet back = m_removed;
    back.revision = 0;
    m_undo->hide();
    then(m_snippets->save(back), this, [this](const Result<operate::Snippet>& kept) {
        if (!kept) {
            say(sentences(kept.error()), true);
            return;
        }
        say({}, false);
        read(kept->name);
    });
}

// ---- writing one --------------------------------------------------------------------------------

void SnippetPanel::edit(const operate::Snippet& snippet)
{
    m_edited = snippet;
    m_name->setText(snippet.name);
    m_name->setEnabled(snippet.revision == 0);
    m_text->setPlainText(snippet.text);
    say({}, false);
    turnTo(Page::Edit);
    if (snippet.revision == 0) {
        m_name->setFocus();
    } else {
        m_text->setFocus();
    }
}

void SnippetPanel::save()
{
    if (m_snippets == nullptr) {
        return;
    }
    m_edited.name = m_name->text();
    m_edited.text = m_text->toPlainText();
    then(m_snippets->save(m_edited), this, [this](const Result<operate::Snippet>& kept) {
        if (!kept) {
            say(sentences(kept.error()), true);
            return;
        }
        say({}, false);
        m_filter->clear();
        turnTo(Page::List);
        m_filter->setFocus();
        read(kept->name);
    });
}

// ---- filling in ---------------------------------------------------------------------------------

void SnippetPanel::choose()
{
    const operate::Snippet* one = current();
    if (one == nullptr) {
        return;
    }
    m_chosen = *one;
    m_title->setText(displayText(m_chosen.name, 80));
    m_values.clear();
    while (m_form->rowCount() > 0) {
        m_form->removeRow(0);
    }
    QLineEdit* first = nullptr;
    QLineEdit* last = nullptr;
    for (const operate::SnippetField& field : operate::fieldsOf(m_chosen.text)) {
        auto* value = new QLineEdit(field.fallback);
        value->setObjectName(u"snippet-value-"_s + field.name);
        const QString name = displayText(field.name, 40);
        value->setAccessibleName(name);
        value->setToolTip(field.raw ? tr("Goes in as it is: the shell reads it.")
                                    : tr("Goes in as one word, quoted for the shell."));
        m_form->addRow(field.raw ? tr("%1 (raw)").arg(name) : name, value);
        m_values.insert(field.name, value);
        connect(value, &QLineEdit::textChanged, this, &SnippetPanel::preview);
        if (last != nullptr) {
            connect(last, &QLineEdit::returnPressed, value, qOverload<>(&QWidget::setFocus));
            setTabOrder(last, value);
        }
        first = first == nullptr ? value : first;
        last = value;
    }
    if (last != nullptr) {
        connect(last, &QLineEdit::returnPressed, m_insert, qOverload<>(&QWidget::setFocus));
    }
    m_fields->setVisible(first != nullptr);
    turnTo(Page::Fill);
    preview();
    if (first != nullptr) {
        first->setFocus();
        first->selectAll();
    } else {
        m_insert->setFocus();
    }
}

QString SnippetPanel::text() const
{
    QHash<QString, QString> values;
    for (auto value = m_values.cbegin(); value != m_values.cend(); ++value) {
        values.insert(value.key(), (*value)->text());
    }
    return terminal::filterPaste(operate::filled(m_chosen.text, values)).text;
}

void SnippetPanel::preview()
{
    const QString exact = text();
    m_preview->setPlainText(displayLog(exact.toUtf8()));
    const qsizetype lines = exact.count(u'\n') + 1;
    if (lines > 1 && !m_view->screen()->modes().bracketedPaste) {
        say(tr("%1 lines: the program runs each line as it comes.").arg(lines), true);
    } else {
        say(tr("Insert types this and no Return."), false);
    }
}

void SnippetPanel::insert(bool run)
{
    const QString exact = text();
    dismiss();
    m_view->insert(exact, run);
}

// ---- keys ---------------------------------------------------------------------------------------

void SnippetPanel::say(const QString& text, bool failed)
{
    m_note->setToken(failed ? Token::Waiting : Token::Quiet);
    m_note->setText(text);
}

void SnippetPanel::stepBack()
{
    if (m_pages->currentIndex() == static_cast<int>(Page::List)) {
        dismiss();
    } else {
        say({}, false);
        turnTo(Page::List);
        m_filter->setFocus();
    }
}

bool SnippetPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && event->type() == QEvent::Resize && isVisible()) {
        place();
    }
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
            case Qt::Key_Up:
            case Qt::Key_Down:
            case Qt::Key_PageUp:
            case Qt::Key_PageDown:
                QCoreApplication::sendEvent(m_list, event);
                return true;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                choose();
                return true;
            default:
                break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

bool SnippetPanel::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void SnippetPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        stepBack();
    }
    event->accept();  // nothing of it is the program's
}

void SnippetPanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour(Token::Accent), 1.5));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), metric::radius, metric::radius);
}

}  // namespace analemma::ui
