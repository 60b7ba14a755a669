#include "core/base/readers.h"

#include "core/base/src/yaml_node.h"
#include "core/base/text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <QHash>
#include <QSet>

#include <istream>
#include <streambuf>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

/// Reads from bytes that stay where they are.
class ViewBuffer : public std::streambuf {
public:
    explicit ViewBuffer(const QByteArray& bytes)
    {
        char* begin =
            const_cast<char*>(bytes.constData());  // streambuf never writes to its get area
        setg(begin, begin, begin + bytes.size());
    }
};

/// Thrown through yaml-cpp and caught in readYaml(), nowhere else.
struct Stop {
    int line = 1;
    int column = 1;
    QString reason;
};

/// yaml-cpp counts from 0 and its columns in bytes.
class Places {
public:
    explicit Places(const QByteArray& bytes) : m_bytes(bytes) {}

    /// Column in characters, from 1. Marks come mostly in rising order, so the count goes on from
    /// the last one.
    int column(const YAML::Mark& mark)
    {
        const int position = std::min(mark.pos, static_cast<int>(m_bytes.size()));
        const int lineStart = std::max(0, position - mark.column);
        if (lineStart != m_lineStart || position < m_position) {
            m_lineStart = lineStart;
            m_position = lineStart;
            m_count = 0;
        }
        for (; m_position < position; ++m_position) {
            m_count += (static_cast<unsigned char>(m_bytes[m_position]) & 0xc0) != 0x80 ? 1 : 0;
        }
        return m_count + 1;
    }

private:
    QByteArray m_bytes;
    int m_lineStart = -1;
    int m_position = 0;
    int m_count = 0;
};

