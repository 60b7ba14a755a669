#pragma once

#include <git2.h>

#include <cstring>
#include <functional>
#include <memory>
#include <unordered_set>

/// Owners of libgit2's C objects. They live on the queue of their repository and never leave this
/// module.
namespace analemma::git {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

using RepositoryHandle = Owned<git_repository, git_repository_free>;
using OdbHandle = Owned<git_odb, git_odb_free>;
using OdbObjectHandle = Owned<git_odb_object, git_odb_object_free>;
using ObjectHandle = Owned<git_object, git_object_free>;
using TreeHandle = Owned<git_tree, git_tree_free>;
using TreeEntryHandle = Owned<git_tree_entry, git_tree_entry_free>;
using CommitHandle = Owned<git_commit, git_commit_free>;
using ReferenceHandle = Owned<git_reference, git_reference_free>;
using ReferenceIteratorHandle = Owned<git_reference_iterator, git_reference_iterator_free>;
using SignatureHandle = Owned<git_signature, git_signature_free>;
using IndexHandle = Owned<git_index, git_index_free>;
using ConfigHandle = Owned<git_config, git_config_free>;

/// Lends a handle to a function that gives back through a pointer: `git_odb_read(out(object),
/// ...)`.
template <class Handle>
class Out {
public:
    explicit Out(Handle& handle) : m_handle(handle) {}
    ~Out() { m_handle.reset(m_raw); }
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    operator typename Handle::pointer *() { return &m_raw; }  // NOLINT: implicit, that is its use

private:
    Handle& m_handle;
    typename Handle::pointer m_raw = nullptr;
};
template <class Handle>
Out<Handle> out(Handle& handle)
{
    return Out<Handle>(handle);
}

struct OidHash {
    std::size_t operator()(const git_oid& id) const
    {
        std::size_t value = 0;  // an id is a hash already
        std::memcpy(&value, id.id, sizeof value);
        return value;
    }
};
struct OidEqual {
    bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_equal(&a, &b) != 0; }
};
using OidSet = std::unordered_set<git_oid, OidHash, OidEqual>;

class StatusMemory;
class ReviewMemory;

/// What a queue keeps of its repository.
struct Handle {
    RepositoryHandle repository;
    OdbHandle odb;
    mutable std::shared_ptr<StatusMemory> statusMemory;  ///< see statusmemory.h
    mutable std::shared_ptr<ReviewMemory> reviewMemory;  ///< see review.cpp
};

}  // namespace analemma::git
