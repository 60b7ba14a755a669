#include "core/git/src/shadow.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QTemporaryDir>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qint64 shadowFileLimit = 4 * 1024 * 1024;
constexpr qsizetype keptErrorBytes = 64 * 1024;
constexpr milliseconds versionTimeout{20'000};
constexpr int oldestMajor = 2;
constexpr int oldestMinor = 32;

using Settings = std::vector<std::pair<QByteArray, QByteArray>>;

/// The command of a shadow stands there as an alias: a configuration takes any bytes but NUL.
constexpr const char* commandName = "run-it";

/// Words as git takes an alias apart (split_cmdline in alias.c).
QByteArray aliasText(const QByteArrayList& words)
{
    QByteArrayList quoted;
    for (QByteArray word : words) {
        quoted.append('"' + word.replace('\\', "\\\\").replace('"', "\\\"") + '"');
    }
    return quoted.join(' ');
}

// ---- configuration ------------------------------------------------------------------------------

void addBool(Settings& settings, git_config* config, const char* key)
{
    int value = 0;
    if (git_config_get_bool(&value, config, key) == 0) {
        settings.emplace_back(key, value != 0 ? "true" : "false");
    }
}

/// Where the value is one of a few words, with all else left out.
void addWord(Settings& settings, git_config* config, const char* key,
             std::initializer_list<QByteArrayView> words)
{
    const char* value = nullptr;
    if (git_config_get_string(&value, config, key) == 0) {
        const QByteArray word = QByteArray(value).toLower();
        if (std::find(words.begin(), words.end(), word) != words.end()) {
            settings.emplace_back(key, word);
        }
    }
}

/// How the files of a work tree are read: the few keys that a foreign configuration may set.
void addHarmless(Settings& settings, git_repository* repository)
{
    ConfigHandle config;
    if (git_repository_config_snapshot(out(config), repository) == 0) {
        for (const char* key :
             {"core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode"}) {
            addBool(settings, config.get(), key);
        }
        addWord(settings, config.get(), "core.autocrlf", {"true", "false", "input"});
        addWord(settings, config.get(), "core.eol", {"lf", "crlf", "native"});
    }
    git_error_clear();
}

Settings settingsFor(git_repository* repository, const ShadowNeeds& needs, const QString& folder)
{
    Settings settings{{"core.repositoryformatversion", "0"},
                      {"core.bare", needs.workTree ? "false" : "true"},
                      {"core.hookspath", QFile::encodeName(folder + u"/hooks"_s)},
                      {"core.fsmonitor", "false"},
                      {"core.untrackedcache", "false"},
                      {"core.pager", "cat"},
                      {"core.askpass", ""},
                      {"core.logallrefupdates", "false"},
                      // git would ask the folder of an alternate with the configuration there
                      {"core.alternaterefscommand", "true"},
                      {"credential.helper", ""},
                      {"diff.ignoresubmodules", "dirty"},
                      {"fetch.recursesubmodules", "false"},
                      {"submodule.recurse", "false"},
                      {"gc.auto", "0"},
                      {"maintenance.auto", "false"}};
    addHarmless(settings, repository);
    if (!needs.command.isEmpty()) {
        settings.emplace_back(QByteArray("alias.") + commandName, aliasText(needs.command));
    }
    settings.insert(settings.end(), needs.settings.begin(), needs.settings.end());
    return settings;
}

/// A folder of PATH like "." would be the work tree, where git would find programs "git-...".
QString absoluteOnly(const QString& path)
{
    QStringList folders = path.split(u':');
    folders.removeIf([](const QString& folder) { return !folder.startsWith(u'/'); });
    return folders.join(u':');
}

Environment environmentFor(const ShadowNeeds& needs, const QString& folder)
{
    Environment environment;
    for (const auto& [name, value] : basicEnvironment()) {
        if (name == u"PATH"_s) {
            environment.emplace_back(name, absoluteOnly(value));
        } else if (QStringList{u"HOME"_s, u"USER"_s, u"LOGNAME"_s, u"TMPDIR"_s}.contains(name)) {
            environment.emplace_back(name, value);
        }
    }
    const std::pair<QString, QString> ours[] = {
        {u"LC_ALL"_s, u"C.UTF-8"_s},          {u"GIT_DIR"_s, folder},
        {u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s},   {u"GIT_CONFIG_GLOBAL"_s, u"/dev/null"_s},
        {u"GIT_ATTR_NOSYSTEM"_s, u"1"_s},     {u"GIT_ALLOW_PROTOCOL"_s, needs.protocols.join(u':')},
        {u"GIT_TERMINAL_PROMPT"_s, u"0"_s},   {u"GIT_OPTIONAL_LOCKS"_s, u"0"_s},
        {u"GIT_LITERAL_PATHSPECS"_s, u"1"_s}, {u"GIT_PAGER"_s, u"cat"_s},
        {u"GIT_EDITOR"_s, u"false"_s}};
    environment.insert(environment.end(), std::begin(ours), std::end(ours));
    return environment;
}

// ---- refs ---------------------------------------------------------------------------------------

/// gitformat packed-refs: "<id> <name>", by name. Symbolic ones as what they mean in the end.
Result<QByteArray> packedRefs(const Handle& handle, bool all)
{
    std::vector<QByteArray> lines;
    const Result<void> read =
        forEachRef(handle, all ? nullptr : "refs/replace/*", [&lines](git_reference* reference) {
            ReferenceHandle resolved;
            if (git_reference_resolve(out(resolved), reference) < 0) {
                git_error_clear();
                return;
            }
            lines.push_back(QByteArray(git_reference_name(reference)) + ' ' +
                            idText(*git_reference_target(resolved.get())).toLatin1());
        });
    if (!read) {
        return read.error();
    }
    std::sort(lines.begin(), lines.end());  // no name has a space in it
    QByteArray text = "# pack-refs with: sorted \n";
    for (const QByteArray& line : lines) {
        const qsizetype space = line.lastIndexOf(' ');
        text += line.sliced(space + 1) + ' ' + line.first(space) + '\n';
    }
    return text;
}

/// HEAD as it is stored, or, where its branch is not known in the shadow, as the commit it means.
Result<QByteArray> headText(const Handle& handle, bool withRefs)
{
    ReferenceHandle head;
    if (const int code = git_reference_lookup(out(head), handle.repository.get(), "HEAD");
        code < 0) {
        return gitError(code, u"read HEAD"_s);
    }
    ReferenceHandle resolved;
    const bool isBorn = git_reference_resolve(out(resolved), head.get()) == 0;
    git_error_clear();
    if (git_reference_type(head.get()) == GIT_REFERENCE_SYMBOLIC && (withRefs || !isBorn)) {
        return QByteArray("ref: ") + git_reference_symbolic_target(head.get()) + '\n';
    }
    return idText(*git_reference_target(resolved.get())).toLatin1() + '\n';
}

// ---- the folder ---------------------------------------------------------------------------------

Error shadowError(const QString& what)
{
    return Error(ErrorKind::Io,
                 u"Git could not be run: %1. The repository was not changed."_s.arg(what))
        .withHint(u"Is there room in %1?"_s.arg(QDir::tempPath()));
}

/// One of the repository's small files, where there is one.
Result<void> copyInto(const QString& folder, const QString& from, const QString& name)
{
    const Result<QByteArray> bytes = readFile(from + u'/' + name, shadowFileLimit);
    if (!bytes) {
        return bytes.error().kind == ErrorKind::NotFound ? Result<void>()
                                                         : Result<void>(bytes.error());
    }
    QFile file(folder + u'/' + name);
    if (!file.open(QIODevice::WriteOnly) || file.write(*bytes) != bytes->size() || !file.flush()) {
        return shadowError(file.errorString());
    }
    return {};
}

Result<QString> itemPath(git_repository* repository, git_repository_item_t item)
{
    git_buf buffer{};
    if (const int code = git_repository_item_path(&buffer, repository, item); code < 0) {
        return gitError(code, u"run git"_s);
    }
    const QString path = QDir::cleanPath(QFile::decodeName(buffer.ptr));
    git_buf_dispose(&buffer);
    return path;
}

Result<void> fillShadow(const Handle& handle, const ShadowNeeds& needs, const QString& folder)
{
    git_repository* repository = handle.repository.get();
    const Result<QByteArray> head = headText(handle, needs.refs);
    const Result<QByteArray> refs = head ? packedRefs(handle, needs.refs) : head.error();
    if (!refs) {
        return refs.error();
    }
    const Result<QString> objects = itemPath(repository, GIT_REPOSITORY_ITEM_OBJECTS);
    if (!objects) {
        return objects.error();
    }
    for (const QString& name : {u"refs"_s, u"hooks"_s, u"info"_s}) {
        if (!QDir(folder).mkdir(name)) {
            return shadowError(u"no folder can be made in %1"_s.arg(folder));
        }
    }
    if (!QFile::link(*objects, folder + u"/objects"_s)) {
        return shadowError(u"no link can be made in %1"_s.arg(folder));
    }
    const std::pair<QString, QByteArray> files[] = {
        {u"HEAD"_s, *head},
        {u"packed-refs"_s, *refs},
        {u"config"_s, configText(settingsFor(repository, needs, folder))}};
    for (const auto& [name, bytes] : files) {
        QFile file(folder + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() ||
            !file.flush()) {
            return shadowError(file.errorString());
        }
    }
    const QString common = QFile::decodeName(git_repository_commondir(repository));
    Result<void> copied;
    for (const QString& name : {u"shallow"_s, u"info/exclude"_s, u"info/attributes"_s}) {
        copied = copied ? copyInto(folder, common, name) : copied;
    }
    if (copied && needs.workTree) {
        copied =
            copyInto(folder, QFile::decodeName(git_repository_path(repository)), u"MERGE_HEAD"_s);
    }
    return copied;
}

// ---- the program --------------------------------------------------------------------------------

/// Whether the git of this path can be used; asked once a program.
Task<Result<void>> checkGit(QString program)
{
    static QHash<QString, Result<void>> known;
    if (known.contains(program)) {
        co_return known.value(program);
    }
    ProcessSpec spec(program, {u"version"_s});
    spec.timeout = versionTimeout;
    auto task = runProcess(std::move(spec), CancelToken());
    Result<ProcessResult> ran = co_await std::move(task);
    if (!ran) {
        co_return ran.error();
    }
    const std::optional<Error> error = unusableGit(ran->output);
    const Result<void> answer = error ? Result<void>(*error) : Result<void>();
    known.insert(program, answer);
    co_return answer;
}

Error noGit()
{
    return Error(ErrorKind::Unsupported,
                 u"The git program is not installed; it is needed for this."_s)
        .withHint(u"Install it: apt install git"_s);
}

}  // namespace

