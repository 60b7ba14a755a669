#pragma once

#include "core/git/merging.h"
#include "ui/repositories/repository_tab.h"

#include <QFrame>

namespace analemma::ui {

class AskPanel;
class Button;
class GitDesk;
class Text;

/// What is under way in a repository, with the ways on: seen over all its pages. Hidden while
/// nothing is.
class UnderWayBar : public QFrame {
    Q_OBJECT
public:
    explicit UnderWayBar(AskPanel* ask, QWidget* parent = nullptr);
    void setRepository(const RepositoryPointer& repository);
    void read();

Q_SIGNALS:
    void acted();
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);

private:
    void setState(const git::UnderWay& state);

    GitDesk* m_desk;
    RepositoryPointer m_repository;
    Text* m_text;
    Button* m_finish;
    Button* m_skip;
    Button* m_abort;
};

}  // namespace analemma::ui
