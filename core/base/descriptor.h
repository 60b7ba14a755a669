#pragma once

#include <dirent.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace analemma {

/// A file descriptor, closed with its owner.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : m_fd(fd) {}
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    [[nodiscard]] bool valid() const { return m_fd >= 0; }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd = -1;
};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
/// An open folder being listed; owns its descriptor.
using Folder = std::unique_ptr<DIR, CloseFolder>;

}  // namespace analemma
