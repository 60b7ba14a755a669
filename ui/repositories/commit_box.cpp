#include "ui/repositories/commit_box.h"

#include "core/base/text.h"
#include "core/git/commitindex.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

CommitBox::CommitBox(QWidget* parent)
    : QWidget(parent),
      m_subject(new QLineEdit),
      m_body(new QPlainTextEdit),
      m_hint(new Text({}, Type::Caption, Token::Quiet)),
      m_amend(new QCheckBox(tr("Amend the last commit"))),
      m_button(new Button(Button::Look::Primary, tr("Commit"), u"commit"_s))
{
    setObjectName(u"commit-box"_s);
    m_subject->setObjectName(u"commit-subject"_s);
    m_subject->setAccessibleName(tr("Subject"));
    m_subject->setPlaceholderText(tr("Subject: what this commit does"));
    m_subject->setMaxLength(1'000);
    m_body->setObjectName(u"commit-body"_s);
    m_body->setAccessibleName(tr("Body"));
    m_body->setPlaceholderText(tr("Why (may stay empty)"));
    m_body->setTabChangesFocus(true);
    m_body->setFixedHeight(64);
    m_hint->setObjectName(u"commit-hint"_s);
    m_hint->setElided(true);
    m_amend->setObjectName(u"commit-amend"_s);
    m_button->setObjectName(u"commit-button"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(m_amend, 1);
    row->addWidget(m_button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(m_subject);
    column->addWidget(m_body);
    column->addWidget(m_hint);
    column->addLayout(row);
    connect(m_subject, &QLineEdit::textChanged, this, &CommitBox::check);
    connect(m_body, &QPlainTextEdit::textChanged, this, &CommitBox::check);
    connect(m_amend, &QCheckBox::toggled, this, [this](bool amend) {
        if (amend && message().isEmpty()) {
            setMessage(m_last);
        } else if (!amend && message() == m_last.trimmed()) {
            setMessage({});
        }
        check();
    });
    const auto press = [this] {
        if (m_button->isEnabled()) {
            Q_EMIT commit(message(), isAmending());
        }
    };
    connect(m_button, &QPushButton::clicked, this, press);
    connect(m_subject, &QLineEdit::returnPressed, this, press);
    check();
}

QString CommitBox::message() const
{
    const QString body = m_body->toPlainText().trimmed();
    return body.isEmpty() ? m_subject->text().trimmed()
                          : m_subject->text().trimmed() + u"\n\n"_s + body;
}

bool CommitBox::isAmending() const
{
    return m_amend->isChecked();
}

void CommitBox::setMessage(const QString& message)
{
    const auto end = message.indexOf(u'\n');
    m_subject->setText(end < 0 ? message : message.left(end));
    m_body->setPlainText(end < 0 ? QString() : message.mid(end).trimmed());
}

void CommitBox::clear()
{
    m_amend->setChecked(false);
    setMessage({});
}

void CommitBox::setRefusal(const QString& why)
{
    m_refusal = why;
    check();
}

void CommitBox::setLastMessage(const QString& message)
{
    m_last = message;
    m_amend->setEnabled(!message.isEmpty());
}

void CommitBox::setPrepared(const QString& message)
{
    if (!message.isEmpty() && this->message().isEmpty()) {
        setMessage(message);
    }
}

void CommitBox::setBranch(const QString& branch)
{
    m_branch = branch;
    check();
}

void CommitBox::check()
{
    const QString text = message();
    const bool nothing = !m_refusal.isEmpty() && !isAmending();
    m_button->setRefusal(nothing          ? m_refusal
                         : text.isEmpty() ? tr("A subject is needed.")
                                          : QString());
    m_button->setText(isAmending()         ? tr("Amend")
                      : m_branch.isEmpty() ? tr("Commit")
                                           : tr("Commit to %1").arg(displayText(m_branch, 24)));
    QStringList remarks;
    for (const git::MessageRemark& remark : git::checkMessage(text)) {
        if (remark.kind != git::MessageRemark::Kind::Empty) {
            remarks.append(remark.text);
        }
    }
    m_hint->setToken(remarks.isEmpty() ? Token::Quiet : Token::Waiting);
    m_hint->setText(!remarks.isEmpty() ? remarks.constFirst()
                    : text.isEmpty()   ? QString()
                                       : tr("%n character(s) in the subject", nullptr,
                                            int(m_subject->text().size())));
    m_hint->setToolTip(remarks.join(u'\n'));
}

}  // namespace analemma::ui
