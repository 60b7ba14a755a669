#include "core/base/together.h"

#include "core/base/task.h"

#include <algorithm>
#include <utility>

namespace analemma {
namespace {

thread_local Together* t_together = nullptr;

}  // namespace

Together::Together()
{
    if (t_together == nullptr) {
        t_together = this;
    }
}

Together::~Together()
{
    if (t_together != this) {
        return;
    }
    t_together = nullptr;
    for (Letter& letter : m_letters) {
        detail::postTogether(letter.anchor, std::move(letter.calls));
    }
    for (const std::function<void()>& call : m_atEnd) {
        call();
    }
}

bool Together::atEnd(const std::function<void()>& call)
{
    if (t_together == nullptr) {
        return false;
    }
    t_together->m_atEnd.push_back(call);
    return true;
}

bool Together::hold(const std::shared_ptr<QObject>& anchor, std::function<void()>& call)
{
    if (t_together == nullptr) {
        return false;
    }
    std::vector<Letter>& letters = t_together->m_letters;
    auto letter = std::find_if(letters.begin(), letters.end(),
                               [&](const Letter& each) { return each.anchor == anchor; });
    if (letter == letters.end()) {
        letter = letters.insert(letters.end(), {anchor, {}});
    }
    letter->calls.push_back(std::move(call));
    return true;
}

}  // namespace analemma
