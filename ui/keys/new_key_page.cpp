#include "ui/keys/new_key_page.h"

#include "core/base/text.h"
#include "ui/shell/words.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int shortest = 5;  // ssh-keygen takes no shorter passphrase

QLineEdit* field(const QString& id, const QString& name)
{
    auto* made = new QLineEdit;
    made->setObjectName(id);
    made->setAccessibleName(name);
    return made;
}

}  // namespace

NewKeyPage::NewKeyPage(QWidget* parent)
    : Card(parent),
      m_name(field(u"new-key-name"_s, tr("File"))),
      m_kind(new QComboBox),
      m_comment(field(u"new-key-comment"_s, tr("Comment"))),
      m_passphrase(field(u"new-key-passphrase"_s, tr("Passphrase"))),
      m_again(field(u"new-key-again"_s, tr("Passphrase again"))),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_make(new Button(Button::Look::Primary, tr("Make key"), u"key"_s))
{
    setObjectName(u"new-key"_s);
    setAccessibleName(tr("New key"));
    m_kind->setObjectName(u"new-key-kind"_s);
    m_kind->setAccessibleName(tr("Kind"));
    m_kind->addItem(tr("Ed25519: short, fast, for servers since 2014"), 0);
    m_kind->addItem(tr("RSA 3072: for old servers"), 3072);
    m_kind->addItem(tr("RSA 4096: for old servers"), 4096);
    m_passphrase->setEchoMode(QLineEdit::Password);
    m_again->setEchoMode(QLineEdit::Password);
    m_note->setObjectName(u"new-key-note"_s);
    m_note->setWordWrap(true);
    m_make->setObjectName(u"new-key-make"_s);
    m_make->setAutoDefault(true);
    auto* cancel = new Button(Button::Look::Plain, tr("Cancel"));
    cancel->setObjectName(u"new-key-cancel"_s);
    auto* form = new QFormLayout;
    form->setSpacing(metric::grid);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(tr("File"), m_name);
    form->addRow(tr("Kind"), m_kind);
    form->addRow(tr("Comment"), m_comment);
    form->addRow(tr("Passphrase"), m_passphrase);
    form->addRow(tr("Again"), m_again);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_make);
    buttons->addWidget(cancel);
    buttons->addStretch();
    column()->addWidget(new SectionTitle(tr("New key")));
    column()->addLayout(form);
    column()->addWidget(m_note);
    column()->addLayout(buttons);
    column()->addStretch(1);
    for (QLineEdit* one : {m_name, m_comment, m_passphrase, m_again}) {
        connect(one, &QLineEdit::textChanged, this, &NewKeyPage::check);
        connect(one, &QLineEdit::returnPressed, this, &NewKeyPage::make);
    }
    connect(m_make, &QPushButton::clicked, this, &NewKeyPage::make);
    connect(cancel, &QPushButton::clicked, this, [this] {
        m_passphrase->clear();
        m_again->clear();
        Q_EMIT closePressed();
    });
    setFocusProxy(m_name);
}

void NewKeyPage::begin(const QString& folder, const QStringList& taken, const QString& comment)
{
    m_folder = folder;
    m_taken = taken;
    m_busy = false;
    QString name = u"id_ed25519"_s;
    for (int i = 2; taken.contains(name); ++i) {
        name = u"id_ed25519_%1"_s.arg(i);
    }
    m_name->setText(name);
    m_kind->setCurrentIndex(0);
    m_comment->setText(comment);
    m_passphrase->clear();
    m_again->clear();
    check();
}

void NewKeyPage::setBusy(bool busy)
{
    m_busy = busy;
    check();
}

void NewKeyPage::setError(const Error& error)
{
    setBusy(false);
    m_note->setToken(Token::Failed);
    m_note->setText(displayText(sentences(error), 400));
}

void NewKeyPage::check()
{
    const QString name = m_name->text();
    const qsizetype length = m_passphrase->text().size();
    QString why;
    if (m_busy) {
        why = tr("ssh-keygen is making it.");
    } else if (name.isEmpty() || name.contains(u'/') || name.startsWith(u'.')) {
        why = tr("Give the file a plain name.");
    } else if (m_taken.contains(name)) {
        why = tr("There is a file with this name; it stays as it is.");
    } else if (length > 0 && length < shortest) {
        why = tr("A passphrase has at least five characters.");
    } else if (m_passphrase->text() != m_again->text()) {
        why = tr("The two passphrases differ.");
    }
    m_make->setRefusal(why);
    m_note->setToken(why.isEmpty() && length == 0 ? Token::Waiting : Token::Quiet);
    m_note->setText(
        !why.isEmpty() ? why
        : length == 0
            ? tr("Without a passphrase, whoever reads the file can use it.")
            : tr("It is written to %1, readable by you alone.").arg(displayText(m_folder, 200)));
}

void NewKeyPage::make()
{
    if (!m_make->isEnabled()) {
        return;
    }
    const int bits = m_kind->currentData().toInt();
    ssh::NewKey request(m_folder + u'/' + m_name->text(),
                        bits == 0 ? ssh::NewKey::Kind::Ed25519 : ssh::NewKey::Kind::Rsa);
    request.bits = bits == 0 ? request.bits : bits;
    request.comment = m_comment->text();
    QByteArray typed = m_passphrase->text().toUtf8();
    request.passphrase = Secret(typed);
    typed.fill('\0');
    m_passphrase->clear();
    m_again->clear();
    setBusy(true);
    Q_EMIT makePressed(request);
}

}  // namespace analemma::ui
