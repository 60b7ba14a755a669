#pragma once

#include "core/infra/infra.h"

#include <QString>

/// The `local` provider: what lies where on disk. Everything is made in a folder named .tmp-NAME
/// whose meta.json was written first, and renamed when it is whole.
namespace analemma::infra::local {

inline constexpr int sshPort = 2222;
inline constexpr const char* rootView = "root view";
inline constexpr const char* sharedView = "shared view";

/// The folders of one thing: a server, an image or a balancer.
struct Place {
    QString folder;    ///< when it is whole
    QString making;    ///< while it is made
    QString removing;  ///< while it is removed
    [[nodiscard]] QString meta() const { return folder + QStringLiteral("/meta.json"); }
    [[nodiscard]] QString root() const { return folder + QStringLiteral("/root"); }
    [[nodiscard]] QString control() const { return folder + QStringLiteral("/ctl"); }
    [[nodiscard]] QString process() const { return control() + QStringLiteral("/process.json"); }
    [[nodiscard]] QString log() const { return control() + QStringLiteral("/log"); }
};

struct Layout {
    QString base;       ///< <state folder>/local
    QString workspace;  ///< its id
    QString provider;   ///< its name in the workspace file

    [[nodiscard]] QString folder(const QString& kind) const { return base + u'/' + kind; }
    [[nodiscard]] QString keys() const { return folder(QStringLiteral("keys")); }
    [[nodiscard]] Place server(const QString& name) const
    {
        return place(QStringLiteral("servers"), name);
    }
    [[nodiscard]] Place image(const QString& id) const
    {
        return place(QStringLiteral("images"), id);
    }
    [[nodiscard]] Place balancer(const QString& name) const
    {
        return place(QStringLiteral("balancers"), name);
    }

    /// What stands in the environment of every process of a server or balancer:
    /// "ANALEMMA_SERVER=ID/NAME".
    [[nodiscard]] QString serverMark(const QString& name) const { return workspace + u'/' + name; }

private:
    [[nodiscard]] Place place(const QString& kind, const QString& name) const
    {
        const QString parent = folder(kind) + u'/';
        return {parent + name, parent + QStringLiteral(".tmp-") + name,
                parent + QStringLiteral(".tmp-gone-") + name};
    }
};

inline constexpr const char* serverVariable = "ANALEMMA_SERVER";
inline constexpr const char* balancerVariable = "ANALEMMA_BALANCER";
/// For processesMarked(): the whole assignment with its end, so that web-1 is not found in web-10.
QByteArray exactMark(const char* variable, const QString& value);

/// True when the operation that a tag names is one of `live` (design, rule 3: the tag holds its id
/// as one of its parts).
bool isLive(const QString& tag, const QStringList& live);

/// What is known of a server besides its disk.
struct ServerRecord {
    ServerSpec spec;
    QString address;
    QString user;
    QString hostKey;  ///< "ssh-ed25519 AAAA…"
    QString mode;
    QDateTime created;
};
/// Of a balancer.
struct BalancerRecord {
    BalancerConfig config;
    QString address;
    QMap<QString, QList<Server>> pools;  ///< name, address and port of the members
    QDateTime created;
};
struct ImageRecord {
    Image image;
    QString boot;  ///< the boot in which its files were last known to be whole
};

/// Records carry `maker`, the process that made them, and the tag.
Json toJson(const ServerRecord& record);
Json toJson(const BalancerRecord& record);
Json toJson(const ImageRecord& record);
ServerRecord serverRecord(const Json& json);
BalancerRecord balancerRecord(const Json& json);
ImageRecord imageRecord(const Json& json);

/// NotFound, Invalid, Io. Blocking.
Result<Json> readRecord(const QString& file);
Result<void> writeRecord(const QString& file, const Json& json);
/// Small files that need no sync. The file itself is replaced when it is a link. Blocking.
Result<void> putFile(const QString& path, const QByteArray& bytes, int mode);
/// Makes the folder under a new name that says it goes, then removes it: a crash leaves a .tmp-
/// folder, never half a server. Gone is done. Blocking.
Result<void> discard(const Place& place);
/// The end of a log, for an error message. Blocking.
QString logTail(const QString& file);

}  // namespace analemma::infra::local
