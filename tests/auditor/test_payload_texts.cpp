#include "core/api/open.h"
#include "core/audit/payload.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <future>
#include <sstream>

using namespace tally;
using State = api::PayloadSlot::State;

namespace {
/// A file, verified by the real auditor, whose payloads are asked for one by one.
struct Reading {
    explicit Reading(const std::string& bundle)
        : auditor(api::makeAuditor()) {
        const QString path = folder.filePath(QStringLiteral("file.tracelog"));
        QFile out(path);
        if (out.open(QIODevice::WriteOnly)) out.write(bundle.data(), static_cast<qint64>(bundle.size()));
        out.close();
        api::VerifyRequest request;
        request.path = path.toStdString();
        file = wait<std::shared_ptr<api::AuditFile>>([&](auto reply) {
                   auditor->verify(request, {}, {}, std::move(reply));
               }).value_or(nullptr);
    }
    template <class T, class Ask>
    static Result<T> wait(Ask ask) {
        std::promise<Result<T>> promise;
        auto future = promise.get_future();
        ask(api::Reply<T>([&](Result<T> answer) { promise.set_value(std::move(answer)); }));
        return future.get();
    }
    api::PayloadList list() {
        return wait<api::PayloadList>([&](auto reply) { auditor->payloads(file, {}, std::move(reply)); })
            .value_or(api::PayloadList());
    }
    Result<api::PayloadText> read(std::int64_t seq, const std::string& slot,
                                  std::optional<State> state = std::nullopt, std::int64_t from = 0) {
        return wait<api::PayloadText>([&](auto reply) {
            auditor->payload(file, {seq, slot, state, from}, {}, std::move(reply));
        });
    }
    QTemporaryDir folder;
    std::unique_ptr<api::Auditor> auditor;
    std::shared_ptr<api::AuditFile> file;
};

std::vector<std::string> openingsOf(test::BundleParts& parts) {
    std::vector<std::string> out;
    std::istringstream lines(parts[audit::Section::openings]);
    for (std::string line; std::getline(lines, line);)
        out.push_back(line);
    return out;
}
} // namespace

/// What a file opens is read with what its record says about it.
class TestPayloadTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyListedPayloadCanBeRead() {
        Reading reading(test::fixture("good.tracelog"));
        QVERIFY(reading.file);
        const api::PayloadList list = reading.list();
        QVERIFY(list.payloads.size() > 100);
        for (const api::PayloadSlot& listed : list.payloads) {
            const auto text = reading.read(listed.seq, listed.slot);
            QVERIFY2(text, listed.slot.c_str());
            QVERIFY(text->slot.state == listed.state && text->slot.bytes == listed.bytes);
            QCOMPARE(text->slot.seq, listed.seq);
            QCOMPARE(static_cast<std::int64_t>(text->bytes.size()),
                     std::clamp<std::int64_t>(listed.bytes, 0, api::PayloadRequest::most_at_once));
        }
        const auto nothing = reading.read(0, "in");
        QVERIFY(nothing && !nothing->inFile() && nothing->slot.state == State::withheld);
    }
    void partsMakeTheWhole() {
        test::BundleParts parts(test::fixture("good.tracelog"));
        auto lines = openingsOf(parts);
        auto opening = audit::Opening::parse(lines.front());
        QVERIFY(opening);
        const std::string slot = opening->slot;
        const auto seq = static_cast<std::int64_t>(opening->seq);
        opening->payload = std::string(100'000, 'x') + "the end";
        parts[audit::Section::openings] = opening->line() + "\n";
        Reading reading(parts.bundle());
        std::string whole;
        while (whole.size() < opening->payload.size()) {
            const auto text = reading.read(seq, slot, std::nullopt, static_cast<std::int64_t>(whole.size()));
            QVERIFY(text && !text->bytes.empty() && text->slot.state == State::mismatching);
            whole += text->bytes;
        }
        QVERIFY(whole == opening->payload);
        const auto beyond = reading.read(seq, slot, std::nullopt, 1'000'000);
        QVERIFY(beyond && beyond->bytes.empty());
    }
    void aFalseTextDoesNotStandForTheRightOne() {
        test::BundleParts parts(test::fixture("good.tracelog"));
        auto lines = openingsOf(parts);
        auto opening = audit::Opening::parse(lines.front());
        QVERIFY(opening);
        const std::string right = opening->payload;
        opening->payload = "put in later";
        auto& section = parts[audit::Section::openings];
        section = opening->line() + "\n" + section;
        Reading reading(parts.bundle());
        const auto seq = static_cast<std::int64_t>(opening->seq);
        const auto best = reading.read(seq, opening->slot);
        QVERIFY(best && best->slot.state == State::opened && best->bytes == right);
        const auto wrong = reading.read(seq, opening->slot, State::mismatching);
        QVERIFY(wrong && wrong->slot.state == State::mismatching && wrong->bytes == "put in later");
    }
    void whatWasErasedAndIsBackIsCalledSo() {
        Reading before(test::fixture("good.tracelog"));
        std::optional<api::PayloadSlot> erased;
        for (const api::PayloadSlot& p : before.list().payloads)
            if (p.state == State::erased) erased = p;
        QVERIFY(erased);
        test::BundleParts parts(test::fixture("good.tracelog"));
        auto opening = audit::Opening::parse(openingsOf(parts).front());
        QVERIFY(opening);
        opening->seq = static_cast<std::uint64_t>(erased->seq);
        opening->slot = erased->slot;
        parts[audit::Section::openings] += opening->line() + "\n";
        Reading reading(parts.bundle());
        const auto text = reading.read(erased->seq, erased->slot);
        QVERIFY(text && text->slot.state == State::returned && text->inFile());
    }
};

TALLY_TEST(TestPayloadTexts)
#include "test_payload_texts.moc"
