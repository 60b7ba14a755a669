#include "ui/widgets/record_model.h"

#include "ui/shell/words.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {

Field Field::number(qint64 value)
{
    Field field;
    field.text = QString::number(value);
    field.sort = value;
    return field;
}

Field Field::number(double value, const QString& text)
{
    Field field;
    field.text = text;
    field.sort = value;
    return field;
}

Field Field::state(Mark mark, const QString& word)
{
    Field field;
    field.mark = mark;
    field.text = word.isEmpty() ? wordOf(mark) : word;
    return field;
}

Field Field::age(const QDateTime& time, const QDateTime& now)
{
    Field field;
    field.text = agoText(time, now);
    field.sort = time;
    field.quiet = true;
    return field;
}

Field Field::duration(milliseconds length, double share)
{
    Field field;
    field.text = durationText(length);
    field.sort = static_cast<qint64>(length.count());
    field.share = share;
    return field;
}

Field Field::size(qint64 bytes)
{
    Field field;
    field.text = sizeText(bytes);
    field.sort = bytes;
    return field;
}

Field Field::hash(const QString& hash)
{
    Field field;
    field.text = shortHash(hash);
    field.tip = hash;
    return field;
}

Field Field::text_(const QString& text, const QString& tip)
{
    Field field;
    field.text = text;
    field.tip = tip;
    return field;
}

