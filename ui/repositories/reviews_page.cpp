#include "ui/repositories/reviews_page.h"

#include "core/base/text.h"
#include "ui/repositories/review_view.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/record_model.h"
#include "ui/widgets/split_page.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QList<Column> reviewColumns()
{
    return {{u"title"_s, ReviewsPage::tr("Review"), ColumnKind::Text, 260, true},
            {u"state"_s, ReviewsPage::tr("State"), ColumnKind::State, 160},
            {u"branch"_s, ReviewsPage::tr("Branch"), ColumnKind::Text, 160, false, false, 1},
            {u"threads"_s, ReviewsPage::tr("Open threads"), ColumnKind::Number, 110},
            {u"by"_s, ReviewsPage::tr("Opened by"), ColumnKind::Text, 140, false, false, 2},
            {u"when"_s, ReviewsPage::tr("Last word"), ColumnKind::Age, 110}};
}

}  // namespace

ReviewsPage::ReviewsPage(const Context& context, QWidget* parent)
    : RepositoryTab(context, parent),
      m_model(new RecordModel(reviewColumns(), this)),
      m_table(new DataTable(u"reviews"_s, m_model)),
      m_view(new ReviewView),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_reader(new Reader(
          200, [this] { return readAll(); }, this))
{
    m_split = new SplitPage(u"reviews-split"_s, m_table, m_view, tr("Reviews"), this);
    m_split->setSideBySide(false);
    m_split->setShare(0.25);
    auto* open = new QAction(lineIcon(u"plus"_s), tr("Open a review…"), this);
    open->setObjectName(u"reviews.open"_s);
    open->setData(u"plus"_s);
    connect(open, &QAction::triggered, this, &ReviewsPage::begin);
    addAction(open);
    m_table->emptyState()->setText(
        u"approve"_s, tr("No review is open."),
        tr("A review is a branch against its base. It travels with the repository."));
    m_table->emptyState()->setAction(open);
    m_table->addRowAction(open);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_split, 1);
    column->addWidget(m_ask);
    setFocusProxy(m_table);
    connect(m_table, &DataTable::currentChanged, this,
            [this](const QString& id) { openReview(id, false); });
    connect(m_table, &DataTable::activated, this,
            [this](const QString& id) { openReview(id, true); });
    connect(m_view, &ReviewView::act, this, &ReviewsPage::write);
    connect(m_view, &ReviewView::failed, this, &ReviewsPage::problem);
}

void ReviewsPage::setRepository(const QString& name, const RepositoryPointer& repository)
{
    RepositoryTab::setRepository(name, repository);
    m_model->setRecords({});
    m_split->closeDetail();
    m_ask->dismiss();
    if (repository) {
        connect(repository.get(), &git::Repository::refsChanged, m_reader, &Reader::readSoon,
                Qt::UniqueConnection);
    }
}

void ReviewsPage::read()
{
    m_reader->read();
}

bool ReviewsPage::readAll()
{
    if (!repository()) {
        return false;
    }
    then(repository()->head(), this, [this, of = repository()](const Result<git::Head>& head) {
        if (of == repository()) {
            m_head = head.valueOr({});
        }
    });
    then(git::reviews(repository(), true), this,
         [this, of = repository()](const Result<git::ReviewList>& list) {
             m_reader->done();
             if (of != repository()) {
                 return;
             }
             if (!list) {
                 Q_EMIT problem(list.error());
                 return;
             }
             QList<Record> records;
             for (const git::Review& review : list->reviews) {
                 records.append(recordOf(review));
             }
             m_model->setRecords(records);
             if (!m_table->currentId().isEmpty()) {
                 openReview(m_table->currentId(), false);
             }
             const int open = m_model->countOf(1, lifecycle::Mark::Waiting) +
                              m_model->countOf(1, lifecycle::Mark::Failed);
             Q_EMIT summary(tr("%n reviews wait", nullptr, open));
             Q_EMIT refreshed();
         });
    return true;
}

Record ReviewsPage::recordOf(const git::Review& review) const
{
    Record record;
    record.id = review.id;
    record.fields = {Field::text_(displayText(review.title, 200)),
                     Field::state(markOf(review.state), wordOf(review.state)),
                     Field::text_(displayText(review.branch, 100)),
                     Field::number(qint64(review.openThreads())),
                     Field::text_(displayText(review.by.name, 80)),
                     Field::age(review.changed, now())};
    return record;
}

void ReviewsPage::openReview(const QString& id, bool turn)
{
    if (!repository() || id.isEmpty()) {
        return;
    }
    then(git::review(repository(), id), this,
         [this, of = repository(), id, turn](const Result<git::Review>& review) {
             if (of != repository() || m_table->currentId() != id) {
                 return;
             }
             if (!review) {
                 Q_EMIT problem(review.error());
                 return;
             }
             m_view->setReview(repository(), *review, now());
             m_split->openDetail(turn);
         });
}

void ReviewsPage::write(const git::ReviewAct& act)
{
    then(git::addToReview(repository(), m_view->id(), act), this,
         [this, of = repository()](const Result<git::Review>& review) {
             if (of != repository()) {
                 return;
             }
             if (review) {
                 m_view->setReview(repository(), *review, now());
                 m_model->updateRecords({recordOf(*review)});
             } else {
                 Q_EMIT problem(review.error());
             }
         });
}

void ReviewsPage::begin()
{
    AskPanel::Question question;
    question.sentence = tr("Open a review");
    question.fields = {{tr("Branch"), m_head.branch}, {tr("Against"), u"main"_s}, {tr("Title")}};
    question.refusal = [](const QString& branch) {
        return branch.trimmed().isEmpty() ? tr("Which branch?") : QString();
    };
    question.answers = {{u"open"_s, tr("Open review"),
                         [this](const AskPanel::Given& given) {
                             git::ReviewOpening opening;
                             opening.branch = given.text().trimmed();
                             opening.against = given.texts.value(1).trimmed();
                             opening.title = given.texts.value(2).trimmed();
                             then(git::openReview(repository(), opening), this,
                                  [this, of = repository()](const Result<git::Review>& review) {
                                      if (of != repository()) {
                                          return;
                                      }
                                      if (review) {
                                          m_model->updateRecords({recordOf(*review)});
                                          m_table->selectId(review->id);
                                      } else {
                                          Q_EMIT problem(review.error());
                                      }
                                  });
                         }},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

bool ReviewsPage::stepBack()
{
    if (m_ask->isOpen()) {
        m_ask->escape();
        return true;
    }
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        return true;
    }
    return false;
}

}  // namespace analemma::ui
