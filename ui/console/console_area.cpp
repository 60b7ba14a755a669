#include "ui/console/console_area.h"

#include "core/base/text.h"
#include "ui/console/terminal_view.h"
#include "ui/shell/icons.h"
#include "ui/shell/settings.h"
#include "ui/shell/words.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabBar>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int deepest = 6;    // of splits that are restored
constexpr int mostTabs = 40;  // that are restored

QString keyOf(const QString& name)
{
    return u"console/sessions/"_s + QString::fromLatin1(name.toUtf8().toPercentEncoding());
}

QSplitter* splitter(Qt::Orientation orientation)
{
    auto* made = new QSplitter(orientation);
    made->setObjectName(u"console-splitter"_s);
    made->setChildrenCollapsible(false);
    made->setHandleWidth(6);
    return made;
}

void shareEvenly(QSplitter* all)
{
    all->setSizes(QList<int>(all->count(), 1000));
}

/// In the order that a person reads them.
void collect(const QWidget* node, QList<ConsolePage*>* pages)
{
    const auto* all = qobject_cast<const QSplitter*>(node);
    for (int i = 0; all != nullptr && i < all->count(); ++i) {
        if (auto* page = qobject_cast<ConsolePage*>(all->widget(i))) {
            pages->append(page);
        } else {
            collect(all->widget(i), pages);
        }
    }
}

Mark markOfState(ConsolePage::State state)
{
    switch (state) {
        case ConsolePage::State::Live:
            return Mark::Ok;
        case ConsolePage::State::Connecting:
            return Mark::Running;
        case ConsolePage::State::Lost:
            return Mark::Failed;
        default:
            return Mark::Idle;
    }
}

}  // namespace

