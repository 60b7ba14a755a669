#include "core/git/src/paths.h"

#include <QString>
#include <QStringList>

#include <algorithm>
#include <array>
#include <deque>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// Characters that HFS+ leaves out when it compares names (git's utf8.c lists the same).
bool isIgnoredByHfs(QChar c)
{
    constexpr std::array<char16_t, 17> ignored{0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b,
                                               0x202c, 0x202d, 0x202e, 0x206a, 0x206b, 0x206c,
                                               0x206d, 0x206e, 0x206f, 0xfeff, 0};
    return std::find(ignored.begin(), ignored.end(), c.unicode()) != ignored.end();
}

/// What a careless file system makes of one part of a name.
QString folded(const QString& part)
{
    QString text = part.left(part.indexOf(u':'));  // NTFS: ":stream"
    text.removeIf(isIgnoredByHfs);
    while (text.endsWith(u'.') || text.endsWith(u' ')) {  // NTFS drops them
        text.chop(1);
    }
    return text.toCaseFolded();
}

bool looksLikeDotGit(const QString& name)
{
    const QStringList parts = name.split(u'\\');  // NTFS: a separator
    return std::any_of(parts.begin(), parts.end(), [](const QString& part) {
        const QString text = folded(part);
        return text == u".git" || text == u"git~1";
    });
}

}  // namespace

QString hostileName(QByteArrayView name)
{
    if (name.isEmpty() || name == "." || name == "..") {
        return u"is no name for a file"_s;
    }
    if (name.contains('/')) {
        return u"has a slash in it"_s;
    }
    if (name.contains('\0') || name.contains('\r') || name.contains('\n')) {
        return u"has a line break in it"_s;
    }
    if (name.size() > 255) {
        return u"is longer than 255 bytes"_s;
    }
    if (looksLikeDotGit(QString::fromUtf8(name))) {
        return u"is a disguise of .git"_s;
    }
    return {};
}

bool TreeLinks::staysInside(const QByteArray& path) const
{
    constexpr int linkLimit =
        64;  // Linux stops at 40 (path_resolution(7)), so a longer chain leads nowhere
    constexpr int stepLimit = 4096;
    QList<QByteArray> at = path.split('/');
    std::deque<QByteArray> todo{at.takeLast()};
    int links = 0;
    for (int steps = 0; !todo.empty(); ++steps) {
        const QByteArray part = todo.front();
        todo.pop_front();
        if ((part == ".." && at.isEmpty()) || steps > stepLimit) {
            return false;
        }
        if (part == "..") {
            at.removeLast();
            continue;
        }
        if (part.isEmpty() || part == ".") {
            continue;
        }
        at.append(part);
        const auto link = m_targets.constFind(at.join('/'));
        if (link == m_targets.constEnd()) {
            continue;
        }
        if (link->startsWith('/')) {
            return false;
        }
        if (++links > linkLimit) {
            return true;
        }
        at.removeLast();
        const QList<QByteArray> parts = link->split('/');
        todo.insert(todo.begin(), parts.begin(), parts.end());
    }
    return true;
}

}  // namespace analemma::git
