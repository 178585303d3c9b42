#include "app/cli/verify_plain.h"

#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/audit/plain_log.h"
#include "core/base/file.h"
#include "core/base/quote.h"

namespace tally::cli {
namespace {
constexpr std::uint64_t max_file_bytes = 1'000'000;
constexpr std::size_t most_breaks = 20;

Result<audit::PlainVerdict> judge(const audit::BundleData& data, const std::string& pin,
                                  const std::string& dialect) {
    audit::PlainOptions options;
    if (!dialect.empty()) {
        TALLY_ASSIGN(const std::string text, DiskFileSystem().read(dialect, max_file_bytes));
        TALLY_ASSIGN(options.dialect, audit::PlainDialect::parse(text));
    }
    if (!pin.empty()) options.pin = pin;
    return audit::verifyPlain(data, options);
}

std::string_view sentenceFor(audit::PlainBreak::What what) {
    switch (what) {
    case audit::PlainBreak::What::changed:
        return "states another hash than its content gives";
    case audit::PlainBreak::What::link:
        return "does not name the hash of the record before it";
    case audit::PlainBreak::What::unreadable:
        break;
    }
    return "is no record with the fields of the chain";
}

void printJudged(Context& context, const audit::BundleData& data, const std::string& pin,
                 const std::string& dialect) {
    const auto verdict = judge(data, pin, dialect);
    if (!verdict) return context.failed(verdict.error());
    context.exit_code = verdict->ok() ? exit_ok : exit_not_ok;
    if (context.printJson(*verdict)) return;
    print("%s: %s lines, a plain log without signatures\n%s\n", std::string(toString(verdict->level)).c_str(),
          thousands(static_cast<std::int64_t>(verdict->lines)).c_str(), explain(*verdict).c_str());
    for (std::size_t i = 0; i < std::min(verdict->breaks.size(), most_breaks); ++i) {
        const audit::PlainBreak& b = verdict->breaks[i];
        print("  line %llu %s", static_cast<unsigned long long>(b.line),
              std::string(sentenceFor(b.what)).c_str());
        if (!b.expected.empty())
            print(" · stored %s · expected %s", quoteForDisplay(b.stored, 140).c_str(),
                  quoteForDisplay(b.expected, 140).c_str());
        print("\n");
    }
    if (verdict->breaks_n > most_breaks)
        print("  %llu breaks in all; --json lists more\n",
              static_cast<unsigned long long>(verdict->breaks_n));
    if (!verdict->head.empty()) print("  last record: %s\n", quoteForDisplay(verdict->head, 140).c_str());
    if (verdict->dialect && verdict->level != audit::PlainVerdict::Level::not_chained)
        print("  %s: %s\n", verdict->found_out ? "chained as (found by trying)" : "chained as",
              escapeForDisplay(verdict->dialect->text()).c_str());
}
} // namespace

bool verifyPlain(Context& context, const std::string& path, const std::string& pin,
                 const std::string& dialect) {
    const auto data = audit::BundleData::open(path);
    // What cannot be opened is reported where bundles are.
    if (!data || (dialect.empty() && !audit::looksPlain((*data)->bytes()))) return false;
    printJudged(context, **data, pin, dialect);
    return true;
}

} // namespace tally::cli
