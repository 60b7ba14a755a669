#pragma once

#include "app/services.h"
#include "core/lifecycle/report_read.h"

#include <QObject>

#include <memory>

namespace analemma::app {

/// What `analemma --report FILE` was asked for.
struct ReportOrder {
    QString file;       ///< ends with ".html", or is written as PDF
    QString workspace;  ///< a folder or its file; empty: as WindowProgram::start()
    QString from;       ///< ISO; empty: 30 days before `to`
    QString to;         ///< ISO; empty: now
    QString environment;
    QString repository;
};

/// Writes the report of a period and quits, without a window: for the command line, which cannot
/// paint. The program's exit code is 0, or 1 with a sentence on stderr. Main thread.
class ReportProgram : public QObject {
    Q_OBJECT
public:
    explicit ReportProgram(ReportOrder order);
    ~ReportProgram() override;
    void start();

private:
    [[nodiscard]] Result<lifecycle::FigureQuery> query() const;
    void read(const lifecycle::ReportSources& sources, const lifecycle::FigureQuery& period);
    void leave(const Result<void>& done);

    const ReportOrder m_order;
    std::unique_ptr<Libraries> m_libraries;
    std::unique_ptr<Services> m_services;
};

}  // namespace analemma::app
