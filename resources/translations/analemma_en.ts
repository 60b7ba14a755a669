<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Fleet</name>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n server</numerusform>
            <numerusform>%n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n servers said nothing</source>
        <translation>
            <numerusform>%n server said nothing</numerusform>
            <numerusform>%n servers said nothing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n servers did not say</source>
        <translation>
            <numerusform>%n server did not say</numerusform>
            <numerusform>%n servers did not say</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n servers said the same</source>
        <translation>
            <numerusform>%n server said this</numerusform>
            <numerusform>%n servers said the same</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Lifecycle</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in review</source>
        <translation>
            <numerusform>%n in review</numerusform>
            <numerusform>%n in review</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s) fire</source>
        <translation>
            <numerusform>%n alert fires</numerusform>
            <numerusform>%n alerts fire</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message numerus="yes">
        <source>%n files were there and stayed</source>
        <translation>
            <numerusform>%n file was there and stayed</numerusform>
            <numerusform>%n files were there and stayed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries were left out:</source>
        <translation>
            <numerusform>%n entry was left out:</numerusform>
            <numerusform>%n entries were left out:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n y</source>
        <translation>
            <numerusform>%n y</numerusform>
            <numerusform>%n y</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::AlertsPanel</name>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n open</numerusform>
            <numerusform>%n open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::BoardView</name>
    <message numerus="yes">
        <source>%n changes</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::BranchesPage</name>
    <message numerus="yes">
        <source>%n branches and tags</source>
        <translation>
            <numerusform>%n branch or tag</numerusform>
            <numerusform>%n branches and tags</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChangesPage</name>
    <message numerus="yes">
        <source>%1, %n change(s)</source>
        <translation>
            <numerusform>%1, %n change</numerusform>
            <numerusform>%1, %n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discarded changes of %n files.</source>
        <translation>
            <numerusform>Discarded changes of %n file.</numerusform>
            <numerusform>Discarded changes of %n files.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommitBox</name>
    <message numerus="yes">
        <source>%n character(s) in the subject</source>
        <translation>
            <numerusform>%n character in the subject</numerusform>
            <numerusform>%n characters in the subject</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommitPage</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ComparePage</name>
    <message numerus="yes">
        <source>%n commit(s) more</source>
        <translation>
            <numerusform>%n commit more</numerusform>
            <numerusform>%n commits more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fewer</source>
        <translation>
            <numerusform>%n fewer</numerusform>
            <numerusform>%n fewer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::DataTable</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::EditStrip</name>
    <message numerus="yes">
        <source>%1: %n saves written back</source>
        <translation>
            <numerusform>%1: %n save written back</numerusform>
            <numerusform>%1: %n saves written back</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::EnvironmentCard</name>
    <message numerus="yes">
        <source>%n servers wanted</source>
        <translation>
            <numerusform>%n server wanted</numerusform>
            <numerusform>%n servers wanted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::EnvironmentsPanel</name>
    <message numerus="yes">
        <source>%n approvals missing</source>
        <translation>
            <numerusform>%n approval missing</numerusform>
            <numerusform>%n approvals missing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n environments</source>
        <translation>
            <numerusform>%n environment</numerusform>
            <numerusform>%n environments</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::FiguresPage</name>
    <message numerus="yes">
        <source>%n deployment(s) went live</source>
        <translation>
            <numerusform>%n deployment went live</numerusform>
            <numerusform>%n deployments went live</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) reached users</source>
        <translation>
            <numerusform>%n commit reached users</numerusform>
            <numerusform>%n commits reached users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 deployments failed</source>
        <translation>
            <numerusform>%n of %1 deployments failed</numerusform>
            <numerusform>%n of %1 deployments failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed deployment(s) taken back or mended</source>
        <translation>
            <numerusform>%n failed deployment taken back or mended</numerusform>
            <numerusform>%n failed deployments taken back or mended</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 deployments mended a failed one</source>
        <translation>
            <numerusform>%n of %1 deployments mended a failed one</numerusform>
            <numerusform>%n of %1 deployments mended a failed one</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::FilePane</name>
    <message numerus="yes">
        <source>%n names that no file can have were left out</source>
        <translation>
            <numerusform>%n name that no file can have was left out</numerusform>
            <numerusform>%n names that no file can have were left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n hidden</source>
        <translation>
            <numerusform>, %n hidden</numerusform>
            <numerusform>, %n hidden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; %n selected</source>
        <translation>
            <numerusform>; %n selected</numerusform>
            <numerusform>; %n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::FilesPage</name>
    <message numerus="yes">
        <source>Delete %n entries of %1? A server has no trash: they are gone.</source>
        <translation>
            <numerusform>Delete %n entry of %1? A server has no trash: it is gone.</numerusform>
            <numerusform>Delete %n entries of %1? A server has no trash: they are gone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries were deleted</source>
        <translation>
            <numerusform>%n entry was deleted</numerusform>
            <numerusform>%n entries were deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries are in the trash now</source>
        <translation>
            <numerusform>%n entry is in the trash now</numerusform>
            <numerusform>%n entries are in the trash now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were refused; the first</source>
        <translation>
            <numerusform>%n was refused</numerusform>
            <numerusform>%n were refused; the first</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n entries were left out; the row tells which</source>
        <translation>
            <numerusform>%1: %n entry was left out; the row tells which</numerusform>
            <numerusform>%1: %n entries were left out; the row tells which</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::FleetSetup</name>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n server</numerusform>
            <numerusform>%n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them of production</source>
        <translation>
            <numerusform>%n of them of production</numerusform>
            <numerusform>%n of them of production</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::GitDesk</name>
    <message numerus="yes">
        <source>Stopped: %n file(s) are in conflict. Resolve them under Changes, or abort.</source>
        <translation>
            <numerusform>Stopped: %n file is in conflict. Resolve it under Changes, or abort.</numerusform>
            <numerusform>Stopped: %n files are in conflict. Resolve them under Changes, or abort.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be in conflict:</source>
        <translation>
            <numerusform>%n file will be in conflict:</numerusform>
            <numerusform>%n files will be in conflict:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) are made anew, oldest first:</source>
        <translation>
            <numerusform>%n commit is made anew:</numerusform>
            <numerusform>%n commits are made anew, oldest first:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) are left out: merges, and what is there already.</source>
        <translation>
            <numerusform>%n commit is left out: a merge, or what is there already.</numerusform>
            <numerusform>%n commits are left out: merges, and what is there already.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::HistoryPage</name>
    <message numerus="yes">
        <source>%n found…</source>
        <translation>
            <numerusform>%n found…</numerusform>
            <numerusform>%n found…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %n</source>
        <translation>
            <numerusform>the first %n</numerusform>
            <numerusform>the first %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::HistoryView</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::HostPage</name>
    <message numerus="yes">
        <source>%n unit(s) failed</source>
        <translation>
            <numerusform>%n unit failed</numerusform>
            <numerusform>%n units failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::IncidentPage</name>
    <message numerus="yes">
        <source>%n kept charts</source>
        <translation>
            <numerusform>%n kept chart</numerusform>
            <numerusform>%n kept charts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::IndexOffer</name>
    <message numerus="yes">
        <source>This history of %n commits has no index file, so it comes slowly.</source>
        <translation>
            <numerusform>This history of %n commit has no index file, so it comes slowly.</numerusform>
            <numerusform>This history of %n commits has no index file, so it comes slowly.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The index file of this history lacks %n commits, so it comes slowly.</source>
        <translation>
            <numerusform>The index file of this history lacks %n commit, so it comes slowly.</numerusform>
            <numerusform>The index file of this history lacks %n commits, so it comes slowly.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The index file holds %n commits: this history comes at once now.</source>
        <translation>
            <numerusform>The index file holds %n commit: this history comes at once now.</numerusform>
            <numerusform>The index file holds %n commits: this history comes at once now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::KeyChangePage</name>
    <message numerus="yes">
        <source>%n servers chosen</source>
        <translation>
            <numerusform>%n server chosen</numerusform>
            <numerusform>%n servers chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::KeysPage</name>
    <message numerus="yes">
        <source>The agent holds %n of them.</source>
        <translation>
            <numerusform>The agent holds %n of them.</numerusform>
            <numerusform>The agent holds %n of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::LogPage</name>
    <message numerus="yes">
        <source>Logs of %n server(s)</source>
        <translation>
            <numerusform>Logs of %n server</numerusform>
            <numerusform>Logs of %n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) came too fast and are left out</source>
        <translation>
            <numerusform>%n line came too fast and is left out</numerusform>
            <numerusform>%n lines came too fast and are left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::MonitoringPanel</name>
    <message numerus="yes">
        <source>%n server(s)</source>
        <translation>
            <numerusform>%n server</numerusform>
            <numerusform>%n servers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::PastHealthReader</name>
    <message numerus="yes">
        <source>%1 of %n check(s) passed</source>
        <translation>
            <numerusform>%1 of %n check passed</numerusform>
            <numerusform>%1 of %n checks passed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::PipelinesPanel</name>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ProcessPage</name>
    <message numerus="yes">
        <source>%n process(es)</source>
        <translation>
            <numerusform>%n process</numerusform>
            <numerusform>%n processes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::RailItem</name>
    <message numerus="yes">
        <source>%n need attention</source>
        <translation>
            <numerusform>%n needs attention</numerusform>
            <numerusform>%n need attention</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReleasesPanel</name>
    <message numerus="yes">
        <source>%n releases</source>
        <translation>
            <numerusform>%n release</numerusform>
            <numerusform>%n releases</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::RemoteDesk</name>
    <message numerus="yes">
        <source>%n branches and tags moved.</source>
        <translation>
            <numerusform>%n branch or tag moved.</numerusform>
            <numerusform>%n branches and tags moved.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 moved forward by %n commit(s).</source>
        <translation>
            <numerusform>%1 moved forward by %n commit.</numerusform>
            <numerusform>%1 moved forward by %n commits.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::RepositoryWall</name>
    <message numerus="yes">
        <source>%n in conflict</source>
        <translation>
            <numerusform>%n in conflict</numerusform>
            <numerusform>%n in conflict</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ahead</source>
        <translation>
            <numerusform>%n ahead</numerusform>
            <numerusform>%n ahead</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n behind</source>
        <translation>
            <numerusform>%n behind</numerusform>
            <numerusform>%n behind</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n repositories</source>
        <translation>
            <numerusform>%n repository</numerusform>
            <numerusform>%n repositories</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReviewsPage</name>
    <message numerus="yes">
        <source>%n reviews wait</source>
        <translation>
            <numerusform>%n review waits</numerusform>
            <numerusform>%n reviews wait</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ServersPanel</name>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n server</numerusform>
            <numerusform>%n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfers of last time are paused.</source>
        <translation>
            <numerusform>%n transfer of last time is paused.</numerusform>
            <numerusform>%n transfers of last time are paused.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::SnapshotsPanel</name>
    <message numerus="yes">
        <source>%n images</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::StashDesk</name>
    <message numerus="yes">
        <source>Stash %n chosen file(s)</source>
        <translation>
            <numerusform>Stash %n chosen file</numerusform>
            <numerusform>Stash %n chosen files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::StashesPage</name>
    <message numerus="yes">
        <source>%n stashed</source>
        <translation>
            <numerusform>%n stashed</numerusform>
            <numerusform>%n stashed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::StatusIcon</name>
    <message numerus="yes">
        <source>Analemma: %n alerts</source>
        <translation>
            <numerusform>Analemma: %n alert</numerusform>
            <numerusform>Analemma: %n alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::StoreLine</name>
    <message numerus="yes">
        <source>Prometheus refused %n samples: it does not take what is older than what it has.</source>
        <translation>
            <numerusform>Prometheus refused %n sample: it does not take what is older than what it has.</numerusform>
            <numerusform>Prometheus refused %n samples: it does not take what is older than what it has.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::TopBar</name>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alerts</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n open alerts</source>
        <translation>
            <numerusform>%n open alert</numerusform>
            <numerusform>%n open alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n operations that failed or whose outcome is unknown   Ctrl+J</source>
        <translation>
            <numerusform>%n operation that failed or whose outcome is unknown   Ctrl+J</numerusform>
            <numerusform>%n operations that failed or whose outcome is unknown   Ctrl+J</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::UnderWayBar</name>
    <message numerus="yes">
        <source>%n file(s) in conflict</source>
        <translation>
            <numerusform>%n file in conflict</numerusform>
            <numerusform>%n files in conflict</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::WallDesk</name>
    <message numerus="yes">
        <source>%n repositories are out of the workspace; their folders are as they were.</source>
        <translation>
            <numerusform>%n repository is out of the workspace; its folder is as it was.</numerusform>
            <numerusform>%n repositories are out of the workspace; their folders are as they were.</numerusform>
        </translation>
    </message>
</context>
</TS>
