#include "ui/files/file_pane.h"

#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "ui/files/path_bar.h"
#include "ui/shell/settings.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMimeData>
#include <QPainter>
#include <QPointer>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostEntries = 200'000;
constexpr int kMostKept = 1'000;  // of selected rows, over a new listing
constexpr int kSlow = 300;        // milliseconds until old rows give way to a skeleton
constexpr int kFrame = 4;         // always there, so that a frame never moves anything

Task<Result<QList<Record>>> recordsOf(std::shared_ptr<const ssh::Listing> listing,
                                      FileColumn column, Qt::SortOrder order, QDateTime now)
{
    return onWorker<QList<Record>>([=]() -> Result<QList<Record>> {
        return fileRecords(listing->entries, column, order, now);
    });
}

}  // namespace

/// A way that was begun: where to, and what to stand on then.
struct FilePane::Going {
    QString server;
    QByteArray path;
    QByteArray select;
    CancelToken cancel;
    std::shared_ptr<ssh::Session> session;
    std::shared_ptr<ssh::Files> files;
};

FilePane::FilePane(const QString& name, Connect connect, QWidget* parent)
    : QWidget(parent),
      m_name(name),
      m_connect(std::move(connect)),
      m_box(new QComboBox),
      m_word(new LoudWord),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_again(new Button(Button::Look::Plain, tr("Try again"), u"refresh"_s)),
      m_eye(new IconButton(u"eye"_s, tr("Show hidden files (Ctrl+H)"))),
      m_bar(new PathBar(u"files-"_s + name)),
      m_model(new FileModel(this)),
      m_table(new DataTable(u"files-"_s + name, m_model)),
      m_footer(new Text({}, Type::Caption, Token::Quiet)),
      m_slow(new QTimer(this))
{
    build();
    setServers({});
}

FilePane::~FilePane()
{
    m_cancel.cancel();
}

