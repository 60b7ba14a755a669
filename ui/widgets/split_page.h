#pragma once

#include <QWidget>

class QSplitter;
class QStackedLayout;

namespace analemma::ui {

class Button;

/// A master list with its detail beside it; the splitter is remembered. Where the window is
/// narrower than 1100 the detail is a page of its own with a way back.
class SplitPage : public QWidget {
    Q_OBJECT
public:
    /// `name`: settings key and object name. `back`: text of the way back, "Runs".
    SplitPage(const QString& name, QWidget* master, QWidget* detail, const QString& back,
              QWidget* parent = nullptr);
    ~SplitPage() override;

    /// With an item chosen; in a narrow window this turns to the detail when `turn` is true.
    void openDetail(bool turn = true);
    /// Without one: the master alone, over the whole width.
    void closeDetail();
    [[nodiscard]] bool isDetailOpen() const { return m_open; }
    [[nodiscard]] bool isNarrow() const { return m_narrow; }
    /// Side by side horizontally (true, at first) or one above the other.
    void setSideBySide(bool beside);
    /// Share of the master at first, 0..1.
    void setShare(double share);

Q_SIGNALS:
    void detailClosed();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void arrange();
    void remember();
    QSplitter* m_splitter;
    QWidget* m_detailPage;
    QWidget* m_backRow;
    QWidget* m_master;
    double m_share = 0.42;
    bool m_open = false;
    bool m_turned = false;
    bool m_narrow = false;
    bool m_restored = false;
};

}  // namespace analemma::ui
