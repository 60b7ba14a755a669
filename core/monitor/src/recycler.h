#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace analemma::monitor {

/// Gives objects that were used before, with the memory that they hold: what is made hundreds of
/// times a second and let go of on another thread. take() on one thread; the objects outlive it.
template <class T>
class Recycler {
public:
    /// As it was left by whoever had it before.
    [[nodiscard]] std::shared_ptr<T> take()
    {
        std::unique_ptr<T> one = m_shelf->take();
        if (!one) {
            one = std::make_unique<T>();
        }
        return {one.release(), [shelf = m_shelf](T* back) { shelf->give(back); }};
    }

private:
    static constexpr std::size_t kMost = 64;

    class Shelf {
    public:
        std::unique_ptr<T> take()
        {
            const std::scoped_lock lock(m_mutex);
            if (m_things.empty()) {
                return nullptr;
            }
            std::unique_ptr<T> one = std::move(m_things.back());
            m_things.pop_back();
            return one;
        }
        void give(T* back)
        {
            std::unique_ptr<T> one(back);  // goes outside the lock when there are enough
            const std::scoped_lock lock(m_mutex);
            if (m_things.size() < kMost) {
                m_things.push_back(std::move(one));
            }
        }

    private:
        std::mutex m_mutex;
        std::vector<std::unique_ptr<T>> m_things;
    };
    const std::shared_ptr<Shelf> m_shelf = std::make_shared<Shelf>();
};

}  // namespace analemma::monitor
