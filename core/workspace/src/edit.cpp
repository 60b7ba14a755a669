#include "core/workspace/workspace.h"

#include "core/base/readers.h"
#include "core/base/text.h"

#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

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
    Insertion(const QByteArray& bytes, const YamlNode& root, QByteArray entry)
        : m_lines(linesOf(bytes)), m_root(root), m_entry(std::move(entry))
    {
        m_end = m_lines.value(0).endsWith("\r\n") ? "\r\n" : "\n";
    }

    bool run()
    {
        for (qsizetype i = 0; i < m_root.entries.size(); ++i) {
            if (m_root.entries[i].key == u"servers") {
                return intoSection(i);
            }
        }
        if (!m_lines.isEmpty() && !m_lines.constLast().endsWith('\n')) {
            m_lines.last() += m_end;
        }
        m_lines += "servers:" + m_end + "  " + m_entry + m_end;
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

    /// "servers: { … }": the entry goes in as the first one.
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
    QByteArray m_entry;
    QByteArray m_end;
};

/// All but the servers.
Json others(const YamlNode& root)
{
    Json json = root.toJson().toObject();
    json.remove(u"servers"_s);
    return json;
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
    const QByteArray entry = entryOf(server);
    const Result<Workspace> alone =
        parse("workspace: check\nservers:\n  " + entry + '\n', u"the new server"_s);
    if (!alone) {
        return alone.error();
    }
    const QString name = QFileInfo(file).fileName();
    const Result<YamlNode> root = readYaml(bytes, name);
    if (!root) {
        return root.error();
    }
    Insertion insertion(bytes, *root, entry);
    const bool fits = insertion.run();
    const QByteArray text = insertion.text();
    const Result<Workspace> after = parse(text, file);
    const Result<YamlNode> changed = readYaml(text, name);
    QMap<QString, StaticServer> wanted = before->servers;
    wanted.insert(server.name, server);
    if (!fits || !after || !changed || after->servers != wanted ||
        others(*changed) != others(*root)) {
        return Error(ErrorKind::Unsupported,
                     u"%1 is written in a form that this program does not extend; it was not "
                     u"changed"_s.arg(name))
            .withHint(u"Add this under servers: by hand: %1"_s.arg(QString::fromUtf8(entry)));
    }
    return text;
}

}  // namespace analemma::workspace
