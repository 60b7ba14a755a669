#include "ui/files/mode_part.h"

#include "ui/files/file_facts.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QLineEdit* numberField(const QString& name, const QString& hint, const QString& text)
{
    auto* field = new QLineEdit(text);
    field->setObjectName(name);
    field->setAccessibleName(hint);
    field->setMaximumWidth(96);
    return field;
}

}  // namespace

ModePart::ModePart(int mode, quint32 owner, quint32 group, QWidget* parent)
    : QWidget(parent),
      m_number(numberField(u"files-mode-number"_s, tr("Permissions in octal"), octalText(mode))),
      m_owner(
          numberField(u"files-mode-owner"_s, tr("Number of the owner"), QString::number(owner))),
      m_group(
          numberField(u"files-mode-group"_s, tr("Number of the group"), QString::number(group))),
      m_special(mode & 07000)
{
    setObjectName(u"files-mode-part"_s);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(metric::half);
    const std::array<QString, 3> who{tr("Owner"), tr("Group"), tr("Others")};
    const std::array<QString, 3> what{tr("read"), tr("write"), tr("run or enter")};
    for (int row = 0; row < 3; ++row) {
        grid->addWidget(new Text(who.at(std::size_t(row)), Type::Body, Token::Quiet), row, 0);
        for (int column = 0; column < 3; ++column) {
            auto* box = new QCheckBox(what.at(std::size_t(column)));
            box->setObjectName(u"files-mode-%1"_s.arg(row * 3 + column));
            box->setAccessibleName(who.at(std::size_t(row)) + u": "_s + box->text());
            grid->addWidget(box, row, column + 1);
            m_boxes.append(box);
            connect(box, &QCheckBox::clicked, this, &ModePart::fromBoxes);
        }
    }
    grid->addWidget(new Text(tr("Octal"), Type::Body, Token::Quiet), 0, 4);
    grid->addWidget(m_number, 0, 5);
    grid->addWidget(new Text(tr("Owner's number"), Type::Body, Token::Quiet), 1, 4);
    grid->addWidget(m_owner, 1, 5);
    grid->addWidget(new Text(tr("Group's number"), Type::Body, Token::Quiet), 2, 4);
    grid->addWidget(m_group, 2, 5);
    grid->setColumnStretch(6, 1);
    m_owners = owners();
    connect(m_number, &QLineEdit::textEdited, this, &ModePart::fromNumber);
    connect(m_owner, &QLineEdit::textEdited, this, &ModePart::changed);
    connect(m_group, &QLineEdit::textEdited, this, &ModePart::changed);
    fromNumber();
    setFocusProxy(m_number);
}

std::optional<int> ModePart::mode() const
{
    return parseMode(m_number->text());
}

std::optional<std::pair<quint32, quint32>> ModePart::owners() const
{
    bool first = false;
    bool second = false;
    const quint32 owner = m_owner->text().toUInt(&first);
    const quint32 group = m_group->text().toUInt(&second);
    return first && second ? std::optional(std::pair(owner, group)) : std::nullopt;
}

void ModePart::fromBoxes()
{
    int mode = m_special;
    for (int bit = 0; bit < 9; ++bit) {
        mode |= m_boxes[bit]->isChecked() ? 0400 >> bit : 0;
    }
    m_number->setText(octalText(mode));
    Q_EMIT changed();
}

void ModePart::fromNumber()
{
    if (const auto wanted = mode()) {
        m_special = *wanted & 07000;
        for (int bit = 0; bit < 9; ++bit) {
            m_boxes[bit]->setChecked((*wanted & (0400 >> bit)) != 0);
        }
    }
    Q_EMIT changed();
}

}  // namespace analemma::ui
