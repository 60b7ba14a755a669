#include "core/workspace/workspace.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <functional>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr qint64 fileLimit = 2 * 1024 * 1024;

/// A scalar that reads back as this text: quoted unless it is plain beyond doubt.
QString scalar(const QString& text)
{
    static const QRegularExpression plain(
        u"\\A(?:[A-Za-z/][A-Za-z0-9._/-]*|[0-9]+(?:\\.[0-9]+){3})\\z"_s);
    static const QStringList words = {u"null"_s, u"true"_s, u"false"_s, u"yes"_s, u"no"_s,
                                      u"on"_s,   u"off"_s,  u"y"_s,     u"n"_s};
    if (plain.match(text).hasMatch() && !words.contains(text.toLower())) {
        return text;
    }
    QString quoted = text;
    quoted.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
    return u'"' + quoted + u'"';
}

QString list(const QStringList& texts)
{
    QStringList scalars;
    for (const QString& text : texts) {
        scalars += scalar(text);
    }
    return u'[' + scalars.join(u", "_s) + u']';
}

/// "bastion: { address: 203.0.113.7, user: ops }"
QByteArray entryOf(const StaticServer& server)
{
    QStringList fields = {u"address: "_s + scalar(server.address)};
    if (server.port != StaticServer().port) {
        fields += u"port: %1"_s.arg(server.port);
    }
    if (!server.user.isEmpty()) {
        fields += u"user: "_s + scalar(server.user);
    }
    if (!server.key.isEmpty()) {
        fields += u"key: "_s + scalar(server.key);
    }
    if (!server.hops.isEmpty()) {
        fields += u"hops: "_s + list(server.hops);
    }
    if (!server.transport.isEmpty()) {
        fields += u"transport: "_s + scalar(server.transport);
    }
    if (!server.tags.isEmpty()) {
        fields += u"tags: "_s + list(server.tags);
    }
    return u"%1: { %2 }"_s.arg(scalar(server.name), fields.join(u", "_s)).toUtf8();
}

/// "shop: { path: ./shop, remote: "git@example.org:shop.git" }"
QByteArray entryOf(const Repository& repository, const QString& path)
{
    QString fields = u"path: "_s + scalar(path);
    if (!repository.remote.isEmpty()) {
        fields += u", remote: "_s + scalar(repository.remote);
    }
    return u"%1: { %2 }"_s.arg(scalar(repository.name), fields).toUtf8();
}

/// The text as lines with their ends.
QByteArrayList linesOf(const QByteArray& bytes)
{
    QByteArrayList lines;
    for (qsizetype from = 0; from < bytes.size();) {
        const qsizetype end = bytes.indexOf('\n', from);
        const qsizetype next = end < 0 ? bytes.size() : end + 1;
        lines += bytes.sliced(from, next - from);
        from = next;
    }
    return lines;
}

/// Blank, or a comment that is not indented: what stands between sections.
bool isBetween(const QByteArray& line)
{
    return line.trimmed().isEmpty() || line.startsWith('#');
}

/// Puts an entry into the lines; false for a form that is not known here.
class Insertion {
public:
    Insertion(const QByteArray& bytes, const YamlNode& root, QString section, QByteArray entry)
        : m_lines(linesOf(bytes)),
          m_root(root),
          m_section(std::move(section)),
          m_entry(std::move(entry))
    {
        m_end = m_lines.value(0).endsWith("\r\n") ? "\r\n" : "\n";
    }

    bool run()
    {
        for (qsizetype i = 0; i < m_root.entries.size(); ++i) {
            if (m_root.entries[i].key == m_section) {
                return intoSection(i);
            }
        }
        if (!m_lines.isEmpty() && !m_lines.constLast().endsWith('\n')) {
            m_lines.last() += m_end;
        }
        m_lines += m_section.toUtf8() + ':' + m_end + "  " + m_entry + m_end;
        return true;
    }
    [[nodiscard]] QByteArray text() const { return m_lines.join(); }

private:
    bool intoSection(qsizetype at)
    {
        const YamlNode::Entry& section = m_root.entries[at];
        if (section.value.isNull()) {
            insertLine(section.keyLine, section.keyColumn + 1);
            return true;
        }
        if (!section.value.isMap()) {
            return false;
        }
        if (intoBraces(section.value)) {
            return true;
        }
        if (section.value.entries.isEmpty()) {
            return false;
        }
        const bool isLast = at + 1 == m_root.entries.size();
        qsizetype end = isLast ? m_lines.size() : m_root.entries[at + 1].keyLine - 1;
        while (end > section.keyLine && isBetween(m_lines.value(end - 1))) {
            --end;
        }
        insertLine(end, section.value.entries.constFirst().keyColumn - 1);
        return true;
    }

