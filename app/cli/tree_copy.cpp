#include "app/cli/tree_copy.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/copy.h"
#include "core/operate/filenames.h"

#include <QElapsedTimer>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using operate::CopiedFile;
using operate::CopyEnd;
using operate::Place;
using SessionPointer = std::shared_ptr<ssh::Session>;

constexpr qint64 paintEvery = 100;  // ms

/// One line on a terminal that is painted over, of the file that is carried now.
class Meter {
public:
    explicit Meter(RunPointer run) : m_run(std::move(run)) { m_clock.start(); }
    ~Meter() { clear(); }
    void clear()
    {
        if (m_painted) {
            m_run->streams.err("\r\x1b[K");
        }
        m_painted = false;
        m_file.clear();
    }
    void show(const Place& file, qint64 done, qint64 total)
    {
        const qint64 now = m_clock.elapsed();
        if (!m_run->liveProgress || (file.path == m_file && now - m_last < paintEvery)) {
            return;
        }
        if (file.path != m_file) {
            m_file = file.path;
            m_first = now;
            m_from = done;
        }
        m_painted = true;
        m_last = now;
        const qint64 speed = now > m_first ? (done - m_from) * 1000 / (now - m_first) : 0;
        const qint64 percent = total > 0 ? done * 100 / total : 100;
        const QString name = displayText(QByteArrayView(operate::lastName(m_file)), 60);
        const QString text =
            u"%1  %2 of %3 (%4 %)  %5/s"_s.arg(name, sizeText(done), sizeText(total))
                .arg(percent)
                .arg(sizeText(speed));
        m_run->streams.err("\r\x1b[K" + text.toUtf8());
    }

private:
    const RunPointer m_run;
    QElapsedTimer m_clock;
    QByteArray m_file;
    qint64 m_first = 0;
    qint64 m_from = 0;
    qint64 m_last = 0;
    bool m_painted = false;
};

void tellFile(const Run& run, const CopiedFile& file)
{
    const bool sent = file.from.isLocal();
    const Place& remote = sent ? file.to : file.from;
    const Place& local = sent ? file.from : file.to;
    const ssh::TransferResult& result = file.result;
    const QString how =
        result.resumedAt > 0 ? u", went on at %1"_s.arg(sizeText(result.resumedAt)) : QString();
    run.answer(
        {{u"schema"_s, u"analemma.transfer.1"_s},
         {u"server"_s, remote.server},
         {u"sent"_s, sent},
         {u"remote"_s, QString::fromUtf8(remote.path)},
         {u"local"_s, QString::fromUtf8(local.path)},
         {u"bytes"_s, result.bytes},
         {u"resumedAt"_s, result.resumedAt},
         {u"sha256"_s, QString::fromLatin1(result.sha256)}},
        u"%1 -> %2  %3%4%5\n"_s.arg(file.from.text(), file.to.text(), sizeText(result.bytes), how,
                                    result.sha256.isEmpty() ? QString() : u", verified"_s));
}

Task<Result<SessionPointer>> given(SessionPointer session)
{
    co_return session;
}

Task<Result<CopyEnd>> copyFiles(RunPointer run, SessionPointer session, Place from, Place to)
{
    const auto meter = std::make_shared<Meter>(run);
    operate::CopyOptions options;
    options.resume = !run->has(u"no-resume"_s);
    options.verify = !run->has(u"no-verify"_s);
    options.progress = [meter](const Place& file, qint64 done, qint64 total) {
        meter->show(file, done, total);
    };
    options.copied = [run, meter](const CopiedFile& file) {
        meter->clear();
        tellFile(*run, file);
    };
    options.leftOut = [run, meter](const QString& what) {
        meter->clear();
        run->say(u"left out: "_s + displayText(what, 1000));
    };
    operate::Transfers::Connect connect = [session](const QString&, const CancelToken&) {
        return given(session);
    };
    auto copying =
        operate::copyTree(std::move(connect), from, to, std::move(options), run->interrupt.first);
    Result<CopyEnd> end = co_await std::move(copying);
    co_return end;
}

}  // namespace

Task<Result<int>> copyOver(RunPointer run, SessionPointer session, Place from, Place to)
{
    auto copying = copyFiles(run, session, from, to);
    const Result<CopyEnd> end = co_await std::move(copying);
    if (!end) {
        co_return end.error();
    }
    if (end->folder) {
        run->say(u"%1 files, %2%3"_s.arg(end->files)
                     .arg(sizeText(end->bytes),
                          end->leftOut == 0 ? QString() : u", %1 left out"_s.arg(end->leftOut)));
    }
    co_return exitWith(end->leftOut == 0 ? Exit::Ok : Exit::Failed);
}

}  // namespace analemma::cli