void FilePane::build()
{
    setObjectName(u"files-pane-"_s + m_name);
    m_box->setObjectName(u"files-box-"_s + m_name);
    m_box->setAccessibleName(m_name == "left"_L1 ? tr("Left side") : tr("Right side"));
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(18);
    m_box->setFocusPolicy(Qt::TabFocus);
    m_word->setObjectName(u"files-word-"_s + m_name);
    m_note->setObjectName(u"files-note-"_s + m_name);
    m_note->setElided(true);
    m_again->setObjectName(u"files-again-"_s + m_name);
    m_footer->setObjectName(u"files-footer-"_s + m_name);
    m_footer->setElided(true);
    m_eye->setObjectName(u"files-hidden-"_s + m_name);
    m_eye->setCheckable(true);
    auto* above = new IconButton(u"chevron-up"_s, tr("Folder above (Backspace)"));
    above->setObjectName(u"files-up-"_s + m_name);
    auto* refresh = new IconButton(u"refresh"_s, tr("Read again (Ctrl+R)"));
    refresh->setObjectName(u"files-refresh-"_s + m_name);

    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_box);
    head->addWidget(m_word);
    head->addWidget(m_note, 1);
    head->addWidget(m_again);
    head->addWidget(m_eye);
    head->addWidget(refresh);
    auto* way = new QHBoxLayout;
    way->setSpacing(metric::half);
    way->addWidget(above);
    way->addWidget(m_bar, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kFrame + metric::half, kFrame + metric::half, kFrame + metric::half,
                               kFrame);
    column->setSpacing(metric::half);
    column->addLayout(head);
    column->addLayout(way);
    column->addWidget(m_table, 1);
    column->addWidget(m_footer);

    QTableView* view = m_table->view();
    view->setAccessibleName(m_name == "left"_L1 ? tr("Files on the left")
                                                : tr("Files on the right"));
    view->setDragEnabled(true);
    view->setAcceptDrops(true);
    view->setDragDropMode(QAbstractItemView::DragDrop);
    view->viewport()->setAcceptDrops(true);
    view->viewport()->installEventFilter(this);
    view->installEventFilter(this);
    // A folder without rows takes keys and files all the same.
    for (auto* empty : m_table->findChildren<EmptyState*>()) {
        empty->setFocusPolicy(Qt::StrongFocus);
        empty->setAccessibleName(view->accessibleName());
        empty->setAcceptDrops(true);
        empty->installEventFilter(this);
    }
    m_table->setCellDelegate(int(FileColumn::Name), new FileNameDelegate);
    // Sorting is done with the rows, on a worker: the table shows them as they come.
    view->setSortingEnabled(false);
    m_table->filter()->sort(-1);
    m_table->filter()->setDynamicSortFilter(false);
    QHeaderView* header = view->horizontalHeader();
    header->setSectionsClickable(true);
    header->setSortIndicatorShown(true);
    if (header->sortIndicatorSection() >= 0 && header->sortIndicatorSection() < fileColumnCount) {
        m_column = FileColumn(header->sortIndicatorSection());  // as it was last time
        m_order = header->sortIndicatorOrder();
    }
    header->setSortIndicator(int(m_column), m_order);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &FilePane::sortBy);

    m_slow->setSingleShot(true);
    m_slow->setInterval(kSlow);
    connect(m_slow, &QTimer::timeout, this, [this] {
        m_table->setLoading(true);
        m_model->replace({});
    });
    connect(m_box, &QComboBox::activated, this, [this](int index) {
        go(m_box->itemData(index).toString(), {});
        m_table->setFocus();
    });
    connect(m_again, &QPushButton::clicked, this, [this] {
        if (const auto retry = m_retry) {  // it replaces itself
            retry();
        }
    });
    connect(m_eye, &QToolButton::toggled, this, &FilePane::setShowingHidden);
    connect(above, &QToolButton::clicked, this, &FilePane::up);
    connect(refresh, &QToolButton::clicked, this, [this] { reload(); });
    connect(m_bar, &PathBar::chosen, this, [this](const QByteArray& path) {
        go(m_server, path);
        m_table->setFocus();
    });
    connect(m_bar, &PathBar::left, this, [this] { m_table->setFocus(); });
    connect(m_table, &DataTable::activated, this, &FilePane::openCurrent);
    connect(m_table, &DataTable::selectionChanged, this, [this] {
        updateFooter();
        Q_EMIT changed();
    });
    connect(m_table, &DataTable::currentChanged, this, [this] { Q_EMIT changed(); });
    m_table->emptyState()->setText(u"folder"_s, tr("This folder is empty."));
    m_hidden = windowSettings()->value(u"files/hidden-"_s + m_name).toBool();
    m_eye->setChecked(m_hidden);
    setShowingHidden(m_hidden);
    tell({}, Token::Quiet);
    setFocusProxy(m_table);
}

const FileServer& FilePane::server() const
{
    static const FileServer none;
    const auto found = std::find_if(m_servers.cbegin(), m_servers.cend(),
                                    [this](const FileServer& one) { return one.name == m_server; });
    return found == m_servers.cend() ? none : *found;
}

void FilePane::setServers(const QList<FileServer>& servers)
{
    m_servers = servers;
    FileServer here;
    here.label = tr("This machine");
    m_servers.prepend(here);
    m_box->clear();
    for (const FileServer& one : std::as_const(m_servers)) {
        QString text = displayText(one.label, 60);
        if (!one.environment.isEmpty()) {
            const QString word = displayText(one.environment, 30);
            text += u"  "_s + (one.production ? word.toUpper() : word);
        }
        m_box->addItem(text, one.name);
        m_box->setItemData(m_box->count() - 1, one.refusal, Qt::ToolTipRole);
    }
    m_box->setCurrentIndex(std::max(0, m_box->findData(m_server)));
    update();
}

// ---- going somewhere ----------------------------------------------------------------------------

void FilePane::go(const QString& server, const QByteArray& path, const QByteArray& select)
{
    m_cancel.cancel();
    m_cancel = CancelToken();
    Going going{server, path, select, m_cancel, nullptr, nullptr};
    m_retry = [this, server, path, select] { go(server, path, select); };
    if (server == m_server && m_files && (server.isEmpty() || m_session->isConnected())) {
        going.session = m_session;
        going.files = m_files;
    }
    m_box->setCurrentIndex(std::max(0, m_box->findData(server)));
    m_slow->start();
    going.files ? list(going) : connectThen(going);
}

