#pragma once

#include "core/lifecycle/report.h"
#include "ui/shell/panel.h"

class QAction;
class QButtonGroup;
class QHBoxLayout;
class QStackedLayout;
class QTimer;

namespace analemma::ui {

class DataTable;
class EmptyState;
class FigureTile;
class Reader;
class RecordModel;
class ScopeChoice;
class SectionTitle;
class Text;

/// What a report can be saved as.
enum class FigureFile { Csv, Json, Html, Pdf };

/// The delivery figures of a period: five tiles, and the events behind the one that was pressed.
/// Reads when it is shown, and while it is shown a few seconds after something changed.
class FiguresPage : public QWidget {
    Q_OBJECT
public:
    explicit FiguresPage(const Context& context, QWidget* parent = nullptr);
    ~FiguresPage() override;

    /// Reads anew when it is shown; F5.
    void refresh();
    /// For the palette: saving, with ids and texts. Owned by the page.
    [[nodiscard]] QList<QAction*> commands() const { return m_saves; }
    /// What is shown.
    [[nodiscard]] const lifecycle::FigureReport& report() const { return m_report; }
    /// Shows values; what the reading calls, and tests.
    void setDeliveries(const lifecycle::Deliveries& read, const lifecycle::FigureQuery& query);
    /// Writes a file of this kind, without waiting.
    void save(FigureFile kind, const QString& path);

Q_SIGNALS:
    void left();  ///< the way back was pressed
    void panelWanted(const QString& panel, const QString& item);
    void told(const analemma::ui::Notice& notice);

protected:
    void showEvent(QShowEvent* event) override;

private:
    [[nodiscard]] QHBoxLayout* buildHead();
    [[nodiscard]] QHBoxLayout* buildChoices();
    [[nodiscard]] QHBoxLayout* buildTiles();
    void buildEvents();
    bool read();
    [[nodiscard]] lifecycle::FigureQuery query() const;
    [[nodiscard]] lifecycle::FigureSources sources() const;
    void recount();
    void showEvents(lifecycle::Figure figure);
    [[nodiscard]] QString eventsTitle(lifecycle::Figure figure) const;
    void askFile(FigureFile kind);
    void write(const QByteArray& bytes, const QString& path);
    void saveReport(FigureFile kind, const QString& path,
                    const QList<lifecycle::Incident>& incidents);
    void saved(const Result<void>& written, const QString& path);

    Context m_context;
    QStackedLayout* m_stack;
    EmptyState* m_empty;
    Text* m_facts;
    ScopeChoice* m_period;
    ScopeChoice* m_environment;
    ScopeChoice* m_repository;
    QList<FigureTile*> m_tiles;
    SectionTitle* m_eventsTitle;
    RecordModel* m_model;
    DataTable* m_table;
    Reader* m_reader;
    QTimer* m_later;
    QList<QAction*> m_saves;
    lifecycle::Deliveries m_read;
    lifecycle::FigureReport m_report;
    lifecycle::Figure m_figure = lifecycle::Figure::Frequency;
    bool m_known = false;  ///< something was read
};

}  // namespace analemma::ui
