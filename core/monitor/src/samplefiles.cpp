#include "core/monitor/src/samplefiles.h"

#include "core/monitor/src/samplesource.h"
#include "core/ssh/keptfiles.h"

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

using Session = std::shared_ptr<ssh::Session>;
using Kept = std::shared_ptr<ssh::KeptFiles>;

constexpr qsizetype limitFile = 256 * 1024;
constexpr qsizetype limitProcessFile = 4096;
constexpr std::size_t processesTogether = 64;
constexpr int mostProcesses = 1024;

struct SourceFile {
    QByteArrayView path;
    QByteArrayView tag;  ///< before each line: the letter of its group, and which file of it
};
constexpr std::array sourceFiles{
    SourceFile{"/proc/uptime", "u"},           SourceFile{"/proc/stat", "s"},
    SourceFile{"/proc/loadavg", "l"},          SourceFile{"/proc/meminfo", "m"},
    SourceFile{"/proc/vmstat", "v"},           SourceFile{"/proc/pressure/cpu", "pc"},
    SourceFile{"/proc/pressure/memory", "pm"}, SourceFile{"/proc/pressure/io", "pi"},
    SourceFile{"/proc/diskstats", "d"},        SourceFile{"/proc/net/dev", "n"},
    SourceFile{"/proc/sys/fs/file-nr", "f"},   SourceFile{"/proc/net/sockstat", "k"},
    SourceFile{"/proc/net/sockstat6", "k"},    SourceFile{"/proc/sys/kernel/random/boot_id", "b"},
    SourceFile{"/proc/self/mountinfo", "M"},
};
constexpr std::size_t uptimeFile = 0;

Task<Result<QByteArray>> readFiles(Kept kept, QByteArray letters, CancelToken cancel)
{
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < sourceFiles.size(); ++i) {
        if (letters.contains(sourceFiles[i].tag[0])) {
            which.push_back(i);
        }
    }
    auto reading = kept->read(which, limitFile, cancel);
    const Result<std::vector<std::optional<QByteArray>>> contents = co_await std::move(reading);
    if (!contents) {
        co_return contents.error();
    }
    QByteArray block;
    for (std::size_t i = 0; i < contents->size(); ++i) {
        if ((*contents)[i]) {
            block += taggedLines(*(*contents)[i], sourceFiles[which[i]].tag);
        }
    }
    co_return block;
}

Task<Result<QByteArray>> readProcesses(Session session, Kept kept, QByteArrayList ids,
                                       CancelToken cancel)
{
    auto reading = readFiles(kept, QByteArray("u"), cancel);
    Result<QByteArray> block = co_await std::move(reading);
    for (qsizetype at = 0; block && at < ids.size(); at += qsizetype(processesTogether)) {
        std::vector<QByteArray> paths;
        std::vector<std::size_t> which;
        for (const QByteArray& id : ids.mid(at, qsizetype(processesTogether))) {
            which.push_back(paths.size());
            paths.push_back("/proc/" + id + "/stat");
        }
        auto opening = ssh::keepFiles(session, std::move(paths), cancel);
        const Result<Kept> opened = co_await std::move(opening);
        if (!opened) {
            co_return opened.error();
        }
        auto readingAll = (*opened)->read(std::move(which), limitProcessFile, cancel);
        const Result<std::vector<std::optional<QByteArray>>> contents =
            co_await std::move(readingAll);
        if (!contents) {
            co_return contents.error();
        }
        for (const std::optional<QByteArray>& content : *contents) {
            *block += content ? taggedLines(*content, "P") : QByteArray();
        }
    }
    co_return block;
}

