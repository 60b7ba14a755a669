#pragma once

#include "core/ssh/config.h"

#include <QByteArray>

/// The %-tokens and ${NAME} of ssh_config(5), TOKENS. Pure.
namespace analemma::ssh {

bool isAddress(const QString& text);

/// HostName takes %h and %% alone. An unknown token leaves the text as it is: it is no host name.
QByteArray expandHostName(const QByteArray& text, const QByteArray& alias);

class ConfigTokens {
public:
    /// `host` has its names and port by now.
    ConfigTokens(const ConfigPlaces& places, const HostConfig& host);
    /// A path with "~/", %-tokens and ${NAME}; Invalid for an unknown token or an unset name.
    [[nodiscard]] Result<QString> path(const QByteArray& text) const;
    /// IdentityAgent: "none", "SSH_AUTH_SOCK", "$NAME" or a path; empty when nothing is said.
    [[nodiscard]] QString agent(const QByteArray& text) const;

private:
    [[nodiscard]] Result<QString> token(QChar which) const;
    [[nodiscard]] QString variable(const QString& name) const;
    const ConfigPlaces& m_places;
    const HostConfig& m_host;
};

}  // namespace analemma::ssh
