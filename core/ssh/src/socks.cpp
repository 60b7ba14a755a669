#include "core/ssh/src/socks.h"

#include "core/ssh/src/sshbytes.h"

#include <algorithm>

namespace analemma::ssh::socks {
namespace {

constexpr quint8 kConnect = 1;

Step refused(QByteArray reply)
{
    Step step;
    step.kind = Step::Kind::Refused;
    step.reply = std::move(reply);
    return step;
}

QByteArray dotted(QByteArrayView address)
{
    QByteArrayList parts;
    for (const char byte : address) {
        parts += QByteArray::number(quint8(byte));
    }
    return parts.join('.');
}

QByteArray coloned(QByteArrayView address)
{
    QByteArrayList parts;
    for (qsizetype i = 0; i < address.size(); i += 2) {
        parts += address.sliced(i, 2).toByteArray().toHex();
    }
    return parts.join(':');
}

int readPort(WireReader& reader)
{
    const int high = reader.byte();
    return high << 8 | reader.byte();
}

/// A name goes to the server as it is: no control characters, blanks or zero bytes.
bool isName(QByteArrayView name)
{
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char c) {
        return quint8(c) > 0x20 && quint8(c) != 0x7f;
    });
}

Step connectTo(int version, QByteArray host, int port, qsizetype used)
{
    if (!isName(host) || port == 0) {
        return refused(answer(version, false));
    }
    Step step;
    step.kind = Step::Kind::Connect;
    step.version = version;
    step.host = std::move(host);
    step.port = port;
    step.used = used;
    return step;
}

/// Version 4 with the 4a extension: 4, 1, port, address, user, 0 [, name, 0].
Step read4(QByteArrayView received)
{
    WireReader reader(received);
    reader.byte();
    const quint8 command = reader.byte();
    const int port = readPort(reader);
    const QByteArrayView address = reader.bytes(4);
    const qsizetype user = reader.ok() ? reader.rest().indexOf('\0') : -1;
    if (user < 0) {
        return {};
    }
    if (command != kConnect) {
        return refused(answer(4, false));
    }
    reader.bytes(user + 1);
    const bool named = address.first(3) == QByteArrayView("\0\0\0", 3) && address[3] != 0;
    if (!named) {
        return connectTo(4, dotted(address), port, received.size() - reader.rest().size());
    }
    const qsizetype end = reader.rest().indexOf('\0');
    if (end < 0) {
        return {};
    }
    const QByteArray name = reader.bytes(end).toByteArray();
    reader.byte();
    return connectTo(4, name, port, received.size() - reader.rest().size());
}

/// RFC 1928, 3: version, count, methods. Only "no authentication" is spoken.
Step greet5(QByteArrayView received)
{
    WireReader reader(received);
    reader.byte();
    const QByteArrayView methods = reader.bytes(reader.byte());
    if (!reader.ok()) {
        return {};
    }
    if (!methods.contains('\0')) {
        return refused(QByteArray("\x05\xff", 2));
    }
    Step step;
    step.kind = Step::Kind::Greeted;
    step.reply = QByteArray("\x05\x00", 2);
    step.used = received.size() - reader.rest().size();
    return step;
}

/// RFC 1928, 4: version, command, 0, kind of address, address, port.
Step read5(QByteArrayView received)
{
    WireReader reader(received);
    reader.byte();
    const quint8 command = reader.byte();
    reader.byte();
    const quint8 kind = reader.byte();
    QByteArray host;
    if (kind == 1) {
        host = dotted(reader.bytes(4));
    } else if (kind == 3) {
        host = reader.bytes(reader.byte()).toByteArray();
    } else if (kind == 4) {
        host = coloned(reader.bytes(16));
    } else if (reader.ok()) {
        return refused(QByteArray("\x05\x08\0\x01\0\0\0\0\0\0", 10));
    }
    const int port = readPort(reader);
    if (!reader.ok()) {
        return {};
    }
    if (command != kConnect) {
        return refused(QByteArray("\x05\x07\0\x01\0\0\0\0\0\0", 10));
    }
    return connectTo(5, host, port, received.size() - reader.rest().size());
}

}  // namespace

Step read(QByteArrayView received, bool greeted)
{
    if (received.isEmpty()) {
        return {};
    }
    Step step;
    if (received[0] == 4 && !greeted) {
        step = read4(received);
    } else if (received[0] == 5) {
        step = greeted ? read5(received) : greet5(received);
    } else {
        return refused({});
    }
    return step.kind == Step::Kind::More && received.size() >= kLongest ? refused({}) : step;
}

QByteArray answer(int version, bool connected)
{
    if (version == 4) {
        return QByteArray(connected ? "\0\x5a" : "\0\x5b", 2) + QByteArray(6, '\0');
    }
    return QByteArray(connected ? "\x05\0" : "\x05\x05", 2) + QByteArray("\0\x01\0\0\0\0\0\0", 8);
}

}  // namespace analemma::ssh::socks
