#include "ui/files/ask_form.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

AskForm::AskForm(QWidget* parent)
    : Card(parent),
      m_sentence(new Text),
      m_detail(new QPlainTextEdit),
      m_field(new QLineEdit),
      m_why(new Text({}, Type::Caption, Token::Quiet)),
      m_all(new QCheckBox),
      m_buttons(new QHBoxLayout)
{
    setObjectName(u"files-ask"_s);
    setAccessibleName(tr("Question"));
    m_sentence->setObjectName(u"files-ask-sentence"_s);
    m_sentence->setWordWrap(true);
    m_sentence->setBold(true);
    m_detail->setObjectName(u"files-ask-detail"_s);
    m_detail->setAccessibleName(tr("What it is about"));
    m_detail->setReadOnly(true);
    m_detail->setTabChangesFocus(true);
    m_detail->setMaximumHeight(96);
    m_field->setObjectName(u"files-ask-field"_s);
    m_why->setObjectName(u"files-ask-why"_s);
    m_all->setObjectName(u"files-ask-all"_s);
    m_buttons->setSpacing(metric::grid);
    column()->setContentsMargins(12, 10, 12, 10);
    column()->addWidget(m_sentence);
    column()->addWidget(m_detail);
    column()->addWidget(m_field);
    column()->addWidget(m_why);
    column()->addWidget(m_all);
    column()->addLayout(m_buttons);
    connect(m_field, &QLineEdit::textChanged, this, &AskForm::check);
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        if (m_main != nullptr && m_main->isEnabled()) {
            m_main->click();
        }
    });
    hide();
}

void AskForm::ask(Question question)
{
    m_question = std::move(question);
    m_open = true;
    m_sentence->setText(m_question.sentence);
    m_detail->setPlainText(m_question.detail);
    m_detail->setVisible(!m_question.detail.isEmpty());
    m_field->setVisible(m_question.field.has_value());
    m_field->setAccessibleName(m_question.fieldName);
    m_field->setPlaceholderText(m_question.fieldName);
    m_field->setText(m_question.field.value_or(QString()));
    m_all->setVisible(!m_question.all.isEmpty());
    m_all->setText(m_question.all);
    m_all->setChecked(false);
    if (m_part != nullptr) {
        m_part->hide();
        m_part->deleteLater();
    }
    m_part = m_question.part;
    if (m_part != nullptr) {
        column()->insertWidget(2, m_part);
    }
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->setObjectName({});
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_buttons->addStretch(1);
    m_main = nullptr;
    Button* last = nullptr;
    for (const Answer& answer : std::as_const(m_question.answers)) {
        const Button::Look look = answer.danger       ? Button::Look::Danger
                                  : m_main == nullptr ? Button::Look::Primary
                                                      : Button::Look::Plain;
        auto* button = new Button(look, answer.text);
        button->setObjectName(u"ask-"_s + answer.id);
        button->setAutoDefault(true);
        connect(button, &QPushButton::clicked, this, [this, run = answer.run] {
            const Given given{m_field->text(), m_all->isChecked()};
            dismiss();
            if (run) {
                run(given);
            }
        });
        m_buttons->addWidget(button);
        m_main = m_main == nullptr ? button : m_main;
        last = button;
    }
    check();
    show();
    if (m_question.field) {
        m_field->setFocus();
        const QString text = m_field->text();
        const qsizetype dot = text.lastIndexOf(u'.');
        m_field->setSelection(0, int(dot > 0 ? dot : text.size()));
    } else if (m_part == nullptr && m_main != nullptr) {
        (m_question.careful ? last : m_main)->setFocus();
    } else if (m_part != nullptr) {
        m_part->setFocus();
    }
}

void AskForm::check()
{
    const QString why =
        m_open && m_question.refusal ? m_question.refusal(m_field->text()) : QString();
    m_why->setText(why);
    m_why->setVisible(!why.isEmpty());
    if (m_main != nullptr) {
        m_main->setRefusal(why);
    }
}

void AskForm::dismiss()
{
    if (m_open) {
        m_open = false;
        hide();
        Q_EMIT closed();
    }
}

void AskForm::escape()
{
    const auto run = m_question.answers.isEmpty() ? nullptr : m_question.answers.last().run;
    dismiss();
    if (run) {
        run({});
    }
}

void AskForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        escape();
    } else {
        Card::keyPressEvent(event);
    }
}

bool AskForm::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return Card::event(event);
}

}  // namespace analemma::ui
