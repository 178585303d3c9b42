#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

#include <filesystem>

namespace tally::cli {
namespace {
/// Pico per unit is dollars per million units times 10^6.
std::string perMillion(Pico rate) {
    return PicoSum::of(Int128{rate.value()} * 1'000'000).toString();
}

void list(Context& context, const std::string& filter) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto rows =
        api::wait<std::vector<api::PriceRow>>([&](auto reply) { (*workspace)->prices(filter, reply); });
    if (!rows) return context.failed(rows.error());
    if (context.printJson({{"prices", *rows}})) return;
    Table table({"Provider", "Model", "Tier", "From", "Rates: $ per million units", "Source"});
    for (const auto& row : *rows) {
        std::string rates;
        for (const auto& [meter, rate] : row.line.rates)
            rates += (rates.empty() ? "" : ", ") + meter + " " + perMillion(rate);
        table.row({row.line.provider, row.line.model, row.line.tier, row.line.effective_from, rates,
                   row.line.source.empty() ? row.note : row.line.source});
    }
    table.print();
}

void printContract(const api::ContractInfo& info) {
    if (info.source.empty()) {
        print("no contract rates; every price comes from the catalogue\n");
        return;
    }
    print("%s: %s rate lines for %s models, from %s%s%s\n", escapeForDisplay(info.name).c_str(),
          thousands(info.lines).c_str(), thousands(info.models).c_str(),
          escapeForDisplay(info.source).c_str(), info.set_us > 0 ? ", in use since " : "",
          localTime(info.set_us).c_str());
}

void showContract(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto settings =
        api::wait<api::WorkspaceSettings>([&](auto reply) { (*workspace)->settings(reply); });
    if (!settings) return context.failed(settings.error());
    if (!context.printJson(settings->contract)) printContract(settings->contract);
}

/// check, set and (with an empty path) remove.
void contract(Context& context, const std::string& path, bool only_check) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    std::error_code error;
    // The owner may be another process in another folder.
    const std::string file = path.empty() ? path : std::filesystem::absolute(path, error).string();
    const auto info = api::wait<api::ContractInfo>([&](auto reply) {
        if (only_check)
            (*workspace)->checkContract(file, reply);
        else
            (*workspace)->setContract(file, reply);
    });
    if (!info) return context.failed(info.error());
    if (!context.printJson(*info)) printContract(*info);
}
} // namespace

void addPriceCommands(CLI::App& app, Context& context) {
    auto* price = app.add_subcommand("price", "The price book");
    price->require_subcommand(1);
    auto filter = std::make_shared<std::string>();
    auto* list_command = price->add_subcommand("list", "Rate lines with source and date");
    list_command->add_option("filter", *filter, "Only where provider/model contain this");
    list_command->callback([filter, &context] { list(context, *filter); });

    auto* rates = price->add_subcommand(
        "contract", "Rates of your own over the catalogue, for every later call in this workspace");
    rates->require_subcommand(1);
    rates->add_subcommand("show", "What is laid over the catalogue")->callback([&context] {
        showContract(context);
    });
    auto file = std::make_shared<std::string>();
    auto* check =
        rates->add_subcommand("check", "Check a file of rates: an error names the place and the fix");
    check->add_option("file", *file, "File in the format tally-prices/1")->required();
    check->callback([file, &context] { contract(context, *file, true); });
    auto* set = rates->add_subcommand("set", "Use a file of rates; the workspace keeps a copy");
    set->add_option("file", *file, "File in the format tally-prices/1")->required();
    set->callback([file, &context] { contract(context, *file, false); });
    rates->add_subcommand("remove", "Use the catalogue alone again")->callback([&context] {
        contract(context, {}, false);
    });
}

} // namespace tally::cli
