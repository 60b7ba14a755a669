#pragma once

#include <QCoreApplication>
#include <QLocale>

namespace analemma::lifecycle {

/// The texts of a report, in the language that the program speaks when it is made.
struct ReportWords {
    Q_DECLARE_TR_FUNCTIONS(ReportWords)
};

/// Of the numbers and dates in it.
inline QLocale reportLocale()
{
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return locale;
}

}  // namespace analemma::lifecycle
