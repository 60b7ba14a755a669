#include "core/git/signature.h"

#include "core/git/src/access.h"
#include "core/git/src/errors.h"

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

/// By the first line of the armour (gitformat-signature(5)).
SignedWith kindOfArmour(QByteArrayView armour)
{
    return armour.startsWith("-----BEGIN PGP ")             ? SignedWith::OpenPgp
           : armour.startsWith("-----BEGIN SSH SIGNATURE")  ? SignedWith::Ssh
           : armour.startsWith("-----BEGIN SIGNED MESSAGE") ? SignedWith::X509
                                                            : SignedWith::Other;
}

Result<SignedWith> readSignature(const Handle& handle, const QString& commit)
{
    git_oid id{};
    const QString what = u"read the signature of %1"_s.arg(commit);
    if (const int code = git_oid_fromstr(&id, commit.toLatin1().constData()); code < 0) {
        return gitError(code, what);
    }
    git_buf signature = GIT_BUF_INIT;
    git_buf text = GIT_BUF_INIT;
    const int code =
        git_commit_extract_signature(&signature, &text, handle.repository.get(), &id, "gpgsig");
    SignedWith kind = SignedWith::Nothing;
    if (code == 0) {
        kind = kindOfArmour(QByteArrayView(signature.ptr, qsizetype(signature.size)));
    }
    const bool unsigned_ = code == GIT_ENOTFOUND && git_error_last() != nullptr &&
                           git_error_last()->klass == GIT_ERROR_OBJECT;
    Result<SignedWith> answer =
        code == 0 || unsigned_ ? Result<SignedWith>(kind) : gitError(code, what);
    git_buf_dispose(&signature);
    git_buf_dispose(&text);
    return answer;
}

}  // namespace

Task<Result<SignedWith>> signedWith(std::shared_ptr<Repository> repository, QString commit)
{
    return perform<SignedWith>(Access::body(*repository), [commit](const Handle& handle) {
        return readSignature(handle, commit);
    });
}

}  // namespace analemma::git
