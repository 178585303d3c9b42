#include "ui/shell/main_window.h"

#include "ui/bridge/session.h"
#include "ui/pages/audit_page.h"
#include "ui/pages/live_page.h"
#include "ui/pages/page.h"
#include "ui/pages/settings_page.h"
#include "ui/pages/workflows_page.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/help_dialog.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/page_factory.h"
#include "ui/shell/palette.h"
#include "ui/shell/rail.h"
#include "ui/shell/recent_files.h"
#include "ui/shell/status_line.h"
#include "ui/shell/stop_control.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/format.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>

namespace tally::ui {

MainWindow::MainWindow(Session& session, QWidget* parent)
    : QMainWindow(parent)
    , session_(session)
    , actions_(new ActionRegistry(this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Tallystick"));
    setWindowIcon(QIcon(QStringLiteral(":/tally/icons/tallystick.svg")));
    setAcceptDrops(true);
    resize(1440, 900);
    setMinimumSize(880, 560);
    build();
    connectActions();
    connectSession();
    showPage(QStringLiteral("overview"));
}

MainWindow::~MainWindow() = default;

void MainWindow::build() {
    auto* root = new QWidget(this);
    auto* column = new QVBoxLayout(root);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    rail_ = new Rail(*actions_, root);
    stack_ = new QStackedWidget(root);
    stop_ = new StopControl(session_, this);
    row->addWidget(rail_);
    row->addWidget(stack_, 1);
    column->addLayout(row, 1);
    status_ = new StatusLine(root);
    column->addWidget(status_);
    setCentralWidget(root);
    pages_ = makePages(session_, *actions_, *stop_, stack_);
    for (Page* p : pages_)
        stack_->addWidget(p);
    palette_ = new Palette(root);
    toast_ = new Toast(root);
}

void MainWindow::connectActions() {
    for (const auto& entry : actions_->entries())
        if (entry.id.startsWith(QLatin1String("page.")))
            connect(entry.action, &QAction::triggered, this, [this, id = entry.id.mid(5)] { showPage(id); });
    const auto on = [this](const char* id, auto work) {
        connect(actions_->action(QString::fromLatin1(id)), &QAction::triggered, this, work);
    };
    on("palette.open", [this] { openPalette(); });
    on("help.keys", [this] { (new KeySheet(*actions_, this))->open(); });
    on("help.verify", [this] { (new HelpDialog(this))->show(); });
    on("stop.all", [this] { stop_->stopEverything(); });
    on("stop.receipt", [this] { stop_->showLastReceipt(); });
    on("run.new", [this] { showPage(QStringLiteral("workflows")); });
    on("table.filter", [this] { currentPage()->focusFilter(); });
    on("table.find", [this] { currentPage()->focusFilter(); });
    on("table.next", [this] { nextMatch(); });
    on("view.back", [this] { step(-1); });
    on("view.forward", [this] { step(1); });
    on("view.refresh", [this] { currentPage()->refresh(); });
    on("theme.dark", [this] { setTheme(QStringLiteral("dark")); });
    on("theme.light", [this] { setTheme(QStringLiteral("light")); });
    on("theme.system", [this] { setTheme(QStringLiteral("system")); });
    on("file.open", [this] { chooseFile(); });
    on("log.export", [this] { exportLog(); });
    on("log.erase", [this] {
        showPage(QStringLiteral("settings"));
        static_cast<SettingsPage*>(currentPage())->erase();
    });
    on("app.quit", [this] { close(); });
    on("demo.start", [this] {
        if (!session_.hasWorkspace()) return;
        session_.core().startDemo(
            session_.reply<std::vector<RunId>>(this, [this](Result<std::vector<RunId>> runs) {
                if (!runs) return session_.fail(runs.error());
                if (runs->empty()) return;
                Q_EMIT session_.openRun(qs(runs->front().str()));
                // Its runs come one after the other.
                static_cast<LivePage*>(page(QStringLiteral("live")))->setNextToo(true);
            }));
    });
    connect(rail_, &Rail::stopPressed, stop_, &StopControl::stopEverything);
    connect(rail_, &Rail::receiptWanted, stop_, &StopControl::showLastReceipt);
}

void MainWindow::connectSession() {
    connect(&session_, &Session::message, this, [this](const QString& text, bool trouble) {
        toast_->say(text, trouble ? Tone::danger : Tone::neutral);
    });
    connect(&session_, &Session::openPage, this, &MainWindow::showPage);
    connect(&session_, &Session::openRun, this,
            [this](const QString& run) { visit(QStringLiteral("live"), run); });
    if (!session_.hasWorkspace()) {
        status_->setNoWorkspace();
        return;
    }
    connect(session_.feed(), &FeedBridge::frame, this, &MainWindow::apply);
    connect(session_.feed(), &FeedBridge::frameDone, status_, &StatusLine::setFrameTime);
    connect(session_.feed(), &FeedBridge::gap, this, [this] { currentPage()->refresh(); });
    session_.core().info(session_.reply<api::WorkspaceInfo>(this, [this](Result<api::WorkspaceInfo> info) {
        if (!info) return session_.fail(info.error());
        status_->setInfo(*info);
    }));
}

void MainWindow::apply(const std::vector<Event>& events) {
    // Only the newest of each kind is worth drawing.
    const EngineState* engine = nullptr;
    const LogAdvanced* log = nullptr;
    for (const Event& event : events) {
        if (const auto* e = std::get_if<EngineState>(&event))
            engine = e;
        else if (const auto* l = std::get_if<LogAdvanced>(&event))
            log = l;
        else if (const auto* alert = std::get_if<AlertRaised>(&event))
            toast_->say(safeText(alert->alert.sentence, 600),
                        alert->alert.action == AlertAction::stop ? Tone::danger : Tone::warn);
    }
    if (engine) {
        status_->apply(*engine);
        rail_->setStopped(!engine->admission_open);
    }
    if (log) status_->apply(*log);
}

Page* MainWindow::page(const QString& id) const {
    for (Page* p : pages_)
        if (p->id() == id) return p;
    return nullptr;
}

Page* MainWindow::currentPage() const {
    return static_cast<Page*>(stack_->currentWidget());
}

QStringList MainWindow::pageIds() const {
    QStringList ids;
    for (const Page* p : pages_)
        ids << p->id();
    return ids;
}

void MainWindow::showPage(const QString& id) {
    visit(id, {});
}

void MainWindow::visit(const QString& id, const QString& place) {
    Page* target = page(id);
    if (!target) return;
    stack_->setCurrentWidget(target);
    rail_->setCurrent(id);
    // Keys of the page (Space) work at once; Tab goes on from here.
    target->setFocus(Qt::OtherFocusReason);
    if (!place.isEmpty()) target->goTo(place);
    const Place now{id, place.isEmpty() ? target->place() : place};
    if (at_ >= 0 && history_[static_cast<std::size_t>(at_)] == now) return;
    history_.resize(static_cast<std::size_t>(at_ + 1));
    history_.push_back(now);
    at_ = static_cast<int>(history_.size()) - 1;
}

void MainWindow::step(int by) {
    const int next = at_ + by;
    if (next < 0 || next >= static_cast<int>(history_.size())) return;
    at_ = next;
    const Place& there = history_[static_cast<std::size_t>(next)];
    Page* target = page(there.page);
    stack_->setCurrentWidget(target);
    rail_->setCurrent(there.page);
    if (!there.place.isEmpty()) target->goTo(there.place);
}

void MainWindow::nextMatch() {
    // The table that has the focus, else the first one of the page; its filter decides what matches.
    TableView* table = nullptr;
    for (auto* view : currentPage()->findChildren<TableView*>())
        if (view->isVisible() && (!table || view->hasFocus())) table = view;
    if (!table || table->model()->rowCount() == 0) return;
    const int next = (table->currentIndex().row() + 1) % table->model()->rowCount();
    table->setCurrentIndex(table->model()->index(next, qMax(0, table->currentIndex().column())));
}

void MainWindow::openPalette() {
    std::vector<PaletteItem> items = paletteActions(*actions_);
    for (const QString& file : RecentFiles::list())
        items.push_back({tr("Open %1").arg(safeText(QFileInfo(file).fileName(), 120)), tr("recent file"),
                         false, [this, file] { openFile(file); }});
    palette_->open(std::move(items));
}

void MainWindow::openFile(const QString& path) {
    if (path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive)) {
        showPage(QStringLiteral("workflows"));
        static_cast<WorkflowsPage*>(page(QStringLiteral("workflows")))->openFile(path);
    } else if (path.endsWith(QLatin1String(".tracelog"), Qt::CaseInsensitive) || QFileInfo(path).isFile()) {
        showPage(QStringLiteral("audit"));
        static_cast<AuditPage*>(page(QStringLiteral("audit")))->openBundle(path);
    } else {
        toast_->say(tr("%1 is neither a bundle (.tracelog) nor a workflow (.json).").arg(safeText(path, 200)),
                    Tone::warn);
        return;
    }
    RecentFiles::add(path);
}

void MainWindow::chooseFile() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a bundle or workflow"), {},
                                     tr("Bundles and workflows (*.tracelog *.json);;Everything (*)"));
    if (!path.isEmpty()) openFile(path);
}

