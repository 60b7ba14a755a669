#pragma once

#include "core/operate/hosts.h"
#include "ui/widgets/parts.h"

class QLineEdit;

namespace analemma::ui {

/// The key that a server shows, over its console: for a person who compares the fingerprint. The
/// main answer is no. A key that is not the recorded one is shown beside it and taken only after
/// the server's name was typed; a revoked one, or one of a server that we made, never.
class HostKeyPanel : public QFrame {
    Q_OBJECT
public:
    explicit HostKeyPanel(const operate::HostKeyView& view, QWidget* parent = nullptr);
    [[nodiscard]] const operate::HostKeyView& view() const { return m_view; }
    void focusFirst();
    /// Goes away.
    void leave();

Q_SIGNALS:
    /// It was compared and is the right one.
    void trusted(bool replacing);
    void left();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void build();
    void addFingerprint(QVBoxLayout* column, const QString& title, const ssh::PublicKey& key,
                        Token token, const QString& name);
    void updateTrust();
    operate::HostKeyView m_view;
    Button* m_trust;
    Button* m_cancel;
    QLineEdit* m_name;
    bool m_left = false;
};

}  // namespace analemma::ui