    /// "SECTION: { … }": the entry goes in as the first one.
    bool intoBraces(const YamlNode& map)
    {
        const QString line = QString::fromUtf8(m_lines.value(map.line - 1));
        if (map.line < 1 || line.mid(map.column - 1, 1) != u"{") {
            return false;
        }
        const qsizetype place = line.left(map.column).toUtf8().size();
        m_lines[map.line - 1].insert(place, ' ' + m_entry + (map.entries.isEmpty() ? " " : ","));
        return true;
    }

    /// After so many lines.
    void insertLine(qsizetype after, qsizetype indent)
    {
        if (after > 0 && !m_lines[after - 1].endsWith('\n')) {
            m_lines[after - 1] += m_end;
        }
        m_lines.insert(after, QByteArray(indent, ' ') + m_entry + m_end);
    }

    QByteArrayList m_lines;
    const YamlNode& m_root;
    QString m_section;
    QByteArray m_entry;
    QByteArray m_end;
};

/// All but one section.
Json without(const YamlNode& root, const QString& section)
{
    Json json = root.toJson().toObject();
    json.remove(section);
    return json;
}

Error strangeForm(const QString& name, const QString& hint)
{
    return Error(
               ErrorKind::Unsupported,
               u"%1 is written in a form that this program does not edit; it was not changed"_s.arg(
                   name))
        .withHint(hint);
}

/// Whether a changed text is a workspace that differs from the one before in this section alone.
bool differsOnlyIn(const QString& section, const YamlNode& before, const QByteArray& text,
                   const QString& name)
{
    const Result<YamlNode> changed = readYaml(text, name);
    return changed && without(*changed, section) == without(before, section);
}

/// Puts `entry` under `section`; `fits` looks at what came of it.
Result<QByteArray> withEntry(const QByteArray& bytes, const QString& file, const QString& section,
                             const QByteArray& entry,
                             const std::function<bool(const Workspace& after)>& fits)
{
    const Result<Workspace> alone =
        parse("workspace: check\n" + section.toUtf8() + ":\n  " + entry + '\n', u"the new entry"_s);
    if (!alone) {
        return alone.error();
    }
    const QString name = QFileInfo(file).fileName();
    const Result<YamlNode> root = readYaml(bytes, name);
    if (!root) {
        return root.error();
    }
    Insertion insertion(bytes, *root, section, entry);
    const bool placed = insertion.run();
    const QByteArray text = insertion.text();
    const Result<Workspace> after = parse(text, file);
    if (!placed || !after || !fits(*after) || !differsOnlyIn(section, *root, text, name)) {
        return strangeForm(
            name, u"Add this under %1: by hand: %2"_s.arg(section, QString::fromUtf8(entry)));
    }
    return text;
}

/// The lines of one entry of a section in block form: from its key to the next one's, or to the end
/// of the section. Empty where several entries stand on one line.
std::pair<qsizetype, qsizetype> linesOfEntry(const QByteArrayList& lines, const YamlNode& root,
                                             const QString& section, const QString& key)
{
    for (qsizetype i = 0; i < root.entries.size(); ++i) {
        if (root.entries[i].key != section) {
            continue;
        }
        const QList<YamlNode::Entry>& entries = root.entries[i].value.entries;
        for (qsizetype k = 0; k < entries.size(); ++k) {
            if (entries[k].key != key) {
                continue;
            }
            const qsizetype from = entries[k].keyLine - 1;
            qsizetype to = k + 1 < entries.size()        ? entries[k + 1].keyLine - 1
                           : i + 1 < root.entries.size() ? root.entries[i + 1].keyLine - 1
                                                         : lines.size();
            while (to > from + 1 && isBetween(lines.value(to - 1))) {
                --to;
            }
            return from == root.entries[i].keyLine - 1 ? std::pair<qsizetype, qsizetype>()
                                                       : std::pair(from, to);
        }
    }
    return {};
}

}  // namespace

