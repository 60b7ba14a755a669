#pragma once

#include "core/git/graphfile.h"
#include "ui/repositories/repository_tab.h"

class QAction;

namespace analemma::ui {

class Button;
class Text;

/// A line over a long history that comes slowly: it offers to let git write the commit-graph file,
/// and says how that goes. Who allows it once allows it for this repository: later it is written in
/// the background whenever it falls behind. Hidden when there is nothing to say. Main thread.
class IndexOffer : public QWidget {
    Q_OBJECT
public:
    explicit IndexOffer(QWidget* parent = nullptr);
    ~IndexOffer() override;

    void setRepository(const RepositoryPointer& repository);
    /// The one that is shown, from all branches; looked at when it is complete.
    void setHistory(const std::shared_ptr<git::History>& history);
    /// The consent, to be given and taken back at any time.
    [[nodiscard]] QAction* keepAction() const { return m_keep; }

    /// With fewer commits that the file does not hold it would gain nothing. Pure.
    static bool isWorthWhile(git::GraphFile file, int count, int notInFile);

Q_SIGNALS:
    void written();
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);

private:
    enum class Consent { None, Allowed, Declined };
    void look();
    void write();
    void ended(const Result<git::GraphFileState>& state);
    void allow(bool allowed);
    void showLine(const QString& text, bool isWriting);
    [[nodiscard]] Consent consent() const;
    void setConsent(Consent consent);

    RepositoryPointer m_repository;
    std::shared_ptr<git::History> m_history;
    QAction* m_keep;
    Text* m_text;
    Button* m_write;
    Button* m_decline;
    Button* m_stop;
    CancelToken m_cancel;
    bool m_isWriting = false;
    bool m_hasTried = false;  ///< since this repository was opened: no second time by itself
};

}  // namespace analemma::ui
