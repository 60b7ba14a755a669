#include "core/git/src/errors.h"

#include "core/base/text.h"

#include <git2.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

bool isUnsupportedFormat(const QByteArray& message)
{
    return message.contains("unsupported extension") ||
           message.contains("unsupported repository version");
}

ErrorKind kindOfClass(int errorClass)
{
    switch (errorClass) {
        case GIT_ERROR_INVALID:
        case GIT_ERROR_CONFIG:
            return ErrorKind::Invalid;
        default:
            return ErrorKind::Io;
    }
}

ErrorKind kindOf(int code, int errorClass)
{
    switch (code) {
        case GIT_ENOTFOUND:
        case GIT_EUNBORNBRANCH:
            return ErrorKind::NotFound;
        case GIT_EEXISTS:
        case GIT_ECONFLICT:
        case GIT_EMODIFIED:
        case GIT_ENONFASTFORWARD:
        case GIT_EUNMERGED:
        case GIT_EMERGECONFLICT:
            return ErrorKind::Conflict;
        case GIT_EAMBIGUOUS:
        case GIT_EINVALIDSPEC:
        case GIT_EINVALID:
        case GIT_EPEEL:
        case GIT_EDIRECTORY:
            return ErrorKind::Invalid;
        case GIT_ELOCKED:
            return ErrorKind::Locked;
        case GIT_EBAREREPO:
            return ErrorKind::Unsupported;
        default:
            return kindOfClass(errorClass);
    }
}

/// ENOSPC or EDQUOT where these words are libgit2's for it: it puts those of the system at the end.
int fullDiskCode(const QByteArray& message)
{
    for (const int code : {ENOSPC, EDQUOT}) {
        if (message.endsWith(std::strerror(code))) {
            return code;
        }
    }
    return 0;
}

QString hintFor(ErrorKind kind, int code)
{
    if (kind == ErrorKind::Locked) {
        return u"Another git program is at work in this repository: wait for it. If none is, one "
               u"was killed "
               u"and left the .lock file that is named; remove it."_s;
    }
    if (code == GIT_EAMBIGUOUS) {
        return u"Write more digits of the commit."_s;
    }
    if (code == GIT_EMISMATCH) {
        return u"The repository is damaged: run git fsck in it."_s;
    }
    return {};
}

}  // namespace

bool isForeignOwner(int code, int errorClass, const QByteArray& message)
{
    return code == GIT_EOWNER || (code == GIT_ENOTFOUND && errorClass == GIT_ERROR_CONFIG &&
                                  message.contains("safe.directory"));
}

Error foreignOwner(const QString& path)
{
    const QString shown = displayText(path);
    Error error(
        ErrorKind::Refused,
        u"The repository %1 belongs to another user of this machine, so it was not opened."_s.arg(
            shown),
        GIT_EOWNER);
    return error.withHint(
        u"A repository's settings can name programs to run, and whoever owns it could have put "
        u"them there. "
        u"Make yourself its owner (chown -R), or, if you trust it, run: "
        u"git config --global --add safe.directory %1"_s.arg(shellQuote(path)));
}

Error translate(int code, int errorClass, const QByteArray& message, const QString& what)
{
    if (message.contains("extensions.objectformat")) {
        Error error(ErrorKind::Unsupported,
                    u"%1: this repository names its objects by SHA-256, which can not be read yet. "
                    "Nothing was changed."_s.arg(what),
                    code);
        return error.withHint(
            u"Git itself can work in it; repositories with SHA-1 ids can be opened here."_s);
    }
    if (isUnsupportedFormat(message)) {
        Error error(ErrorKind::Unsupported,
                    u"%1: this repository's format is newer than this build's libgit2 (%2)."_s.arg(
                        what, displayText(QByteArrayView(message), 300)),
                    code);
        return error.withHint(u"Nothing was changed. Git itself can tell more: git status"_s);
    }
    if (const int full = fullDiskCode(message); full != 0) {
        return systemError(what, full);
    }
    const ErrorKind kind = kindOf(code, errorClass);
    const QString said = message.isEmpty() ? u"libgit2 gave no reason (code %1)"_s.arg(code)
                                           : displayText(QByteArrayView(message), 300);
    return Error(kind, u"%1: %2"_s.arg(what, said), code).withHint(hintFor(kind, code));
}

Error gitError(int code, const QString& what)
{
    const int system = errno;
    const git_error* last = git_error_last();
    const int errorClass = last != nullptr ? last->klass : GIT_ERROR_NONE;
    const QByteArray message = last != nullptr ? QByteArray(last->message) : QByteArray();
    git_error_clear();
    // Where a second way of writing an object fails, libgit2 1.5 gives no reason.
    const bool isFull = message.isEmpty() && (system == ENOSPC || system == EDQUOT);
    return isFull ? systemError(what, system) : translate(code, errorClass, message, what);
}

}  // namespace analemma::git
