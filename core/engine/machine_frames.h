// The frames of a run machine: one object per container or leaf that is active now. Private to machine*.cpp.
#pragma once
#include "core/engine/machine.h"

namespace tally::engine {

struct Machine::Frame {
    enum class Kind { sequence, leaf, route, map, loop, wrap };
    Frame(Kind frame_kind, Frame* parent_frame, const StepDef* step, std::string place)
        : kind(frame_kind)
        , parent(parent_frame)
        , def(step)
        , path(std::move(place)) {}
    virtual ~Frame() = default;
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    [[nodiscard]] bool isBelow(const Frame& other) const {
        for (const Frame* at = this; at != nullptr; at = at->parent)
            if (at == &other) return true;
        return false;
    }
    const Kind kind;
    Frame* const parent;
    const StepDef* const def; ///< null for sequences
    const std::string path;   ///< of a sequence: what its steps' paths begin with
};

/// Steps one after the other: the body of a run, an item, a round, a case or a called workflow.
struct Machine::Sequence : Frame {
    Sequence(Frame* parent_frame, const Steps& list, const Workflow& of, std::string place)
        : Frame(Kind::sequence, parent_frame, nullptr, std::move(place))
        , steps(list)
        , workflow(of)
        , outputs(list.size()) {}
    /// The sequence whose names are visible from here as well; null at a boundary.
    [[nodiscard]] const Sequence* outer() const {
        if (inputs != nullptr) return nullptr;
        for (const Frame* at = parent; at != nullptr; at = at->parent)
            if (at->kind == Kind::sequence) return static_cast<const Sequence*>(at);
        return nullptr;
    }
    [[nodiscard]] std::string pathOf(const StepDef& step) const {
        std::string out = path.empty() ? step.id : path + "/" + step.id;
        if (repair != nullptr && pc >= repair_from && pc <= repair_to) out += "~" + std::to_string(round);
        return out;
    }
    const Steps& steps;
    const Workflow& workflow;
    std::size_t pc = 0;
    std::vector<Value> outputs; ///< null: did not run yet
    std::unique_ptr<Frame> child;
    std::string item; ///< Task::item of everything inside
    // names that this sequence brings
    Value inputs; ///< non-null makes it a boundary: nothing of the outside is visible
    Value item_value, index, iteration, previous;
    // sent back by a check
    Value repair;
    std::size_t repair_from = 0, repair_to = 0;
    int round = 0;
    std::map<std::string, int> repairs; ///< check id -> times
    std::map<std::string, int> tiers;   ///< route id -> tier that answered last
};

struct Machine::Leaf : Frame {
    using Frame::Frame;
    StepKind what = StepKind::code;
    const Ask* ask = nullptr;
    Value checked; ///< of a check: what passes through
};
struct Machine::Route : Frame {
    using Frame::Frame;
    int tier = 0;
    bool deciding = false;
    Value answer;
    nlohmann::json tried = nlohmann::json::array();
    std::unique_ptr<Leaf> child;
};
struct Machine::Map : Frame {
    using Frame::Frame;
    Value items;
    std::size_t next = 0, done = 0, failed = 0;
    Error first_error; ///< of the items that failed and were skipped
    std::map<std::size_t, std::unique_ptr<Sequence>> active;
    std::vector<std::string> collected; ///< JSON text per item
    std::int64_t collected_bytes = 0;
};
struct Machine::Loop : Frame {
    using Frame::Frame;
    int iteration = 0;
    int stale = 0;
    Value previous;
    nlohmann::json progress;
    std::unique_ptr<Sequence> child;
};
/// A branch or a call: one sequence inside.
struct Machine::Wrap : Frame {
    using Frame::Frame;
    std::unique_ptr<Sequence> child;
};

/// What names mean inside a sequence; `output` only while an answer is judged.
class Machine::Scope final : public Names {
public:
    Scope(const Machine& machine, const Sequence& at, const nlohmann::json* output = nullptr)
        : machine_(machine)
        , at_(at)
        , output_(output) {}
    [[nodiscard]] const nlohmann::json* find(std::string_view path, std::string_view& rest) const override;

private:
    const Machine& machine_;
    const Sequence& at_;
    const nlohmann::json* output_;
};

} // namespace tally::engine
