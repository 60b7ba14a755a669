#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

/// Words of a generated configuration of OpenSSH: ssh_config(5). Pure.
namespace analemma {

/// In quotes, so that OpenSSH reads exactly these bytes; nothing when it cannot be written.
std::optional<QByteArray> sshConfigWord(const QByteArray& word);
/// A full path for a keyword that expands tokens and variables: none of them is in it then.
std::optional<QByteArray> sshConfigPath(const QString& path);

}  // namespace analemma
