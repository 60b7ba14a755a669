#include "core/monitor/src/checkdns.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr int mostRecords = 100;

int typeOf(const QString& name)
{
    if (name == u"AAAA") {
        return ns_t_aaaa;
    }
    if (name == u"CNAME") {
        return ns_t_cname;
    }
    if (name == u"MX") {
        return ns_t_mx;
    }
    if (name == u"NS") {
        return ns_t_ns;
    }
    return name == u"TXT" ? ns_t_txt : ns_t_a;
}

QString addressText(int family, const unsigned char* bytes)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes, text.data(), text.size());
    return QString::fromLatin1(text.data());
}

/// A name inside a message, from `at` on; empty when it is broken.
QString nameAt(const ns_msg& message, const unsigned char* at)
{
    std::array<char, NS_MAXDNAME> text{};
    if (::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), at, text.data(),
                             text.size()) < 0) {
        return {};
    }
    return displayText(QByteArrayView(text.data()), 300);
}

/// Strings, each with its length before it.
QString txtText(const unsigned char* bytes, int size)
{
    QByteArray text;
    for (int at = 0; at < size;) {
        const int length = std::min(int(bytes[at]), size - at - 1);
        text.append(reinterpret_cast<const char*>(bytes) + at + 1, length);
        at += 1 + length;
    }
    return displayText(QByteArrayView(text), 500);
}

QString recordText(const ns_msg& message, const ns_rr& record)
{
    const unsigned char* data = ns_rr_rdata(record);
    const int size = ns_rr_rdlen(record);
    switch (ns_rr_type(record)) {
        case ns_t_a:
            return size == 4 ? addressText(AF_INET, data) : QString();
        case ns_t_aaaa:
            return size == 16 ? addressText(AF_INET6, data) : QString();
        case ns_t_mx: {
            const QString name = size > 2 ? nameAt(message, data + 2) : QString();
            return name.isEmpty() ? name : QString::number(data[0] * 256 + data[1]) + u' ' + name;
        }
        case ns_t_txt:
            return txtText(data, size);
        default:
            return nameAt(message, data);
    }
}

/// The resolver's state, closed with its owner.
class Resolver {
public:
    explicit Resolver(const workspace::ServiceCheck& check)
    {
        m_ready = ::res_ninit(&m_state) == 0;
        if (!check.resolver.isEmpty()) {
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(quint16(
                check.resolver.contains(u':') ? check.resolver.section(u':', 1).toUInt() : 53));
            ::inet_pton(AF_INET, check.resolver.section(u':', 0, 0).toLatin1().constData(),
                        &address.sin_addr);
            m_state.nscount = 1;
            m_state.nsaddr_list[0] = address;
        }
        // Twice each server, so that all of it ends in time.
        m_state.retry = 2;
        const auto tries = 2 * std::max(m_state.nscount, 1);
        m_state.retrans = std::max(1, int(check.timeout.count() / 1000) / tries);
    }
    ~Resolver() { ::res_nclose(&m_state); }
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    [[nodiscard]] bool ready() const { return m_ready; }
    [[nodiscard]] res_state state() { return &m_state; }

private:
    struct __res_state m_state {};
    bool m_ready = false;
};

}  // namespace

Result<QStringList> recordsIn(const QByteArray& answer, const QString& type)
{
    const Error broken(ErrorKind::Protocol, u"The name server's answer cannot be read"_s);
    ns_msg message;
    if (::ns_initparse(reinterpret_cast<const unsigned char*>(answer.constData()),
                       int(answer.size()), &message) != 0) {
        return broken;
    }
    QStringList records;
    const int count = std::min(int(ns_msg_count(message, ns_s_an)), mostRecords);
    for (int i = 0; i < count; ++i) {
        ns_rr record;
        if (::ns_parserr(&message, ns_s_an, i, &record) != 0) {
            return broken;
        }
        if (int(ns_rr_type(record)) == typeOf(type)) {
            const QString text = recordText(message, record);
            if (text.isEmpty()) {
                return broken;
            }
            records += text;
        }
    }
    return records;
}

Result<QStringList> askNameServer(const workspace::ServiceCheck& check)
{
    Resolver resolver(check);
    if (!resolver.ready()) {
        return Error(ErrorKind::Network, u"This machine has no name server to ask"_s);
    }
    QByteArray answer(NS_MAXMSG, '\0');
    const int size = ::res_nquery(resolver.state(), check.domain.toLatin1().constData(), ns_c_in,
                                  typeOf(check.record),
                                  reinterpret_cast<unsigned char*>(answer.data()), NS_MAXMSG);
    if (size >= 0) {
        return recordsIn(answer.left(size), check.record);
    }
    switch (resolver.state()->res_h_errno) {
        case HOST_NOT_FOUND:
            return Error(ErrorKind::NotFound, u"There is no name %1"_s.arg(check.domain));
        case NO_DATA:
            return QStringList();
        case TRY_AGAIN:
            return Error(ErrorKind::Timeout,
                         u"No name server answers about %1"_s.arg(check.domain));
        default:
            return Error(ErrorKind::Protocol,
                         u"The name server does not answer about %1"_s.arg(check.domain));
    }
}

}  // namespace analemma::monitor
