#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "core/operate/filetree.h"
#include "ui/files/files_page.h"
#include "ui/files/mode_part.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"

#include <QFile>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using operate::Place;

Task<Result<int>> trashAll(QList<QByteArray> paths)
{
    return onWorker<int>([paths]() -> Result<int> {
        for (const QByteArray& path : paths) {
            if (!QFile::moveToTrash(QString::fromUtf8(path))) {
                return Error(ErrorKind::Io,
                             u"%1 could not be moved to the trash; it is where it was"_s.arg(
                                 displayText(QByteArrayView(path), 300)));
            }
        }
        return int(paths.size());
    });
}

QList<QByteArray> namesOf(const QList<ssh::FileInfo>& files)
{
    QList<QByteArray> names;
    for (const ssh::FileInfo& one : files) {
        names.append(one.name);
    }
    return names;
}

QList<QByteArray> pathsOf(const Place& folder, const QList<ssh::FileInfo>& files)
{
    QList<QByteArray> paths;
    for (const ssh::FileInfo& one : files) {
        paths.append(operate::joined(folder.path, one.name));
    }
    return paths;
}

bool isFolder(const ssh::FileInfo& info)
{
    return info.kind == ssh::FileInfo::Kind::Folder;
}

/// Why a name that a person typed is none; empty: it is one.
QString typedRefusal(const QString& text)
{
    return text.isEmpty() ? FilesPage::tr("A name is needed.")
                          : operate::nameRefusal(operate::lastName(text.toUtf8()));
}

/// What was typed as a whole path: relative to the folder unless it begins with a slash.
QByteArray wholePath(const Place& folder, const QString& typed)
{
    const QByteArray bytes = typed.toUtf8();
    return bytes.startsWith('/') ? bytes : operate::joined(folder.path, bytes);
}

}  // namespace

void FilesPage::editFile()
{
    const ssh::FileInfo* one = m_active->current();
    if (one == nullptr || !why(m_active).isEmpty() || isFolder(*one)) {
        return;
    }
    const Place place{m_active->folder().server,
                      operate::joined(m_active->folder().path, one->name)};
    if (place.isLocal()) {
        if (m_open) {
            m_open(QString::fromUtf8(place.path));
        }
        return;
    }
    m_edits->open(place);
}

