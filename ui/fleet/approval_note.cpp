#include "ui/fleet/approval_note.h"

#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

ApprovalNote::ApprovalNote(QWidget* parent)
    : QWidget(parent),
      m_text(new Text({}, Type::Caption, Token::Waiting)),
      m_difference(new Button(Button::Look::Quiet, tr("What changed")))
{
    m_text->setObjectName(u"fleet-approval"_s);
    m_text->setWordWrap(true);
    m_difference->setObjectName(u"fleet-what-changed"_s);
    auto* approve = new Button(Button::Look::Plain, tr("Approve this text"), u"check"_s);
    approve->setObjectName(u"fleet-approve"_s);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metric::grid);
    buttons->addStretch();
    buttons->addWidget(m_difference);
    buttons->addWidget(approve);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(m_text);
    column->addLayout(buttons);
    connect(approve, &QPushButton::clicked, this, &ApprovalNote::approvePressed);
    connect(m_difference, &QPushButton::clicked, this, &ApprovalNote::differencePressed);
    setChanged(false);
}

void ApprovalNote::setChanged(bool changed)
{
    m_text->setText(
        changed ? tr("This is not the text that you approved. Read what changed before you run it.")
                : tr("This text came from a file. Read it before you run it."));
    m_difference->setVisible(changed);
}

}  // namespace analemma::ui
