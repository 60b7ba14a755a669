#pragma once

#include "core/workspace/workspace.h"

#include <QWidget>

class QGridLayout;
class QLineEdit;

namespace analemma::ui {

/// Where a repository comes from, where it goes and what the workspace calls it. Folder and name
/// follow the address until somebody changes them. A part of an AskPanel.
class PlaceForm : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Clone, Open, Make };
    struct Place {
        QString address;  ///< of a clone
        QString folder;   ///< absolute
        QString name;
        int depth = 0;  ///< 0: all commits
    };

    PlaceForm(Kind kind, const workspace::Workspace& workspace, QWidget* parent = nullptr);
    /// To be put right, after something failed.
    void setPlace(const Place& place);
    [[nodiscard]] Place place() const;
    /// Why it cannot be tried yet; empty: it can.
    [[nodiscard]] QString refusal() const;

Q_SIGNALS:
    void changed();
    void submitted();  ///< Enter in the last field

private:
    QLineEdit* addField(const QString& id, const QString& label, QWidget* beside = nullptr);
    void addDepth();
    void follow();
    void setFolder(const QString& folder);
    void choose();

    const Kind m_kind;
    const workspace::Workspace m_workspace;
    QGridLayout* m_grid;
    QLineEdit* m_address = nullptr;
    QLineEdit* m_folder = nullptr;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_depth = nullptr;
};

/// "shop" of "git@example.org:ana/shop.git" and of "/srv/git/shop/". Pure.
QString nameOfAddress(const QString& address);

}  // namespace analemma::ui
