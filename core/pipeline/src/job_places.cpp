#include "core/pipeline/src/job.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

QString runMarker(const QString& run, const QString& job)
{
    return run + u'/' + jobKey(job);
}

QByteArray runMarkerBytes(const QString& run, const QString& job)
{
    QByteArray bytes = "ANALEMMA_RUN="_ba + runMarker(run, job).toUtf8();
    bytes.append('\0');
    return bytes;
}

QString Places::resolve(const QString& path, const QString& base) const
{
    const QString circleHome = u"/home/circleci"_s;
    if (path == u"~"_s || path.startsWith(u"~/"_s)) {
        return QDir::cleanPath(home + path.mid(1));
    }
    if (declared.startsWith(u'/') && (path == declared || path.startsWith(declared + u'/'))) {
        return QDir::cleanPath(project + path.mid(declared.size()));
    }
    if (path == circleHome || path.startsWith(circleHome + u'/')) {
        return QDir::cleanPath(home + path.mid(circleHome.size()));
    }
    if (path.startsWith(u'/')) {
        return QDir::cleanPath(path);
    }
    return QDir::cleanPath(base + u'/' + path);
}

Places placesOf(const JobOrder& order)
{
    const QString key = jobKey(order.job.name);
    const QString circleHome = u"/home/circleci/"_s;
    Places places;
    places.home = order.workFolder + u'/' + key;
    places.inner = order.workFolder + u"/.jobs/"_s + key;
    places.layers = order.workFolder + u"/.workspace"_s;
    QString folder =
        order.job.workingDirectory.isEmpty() ? u"~/project"_s : order.job.workingDirectory;
    folder = QDir::cleanPath(folder);
    QString below = folder;
    if (folder.startsWith(u"~/"_s)) {
        below = folder.mid(2);
    } else if (folder.startsWith(circleHome)) {
        below = folder.mid(circleHome.size());
    } else if (folder.startsWith(u'/')) {
        below = u"root"_s + folder;  // never a folder of this machine
    }
    below = QDir::cleanPath(below);
    const bool leaves = below.isEmpty() || below == u"~"_s || below == u"."_s || below == u".."_s ||
                        below.startsWith(u"../"_s) || below.startsWith(u'/');
    places.project = places.home + (leaves ? u"/project"_s : u'/' + below);
    places.declared = folder;
    return places;
}

Environment stepEnvironment(const JobOrder& order, const Places& places, const Step& step)
{
    Environment environment = basicEnvironment();
    const auto set = [&environment](const QString& name, const QString& value) {
        environment.emplace_back(name, value);  // the last one counts
    };
    set(u"HOME"_s, places.home);
    set(u"TMPDIR"_s, places.inner + u"/tmp"_s);
    set(u"BASH_ENV"_s, places.inner + u"/bash.env"_s);
    set(u"CI"_s, u"true"_s);
    set(u"CIRCLECI"_s, u"true"_s);
    set(u"CIRCLE_SHA1"_s, order.wanted.commit);
    set(u"CIRCLE_BRANCH"_s, order.wanted.branch);
    set(u"CIRCLE_JOB"_s, order.job.name);
    set(u"CIRCLE_BUILD_NUM"_s, QString::number(order.number));
    set(u"CIRCLE_WORKFLOW_ID"_s, order.run);
    set(u"CIRCLE_PIPELINE_ID"_s, order.run);
    set(u"CIRCLE_PROJECT_REPONAME"_s, order.wanted.repository);
    set(u"CIRCLE_NODE_INDEX"_s, u"0"_s);
    set(u"CIRCLE_NODE_TOTAL"_s, u"1"_s);
    set(u"CIRCLE_WORKING_DIRECTORY"_s, places.project);
    for (const SecretVariable& secret : order.secrets) {
        secret.value.use([&](QByteArrayView bytes) { set(secret.name, QString::fromUtf8(bytes)); });
    }
    for (auto it = order.job.environment.cbegin(); it != order.job.environment.cend(); ++it) {
        set(it.key(), it.value());
    }
    for (auto it = step.environment.cbegin(); it != step.environment.cend(); ++it) {
        set(it.key(), it.value());
    }
    set(u"ANALEMMA_RUN"_s, runMarker(order.run, order.job.name));
    return environment;
}

bool runsNow(const Step& step, bool failedBefore)
{
    return step.when == u"always"_s || (step.when == u"on_fail"_s) == failedBefore;
}

}  // namespace analemma::pipeline
