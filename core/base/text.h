#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringList>

namespace analemma {

/// The one filter that foreign text passes before a person sees it: control characters become
/// visible symbols, bidirectional controls are marked, bad UTF-8 becomes U+FFFD, length is capped
/// with "…".
QString displayText(const QString& foreign, qsizetype limitCharacters = 4096);
QString displayText(QByteArrayView foreign, qsizetype limitCharacters = 4096);
/// The same, but keeps line feeds and tabs: for logs.
QString displayLog(QByteArrayView foreign);

/// One word of a POSIX shell command line, quoted so that the shell sees exactly `text`.
QString shellQuote(const QString& text);
QString shellQuote(const QStringList& words);

/// True for names that are safe as a file, tag and host name part: [a-z0-9][a-z0-9._-]*, at
/// most 63.
bool isPlainName(const QString& text);
/// True for a host name or IP address: no leading '-', no control, space or shell characters.
bool isHostName(const QString& text);

/// "12.3 MiB".
QString sizeText(qint64 bytes);
/// A random id that sorts by time: 26 lower-case characters (ULID, Crockford base 32).
QString newId();

}  // namespace analemma
