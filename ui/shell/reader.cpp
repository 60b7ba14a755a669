#include "ui/shell/reader.h"

#include <QTimer>

#include <utility>

namespace analemma::ui {

Reader::Reader(int pauseMilliseconds, std::function<bool()> begin, QObject* parent)
    : QObject(parent), m_begin(std::move(begin)), m_soon(new QTimer(this))
{
    m_soon->setSingleShot(true);
    m_soon->setInterval(pauseMilliseconds);
    connect(m_soon, &QTimer::timeout, this, &Reader::read);
}

void Reader::read()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;  // before it begins: what is at hand answers at once
    if (!m_begin()) {
        m_reading = false;
    }
}

void Reader::readSoon()
{
    if (!m_soon->isActive()) {
        m_soon->start();
    }
}

void Reader::done()
{
    m_reading = false;
    if (std::exchange(m_again, false)) {
        readSoon();
    }
}

}  // namespace analemma::ui
