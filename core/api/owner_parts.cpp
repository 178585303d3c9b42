#include "core/api/owner_parts.h"

#include "core/api/http_fetch.h"
#include "core/api/settings.h"
#include "core/audit/index_rebuild.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/resources.h"
#include "core/context/licence_table.h"
#include "core/price/prompt_count.h"
#include "core/price/tokenizer.h"
#include "core/route/licence_functions.h"
#include "core/route/local_models.h"
#include "core/store/ops_repo.h"

namespace tally::api {
namespace {

Status loadProviders(OwnerParts& parts) {
    TALLY_ASSIGN(auto network, loadNetwork(parts.store->writer().db()));
    parts.board->setNetwork(std::move(network));
    for (auto& config : builtinProviders())
        parts.board->put(std::move(config));
    TALLY_ASSIGN(const auto rows, store::ProviderRepo::list(parts.store->writer().db()));
    for (const auto& row : rows) {
        auto config = provider::providerConfigFromJson(nlohmann::json::parse(row.config, nullptr, false));
        if (config)
            parts.board->put(std::move(*config));
        else
            log::warn("provider",
                      "the stored provider '" + row.name + "' cannot be read: " + config.error().text());
    }
    const DiskFileSystem disk;
    TALLY_ASSIGN(const std::string profiles,
                 disk.read(parts.options.resources + "/sim/profiles.json", 1 << 20));
    TALLY_ASSIGN(auto parsed, provider::parseSimProfiles(profiles));
    parts.board->setProfiles(std::move(parsed));
    return {};
}

/// Simulated models count like the model that they stand for; `model` is that one's name.
provider::TokenCounter tokenCounter() {
    provider::TokenCounter counter = provider::roughTokenCounter();
    const auto rough = counter;
    counter.input = [rough](std::string_view model, const ModelCall& call) {
        ModelCall named = call;
        named.model = std::string(model);
        const auto count = price::countPrompt(named);
        return count ? count->tokens : rough.input(model, call);
    };
    counter.output = [rough](std::string_view model, std::string_view text) {
        const auto encoding = price::encodingOf(model);
        const auto tokenizer =
            encoding ? price::Tokenizer::get(*encoding)
                     : Result<const price::Tokenizer*>(fail("tokenizer.private", "no public tokenizer"));
        return tokenizer ? (*tokenizer)->count(text) : rough.output(model, text);
    };
    return counter;
}

} // namespace

std::optional<engine::ProviderFacts> providerFacts(const ProviderBoard& board, const std::string& provider,
                                                   const std::string& model) {
    const auto config = board.find(provider);
    if (!config) return std::nullopt;
    engine::ProviderFacts facts;
    facts.price_provider = config->price_as;
    facts.local = config->kind == provider::ProviderKind::local;
    if (config->kind == provider::ProviderKind::sim) {
        facts.simulated = true;
        if (const auto profile = board.profile(model)) {
            facts.price_provider = profile->price_provider;
            facts.price_model = profile->price_model;
        }
    }
    return facts;
}

std::vector<provider::ProviderConfig> builtinProviders() {
    provider::ProviderConfig sim;
    sim.name = "sim";
    sim.kind = provider::ProviderKind::sim;
    provider::ProviderConfig local;
    local.name = "local";
    local.kind = provider::ProviderKind::local;
    return {sim, local};
}

OwnerParts::~OwnerParts() {
    engine.reset();
    keys.reset();
    if (log) {
        if (const auto closed = log->close(store->writer(), "shutdown"); !closed)
            log::warn("log", closed.error().text());
    }
    if (store) store->writer().stop();
}

Result<std::unique_ptr<OwnerParts>> openOwnerParts(OpenOptions options) {
    auto parts = std::make_unique<OwnerParts>();
    if (options.resources.empty()) {
        TALLY_ASSIGN(options.resources, resourceDir());
    }
    parts->options = options;
    parts->clock = options.clock != nullptr ? options.clock : &parts->system_clock;
    parts->rng = options.rng != nullptr ? options.rng : &parts->system_rng;
    store::StoreOptions store_options;
    store_options.dir = options.dir;
    store_options.app = options.app_version;
    TALLY_ASSIGN(parts->store, store::Store::open(store_options, *parts->clock, *parts->rng));
    parts->seeds = std::make_unique<audit::VaultSeedStore>(options.dir + "/keys", options.seed_vault,
                                                           options.seeds_to_vault
                                                               ? audit::VaultSeedStore::Writes::to_vault
                                                               : audit::VaultSeedStore::Writes::where_kept);
    audit::TraceLogOptions log_options;
    log_options.app = options.app_version;
    log_options.seen_dir =
        options.state_dir.empty() ? audit::PlaceMemory::defaultDir() : options.state_dir + "/seen";
    log_options.retire_damaged = options.retire_damaged;
    if (options.org_key) {
        audit::OrgKeySetting organisation;
        if (!options.org_key->empty()) {
            TALLY_ASSIGN(organisation, audit::orgKeyAt(*options.org_key));
        }
        TALLY_TRY(audit::storeOrgKey(parts->store->writer().db(), organisation));
    }
    // Before the log opens: it says whether the tables fit.
    if (options.rebuild_index) TALLY_TRY(audit::rebuildIndex(*parts->store));
    TALLY_ASSIGN(parts->log, audit::TraceLogWriter::open(*parts->store, *parts->seeds, *parts->clock,
                                                         *parts->rng, log_options));
    TALLY_ASSIGN(auto prices, loadPriceBook(parts->store->writer().db(), options.contract_prices));
    parts->prices.set(prices);
    TALLY_TRY(loadProviders(*parts));
    parts->keys = std::make_unique<ProviderKeys>(options.keys, parts->board);
    parts->keys->applyAll();
    TALLY_ASSIGN(const auto samples,
                 route::SampleModels::load(options.resources + "/samples", options.dir + "/cache"));

    auto functions = std::make_shared<engine::FunctionRegistry>();
    engine::addFileFunctions(*functions);
    for (auto& [name, function] : route::licenceFunctions(samples))
        functions->add(
            name, function.description,
            [call = function.call](const nlohmann::json& args, const engine::FunctionContext& context) {
                return call(args, context.folders);
            });

    engine::EngineConfig config;
    config.store = parts->store.get();
    config.log = parts->log.get();
    config.feed = &parts->feed;
    config.clock = parts->clock;
    config.rng = parts->rng;
    config.prices = prices;
    config.functions = functions;
    config.fetch = [board = parts->board](const engine::HttpRequest& request, CancelToken cancel) {
        return fetchForTool(request, board->network(), cancel);
    };
    config.app_version = options.app_version;
    config.resume_open_runs = options.resume_open_runs;
    config.batch_work = options.batches == Batches::run    ? engine::BatchWork::run
                        : options.batches == Batches::load ? engine::BatchWork::load
                                                           : engine::BatchWork::none;
    OwnerParts* raw = parts.get();
    config.facts = [board = parts->board](const std::string& provider, const std::string& model) {
        return providerFacts(*board, provider, model);
    };
    config.admission = [raw](std::string_view provider, std::int64_t tokens) {
        return raw->hub->admission(provider, tokens);
    };
    config.unadmit = [raw](std::string_view provider, std::int64_t tokens) {
        raw->hub->unadmit(provider, tokens);
    };
    config.make_port = [raw, samples]() -> Result<std::unique_ptr<provider::ModelPort>> {
        HubPortParts port;
        port.clock = raw->clock;
        port.board = raw->board;
        port.options.sim_time_scale = raw->options.sim_time_scale;
        port.equip = [raw, samples](provider::ProviderHub& hub) {
            for (const auto& name : raw->board->simModels())
                hub.addSimModel(*raw->board->profile(name));
            samples.equip(hub);
            hub.setTokenCounter(tokenCounter());
        };
        TALLY_ASSIGN(auto made, HubPort::make(std::move(port)));
        raw->hub = &made->hub();
        return std::unique_ptr<provider::ModelPort>(std::move(made));
    };
    TALLY_ASSIGN(parts->engine, engine::Engine::open(std::move(config)));
    return parts;
}

} // namespace tally::api
