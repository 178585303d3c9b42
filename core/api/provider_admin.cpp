#include "core/api/provider_admin.h"

#include "core/api/fields.h"
#include "core/api/http_fetch.h"
#include "core/base/json_text.h"
#include "core/engine/definition_check.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
using nlohmann::json;

std::string keySource(const std::string& key_ref) {
    if (key_ref.empty()) return "none";
    return key_ref.starts_with("env:") ? key_ref : "keychain";
}

bool contains(std::string_view text, const std::string& part) {
    return part.empty() || text.find(part) != std::string_view::npos;
}

std::string modelsSentence(const json& body, const std::string& name) {
    const json* list = fieldOf(body, "data");
    if (list == nullptr) list = fieldOf(body, "models");
    static const json none = json::array();
    if (list == nullptr || !list->is_array()) list = &none;
    std::string some;
    std::size_t n = 0;
    for (const auto& model : *list) {
        std::string id = textOf(model, "id");
        if (id.empty()) id = textOf(model, "name");
        if (id.empty()) continue;
        if (n++ < 4) some += (some.empty() ? "" : ", ") + id;
    }
    if (n == 0) return fmt::format("{} answers and accepts the key; it lists no models.", name);
    return fmt::format("{} answers and accepts the key: {} models ({}{}).", name, n, some,
                       n > 4 ? ", …" : "");
}
} // namespace

std::vector<ProviderInfo> providerInfos(const OwnerParts& parts) {
    std::vector<ProviderInfo> out;
    const auto states = parts.hub->status();
    for (const auto& config : parts.board->list()) {
        ProviderInfo info;
        info.name = config.name;
        info.kind = std::string(provider::toString(config.kind));
        const bool remote =
            config.kind != provider::ProviderKind::sim && config.kind != provider::ProviderKind::local;
        if (remote)
            info.base_url = provider::effectiveBaseUrl(config);
        else
            info.models = parts.hub->modelsOf(config.kind);
        info.key_source = keySource(config.key_ref);
        const auto key = parts.keys->state(config.name);
        info.key_present = key.present;
        info.requests_per_minute = config.limits.rpm;
        info.tokens_per_minute = config.limits.tpm;
        info.concurrent = config.limits.concurrent;
        info.proxy = config.proxy;
        info.ca_file = config.ca_file;
        info.price_as = config.price_as;
        info.simulated = config.kind == provider::ProviderKind::sim;
        for (const auto& state : states)
            if (state.name == config.name) info.health = state.problem;
        out.push_back(std::move(info));
    }
    return out;
}

Status addProviderTo(OwnerParts& parts, const AddProvider& request) {
    const ProviderInfo& info = request.info;
    // What `tally` and the window do not show (headers, schema mode) stays as it was.
    provider::ProviderConfig config = parts.board->find(info.name).value_or(provider::ProviderConfig());
    if (provider::toString(config.kind) != info.kind) config = {};
    config.key_ref.clear();
    config.name = info.name;
    TALLY_ASSIGN(config.kind, provider::parseProviderKind(info.kind));
    config.base_url = info.base_url;
    config.limits = {info.requests_per_minute, info.tokens_per_minute, info.concurrent};
    config.proxy = info.proxy;
    config.ca_file = info.ca_file;
    config.price_as = info.price_as;
    if (info.key_source.starts_with("env:"))
        config.key_ref = info.key_source;
    else if (!request.key.empty() || info.key_source == "keychain")
        config.key_ref = "keychain:" + info.name;
    TALLY_TRY(provider::validate(config));
    // Before anything is stored: a provider whose key cannot be read would warn at every start.
    if (config.key_ref.starts_with("env:"))
        if (const auto key = provider::resolveKey(config.key_ref, nullptr); !key) return fail(key.error());
    if (!request.key.empty()) {
        if (parts.options.keys == nullptr)
            return fail("key.store", "there is no keychain here to put the key in",
                        "put it in an environment variable and use --key-env NAME");
        TALLY_TRY(parts.options.keys->set(info.name, provider::Secret(request.key)));
    }
    const std::string text = json(config).dump();
    TALLY_TRY(parts.store->writer().write([&](store::Tx& tx) {
        return store::ProviderRepo::put(tx, {config.name, info.kind, text});
    }));
    parts.board->put(config);
    auto applied = std::make_shared<std::promise<Status>>();
    auto future = applied->get_future();
    parts.keys->apply(parts.board->effective(config),
                      [applied](const Status& status) { applied->set_value(status); });
    return future.get();
}

