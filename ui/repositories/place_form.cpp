#include "ui/repositories/place_form.h"

#include "core/base/text.h"
#include "ui/shell/theme.h"
#include "ui/widgets/parts.h"

#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QIntValidator>
#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int longestAddress = 2'000;
constexpr int mostCommits = 1'000'000;

/// As a person writes it: "~/shop", or from the workspace's folder.
QString wholePath(const QString& typed, const QString& base)
{
    QString path = typed.trimmed();
    if (path == u"~" || path.startsWith(u"~/"_s)) {
        path = QDir::homePath() + path.mid(1);
    }
    return path.isEmpty() ? QString() : QDir::cleanPath(QDir(base).absoluteFilePath(path));
}

/// A name that the workspace takes, of any text.
QString plainName(QString text)
{
    for (QChar& c : text) {
        const bool plain = c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.';
        c = plain && c.unicode() < 128 ? c : QChar(u'-');
    }
    while (text.startsWith(u'-') || text.startsWith(u'.')) {
        text.remove(0, 1);
    }
    return text.left(60);
}

}  // namespace

QString nameOfAddress(const QString& address)
{
    const QString name =
        QString(address).replace(u':', u'/').section(u'/', -1, -1, QString::SectionSkipEmpty);
    return name.endsWith(u".git"_s) ? name.chopped(4) : name;
}

PlaceForm::PlaceForm(Kind kind, const workspace::Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_workspace(workspace), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(2 * metric::grid);
    m_grid->setVerticalSpacing(metric::grid);
    m_grid->setColumnStretch(1, 1);
    if (kind == Kind::Clone) {
        m_address = addField(u"address"_s, tr("Address"));
        m_address->setPlaceholderText(u"git@example.org:shop.git"_s);
        setFocusProxy(m_address);
        connect(m_address, &QLineEdit::textChanged, this, &PlaceForm::follow);
    }
    auto* button = new Button(Button::Look::Plain, tr("Choose…"));
    button->setObjectName(u"place-choose"_s);
    button->setAccessibleName(tr("Choose the folder"));
    connect(button, &QPushButton::clicked, this, &PlaceForm::choose);
    m_folder = addField(u"folder"_s, tr("Folder"), button);
    m_folder->setPlaceholderText(m_workspace.folder + u"/shop"_s);
    m_name = addField(u"name"_s, tr("Name here"));
    connect(m_folder, &QLineEdit::textChanged, this, &PlaceForm::follow);
    if (kind == Kind::Clone) {
        addDepth();
    } else {
        setFocusProxy(m_folder);
    }
}

QLineEdit* PlaceForm::addField(const QString& id, const QString& label, QWidget* beside)
{
    const int row = m_grid->rowCount();
    auto* field = new QLineEdit;
    field->setObjectName(u"place-"_s + id);
    field->setAccessibleName(label);
    field->setMaxLength(longestAddress);
    m_grid->addWidget(new Text(label, Type::Body, Token::Quiet), row, 0);
    m_grid->addWidget(field, row, 1, 1, beside != nullptr ? 1 : 2);
    if (beside != nullptr) {
        m_grid->addWidget(beside, row, 2);
    }
    connect(field, &QLineEdit::textChanged, this, &PlaceForm::changed);
    connect(field, &QLineEdit::returnPressed, this, &PlaceForm::submitted);
    return field;
}

void PlaceForm::addDepth()
{
    m_depth = addField(u"depth"_s, tr("Commits"));
    m_depth->setAccessibleName(tr("Commits of each branch"));
    m_depth->setPlaceholderText(tr("all"));
    m_depth->setValidator(new QIntValidator(1, mostCommits, m_depth));
    m_depth->setMaximumWidth(120);
}

/// What nobody has changed follows what was typed.
void PlaceForm::follow()
{
    if (m_address != nullptr && !m_folder->isModified()) {
        const QString name = plainName(nameOfAddress(m_address->text().trimmed()));
        const QSignalBlocker quiet(m_folder);
        m_folder->setText(name.isEmpty() ? QString() : m_workspace.folder + u'/' + name);
    }
    if (!m_name->isModified()) {
        m_name->setText(plainName(QDir(wholePath(m_folder->text(), m_workspace.folder)).dirName()));
    }
    Q_EMIT changed();
}

void PlaceForm::choose()
{
    auto* dialog = new QFileDialog(this, tr("Choose a folder"), m_workspace.folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        // What is cloned goes into a folder of its own in the chosen one.
        const QString name =
            m_address != nullptr ? plainName(nameOfAddress(m_address->text())) : QString();
        setFolder(name.isEmpty() ? folder : folder + u'/' + name);
        follow();
        m_folder->setFocus();
    });
    dialog->open();
}

/// As if a person had typed it: it follows nothing any more. A new text alone would count as not
/// modified, and be followed over at once.
void PlaceForm::setFolder(const QString& folder)
{
    const QSignalBlocker quiet(m_folder);
    m_folder->setText(folder);
    m_folder->setModified(true);
}

void PlaceForm::setPlace(const Place& place)
{
    setFolder(place.folder);
    m_name->setText(place.name);
    m_name->setModified(true);
    if (m_address != nullptr) {
        m_address->setText(place.address);
        m_depth->setText(place.depth > 0 ? QString::number(place.depth) : QString());
    }
    Q_EMIT changed();
}

PlaceForm::Place PlaceForm::place() const
{
    Place place;
    place.address = m_address != nullptr ? m_address->text().trimmed() : QString();
    place.folder = wholePath(m_folder->text(), m_workspace.folder);
    place.name = m_name->text().trimmed();
    place.depth = m_depth != nullptr ? m_depth->text().toInt() : 0;
    return place;
}

QString PlaceForm::refusal() const
{
    const Place now = place();
    if (m_kind == Kind::Clone && now.address.isEmpty()) {
        return tr("Where is it? Give its address.");
    }
    if (now.folder.isEmpty()) {
        return m_kind == Kind::Open ? tr("In which folder is it?") : tr("Into which folder?");
    }
    if (now.name.isEmpty()) {
        return tr("What shall it be called here?");
    }
    if (m_workspace.repositories.contains(now.name)) {
        return tr("There is a repository called %1 already.").arg(displayText(now.name, 60));
    }
    return {};
}

}  // namespace analemma::ui
