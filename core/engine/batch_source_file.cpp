#include "core/engine/batch_source_file.h"

#include "core/base/encoding.h"
#include "core/base/json_text.h"

#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>

namespace tally::engine {

using nlohmann::json;

namespace {
constexpr std::size_t longest_record = std::size_t{16} << 20;
constexpr std::string_view bom = "\xEF\xBB\xBF";

/// What tells this file from another one under its name.
Result<std::string> markOf(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
        return fail("file.missing", "there is no such file", "check the path", path);
    return fmt::format("{}-{}.{}", info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

/// Place in a file: "mark records lines bytes".
class FileReader : public SourceReader {
public:
    Status open(const std::string& path, const std::string& cursor) {
        TALLY_ASSIGN(mark_, markOf(path));
        in_.open(path, std::ios::binary);
        if (!in_) return fail("file.missing", "the file cannot be opened", "check its permissions", path);
        if (cursor.empty()) return {};
        std::istringstream text(cursor);
        std::string mark;
        text >> mark >> n_ >> line_ >> offset_;
        if (!text) return fail("batch.cursor", "the place in the source cannot be read", {}, path);
        if (mark != mark_)
            return fail(
                "batch.source_changed",
                "the file is not the one any more whose loading was begun, so its rest cannot be added",
                "cancel this batch and add the file as a new one, with a key", path);
        return {};
    }
    [[nodiscard]] std::string cursor() const override {
        return fmt::format("{} {} {} {}", mark_, n_, line_, offset_);
    }

protected:
    void seek() {
        in_.clear();
        in_.seekg(static_cast<std::streamoff>(offset_));
    }
    /// -1 at the end.
    int get() {
        const int c = in_.get();
        if (c == std::char_traits<char>::eof()) return -1;
        ++offset_;
        if (c == '\n') ++line_;
        return c;
    }
    int peek() { return in_.peek() == std::char_traits<char>::eof() ? -1 : in_.peek(); }
    [[nodiscard]] bool broken() const { return in_.bad(); }

    std::string mark_;
    std::ifstream in_;
    std::int64_t n_ = 0, line_ = 0, offset_ = 0; ///< lines that have ended
};

class JsonLines final : public FileReader {
public:
    Result<bool> next(SourceRecord& out) override {
        for (;;) {
            const std::int64_t line = line_ + 1;
            bool too_long = false;
            if (!readLine(too_long)) {
                if (broken()) return fail("file.read", "the file cannot be read on");
                return false;
            }
            if (line == 1 && text_.starts_with(bom)) text_.erase(0, bom.size());
            if (!too_long && text_.find_first_not_of(" \t\r") == std::string::npos) continue;
            out = {++n_, line, json::object(), true, {}};
            if (too_long) {
                out.problem = fmt::format("line {} is longer than {} bytes", line, longest_record);
                return true;
            }
            auto value = parseJson(text_);
            if (!value)
                out.problem = fmt::format("line {}: {}", line, value.error().message);
            else if (!value->is_object())
                out.problem = fmt::format("line {} is not a JSON object", line);
            else
                out.fields = std::move(*value);
            return true;
        }
    }
    void begin() { seek(); }

private:
    bool readLine(bool& too_long) {
        text_.clear();
        int c = get();
        if (c < 0) return false;
        for (; c >= 0 && c != '\n'; c = get()) {
            if (text_.size() < longest_record)
                text_ += static_cast<char>(c);
            else
                too_long = true;
        }
        return true;
    }
    std::string text_;
};

class Csv final : public FileReader {
public:
    /// The header always comes first; then the place where reading goes on.
    Status begin() {
        const std::int64_t line = line_, offset = offset_;
        line_ = offset_ = 0;
        seek();
        for (std::size_t i = 0; i < bom.size() && peek() == static_cast<unsigned char>(bom[i]); ++i)
            (void)get();
        std::string problem;
        TALLY_ASSIGN(const bool any, row(header_, problem));
        std::set<std::string> names(header_.begin(), header_.end());
        if (!any || !problem.empty() || names.size() != header_.size() || names.count("") > 0)
            return fail("batch.csv_header",
                        problem.empty() ? "the first line must name every column, each once" : problem,
                        "RFC 4180 with a header row is read");
        if (offset > 0) {
            line_ = line;
            offset_ = offset;
            seek();
        }
        return {};
    }
    Result<bool> next(SourceRecord& out) override {
        std::vector<std::string> cells;
        for (;;) {
            const std::int64_t line = line_ + 1;
            std::string problem;
            TALLY_ASSIGN(const bool any, row(cells, problem));
            if (!any) return false;
            if (problem.empty() && cells.size() == 1 && cells[0].empty() && header_.size() > 1)
                continue; // an empty line
            out = {++n_, line, json::object(), false, std::move(problem)};
            if (out.problem.empty() && cells.size() != header_.size())
                out.problem =
                    fmt::format("{} fields where the header names {}", cells.size(), header_.size());
            for (std::size_t i = 0; out.problem.empty() && i < cells.size(); ++i) {
                if (!isUtf8(cells[i])) out.problem = "column " + header_[i] + " is not UTF-8";
                out.fields[header_[i]] = std::move(cells[i]);
            }
            if (!out.problem.empty()) out.problem = fmt::format("line {}: {}", line, out.problem);
            return true;
        }
    }

private:
    /// One record of RFC 4180, section 2. False at the end of the file.
    Result<bool> row(std::vector<std::string>& cells, std::string& problem) {
        cells.assign(1, {});
        std::size_t size = 0;
        bool quoted = false, closed = false;
        int c = get();
        if (c < 0) {
            if (broken()) return fail("file.read", "the file cannot be read on");
            return false;
        }
        for (;; c = get()) {
            if (++size > longest_record && problem.empty())
                problem = fmt::format("a record is longer than {} bytes", longest_record);
            if (!problem.empty()) { // on with the next line
                while (c >= 0 && c != '\n')
                    c = get();
                return true;
            }
            std::string& cell = cells.back();
            if (quoted) {
                if (c < 0)
                    problem = "a quoted field is never closed";
                else if (c != '"')
                    cell += static_cast<char>(c);
                else if (peek() == '"')
                    cell += static_cast<char>(get());
                else
                    quoted = false, closed = true;
            } else if (c < 0 || c == '\n') {
                return true;
            } else if (c == '\r' && (peek() == '\n' || peek() < 0)) {
                continue;
            } else if (c == ',') {
                cells.emplace_back();
                closed = false;
            } else if (c == '"' && cell.empty() && !closed) {
                quoted = true;
            } else if (c == '"' || closed) {
                problem = "a quote stands inside a field";
            } else {
                cell += static_cast<char>(c);
            }
        }
    }
    std::vector<std::string> header_;
};
} // namespace

Result<std::unique_ptr<SourceReader>> openJsonLines(const std::string& path, const std::string& cursor) {
    auto reader = std::make_unique<JsonLines>();
    TALLY_TRY(reader->open(path, cursor));
    reader->begin();
    return std::unique_ptr<SourceReader>(std::move(reader));
}

Result<std::unique_ptr<SourceReader>> openCsv(const std::string& path, const std::string& cursor) {
    auto reader = std::make_unique<Csv>();
    TALLY_TRY(reader->open(path, cursor));
    if (auto begun = reader->begin(); !begun) return fail(begun.error().at(path));
    return std::unique_ptr<SourceReader>(std::move(reader));
}

} // namespace tally::engine
