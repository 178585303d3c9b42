#include "core/route/licence_training.h"

#include "core/context/control_file.h"
#include "core/context/licence_gold.h"
#include "core/context/structure.h"

#include <fmt/format.h>

namespace tally::route {

Result<std::vector<Example>> referenceExamples(std::string_view json_text,
                                               const context::LicenceTable& table) {
    const auto in = nlohmann::json::parse(json_text, nullptr, false);
    if (!in.is_object() || !in.contains("texts") || !in["texts"].is_array())
        return fail("samples.texts", "the reference notices are no list \"texts\"",
                    "restore resources/samples/licence_texts.json");
    std::vector<Example> out;
    std::size_t i = 0;
    for (const auto& entry : in["texts"]) {
        const auto where = fmt::format("/texts/{}", i++);
        if (!entry.is_object() || !entry.contains("text") || !entry["text"].is_string() ||
            !entry.contains("licences") || !entry["licences"].is_array())
            return fail("samples.texts", "a reference notice needs \"licences\" and \"text\"", "", where);
        Example e;
        e.text = context::removeShortNames(entry["text"].get<std::string>(), table);
        for (const auto& id : entry["licences"]) {
            if (!id.is_string() || !table.find(id.get<std::string>()))
                return fail("samples.texts", "an identifier that licences.json does not list", "", where);
            e.labels.push_back(id.get<std::string>());
        }
        if (!e.labels.empty()) e.labels.emplace_back(grant_label);
        out.push_back(std::move(e));
    }
    return out;
}

std::vector<Example> documentExamples(std::string_view text, const std::string& group,
                                      const context::LicenceTable& table) {
    std::vector<Example> out;
    std::vector<std::vector<std::string>> labels;
    for (const auto& paragraph : context::parseControl(text))
        for (const auto& f : paragraph) {
            if (!f.is("license") || f.body.find_first_not_of(" \t\r\n.") == std::string_view::npos) continue;
            const auto ids = table.normaliseExpression(f.first);
            labels.emplace_back(ids.begin(), ids.end());
            labels.back().emplace_back(grant_label);
        }
    const auto passages = context::splitByStructure(context::redactLicences(text, table), {{}, 0, false});
    std::size_t terms = 0;
    for (const auto& p : passages) {
        if (p.kind == "terms") {
            // Every License field with a text became one passage; were it otherwise, the labels could not be
            // trusted.
            if (terms >= labels.size()) return {};
            out.push_back({p.text, labels[terms++], group});
        } else if (p.kind == "comment" || p.kind == "people") {
            out.push_back({p.text, {}, group});
        }
    }
    return terms == labels.size() ? out : std::vector<Example>();
}

Result<std::vector<Example>> trainingExamples(const FileSystem& disk, const std::string& samples_folder,
                                              const context::LicenceTable& table) {
    TALLY_ASSIGN(const auto texts, disk.read(samples_folder + "/licence_texts.json"));
    TALLY_ASSIGN(auto out, referenceExamples(texts, table));
    const auto folder = samples_folder + "/copyright";
    TALLY_ASSIGN(const auto names, disk.list(folder));
    for (const auto& name : names) {
        const auto text = disk.read(folder + '/' + name + "/copyright");
        if (!text) continue;
        for (auto& e : documentExamples(*text, name, table))
            out.push_back(std::move(e));
    }
    return out;
}

} // namespace tally::route
