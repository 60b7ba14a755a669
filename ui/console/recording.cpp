#include "ui/console/recording.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qsizetype limitUnwritten = 32 * 1024 * 1024;  // of a disk that does not keep up

/// "web-1-20261126T074500Z.cast"; of a name only what is plain in a file's name.
QString fileName(const QString& name, const QDateTime& now)
{
    QString plain;
    for (const QChar c : name.left(80)) {
        const bool good = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') ||
                          (c >= u'0' && c <= u'9') || c == u'_' || c == u'-' ||
                          (c == u'.' && !plain.isEmpty());
        plain += good ? c : QChar(u'_');
    }
    return plain + now.toUTC().toString(u"-yyyyMMdd'T'HHmmss"_s) + u'Z';
}

}  // namespace

struct Recording::Event {
    milliseconds at{0};
    QByteArray output;
    Secret typed;
    std::optional<terminal::Size> size;
};

/// Events go in at one side and a worker takes them out at the other, one worker at a time.
struct Recording::Writer {
    Writer(terminal::Size size, const QDateTime& now, const QString& title)
        : recorder(size, now, title)
    {
    }
    ~Writer()
    {
        if (file >= 0) {
            ::close(file);
        }
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    QString folder;
    QString path;
    Secrets secrets;

    /// How many bytes wait.
    qsizetype add(Event event)
    {
        const std::scoped_lock lock(queueMutex);
        queuedBytes += event.output.size();
        queue.push_back(std::move(event));
        return queuedBytes;
    }
    /// Writes what waits. Blocks; for a worker.
    Result<void> run(bool ends)
    {
        const std::scoped_lock working(workMutex);
        std::vector<Event> events;
        {
            const std::scoped_lock lock(queueMutex);
            events.swap(queue);
            queuedBytes = 0;
        }
        return take(events, ends);
    }

private:
    Result<void> hideSecrets()
    {
        const Result<QList<Secret>> known = secrets ? secrets() : QList<Secret>();
        if (!known) {
            return known.error().in(u"what is to be masked"_s);
        }
        for (const Secret& secret : *known) {
            recorder.hide(secret);
        }
        return {};
    }
    Result<void> open()
    {
        if (const Result<void> hidden = hideSecrets(); !hidden) {
            return hidden;
        }
        if (const Result<void> made = makeFolder(folder); !made) {
            return made;
        }
        file = ::open(QFile::encodeName(path).constData(),
                      O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0) {
            return systemError(u"make %1"_s.arg(path), errno);
        }
        return append(recorder.header());
    }
    Result<void> append(const QByteArray& bytes)
    {
        for (qsizetype at = 0; at < bytes.size();) {
            const ssize_t count =
                ::write(file, bytes.constData() + at, std::size_t(bytes.size() - at));
            if (count < 0 && errno != EINTR) {
                return systemError(u"write %1"_s.arg(path), errno);
            }
            at += qMax<ssize_t>(0, count);
        }
        written += bytes.size();
        return written < limitBytes
                   ? Result<void>()
                   : Error(ErrorKind::Refused,
                           u"the recording ends at %1"_s.arg(sizeText(limitBytes)));
    }
    Result<void> take(const std::vector<Event>& events, bool ends)
    {
        if (whole) {
            return {};
        }
        whole = ends;
        if (file < 0) {
            if (const Result<void> opened = open(); !opened) {
                return opened;
            }
        }
        QByteArray lines;
        for (const Event& event : events) {
            last = event.at;
            if (!event.typed.isEmpty()) {
                event.typed.use([this](QByteArrayView bytes) { recorder.typed(bytes); });
            } else if (event.size) {
                lines += recorder.resized(last, *event.size);
            } else {
                lines += recorder.output(last, event.output);
            }
        }
        return append(ends ? lines + recorder.finish(last) : lines);
    }

    std::mutex queueMutex;
    std::vector<Event> queue;
    qsizetype queuedBytes = 0;
    std::mutex workMutex;
    terminal::Recorder recorder;
    milliseconds last{0};  ///< the last event
    int file = -1;
    qint64 written = 0;
    bool whole = false;  ///< nothing more is written
};

Recording::Recording(const QString& folder, const QString& name, terminal::Size size,
                     const QDateTime& now, Secrets secrets, QObject* parent)
    : QObject(parent), m_writer(std::make_shared<Writer>(size, now, displayText(name, 80)))
{
    const QString start = folder + u'/' + fileName(name, now);
    m_path = start + u".cast"_s;
    for (int i = 2; QFile::exists(m_path); ++i) {
        m_path = u"%1-%2.cast"_s.arg(start).arg(i);
    }
    m_writer->folder = folder;
    m_writer->path = m_path;
    m_writer->secrets = std::move(secrets);
    m_since.start();
    write();
}

Recording::~Recording()
{
    if (!m_ended) {
        // The last lines are written when nobody listens any more.
        std::function<Result<void>()> work = [writer = m_writer] { return writer->run(true); };
        then(onWorker<void>(std::move(work)), nullptr, [](const Result<void>&) {});
    }
}

void Recording::output(const QByteArray& bytes)
{
    Event event;
    event.output = bytes;
    add(std::move(event));
}

void Recording::typed(const QByteArray& bytes)
{
    Event event;
    event.typed = Secret(bytes);
    add(std::move(event));
}

void Recording::resized(terminal::Size size)
{
    Event event;
    event.size = size;
    add(std::move(event));
}

void Recording::add(Event event)
{
    if (m_stopping || m_ended) {
        return;
    }
    event.at = milliseconds(m_since.elapsed());
    if (m_writer->add(std::move(event)) > limitUnwritten) {
        finish(Error(ErrorKind::Io, u"the disk does not keep up; the recording ends here"_s));
    } else {
        write();
    }
}

void Recording::stop()
{
    if (!m_stopping && !m_ended) {
        m_stopping = true;
        write();
    }
}

void Recording::write()
{
    if (m_writing) {
        m_again = true;
        return;
    }
    m_writing = true;
    m_again = false;
    const bool last = m_stopping;
    std::function<Result<void>()> work = [writer = m_writer, last] { return writer->run(last); };
    then(onWorker<void>(std::move(work)), this, [this, last](const Result<void>& written) {
        m_writing = false;
        if (!written || last) {
            finish(written);
        } else if (m_again) {
            write();
        }
    });
}

void Recording::finish(const Result<void>& result)
{
    if (!std::exchange(m_ended, true)) {
        Q_EMIT ended(result);
    }
}

}  // namespace analemma::ui