void FilesPage::makeFolder()
{
    if (!why(m_active).isEmpty()) {
        return;
    }
    FilePane* pane = m_active;
    const Place folder = pane->folder();
    AskPanel::Question question;
    question.sentence = tr("New folder in %1").arg(folder.text());
    question.fields = {{tr("Name of the folder")}};
    question.refusal = [pane](const QString& text) {
        const QString why = typedRefusal(text);
        return why.isEmpty() && pane->has(text.toUtf8()) ? tr("There is one of that name.") : why;
    };
    question.answers = {{u"make"_s, tr("Make"),
                         [this, pane, folder, files = pane->files()](const AskPanel::Given& given) {
                             const QByteArray path = wholePath(folder, given.text());
                             then(files->makeFolder(path, 0755, m_cancel), this,
                                  [this, pane, folder, path](const Result<void>& made) {
                                      if (!made) {
                                          report(made.error());
                                      } else if (pane->folder() == folder) {
                                          pane->reload(operate::lastName(path));
                                      }
                                  });
                         }},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

/// One: a new name, or a path to move to. Several: the folder to move to.
void FilesPage::rename()
{
    const QList<ssh::FileInfo> chosen = m_active->chosen();
    if (chosen.isEmpty() || !why(m_active).isEmpty()) {
        return;
    }
    FilePane* pane = m_active;
    const Place folder = pane->folder();
    const bool single = chosen.size() == 1;
    const QList<QByteArray> names = namesOf(chosen);
    AskPanel::Question question;
    question.sentence = single ? tr("Rename or move %1 to").arg(namesText(names))
                               : tr("Move %1 to the folder").arg(namesText(names));
    const bool sameSide = other()->folder().server == folder.server && other()->files();
    const QByteArray target = sameSide ? other()->folder().path : folder.path;
    question.fields = {{single ? tr("New name or path") : tr("Folder"),
                        QString::fromUtf8(single ? names.first() : target)}};
    question.refusal = [single](const QString& text) {
        return single ? typedRefusal(text)
                      : (text.startsWith(u'/') ? QString() : tr("A whole path is needed."));
    };
    question.answers = {
        {u"rename"_s, tr("Rename"),
         [this, pane, folder, names, single, files = pane->files()](const AskPanel::Given& given) {
             QList<operate::FileMove> moves;
             const QByteArray typed = wholePath(folder, given.text());
             for (const QByteArray& name : names) {
                 moves.append({operate::joined(folder.path, name),
                               single ? typed : operate::joined(typed, name)});
             }
             then(operate::moveFiles(files, moves, m_cancel), this,
                  [this, folder, typed, single, pane](const Result<int>& moved) {
                      if (!moved) {
                          report(moved.error());
                      }
                      const bool here = single && operate::parentOf(typed) == folder.path;
                      if (pane->folder() == folder) {
                          pane->reload(here ? operate::lastName(typed) : QByteArray());
                      }
                      if (!here || other()->folder() == folder) {
                          other()->reload();
                      }
                  });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

/// Here: into the trash, which gives back. On a server: gone, so it says what goes, and wants a
/// name typed for folders and in production.
void FilesPage::remove()
{
    const QList<ssh::FileInfo> chosen = m_active->chosen();
    if (chosen.isEmpty() || !why(m_active).isEmpty()) {
        return;
    }
    FilePane* pane = m_active;
    const Place folder = pane->folder();
    if (folder.isLocal()) {
        toTrash(chosen);
        return;
    }
    const QList<QByteArray> names = namesOf(chosen);
    QStringList lines;
    bool folders = false;
    for (const ssh::FileInfo& one : chosen.first(std::min<qsizetype>(chosen.size(), 1'000))) {
        const QString name = displayText(QByteArrayView(one.name), 200);
        folders = folders || isFolder(one);
        lines.append(isFolder(one) ? tr("%1/ and all that is in it").arg(name)
                                   : name + u"  "_s + sizeText(one.size));
    }
    AskPanel::Question question;
    question.sentence = tr("Delete %n entries of %1? A server has no trash: they are gone.",
                           nullptr, int(chosen.size()))
                            .arg(folder.text());
    if (pane->isProduction()) {
        question.sentence =
            displayText(pane->server().environment, 40).toUpper() + u": "_s + question.sentence;
    }
    question.detail = lines.join(u'\n');
    question.careful = true;
    if (folders || pane->isProduction()) {
        const QString wanted = chosen.size() == 1 ? displayText(QByteArrayView(names.first()), 200)
                                                  : displayText(folder.server, 80);
        question.fields = {{tr("Type %1 to delete").arg(wanted)}};
        question.refusal = [wanted](const QString& text) {
            return text == wanted ? QString() : tr("Type %1 to delete").arg(wanted);
        };
    }
    question.answers = {{u"delete"_s, tr("Delete"),
                         [this, pane, paths = pathsOf(folder, chosen)](const AskPanel::Given&) {
                             removeNow(pane, paths);
                         },
                         true},
                        {u"cancel"_s, tr("Keep them"), {}}};
    m_ask->ask(std::move(question));
}

void FilesPage::removeNow(FilePane* pane, const QList<QByteArray>& paths)
{
    const Place folder = pane->folder();
    then(operate::removeFiles(pane->files(), paths, m_cancel), this,
         [this, folder](const Result<int>& gone) {
             if (gone) {
                 tell(Mark::Ok, tr("%n entries were deleted", nullptr, *gone));
             } else {
                 report(gone.error());
             }
             reloadSoon(folder);
         });
}

void FilesPage::toTrash(const QList<ssh::FileInfo>& files)
{
    const Place folder = m_active->folder();
    then(trashAll(pathsOf(folder, files)), this, [this, folder](const Result<int>& gone) {
        if (gone) {
            tell(Mark::Ok, tr("%n entries are in the trash now", nullptr, *gone));
        } else {
            report(gone.error());
        }
        reloadSoon(folder);
    });
}

void FilesPage::permissions()
{
    const QList<ssh::FileInfo> chosen = m_active->chosen();
    if (chosen.isEmpty() || !why(m_active).isEmpty()) {
        return;
    }
    const Place folder = m_active->folder();
    const ssh::FileInfo& first = chosen.first();
    auto* part = new ModePart(first.mode, first.owner, first.group);
    AskPanel::Question question;
    question.sentence = tr("Permissions of %1").arg(namesText(namesOf(chosen)));
    question.part = part;
    question.refusal = [part = QPointer<ModePart>(part)](const QString&) {
        return part && (!part->mode() || !part->owners())
                   ? tr("Three or four digits from 0 to 7, and two numbers.")
                   : QString();
    };
    connect(part, &ModePart::changed, m_ask, &AskPanel::check);
    question.answers = {
        {u"set"_s, tr("Set"),
         [this, folder, part = QPointer<ModePart>(part), paths = pathsOf(folder, chosen),
          files = m_active->files()](const AskPanel::Given&) {
             if (!part || !part->mode()) {
                 return;
             }
             const auto owners = part->areOwnersChanged() ? part->owners() : std::nullopt;
             then(operate::setModes(files, paths, *part->mode(), owners, m_cancel), this,
                  [this, folder](const Result<int>& set) {
                      if (!set) {
                          report(set.error());
                      }
                      reloadSoon(folder);
                  });
         }},
        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

}  // namespace analemma::ui