RecordModel::RecordModel(QList<Column> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

void RecordModel::setRecords(const QList<Record>& records)
{
    QHash<QString, int> wanted;
    wanted.reserve(records.size());
    for (int i = 0; i < records.size(); ++i) {
        wanted.insert(records[i].id, i);
    }
    if (m_records.isEmpty() || wanted.size() != records.size()) {
        beginResetModel();
        m_records = records;
        reindex();
        endResetModel();
        return;
    }
    removeMissing(wanted);
    reorder(wanted);
    insertNew(records);
    change(records);
}

void RecordModel::removeMissing(const QHash<QString, int>& wanted)
{
    int last = static_cast<int>(m_records.size()) - 1;
    bool removed = false;
    while (last >= 0) {
        if (wanted.contains(m_records[last].id)) {
            --last;
            continue;
        }
        int first = last;
        while (first > 0 && !wanted.contains(m_records[first - 1].id)) {
            --first;
        }
        beginRemoveRows({}, first, last);
        m_records.remove(first, last - first + 1);
        removed = true;
        endRemoveRows();
        last = first - 1;
    }
    if (removed) {
        reindex();
    }
}

void RecordModel::reorder(const QHash<QString, int>& wanted)
{
    const auto before = [&wanted](const Record& a, const Record& b) {
        return wanted.value(a.id) < wanted.value(b.id);
    };
    if (std::is_sorted(m_records.cbegin(), m_records.cend(), before)) {
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList old = persistentIndexList();
    QStringList ids;
    for (const QModelIndex& index : old) {
        ids.append(idAt(index.row()));
    }
    std::sort(m_records.begin(), m_records.end(), before);
    reindex();
    QModelIndexList fresh;
    for (int i = 0; i < old.size(); ++i) {
        fresh.append(index(rowOf(ids[i]), old[i].column()));
    }
    changePersistentIndexList(old, fresh);
    Q_EMIT layoutChanged();
}

void RecordModel::insertNew(const QList<Record>& records)
{
    for (int i = 0; i < records.size();) {
        if (m_rows.contains(records[i].id)) {
            ++i;
            continue;
        }
        int end = i + 1;
        while (end < records.size() && !m_rows.contains(records[end].id)) {
            ++end;
        }
        beginInsertRows({}, i, end - 1);
        m_records.insert(i, end - i, Record());
        std::copy(records.cbegin() + i, records.cbegin() + end, m_records.begin() + i);
        reindex();  // before anybody is told, and asks for them
        endInsertRows();
        i = end;
    }
}

void RecordModel::change(const QList<Record>& records)
{
    int first = -1;
    const auto flush = [this, &first](int end) {
        if (first >= 0) {
            Q_EMIT dataChanged(index(first, 0), index(end, columnCount() - 1));
            first = -1;
        }
    };
    for (int row = 0; row < m_records.size(); ++row) {
        if (m_records[row] == records[row]) {
            flush(row - 1);
            continue;
        }
        m_records[row] = records[row];
        if (first < 0) {
            first = row;
        }
    }
    flush(static_cast<int>(m_records.size()) - 1);
}

void RecordModel::updateRecords(const QList<Record>& records)
{
    QList<int> changed;
    QList<Record> added;
    for (const Record& record : records) {
        const int row = rowOf(record.id);
        if (row < 0) {
            added.append(record);
        } else if (!(m_records[row] == record)) {
            m_records[row] = record;
            changed.append(row);
        }
    }
    std::sort(changed.begin(), changed.end());
    for (int i = 0; i < changed.size();) {
        int end = i + 1;
        while (end < changed.size() && changed[end] <= changed[end - 1] + 1) {
            ++end;
        }
        Q_EMIT dataChanged(index(changed[i], 0), index(changed[end - 1], columnCount() - 1));
        i = end;
    }
    if (!added.isEmpty()) {
        const int from = static_cast<int>(m_records.size());
        beginInsertRows({}, from, from + static_cast<int>(added.size()) - 1);
        m_records.append(added);
        reindex();
        endInsertRows();
    }
}

void RecordModel::removeRecord(const QString& id)
{
    const int row = rowOf(id);
    if (row >= 0) {
        beginRemoveRows({}, row, row);
        m_records.removeAt(row);
        reindex();
        endRemoveRows();
    }
}

void RecordModel::refreshAges(const QDateTime& now)
{
    for (int column = 0; column < m_columns.size(); ++column) {
        if (m_columns[column].kind != ColumnKind::Age) {
            continue;
        }
        for (int row = 0; row < m_records.size(); ++row) {
            Field& field = m_records[row].fields[column];
            const QString text = agoText(field.sort.toDateTime(), now);
            if (text != field.text) {
                field.text = text;
                Q_EMIT dataChanged(index(row, column), index(row, column));
            }
        }
    }
}

int RecordModel::rowOf(const QString& id) const
{
    return m_rows.value(id, -1);
}

QString RecordModel::idAt(int row) const
{
    return row >= 0 && row < m_records.size() ? m_records[row].id : QString();
}

const Record* RecordModel::recordAt(int row) const
{
    return row >= 0 && row < m_records.size() ? &m_records[row] : nullptr;
}

const Record* RecordModel::record(const QString& id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_records[row];
}

const QVariant* RecordModel::sortOf(const QModelIndex& index) const
{
    const Record* record = recordAt(index.row());
    return record != nullptr && index.column() >= 0 && index.column() < record->fields.size()
               ? &record->fields[index.column()].sort
               : nullptr;
}

int RecordModel::countOf(int column, Mark mark) const
{
    return static_cast<int>(
        std::count_if(m_records.cbegin(), m_records.cend(), [=](const Record& r) {
            return column < r.fields.size() && r.fields[column].mark == mark;
        }));
}

void RecordModel::reindex()
{
    m_rows.clear();
    m_rows.reserve(m_records.size());
    for (int row = 0; row < m_records.size(); ++row) {
        m_rows.insert(m_records[row].id, row);
    }
}

int RecordModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int RecordModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

/// That of a time is made when it is asked for: the zone is looked up anew for each.
QVariant RecordModel::tipOf(const Field& field)
{
    const bool isTime = field.tip.isEmpty() && field.sort.typeId() == QMetaType::QDateTime;
    const QString tip = isTime ? absoluteTime(field.sort.toDateTime()) : field.tip;
    return tip.isEmpty() ? QVariant() : QVariant(tip);
}

QVariant RecordModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Record& record = m_records[index.row()];
    const Column& column = m_columns[index.column()];
    if (role == IdRole) {
        return record.id;
    }
    if (role == KindRole) {
        return static_cast<int>(column.kind);
    }
    if (role == MarkedRow) {
        return record.marked;
    }
    if (index.column() >= record.fields.size()) {
        return {};
    }
    const Field& field = record.fields[index.column()];
    switch (role) {
        case Qt::DisplayRole:
            return field.text;
        case Qt::ToolTipRole:
            return tipOf(field);
        case Qt::AccessibleTextRole:
            return column.title + u": "_s + field.text;
        case Qt::TextAlignmentRole:
            return QVariant(column.kind == ColumnKind::Number ? Qt::AlignRight | Qt::AlignVCenter
                                                              : Qt::AlignLeft | Qt::AlignVCenter);
        case SortRole:
            return field.sort.isValid() ? field.sort : QVariant(field.text);
        case MarkRole:
            return static_cast<int>(field.mark);
        case ShareRole:
            return field.share;
        case AsideRole:
            return field.aside;
        case QuietRole:
            return field.quiet;
        default:
            return {};
    }
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size()) {
        return {};
    }
    const Column& column = m_columns[section];
    if (role == Qt::DisplayRole) {
        return column.title;
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant(column.kind == ColumnKind::Number ? Qt::AlignRight | Qt::AlignVCenter
                                                          : Qt::AlignLeft | Qt::AlignVCenter);
    }
    return {};
}

}  // namespace analemma::ui