Status removeProviderFrom(OwnerParts& parts, const std::string& name) {
    const auto config = parts.board->find(name);
    if (!config)
        return fail("provider.unknown", "there is no provider '" + name + "'", "run: tally provider list");
    if (config->kind == provider::ProviderKind::sim || config->kind == provider::ProviderKind::local)
        return fail("provider.builtin", "'" + name + "' is part of Tallystick and cannot be removed");
    TALLY_TRY(
        parts.store->writer().write([&](store::Tx& tx) { return store::ProviderRepo::remove(tx, name); }));
    parts.board->remove(name);
    parts.engine->onEngineThread([&parts, name] { parts.hub->removeProvider(name); });
    if (parts.options.keys != nullptr && config->key_ref.starts_with("keychain:"))
        return parts.options.keys->remove(name);
    return {};
}

Result<std::string> testProviderOf(OwnerParts& parts, const std::string& name) {
    auto config = parts.board->find(name);
    if (!config)
        return fail("provider.unknown", "there is no provider '" + name + "'", "run: tally provider list");
    config = parts.board->effective(std::move(*config));
    if (config->kind == provider::ProviderKind::sim)
        return "Simulated models: they always answer, from this process.";
    if (config->kind == provider::ProviderKind::local) return "Local models: they run in this process.";
    provider::HttpRequest request;
    request.method = "GET";
    request.url = provider::effectiveBaseUrl(*config) +
                  (config->kind == provider::ProviderKind::anthropic ? "/v1/models" : "/models");
    request.proxy = config->proxy;
    request.ca_file = config->ca_file;
    TALLY_ASSIGN(request.key, provider::resolveKey(config->key_ref, parts.options.keys));
    if (config->kind == provider::ProviderKind::anthropic) {
        request.key_header = "x-api-key";
        request.headers.emplace_back("anthropic-version", "2023-06-01");
    } else if (config->kind == provider::ProviderKind::gemini) {
        request.key_header = "x-goog-api-key";
    } else {
        request.key_header = "Authorization";
        request.key_prefix = "Bearer ";
    }
    TALLY_ASSIGN(const auto reply, fetchOnce(std::move(request), 15'000, 4 << 20, CancelToken()));
    if (reply.status == 401 || reply.status == 403)
        return fail("provider.key", fmt::format("{} refuses the key (HTTP {})", name, reply.status),
                    "check the key and what it may do");
    if (reply.status >= 400)
        return fail("provider.test", fmt::format("{} answers HTTP {}", name, reply.status),
                    "check the base URL; an OpenAI-like server's ends in /v1");
    return modelsSentence(parseJson(reply.body).value_or(json()), name);
}

std::vector<PriceRow> priceRows(const price::PriceBook& book, const std::string& filter) {
    std::vector<PriceRow> out;
    for (auto& row : book.rows()) {
        if (!contains(row.line.provider + "/" + row.line.model, filter) && !contains(row.also, filter))
            continue;
        std::string note = row.layer;
        if (row.above_input > 0) note += fmt::format(", above {} input tokens", row.above_input);
        if (!row.also.empty()) note += ", also " + row.also;
        out.push_back({std::move(row.line), std::move(note)});
    }
    return out;
}

std::vector<Diagnostic> checkDefinition(const std::string& text) {
    WorkflowCheck check = parseWorkflow(text);
    if (check.workflow)
        for (auto& diagnostic : engine::checkExpressions(text))
            check.diagnostics.push_back(std::move(diagnostic));
    return check.diagnostics;
}

std::optional<BudgetState> tightestOf(const std::vector<BudgetState>& states) {
    const BudgetState* best = nullptr;
    const auto used = [](const BudgetState& s) { return s.spent.value() + s.reserved.value(); };
    for (const auto& state : states) {
        if (state.budget.limit.value() <= 0 || state.budget.window == Window::run) continue;
        // used / limit compared as a cross product: no division, no rounding
        if (best == nullptr ||
            used(state) * best->budget.limit.value() > used(*best) * state.budget.limit.value())
            best = &state;
    }
    if (best == nullptr) return std::nullopt;
    return *best;
}

} // namespace tally::api
