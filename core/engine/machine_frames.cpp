#include "core/engine/machine_frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::engine {

using nlohmann::json;

void Machine::beginStep(Sequence& in, const StepDef& def, const std::string& path) {
    const bool container = def.kind == StepKind::map || def.kind == StepKind::loop ||
                           def.kind == StepKind::branch || def.kind == StepKind::call;
    if (container) {
        if (auto begun = beginContainer(in, def, path); !begun) {
            in.child = std::make_unique<Leaf>(Frame::Kind::leaf, &in, &def, path);
            finish(*in.child, false, nullptr, begun.error().at(path));
        }
        return;
    }
    if (def.kind == StepKind::route) {
        auto route = std::make_unique<Route>(Frame::Kind::route, &in, &def, path);
        if (in.repair != nullptr && in.tiers.count(def.id) != 0) route->tier = in.tiers[def.id];
        Route& begun = *route;
        in.child = std::move(route);
        return beginTier(begun);
    }
    beginLeaf(in, def, path);
}

void Machine::emit(Leaf& leaf, Task task, Result<json> input) {
    task.path = leaf.path;
    task.kind = leaf.what;
    task.def = leaf.def;
    for (const Frame* at = leaf.parent; at != nullptr; at = at->parent) {
        if (at->kind != Frame::Kind::sequence) continue;
        const Workflow* of = &static_cast<const Sequence*>(at)->workflow;
        if (of != workflow_.get() && (task.called.empty() || task.called.back() != of))
            task.called.push_back(of);
    }
    std::reverse(task.called.begin(), task.called.end());
    if (input)
        task.input = std::move(*input);
    else
        task.failed = std::move(input).error();
    waiting_[leaf.path] = &leaf;
    out_->tasks.push_back(std::move(task));
}

void Machine::beginLeaf(Sequence& in, const StepDef& def, const std::string& path) {
    auto leaf = std::make_unique<Leaf>(Frame::Kind::leaf, &in, &def, path);
    leaf->what = def.kind;
    if (const auto* model = std::get_if<ModelStep>(&def.what)) leaf->ask = &model->ask;
    auto input = render(in, def);
    if (input && def.kind == StepKind::check) leaf->checked = keep(input->at("value"));
    Task task;
    task.item = in.item;
    task.workflow = &in.workflow;
    Leaf& begun = *leaf;
    in.child = std::move(leaf);
    emit(begun, std::move(task), std::move(input));
}

Status Machine::beginContainer(Sequence& in, const StepDef& def, const std::string& path) {
    const Scope scope(*this, in);
    if (const auto* what = std::get_if<MapStep>(&def.what)) {
        TALLY_ASSIGN(json items, renderReference(scope, what->over));
        if (!items.is_array())
            return fail("map.not_an_array",
                        "A map needs an array to run over, this is " + std::string(items.type_name()),
                        "Point \"over\" at a list.");
        auto map = std::make_unique<Map>(Frame::Kind::map, &in, &def, path);
        map->items = keep(std::move(items));
        map->collected.resize(map->items->size());
        if (in.inputs != nullptr && in.parent == nullptr)
            items_total_ += static_cast<std::int64_t>(map->items->size());
        Map& begun = *map;
        in.child = std::move(map);
        fillMap(begun);
    } else if (std::holds_alternative<LoopStep>(def.what)) {
        auto loop = std::make_unique<Loop>(Frame::Kind::loop, &in, &def, path);
        Loop& begun = *loop;
        in.child = std::move(loop);
        beginRound(begun);
    } else if (const auto* branch = std::get_if<BranchStep>(&def.what)) {
        for (const BranchCase& each : branch->cases) {
            if (!each.when.empty()) {
                TALLY_ASSIGN(const bool taken, test(scope, each.when));
                if (!taken) continue;
            }
            auto wrap = std::make_unique<Wrap>(Frame::Kind::wrap, &in, &def, path);
            wrap->child = std::make_unique<Sequence>(wrap.get(), *each.steps, in.workflow, path);
            wrap->child->item = in.item;
            begin(*wrap->child);
            in.child = std::move(wrap);
            return {};
        }
        in.child = std::make_unique<Leaf>(Frame::Kind::leaf, &in, &def, path);
        finish(*in.child, true, keep(nullptr));
    } else if (const auto* call = std::get_if<CallStep>(&def.what)) {
        const auto called = called_.find(call->workflow);
        if (called == called_.end())
            return fail("call.unknown_workflow", "There is no workflow called \"" + call->workflow + "\"",
                        "Add it first.");
        int depth = 0;
        for (const Frame* at = &in; at != nullptr; at = at->parent)
            depth += at->kind == Frame::Kind::wrap ? 1 : 0;
        if (depth >= 16)
            return fail("call.too_deep", "Workflows call each other more than 16 deep",
                        "End the recursion with a branch.");
        TALLY_ASSIGN(json given, renderJson(scope, call->inputs.is_null() ? json::object() : call->inputs));
        TALLY_ASSIGN(json inputs, prepareInputs(*called->second, std::move(given)));
        auto wrap = std::make_unique<Wrap>(Frame::Kind::wrap, &in, &def, path);
        wrap->child = std::make_unique<Sequence>(wrap.get(), called->second->steps, *called->second, path);
        wrap->child->inputs = keep(std::move(inputs));
        wrap->child->item = in.item;
        begin(*wrap->child);
        in.child = std::move(wrap);
    }
    return {};
}

