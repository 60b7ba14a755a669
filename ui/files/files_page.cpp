#include "ui/files/files_page.h"

#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "ui/console/login_form.h"
#include "ui/files/edit_strip.h"
#include "ui/files/path_bar.h"
#include "ui/files/transfer_list.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::ConflictRule;
using operate::Place;
using operate::TransferState;
using operate::TransferView;

constexpr int kReloadAfter = 150;  // milliseconds

/// Keys that the page takes before the window's shortcuts do.
bool isOurs(int key, Qt::KeyboardModifiers modifiers)
{
    switch (key) {
        case Qt::Key_F4:
        case Qt::Key_F5:
        case Qt::Key_F6:
        case Qt::Key_F7:
        case Qt::Key_F8:
        case Qt::Key_F9:
        case Qt::Key_Delete:
        case Qt::Key_Backspace:
        case Qt::Key_Tab:
            return modifiers == Qt::NoModifier;
        case Qt::Key_H:
        case Qt::Key_L:
        case Qt::Key_R:
            return modifiers == Qt::ControlModifier;
        default:
            return false;
    }
}

}  // namespace

FilesPage::FilesPage(Connect connect, const QString& home, Open open, QWidget* parent)
    : QWidget(parent),
      m_connect(std::move(connect)),
      m_open(std::move(open)),
      m_transfers(new operate::Transfers(m_connect, home + u"/transfers"_s, this)),
      m_edits(new operate::RemoteEdits(m_connect, home + u"/edits"_s, this)),
      m_left(new FilePane(u"left"_s, m_connect)),
      m_right(new FilePane(u"right"_s, m_connect)),
      m_active(m_left),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_login(new LoginForm),
      m_strip(new EditStrip(m_edits)),
      m_list(new TransferList(m_transfers)),
      m_reload(new QTimer(this))
{
    m_reload->setSingleShot(true);
    m_reload->setInterval(kReloadAfter);
    QObject::connect(m_reload, &QTimer::timeout, this, &FilesPage::reloadPlaces);
    build();
}

FilesPage::~FilesPage()
{
    m_cancel.cancel();
}

void FilesPage::build()
{
    setObjectName(u"files-page"_s);
    auto* back = new Button(Button::Look::Quiet, tr("Servers"), u"chevron-left"_s);
    back->setObjectName(u"files-back"_s);
    connect(back, &QPushButton::clicked, this, &FilesPage::listWanted);
    auto* head = new QHBoxLayout;
    head->addWidget(back);
    head->addStretch(1);
    head->addWidget(buildKeys());

    m_panes = new QSplitter(Qt::Horizontal);
    m_panes->setObjectName(u"files-panes"_s);
    m_panes->addWidget(m_left);
    m_panes->addWidget(m_right);
    m_panes->setChildrenCollapsible(false);
    m_panes->setHandleWidth(metric::grid);
    m_panes->setSizes({1000, 1000});
    auto* upper = new QWidget;
    auto* above = new QVBoxLayout(upper);
    above->setContentsMargins(0, 0, 0, 0);
    above->setSpacing(metric::grid);
    above->addWidget(m_panes, 1);
    above->addWidget(m_login);
    above->addWidget(m_ask);
    above->addWidget(m_strip);
    auto* halves = new QSplitter(Qt::Vertical);
    halves->setObjectName(u"files-halves"_s);
    halves->setChildrenCollapsible(false);
    halves->addWidget(upper);
    halves->addWidget(m_list);
    halves->setSizes({700, 220});
    halves->setStretchFactor(0, 1);
    halves->setHandleWidth(metric::grid);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metric::page, 0, metric::page, metric::grid);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(halves, 1);

    for (FilePane* pane : {m_left, m_right}) {
        pane->table()->view()->installEventFilter(this);
        for (auto* empty : pane->table()->findChildren<EmptyState*>()) {
            empty->installEventFilter(this);
        }
        connect(pane, &FilePane::focused, this, [this, pane] { setActive(pane); });
        connect(pane, &FilePane::changed, this, &FilesPage::updateKeys);
        connect(pane, &FilePane::opened, this, &FilesPage::editFile);
        connect(pane, &FilePane::dropped, this, &FilesPage::carry);
        connect(pane, &FilePane::hostKeyWanted, m_login,
                qOverload<const QString&, std::function<void()>>(&LoginForm::showHostKey));
    }
    connect(m_login, &LoginForm::closed, this, [this] { m_active->table()->setFocus(); });
    connect(m_login, &LoginForm::failed, this, &FilesPage::report);
    connect(m_transfers, &operate::Transfers::problem, this, &FilesPage::report);
    connect(m_ask, &AskPanel::closed, this, [this] {
        m_asked.clear();
        m_active->table()->setFocus();
        QMetaObject::invokeMethod(this, &FilesPage::askConflict, Qt::QueuedConnection);
    });
    connect(m_transfers, &operate::Transfers::stopped, this, &FilesPage::onStopped);
    connect(m_list, &TransferList::told, this, [this](const QString& id) {
        const auto view = m_transfers->find(id);
        if (view && view->state == TransferState::Asking) {
            m_asked.clear();
            askConflict();
        }
    });
    connect(m_edits, &operate::RemoteEdits::opened, this,
            [this](const QString&, const QString& path) {
                if (m_open) {
                    m_open(path);
                }
            });
    connect(m_strip, &EditStrip::closeWanted, this, [this](const QString& id) {
        const auto view = m_edits->find(id);
        AskPanel::Question question;
        question.sentence = tr("Stop editing %1? What was changed here is not on the server; it "
                               "is thrown away.")
                                .arg(view ? view->place.text() : QString());
        question.careful = true;
        question.answers = {{u"discard"_s, tr("Throw away"),
                             [this, id](const AskPanel::Given&) { m_edits->close(id); }, true},
                            {u"cancel"_s, tr("Keep it"), {}}};
        m_ask->ask(std::move(question));
    });
    setActive(m_left);
    setFocusProxy(m_left);
}

