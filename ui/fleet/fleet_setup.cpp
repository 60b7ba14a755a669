#include "ui/fleet/fleet_setup.h"

#include "core/base/text.h"
#include "ui/fleet/approval_note.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QIntValidator>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QStringList termsOf(const QString& query)
{
    static const QRegularExpression space(u"\\s+"_s);
    return query.split(space, Qt::SkipEmptyParts);
}

/// Tells two requests apart.
QString keyOf(const operate::FleetRequest& request)
{
    QJsonArray parts{QJsonArray::fromStringList(request.hosts), request.command, request.limit,
                     request.failFast, qint64(request.timeout.count())};
    for (const QString& secret : request.secrets) {
        parts.append(secret);
    }
    return QString::fromUtf8(QJsonDocument(parts).toJson(QJsonDocument::Compact));
}

Error invalid(const QString& text)
{
    return Error(ErrorKind::Invalid, text);
}

}  // namespace

FleetSetup::FleetSetup(QWidget* parent)
    : QWidget(parent),
      m_query(new QLineEdit),
      m_chips(new ChipBar),
      m_count(new Text({}, Type::Caption, Token::Quiet)),
      m_runbook(new QComboBox),
      m_command(new QPlainTextEdit),
      m_inputBox(new QWidget),
      m_inputForm(new QFormLayout(m_inputBox)),
      m_limit(new QLineEdit(u"10"_s)),
      m_timeout(new QLineEdit),
      m_failFast(new QCheckBox(tr("Stop at the first failure"))),
      m_unapproved(new ApprovalNote),
      m_note(new Text({}, Type::Caption, Token::Quiet)),
      m_preview(new Button(Button::Look::Plain, tr("Preview"), u"plan"_s)),
      m_run(new Button(Button::Look::Primary, tr("Run"), u"play"_s)),
      m_saveOpen(new Button(Button::Look::Quiet, tr("Save as runbook…"))),
      m_saveName(new QLineEdit),
      m_saveText(new QLineEdit)
{
    setObjectName(u"fleet-setup"_s);
    m_preview->setObjectName(u"fleet-preview"_s);
    m_run->setObjectName(u"fleet-run"_s);
    m_saveOpen->setObjectName(u"fleet-save-open"_s);
    m_note->setObjectName(u"fleet-note"_s);
    m_note->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metric::grid);
    buttons->addWidget(m_saveOpen);
    buttons->addStretch();
    buttons->addWidget(m_preview);
    buttons->addWidget(m_run);
    m_saveBox = buildSave();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::grid);
    layout->addWidget(buildServers());
    layout->addWidget(buildCommand(), 1);
    layout->addWidget(m_unapproved);
    layout->addWidget(m_note);
    layout->addWidget(m_saveBox);
    layout->addLayout(buttons);
    connect(m_preview, &QPushButton::clicked, this, &FleetSetup::previewPressed);
    connect(m_run, &QPushButton::clicked, this, &FleetSetup::runPressed);
    connect(m_unapproved, &ApprovalNote::approvePressed, this, [this] {
        if (const auto runbook = chosenRunbook()) {
            Q_EMIT approvePressed(*runbook);
        }
    });
    connect(m_unapproved, &ApprovalNote::differencePressed, this, [this] {
        if (const auto runbook = chosenRunbook(); runbook && m_approval.earlier) {
            Q_EMIT differenceWanted(*m_approval.earlier, *runbook);
        }
    });
    connect(m_saveOpen, &QPushButton::clicked, this, [this] {
        m_saveBox->setVisible(!m_saveBox->isVisible());
        m_saveName->setFocus();
    });
    changed();
}

QWidget* FleetSetup::buildServers()
{
    m_query->setObjectName(u"fleet-query"_s);
    m_query->setAccessibleName(tr("Which servers"));
    m_query->setPlaceholderText(tr("tag=web  env=qa  web-*"));
    m_query->setToolTip(
        tr("Terms that all have to hold: tag=web, env=production, generation=3, source=made, or "
           "a name with * and ?. Several values are joined by commas."));
    addFieldIcon(m_query, u"filter"_s);
    m_count->setObjectName(u"fleet-count"_s);
    m_count->setWordWrap(true);
    m_chips->setExclusive(false);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::half);
    column->addWidget(new SectionTitle(tr("Servers")));
    column->addWidget(m_query);
    column->addWidget(m_chips);
    column->addWidget(m_count);
    connect(m_query, &QLineEdit::textChanged, this, [this] {
        if (!m_filling) {
            releaseChips();
        }
        changed();
    });
    connect(m_chips, &ChipBar::changed, this, &FleetSetup::chooseChips);
    return box;
}

