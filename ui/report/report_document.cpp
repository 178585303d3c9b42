#include "ui/report/report_document.h"

#include "core/base/hash.h"
#include "core/base/json_text.h"
#include "core/model/verdict_read.h"
#include "ui/widgets/format.h"

namespace tally::ui {
namespace {
tl::unexpected<Error> notOne(const char* why) {
    return fail("report.format", std::string("this is not a verification report: ") + why,
                "tally report make writes one.");
}

QStringList signersIn(std::string_view rest) {
    constexpr std::string_view dash = "\u2014 ";
    QStringList out;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!line.starts_with(dash)) continue;
        line.remove_prefix(dash.size());
        out << safeText(line.substr(0, line.find(' ')), 200);
    }
    return out;
}

const nlohmann::json* at(const nlohmann::json& body, const char* path) {
    const nlohmann::json* here = &body;
    for (const QString& key : QString::fromLatin1(path).split(QLatin1Char('/'))) {
        if (!here->is_object()) return nullptr;
        const auto found = here->find(key.toStdString());
        if (found == here->end()) return nullptr;
        here = &*found;
    }
    return here;
}
} // namespace

Result<ReportDocument> ReportDocument::read(std::string_view text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return notOne("its first line does not end");
    auto body = parseJson(text.substr(0, end));
    if (!body) return notOne(body.error().message.c_str());
    ReportDocument out;
    out.body = std::move(*body);
    if (!out.body.is_object() || out.text("schema") != QLatin1String("tally-report/v1") ||
        !out.body.contains("verdict"))
        return notOne("it has another schema");
    auto verdict = verdictFromJson(out.body["verdict"]);
    if (!verdict) return notOne(verdict.error().message.c_str());
    out.verdict = std::move(*verdict);
    // What the verdict's own JSON leaves out.
    if (const auto* to = at(out.body, "signed_to"); to != nullptr && to->is_number_integer())
        out.verdict.signed_to = to->get<std::int64_t>();
    if (const auto* currency = at(out.body, "currency"); currency != nullptr && currency->is_string())
        out.verdict.currency = currency->get<std::string>();
    out.signers = signersIn(text.substr(end + 1));
    out.digest = qs(sha256Hex(text));
    return out;
}

QString ReportDocument::text(const char* path, int max_characters) const {
    const auto* value = at(body, path);
    return value != nullptr && value->is_string()
               ? safeText(value->get_ref<const std::string&>(), max_characters)
               : QString();
}

std::int64_t ReportDocument::number(const char* path) const {
    const auto* value = at(body, path);
    return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

} // namespace tally::ui
