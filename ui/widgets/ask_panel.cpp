#include "ui/widgets/ask_panel.h"

#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int widest = 760;       // over its parent
constexpr int tallest = 260;      // the same, with a text to read
constexpr int detailHeight = 96;  // in a row
constexpr int longestInput = 4096;

/// It may be the one whose signal is handled.
void dropLater(QWidget* widget)
{
    widget->hide();
    widget->setObjectName({});
    widget->deleteLater();
}

}  // namespace

AskPanel::AskPanel(Place place, QWidget* parent)
    : QFrame(parent),
      m_place(place),
      m_sentence(new Text),
      m_detail(new QPlainTextEdit),
      m_fieldColumn(new QVBoxLayout),
      m_why(new Text({}, Type::Caption, Token::Quiet)),
      m_all(new QCheckBox),
      m_buttonRow(new QHBoxLayout)
{
    setObjectName(u"ask"_s);
    setAccessibleName(tr("Question"));
    m_sentence->setObjectName(u"ask-question"_s);
    m_sentence->setWordWrap(true);
    m_sentence->setBold(true);
    m_detail->setObjectName(u"ask-detail"_s);
    m_detail->setAccessibleName(tr("What it is about"));
    m_detail->setReadOnly(true);
    m_detail->setTabChangesFocus(true);
    if (place == Place::Row) {
        m_detail->setMaximumHeight(detailHeight);
    }
    m_why->setObjectName(u"ask-why"_s);
    m_all->setObjectName(u"ask-all"_s);
    m_buttonRow->setSpacing(metric::grid);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(metric::grid);
    column->addWidget(m_sentence);
    column->addWidget(m_detail, 1);
    column->addLayout(m_fieldColumn);
    column->addWidget(m_why);
    column->addWidget(m_all);
    column->addLayout(m_buttonRow);
    hide();
}

void AskPanel::ask(Question question)
{
    if (QWidget* now = QApplication::focusWidget(); now != nullptr && !isAncestorOf(now)) {
        m_before = now;
    }
    clearFields();
    clearButtons();
    if (m_part != nullptr) {
        dropLater(m_part);
    }
    m_question = std::move(question);
    m_open = true;
    m_sentence->setText(m_question.sentence);
    m_detail->setFont(m_question.verbatim ? fixedFont() : fontOf(Type::Body));
    m_detail->setLineWrapMode(m_question.verbatim ? QPlainTextEdit::NoWrap
                                                  : QPlainTextEdit::WidgetWidth);
    m_detail->setPlainText(m_question.detail);
    m_detail->setVisible(!m_question.detail.isEmpty());
    m_part = m_question.part;
    if (m_part != nullptr) {
        static_cast<QVBoxLayout*>(layout())->insertWidget(2, m_part);
    }
    m_all->setVisible(!m_question.all.isEmpty());
    m_all->setText(m_question.all);
    m_all->setChecked(false);
    makeFields();
    makeButtons();
    check();
    place();
    show();
    raise();
    focusFirst();
}

void AskPanel::makeFields()
{
    for (const Field& field : std::as_const(m_question.fields)) {
        auto* line = new QLineEdit(field.text, this);
        line->setObjectName(u"ask-field-%1"_s.arg(m_fields.size()));
        line->setAccessibleName(field.label);
        line->setPlaceholderText(field.label);
        line->setEchoMode(field.hidden ? QLineEdit::Password : QLineEdit::Normal);
        line->setMaxLength(longestInput);
        connect(line, &QLineEdit::textChanged, this, &AskPanel::check);
        connect(line, &QLineEdit::returnPressed, this, [this, at = m_fields.size()] {
            if (at + 1 < m_fields.size()) {
                m_fields[at + 1]->setFocus();
            } else {
                accept();
            }
        });
        m_fieldColumn->addWidget(line);
        m_fields.append(line);
    }
}

