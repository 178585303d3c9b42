#include "core/engine/machine_frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::engine {

using nlohmann::json;

std::int64_t sizeOf(const json& value) {
    std::int64_t size = 16;
    if (value.is_string())
        return size + static_cast<std::int64_t>(value.get_ref<const std::string&>().size());
    if (value.is_object())
        for (const auto& [key, each] : value.items())
            size += static_cast<std::int64_t>(key.size()) + sizeOf(each);
    else if (value.is_array())
        for (const json& each : value)
            size += sizeOf(each);
    return size;
}

Machine::Machine(std::shared_ptr<const Workflow> workflow, json inputs, WorkflowMap called)
    : workflow_(std::move(workflow))
    , called_(std::move(called))
    , inputs_(std::move(inputs)) {}

Machine::~Machine() = default;

Value Machine::keep(json value) {
    const std::int64_t size = sizeOf(value);
    *bytes_ += size;
    return Value(new json(std::move(value)), [bytes = bytes_, size](const json* dead) {
        *bytes -= size;
        delete dead;
    });
}

void Machine::start(Effects& out) {
    out_ = &out;
    root_ = std::make_unique<Sequence>(nullptr, workflow_->steps, *workflow_, "");
    root_->inputs = keep(std::move(inputs_));
    begin(*root_);
    drain();
}

bool Machine::feed(Outcome outcome, Effects& out) {
    const auto it = waiting_.find(outcome.path);
    if (it == waiting_.end()) return false;
    out_ = &out;
    Leaf& leaf = static_cast<Leaf&>(*it->second);
    waiting_.erase(it);
    const Frame* at = leaf.parent;
    while (at->kind != Frame::Kind::sequence)
        at = at->parent;
    const Sequence& in = static_cast<const Sequence&>(*at);

    if (outcome.ok && outcome.memory.is_object())
        if (auto set = setMemory(outcome.memory); !set) outcome.ok = false, outcome.error = set.error();
    if (!outcome.ok) {
        finish(leaf, false, nullptr, std::move(outcome.error));
    } else if (leaf.what == StepKind::model) {
        auto answer = readAnswer(in, *leaf.def, *leaf.ask, std::move(outcome.output));
        if (answer)
            finish(leaf, true, std::move(*answer));
        else
            finish(leaf, false, nullptr, std::move(answer).error());
    } else if (leaf.what == StepKind::check) {
        finish(leaf, true, leaf.checked);
    } else {
        finish(leaf, true, keep(std::move(outcome.output)));
    }
    drain();
    return true;
}

void Machine::drain() {
    while (!signals_.empty() && state_ == State::running) {
        Signal signal = std::move(signals_.front());
        signals_.pop_front();
        if (signal.to == nullptr) {
            state_ = signal.ok ? State::ok : State::error;
            output_ = std::move(signal.output);
            error_ = std::move(signal.error);
            root_.reset();
            break;
        }
        Frame& to = *signal.to;
        switch (to.kind) {
        case Frame::Kind::sequence:
            handle(static_cast<Sequence&>(to), std::move(signal));
            break;
        case Frame::Kind::route:
            handle(static_cast<Route&>(to), std::move(signal));
            break;
        case Frame::Kind::map:
            handle(static_cast<Map&>(to), std::move(signal));
            break;
        case Frame::Kind::loop:
            handle(static_cast<Loop&>(to), std::move(signal));
            break;
        case Frame::Kind::wrap:
            handle(static_cast<Wrap&>(to), std::move(signal));
            break;
        case Frame::Kind::leaf:
            break; // nothing reports to a leaf
        }
    }
    out_ = nullptr;
}

void Machine::begin(Sequence& in) {
    signals_.push_back({&in, nullptr, true, nullptr, {}});
}

void Machine::finish(Frame& frame, bool ok, Value output, Error error) {
    if (!ok && error.where.empty()) error.where = frame.path;
    signals_.push_back({frame.parent, &frame, ok, std::move(output), std::move(error)});
}

void Machine::cancelBelow(const Frame& frame) {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        if (!it->second->isBelow(frame)) {
            ++it;
            continue;
        }
        cancelled_.insert(it->first);
        std::erase_if(out_->tasks, [&](const Task& task) { return task.path == it->first; });
        out_->cancelled.push_back(it->first);
        it = waiting_.erase(it);
    }
    std::erase_if(signals_, [&](const Signal& signal) {
        return (signal.to != nullptr && signal.to->isBelow(frame)) ||
               (signal.from != nullptr && signal.from->isBelow(frame));
    });
}

// ---- sequences

void Machine::handle(Sequence& in, Signal signal) {
    if (signal.from != nullptr) {
        if (auto done = stepDone(in, std::move(signal)); !done)
            return finish(in, false, nullptr, std::move(done).error());
    }
    while (in.pc < in.steps.size()) {
        const StepDef& def = in.steps[in.pc];
        const std::string path = in.pathOf(def);
        if (!def.when.empty()) {
            auto wanted = test(Scope(*this, in), def.when);
            if (!wanted && def.on_error == OnError::fail)
                return finish(in, false, nullptr, wanted.error().at(path));
            if (!wanted || !*wanted) {
                in.outputs[in.pc++] = keep(nullptr);
                continue;
            }
        }
        return beginStep(in, def, path);
    }
    auto result = resultOf(in);
    if (result)
        finish(in, true, std::move(*result));
    else
        finish(in, false, nullptr, std::move(result).error());
}

