#include "core/ssh/src/waitingshell.h"

#include "core/ssh/src/markreader.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cctype>
#include <vector>

namespace analemma::ssh {
namespace {

constexpr qsizetype mostCommand = 4 * 1024;     ///< sh reads byte by byte
constexpr qsizetype mostGreeting = 128 * 1024;  ///< twice the environment

/// Runs beside the login shell, its parent: whether that is what SHELL says and would be found by
/// its bare name, which servers give it as its own, and whether it is at home, ignores no signal
/// but those that a server may have been started with (HUP, INT, QUIT), and has no file and no
/// child but this one; then how it was called, and its environment. bash as sh leaves a SHLVL
/// behind that bash alone takes for none.
constexpr char kSurvey[] =
    "[ /proc/$PPID/exe -ef \"$SHELL\" ] && "
    "[ \"$(command -v \"${SHELL##*/}\")\" -ef \"$SHELL\" ] && "
    "{ [ -z \"$BASH_VERSION\" ] || [ \"${SHELL##*/}\" = bash ]; } && "
    "eval \"[ . -ef ~$USER ]\" && grep -q \"^SigIgn:.0*[0-7]$\" /proc/$PPID/status && "
    "[ \"$(cat /proc/$PPID/task/$PPID/children)\" = \"$$ \" ] && "
    "set -- /proc/$PPID/fd/* && [ $# -eq 3 ] && "
    "cat /proc/$PPID/cmdline /proc/$PPID/environ";
/// What the login shell handed on.
constexpr char kPassed[] = "echo \"$anl_m\"; cat /proc/$$/environ; echo \"$anl_m\"; ";
/// Takes away what shells add, tells the rest, and waits for the mark with a count of lines and
/// for the lines. Once nobody listens any more, or its folder is another one, the command is not
/// begun. The default IFS ends with a line's end.
constexpr char kWait[] =
    "anl_d=$PWD; unset SHLVL PWD OLDPWD _; export -p; umask; pwd; command -v \"${SHELL##*/}\"; "
    "echo \"$anl_m\" >&2; echo \"$anl_m\"; "
    "IFS=\" \" read -r anl_k anl_n && [ \"$anl_k\" = \"$anl_m\" ] && IFS= read -r anl_c || exit; "
    "while [ \"$anl_n\" -gt 1 ]; do IFS= read -r anl_l || exit; "
    "anl_c=$anl_c${IFS#??}$anl_l; anl_n=$((anl_n-1)); done; "
    "[ . -ef \"$anl_d\" ] && echo \"$anl_m\" && exec \"${SHELL##*/}\" -c \"$anl_c\"";

bool isOwnOfShells(QByteArrayView name)
{
    return name == "SHLVL" || name == "PWD" || name == "OLDPWD" || name == "_";
}

/// A sh takes the others over and exports them again as they are.
bool isCarriedBySh(QByteArrayView name)
{
    static constexpr const char* special[] = {"IFS",
                                              "OPTIND",
                                              "LINENO",
                                              "PPID",
                                              "SHELLOPTS",
                                              "BASHOPTS",
                                              "BASH_ENV",
                                              "ENV",
                                              "TMOUT",
                                              "PS4",
                                              "POSIXLY_CORRECT",
                                              "UID",
                                              "EUID",
                                              "SSH_ORIGINAL_COMMAND"};
    const auto isOfName = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    return !name.isEmpty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::all_of(name.begin(), name.end(), isOfName) && !name.startsWith("anl_") &&
           std::none_of(std::begin(special), std::end(special),
                        [name](const char* known) { return name == known; });
}

std::vector<QByteArrayView> entriesOf(QByteArrayView environment)
{
    std::vector<QByteArrayView> entries;
    for (qsizetype at = 0; at < environment.size();) {
        const qsizetype end = environment.indexOf('\0', at);
        entries.push_back(environment.sliced(at, (end < 0 ? environment.size() : end) - at));
        at = end < 0 ? environment.size() : end + 1;
    }
    std::sort(entries.begin(), entries.end(), [](QByteArrayView a, QByteArrayView b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    });
    return entries;
}

QByteArrayView nameOf(QByteArrayView entry)
{
    const qsizetype at = entry.indexOf('=');
    return at < 0 ? QByteArrayView() : entry.first(at);
}

QByteArrayView valueOf(const std::vector<QByteArrayView>& entries, QByteArrayView name)
{
    for (const QByteArrayView entry : entries) {
        if (nameOf(entry) == name) {
            return entry.sliced(name.size() + 1);
        }
    }
    return {};
}

}  // namespace

/// What every shell reads alike in every locale. A bash takes a line's end for a part of a
/// character that was cut off before it, and would run the first line of the input as well; old
/// releases lose two control characters.
bool fitsWaitingShell(QByteArrayView command)
{
    const auto isPlain = [](char c) {
        return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
    };
    return !command.isEmpty() && command.size() <= mostCommand &&
           std::all_of(command.begin(), command.end(), isPlain);
}

bool handsOn(QByteArrayView given, QByteArrayView passed)
{
    const std::vector<QByteArrayView> before = entriesOf(given);
    std::vector<QByteArrayView> after = entriesOf(passed);
    std::erase_if(after, [](QByteArrayView entry) { return isOwnOfShells(nameOf(entry)); });
    const auto isPlain = [](QByteArrayView entry) { return isCarriedBySh(nameOf(entry)); };
    const auto haveOneName = [](QByteArrayView a, QByteArrayView b) {
        return nameOf(a) == nameOf(b);
    };
    return !before.empty() && before == after &&
           std::all_of(before.begin(), before.end(), isPlain) &&
           std::adjacent_find(before.begin(), before.end(), haveOneName) == before.end();
}

// ---- the greeting -------------------------------------------------------------------------------

WaitingGreeting::WaitingGreeting(QByteArray knownFacts)
    : m_known(std::move(knownFacts)), m_mark(MarkReader::freshMark())
{
}

/// No quote, backslash, exclamation mark or line's end in between: what stands between single
/// quotes is then the same for every shell. The mark is not in there whole, so a server that only
/// repeats this does not greet.
QByteArray WaitingGreeting::request() const
{
    const qsizetype half = m_mark.size() / 2;
    const QByteArray mark =
        "anl_m=" + m_mark.first(half) + "; anl_m=${anl_m}" + m_mark.sliced(half) + "; ";
    if (!isFirstOne()) {
        return "exec /bin/sh -c '" + mark + kWait + "'";
    }
    return QByteArray("/bin/sh -c '") + kSurvey + "'; exec /bin/sh -c '" + mark + kPassed + kWait +
           "'";
}

WaitingGreeting::State WaitingGreeting::feed(QByteArrayView bytes, bool isError)
{
    const QByteArray line = m_mark + '\n';
    (isError ? m_errors : m_output).append(bytes);
    if (m_isOver || m_output.size() > mostGreeting || !line.startsWith(m_errors)) {
        return State::Unfit;
    }
    return m_errors == line && m_output.endsWith(line) ? judge(line) : State::Coming;
}

WaitingGreeting::State WaitingGreeting::judge(const QByteArray& line)
{
    std::vector<QByteArrayView> parts;
    QByteArrayView rest = m_output;
    for (qsizetype at = rest.indexOf(line); at >= 0; at = rest.indexOf(line)) {
        parts.push_back(rest.first(at));
        rest = rest.sliced(at + line.size());
    }
    const std::size_t wanted = isFirstOne() ? 3 : 1;
    if (parts.size() < wanted) {
        return State::Coming;
    }
    m_facts = QCryptographicHash::hash(parts.back(), QCryptographicHash::Sha256);
    const bool isSame = isFirstOne() ? isBegun(parts.front(), parts[1]) : m_facts == m_known;
    const bool isFit = parts.size() == wanted && isSame;
    m_output.clear();
    m_isOver = true;
    return isFit ? State::Fit : State::Unfit;
}

/// The server called SHELL -c with what it was asked, as it does for a command, with nothing in
/// between.
bool WaitingGreeting::isBegun(QByteArrayView survey, QByteArrayView passed) const
{
    const QByteArray call = QByteArray("\0-c\0", 4) + request() + '\0';
    const qsizetype at = survey.indexOf(call);
    if (at <= 0) {
        return false;
    }
    const QByteArrayView name = survey.first(at);
    const QByteArrayView given = survey.sliced(at + call.size());
    const QByteArrayView shell = valueOf(entriesOf(given), "SHELL");
    return shell.sliced(shell.lastIndexOf('/') + 1) == name && handsOn(given, passed);
}

// ---- the command --------------------------------------------------------------------------------

QByteArray waitingOrder(const QByteArray& mark, const QByteArray& command)
{
    return mark + ' ' + QByteArray::number(command.count('\n') + 1) + '\n' + command + '\n';
}

QByteArray StartMark::feed(QByteArrayView output)
{
    const qsizetype from = std::max<qsizetype>(0, m_held.size() - m_mark.size());
    m_held.append(output);
    const qsizetype at = m_held.indexOf(m_mark, from);
    if (at < 0) {
        return {};
    }
    const QByteArray own = m_held.sliced(at + m_mark.size());
    m_mark.clear();
    m_held.clear();
    return own;
}

}  // namespace analemma::ssh
