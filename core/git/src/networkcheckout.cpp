#include "core/git/src/networkcheckout.h"

#include "core/base/text.h"
#include "core/git/src/errors.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype shownInTheWay = 10;

struct InTheWay {
    QStringList files;
    qsizetype count = 0;
};

int noteConflict(git_checkout_notify_t, const char* path, const git_diff_file*,
                 const git_diff_file*, const git_diff_file*, void* payload)
{
    auto* found = static_cast<InTheWay*>(payload);
    ++found->count;
    if (found->files.size() < shownInTheWay) {
        found->files.append(displayText(QByteArrayView(path), 200));
    }
    return 0;
}

}  // namespace

Result<void> checkOut(const Handle& handle, const git_oid& commit, bool all)
{
    const QString what = u"write the files of the work tree"_s;
    ObjectHandle target;
    if (const int code =
            git_object_lookup(out(target), handle.repository.get(), &commit, GIT_OBJECT_COMMIT);
        code < 0) {
        return gitError(code, what);
    }
    InTheWay found;
    git_checkout_options options;
    git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
    options.checkout_strategy =
        GIT_CHECKOUT_SAFE | (all ? GIT_CHECKOUT_RECREATE_MISSING : GIT_CHECKOUT_NONE);
    options.notify_flags = GIT_CHECKOUT_NOTIFY_CONFLICT;
    options.notify_cb = &noteConflict;
    options.notify_payload = &found;
    const int code = git_checkout_tree(handle.repository.get(), target.get(), &options);
    if (code < 0 && found.count > 0) {
        git_error_clear();
        const QString more = found.count > found.files.size()
                                 ? u" and %1 more"_s.arg(found.count - found.files.size())
                                 : QString();
        return Error(ErrorKind::Refused,
                     u"Files with changes of yours would be overwritten: %1%2. Nothing was "
                     "changed."_s.arg(found.files.join(u", "_s), more))
            .withHint(u"Commit, stash or discard these changes first."_s);
    }
    return code < 0 ? Result<void>(gitError(code, what)) : Result<void>();
}

}  // namespace analemma::git
