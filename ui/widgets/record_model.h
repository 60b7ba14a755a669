#pragma once

#include "core/base/clock.h"
#include "core/lifecycle/lifecycle.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QList>
#include <QString>
#include <QVariant>

namespace analemma::ui {

/// How a column is drawn, aligned and sorted.
enum class ColumnKind {
    Text,    ///< left
    Number,  ///< right, tabular figures; sorts by Field::sort
    State,   ///< icon and word in the state's colour
    Fixed,   ///< hashes, commands: the fixed font
    Age,     ///< "2 min ago" from the time in Field::sort; refreshed by refreshAges()
    Bar,     ///< a duration bar: Field::share (0..1) of the width, with the text beside it
};

struct Column {
    QString id;  ///< "commit"; for remembering widths
    QString title;
    ColumnKind kind = ColumnKind::Text;
    int width = 120;
    bool stretch = false;  ///< takes what is left
    bool hidden = false;   ///< at first; the header's menu shows it
    /// Where the table is too narrow, columns with a higher number give way first; 0: never.
    int spare = 0;
};

/// One cell, with everything that painting needs: data() computes nothing.
struct Field {
    QString text;
    QVariant sort;  ///< number, QDateTime; text when invalid
    lifecycle::Mark mark = lifecycle::Mark::None;
    QString tip;
    QString aside;  ///< quiet, at the right, for delegates that have room
    double share = -1;
    bool quiet = false;  ///< in quiet text
    bool operator==(const Field&) const = default;

    static Field number(qint64 value);
    static Field number(double value, const QString& text);
    static Field state(lifecycle::Mark mark, const QString& word = {});
    static Field age(const QDateTime& time, const QDateTime& now);
    static Field duration(milliseconds length, double share = -1);
    static Field size(qint64 bytes);
    static Field hash(const QString& hash);  ///< shortened; the tip has it whole
    static Field text_(const QString& text, const QString& tip = {});
};

/// One row.
struct Record {
    QString id;
    QList<Field> fields;  ///< as many as there are columns
    bool marked = false;  ///< a framed row: production
    bool operator==(const Record&) const = default;
};

/// Rows by id. setRecords() tells the view only what changed. Main thread.
class RecordModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        SortRole,
        MarkRole,
        KindRole,
        ShareRole,
        QuietRole,
        MarkedRow,
        AsideRole
    };
    explicit RecordModel(QList<Column> columns, QObject* parent = nullptr);

    [[nodiscard]] const QList<Column>& columns() const { return m_columns; }
    /// All rows, in order: inserts, removes, moves and changes are told as such.
    void setRecords(const QList<Record>& records);
    /// Changes rows that are there; unknown ids are added at the end.
    void updateRecords(const QList<Record>& records);
    void removeRecord(const QString& id);
    /// Writes the age columns anew; tells only those whose text changed.
    void refreshAges(const QDateTime& now);

    [[nodiscard]] int rowOf(const QString& id) const;  ///< -1
    [[nodiscard]] QString idAt(int row) const;
    [[nodiscard]] const Record* recordAt(int row) const;  ///< null: there is no such row
    [[nodiscard]] const Record* record(const QString& id) const;
    /// Field::sort of a cell, without a copy; null: there is no such cell.
    [[nodiscard]] const QVariant* sortOf(const QModelIndex& index) const;
    /// Rows with this mark in this column.
    [[nodiscard]] int countOf(int column, lifecycle::Mark mark) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QVariant tipOf(const Field& field);
    void removeMissing(const QHash<QString, int>& wanted);
    void reorder(const QHash<QString, int>& wanted);
    void insertNew(const QList<Record>& records);
    void change(const QList<Record>& records);
    void reindex();
    QList<Column> m_columns;
    QList<Record> m_records;
    QHash<QString, int> m_rows;
};

}  // namespace analemma::ui
