#include "core/operate/src/transferkeeper.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kWriteAfter = 300;  // milliseconds
constexpr int kWriteLater = 2'000;

}  // namespace

TransferKeeper::TransferKeeper(TransferStore* store, Look look,
                               std::function<void(const Error&)> failed)
    : m_store(store), m_look(std::move(look)), m_failed(std::move(failed)), m_holder(newId())
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
        then(write(), &m_timer, [this](const Result<void>& written) {
            if (!written && m_failed) {
                std::exchange(m_failed, nullptr)(
                    written.error().in(u"transfers are not kept for the next time"_s));
            }
        });
    });
}

TransferKeeper::~TransferKeeper()
{
    // In order: the store works them off one after the other, whoever listens.
    const auto nobody = [](const Result<void>&) {};
    then(write(), nullptr, nobody);
    then(m_store->release(m_holder), nullptr, nobody);
}

void TransferKeeper::changed(const QString& id, bool soon)
{
    m_changed.insert(id);
    const int after = soon ? kWriteAfter : kWriteLater;
    if (!m_timer.isActive() || m_timer.remainingTime() > after) {
        m_timer.start(after);
    }
}

Task<Result<void>> TransferKeeper::write()
{
    QList<KeptTransfer> kept;
    QStringList gone;
    QStringList ids(m_changed.cbegin(), m_changed.cend());
    m_changed.clear();
    ids.sort();  // as they were made
    for (const QString& id : std::as_const(ids)) {
        if (const auto one = m_look(id)) {
            kept.append(*one);
        } else {
            gone.append(id);
        }
    }
    return m_store->keep(m_holder, std::move(kept), std::move(gone));
}

}  // namespace analemma::operate
