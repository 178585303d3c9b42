#include "core/audit/bundle_writer.h"

#include "core/audit/bundle.h"
#include "core/audit/cfp.h"
#include "core/audit/note.h"
#include "core/audit/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::audit {
namespace {

/// Counts what goes through, so that a section that does not keep its announced length is noticed.
class CountingSink {
public:
    explicit CountingSink(const ByteSink& sink)
        : sink_(sink) {}
    Status write(std::string_view bytes) {
        buffer_ += bytes;
        written_ += bytes.size();
        return buffer_.size() >= 1 << 20 ? flush() : Status();
    }
    Status flush() {
        const Status done = buffer_.empty() ? Status() : sink_(buffer_);
        buffer_.clear();
        return done;
    }
    [[nodiscard]] std::uint64_t written() const { return written_; }

private:
    const ByteSink& sink_;
    std::string buffer_;
    std::uint64_t written_ = 0;
};

class Writer {
public:
    Writer(BundleSource& source, const BundleOptions& options, const ByteSink& sink)
        : source_(source)
        , options_(options)
        , out_(sink) {}

    Result<BundleSummary> run() {
        TALLY_TRY(prepare());
        TALLY_TRY(out_.write(bundle_magic));
        TALLY_TRY(section(Section::manifest, manifest_));
        TALLY_TRY(section(Section::checkpoints, countedList(notes_)));
        TALLY_TRY(section(Section::left, left_));
        TALLY_TRY(section(Section::hashes, hashes()));
        TALLY_TRY(entries());
        TALLY_TRY(context());
        TALLY_TRY(openings());
        TALLY_TRY(section(Section::anchors, options_.anchors));
        TALLY_TRY(out_.flush());
        summary_.bytes = out_.written();
        return summary_;
    }

private:
    Status prepare() {
        TALLY_ASSIGN(notes_, source_.checkpoints());
        if (notes_.empty())
            return fail("export.unsigned", "the log has no checkpoint yet",
                        "Seal the log first, then export.");
        TALLY_TRY(chooseCheckpoint());
        TALLY_ASSIGN(const std::uint64_t size, source_.size());
        if (size < newest_.size && !options_.as_is)
            return damaged("the log holds fewer entries than its newest checkpoint covers");
        if (options_.first >= newest_.size)
            return fail("export.range",
                        fmt::format("the range starts at entry {}, the newest checkpoint covers {} entries",
                                    options_.first, newest_.size));
        last_ = options_.unsealed && !options_.last ? std::max(size, newest_.size) : newest_.size;
        TALLY_ASSIGN(leaves_, source_.leaves(0, newest_.size));
        if (!options_.as_is && (leaves_.size() != newest_.size || treeRoot(leaves_) != newest_.root))
            return damaged("the stored leaf hashes do not give the signed root");
        if (leaves_.empty() || options_.first > leaves_.size()) return damaged("there are no leaf hashes");
        CompactRange edge;
        for (std::uint64_t i = 0; i < options_.first; ++i)
            edge.append(leaves_[i]);
        left_ = edge.bytes();
        const std::size_t slash = newest_.origin.rfind('/');
        log_id_ = slash == std::string::npos ? std::string() : newest_.origin.substr(slash + 1);
        TALLY_ASSIGN(manifest_, encodeEntry(Entry{{"schema", std::string("trace-bundle/v1")},
                                                  {"log", log_id_},
                                                  {"origin", newest_.origin},
                                                  {"first", static_cast<std::int64_t>(options_.first)},
                                                  {"size", static_cast<std::int64_t>(newest_.size)}}));
        summary_.size = newest_.size;
        summary_.entries = last_ - options_.first;
        summary_.fingerprint = leaves_.front();
        summary_.root = newest_.root;
        return {};
    }

    /// The newest one, or the first that covers the last entry asked for.
    Status chooseCheckpoint() {
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            TALLY_ASSIGN(const Note note, parseNote(notes_[i]));
            TALLY_ASSIGN(newest_, Checkpoint::parse(note.text));
            if (!options_.last || newest_.size <= *options_.last) continue;
            notes_.resize(i + 1);
            return {};
        }
        if (options_.last)
            return fail("export.range", fmt::format("the newest checkpoint covers {} entries", newest_.size));
        return {};
    }

    static tl::unexpected<Error> damaged(std::string what) {
        return fail(
            "export.damaged", std::move(what),
            "`tally doctor` says what is wrong; `tally export --damaged` writes the log as it is, for "
            "`tally verify`.");
    }

    static std::string countedList(const std::vector<std::string>& items) {
        std::string out;
        for (const std::string& item : items)
            out += fmt::format("{}\n{}", item.size(), item);
        return out;
    }

    [[nodiscard]] std::string_view hashes() const {
        const auto* from = reinterpret_cast<const char*>(leaves_.data() + options_.first);
        return {from, (leaves_.size() - options_.first) * sizeof(Hash)};
    }

    Status header(Section s, std::uint64_t length) {
        return out_.write(fmt::format("@{} {}\n", toText(s), length));
    }

    Status section(Section s, std::string_view bytes) {
        TALLY_TRY(header(s, bytes.size()));
        TALLY_TRY(out_.write(bytes));
        return out_.write("\n");
    }