std::optional<Error> unusableGit(const QByteArray& version)
{
    const QList<QByteArray> words = version.trimmed().split(' ');
    const QList<QByteArray> parts = words.value(2).split('.');
    bool isMajor = false;
    bool isMinor = false;
    const int major = parts.value(0).toInt(&isMajor);
    const int minor = parts.value(1).toInt(&isMinor);
    if (!version.startsWith("git version ") || !isMajor || !isMinor) {
        return Error(
            ErrorKind::Unsupported,
            u"The git program does not tell its version (\"%1\"), so it was not used."_s.arg(
                displayText(QByteArrayView(version.trimmed()), 100)));
    }
    if (std::pair(major, minor) < std::pair(oldestMajor, oldestMinor)) {
        return Error(ErrorKind::Unsupported,
                     u"The git program is version %1; this needs %2.%3 or later, since older ones "
                     "can not be kept from reading settings."_s
                         .arg(displayText(QByteArrayView(words[2]), 40))
                         .arg(oldestMajor)
                         .arg(oldestMinor))
            .withHint(u"Update git."_s);
    }
    return std::nullopt;
}

QByteArray configText(const Settings& settings)
{
    QByteArray text;
    for (const auto& [key, value] : settings) {
        const qsizetype first = key.indexOf('.');
        const qsizetype last = key.lastIndexOf('.');
        QByteArray section = key.first(first);
        if (last > first) {
            QByteArray name = key.sliced(first + 1, last - first - 1);
            name.replace('\\', "\\\\").replace('"', "\\\"");
            section += " \"" + name + '"';
        }
        QByteArray quoted = value;
        quoted.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        text += '[' + section + "]\n\t" + key.sliced(last + 1) + " = \"" + quoted + "\"\n";
    }
    return text;
}

