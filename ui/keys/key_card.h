#pragma once

#include "core/ssh/keys.h"
#include "ui/widgets/parts.h"

namespace analemma::ui {

/// "Ed25519", "RSA 3072": for people.
QString kindText(const ssh::KeyInfo& key);
/// The name of its file, or what the agent calls it.
QString nameText(const ssh::KeyInfo& key);

/// One key of the user: facts, what is wrong with it, and what can be done.
class KeyCard : public Card {
    Q_OBJECT
public:
    explicit KeyCard(QWidget* parent = nullptr);
    void setKey(const ssh::KeyInfo& key);
    [[nodiscard]] const ssh::KeyInfo& key() const { return m_key; }
    /// Something was tried: why it did not work.
    void setError(const Error& error);

Q_SIGNALS:
    void copyPressed();
    void closeToOthersPressed();
    void putPressed();

private:
    ssh::KeyInfo m_key;
    SectionTitle* m_title;
    Text* m_warning;
    FactGrid* m_grid;
    Button* m_copy;
    Button* m_close;
    Button* m_put;
};

}  // namespace analemma::ui
