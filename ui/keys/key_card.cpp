#include "ui/keys/key_card.h"

#include "core/base/text.h"
#include "ui/shell/words.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

QString kindText(const ssh::KeyInfo& key)
{
    switch (key.kind) {
        case ssh::KeyKind::Ed25519:
            return u"Ed25519"_s;
        case ssh::KeyKind::Ecdsa:
            return key.bits > 0 ? u"ECDSA %1"_s.arg(key.bits) : u"ECDSA"_s;
        case ssh::KeyKind::Rsa:
            return key.bits > 0 ? u"RSA %1"_s.arg(key.bits) : u"RSA"_s;
        case ssh::KeyKind::Hardware:
            return KeyCard::tr("security key");
        case ssh::KeyKind::Certificate:
            return KeyCard::tr("certificate");
        case ssh::KeyKind::Other:
            break;
    }
    return KeyCard::tr("not known");
}

QString nameText(const ssh::KeyInfo& key)
{
    const QString name = key.path.isEmpty() ? key.comment : QFileInfo(key.path).fileName();
    return displayText(name.isEmpty() ? key.key.fingerprint() : name, 80);
}

KeyCard::KeyCard(QWidget* parent)
    : Card(parent),
      m_title(new SectionTitle(QString())),
      m_warning(new Text({}, Type::Body, Token::Waiting)),
      m_grid(new FactGrid),
      m_copy(new Button(Button::Look::Plain, tr("Copy public key"), u"copy"_s)),
      m_close(new Button(Button::Look::Plain, tr("Close to others"), u"lock"_s)),
      m_put(new Button(Button::Look::Primary, tr("Put on servers…"), u"servers"_s))
{
    setObjectName(u"key-card"_s);
    m_warning->setObjectName(u"key-warning"_s);
    m_warning->setWordWrap(true);
    m_copy->setObjectName(u"key-copy"_s);
    m_close->setObjectName(u"key-close-to-others"_s);
    m_close->setToolTip(tr("chmod 0600: nobody but you can read it"));
    m_put->setObjectName(u"key-put"_s);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_put);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_close);
    buttons->addStretch();
    column()->addWidget(m_title);
    column()->addWidget(m_warning);
    column()->addWidget(m_grid);
    column()->addLayout(buttons);
    column()->addStretch(1);
    connect(m_copy, &QPushButton::clicked, this, &KeyCard::copyPressed);
    connect(m_close, &QPushButton::clicked, this, &KeyCard::closeToOthersPressed);
    connect(m_put, &QPushButton::clicked, this, &KeyCard::putPressed);
}

void KeyCard::setKey(const ssh::KeyInfo& key)
{
    m_key = key;
    setAccessibleName(tr("Key %1").arg(nameText(key)));
    m_title->setTitle(nameText(key));
    m_warning->setToken(Token::Waiting);
    m_warning->setText(displayText(key.warning, 300));
    m_warning->setVisible(!key.warning.isEmpty());
    m_grid->clear();
    m_grid->addFact(tr("Kind"), kindText(key));
    if (!key.path.isEmpty()) {
        m_grid->addFact(tr("File"), displayText(key.path, 300), true);
    }
    if (!key.key.isEmpty()) {
        m_grid->addFact(tr("Fingerprint"), key.key.fingerprintGroups(), true);
    }
    m_grid->addFact(tr("Comment"), displayText(key.comment, 120));
    m_grid->addFact(tr("Private half"), !key.hasPrivate   ? tr("not in a file")
                                        : key.isEncrypted ? tr("with a passphrase")
                                                          : tr("without a passphrase"));
    m_grid->addFact(tr("Agent"), key.isInAgent ? tr("holds it") : tr("does not hold it"));
    if (!key.needsSystem.isEmpty()) {
        m_grid->addFact(tr("Transport"), displayText(key.needsSystem, 200));
    }
    const QString unknown = tr("Its public half is not known without the passphrase.");
    m_copy->setRefusal(key.key.isEmpty() ? unknown : QString());
    m_put->setRefusal(key.key.isEmpty() ? unknown
                      : key.hasPrivate  ? QString()
                                        : tr("Its private half does not lie in a file: there "
                                              "would be no proof that it lets you in."));
    m_close->setVisible(key.hasPrivate && !key.warning.isEmpty());
}

void KeyCard::setError(const Error& error)
{
    m_warning->setToken(Token::Failed);
    m_warning->setText(displayText(sentences(error), 400));
    m_warning->show();
}

}  // namespace analemma::ui
