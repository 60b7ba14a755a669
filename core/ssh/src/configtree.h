#pragma once

#include "core/ssh/config.h"
#include "core/ssh/src/configtable.h"
#include "core/ssh/src/configwords.h"

#include <functional>
#include <memory>
#include <vector>

/// The files of a configuration as lines, with what they include in its place. ssh_config(5).
namespace analemma::ssh {

struct ConfigFile;

struct ConfigNode {
    int number = 0;
    ConfigWords words;
    const ConfigKeyword* keyword = nullptr;  ///< null: unknown
    QString problem;                         ///< why OpenSSH would refuse the line
    std::vector<std::shared_ptr<const ConfigFile>> included;
};

struct ConfigFile {
    QString path;
    bool isUser = true;
    std::vector<ConfigNode> nodes;
};

/// How the reader reaches the disk.
struct ConfigDisk {
    std::function<Result<QByteArray>(const QString& path)> read;
    std::function<QStringList(const QString& pattern)> glob;
};
/// The real one: regular files of at most 1 MiB that nobody else may write.
ConfigDisk realConfigDisk();

/// Bounded: 16 levels, 512 files, 16 MiB in all; past that a line's problem says so.
class ConfigReader {
public:
    ConfigReader(ConfigDisk disk, QString home) : m_disk(std::move(disk)), m_home(std::move(home))
    {
    }
    std::shared_ptr<const ConfigFile> read(const QString& path, bool isUser);
    std::shared_ptr<const ConfigFile> parse(const QByteArray& text, const QString& path,
                                            bool isUser, int depth);

private:
    std::shared_ptr<const ConfigFile> load(const QString& path, bool isUser, int depth,
                                           QString& problem);
    void include(ConfigNode& node, bool isUser, int depth);

    ConfigDisk m_disk;
    QString m_home;
    int m_files = 0;
    qint64 m_bytes = 0;
};

/// "yes", "true", "no", "false"; nothing otherwise.
std::optional<bool> parseConfigFlag(const QByteArray& word);

/// "8080 db:80", "[::1]:1080"; nothing when it is none that OpenSSH takes, or one on a socket file.
std::optional<ConfigForward> parseConfigForward(ConfigForward::Kind kind,
                                                const QByteArrayList& words);

/// "a,b": nothing when a part is none; empty for "none".
std::optional<std::vector<Place>> parseProxyJump(const QByteArray& text);

/// The words of a Match line (attribute, argument), with '!' kept; nothing when it is malformed.
struct MatchTerm {
    QByteArray attribute;  ///< lower case
    bool isNegated = false;
    QByteArray argument;
};
std::optional<std::vector<MatchTerm>> parseMatch(QByteArray rest);

}  // namespace analemma::ssh
