// Reads fields of a workflow definition with their places and collects diagnostics; private to core/model.
#pragma once
#include "core/model/json_places.h"
#include "core/model/workflow.h"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

/// Closest of the first hundred `known` by edit distance, as "did you mean 'x'?", or a list of them.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

class DefinitionReader {
public:
    DefinitionReader(std::string_view text, const PlacedJson& json)
        : text_(text)
        , json_(json) {}

    void error(const std::string& pointer, std::string message, std::string fix) {
        add(Diagnostic::Severity::error, pointer, std::move(message), std::move(fix));
    }
    void warning(const std::string& pointer, std::string message, std::string fix) {
        add(Diagnostic::Severity::warning, pointer, std::move(message), std::move(fix));
    }
    [[nodiscard]] bool failed() const { return failed_; }
    /// suggestion(), while anything said is still listed: a file with a hundred thousand mistakes must not
    /// cost minutes.
    [[nodiscard]] std::string suggest(std::string_view word, const std::vector<std::string>& known) const {
        return found_.size() < max_listed ? suggestion(word, known) : std::string();
    }
    /// Sorted by place; what is beyond max_listed is one last diagnostic that says how many more there are.
    [[nodiscard]] std::vector<Diagnostic> take();

    /// False, with one error, when the definition has more steps than a workflow may have.
    bool takeStep(const std::string& pointer);

    static constexpr std::size_t max_listed = 200;
    static constexpr std::size_t max_steps = 2000;

private:
    void add(Diagnostic::Severity severity, const std::string& pointer, std::string message, std::string fix);

    std::string_view text_;
    const PlacedJson& json_;
    std::vector<Diagnostic> found_;
    std::size_t unlisted_ = 0;
    std::size_t steps_ = 0;
    bool failed_ = false;
};

/// One object of the definition. Every get notes the key as known; unknown() then reports what is left over.
class Fields {
public:
    Fields(DefinitionReader& reader, const nlohmann::json& object, std::string pointer);

    [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
    [[nodiscard]] std::string at(std::string_view key) const { return pointer_ + "/" + pointerToken(key); }
    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    DefinitionReader& reader() { return reader_; }

    std::string text(const char* key, bool required = false);
    std::int64_t integer(const char* key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    std::optional<double> real(const char* key);
    std::optional<std::int64_t> optionalInteger(const char* key);
    std::string word(const char* key, std::initializer_list<const char*> known, const char* fallback);
    std::vector<std::string> texts(const char* key);
    std::map<std::string, std::string> textMap(const char* key);
    /// Null when absent or of another type (reported).
    const nlohmann::json* array(const char* key, bool required = false);
    const nlohmann::json* object(const char* key);
    nlohmann::json any(const char* key);
    void unknown();

private:
    const nlohmann::json* find(const char* key);
    void wrongType(const char* key, const char* wanted, const nlohmann::json& value);

    DefinitionReader& reader_;
    const nlohmann::json& object_;
    std::string pointer_;
    std::set<std::string> known_;
};

/// Steps at `pointer`; `kind`-specific fields are in step_reader.cpp.
Steps readSteps(DefinitionReader& reader, const nlohmann::json& array, const std::string& pointer);
/// Ids, roles, references and repairs that name nothing.
void checkReferences(DefinitionReader& reader, const Workflow& workflow);

} // namespace tally
