// The base of all pages: header line, body, and being told when it is shown. A hidden page does no work: it
// stops its timers and remembers that its data are old. UI thread only.
#pragma once
#include <QWidget>

class QStackedLayout;
class QVBoxLayout;

namespace tally {
struct Error;
}

namespace tally::ui {

class ActionRegistry;
class HeaderBar;
class PageState;
class Session;

class Page : public QWidget {
    Q_OBJECT
public:
    Page(const QString& id, const QString& title, Session& session, const ActionRegistry& actions,
         QWidget* parent);

    [[nodiscard]] const QString& id() const { return id_; }
    /// Reads its data again. Called on first show, on a gap in the feed and by F5.
    virtual void refresh() = 0;
    /// A place inside the page ("run:…"), for Alt+Left/Right; empty: the page itself.
    [[nodiscard]] virtual QString place() const { return {}; }
    virtual void goTo(const QString& place);
    /// "/" and Ctrl+F: the page's filter line.
    virtual void focusFilter();

    [[nodiscard]] HeaderBar* header() const { return header_; }

protected:
    void showEvent(QShowEvent* event) override;
    [[nodiscard]] Session& session() const { return session_; }
    [[nodiscard]] const ActionRegistry& actions() const { return actions_; }
    [[nodiscard]] QVBoxLayout* body() const { return body_; }
    [[nodiscard]] PageState* state() const { return state_; }
    /// The data changed while hidden: refresh() runs when the page is shown again.
    void markOld() { loaded_ = false; }
    void showBody();
    void showState();
    void showLoading();
    void showFailure(const Error& error);

private:
    QString id_;
    Session& session_;
    const ActionRegistry& actions_;
    HeaderBar* header_;
    QStackedLayout* stack_;
    QVBoxLayout* body_;
    PageState* state_;
    bool loaded_ = false;
};

} // namespace tally::ui
