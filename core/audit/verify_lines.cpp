// Passes over the lines: the single one in the normal case, and those that are needed when something differs.
#include "core/audit/merkle.h"
#include "core/audit/ordered_parallel.h"
#include "core/audit/tree_roots.h"
#include "core/audit/verifier_impl.h"

#include <algorithm>
#include <cstring>

namespace tally::audit {
namespace {
constexpr std::uint64_t lines_per_block = 768;
constexpr std::uint64_t min_block = std::uint64_t{16} << 10, max_block = std::uint64_t{1} << 20;
constexpr std::size_t lines_at_once = 16; ///< hashed, then parsed while they are near
constexpr std::uint64_t progress_bytes = std::uint64_t{4} << 20;

struct Pass {
    LineBlock block;
    std::uint64_t first_line = 0;
    std::string_view bytes; ///< of the section: whole lines
    std::vector<Hash> leaves;

    /// Splits, hashes and parses `bytes`.
    void readAll() {
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::size_t from = block.lines.size();
            while (!rest.empty() && block.lines.size() - from < lines_at_once) {
                const std::size_t end = rest.find('\n');
                block.addLine(rest.substr(0, end));
                rest.remove_prefix(end + 1);
            }
            block.hashLines(from);
            block.parseLines(block.leaves.data(), from);
        }
    }
};

/// Blocks whose memory is used again.
class Recycled {
public:
    Pass take() {
        if (free_.empty()) return {};
        Pass pass = std::move(free_.back());
        free_.pop_back();
        pass.block.clear();
        pass.leaves.clear();
        return pass;
    }
    void give(Pass&& pass) { free_.push_back(std::move(pass)); }

private:
    std::vector<Pass> free_;
};
} // namespace

void Verifier::noteLong(std::uint64_t line, std::string_view text, const Hash& leaf) {
    if (text.size() > LineTable::long_bytes) long_leaves_.insert_or_assign(line, leaf);
}

Result<bool> Verifier::onePass() {
    const std::string_view section = sections_[Section::entries];
    Recycled recycled;
    bool equal = true;
    std::uint64_t made = 0, reported = 0;
    view_n_ = sealed_n_;
    same_ = tail_is_rest_ = true; // what viewLine() goes by during the pass
    tail_n_ = nowhere;
    orderedParallel<Pass>(
        threads_,
        [&]() -> std::optional<Pass> {
            // Cut at a line feed near the size of so many lines as were seen so far.
            const std::uint64_t mean = table_.size() == 0 ? 0 : table_.offset() / table_.size();
            const std::uint64_t want = std::clamp(mean * lines_per_block, min_block, max_block);
            const std::size_t end =
                section.find('\n', std::min<std::uint64_t>(made + want, section.size()) - 1);
            if (made >= section.size()) return std::nullopt;
            if (end == std::string_view::npos) return std::nullopt;
            Pass pass = recycled.take();
            pass.bytes = section.substr(made, end + 1 - made);
            made = end + 1;
            return pass;
        },
        [](Pass& pass) { pass.readAll(); },
        [&](Pass&& pass) {
            const std::uint64_t first_line = table_.size();
            for (std::size_t i = 0; i < pass.block.lines.size(); ++i) {
                const std::uint64_t n = first_line + i;
                equal = equal && (n >= sealed_n_ ||
                                  std::memcmp(pass.block.leaves[i].data(), hashes_.data() + 32 * n, 32) == 0);
                table_.add(pass.block.lines[i].line);
                noteLong(n, pass.block.lines[i].line, pass.block.leaves[i]);
            }
            if (!equal || isAbsurdlyFine(table_.size(), table_.offset()) || options_.cancel.cancelled())
                return false;
            content_->feed(pass.block, pass.block.leaves.data());
            reported += pass.bytes.size();
            if (reported >= progress_bytes) {
                // Not block by block: each release interrupts all cores that read the file.
                data_->release(section.substr(table_.offset() - reported, reported));
                reported = 0;
                progress("records", static_cast<std::uint64_t>(pass.bytes.data() + pass.bytes.size() -
                                                               data_->bytes().data()));
            }
            recycled.give(std::move(pass));
            return true;
        });
    TALLY_TRY(cancelled());
    if (equal && table_.size() >= sealed_n_ && !isAbsurdlyFine(table_.size(), table_.offset())) return true;
    // Something differs: what the pass found belongs to another reading of the file.
    same_ = tail_is_rest_ = false;
    tail_n_ = 0;
    view_n_ = 0;
    startContent();
    return false;
}

