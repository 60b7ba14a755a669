#pragma once

#include "core/base/task.h"

#include <QHash>
#include <QString>

#include <deque>
#include <memory>

namespace analemma::infra::local {

/// One at a time for each thing of this program: "server/web-1", "balancer/production". Other
/// programs are kept out by the engine's leases. Thread: main.
class Gate : public std::enable_shared_from_this<Gate> {
public:
    /// Holds the gate of one thing; the next one enters when it dies.
    class Pass {
    public:
        Pass(std::shared_ptr<Gate> gate, QString name)
            : m_gate(std::move(gate)), m_name(std::move(name))
        {
        }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass() { m_gate->leave(m_name); }

    private:
        std::shared_ptr<Gate> m_gate;
        QString m_name;
    };

    static Task<Result<std::shared_ptr<Pass>>> enter(std::shared_ptr<Gate> gate, QString name)
    {
        const auto found = gate->m_waiting.find(name);
        if (found == gate->m_waiting.end()) {
            gate->m_waiting.insert(name, {});
        } else {
            const Promise<void> turn;
            found->push_back(turn);
            auto future = turn.future();
            const Result<void> mine = co_await future;
            if (!mine) {
                co_return mine.error();
            }
        }
        co_return std::make_shared<Pass>(gate, name);
    }

private:
    void leave(const QString& name)
    {
        const auto found = m_waiting.find(name);
        if (found == m_waiting.end()) {
            return;
        }
        while (!found->empty()) {
            const Promise<void> next = found->front();
            found->pop_front();
            if (!next.isFinished()) {
                next.finish(Result<void>());
                return;
            }
        }
        m_waiting.erase(found);
    }

    QHash<QString, std::deque<Promise<void>>> m_waiting;  ///< a thing that is held has an entry
};

}  // namespace analemma::infra::local