GitRun GitRun::prepared()
{
    return GitRun({QLatin1StringView(commandName)});
}

Shadow::Shadow(QString folder, QString directory, Environment environment)
    : m_folder(std::move(folder)),
      m_directory(std::move(directory)),
      m_environment(std::move(environment))
{
}

Shadow::~Shadow()
{
    (void)removeTree(m_folder).ok();  // a few small files
}

Result<std::shared_ptr<Shadow>> makeShadow(const Handle& handle, const ShadowNeeds& needs)
{
    git_repository* repository = handle.repository.get();
    const char* workTree = git_repository_workdir(repository);
    if (needs.workTree && workTree == nullptr) {
        return Error(ErrorKind::Unsupported,
                     u"This is a bare repository: it has no work tree to look at."_s);
    }
    QTemporaryDir made(QDir::tempPath() + u"/analemma-git-XXXXXX"_s);
    if (!made.isValid()) {
        return shadowError(made.errorString());
    }
    made.setAutoRemove(false);
    Environment environment = environmentFor(needs, made.path());
    QString directory = made.path();
    if (needs.workTree) {
        const Result<QString> index = itemPath(repository, GIT_REPOSITORY_ITEM_INDEX);
        if (!index) {
            return index.error();
        }
        directory = QDir::cleanPath(QFile::decodeName(workTree));
        environment.emplace_back(u"GIT_WORK_TREE"_s, directory);
        environment.emplace_back(u"GIT_INDEX_FILE"_s, *index);
    }
    auto shadow = std::make_shared<Shadow>(made.path(), directory, std::move(environment));
    const Result<void> filled = fillShadow(handle, needs, made.path());
    return filled ? Result<std::shared_ptr<Shadow>>(std::move(shadow)) : filled.error();
}

