#include "core/model/json_places.h"

#include <fmt/format.h>

#include <set>

namespace tally {
namespace {
using nlohmann::json;
constexpr int maxDepth = 100;
// A long key in front of a long list would make every item's pointer long: what is beyond is placed at its
// parent.
constexpr std::size_t maxPointer = 1024;
constexpr std::size_t maxPointers = std::size_t{64} << 20;

/// nlohmann says where a text breaks only through its exception; this handler keeps the byte instead of
/// throwing.
class SyntaxProbe final : public json::json_sax_t {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return deeper(); }
    bool key(string_t&) override { return true; }
    bool end_object() override { return --depth_, true; }
    bool start_array(std::size_t) override { return deeper(); }
    bool end_array() override { return --depth_, true; }
    bool parse_error(std::size_t position, const std::string& token,
                     const nlohmann::detail::exception& error) override {
        at = position == 0 ? 0 : position - 1;
        last = token;
        message = error.what();
        return false;
    }

    std::size_t at = 0;
    std::string last;
    std::string message;
    bool too_deep = false;

private:
    bool deeper() {
        too_deep = ++depth_ > maxDepth;
        return !too_deep;
    }
    int depth_ = 0;
};

/// Walks a text that is known to be valid JSON and notes where values begin.
class Walker {
public:
    Walker(std::string_view text, PlacedJson& out)
        : text_(text)
        , out_(out) {}
    void value(const std::string& pointer, bool noted = true) {
        skip();
        if (noted) {
            out_.offsets[pointer] = at_;
            noted_bytes_ += pointer.size() + 64;
        }
        const char c = text_[at_];
        if (c == '{') return object(pointer);
        if (c == '[') return array(pointer);
        if (c == '"') {
            stringText();
            return;
        }
        while (at_ < text_.size() &&
               std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos)
            ++at_;
    }

private:
    [[nodiscard]] bool canNote(const std::string& parent, std::size_t more) const {
        return parent.size() + more <= maxPointer && noted_bytes_ <= maxPointers;
    }
    void skip() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }
    std::string_view stringText() {
        const std::size_t begin = at_++;
        while (text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2 : 1;
        ++at_;
        return text_.substr(begin, at_ - begin);
    }
    void object(const std::string& pointer) {
        std::set<std::string> seen;
        ++at_;
        for (skip(); text_[at_] != '}'; skip()) {
            if (text_[at_] == ',') {
                ++at_;
                continue;
            }
            const auto key = json::parse(stringText()).get<std::string>();
            const bool noted = canNote(pointer, key.size());
            const std::string child = noted ? pointer + "/" + pointerToken(key) : pointer;
            if (!seen.insert(key).second) out_.duplicate_keys.push_back(child);
            skip();
            ++at_; // the colon
            value(child, noted);
        }
        ++at_;
    }
    void array(const std::string& pointer) {
        std::size_t index = 0;
        ++at_;
        for (skip(); text_[at_] != ']'; skip()) {
            if (text_[at_] == ',') {
                ++at_;
                continue;
            }
            const bool noted = canNote(pointer, 0);
            value(noted ? fmt::format("{}/{}", pointer, index) : pointer, noted);
            ++index;
        }
        ++at_;
    }

    std::string_view text_;
    PlacedJson& out_;
    std::size_t at_ = 0;
    std::size_t noted_bytes_ = 0;
};

std::string syntaxHint(std::string_view text, std::size_t at) {
    if (text.empty()) return "the text is empty";
    if (at >= text.size()) return "the text ends too early: close every { [ and \"";
    if (text[at] == '\'') return "texts stand in double quotes";
    if (text[at] == '}' || text[at] == ']')
        return "remove the comma before the closing bracket, or add the missing value";
    if (text[at] == '/') return "JSON has no comments";
    return "a comma, a colon or a quote is missing just before this place";
}
} // namespace

TextPlace placeAt(std::string_view text, std::size_t offset) {
    TextPlace place{1, 1};
    for (const char c : text.substr(0, offset)) {
        if (c == '\n')
            ++place.line, place.column = 1;
        else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
            ++place.column;
    }
    return place;
}

TextPlace PlacedJson::place(std::string_view text, std::string pointer) const {
    for (;;) {
        if (const auto it = offsets.find(pointer); it != offsets.end()) return placeAt(text, it->second);
        const std::size_t slash = pointer.rfind('/');
        if (slash == std::string::npos) return {1, 1};
        pointer.resize(slash);
    }
}

std::string pointerToken(std::string_view key) {
    std::string out;
    for (const char c : key)
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

Result<PlacedJson> parsePlacedJson(std::string_view text) {
    SyntaxProbe probe;
    if (!json::sax_parse(text, &probe)) {
        const TextPlace place = placeAt(text, probe.at);
        const std::string where = fmt::format("line {}, column {}", place.line, place.column);
        if (probe.too_deep)
            return fail("json.depth", "the JSON is nested more than 100 levels deep", "flatten it");
        const std::size_t colon = probe.message.rfind("; ");
        const std::string detail =
            colon == std::string::npos ? std::string("not valid JSON") : probe.message.substr(colon + 2);
        return fail("json.syntax", "not valid JSON: " + detail, syntaxHint(text, probe.at), where);
    }
    PlacedJson out;
    out.value = json::parse(text, nullptr, false);
    Walker(text, out).value("");
    return out;
}

} // namespace tally