void MainWindow::exportLog() {
    if (!session_.hasWorkspace()) return;
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export the log as a bundle"), QStringLiteral("log.tracelog"), tr("Bundles (*.tracelog)"));
    if (path.isEmpty()) return;
    api::ExportRequest request;
    request.path = path.toStdString();
    session_.core().exportBundle(
        std::move(request), session_.reply<std::int64_t>(this, [this, path](Result<std::int64_t> entries) {
            if (!entries) return session_.fail(entries.error());
            RecentFiles::add(path);
            toast_->say(tr("%1 entries written to %2").arg(count(*entries), safeText(path, 300)));
        }));
}

void MainWindow::setTheme(const QString& mode) {
    if (Theme* t = theme().object())
        t->setMode(mode == QLatin1String("dark")    ? ThemeMode::dark
                   : mode == QLatin1String("light") ? ThemeMode::light
                                                    : ThemeMode::system);
    QSettings().setValue(QStringLiteral("theme"), mode);
}

void MainWindow::remember() {
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/page"), currentPage()->id());
}

void MainWindow::restore() {
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    const QString last = settings.value(QStringLiteral("window/page")).toString();
    if (page(last)) showPage(last);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    remember();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty()) return;
    event->acceptProposedAction();
    const auto isBundle = [](const QUrl& url) {
        return url.fileName().endsWith(QLatin1String(".tracelog"), Qt::CaseInsensitive);
    };
    if (urls.size() == 2 && isBundle(urls[0]) && isBundle(urls[1])) {
        showPage(QStringLiteral("audit"));
        auto* audit = static_cast<AuditPage*>(page(QStringLiteral("audit")));
        return audit->openTwo(urls[0].toLocalFile(), urls[1].toLocalFile());
    }
    openFile(urls.front().toLocalFile());
    if (urls.size() > 1)
        toast_->say(tr("Only the first of %1 files was opened.").arg(count(urls.size())), Tone::warn);
}

} // namespace tally::ui