Task<Result<ProcessResult>> runGit(std::shared_ptr<Shadow> shadow, GitRun run, CancelToken cancel)
{
    const QString program = findProgram(u"git"_s);
    if (program.isEmpty()) {
        co_return noGit();
    }
    auto check = checkGit(program);
    Result<void> usable = co_await std::move(check);
    if (!usable) {
        co_return usable.error();
    }
    ProcessSpec spec(program, run.arguments);
    spec.environment = shadow->environment();
    spec.environment.insert(spec.environment.end(), run.environment.begin(), run.environment.end());
    spec.directory = shadow->directory();
    spec.input = run.input;
    spec.timeout = run.timeout;
    spec.limitBytes = run.limitBytes;
    const auto errors = std::make_shared<QByteArray>();
    if (run.onOutput) {
        spec.keepOutput = false;
    }
    spec.onOutput = [errors, run](const QByteArray& piece, bool isError) {
        if (isError) {
            errors->append(piece.first(std::min(piece.size(), keptErrorBytes - errors->size())));
        }
        const auto& listener = isError ? run.onErrors : run.onOutput;
        if (listener) {
            listener(piece);
        }
    };
    auto task = runProcess(std::move(spec), cancel);
    Result<ProcessResult> ran = co_await std::move(task);
    if (ran) {
        ran->errors = *errors;
    }
    co_return ran;
}

Error gitRunError(const ProcessResult& result, const QString& what)
{
    QStringList said;
    for (const QByteArray& line : result.errors.split('\n')) {
        const QByteArray text = line.trimmed();
        if (!text.isEmpty() && said.size() < 3) {
            const bool marked = text.startsWith("fatal: ") || text.startsWith("error: ");
            said.append(displayText(QByteArrayView(text).sliced(marked ? 7 : 0), 300));
        }
    }
    return Error(ErrorKind::Failed,
                 u"%1: %2"_s.arg(what, said.isEmpty() ? u"git ended with %1"_s.arg(result.endText())
                                                      : said.join(u"; "_s)));
}

}  // namespace analemma::git
