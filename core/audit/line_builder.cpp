#include "core/audit/line_builder.h"

#include "core/audit/entry_rules.h"
#include "core/base/hash_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace tally::audit {

namespace {
/// What a field digest is the hash of begins with this; its first byte is hashBatch's prefix.
constexpr std::string_view digest_prefix{"trace-fd/v1\0", 12};

void hexInto(char* out, const Hash& hash, std::size_t bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes; ++i) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
}

void appendText(std::string& out, std::string_view text) {
    const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
    });
    if (!plain) return appendCfpString(out, text);
    out += '"';
    out += text;
    out += '"';
}
} // namespace

void LineBuilder::begin(std::string_view key) {
    if (key.empty() || key.size() > sizeof Field::key) {
        bad_key_ = key;
        key = key.substr(0, sizeof Field::key);
    }
    Field field{};
    std::memcpy(field.key, key.data(), key.size());
    field.key_len = static_cast<std::uint8_t>(key.size());
    field.at = static_cast<std::uint32_t>(values_.size());
    fields_.push_back(field);
}

LineBuilder& LineBuilder::set(std::string_view key, std::string_view text) {
    begin(key);
    appendText(values_, text);
    fields_.back().len = static_cast<std::uint32_t>(values_.size()) - fields_.back().at;
    return *this;
}
LineBuilder& LineBuilder::set(std::string_view key, std::int64_t number) {
    begin(key);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    values_.append(digits, end);
    fields_.back().len = static_cast<std::uint32_t>(values_.size()) - fields_.back().at;
    return *this;
}
LineBuilder& LineBuilder::set(std::string_view key, bool value) {
    begin(key);
    values_ += value ? "true" : "false";
    fields_.back().len = static_cast<std::uint32_t>(values_.size()) - fields_.back().at;
    return *this;
}

/// The first 4 bytes of H(prefix key 00 value) of every field, as 8 hex digits each. Together, because two
/// hashes side by side take little longer than one.
void LineBuilder::fieldDigests(std::string& out) const {
    thread_local std::string text;
    thread_local std::vector<std::string_view> messages;
    thread_local std::vector<Hash> hashes;
    text.clear();
    text.reserve(values_.size() + fields_.size() * (digest_prefix.size() + sizeof Field::key + 1));
    messages.clear();
    for (const Field& field : fields_) {
        const auto begin = text.size();
        text += digest_prefix.substr(1);
        text += field.name();
        text += '\0';
        text.append(values_, field.at, field.len);
        messages.emplace_back(text.data() + begin, text.size() - begin); // reserved: nothing moves
    }
    hashes.resize(messages.size());
    hashBatch(static_cast<std::uint8_t>(digest_prefix.front()), messages.data(), messages.size(),
              hashes.data());
    for (std::size_t i = 0; i < hashes.size(); ++i)
        hexInto(out.data() + 8 * i, hashes[i], 4);
}

Result<std::string> LineBuilder::finish() {
    if (!bad_key_.empty()) return fail("entry.field", "\"" + bad_key_ + "\" is not the name of a field");
    std::sort(fields_.begin(), fields_.end(),
              [](const Field& a, const Field& b) { return a.name() < b.name(); });
    std::string digests(fields_.size() * 8, '0');
    fieldDigests(digests);
    std::string line;
    line.reserve(values_.size() + fields_.size() * 24 + 16);
    char before = '{';
    std::size_t fd_at = 0; ///< where fd belongs in the line; its length is known already
    const auto open = [&](std::string_view key) {
        line += before;
        before = ',';
        line += '"';
        line += key;
        line += "\":";
    };
    const auto place = [&] {
        open("fd");
        line += '"';
        fd_at = line.size();
        line.append(digests.size(), '0');
        line += '"';
    };
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto name = fields_[i].name();
        if (fd_at == 0 && name > "fd") place();
        const auto value = std::string_view(values_).substr(fields_[i].at, fields_[i].len);
        open(name);
        line += value;
    }
    if (fd_at == 0) place();
    line += '}';
    line.replace(fd_at, digests.size(), digests);

    // Strict reading of our own line: form, double keys, UTF-8, ranges and length in one go; then what the
    // kind demands.
    thread_local std::vector<CfpField> parsed;
    parsed.clear();
    const auto status = parseCfp(line, parsed);
    if (!status.ok())
        return fail(std::string("cfp.") + toText(status.code),
                    "This cannot be written as an entry of the trace log", {},
                    fmt::format("byte {}", status.at));
    thread_local std::vector<FieldFinding> findings;
    findings.clear();
    checkFields(EntryView(line, parsed.data(), parsed.size()), findings);
    if (!findings.empty()) {
        const auto& f = findings.front();
        const auto what =
            f.code == FieldFinding::Code::missing ? "is missing" : "is not what the kind of entry allows";
        return fail("entry.field", fmt::format("The field {} {}", f.field, what),
                    f.expected.empty() ? std::string() : "Expected: " + f.expected, f.field);
    }
    return line;
}

} // namespace tally::audit
