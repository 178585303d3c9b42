#include "app/cli/context.h"
#include "app/cli/table.h"
#include "core/api/codec.h"

namespace tally::cli {
namespace {
/// Pico per unit is dollars per million units times 10^6.
std::string perMillion(Pico rate) { return PicoSum::of(Int128{rate.value()} * 1'000'000).toString(); }

void list(Context& context, const std::string& filter) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto rows = api::wait<std::vector<api::PriceRow>>([&](auto reply) { (*workspace)->prices(filter, reply); });
    if (!rows) return context.failed(rows.error());
    if (context.printJson({{"prices", *rows}})) return;
    Table table({"Provider", "Model", "Tier", "From", "Rates: $ per million units", "Source"});
    for (const auto& row : *rows) {
        std::string rates;
        for (const auto& [meter, rate] : row.line.rates)
            rates += (rates.empty() ? "" : ", ") + meter + " " + perMillion(rate);
        table.row({row.line.provider, row.line.model, row.line.tier, row.line.effective_from, rates, row.line.source.empty() ? row.note : row.line.source});
    }
    table.print();
}
} // namespace

void addPriceCommands(CLI::App& app, Context& context) {
    auto* price = app.add_subcommand("price", "The price book");
    price->require_subcommand(1);
    auto filter = std::make_shared<std::string>();
    auto* list_command = price->add_subcommand("list", "Rate lines with source and date");
    list_command->add_option("filter", *filter, "Only where provider/model contain this");
    list_command->callback([filter, &context] { list(context, *filter); });
}

} // namespace tally::cli