QWidget* FleetSetup::buildCommand()
{
    m_runbook->setObjectName(u"fleet-runbook"_s);
    m_runbook->setAccessibleName(tr("Runbook"));
    m_runbook->setMinimumWidth(148);
    m_runbook->addItem(tr("No runbook"));
    m_command->setObjectName(u"fleet-command"_s);
    m_command->setAccessibleName(tr("Command or script"));
    m_command->setFont(fixedFont());
    m_command->setTabChangesFocus(true);
    m_command->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_command->setPlaceholderText(
        tr("systemctl restart {{service}}\n\nor a script that begins with #!"));
    m_command->setMinimumHeight(72);
    m_command->setProperty("field", true);
    m_command->setFrameStyle(QFrame::StyledPanel | QFrame::Sunken);
    m_inputBox->setObjectName(u"fleet-inputs"_s);
    m_inputForm->setContentsMargins(0, 0, 0, 0);
    m_inputForm->setVerticalSpacing(metric::half);
    m_limit->setObjectName(u"fleet-limit"_s);
    m_limit->setAccessibleName(tr("At a time"));
    m_limit->setValidator(new QIntValidator(1, 500, m_limit));
    m_limit->setToolTip(tr("So many servers at a time, 1 to 500"));
    m_limit->setMaximumWidth(56);
    m_timeout->setObjectName(u"fleet-timeout"_s);
    m_timeout->setAccessibleName(tr("Time limit of a server"));
    m_timeout->setPlaceholderText(tr("none"));
    m_timeout->setToolTip(tr("30s, 5m, 1h: it is ended on a server after that"));
    m_timeout->setMaximumWidth(72);
    m_failFast->setObjectName(u"fleet-fail-fast"_s);
    m_failFast->setToolTip(tr("After a failure it begins on no further server"));
    auto* head = new SectionTitle(tr("Command or script"));
    head->addWidget(m_runbook);
    auto* ways = new QHBoxLayout;
    ways->setSpacing(metric::grid);
    ways->addWidget(new Text(tr("At a time"), Type::Body, Token::Quiet));
    ways->addWidget(m_limit);
    ways->addSpacing(metric::grid);
    ways->addWidget(new Text(tr("Time limit"), Type::Body, Token::Quiet));
    ways->addWidget(m_timeout);
    ways->addStretch();
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, metric::grid, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(head);
    column->addWidget(m_command, 1);
    column->addWidget(m_inputBox);
    column->addLayout(ways);
    column->addWidget(m_failFast);
    m_inputBox->hide();
    connect(m_runbook, &QComboBox::activated, this, &FleetSetup::chooseRunbook);
    connect(m_command, &QPlainTextEdit::textChanged, this, &FleetSetup::commandChanged);
    connect(m_limit, &QLineEdit::textChanged, this, &FleetSetup::changed);
    connect(m_timeout, &QLineEdit::textChanged, this, &FleetSetup::changed);
    connect(m_failFast, &QCheckBox::toggled, this, &FleetSetup::changed);
    return box;
}

QWidget* FleetSetup::buildSave()
{
    m_saveName->setObjectName(u"fleet-save-name"_s);
    m_saveName->setAccessibleName(tr("Name of the runbook"));
    m_saveName->setPlaceholderText(tr("name, like restart-web"));
    m_saveText->setObjectName(u"fleet-save-text"_s);
    m_saveText->setAccessibleName(tr("What the runbook is for"));
    m_saveText->setPlaceholderText(tr("what it is for"));
    auto* button = new Button(Button::Look::Plain, tr("Save"));
    button->setObjectName(u"fleet-save"_s);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_saveName, 2);
    row->addWidget(m_saveText, 3);
    row->addWidget(button);
    box->hide();
    connect(button, &QPushButton::clicked, this, &FleetSetup::save);
    connect(m_saveName, &QLineEdit::returnPressed, this, &FleetSetup::save);
    return box;
}

