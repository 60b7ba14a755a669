#pragma once

#include "core/base/readers.h"
#include "core/pipeline/pipeline.h"

#include <QHash>

/// Reading .circleci/config.yml, the parts that the files of the reader share. Everything is pure.
namespace analemma::pipeline::config {

/// The file being read and what was seen on the way that does not count here.
struct Source {
    QString file;
    QString branch;
    bool expressions = true;  ///< version 2.1: << parameters.x >> means something
    YamlNode root;
    QStringList notes;
    int expanded = 0;  ///< calls of commands so far

    void note(int line, const QString& sentence);
};

/// "FILE:LINE:COLUMN PATH: SENTENCE".
Error invalid(const Source& source, int line, int column, const QString& path,
              const QString& sentence);
/// The same; the sentence says that a later version reads it and what is possible instead.
Error unsupported(const Source& source, int line, int column, const QString& path,
                  const QString& what, const QString& instead);

/// What may stand in a map. `noted`: taken, without effect here, with the sentence of the note.
/// `later`: known to CircleCI, not read yet, with what is possible instead.
struct Keys {
    QStringList read;
    QMap<QString, QString> noted;
    QMap<QString, QString> later;
};
Result<void> checkKeys(Source& source, const YamlNode& map, const Keys& keys);

/// A scalar as its text; Unsupported where it holds a << parameters.x >> expression.
Result<QString> readText(const Source& source, const YamlNode& node, const QString& expected);
Result<QStringList> readTexts(const Source& source, const YamlNode& node, const QString& expected);
Result<bool> readBool(const Source& source, const YamlNode& node);
/// A map, or a list of maps, of environment variables.
Result<QMap<QString, QString>> readEnvironment(const Source& source, const YamlNode& node);
/// A shell as a command line; CircleCI takes a list of words as well.
Result<QString> readShell(const Source& source, const YamlNode& node);
/// "10m", "30s", "1.5h".
Result<milliseconds> readDuration(const Source& source, const YamlNode& node);

/// What the steps of a job take over from it.
struct StepDefaults {
    QString shell;
};
/// Steps with the file's own commands expanded.
Result<QList<Step>> readSteps(Source& source, const YamlNode& list, const StepDefaults& defaults);

/// One job of the section `jobs`, as it would run; without name and needs.
Result<Job> readJob(Source& source, const QString& name, const YamlNode& node);

/// The jobs of all workflows for the source's branch, in an order in which needs come first.
Result<Definition> readWorkflows(Source& source);

/// True when a filter `branches: {only, ignore}` lets the branch through.
Result<bool> branchMatches(const Source& source, const YamlNode& branches);

}  // namespace analemma::pipeline::config
