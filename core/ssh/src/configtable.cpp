#include "core/ssh/src/configtable.h"

#include <algorithm>
#include <array>

namespace analemma::ssh {
namespace {

using Shape = ConfigKeyword::Shape;

constexpr const char* algorithms =
    "the built-in transport has a list of its own; the system's OpenSSH follows this one";
constexpr const char* onTerminal = "belongs to a terminal of ssh itself";
constexpr const char* kerberos = "Kerberos needs the system's OpenSSH";
constexpr const char* sharing = "connections are shared by the program itself";
constexpr const char* wider = "forwards listen on this machine alone; widen one by hand";
constexpr const char* withoutEffect = "without effect in OpenSSH 9.2 too";

/// Sorted by name.
constexpr std::array keywords = {
    ConfigKeyword{"addkeystoagent", Shape::Words, LineUse::Ignored,
                  "nothing is added to your agent"},
    ConfigKeyword{"addressfamily", Shape::Family, LineUse::Taken, "", false, true},
    ConfigKeyword{"batchmode", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"bindaddress", Shape::Word, LineUse::NeedsSystem,
                  "the source address is chosen by the system's OpenSSH", false, true},
    ConfigKeyword{"bindinterface", Shape::Word, LineUse::NeedsSystem,
                  "the interface is chosen by the system's OpenSSH", false, true},
    ConfigKeyword{"canonicaldomains", Shape::Words, LineUse::NeedsSystem,
                  "names are made canonical by the system's OpenSSH", false, true},
    ConfigKeyword{"canonicalizefallbacklocal", Shape::Any, LineUse::Ignored,
                  "belongs to CanonicalizeHostname"},
    ConfigKeyword{"canonicalizehostname", Shape::Word, LineUse::NeedsSystem,
                  "names are made canonical by the system's OpenSSH", false, true},
    ConfigKeyword{"canonicalizemaxdots", Shape::Any, LineUse::Ignored,
                  "belongs to CanonicalizeHostname"},
    ConfigKeyword{"canonicalizepermittedcnames", Shape::Any, LineUse::Ignored,
                  "belongs to CanonicalizeHostname"},
    ConfigKeyword{"casignaturealgorithms", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"certificatefile", Shape::Word, LineUse::NeedsSystem,
                  "certificates need the system's OpenSSH", true, true},
    ConfigKeyword{"challengeresponseauthentication", Shape::Flag, LineUse::Taken, ""},
    ConfigKeyword{"checkhostip", Shape::Flag, LineUse::Ignored, "host keys are recorded by name"},
    ConfigKeyword{"cipher", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"ciphers", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"clearallforwardings", Shape::Flag, LineUse::Ignored,
                  "forwards start only when you start them"},
    ConfigKeyword{"compression", Shape::Flag, LineUse::Ignored,
                  "not compressed: slower on today's networks", false, true},
    ConfigKeyword{"compressionlevel", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"connectionattempts", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"connecttimeout", Shape::Time, LineUse::Taken, ""},
    ConfigKeyword{"controlmaster", Shape::Word, LineUse::Ignored, sharing},
    ConfigKeyword{"controlpath", Shape::Word, LineUse::Ignored, sharing},
    ConfigKeyword{"controlpersist", Shape::Word, LineUse::Ignored, sharing},
    ConfigKeyword{"dynamicforward", Shape::Forward, LineUse::Taken, "", true},
    ConfigKeyword{"enableescapecommandline", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"enablesshkeysign", Shape::Flag, LineUse::Ignored, "belongs to host-based login"},
    ConfigKeyword{"escapechar", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"exitonforwardfailure", Shape::Flag, LineUse::Ignored,
                  "a forward that fails is shown"},
    ConfigKeyword{"fallbacktorsh", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"fingerprinthash", Shape::Word, LineUse::Ignored, "fingerprints are SHA-256"},
    ConfigKeyword{"forkafterauthentication", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"forwardagent", Shape::Word, LineUse::Ignored,
                  "agent forwarding stays off: anybody who is root there could use your keys; "
                  "prefer ProxyJump"},
    ConfigKeyword{"forwardx11", Shape::Flag, LineUse::Ignored, "no X11 is forwarded"},
    ConfigKeyword{"forwardx11timeout", Shape::Any, LineUse::Ignored, "no X11 is forwarded"},
    ConfigKeyword{"forwardx11trusted", Shape::Flag, LineUse::Ignored, "no X11 is forwarded"},
    ConfigKeyword{"gatewayports", Shape::Flag, LineUse::Ignored, wider},
    ConfigKeyword{"globalknownhostsfile", Shape::Words, LineUse::Taken, ""},
    ConfigKeyword{"gssapiauthentication", Shape::Flag, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"gssapiclientidentity", Shape::Word, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"gssapidelegatecredentials", Shape::Flag, LineUse::NeedsSystem, kerberos},
    ConfigKeyword{"gssapikexalgorithms", Shape::Word, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"gssapikeyexchange", Shape::Flag, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"gssapirenewalforcesrekey", Shape::Flag, LineUse::NeedsSystem, kerberos, false,
                  true},
    ConfigKeyword{"gssapiserveridentity", Shape::Word, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"gssapitrustdns", Shape::Flag, LineUse::NeedsSystem, kerberos, false, true},
    ConfigKeyword{"hashknownhosts", Shape::Flag, LineUse::Ignored,
                  "our own record is always hashed; yours is not written"},
    ConfigKeyword{"host", Shape::Host, LineUse::Taken, ""},
    ConfigKeyword{"hostbasedacceptedalgorithms", Shape::Word, LineUse::Ignored, algorithms, false,
                  true},
    ConfigKeyword{"hostbasedauthentication", Shape::Flag, LineUse::NeedsSystem,
                  "host-based login needs the system's OpenSSH", false, true},
    ConfigKeyword{"hostbasedkeytypes", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"hostkeyalgorithms", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"hostkeyalias", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"hostname", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"identitiesonly", Shape::Flag, LineUse::Taken, ""},
    ConfigKeyword{"identityagent", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"identityfile", Shape::Word, LineUse::Taken, "", true},
    ConfigKeyword{"ignoreunknown", Shape::Any, LineUse::Ignored, "unknown keywords never stop us"},
    ConfigKeyword{"include", Shape::Include, LineUse::Taken, ""},
    ConfigKeyword{"ipqos", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"kbdinteractiveauthentication", Shape::Flag, LineUse::Taken, ""},
    ConfigKeyword{"kbdinteractivedevices", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"kexalgorithms", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"knownhostscommand", Shape::Rest, LineUse::NeedsSystem,
                  "a program would be asked for host keys"},
    ConfigKeyword{"localcommand", Shape::Rest, LineUse::Ignored,
                  "nothing is run because of a configuration file"},
    ConfigKeyword{"localforward", Shape::Forward, LineUse::Taken, "", true},
    ConfigKeyword{"loglevel", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"logverbose", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"macs", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"match", Shape::Match, LineUse::Taken, ""},
    ConfigKeyword{"nohostauthenticationforlocalhost", Shape::Flag, LineUse::Ignored,
                  "the host key is always checked"},
    ConfigKeyword{"numberofpasswordprompts", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"passwordauthentication", Shape::Flag, LineUse::Taken, ""},
    ConfigKeyword{"permitlocalcommand", Shape::Flag, LineUse::Ignored,
                  "nothing is run because of a configuration file"},
    ConfigKeyword{"permitremoteopen", Shape::Words, LineUse::Ignored,
                  "belongs to a remote dynamic forward"},
    ConfigKeyword{"pkcs11provider", Shape::Word, LineUse::NeedsSystem,
                  "smart cards need the system's OpenSSH"},
    ConfigKeyword{"port", Shape::Port, LineUse::Taken, ""},
    ConfigKeyword{"preferredauthentications", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"protocol", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"proxycommand", Shape::Rest, LineUse::NeedsSystem,
                  "a program would be run to reach the host: the system's OpenSSH does that, once "
                  "you approve it"},
    ConfigKeyword{"proxyjump", Shape::Rest, LineUse::Taken, ""},
    ConfigKeyword{"proxyusefdpass", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"pubkeyacceptedalgorithms", Shape::Word, LineUse::Ignored, algorithms, false,
                  true},
    ConfigKeyword{"pubkeyacceptedkeytypes", Shape::Word, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"pubkeyauthentication", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"rekeylimit", Shape::Words, LineUse::Ignored, algorithms},
    ConfigKeyword{"remotecommand", Shape::Rest, LineUse::Ignored,
                  "nothing is run because of a configuration file; make it a snippet"},
    ConfigKeyword{"remoteforward", Shape::Forward, LineUse::Taken, "", true},
    ConfigKeyword{"requesttty", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"requiredrsasize", Shape::Number, LineUse::Ignored, algorithms, false, true},
    ConfigKeyword{"revokedhostkeys", Shape::Word, LineUse::NeedsSystem,
                  "a list of revoked keys is checked by the system's OpenSSH", false, true},
    ConfigKeyword{"rhostsrsaauthentication", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"rsaauthentication", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"securitykeyprovider", Shape::Word, LineUse::NeedsSystem,
                  "FIDO keys need the system's OpenSSH"},
    ConfigKeyword{"sendenv", Shape::Any, LineUse::Ignored,
                  "the environment stays here; set variables in a snippet"},
    ConfigKeyword{"serveralivecountmax", Shape::Number, LineUse::Taken, ""},
    ConfigKeyword{"serveraliveinterval", Shape::Time, LineUse::Taken, ""},
    ConfigKeyword{"sessiontype", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"setenv", Shape::Any, LineUse::Ignored,
                  "the environment stays here; set variables in a snippet"},
    ConfigKeyword{"smartcarddevice", Shape::Word, LineUse::NeedsSystem,
                  "smart cards need the system's OpenSSH"},
    ConfigKeyword{"stdinnull", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"streamlocalbindmask", Shape::Word, LineUse::Ignored, wider},
    ConfigKeyword{"streamlocalbindunlink", Shape::Flag, LineUse::Ignored, wider},
    ConfigKeyword{"stricthostkeychecking", Shape::Word, LineUse::Ignored,
                  "an unknown host key is always shown first, a changed one never passes"},
    ConfigKeyword{"syslogfacility", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"tcpkeepalive", Shape::Any, LineUse::Ignored, onTerminal},
    ConfigKeyword{"tunnel", Shape::Word, LineUse::NeedsSystem,
                  "network tunnels need the system's OpenSSH"},
    ConfigKeyword{"tunneldevice", Shape::Word, LineUse::Ignored, "belongs to Tunnel"},
    ConfigKeyword{"updatehostkeys", Shape::Word, LineUse::Ignored,
                  "host keys are recorded only when you say so"},
    ConfigKeyword{"useprivilegedport", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"user", Shape::Word, LineUse::Taken, ""},
    ConfigKeyword{"userknownhostsfile", Shape::Words, LineUse::Taken, ""},
    ConfigKeyword{"useroaming", Shape::Any, LineUse::Ignored, withoutEffect},
    ConfigKeyword{"verifyhostkeydns", Shape::Word, LineUse::Ignored,
                  "names in the DNS prove nothing here"},
    ConfigKeyword{"visualhostkey", Shape::Flag, LineUse::Ignored,
                  "the fingerprint is shown in groups"},
    ConfigKeyword{"xauthlocation", Shape::Word, LineUse::Ignored, "no X11 is forwarded"},
};

bool before(const ConfigKeyword& keyword, const QByteArray& name)
{
    return name.compare(keyword.name) > 0;
}

}  // namespace

const ConfigKeyword* configKeyword(const QByteArray& name)
{
    const QByteArray lower = name.toLower();
    const auto found = std::lower_bound(keywords.begin(), keywords.end(), lower, before);
    return found != keywords.end() && lower == found->name ? &*found : nullptr;
}

}  // namespace analemma::ssh
