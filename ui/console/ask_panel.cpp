#include "ui/console/ask_panel.h"

#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

AskPanel::AskPanel(QWidget* parent)
    : QFrame(parent),
      m_question(new Text),
      m_detail(new QPlainTextEdit),
      m_fieldColumn(new QVBoxLayout),
      m_buttons(new QHBoxLayout)
{
    setObjectName(u"ask"_s);
    setAccessibleName(tr("Question"));
    m_question->setObjectName(u"ask-question"_s);
    m_question->setWordWrap(true);
    m_detail->setObjectName(u"ask-detail"_s);
    m_detail->setAccessibleName(tr("Text in question"));
    m_detail->setReadOnly(true);
    m_detail->setFont(fixedFont());
    m_detail->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_detail->setTabChangesFocus(true);
    m_buttons->setSpacing(metric::grid);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(metric::grid);
    column->addWidget(m_question);
    column->addWidget(m_detail, 1);
    column->addLayout(m_fieldColumn);
    column->addLayout(m_buttons);
    hide();
}

void AskPanel::ask(const QString& question, const QString& detail, const QList<Answer>& answers,
                   const QList<Field>& fields)
{
    qDeleteAll(std::exchange(m_fields, {}));
    for (const Field& field : fields) {
        auto* line = new QLineEdit(this);
        line->setObjectName(u"ask-field-%1"_s.arg(m_fields.size()));
        line->setAccessibleName(field.label);
        line->setPlaceholderText(field.label);
        line->setEchoMode(field.hidden ? QLineEdit::Password : QLineEdit::Normal);
        line->setMaxLength(1024);
        m_fieldColumn->addWidget(line);
        m_fields.append(line);
    }
    m_no = answers.isEmpty() ? std::function<void()>() : answers.constLast().run;
    m_question->setText(question);
    m_detail->setPlainText(detail);
    m_detail->setVisible(!detail.isEmpty());
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->setObjectName({});
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_buttons->addStretch(1);
    QWidget* first = nullptr;
    for (const Answer& answer : answers) {
        auto* button = new Button(first == nullptr ? Button::Look::Primary : Button::Look::Plain,
                                  answer.text, {}, this);
        button->setObjectName(u"ask-"_s + answer.id);
        button->setAutoDefault(true);
        connect(button, &QPushButton::clicked, this, [this, run = answer.run] {
            dismiss();
            if (run) {
                run();
            }
        });
        m_buttons->insertWidget(m_buttons->count(), button);
        first = first == nullptr ? button : first;
    }
    for (qsizetype i = 0; i < m_fields.size(); ++i) {
        QWidget* next = i + 1 < m_fields.size() ? static_cast<QWidget*>(m_fields[i + 1]) : nullptr;
        connect(m_fields[i], &QLineEdit::returnPressed, this, [next, first] {
            if (next != nullptr) {
                next->setFocus();
            } else if (auto* button = qobject_cast<QAbstractButton*>(first)) {
                button->click();
            }
        });
    }
    place();
    show();
    raise();
    if (!m_fields.isEmpty()) {
        m_fields.constFirst()->setFocus();
    } else if (first != nullptr) {
        first->setFocus();
    }
}

QStringList AskPanel::takeFields()
{
    QStringList texts;
    for (QLineEdit* field : std::as_const(m_fields)) {
        texts += field->text();
        field->clear();
    }
    return texts;
}

void AskPanel::dismiss()
{
    if (isVisible()) {
        hide();
        Q_EMIT dismissed();
    }
}

void AskPanel::place()
{
    const QWidget* view = parentWidget();
    const bool tall = !m_detail->toPlainText().isEmpty();
    const int width = qMin(view->width() - 2 * metric::grid, 760);
    layout()->activate();
    const int wanted = tall ? 260 : qMax(sizeHint().height(), 96);
    const int height = qMin(view->height() - 2 * metric::grid, wanted);
    setGeometry((view->width() - width) / 2, view->height() - height - metric::grid, width, height);
}

void AskPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        const auto no = m_no;
        dismiss();
        if (no) {
            no();
        }
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
