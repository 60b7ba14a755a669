#pragma once

#include <QByteArray>

namespace analemma::ssh::socks {

/// What a SOCKS client has sent so far asks for. Pure; the input is foreign.
struct Step {
    enum class Kind {
        More,     ///< incomplete
        Greeted,  ///< SOCKS 5: send `reply`, drop `used` bytes, go on with greeted = true
        Connect,  ///< to host:port
        Refused   ///< send `reply`, hang up
    };
    Kind kind = Kind::More;
    qsizetype used = 0;
    QByteArray reply;
    QByteArray host;
    int port = 0;
    int version = 5;
};
Step read(QByteArrayView received, bool greeted);
/// The answer to a Connect.
QByteArray answer(int version, bool connected);

constexpr qsizetype kLongest = 1024;  ///< no honest request is longer

}  // namespace analemma::ssh::socks
