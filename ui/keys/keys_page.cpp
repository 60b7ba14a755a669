#include "ui/keys/keys_page.h"

#include "core/base/text.h"
#include "ui/keys/key_card.h"
#include "ui/keys/new_key_page.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QStackedLayout>
#include <QSysInfo>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> keyColumns()
{
    return {
        {u"name"_s, KeysPage::tr("Key"), ColumnKind::Text, 150},
        {u"kind"_s, KeysPage::tr("Kind"), ColumnKind::Text, 90},
        {u"state"_s, KeysPage::tr("State"), ColumnKind::State, 190},
        {u"agent"_s, KeysPage::tr("Agent"), ColumnKind::State, 90, false, false, 3},
        {u"fingerprint"_s, KeysPage::tr("Fingerprint"), ColumnKind::Fixed, 190, false, false, 1},
        {u"comment"_s, KeysPage::tr("Comment"), ColumnKind::Text, 140, true, false, 2}};
}

QString idOf(const ssh::KeyInfo& key)
{
    return key.path.isEmpty() ? key.key.fingerprint() : key.path;
}

Field stateOf(const ssh::KeyInfo& key)
{
    Field field;
    if (!key.warning.isEmpty()) {
        field = Field::state(Mark::Waiting, displayText(key.warning, 80));
    } else if (!key.hasPrivate) {
        field = Field::state(Mark::Idle, KeysPage::tr("public half"));
    } else {
        field = key.isEncrypted ? Field::state(Mark::Ok, KeysPage::tr("passphrase"))
                                : Field::state(Mark::Idle, KeysPage::tr("no passphrase"));
    }
    field.tip = displayText(key.warning, 300);
    return field;
}

Record recordOf(const ssh::KeyInfo& key)
{
    Record record;
    record.id = idOf(key);
    const QString fingerprint = key.key.isEmpty() ? QString() : key.key.fingerprint();
    record.fields = {
        Field::text_(nameText(key), displayText(key.path, 300)),
        Field::text_(kindText(key)),
        stateOf(key),
        key.isInAgent ? Field::state(Mark::Ok, KeysPage::tr("held")) : Field::state(Mark::None),
        Field::text_(fingerprint, fingerprint),
        Field::text_(displayText(key.comment, 120))};
    return record;
}

}  // namespace

KeyPlaces KeyPlaces::ofUser()
{
    return {QDir::home().filePath(u".ssh"_s), ssh::agentSocket()};
}

KeysPage::KeysPage(KeyPlaces places, engine::Engine* engine, QWidget* parent)
    : QWidget(parent),
      m_places(std::move(places)),
      m_engine(engine),
      m_model(new RecordModel(keyColumns(), this)),
      m_table(new DataTable(u"keys-table"_s, m_model)),
      m_card(new KeyCard),
      m_new(new NewKeyPage),
      m_change(new KeyChangePage),
      m_detail(new QWidget),
      m_stack(new QStackedLayout(m_detail)),
      m_title(new SectionTitle(tr("Keys")))
{
    setObjectName(u"keys"_s);
    setAccessibleName(tr("SSH keys"));
    build();
    if (m_engine != nullptr) {
        connect(m_engine, &engine::Engine::changed, this, [this](const QString& operation) {
            if (operation == m_change->operation()) {
                follow(operation);
            }
        });
    }
}

KeysPage::~KeysPage()
{
    m_cancel.cancel();
}

