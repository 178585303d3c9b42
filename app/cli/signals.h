// The ways in which a terminal or the system ends a command that has work under way. Ctrl+C stops the work;
// SIGTERM and SIGHUP close in order: nothing new is admitted, calls are cut and booked, the log is closed. A
// second signal ends the program at once.
#pragma once
namespace tally::cli {

/// While one lives the signals are noted instead of ending the program. Signals that were ignored before
/// (nohup) stay ignored.
class Signals {
public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    static int interrupts(); ///< how often Ctrl+C came
    static int end();        ///< SIGTERM or SIGHUP once one came, else 0
    static void answered();  ///< what the interrupts so far asked for is done: the next one counts anew

private:
    void (*before_[3])(int);
};

} // namespace tally::cli
