// Pins: the fingerprint or key of a log as it was agreed on outside of the files (TRACE_LOG.md 10.8), read in
// every form that people copy it in, and kept by name, one per engagement.
//
// Any thread; short. Errors: pin.form, pin.unknown, pin.name, pin.format (the book is damaged; it stays
// untouched), file.*.
#pragma once
#include "core/audit/shared_file.h"
#include "core/model/audit_values.h"

#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// One of the two is set.
struct Pin {
    std::string fingerprint; ///< 64 lowercase hex digits
    std::string vkey;
    bool operator==(const Pin&) const = default;
};
/// A fingerprint in hex (colons, blanks, line feeds, hyphens and capitals allowed, "sha256:" in front) or in
/// base64, or a verifier key `name+id+base64` with blanks around or in its lines. Error pin.form, note.vkey,
/// note.weak_key.
Result<Pin> parsePin(std::string_view text);

class PinBook {
public:
    explicit PinBook(std::string path)
        : file_(std::move(path)) {}
    static std::string defaultPath() { return SharedFile::inStateFolder("pins.json"); }

    [[nodiscard]] Result<std::vector<StoredPin>> list() const; ///< by name
    /// `pin.fingerprint` may hold either form. A name that is there is replaced only by the same pin.
    Result<StoredPin> save(StoredPin pin);
    Status remove(const std::string& name);
    /// What `text` pins: parsePin(), or the stored pin of that name.
    [[nodiscard]] Result<StoredPin> resolve(const std::string& text) const;

private:
    SharedFile file_;
};

} // namespace tally::audit
