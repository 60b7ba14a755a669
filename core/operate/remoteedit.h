#pragma once

#include "core/operate/transfers.h"

#include <QDateTime>
#include <QObject>

/// Files of servers, edited with a program of this machine.
namespace analemma::operate {

/// One file that is being edited.
struct EditView {
    enum class State {
        Opening,   ///< it is fetched
        Open,      ///< both sides are the same, as far as we know
        Saving,    ///< what was saved here goes to the server
        Conflict,  ///< the server's file changed meanwhile: nothing was written, both are kept here
        Failed     ///< it could not be fetched or written; the local copy stays
    };
    QString id;
    Place place;        ///< the file itself, links resolved
    QString localPath;  ///< what the program opens
    QString theirPath;  ///< with a conflict: the server's version, beside it; may be empty
    State state = State::Opening;
    int saves = 0;
    QString note;  ///< what else a person should know: "the owner is root now"
    std::optional<Error> error = std::nullopt;
    /// The local copy holds what the server does not have.
    [[nodiscard]] bool isUnsaved() const { return !localPath.isEmpty() && state > State::Open; }
};
QString toString(EditView::State state);

/// Fetches files into private folders (mode 0700), watches them, and writes each save back, but
/// only when size, time and SHA-256 of the server's file still are what was read. Permissions and,
/// where the server lets us, the owner are kept. Main thread.
class RemoteEdits : public QObject {
    Q_OBJECT
public:
    /// `folder`: of this program alone; made when needed.
    RemoteEdits(Transfers::Connect connect, QString folder, QObject* parent = nullptr);
    /// What the server has too is removed; what it does not have stays on this disk.
    ~RemoteEdits() override;

    /// Fetches it; opened() follows, or changed() with the error. Gives the id. A file that is open
    /// already is the same edit.
    QString open(Place place);
    [[nodiscard]] QList<EditView> list() const;
    [[nodiscard]] std::optional<EditView> find(const QString& id) const;

    /// Of a conflict: writes ours over the version that was fetched beside it.
    void keepMine(const QString& id);
    /// Of a conflict: their version becomes the local copy; ours stays beside it as NAME.mine.
    void takeTheirs(const QString& id);
    /// After a failure: fetches or writes again.
    void retry(const QString& id);
    /// Ends the watch and removes the local copy, saved or not.
    void close(const QString& id);

Q_SIGNALS:
    /// The local copy is there: open it with a program.
    void opened(const QString& id, const QString& localPath);
    void changed(const QString& id);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

/// The name under which a file is edited here: one that no program takes for something to run.
/// Pure.
QString editName(const QByteArray& name);

}  // namespace analemma::operate
