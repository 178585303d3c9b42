#include "core/audit/plain_dialect.h"

#include "core/base/hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>

namespace tally::audit {
namespace {
constexpr std::string_view prev_names[] = {
    "prev_hash",           "previous_hash",   "prev",       "prevHash",    "previousHash", "parent_hash",
    "parentHash",          "hash_prev",       "previous",   "prev_digest", "prev_sha256",  "last_hash",
    "previous_entry_hash", "prev_entry_hash", "chain_prev", "prior_hash"};
constexpr std::string_view hash_names[] = {"hash",       "entry_hash",   "record_hash", "entryHash",
                                           "recordHash", "this_hash",    "digest",      "sha256",
                                           "event_hash", "eventHash",    "row_hash",    "line_hash",
                                           "chain_hash", "current_hash", "self_hash"};

constexpr std::pair<std::string_view, JsonForm> forms[] = {
    {"sorted-compact", {JsonForm::Order::code_points, false, JsonForm::Text::utf8, false}},
    {"jcs", jcs_form},
    {"compact", {JsonForm::Order::written, false, JsonForm::Text::utf8, false}},
    {"sorted-spaced", {JsonForm::Order::code_points, true, JsonForm::Text::utf8, false}},
    {"spaced", {JsonForm::Order::written, true, JsonForm::Text::utf8, false}},
    {"sorted-compact-ascii", {JsonForm::Order::code_points, false, JsonForm::Text::ascii, false}},
    {"sorted-spaced-ascii", {JsonForm::Order::code_points, true, JsonForm::Text::ascii, false}},
    {"compact-ascii", {JsonForm::Order::written, false, JsonForm::Text::ascii, false}},
    {"spaced-ascii", {JsonForm::Order::written, true, JsonForm::Text::ascii, false}},
    {"compact-html", {JsonForm::Order::written, false, JsonForm::Text::html, false}},
    {"sorted-compact-html", {JsonForm::Order::code_points, false, JsonForm::Text::html, false}}};
constexpr std::string_view messages[] = {
    "{body}",        "{prev}{body}",  "{body}{prev}",   "{prev_bytes}{body}",
    "{prev}:{body}", "{prev}|{body}", "{prev}\n{body}", "{body}\n"};

/// Of a whole line; the last as in RFC 6962.
constexpr std::string_view line_messages[] = {"{body}", "{body}\n", std::string_view("\0{body}", 7)};

/// The line without some members, byte for byte as written otherwise.
std::string cutOut(std::string_view line, const JsonNode& record, const std::vector<std::string>& without) {
    std::string out(line);
    for (auto m = record.members.rbegin(); m != record.members.rend(); ++m) {
        if (std::find(without.begin(), without.end(), m->key) == without.end()) continue;
        std::size_t from = m->value.key_from, to = m->value.to;
        const std::size_t comma = out.find_first_not_of(" \t", to);
        if (comma != std::string::npos && out[comma] == ',') {
            to = out.find_first_not_of(" \t", comma + 1);
        } else if (const std::size_t before = out.find_last_not_of(" \t", from - 1); out[before] == ',') {
            from = before;
        }
        out.erase(from, to - from);
    }
    return out;
}

std::string canonical(const JsonNode& record, const PlainDialect& d) {
    JsonNode rest;
    rest.type = JsonNode::Type::object;
    for (const auto& member : record.members) {
        if (std::find(d.without.begin(), d.without.end(), member.key) == d.without.end())
            rest.members.push_back(member);
    }
    return writeJson(rest, d.form);
}

const char* algorithmFor(std::size_t bytes) {
    switch (bytes) {
    case 16:
        return "md5";
    case 20:
        return "sha1";
    case 48:
        return "sha384";
    case 64:
        return "sha512";
    default:
        return "sha256";
    }
}

std::string bodyName(const PlainDialect& d) {
    if (d.body == PlainDialect::Body::written) return "written";
    if (d.body == PlainDialect::Body::line) return "line";
    const auto form =
        std::find_if(std::begin(forms), std::end(forms), [&](const auto& f) { return f.second == d.form; });
    return form == std::end(forms) ? "sorted-compact" : std::string(form->first);
}
} // namespace

std::optional<Bytes> digestIn(std::string_view text) {
    for (const std::string_view prefix : {"sha256:", "sha-256:", "SHA256:", "sha512:", "sha256-", "0x"}) {
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    }
    const auto isDigest = [](std::size_t n) { return n == 16 || n == 20 || n == 32 || n == 48 || n == 64; };
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    if (auto raw = fromHex(lower); raw && isDigest(raw->size())) return raw;
    std::string base(text);
    std::replace(base.begin(), base.end(), '-', '+');
    std::replace(base.begin(), base.end(), '_', '/');
    while (base.size() % 4 != 0)
        base += '=';
    if (auto raw = fromBase64(base); raw && isDigest(raw->size())) return raw;
    return std::nullopt;
}

std::optional<std::string> PlainDialect::hashed(std::string_view line, const JsonNode& record) const {
    const auto content = [&](std::string_view key) -> std::optional<std::string> {
        const JsonNode* node = record.find(key);
        if (node == nullptr) return std::nullopt;
        const bool scalar = node->type != JsonNode::Type::object && node->type != JsonNode::Type::array;
        return node->type == JsonNode::Type::null ? std::string("null")
               : scalar                           ? node->text
                                                  : writeJson(*node, form);
    };
    std::string out;
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t open = message.find('{', at);
        const std::size_t close = open == std::string::npos ? open : message.find('}', open);
        out += message.substr(at, open - at);
        if (close == std::string::npos) break;
        const std::string_view name = std::string_view(message).substr(open + 1, close - open - 1);
        at = close + 1;
        if (name == "body") {
            out += body == Body::line      ? std::string(line)
                   : body == Body::written ? cutOut(line, record, without)
                                           : canonical(record, *this);
        } else if (name == "prev" || name == "prev_bytes") {
            const JsonNode* node = record.find(prev);
            const std::string text =
                node != nullptr && node->type == JsonNode::Type::string ? node->text : std::string();
            const auto raw = name == "prev" ? std::nullopt : digestIn(text);
            out += raw ? std::string(asText(*raw)) : text;
        } else if (name.starts_with("field:")) {
            const auto text = content(name.substr(6));
            if (!text) return std::nullopt;
            out += *text;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

Result<Bytes> PlainDialect::digest(std::string_view bytes) const {
    if (algorithm == "sha256") {
        const Hash h = sha256(bytes);
        return Bytes(h.begin(), h.end());
    }
    const EVP_MD* const md = EVP_get_digestbyname(algorithm.c_str());
    unsigned size = 0;
    Bytes out(EVP_MAX_MD_SIZE);
    if (md == nullptr || EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, md, nullptr) != 1)
        return fail("dialect.algorithm", "OpenSSL does not offer this digest", "For instance: sha256",
                    algorithm);
    out.resize(size);
    return out;
}

Result<PlainDialect> PlainDialect::parse(std::string_view json) {
    const auto bad = [](std::string why, std::string where) {
        return fail("dialect.format", std::move(why),
                    "The keys are described in the help page on plain logs.", std::move(where));
    };
    const auto j = nlohmann::json::parse(json, nullptr, false);
    if (!j.is_object()) return bad("a dialect is one JSON object", {});
    if (j.value("schema", nlohmann::json()) != "tally-dialect/v1")
        return bad("the schema must be tally-dialect/v1", "schema");
    PlainDialect out;
    std::string body = "sorted-compact";
    for (const auto& [key, value] : j.items()) {
        if (key == "schema") continue;
        if (key == "without") {
            if (!value.is_array() ||
                !std::all_of(value.begin(), value.end(), [](const auto& v) { return v.is_string(); }))
                return bad("must be a list of names of fields", key);
            out.without = value.get<std::vector<std::string>>();
            continue;
        }
        std::string* const target = key == "hash"        ? &out.hash
                                    : key == "prev"      ? &out.prev
                                    : key == "algorithm" ? &out.algorithm
                                    : key == "body"      ? &body
                                    : key == "message"   ? &out.message
                                                         : nullptr;
        if (target == nullptr) return bad("this key is not known", key);
        if (!value.is_string()) return bad("must be a text", key);
        *target = value.get<std::string>();
    }
    if (out.prev.empty()) return bad("without the field with the previous hash there is no chain", "prev");
    const auto form =
        std::find_if(std::begin(forms), std::end(forms), [&](const auto& f) { return f.first == body; });
    if (body == "written")
        out.body = Body::written;
    else if (body == "line")
        out.body = Body::line;
    else if (form != std::end(forms))
        out.form = form->second;
    else
        return bad("this form of the body is not known", "body");
    if (!j.contains("without") && !out.hash.empty()) out.without = {out.hash};
    TALLY_TRY(out.digest(""));
    return out;
}

std::string PlainDialect::text() const {
    return nlohmann::json{
        {"schema", "tally-dialect/v1"}, {"hash", hash},       {"prev", prev},      {"algorithm", algorithm},
        {"body", bodyName(*this)},      {"without", without}, {"message", message}}
        .dump();
}

std::vector<PlainDialect> commonDialects(const JsonNode& record) {
    std::vector<std::string> prevs, hashes;
    for (const std::string_view name : prev_names) {
        if (record.find(name) != nullptr) prevs.emplace_back(name);
    }
    std::size_t bytes = 32;
    for (const std::string_view name : hash_names) {
        const JsonNode* node = record.find(name);
        const auto raw = node != nullptr ? digestIn(node->text) : std::nullopt;
        if (!raw) continue;
        hashes.emplace_back(name);
        bytes = raw->size();
    }
    std::vector<PlainDialect> out;
    for (const std::string& prev : prevs) {
        if (hashes.empty()) { // the hash of the whole line before
            const JsonNode* node = record.find(prev);
            const auto raw = digestIn(node->text);
            for (const std::string_view message : line_messages) {
                PlainDialect d;
                d.prev = prev;
                d.algorithm = algorithmFor(raw ? raw->size() : 32);
                d.body = PlainDialect::Body::line;
                d.message = message;
                out.push_back(std::move(d));
            }
        }
        for (const std::string& hash : hashes) {
            for (const std::string_view message : messages) {
                for (const bool both : {false, true}) {
                    PlainDialect d;
                    d.hash = hash;
                    d.prev = prev;
                    d.algorithm = algorithmFor(bytes);
                    d.without = both ? std::vector<std::string>{hash, prev} : std::vector<std::string>{hash};
                    d.message = message;
                    d.body = PlainDialect::Body::written;
                    out.push_back(d);
                    d.body = PlainDialect::Body::canonical;
                    for (const auto& [name, form] : forms) {
                        d.form = form;
                        out.push_back(d);
                    }
                }
            }
        }
    }
    return out;
}

} // namespace tally::audit
