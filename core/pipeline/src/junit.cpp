#include "core/pipeline/pipeline.h"

#include "core/base/text.h"

#include <QXmlStreamReader>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr qint64 mostBytes = 64 * 1024 * 1024;
constexpr int mostCases = 100'000;
constexpr int mostNested = 32;
constexpr qsizetype mostMessage = 8 * 1024;

QString attribute(const QXmlStreamReader& xml, const QString& name)
{
    return xml.attributes().value(name).toString();
}

double secondsOf(QString text)
{
    bool ok = false;
    const double value = text.remove(u',').toDouble(&ok);
    return ok && std::isfinite(value) && value >= 0 && value < 1e9 ? value : 0;
}

/// The text of the current element up to its end, at most `mostMessage` characters.
QString boundedText(QXmlStreamReader& xml)
{
    QString text;
    int depth = 1;
    while (depth > 0 && !xml.atEnd()) {
        const QXmlStreamReader::TokenType token = xml.readNext();
        depth += token == QXmlStreamReader::StartElement ? 1
                 : token == QXmlStreamReader::EndElement ? -1
                                                         : 0;
        if (token == QXmlStreamReader::Characters && text.size() < mostMessage) {
            text.append(xml.text().left(mostMessage - text.size()));
        }
    }
    return text;
}

struct Reader {
    QXmlStreamReader xml;
    QList<TestCase> cases;
    QString problem;

    bool fits()
    {
        if (xml.tokenType() == QXmlStreamReader::DTD) {
            problem = u"a document type is not taken in test results"_s;
        } else if (cases.size() > mostCases) {
            problem = u"more than %1 test cases"_s.arg(mostCases);
        }
        return problem.isEmpty();
    }

    void readFault(TestCase& test, TestCase::Result result)
    {
        const QString said = attribute(xml, u"message"_s);
        const QString text = boundedText(xml).trimmed();
        const bool graver =
            test.result == TestCase::Result::Passed || result == TestCase::Result::Error;
        if (graver) {
            test.result = result;
            QString message = said.left(mostMessage);
            if (!text.isEmpty() && !text.contains(message)) {
                message += (message.isEmpty() ? QString() : u"\n"_s) + text;
            } else if (!text.isEmpty()) {
                message = text;
            }
            test.message = message.left(mostMessage);
        }
    }

    void readCase(const QString& suite, const QString& file)
    {
        TestCase test;
        const QString className = attribute(xml, u"classname"_s);
        test.suite = className.isEmpty() ? suite : className;
        test.name = attribute(xml, u"name"_s);
        const QString own = attribute(xml, u"file"_s);
        test.file = own.isEmpty() ? file : own;
        test.seconds = secondsOf(attribute(xml, u"time"_s));
        while (xml.readNextStartElement()) {
            if (xml.name() == u"failure"_s) {
                readFault(test, TestCase::Result::Failed);
            } else if (xml.name() == u"error"_s) {
                readFault(test, TestCase::Result::Error);
            } else if (xml.name() == u"skipped"_s) {
                readFault(test, TestCase::Result::Skipped);
            } else {
                boundedText(xml);
            }
        }
        cases.append(test);
    }

    void readSuite(int depth)
    {
        if (depth > mostNested) {
            problem = u"suites are nested more than %1 deep"_s.arg(mostNested);
            return;
        }
        const QString suite = attribute(xml, u"name"_s);
        const QString file = attribute(xml, u"file"_s);
        while (fits() && xml.readNextStartElement()) {
            if (xml.name() == u"testsuite"_s) {
                readSuite(depth + 1);
            } else if (xml.name() == u"testcase"_s) {
                readCase(suite, file);
            } else {
                boundedText(xml);
            }
        }
    }

    void readDocument()
    {
        while (!xml.atEnd() && !xml.isStartElement() && fits()) {
            xml.readNext();
        }
        if (!problem.isEmpty() || xml.hasError()) {
            return;
        }
        if (xml.name() != u"testsuites"_s && xml.name() != u"testsuite"_s) {
            problem = u"expected testsuites or testsuite, found %1"_s.arg(
                displayText(xml.name().toString(), 80));
            return;
        }
        readSuite(0);
        while (problem.isEmpty() && !xml.atEnd()) {
            xml.readNext();
        }
    }
};

}  // namespace

Result<QList<TestCase>> readJUnit(const QByteArray& bytes, const QString& fileName)
{
    const auto refuse = [&fileName](const QString& sentence) {
        return Error(ErrorKind::Invalid, displayText(fileName, 300) + u": "_s + sentence);
    };
    if (bytes.size() > mostBytes) {
        return refuse(u"test results of more than %1 are not read"_s.arg(sizeText(mostBytes)));
    }
    Reader reader;
    reader.xml.setEntityExpansionLimit(1);
    reader.xml.addData(bytes);
    reader.readDocument();
    if (!reader.problem.isEmpty()) {
        return Error(ErrorKind::Invalid, u"%1:%2:%3 %4"_s.arg(displayText(fileName, 300))
                                             .arg(reader.xml.lineNumber())
                                             .arg(reader.xml.columnNumber())
                                             .arg(reader.problem));
    }
    if (reader.xml.hasError()) {
        return Error(ErrorKind::Invalid, u"%1:%2:%3 %4"_s.arg(displayText(fileName, 300))
                                             .arg(reader.xml.lineNumber())
                                             .arg(reader.xml.columnNumber())
                                             .arg(reader.xml.errorString()));
    }
    return reader.cases;
}

}  // namespace analemma::pipeline
