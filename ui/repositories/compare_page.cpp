#include "ui/repositories/compare_page.h"

#include "core/base/text.h"
#include "core/deploy/deploy.h"
#include "core/git/diff.h"
#include "ui/diff/changes_browser.h"
#include "ui/shell/reader.h"
#include "ui/shell/words.h"
#include "ui/widgets/parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qsizetype shownRefs = 2'000;

QComboBox* revisionField(const QString& name, const QString& label)
{
    auto* field = new QComboBox;
    field->setObjectName(name);
    field->setAccessibleName(label);
    field->setEditable(true);
    field->setInsertPolicy(QComboBox::NoInsert);
    field->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    field->setMinimumContentsLength(16);
    field->lineEdit()->setPlaceholderText(label);
    field->lineEdit()->setProperty("bare", true);  // the field has the frame
    return field;
}

}  // namespace

ComparePage::ComparePage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_from(revisionField(u"compare-from"_s, tr("From"))),
      m_to(revisionField(u"compare-to"_s, tr("To"))),
      m_swap(new IconButton(u"refresh"_s, tr("The other way round"))),
      m_figures(new Text({}, Type::Caption, Token::Quiet)),
      m_changes(new ChangesBrowser(u"compare-changes"_s)),
      m_reader(new Reader(
          200, [this] { return readChoices(); }, this))
{
    m_swap->setObjectName(u"compare-swap"_s);
    m_figures->setObjectName(u"compare-figures"_s);
    m_figures->setElided(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(m_from, 1);
    row->addWidget(m_swap);
    row->addWidget(m_to, 1);
    row->addWidget(m_figures, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(row);
    column->addWidget(m_changes, 1);
    m_changes->clear(tr("Choose what to compare."));
    for (QComboBox* field : {m_from, m_to}) {
        connect(field, &QComboBox::activated, this, &ComparePage::showChosen);
        connect(field->lineEdit(), &QLineEdit::returnPressed, this, &ComparePage::showChosen);
    }
    connect(m_swap, &IconButton::clicked, this, [this] {
        const QString from = revisionIn(m_from);
        choose(m_from, revisionIn(m_to));
        choose(m_to, from);
        showChosen();
    });
    connect(m_changes, &ChangesBrowser::failed, this, &ComparePage::problem);
}

void ComparePage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_refs.clear();
    m_environments.clear();
    m_from->clear();
    m_to->clear();
    m_figures->setText({});
    m_changes->clear(tr("Choose what to compare."));
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void ComparePage::read()
{
    m_reader->read();
}

bool ComparePage::readChoices()
{
    if (!repository()) {
        return false;
    }
    if (context().deployments != nullptr) {
        then(context().deployments->environments(), this,
             [this, of = repository()](const Result<QList<deploy::EnvironmentView>>& views) {
                 if (of != repository()) {
                     return;
                 }
                 m_environments.clear();
                 for (const deploy::EnvironmentView& view : views.valueOr({})) {
                     const QString owner =
                         context().workspace.images.value(view.spec.image).repository;
                     if (view.active && owner == name()) {
                         m_environments.append({tr("%1 (runs %2)")
                                                    .arg(displayText(view.spec.name, 60),
                                                         displayText(view.active->release, 60)),
                                                view.active->commit});
                     }
                 }
                 setChoices(m_refs);
             });
    }
    then(repository()->refs(), this,
         [this, of = repository()](const Result<QList<git::Ref>>& refs) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (refs) {
                 setChoices(*refs);
                 Q_EMIT refreshed();
             } else {
                 Q_EMIT problem(refs.error());
             }
         });
    return true;
}

void ComparePage::setChoices(const QList<git::Ref>& refs)
{
    m_refs = refs;
    for (QComboBox* field : {m_from, m_to}) {
        const QSignalBlocker quiet(field);
        const QString kept = revisionIn(field);
        field->clear();
        for (const auto& [text, commit] : std::as_const(m_environments)) {
            field->addItem(text, commit);
        }
        for (const git::Ref& ref : refs.first(std::min(shownRefs, refs.size()))) {
            field->addItem(displayText(ref.name, 120), ref.name);
        }
        choose(field, kept);
    }
}

QString ComparePage::revisionIn(const QComboBox* field)
{
    const int at = field->currentIndex();
    return at >= 0 && field->itemText(at) == field->currentText() ? field->itemData(at).toString()
                                                                  : field->currentText().trimmed();
}

void ComparePage::choose(QComboBox* field, const QString& revision)
{
    const int at = field->findData(revision);
    field->setCurrentIndex(at);
    if (at < 0) {
        field->setEditText(revision);
    }
}

void ComparePage::compare(const QString& from, const QString& to)
{
    choose(m_from, from);
    choose(m_to, to);
    showChosen();
}

void ComparePage::showChosen()
{
    const QString from = revisionIn(m_from);
    const QString to = revisionIn(m_to);
    if (!repository() || from.isEmpty() || to.isEmpty()) {
        return;
    }
    git::DiffQuery query;
    query.from = git::Side::at(from);
    query.to = git::Side::at(to);
    m_changes->compare(repository(), query);
    m_figures->setText({});
    then(git::aheadBehind(repository(), to, from), this,
         [this, of = repository(), from, to](const Result<git::AheadBehind>& figures) {
             if (of != repository() || !figures || revisionIn(m_from) != from ||
                 revisionIn(m_to) != to) {
                 return;
             }
             m_figures->setText(tr("%n commit(s) more", nullptr, figures->ahead) + u", "_s +
                                tr("%n fewer", nullptr, figures->behind));
         });
}

}  // namespace analemma::ui
