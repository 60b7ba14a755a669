#include "ui/console/ask_panel.h"

#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

AskPanel::AskPanel(QWidget* parent)
    : QFrame(parent), m_question(new Text), m_detail(new QPlainTextEdit), m_buttons(new QHBoxLayout)
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
    column->addLayout(m_buttons);
    hide();
}

void AskPanel::ask(const QString& question, const QString& detail, const QList<Answer>& answers)
{
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
    place();
    show();
    raise();
    if (first != nullptr) {
        first->setFocus();
    }
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
        dismiss();
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