void Machine::handle(Wrap& frame, Signal signal) {
    const Sequence& body = *frame.child;
    Value result = signal.output;
    if (signal.ok && frame.def->kind == StepKind::branch) result = keep(outputsOf(body));
    frame.child.reset();
    finish(frame, signal.ok, std::move(result), std::move(signal.error));
}

// ---- map

void Machine::fillMap(Map& frame) {
    const auto& what = std::get<MapStep>(frame.def->what);
    const auto at_once = static_cast<std::size_t>(std::max(1, what.concurrency));
    const Sequence& in = static_cast<const Sequence&>(*frame.parent);
    while (frame.next < frame.items->size() && frame.active.size() < at_once) {
        const std::size_t i = frame.next++;
        const std::string place = frame.path + "[" + std::to_string(i) + "]";
        auto body = std::make_unique<Sequence>(&frame, *what.steps, in.workflow, place);
        body->item = place;
        body->item_value = Value(frame.items, &(*frame.items)[i]);
        body->index = std::make_shared<const json>(i);
        begin(*body);
        frame.active.emplace(i, std::move(body));
    }
    if (frame.active.empty()) {
        json all = json::array();
        for (std::string& each : frame.collected)
            all.push_back(each.empty() ? json() : json::parse(each));
        *bytes_ -= frame.collected_bytes;
        frame.collected.clear();
        // Skipping is for the odd item: where nothing at all succeeded the map did not either.
        if (frame.failed > 0 && frame.failed == frame.done)
            return finish(
                frame, false, nullptr,
                Error{"map.all_failed",
                      fmt::format("All {} items failed; the first: {}", frame.done, frame.first_error.text()),
                      "", frame.path});
        finish(frame, true, keep(std::move(all)));
    }
}

Status Machine::collect(Map& frame, const Sequence& item) {
    const auto& what = std::get<MapStep>(frame.def->what);
    json value;
    if (what.collect.empty()) {
        value = outputsOf(item);
    } else {
        TALLY_ASSIGN(value, renderValue(Scope(*this, item), what.collect));
    }
    std::string& text = frame.collected[item.index->get<std::size_t>()];
    text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    frame.collected_bytes += static_cast<std::int64_t>(text.size());
    *bytes_ += static_cast<std::int64_t>(text.size());
    return {};
}

void Machine::handle(Map& frame, Signal signal) {
    const auto& what = std::get<MapStep>(frame.def->what);
    const Sequence& body = static_cast<const Sequence&>(*signal.from);
    if (signal.ok) {
        if (auto kept = collect(frame, body); !kept)
            signal.ok = false, signal.error = kept.error().at(body.path);
    }
    if (!signal.ok && what.on_item_error == OnError::fail) {
        cancelBelow(frame);
        *bytes_ -= frame.collected_bytes;
        return finish(frame, false, nullptr, std::move(signal.error));
    }
    if (!signal.ok) {
        ++items_failed_;
        if (frame.failed++ == 0) frame.first_error = std::move(signal.error);
    }
    ++frame.done;
    out_->items.push_back(body.path);
    const auto* in = static_cast<const Sequence*>(frame.parent);
    if (in->inputs != nullptr && in->parent == nullptr) ++items_done_;
    frame.active.erase(body.index->get<std::size_t>());
    fillMap(frame);
}

// ---- loop

void Machine::beginRound(Loop& frame) {
    const auto& what = std::get<LoopStep>(frame.def->what);
    const Sequence& in = static_cast<const Sequence&>(*frame.parent);
    const std::string place = frame.path + "[" + std::to_string(frame.iteration) + "]";
    frame.child = std::make_unique<Sequence>(&frame, *what.steps, in.workflow, place);
    frame.child->item = in.item;
    frame.child->iteration = std::make_shared<const json>(frame.iteration);
    frame.child->previous = frame.previous;
    begin(*frame.child);
}