QWidget* FilesPage::buildKeys()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::half);
    const auto add = [this, row](const QString& id, const QString& text, const QString& hint,
                                 void (FilesPage::*run)()) {
        auto* button = new Button(Button::Look::Plain, text);
        button->setObjectName(u"files-"_s + id);
        button->setHint(hint);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QPushButton::clicked, this, run);
        row->addWidget(button);
        m_keys.append(button);
    };
    add(u"edit"_s, tr("Edit"), u"F4"_s, &FilesPage::editFile);
    add(u"copy"_s, tr("Copy"), u"F5"_s, &FilesPage::copy);
    add(u"rename"_s, tr("Rename"), u"F6"_s, &FilesPage::rename);
    add(u"folder"_s, tr("New folder"), u"F7"_s, &FilesPage::makeFolder);
    add(u"delete"_s, tr("Delete"), u"F8"_s, &FilesPage::remove);
    add(u"mode"_s, tr("Permissions"), u"F9"_s, &FilesPage::permissions);
    return bar;
}

void FilesPage::setServers(const QList<FileServer>& servers)
{
    m_left->setServers(servers);
    m_right->setServers(servers);
}

void FilesPage::openServer(const QString& server)
{
    if (!m_left->isInUse()) {
        m_left->go({}, {});
    }
    const bool there = m_left->folder().server == server && m_left->files();
    FilePane* pane = there && !server.isEmpty() ? m_left : m_right;
    if (pane->folder().server != server || !pane->files()) {
        pane->go(server, {});
    }
    setActive(pane);
    pane->table()->setFocus();
}

void FilesPage::setActive(FilePane* pane)
{
    m_active = pane;
    m_left->setActive(pane == m_left);
    m_right->setActive(pane == m_right);
    updateKeys();
}

void FilesPage::keepIn(operate::TransferStore* store)
{
    if (store != nullptr) {
        m_transfers->keepIn(store);
    }
}

bool FilesPage::stepBack()
{
    if (m_login->isOpen()) {
        m_login->escape();
        return true;
    }
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    return false;
}

void FilesPage::switchPane()
{
    other()->table()->setFocus();
}

QString FilesPage::why(FilePane* pane) const
{
    return pane->files() ? QString() : tr("This side is not connected.");
}

void FilesPage::updateKeys()
{
    const QString absent = why(m_active);
    const bool any = m_active->current() != nullptr;
    const QString none = absent.isEmpty() && !any ? tr("Choose a file first.") : absent;
    for (Button* button : std::as_const(m_keys)) {
        const QString name = button->objectName();
        QString refusal = name == "files-folder"_L1 ? absent : none;
        if (refusal.isEmpty() && name == "files-copy"_L1) {
            refusal = why(other());
        }
        button->setRefusal(refusal);
    }
    Q_EMIT changed();
}

bool FilesPage::key(FilePane* pane, int key, Qt::KeyboardModifiers modifiers)
{
    if (!isOurs(key, modifiers)) {
        return false;
    }
    setActive(pane);
    switch (key) {
        case Qt::Key_F4:
            editFile();
            break;
        case Qt::Key_F5:
            copy();
            break;
        case Qt::Key_F6:
            rename();
            break;
        case Qt::Key_F7:
            makeFolder();
            break;
        case Qt::Key_F8:
        case Qt::Key_Delete:
            remove();
            break;
        case Qt::Key_F9:
            permissions();
            break;
        case Qt::Key_Backspace:
            pane->up();
            break;
        case Qt::Key_Tab:
            switchPane();
            break;
        case Qt::Key_H:
            pane->setShowingHidden(!pane->isShowingHidden());
            break;
        case Qt::Key_L:
            pane->pathBar()->edit();
            break;
        default:
            pane->reload();
    }
    return true;
}

