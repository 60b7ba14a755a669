#pragma once

#include "core/ssh/config.h"

#include <QByteArray>

/// What each keyword of ssh_config means to us. A table; pure.
namespace analemma::ssh {

struct ConfigKeyword {
    enum class Shape {
        Word,     ///< one argument
        Words,    ///< one or more
        Flag,     ///< yes or no
        Number,   ///< 0 or more
        Port,     ///< 1 to 65535
        Time,     ///< parseSshTime(), or "none"
        Family,   ///< any, inet, inet6
        Forward,  ///< [bind:]port [host:port]
        Rest,     ///< the rest of the line as it is
        Any,      ///< not looked at
        Host,
        Match,
        Include,
    };
    const char* name;  ///< lower case
    Shape shape;
    LineUse use;
    const char* note;
    bool isAdditive = false;   ///< each line adds instead of the first one winning
    bool isForSystem = false;  ///< may stand in a generated configuration: it runs nothing
};

/// By name in any case; null for a keyword that OpenSSH 9.2 does not know either.
const ConfigKeyword* configKeyword(const QByteArray& name);

}  // namespace analemma::ssh