void KeysPage::build()
{
    m_stack->addWidget(m_card);
    m_stack->addWidget(m_new);
    m_stack->addWidget(m_change);
    m_split = new SplitPage(u"keys-split"_s, m_table, m_detail, tr("Keys"), this);
    m_split->setShare(0.56);
    m_table->view()->setAccessibleName(tr("SSH keys"));
    auto* back = new Button(Button::Look::Quiet, tr("Servers"), u"chevron-left"_s);
    back->setObjectName(u"keys-back"_s);
    auto* make = new Button(Button::Look::Primary, tr("New key…"), u"plus"_s);
    make->setObjectName(u"keys-new"_s);
    m_title->addWidget(make);
    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(back);
    head->addWidget(m_title, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metric::page, 0, metric::page, metric::page);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(m_split, 1);
    m_table->emptyState()->setText(u"key"_s,
                                   tr("No key lies in %1.").arg(displayText(m_places.folder, 200)),
                                   tr("A key lets you in to servers without a password."));
    auto* first = new QAction(tr("New key…"), this);
    connect(first, &QAction::triggered, this, &KeysPage::openNew);
    m_table->emptyState()->setAction(first);
    auto* open = new QAction(tr("Open key"), this);
    connect(open, &QAction::triggered, this, [this] { openKey(m_table->currentId()); });
    m_table->setMainAction(open);

    connect(back, &QPushButton::clicked, this, &KeysPage::closeWanted);
    connect(make, &QPushButton::clicked, this, &KeysPage::openNew);
    connect(m_table, &DataTable::currentChanged, this, [this](const QString& id) {
        if (m_split->isDetailOpen() && m_stack->currentWidget() == m_card && !id.isEmpty()) {
            openKey(id);
        }
    });
    connect(m_card, &KeyCard::copyPressed, this, &KeysPage::copy);
    connect(m_card, &KeyCard::closeToOthersPressed, this, &KeysPage::closeToOthers);
    connect(m_card, &KeyCard::putPressed, this, &KeysPage::openChange);
    connect(m_new, &NewKeyPage::makePressed, this, &KeysPage::make);
    connect(m_new, &NewKeyPage::closePressed, this, [this] { stepBack(); });
    connect(m_change, &KeyChangePage::chosen, this, &KeysPage::preview);
    connect(m_change, &KeyChangePage::goPressed, this, &KeysPage::begin);
    connect(m_change, &KeyChangePage::closePressed, this, [this] { stepBack(); });
    connect(m_change, &KeyChangePage::cancelPressed, this, [this](const QString& operation) {
        then(m_engine->cancel(operation), this, [this](const Result<void>& asked) {
            if (!asked) {
                m_change->setError(asked.error());
            }
        });
    });
}

// ---- the list -----------------------------------------------------------------------------------

void KeysPage::activate()
{
    m_table->setLoading(m_keys.empty());
    then(ssh::listKeys(m_places.folder, m_places.agentSocket, m_cancel), this,
         [this](const Result<std::vector<ssh::KeyInfo>>& keys) {
             m_table->setLoading(false);
             if (keys) {
                 showKeys(*keys);
             } else if (keys.error().kind == ErrorKind::NotFound) {
                 showKeys({});  // there is no such folder yet
             } else {
                 Q_EMIT notice({Mark::Failed, sentences(keys.error()), {}, {}, 10});
             }
         });
}

void KeysPage::showKeys(const std::vector<ssh::KeyInfo>& keys)
{
    m_keys = keys;
    QList<Record> records;
    int held = 0;
    for (const ssh::KeyInfo& key : keys) {
        records.append(recordOf(key));
        held += key.isInAgent ? 1 : 0;
    }
    m_model->setRecords(records);
    m_title->setNote(m_places.agentSocket.isEmpty()
                         ? tr("No agent runs.")
                         : tr("The agent holds %n of them.", nullptr, held));
    if (!m_wanted.isEmpty()) {
        const QString wanted = std::exchange(m_wanted, QString());
        m_table->selectId(wanted);
        openKey(wanted);
    } else if (m_stack->currentWidget() == m_card && find(idOf(m_card->key())) != nullptr) {
        m_card->setKey(*find(idOf(m_card->key())));
    }
}

const ssh::KeyInfo* KeysPage::find(const QString& id) const
{
    const auto found = std::find_if(m_keys.cbegin(), m_keys.cend(),
                                    [&id](const auto& key) { return idOf(key) == id; });
    return found == m_keys.cend() ? nullptr : &*found;
}

