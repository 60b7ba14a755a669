#include "tests/ui/file_pane_parts.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::operate;
using namespace analemma::test;
using namespace analemma::ui;

class TestFilePane : public FilePaneFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_sshd.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_folder->filePath(u"data"_s).toLocal8Bit());
        m_client = std::make_unique<ssh::Client>();
        m_target = m_sshd.target();
        m_opened.clear();
        QDir(m_folder->path()).mkpath(u"data"_s);
        QDir(m_folder->path()).mkpath(u"here"_s);
        QDir(m_folder->path()).mkpath(u"there"_s);
    }
    void cleanup()
    {
        m_page.reset();
        QTest::qWait(1);
        m_stage.reset();
        m_client.reset();
        m_kept.reset();
        m_store.reset();
        m_folder.reset();
    }

    // ---- going about ----------------------------------------------------------------------------

    void bothSidesShowTheirFolders()
    {
        write(u"here/local.txt"_s, "local");
        write(u"there/remote.txt"_s, "remote");
        write(u"there/bi\u202Edi"_s, "x");
        openPage();
        QCOMPARE(rows(left()), QStringList{u"local.txt"_s});
        QCOMPARE(rows(right()), (QStringList{u"bi⟨U+202E⟩di"_s, u"remote.txt"_s}));
        QCOMPARE(cell(right(), 1, FileColumn::Size), u"6 B"_s);
        QCOMPARE(cell(right(), 1, FileColumn::Mode).left(4), u"-rw-"_s);
        QCOMPARE(cell(right(), 1, FileColumn::Owner).section(u':', 0, 0), PrivateSshd::user());
    }
    void enterBackspaceAndTab()
    {
        write(u"there/inner/deep/file"_s, "x");
        write(u"there/second/file"_s, "x");
        openPage();
        focus(right());
        select(right(), "inner");
        press(Qt::Key_Return);
        QTRY_COMPARE(right()->folder().path, path(u"there/inner"_s));
        QTRY_COMPARE(rows(right()), QStringList{u"deep"_s});
        press(Qt::Key_Backspace);
        QTRY_COMPARE(right()->folder().path, path(u"there"_s));
        QTRY_COMPARE(right()->table()->currentId(), u"inner"_s);
        press(Qt::Key_Tab);
        QCOMPARE(m_page->active(), left());
        QVERIFY(left()->isAncestorOf(QApplication::focusWidget()));  // it is empty
        press(Qt::Key_Tab);
        QCOMPARE(m_page->active(), right());
    }
    void thePathCanBeTypedAndPressed()
    {
        write(u"there/inner/file"_s, "x");
        openPage();
        focus(right());
        press(Qt::Key_L, Qt::ControlModifier);
        auto* field = m_page->findChild<QLineEdit*>(u"files-right-path-field"_s);
        QVERIFY(field->isVisible());
        made::type(field, QString::fromUtf8(path(u"there/inner"_s)));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(rows(right()), QStringList{u"file"_s});
        const QList<Button*> crumbs = right()->pathBar()->findChildren<Button*>();
        Button* above = nullptr;
        for (Button* one : crumbs) {
            above = one->text() == u"there"_s ? one : above;
        }
        QVERIFY(above != nullptr);
        click(above);
        QTRY_COMPARE(rows(right()), QStringList{u"inner"_s});
        // A folder that is not there: the old rows stay, and it is told.
        right()->go(u"web-1"_s, "/no/such/folder");
        QTRY_VERIFY(note(right())->text().contains(u"no such file"_s));
        QCOMPARE(rows(right()), QStringList{u"inner"_s});
        QVERIFY(button(m_page.get(), u"files-again-right"_s)->isVisible());
    }
    void filterAndHidden()
    {
        write(u"there/.hidden"_s, "x");
        write(u"there/apple"_s, "x");
        write(u"there/pear"_s, "x");
        openPage();
        focus(right());
        QCOMPARE(rows(right()), (QStringList{u"apple"_s, u"pear"_s}));
        press(Qt::Key_H, Qt::ControlModifier);
        QCOMPARE(rows(right()), (QStringList{u".hidden"_s, u"apple"_s, u"pear"_s}));
        press(Qt::Key_H, Qt::ControlModifier);
        QTest::keyClicks(right()->table()->view(), u"pe"_s);
        QCOMPARE(rows(right()), QStringList{u"pear"_s});
        right()->table()->setFilterText({});
        // A click on the size column sorts by size.
        write(u"there/apple"_s, "longer");
        right()->reload();
        QTRY_COMPARE(cell(right(), 0, FileColumn::Size), u"6 B"_s);
        QHeaderView* header = right()->table()->view()->horizontalHeader();
        const QPoint at(header->sectionViewportPosition(1) + 8, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        QTRY_COMPARE(rows(right()), (QStringList{u"pear"_s, u"apple"_s}));
    }
    void theBoxChangesTheSide()
    {
        openPage();
        auto* box = right()->box();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Up);  // to this machine
        Q_EMIT box->activated(0);
        QTRY_VERIFY(right()->folder().isLocal());
        QVERIFY(!right()->isProduction());
    }
    void productionIsFramed()
    {
        openPage(true);
        const auto* word = m_page->findChild<QLabel*>(u"files-word-right"_s);
        QVERIFY(word->isVisible());
        QCOMPARE(word->text(), u"PRODUCTION"_s);
        QVERIFY(!m_page->findChild<QLabel*>(u"files-word-left"_s)->isVisible());
        const QImage picture = right()->grab().toImage();
        const QColor edge(picture.pixel(picture.width() / 2, 1));
        QCOMPARE(edge, colour(Token::Production));
    }
    void aLostServerIsToldAndFoundAgain()
    {
        write(u"there/file"_s, "x");
        openPage();
        for (const qint64 pid : processTree(m_sshd.pid()).mid(1)) {
            ::kill(pid_t(pid), SIGKILL);
        }
        QTest::qWait(100);
        focus(right());
        press(Qt::Key_R, Qt::ControlModifier);
        QTRY_COMPARE(rows(right()), QStringList{u"file"_s});
        m_target.port = freePort(m_sshd.address());
        m_client = std::make_unique<ssh::Client>();
        press(Qt::Key_R, Qt::ControlModifier);
        auto* again = button(m_page.get(), u"files-again-right"_s);
        QTRY_VERIFY(again->isVisible());
        QVERIFY(!note(right())->text().isEmpty());
        m_target = m_sshd.target();
        click(again);
        QTRY_VERIFY(!again->isVisible());
        QTRY_COMPARE(rows(right()), QStringList{u"file"_s});
    }

    // ---- acts -----------------------------------------------------------------------------------

    void f5CopiesBothWays()
    {
        write(u"here/up.txt"_s, "up");
        write(u"there/down/inner.txt"_s, "inner");
        openPage();
        focus(right());
        select(right(), "down");
        press(Qt::Key_F5);
        QTRY_COMPARE(read(u"here/down/inner.txt"_s), "inner");
        QTRY_COMPARE(rows(left()), (QStringList{u"down"_s, u"up.txt"_s}));
        focus(left());
        select(left(), "up.txt");
        press(Qt::Key_F5);
        QTRY_COMPARE(read(u"there/up.txt"_s), "up");
        QTRY_COMPARE(queue().size(), 2);
        QTRY_COMPARE(queue()[1].fields[6].text, u"SHA-256"_s);
        QCOMPARE(queue()[1].fields[0].text, u"done"_s);
        QVERIFY(queue()[1].fields[2].text.contains(u"→ web-1:"_s));
        click(button(m_page.get(), u"files-clear"_s));
        QTRY_VERIFY(queue().isEmpty());
    }
    void dragAndDrop()
    {
        write(u"here/one"_s, "one");
        write(u"here/two"_s, "two");
        QDir(m_folder->path()).mkpath(u"there/box"_s);
        write(u"desk.txt"_s, "desk");
        openPage();
        left()->table()->view()->selectAll();
        const std::unique_ptr<QMimeData> dragged(left()->table()->filter()->mimeData(
            left()->table()->view()->selectionModel()->selectedIndexes()));
        QVERIFY(dragged->hasUrls());
        QVERIFY(drop(right(), dragged.get(), {}));
        QTRY_COMPARE(read(u"there/one"_s), "one");
        QTRY_COMPARE(read(u"there/two"_s), "two");
        // Onto itself: refused.
        QVERIFY(!drop(left(), dragged.get(), {}));
        // From the desktop, onto a folder.
        QMimeData desk;
        desk.setUrls({QUrl::fromLocalFile(m_folder->filePath(u"desk.txt"_s))});
        QTRY_COMPARE(rows(right()).size(), 3);
        QVERIFY(drop(right(), &desk, "box"));
        QTRY_COMPARE(read(u"there/box/desk.txt"_s), "desk");
        // From the server to this machine.
        select(right(), "box");
        const std::unique_ptr<QMimeData> far(right()->table()->filter()->mimeData(
            right()->table()->view()->selectionModel()->selectedIndexes()));
        QVERIFY(!far->hasUrls());
        QVERIFY(drop(left(), far.get(), {}));
        QTRY_COMPARE(read(u"here/box/desk.txt"_s), "desk");
        // What is no list of files of ours.
        QMimeData odd;
        odd.setData(QLatin1StringView(DraggedFiles::mimeType), "odd");
        QVERIFY(!drop(left(), &odd, {}));
    }
    void f7MakesAndF6Renames()
    {
        write(u"there/old.txt"_s, "x");
        openPage();
        focus(right());
        press(Qt::Key_F7);
        const auto field = [this] { return ask()->findChild<QLineEdit*>(u"ask-field-0"_s); };
        QVERIFY(field()->hasFocus());
        QTest::keyClicks(field(), u"a"_s);
        made::type(field(), u".."_s);
        QVERIFY(!button(ask(), u"ask-make"_s)->isEnabled());
        made::type(field(), u"made"_s);
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_VERIFY(QFileInfo(m_folder->filePath(u"there/made"_s)).isDir());
        QTRY_COMPARE(right()->table()->currentId(), u"made"_s);
        QTRY_VERIFY(right()->table()->view()->hasFocus());
        select(right(), "old.txt");
        press(Qt::Key_F6);
        QCOMPARE(field()->text(), u"old.txt"_s);
        QCOMPARE(field()->selectedText(), u"old"_s);
        made::type(field(), u"new.txt"_s);
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_COMPARE(rows(right()), (QStringList{u"made"_s, u"new.txt"_s}));
        // Moved into a folder, and never over what is there.
        QTRY_COMPARE(right()->table()->currentId(), u"new.txt"_s);
        write(u"there/made/new.txt"_s, "kept");
        press(Qt::Key_F6);
        made::type(field(), u"made/new.txt"_s);
        QSignalSpy told(m_page.get(), &FilesPage::notice);
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told[0][0].value<Notice>().text.contains(u"there already"_s));
        QCOMPARE(read(u"there/made/new.txt"_s), "kept");
        press(Qt::Key_F6);
        made::type(field(), u"made/other.txt"_s);
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_COMPARE(read(u"there/made/other.txt"_s), "x");
    }
    void f8SaysWhatGoes()
    {
        write(u"there/file.txt"_s, "x");
        write(u"there/tree/a/b"_s, "x");
        write(u"kept"_s, "kept");
        QVERIFY(QFile::link(u"../../kept"_s, m_folder->filePath(u"there/tree/link"_s)));
        openPage();
        focus(right());
        select(right(), "file.txt");
        press(Qt::Key_F8);
        QVERIFY(ask()->isOpen());
        QVERIFY(asked<QPlainTextEdit>(u"ask-detail"_s)->toPlainText().contains(u"file.txt"_s));
        QVERIFY(button(ask(), u"ask-cancel"_s)->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(!ask()->isOpen());
        QVERIFY(QFile::exists(m_folder->filePath(u"there/file.txt"_s)));
        press(Qt::Key_Delete);
        click(button(ask(), u"ask-delete"_s));
        QTRY_VERIFY(!QFile::exists(m_folder->filePath(u"there/file.txt"_s)));
        // A folder wants its name.
        QTRY_COMPARE(rows(right()), QStringList{u"tree"_s});
        focus(right());
        select(right(), "tree");
        press(Qt::Key_F8);
        auto* field = ask()->findChild<QLineEdit*>(u"ask-field-0"_s);
        QVERIFY(field->isVisible());
        QVERIFY(!button(ask(), u"ask-delete"_s)->isEnabled());
        made::type(field, u"tree"_s);
        QVERIFY(button(ask(), u"ask-delete"_s)->isEnabled());
        click(button(ask(), u"ask-delete"_s));
        QTRY_VERIFY(!QFile::exists(m_folder->filePath(u"there/tree"_s)));
        QCOMPARE(read(u"kept"_s), "kept");
    }
    void productionWantsTheNameTyped()
    {
        write(u"there/file.txt"_s, "x");
        openPage(true);
        focus(right());
        press(Qt::Key_F8);
        QVERIFY(asked<QLabel>(u"ask-question"_s)->text().startsWith(u"PRODUCTION"_s));
        auto* field = ask()->findChild<QLineEdit*>(u"ask-field-0"_s);
        made::type(field, u"file"_s);
        QVERIFY(!button(ask(), u"ask-delete"_s)->isEnabled());
        made::type(field, u"file.txt"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(!QFile::exists(m_folder->filePath(u"there/file.txt"_s)));
    }
    void hereDeletedIsInTheTrash()
    {
        write(u"here/gone.txt"_s, "gone");
        openPage();
        focus(left());
        QSignalSpy told(m_page.get(), &FilesPage::notice);
        press(Qt::Key_Delete);
        QTRY_COMPARE(told.size(), 1);
        const bool gone = !QFile::exists(m_folder->filePath(u"here/gone.txt"_s));
        // Where there is no trash nothing is lost.
        QCOMPARE(told[0][0].value<Notice>().mark, gone ? Mark::Ok : Mark::Failed);
    }
    void f9SetsPermissions()
    {
        write(u"there/run.sh"_s, "x");
        openPage();
        focus(right());
        press(Qt::Key_F9);
        auto* number = m_page->findChild<QLineEdit*>(u"files-mode-number"_s);
        QVERIFY(number->hasFocus());
        made::type(number, u"9"_s);
        QVERIFY(!button(ask(), u"ask-set"_s)->isEnabled());
        made::type(number, u"0640"_s);
        QVERIFY(button(ask(), u"ask-set"_s)->isEnabled());
        QVERIFY(!m_page->findChild<QCheckBox*>(u"files-mode-2"_s)->isChecked());
        click(m_page->findChild<QCheckBox*>(u"files-mode-2"_s));
        QCOMPARE(number->text(), u"0740"_s);
        click(button(ask(), u"ask-set"_s));
        struct stat found {};
        QTRY_VERIFY(::stat(path(u"there/run.sh"_s).constData(), &found) == 0 &&
                    (found.st_mode & 07777U) == 0740U);
        QTRY_COMPARE(cell(right(), 0, FileColumn::Mode), u"-rwxr-----"_s);
    }
    void f4EditsInPlace()
    {
        write(u"there/app.conf"_s, "port = 80\n");
        openPage();
        focus(right());
        press(Qt::Key_F4);
        QTRY_COMPARE(m_opened.size(), 1);
        writeTo(m_opened[0], "port = 81\n");
        QTRY_COMPARE(read(u"there/app.conf"_s), "port = 81\n");
        const auto* strip = m_page->findChild<EditStrip*>();
        QTRY_VERIFY(wordsIn(strip).contains(u"1 save written back"_s) ||
                    wordsIn(strip).contains(u"1 saves written back"_s));
        // The server's file changes meanwhile.
        write(u"there/app.conf"_s, "port = 9000\n");
        writeTo(m_opened[0], "port = 82\n");
        auto* mine = button(strip, u"files-edit-mine"_s);
        QTRY_VERIFY(mine->isVisible());
        QCOMPARE(read(u"there/app.conf"_s), "port = 9000\n");
        QVERIFY(wordsIn(strip).contains(u"nothing was written"_s));
        // Closing asks: it is not saved there.
        click(strip->findChild<QToolButton*>(u"files-edit-close"_s));
        QVERIFY(ask()->isOpen());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(strip->isVisible());
        click(mine);
        QTRY_COMPARE(read(u"there/app.conf"_s), "port = 82\n");
        QTRY_COMPARE(m_page->edits()->list().first().saves, 2);
        QTRY_VERIFY(!m_page->edits()->list().first().isUnsaved());
        click(strip->findChild<QToolButton*>(u"files-edit-close"_s));
        QTRY_VERIFY(!strip->isVisible());
        QVERIFY(!QFile::exists(m_opened[0]));
    }

    // ---- the queue ------------------------------------------------------------------------------

    void theQueuePausesResumesAndCancels()
    {
        write(u"there/large"_s, QByteArray(6'000'000, 'x'));
        openPage();
        TransferSettings slow = m_page->transfers()->settings();
        slow.bytesPerSecond = 2'000'000;
        m_page->transfers()->setSettings(slow);
        focus(right());
        press(Qt::Key_F5);
        auto* table = m_page->findChild<TransferList*>()->table();
        QTRY_VERIFY(!queue().isEmpty() && !queue()[0].fields[4].text.isEmpty());
        QVERIFY(!queue()[0].fields[5].text.isEmpty());
        QVERIFY(queue()[0].fields[3].share > 0);
        table->view()->setFocus();
        table->view()->selectRow(0);
        QTest::keyClick(table->view(), Qt::Key_Space);
        QTRY_COMPARE(queue()[0].fields[0].text, u"paused"_s);
        QTRY_VERIFY(button(m_page.get(), u"files-resume-all"_s)->isEnabled());
        click(button(m_page.get(), u"files-resume-all"_s));
        QTRY_COMPARE(queue()[0].fields[0].text, u"running"_s);
        // The pause and cancel cells of the row.
        pressCell(table, 7);
        QTRY_COMPARE(queue()[0].fields[0].text, u"paused"_s);
        pressCell(table, 8);
        QTRY_COMPARE(queue()[0].fields[0].text, u"cancelled"_s);
        QTRY_VERIFY(QDir(m_folder->filePath(u"here"_s)).isEmpty());
        slow.bytesPerSecond = 0;
        m_page->transfers()->setSettings(slow);
        QVERIFY(QTest::qWaitFor([&] { return again(table); }, 10'000));
        QTRY_COMPARE(QFileInfo(m_folder->filePath(u"here/large"_s)).size(), 6'000'000);
        QTRY_COMPARE(queue()[0].fields[0].text, u"done"_s);
    }
    void theQueueOutlivesTheWindow()
    {
        write(u"there/large"_s, QByteArray(6'000'000, 'x'));
        write(u"there/second"_s, QByteArray(3'000'000, 'y'));
        keepQueue();
        openPage();
        TransferSettings slow = m_page->transfers()->settings();
        slow.bytesPerSecond = 2'000'000;
        m_page->transfers()->setSettings(slow);
        focus(right());
        right()->table()->view()->selectAll();
        press(Qt::Key_F5);
        QTRY_VERIFY(queue().size() == 2 && queue()[0].fields[3].share > 0.2);
        m_page.reset();
        QTest::qWait(50);
        QCOMPARE(
            QDir(m_folder->filePath(u"here"_s)).entryList(QDir::Files).filter(u"part"_s).size(), 2);
        openPage();
        auto* table = m_page->findChild<TransferList*>()->table();
        QTRY_COMPARE(queue().size(), 2);
        QTRY_COMPARE(table->filter()->rowCount(), 2);
        QVERIFY(queue()[0].fields[3].share > 0 && queue()[1].fields[3].share > 0);
        QCOMPARE(queue()[1].fields[0].text, u"paused"_s);
        QTest::qWait(400);
        QCOMPARE(queue()[0].fields[0].text, u"paused"_s);  // until a person says so
        table->view()->setFocus();
        const QString first = m_page->transfers()->list()[0].id;
        QVERIFY(table->selectId(m_page->transfers()->list()[1].id));
        QTest::keyClick(table->view(), Qt::Key_Delete);
        QTRY_COMPARE(queue()[1].fields[0].text, u"cancelled"_s);
        QVERIFY(table->selectId(first));
        QTest::keyClick(table->view(), Qt::Key_Space);
        QTRY_COMPARE(queue()[0].fields[0].text, u"done"_s);
        QCOMPARE(queue()[0].fields[6].text, u"SHA-256"_s);
        QTRY_COMPARE(
            QDir(m_folder->filePath(u"here"_s)).entryList(QDir::Files | QDir::Hidden).size(), 1);
        click(button(m_page.get(), u"files-clear"_s));
        QTRY_VERIFY(queue().isEmpty());
        QTRY_COMPARE(await(m_kept->waiting()).valueOr(-1), 0);
    }
    void theWindowTellsWhatWasOnItsWay()
    {
        keepQueue();
        KeptTransfer kept;
        kept.id = newId();
        kept.from = {u"web-1"_s, path(u"there/x"_s)};
        kept.to = {{}, path(u"here/x"_s)};
        VERIFY_OK(await(m_kept->keep(u"gone"_s, {kept}, {})));
        VERIFY_OK(await(m_kept->release(u"gone"_s)));
        m_stage->context.transfers = m_kept.get();
        m_stage->context.ssh = m_client.get();
        auto* panel = m_stage->open<ServersPanel>();
        QSignalSpy told(panel, &Panel::notice);
        panel->setServers({}, made::now());
        panel->setServers({}, made::now());
        QTRY_COMPARE(told.size(), 1);
        const Notice notice = told[0][0].value<Notice>();
        QVERIFY(notice.text.contains(u"1 transfer"_s));
        notice.run();
        QVERIFY(panel->files()->isVisible());
        QTRY_COMPARE(panel->files()->transfers()->list().size(), 1);
        QCOMPARE(panel->files()->transfers()->list()[0].state, TransferState::Paused);
    }
    void aConflictAsks()
    {
        write(u"there/a.txt"_s, "new");
        write(u"here/a.txt"_s, "old");
        openPage();
        focus(right());
        press(Qt::Key_F5);
        QTRY_VERIFY(ask()->isOpen());
        QVERIFY(asked<QLabel>(u"ask-question"_s)->text().contains(u"a.txt is there already"_s));
        QCOMPARE(queue()[0].fields[0].text, u"asks"_s);
        click(button(ask(), u"ask-both"_s));
        QTRY_COMPARE(read(u"here/a (2).txt"_s), "new");
        QCOMPARE(read(u"here/a.txt"_s), "old");
        focus(right());
        press(Qt::Key_F5);
        QTRY_VERIFY(ask()->isOpen());
        click(button(ask(), u"ask-overwrite"_s));
        QTRY_COMPARE(read(u"here/a.txt"_s), "new");
        QVERIFY(!ask()->isOpen());
    }
    void whatIsLeftOutIsTold()
    {
        write(u"there/tree/ok"_s, "ok");
        write(u"there/tree/bi\u202Edi"_s, "x");
        openPage();
        focus(right());
        QSignalSpy told(m_page.get(), &FilesPage::notice);
        press(Qt::Key_F5);
        QTRY_COMPARE(read(u"here/tree/ok"_s), "ok");
        QTRY_COMPARE(told.size(), 1);
        QTRY_VERIFY(queue()[0].fields[0].tip.contains(u"hidden characters"_s));
        QVERIFY(!queue()[0].fields[0].tip.contains(QChar(0x202e)));
    }

    // ---- speed ----------------------------------------------------------------------------------

    void twentyThousandEntriesStaySmooth()
    {
        QDir(m_folder->path()).mkpath(u"there/many"_s);
        for (int i = 0; i < 20'000; ++i) {
            const QByteArray name =
                path(u"there/many"_s) + "/file-" + QByteArray::number(i) + ".log";
            const int file = ::open(name.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
            QVERIFY(file >= 0);
            ::close(file);
        }
        openPage();
        QElapsedTimer since;
        qint64 longest = 0;
        QTimer ticks;
        connect(&ticks, &QTimer::timeout, this,
                [&] { longest = std::max(longest, since.restart()); });
        since.start();
        ticks.start(1);
        QElapsedTimer whole;
        whole.start();
        right()->go(u"web-1"_s, path(u"there/many"_s));
        QTRY_COMPARE_WITH_TIMEOUT(right()->table()->filter()->rowCount(), 20'000, 60'000);
        const qint64 came = whole.elapsed();
        const qint64 listing = std::exchange(longest, 0);
        QHeaderView* header = right()->table()->view()->horizontalHeader();
        header->setSortIndicator(int(FileColumn::Modified), Qt::DescendingOrder);
        QTest::qWait(1'500);
        const qint64 sorting = std::exchange(longest, 0);
        focus(right());
        QTest::keyClicks(right()->table()->view(), u"1999"_s);
        QTest::qWait(200);
        qInfo(
            "20,000 entries: there in %lld ms, longest stall %lld ms (model %lld ms); sorted "
            "anew %lld ms; filtered %lld ms",
            static_cast<long long>(came), static_cast<long long>(listing),
            static_cast<long long>(right()->shownIn()), static_cast<long long>(sorting),
            static_cast<long long>(longest));
        QCOMPARE(right()->table()->filter()->rowCount(), 12);
        QVERIFY(listing < 1'000);
        QVERIFY(sorting < 1'000);
    }

    // ---- in the panel ---------------------------------------------------------------------------

    void thePanelOpensFilesAndGoesBack()
    {
        m_stage->context.ssh = m_client.get();
        auto* panel = m_stage->open<ServersPanel>();
        ServerFacts facts;
        facts.server = made::server(u"qa"_s, 1);
        facts.server.ssh = m_sshd.target();
        facts.server.root = m_folder->filePath(u"there"_s);
        write(u"there/in-its-root"_s, "x");
        panel->setServers({facts}, made::now());
        panel->select(facts.name());
        click(button(panel->page(), u"open-files"_s));
        QVERIFY(panel->files() != nullptr);
        FilePane* pane = panel->files()->right();
        QTRY_COMPARE(pane->folder().server, facts.name());
        QTRY_COMPARE(rows(pane), QStringList{u"in-its-root"_s});
        QVERIFY(panel->files()->isVisible());
        QVERIFY(panel->stepBack());
        QVERIFY(!panel->files()->isVisible());
        panel->findChild<QAction*>(u"servers.files"_s)->trigger();
        QVERIFY(panel->files()->isVisible());
        QCOMPARE(rows(pane), QStringList{u"in-its-root"_s});
        // Every action stands in the palette, and says why it does nothing elsewhere.
        panel->showFiles(false);
        auto* copy = panel->findChild<QAction*>(u"files.copy"_s);
        QVERIFY(!copy->isEnabled());
        QVERIFY(!copy->toolTip().isEmpty());
    }
    void everyPartHasAName()
    {
        openPage();
        for (const QWidget* one : m_page->findChildren<QWidget*>()) {
            if (one->isVisible() && (one->focusPolicy() & Qt::TabFocus) != 0 &&
                qobject_cast<const QAbstractScrollArea*>(one->parentWidget()) == nullptr &&
                !one->inherits("QHeaderView") && !one->inherits("QTableCornerButton")) {
                QVERIFY2(!one->accessibleName().isEmpty() || one->focusProxy() != nullptr,
                         qPrintable(one->objectName() + u' ' +
                                    QLatin1StringView(one->metaObject()->className())));
            }
        }
    }
};

QTEST_MAIN(TestFilePane)
#include "tst_file_pane.moc"
