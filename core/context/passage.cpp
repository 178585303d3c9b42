#include "core/context/passage.h"

namespace tally::context {

void to_json(nlohmann::json& out, const Passage& p) {
    out = nlohmann::json{{"text", p.text},   {"start", p.start}, {"end", p.end},
                         {"score", p.score}, {"kind", p.kind},   {"why", p.why}};
}

void from_json(const nlohmann::json& in, Passage& p) {
    if (in.is_string()) {
        p = Passage{};
        p.text = in.get<std::string>();
        p.end = p.text.size();
        return;
    }
    if (!in.is_object()) return;
    const auto text = [&in](const char* key) {
        const auto it = in.find(key);
        return it != in.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    const auto size = [&in](const char* key) {
        const auto it = in.find(key);
        return it != in.end() && it->is_number_unsigned() ? it->get<std::size_t>() : std::size_t{0};
    };
    p.text = text("text");
    p.kind = text("kind");
    p.why = text("why");
    p.start = size("start");
    p.end = size("end");
    const auto it = in.find("score");
    p.score = it != in.end() && it->is_number() ? it->get<double>() : 0.0;
}

std::int64_t estimateTokens(std::string_view text) {
    return static_cast<std::int64_t>((text.size() + 3) / 4);
}

std::string normaliseWords(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool gap = false;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        const bool upper = u >= 'A' && u <= 'Z';
        if (upper || (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || u >= 0x80) {
            if (gap && !out.empty()) out += ' ';
            gap = false;
            out += upper ? static_cast<char>(u - 'A' + 'a') : c;
        } else {
            gap = true;
        }
    }
    return out;
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    const auto flat = normaliseWords(text);
    std::size_t from = 0;
    while (from < flat.size()) {
        auto to = flat.find(' ', from);
        if (to == std::string::npos) to = flat.size();
        out.emplace_back(flat, from, to - from);
        from = to + 1;
    }
    return out;
}

} // namespace tally::context
