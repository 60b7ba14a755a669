#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace analemma {

namespace detail {
/// Posts to the thread of this anchor (threadAnchor) with one event. Where they take longer than a
/// window may be away from its other events, these come in between; the order stays.
void postTogether(const std::shared_ptr<QObject>& anchor, std::vector<std::function<void()>> calls);
}  // namespace detail

/// While one lives, what the calling thread posts to other threads gathers: each of them is woken
/// up once for all of it, at the end. For turns that post to the same thread many times, and do not
/// wait for what they post. Within another one it does nothing.
class Together {
public:
    Together();
    ~Together();
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

    /// Runs `call` at the end; false, and nothing, when the calling thread gathers nothing.
    static bool atEnd(const std::function<void()>& call);
    /// The like, with a call for the thread of `anchor`, in order (detail::post).
    static bool hold(const std::shared_ptr<QObject>& anchor, std::function<void()>& call);

private:
    using Calls = std::vector<std::function<void()>>;
    struct Letter {
        std::shared_ptr<QObject> anchor;
        Calls calls;
    };
    std::vector<Letter> m_letters;  ///< one for each thread
    Calls m_atEnd;
};

}  // namespace analemma