bool FilesPage::eventFilter(QObject* watched, QEvent* event)
{
    const bool press = event->type() == QEvent::KeyPress;
    if (press || event->type() == QEvent::ShortcutOverride) {
        auto* typed = static_cast<QKeyEvent*>(event);
        for (FilePane* pane : {m_left, m_right}) {
            const auto* part = qobject_cast<QWidget*>(watched);
            if (part == nullptr || !pane->table()->isAncestorOf(part)) {
                continue;
            }
            if (!press && isOurs(typed->key(), typed->modifiers())) {
                event->accept();
                return true;
            }
            if (press && key(pane, typed->key(), typed->modifiers())) {
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

// ---- transfers ----------------------------------------------------------------------------------

void FilesPage::copy()
{
    if (!why(m_active).isEmpty() || !why(other()).isEmpty()) {
        return;
    }
    DraggedFiles files;
    const Place from = m_active->folder();
    files.server = from.server;
    for (const ssh::FileInfo& one : m_active->chosen()) {
        files.paths.append(operate::joined(from.path, one.name));
    }
    carry(files, other()->folder());
}

void FilesPage::carry(const DraggedFiles& files, const Place& folder)
{
    int refused = 0;
    std::optional<Error> first;
    for (const QByteArray& path : files.paths) {
        const Place to{folder.server, operate::joined(folder.path, operate::lastName(path))};
        const Result<QString> id = m_transfers->add({files.server, path}, to);
        if (!id) {
            ++refused;
            first = first ? first : std::optional(id.error());
        }
    }
    if (first) {
        report(refused == 1 ? *first
                            : first->in(tr("%n were refused; the first", nullptr, refused)));
    }
}

void FilesPage::onStopped(const TransferView& view)
{
    if (view.state == TransferState::Asking) {
        askConflict();
        return;
    }
    reloadSoon({view.to.server, operate::parentOf(view.to.path)});
    if (view.state == TransferState::Failed && view.error) {
        report(view.error->in(view.to.text()));
    } else if (view.state == TransferState::Done && view.refusedCount > 0) {
        tell(Mark::Waiting,
             tr("%1: %n entries were left out; the row tells which", nullptr, view.refusedCount)
                 .arg(view.to.text()));
    }
}

/// Many transfers that end together are one reading.
void FilesPage::reloadSoon(const Place& folder)
{
    if (!m_stale.contains(folder)) {
        m_stale.append(folder);
    }
    m_reload->start();
}

void FilesPage::reloadPlaces()
{
    const QList<Place> stale = std::exchange(m_stale, {});
    for (FilePane* pane : {m_left, m_right}) {
        if (pane->files() && stale.contains(pane->folder())) {
            pane->reload();
        }
    }
}

/// The first transfer that asks, when nothing else is asked.
void FilesPage::askConflict()
{
    const QList<TransferView> views = m_transfers->list();
    const auto asking = std::find_if(views.cbegin(), views.cend(), [](const TransferView& one) {
        return one.state == TransferState::Asking && one.conflict;
    });
    if (m_ask->isOpen() || asking == views.cend()) {
        return;
    }
    m_asked = asking->id;
    const auto side = [](const ssh::FileInfo& info) {
        return sizeText(info.size) + u", "_s + absoluteTime(info.modified);
    };
    AskPanel::Question question;
    question.sentence = tr("%1 is there already.").arg(asking->conflict->target.text());
    question.detail = tr("there: %1\ncoming: %2")
                          .arg(side(asking->conflict->there), side(asking->conflict->coming));
    question.all = asking->folder ? tr("The same for all that follow in this transfer") : QString();
    const auto answer = [this, id = asking->id](ConflictRule rule) {
        return [this, id, rule](const AskPanel::Given& given) {
            m_transfers->answer(id, rule, given.all);
        };
    };
    question.answers = {{u"both"_s, tr("Keep both"), answer(ConflictRule::KeepBoth)},
                        {u"overwrite"_s, tr("Overwrite"), answer(ConflictRule::Overwrite), true},
                        {u"skip"_s, tr("Leave what is there"), answer(ConflictRule::Skip)}};
    m_ask->ask(std::move(question));
}

void FilesPage::report(const Error& error)
{
    if (error.kind != ErrorKind::Cancelled) {
        tell(Mark::Failed, displayText(sentences(error), 600));
    }
}

void FilesPage::tell(Mark mark, const QString& text)
{
    Notice told;
    told.mark = mark;
    told.text = text;
    Q_EMIT notice(told);
}

}  // namespace analemma::ui