void Machine::handle(Loop& frame, Signal signal) {
    const auto& what = std::get<LoopStep>(frame.def->what);
    if (!signal.ok) return finish(frame, false, nullptr, std::move(signal.error));
    const Sequence& body = *frame.child;
    const Scope scope(*this, body);
    frame.previous = keep(outputsOf(body));
    bool ended = frame.iteration + 1 >= what.max_iterations;
    if (!what.until.empty()) {
        auto reached = test(scope, what.until);
        if (!reached) return finish(frame, false, nullptr, reached.error().at(body.path + "/until"));
        ended = ended || *reached;
    }
    if (!ended && !what.progress.empty()) {
        auto measure = evaluate(scope, what.progress);
        if (!measure) return finish(frame, false, nullptr, measure.error().at(body.path + "/progress"));
        frame.stale = frame.iteration > 0 && *measure == frame.progress ? frame.stale + 1 : 0;
        frame.progress = std::move(*measure);
        if (frame.stale >= what.patience)
            return finish(frame, false, nullptr,
                          Error{"loop.no_progress",
                                fmt::format("{} rounds in a row made no progress: the measure stayed {}",
                                            frame.stale, frame.progress.dump()),
                                "Raise patience, or change what the loop does.", frame.path});
    }
    if (ended) return finish(frame, true, frame.previous);
    ++frame.iteration;
    beginRound(frame);
}

// ---- route: cheapest tier first

void Machine::beginTier(Route& frame) {
    const auto& what = std::get<RouteStep>(frame.def->what);
    const Sequence& in = static_cast<const Sequence&>(*frame.parent);
    const RouteTier& tier = what.tiers[static_cast<std::size_t>(frame.tier)];
    auto leaf = std::make_unique<Leaf>(Frame::Kind::leaf, &frame, frame.def,
                                       frame.path + "@" + std::to_string(frame.tier + 1));
    leaf->what = StepKind::model;
    leaf->ask = tier.ask ? &*tier.ask : &what.ask;
    Task task;
    task.item = in.item;
    task.parent = frame.path;
    task.workflow = &in.workflow;
    task.tier = frame.tier;
    Leaf& begun = *leaf;
    frame.child = std::move(leaf);
    emit(begun, std::move(task), renderAsk(in, *begun.ask, tier.role));
}

void Machine::handle(Route& frame, Signal signal) {
    const auto& what = std::get<RouteStep>(frame.def->what);
    if (frame.deciding) return finish(frame, signal.ok, std::move(frame.answer), std::move(signal.error));
    const Sequence& in = static_cast<const Sequence&>(*frame.parent);
    const RouteTier& tier = what.tiers[static_cast<std::size_t>(frame.tier)];
    const bool last = static_cast<std::size_t>(frame.tier) + 1 == what.tiers.size();
    json verdict = {{"tier", frame.tier + 1}, {"role", tier.role}, {"accepted", signal.ok}};
    if (!signal.ok) {
        verdict["why"] = signal.error.message;
    } else if (!tier.accept.empty()) {
        auto accepted = test(Scope(*this, in, signal.output.get()), tier.accept);
        verdict["accepted"] = accepted && *accepted;
        verdict["why"] = accepted ? tier.accept : accepted.error().message;
    }
    const bool accepted = verdict["accepted"].get<bool>();
    frame.tried.push_back(std::move(verdict));
    if (accepted) {
        frame.answer = std::move(signal.output);
        return decide(frame, std::nullopt);
    }
    if (!last) {
        ++frame.tier;
        return beginTier(frame);
    }
    if (!signal.ok) return decide(frame, std::move(signal.error));
    decide(frame,
           Error{"route.not_accepted", "No tier gave an answer that its condition accepts",
                 "Leave the last tier's \"accept\" empty to take its answer in any case.", frame.path});
}

void Machine::decide(Route& frame, std::optional<Error> failed) {
    frame.deciding = true;
    const Sequence& in = static_cast<const Sequence&>(*frame.parent);
    auto leaf = std::make_unique<Leaf>(Frame::Kind::leaf, &frame, frame.def, frame.path);
    leaf->what = StepKind::route;
    Task task;
    task.item = in.item;
    task.workflow = &in.workflow;
    task.failed = std::move(failed);
    Leaf& begun = *leaf;
    frame.child = std::move(leaf);
    emit(begun, std::move(task), json{{"tried", std::move(frame.tried)}});
}

} // namespace tally::engine
