#pragma once

#include <QList>
#include <QString>

namespace analemma::git {

/// "Reviewed-by: Ana <ana@example.org>" at the end of a message.
struct Trailer {
    QString key;
    QString value;  ///< lines that go on are joined by a space
    bool operator==(const Trailer&) const = default;
};

struct SplitBody {
    QString text;  ///< without the trailers
    QList<Trailer> trailers;
};

/// Parts the body of a commit (without its subject) into text and trailers: the last paragraph,
/// where each line of it is "Key: value" or goes on with white space (git-interpret-trailers(1)).
/// At most 100. Pure.
SplitBody splitTrailers(const QString& body);

}  // namespace analemma::git
