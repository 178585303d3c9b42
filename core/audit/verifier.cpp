#include "core/audit/verifier.h"

#include "core/audit/merkle.h"
#include "core/audit/proof.h"
#include "core/audit/tree_roots.h"
#include "core/audit/verifier_impl.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <thread>

namespace tally::audit {

Verifier::Verifier(std::shared_ptr<const BundleData> data, const VerifyOptions& options)
    : data_(std::move(data))
    , options_(options)
    , threads_(options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency()))
    , memory_(options.memory)
    , table_({}) {}

Result<Verification> Verifier::run() {
    TALLY_TRY(readOptions());
    if (!framing() || !manifest() || !readCheckpoints()) return finish(0);
    listRoots();
    TALLY_TRY(cancelled());
    readContext();
    bool equal = false;
    if (list_ok_) {
        TALLY_ASSIGN(equal, onePass());
    }
    if (equal) {
        authority_ = Authority::list;
        same_ = tail_is_rest_ = true;
        view_n_ = sealed_n_;
        tail_n_ = table_.size() - sealed_n_;
        line_roots_.clear();
    } else {
        table_.finish();
        if (isAbsurdlyFine(table_.size(), table_.offset())) {
            findings_.add("CONTAINER", {.detail = "more lines than a log of this size can have"});
            return finish(0);
        }
        TALLY_TRY(hashAllLines());
        TALLY_TRY(compare());
        TALLY_TRY(contentOfView());
    }
    if (latest() != nullptr) verdict_.intact = same_;
    for (std::size_t i = 0; i + 1 < checkpoints_.size(); ++i) {
        const Checkpoint& c = checkpoints_[i].checkpoint;
        const auto& roots = list_ok_ ? list_roots_ : line_roots_;
        const auto root = roots.find(c.size);
        const auto before = context_roots_.find(c.size);
        if ((root != roots.end() && root->second != c.root) ||
            (before != context_roots_.end() && before->second != c.root))
            findings_.add(
                "CHECKPOINT_INCONSISTENT",
                {.seq = c.size - 1, .field = "checkpoint", .derived = authority_ == Authority::none});
    }
    if (tail_n_ > 0) findings_.add("W_UNSEALED", {.seq = end_, .to_seq = end_ + tail_n_ - 1});
    if (!table_.torn().empty()) {
        const bool all_sealed_here = latest() == nullptr || table_.size() >= sealed_n_;
        findings_.add(all_sealed_here ? "W_TORN_TAIL" : "PARTIAL_LAST_LINE",
                      {.seq = first_ + table_.size(),
                       .stored = std::to_string(table_.torn().size()),
                       .derived = !all_sealed_here});
    }
    verdict_.first = static_cast<std::int64_t>(first_);
    verdict_.entries = static_cast<std::int64_t>(table_.size());
    verdict_.checkpoints = static_cast<std::int64_t>(checkpoints_.size());
    verdict_.unsealed = static_cast<std::int64_t>(latest() != nullptr ? tail_n_ : table_.size());
    TALLY_TRY(cancelled());
    const int level = identityAndKeys();
    TALLY_TRY(cancelled());
    openings();
    organisation();
    anchors();
    TALLY_TRY(cancelled());
    content_->finishObservations();
    VerdictTotals totals = content_->totals();
    totals.authentic = authority_ != Authority::none;
    totals.complete = totals.complete && totals.authentic;
    verdict_.totals = std::move(totals);
    return finish(level);
}

Status Verifier::cancelled() const {
    return options_.cancel.cancelled() ? Status(fail("verify.cancelled", "the verification was cancelled"))
                                       : Status();
}

void Verifier::progress(const char* stage, std::uint64_t bytes) {
    if (options_.progress) options_.progress({bytes, data_->bytes().size(), table_.size(), stage});
}

Status Verifier::readOptions() {
    if (options_.pin && (options_.pin->size() != 64 || !fromHex(*options_.pin)))
        return fail("verify.pin", "a fingerprint is 64 lowercase hex digits",
                    "Copy the fingerprint as it was agreed.", *options_.pin);
    for (const std::string& text : options_.vkeys) {
        auto key = VerifierKey::parse(text);
        if (!key) return fail("verify.vkey", key.error().message, key.error().hint, text);
        (key->algorithm == NoteAlgorithm::ed25519 ? pins_ : witnesses_).push_back(std::move(*key));
    }
    return {};
}

bool Verifier::framing() {
    auto sections = parseSections(data_->bytes());
    if (!sections) {
        findings_.add("CONTAINER", {.detail = sections.error().message});
        return false;
    }
    sections_ = std::move(*sections);
    if (!sections_.cut) return true;
    findings_.add("FILE_TRUNCATED", {.field = std::string(toText(*sections_.cut))});
    return *sections_.cut > Section::hashes;
}

