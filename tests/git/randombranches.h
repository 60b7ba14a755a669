#pragma once

#include <QByteArray>
#include <QList>

#include <random>

namespace gitfixture {

/// A stream for `git fast-import`: main and topic part from one commit of five files and make some
/// commits each, with changed, new and deleted lines, new files and a deleted one.
inline QByteArray twoRandomBranches(std::mt19937& random, int commits = 2, int lines = 40)
{
    const auto below = [&random](int limit) { return int(random() % unsigned(limit)); };
    QList<QByteArrayList> base;
    for (int file = 0; file < 5; ++file) {
        QByteArrayList text;
        for (int i = 0; i < lines; ++i) {
            text.append("file " + QByteArray::number(file) + " line " + QByteArray::number(i));
        }
        base.append(text);
    }
    QByteArray stream;
    int mark = 0;
    const auto begin = [&](const QByteArray& branch, const QByteArray& subject) {
        const QByteArray when = QByteArray::number(1'600'000'000 + ++mark * 60) + " +0000\n";
        stream += "commit refs/heads/" + branch + "\nmark :" + QByteArray::number(mark) +
                  "\nauthor Bea <bea@example.org> " + when + "committer Ana <ana@example.org> " +
                  when + "data " + QByteArray::number(subject.size()) + '\n' + subject + '\n';
    };
    const auto put = [&](const QByteArray& path, const QByteArray& bytes) {
        stream += "M 100644 inline " + path + "\ndata " + QByteArray::number(bytes.size()) + '\n' +
                  bytes + '\n';
    };
    const auto pathOf = [](int file) {
        return "dir" + QByteArray::number(file % 2) + "/file" + QByteArray::number(file);
    };
    begin("main", "base");
    for (int file = 0; file < 5; ++file) {
        put(pathOf(file), base[file].join('\n') + '\n');
    }
    stream += '\n';
    int serial = 0;
    for (const QByteArray branch : {"topic", "main"}) {
        QList<QByteArrayList> files = base;
        bool gone = false;
        for (int commit = 0; commit < commits; ++commit) {
            begin(branch, branch + ' ' + QByteArray::number(commit));
            stream += commit == 0 ? QByteArray("from :1\n") : QByteArray();
            for (int change = 1 + below(3); change > 0; --change) {
                const int file = below(gone ? 4 : 5);
                const int at = below(int(files[file].size()));
                const QByteArray text = branch + QByteArray::number(++serial);
                const int what = below(10);
                if (what < 6) {
                    files[file][at] = text;
                } else if (what < 8) {
                    files[file].insert(at, text);
                } else if (files[file].size() > 5) {
                    files[file].removeAt(at);
                }
                put(pathOf(file), files[file].join('\n') + '\n');
            }
            if (below(4) == 0) {
                put("added" + QByteArray::number(below(3)), branch + '\n');
            }
            if (!gone && below(5) == 0) {
                gone = true;
                stream += "D " + pathOf(4) + '\n';
            }
            stream += '\n';
        }
    }
    return stream;
}

}  // namespace gitfixture