Result<QByteArray> withServer(const QByteArray& bytes, const QString& file,
                              const StaticServer& server)
{
    const Result<Workspace> before = parse(bytes, file);
    if (!before) {
        return before.error();
    }
    if (before->servers.contains(server.name)) {
        return Error(ErrorKind::Conflict, u"%1 has a server named %2 already"_s.arg(
                                              QFileInfo(file).fileName(), server.name));
    }
    QMap<QString, StaticServer> wanted = before->servers;
    wanted.insert(server.name, server);
    return withEntry(bytes, file, u"servers"_s, entryOf(server),
                     [&wanted](const Workspace& after) { return after.servers == wanted; });
}

Result<QByteArray> withRepository(const QByteArray& bytes, const QString& file,
                                  const Repository& repository)
{
    const Result<Workspace> before = parse(bytes, file);
    if (!before) {
        return before.error();
    }
    if (before->repositories.contains(repository.name)) {
        return Error(ErrorKind::Conflict, u"%1 has a repository named %2 already"_s.arg(
                                              QFileInfo(file).fileName(), repository.name));
    }
    // A folder inside of the workspace is told from there, so that the file can be shared.
    const QString folder = QFileInfo(file).absolutePath();
    const bool inside = repository.path.startsWith(folder + u'/');
    const QString path =
        inside ? u"./"_s + repository.path.mid(folder.size() + 1) : repository.path;
    QMap<QString, Repository> wanted = before->repositories;
    wanted.insert(repository.name, repository);
    return withEntry(bytes, file, u"repositories"_s, entryOf(repository, path),
                     [&wanted](const Workspace& after) { return after.repositories == wanted; });
}

Result<QByteArray> withoutRepository(const QByteArray& bytes, const QString& file,
                                     const QString& name)
{
    const Result<Workspace> before = parse(bytes, file);
    if (!before) {
        return before.error();
    }
    const QString shown = QFileInfo(file).fileName();
    if (!before->repositories.contains(name)) {
        return Error(ErrorKind::NotFound, u"%1 names no repository %2"_s.arg(shown, name));
    }
    const Result<YamlNode> root = readYaml(bytes, shown);
    if (!root) {
        return root.error();
    }
    QByteArrayList lines = linesOf(bytes);
    const auto [from, to] = linesOfEntry(lines, *root, u"repositories"_s, name);
    lines.remove(from, to - from);
    const QByteArray text = lines.join();
    QMap<QString, Repository> wanted = before->repositories;
    wanted.remove(name);
    const Result<Workspace> after = parse(text, file);
    if (from == to || (after && after->repositories != wanted) ||
        !differsOnlyIn(u"repositories"_s, *root, text, shown)) {
        return strangeForm(shown, u"Remove %1 under repositories: by hand."_s.arg(name));
    }
    if (!after) {  // a pipeline or an image is of this repository
        return Error(after.error())
            .withHint(u"Remove what uses the repository first. Nothing was changed."_s);
    }
    return text;
}

Result<Workspace> edit(const QString& file,
                       const std::function<Result<QByteArray>(const QByteArray& before)>& change)
{
    const QString path = QFileInfo(file).canonicalFilePath();  // a link stays a link
    const Result<QByteArray> before = readFile(path, fileLimit);
    if (!before) {
        return before.error();
    }
    const Result<QByteArray> text = change(*before);
    if (!text) {
        return text.error();
    }
    struct stat info {};
    const bool isKnown = ::stat(QFile::encodeName(path).constData(), &info) == 0;
    const int mode = isKnown ? int(info.st_mode & 07777U) : 0644;
    if ((mode & 0222) == 0) {  // a rename would go over it all the same
        return Error(ErrorKind::Refused,
                     u"%1 is read-only; it was left as it is"_s.arg(displayText(path, 400)))
            .withHint(u"Make it writable (chmod u+w), then do this again."_s);
    }
    if (readFile(path, fileLimit).valueOr({}) != *before) {
        return Error(ErrorKind::Conflict, u"%1 was changed meanwhile; it was left as it is"_s.arg(
                                              displayText(path, 400)));
    }
    const Result<void> written = writeFile(path, *text, mode);
    return written ? parse(*text, file) : written.error();
}

}  // namespace analemma::workspace
