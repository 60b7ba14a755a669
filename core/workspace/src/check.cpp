#include "core/workspace/src/check.h"

#include "core/base/text.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

class Checker {
public:
    Checker(Workspace& workspace, const Places& places, Problems* problems)
        : m_workspace(workspace), m_places(places), m_problems(problems)
    {
    }

    void run()
    {
        for (Pipeline& pipeline : m_workspace.pipelines) {
            resolve(pipeline.repository, u"pipelines."_s + pipeline.name + u".repository"_s,
                    u"repository"_s, m_workspace.repositories.keys(), pipeline.name);
        }
        for (ImageRecipe& image : m_workspace.images) {
            resolve(image.repository, u"images."_s + image.name + u".repository"_s, u"repository"_s,
                    m_workspace.repositories.keys(), image.name);
            checkFrom(image);
        }
        for (Environment& environment : m_workspace.environments) {
            const QString path = u"environments."_s + environment.name;
            resolve(environment.provider, path + u".provider"_s, u"provider"_s,
                    m_workspace.providers.keys(), QString());
            resolve(environment.image, path + u".image"_s, u"image"_s, m_workspace.images.keys(),
                    environment.name);
            checkStart(environment, path + u".image"_s);
        }
        for (ServiceCheck& one : m_workspace.checks) {
            if (!one.environment.isEmpty()) {
                resolve(one.environment, u"checks."_s + one.name + u".environment"_s,
                        u"environment"_s, m_workspace.environmentOrder, QString());
            }
        }
        checkAddresses();
    }

private:
    [[nodiscard]] Place placeOf(const QString& path) const
    {
        Place place = m_places.value(path);
        place.path = path;
        return place;
    }

    /// A name given must exist; a name left out is the only one there is, or the one of `namesake`.
    void resolve(QString& name, const QString& path, const QString& what, const QStringList& known,
                 const QString& namesake)
    {
        if (name.isEmpty()) {
            if (known.size() == 1) {
                name = known.constFirst();
            } else if (known.contains(namesake)) {
                name = namesake;
            } else {
                const QString choice = known.isEmpty() ? u"there is none in this file"_s
                                                       : u"one of "_s + listed(known);
                m_problems->add(
                    placeOf(path),
                    u"expected the name of the %1 (%2), got nothing"_s.arg(what, choice));
            }
        } else if (!known.contains(name)) {
            m_problems->add(placeOf(path),
                            u"there is no %1 \"%2\""_s.arg(what, displayText(name, 60)) +
                                suggestion(name, known));
        }
    }

    void checkFrom(const ImageRecipe& image)
    {
        const QString path = u"images."_s + image.name + u".from"_s;
        if (image.name == u"base") {
            m_problems->add(
                placeOf(u"images.base"_s),
                u"\"base\" is the image that every provider has; choose another name"_s);
            return;
        }
        if (image.from != u"base" && !m_workspace.images.contains(image.from)) {
            m_problems->add(placeOf(path),
                            u"there is no image \"%1\""_s.arg(displayText(image.from, 60)) +
                                suggestion(image.from, m_workspace.images.keys() << u"base"_s));
            return;
        }
        QStringList chain = {image.name};
        for (QString at = image.from; m_workspace.images.contains(at) && at != u"base";
             at = m_workspace.images[at].from) {
            chain += at;
            if (at == image.name) {
                m_problems->add(placeOf(path),
                                u"the images are made from each other in a circle: "_s +
                                    chain.join(u" from "_s));
                return;
            }
            if (chain.size() > m_workspace.images.size()) {
                return;  // it leads into a circle of others, which is told there
            }
        }
    }

    /// What an environment runs must have a service, its own or inherited.
    void checkStart(const Environment& environment, const QString& path)
    {
        QSet<QString> seen;
        QString at = environment.image;
        while (m_workspace.images.contains(at) && !seen.contains(at)) {
            const ImageRecipe& image = m_workspace.images[at];
            if (!image.start.isEmpty()) {
                return;
            }
            seen.insert(at);
            at = image.from;
        }
        if (at == u"base" && !seen.isEmpty()) {
            m_problems->add(placeOf(path),
                            u"the image \"%1\" has no start script, so its servers would "
                            u"run no service; set images.%1.start"_s.arg(environment.image));
        }
    }

    void checkAddresses()
    {
        QHash<QString, QString> users;
        for (const QString& name : std::as_const(m_workspace.environmentOrder)) {
            const BalancerSpec& balancer = m_workspace.environments[name].balancer;
            if (!balancer.wanted || balancer.address.isEmpty()) {
                continue;
            }
            const QString address = balancer.address + u':' + QString::number(balancer.port);
            if (users.contains(address)) {
                m_problems->add(
                    placeOf(u"environments."_s + name + u".balancer.address"_s),
                    u"%1 is already the balancer of \"%2\""_s.arg(address, users[address]));
            }
            users.insert(address, name);
        }
    }

    Workspace& m_workspace;
    const Places& m_places;
    Problems* m_problems;
};

}  // namespace

void check(Workspace& workspace, const Places& places, Problems* problems)
{
    Checker(workspace, places, problems).run();
}

}  // namespace analemma::workspace