    /// The section's body by `write`; it must be `length` bytes.
    template <class Body>
    Status streamed(Section s, std::uint64_t length, Body&& body) {
        TALLY_TRY(header(s, length));
        const std::uint64_t begin = out_.written();
        TALLY_TRY(body());
        if (out_.written() - begin != length)
            return fail("export.changed",
                        fmt::format("the log changed during the export (section {})", toText(s)),
                        "Export again.");
        return out_.write("\n");
    }

    Status entries() {
        TALLY_ASSIGN(const std::uint64_t bytes, source_.lineBytes(options_.first, last_));
        std::uint64_t lines = last_ - options_.first;
        if (options_.as_is) { // some may be missing
            lines = 0;
            TALLY_TRY(source_.lines(options_.first, last_, [&](std::uint64_t, std::string_view) -> Status {
                ++lines;
                return {};
            }));
        }
        summary_.entries = lines;
        return streamed(Section::entries, bytes + lines, [&] {
            return source_.lines(
                options_.first, last_, [&](std::uint64_t seq, std::string_view line) -> Status {
                    if (!options_.as_is && seq < leaves_.size() && leafHash(line) != leaves_[seq])
                        return damaged(fmt::format("entry {} is not the one that was sealed", seq));
                    if (options_.cancel.cancelled())
                        return fail("export.cancelled", "the export was cancelled");
                    if (options_.progress && seq % 4096 == 0)
                        options_.progress(seq - options_.first, last_ - options_.first);
                    TALLY_TRY(out_.write(line));
                    return out_.write("\n");
                });
        });
    }

    Status context() {
        if (options_.first == 0) return section(Section::context, {});
        TALLY_ASSIGN(const std::vector<std::uint64_t> seqs, source_.contextSeqs(options_.first));
        const HashTree tree(leaves_);
        std::vector<std::string> proofs;
        for (const std::uint64_t seq : seqs) {
            TALLY_ASSIGN(const std::vector<Hash> path, tree.inclusion(seq, newest_.size));
            TALLY_TRY(source_.lines(seq, seq + 1, [&](std::uint64_t, std::string_view line) -> Status {
                proofs.push_back(writeProof(line, seq, path, notes_.back()));
                return {};
            }));
        }
        return section(Section::context, countedList(proofs));
    }

    Status openings() {
        if (!options_.openings) return section(Section::openings, {});
        std::uint64_t length = 0;
        TALLY_TRY(source_.openings(options_.first, last_, [&](const Opening& o) -> Status {
            length += o.line().size() + 1;
            ++summary_.openings;
            return {};
        }));
        return streamed(Section::openings, length, [&] {
            return source_.openings(options_.first, last_, [&](const Opening& o) -> Status {
                if (options_.cancel.cancelled()) return fail("export.cancelled", "the export was cancelled");
                TALLY_TRY(out_.write(o.line()));
                return out_.write("\n");
            });
        });
    }

    BundleSource& source_;
    const BundleOptions& options_;
    CountingSink out_;
    BundleSummary summary_;
    std::vector<std::string> notes_;
    Checkpoint newest_;
    std::uint64_t last_ = 0;
    std::vector<Hash> leaves_;
    std::string left_, log_id_, manifest_;
};

Status writeAll(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return fail("file.write", fmt::format("cannot write the export: {}", std::strerror(errno)),
                        "Check free space and access rights.", path);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

} // namespace

Result<std::vector<std::uint64_t>> BundleSource::contextSeqs(std::uint64_t first) {
    std::vector<std::uint64_t> out;
    std::vector<CfpField> fields;
    TALLY_TRY(lines(0, first, [&](std::uint64_t seq, std::string_view line) -> Status {
        fields.clear();
        if (!parseCfp(line, fields).ok()) return {};
        const auto kind = EntryView(line, fields.data(), fields.size()).plain("kind");
        if (kind == "genesis" || kind == "key" || kind == "price") out.push_back(seq);
        return {};
    }));
    return out;
}

Result<BundleSummary> writeBundle(BundleSource& source, const BundleOptions& options, const ByteSink& sink) {
    return Writer(source, options, sink).run();
}

Result<BundleSummary> writeBundleFile(BundleSource& source, const BundleOptions& options,
                                      const std::string& path) {
    std::string beside = path + ".XXXXXX";
    const int fd = ::mkstemp(beside.data());
    if (fd < 0)
        return fail("file.write", fmt::format("cannot create the export: {}", std::strerror(errno)),
                    "Check that the folder exists and can be written.", path);
    auto summary =
        writeBundle(source, options, [&](std::string_view bytes) { return writeAll(fd, bytes, path); });
    Status last;
    if (summary && (::fsync(fd) != 0 || ::rename(beside.c_str(), path.c_str()) != 0))
        last =
            fail("file.write", fmt::format("cannot complete the export: {}", std::strerror(errno)), {}, path);
    ::close(fd);
    if (!summary || !last) {
        ::unlink(beside.c_str());
        if (!summary) return summary;
        return fail(last.error());
    }
    return summary;
}

} // namespace tally::audit