void FilePane::connectThen(const Going& going)
{
    if (going.server.isEmpty()) {
        Going local = going;
        local.files = operate::localFiles();
        list(local);
        return;
    }
    const auto found =
        std::find_if(m_servers.cbegin(), m_servers.cend(),
                     [&going](const FileServer& one) { return one.name == going.server; });
    if (found == m_servers.cend() || !found->refusal.isEmpty()) {
        giveUp(found == m_servers.cend() ? tr("That server is gone.") : found->refusal, false);
        return;
    }
    tell(tr("connecting…"), Token::Running);
    then(m_connect(going.server, going.cancel), this,
         [this, going](const Result<std::shared_ptr<ssh::Session>>& session) {
             if (going.cancel.isCancelled()) {
                 return;
             }
             Going on = going;
             on.session = session.valueOr(nullptr);
             on.files = on.session ? on.session->files() : nullptr;
             if (on.files) {
                 list(on);
                 return;
             }
             refuse(going, session.error());
         });
}

void FilePane::refuse(const Going& going, const Error& why)
{
    giveUp(displayText(sentences(why), 400), true);
    if (why.kind == ErrorKind::HostKey) {
        Q_EMIT hostKeyWanted(going.server, [self = QPointer<FilePane>(this), to = going] {
            if (self != nullptr) {
                self->go(to.server, to.path, to.select);
            }
        });
    }
}

/// The old rows stay, and are still true of where they are.
void FilePane::giveUp(const QString& why, bool again)
{
    m_slow->stop();
    m_table->setLoading(false);
    m_box->setCurrentIndex(std::max(0, m_box->findData(m_server)));
    tell(why, Token::Failed, again);
    if (m_files) {
        arrange();
    }
}

/// "." and what was typed become whole paths first: they are what the page works with.
void FilePane::list(const Going& going)
{
    const auto start = [&going, this]() -> QByteArray {
        for (const FileServer& one : std::as_const(m_servers)) {
            if (one.name == going.server && !one.start.isEmpty()) {
                return one.start;
            }
        }
        return ".";
    };
    const QByteArray wanted = going.path.isEmpty() ? start() : going.path;
    const auto failed = [this](const Error& error) {
        giveUp(displayText(sentences(error), 400), true);
    };
    then(going.files->realPath(wanted, going.cancel), this,
         [this, going, failed](const Result<QByteArray>& path) {
             if (going.cancel.isCancelled()) {
                 return;
             }
             if (!path) {
                 failed(path.error());
                 return;
             }
             then(going.files->list(*path, kMostEntries, going.cancel), this,
                  [this, going, failed, whole = *path](Result<ssh::Listing> listing) {
                      if (going.cancel.isCancelled()) {
                          return;
                      }
                      if (!listing) {
                          failed(listing.error());
                          return;
                      }
                      const bool other = m_server != going.server || m_path != whole;
                      m_server = going.server;
                      m_path = whole;
                      m_session = going.session;
                      m_files = going.files;
                      m_select = going.select;
                      take(std::move(*listing), other);
                  });
         });
}

void FilePane::take(ssh::Listing listing, bool isOther)
{
    m_listing = std::make_shared<ssh::Listing>(std::move(listing));
    m_places.clear();
    m_places.reserve(qsizetype(m_listing->entries.size()));
    for (std::size_t i = 0; i < m_listing->entries.size(); ++i) {
        m_places.insert(m_listing->entries[i].name, i);
    }
    m_model->setPlace(folder());
    m_bar->setPath(m_path);
    if (isOther && !m_table->filterText().isEmpty()) {
        m_table->setFilterText({});
    }
    const int refused = m_listing->refusedNames;
    const QString more =
        m_listing->truncated ? tr("Only the first %1 are shown").arg(kMostEntries) : QString();
    tell(refused > 0 ? tr("%n names that no file can have were left out", nullptr, refused) : more,
         Token::Waiting);
    arrange();
    update();
}

