#pragma once

#include <QByteArrayView>

#include <string>
#include <vector>

namespace analemma::redaction {

/// Appends every form in which a secret may turn up in a log to `words`: the value, its lines of 8
/// or more characters, hexadecimal, URL, JSON, XML and shell escapes; and to `wrapped` the base64
/// forms at the three offsets, which tools break into lines. The caller wipes the strings.
void appendForms(QByteArrayView secret, std::vector<std::string>& words,
                 std::vector<std::string>& wrapped);

}  // namespace analemma::redaction
