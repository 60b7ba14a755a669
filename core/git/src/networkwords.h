#pragma once

#include "core/git/network.h"
#include "core/git/src/networkurl.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

/// What the git program and those below it say, as values. Pure; the words may be hostile.
namespace analemma::git {

/// A line of progress as git paints it: "Receiving objects:  42% (21/50), 1.20 MiB | 600 KiB/s".
std::optional<NetworkProgress> progressOf(QByteArrayView line);

/// Takes stderr apart, in bounded memory whatever comes: lines end with CR or LF.
class NetworkTalk {
public:
    /// The progress in this piece: of each phase the last.
    QList<NetworkProgress> feed(QByteArrayView piece);
    /// What the other side said, without progress: at most 100 lines, made harmless.
    [[nodiscard]] QStringList said() const { return m_said; }
    /// The last lines of git itself, at most 64.
    [[nodiscard]] QByteArrayList own() const { return m_own; }
    /// The end of the stream.
    void finish();

private:
    std::optional<NetworkProgress> takeLine();

    QByteArray m_line;
    QStringList m_said;
    QByteArrayList m_own;
};

/// Why a call failed, by git's own last lines. `what` says what was tried: "fetch from
/// https://example.org/a.git".
Error networkError(const QString& what, const QByteArrayList& own, const QString& endText);

/// A line of `git push --porcelain` (git-push(1), OUTPUT); nothing for others.
std::optional<PushedRef> pushedRefOf(QByteArrayView line);

/// The tags of " ! [rejected] v1 -> v1 (would clobber existing tag)".
QStringList rejectedTags(const QByteArrayList& own);

/// A question of git or ssh, from the words that GIT_ASKPASS and SSH_ASKPASS get.
NetworkQuestion questionOf(const QByteArray& prompt, const RemoteUrl& url);

}  // namespace analemma::git