/// Makes the rows on a worker, in order; shows them at once.
void FilePane::arrange()
{
    const CancelToken cancel = m_cancel;
    then(recordsOf(m_listing, m_column, m_order, QDateTime::currentDateTimeUtc()), this,
         [this, cancel](const Result<QList<Record>>& records) {
             if (!cancel.isCancelled() && records) {
                 show(*records, std::exchange(m_select, QByteArray()));
             }
         });
}

void FilePane::show(const QList<Record>& records, const QByteArray& select)
{
    QElapsedTimer timer;
    timer.start();
    m_slow->stop();
    const QString kept = m_table->currentId();
    const QStringList selected = m_table->selectedIds();
    m_model->replace(records);
    m_table->setLoading(false);
    const QString wanted = select.isEmpty() ? kept : idOfName(select);
    const int row = wanted.isEmpty() ? -1 : m_model->rowOf(wanted);
    if (row >= 0) {
        m_table->selectId(wanted);
    } else if (m_table->filter()->rowCount() > 0) {
        m_table->view()->setCurrentIndex(m_table->filter()->index(0, 0));
    }
    if (select.isEmpty() && selected.size() > 1 && selected.size() < kMostKept) {
        selectAgain(selected);
    }
    updateFooter();
    m_shownIn = timer.elapsed();
    Q_EMIT changed();
}

void FilePane::selectAgain(const QStringList& ids)
{
    QItemSelection selection;
    for (const QString& id : ids) {
        const int row = m_model->rowOf(id);
        const QModelIndex index =
            row < 0 ? QModelIndex() : m_table->filter()->mapFromSource(m_model->index(row, 0));
        if (index.isValid()) {
            selection.select(index, index);
        }
    }
    m_table->view()->selectionModel()->select(
        selection, QItemSelectionModel::Select | QItemSelectionModel::Rows);
}

void FilePane::reload(const QByteArray& select)
{
    if (m_files) {
        go(m_server, m_path, select);
    } else if (const auto retry = m_retry) {  // it replaces itself
        retry();
    }
}

void FilePane::up()
{
    if (!m_path.isEmpty() && m_path != "/") {
        go(m_server, operate::parentOf(m_path), operate::lastName(m_path));
    }
}

void FilePane::openCurrent()
{
    const ssh::FileInfo* one = current();
    if (one == nullptr) {
        return;
    }
    const QByteArray path = operate::joined(m_path, one->name);
    if (one->kind == ssh::FileInfo::Kind::Folder) {
        go(m_server, path);
    } else if (one->kind == ssh::FileInfo::Kind::File) {
        Q_EMIT opened(*one);
    } else if (one->kind == ssh::FileInfo::Kind::Link && m_files) {
        const CancelToken cancel = m_cancel;
        const ssh::FileInfo link = *one;
        then(m_files->info(path, true, cancel), this,
             [this, cancel, path, link](const Result<ssh::FileInfo>& info) {
                 if (cancel.isCancelled()) {
                     return;
                 }
                 if (!info) {
                     tell(displayText(sentences(info.error()), 300), Token::Failed);
                 } else if (info->kind == ssh::FileInfo::Kind::Folder) {
                     go(m_server, path);
                 } else {
                     Q_EMIT opened(link);
                 }
             });
    }
}

// ---- rows ---------------------------------------------------------------------------------------

const ssh::FileInfo* FilePane::current() const
{
    const auto found = m_places.constFind(nameOfId(m_table->currentId()));
    return m_table->currentId().isEmpty() || found == m_places.cend() ? nullptr
                                                                      : &m_listing->entries[*found];
}

QList<ssh::FileInfo> FilePane::chosen() const
{
    QList<ssh::FileInfo> files;
    QStringList ids = m_table->selectedIds();
    if (ids.isEmpty() && current() != nullptr) {
        ids = {m_table->currentId()};
    }
    for (const QString& id : std::as_const(ids)) {
        const auto found = m_places.constFind(nameOfId(id));
        if (found != m_places.cend()) {
            files.append(m_listing->entries[*found]);
        }
    }
    return files;
}

