#include "core/audit/log_figures.h"

#include "core/audit/cfp.h"

#include <algorithm>
#include <unordered_map>

namespace tally::audit {
namespace {
using Quantities = std::map<std::string, PicoSum>;

Quantities quantitiesOf(const EntryView& entry) {
    Quantities out;
    for (const CfpField& field : entry) {
        const std::string_view key = entry.key(field);
        if (field.type == CfpType::integer && key.size() > 4 && key.ends_with("_qty"))
            out[std::string(key.substr(0, key.size() - 4))] += PicoSum::of(field.number);
    }
    return out;
}

class Figures {
public:
    void add(const EntryView& entry, std::int64_t seq) {
        const std::string kind = entry.text("kind").value_or("");
        if (kind == "step")
            step(entry, seq);
        else if (kind == "settle")
            settle(entry, seq);
        else if (kind == "run")
            run(entry, seq);
        else if (kind == "budget")
            budget(entry, seq);
    }
    void unreadable() { ++out_.unreadable; }
    LogFigures take() {
        for (const auto& [target, by] : settled_) {
            const auto at = unknown_.find(target);
            if (at != unknown_.end() && target < by.seq) correct(at->second, by);
        }
        std::sort(out_.models.begin(), out_.models.end(), [](const auto& a, const auto& b) {
            return std::tie(b.cost, a.provider, a.model) < std::tie(a.cost, b.provider, b.model);
        });
        return std::move(out_);
    }

private:
    struct Booked {
        std::size_t run = 0, model = 0;
        PicoSum cost;
        Quantities qty;
    };
    struct Settlement {
        std::int64_t seq = 0;
        PicoSum cost;
        Quantities qty;
    };

    template <class Row, class Make>
    static std::size_t place(std::unordered_map<std::string, std::size_t>& index, std::vector<Row>& rows,
                             const std::string& key, Make&& make) {
        const auto [at, added] = index.try_emplace(key, rows.size());
        if (added) make(rows.emplace_back());
        return at->second;
    }
    std::size_t runOf(const std::string& id) {
        return place(runs_, out_.runs, id, [&](LogFigures::Run& row) { row.run = id; });
    }

    void step(const EntryView& entry, std::int64_t seq) {
        Booked b;
        b.cost = PicoSum::of(entry.integer("cost_pico").value_or(0));
        b.qty = quantitiesOf(entry);
        b.run = runOf(entry.text("run").value_or(""));
        const std::string provider = entry.text("provider").value_or(""),
                          model = entry.text("model").value_or("");
        b.model = place(models_, out_.models, provider + '\n' + model, [&](LogFigures::Model& row) {
            row.provider = provider;
            row.model = model;
        });
        ++out_.steps;
        ++out_.runs[b.run].steps;
        ++out_.models[b.model].steps;
        book(b, b.cost, b.qty, 1);
        if (entry.text("status") == "unknown") unknown_.emplace(seq, std::move(b));
    }
    void book(const Booked& b, PicoSum cost, const Quantities& qty, int sign) {
        const PicoSum signed_cost = PicoSum::of(cost.value() * sign);
        out_.cost += signed_cost;
        out_.runs[b.run].cost += signed_cost;
        out_.models[b.model].cost += signed_cost;
        for (const auto& [meter, n] : qty)
            out_.models[b.model].qty[meter] += PicoSum::of(n.value() * sign);
    }
    void settle(const EntryView& entry, std::int64_t seq) {
        const auto target = entry.integer("target");
        if (!target) return;
        const auto [at, added] = settled_.try_emplace(*target);
        if (!added && at->second.seq <= seq) return; // the first one counts
        at->second = {seq, PicoSum::of(entry.integer("cost_pico").value_or(0)), quantitiesOf(entry)};
    }
    void correct(const Booked& booked, const Settlement& by) {
        book(booked, booked.cost, booked.qty, -1);
        book(booked, by.cost, by.qty, 1);
        // An end states what was known at that point (5.5); what was settled after it is added here.
        const auto end = ends_.find(booked.run);
        if (end == ends_.end() || end->second > by.seq) return;
        if (auto& stated = out_.runs[booked.run].stated) *stated += by.cost - booked.cost;
    }
    void run(const EntryView& entry, std::int64_t seq) {
        const std::size_t at = runOf(entry.text("run").value_or(""));
        auto& row = out_.runs[at];
        if (entry.text("op") == "start") {
            row.workflow = entry.text("workflow").value_or("");
            row.process = entry.text("process").value_or("");
            row.label = entry.text("label").value_or("");
            row.first_seq = seq;
        } else {
            row.status = entry.text("status").value_or("");
            ends_[at] = seq;
            if (const auto stated = entry.integer("cost_pico")) row.stated = PicoSum::of(*stated);
        }
    }
    void budget(const EntryView& entry, std::int64_t seq) {
        const std::string scope = entry.text("scope").value_or(""),
                          window = entry.text("window").value_or("");
        auto& row =
            out_.budgets[place(budgets_, out_.budgets, scope + '\n' + window, [&](LogFigures::Budget& fresh) {
                fresh.scope = scope;
                fresh.window = window;
            })];
        const std::string op = entry.text("op").value_or("");
        row.last_seq = seq;
        if (op == "warn") ++row.warned;
        if (op == "exhausted") ++row.exhausted;
        if (op != "set" && op != "change" && op != "remove") return;
        ++row.changes;
        const auto limit = entry.integer("limit_pico");
        row.limit = limit ? std::optional(PicoSum::of(*limit)) : std::nullopt;
        row.meter = entry.text("meter").value_or("");
        row.limit_qty = entry.integer("limit_qty").value_or(-1);
    }

    LogFigures out_;
    std::unordered_map<std::string, std::size_t> runs_, models_, budgets_;
    std::unordered_map<std::size_t, std::int64_t> ends_; ///< place of a run -> seq of its end
    std::unordered_map<std::int64_t, Booked> unknown_;
    std::unordered_map<std::int64_t, Settlement> settled_;
};
} // namespace

Result<LogFigures> logFigures(const BundleRecords& records, const CancelToken& cancel) {
    using Place = BundleRecords::Place;
    Figures figures;
    std::vector<CfpField> fields;
    for (std::uint64_t pos = records.first(); pos < records.first() + records.lines(); ++pos) {
        if (pos % 4096 == 0 && cancel.cancelled())
            return fail("verify.cancelled", "the verification was cancelled");
        TALLY_ASSIGN(const auto at, records.record(pos));
        if (at.place == Place::inserted || at.place == Place::copy || at.place == Place::unsealed) continue;
        if (at.place == Place::changed && !at.original) {
            figures.unreadable();
            continue;
        }
        const std::string_view line = at.place == Place::changed ? std::string_view(*at.original) : at.line;
        fields.clear();
        if (!parseCfp(line, fields).ok()) {
            figures.unreadable();
            continue;
        }
        figures.add(EntryView(line, fields.data(), fields.size()),
                    static_cast<std::int64_t>(at.record.value_or(pos)));
    }
    return figures.take();
}

} // namespace tally::audit
