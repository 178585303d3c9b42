#include "core/audit/cfp.h"

#include "core/base/encoding.h"
#include "core/base/hash.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {

const char* toText(CfpCode code) {
    switch (code) {
    case CfpCode::ok:
        return "";
    case CfpCode::len:
        return "E_LEN";
    case CfpCode::syntax:
        return "E_SYNTAX";
    case CfpCode::ws:
        return "E_WS";
    case CfpCode::key:
        return "E_KEY";
    case CfpCode::dupkey:
        return "E_DUPKEY";
    case CfpCode::keyorder:
        return "E_KEYORDER";
    case CfpCode::type:
        return "E_TYPE";
    case CfpCode::num:
        return "E_NUM";
    case CfpCode::range:
        return "E_RANGE";
    case CfpCode::esc:
        return "E_ESC";
    case CfpCode::ctrl:
        return "E_CTRL";
    case CfpCode::utf8:
        return "E_UTF8";
    case CfpCode::eof:
        return "E_EOF";
    case CfpCode::trail:
        return "E_TRAIL";
    }
    return "";
}

std::string EntryView::content(const CfpField& f) const {
    return f.type == CfpType::string && f.escaped ? unescapeCfp(raw(f)) : std::string(raw(f));
}

const CfpField* EntryView::find(std::string_view wanted) const {
    const std::uint64_t word = keyWord(wanted);
    for (const CfpField& f : *this) {
        if (f.key_word == word && f.key_len == wanted.size() && (wanted.size() <= 8 || key(f) == wanted))
            return &f;
    }
    return nullptr;
}

std::optional<std::int64_t> EntryView::integer(std::string_view wanted) const {
    const CfpField* f = find(wanted);
    if (f == nullptr || f->type != CfpType::integer) return std::nullopt;
    return f->number;
}

std::optional<std::string_view> EntryView::plain(std::string_view wanted) const {
    const CfpField* f = find(wanted);
    if (f == nullptr || f->type != CfpType::string || f->escaped) return std::nullopt;
    return raw(*f);
}

std::optional<std::string> EntryView::text(std::string_view wanted) const {
    const CfpField* f = find(wanted);
    if (f == nullptr || f->type != CfpType::string) return std::nullopt;
    return content(*f);
}

Entry::Entry(std::initializer_list<Field> fields) {
    for (const Field& f : fields)
        set(f.first, f.second);
}

Entry::Entry(const EntryView& view) {
    fields_.reserve(view.size());
    for (const CfpField& f : view) {
        Value value;
        if (f.type == CfpType::string)
            value = view.content(f);
        else if (f.type == CfpType::integer)
            value = f.number;
        else
            value = f.number != 0;
        fields_.emplace_back(std::string(view.key(f)), std::move(value)); // the line is already in order
    }
}

Entry& Entry::set(std::string key, Value value) {
    const auto at = std::lower_bound(fields_.begin(), fields_.end(), key,
                                     [](const Field& f, const std::string& k) { return f.first < k; });
    if (at != fields_.end() && at->first == key)
        at->second = std::move(value);
    else
        fields_.emplace(at, std::move(key), std::move(value));
    return *this;
}

void Entry::remove(std::string_view key) {
    std::erase_if(fields_, [&](const Field& f) { return f.first == key; });
}

const Value* Entry::find(std::string_view key) const {
    const auto at = std::lower_bound(fields_.begin(), fields_.end(), key,
                                     [](const Field& f, std::string_view k) { return f.first < k; });
    return at != fields_.end() && at->first == key ? &at->second : nullptr;
}

std::optional<std::int64_t> Entry::integer(std::string_view key) const {
    const Value* v = find(key);
    if (v == nullptr || !std::holds_alternative<std::int64_t>(*v)) return std::nullopt;
    return std::get<std::int64_t>(*v);
}

const std::string* Entry::text(std::string_view key) const {
    const Value* v = find(key);
    return v == nullptr ? nullptr : std::get_if<std::string>(v);
}

Result<Entry> parseEntry(std::string_view line, std::size_t limit) {
    std::vector<CfpField> fields;
    const CfpStatus status = parseCfp(line, fields, limit);
    if (!status.ok())
        return fail(std::string("cfp.") + toText(status.code), "the line is not in canonical form", {},
                    fmt::format("byte {}", status.at));
    return Entry(EntryView(line, fields.data(), fields.size()));
}

bool isCfpKey(std::string_view key) {
    if (key.empty() || key.size() > 32 || key[0] < 'a' || key[0] > 'z') return false;
    return std::all_of(key.begin(), key.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void appendCfpString(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
                out.push_back(digits[c & 15]);
            } else {
                out.push_back(c);
            }
        }
    }
    out.push_back('"');
}

std::string unescapeCfp(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 >= raw.size()) {
            out.push_back(raw[i]);
            continue;
        }
        switch (const char c = raw[++i]; c) {
        case 'b':
            out.push_back('\b');
            break;
        case 't':
            out.push_back('\t');
            break;
        case 'n':
            out.push_back('\n');
            break;
        case 'f':
            out.push_back('\f');
            break;
        case 'r':
            out.push_back('\r');
            break;
        case 'u': { // only \u00xx below U+0020 is canonical
            const auto byte = i + 4 < raw.size() ? fromHex(raw.substr(i + 3, 2)) : std::nullopt;
            if (byte) out.push_back(static_cast<char>((*byte)[0]));
            i += 4;
            break;
        }
        default:
            out.push_back(c);
        }
    }
    return out;
}

std::string encodeValue(const Value& value) {
    if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
    if (const auto* n = std::get_if<std::int64_t>(&value)) return fmt::format_int(*n).str();
    std::string out;
    appendCfpString(out, std::get<std::string>(value));
    return out;
}

Result<std::string> encodeEntry(const Entry& entry, std::size_t limit) {
    std::string out = "{";
    for (const auto& [key, value] : entry) {
        if (!isCfpKey(key))
            return fail("cfp.E_KEY", "a field name does not match [a-z][a-z0-9_]{0,31}", {}, key);
        if (const auto* n = std::get_if<std::int64_t>(&value);
            n != nullptr && (*n > max_cfp_int || *n < -max_cfp_int))
            return fail("cfp.E_RANGE", "an integer is outside of -(2^53-1) .. 2^53-1", {}, key);
        if (const auto* s = std::get_if<std::string>(&value); s != nullptr && !isUtf8(*s))
            return fail("cfp.E_UTF8", "a text is not well-formed UTF-8", {}, key);
        if (out.size() > 1) out.push_back(',');
        out.push_back('"');
        out += key;
        out += "\":";
        out += encodeValue(value);
    }
    out.push_back('}');
    if (limit != 0 && out.size() > limit)
        return fail("cfp.E_LEN", fmt::format("the entry needs {} bytes, {} are allowed", out.size(), limit),
                    "Shorten its texts; long contents belong into a payload slot.");
    return out;
}

std::string fieldDigest(std::string_view key, std::string_view encoded) {
    using namespace std::string_view_literals;
    const Hash h = sha256({"trace-fd/v1\0"sv, key, "\0"sv, encoded});
    return toHex(std::span<const std::uint8_t>(h.data(), 4));
}

std::string fieldDigests(const Entry& entry) {
    std::string out;
    out.reserve(8 * entry.size());
    for (const auto& [key, value] : entry) {
        if (key != "fd") out += fieldDigest(key, encodeValue(value));
    }
    return out;
}

} // namespace tally::audit