ConsoleArea::ConsoleArea(const QString& name, Connect connectTo, QWidget* parent)
    : QWidget(parent),
      m_name(name),
      m_connect(std::move(connectTo)),
      m_tabs(new QTabBar),
      m_stack(new QStackedLayout),
      m_broadcast(new Broadcast(this))
{
    setObjectName(u"consoles"_s);
    setAccessibleName(tr("Consoles"));
    m_tabs->setObjectName(u"console-tabs"_s);
    m_tabs->setAccessibleName(tr("Consoles"));
    m_tabs->setMovable(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setDrawBase(false);
    m_tabs->setFocusPolicy(Qt::TabFocus);
    auto* list = new Button(Button::Look::Quiet, tr("Servers"), u"chevron-left"_s);
    list->setObjectName(u"console-list"_s);
    list->setToolTip(tr("Back to the list; consoles stay open"));
    connect(list, &QPushButton::clicked, this, &ConsoleArea::listWanted);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(metric::page - metric::grid, 0, metric::page, metric::half);
    head->setSpacing(metric::grid);
    head->addWidget(list);
    head->addWidget(m_tabs, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addLayout(m_stack, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_stack->setCurrentIndex(index);
        if (ConsolePage* page = current()) {
            page->view()->setFocus();
        }
        updateTabs();
    });
    connect(m_broadcast, &Broadcast::changed, this, &ConsoleArea::updateTabs);
}

ConsoleArea::~ConsoleArea()
{
    m_tabs->disconnect(this);
}

ConsolePage* ConsoleArea::make(const ConsoleTarget& target)
{
    auto* page = new ConsolePage(target, m_connect ? m_connect(target) : nullptr);
    page->setRecording(m_extras.recordings, m_extras.secrets);
    page->setSnippets(m_extras.snippets);
    connect(page->view(), &TerminalView::lookChanged, this, [this, page] {
        const QList<ConsolePage*> all = pages();
        for (ConsolePage* one : all) {
            if (one != page) {
                one->view()->adoptLook();
            }
        }
    });
    connect(page, &ConsolePage::typed, m_broadcast,
            [this, page](const QByteArray& bytes) { m_broadcast->typed(page, bytes); });
    connect(page, &ConsolePage::stateChanged, this, [this] {
        m_broadcast->check();
        updateTabs();
    });
    connect(page, &ConsolePage::focused, this, [this, page] { setCurrent(page); });
    connect(page, &ConsolePage::closeWanted, this, [this, page] { close(page); });
    connect(page, &ConsolePage::splitWanted, this, [this, page](Qt::Orientation orientation) {
        setCurrent(page);
        split(orientation);
    });
    connect(page, &ConsolePage::broadcastToggled, m_broadcast,
            [this, page] { m_broadcast->toggle(page); });
    connect(page, &ConsolePage::linkWanted, this, &ConsoleArea::linkWanted);
    connect(page, &ConsolePage::hostKeyWanted, this, [this, page] { Q_EMIT hostKeyWanted(page); });
    return page;
}

void ConsoleArea::addTab(QWidget* root, ConsolePage* page)
{
    m_stack->addWidget(root);
    m_last.insert(root, page);
    const QSignalBlocker quiet(m_tabs);
    m_tabs->addTab(QString());
}

ConsolePage* ConsoleArea::open(const ConsoleTarget& target)
{
    ConsolePage* page = make(target);
    QSplitter* root = splitter(Qt::Horizontal);
    root->addWidget(page);
    addTab(root, page);
    m_tabs->setCurrentIndex(m_tabs->count() - 1);
    m_stack->setCurrentIndex(m_tabs->count() - 1);
    updateTabs();
    remember();
    page->connectNow();
    return page;
}

ConsolePage* ConsoleArea::split(Qt::Orientation orientation)
{
    const ConsolePage* page = current();
    return page == nullptr ? nullptr : splitTo(page->target(), orientation);
}

ConsolePage* ConsoleArea::splitTo(const ConsoleTarget& target, Qt::Orientation orientation)
{
    ConsolePage* page = current();
    if (page == nullptr) {
        return open(target);
    }
    auto* around = static_cast<QSplitter*>(page->parentWidget());
    ConsolePage* added = make(target);
    if (around->count() == 1) {
        around->setOrientation(orientation);
    }
    if (around->orientation() == orientation) {
        around->insertWidget(around->indexOf(page) + 1, added);
    } else {
        QSplitter* inner = splitter(orientation);
        const QList<int> sizes = around->sizes();
        around->replaceWidget(around->indexOf(page), inner);
        inner->addWidget(page);
        inner->addWidget(added);
        page->show();
        inner->show();
        around->setSizes(sizes);
        around = inner;
    }
    shareEvenly(around);
    added->show();
    setCurrent(added);
    remember();
    added->connectNow();
    return added;
}

void ConsoleArea::close(ConsolePage* page)
{
    m_broadcast->check(page);
    auto* around = static_cast<QSplitter*>(page->parentWidget());
    QWidget* root = around;
    while (m_stack->indexOf(root) < 0) {
        root = root->parentWidget();
    }
    page->disconnect(this);
    page->hide();
    page->setParent(nullptr);
    page->deleteLater();
    // Splitters with one child left give it to the one around them.
    while (around != root && around->count() < 2) {
        auto* outer = static_cast<QSplitter*>(around->parentWidget());
        const QList<int> sizes = outer->sizes();
        if (around->count() == 1) {
            outer->replaceWidget(outer->indexOf(around), around->widget(0));
            outer->setSizes(sizes);
        }
        around->setParent(nullptr);
        around->deleteLater();
        around = outer;
    }
    const int tab = m_stack->indexOf(root);
    const QList<ConsolePage*> left = panesOf(tab);
    if (left.isEmpty()) {
        m_last.remove(root);
        m_stack->removeWidget(root);
        root->deleteLater();
        const QSignalBlocker quiet(m_tabs);
        m_tabs->removeTab(tab);
        m_stack->setCurrentIndex(m_tabs->currentIndex());
    } else if (m_last.value(root) == page) {
        m_last.insert(root, left.first());
    }
    updateTabs();
    remember();
    if (ConsolePage* next = current()) {
        next->view()->setFocus();
    } else {
        Q_EMIT listWanted();
    }
}

int ConsoleArea::tabCount() const
{
    return m_tabs->count();
}

QList<ConsolePage*> ConsoleArea::panesOf(int tab) const
{
    QList<ConsolePage*> all;
    collect(m_stack->widget(tab), &all);
    return all;
}

QList<ConsolePage*> ConsoleArea::panes() const
{
    return panesOf(m_stack->currentIndex());
}

QList<ConsolePage*> ConsoleArea::pages() const
{
    QList<ConsolePage*> all;
    for (int tab = 0; tab < m_stack->count(); ++tab) {
        all += panesOf(tab);
    }
    return all;
}

ConsolePage* ConsoleArea::current() const
{
    return m_last.value(m_stack->currentWidget());
}

void ConsoleArea::setCurrent(ConsolePage* page)
{
    for (int tab = 0; tab < m_stack->count(); ++tab) {
        if (m_stack->widget(tab)->isAncestorOf(page)) {
            m_last.insert(m_stack->widget(tab), page);
        }
    }
    updateTabs();
}

void ConsoleArea::step(int by)
{
    if (const int count = m_tabs->count(); count > 0) {
        m_tabs->setCurrentIndex((m_tabs->currentIndex() + by + count) % count);
    }
}

void ConsoleArea::stepPane(int by)
{
    const QList<ConsolePage*> all = panes();
    if (all.size() > 1) {
        const qsizetype at = all.indexOf(current());
        all[(at + by + all.size()) % all.size()]->view()->setFocus();
    }
}

void ConsoleArea::toggleBroadcast()
{
    if (m_broadcast->isOn()) {
        m_broadcast->stop();
    } else {
        m_broadcast->start(panes());
    }
}

void ConsoleArea::updateTabs()
{
    for (int tab = 0; tab < m_tabs->count(); ++tab) {
        const ConsolePage* page = m_last.value(m_stack->widget(tab));
        const QList<ConsolePage*> all = panesOf(tab);
        if (page == nullptr) {
            continue;
        }
        bool production = false;
        bool loud = false;
        bool rang = false;
        bool recording = false;
        for (ConsolePage* one : all) {
            production = production || one->target().production;
            loud = loud || one->isBroadcasting();
            rang = rang || one->wantsLook();
            recording = recording || one->isRecording();
            one->setActive(all.size() > 1 && one == page);
        }
        QString text = displayText(page->target().server, 40);
        if (all.size() > 1) {
            text += u" +%1"_s.arg(all.size() - 1);
        }
        if (production) {
            text += u"  "_s + displayText(page->target().environment, 24).toUpper();
        }
        if (recording) {
            text += u"  "_s + tr("REC");
        }
        if (loud) {
            text += u"  "_s + tr("BROADCAST");
        }
        m_tabs->setTabText(tab, text);
        m_tabs->setTabToolTip(tab, displayText(page->title(), 160));
        m_tabs->setTabTextColor(tab, production ? colour(Token::Production) : QColor());
        const Mark mark = rang ? Mark::Waiting : markOfState(page->state());
        m_tabs->setTabIcon(tab, lineIcon(rang ? u"bell"_s : iconOf(mark), tokenOf(mark)));
    }
    Q_EMIT changed();
}

// ---- remembering --------------------------------------------------------------------------------

QJsonObject ConsoleArea::described(const QWidget* node) const
{
    if (const auto* page = qobject_cast<const ConsolePage*>(node)) {
        return {{u"server"_s, page->target().server}};
    }
    const auto* all = qobject_cast<const QSplitter*>(node);
    QJsonArray parts;
    for (int i = 0; all != nullptr && i < all->count(); ++i) {
        parts.append(described(all->widget(i)));
    }
    const bool beside = all == nullptr || all->orientation() == Qt::Horizontal;
    return {{u"beside"_s, beside}, {u"parts"_s, parts}};
}

void ConsoleArea::remember()
{
    QJsonArray tabs;
    for (int tab = 0; tab < m_stack->count(); ++tab) {
        tabs.append(described(m_stack->widget(tab)));
    }
    windowSettings()->setValue(
        keyOf(m_name), QString::fromUtf8(QJsonDocument(tabs).toJson(QJsonDocument::Compact)));
}

QWidget* ConsoleArea::rebuilt(const QJsonObject& node, const Find& find, int depth)
{
    if (node.contains("server"_L1)) {
        const auto target = find(node.value("server"_L1).toString());
        return target ? make(*target) : nullptr;
    }
    if (depth >= deepest) {
        return nullptr;
    }
    QList<QWidget*> parts;
    const QJsonArray all = node.value("parts"_L1).toArray();
    for (const QJsonValue& part : all) {
        if (QWidget* made = rebuilt(part.toObject(), find, depth + 1)) {
            parts.append(made);
        }
    }
    if (parts.isEmpty() || (parts.size() == 1 && depth > 0)) {
        return parts.value(0);
    }
    QSplitter* made =
        splitter(node.value("beside"_L1).toBool(true) ? Qt::Horizontal : Qt::Vertical);
    for (QWidget* part : parts) {
        made->addWidget(part);
    }
    shareEvenly(made);
    return made;
}

void ConsoleArea::restore(const Find& find)
{
    const QByteArray text = windowSettings()->value(keyOf(m_name)).toString().toUtf8();
    const QJsonArray tabs = QJsonDocument::fromJson(text).array();
    for (qsizetype i = 0; i < qMin<qsizetype>(tabs.size(), mostTabs); ++i) {
        QWidget* root = rebuilt(tabs[i].toObject(), find, 0);
        if (qobject_cast<QSplitter*>(root) == nullptr) {
            delete root;
            continue;
        }
        QList<ConsolePage*> all;
        collect(root, &all);
        addTab(root, all.value(0));
    }
    if (m_tabs->count() > 0 && m_tabs->currentIndex() < 0) {
        m_tabs->setCurrentIndex(0);
    }
    m_stack->setCurrentIndex(m_tabs->currentIndex());
    updateTabs();
}

}  // namespace analemma::ui