void KeysPage::openKey(const QString& id)
{
    if (const ssh::KeyInfo* key = find(id)) {
        m_card->setKey(*key);
        m_stack->setCurrentWidget(m_card);
        m_split->openDetail();
    }
}

bool KeysPage::stepBack()
{
    if (!m_split->isDetailOpen()) {
        return false;
    }
    if (m_stack->currentWidget() == m_change && find(idOf(m_card->key())) != nullptr) {
        m_stack->setCurrentWidget(m_card);
    } else {
        m_split->closeDetail();
        m_table->view()->setFocus();
    }
    return true;
}

void KeysPage::copy()
{
    const ssh::KeyInfo& key = m_card->key();
    const QString line =
        key.comment.isEmpty() ? key.key.text() : key.key.text() + u' ' + key.comment;
    QGuiApplication::clipboard()->setText(line);
    Q_EMIT notice({Mark::Ok, tr("Copied the public half of %1").arg(nameText(key)), {}, {}, 4});
}

void KeysPage::closeToOthers()
{
    const QString path = m_card->key().path;
    std::function<Result<void>()> work = [path] { return ssh::closeToOthers(path); };
    then(onWorker<void>(std::move(work)), this, [this, path](const Result<void>& closed) {
        if (closed) {
            activate();
        } else if (m_card->key().path == path) {
            m_card->setError(closed.error());
        }
    });
}

// ---- a new one ----------------------------------------------------------------------------------

void KeysPage::openNew()
{
    const QStringList taken =
        QDir(m_places.folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System);
    const QString user = qEnvironmentVariable("USER", QDir::home().dirName());
    m_new->begin(m_places.folder, taken, user + u'@' + QSysInfo::machineHostName());
    m_stack->setCurrentWidget(m_new);
    m_split->openDetail();
    m_new->setFocus();
}

void KeysPage::make(const ssh::NewKey& request)
{
    then(ssh::generateKey(request, m_cancel), this, [this](const Result<ssh::KeyInfo>& made) {
        if (!made) {
            m_new->setError(made.error());
            return;
        }
        m_new->setBusy(false);
        m_wanted = made->path;
        activate();
    });
}

// ---- on servers ---------------------------------------------------------------------------------

void KeysPage::openChange()
{
    if (!m_change->isRunning()) {
        m_change->begin(m_card->key(), m_keys, m_servers);
    }
    m_stack->setCurrentWidget(m_change);
    m_split->openDetail();
    m_change->setFocus();
}

void KeysPage::preview()
{
    const operate::KeyChange change = m_change->change();
    if (change.servers.isEmpty()) {
        return;
    }
    const Result<engine::Request> request = operate::keyChangeRequest(change);
    if (!request || m_engine == nullptr) {
        m_change->setError(
            request ? Error(ErrorKind::Refused, tr("There is no workspace open; nothing was done."))
                    : request.error());
        return;
    }
    const Json wanted = request->wanted;
    then(m_engine->preview(*request), this, [this, wanted](const Result<engine::Preview>& plan) {
        const auto now = operate::keyChangeRequest(m_change->change());
        if (m_change->isRunning() || !now || now->wanted != wanted) {
            return;  // another choice was made meanwhile
        }
        if (plan) {
            m_change->setPreview(*plan);
        } else {
            m_change->setError(plan.error());
        }
    });
}

void KeysPage::begin()
{
    const Result<engine::Request> request = operate::keyChangeRequest(m_change->change());
    if (!request || m_engine == nullptr) {
        m_change->setError(request ? Error(ErrorKind::Refused, tr("There is no workspace open."))
                                   : request.error());
        return;
    }
    then(m_engine->start(*request, CancelToken()), this, [this](const Result<QString>& id) {
        if (id) {
            follow(*id);
        } else {
            m_change->setError(id.error());
        }
    });
}

void KeysPage::follow(const QString& operation)
{
    then(m_engine->operation(operation), this, [this](const Result<engine::Operation>& read) {
        if (read) {
            m_change->follow(*read);
        }
    });
}

}  // namespace analemma::ui
