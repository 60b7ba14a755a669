#pragma once

#include <QLocale>
#include <QStringList>

#include <memory>
#include <vector>

class QTranslator;

namespace analemma {

/// The language that the program speaks, the window and the reports: what the desktop asks for,
/// where there is a translation (resources/translations), else English. ANALEMMA_LANGUAGE=es
/// overrules the desktop, and `wanted` both. Made by app/ after the application and before the
/// first text; texts, and the default locale, stay as long as it lives. Main thread.
class Language {
public:
    explicit Language(const QString& wanted = {});
    ~Language();
    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;

    /// "es"; "en" where nothing else was found.
    [[nodiscard]] QString name() const { return m_name; }
    /// The languages that the program can speak, by name: en, es; those that were linked to it.
    static QStringList known();

private:
    void load(const QString& name);
    QString m_name;
    QLocale m_before;
    std::vector<std::unique_ptr<QTranslator>> m_translators;
};

}  // namespace analemma
