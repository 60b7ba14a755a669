#include "core/base/readers.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <QJsonArray>

#include <iterator>
#include <limits>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

/// Walks over the bytes and tells a shared counter how far the parser has come.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, const char* begin, qint64* read)
        : m_at(at), m_begin(begin), m_read(read)
    {
    }
    reference operator*() const { return *m_at; }
    CountingIterator& operator++()
    {
        ++m_at;
        *m_read = m_at - m_begin;
        return *this;
    }
    CountingIterator operator++(int)
    {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return m_at == other.m_at; }
    bool operator!=(const CountingIterator& other) const { return m_at != other.m_at; }

private:
    const char* m_at;
    const char* m_begin;
    qint64* m_read;
};

/// "line 3, column 7: " for a place in the bytes; both from 1, columns in characters.
QString placeText(QByteArrayView bytes, qint64 offset)
{
    const QByteArrayView before = bytes.first(std::clamp<qint64>(offset, 0, bytes.size()));
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    const auto isStart = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    const auto column = std::count_if(before.begin() + lineStart, before.end(), isStart) + 1;
    return u"line %1, column %2: "_s.arg(before.count('\n') + 1).arg(column);
}

/// Where the string literal starts whose closing quote lies before `end`.
qint64 openingQuote(QByteArrayView bytes, qint64 end)
{
    for (qint64 at = end - 2; at >= 0; --at) {
        qint64 slashes = 0;
        while (at - 1 - slashes >= 0 && bytes[at - 1 - slashes] == '\\') {
            ++slashes;
        }
        if (bytes[at] == '"' && slashes % 2 == 0) {
            return at;
        }
    }
    return 0;
}

/// nlohmann's words for what it found, without its own prefix and numbers.
QString reasonOf(const char* what)
{
    QString text = QString::fromUtf8(what);
    const qsizetype at = text.indexOf(u"syntax error "_s);
    if (at >= 0) {
        text = text.mid(at + 13);
    } else if (text.startsWith(u'[')) {
        text = text.section(u"] "_s, 1);
    }
    return displayText(text, 300);
}

/// Builds Qt's JSON values from the parser's events and stops at the first limit.
class JsonBuilder {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    JsonBuilder(QByteArrayView bytes, const ReadLimits& limits, const qint64* read)
        : m_bytes(bytes), m_limits(limits), m_read(read)
    {
    }

    bool null() { return put(QJsonValue(QJsonValue::Null)); }
    bool boolean(bool value) { return put(QJsonValue(value)); }
    bool number_integer(number_integer_t value) { return put(QJsonValue(qint64{value})); }
    bool number_unsigned(number_unsigned_t value)
    {
        const bool fits = value <= static_cast<quint64>(std::numeric_limits<qint64>::max());
        return put(fits ? QJsonValue(static_cast<qint64>(value))
                        : QJsonValue(static_cast<double>(value)));
    }
    bool number_float(number_float_t value, const string_t& /*text*/)
    {
        return put(QJsonValue(value));
    }
    bool string(string_t& value) { return put(QJsonValue(QString::fromStdString(value))); }
    bool binary(binary_t& /*value*/) { return stop(*m_read, u"binary data is not JSON"_s); }

    bool start_object(std::size_t /*size*/) { return open(true); }
    bool start_array(std::size_t /*size*/) { return open(false); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(string_t& value)
    {
        Level& level = m_levels.back();
        level.key = QString::fromStdString(value);
        if (level.object.contains(level.key)) {
            return stop(
                openingQuote(m_bytes, *m_read),
                u"the key \"%1\" stands twice in one object"_s.arg(displayText(level.key, 60)));
        }
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::json::exception& exception)
    {
        // nlohmann counts what it has read, the bad byte with it.
        const auto end = static_cast<qint64>(position);
        return stop(end > 0 ? end - 1 : 0, reasonOf(exception.what()));
    }

    [[nodiscard]] QString failure() const { return m_failure; }
    [[nodiscard]] QJsonValue result() const { return m_result; }

private:
    struct Level {
        bool isObject = false;
        QJsonObject object;
        QJsonArray array;
        QString key;
    };

    bool stop(qint64 offset, const QString& reason)
    {
        m_failure = placeText(m_bytes, offset) + reason;
        return false;
    }
    bool count()
    {
        if (++m_nodes > m_limits.nodes) {
            return stop(*m_read - 1, u"there are more than %1 values"_s.arg(m_limits.nodes));
        }
        return true;
    }
    bool put(const QJsonValue& value) { return count() && place(value); }
    bool place(const QJsonValue& value)
    {
        if (m_levels.empty()) {
            m_result = value;
        } else if (m_levels.back().isObject) {
            m_levels.back().object.insert(m_levels.back().key, value);
        } else {
            m_levels.back().array.append(value);
        }
        return true;
    }
    bool open(bool isObject)
    {
        if (static_cast<int>(m_levels.size()) >= m_limits.depth) {
            return stop(*m_read - 1, u"values are nested deeper than %1"_s.arg(m_limits.depth));
        }
        Level level;
        level.isObject = isObject;
        m_levels.push_back(std::move(level));
        return count();
    }
    bool close()
    {
        const Level level = std::move(m_levels.back());
        m_levels.pop_back();
        return place(level.isObject ? QJsonValue(level.object) : QJsonValue(level.array));
    }

    QByteArrayView m_bytes;
    ReadLimits m_limits;
    const qint64* m_read;
    std::vector<Level> m_levels;
    int m_nodes = 0;
    QString m_failure;
    QJsonValue m_result;
};

}  // namespace

Result<QJsonValue> readJson(const QByteArray& bytes, const ReadLimits& limits)
{
    if (bytes.size() > limits.bytes) {
        return Error(ErrorKind::Invalid,
                     u"the JSON is larger than %1"_s.arg(sizeText(limits.bytes)));
    }
    qint64 read = 0;
    JsonBuilder builder(bytes, limits, &read);
    try {
        const char* begin = bytes.constData();
        const CountingIterator first(begin, begin, &read);
        const CountingIterator last(begin + bytes.size(), begin, &read);
        if (nlohmann::json::sax_parse(first, last, &builder)) {
            return builder.result();
        }
    } catch (const std::exception& exception) {
        return Error(ErrorKind::Invalid, placeText(bytes, read) + reasonOf(exception.what()));
    }
    return Error(ErrorKind::Invalid, builder.failure());
}

Result<Json> readJsonObject(const QByteArray& bytes, const ReadLimits& limits)
{
    const auto value = readJson(bytes, limits);
    if (!value) {
        return value.error();
    }
    if (!value->isObject()) {
        return Error(ErrorKind::Invalid, u"line 1, column 1: expected a JSON object"_s);
    }
    return value->toObject();
}

QStringList textsFromJson(const QJsonValue& list)
{
    QStringList texts;
    const QJsonArray array = list.toArray();
    for (const QJsonValue& text : array) {
        texts.append(text.toString());
    }
    return texts;
}

}  // namespace analemma