Status Machine::stepDone(Sequence& in, Signal signal) {
    const StepDef& def = in.steps[in.pc];
    if (signal.from->kind == Frame::Kind::route) in.tiers[def.id] = static_cast<Route*>(signal.from)->tier;
    in.child.reset();
    if (!signal.ok) {
        if (def.kind == StepKind::check && repair(in, def, signal.error)) return {};
        if (def.on_error == OnError::fail) return fail(std::move(signal.error));
        signal.output = keep(nullptr);
    }
    in.outputs[in.pc] = std::move(signal.output);
    if (signal.ok) TALLY_TRY(remember(in, def));
    if (in.repair != nullptr && in.pc == in.repair_to) in.repair.reset();
    ++in.pc;
    return {};
}

Result<Value> Machine::resultOf(const Sequence& body) {
    if (body.inputs != nullptr && !body.workflow.output.empty()) {
        auto value = renderValue(Scope(*this, body), body.workflow.output);
        if (!value) return fail(value.error().at("output"));
        return keep(std::move(*value));
    }
    if (body.inputs == nullptr) return Value(); // its container takes what it needs
    return body.outputs.empty() ? keep(nullptr) : body.outputs.back();
}

bool Machine::repair(Sequence& in, const StepDef& check, const Error& error) {
    const auto& what = std::get<CheckStep>(check.what);
    if (what.repair_step.empty() || in.repairs[check.id] >= what.repair_times) return false;
    for (std::size_t i = 0; i < in.pc; ++i) {
        if (in.steps[i].id != what.repair_step) continue;
        ++in.repairs[check.id];
        ++in.round;
        const json answer = in.outputs[i] == nullptr ? json() : *in.outputs[i];
        in.repair = keep({{"error", error.message}, {"answer", asText(answer)}});
        in.repair_from = i;
        in.repair_to = in.pc;
        for (std::size_t j = i; j <= in.pc; ++j)
            in.outputs[j].reset();
        in.pc = i;
        return true;
    }
    return false;
}

Status Machine::remember(Sequence& in, const StepDef& def) {
    if (def.remember.empty()) return {};
    const Value output = in.outputs[in.pc];
    const Scope scope(*this, in, output.get());
    json values = json::object();
    for (const auto& [key, pattern] : def.remember) {
        auto value = renderValue(scope, pattern);
        if (!value) return fail(value.error().at(in.pathOf(def) + "/remember/" + key));
        values[key] = std::move(*value);
    }
    return setMemory(values);
}

Status Machine::setMemory(const json& values) {
    json next = memory_;
    for (const auto& [key, value] : values.items()) {
        if (value.is_null())
            next.erase(key);
        else
            next[key] = value;
    }
    const std::int64_t size = sizeOf(next);
    if (size > workflow_->memory_bytes)
        return fail(
            "memory.limit",
            fmt::format("Run memory would hold {} bytes, the limit is {}", size, workflow_->memory_bytes),
            "Remember less, or raise memory_bytes of the workflow.");
    memory_ = std::move(next);
    memory_bytes_ = size;
    return {};
}

json Machine::outputsOf(const Sequence& frame) const {
    json out = json::object();
    for (std::size_t i = 0; i < frame.steps.size(); ++i)
        out[frame.steps[i].id] = frame.outputs[i] == nullptr ? json() : *frame.outputs[i];
    return out;
}

// ---- expressions

Result<json> Machine::evaluate(const Names& names, const std::string& text) {
    auto it = expressions_.find(text);
    if (it == expressions_.end()) {
        TALLY_ASSIGN(auto parsed, filter::Expression::parse(text));
        it = expressions_.emplace(text, std::move(parsed)).first;
    }
    return it->second.evaluate(scopeFor(names, it->second));
}

Result<bool> Machine::test(const Names& names, const std::string& text) {
    TALLY_ASSIGN(const json value, evaluate(names, text));
    return filter::truthy(value);
}

const json* Machine::Scope::find(std::string_view path, std::string_view& rest) const {
    const auto cut = std::min(path.find_first_of(".["), path.size());
    const std::string_view head = path.substr(0, cut);
    rest = path.substr(cut);
    if (head == "memory") return &machine_.memory_;
    if (head == "output" || head == "value") return output_;
    if (head != "steps") {
        for (const Sequence* at = &at_; at != nullptr; at = at->outer()) {
            const Value* value = head == "inputs"      ? &at->inputs
                                 : head == "item"      ? &at->item_value
                                 : head == "index"     ? &at->index
                                 : head == "iteration" ? &at->iteration
                                 : head == "previous"  ? &at->previous
                                 : head == "repair"    ? &at->repair
                                                       : nullptr;
            if (value == nullptr) return nullptr;
            if (*value != nullptr) return value->get();
        }
        return nullptr;
    }
    if (rest.empty() || rest.front() != '.') return nullptr;
    rest.remove_prefix(1);
    const auto end = std::min(rest.find_first_of(".["), rest.size());
    const std::string_view id = rest.substr(0, end);
    rest.remove_prefix(end);
    if (!rest.starts_with(".output")) return nullptr;
    rest.remove_prefix(7);
    if (!rest.empty() && rest.front() != '.' && rest.front() != '[') return nullptr;
    for (const Sequence* at = &at_; at != nullptr; at = at->outer())
        for (std::size_t i = 0; i < at->steps.size(); ++i)
            if (at->outputs[i] != nullptr && at->steps[i].id == id) return at->outputs[i].get();
    return nullptr;
}

} // namespace tally::engine
