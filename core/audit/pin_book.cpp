#include "core/audit/pin_book.h"

#include "core/audit/note.h"
#include "core/base/encoding.h"
#include "core/base/json_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tally::audit {
namespace {
constexpr std::size_t most_name = 80, most_note = 2'000;

std::string withoutBlanks(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
    return out;
}

/// 64 lowercase hex digits, or nothing.
std::string hexFingerprint(std::string text) {
    std::erase_if(text, [](char c) { return c == ':' || c == '-'; });
    for (char& c : text)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return text.size() == 64 && fromHex(text) ? text : std::string();
}

std::string textOr(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

Result<std::vector<StoredPin>> understood(const std::optional<std::string>& text, const std::string& path) {
    std::vector<StoredPin> out;
    if (!text) return out;
    const auto bad = [&path](const char* why) {
        return fail("pin.format", std::string("the stored pins cannot be read: ") + why,
                    "Nothing was changed. Restore the file, or move it away and enter the pins again.", path);
    };
    const auto j = parseJson(*text).value_or(nlohmann::json());
    if (!j.is_object() || textOr(j, "schema") != "tally-pins/v1" || !j.contains("pins") ||
        !j["pins"].is_object())
        return bad("it is no tally-pins/v1 object");
    for (const auto& item : j["pins"].items()) {
        const auto& p = item.value();
        if (!p.is_object()) return bad("a pin is no object");
        const std::string given = textOr(p, "fingerprint") + textOr(p, "vkey");
        const auto pin = parsePin(given);
        if (!pin) return bad("a pin has no fingerprint or key");
        const auto added = p.find("added_us");
        out.push_back({item.key(), pin->fingerprint, pin->vkey, textOr(p, "note"),
                       added != p.end() && added->is_number_integer() ? added->get<std::int64_t>() : 0});
    }
    return out;
}

std::string textOf(const std::vector<StoredPin>& pins) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& pin : pins) {
        auto& out = all[pin.name] = {{"note", pin.note}, {"added_us", pin.added_us}};
        out[pin.vkey.empty() ? "fingerprint" : "vkey"] = pin.vkey.empty() ? pin.fingerprint : pin.vkey;
    }
    const nlohmann::json j = {{"schema", "tally-pins/v1"}, {"pins", all}};
    return j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

auto byName(std::vector<StoredPin>& pins, const std::string& name) {
    return std::find_if(pins.begin(), pins.end(), [&](const StoredPin& p) { return p.name == name; });
}
} // namespace

Result<Pin> parsePin(std::string_view text) {
    // Letters and mails break a key into lines and put blanks around it; none of its parts holds one.
    std::string plain = withoutBlanks(text);
    if (std::count(plain.begin(), plain.end(), '+') >= 2) {
        TALLY_ASSIGN(const auto key, VerifierKey::parse(plain));
        if (key.algorithm != NoteAlgorithm::ed25519)
            return fail("pin.form", "this is the key of a witness, not of a log",
                        "A witness is named with --vkey.", plain);
        return Pin{{}, plain};
    }
    for (const char* prefix : {"sha256:", "SHA256:", "SHA-256:", "sha-256:"})
        if (plain.starts_with(prefix)) plain.erase(0, std::string_view(prefix).size());
    if (const std::string hex = hexFingerprint(plain); !hex.empty()) return Pin{hex, {}};
    if (const auto bytes = fromBase64(plain.size() == 43 ? plain + "=" : plain); bytes && bytes->size() == 32)
        return Pin{toHex(*bytes), {}};
    return fail("pin.form", "this is neither a fingerprint (64 hex digits) nor a verifier key (name+id+key)",
                "Copy it as it was agreed, for instance from the engagement letter.",
                std::string(text.substr(0, 200)));
}

Result<std::vector<StoredPin>> PinBook::list() const {
    TALLY_ASSIGN(const auto text, file_.read());
    return understood(text, file_.path());
}

Result<StoredPin> PinBook::save(StoredPin pin) {
    if (pin.name.empty() || pin.name.size() > most_name || !isUtf8(pin.name) || parsePin(pin.name))
        return fail("pin.name", "a pin is kept under a name of up to 80 characters that is no pin itself",
                    "For instance: acme-2026");
    if (pin.note.size() > most_note || !isUtf8(pin.note))
        return fail("pin.name", "the note is longer than 2,000 characters, or no text", {}, pin.name);
    TALLY_ASSIGN(const auto parsed, parsePin(pin.vkey.empty() ? pin.fingerprint : pin.vkey));
    pin.fingerprint = parsed.fingerprint;
    pin.vkey = parsed.vkey;
    TALLY_TRY(file_.update([&](std::optional<std::string> now) -> Result<std::optional<std::string>> {
        TALLY_ASSIGN(auto pins, understood(now, file_.path()));
        const auto at = byName(pins, pin.name);
        if (at == pins.end())
            pins.push_back(pin);
        else if (at->fingerprint == pin.fingerprint && at->vkey == pin.vkey)
            *at = pin;
        else
            return fail("pin.name", "another pin is kept under this name",
                        "Remove it first: tally verify pin remove NAME", pin.name);
        return std::optional(textOf(pins));
    }));
    return pin;
}

Status PinBook::remove(const std::string& name) {
    return file_.update([&](std::optional<std::string> now) -> Result<std::optional<std::string>> {
        TALLY_ASSIGN(auto pins, understood(now, file_.path()));
        const auto at = byName(pins, name);
        if (at == pins.end())
            return fail("pin.unknown", "no pin is kept under this name", "tally verify pin list shows them.",
                        name);
        pins.erase(at);
        return std::optional(textOf(pins));
    });
}

Result<StoredPin> PinBook::resolve(const std::string& text) const {
    auto pin = parsePin(text);
    if (pin) return StoredPin{{}, pin->fingerprint, pin->vkey, {}, 0};
    TALLY_ASSIGN(auto pins, list());
    const auto at = byName(pins, text);
    if (at == pins.end()) return fail(pin.error());
    return *at;
}

} // namespace tally::audit
