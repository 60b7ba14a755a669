#pragma once

#include "core/ssh/publickey.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <vector>

/// The lines of a known_hosts file and what they match. Pure.
namespace analemma::ssh {

struct KnownLine {
    enum class Kind { Blank, Key, Authority, Revoked, Damaged };
    Kind kind = Kind::Blank;
    int number = 0;
    qsizetype begin = 0;  ///< in the file, with its line end
    qsizetype end = 0;
    QByteArray names;
    PublicKey key;  ///< empty: what stands there is no key
    QByteArray comment;
    QString problem;  ///< of a Damaged line, or of a key
};

/// All lines in order: together they are the file, byte by byte.
std::vector<KnownLine> readKnownLines(const QByteArray& text);

/// "host" or "[host]:port", in lower case: how a record names a server.
QByteArray knownName(const QString& host, int port);
/// "|1|salt|hash" with a fresh salt.
QByteArray hashedName(const QByteArray& name);

enum class NameMatch { No, Exact, Hashed, Pattern };
NameMatch matchesName(const KnownLine& line, const QByteArray& name);

/// OpenSSH's order of trust in key types; larger is worse.
int typeRank(const QByteArray& type);

}  // namespace analemma::ssh