std::optional<operate::Runbook> FleetSetup::chosenRunbook() const
{
    const QString name = m_runbook->currentData().toString();
    for (const operate::Runbook& one : m_runbooks) {
        if (!name.isEmpty() && one.name == name) {
            return one;
        }
    }
    return std::nullopt;
}

void FleetSetup::setApproval(const operate::Runbook& runbook,
                             const operate::RunbookApproval& approval)
{
    const auto chosen = chosenRunbook();
    if (!chosen || chosen->sha256() != runbook.sha256()) {
        return;
    }
    m_approval = approval;
    m_unapproved->setChanged(approval.earlier.has_value());
    changed();
}

void FleetSetup::setHosts(const QList<operate::Host>& hosts)
{
    m_hosts = hosts;
    buildChips();
    changed();
}

void FleetSetup::setMissing(const QString& why)
{
    m_missing = why;
    changed();
}

/// Environments and tags that there are, with the number of their servers.
void FleetSetup::buildChips()
{
    QMap<QString, int> counts;
    for (const operate::Host& host : m_hosts) {
        if (!host.environment.isEmpty()) {
            ++counts[u"env="_s + host.environment];
        }
        for (const QString& tag : host.tags) {
            ++counts[u"tag="_s + tag];
        }
    }
    if (counts == m_groups) {
        return;
    }
    m_groups = counts;
    m_chips->clear();
    int room = width() > 0 ? std::max(width(), minimumWidth()) : 0;
    for (auto term = counts.begin(); term != counts.end(); ++term) {
        const QString text = displayText(term.key().section(u'=', 1), 24);
        Chip probe(term.key(), text, this);
        probe.setCount(*term);
        room -= probe.sizeHint().width() + metric::grid;
        if (room < -metric::grid) {
            break;  // the query line knows them all
        }
        m_chips->addChip(term.key(), text);
        m_chips->setCount(term.key(), *term);
    }
    m_chips->setVisible(!counts.isEmpty());
    releaseChips();
}

/// The query is somebody's own.
void FleetSetup::releaseChips()
{
    for (Chip* chip : m_chips->findChildren<Chip*>()) {
        chip->setChecked(false);
    }
}

void FleetSetup::chooseChips(const QStringList& chosen)
{
    QStringList environments;
    QStringList tags;
    for (const QString& term : chosen) {
        (term.startsWith("env="_L1) ? environments : tags).append(term.section(u'=', 1));
    }
    QStringList terms;
    if (!environments.isEmpty()) {
        terms.append(u"env="_s + environments.join(u','));
    }
    if (!tags.isEmpty()) {
        terms.append(u"tag="_s + tags.join(u','));
    }
    m_filling = true;
    m_query->setText(terms.join(u' '));
    m_filling = false;
}

void FleetSetup::setRunbooks(const QList<operate::Runbook>& runbooks)
{
    const QString chosen = m_runbook->currentData().toString();
    m_runbooks = runbooks;
    m_runbook->clear();
    m_runbook->addItem(tr("No runbook"));
    for (const operate::Runbook& one : runbooks) {
        m_runbook->addItem(one.name, one.name);
        m_runbook->setItemData(m_runbook->count() - 1, displayText(one.description, 200),
                               Qt::ToolTipRole);
    }
    m_runbook->setCurrentIndex(std::max(0, m_runbook->findData(chosen)));
    m_runbook->setEnabled(!runbooks.isEmpty());
    m_runbook->setToolTip(runbooks.isEmpty() ? tr("None is saved yet.") : QString());
}

void FleetSetup::chooseRunbook(int index)
{
    m_approval = {true, {}};  // until somebody who knows says otherwise
    const QString name = m_runbook->itemData(index).toString();
    for (const operate::Runbook& one : std::as_const(m_runbooks)) {
        if (one.name != name) {
            continue;
        }
        m_command->setPlainText(one.command);
        for (const operate::RunbookInput& input : one.inputs) {
            if (QLineEdit* field = m_fields.value(input.name)) {
                field->setText(input.preset.value_or(QString()));
                field->setToolTip(displayText(input.description, 300));
            }
        }
        if (!one.query.isEmpty()) {
            m_query->setText(one.query.join(u' '));
        }
        m_limit->setText(QString::number(one.limit));
        m_timeout->setText(one.timeout.count() > 0
                               ? QString::number((one.timeout.count() + 999) / 1000) + u's'
                               : QString());
        m_failFast->setChecked(one.failFast);
        m_saveName->setText(one.name);
        m_saveText->setText(one.description);
    }
    changed();
    if (const auto chosen = chosenRunbook()) {
        Q_EMIT runbookChosen(*chosen);
    }
}