bool Verifier::manifest() {
    auto manifest = parseEntry(sections_[Section::manifest]);
    const std::int64_t first = manifest ? manifest->integer("first").value_or(-1) : -1;
    const std::string* schema = manifest ? manifest->text("schema") : nullptr;
    if (first < 0 || schema == nullptr || *schema != "trace-bundle/v1") {
        findings_.add("MANIFEST",
                      {.field = "manifest", .detail = manifest ? "schema or first" : manifest.error().code});
        return false;
    }
    manifest_ = std::move(*manifest);
    first_ = static_cast<std::uint64_t>(first);
    hashes_ = sections_[Section::hashes];
    auto edge = CompactRange::fromBytes(first_, sections_[Section::left]);
    if (!edge || hashes_.size() % 32 != 0) {
        findings_.add("CONTAINER", {.detail = "left edge or hash list has a wrong length"});
        return false;
    }
    edge_ = std::move(*edge);
    return true;
}

bool Verifier::readCheckpoints() {
    auto notes = splitCounted(sections_[Section::checkpoints]);
    auto context = sections_.cut == Section::context ? std::vector<std::string_view>()
                                                     : splitCounted(sections_[Section::context]);
    if (!notes || !context) {
        findings_.add("CONTAINER", {.detail = !notes ? notes.error().message : context.error().message});
        return false;
    }
    context_ = std::move(*context);
    for (std::size_t i = 0; i < notes->size(); ++i) {
        const auto note = parseNote((*notes)[i]);
        auto checkpoint = note ? Checkpoint::parse(note->text) : fail(note.error());
        if (!checkpoint) {
            findings_.add("CHECKPOINT_FORMAT",
                          {.pos = i, .field = "checkpoint", .detail = checkpoint.error().message});
            continue;
        }
        const std::uint64_t last = checkpoint->size - 1;
        if (!checkpoint->extensions.empty())
            findings_.add("W_EXTENSION_LINES", {.seq = last, .field = "checkpoint"});
        if (!checkpoints_.empty() && checkpoint->size <= checkpoints_.back().checkpoint.size)
            findings_.add("CHECKPOINT_ORDER", {.seq = last, .field = "checkpoint"});
        checkpoints_.push_back({std::move(*checkpoint), (*notes)[i]});
    }
    std::stable_sort(checkpoints_.begin(), checkpoints_.end(), [](const SealedAt& a, const SealedAt& b) {
        return a.checkpoint.size < b.checkpoint.size;
    });
    if (notes->empty()) findings_.add("W_NO_CHECKPOINT");
    if (latest() != nullptr && latest()->checkpoint.size < first_) {
        findings_.add("CONTAINER", {.detail = "the newest checkpoint lies before the range"});
        return false;
    }
    return true;
}

Hash Verifier::listed(std::uint64_t i) const {
    Hash h;
    std::memcpy(h.data(), hashes_.data() + 32 * i, 32);
    return h;
}

void Verifier::listRoots() {
    progress("hash list", 0);
    table_ = LineTable(sections_[Section::entries]);
    for (const SealedAt& c : checkpoints_)
        sizes_.insert(c.checkpoint.size);
    if (options_.memory) {
        for (const auto& [id, seen] : options_.memory->logs)
            sizes_.insert(static_cast<std::uint64_t>(seen.size));
    }
    list_roots_ = rootsAt(edge_, hashes_, sizes_, threads_);
    if (latest() == nullptr) return;
    const Checkpoint& newest = latest()->checkpoint;
    end_ = newest.size;
    sealed_n_ = end_ - first_;
    verdict_.root = toHex(newest.root);
    const auto root = list_roots_.find(end_);
    list_ok_ = listedCount() == sealed_n_ && root != list_roots_.end() && root->second == newest.root;
}

void Verifier::readContext() {
    for (const std::string_view raw : context_) {
        const auto proof = InclusionProof::parse(raw);
        auto entry = proof && proof->line ? parseEntry(*proof->line) : fail("context", "no entry");
        if (!entry) {
            context_broken_ = true;
            findings_.add(
                "CONTEXT_FORMAT",
                {.field = "context", .detail = proof ? entry.error().message : proof.error().message});
            continue;
        }
        const SealedAt* newest = latest();
        if (newest != nullptr && proof->note == newest->note && proof->index < first_ &&
            entry->integer("seq") == static_cast<std::int64_t>(proof->index) &&
            verifyInclusion(leafHash(*proof->line), proof->index, end_, proof->path,
                            newest->checkpoint.root)) {
            // A key before the range counts only if the tree that its handover checkpoint signs ends with
            // this very entry; otherwise a real checkpoint could be quoted for an invented key.
            context_roots_[proof->index + 1] =
                prefixRoot(leafHash(*proof->line), proof->index, end_, proof->path);
            proven_context_[proof->index] = std::move(*entry);
        } else {
            context_broken_ = true;
            findings_.add("CONTEXT_PROOF", {.seq = proof->index, .field = "context"});
        }
    }
    startContent();
}

void Verifier::startContent() {
    // Without a checkpoint the number of lines is not known yet; then all of them count as if sealed.
    const std::uint64_t sealed_end = latest() != nullptr ? end_ : nowhere;
    content_ = std::make_unique<ContentCheck>(first_, sealed_end,
                                              [this](std::uint64_t seq) { return viewLine(seq); });
    for (const auto& [seq, entry] : proven_context_)
        content_->addContext(seq, entry);
    if (context_broken_) content_->contextIsBroken();
}

