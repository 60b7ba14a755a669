#include "core/ssh/src/keystore.h"

#include "core/ssh/src/sshbytes.h"

#include <QDateTime>
#include <QFileInfo>

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr int kAttempts = 3;

QString stampOf(const QString& path)
{
    const QFileInfo info(path);
    return info.lastModified().toString(Qt::ISODateWithMs) + u'/' + QString::number(info.size());
}

QByteArray signatureBlob(const QByteArray& algorithm, const QByteArray& signature)
{
    WireWriter writer;
    writer.string(algorithm);
    writer.string(signature);
    return writer.take();
}

class FileSigner final : public Signer {
public:
    FileSigner(std::shared_ptr<KeyStore> store, QString path, QString target,
               std::shared_ptr<Asking> asking, QByteArray publicKey)
        : m_store(std::move(store)),
          m_path(std::move(path)),
          m_target(std::move(target)),
          m_asking(std::move(asking)),
          m_publicKey(std::move(publicKey))
    {
    }
    [[nodiscard]] QByteArray publicKey() const override { return m_publicKey; }
    [[nodiscard]] QString name() const override { return m_path; }
    void sign(QByteArray data, QByteArray algorithm, Done done) override
    {
        m_store->unlock(m_path, m_target, m_asking,
                        [data = std::move(data), algorithm = std::move(algorithm),
                         done = std::move(done), path = m_path](const Result<KeyStore::Key>& key) {
                            if (!key) {
                                done(key.error());
                                return;
                            }
                            const QByteArray made = (*key)->sign(data);
                            if (made.isEmpty()) {
                                done(Error(ErrorKind::Auth, u"the key %1 cannot sign"_s.arg(path)));
                                return;
                            }
                            done(signatureBlob(algorithm, made));
                        });
    }

private:
    const std::shared_ptr<KeyStore> m_store;
    const QString m_path;
    const QString m_target;
    const std::shared_ptr<Asking> m_asking;
    const QByteArray m_publicKey;
};

}  // namespace

Result<std::shared_ptr<Signer>> KeyStore::signer(const QString& path, const QString& target,
                                                 const std::shared_ptr<Asking>& asking)
{
    Result<KeyFile> file = readKeyFile(path, {});
    if (!file) {
        return file.error();
    }
    {
        const std::scoped_lock lock(m_mutex);
        Entry& entry = m_entries[path];
        if (file->key) {
            entry.stamp = stampOf(path);
            entry.key = file->key;
        } else if (entry.key && entry.stamp == stampOf(path)) {
            file->publicKey = entry.key->publicKey();
        }
    }
    return std::shared_ptr<Signer>(
        std::make_shared<FileSigner>(shared_from_this(), path, target, asking, file->publicKey));
}

void KeyStore::unlock(const QString& path, const QString& target,
                      const std::shared_ptr<Asking>& asking, Done done)
{
    Key known;
    {
        const std::scoped_lock lock(m_mutex);
        Entry& entry = m_entries[path];
        if (entry.key && entry.stamp == stampOf(path)) {
            known = entry.key;
        } else {
            entry.waiting.push_back(std::move(done));
            if (entry.waiting.size() > 1) {
                return;  // it is being asked for
            }
        }
    }
    if (known) {
        done(known);
    } else if (asking->canAsk()) {
        ask(path, target, asking, 1);
    } else {
        finish(path, passphraseNeeded(path));
    }
}

void KeyStore::ask(const QString& path, const QString& target,
                   const std::shared_ptr<Asking>& asking, int attempt)
{
    Question question;
    question.kind = Question::Kind::Passphrase;
    question.target = target;
    question.subject = path;
    question.attempt = attempt;
    question.prompts.push_back({u"Passphrase of the key %1"_s.arg(path), false});
    const auto self = shared_from_this();
    asking->ask(question, [=](const Result<std::vector<Secret>>& answers) {
        if (!answers || answers->empty()) {
            self->finish(path, answers ? cancelledError() : answers.error());
            return;
        }
        detail::startOnWorker([=, passphrase = answers->front()] {
            const Result<KeyFile> file = readKeyFile(path, passphrase);
            const bool wrong = file && !file->key;
            if (wrong && attempt < kAttempts) {
                self->ask(path, target, asking, attempt + 1);
            } else if (wrong) {
                self->finish(path, Error(ErrorKind::Auth,
                                         u"the passphrase does not open the key %1"_s.arg(path)));
            } else if (file) {
                self->finish(path, file->key);
            } else {
                self->finish(path, file.error());
            }
        });
    });
}

void KeyStore::finish(const QString& path, const Result<Key>& result)
{
    std::vector<Done> waiting;
    {
        const std::scoped_lock lock(m_mutex);
        Entry& entry = m_entries[path];
        waiting.swap(entry.waiting);
        if (result) {
            entry.key = *result;
            entry.stamp = stampOf(path);
        }
    }
    for (const Done& done : waiting) {
        done(result);
    }
}

}  // namespace analemma::ssh