void AskPanel::makeButtons()
{
    m_buttonRow->addStretch(1);
    for (const Answer& answer : std::as_const(m_question.answers)) {
        const Button::Look look = answer.danger         ? Button::Look::Danger
                                  : m_buttons.isEmpty() ? Button::Look::Primary
                                                        : Button::Look::Plain;
        auto* button = new Button(look, answer.text, {}, this);
        button->setObjectName(u"ask-"_s + answer.id);
        button->setAutoDefault(true);
        connect(button, &QPushButton::clicked, this, [this, run = answer.run] {
            Given typed = given();
            dismiss();
            if (run) {
                run(typed);
            }
            for (QString& text : typed.texts) {
                text.fill(u'\0');
            }
        });
        m_buttonRow->addWidget(button);
        m_buttons.append(button);
    }
}

AskPanel::Given AskPanel::given() const
{
    Given typed;
    for (const QLineEdit* field : m_fields) {
        typed.texts.append(field->text());
    }
    typed.all = m_all->isChecked();
    return typed;
}

void AskPanel::clearFields()
{
    for (QLineEdit* field : std::exchange(m_fields, {})) {
        field->disconnect(this);
        field->clear();
        dropLater(field);
    }
}

void AskPanel::clearButtons()
{
    for (Button* button : std::exchange(m_buttons, {})) {
        dropLater(button);
    }
    while (QLayoutItem* item = m_buttonRow->takeAt(0)) {
        delete item;  // the widgets go by themselves
    }
}

/// A name that is there already is typed over up to its ending.
void AskPanel::focusFirst()
{
    if (m_question.careful && m_fields.isEmpty() && !m_buttons.isEmpty()) {
        m_buttons.constLast()->setFocus();
    } else if (!m_fields.isEmpty()) {
        QLineEdit* field = m_fields.constFirst();
        field->setFocus();
        const QString text = field->text();
        const qsizetype dot = text.lastIndexOf(u'.');
        field->setSelection(0, static_cast<int>(dot > 0 ? dot : text.size()));
    } else if (m_part != nullptr) {
        m_part->setFocus();
    } else if (!m_buttons.isEmpty()) {
        m_buttons.constFirst()->setFocus();
    }
}

void AskPanel::check()
{
    const QString why =
        m_open && m_question.refusal ? m_question.refusal(given().text()) : QString();
    m_why->setText(why);
    m_why->setVisible(!why.isEmpty());
    if (!m_buttons.isEmpty()) {
        m_buttons.constFirst()->setRefusal(why);
    }
}

void AskPanel::dismiss()
{
    if (std::exchange(m_open, false)) {
        // Before what has the focus goes: else the next in the chain of tabs takes it.
        if (m_before != nullptr && isAncestorOf(QApplication::focusWidget())) {
            m_before->setFocus();
        }
        clearFields();
        clearButtons();
        hide();
        Q_EMIT closed();
    }
}

void AskPanel::escape()
{
    const auto run = m_question.answers.isEmpty() ? nullptr : m_question.answers.constLast().run;
    dismiss();
    if (run) {
        run({});
    }
}

void AskPanel::accept()
{
    if (!m_buttons.isEmpty() && m_buttons.constFirst()->isEnabled()) {
        m_buttons.constFirst()->click();
    }
}

void AskPanel::place()
{
    if (m_place == Place::Row) {
        return;
    }
    const QWidget* view = parentWidget();
    const int width = qMin(view->width() - 2 * metric::grid, widest);
    layout()->activate();
    const int wanted = m_question.detail.isEmpty() ? qMax(sizeHint().height(), 96) : tallest;
    const int height = qMin(view->height() - 2 * metric::grid, wanted);
    setGeometry((view->width() - width) / 2, view->height() - height - metric::grid, width, height);
}

void AskPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        escape();
    } else {
        QFrame::keyPressEvent(event);
    }
}

bool AskPanel::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void AskPanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour(Token::Accent), 1.5));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), metric::radius, metric::radius);
}

}  // namespace analemma::ui
