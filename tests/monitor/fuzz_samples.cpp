#include "core/monitor/rates.h"
#include "core/monitor/src/probe.h"
#include "core/monitor/src/samplesurvey.h"
#include "tests/fuzz/fuzz.h"

#include <cmath>

using namespace analemma;
using namespace analemma::monitor;

namespace {

void lookAt(const Figures& figures)
{
    for (const Point& point : figures.points) {
        fuzz::promise(std::isfinite(point.value), "a figure is a number");
        fuzz::promise(point.metric == Metric::ClockOffset || point.value >= 0,
                      "nothing that is counted is below zero");
        fuzz::promise(info(point.metric).unit != Unit::Percent ||
                          info(point.metric).label == LabelKind::ControlGroup ||
                          point.value <= 100.0001,
                      "a part is at most all");
        fuzz::promise(point.label.size() <= 255, "a label is short");
        for (const char c : point.label) {
            fuzz::promise(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "and clean");
        }
    }
}

void lookAt(const Sample& sample)
{
    fuzz::promise(sample.cores.size() <= SampleLimits::cores &&
                      sample.disks.size() <= SampleLimits::disks &&
                      sample.interfaces.size() <= SampleLimits::interfaces &&
                      sample.mounts.size() <= SampleLimits::mounts &&
                      sample.processes.size() <= SampleLimits::processes &&
                      sample.controls.size() <= SampleLimits::controls &&
                      sample.failedUnits.size() <= SampleLimits::units &&
                      sample.spaces.size() <= SampleLimits::mounts,
                  "bounded");
    fuzz::promise(sample.uptime.count() >= 0, "time does not run back");
}

/// Blocks apart by an empty line, one after another as a server would give them.
void playBlocks(QByteArrayView bytes)
{
    std::optional<Sample> before;
    for (int turn = 0; turn < 8 && !bytes.isEmpty(); ++turn) {
        const qsizetype end = bytes.indexOf(QByteArrayView("\n\n"));
        const QByteArrayView block = end < 0 ? bytes : bytes.first(end);
        bytes = end < 0 ? QByteArrayView() : bytes.sliced(end + 2);
        Sample now = before.value_or(Sample());
        readBlock(block, now);
        lookAt(now);
        lookAt(figures(before ? &*before : nullptr, now));
        (void)processLoads(before ? &*before : nullptr, now, 4096);
        (void)surveyCommand(now.mounts);
        before = now;
    }
}

}  // namespace

/// What servers say to a sampler. The first byte says when: as a greeting, as an answer, or as the
/// blocks within answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            playBlocks(bytes);
            break;
        case 1:
            if (const auto answer = readAnswer(bytes, 1); answer && *answer) {
                fuzz::promise((*answer)->size() < bytes.size(), "within what came");
                playBlocks(**answer);
            }
            playBlocks(surveyBlock(bytes));
            break;
        default:
            if (const auto probe = readProbe(bytes, "0123456789abcdef")) {
                fuzz::promise(probe->awk.size() < 200 && probe->problem.size() <= 60, "short");
                fuzz::promise(probe->pageBytes >= 1024, "a page is one");
            }
    }
    return 0;
}
