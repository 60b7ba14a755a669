#include "core/base/text.h"
#include "core/monitor/monitor.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

QString wordOf(LabelKind kind)
{
    switch (kind) {
        case LabelKind::None:
            return {};
        case LabelKind::Core:
            return u"core"_s;
        case LabelKind::Mount:
            return u"mount"_s;
        case LabelKind::Device:
            return u"device"_s;
        case LabelKind::Interface:
            return u"interface"_s;
        case LabelKind::ControlGroup:
            return u"group"_s;
    }
    return {};
}

/// Steps in 1 of what is measured.
double partsOf(Unit unit)
{
    switch (unit) {
        case Unit::Percent:
        case Unit::PerSecond:
        case Unit::Milliseconds:
            return 10;
        case Unit::Count:  // load averages are counts as well
        case Unit::Seconds:
            return 100;
        case Unit::Bytes:
        case Unit::BytesPerSecond:
        case Unit::Flag:
            return 1;
    }
    return 1;
}

/// Three digits are enough to look at: "1234", "12.3", "0.12".
QString shortNumber(double value)
{
    const double size = std::abs(value);
    const int digits = size == std::round(size) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return QString::number(value, 'f', digits);
}

}  // namespace

QString labelText(const Point& point)
{
    const QString word = wordOf(info(point.metric).label);
    return word.isEmpty() ? QString() : word + u'=' + displayText(QByteArrayView(point.label), 255);
}

/// 0.1 is no sum of powers of two: dividing gives the double that is nearest to the decimal.
double rounded(Unit unit, double value)
{
    const double parts = partsOf(unit);
    return std::round(value * parts) / parts;
}

QString valueText(Unit unit, double value)
{
    switch (unit) {
        case Unit::Percent:
            return shortNumber(std::round(value * 10) / 10) + u" %"_s;
        case Unit::Bytes:
            return sizeText(qint64(value));
        case Unit::BytesPerSecond:
            return sizeText(qint64(value)) + u"/s"_s;
        case Unit::PerSecond:
            return shortNumber(value) + u"/s"_s;
        case Unit::Count:
            return shortNumber(value);
        case Unit::Seconds:
            return std::abs(value) < 60 ? shortNumber(value) + u" s"_s
                                        : durationText(milliseconds(qint64(value * 1000)));
        case Unit::Milliseconds:
            return shortNumber(value) + u" ms"_s;
        case Unit::Flag:
            return value != 0 ? u"yes"_s : u"no"_s;
    }
    return {};
}

}  // namespace analemma::monitor
