#pragma once

#include "ui/repositories/desk.h"
#include "ui/repositories/place_form.h"

#include <QMap>

namespace analemma::ui {

class AskPanel;
class NetworkTalk;

/// Which repositories the workspace has: cloned, opened, made and taken out again. Files of a
/// repository are never deleted. Main thread.
class WallDesk : public Desk {
    Q_OBJECT
public:
    using Repositories = QMap<QString, workspace::Repository>;
    /// A clone under way.
    struct Cloning {
        QString name;  ///< empty: none is under way
        QString text;  ///< "Receiving objects 12 of 80"
        double share = -1;
    };

    /// `ask` is where it asks; not owned.
    WallDesk(const Context& context, AskPanel* ask, QObject* parent = nullptr);
    ~WallDesk() override;

    /// As the workspace file says, as far as it is known here.
    [[nodiscard]] const Repositories& repositories() const { return m_workspace.repositories; }
    void clone();
    void open();
    void make();
    void remove(const QStringList& names);
    /// A folder that is a repository: added unless it is there already, then shown.
    void openFolder(const QString& folder);
    void stop();  ///< ends the clone; nothing of it is left
    [[nodiscard]] bool isCloning() const { return !m_cloning.name.isEmpty(); }

Q_SIGNALS:
    void changed();  ///< repositories() did
    void cloning(const analemma::ui::WallDesk::Cloning& now);
    void shown(const QString& name);

private:
    using Place = PlaceForm::Place;
    using Kind = PlaceForm::Kind;
    void ask(Kind kind, const Place& place = {}, const Error* failed = nullptr);
    void start(Kind kind, const Place& place);
    void startClone(const Place& place);
    void failed(Kind kind, const Place& place, const Error& error);
    void addOpened(Kind kind, const Place& place,
                   const std::shared_ptr<git::Repository>& repository);
    void add(const workspace::Repository& repository, const QString& text);
    void putBack(const QByteArray& before, const QByteArray& after, const Repositories& taken);
    void edit(std::function<Result<QByteArray>(const QByteArray&)> change,
              std::function<void()> done, const QString& orElse = {});
    void tell(const Cloning& now);

    Context m_context;
    workspace::Workspace m_workspace;
    AskPanel* m_ask;
    NetworkTalk* m_talk;
    Cloning m_cloning;
    CancelToken m_cancel;
};

}  // namespace analemma::ui