bool FilePane::has(const QByteArray& name) const
{
    return m_places.contains(name);
}

void FilePane::setShowingHidden(bool hidden)
{
    if (hidden != m_hidden) {
        m_hidden = hidden;
        windowSettings()->setValue(u"files/hidden-"_s + m_name, hidden);
        m_eye->setChecked(hidden);
    }
    m_table->filter()->setAccept(hidden
                                     ? std::function<bool(const Record&)>()
                                     : [](const Record& one) { return !one.id.startsWith(u'.'); });
    updateFooter();
}

void FilePane::sortBy(int column, Qt::SortOrder order)
{
    if (column >= 0 && column < fileColumnCount) {
        m_column = FileColumn(column);
        m_order = order;
        arrange();
    }
}

void FilePane::updateFooter()
{
    const QStringList ids = m_table->selectedIds();
    const int all = m_table->filter()->rowCount();
    QString text = tr("%n entries", nullptr, all);
    const int away = m_hidden ? 0 : m_model->rowCount() - all;
    if (away > 0 && m_table->filterText().isEmpty()) {
        text += tr(", %n hidden", nullptr, away);
    }
    if (ids.size() > 1) {
        qint64 bytes = 0;
        for (const ssh::FileInfo& one : chosen()) {
            bytes += one.kind == ssh::FileInfo::Kind::File ? one.size : 0;
        }
        text += tr("; %n selected", nullptr, int(ids.size())) + u", "_s + sizeText(bytes);
    }
    m_footer->setText(text);
}

void FilePane::tell(const QString& text, Token token, bool again)
{
    m_note->setToken(token);
    m_note->setText(text);
    m_again->setVisible(again);
    const FileServer& one = server();
    const bool production = one.production;
    m_word->setText(displayText(one.environment, 40).toUpper());
    m_word->setVisible(production);
}

void FilePane::setActive(bool active)
{
    if (active != m_active) {
        m_active = active;
        update();
    }
}

// ---- drag and drop, frame -----------------------------------------------------------------------

/// On a folder's row: into it; elsewhere: here.
operate::Place FilePane::dropFolder(const QPoint& at) const
{
    const QString id = m_table->view()->indexAt(at).data(RecordModel::IdRole).toString();
    const auto found = m_places.constFind(nameOfId(id));
    const bool folderRow = !id.isEmpty() && found != m_places.cend() &&
                           m_listing->entries[*found].kind == ssh::FileInfo::Kind::Folder;
    return {m_server, folderRow ? operate::joined(m_path, nameOfId(id)) : m_path};
}

bool FilePane::eventFilter(QObject* watched, QEvent* event)
{
    const bool empty = qobject_cast<EmptyState*>(watched) != nullptr;
    const bool onRows = watched == m_table->view()->viewport();
    const bool drop = event->type() == QEvent::Drop;
    if ((onRows || empty) &&
        (drop || event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove)) {
        auto* dropping = static_cast<QDropEvent*>(event);
        const auto files = DraggedFiles::from(dropping->mimeData());
        const operate::Place target =
            onRows ? dropFolder(dropping->position().toPoint()) : folder();
        const bool same = files && files->server == target.server &&
                          operate::parentOf(files->paths.first()) == target.path;
        if (!files || !m_files || same) {
            event->ignore();
            return true;
        }
        dropping->setDropAction(Qt::CopyAction);
        dropping->accept();
        if (drop) {
            Q_EMIT dropped(*files, target);
        }
        return true;
    }
    if (!onRows && event->type() == QEvent::FocusIn) {
        Q_EMIT focused();
    }
    return QWidget::eventFilter(watched, event);
}

void FilePane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(isProduction() ? tint(Token::Production, Token::Surface)
                                    : colour(Token::Surface));
    const Token token = isProduction() ? Token::Production : m_active ? Token::Accent : Token::Line;
    const qreal width = isProduction() ? 3 : m_active ? 2 : 1;
    painter.setPen(QPen(colour(token), width));
    const qreal inset = width / 2;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), metric::radius,
                            metric::radius);
}

}  // namespace analemma::ui
