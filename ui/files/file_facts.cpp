#include "ui/files/file_facts.h"

#include "core/base/text.h"
#include "ui/shell/words.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

/// The context is the namespace: so texts are gathered that no class says.
QString tr(const char* text)
{
    return QCoreApplication::translate("analemma::ui", text);
}

using ssh::FileInfo;

/// Names that differ in case stand together, and are told apart after all.
int compareNames(const QString& a, const QString& b)
{
    const int order = a.compare(b, Qt::CaseInsensitive);
    return order != 0 ? order : a.compare(b);
}

/// One row before it is told: what sorting needs, once.
struct Row {
    FileInfo info;
    QString name;
    QString owner;
    FileKind kind;
};

template <class T>
int compareValues(const T& a, const T& b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

int compareRows(const Row& a, const Row& b, FileColumn column)
{
    switch (column) {
        case FileColumn::Name:
            break;
        case FileColumn::Size:
            return compareValues(a.info.size, b.info.size);
        case FileColumn::Modified:
            return compareValues(a.info.modified.toMSecsSinceEpoch(),
                                 b.info.modified.toMSecsSinceEpoch());
        case FileColumn::Mode:
            return compareValues(a.info.mode, b.info.mode);
        case FileColumn::Owner:
            return compareNames(a.owner, b.owner);
    }
    return compareNames(a.name, b.name);
}

QString ownerText(const FileInfo& info)
{
    const QString owner = info.ownerName.isEmpty() ? QString::number(info.owner) : info.ownerName;
    const QString group = info.groupName.isEmpty() ? QString::number(info.group) : info.groupName;
    return displayText(owner, 40) + u':' + displayText(group, 40);
}

Record recordOf(const Row& row, const QDateTime& now)
{
    Record record;
    record.id = idOfName(row.info.name);
    Field name = Field::text_(row.name);
    name.sort = int(row.kind);
    const bool shortened = row.name.size() > 40;
    name.tip = shortened ? row.name : QString();
    Field size = row.kind == FileKind::File ? Field::size(row.info.size) : Field::text_({});
    Field age = Field::age(row.info.modified, now);
    Field mode = Field::text_(modeText(row.info), octalText(row.info.mode));
    mode.quiet = true;
    Field owner =
        Field::text_(row.owner, tr("User %1, group %2").arg(row.info.owner).arg(row.info.group));
    owner.quiet = true;
    record.fields = {name, size, age, mode, owner};
    return record;
}

}  // namespace

QList<Column> fileColumns()
{
    return {{u"name"_s, tr("Name"), ColumnKind::Text, 220, true},
            {u"size"_s, tr("Size"), ColumnKind::Number, 84},
            {u"modified"_s, tr("Modified"), ColumnKind::Age, 108, false, false, 1},
            {u"mode"_s, tr("Permissions"), ColumnKind::Fixed, 104, false, false, 2},
            {u"owner"_s, tr("Owner"), ColumnKind::Text, 104, false, false, 3}};
}

FileKind fileKind(const FileInfo& info)
{
    switch (info.kind) {
        case FileInfo::Kind::Folder:
            return FileKind::Folder;
        case FileInfo::Kind::File:
            return FileKind::File;
        case FileInfo::Kind::Link:
            return FileKind::Link;
        case FileInfo::Kind::Other:
            break;
    }
    return FileKind::Other;
}

QString modeText(const FileInfo& info)
{
    constexpr std::array<char16_t, 4> kinds{u'd', u'-', u'l', u'?'};
    QString text(10, u'-');
    text[0] = kinds.at(std::size_t(fileKind(info)));
    constexpr QStringView letters = u"rwxrwxrwx";
    for (int bit = 0; bit < 9; ++bit) {
        if ((info.mode & (0400 >> bit)) != 0) {
            text[bit + 1] = letters[bit];
        }
    }
    const auto special = [&text, &info](int bit, int place, QChar lower, QChar upper) {
        if ((info.mode & bit) != 0) {
            text[place] = text[place] == u'x' ? lower : upper;
        }
    };
    special(04000, 3, u's', u'S');
    special(02000, 6, u's', u'S');
    special(01000, 9, u't', u'T');
    return text;
}

std::optional<int> parseMode(const QString& text)
{
    static const QRegularExpression form(u"\\A[0-7]{3,4}\\z"_s);
    return form.match(text).hasMatch() ? std::optional(text.toInt(nullptr, 8)) : std::nullopt;
}

QString octalText(int mode)
{
    return u"%1"_s.arg(mode & 07777, 4, 8, QChar(u'0'));
}

QString idOfName(const QByteArray& name)
{
    return QString::fromLatin1(name);
}

QByteArray nameOfId(const QString& id)
{
    return id.toLatin1();
}

QList<Record> fileRecords(std::vector<FileInfo> entries, FileColumn column, Qt::SortOrder order,
                          const QDateTime& now)
{
    std::vector<Row> rows;
    rows.reserve(entries.size());
    for (FileInfo& info : entries) {
        Row row;
        row.name = displayText(QByteArrayView(info.name), 300);
        row.owner = ownerText(info);
        row.kind = fileKind(info);
        row.info = std::move(info);
        rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(), [column, order](const Row& a, const Row& b) {
        const bool folderA = a.kind == FileKind::Folder;
        const bool folderB = b.kind == FileKind::Folder;
        if (folderA != folderB) {
            return folderA;
        }
        const int by = compareRows(a, b, column);
        if (by != 0) {
            return order == Qt::AscendingOrder ? by < 0 : by > 0;
        }
        return a.info.name < b.info.name;
    });
    QList<Record> records;
    records.reserve(qsizetype(rows.size()));
    for (const Row& row : rows) {
        records.append(recordOf(row, now));
    }
    return records;
}

QString namesText(const QList<QByteArray>& names, int most)
{
    QStringList shown;
    for (const QByteArray& name : names.first(std::min<qsizetype>(names.size(), most))) {
        shown.append(displayText(QByteArrayView(name), 80));
    }
    const qsizetype more = names.size() - shown.size();
    const QString list = shown.join(u", "_s);
    return more > 0 ? tr("%1 and %2 more").arg(list).arg(more) : list;
}

}  // namespace analemma::ui
