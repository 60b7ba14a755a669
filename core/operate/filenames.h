#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

/// Names and paths of files as bytes, on servers and here. A name that came from elsewhere is
/// foreign: it is looked at before it becomes the name of a file. Pure.
namespace analemma::operate {

/// Why a file of that name is not carried; empty: it is. Refused are names that would leave their
/// folder ("..", "a/b"; CVE-2019-6111), that no folder can hold, that are no UTF-8, and that hide
/// what they are (control and bidirectional characters).
QString nameRefusal(const QByteArray& name);

/// "report (2).pdf", "site (2).tar.gz", ".bashrc (2)": at most 255 bytes, never half a character.
QByteArray otherName(const QByteArray& name, int number);

/// The same for names that a disk without cases takes for one.
QString caseKey(const QByteArray& name);
/// The indexes of names whose caseKey() an earlier one has.
std::vector<std::size_t> caseCollisions(const std::vector<QByteArray>& names);

QByteArray joined(const QByteArray& folder, const QByteArray& name);
QByteArray lastName(const QByteArray& path);  ///< "c" of "/a/b/c"; empty for "/"
QByteArray parentOf(const QByteArray& path);  ///< "/a/b" of "/a/b/c", "/" of "/a" and of "/"
/// True for the folder itself and all below it.
bool isWithin(const QByteArray& path, const QByteArray& folder);

}  // namespace analemma::operate