Task<Result<QByteArray>> surveyFiles(Session session, Kept kept, std::vector<Mount> mounts,
                                     CancelToken cancel)
{
    auto looking = session->files()->info(QByteArray("/run/reboot-required"), true, cancel);
    const Result<ssh::FileInfo> reboot = co_await std::move(looking);
    std::vector<QByteArray> paths;
    for (const Mount& mount : mounts) {
        paths.push_back(mount.path);
    }
    auto asking = kept->spaces(std::move(paths), cancel);
    const Result<std::vector<std::optional<ssh::FileSystemSpace>>> spaces =
        co_await std::move(asking);
    if (!spaces) {
        co_return spaces.error();
    }
    QByteArray block = reboot ? QByteArray("r1\n") : QByteArray("r0\n");
    for (std::size_t i = 0; i < spaces->size(); ++i) {
        if (const auto& space = (*spaces)[i]) {
            block += 'F';
            for (const quint64 number : {space->blockBytes, space->blocks, space->freeBlocks,
                                         space->availableBlocks, space->files, space->freeFiles}) {
                block += QByteArray::number(number) + ' ';
            }
            block += mounts[i].path + '\n';
        }
    }
    co_return block;
}

Task<Result<QByteArrayList>> listProcesses(Session session, CancelToken cancel)
{
    auto listing = session->files()->list(QByteArray("/proc"), 100'000, cancel);
    const Result<ssh::Listing> folder = co_await std::move(listing);
    if (!folder) {
        co_return folder.error();
    }
    QByteArrayList ids;
    for (const ssh::FileInfo& entry : folder->entries) {
        if (entry.kind == ssh::FileInfo::Kind::Folder && entry.name[0] >= '1' &&
            entry.name[0] <= '9' && ids.size() < mostProcesses) {
            ids += entry.name;
        }
    }
    co_return ids;
}

/// Files of /proc that stay open. A question for them is a batch of reads.
class FileSource final : public QObject, public SampleSource {
public:
    FileSource(Session session, Kept kept) : m_session(std::move(session)), m_kept(std::move(kept))
    {
    }
    [[nodiscard]] QString name() const override { return u"sftp"_s; }
    void ask(const QByteArray& letters, const QByteArrayList& names, Answer answer) override
    {
        m_answer = std::move(answer);
        auto reading = letters.contains('P') ? readProcesses(m_session, m_kept, names, m_cancel)
                                             : readFiles(m_kept, letters, m_cancel);
        then(std::move(reading), this, [this](Result<QByteArray> block) {
            if (const Answer told = std::exchange(m_answer, nullptr)) {
                told(std::move(block));
            }
        });
    }
    Task<Result<QByteArray>> survey(std::vector<Mount> mounts, CancelToken cancel) override
    {
        return surveyFiles(m_session, m_kept, std::move(mounts), std::move(cancel));
    }
    Task<Result<QByteArrayList>> processIds(CancelToken cancel) override
    {
        return listProcesses(m_session, std::move(cancel));
    }
    void close()
    {
        m_answer = nullptr;
        m_cancel.cancel();
    }

private:
    const Session m_session;
    const Kept m_kept;
    const CancelToken m_cancel;
    Answer m_answer;
};

}  // namespace

QByteArray taggedLines(const QByteArray& content, QByteArrayView tag)
{
    QByteArray lines;
    lines.reserve(content.size() + content.size() / 8 + 16);
    for (qsizetype from = 0; from < content.size();) {
        const qsizetype end = content.indexOf('\n', from);
        const qsizetype to = end < 0 ? content.size() : end;
        lines.append(tag.data(), tag.size());
        lines.append(content.constData() + from, to - from);
        lines.append('\n');
        from = to + 1;
    }
    return lines;
}

Task<Result<Source>> openFileSource(Session session, CancelToken cancel)
{
    std::vector<QByteArray> paths;
    for (const SourceFile& file : sourceFiles) {
        paths.push_back(file.path.toByteArray());
    }
    auto opening = ssh::keepFiles(session, std::move(paths), cancel);
    const Result<Kept> kept = co_await std::move(opening);
    if (!kept) {
        co_return kept.error();
    }
    std::vector<std::size_t> which = {uptimeFile};
    auto reading = (*kept)->read(std::move(which), limitFile, cancel);
    const Result<std::vector<std::optional<QByteArray>>> uptime = co_await std::move(reading);
    if (!uptime) {
        co_return uptime.error();
    }
    if (!uptime->front()) {
        co_return Error(ErrorKind::Unsupported, u"the server shows no /proc over SFTP"_s);
    }
    co_return Source(new FileSource(session, *kept), [](FileSource* source) {
        source->close();
        source->deleteLater();
    });
}

}  // namespace analemma::monitor