void FleetSetup::setRequest(const operate::FleetRequest& request)
{
    m_runbook->setCurrentIndex(0);
    m_approval = {true, {}};
    m_command->setPlainText(request.command);
    m_query->setText(request.hosts.join(u','));
    m_limit->setText(QString::number(request.limit));
    m_failFast->setChecked(request.failFast);
    m_timeout->setText(request.timeout.count() > 0
                           ? QString::number((request.timeout.count() + 999) / 1000) + u's'
                           : QString());
}

/// One field for each {{name}} of the command.
void FleetSetup::commandChanged()
{
    const QStringList names = operate::placeholders(m_command->toPlainText());
    if (names != m_inputs) {
        QHash<QString, QString> texts;
        for (auto field = m_fields.begin(); field != m_fields.end(); ++field) {
            texts.insert(field.key(), field.value()->text());
        }
        while (m_inputForm->rowCount() > 0) {
            m_inputForm->removeRow(0);
        }
        m_fields.clear();
        m_inputs = names;
        for (const QString& name : names) {
            auto* field = new QLineEdit(texts.value(name));
            field->setObjectName(u"fleet-input-"_s + name);
            field->setAccessibleName(name);
            field->setPlaceholderText(tr("value, or secret:NAME"));
            m_fields.insert(name, field);
            m_inputForm->addRow(new Text(name, Type::Body, Token::Quiet), field);
            connect(field, &QLineEdit::textChanged, this, &FleetSetup::changed);
        }
        m_inputBox->setVisible(!names.isEmpty());
    }
    changed();
}

Result<QList<operate::Host>> FleetSetup::chosenHosts() const
{
    const QStringList terms = termsOf(m_query->text());
    if (terms.isEmpty()) {
        return invalid(tr("Say which servers, or press one of the groups."));
    }
    const Result<operate::HostQuery> query = operate::HostQuery::parse(terms);
    if (!query) {
        return query.error();
    }
    QList<operate::Host> chosen;
    for (const operate::Host& host : m_hosts) {
        if (query->matches(host)) {
            chosen.append(host);
        }
    }
    return chosen.isEmpty() ? Result<QList<operate::Host>>(invalid(tr("No server fits.")))
                            : Result<QList<operate::Host>>(chosen);
}

Result<milliseconds> FleetSetup::timeout() const
{
    const QString text = m_timeout->text().trimmed();
    if (text.isEmpty()) {
        return milliseconds(0);
    }
    const auto parsed = parseDuration(text);
    return parsed && parsed->count() > 0
               ? Result<milliseconds>(*parsed)
               : Result<milliseconds>(invalid(tr("The time limit is a duration like 30s or 5m.")));
}

QMap<QString, QString> FleetSetup::values() const
{
    QMap<QString, QString> all;
    for (const QString& name : m_inputs) {
        all[name] = m_fields.value(name)->text();
    }
    return all;
}

operate::Runbook FleetSetup::asRunbook(const QString& name) const
{
    operate::Runbook runbook;
    runbook.name = name;
    runbook.command = m_command->toPlainText();
    runbook.description = m_saveText->text().trimmed();
    runbook.query = termsOf(m_query->text());
    runbook.limit = m_limit->text().toInt();
    runbook.failFast = m_failFast->isChecked();
    runbook.timeout = timeout().valueOr(milliseconds(0));
    const QString chosen = m_runbook->currentData().toString();
    for (const QString& input : m_inputs) {
        operate::RunbookInput one;
        for (const operate::Runbook& known : m_runbooks) {
            const auto same =
                std::find_if(known.inputs.begin(), known.inputs.end(),
                             [&](const operate::RunbookInput& i) { return i.name == input; });
            if (known.name == chosen && same != known.inputs.end()) {
                one = *same;
            }
        }
        one.name = input;
        const QString value = m_fields.value(input)->text();
        if (!value.isEmpty()) {
            one.preset = value;
            one.secret = value.startsWith("secret:"_L1);
        }
        runbook.inputs.append(one);
    }
    return runbook;
}

