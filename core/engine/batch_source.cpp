#include "core/engine/batch_source.h"

#include "core/base/encoding.h"
#include "core/engine/batch_source_file.h"
#include "core/store/batch_repo.h"
#include "core/store/foreign_query.h"
#include "core/store/run_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fnmatch.h>

namespace tally::engine {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {
Result<std::int64_t> passed(const std::string& cursor) {
    std::int64_t n = 0;
    if (cursor.empty()) return n;
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), n);
    if (error != std::errc() || end != cursor.data() + cursor.size())
        return fail("batch.cursor", "the place in the source cannot be read");
    return n;
}

/// Paths below a folder in the order of their bytes; links are not followed.
class Folder final : public SourceReader {
public:
    static Result<std::unique_ptr<SourceReader>> open(const BatchSource& source, const std::string& cursor) {
        auto out = std::make_unique<Folder>();
        out->last_ = cursor;
        std::error_code error;
        for (fs::recursive_directory_iterator at(source.path, error), end; !error && at != end;
             at.increment(error)) {
            if (!at->is_regular_file() || at->is_symlink()) continue;
            const std::string name = at->path().filename().string();
            if (source.glob.empty() || ::fnmatch(source.glob.c_str(), name.c_str(), 0) == 0)
                out->paths_.push_back(at->path().string());
        }
        if (error)
            return fail("file.missing", "the folder cannot be read: " + error.message(), "check the path",
                        source.path);
        std::sort(out->paths_.begin(), out->paths_.end());
        // "number path": files that came or went since do not shift the rest.
        if (const auto space = cursor.find(' '); space != std::string::npos) {
            TALLY_ASSIGN(out->n_, passed(cursor.substr(0, space)));
            out->next_ = static_cast<std::size_t>(
                std::upper_bound(out->paths_.begin(), out->paths_.end(), cursor.substr(space + 1)) -
                out->paths_.begin());
        }
        return std::unique_ptr<SourceReader>(std::move(out));
    }
    Result<bool> next(SourceRecord& out) override {
        if (next_ >= paths_.size()) return false;
        const std::string& path = paths_[next_++];
        out = {++n_, 0, {{"path", path}}, true, {}};
        if (!isUtf8(path)) out.problem = "the name is not UTF-8: " + escapeForDisplay(path, 200);
        last_ = fmt::format("{} {}", n_, path);
        return true;
    }
    [[nodiscard]] std::string cursor() const override { return last_; }

private:
    std::vector<std::string> paths_;
    std::size_t next_ = 0;
    std::int64_t n_ = 0;
    std::string last_;
};

class Rows final : public SourceReader {
public:
    static Result<std::unique_ptr<SourceReader>> open(const BatchSource& source, const std::string& cursor) {
        auto out = std::make_unique<Rows>();
        TALLY_ASSIGN(const std::int64_t from, passed(cursor));
        TALLY_ASSIGN(out->query_, store::ForeignQuery::open(source.path, source.query));
        for (bool more = true; more && out->n_ < from; ++out->n_) {
            TALLY_ASSIGN(more, out->query_->skip());
        }
        return std::unique_ptr<SourceReader>(std::move(out));
    }
    Result<bool> next(SourceRecord& out) override {
        out = {n_ + 1, 0, json::object(), true, {}};
        TALLY_ASSIGN(const bool more, query_->next(out.fields, out.problem));
        if (more) ++n_;
        if (!out.problem.empty()) out.problem = fmt::format("row {}: {}", n_, out.problem);
        return more;
    }
    [[nodiscard]] std::string cursor() const override { return std::to_string(n_); }

private:
    std::unique_ptr<store::ForeignQuery> query_;
    std::int64_t n_ = 0;
};

/// Outputs of the items of another batch that ended well.
class Outputs final : public SourceReader {
public:
    static Result<std::unique_ptr<SourceReader>> open(const BatchSource& source, const std::string& cursor,
                                                      const std::string& workspace) {
        TALLY_ASSIGN(auto db, store::Store::openReadOnly(workspace));
        auto out = std::make_unique<Outputs>(std::move(db));
        TALLY_ASSIGN(const auto batch, store::BatchRepo::byId(out->db_, BatchId(source.path)));
        if (!batch)
            return fail("batch.unknown", "there is no such batch", "list them with: tally batch list",
                        source.path);
        out->batch_ = batch->no;
        if (const auto space = cursor.find(' '); space != std::string::npos) {
            TALLY_ASSIGN(out->n_, passed(cursor.substr(0, space)));
            TALLY_ASSIGN(out->at_, passed(cursor.substr(space + 1)));
        }
        return std::unique_ptr<SourceReader>(std::move(out));
    }
    explicit Outputs(store::Connection db)
        : db_(std::move(db)) {}
    Result<bool> next(SourceRecord& out) override {
        if (next_ == page_.size()) {
            store::ItemFilter filter;
            filter.state = ItemState::done;
            filter.after = at_;
            filter.limit = 256;
            TALLY_ASSIGN(page_, store::BatchRepo::items(db_, batch_, filter));
            next_ = 0;
            if (page_.empty()) return false;
        }
        const BatchItem& item = page_[next_++];
        at_ = item.n;
        out = {++n_, 0, json::object(), true, {}};
        TALLY_ASSIGN(const auto text, store::RunRepo::output(db_, item.run));
        json value = text ? json::parse(*text, nullptr, false) : json();
        if (!text || value.is_discarded())
            out.problem = fmt::format("the output of item {} is not there any more", item.n);
        else if (value.is_object())
            out.fields = std::move(value);
        else
            out.fields["output"] = std::move(value);
        return true;
    }
    [[nodiscard]] std::string cursor() const override { return fmt::format("{} {}", n_, at_); }

private:
    store::Connection db_;
    std::int64_t batch_ = 0, n_ = 0, at_ = 0;
    std::vector<BatchItem> page_;
    std::size_t next_ = 0;
};
} // namespace

Result<std::unique_ptr<SourceReader>> openSource(const BatchSource& source, const std::string& cursor,
                                                 const std::string& workspace) {
    switch (source.kind) {
    case SourceKind::jsonl:
        return openJsonLines(source.path, cursor);
    case SourceKind::csv:
        return openCsv(source.path, cursor);
    case SourceKind::folder:
        return Folder::open(source, cursor);
    case SourceKind::sqlite:
        return Rows::open(source, cursor);
    case SourceKind::batch:
        return Outputs::open(source, cursor, workspace);
    }
    return fail("batch.source", "there is no such kind of source");
}

} // namespace tally::engine
