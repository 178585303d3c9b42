// eval_price FILE.jsonl [--list MODEL=IN/OUT]…: is a wrong price table noticed in recorded agent runs, and is
// the rate named that explains the log?
//
// One run per line: {"model", "tokens_sent", "tokens_received", "cost_reported_usd"}. The check sees tokens,
// the logged cost and the model's list price in dollars per million tokens (a table below, dated; --list adds
// or replaces). Then the same runs again, re-costed exactly at that list price: no alarm may be raised.
#include "core/guard/price_check.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

namespace {

using nlohmann::json;
using namespace tally;
using guard::PricedCall;
using guard::TokenRates;

/// DeepSeek's list of June 2024; Volcengine's list of May 2024 (0.005 and 0.009 yuan per thousand) at 7.2.
std::map<std::string, TokenRates> lists() {
    const auto usd = [](std::string_view text) { return Pico::parse(text).value(); };
    return {{"deepseek-coder-v2", {usd("0.14"), usd("0.28")}},
            {"doubao-pro-128k", {usd("0.695"), usd("1.25")}}};
}

int bad(const std::string& message) {
    std::cerr << message << "\n";
    return 2;
}

bool addList(std::map<std::string, TokenRates>& table, std::string_view text) {
    const auto equal = text.find('='), slash = text.find('/', equal == std::string_view::npos ? 0 : equal);
    if (equal == std::string_view::npos || slash == std::string_view::npos) return false;
    const auto in = Pico::parse(text.substr(equal + 1, slash - equal - 1)),
               out = Pico::parse(text.substr(slash + 1));
    if (!in || !out) return false;
    table[std::string(text.substr(0, equal))] = {*in, *out};
    return true;
}

/// Exactly at list, cut to whole pico.
Pico atList(const PricedCall& call) {
    const Int128 scaled = Int128{call.in} * call.list->in.value() + Int128{call.out} * call.list->out.value();
    return Pico::narrow(scaled / 1'000'000).value();
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return bad("usage: eval_price FILE.jsonl [--list MODEL=IN/OUT]…");
    auto table = lists();
    for (int i = 2; i + 1 < argc; i += 2)
        if (std::string_view(argv[i]) != "--list" || !addList(table, argv[i + 1]))
            return bad(fmt::format("{} {} is not --list MODEL=IN/OUT", argv[i], argv[i + 1]));
    std::ifstream in(argv[1]);
    if (!in) return bad(fmt::format("cannot read {}", argv[1]));
    const guard::GuardConfig config;
    guard::PriceCheck check, control;
    int runs = 0, unlisted = 0, alarms = 0, explained = 0, control_alarms = 0, control_without_list = 0;
    std::map<std::string, int> rates;
    std::string example;
    try {
        for (std::string line; std::getline(in, line);) {
            if (line.empty()) continue;
            const json run = json::parse(line);
            PricedCall call;
            call.model = run.at("model").get<std::string>();
            call.in = run.at("tokens_sent").get<std::int64_t>();
            call.out = run.at("tokens_received").get<std::int64_t>();
            // The recorder wrote binary fractions; twelve decimals are what it can have meant.
            const auto logged =
                Pico::parse(fmt::format("{:.12f}", run.at("cost_reported_usd").get<double>()));
            if (!logged) return bad(logged.error().text());
            call.logged = *logged;
            if (const auto list = table.find(call.model); list != table.end()) call.list = list->second;
            ++runs;
            if (!call.list) ++unlisted;
            if (const auto alert = check.feed(call, config)) {
                ++alarms;
                if (example.empty()) example = alert->sentence;
                if (alert->evidence["explained"].get<bool>()) {
                    ++explained;
                    ++rates[alert->evidence["rate"]["in"].get<std::string>() + "/" +
                            alert->evidence["rate"]["out"].get<std::string>()];
                }
            }
            if (!call.list) {
                ++control_without_list;
                continue;
            }
            call.logged = atList(call);
            if (control.feed(call, config)) ++control_alarms;
        }
    } catch (const json::exception& e) {
        return bad(fmt::format("{}: {}", argv[1], e.what()));
    }
    if (runs == 0) return bad("no runs in the file");
    std::cout << json{{"runs", runs},
                      {"without_list_price", unlisted},
                      {"alarms", alarms},
                      {"explained", explained},
                      {"rates_per_million", rates},
                      {"control_alarms", control_alarms},
                      {"control_skipped", control_without_list},
                      {"example", example}}
                     .dump()
              << std::endl;
    return 0;
}
