// Where the pages of a report go: a PDF, or pictures.
#include "ui/report/report_pages.h"
#include "ui/theme/fonts.h"

#include <QCoreApplication>
#include <QPdfWriter>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Report)
};

/// Counts only. The same device pixels as the paper that follows, so that the lines break alike.
class NoPaper final : public Paper {
public:
    explicit NoPaper(double scale)
        : scale_(scale) {}
    QPainter* painter() override { return nullptr; }
    void nextSheet() override {}
    [[nodiscard]] double scale() const override { return scale_; }

private:
    double scale_;
};

class PdfPaper final : public Paper {
public:
    static constexpr int dots_per_inch = 1200;
    PdfPaper(const QString& path, const QString& title)
        : writer_(path) {
        writer_.setPageSize(QPageSize(QPageSize::A4));
        writer_.setPageMargins(QMarginsF());
        writer_.setResolution(dots_per_inch);
        writer_.setTitle(title);
        writer_.setCreator(QStringLiteral("Tallystick"));
        begun_ = painter_.begin(&writer_);
    }
    [[nodiscard]] bool begun() const { return begun_; }
    bool end() { return painter_.end(); }
    QPainter* painter() override { return &painter_; }
    void nextSheet() override { writer_.newPage(); }
    [[nodiscard]] double scale() const override { return dots_per_inch / 72.0; }

private:
    QPdfWriter writer_;
    QPainter painter_;
    bool begun_ = false;
};

class PicturePaper final : public Paper {
public:
    explicit PicturePaper(int dots_per_inch)
        : scale_(dots_per_inch / 72.0) {
        begin();
    }
    ~PicturePaper() override {
        if (painter_.isActive()) painter_.end();
    }
    QPainter* painter() override { return &painter_; }
    void nextSheet() override {
        painter_.end();
        begin();
    }
    [[nodiscard]] double scale() const override { return scale_; }
    std::vector<QImage> take() {
        painter_.end();
        return std::move(sheets_);
    }

private:
    void begin() {
        sheets_.emplace_back(static_cast<int>(width_pt * scale_), static_cast<int>(height_pt * scale_),
                             QImage::Format_RGB32);
        sheets_.back().fill(Qt::white);
        painter_.begin(&sheets_.back());
        painter_.setRenderHint(QPainter::Antialiasing);
    }
    double scale_;
    std::vector<QImage> sheets_;
    QPainter painter_;
};

tl::unexpected<Error> notWritten(const QString& path) {
    return fail("report.write", "the file cannot be written", "Check the folder and its permissions.",
                path.toStdString());
}
} // namespace

Result<int> writeReportPdf(const ReportDocument& report, const QString& path) {
    loadFonts();
    NoPaper counting(PdfPaper::dots_per_inch / 72.0);
    const int sheets = paintReport(counting, report, 1);
    PdfPaper paper(path, Words::tr("Verification of %1").arg(report.text("input/file", 120)));
    if (!paper.begun()) return notWritten(path);
    paintReport(paper, report, sheets);
    if (!paper.end()) return notWritten(path);
    return sheets;
}

std::vector<QImage> reportPictures(const ReportDocument& report, int dots_per_inch) {
    loadFonts();
    NoPaper counting(dots_per_inch / 72.0);
    const int sheets = paintReport(counting, report, 1);
    PicturePaper paper(dots_per_inch);
    paintReport(paper, report, sheets);
    return paper.take();
}

Result<int> renderReport(std::string_view text, const QString& out) {
    TALLY_ASSIGN(const auto report, ReportDocument::read(text));
    if (!out.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) return writeReportPdf(report, out);
    const auto sheets = reportPictures(report);
    const QString stem = out.left(out.size() - 4);
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        const QString path = QStringLiteral("%1-%2.png").arg(stem).arg(i + 1);
        if (!sheets[i].save(path)) return notWritten(path);
    }
    return static_cast<int>(sheets.size());
}

} // namespace tally::ui
