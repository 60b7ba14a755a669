#include "core/base/sshwords.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace analemma {

std::optional<QByteArray> sshConfigWord(const QByteArray& word)
{
    QByteArray quoted = "\"";
    for (const char c : word) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return std::nullopt;
        }
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

std::optional<QByteArray> sshConfigPath(const QString& path)
{
    if (!path.startsWith(u'/') || path.contains(u"${"_s)) {
        return std::nullopt;
    }
    return sshConfigWord(QFile::encodeName(QString(path).replace(u'%', u"%%"_s)));
}

}  // namespace analemma
