#pragma once

#include <QStringList>

#include <memory>
#include <vector>

class QTranslator;

namespace analemma::ui {

/// The language that the window speaks: what the desktop asks for, where there is a translation
/// (resources/translations), else English. ANALEMMA_LANGUAGE=es overrules the desktop, and
/// `wanted` both. Made by app/ after the application and before the first text; texts stay as long
/// as it lives. Main thread.
class Language {
public:
    explicit Language(const QString& wanted = {});
    ~Language();
    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;

    /// "es"; "en" where nothing else was found.
    [[nodiscard]] QString name() const { return m_name; }
    /// The languages that the window can speak, by name: en, es.
    static QStringList known();

private:
    void load(const QString& name);
    QString m_name;
    std::vector<std::unique_ptr<QTranslator>> m_translators;
};

}  // namespace analemma::ui