/// Builds YamlNode values from yaml-cpp's events, within the limits.
class YamlBuilder : public YAML::EventHandler {
public:
    YamlBuilder(const QByteArray& bytes, const ReadLimits& limits, Places* places)
        : m_bytes(bytes), m_limits(limits), m_places(places)
    {
    }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (++m_documents > 1) {
            stop(mark, u"the file holds more than one document (\"---\"); one is read"_s);
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        put(made(YamlNode::Kind::Null, mark), anchor, 1);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        if (++m_aliases > m_limits.aliases) {
            stop(mark, u"there are more than %1 aliases"_s.arg(m_limits.aliases));
        }
        const auto found = m_anchors.constFind(anchor);
        if (found == m_anchors.constEnd()) {
            stop(mark, u"this alias stands inside the value that it names"_s);
        }
        m_mark = mark;
        put(found->node, YAML::NullAnchor, found->size);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        YamlNode node = made(YamlNode::Kind::Scalar, mark);
        node.text = QString::fromStdString(value);
        node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
        checkTag(mark, tag);
        if (node.quoted && !yaml::isQuoteClosed(m_bytes, mark.pos)) {
            stop(mark, u"the quote that opens here is never closed"_s);
        }
        put(std::move(node), anchor, 1);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override
    {
        open(YamlNode::Kind::List, mark, tag, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override
    {
        open(YamlNode::Kind::Map, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override
    {
        applyMerges(m_levels.back());
        close();
    }

    [[nodiscard]] YamlNode result() const { return m_result; }

    [[noreturn]] void stop(const YAML::Mark& mark, const QString& reason)
    {
        throw Stop{mark.line + 1, m_places->column(mark), reason};
    }

private:
    struct Anchored {
        YamlNode node;
        qint64 size = 1;
    };
    struct Level {
        YamlNode node;
        YAML::anchor_t anchor = YAML::NullAnchor;
        qint64 size = 1;
        bool hasKey = false;
        YamlNode key;
        QSet<QString> keys;
        QList<YamlNode> merges;
    };

    YamlNode made(YamlNode::Kind kind, const YAML::Mark& mark)
    {
        m_mark = mark;
        YamlNode node;
        node.kind = kind;
        node.line = mark.line + 1;
        node.column = m_places->column(mark);
        return node;
    }
    void checkTag(const YAML::Mark& mark, const std::string& tag)
    {
        static const QStringList known = {u""_s,     u"?"_s,     u"!"_s,    u"str"_s, u"int"_s,
                                          u"bool"_s, u"float"_s, u"null"_s, u"map"_s, u"seq"_s};
        QString name = QString::fromStdString(tag);
        name = name.startsWith(u"tag:yaml.org,2002:"_s) ? name.mid(18) : name;
        if (!known.contains(name)) {
            stop(mark, u"the tag \"%1\" is not known here"_s.arg(displayText(name, 60)));
        }
    }
    void count(qint64 size)
    {
        m_nodes += size;
        if (m_nodes > m_limits.nodes) {
            stop(m_mark,
                 u"there are more than %1 values, aliases counted in full"_s.arg(m_limits.nodes));
        }
    }
    void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
              YAML::anchor_t anchor)
    {
        checkTag(mark, tag);
        Level level;
        level.node = made(kind, mark);
        level.anchor = anchor;
        count(1);
        if (static_cast<int>(m_levels.size()) >= m_limits.depth) {
            stop(mark, u"values are nested deeper than %1"_s.arg(m_limits.depth));
        }
        m_levels.push_back(std::move(level));
    }
    void close()
    {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        place(std::move(level.node), level.anchor, level.size);
    }
    void put(YamlNode node, YAML::anchor_t anchor, qint64 size)
    {
        count(size);
        place(std::move(node), anchor, size);
    }
    void place(YamlNode node, YAML::anchor_t anchor, qint64 size)
    {
        if (anchor != YAML::NullAnchor) {
            m_anchors.insert(anchor, Anchored{node, size});
        }
        if (m_levels.empty()) {
            m_result = std::move(node);
            return;
        }
        Level& level = m_levels.back();
        level.size += size;
        if (level.node.isList()) {
            level.node.items.append(std::move(node));
        } else if (!level.hasKey) {
            takeKey(level, std::move(node));
        } else {
            takeValue(level, std::move(node));
        }
    }
    void takeKey(Level& level, YamlNode key)
    {
        if (!key.isScalar()) {
            throw Stop{key.line, key.column,
                       u"expected a word as key, got %1"_s.arg(key.describe())};
        }
        if (level.keys.contains(key.text)) {
            throw Stop{key.line, key.column,
                       u"the key \"%1\" stands twice in one map"_s.arg(displayText(key.text, 60))};
        }
        level.keys.insert(key.text);
        level.key = std::move(key);
        level.hasKey = true;
    }
    void takeValue(Level& level, YamlNode value)
    {
        level.hasKey = false;
        if (level.key.text == u"<<" && !level.key.quoted) {
            takeMerge(level, value);
            return;
        }
        YamlNode::Entry entry;
        entry.key = level.key.text;
        entry.keyLine = level.key.line;
        entry.keyColumn = level.key.column;
        entry.value = std::move(value);
        level.node.entries.append(std::move(entry));
    }
    /// "<<: *defaults" and "<<: [*a, *b]" (yaml.org, type "merge").
    static void takeMerge(Level& level, const YamlNode& value)
    {
        const QList<YamlNode> sources = value.isList() ? value.items : QList<YamlNode>{value};
        for (const YamlNode& source : sources) {
            if (!source.isMap()) {
                throw Stop{level.key.line, level.key.column,
                           u"expected a map behind \"<<\", got %1"_s.arg(source.describe())};
            }
            level.merges.append(source);
        }
    }
    /// A key of the map itself wins over a merged one, an earlier merged map over a later one.
    static void applyMerges(Level& level)
    {
        for (const YamlNode& source : std::as_const(level.merges)) {
            for (const YamlNode::Entry& entry : source.entries) {
                if (!level.keys.contains(entry.key)) {
                    level.keys.insert(entry.key);
                    level.node.entries.append(entry);
                }
            }
        }
    }

    QByteArray m_bytes;
    ReadLimits m_limits;
    Places* m_places;
    std::vector<Level> m_levels;
    QHash<YAML::anchor_t, Anchored> m_anchors;
    YAML::Mark m_mark;
    qint64 m_nodes = 0;
    int m_aliases = 0;
    int m_documents = 0;
    YamlNode m_result;
};

Error failureAt(const QString& file, int line, int column, const QString& reason)
{
    return {ErrorKind::Invalid,
            u"%1:%2:%3 %4"_s.arg(file, QString::number(line), QString::number(column), reason)};
}

/// The place of a byte, from 1.
Error failureAtByte(const QString& file, const QByteArray& bytes, qsizetype at,
                    const QString& reason)
{
    const QByteArrayView before = QByteArrayView(bytes).first(at);
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    const QString inLine = QString::fromUtf8(before.sliced(lineStart));
    return failureAt(file, static_cast<int>(before.count('\n')) + 1,
                     static_cast<int>(inLine.toUcs4().size()) + 1, reason);
}

/// What would cost memory or is no YAML text at all is refused before the parser sees it. yaml-cpp
/// 0.7 reads a whole flow list into tokens before its first event, so brackets and commas are
/// counted.
std::optional<Error> refusedUnread(const QByteArray& bytes, const QString& file,
                                   const ReadLimits& limits)
{
    if (bytes.size() > limits.bytes) {
        return Error(ErrorKind::Invalid,
                     u"%1: the file is larger than %2"_s.arg(file, sizeText(limits.bytes)));
    }
    qint64 signs = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto c = static_cast<unsigned char>(bytes[i]);
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f) {
            return failureAtByte(file, bytes, i, u"a control character cannot stand in YAML"_s);
        }
        signs += c == '[' || c == ']' || c == '{' || c == '}' || c == ',' ? 1 : 0;
        if (signs > qint64{4} * limits.nodes) {
            return failureAtByte(
                file, bytes, i,
                u"there are more than %1 brackets and commas"_s.arg(4 * limits.nodes));
        }
    }
    const qsizetype bad = yaml::firstBadUtf8(bytes);
    if (bad >= 0) {
        return failureAtByte(file, bytes, bad, u"the text is not UTF-8"_s);
    }
    return std::nullopt;
}

/// yaml-cpp's words, but for its least helpful ones: a tab that indents.
Error failureOf(const YAML::Exception& exception, const QString& file, const QByteArray& bytes,
                Places& places)
{
    if (exception.mark.is_null()) {
        return failureAt(file, 1, 1, displayText(QString::fromStdString(exception.msg), 300));
    }
    const qsizetype position = std::clamp<qsizetype>(exception.mark.pos, 0, bytes.size());
    const qsizetype lineStart = QByteArrayView(bytes).first(position).lastIndexOf('\n') + 1;
    for (qsizetype at = lineStart; at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t');
         ++at) {
        if (bytes[at] == '\t') {
            return failureAtByte(file, bytes, at, u"a tab cannot indent YAML; use spaces"_s);
        }
    }
    return failureAt(file, exception.mark.line + 1, places.column(exception.mark),
                     displayText(QString::fromStdString(exception.msg), 300));
}

}  // namespace

Result<YamlNode> readYaml(const QByteArray& original, const QString& fileName,
                          const ReadLimits& limits)
{
    const QByteArray bytes = original.startsWith("\xef\xbb\xbf") ? original.mid(3) : original;
    if (auto refused = refusedUnread(bytes, fileName, limits)) {
        return *refused;
    }
    Places places(bytes);
    YamlBuilder builder(bytes, limits, &places);
    try {
        ViewBuffer buffer(bytes);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop& stop) {
        return failureAt(fileName, stop.line, stop.column, stop.reason);
    } catch (const YAML::Exception& exception) {
        return failureOf(exception, fileName, bytes, places);
    } catch (const std::exception& exception) {
        return failureAt(fileName, 1, 1, QString::fromUtf8(exception.what()));
    }
    YamlNode root = builder.result();
    if (root.line == 0) {  // an empty file
        root.line = 1;
        root.column = 1;
    }
    yaml::setPaths(root);
    return root;
}

}  // namespace analemma
