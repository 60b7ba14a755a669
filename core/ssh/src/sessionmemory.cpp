#include "core/ssh/src/sessionmemory.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace analemma::ssh {

namespace {

constexpr std::size_t kLargeBlock = 16 * 1024;

bool isEmpty(const char* page, std::size_t size)
{
    return page[0] == 0 && std::memcmp(page, page + 1, size - 1) == 0;
}

}  // namespace

SessionMemory::~SessionMemory()
{
    while (m_ring.after != &m_ring) {
        give(m_ring.after + 1);
    }
}

void* SessionMemory::take(std::size_t size)
{
    if (size > SIZE_MAX - sizeof(Head)) {
        return nullptr;
    }
    void* raw = std::malloc(sizeof(Head) + size);
    if (raw == nullptr) {
        return nullptr;
    }
    Head* head = new (raw) Head;
    head->size = size;
    head->before = &m_ring;
    head->after = m_ring.after;
    head->before->after = head;
    head->after->before = head;
    ++m_count;
    return head + 1;
}

void* SessionMemory::resize(void* block, std::size_t size)
{
    void* fresh = take(size);
    if (fresh != nullptr && block != nullptr) {
        std::memcpy(fresh, block, std::min(size, (static_cast<Head*>(block) - 1)->size));
        give(block);
    }
    return fresh;
}

void SessionMemory::giveBackEmptyPages()
{
    static const auto page = std::size_t(::sysconf(_SC_PAGESIZE));
    for (Head* head = m_ring.after; head != &m_ring; head = head->after) {
        if (head->size < kLargeBlock) {
            continue;
        }
        char* const begin = reinterpret_cast<char*>(head + 1);
        char* const end = begin + head->size;
        const auto odd = std::size_t(reinterpret_cast<std::uintptr_t>(begin) % page);
        for (char* at = odd == 0 ? begin : begin + (page - odd); at + page <= end; at += page) {
            if (isEmpty(at, page)) {
                ::madvise(at, page, MADV_DONTNEED);
            }
        }
    }
}

void SessionMemory::give(void* block)
{
    if (block == nullptr) {
        return;
    }
    Head* head = static_cast<Head*>(block) - 1;
    head->before->after = head->after;
    head->after->before = head->before;
    --m_count;
    ::explicit_bzero(block,
                     head->size);  // OpenSSL's own goes by eight bytes: a sixth of a transfer
    std::free(head);
}

}  // namespace analemma::ssh
