#include "ui/console/host_key_panel.h"

#include "core/base/text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::HostKeyView;
using ssh::Trust;

QString headline(const HostKeyView& view)
{
    const QString host = displayText(view.host, 80);
    switch (view.verdict.trust) {
        case Trust::Known:
            return HostKeyPanel::tr("The host key of %1 is known.").arg(host);
        case Trust::Unknown:
            return HostKeyPanel::tr("No host key of %1 is recorded yet.").arg(host);
        case Trust::Changed:
            return HostKeyPanel::tr("The host key of %1 is not the recorded one.").arg(host);
        case Trust::Revoked:
            return HostKeyPanel::tr("The host key of %1 is marked as revoked.").arg(host);
        case Trust::NeedsAuthority:
            return HostKeyPanel::tr("%1 is recorded by a certificate authority.").arg(host);
    }
    return {};
}

QString advice(const HostKeyView& view)
{
    switch (view.verdict.trust) {
        case Trust::Known:
            return HostKeyPanel::tr("Connect again.");
        case Trust::Unknown:
            return HostKeyPanel::tr(
                "Compare the fingerprint with one from the server's console or a colleague's "
                "record. Nothing was sent to it so far.");
        case Trust::Changed:
            return view.pinned
                       ? HostKeyPanel::tr(
                             "It was made here with another key, so no other one is "
                             "taken. Do not use it: destroy it and make a new one.")
                       : HostKeyPanel::tr(
                             "Somebody may stand in between, or the server was rebuilt. Compare "
                             "the fingerprint on the server's console before you replace the "
                             "record. Nothing was sent to it.");
        case Trust::Revoked:
            return HostKeyPanel::tr("Do not use this server until its key is made new.");
        case Trust::NeedsAuthority:
            return HostKeyPanel::tr("Use the system's OpenSSH for this server.");
    }
    return {};
}

bool mayBeTrusted(const HostKeyView& view)
{
    return !view.pinned &&
           (view.verdict.trust == Trust::Unknown || view.verdict.trust == Trust::Changed);
}

}  // namespace

HostKeyPanel::HostKeyPanel(const operate::HostKeyView& view, QWidget* parent)
    : QFrame(parent),
      m_view(view),
      m_trust(new Button(Button::Look::Plain, tr("Trust this key"))),
      m_cancel(new Button(Button::Look::Primary, tr("Cancel"))),
      m_name(new QLineEdit)
{
    setObjectName(u"host-key"_s);
    setAccessibleName(tr("Host key of %1").arg(displayText(view.host, 80)));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    build();
    connect(m_cancel, &QPushButton::clicked, this, &HostKeyPanel::leave);
    connect(m_name, &QLineEdit::textChanged, this, &HostKeyPanel::updateTrust);
    connect(m_trust, &QPushButton::clicked, this, [this] {
        const bool replacing = m_view.verdict.trust == Trust::Changed;
        Q_EMIT trusted(replacing);
        leave();
    });
    updateTrust();
}

void HostKeyPanel::build()
{
    const bool changed = m_view.verdict.trust == Trust::Changed;
    const bool loud = changed || m_view.verdict.trust == Trust::Revoked;
    m_trust->setObjectName(u"host-key-trust"_s);
    m_cancel->setObjectName(u"host-key-cancel"_s);
    m_cancel->setAutoDefault(true);
    m_name->setObjectName(u"host-key-name"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(metric::grid);
    auto* title = new Text(headline(m_view), Type::Section, loud ? Token::Failed : Token::Text);
    title->setObjectName(u"host-key-title"_s);
    title->setWordWrap(true);
    column->addWidget(title);
    ssh::Place place;
    place.host = m_view.address;
    place.port = m_view.port;
    auto* where = new Text(
        tr("%1, key type %2")
            .arg(displayText(place.text(), 300), displayText(QByteArrayView(m_view.key.type), 64)),
        Type::Body, Token::Quiet);
    column->addWidget(where);
    if (changed) {
        for (const ssh::KnownEntry& entry : m_view.verdict.recorded) {
            const QString file = entry.file.isEmpty() ? tr("known since it was made")
                                                      : displayText(entry.place(), 200);
            addFingerprint(column, tr("Recorded (%1)").arg(file), entry.key, Token::Text,
                           u"host-key-recorded"_s);
        }
    }
    addFingerprint(column, changed ? tr("The server shows") : tr("Fingerprint"), m_view.key,
                   loud ? Token::Failed : Token::Text, u"host-key-fingerprint"_s);
    auto* next = new Text(advice(m_view), Type::Body, Token::Quiet);
    next->setWordWrap(true);
    column->addWidget(next);
    if (mayBeTrusted(m_view)) {
        auto* file =
            new Text(tr("It would be recorded in %1.").arg(displayText(m_view.recordFile, 300)),
                     Type::Caption, Token::Quiet);
        file->setObjectName(u"host-key-file"_s);
        file->setWordWrap(true);
        column->addWidget(file);
    }
    m_name->setPlaceholderText(
        tr("Type %1 to replace the record").arg(displayText(m_view.host, 80)));
    m_name->setAccessibleName(m_name->placeholderText());
    m_name->setVisible(changed && mayBeTrusted(m_view));
    m_trust->setVisible(mayBeTrusted(m_view));
    m_trust->setText(changed ? tr("Replace the record") : tr("Trust this key"));
    m_trust->setLook(changed ? Button::Look::Danger : Button::Look::Plain);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metric::grid);
    buttons->addWidget(m_name, 1);
    if (!m_name->isVisibleTo(this)) {
        buttons->addStretch(1);
    }
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_trust);
    column->addLayout(buttons);
}

void HostKeyPanel::addFingerprint(QVBoxLayout* column, const QString& title,
                                  const ssh::PublicKey& key, Token token, const QString& name)
{
    column->addWidget(new Text(title, Type::Caption, Token::Quiet));
    auto* text = new Text(key.fingerprintGroups(), Type::Section, token);
    text->setObjectName(name);
    text->setFixed(true);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(text);
}

void HostKeyPanel::updateTrust()
{
    const bool needsName = m_view.verdict.trust == Trust::Changed;
    m_trust->setRefusal(needsName && m_name->text().trimmed() != m_view.host
                            ? tr("Type the server's name first.")
                            : QString());
}

void HostKeyPanel::focusFirst()
{
    m_cancel->setFocus();
}

void HostKeyPanel::leave()
{
    if (!std::exchange(m_left, true)) {
        hide();
        deleteLater();
        Q_EMIT left();
    }
}

void HostKeyPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        leave();
    } else {
        QFrame::keyPressEvent(event);
    }
}

bool HostKeyPanel::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void HostKeyPanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool loud =
        m_view.verdict.trust == Trust::Changed || m_view.verdict.trust == Trust::Revoked;
    painter.setPen(QPen(colour(loud ? Token::Failed : Token::Accent), 1.5));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), metric::radius, metric::radius);
}

}  // namespace analemma::ui
