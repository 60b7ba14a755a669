#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

/// OpenSSL's objects with an owner. Numbers are wiped, since many of them are parts of keys.
namespace analemma::ssh {

struct OpensslFree {
    void operator()(BIGNUM* p) const { BN_clear_free(p); }
    void operator()(BIO* p) const { BIO_free_all(p); }
    void operator()(BN_CTX* p) const { BN_CTX_free(p); }
    void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
    void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
    void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
    void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
    void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslFree>;

}  // namespace analemma::ssh
