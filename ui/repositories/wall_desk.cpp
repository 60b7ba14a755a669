#include "ui/repositories/wall_desk.h"

#include "core/base/text.h"
#include "ui/repositories/network_talk.h"
#include "ui/shell/words.h"
#include "ui/widgets/ask_panel.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

QString shownRepository(const QString& name)
{
    return displayText(name, 60);
}

QString placeOnDisk(const QString& path)
{
    const QFileInfo info(path);
    return info.exists() ? info.canonicalFilePath() : QDir::cleanPath(path);
}

/// "ssh -T -p 2222 git@example.org": what shows the server's key and records it.
QString commandToTrust(const QString& address)
{
    QString account = address.section(u':', 0, 0);
    QString port;
    if (address.startsWith(u"ssh://"_s)) {
        const QUrl url(address);
        account = url.userName().isEmpty() ? url.host() : url.userName() + u'@' + url.host();
        port = url.port() > 0 ? u"-p %1 "_s.arg(url.port()) : QString();
    }
    return u"ssh -T "_s + port + displayText(account, 200);
}

/// What went wrong, and what a person can do about it here.
QString wordsOf(const Error& error, const QString& address)
{
    QString words = sentences(error);
    if (error.kind == ErrorKind::HostKey && !address.startsWith(u"https:"_s)) {
        words += u'\n' + WallDesk::tr(
                             "To see and record the key, run this in a terminal, and "
                             "answer yes once it is the right one: %1")
                             .arg(commandToTrust(address));
    }
    return words;
}

}  // namespace

WallDesk::WallDesk(const Context& context, AskPanel* ask, QObject* parent)
    : Desk(parent),
      m_context(context),
      m_workspace(context.workspace),
      m_ask(ask),
      m_talk(new NetworkTalk(context, ask, this))
{
    connect(m_talk, &NetworkTalk::progress, this, [this](const git::NetworkProgress& now) {
        if (isCloning()) {
            Cloning next = m_cloning;
            next.text = progressText(now);
            if (!now.volume.isEmpty()) {
                next.text += u", "_s + now.volume;
            }
            next.share = now.total > 0 ? double(now.done) / double(now.total) : -1;
            tell(next);
        }
    });
}

WallDesk::~WallDesk()
{
    m_cancel.cancel();
}

void WallDesk::tell(const Cloning& now)
{
    m_cloning = now;
    Q_EMIT cloning(now);
}

void WallDesk::stop()
{
    m_cancel.cancel();
    m_cancel = CancelToken();
}

// ---- asking -------------------------------------------------------------------------------------

void WallDesk::clone()
{
    ask(Kind::Clone);
}

void WallDesk::open()
{
    ask(Kind::Open);
}

void WallDesk::make()
{
    ask(Kind::Make);
}

void WallDesk::ask(Kind kind, const Place& place, const Error* failed)
{
    auto* form = new PlaceForm(kind, m_workspace);
    if (!place.folder.isEmpty()) {
        form->setPlace(place);
    }
    AskPanel::Question question;
    question.sentence = kind == Kind::Clone  ? tr("Clone a repository")
                        : kind == Kind::Open ? tr("Open a repository that is on this machine")
                                             : tr("Make a new repository");
    question.detail = failed != nullptr ? wordsOf(*failed, place.address) : QString();
    question.part = form;
    question.refusal = [form](const QString&) { return form->refusal(); };
    const auto go = [this, form](Kind as) {
        return [this, form, as](const AskPanel::Given&) { start(as, form->place()); };
    };
    question.answers = {{u"go"_s,
                         kind == Kind::Clone  ? tr("Clone")
                         : kind == Kind::Open ? tr("Open")
                                              : tr("Make"),
                         go(kind)}};
    if (kind == Kind::Open && failed != nullptr && failed->kind == ErrorKind::NotFound) {
        question.answers.append({u"make"_s, tr("Make one there"), go(Kind::Make)});
    } else if (kind == Kind::Make && failed != nullptr && failed->kind == ErrorKind::Conflict) {
        question.answers.append({u"open"_s, tr("Open the one there"), go(Kind::Open)});
    }
    question.answers.append({u"cancel"_s, tr("Cancel"), {}});
    connect(form, &PlaceForm::changed, m_ask, &AskPanel::check);
    connect(form, &PlaceForm::submitted, m_ask, &AskPanel::accept);
    m_ask->ask(std::move(question));
}

void WallDesk::failed(Kind kind, const Place& place, const Error& error)
{
    ask(kind, place, &error);
}

// ---- doing --------------------------------------------------------------------------------------

void WallDesk::start(Kind kind, const Place& place)
{
    if (kind == Kind::Clone) {
        startClone(place);
        return;
    }
    then(kind == Kind::Open ? git::Repository::open(place.folder)
                            : git::Repository::init(place.folder),
         this, [this, kind, place](const Result<std::shared_ptr<git::Repository>>& opened) {
             if (opened) {
                 addOpened(kind, place, *opened);
             } else {
                 failed(kind, place, opened.error());
             }
         });
}