Verification Verifier::finish(int level) {
    Verification out;
    bool failed = findings_.anyFailure();
    verdict_.findings = findings_.take();
    if (content_) {
        failed = failed || content_->findings().anyFailure();
        for (Finding& f : content_->findings().take())
            verdict_.findings.push_back(std::move(f));
        std::stable_sort(verdict_.findings.begin(), verdict_.findings.end(),
                         [](const Finding& a, const Finding& b) {
                             return std::pair(a.derived, a.warning) < std::pair(b.derived, b.warning);
                         });
    }
    verdict_.level = static_cast<VerdictLevel>(failed ? std::min(level, 1) : level);
    verdict_.ok = !failed && verdict_.level >= VerdictLevel::is_signed;
    if (memory_ && verdict_.ok && verdict_.log) {
        const auto old = memory_->logs.find(*verdict_.log);
        const auto size = static_cast<std::int64_t>(end_);
        if (old == memory_->logs.end() || old->second.size <= size)
            memory_->logs[*verdict_.log] = {verdict_.fingerprint.value_or(""), verdict_.origin.value_or(""),
                                            size, verdict_.root.value_or("")};
    }
    out.memory = std::move(memory_);
    if (latest() != nullptr) out.size = end_;
    if (verdict_.level != VerdictLevel::malformed) {
        std::shared_ptr<BundleRecords> records(new BundleRecords(data_));
        records->table_ = std::move(table_);
        records->first_ = first_;
        records->sealed_n_ = sealed_n_;
        records->proven_to_ = provenTo(verdict_);
        records->listed_ = hashes_;
        records->list_authentic_ = authority_ == Authority::list;
        records->known_ = authority_ != Authority::none;
        records->placed_ = std::move(placed_);
        records->originals_ = std::move(originals_);
        records->long_leaves_ = std::move(long_leaves_);
        out.records = std::move(records);
    }
    out.verdict = std::move(verdict_);
    return out;
}

Result<BundleRecords::Record> BundleRecords::record(std::uint64_t pos) const {
    if (pos < first_ || pos - first_ >= table_.size())
        return fail("record.range", "the file has no record at this position");
    if (data_->changed())
        return fail("file.changed", "the file was changed after it was verified", "Verify it again.");
    const std::uint64_t i = pos - first_;
    const Placed at = placed(i);
    Record out;
    out.pos = pos;
    out.place = at.place;
    out.line = table_.line(i);
    const auto known = long_leaves_.find(i);
    out.computed = known != long_leaves_.end() ? known->second : leafHash(out.line);
    if (at.place == Place::inserted || at.place == Place::unsealed) return out;
    out.record = first_ + at.record;
    if ((at.record + 1) * 32 <= listed_.size())
        std::memcpy(out.listed.emplace().data(), listed_.data() + at.record * 32, 32);
    const bool covered = static_cast<std::int64_t>(*out.record) <= proven_to_;
    if (known_)
        out.authentic = list_authentic_ ? out.listed : out.computed; // without it the lines are the list
    else if (covered)
        out.authentic = out.computed; // an older checkpoint signs the lines up to here
    if (!known_ && covered) out.place = Place::in_place;
    out.proven = covered && out.place == Place::in_place && out.authentic == out.computed;
    if (out.place == Place::changed) {
        const auto original = originals_.find(at.record);
        if (original != originals_.end()) out.original = original->second;
    }
    return out;
}

BundleRecords::Placed BundleRecords::placed(std::uint64_t line) const {
    if (line < placed_.size()) return placed_[line];
    if (!known_) return {line, Place::unknown};
    return {line, line < sealed_n_ ? Place::in_place : Place::unsealed};
}

std::optional<std::uint64_t> BundleRecords::lineOf(std::uint64_t seq) const {
    if (seq < first_) return std::nullopt;
    const std::uint64_t record = seq - first_;
    if (placed_.empty()) return record < table_.size() ? std::optional(seq) : std::nullopt;
    std::optional<std::uint64_t> found;
    for (std::uint64_t i = 0; i < placed_.size(); ++i) {
        const Placed& at = placed_[i];
        if (at.record != record || at.place == Place::inserted || at.place == Place::unsealed) continue;
        if (at.place == Place::in_place || at.place == Place::changed) return first_ + i;
        if (!found) found = first_ + i;
    }
    return found;
}

Result<Verification> verifyData(std::shared_ptr<const BundleData> data, const VerifyOptions& options) {
    auto done = Verifier(data, options).run();
    if (data->changed())
        return fail("file.changed", "the file was changed or shortened while it was read",
                    "Copy the file first, then verify the copy.");
    return done;
}

Result<Verification> verifyFile(const std::string& path, const VerifyOptions& options) {
    TALLY_ASSIGN(auto data, BundleData::open(path));
    return verifyData(std::move(data), options);
}

} // namespace tally::audit
