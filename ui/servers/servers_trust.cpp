#include "core/base/text.h"
#include "ui/console/console_area.h"
#include "ui/console/host_key_panel.h"
#include "ui/servers/servers_panel.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace analemma::ui {

/// The key is looked at anew, without a login: what the error told may be old.
void ServersPanel::showHostKey(ConsolePage* page)
{
    if (context().hosts == nullptr) {
        return;
    }
    const QPointer<ConsolePage> shown(page);
    const ssh::Asker asker = [shown](const ssh::Question& question, const ssh::Answer& answer) {
        if (shown != nullptr) {
            shown->askFor(question, answer);  // of a jump host on the way
        } else {
            answer(cancelledError());
        }
    };
    page->tell(tr("Looking at the host key…"), Token::Quiet);
    then(context().hosts->offeredKey(page->target().server, CancelToken(), asker), this,
         [this, shown](const Result<operate::HostKeyView>& view) {
             if (shown == nullptr) {
                 return;
             }
             if (!view) {
                 shown->tell(displayText(sentences(view.error()), 400), Token::Failed);
                 return;
             }
             shown->tell({}, Token::Quiet);
             const auto* panel = shown->showHostKey(*view);
             connect(panel, &HostKeyPanel::trusted, this,
                     [this, shown, view = *view](bool replacing) {
                         trustHostKey(shown, view, replacing);
                     });
         });
}

void ServersPanel::trustHostKey(ConsolePage* page, const operate::HostKeyView& view, bool replacing)
{
    const QPointer<ConsolePage> shown(page);
    then(context().hosts->trust(view, replacing), this, [shown](const Result<void>& trusted) {
        if (shown == nullptr) {
            return;
        }
        if (trusted) {
            shown->connectNow();
        } else {
            shown->tell(displayText(sentences(trusted.error()), 400), Token::Failed);
        }
    });
}

}  // namespace analemma::ui
