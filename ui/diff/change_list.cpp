#include "ui/diff/change_list.h"

#include "core/base/text.h"
#include "ui/diff/diff_pane.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using ChangeKind = git::FileChange::Kind;

/// Bytes of a path as a record's id, without loss.
QString idOfPath(const QByteArray& path)
{
    return QString::fromLatin1(path);
}

Token tokenOfKind(ChangeKind kind)
{
    switch (kind) {
        case ChangeKind::Added:
        case ChangeKind::Copied:
            return Token::Ok;
        case ChangeKind::Deleted:
        case ChangeKind::Conflicted:
            return Token::Failed;
        case ChangeKind::Renamed:
            return Token::Accent;
        case ChangeKind::Untracked:
            return Token::Unknown;
        case ChangeKind::Modified:
        case ChangeKind::TypeChanged:
            break;
    }
    return Token::Waiting;
}

Record recordOf(const git::FileChange& change)
{
    Record record;
    record.id = idOfPath(change.path);
    Field file = Field::text_(displayText(QByteArrayView(change.path), 1'000));
    const QString words = changeWords(change);
    file.tip = words.isEmpty() ? file.text : file.text + u"\n"_s + words;
    file.aside = kindLetter(change.kind);
    file.share = int(change.kind);
    Field lines = Field::number(change.added + change.deleted);
    lines.text = change.binary ? ChangeList::tr("binary")
                 : change.added + change.deleted == 0
                     ? QString()
                     : u"+%1 \u2212%2"_s.arg(change.added).arg(change.deleted);
    lines.quiet = true;
    record.fields = {file, lines};
    return record;
}

}  // namespace

QString kindLetter(ChangeKind kind)
{
    switch (kind) {
        case ChangeKind::Added:
            return u"A"_s;
        case ChangeKind::Deleted:
            return u"D"_s;
        case ChangeKind::Modified:
            return u"M"_s;
        case ChangeKind::Renamed:
            return u"R"_s;
        case ChangeKind::Copied:
            return u"C"_s;
        case ChangeKind::TypeChanged:
            return u"T"_s;
        case ChangeKind::Conflicted:
            return u"!"_s;
        case ChangeKind::Untracked:
            break;
    }
    return u"?"_s;
}

ChangeList::ChangeList(const QString& name, QWidget* parent) : QWidget(parent)
{
    Column file{u"file"_s, tr("File"), ColumnKind::Text, 200, true};
    Column lines{u"lines"_s, tr("Lines"), ColumnKind::Number, 88};
    m_model = new RecordModel({file, lines}, this);
    m_table = new DataTable(name, m_model);
    m_table->setCellDelegate(0, new ChangedFileDelegate);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    connect(m_table, &DataTable::currentChanged, this,
            [this](const QString& id) { Q_EMIT currentChanged(id.toLatin1()); });
    connect(m_table, &DataTable::activated, this,
            [this](const QString& id) { Q_EMIT activated(id.toLatin1()); });
}

void ChangeList::setChanges(const QList<git::FileChange>& changes)
{
    m_changes = changes;
    QList<Record> records;
    records.reserve(changes.size());
    for (const git::FileChange& change : changes) {
        records.append(recordOf(change));
    }
    m_model->setRecords(records);
}

const git::FileChange* ChangeList::current() const
{
    const QByteArray path = m_table->currentId().toLatin1();
    const auto found =
        std::find_if(m_changes.cbegin(), m_changes.cend(),
                     [&path](const git::FileChange& change) { return change.path == path; });
    return path.isEmpty() || found == m_changes.cend() ? nullptr : &*found;
}

QList<QByteArray> ChangeList::selectedPaths() const
{
    QList<QByteArray> paths;
    const QStringList ids = m_table->selectedIds();
    for (const QString& id : ids) {
        paths.append(id.toLatin1());
    }
    return paths;
}

bool ChangeList::select(const QByteArray& path)
{
    return m_model->rowOf(idOfPath(path)) >= 0 && m_table->selectId(idOfPath(path));
}

void ChangeList::setSentence(const QString& sentence)
{
    m_table->emptyState()->setText(u"ok"_s, sentence);
}

void ChangeList::setLoading(bool loading)
{
    m_table->setLoading(loading);
}

void ChangedFileDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const
{
    painter->save();
    paintGround(painter, option, index);
    const auto kind = ChangeKind(int(index.data(RecordModel::ShareRole).toDouble()));
    QRect rect = option.rect.adjusted(insetOf(option, index), 0, -metric::half, -1);
    const QRect letter(rect.left(), rect.center().y() - 8, 16, 16);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tint(tokenOfKind(kind)));
    painter->drawRoundedRect(letter, 3, 3);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(colour(tokenOfKind(kind)));
    painter->setFont(fontOf(Type::Caption, QFont::DemiBold));
    painter->drawText(letter, Qt::AlignCenter, index.data(RecordModel::AsideRole).toString());
    rect.setLeft(letter.right() + metric::grid);

    const QString path = index.data().toString();
    const auto slash = path.lastIndexOf(u'/', path.size() - 2);
    const QString name = path.mid(slash + 1);
    const QFontMetrics metrics(fontOf(Type::Body));
    const int width = std::min(rect.width(), metrics.horizontalAdvance(name) + 2);
    paintText(painter, QRect(rect.left(), rect.top(), width, rect.height()), name,
              fontOf(Type::Body), colour(Token::Text), Qt::AlignLeft);
    rect.setLeft(rect.left() + width + metric::grid);
    if (slash > 0 && rect.width() > 24) {
        paintText(painter, rect, path.left(slash), fontOf(Type::Caption), colour(Token::Quiet),
                  Qt::AlignLeft);
    }
    painter->restore();
}

}  // namespace analemma::ui