Result<operate::FleetRequest> FleetSetup::request() const
{
    const Result<QList<operate::Host>> hosts = chosenHosts();
    if (!hosts) {
        return hosts.error();
    }
    if (m_command->toPlainText().trimmed().isEmpty()) {
        return invalid(tr("There is no command yet."));
    }
    const Result<milliseconds> limit = timeout();
    if (!limit) {
        return limit.error();
    }
    if (!m_limit->hasAcceptableInput()) {
        return invalid(tr("So many servers at a time, 1 to 500"));
    }
    QStringList names;
    for (const operate::Host& host : *hosts) {
        names.append(host.name);
    }
    const QString runbook = m_runbook->currentData().toString();
    if (!m_inputs.isEmpty()) {
        for (const QString& input : m_inputs) {
            if (m_fields.value(input)->text().isEmpty()) {
                return invalid(tr("%1 has no value yet.").arg(input));
            }
        }
        Result<operate::FleetRequest> request =
            operate::expand(asRunbook(runbook.isEmpty() ? u"command"_s : runbook), values(), names);
        if (request) {
            request->runbook = runbook;
        }
        return request;
    }
    operate::FleetRequest request;
    request.hosts = names;
    request.command = m_command->toPlainText();
    request.limit = m_limit->text().toInt();
    request.failFast = m_failFast->isChecked();
    request.timeout = *limit;
    request.runbook = runbook;
    return request;
}

void FleetSetup::setPreviewed(const operate::FleetRequest& request)
{
    m_previewed = keyOf(request);
    changed();
}

void FleetSetup::setRunning(bool running)
{
    m_running = running;
    changed();
}

void FleetSetup::focusQuery()
{
    m_query->setFocus();
}

void FleetSetup::changed()
{
    const Result<QList<operate::Host>> hosts = chosenHosts();
    int production = 0;
    for (const operate::Host& host : hosts.valueOr({})) {
        production += host.production ? 1 : 0;
    }
    QString count = hosts ? tr("%n servers", nullptr, static_cast<int>(hosts->size()))
                          : displayText(hosts.error().message, 200);
    if (production > 0) {
        count += u", "_s + tr("%n of them of production", nullptr, production);
    }
    if (!m_missing.isEmpty()) {
        count += u". "_s + m_missing;
    }
    m_count->setText(count);
    m_count->setToken(production > 0                       ? Token::Production
                      : hosts || m_query->text().isEmpty() ? Token::Quiet
                                                           : Token::Failed);
    const Result<operate::FleetRequest> asked = request();
    QString why = asked ? QString() : displayText(sentences(asked.error()), 400);
    m_preview->setRefusal(why);
    m_saveOpen->setRefusal(
        m_command->toPlainText().trimmed().isEmpty() ? tr("There is no command yet.") : QString());
    const bool approved = m_approval.approved || !chosenRunbook();
    m_unapproved->setVisible(!approved);
    if (!approved && why.isEmpty()) {
        why = tr("The text of the runbook is not approved yet.");
    }
    if (m_running) {
        why = tr("One is under way. It is shown at the right.");
    } else if (asked && approved && production > 0 && keyOf(*asked) != m_previewed) {
        why = tr("Servers of production are among them: look at the preview first.");
    }
    m_run->setRefusal(why);
    // What is still empty says so by itself.
    const bool begun = hosts && !m_command->toPlainText().trimmed().isEmpty();
    m_note->setText(begun ? why : QString());
    m_note->setVisible(!m_note->text().isEmpty());
    m_note->setToken(asked || m_running ? Token::Quiet : Token::Failed);
}

void FleetSetup::save()
{
    const operate::Runbook runbook = asRunbook(m_saveName->text().trimmed());
    if (const Result<void> fine = operate::check(runbook); !fine) {
        m_note->setToken(Token::Failed);
        m_note->setText(displayText(sentences(fine.error()), 400));
        m_note->show();
        return;
    }
    m_saveBox->hide();
    Q_EMIT savePressed(runbook);
}

}  // namespace analemma::ui
