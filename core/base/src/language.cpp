#include "core/base/language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QTranslator>

using namespace Qt::StringLiterals;

namespace analemma {

namespace {

const QString languageFolder = u":/analemma/translations"_s;
const QString languagePrefix = u"analemma_"_s;

/// What is asked for, best first: "es-AR", "es".
QStringList askedFor(const QString& wanted)
{
    const QString forced = qEnvironmentVariable("ANALEMMA_LANGUAGE");
    if (!wanted.isEmpty()) {
        return {wanted};
    }
    return forced.isEmpty() ? QLocale::system().uiLanguages() : QStringList{forced};
}

}  // namespace

Language::Language(const QString& wanted) : m_name(u"en"_s)
{
    const QStringList languages = known();
    for (const QString& asked : askedFor(wanted)) {
        const QString name = asked.section(u'-', 0, 0).section(u'_', 0, 0).toLower();
        if (languages.contains(name)) {
            m_name = name;
            break;
        }
    }
    load(m_name);
    if (const QLocale own(m_name); QLocale().language() != own.language()) {
        QLocale::setDefault(own);  // dates as well
    }
}

Language::~Language()
{
    QLocale::setDefault(m_before);
}

QStringList Language::known()
{
    QStringList names;
    for (const QString& file : QDir(languageFolder).entryList({languagePrefix + u"*.qm"_s})) {
        names.append(file.chopped(3).mid(languagePrefix.size()));
    }
    return names;
}

void Language::load(const QString& name)
{
    // The dialogs of Qt first: what is installed last is asked first.
    const QString toolkit = QLibraryInfo::path(QLibraryInfo::TranslationsPath);
    for (const auto& [file, where] : {std::pair(u"qtbase_"_s + name, toolkit),
                                      std::pair(languagePrefix + name, languageFolder)}) {
        auto translator = std::make_unique<QTranslator>();
        if (translator->load(file, where) &&
            QCoreApplication::installTranslator(translator.get())) {
            m_translators.push_back(std::move(translator));
        }
    }
}

}  // namespace analemma
