// The logic of one run as a pure function: what happened goes in, what to do next comes out. No clock, no IO,
// no randomness; the same code runs live, in recovery and in replay (DESIGN section 6).
//
// The inputs of the machine (outcomes of steps, in the order in which they became durable) are its journal:
// recovery builds a new machine and feeds it the journal, replay does the same and compares. Containers (map,
// loop, branch, call, route) live only here; leaves become tasks for the runtime. State is kept for active
// items only; of a finished item only its collected result stays, as compact text.
//
// Paths are unique in a run: "triage[12]/classify" (item 12), "refine[2]/draft" (round 2 of a loop),
// "answer@1" (first tier of a route), "classify~1" (asked again by a check). Owner and thread: whoever owns
// it, one at a time.
#pragma once
#include "core/engine/template.h"
#include "core/model/workflow.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::engine {

/// Stored with every run. A run of another version is parked with a message instead of being rebuilt
/// differently.
inline constexpr int machine_version = 1;

/// A leaf that is ready to be executed.
struct Task {
    std::string path;
    std::string item;   ///< path of the innermost map item or loop round it is in; empty at top level
    std::string parent; ///< path of the route step it is a tier of; empty otherwise
    StepKind kind = StepKind::code;      ///< what executes it: a tier of a route is a model task
    const StepDef* def = nullptr;        ///< lives as long as the machine
    const Workflow* workflow = nullptr;  ///< whose roles and allow-lists apply
    std::vector<const Workflow*> called; ///< called workflows that it stands in, outermost first; mostly none
    int tier = -1;
    nlohmann::json input;        ///< rendered; what is journaled and hashed
    std::optional<Error> failed; ///< rendering failed: record this, do not execute
};

/// How a task ended; exactly what the journal holds.
struct Outcome {
    std::string path;
    bool ok = true;
    nlohmann::json output; ///< of a model task: the answer as text
    Error error;           ///< when not ok
    nlohmann::json memory; ///< run memory that a code step set: object, or null
};

struct Effects {
    std::vector<Task> tasks;
    std::vector<std::string> cancelled; ///< paths whose tasks no longer matter
    std::vector<std::string> items;     ///< map items that are done
    void clear() { tasks.clear(), cancelled.clear(), items.clear(); }
};

using WorkflowMap =
    std::map<std::string, std::shared_ptr<const Workflow>>; ///< name -> definition, pinned at the start

class Machine {
public:
    /// `inputs` as prepared by prepareInputs. `called` holds every workflow that a call step can reach.
    Machine(std::shared_ptr<const Workflow> workflow, nlohmann::json inputs, WorkflowMap called);
    ~Machine();

    void start(Effects& out);
    /// False: nothing waits for this path (it was cancelled, or it never was asked for).
    bool feed(Outcome outcome, Effects& out);

    enum class State { running, ok, error };
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] const Value& output() const { return output_; } ///< when ok
    [[nodiscard]] const Error& error() const { return error_; }   ///< when error
    /// Bytes of outputs, collected results and memory that the run holds now.
    [[nodiscard]] std::int64_t bytes() const { return *bytes_ + memory_bytes_; }
    [[nodiscard]] std::int64_t itemsDone() const { return items_done_; } ///< of the top-level maps
    [[nodiscard]] std::int64_t itemsTotal() const { return items_total_; }
    [[nodiscard]] std::int64_t itemsFailed() const { return items_failed_; } ///< skipped ones, of all maps
    [[nodiscard]] bool waitsFor(const std::string& path) const { return waiting_.count(path) != 0; }
    [[nodiscard]] bool wasCancelled(const std::string& path) const { return cancelled_.count(path) != 0; }

private:
    struct Frame;
    struct Sequence;
    struct Leaf;
    struct Route;
    struct Map;
    struct Loop;
    struct Wrap;
    class Scope;
    struct Signal { ///< a child (or nothing: begin) reports to a frame
        Frame* to = nullptr;
        Frame* from = nullptr;
        bool ok = true;
        Value output;
        Error error;
    };

    void drain();
    void handle(Sequence& frame, Signal signal);
    void handle(Route& frame, Signal signal);
    void handle(Wrap& frame, Signal signal);
    void handle(Map& frame, Signal signal);
    void handle(Loop& frame, Signal signal);
    void finish(Frame& frame, bool ok, Value output, Error error = {});
    void begin(Sequence& in);
    void beginStep(Sequence& in, const StepDef& def, const std::string& path);
    void beginLeaf(Sequence& in, const StepDef& def, const std::string& path);
    Status beginContainer(Sequence& in, const StepDef& def, const std::string& path);
    void beginRound(Loop& frame);
    void beginTier(Route& frame);
    void fillMap(Map& frame);
    void decide(Route& frame, std::optional<Error> failed);
    Status stepDone(Sequence& in, Signal signal);
    Result<Value> resultOf(const Sequence& body);
    Status collect(Map& frame, const Sequence& item);
    bool repair(Sequence& in, const StepDef& check, const Error& error);
    void emit(Leaf& leaf, Task task, Result<nlohmann::json> input);
    void cancelBelow(const Frame& frame);
    Status remember(Sequence& in, const StepDef& def);
    Status setMemory(const nlohmann::json& values);
    Result<nlohmann::json> render(const Sequence& in, const StepDef& def);
    Result<nlohmann::json> renderAsk(const Sequence& in, const Ask& ask, const std::string& role);
    Result<Value> readAnswer(const Sequence& in, const StepDef& def, const Ask& ask, nlohmann::json text);
    Result<nlohmann::json> evaluate(const Names& names, const std::string& expression);
    Result<bool> test(const Names& names, const std::string& expression);
    nlohmann::json outputsOf(const Sequence& frame) const;
    Value keep(nlohmann::json value);

    std::shared_ptr<const Workflow> workflow_;
    WorkflowMap called_;
    nlohmann::json inputs_;
    nlohmann::json memory_ = nlohmann::json::object();
    std::int64_t memory_bytes_ = 0;
    std::unique_ptr<Sequence> root_;
    std::unordered_map<std::string, Frame*> waiting_;
    std::set<std::string> cancelled_;
    std::deque<Signal> signals_;
    std::unordered_map<std::string, filter::Expression> expressions_;
    Effects* out_ = nullptr;
    State state_ = State::running;
    Value output_;
    Error error_;
    std::shared_ptr<std::int64_t> bytes_ = std::make_shared<std::int64_t>(0); ///< counted down as values die
    std::int64_t items_done_ = 0, items_total_ = 0, items_failed_ = 0;
};

/// Fills in defaults and checks types. Errors: run.missing_input, run.unknown_input, run.input_type (where =
/// input name).
Result<nlohmann::json> prepareInputs(const Workflow& workflow, nlohmann::json inputs);
/// Size of a value as it counts towards state_bytes: text bytes plus 16 per node.
std::int64_t sizeOf(const nlohmann::json& value);

} // namespace tally::engine
