#pragma once

#include "core/operate/transfers.h"
#include "ui/widgets/record_model.h"

#include <QWidget>

namespace analemma::ui {

class Button;
class DataTable;
class SectionTitle;

/// The row of one transfer. Pure.
Record transferRecord(const operate::TransferView& view);
lifecycle::Mark transferMark(operate::TransferState state);
QString transferWord(operate::TransferState state);

/// The queue: what goes where, how far, how fast, with pause and cancel in every row. Space pauses
/// and goes on, Delete cancels, Enter tries again.
class TransferList : public QWidget {
    Q_OBJECT
public:
    explicit TransferList(operate::Transfers* transfers, QWidget* parent = nullptr);
    [[nodiscard]] DataTable* table() const { return m_table; }
    void refresh();

Q_SIGNALS:
    /// Somebody wants to hear more of it: the error, what was left out.
    void told(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void toggle(const QString& id);
    void press(const QString& id, int column);
    operate::Transfers* m_transfers;
    SectionTitle* m_title;
    Button* m_pause;
    Button* m_resume;
    Button* m_cancel;
    Button* m_clear;
    RecordModel* m_model;
    DataTable* m_table;
};

}  // namespace analemma::ui
