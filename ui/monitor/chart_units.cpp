#include "ui/monitor/chart_units.h"

#include "core/base/clock.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

/// The context is the namespace: so texts are gathered that no class says.
QString tr(const char* text)
{
    return QCoreApplication::translate("analemma::ui", text);
}

/// A value with the word of its size: 1536 is 1.5 and "KiB".
struct Scaled {
    double value = 0;
    double factor = 1;  ///< what the value was divided by
    QString word;       ///< with the space before it
};

Scaled binary(double value)
{
    constexpr std::array<const char*, 7> words{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double factor = 1;
    std::size_t at = 0;
    while (std::abs(value) >= 1024 * factor && at + 1 < words.size()) {
        factor *= 1024;
        ++at;
    }
    return {value / factor, factor, u' ' + QString::fromLatin1(words.at(at))};
}

Scaled decimal(double value)
{
    constexpr std::array<const char*, 5> words{"", "k", "M", "G", "T"};
    double factor = 1;
    std::size_t at = 0;
    while (std::abs(value) >= 10'000 * factor && at + 1 < words.size()) {
        factor *= 1000;
        ++at;
    }
    return {value / factor, factor, QString::fromLatin1(words.at(at))};
}

QString figure(double value, int decimals)
{
    const bool huge = std::abs(value) >= 1e9;
    return huge ? QLocale().toString(value, 'g', 4) : QLocale().toString(value, 'f', decimals);
}

QString lengthText(double seconds)
{
    if (std::abs(seconds) < 1) {
        return tr("%1 ms").arg(figure(seconds * 1000, std::abs(seconds) < 0.1 ? 1 : 0));
    }
    if (std::abs(seconds) < 60) {
        return tr("%1 s").arg(figure(seconds, 1));
    }
    constexpr double longest = 1e12;
    return durationText(milliseconds(qint64(std::clamp(seconds, -longest, longest)) * 1000));
}

/// Decimals that tell neighbours a step apart.
int decimalsFor(double step)
{
    return step >= 1 || step <= 0 ? 0 : std::min(9, int(std::ceil(-std::log10(step) - 1e-9)));
}

QString axisLength(double seconds, double step)
{
    if (seconds == 0) {
        return step < 1 ? tr("%1 ms").arg(0) : tr("%1 s").arg(0);
    }
    if (step < 1 && std::abs(seconds) < 1) {
        return tr("%1 ms").arg(figure(seconds * 1000, decimalsFor(step * 1000)));
    }
    return step < 60 && std::abs(seconds) < 600 ? tr("%1 s").arg(figure(seconds, decimalsFor(step)))
                                                : lengthText(seconds);
}

}  // namespace

QString valueText(double value, ChartUnit unit)
{
    if (!std::isfinite(value)) {
        return u"–"_s;
    }
    switch (unit) {
        case ChartUnit::Percent:
            return tr("%1 %").arg(figure(value, 1));
        case ChartUnit::Bytes:
        case ChartUnit::BytesPerSecond: {
            const Scaled scaled = binary(value);
            const QString text = figure(scaled.value, scaled.factor > 1 ? 1 : 0) + scaled.word;
            return unit == ChartUnit::Bytes ? text : tr("%1/s").arg(text);
        }
        case ChartUnit::PerSecond: {
            const Scaled scaled = decimal(value);
            return tr("%1/s").arg(figure(scaled.value, 1) + scaled.word);
        }
        case ChartUnit::Seconds:
            return lengthText(value);
        case ChartUnit::Milliseconds:
            return lengthText(value / 1000);
        case ChartUnit::Flag:
            return value >= 1   ? tr("yes")
                   : value <= 0 ? tr("no")
                                : valueText(value * 100, ChartUnit::Percent);
        case ChartUnit::Count:
            break;
    }
    return figure(value, value == std::floor(value) ? 0 : 1);
}

QString axisText(double value, double step, ChartUnit unit)
{
    if (!std::isfinite(value)) {
        return {};
    }
    switch (unit) {
        case ChartUnit::Percent:
            return tr("%1 %").arg(figure(value, decimalsFor(step)));
        case ChartUnit::Bytes:
        case ChartUnit::BytesPerSecond: {
            const Scaled scaled = binary(value);
            const QString text =
                figure(scaled.value, decimalsFor(step / scaled.factor) > 0 ? 1 : 0) + scaled.word;
            return unit == ChartUnit::Bytes ? text : tr("%1/s").arg(text);
        }
        case ChartUnit::Seconds:
            return axisLength(value, step);
        case ChartUnit::Milliseconds:
            return axisLength(value / 1000, step / 1000);
        case ChartUnit::Flag:
            return valueText(value, unit);
        default:
            break;
    }
    const Scaled scaled = decimal(value);
    const QString text = figure(scaled.value, decimalsFor(step / scaled.factor)) + scaled.word;
    return unit == ChartUnit::PerSecond ? tr("%1/s").arg(text) : text;
}

QString spokenText(double value, ChartUnit unit)
{
    if (!std::isfinite(value)) {
        return tr("unknown");
    }
    switch (unit) {
        case ChartUnit::Percent:
            return tr("%1 percent").arg(figure(value, std::abs(value) < 1 && value != 0 ? 1 : 0));
        case ChartUnit::BytesPerSecond:
            return tr("%1 a second").arg(valueText(value, ChartUnit::Bytes));
        case ChartUnit::PerSecond: {
            const Scaled scaled = decimal(value);
            return tr("%1 a second").arg(figure(scaled.value, 1) + scaled.word);
        }
        default:
            return valueText(value, unit);
    }
}

QString wordOf(ChartMarkKind kind)
{
    switch (kind) {
        case ChartMarkKind::Bake:
            return tr("bake");
        case ChartMarkKind::Rollback:
            return tr("rollback");
        case ChartMarkKind::Config:
            return tr("config change");
        case ChartMarkKind::Incident:
            return tr("incident");
        case ChartMarkKind::Deploy:
            break;
    }
    return tr("deploy");
}

QString iconOf(ChartMarkKind kind)
{
    switch (kind) {
        case ChartMarkKind::Bake:
            return u"snapshots"_s;
        case ChartMarkKind::Rollback:
            return u"undo"_s;
        case ChartMarkKind::Config:
            return u"edit"_s;
        case ChartMarkKind::Incident:
            return u"alert"_s;
        case ChartMarkKind::Deploy:
            break;
    }
    return u"deploy"_s;
}

}  // namespace analemma::ui