Status Verifier::hashAllLines() {
    progress("comparing", 0);
    line_hashes_.resize(table_.size());
    LineTable again(sections_[Section::entries]);
    Recycled recycled;
    orderedParallel<Pass>(
        threads_,
        [&]() -> std::optional<Pass> {
            Pass pass = recycled.take();
            pass.first_line = again.size();
            while (pass.block.lines.size() < lines_per_block) {
                const auto line = again.next();
                if (!line) break;
                pass.block.addLine(*line);
            }
            return pass.block.lines.empty() ? std::nullopt : std::optional(std::move(pass));
        },
        [](Pass& pass) { pass.block.hashLines(); },
        [&](Pass&& pass) {
            for (std::size_t i = 0; i < pass.block.lines.size(); ++i)
                noteLong(pass.first_line + i, pass.block.lines[i].line, pass.block.leaves[i]);
            std::copy(pass.block.leaves.begin(), pass.block.leaves.end(),
                      line_hashes_.begin() + static_cast<std::ptrdiff_t>(pass.first_line));
            recycled.give(std::move(pass));
            return !options_.cancel.cancelled();
        });
    TALLY_TRY(cancelled());
    const auto* bytes = reinterpret_cast<const char*>(line_hashes_.data());
    if (latest() == nullptr) {
        end_ = first_ + table_.size();
        sealed_n_ = table_.size();
    }
    line_roots_ = rootsAt(edge_, std::string_view(bytes, line_hashes_.size() * 32), sizes_, threads_);
    return {};
}

std::optional<std::string> Verifier::viewLine(std::uint64_t seq) const {
    if (seq < first_) return std::nullopt;
    const std::uint64_t i = seq - first_;
    std::uint64_t line = i;
    if (i >= view_n_) {
        if (i < sealed_n_) return std::nullopt;
        const std::uint64_t k = i - sealed_n_;
        if (!tail_is_rest_) {
            if (k >= tail_.size()) return std::nullopt;
            line = tail_[k];
        }
    } else if (!source_.empty()) {
        if (const auto at = originals_.find(i); at != originals_.end()) return at->second;
        line = source_[i];
    }
    if (line == nowhere || line >= table_.size()) return std::nullopt;
    return std::string(table_.line(line));
}

Status Verifier::contentOfView() {
    progress("content", 0);
    Recycled recycled;
    const std::uint64_t all = view_n_ + tail_n_;
    std::uint64_t made = 0;
    orderedParallel<Pass>(
        threads_,
        [&]() -> std::optional<Pass> {
            if (made >= all) return std::nullopt;
            Pass pass = recycled.take();
            for (; made < all && pass.block.lines.size() < lines_per_block; ++made) {
                const bool sealed = made < view_n_;
                std::uint64_t line = made;
                const std::string* original = nullptr;
                if (!sealed) {
                    line = tail_[made - view_n_];
                } else if (!source_.empty()) {
                    line = source_[made];
                    const auto at = originals_.find(made);
                    if (at != originals_.end()) original = &at->second;
                }
                if (original != nullptr)
                    pass.block.addLine(*original);
                else if (line == nowhere)
                    pass.block.addMissing();
                else
                    pass.block.addLine(table_.line(line));
                pass.leaves.push_back(sealed && authority_ != Authority::none ? authentic(made)
                                                                              : line_hashes_[line]);
            }
            return pass;
        },
        [](Pass& pass) { pass.block.parseLines(pass.leaves.data()); },
        [&](Pass&& pass) {
            content_->feed(pass.block, pass.leaves.data());
            recycled.give(std::move(pass));
            return !options_.cancel.cancelled();
        });
    return cancelled();
}

} // namespace tally::audit