void WallDesk::startClone(const Place& place)
{
    if (isCloning() || !m_context.networkAccess) {
        return;
    }
    m_cancel = CancelToken();
    tell({place.name, tr("Connecting"), -1});
    git::CloneOptions options;
    options.depth = place.depth;
    git::NetworkAccess access = m_talk->access();
    access.localPaths = place.address.startsWith(u'/') || place.address.startsWith(u"file:"_s);
    then(git::cloneRepository(place.address, place.folder, options, access, m_cancel), this,
         [this, place](const Result<std::shared_ptr<git::Repository>>& cloned) {
             tell({});
             if (cloned) {
                 addOpened(Kind::Clone, place, *cloned);
             } else if (cloned.error().kind == ErrorKind::Cancelled) {
                 said(tr("Stopped: nothing of %1 is left.").arg(shownRepository(place.name)));
             } else {
                 m_talk->settle(
                     cloned.error(), [this, place] { startClone(place); },
                     [this, place](const Error& error) { failed(Kind::Clone, place, error); });
             }
         });
}

/// Its address for others is that of its remote, where no password stands in it.
void WallDesk::addOpened(Kind kind, const Place& place,
                         const std::shared_ptr<git::Repository>& repository)
{
    workspace::Repository entry;
    entry.name = place.name;
    entry.path = QDir::cleanPath(repository->path());
    for (const workspace::Repository& known : repositories()) {
        if (placeOnDisk(known.path) == placeOnDisk(entry.path)) {
            said(tr("It is here already, as %1.").arg(shownRepository(known.name)));
            Q_EMIT shown(known.name);
            return;
        }
    }
    const QString text = kind == Kind::Clone  ? tr("Cloned %1.")
                         : kind == Kind::Open ? tr("Added %1.")
                                              : tr("Made %1.");
    then(git::remotes(repository), this,
         [this, entry, text](const Result<QList<git::Remote>>& remotes) {
             workspace::Repository whole = entry;
             for (const git::Remote& remote : remotes.valueOr({})) {
                 if (whole.remote.isEmpty() || remote.name == "origin"_L1) {
                     whole.remote = remote.url;
                 }
             }
             add(whole, text.arg(shownRepository(entry.name)));
         });
}

void WallDesk::edit(std::function<Result<QByteArray>(const QByteArray&)> change,
                    std::function<void()> done, const QString& orElse)
{
    then(m_context.editWorkspace(std::move(change)), this,
         [this, done = std::move(done), orElse](const Result<workspace::Workspace>& after) {
             if (!after) {
                 const QString hint = (after.error().hint + u' ' + orElse).trimmed();
                 Q_EMIT problem(Error(after.error()).withHint(hint));
                 return;
             }
             m_workspace = *after;
             Q_EMIT changed();
             done();
         });
}

void WallDesk::add(const workspace::Repository& repository, const QString& text)
{
    const auto change = [file = m_workspace.file, repository](const QByteArray& before) {
        return workspace::withRepository(before, file, repository);
    };
    const auto done = [this, name = repository.name, text] {
        said(text, tr("Undo"), [this, name] { remove({name}); });
        Q_EMIT shown(name);
    };
    edit(change, done,
         tr("The repository itself is in %1: open it from there once that is put right.")
             .arg(displayText(repository.path, 300)));
}

void WallDesk::openFolder(const QString& folder)
{
    Place place;
    place.folder = folder;
    const QString wanted = QDir(folder).dirName();
    place.name = wanted;
    for (int i = 2; repositories().contains(place.name); ++i) {
        place.name = u"%1-%2"_s.arg(wanted).arg(i);
    }
    start(Kind::Open, place);
}

// ---- taking out ---------------------------------------------------------------------------------

void WallDesk::remove(const QStringList& names)
{
    Repositories taken;
    for (const QString& name : names) {
        if (repositories().contains(name)) {
            taken.insert(name, repositories().value(name));
        }
    }
    if (taken.isEmpty()) {
        return;
    }
    const auto texts = std::make_shared<std::pair<QByteArray, QByteArray>>();  // before, after
    const auto change = [file = m_workspace.file, all = taken.keys(),
                         texts](const QByteArray& before) {
        Result<QByteArray> text = before;
        for (const QString& name : all) {
            text = text ? workspace::withoutRepository(*text, file, name) : text;
        }
        *texts = {before, text.valueOr({})};
        return text;
    };
    edit(change, [this, taken, texts] {
        const auto count = int(taken.size());
        const QString text =
            count == 1 ? tr("%1 is out of the workspace; its folder is as it was.")
                             .arg(shownRepository(taken.firstKey()))
                       : tr("%n repositories are out of the workspace; their folders are as they "
                            "were.",
                            nullptr, count);
        said(text, tr("Undo"),
             [this, taken, texts] { putBack(texts->first, texts->second, taken); });
    });
}

/// The very text that was there, unless somebody else wrote the file since.
void WallDesk::putBack(const QByteArray& before, const QByteArray& after, const Repositories& taken)
{
    const auto change = [file = m_workspace.file, before, after, taken](const QByteArray& now) {
        Result<QByteArray> text = now == after ? before : now;
        for (const workspace::Repository& one : taken) {
            if (now != after) {
                text = text ? workspace::withRepository(*text, file, one) : text;
            }
        }
        return text;
    };
    edit(change, [this, names = taken.keys()] {
        said(tr("%1 is back.").arg(displayText(names.join(u", "_s), 200)));
    });
}

}  // namespace analemma::ui
