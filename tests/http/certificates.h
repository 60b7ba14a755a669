#pragma once

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTemporaryDir>

/// Certificates of a test's own authority, made by openssl.
namespace analemma::test {

class Certificates {
public:
    /// The authority's file of certificates; empty when openssl did not make it.
    QString authority()
    {
        const QString file = path(QStringLiteral("authority.pem"));
        if (!QFile::exists(file)) {
            run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-subj", "/CN=Test authority", "-days", "30", "-keyout",
                 path("authority.key"), "-out", file});
        }
        return QFile::exists(file) ? file : QString();
    }

    /// A server's: `names` as "DNS:localhost,IP:127.0.0.1". Days below 0: it has expired.
    QSslConfiguration server(const QString& names, int days)
    {
        const QString key = path(QStringLiteral("server%1.key").arg(++m_made));
        const QString request = path(QStringLiteral("server%1.csr").arg(m_made));
        const QString certificate = path(QStringLiteral("server%1.pem").arg(m_made));
        QFile extensions(path(QStringLiteral("names.conf")));
        if (authority().isEmpty() || !extensions.open(QIODevice::WriteOnly)) {
            return {};
        }
        extensions.write("subjectAltName=" + names.toUtf8() + '\n');
        extensions.close();
        run({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
             "/CN=server", "-keyout", key, "-out", request});
        run({"x509", "-req", "-in", request, "-CA", authority(), "-CAkey", path("authority.key"),
             "-CAcreateserial", "-days", QString::number(days), "-extfile", extensions.fileName(),
             "-out", certificate});
        QFile keyFile(key);
        QFile certificateFile(certificate);
        if (!keyFile.open(QIODevice::ReadOnly) || !certificateFile.open(QIODevice::ReadOnly)) {
            return {};
        }
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setPrivateKey(QSslKey(&keyFile, QSsl::Ec));
        configuration.setLocalCertificate(QSslCertificate(&certificateFile));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        return configuration;
    }

private:
    struct Word : QString {
        Word(const char* text) : QString(QString::fromLatin1(text)) {}
        Word(QString text) : QString(std::move(text)) {}
    };

    [[nodiscard]] QString path(const Word& name) const { return m_folder.filePath(name); }
    static void run(const QList<Word>& words)
    {
        QStringList arguments;
        for (const Word& word : words) {
            arguments += word;
        }
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"), arguments);
        openssl.waitForFinished();
        if (openssl.exitCode() != 0) {
            qWarning("%s", openssl.readAllStandardError().constData());
        }
    }

    QTemporaryDir m_folder;
    int m_made = 0;
};

}  // namespace analemma::test
