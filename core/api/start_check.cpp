#include "core/api/start_check.h"

#include "core/store/journal_repo.h"
#include "core/store/run_repo.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
Status usable(const OwnerParts& parts, const ModelRef& ref) {
    const auto facts = providerFacts(*parts.board, ref.provider, ref.model);
    if (!facts)
        return fail(
            "provider.unknown", fmt::format("no provider is called '{}'", ref.provider),
            fmt::format("tally provider add {} --kind openai --url http://HOST:PORT/v1", ref.provider));
    if (facts->local) return {};
    const std::string& provider = facts->price_provider.empty() ? ref.provider : facts->price_provider;
    const std::string& model = facts->price_model.empty() ? ref.model : facts->price_model;
    const auto line = parts.prices.get()->resolve(provider, model, price::isoDay(parts.clock->wallUs()));
    if (line) return {};
    const Error& error = line.error();
    return fail(
        error.code,
        fmt::format("{} has no price, and a call without one is never sent: {}", ref.str(), error.message),
        fmt::format("On hardware of your own, where tokens cost nothing: tally provider set {} --price-as "
                    "local; priced like a listed "
                    "provider: tally provider set {} --price-as NAME; at rates of your own: tally price "
                    "contract set FILE. {}",
                    ref.provider, ref.provider, error.hint));
}
} // namespace

Status checkModels(const OwnerParts& parts, const Workflow& workflow,
                   const std::vector<std::pair<std::string, ModelRef>>& chosen) {
    for (const auto& [role, ref] : chosen) {
        if (workflow.roles.count(role) == 0) continue; // the engine refuses it by name
        if (auto done = usable(parts, ref); !done) return fail(done.error().at("role " + role));
    }
    for (const auto& [name, role] : workflow.roles) {
        const bool replaced = std::any_of(chosen.begin(), chosen.end(), [&, role_name = name](const auto& c) {
            return c.first == role_name;
        });
        if (replaced || role.candidates.empty()) continue;
        std::optional<Error> first;
        for (const ModelRef& ref : role.candidates) {
            const auto done = usable(parts, ref);
            if (done) {
                first.reset();
                break;
            }
            if (!first) first = done.error();
        }
        if (first) return fail(first->at("role " + name));
    }
    return {};
}

Result<Launch> launchOf(store::Connection& db, const RunId& id) {
    TALLY_ASSIGN(const auto row, store::RunRepo::byId(db, id));
    if (!row) return fail("run.unknown", "there is no run '" + id.str() + "'", "run: tally runs");
    TALLY_ASSIGN(const auto stored, store::WorkflowRepo::bySha(db, row->summary.workflow_sha256));
    const WorkflowCheck check = stored ? parseWorkflow(stored->json) : WorkflowCheck();
    if (!check.workflow)
        return fail(
            "run.definition_lost",
            "the definition that the run used is not in this workspace, or this version cannot read it", {},
            id.str());
    Launch out{check.workflow, {}};
    nlohmann::json launch = nlohmann::json::parse(row->limits, nullptr, false);
    if (!launch.is_object()) launch = nlohmann::json::object();
    if (const auto roles = launch.find("roles"); roles != launch.end() && roles->is_object())
        for (const auto& [role, text] : roles->items()) {
            TALLY_ASSIGN(auto ref,
                         ModelRef::parse(text.is_string() ? text.get<std::string>() : std::string()));
            out.roles.emplace_back(role, std::move(ref));
        }
    return out;
}

} // namespace tally::api
